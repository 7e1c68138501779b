"""einops on NumPy arrays: named axes in every contraction, sum and change of axes.

What is linear in the arrays calls nothing but einops and methods that torch tensors have too, so that such code takes
tensors as it is. A scalar is a NumPy number there, which einops does not take: it becomes an array of one entry first.
"""

from __future__ import annotations

from tensordraw.program.emit import named_axes
from tensordraw.program.emit.language import Extents, Language, Names, Regroup, reshaped
from tensordraw.program.emit.library import NUMPY_ARRAYS
from tensordraw.program.emit.pieces import ATOM, Piece, at_least, compose


def _reshape(regroup: Regroup) -> Piece:
    scalar = not any(group.axes or group.before for group in regroup.groups)
    return reshaped(regroup) if scalar else named_axes.reshape(regroup)


def _repeat(value: Piece, before: Names, after: Names, extents: Extents) -> Piece:
    if before:
        return named_axes.repeat(value, before, after, extents)
    return named_axes.repeat(compose("{}.reshape(1)", at_least(value, ATOM)), ("1",), after, extents)


EINOPS = Language(
    "einops", "einops on NumPy arrays", NUMPY_ARRAYS,
    named_axes.einsum, named_axes.permute, _reshape, _repeat, named_axes.total, order="one loop",
)  # fmt: skip
