"""PyTorch alone: `torch.einsum` with letters."""

from __future__ import annotations

from tensordraw.program.emit.language import Contraction, Language, repeated, reshaped, summed, transposed
from tensordraw.program.emit.library import TORCH_TENSORS
from tensordraw.program.emit.pieces import Piece, call


def _einsum(contraction: Contraction) -> Piece:
    return call("torch.einsum", Piece(contraction.spec()), *contraction.operands, needs=[TORCH_TENSORS.need])


TORCH_EINSUM = Language(
    "torch_einsum", "PyTorch with torch.einsum", TORCH_TENSORS,
    _einsum, transposed(TORCH_TENSORS), reshaped, repeated(TORCH_TENSORS), summed(TORCH_TENSORS), order="leftwards",
)  # fmt: skip
