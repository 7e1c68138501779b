"""PyTorch with the named axes of einops: the default reading of a diagram."""

from __future__ import annotations

from tensordraw.program.emit import named_axes
from tensordraw.program.emit.language import Language, never
from tensordraw.program.emit.library import TORCH_TENSORS

TORCH = Language(
    "torch", "PyTorch with the named axes of einops", TORCH_TENSORS,
    named_axes.einsum, named_axes.permute, named_axes.reshape, named_axes.repeat, never, order="leftwards",
)  # fmt: skip
