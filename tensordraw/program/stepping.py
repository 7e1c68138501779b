"""One token more, at the cost of one: a causal program as a step that takes the new id and keeps what later ids need.

`stepped` proves that the program is causal (`stepping_causal`), writes the program of a new row (`stepping_rows`), and the
one that fills the caches from the ids that are given at once. `Stepper` in `stepping_run` runs them. Nothing here knows
of attention: keys and values are what the products over earlier positions read, whatever is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod

from msgspec.structs import replace

from tensordraw.diagram.records import Record
from tensordraw.program.flow import types
from tensordraw.program.passes import trimmed
from tensordraw.program.statements import Einsum, Name, Output, Program, Repeat, Statement, Type
from tensordraw.program.stepping_causal import NotCausal, prove
from tensordraw.program.stepping_rows import Cache, Cut, NotStepped, Rows, rows


class Step(Record, frozen=True):
    """`program` gives the result's row of one new id (value `ids`, a row of 1) from `caches` and `cuts`; `filling` captures
    the rows of all caches from several ids; `tables` gives the values that are cut, for all positions. The last two run at
    any length along the axes flexible in `space`: see `sized`."""

    program: Program
    filling: Program
    tables: Program
    caches: tuple[Cache, ...]
    cuts: tuple[Cut, ...]
    ids: Name
    space: str


class Uncached(Record, frozen=True):
    """There is no step: every token needs the whole program anew. `reason` is a clause that says why."""

    reason: str


def stepped(program: Program, space: str, ids: Name) -> Step | Uncached:
    """The step of a simplified program with marked lengths (`with_lengths`), its positions the axes flexible in `space`,
    `ids` the value of its ids: [position]. Its one result has positions along one axis."""
    if not any(axis.flexible == space for item in program.inputs if item.out == ids for axis in item.type.axes):
        return Uncached("its numbers depend on how many positions there are")
    try:
        prove(program, space)
        made = rows(program, space, ids)
    except (NotCausal, NotStepped) as problem:
        return Uncached(str(problem))
    step = replace(program, inputs=made.inputs, body=made.body, captures={}, origin={})
    return Step(step, _filling(program, made), _tables(program, made), made.caches, made.cuts, ids, space)


def _filling(program: Program, made: Rows) -> Program:
    """The program with its products split as in a step, and no results but what is captured for the caches."""
    body = _split(program.body, made.parted)
    captures = {cache.value: cache.value for cache in made.caches}
    return trimmed(replace(program, body=body, outputs=(), captures=captures, origin={}))


def _split(body: Iterable[Statement], parted: dict[Name, tuple[Einsum, ...]]) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for statement in body:
        if isinstance(statement, Repeat):
            found.append(replace(statement, body=_split(statement.body, parted)))
        else:
            found.extend(parted.get(statement.out, (statement,)))
    return tuple(found)


def _tables(program: Program, made: Rows) -> Program:
    names = dict.fromkeys(cut.value for cut in made.cuts if not cut.array)
    outputs = tuple(Output(name, name) for name in names)
    return trimmed(replace(program, outputs=outputs, captures={}, origin={}))


def kept(step: Step, length: int) -> int:
    """Entries of all caches of a step for `length` positions."""
    turns: dict[Name, int] = {}

    def visit(body: Iterable[Statement], count: int) -> None:
        for statement in body:
            turns[statement.out] = count
            if isinstance(statement, Repeat):
                turns[statement.state] = count * statement.count
                visit(statement.body, count * statement.count)

    visit(step.program.body, 1)
    rows = types(step.program)  # where a new row is 1 long
    return sum(length * turns.get(cache.value, 1) * prod(rows[cache.value].shape) for cache in step.caches)


def sized(program: Program, space: str, size: int) -> Program:
    """The program for so many positions."""
    inputs = tuple(replace(item, type=_sized(item.type, space, size)) for item in program.inputs)
    return replace(program, inputs=inputs, body=_body(program.body, space, size))


def _body(body: Iterable[Statement], space: str, size: int) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for statement in body:
        statement = replace(statement, type=_sized(statement.type, space, size))
        if isinstance(statement, Repeat):
            statement = replace(statement, body=_body(statement.body, space, size))
        found.append(statement)
    return tuple(found)


def _sized(type_: Type, space: str, size: int) -> Type:
    axes = tuple(replace(axis, size=size, flexible="") if axis.flexible == space else axis for axis in type_.axes)
    return replace(type_, axes=axes)
