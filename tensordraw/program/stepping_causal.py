"""Whether a program is causal along its positions, proven statement by statement.

A value is causal if each of its entries depends on the ids at no later position than the latest of the entry's own
positions, however many positions follow. That holds of ids and of arrays cut to the length; the rules below keep it. What
is added over positions has to vanish after a position that stays: `Below` says of two axes of a value what its entries are
where the second axis is later than the first. A causal mask makes them minus infinity, softmax then makes them 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, TypeAlias, assert_never

from tensordraw.program.functions import function
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

Fill: TypeAlias = Literal["zero", "minus infinity"]
Below: TypeAlias = frozenset[tuple[int, int, Fill]]  # (query axis, key axis, entries where the key is later)
NOTHING: Below = frozenset()

KEEP_ZERO = frozenset({"relu", "gelu", "gelu_tanh", "silu", "tanh", "abs", "square", "sqrt", "sin", "step"})
MAKE_ZERO = frozenset({"exp", "sigmoid", "relu", "step"})  # of minus infinity
FROM_MINUS_INFINITY: dict[str, Fill] = {
    "softmax": "zero", "log_softmax": "minus infinity", "argmax_one_hot": "zero", "max": "zero",
}  # fmt: skip


class NotCausal(Exception):
    """The program is not causal, or that cannot be seen; the message says where."""


def positions(type_: Type, space: str) -> tuple[int, ...]:
    """The axes of a value that run over the positions."""
    return tuple(at for at, axis in enumerate(type_.axes) if axis.flexible == space)


def prove(program: Program, space: str) -> None:
    """Nothing where every value of the program is causal along the flexible space; NotCausal otherwise."""
    proof = _Proof(space, {given.out: given.type for given in program.inputs})
    proof.block(program.body)


class _Proof:
    def __init__(self, space: str, types: dict[Name, Type]) -> None:
        self.space = space
        self.types = types
        self.below: dict[Name, Below] = {}

    def block(self, body: Iterable[Statement]) -> None:
        for statement in body:
            below = self._repeat(statement) if isinstance(statement, Repeat) else self._statement(statement)
            self.types[statement.out] = statement.type
            # An axis that another is not of the same kind cannot be later than it.
            here = positions(statement.type, self.space)
            self.below[statement.out] = frozenset(each for each in below if {each[0], each[1]} <= set(here))

    def _repeat(self, repeat: Repeat) -> Below:
        """Of a state nothing is known but that it is causal: one with two position axes has no step anyway."""
        self.types[repeat.state] = repeat.type
        self.block(repeat.body)
        return NOTHING

    def _of(self, value: Name) -> Below:
        return self.below.get(value, NOTHING)

    def _runs(self, value: Name) -> tuple[int, ...]:
        return positions(self.types[value], self.space)

    def _statement(self, statement: Statement) -> Below:
        match statement:
            case Constant():
                return NOTHING
            case Fixed():
                return self._fixed(statement)
            case Einsum():
                return self._einsum(statement)
            case Spread(value=value, indices=indices, output=output):
                runs = {indices[at] for at in self._runs(value)} | {
                    output[at] for at in positions(statement.type, self.space)
                }
                if any(output.count(index) > 1 or indices.count(index) > 1 for index in runs):
                    raise NotCausal(f"{statement.out!r} puts positions on a diagonal")
                return NOTHING
            case Apply():
                return self._apply(statement)
            case Add():
                return self._add(statement)
            case Scale(value=value, factor=factor):
                return self._of(value) if factor > 0 else _only(self._of(value), "zero")
            case Reshape():
                return self._reshape(statement)
            case Select(value=value, axis=axis):
                if axis in self._runs(value):
                    raise NotCausal(f"{statement.out!r} is the slice of {value!r} at one position")
                return _moved(self._of(value), lambda at: at - (at > axis))
            case Gather(value=value, axis=axis):
                if axis in self._runs(value):
                    raise NotCausal(f"{statement.out!r} looks positions of {value!r} up")
                return NOTHING
            case Conj(value=value):
                return self._of(value)
            case Repeat() | Fused():
                raise TypeError("a repeat has a rule of its own, and programs are proven before forms are recognised")
            case _:
                assert_never(statement)

    def _fixed(self, statement: Fixed) -> Below:
        here = positions(statement.type, self.space)
        if here and len(statement.type.axes) > 1 and statement.kind not in ("one_hot", "ones"):
            raise NotCausal(f"{statement.out!r} is a fixed array over positions")
        return NOTHING

    def _einsum(self, einsum: Einsum) -> Below:
        """A product. A position that it is added over has a zero after a position that stays."""
        named = [(self._named(operand), operand) for operand in einsum.operands]
        if len(einsum.operands) > 1 and any(fill == "minus infinity" for each, _ in named for _, _, fill in each):
            raise NotCausal(f"{einsum.out!r} multiplies a masked value before its softmax")
        runs = {operand.indices[at] for _, operand in named for at in self._runs(operand.value)}
        summed = runs - set(einsum.output)
        if not summed and len(einsum.operands) == 1 and set(einsum.output) == set(einsum.operands[0].indices):
            place = {index: at for at, index in enumerate(einsum.output)}
            return frozenset((place[q], place[k], fill) for each, _ in named for q, k, fill in each)
        zero = {(q, k) for each, _ in named for q, k, fill in each if fill == "zero"}
        while more := {(q, j) for q, k in zero for i, j in zero if k == i and q != j} - zero:
            zero |= more
        for key in sorted(summed):
            if not any(k == key and q in einsum.output for q, k in zero):
                raise NotCausal(f"{einsum.out!r} adds over all positions, and no causal mask limits them")
        place = {index: at for at, index in enumerate(einsum.output)}
        return frozenset((place[q], place[k], "zero") for q, k in zero if q in place and k in place)

    def _named(self, operand: Operand) -> frozenset[tuple[Index, Index, Fill]]:
        found = ((operand.indices[q], operand.indices[k], fill) for q, k, fill in self._of(operand.value))
        return frozenset(each for each in found if each[0] != each[1])

    def _apply(self, statement: Apply) -> Below:
        value, name, below = statement.value, statement.function, self._of(statement.value)
        runs, rule = self._runs(value), function(name)
        if rule.rule == "elementwise":
            kept = _only(below, "zero") if name in KEEP_ZERO else NOTHING
            masked = _only(below, "minus infinity") if name in MAKE_ZERO else NOTHING
            return kept | frozenset((q, k, "zero") for q, k, _ in masked)
        met = [axis for axis in statement.axes if axis in runs]
        if not met:
            return NOTHING
        if rule.rule == "along":
            return self._along(statement, met[0], below)
        if len(met) == 2 and name in ("causal_mask", "lower", "strictly_lower"):
            query, key = statement.axes
            if name == "causal_mask":
                return frozenset({(query, key, "minus infinity")})
            return _only(below, "zero") | {(query, key, "zero")}
        raise NotCausal(f"{statement.out!r} is {rule.title} over positions")

    def _along(self, statement: Apply, key: int, below: Below) -> Below:
        name = statement.function
        if name == "cumulative_sum":
            return NOTHING
        wanted: Fill = "zero" if name in ("sum_normalise", "l2_normalise") else "minus infinity"
        queries = [q for q, k, fill in below if k == key and fill == wanted]
        if not queries or not (wanted == "zero" or name in FROM_MINUS_INFINITY):
            raise NotCausal(f"{statement.out!r} is {function(name).title} along all positions")
        if function(name).reduces:
            return NOTHING
        fill = FROM_MINUS_INFINITY.get(name, "zero")
        return frozenset((query, key, fill) for query in queries)

    def _add(self, add: Add) -> Below:
        """Zero where all are; minus infinity where one is and none takes infinities away."""
        placed = [
            _moved(self._of(addend.value), {axis: at for at, axis in enumerate(addend.axes) if axis is not None}.get)
            for addend in add.addends
        ]
        zero = frozenset.intersection(*(_only(each, "zero") for each in placed)) if placed else NOTHING
        masked = [_only(each, "minus infinity") for each in placed]
        if any(each and addend.factor <= 0 for each, addend in zip(masked, add.addends, strict=True)):
            return zero
        return zero | frozenset().union(*masked)

    def _reshape(self, reshape: Reshape) -> Below:
        place: dict[int, int] = {}
        runs = self._runs(reshape.value)
        for before, after in reshape.pattern:
            if len(before) == len(after) == 1:
                place[before[0]] = after[0]
            elif set(before) & set(runs) or set(after) & set(positions(reshape.type, self.space)):
                raise NotCausal(f"{reshape.out!r} merges or splits positions")
        return _moved(self._of(reshape.value), place.get)


def _only(below: Below, fill: Fill) -> Below:
    return frozenset(each for each in below if each[2] == fill)


def _moved(below: Below, place: Callable[[int], int | None]) -> Below:
    """What holds when axes are at other places; None where an axis is gone."""
    moved = ((place(q), place(k), fill) for q, k, fill in below)
    return frozenset((q, k, fill) for q, k, fill in moved if q is not None and k is not None)
