"""What the document says of a program's arrays beyond their types: the files they come from, and lengths that may be less.

Axes that arrays may fill only in part are those along a flexible space, such as the positions of a model.

Which axes of a program these are, the program of the diagram with the space one smaller tells: they differ in size, and
nothing else may differ. Where something does (a number that counts positions, a mask), the length stays fixed.
"""

from __future__ import annotations

from msgspec.structs import replace

from tensordraw.diagram.records import Content
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import Add, Axis, Fixed, Program, Repeat, Statement, Type


def with_lengths(program: Program, content: Content) -> Program:
    """The simplified program of a document, its flexible axes marked by the name of their space."""
    for space in content.spaces.values():
        if space.flexible and space.size > 1:
            smaller = replace(content, spaces={**content.spaces, space.id: replace(space, size=space.size - 1)})
            program = _marked(program, simplify(lower(smaller)), space.name)
    return program


def with_sources(program: Program, content: Content) -> Program:
    """The program of a document, each array with the file that the document takes it from."""
    if not content.sources:
        return program
    inputs = (replace(given, source=content.sources.get(given.array)) for given in program.inputs)
    return replace(program, inputs=tuple(inputs))


class _Fixed(Exception):
    """Something depends on the length."""


def _marked(program: Program, other: Program, name: str) -> Program:
    try:
        body = _body(program.body, other.body, name)
        inputs = tuple(
            replace(one, type=_type(one.type, two.type, name))
            for one, two in zip(program.inputs, other.inputs, strict=True)
        )
    except (_Fixed, ValueError):
        return program
    return replace(program, inputs=inputs, body=body)


def _type(one: Type, two: Type, name: str) -> Type:
    axes = tuple(_axis(a, b, name) for a, b in zip(one.axes, two.axes, strict=True))
    return replace(one, axes=axes) if axes != one.axes else one


def _axis(one: Axis, two: Axis, name: str) -> Axis:
    return one if one.size == two.size else replace(one, flexible=name)


def _body(one: tuple[Statement, ...], two: tuple[Statement, ...], name: str) -> tuple[Statement, ...]:
    return tuple(_statement(a, b, name) for a, b in zip(one, two, strict=True))


def _statement(one: Statement, two: Statement, name: str) -> Statement:
    marked = _type(one.type, two.type, name)
    if isinstance(one, Repeat) and isinstance(two, Repeat):
        body = _body(one.body, two.body, name)
        if replace(one, type=two.type, body=()) != replace(two, body=()):
            raise _Fixed
        return replace(one, type=marked, body=body)
    fixed = isinstance(one, Fixed) and one.kind not in ("one_hot", "ones") and len(one.type.axes) > 1
    made = fixed or (isinstance(one, Add) and not one.addends)
    if (made and marked != one.type) or replace(one, type=two.type) != two:
        raise _Fixed
    return replace(one, type=marked)
