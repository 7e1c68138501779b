"""Whether a program is well formed: one definition a value, defined before it is used, sizes that agree.

Every pass keeps this; tests run it after each. A fault is a programmer's mistake, so it raises `AssertionError`.
"""

from __future__ import annotations

from math import prod

from tensordraw.program.flow import reads
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
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
    Type,
)


def check(program: Program) -> Program:
    """The program itself. Raises `AssertionError` naming the first statement that is not well formed."""
    types = {entry.out: entry.type for entry in program.inputs}
    assert len(types) == len(program.inputs), "two inputs define one value"
    _check_body(program.body, types, set())
    for output in program.outputs:
        assert output.value in types, f"the result {output.value} is not defined"
    return program


def _check_body(body: tuple[Statement, ...], types: dict[Name, Type], loops: set[str]) -> None:
    for statement in body:
        where = f"{type(statement).__name__} {statement.out}"
        assert statement.out not in types, f"{where}: defined twice"
        if isinstance(statement, Repeat):
            _check_repeat(statement, types, loops, where)
        else:
            for name in reads(statement):
                assert name in types, f"{where}: {name} is not defined"
            _check_statement(statement, types, loops, where)
        types[statement.out] = statement.type


def _check_repeat(repeat: Repeat, types: dict[Name, Type], loops: set[str], where: str) -> None:
    assert repeat.initial in types, f"{where}: {repeat.initial} is not defined"
    assert repeat.index not in loops, f"{where}: the loop variable {repeat.index} is taken"
    inner = {**types, repeat.state: repeat.type}
    _check_body(repeat.body, inner, loops | {repeat.index})
    assert repeat.result in inner, f"{where}: {repeat.result} is not defined"
    shapes = {types[repeat.initial].shape, inner[repeat.result].shape, repeat.type.shape}
    assert len(shapes) == 1, f"{where}: the state changes its shape: {shapes}"


def _check_statement(statement: Statement, types: dict[Name, Type], loops: set[str], where: str) -> None:
    shape = statement.type.shape
    match statement:
        case Constant() | Repeat():
            return
        case Fixed():
            expected = shape if statement.ids is None else (*types[statement.ids].shape, shape[-1])
        case Einsum():
            sizes: dict[Index, int] = {}
            for operand in statement.operands:
                for index, size in zip(operand.indices, types[operand.value].shape, strict=True):
                    assert sizes.setdefault(index, size) == size, f"{where}: index {index} has two sizes"
            assert len(set(statement.output)) == len(statement.output), f"{where}: an index twice in the output"
            expected = tuple(sizes[index] for index in statement.output)
        case Spread():
            assert set(statement.indices) <= set(statement.output), f"{where}: an index is lost"
            known = dict(zip(statement.indices, types[statement.value].shape, strict=True))
            expected = tuple(known.get(index, size) for index, size in zip(statement.output, shape, strict=True))
        case Add():
            for addend in statement.addends:
                source = types[addend.value].shape
                for size, axis in zip(shape, addend.axes, strict=True):
                    assert axis is None or source[axis] == size, f"{where}: {addend.value} has another shape"
            expected = shape
        case Reshape():
            assert prod(shape) == prod(types[statement.value].shape), f"{where}: another number of entries"
            for ins, outs in statement.pattern:
                before = prod(types[statement.value].shape[n] for n in ins)
                assert before == prod(shape[n] for n in outs), f"{where}: a group of axes changes its size"
            expected = shape
        case Select():
            assert isinstance(statement.at, int) or statement.at in loops, f"{where}: no loop variable {statement.at}"
            source = types[statement.value].shape
            expected = (*source[: statement.axis], *source[statement.axis + 1 :])
        case Gather():
            source, ids = types[statement.value].shape, types[statement.ids]
            assert ids.integer, f"{where}: {statement.ids} holds no ids"
            expected = (*source[: statement.axis], *ids.shape, *source[statement.axis + 1 :])
        case Apply():
            assert all(0 <= axis < len(types[statement.value].shape) for axis in statement.axes), (
                f"{where}: no such axis"
            )
            expected = shape
        case Fused(plain=plain):
            inner = dict(types)
            _check_body(plain, inner, loops)
            assert plain[-1].out == statement.out, f"{where}: its plain statements define something else"
            expected = inner[statement.out].shape
        case Scale() | Conj():
            expected = types[statement.value].shape
    assert shape == expected, f"{where}: has shape {shape} where {expected} follows"
