"""NumPy: `np.einsum` with letters."""

from __future__ import annotations

from tensordraw.program.emit.language import IMPORT, Contraction, Language, repeated, reshaped, transposed
from tensordraw.program.emit.pieces import Piece, call


def _einsum(contraction: Contraction) -> Piece:
    # Without optimize numpy runs one loop over all indices: no matrix products, and exponential in the operands.
    last = "optimize=True" if contraction.heavy or len(contraction.operands) > 2 else ""
    return call("np.einsum", Piece(contraction.spec()), *contraction.operands, last=last, needs=[IMPORT["numpy"]])


NUMPY = Language("numpy", "NumPy", "numpy", _einsum, transposed("numpy"), reshaped, repeated("numpy"))
