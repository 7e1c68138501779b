"""Einsums that cannot be one line of code are split into several, by the planner's order.

Letters end at 52, and einops, torch and numpy allow no more names either. torch contracts from left to right unless
opt_einsum is installed beside it, which can be exponentially worse than a good order: then the operands are put into that
order, or where no order from left to right is good, the parts are spelled out.
"""

from __future__ import annotations

import keyword
import math
import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tensordraw.program.emit.language import Language
from tensordraw.program.emit.naming import axis_name
from tensordraw.program.flow import reads, types
from tensordraw.program.identifiers import RESERVED
from tensordraw.program.naming import substitute_in
from tensordraw.program.plan import axis_sizes, path, plan
from tensordraw.program.statements import Axis, Einsum, Index, Input, Name, Output, Program, Repeat, Statement, Type

MOST_INDICES = 52
MOST_OPERANDS = 40
BEARABLE = 10_000_000  # multiplications from left to right that nobody minds
WORSE = 2  # times more of them than in a good order: worth another order


def split(program: Program, language: Language) -> tuple[Program, dict[Name, Name]]:
    """The program with einsums that the language can print and compute, and for each part the einsum it is a part of."""
    known, whole = types(program), dict[Name, Name]()
    body = _split(program.body, language, known, whole)
    return replace(program, body=body), whole


def _split(
    body: tuple[Statement, ...], language: Language, known: dict[Name, Type], whole: dict[Name, Name]
) -> tuple[Statement, ...]:
    found: list[Statement] = []
    for statement in body:
        if isinstance(statement, Repeat):
            found.append(replace(statement, body=_split(statement.body, language, known, whole)))
        elif isinstance(statement, Einsum):
            parts = _arranged(statement, language, known)
            known.update((part.out, part.type) for part in parts)
            whole.update((part.out, statement.out) for part in parts if part.out != statement.out)
            found.extend(parts)
        else:
            found.append(statement)
    return tuple(found)


def _arranged(einsum: Einsum, language: Language, known: Mapping[Name, Type]) -> tuple[Statement, ...]:
    """The einsum as it can be printed: itself, itself with operands in another order, or in parts."""
    count = len(einsum.operands)
    if count < 3:
        return (einsum,)
    sizes = axis_sizes(einsum, known)
    if len(sizes) > MOST_INDICES or count > MOST_OPERANDS:
        return _parts(einsum, known)
    if language.library == "numpy" or math.prod(sizes.values()) <= BEARABLE:
        return (einsum,)
    leftwards = [(0, 1), *((0, left) for left in range(count - 2, 0, -1))]
    cost = _multiplications(einsum, leftwards, sizes)
    if cost <= BEARABLE:
        return (einsum,)
    steps = path(einsum, known)
    if cost <= WORSE * _multiplications(einsum, steps, sizes):
        return (einsum,)
    order = _leftwards(steps, count)
    if order is None:
        return _parts(einsum, known)
    return (replace(einsum, operands=tuple(einsum.operands[place] for place in order)),)


def _leftwards(steps: Sequence[Sequence[int]], count: int) -> list[int] | None:
    """The operands in the order in which the steps take them, where each step goes on with the result of the last."""
    left = list(range(count))
    order: list[int] = []
    for number, step in enumerate(steps):
        if number and len(left) - 1 not in step:
            return None
        order += [left[place] for place in sorted(step) if not number or place != len(left) - 1]
        left = [operand for place, operand in enumerate(left) if place not in step] + [-1]
    return order


def _parts(einsum: Einsum, known: Mapping[Name, Type]) -> tuple[Statement, ...]:
    """The einsum as einsums of two operands, the parts named after what they are made of."""
    # All values are inputs here, so that the parts get names of their own.
    inputs = tuple(Input(name, name, type) for name, type in known.items() if name != einsum.out)
    parts = plan(Program(inputs, (einsum,), (Output("", einsum.out),))).body
    taken = {*known, *(part.out for part in parts), *RESERVED}
    names: dict[Name, Name] = {}
    for part in parts[:-1]:
        wish = _part_name(tuple(names.get(name, name) for name in reads(part)))
        if wish and wish not in taken:
            names[part.out] = wish
            taken.add(wish)
    return tuple(substitute_in(_labelled(part), lambda name: names.get(name, name)) for part in parts)


def _labelled(part: Statement) -> Statement:
    """The part with its axes called as its indices are, which say more than the axes that they came from."""
    assert isinstance(part, Einsum), "a plan of an einsum holds only einsums"
    axes = (Axis(i if axis_name(i) == i else a.name, a.size) for i, a in zip(part.output, part.type.axes, strict=True))
    return replace(part, type=Type(tuple(axes)))


def _part_name(operands: tuple[Name, ...]) -> str:
    """`q` for `resid` times `W_Q`, else both names if that is short, else nothing."""
    weight = [match[1].lower() for name in operands if (match := re.fullmatch(r"W_([A-Za-z]\w*?)(_layer)?", name))]
    if len(weight) == 1 and not keyword.iskeyword(weight[0]):
        return weight[0]
    both = "_".join(operands)
    return both if len(both) <= 24 else ""


def _multiplications(einsum: Einsum, steps: Sequence[Sequence[int]], sizes: Mapping[Index, int]) -> float:
    """Multiplications of a path: positions that go at each step, the result joining the end of the list."""
    terms = [frozenset(operand.indices) for operand in einsum.operands]
    total = 0.0
    for step in steps:
        together = frozenset[Index]().union(*(terms[position] for position in step))
        terms = [term for position, term in enumerate(terms) if position not in step]
        wanted = frozenset(einsum.output).union(*terms)
        total += math.prod(float(sizes[index]) for index in together)
        terms.append(together & wanted)
    return total
