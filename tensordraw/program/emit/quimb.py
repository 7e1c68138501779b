"""quimb: a network of tensors with named indices, contracted as a whole.

An index that stands in more than two tensors, or in two and the result, is a hyper-index, which quimb takes as it is. A
tensor's tag is what the code calls its array.
"""

from __future__ import annotations

import re

from tensordraw.program.emit.language import Contraction, Language, Names, repeated, reshaped, summed, transposed
from tensordraw.program.emit.library import NUMPY_ARRAYS
from tensordraw.program.emit.pieces import Piece, compose


def _einsum(contraction: Contraction) -> Piece:
    tensors = [
        compose(f"qtn.Tensor({{}}, {_indices(names)}, '{_tag(piece)}')", piece)
        for piece, names in zip(contraction.operands, contraction.axes, strict=True)
    ]
    # Without indices left the result is the number, else a tensor.
    data = ".data" if contraction.output else ""
    end = f"]).contract(output_inds={_indices(contraction.output)}){data}"
    texts = [tensor.text for tensor in tensors]
    whole = compose("", *tensors, needs=["import quimb.tensor as qtn"])
    start = "qtn.TensorNetwork(["
    return Piece(
        f"{start}{', '.join(texts)}{end}", needs=whole.needs, values=whole.values, remark=whole.remark,
        broken=(start, *(f"    {text}," for text in texts), end),
    )  # fmt: skip


def _indices(names: Names) -> str:
    return f"({', '.join(repr(name) for name in names)}{',' * (len(names) == 1)})"


def _tag(piece: Piece) -> str:
    """The name at the beginning of an operand: `W` for `W[layer]` and `W.conj()`."""
    found = re.match(r"(?:self\.)?(\w+)", piece.text.lstrip("-("))
    return found[1] if found else ""


QUIMB = Language(
    "quimb", "quimb tensor networks of NumPy arrays", NUMPY_ARRAYS,
    _einsum, transposed(NUMPY_ARRAYS), reshaped, repeated(NUMPY_ARRAYS), summed(NUMPY_ARRAYS), letters=False,
)  # fmt: skip
