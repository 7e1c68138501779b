"""A program as text for people and golden tests: one line a statement, axes with their sizes at the end.

A = array 'A'                                [i 2, j 3]
B = array 'B'                                [j 3, k 4]
C = einsum A(i j) B(j k) -> (i k)            [i 2, k 4]
return C
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from tensordraw.program.flow import reads
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Fused,
    Gather,
    Index,
    Output,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
    Type,
)

INDENT = "  "


def show(program: Program) -> str:
    """The program as text, types aligned in a column as far as lines are short."""
    rows = [(f"{given.out} = array {given.array!r}", _type(given.type)) for given in program.inputs]
    rows += _rows(program.body, "")
    rows += [(f"return {_output(output)}", "") for output in program.outputs]
    width = min(max((len(text) for text, kind in rows if kind), default=0), 60)
    return "".join(f"{f'{text:{width}}  {kind}'.rstrip()}\n" for text, kind in rows)


def _rows(body: Iterable[Statement], indent: str) -> Iterator[tuple[str, str]]:
    for statement in body:
        if isinstance(statement, Repeat):
            head = f"{statement.out} = repeat {statement.index} < {statement.count} from {statement.state} = {statement.initial}"
            yield indent + head, _type(statement.type)
            yield from _rows(statement.body, indent + INDENT)
            yield f"{indent}{INDENT}again {statement.state} = {statement.result}", ""
        else:
            yield f"{indent}{statement.out} = {_text(statement)}", _type(statement.type)


def _text(statement: Statement) -> str:
    match statement:
        case Constant(_, expression, value):
            return f"constant {value!r}" + (f" = {expression}" if expression != repr(value) else "")
        case Fixed(_, kind, _, ids, offset):
            return f"fixed {kind}" + (f" of {ids}" if ids else "") + (f" offset {offset}" if kind == "shift" else "")
        case Einsum(_, operands, output):
            given = "".join(f" {operand.value}{_indices(operand.indices)}" for operand in operands)
            return f"einsum{given} -> {_indices(output)}"
        case Spread(_, value, indices, output):
            return f"spread {value}{_indices(indices)} -> {_indices(output)}"
        case Apply():
            return _apply(statement)
        case Add(_, addends):
            return "add " + (" + ".join(map(_addend, addends)) or "nothing")
        case Scale(_, value, factor, expression):
            return f"scale {value} by {factor!r}" + (f" = {expression}" if expression not in ("", repr(factor)) else "")
        case Reshape(_, value, pattern):
            groups = ", ".join(f"{_places(before)} -> {_places(after)}" for before, after in pattern)
            return f"reshape {value} {groups}"
        case Select(_, value, axis, at):
            return f"select {value} axis {axis} at {at}"
        case Gather(_, value, axis, ids):
            return f"gather {value} axis {axis} at {ids}"
        case Conj(_, value):
            return f"conj {value}"
        case Fused(_, form):
            return f"{type(form).__name__.lower()} of {' '.join(reads(statement))}"
        case Repeat():
            raise AssertionError("a repeat is several lines")
        case _:
            assert_never(statement)


def _apply(statement: Apply) -> str:
    axes = f" along {', '.join(map(str, statement.axes))}" if statement.axes else ""
    params = "".join(f" {name}={value!r}" for name, value in sorted(statement.params.items()))
    expression = f" {statement.expression!r}" if statement.expression else ""
    return f"{statement.function} {statement.value}{axes}{params}{expression}"


def _addend(addend: Addend) -> str:
    factor = "" if addend.coefficient == "1" else f"({addend.coefficient})*"
    moved = addend.axes != tuple(range(len(addend.axes)))
    axes = " ".join("-" if axis is None else str(axis) for axis in addend.axes)
    return f"{factor}{addend.value}" + (f"[{axes}]" if moved else "")


def _indices(indices: tuple[Index, ...]) -> str:
    return f"({' '.join(indices)})"


def _places(places: tuple[int, ...]) -> str:
    return f"({' '.join(map(str, places))})" if len(places) != 1 else str(places[0])


def _type(kind: Type) -> str:
    axes = ", ".join(f"{axis.name} {axis.size}" for axis in kind.axes)
    return f"[{axes}]" + (" integer" if kind.integer else "")


def _output(output: Output) -> str:
    return f"{output.name!r} = {output.value}" if output.name else output.value
