"""Which axes of a program are one index space, what the spaces are called, and which indices keep a name of their own.

Every axis of every value, every index of an einsum and every loop variable is a dim; statements unite those that must be
equal. A class of dims becomes one space, called by the first name met (inputs come first); numbers that only keep indices
apart (`seq0`, `seq1`) are stripped. Classes of one name and one size share a space, those of different sizes are numbered.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import assert_never

from tensordraw.program.functions import function
from tensordraw.program.statements import (
    Add,
    Apply,
    Axis,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Fused,
    Gather,
    Index,
    Name,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
)
from tensordraw.read.dims import Dim, Dims

_NUMBERED = re.compile(r"(.*?[^\d])_?\d+")
_LETTERS = "ijklmnpqrstuvwabcdefgh"


class Spaces:
    """Spaces of a program's axes: `axis` by value and position, `of_index` by statement and index, `loop` by repeat.

    `sizes` are spaces of which only numbers speak; an axis of such a name and another size is numbered.
    """

    def __init__(self, program: Program, sizes: Mapping[str, int]) -> None:
        self.sizes: dict[str, int] = dict(sizes)
        self._dims = Dims()
        self._axes: dict[Name, list[Dim]] = {}
        self._indices: dict[tuple[Name, Index], Dim] = {}
        self._loops: dict[Name, Dim] = {}
        self._texts: list[str] = []  # of each dim: how people call it
        self._merged: dict[tuple[Name, int], Dim] = {}
        self._sources: dict[Name, Name] = {}  # of slices and transposes of ids: the array that is given
        self._classes: dict[Name, Dim] = {}  # of arrays of ids: what they are positions in
        first: dict[str, Name] = {}  # one name is one array
        for entry in program.inputs:
            self._value(entry.out, entry.type.axes)
            self._unite(self._axes[entry.out], self._axes[first.setdefault(entry.array, entry.out)])
        self._body(program.body, {})
        outputs = program.outputs
        for before, second in itertools.pairwise(outputs):
            ours, theirs = self._axes[second.value], self._axes[before.value]
            if second.relation != "," and self._shape(ours) == self._shape(theirs):
                self._unite(ours, theirs)
        self._names = self._choose()

    # ------------------------------------------------------------------------------------------------- what is asked

    def axis(self, value: Name, position: int) -> str:
        """The name of the space of a value's axis."""
        return self._names[self._dims.find(self._axes[value][position])]

    def of_index(self, statement: Name, index: Index) -> str:
        """The name of the space of an index in an einsum or spread."""
        return self._names[self._dims.find(self._indices[statement, index])]

    def loop(self, repeat: Name) -> str:
        """The name of the space that a repeat's loop variable runs through."""
        return self._names[self._dims.find(self._loops[repeat])]

    def merged(self, reshape: Name, group: int) -> str:
        """The name of the space between the joining and the splitting of a reshape that does both."""
        return self._names[self._dims.find(self._merged[reshape, group])]

    def labels(self, statement: Einsum | Spread) -> dict[Index, str]:
        """The label of each index whose name is not its space's: none where numbering by order says the same."""
        operands = [o.indices for o in statement.operands] if isinstance(statement, Einsum) else [statement.indices]
        found: dict[Index, str] = {}
        groups: dict[str, list[Index]] = {}
        for index in dict.fromkeys([*(i for indices in operands for i in indices), *statement.output]):
            groups.setdefault(self.of_index(statement.out, index), []).append(index)
        for space, group in groups.items():
            texts = [_text(index) for index in group]
            numbered = len(group) > 1 and texts == [f"{space}{n}" for n in range(len(group))]
            for index, text in zip(group, texts, strict=True):
                found[index] = "" if numbered or text == space or "@@" in index else text
        return found

    # --------------------------------------------------------------------------------------------------- the classes

    def _new(self, name: str, size: int) -> Dim:
        text = _text(name)
        self._texts.append(text)
        return self._dims.new(text, size)

    def _value(self, out: Name, axes: Sequence[Axis]) -> None:
        self._axes[out] = [self._new(axis.name, axis.size) for axis in axes]

    def _shape(self, dims: Sequence[Dim]) -> list[int | None]:
        return [self._dims.size(dim) for dim in dims]

    def _unite(self, ours: Sequence[Dim], theirs: Sequence[Dim]) -> None:
        for one, other in zip(ours, theirs, strict=True):
            self._dims.unite(one, other)

    def _body(self, body: Iterable[Statement], loops: dict[str, Dim]) -> None:
        for statement in body:
            if isinstance(statement, Repeat):
                loop = self._loops[statement.out] = self._new(statement.index, statement.count)
                self._value(statement.state, statement.type.axes)
                self._unite(self._axes[statement.state], self._axes[statement.initial])
                self._body(statement.body, {**loops, statement.index: loop})
                self._unite(self._axes[statement.state], self._axes[statement.result])
                self._value(statement.out, statement.type.axes)
                self._unite(self._axes[statement.out], self._axes[statement.state])
            else:
                axes = statement.type.axes
                if isinstance(statement, Einsum | Spread):
                    self._index_dims(statement)
                    axes = tuple(Axis("", axis.size) for axis in axes)  # the indices' names are the users'
                self._value(statement.out, axes)
                self._relate(statement, loops)

    def _index_dims(self, statement: Einsum | Spread) -> None:
        """Indices come before the result's axes: their names are the user's."""
        if isinstance(statement, Spread):
            operands = [(statement.value, statement.indices)]
        else:
            operands = [(operand.value, operand.indices) for operand in statement.operands]
        for value, indices in operands:
            for index, dim in zip(indices, self._axes[value], strict=True):
                key = (statement.out, index)
                if key not in self._indices:
                    self._indices[key] = self._new(index, self._size(dim))
                self._dims.unite(dim, self._indices[key])
        for index, axis in zip(statement.output, statement.type.axes, strict=True):
            if (statement.out, index) not in self._indices:
                self._indices[statement.out, index] = self._new(index, axis.size)

    def _relate(self, statement: Statement, loops: dict[str, Dim]) -> None:
        own = self._axes[statement.out]
        if isinstance(statement, Select | Conj):
            self._sources[statement.out] = self._sources.get(statement.value, statement.value)
        elif isinstance(statement, Einsum) and len(statement.operands) == 1:
            value = statement.operands[0].value
            self._sources[statement.out] = self._sources.get(value, value)
        match statement:
            case Constant() | Repeat():
                pass
            case Fixed(kind="delta" | "levi_civita"):
                self._unite(own[1:], own[:1] * (len(own) - 1))
            case Fixed(kind="shift", type=type_) if type_.shape[0] == type_.shape[1]:
                self._unite(own[1:], own[:1])
            case Fixed(kind="one_hot", ids=ids) if ids is not None:
                self._unite(own[:-1], self._axes[ids])
                self._positions(ids, own[-1])
            case Fixed():
                pass
            case Einsum() | Spread():
                self._unite(own, [self._indices[statement.out, index] for index in statement.output])
            case Apply():
                self._unite(own, self._after(statement))
            case Add(addends=addends):
                for addend in addends:
                    given = self._axes[addend.value]
                    pairs = [(own[k], given[axis]) for k, axis in enumerate(addend.axes) if axis is not None]
                    self._unite([pair[0] for pair in pairs], [pair[1] for pair in pairs])
            case Scale(value=value) | Conj(value=value):
                self._unite(own, self._axes[value])
            case Reshape():
                self._reshape(statement)
            case Select(value=value, axis=axis, at=at):
                given = self._axes[value]
                self._unite(own, [*given[:axis], *given[axis + 1 :]])
                if isinstance(at, str):
                    self._dims.unite(given[axis], loops[at])
            case Gather(value=value, axis=axis, ids=ids):
                given = self._axes[value]
                self._unite(own, [*given[:axis], *self._axes[ids], *given[axis + 1 :]])
                self._positions(ids, given[axis])
            case Fused():
                raise AssertionError("a recognised form is taken apart before")
            case _:
                assert_never(statement)

    def _positions(self, ids: Name, row: Dim) -> None:
        """Ids are positions in one space: the drawing says so at each of their one-hots."""
        ids = self._sources.get(ids, ids)
        self._dims.unite(self._classes.setdefault(ids, row), row, f"as the positions that {ids} holds")

    def _after(self, statement: Apply) -> list[Dim]:
        """The dims of what a function gives."""
        given, rule = list(self._axes[statement.value]), function(statement.function)
        if rule.swaps:
            row, column = statement.axes
            given[row], given[column] = given[column], given[row]
        return [dim for k, dim in enumerate(given) if not (rule.reduces and k in statement.axes)]

    def _reshape(self, statement: Reshape) -> None:
        own, given = self._axes[statement.out], self._axes[statement.value]
        for number, (before, after) in enumerate(statement.pattern):
            if len(before) == len(after) == 1:
                self._dims.unite(own[after[0]], given[before[0]])
            elif len(before) > 1 and len(after) > 1:
                size, text = 1, []
                for dim in (given[k] for k in before):
                    size *= self._size(dim)
                    text.append(self._dims.name(dim))
                self._merged[statement.out, number] = self._new("_".join(filter(None, text)), size)

    # ----------------------------------------------------------------------------------------------------- the names

    def _choose(self) -> dict[Dim, str]:
        """A name for each class; `sizes` become those of the spaces."""
        texts: dict[Dim, dict[str, None]] = {}
        for dim, text in enumerate(self._texts):
            found = texts.setdefault(self._dims.find(dim), {})
            if text:
                found[text] = None
        letters = _unused([*self.sizes, *(name for found in texts.values() for name in found)])
        wishes = {root: _plain(list(found)) if found else next(letters) for root, found in texts.items()}
        # Where seq0 and seq1 are one space, seq, so is seq2.
        stripped = {(wish, self._size(root)) for root, wish in wishes.items() if wish not in texts[root]}
        names: dict[Dim, str] = {}
        for root, wish in wishes.items():
            size, number = self._size(root), 2
            if (match := _NUMBERED.fullmatch(wish)) and (match.group(1), size) in stripped:
                wish = match.group(1)
            name = wish
            while self.sizes.get(name, size) != size:
                name, number = f"{wish}{number}", number + 1
            self.sizes[name] = size
            names[root] = name
        return names

    def _size(self, dim: Dim) -> int:
        return self._dims.size(dim) or 1


def _text(name: str) -> str:
    """What people read of an index: `label@id` and `space@@id` are how `lower` keeps indices apart."""
    return name.split("@", 1)[0]


def _plain(texts: Sequence[str]) -> str:
    """The first of the texts, without a number that only keeps indices apart."""
    first = texts[0]
    if (match := _NUMBERED.fullmatch(first)) is None:
        return first
    stem = match.group(1)
    others = [_NUMBERED.fullmatch(text) for text in texts[1:]]
    if stem in texts or (others and all(other is not None and other.group(1) == stem for other in others)):
        return stem
    return first


def _unused(names: Iterable[str]) -> Iterator[str]:
    """Letters that no axis is called by."""
    taken = set(names)
    number = 0
    while True:
        for letter in _LETTERS:
            name = f"{letter}{number or ''}"
            if name not in taken:
                yield name
        number += 1


__all__ = ["Spaces"]
