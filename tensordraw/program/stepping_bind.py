"""A step on a model's arrays as one flat list of closures: everything that does not change from token to token is done once.

Repeats are unrolled. What depends on weights alone (slices of stacks, weights as matrices) is computed here, and put in
place at the start of each turn. Rows so far are views of buffers for as many positions as there will be; an axis of them
has no size where closures are made (-1 stands for what is left), so that nothing is compiled again as it grows.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

from msgspec.structs import replace

from tensordraw.program.backends import Array, Backend
from tensordraw.program.closures import Compute, Frame, Scope, closure
from tensordraw.program.closures_fused import fused_closure
from tensordraw.program.contract import merged, pair, unmerged
from tensordraw.program.flow import reads, types, walk
from tensordraw.program.fuse import fused
from tensordraw.program.plan import axis_sizes, plan
from tensordraw.program.statements import (
    Apply,
    Einsum,
    Fused,
    Index,
    Linear,
    Name,
    Operand,
    Program,
    Repeat,
    Select,
    Statement,
    Type,
)
from tensordraw.program.stepping import Step
from tensordraw.program.stepping_rows import Cache, Pattern

Op: TypeAlias = tuple[Compute, int]  # what computes a value, and its slot


@dataclass(slots=True)
class StepFrame(Frame):
    """The values of a step, and the position of the new row."""

    at: int = 0


class Buffer:
    """Rows of a cache for `length` positions, in every turn of the repeats around it (`counts`); made at the first rows."""

    def __init__(self, library: Backend, cache: Cache, type_: Type, counts: tuple[int, ...], length: int) -> None:
        shape = list(type_.shape)
        shape[cache.axis] = length
        self._library, self._shape = library, (*counts, *shape)
        self._before = (slice(None),) * (len(counts) + cache.axis)
        self._array: Array = None

    def array(self, like: Array) -> Array:
        """The buffer, of the dtype of the rows."""
        if self._array is None:
            self._array = self._library.full(self._shape, 0, like.dtype, like)
        return self._array

    def fill(self, rows: Array, count: int) -> None:
        """Takes the first rows of all turns at once."""
        self.array(rows)[(*self._before, slice(count))] = rows


@dataclass(frozen=True, slots=True)
class Bound:
    """What a step runs: `ops` in order on `frame`, once the slots of ids and cuts are filled."""

    ops: list[Op]
    frame: StepFrame
    ids: int
    cuts: list[tuple[int, Array, Pattern]]
    result: int
    buffers: dict[Name, Buffer]


def bind(step: Step, known: Mapping[Name, Array], library: Backend, length: int) -> Bound:
    """The step on the arrays `known` by the names of values: its inputs, and whole what it takes cuts of."""
    program, kept = _scaled(step.program), {cache.value for cache in step.caches}
    if library.name == "numpy":  # which has nothing to gain from attention as a whole in one row
        kept |= {s.out for s in walk(program.body) if isinstance(s, Apply) and s.function == "softmax"}
    program = _open(plan(fused(program, kept, turns=True)))
    names = [*types(program), *(s.index for s in walk(program.body) if isinstance(s, Repeat))]
    slots = {name: slot for slot, name in enumerate(dict.fromkeys(names))}
    cut = {each.out for each in step.cuts} | {each.everything for each in step.caches} | {step.ids}
    floats = [array for name, array in known.items() if not library.is_integer(array)]
    frame = StepFrame([None] * len(slots), library.common(floats), floats[0] if floats else None)
    arrays = {item.out: item.array for item in program.inputs}
    scope = Scope(library, types(program), slots, arrays)
    binder = _Binder(scope, frame, {cache.value: cache for cache in step.caches}, length)
    for item in program.inputs:
        if item.out not in cut:
            frame.values[slots[item.out]] = known[item.out]
            binder.constant.add(item.out)
    binder.block(program.body, ())
    cuts = [(slots[each.out], known[each.value], each.extents) for each in step.cuts]
    (output,) = program.outputs
    return Bound(binder.ops, frame, slots[step.ids], cuts, slots[output.value], binder.buffers)


def _scaled(program: Program) -> Program:
    """The program with products of a row and a vector made before what else is multiplied: then norms are recognised."""
    known, taken = types(program), {*types(program)}

    def parted(einsum: Einsum) -> list[Statement]:
        sizes = axis_sizes(einsum, known)
        pairs = [
            (prod(sizes[i] for i in a.indices), x, y)
            for x, a in enumerate(einsum.operands)
            for y, b in enumerate(einsum.operands)
            if x != y and set(b.indices) < set(a.indices) and len(set(a.indices)) == len(a.indices)
        ]
        if len(einsum.operands) < 3 or not pairs:
            return [einsum]
        _, x, y = min(pairs)
        first, second = einsum.operands[x], einsum.operands[y]
        name = next(n for n in (f"{einsum.out}_scaled{k}" for k in itertools.count()) if n not in taken)
        taken.add(name)
        known[name] = known[first.value]
        made = Einsum(name, (first, second), first.indices, known[name])
        rest = [each for at, each in enumerate(einsum.operands) if at not in (x, y)]
        operands = (*rest[: min(x, y)], Operand(name, first.indices), *rest[min(x, y) :])
        return [made, *parted(replace(einsum, operands=operands))]

    def block(body: Iterable[Statement]) -> tuple[Statement, ...]:
        found: list[Statement] = []
        for statement in body:
            if isinstance(statement, Repeat):
                statement = replace(statement, body=block(statement.body))
            found.extend(parted(statement) if isinstance(statement, Einsum) else [statement])
        return tuple(found)

    return replace(program, body=block(program.body))


def _open(program: Program) -> Program:
    """The program whose open axes have the size -1: what is left."""

    def sized(type_: Type) -> Type:
        axes = tuple(replace(axis, size=-1) if axis.open and not axis.flexible else axis for axis in type_.axes)
        return replace(type_, axes=axes)

    def block(body: Iterable[Statement]) -> tuple[Statement, ...]:
        found: list[Statement] = []
        for statement in body:
            statement = replace(statement, type=sized(statement.type))
            if isinstance(statement, Repeat):
                statement = replace(statement, body=block(statement.body))
            found.append(statement)
        return tuple(found)

    inputs = tuple(replace(item, type=sized(item.type)) for item in program.inputs)
    return replace(program, inputs=inputs, body=block(program.body))


@dataclass(slots=True)
class _Binder:
    scope: Scope
    frame: StepFrame
    caches: Mapping[Name, Cache]
    length: int
    ops: list[Op] = field(default_factory=list)
    constant: set[Name] = field(default_factory=set)  # values that no token changes, in the turn that is bound
    buffers: dict[Name, Buffer] = field(default_factory=dict)
    computes: dict[Name, Compute] = field(default_factory=dict)
    put: dict[int, Array] = field(default_factory=dict)  # what the turn's ops read of it

    def block(self, body: Sequence[Statement], turns: tuple[tuple[int, int], ...], state: Name = "") -> None:
        """Ops of one turn: `turns` are those of the repeats around it, with how many each has."""
        outer, self.put = self.put, {}
        put = self.put
        self.ops.append((lambda frame: _placed(frame.values, put), self._slot()))
        if state in self.caches:
            self._keep(state, turns)
        for statement in body:
            if isinstance(statement, Repeat):
                self._repeat(statement, turns)
            else:
                self._statement(statement)
            if statement.out in self.caches:
                self._keep(statement.out, turns)
        self.put = outer

    def _slot(self) -> int:
        """A slot that no name has."""
        self.frame.values.append(None)
        return len(self.frame.values) - 1

    def _read(self, names: Iterable[Name]) -> None:
        """Constants that an op reads are put in place before it."""
        values, slots = self.frame.values, self.scope.slots
        self.put.update((slots[name], values[slots[name]]) for name in names if name in self.constant)

    def _statement(self, statement: Statement) -> None:
        names = list(reads(statement))
        if isinstance(statement, Select) and isinstance(statement.at, str):
            names.append(statement.at)
        out = self.scope.slots[statement.out]
        if all(name in self.constant for name in names):
            self.frame.values[out] = self._compute(statement)(self.frame)
            self.constant.add(statement.out)
            return
        self.constant.discard(statement.out)
        form = statement.form if isinstance(statement, Fused) else None
        if isinstance(form, Linear) and {name for name in names if name != form.value.value} <= self.constant:
            self._read([form.value.value])
            self.ops.append((self._linear(form), out))
        else:
            self._read(names)
            self.ops.append((self._compute(statement), out))

    def _compute(self, statement: Statement) -> Compute:
        """The statement's closure, made once for all turns."""
        if statement.out not in self.computes:
            match statement:
                case Fused():
                    made = fused_closure(statement, self.scope)
                case Einsum(operands=(_, _)):
                    made = self._product(statement)
                case _:
                    made = closure(statement, self.scope)
            self.computes[statement.out] = made
        return self.computes[statement.out]

    def _product(self, einsum: Einsum) -> Compute:
        """A product without the new row's index where both operands have it: a batch of one is a plain matrix product."""
        sizes = axis_sizes(einsum, self.scope.types)
        first, second = einsum.operands
        ones = {i for i in first.indices if i in second.indices and i in einsum.output and sizes[i] == 1}
        if not ones or any(len(set(each.indices)) < len(each.indices) for each in einsum.operands):
            return closure(einsum, self.scope)
        (a, left), (b, right), (output, _) = (_without(i, ones) for i in (first.indices, second.indices, einsum.output))
        act = pair(self.scope.library, a, b, output, sizes)
        x, y = self.scope.slots[first.value], self.scope.slots[second.value]
        back = tuple(None if index in ones else slice(None) for index in einsum.output)
        return lambda frame: act(frame.values[x][left], frame.values[y][right])[back]

    def _repeat(self, repeat: Repeat, turns: tuple[tuple[int, int], ...]) -> None:
        self._copy(repeat.initial, repeat.state)
        for turn in range(repeat.count):
            self.frame.values[self.scope.slots[repeat.index]] = turn
            self.constant.add(repeat.index)
            self.block(repeat.body, (*turns, (turn, repeat.count)), repeat.state)
            self._copy(repeat.result, repeat.state)
        self._copy(repeat.state, repeat.out)

    def _copy(self, source: Name, target: Name) -> None:
        values, slots = self.frame.values, self.scope.slots
        if source in self.constant:
            values[slots[target]] = values[slots[source]]
            self.constant.add(target)
            return
        self.constant.discard(target)
        slot = slots[source]
        self.ops.append((lambda frame: frame.values[slot], slots[target]))

    def _keep(self, value: Name, turns: tuple[tuple[int, int], ...]) -> None:
        """The value's new row joins its buffer, whose rows so far are then read."""
        cache, slot = self.caches[value], self.scope.slots[value]
        if value not in self.buffers:
            counts = tuple(count for _, count in turns)
            self.buffers[value] = Buffer(self.scope.library, cache, self.scope.types[value], counts, self.length)
        buffer, here = self.buffers[value], tuple(turn for turn, _ in turns)
        before = (slice(None),) * cache.axis
        self._read([value])
        kept: list[Array] = []

        def keep(frame: Any) -> Array:
            row, at = frame.values[slot], frame.at
            if not kept:
                kept.append(buffer.array(row)[here])
            rows = kept[0]
            rows[(*before, slice(at, at + 1))] = row
            return rows[(*before, slice(at + 1))]

        self.ops.append((keep, self.scope.slots[cache.everything]))

    def _linear(self, form: Linear) -> Compute:
        """A linear layer whose weight is a matrix from here on."""
        library, known = self.scope.library, self.scope.types
        sizes = {
            index: axis.size
            for operand in (form.value, form.weight)
            for index, axis in zip(operand.indices, known[operand.value].axes, strict=True)
        }
        summed = [index for index in form.value.indices if index in form.weight.indices]
        rows = [index for index in form.value.indices if index not in summed]
        columns = [index for index in form.weight.indices if index not in summed]
        if form.bias is not None:
            columns = list(form.bias.indices)
        first = merged(library, form.value.indices, [rows, summed], sizes)
        last = unmerged(library, [rows, columns], form.output, sizes)
        values, slots = self.frame.values, self.scope.slots
        weight = merged(library, form.weight.indices, [columns, summed], sizes)(values[slots[form.weight.value]])
        bias = None if form.bias is None else values[slots[form.bias.value]].reshape(-1)
        x, multiply = slots[form.value.value], _multiplied(library, weight, bias)
        return lambda frame: last(multiply(first(frame.values[x])))


def _without(indices: tuple[Index, ...], ones: set[Index]) -> tuple[tuple[Index, ...], tuple[int | slice, ...]]:
    """The other indices, and what takes the axes of `ones` away."""
    return tuple(i for i in indices if i not in ones), tuple(0 if i in ones else slice(None) for i in indices)


def _placed(values: list[Array], put: Mapping[int, Array]) -> None:
    for slot, value in put.items():
        values[slot] = value


def _multiplied(library: Backend, weight: Array, bias: Array | None) -> Callable[[Array], Array]:
    """(rows, in) to (rows, out) by a weight (out, in) and a bias (out,)."""
    if library.name == "numpy":
        across = weight.T
        return (lambda x: x.dot(across)) if bias is None else (lambda x: x.dot(across) + bias)
    import torch

    linear, parameters = torch.nn.functional.linear, [weight] if bias is None else [weight, bias]

    def multiply(x: Array) -> Array:
        if all(each.dtype == x.dtype for each in parameters):
            return linear(x, *parameters)
        common = library.common([x, *parameters])
        return linear(x.to(common), *(each.to(common) for each in parameters))

    return multiply
