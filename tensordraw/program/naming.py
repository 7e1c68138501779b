"""Names of values and indices that a person reads: from what is drawn, made into identifiers, unique.

`lower` collects hints: what the drawing says (names of copies, adds, bubbles, blocks, arrays) beats what was thought up
(the function, the operands). Einsum indices carry their name inside (`label@id`, or `space@@id` where no label was
drawn) until `name_indices` turns them into plain names, numbered where a statement has several (`hidden0`, `hidden1`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from tensordraw.diagram.records import Id
from tensordraw.diagram.records import Repeat as RepeatRegion
from tensordraw.program.flow import repeats
from tensordraw.program.identifiers import Names, identifier, parameters
from tensordraw.program.statements import (
    Add,
    Apply,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Fused,
    Gather,
    Name,
    Operand,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
)


def index_name(text: str) -> str:
    """The readable name in an einsum index or a label, as an identifier."""
    return identifier(text.split("@")[0], "i")


def loop_names(repeats: Iterable[RepeatRegion], arrays: Iterable[str]) -> dict[Id, str]:
    """A loop variable for each repeat, different from each other and from arrays of the given names."""
    names = Names(parameters(arrays).values())
    return {repeat.id: names.take(index_name(repeat.index)) for repeat in repeats}


class Hints:
    """What each value could be called; `captures` are the drawn names under which values can be asked for."""

    def __init__(self) -> None:
        self.said: dict[Name, str] = {}
        self.thought: dict[Name, str] = {}
        self.captures: dict[str, Name] = {}

    def say(self, value: Name, text: str, *, capture: bool = False) -> None:
        """The drawing calls the value so; the first name stays."""
        if text:
            self.said.setdefault(value, text)
            if capture:
                self.captures.setdefault(text, value)

    def think(self, value: Name, text: str) -> None:
        """A name to fall back on."""
        if text:
            self.thought[value] = text

    def suggest(self, value: Name, text: str) -> None:
        """What the value is used for, where nothing better than "some sum" is known of it."""
        if text and self.thought.get(value) in ("total", "turn", "state", "term"):
            self.thought[value] = text

    def last(self, value: Name) -> str:
        """The best name so far."""
        return self.said.get(value) or self.thought.get(value, "value")


def rename(program: Program, hints: Hints) -> Program:
    """The program with readable, unique names for its values; indices are left as they are."""
    given = parameters(entry.array for entry in program.inputs)
    names = {entry.out: given[entry.array] for entry in program.inputs}
    free = Names({*given.values(), *(repeat.index for repeat in repeats(program.body))})

    def visit(body: tuple[Statement, ...]) -> None:
        for statement in body:
            if isinstance(statement, Repeat):
                names[statement.state] = free.take(identifier(hints.last(statement.state)))
                visit(statement.body)
            names[statement.out] = free.take(identifier(hints.last(statement.out)))

    visit(program.body)
    captures = {text: names[value] for text, value in hints.captures.items() if value in names}
    return replace(substitute(program, lambda name: names[name]), captures=captures)


def substitute(program: Program, name: Callable[[Name], Name]) -> Program:
    """The program with every value's name replaced, where it is defined and where it is used."""
    return Program(
        tuple(replace(entry, out=name(entry.out)) for entry in program.inputs),
        tuple(substitute_in(statement, name) for statement in program.body),
        tuple(replace(output, value=name(output.value)) for output in program.outputs),
        {name(value): ids for value, ids in program.origin.items()},
        {text: name(value) for text, value in program.captures.items()},
    )


def substitute_in(statement: Statement, name: Callable[[Name], Name]) -> Statement:
    """One statement with every value's name replaced."""
    out = name(statement.out)
    match statement:
        case Constant():
            return replace(statement, out=out)
        case Fixed():
            return replace(statement, out=out, ids=None if statement.ids is None else name(statement.ids))
        case Einsum():
            operands = tuple(Operand(name(operand.value), operand.indices) for operand in statement.operands)
            return replace(statement, out=out, operands=operands)
        case Add():
            addends = tuple(replace(addend, value=name(addend.value)) for addend in statement.addends)
            return replace(statement, out=out, addends=addends)
        case Gather():
            return replace(statement, out=out, value=name(statement.value), ids=name(statement.ids))
        case Repeat():
            return replace(
                statement, out=out, state=name(statement.state), initial=name(statement.initial),
                body=tuple(substitute_in(inner, name) for inner in statement.body), result=name(statement.result),
            )  # fmt: skip
        case Spread() | Apply() | Scale() | Reshape() | Select() | Conj():
            return replace(statement, out=out, value=name(statement.value))
        case Fused():
            raise AssertionError("a recognised form is taken apart before")


def name_indices(statement: Einsum | Spread) -> Einsum | Spread:
    """The statement with plain index names, numbered where several would read the same."""
    raw = statement.operands if isinstance(statement, Einsum) else (Operand("", statement.indices),)
    order = dict.fromkeys([*(i for operand in raw for i in operand.indices), *statement.output])
    bases: dict[str, list[str]] = {}
    for index in order:
        bases.setdefault(index_name(index), []).append(index)
    taken = {base for base, several in bases.items() if len(several) == 1}
    names: dict[str, str] = {}
    for base, several in bases.items():
        if len(several) == 1:
            names[several[0]] = base
            continue
        number = 0
        for index in several:
            while f"{base}{number}" in taken:
                number += 1
            names[index] = f"{base}{number}"
            taken.add(names[index])
    output = tuple(names[index] for index in statement.output)
    # An axis of the result needs its number only beside another one of the same name.
    plain = [index_name(index) for index in statement.output]
    shown = [text if plain.count(text) == 1 else name for text, name in zip(plain, output, strict=True)]
    if len(set(statement.output)) < len(statement.output):  # of a diagonal, the axes are called as they were drawn
        drawn = [
            axis.name if statement.output.count(index) > 1 else text
            for axis, index, text in zip(statement.type.axes, statement.output, shown, strict=True)
        ]
        shown = drawn if len(set(drawn)) == len(drawn) else shown
    axes = tuple(replace(axis, name=text) for axis, text in zip(statement.type.axes, shown, strict=True))
    shape = replace(statement.type, axes=axes)
    if isinstance(statement, Spread):
        return replace(statement, indices=tuple(names[i] for i in statement.indices), output=output, type=shape)
    operands = tuple(Operand(o.value, tuple(names[i] for i in o.indices)) for o in statement.operands)
    return replace(statement, operands=operands, output=output, type=shape)
