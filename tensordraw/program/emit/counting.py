"""Positions as code counts them: the running sum of ones is an `arange`, which is exact.

A drawing makes the numbers 1, 2, ... as the running sum of ones. In the numbers of a model, which may be of 16 bits, such a
sum stops growing at 256 (bfloat16), and so does what is computed from it. So printers count instead, and what follows from
counts alone (frequencies, angles) is computed in numbers of 32 bits or more. `borders` are the last of these values, which
code turns into the numbers of the model.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace as replace_binding

from msgspec.structs import replace

from tensordraw.program.emit.binding import Binding
from tensordraw.program.flow import reads, types, walk, without_dead
from tensordraw.program.identifiers import Names
from tensordraw.program.statements import (
    Add,
    Apply,
    Conj,
    Einsum,
    Fixed,
    Name,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
)

_SHIFTED = re.compile(r"\s*x\s*([+-])\s*(\d+)\s*")


def counted(program: Program) -> Program:
    """The program with counts for running sums of ones, and for these less a number; the same object where it has none."""
    counts: dict[Name, Fixed] = {}
    body = _block(program.body, {}, counts)
    if not counts:
        return program
    before = {value for statement in walk(program.body) for value in reads(statement)}
    made = replace(program, body=without_dead(body, before, {output.value for output in program.outputs}))
    known = types(made)
    return replace(made, captures={text: value for text, value in program.captures.items() if value in known})


def _block(body: Iterable[Statement], ones: dict[Name, Fixed], counts: dict[Name, Fixed]) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for statement in body:
        match statement:
            case Fixed(out=out, kind="ones" | "delta", type=type) if len(type.axes) == 1:
                ones[out] = statement
            case Apply(out=out, function="cumulative_sum", value=value) if value in ones:
                statement = counts[out] = Fixed(out, "count", statement.type, offset=1)
            case Apply(out=out, function="expression", value=value, expression=text) if (
                value in counts and (shifted := _SHIFTED.fullmatch(text)) is not None
            ):
                by = int(f"{shifted[1]}{shifted[2]}")
                statement = counts[out] = Fixed(out, "count", statement.type, offset=counts[value].offset + by)
            case Repeat():
                statement = replace(statement, body=_block(statement.body, ones, counts))
            case _:
                pass
        found.append(statement)
    return tuple(found)


def borders(program: Program) -> frozenset[Name]:
    """The values that are computed from counts alone and are read beside others, or are results."""
    exact: set[Name] = set()
    found = {output.value for output in program.outputs}
    for statement in walk(program.body):
        values = tuple(reads(statement))
        plain = isinstance(statement, Einsum | Apply | Add | Scale | Reshape | Select | Spread | Conj)
        if (isinstance(statement, Fixed) and statement.kind == "count") or (
            plain and values and exact.issuperset(values)
        ):
            exact.add(statement.out)
        else:
            found.update(values)
    return frozenset(found & exact)


def end(start: int, length: str) -> str:
    """Where a count from `start` over a length, which code says so, ends: one beyond its last number."""
    if length.isdigit():
        return str(start + int(length))
    return f"{length} {'+' if start > 0 else '-'} {abs(start)}" if start else length


def named(program: Program, binding: Binding) -> Binding:
    """The variables of a program, of which counts are called so and not running sums."""
    sums = [s.out for s in walk(program.body) if isinstance(s, Fixed) and s.kind == "count"]
    sums = [out for out in sums if binding.variables.get(out, "").startswith("cumulative_sum")]
    names = Names({*binding.variables.values(), *binding.loops.values(), *binding.parameters.values()})
    return replace_binding(binding, variables={**binding.variables, **{out: names.take("count") for out in sums}})
