"""What a program costs before it is run: multiplications and additions, the largest array, the contractions in order.

A contraction of two operands counts one multiplication for each combination of its indices, and as many additions where
an index is summed; sums, adds, scales and elementwise functions count one operation for each entry they read. A repeat
counts its body as often as it runs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

from tensordraw.program.flow import types
from tensordraw.program.plan import axis_sizes, plan
from tensordraw.program.statements import Add, Apply, Conj, Einsum, Name, Program, Repeat, Scale, Statement, Type


@dataclass(frozen=True, slots=True)
class Contraction:
    """One planned einsum: the value it defines, its spec in index names, operations each time, how often it runs."""

    out: Name
    spec: str
    flops: int
    times: int


@dataclass(frozen=True, slots=True)
class Cost:
    """`flops`: operations in total. `largest`: entries of the largest array. `path`: the contractions in order."""

    flops: int
    largest: int
    path: tuple[Contraction, ...]

    def __str__(self) -> str:
        done = f"{_count(self.flops)} operation{'s' if self.flops != 1 else ''}"
        lines = [f"{done}, largest array {_count(self.largest)} {'entries' if self.largest != 1 else 'entry'}"]
        for step in self.path:
            times = f"  x {step.times}" if step.times > 1 else ""
            lines.append(f"{_count(step.flops):>8}{times}  {step.out} = {step.spec}")
        return "\n".join(lines)


def _count(number: int) -> str:
    """1234567 as 1.23 M."""
    value, units = float(number), ["", " k", " M", " G", " T", " P"]
    while value >= 999.5 and len(units) > 1:
        value, units = value / 1000, units[1:]
    return f"{value:.3g}{units[0]}" if value < 1e6 else f"{value:.2e}{units[0]}"


def cost(program: Program) -> Cost:
    """The cost of the program, planned first where it is not yet."""
    program = plan(program)
    known = types(program)
    path: list[Contraction] = []
    flops = _body(program.body, known, 1, path)
    return Cost(flops, max((prod(type_.shape) for type_ in known.values()), default=0), tuple(path))


def _body(body: Sequence[Statement], known: Mapping[Name, Type], times: int, path: list[Contraction]) -> int:
    total = 0
    for statement in body:
        match statement:
            case Repeat():
                total += _body(statement.body, known, times * statement.count, path)
            case Einsum():
                step = _contraction(statement, known, times)
                total += step.flops * times
                path.append(step)
            case Apply() | Scale() | Conj():
                total += times * prod(known[statement.value].shape)
            case Add():
                total += times * prod(statement.type.shape) * max(1, len(statement.addends) - 1)
            case _:
                pass  # fixed arrays, reshapes, slices and gathers compute nothing
    return total


def _contraction(einsum: Einsum, known: Mapping[Name, Type], times: int) -> Contraction:
    sizes, output = axis_sizes(einsum, known), set(einsum.output)
    flops, left = 0, [set(operand.indices) for operand in einsum.operands]
    for at, indices in enumerate(left):
        alone = indices - output - set().union(*left[:at], *left[at + 1 :])
        if alone:  # summed before the product
            flops += prod(sizes[index] for index in indices)
            indices -= alone
    if len(left) == 2:
        flops += prod(sizes[index] for index in left[0] | left[1]) * (2 if (left[0] | left[1]) - output else 1)
    terms = ", ".join(" ".join(operand.indices) for operand in einsum.operands)
    return Contraction(einsum.out, f"{terms} -> {' '.join(einsum.output)}".strip(), flops, times)
