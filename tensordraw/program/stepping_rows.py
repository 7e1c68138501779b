"""A causal program for one new row: what of every value a step computes, and what it keeps of the steps before.

The walk goes from the result back to the inputs. Of a value with one position axis a step computes the new row; where a
statement reads all its rows so far, the row joins a cache. Of a value with two (a pattern) a step computes the new row of
one axis against all of the other. A mask is then no matter: the new row sees everything so far. Arrays over positions that
need no ids (position tables, rotations) are known before the first step; a step takes its rows of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Literal, TypeAlias, assert_never

from msgspec.structs import replace

from tensordraw.diagram.records import Record
from tensordraw.program.flow import reads, types, walk
from tensordraw.program.functions import function
from tensordraw.program.naming import substitute_in
from tensordraw.program.statements import (
    Add,
    Apply,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Fused,
    Gather,
    Index,
    Input,
    Name,
    Operand,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
    Type,
)
from tensordraw.program.stepping_causal import FROM_MINUS_INFINITY, positions
from tensordraw.program.stepping_split import split

Extent: TypeAlias = Literal["", "new", "all"]  # of one axis in a step: whole as ever, the new row, all rows so far
Pattern: TypeAlias = tuple[Extent, ...]  # for each axis of a value
ALONG_KEYS = frozenset(FROM_MINUS_INFINITY) | {"sum_normalise", "l2_normalise"}


class NotStepped(Exception):
    """A step of this causal program is nothing that this module can write; the message says why."""


class Cache(Record, frozen=True):
    """Rows of `value` along `axis`, a new one each step; a step reads all so far as `everything`."""

    value: Name
    everything: Name
    axis: int


class Cut(Record, frozen=True):
    """Rows of a value that is known for all positions, the input `out` of a step: along each axis all of it, the new row,
    or all rows so far. `array` is the name of the given array that it is; "" for one that is computed."""

    out: Name
    value: Name
    array: str
    extents: Pattern


class Rows(Record, frozen=True):
    """A step's statements and its inputs, what it keeps and takes; `parted` are the products that were split, by the name
    of the einsum that they stand for."""

    inputs: tuple[Input, ...]
    body: tuple[Statement, ...]
    caches: tuple[Cache, ...]
    cuts: tuple[Cut, ...]
    parted: dict[Name, tuple[Einsum, ...]]


def rows(program: Program, space: str, ids: Name) -> Rows:
    """The step of a program that is proven causal. NotStepped where there is none."""
    return _Rows(program, space, ids).run()


@dataclass(slots=True)
class _Rows:
    program: Program
    space: str
    ids: Name
    types: dict[Name, Type] = field(default_factory=dict)
    varying: set[Name] = field(default_factory=set)  # what depends on ids
    known: set[Name] = field(default_factory=set)  # values over positions that do not, outside repeats
    wanted: dict[Name, dict[Pattern, None]] = field(default_factory=dict)
    same: dict[Name, Name] = field(default_factory=dict)  # a masked value is the value itself for the new row
    taken: set[Name] = field(default_factory=set)
    whole: dict[Name, Name] = field(default_factory=dict)  # of a cached value: the name of all its rows
    cuts: dict[tuple[Name, Pattern], Name] = field(default_factory=dict)
    parted: dict[Name, tuple[Einsum, ...]] = field(default_factory=dict)

    def run(self) -> Rows:
        self.types = types(self.program)
        self.taken = {*self.types, *(s.index for s in walk(self.program.body) if isinstance(s, Repeat))}
        self.varying = _varying(self.program, self.ids)
        given = {item.out for item in self.program.inputs if item.out != self.ids}
        tops = {statement.out for statement in self.program.body} - self.varying
        self.known = {name for name in given | tops if self._runs(name)} - self._grown()
        for output in self.program.outputs:
            self._row(output.value)
        body = tuple(substitute_in(statement, self._seen) for statement in self._block(self.program.body))
        return Rows(self._inputs(), body, self._caches(), self._cuts(), self.parted)

    def _grown(self) -> set[Name]:
        """Values over positions whose rows are larger than the rows that they are made of (a rotation's matrix is, and its
        angles are not): a step makes their new row anew, instead of a table for all positions."""
        kept: dict[Name, int] = {}  # numbers that have to be known for a row
        found: set[Name] = set()
        for item in self.program.inputs:
            if item.out != self.ids and self._runs(item.out):
                kept[item.out] = self._entries(item.out)
        for statement in self.program.body:
            name = statement.out
            if name in self.varying or not self._runs(name):
                continue
            kept[name] = self._entries(name)
            sources = {value for value in reads(statement) if value in kept}
            total = sum(kept[value] for value in sources)
            if sources and total < kept[name] and self._is_by_row(statement):
                kept[name] = total
                found.add(name)
        return found

    def _entries(self, value: Name) -> int:
        """Entries of a row of a value."""
        return prod(axis.size for axis in self.types[value].axes if axis.flexible != self.space)

    def _is_by_row(self, statement: Statement) -> bool:
        """Whether a row of its value is made of the same row of others."""
        if len(self._runs(statement.out)) != 1:
            return False
        match statement:
            case Einsum(operands=operands, output=output):
                runs = {each.indices[at] for each in operands for at in self._runs(each.value)}
                return runs <= set(output)
            case Apply(value=value, axes=axes):
                return not set(axes) & set(self._runs(value))
            case Repeat():
                return False
            case _:
                return True

    # -------------------------------------------------------------------------------------------- names and types

    def _seen(self, value: Name) -> Name:
        """What a masked value is for a new row, which sees everything so far."""
        while value in self.same:
            value = self.same[value]
        return value

    def _runs(self, value: Name) -> tuple[int, ...]:
        return positions(self.types[value], self.space)

    def _fresh(self, wish: Name) -> Name:
        name, number = wish, 2
        while name in self.taken:
            name, number = f"{wish}{number}", number + 1
        self.taken.add(name)
        return name

    def _row(self, value: Name) -> Name:
        """The value with its new row, wanted; it has one position axis at most."""
        return self._want(value, tuple("new" if at in self._runs(value) else "" for at in self._axes(value)))

    def _axes(self, value: Name) -> range:
        return range(len(self.types[value].axes))

    def _want(self, value: Name, pattern: Pattern) -> Name:
        """The name under which a step reads so much of a value."""
        if value in self.known:
            if (value, pattern) not in self.cuts:
                self.cuts[value, pattern] = self._fresh(f"{value}_row" if "new" in pattern else f"{value}_all")
            return self.cuts[value, pattern]
        self.wanted.setdefault(value, {})[pattern] = None
        extents = [each for each in pattern if each]
        if extents == ["all"]:
            if value == self.ids:
                raise NotStepped(f"all ids so far are read at once as {value!r}")
            if value not in self.whole:
                self.whole[value] = self._fresh(f"{value}_all")
            return self.whole[value]
        if len(extents) > 2 or extents.count("new") > 1 or (extents and "new" not in extents):
            raise NotStepped(f"of {value!r} a step wants more than a row")
        return value

    def _computed(self, value: Name) -> Pattern | None:
        """So much of a value is computed; None where nothing is wanted."""
        found = self.wanted.get(value)
        if not found:
            return None
        if len(self._runs(value)) > 1:
            if len(found) > 1:
                raise NotStepped(f"{value!r} is wanted along both of its positions")
            return next(iter(found))
        return tuple("new" if at in self._runs(value) else "" for at in self._axes(value))

    def _typed(self, type_: Type, pattern: Pattern) -> Type:
        """A new row is 1 long; all rows so far are an open axis, which has any length up to its size."""
        axes = list(type_.axes)
        for at, extent in enumerate(pattern):
            if extent == "new":
                axes[at] = replace(axes[at], size=1, flexible="")
            elif extent == "all":
                axes[at] = replace(axes[at], flexible="", open=True)
        return replace(type_, axes=tuple(axes))

    def _inputs(self) -> tuple[Input, ...]:
        found = [item for item in self.program.inputs if item.out in self.wanted and item.out != self.ids]
        row: Pattern = ("new",)
        found += [
            replace(item, type=self._typed(item.type, row)) for item in self.program.inputs if item.out == self.ids
        ]
        for (value, pattern), out in self.cuts.items():
            found.append(Input(out, out, self._typed(self.types[value], pattern)))
        for value, out in self.whole.items():
            rows: Pattern = tuple("all" if at in self._runs(value) else "" for at in self._axes(value))
            found.append(Input(out, out, self._typed(self.types[value], rows)))
        return tuple(found)

    def _caches(self) -> tuple[Cache, ...]:
        return tuple(Cache(value, everything, self._runs(value)[0]) for value, everything in self.whole.items())

    def _cuts(self) -> tuple[Cut, ...]:
        given = {item.out: item.array for item in self.program.inputs}
        return tuple(Cut(out, value, given.get(value, ""), pattern) for (value, pattern), out in self.cuts.items())

    # ------------------------------------------------------------------------------------------------- statements

    def _block(self, body: Sequence[Statement]) -> tuple[Statement, ...]:
        made: list[Statement] = []
        for statement in reversed(body):
            if statement.out in self.known or (pattern := self._computed(statement.out)) is None:
                continue
            if isinstance(statement, Repeat):
                made.append(self._repeat(statement, pattern))
            else:
                made.extend(reversed(self._made(statement, pattern)))
        return tuple(reversed(made))

    def _repeat(self, repeat: Repeat, pattern: Pattern) -> Repeat:
        if len(self._runs(repeat.out)) > 1:
            raise NotStepped(f"the state of {repeat.out!r} has more than one position")
        result = self._row(repeat.result)
        body = self._block(repeat.body)
        initial = self._row(repeat.initial)
        return replace(repeat, body=body, initial=initial, result=result, type=self._typed(repeat.type, pattern))

    def _made(self, statement: Statement, pattern: Pattern) -> list[Statement]:
        """What computes so much of the statement's value, in order."""
        typed = self._typed(statement.type, pattern)
        match statement:
            case Constant():
                return [statement]
            case Fixed(ids=ids):
                self._no_keys(statement, pattern)
                return [replace(statement, ids=None if ids is None else self._row(ids), type=typed)]
            case Einsum():
                return self._einsum(statement, pattern)
            case Spread(value=value, indices=indices, output=output):
                self._no_keys(statement, pattern)
                extents = dict(zip(output, pattern, strict=True))
                name = self._want(value, tuple(extents[i] for i in indices))
                return [replace(statement, value=name, type=typed)]
            case Apply():
                return self._apply(statement, pattern)
            case Add():
                return [self._add(statement, pattern, typed)]
            case Scale(value=value) | Conj(value=value):
                return [replace(statement, value=self._want(value, pattern), type=typed)]
            case Reshape(value=value):
                before: list[Extent] = [""] * len(self._axes(value))
                for sources, targets in statement.pattern:
                    if len(sources) == len(targets) == 1:
                        before[sources[0]] = pattern[targets[0]]
                return [replace(statement, value=self._want(value, tuple(before)), type=typed)]
            case Select(value=value, axis=axis):
                name = self._want(value, (*pattern[:axis], "", *pattern[axis:]))
                return [replace(statement, value=name, type=typed)]
            case Gather(value=value, axis=axis, ids=ids):
                count = len(self._axes(ids))
                table = self._want(value, (*pattern[:axis], "", *pattern[axis + count :]))
                chosen = self._want(ids, pattern[axis : axis + count])
                return [replace(statement, value=table, ids=chosen, type=typed)]
            case Repeat() | Fused():
                raise TypeError("a repeat has a rule of its own, and forms are recognised in the step")
            case _:
                assert_never(statement)

    def _no_keys(self, statement: Statement, pattern: Pattern) -> None:
        if "all" in pattern:
            raise NotStepped(f"{statement.out!r} is made for all positions in every step")

    def _add(self, add: Add, pattern: Pattern, typed: Type) -> Add:
        if "all" in pattern and all(None in addend.axes for addend in add.addends):
            raise NotStepped(f"{add.out!r} is spread over all positions in every step")
        addends = []
        for addend in add.addends:
            extents: list[Extent] = [""] * len(self._axes(addend.value))
            for extent, at in zip(pattern, addend.axes, strict=True):
                if at is not None:
                    extents[at] = extent
            addends.append(replace(addend, value=self._want(addend.value, tuple(extents))))
        return replace(add, addends=tuple(addends), type=typed)

    def _apply(self, statement: Apply, pattern: Pattern) -> list[Statement]:
        value, name, runs = statement.value, statement.function, self._runs(statement.value)
        rule = function(name)
        before = list(pattern)
        if rule.reduces:
            for axis in sorted(statement.axes):
                before.insert(axis, "all" if axis in runs else "")
        met = [axis for axis in statement.axes if axis in runs]
        if met and name in ("causal_mask", "lower"):
            query, key = statement.axes
            if before[query] != "new" or before[key] != "all":
                raise NotStepped(f"of {statement.out!r} the row of a key is wanted")
            self.same[statement.out] = self._want(value, tuple(before))
            return []
        if met and (name not in ALONG_KEYS or before[met[0]] != "all"):
            raise NotStepped(f"{statement.out!r} is {rule.title} along positions, which one new row does not give")
        typed = self._typed(statement.type, pattern)
        return [replace(statement, value=self._want(value, tuple(before)), type=typed)]

    def _einsum(self, einsum: Einsum, pattern: Pattern) -> list[Statement]:
        extents: dict[Index, Extent] = dict(zip(einsum.output, pattern, strict=True))
        runs = frozenset(each.indices[at] for each in einsum.operands for at in self._runs(each.value))
        keys = list(dict.fromkeys(i for o in einsum.operands for i in o.indices if i in runs))
        keys = [index for index in keys if extents.setdefault(index, "all") == "all"]
        if len(keys) > 1:
            raise NotStepped(f"{einsum.out!r} runs over all positions more than once")
        made: list[Einsum] = [einsum]
        for key in keys:
            parts = split(made[-1], key, runs, self.types, self._fresh(f"{einsum.out}_{key}"))
            if len(parts) == 2:
                self.types[parts[0].out] = parts[0].type
                if any(each.value in self.varying for each in parts[0].operands):
                    self.varying.add(parts[0].out)
            made[-1:] = parts
        if len(made) > 1:
            self.parted[einsum.out] = tuple(made)
        last = self._product(made[-1], extents, pattern)
        before: list[Statement] = []
        for part in reversed(made[:-1]):
            found = self._computed(part.out)
            assert found is not None
            before.append(self._product(part, {part.output[0]: "new"}, found))
        return [*reversed(before), last]

    def _product(self, einsum: Einsum, extents: dict[Index, Extent], pattern: Pattern) -> Einsum:
        operands = []
        for each in einsum.operands:
            runs = self._runs(each.value)
            wanted: Pattern = tuple(extents.get(i, "") if at in runs else "" for at, i in enumerate(each.indices))
            operands.append(Operand(self._want(each.value, wanted), each.indices))
        return replace(einsum, operands=tuple(operands), type=self._typed(einsum.type, pattern))


def _varying(program: Program, ids: Name) -> set[Name]:
    """Values that depend on the ids."""
    found = {ids}

    def visit(body: Iterable[Statement]) -> None:
        for statement in body:
            if isinstance(statement, Repeat):
                if statement.initial in found:
                    found.add(statement.state)
                visit(statement.body)
                if statement.result in found and statement.state not in found:
                    found.add(statement.state)
                    visit(statement.body)
                if statement.state in found:
                    found.add(statement.out)
            elif found.intersection(reads(statement)):
                found.add(statement.out)

    visit(program.body)
    return found
