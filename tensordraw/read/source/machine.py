"""What all meanings of read functions share: the tape, what earlier traces learned, and values taken as what is needed.

How many axes an array has is often told by a later line only. So an unknown array gets a guess (a lower-case name is a
vector, an upper-case one a matrix); where a use contradicts the guess, the right number is noted in `Facts` and the text
is traced again (`Again`). Facts only grow, so this ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NoReturn

from msgspec.structs import replace as changed

from tensordraw.program.expressions import Expr, Number, variables
from tensordraw.program.flow import reads
from tensordraw.program.statements import Input
from tensordraw.read.dims import Dim
from tensordraw.read.source.tape import INFINITE, Tape, axis_num
from tensordraw.read.source.values import (
    Again,
    Array,
    Ax,
    Flag,
    Free,
    Num,
    Parameter,
    Pattern,
    Refusal,
    Seq,
    Text,
    Value,
    in_words,
    number,
)


@dataclass(slots=True)
class Facts:
    """What holds for the whole text: ranks of inputs, axes that docstrings name, loops that are unrolled.

    `stacks` are better guesses, of what loops go through; `diagonals` are vectors by a guess that may be matrices of which
    the diagonal is taken. `axes` are the names and sizes of an input's axes, `arrays` the document's name of a parameter,
    `sizes` the numbers that the caller gives by name, `libraries` names that the text calls or takes functions from (`F` is
    an array elsewhere), `torch` whether the text is PyTorch rather than NumPy.
    """

    ranks: dict[str, int] = field(default_factory=dict)
    guessed: dict[str, int] = field(default_factory=dict)
    axes: dict[str, tuple[tuple[str, int | None], ...]] = field(default_factory=dict)
    arrays: dict[str, str] = field(default_factory=dict)
    integer: set[str] = field(default_factory=set)
    sizes: Mapping[str, int] = field(default_factory=dict)
    stacks: dict[str, int] = field(default_factory=dict)
    diagonals: set[str] = field(default_factory=set)
    unrolled: set[int] = field(default_factory=set)
    libraries: frozenset[str] = frozenset()
    torch: bool = False


@dataclass(slots=True)
class Machine:
    """One trace of one text."""

    facts: Facts
    tape: Tape = field(default_factory=Tape)
    given: dict[str, Array] = field(default_factory=dict)  # inputs by the text's name
    symbols: dict[str, Dim] = field(default_factory=dict)  # numbers that the text does not define

    # ------------------------------------------------------------------------------------------------------ arrays

    def array(self, value: Value, rank: int | None = None, least: int = 0) -> Array:
        """The value as an array: with just `rank` axes, or at least `least`. Refusal where it is none."""
        match value:
            case Array():
                return self._ranked(value, rank, least)
            case Free(name):
                return self._ranked(self._free(name, rank, least), rank, least)
            case Num():
                return self._ranked(self.full((), value), rank, least)
            case Flag(on):
                return self._ranked(self.full((), number(float(on))), rank, least)
            case Parameter(literal=True):
                raise Refusal("the numbers of an array are no part of a diagram; give the array a name")
            case Parameter(dims):
                name = next(name for name in ("x", *(f"x_{n}" for n in range(2, 10**6))) if name not in self.given)
                return self._ranked(self.declare(name, [Ax("", dim) for dim in dims]), rank, least)
            case Seq(items) if items and all(isinstance(item, Array | Free) for item in items):
                raise Refusal("a list of arrays is not understood where one array should be")
            case _:
                raise Refusal(f"{in_words(value)} stands where an array should be")

    def _ranked(self, array: Array, rank: int | None, least: int) -> Array:
        if rank is not None and array.rank != rank:
            self.learn_rank(array, rank - array.rank)
            raise Refusal(
                f"an array with {_axes(array.rank)} stands where one with {_axes(rank)} should be"
                f"{self._shape_wanted(array, rank - array.rank)}"
            )
        if array.rank < least:
            self.learn_rank(array, least - array.rank)
            raise Refusal(
                f"an array with {_axes(array.rank)} stands where at least {_axes(least)} are needed"
                f"{self._shape_wanted(array, least - array.rank)}"
            )
        return array

    def _shape_wanted(self, array: Array, more: int) -> str:
        """Which given array has the wrong number of axes, so far as that was guessed, and how its shape is given."""
        values, found = [array.value], dict[str, None]()
        while values:
            value = values.pop(0)
            if value in self.tape.defined:
                values += [name for name in reads(self.tape.defined[value]) if name not in values]
            elif (name := next((n for n, a in self.given.items() if a.value == value), None)) not in self.facts.axes:
                found |= {name: None} if name is not None else {}
        if array.lineage is not None:
            found = {array.lineage[0]: None, **found}
        name = next((name for name in found if self.given[name].rank + more > 0), None)
        if name is None:
            return ""
        rank = self.given[name].rank + more
        sizes = ", ".join(map(str, range(2, rank + 2)))
        return f"; give the shape of {name}, such as {name}=({sizes}{',' if rank == 1 else ''})"

    def learn_rank(self, array: Array, more: int) -> None:
        """Trace again with another rank of the input that a guessed rank came from."""
        if array.lineage is None:
            return
        name = array.lineage[0]
        if name in self.facts.guessed:
            rank = 2 if name in self.facts.diagonals and more < 0 else self.facts.guessed[name] + more
            if rank >= 0 and name not in self.facts.ranks:
                self.facts.ranks[name] = rank
                raise Again

    def _free(self, name: str, rank: int | None, least: int) -> Array:
        if name in self.symbols:
            return self.full((), self.number(Free(name)))
        if name in self.given:
            return self.given[name]
        known = self.facts.axes.get(name)
        if known is not None:
            return self.declare(name, [Ax(text, self._named_dim(text, size)) for text, size in known])
        guessed = name not in self.facts.ranks
        if guessed:
            guess = self.facts.stacks.get(name, 2 if _matrix(name) else 1)
            rank = max(least, guess) if rank is None else rank
            self.facts.guessed[name] = rank
        axes = [self.tape.axis() for _ in range(rank if guessed and rank is not None else self.facts.ranks[name])]
        return self.declare(name, axes, (name, 0) if guessed else None)

    def vector(self, value: Value) -> Array:
        """The value as an array with one axis or more; a name of which nothing is known yet is a vector."""
        return self._ranked(self._free(value.name, 1, 1) if isinstance(value, Free) else self.array(value), None, 1)

    def stacked(self, value: Value, item: str) -> None:
        """A loop goes through the value, whose items are called like `item`: matrices where that is in upper case."""
        if isinstance(value, Free) and value.name not in self.given and _matrix(item):
            self.facts.stacks.setdefault(value.name, 3)

    def _named_dim(self, name: str, size: int | None) -> Dim:
        return self.tape.dims.new(name, self.facts.sizes.get(name) if size is None else size, "in the text")

    def declare(self, name: str, axes: Sequence[Ax], lineage: tuple[str, int] | None = None) -> Array:
        """A given array by the text's name, once."""
        array = self.tape.input(self.facts.arrays.get(name, name), axes, name in self.facts.integer)
        self.given[name] = replace(array, lineage=lineage)
        return self.given[name]

    def ids(self, value: Value) -> Array:
        """The value as an array of positions. Refusal where it is computed."""
        if isinstance(value, Free):
            self.facts.integer.add(value.name)
        array = self.array(value)
        if array.integer:
            return array
        for name, known in self.given.items():
            if known.value == array.value and not array.boolean:
                self.facts.integer.add(name)
                given = self.facts.arrays.get(name, name)
                record = self.tape.inputs[given]
                self.tape.inputs[given] = changed(record, type=changed(record.type, integer=True))
                self.given[name] = replace(known, integer=True)
                return replace(array, integer=True)
        raise Refusal("an index that is computed is not understood; positions are an array that is given")

    def inputs(self) -> tuple[Input, ...]:
        return tuple(self.tape.inputs.values())

    # ----------------------------------------------------------------------------------------------------- numbers

    def number(self, value: Value) -> Num:
        """The value as a number. Refusal where it is none."""
        match value:
            case Num():
                return value
            case Flag(on):
                return number(float(on))
            case Free(name) if name not in self.given:
                if name not in self.symbols:
                    size = self.facts.sizes.get(name)
                    self.symbols[name] = self.tape.dims.new(name, size, "in sizes")
                return axis_num(self.symbols[name])
            case Array(pattern=Pattern("same", number=one), axes=()):
                return number(one)
            case _:
                raise Refusal(f"{in_words(value)} stands where a number should be")

    def constant(self, value: Value) -> float:
        """The value as a number that is known now."""
        num = self.number(value)
        found = self.tape.value(num)
        if found is None and (free := self.undefined(num.tree)):
            name = next((name for name in free if self.tape.dims.size(self.symbols[name]) is None), free[0])
            raise Refusal(f"the number {name} is not known; give it as a size, such as {name}=64")
        if found is None:
            raise Refusal("a number that depends on sizes is not understood here")
        return found

    def undefined(self, tree: Expr) -> list[str]:
        """The numbers of a tree that the text does not define: they stay names, whatever their sizes are."""
        names = variables(tree)
        return [name for name, dim in self.symbols.items() if str(dim) in names]

    def integer(self, value: Value) -> int:
        """The value as a whole number that is known now."""
        found = self.constant(value)
        if found != found // 1:
            raise Refusal(f"{found} stands where a whole number should be")
        return int(found)

    def position(self, value: Value, rank: int) -> int:
        """An axis as its position from the start."""
        axis = self.integer(value)
        if not -rank <= axis < rank:
            raise Refusal(f"there is no axis {axis}: the array has {_axes(rank)}")
        return axis % rank

    def positions(self, value: Value, rank: int) -> tuple[int, ...]:
        """One axis or several, as positions from the start."""
        items = value.items if isinstance(value, Seq) else (value,)
        return tuple(self.position(item, rank) for item in items)

    def along(self, value: Value, axis: Value) -> tuple[Array, int]:
        """An array, which has the axis, and the axis's position."""
        at = self.integer(axis)
        array = self.array(value, least=at + 1 if at >= 0 else -at)
        return array, at % array.rank

    def dim(self, value: Value) -> Dim:
        """A size as the dim of an axis."""
        num = self.number(value)
        if num.size is None:
            known = self.tape.whole(num)
            if known is None or known < 1:
                raise Refusal("this size is not understood; a size is a number, another size, or a product of these")
            return self.tape.dims.new("", known, "in the text")
        return self.tape.dim(num.size)

    def shape(self, value: Value) -> tuple[Ax, ...]:
        """A shape, or one size, as new axes."""
        items = value.items if isinstance(value, Seq) else (value,)
        return tuple(Ax("", self.dim(item)) for item in items)

    def text(self, value: Value) -> str:
        """The value as text."""
        if isinstance(value, Text):
            return value.text
        raise Refusal(f"{in_words(value)} stands where a text should be")

    def full(self, axes: Sequence[Ax], num: Num) -> Array:
        """One number everywhere."""
        value = None if self.undefined(num.tree) else self.tape.value(num)
        pattern = None if value is None else Pattern("same", number=value)
        if value is not None and abs(value) == float("inf"):
            return Array(f"{INFINITE}{len(axes)}", tuple(axes), pattern=pattern)
        if not axes:
            return replace(self.tape.constant(num.tree), pattern=pattern)
        if value == 0:
            return replace(self.tape.add((), axes), pattern=pattern)
        ones = self.tape.fixed("ones", axes)
        if value != 1:
            ones = self.tape.scale(ones, num.tree)
        return replace(ones, pattern=pattern)


ONE: Expr = Number(1.0)


def _matrix(name: str) -> bool:
    """Whether a name is called as matrices are."""
    return not next((c for c in name.rpartition(".")[2] if c.isalpha()), "a").islower()


def _axes(count: int) -> str:
    return "no axes" if count == 0 else "1 axis" if count == 1 else f"{count} axes"


def refuse(why: str) -> NoReturn:
    """Stop reading with this sentence."""
    raise Refusal(why)
