"""What a language of printed code is: a record of how it writes the few things in which languages differ.

Adding a language is one file with one `Language`. The array library (numpy or torch) decides how arrays are made, moved
and combined elementwise; the language decides how sums of products and changes of axes are written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tensordraw.program.emit.naming import Letters
from tensordraw.program.emit.pieces import ATOM, Piece, at_least, compose

Library: TypeAlias = Literal["numpy", "torch"]
MODULE = {"numpy": "np", "torch": "torch"}
AXIS = {"numpy": "axis", "torch": "dim"}
IMPORT = {"numpy": "import numpy as np", "torch": "import torch"}


@dataclass(frozen=True, slots=True)
class Contraction:
    """An einsum to be printed: operands (at least one, none a scalar), the axis names of each, and those of the result.

    `heavy` says that it is worth asking for a good contraction order or a matrix product behind it.
    """

    operands: tuple[Piece, ...]
    axes: tuple[tuple[str, ...], ...]
    output: tuple[str, ...]
    letters: Letters
    heavy: bool = False

    def spec(self) -> str:
        """The einsum in letters, quoted: `'ij,jk->ik'`."""
        letter = self.letters.of(name for names in (*self.axes, self.output) for name in names)
        operands = ",".join("".join(letter[name] for name in names) for names in self.axes)
        return f"'{operands}->{''.join(letter[name] for name in self.output)}'"

    def named(self) -> str:
        """The einsum in axis names, quoted: `'i alpha, alpha j -> i j'`."""
        operands = ", ".join(" ".join(names) for names in self.axes)
        return f"'{operands} -> {' '.join(self.output)}'".replace(" '", "'")


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring axes, each a name and a size, and whether they are one axis before, and after, a reshape."""

    axes: tuple[tuple[str, int], ...]
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Regroup:
    """A reshape to be printed: its groups in order, and the shape that results."""

    value: Piece
    groups: tuple[Group, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """How one language writes an einsum, a change of the order of axes (names before, order), a reshape, and an array
    repeated along new axes (names before, names after, sizes)."""

    name: str
    title: str
    library: Library
    einsum: Callable[[Contraction], Piece]
    permute: Callable[[Piece, tuple[str, ...], tuple[int, ...]], Piece]
    reshape: Callable[[Regroup], Piece]
    repeat: Callable[[Piece, tuple[str, ...], tuple[str, ...], dict[str, int]], Piece]


def transposed(library: Library) -> Callable[[Piece, tuple[str, ...], tuple[int, ...]], Piece]:
    """`permute` by the array library's own method."""
    method = {"numpy": "transpose", "torch": "permute"}[library]

    def permute(value: Piece, names: tuple[str, ...], order: tuple[int, ...]) -> Piece:
        if len(order) == 2:
            return compose("{}.T", at_least(value, ATOM))
        return compose(f"{{}}.{method}({', '.join(map(str, order))})", at_least(value, ATOM))

    return permute


def reshaped(regroup: Regroup) -> Piece:
    """`reshape` by the method that all array libraries have."""
    shape = ", ".join(map(str, regroup.shape)) or "()"
    return compose(f"{{}}.reshape({shape})", at_least(regroup.value, ATOM))


def widened(value: Piece, places: tuple[int | None, ...]) -> Piece:
    """The value with new axes of size one: `places[k]` is its axis that becomes axis k (in order), None a new one."""
    if None not in places:
        return value
    if all(place is None for place in places):
        return value  # a scalar goes with any shape
    index = ["None" if place is None else ":" for place in places]
    while index[0] == "None":
        index = index[1:]  # axes are aligned from the last
    return compose(f"{{}}[{', '.join(index)}]", at_least(value, ATOM)) if "None" in index else value


def repeated(library: Library) -> Callable[[Piece, tuple[str, ...], tuple[str, ...], dict[str, int]], Piece]:
    """`repeat` by the array library's own function: a view in which the new axes have stride 0."""

    def repeat(value: Piece, before: tuple[str, ...], after: tuple[str, ...], sizes: dict[str, int]) -> Piece:
        order = tuple(before.index(name) for name in after if name in before)
        if order != tuple(range(len(order))):
            value = transposed(library)(value, before, order)
        kept = [name for name in after if name in before]
        value = widened(value, tuple(kept.index(name) if name in kept else None for name in after))
        shape = ", ".join(str(sizes[name]) for name in after)
        if library == "numpy":
            return compose(f"np.broadcast_to({{}}, ({shape}{',' * (len(after) == 1)}))", value, needs=[IMPORT["numpy"]])
        return compose(f"{{}}.expand({shape})", at_least(value, ATOM))

    return repeat
