"""How an array of a file fits the legs of a tensor, and how the document names the file."""

from __future__ import annotations

import os
from pathlib import Path


def fitting_axes(shape: tuple[int, ...], sizes: list[int]) -> tuple[int, ...]:
    """For each leg an axis of its size, each axis once, in stored order where that fits; else axis k for leg k."""
    if len(shape) == len(sizes) and list(shape) != sizes and sorted(shape) == sorted(sizes):
        left = list(range(len(shape)))
        order = []
        for size in sizes:
            axis = next(axis for axis in left if shape[axis] == size)
            left.remove(axis)
            order.append(axis)
        return tuple(order)
    return tuple(range(min(len(shape), len(sizes))))


def mismatch(shape: tuple[int, ...], legs: list[tuple[str, int]], order: tuple[int, ...]) -> str:
    """What does not fit between an array and the legs in this order of axes, "" where all does."""
    if len(shape) != len(legs):
        return f"The array has {len(shape)} axes, the tensor {len(legs)} legs."
    if sorted(order) != list(range(len(shape))):
        return "Each leg needs an axis of its own."
    for (words, size), axis in zip(legs, order, strict=True):
        if shape[axis] != size:
            return f"Leg {words} has size {size}, axis {axis} has {shape[axis]}."
    return ""


def relative(path: str, home: str) -> str:
    """The path as the document keeps it: relative to its folder where it has one."""
    if not home:
        return str(Path(path).resolve())
    try:
        return Path(os.path.relpath(Path(path).resolve(), Path(home).resolve())).as_posix()
    except ValueError:  # another drive
        return str(Path(path).resolve())
