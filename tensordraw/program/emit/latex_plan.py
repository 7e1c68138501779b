"""What of a program has a line of its own in formulas and under which symbol, and the rows of equations."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tensordraw.program.emit.binding import bind
from tensordraw.program.emit.latex_symbols import Symbol, Tex, name
from tensordraw.program.flow import reads, walk
from tensordraw.program.statements import (
    Add,
    Apply,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Gather,
    Name,
    Output,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
)

RELATIONS = {"=": "=", "≈": r"\approx", ":=": ":=", ",": "="}
LONGEST = 7  # factors that may come together where a product without a name is written in another one


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the display: two sides (the left one may be empty), the sign between, the values it stands for."""

    left: str
    sign: str
    right: str
    values: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What has a line of its own, under which name: `inline` are the other values, `bases` the TeX of names, `states` of
    repeats, by the state."""

    inline: frozenset[Name]
    bases: dict[Name, str]
    states: dict[Name, str]


def plan(program: Program) -> Plan:
    """Which values are written where they are used: those that re-index, and unnamed ones of one use beside it."""
    drawn = {value: text for text, value in reversed(program.captures.items())}
    counts = Counter(value for statement in walk(program.body) for value in reads(statement))
    results = [output.value for output in program.outputs]
    inline: set[Name] = set()
    blocks = [program.body, *(s.body for s in walk(program.body) if isinstance(s, Repeat))]
    for block in blocks:
        users = {value: statement for statement in block for value in reads(statement)}
        for statement in block:
            out = statement.out
            user = users.get(out)
            once = counts[out] == 1 and out not in results and _takes_in(user, statement)
            if isinstance(user, Repeat) and user.initial != out:
                once = False
            side = len(results) > 1 and counts[out] == 0
            if (
                _reindexes(statement)
                or (out not in drawn and (once or side) and not isinstance(statement, Repeat | Reshape))
                or (side and out not in drawn and isinstance(statement, Reshape))
            ):
                inline.add(out)
    taken: set[str] = set()
    bases = {given.out: name(given.array) for given in program.inputs}
    taken.update(bases.values())
    variables = bind(program).variables
    states = {}
    for statement in walk(program.body):
        if isinstance(statement, Repeat):
            states[statement.state] = _apart(name(variables[statement.state]), taken)
        elif statement.out not in inline:
            text = drawn.get(statement.out) or ("y" if statement.out == "result" else statement.out.rstrip("_"))
            bases[statement.out] = _apart(name(text), taken)
    return Plan(frozenset(inline), bases, states)


def _takes_in(user: Statement | None, statement: Statement) -> bool:
    """Whether a statement can hold the expression of what it reads."""
    if isinstance(user, Einsum):
        return isinstance(statement, Einsum) and len(user.operands) + len(statement.operands) <= LONGEST
    return isinstance(user, Apply | Add | Scale | Reshape | Repeat)


def _reindexes(statement: Statement) -> bool:
    if isinstance(statement, Einsum):
        return all(set(operand.indices) == set(statement.output) for operand in statement.operands[:1]) and (
            len(statement.operands) < 2
        )
    if isinstance(statement, Apply):
        return statement.function in ("transpose", "inverse")
    return isinstance(statement, Conj | Select | Spread | Fixed | Constant | Gather)


def _apart(base: str, taken: set[str]) -> str:
    while base in taken:
        base += "'"
    taken.add(base)
    return base


def equations(outputs: Sequence[Output]) -> list[list[Output]]:
    """Results by the equation that they are sides of."""
    found: list[list[Output]] = []
    for output in outputs:
        if output.relation == "," or not found:
            found.append([])
        found[-1].append(output)
    return found


def joined_sides(sides: Sequence[Output], texts: Sequence[Tex], names: Sequence[str]) -> Iterator[Row]:
    """The rows of one equation; of a result without relation, under its name if it has one."""
    values = [(side.value, *tex.values) for side, tex in zip(sides, texts, strict=True)]
    if len(sides) == 1:
        left = Symbol(name(sides[0].name)).at(names)
        named = re.fullmatch(r"left|right|side\d+", sides[0].name) is None and left != texts[0].text
        yield Row(left, "=", texts[0].text, values[0]) if named else Row("", "", texts[0].text, values[0])
        return
    yield Row(texts[0].text, RELATIONS[sides[1].relation], texts[1].text, (*values[0], *values[1]))
    for side, tex, own in zip(sides[2:], texts[2:], values[2:], strict=True):
        yield Row("", RELATIONS[side.relation], tex.text, own)
