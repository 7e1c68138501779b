"""NumPy: `np.einsum` with letters."""

from __future__ import annotations

from tensordraw.program.emit.language import Contraction, Language, repeated, reshaped, summed, transposed
from tensordraw.program.emit.library import NUMPY_ARRAYS
from tensordraw.program.emit.pieces import Piece, call


def einsum(contraction: Contraction) -> Piece:
    """`np.einsum('ij,jk->ik', A, B)`."""
    # Without optimize numpy runs one loop over all indices: no matrix products, and exponential in the operands.
    last = "optimize=True" if contraction.heavy or len(contraction.operands) > 2 else ""
    return call("np.einsum", Piece(contraction.spec()), *contraction.operands, last=last, needs=[NUMPY_ARRAYS.need])


NUMPY = Language(
    "numpy", "NumPy", NUMPY_ARRAYS,
    einsum, transposed(NUMPY_ARRAYS), reshaped, repeated(NUMPY_ARRAYS), summed(NUMPY_ARRAYS),
)  # fmt: skip
