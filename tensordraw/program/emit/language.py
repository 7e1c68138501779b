"""What a language of printed Python is: a record of how it writes the few things in which such languages differ.

Adding one is one file with one `Language`. The array library decides how arrays are made, moved and combined elementwise;
the language decides how sums of products and changes of axes are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from tensordraw.program.emit.library import Library
from tensordraw.program.emit.naming import Letters
from tensordraw.program.emit.pieces import ATOM, Piece, at_least, compose, listed

MOST_INDICES = 52  # letters there are, which einops, torch and numpy take
Names: TypeAlias = tuple[str, ...]  # of axes, in order, all different
Extents: TypeAlias = Mapping[str, Piece]  # sizes as code says them, by the name of the axis


@dataclass(frozen=True, slots=True)
class Contraction:
    """An einsum to be printed: operands (at least one, none a scalar), the axis names of each, and those of the result.

    `sizes` and `extents` are the size of each axis as a number and as code, `like` the keyword arguments that make an
    array like the inputs, `heavy` says that it is worth asking for a good contraction order or a matrix product.
    """

    operands: tuple[Piece, ...]
    axes: tuple[Names, ...]
    output: Names
    letters: Letters
    heavy: bool = False
    sizes: Mapping[str, int] = field(default_factory=dict)
    extents: Extents = field(default_factory=dict)
    like: str = ""

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
    """Neighbouring axes, each a name and a size as code, and whether they are one axis before, and after, a reshape."""

    axes: tuple[tuple[str, Piece], ...]
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Regroup:
    """A reshape to be printed: its groups in order, and the shape that results."""

    value: Piece
    groups: tuple[Group, ...]
    shape: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Language:
    """How one language writes an einsum; a change of the order of axes (names before, order); a reshape; an array repeated
    along new axes (names before, names after, extents); and a sum over axes of one array (names before, names after),
    None where its einsum says it best.

    `order` says in which order its einsum contracts many operands: a good one, from left to right, or all in one loop.
    `letters` says that its einsum writes indices as letters, of which there are 52.
    """

    name: str
    title: str
    library: Library
    einsum: Callable[[Contraction], Piece]
    permute: Callable[[Piece, Names, tuple[int, ...]], Piece]
    reshape: Callable[[Regroup], Piece]
    repeat: Callable[[Piece, Names, Names, Extents], Piece]
    total: Callable[[Piece, Names, Names], Piece | None]
    order: Literal["good", "leftwards", "one loop"] = "good"
    letters: bool = True


def transposed(library: Library) -> Callable[[Piece, Names, tuple[int, ...]], Piece]:
    """`permute` by the array library's own method."""

    def permute(value: Piece, names: Names, order: tuple[int, ...]) -> Piece:
        if len(order) == 2:
            return compose("{}.T", at_least(value, ATOM))
        return compose(f"{{}}.{library.transpose}({', '.join(map(str, order))})", at_least(value, ATOM))

    return permute


def reshaped(regroup: Regroup) -> Piece:
    """`reshape` by the method that all array libraries have."""
    shape = listed(regroup.shape) if regroup.shape else Piece("()")
    return compose("{}.reshape({})", at_least(regroup.value, ATOM), shape)


def summed(library: Library) -> Callable[[Piece, Names, Names], Piece | None]:
    """`total` by the method that all array libraries have, where it keeps the order of axes."""

    def total(value: Piece, before: Names, after: Names) -> Piece | None:
        if after != tuple(name for name in before if name in after):
            return None
        gone = [str(place) for place, name in enumerate(before) if name not in after]
        where = gone[0] if len(gone) == 1 else f"({', '.join(gone)})"
        return compose(f"{{}}.sum({f'{library.axis}={where}' if after else ''})", at_least(value, ATOM))

    return total


def never(value: Piece, before: Names, after: Names) -> None:
    """`total` of languages whose einsum reads better."""


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


def repeated(library: Library) -> Callable[[Piece, Names, Names, Extents], Piece]:
    """`repeat` by the array library's own function: a view in which the new axes have stride 0."""

    def repeat(value: Piece, before: Names, after: Names, extents: Extents) -> Piece:
        order = tuple(before.index(name) for name in after if name in before)
        if order != tuple(range(len(order))):
            value = transposed(library)(value, before, order)
        kept = [name for name in after if name in before]
        value = widened(value, tuple(kept.index(name) if name in kept else None for name in after))
        return broadcast(library, value, tuple(extents[name] for name in after))

    return repeat


def broadcast(library: Library, value: Piece, shape: tuple[Piece, ...]) -> Piece:
    """The value as a view of the shape, along axes of size one and new first axes."""
    if library.name == "torch":
        return compose("{}.expand({})", at_least(value, ATOM), listed(shape))
    comma = "," * (len(shape) == 1)
    made = f"{library.module}.broadcast_to({{}}, ({{}}{comma}))"
    return compose(made, value, listed(shape), needs=[library.need])
