"""What a statement reads and defines, and the types of all values: questions that several passes and printers ask."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import assert_never

from msgspec.structs import replace

from tensordraw.program.statements import (
    Add,
    Apply,
    Attention,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Form,
    Fused,
    Gather,
    Linear,
    Name,
    Norm,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
    Turn,
    Type,
)


def walk(body: Iterable[Statement]) -> Iterator[Statement]:
    """All statements in order, a repeat before those of its body."""
    stack = [iter(body)]
    while stack:
        statement = next(stack[-1], None)
        if statement is None:
            stack.pop()
            continue
        yield statement
        if isinstance(statement, Repeat):
            stack.append(iter(statement.body))


def repeats(body: Iterable[Statement]) -> Iterator[Repeat]:
    """All repeats, an outer one before those inside it."""
    return (statement for statement in walk(body) if isinstance(statement, Repeat))


def reads(statement: Statement) -> tuple[Name, ...]:
    """Values that the statement itself reads, in order and as often as it does; of a repeat: the initial state and the
    result of its body, but not what its body reads."""
    match statement:
        case Constant():
            return ()
        case Fixed(ids=ids):
            return () if ids is None else (ids,)
        case Einsum(operands=operands):
            return tuple(operand.value for operand in operands)
        case Add(addends=addends):
            return tuple(addend.value for addend in addends)
        case Gather(value=value, ids=ids):
            return (value, ids)
        case Repeat(initial=initial, result=result):
            return (initial, result)
        case Fused(form=form):
            return _form_reads(form)
        case Spread() | Apply() | Scale() | Reshape() | Select() | Conj():
            return (statement.value,)
        case _:
            assert_never(statement)


def _form_reads(form: Form) -> tuple[Name, ...]:
    match form:
        case Attention(query=query, key=key, value=attended):
            return (query.value, key.value, attended.value)
        case Linear(value=activation, weight=weight, bias=bias):
            return (activation.value, weight.value, *([] if bias is None else [bias.value]))
        case Norm(value=value, weight=vector, bias=shift):
            return (value, vector, *([] if shift is None else [shift]))
        case Turn(value=turned, cosine=cosine, sine=sine):
            return (turned.value, cosine, sine)
        case _:
            assert_never(form)


def types(program: Program) -> dict[Name, Type]:
    """The type of every value of a program, those inside repeats and their states too."""
    found = {given.out: given.type for given in program.inputs}
    for statement in walk(program.body):
        found[statement.out] = statement.type
        if isinstance(statement, Repeat):
            found[statement.state] = statement.type
    return found


def without_dead(
    body: tuple[Statement, ...], before: Collection[Name], wanted: Collection[Name]
) -> tuple[Statement, ...]:
    """The statements but those that were read `before`, and are no longer."""
    while True:
        read = {value for statement in walk(body) for value in reads(statement)}
        dead = {s.out for s in walk(body) if s.out in before and s.out not in read and s.out not in wanted}
        if not dead:
            return body
        body = _without(body, dead)


def _without(body: Iterable[Statement], dead: Collection[Name]) -> tuple[Statement, ...]:
    left = (statement for statement in body if statement.out not in dead)
    return tuple(replace(s, body=_without(s.body, dead)) if isinstance(s, Repeat) else s for s in left)
