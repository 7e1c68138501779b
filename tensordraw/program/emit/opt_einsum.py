"""opt_einsum: `contract` on NumPy arrays, which finds a good contraction order itself."""

from __future__ import annotations

from tensordraw.program.emit.language import Contraction, Language, repeated, reshaped, summed, transposed
from tensordraw.program.emit.library import NUMPY_ARRAYS
from tensordraw.program.emit.pieces import Piece, call


def _einsum(contraction: Contraction) -> Piece:
    return call("contract", Piece(contraction.spec()), *contraction.operands, needs=["from opt_einsum import contract"])


OPT_EINSUM = Language(
    "opt_einsum", "opt_einsum on NumPy arrays", NUMPY_ARRAYS,
    _einsum, transposed(NUMPY_ARRAYS), reshaped, repeated(NUMPY_ARRAYS), summed(NUMPY_ARRAYS),
)  # fmt: skip
