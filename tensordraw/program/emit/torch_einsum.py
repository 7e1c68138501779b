"""PyTorch alone: `torch.einsum` with letters."""

from __future__ import annotations

from tensordraw.program.emit.language import IMPORT, Contraction, Language, repeated, reshaped, transposed
from tensordraw.program.emit.pieces import Piece, call


def _einsum(contraction: Contraction) -> Piece:
    return call("torch.einsum", Piece(contraction.spec()), *contraction.operands, needs=[IMPORT["torch"]])


TORCH_EINSUM = Language(
    "torch_einsum", "PyTorch with torch.einsum", "torch", _einsum, transposed("torch"), reshaped, repeated("torch")
)
