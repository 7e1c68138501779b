"""A program on batches: a leading axis on chosen inputs, carried through every statement that depends on them.

`batched` is a pass like the others, so every language and the evaluator know batches without knowing of this module. The
new axis is `open`: how long it is, the arrays say, and printed code asks them. It leads in every value that depends on a
chosen input, and only in those; what meets such a value without having the axis itself is spread along it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import assert_never

from msgspec.structs import replace

from tensordraw.errors import Error
from tensordraw.program.flow import types, walk
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Fused,
    Gather,
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

SIZE = 32  # of the axis where a number is needed: for costs and the order of contractions


def batched(program: Program, names: Sequence[str], size: int = SIZE) -> Program:
    """The program with a first axis "batch" on the inputs of these array names, and on each result that depends on them.

    `size` is the axis's size where the program is checked or evaluated. Raises errors.Error for an unknown name.
    """
    known = list(dict.fromkeys(given.array for given in program.inputs))
    for name in names:
        if name not in known:
            there = f"the arrays are {', '.join(known)}" if known else "it has no arrays"
            raise Error(f"The diagram has no array {name!r} that could come in batches: {there}.")
    if not names:
        return program
    batching = _Batching(program, size)
    inputs = tuple(batching.input(given) if given.array in names else given for given in program.inputs)
    body = batching.block(program.body)
    origin = dict(program.origin) | {out: program.origin.get(of, ()) for out, of in batching.extra.items()}
    return replace(program, inputs=inputs, body=body, origin=origin)


class _Batching:
    """One walk over a program: which values have the axis, the types of all, names that are taken, and for each value
    that is new the one it is made for."""

    def __init__(self, program: Program, size: int) -> None:
        self.types = types(program)
        self.axis = Axis(_unused(program, self.types), size, open=True)
        self.has: set[Name] = set()
        self.taken = set(self.types)
        self.extra: dict[Name, Name] = {}

    def input(self, given: Input) -> Input:
        """The input with the axis first."""
        variances = ("none", *given.variances) if given.variances else ()
        return replace(given, type=self.mark(given.out, given.type), variances=variances)

    def mark(self, name: Name, type: Type) -> Type:
        """Note that the value has the axis, and give the type that it has with it."""
        self.has.add(name)
        self.types[name] = replace(type, axes=(self.axis, *type.axes))
        return self.types[name]

    def block(self, body: Iterable[Statement]) -> tuple[Statement, ...]:
        """The statements with the axis wherever they depend on it."""
        return tuple(made for statement in body for made in self.statement(statement))

    def statement(self, statement: Statement) -> Iterator[Statement]:
        """The statement with the axis, with what it needs before it; as it is where nothing that it reads has it."""
        match statement:
            case Constant():
                yield statement
            case Repeat():
                yield from self._repeat(statement)
            case Gather():
                yield from self._gather(statement)
            case Einsum() if any(operand.value in self.has for operand in statement.operands):
                yield self._einsum(statement)
            case Add() if any(addend.value in self.has for addend in statement.addends):
                addends = tuple(self._addend(addend) for addend in statement.addends)
                yield replace(statement, addends=addends, type=self.mark(statement.out, statement.type))
            case Einsum() | Add():
                yield statement
            case Fixed():
                carries = statement.ids in self.has
                yield replace(statement, type=self.mark(statement.out, statement.type)) if carries else statement
            case Spread() | Apply() | Scale() | Reshape() | Select() | Conj():
                yield self._changed(statement) if statement.value in self.has else statement
            case Fused():
                raise AssertionError("a recognised form is taken apart before")
            case _:
                assert_never(statement)

    def _changed(self, statement: Spread | Apply | Scale | Reshape | Select | Conj) -> Statement:
        """A statement whose one value has the axis."""
        type = self.mark(statement.out, statement.type)
        match statement:
            case Spread(indices=indices, output=output):
                index = _index((*indices, *output), self.axis.name)
                return replace(statement, indices=(index, *indices), output=(index, *output), type=type)
            case Apply(axes=axes):
                return replace(statement, axes=tuple(axis + 1 for axis in axes), type=type)
            case Reshape(pattern=pattern):
                later = tuple((tuple(n + 1 for n in ins), tuple(n + 1 for n in outs)) for ins, outs in pattern)
                return replace(statement, pattern=(((0,), (0,)), *later), type=type)
            case Select(axis=axis):
                return replace(statement, axis=axis + 1, type=type)
            case Scale() | Conj():
                return replace(statement, type=type)
            case _:
                assert_never(statement)

    def _einsum(self, einsum: Einsum) -> Einsum:
        indices = itertools.chain(einsum.output, *(operand.indices for operand in einsum.operands))
        index = _index(indices, self.axis.name)
        operands = tuple(
            replace(operand, indices=(index, *operand.indices)) if operand.value in self.has else operand
            for operand in einsum.operands
        )
        type = self.mark(einsum.out, einsum.type)
        return replace(einsum, operands=operands, output=(index, *einsum.output), type=type)

    def _addend(self, addend: Addend) -> Addend:
        if addend.value not in self.has:
            return replace(addend, axes=(None, *addend.axes))
        return replace(addend, axes=(0, *(None if axis is None else axis + 1 for axis in addend.axes)))

    def _gather(self, gather: Gather) -> Iterator[Statement]:
        """Rows of one table by ids in batches, of tables in batches by the same ids, or of each table by its own ids."""
        of_table, of_ids = gather.value in self.has, gather.ids in self.has
        axis = gather.axis
        if of_table and of_ids:
            # A gather has all rows from one table; a product with one-hots has each from its own.
            ids, table = self.types[gather.ids].axes, self.types[gather.value].axes
            hot = self._new(gather.out)
            self.types[hot] = Type((*ids, table[axis + 1]))
            yield Fixed(hot, "one_hot", self.types[hot], gather.ids)
            first, *indices = _indices((*table, *ids[1:]))
            of, places = indices[: len(table) - 1], indices[len(table) - 1 :]
            rows, hots = Operand(gather.value, (first, *of)), Operand(hot, (first, *places, of[axis]))
            output = (first, *of[:axis], *places, *of[axis + 1 :])
            yield Einsum(gather.out, (rows, hots), output, self.mark(gather.out, gather.type))
        elif of_table:
            yield replace(gather, axis=axis + 1, type=self.mark(gather.out, gather.type))
        elif of_ids and axis == 0:
            yield replace(gather, type=self.mark(gather.out, gather.type))
        elif of_ids:
            # The ids' axes stand where the table's axis stood: the first of them moves to the front.
            found, axes = self._new(gather.out), gather.type.axes
            self.types[found] = Type((*axes[:axis], self.axis, *axes[axis:]))
            yield replace(gather, out=found, type=self.types[found])
            first, *of = _indices((self.axis, *axes))
            operand = Operand(found, (*of[:axis], first, *of[axis:]))
            yield Einsum(gather.out, (operand,), (first, *of), self.mark(gather.out, gather.type))
        else:
            yield gather

    def _repeat(self, repeat: Repeat) -> Iterator[Statement]:
        initial = repeat.initial
        carries = initial in self.has or self._gains(repeat)
        if carries and initial not in self.has:
            spread = self._spread(initial, repeat.out)
            yield spread
            initial = spread.out
        type = self.mark(repeat.state, repeat.type) if carries else repeat.type
        body, result = self.block(repeat.body), repeat.result
        if carries and result not in self.has:
            spread = self._spread(result, repeat.out)
            body, result = (*body, spread), spread.out
        if carries:
            self.mark(repeat.out, repeat.type)
        yield replace(repeat, initial=initial, body=body, result=result, type=type)

    def _gains(self, repeat: Repeat) -> bool:
        """Whether the result of a body depends on the batch although the initial state does not."""
        before = self.types.copy(), self.has.copy(), self.taken.copy(), self.extra.copy()
        self.block(repeat.body)
        found = repeat.result in self.has
        self.types, self.has, self.taken, self.extra = before
        return found

    def _spread(self, value: Name, owner: Name) -> Spread:
        """The value repeated along the axis."""
        out, type = self._new(owner), self.types[value]
        first, *indices = _indices((self.axis, *type.axes))
        return Spread(out, value, tuple(indices), (first, *indices), self.mark(out, type))

    def _new(self, owner: Name) -> Name:
        """A new value's name, made for the value `owner`."""
        wishes = itertools.chain([f"{owner}_batch"], (f"{owner}_batch{n}" for n in itertools.count(2)))
        name = next(wish for wish in wishes if wish not in self.taken)
        self.taken.add(name)
        self.extra[name] = owner
        return name


def _unused(program: Program, known: dict[Name, Type]) -> str:
    """A name for the axis that no other axis or index of the program has: `batch`, or with a number."""
    taken = {axis.name for type in known.values() for axis in type.axes}
    for statement in walk(program.body):
        match statement:
            case Einsum(operands=operands):
                taken.update(index for operand in operands for index in operand.indices)
            case Spread(output=output):
                taken.update(output)
            case _:
                pass
    return _index(taken, "batch")


def _indices(axes: Sequence[Axis]) -> tuple[str, ...]:
    """A different index for each axis, called as the axis is as far as that goes."""
    found: list[str] = []
    for axis in axes:
        found.append(_index(found, axis.name))
    return tuple(found)


def _index(taken: Iterable[str], wish: str) -> str:
    """The wish, with a number if it is taken."""
    taken = set(taken)
    wishes = itertools.chain([wish], (f"{wish}{n}" for n in itertools.count(2)))
    return next(each for each in wishes if each not in taken)
