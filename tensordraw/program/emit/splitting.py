"""Einsums that cannot be one line of code are split into several, by the planner's order.

Letters end at 52, and einops, torch and numpy allow no more names either. torch contracts from left to right unless
opt_einsum is installed beside it, which can be exponentially worse than a good order: then the order is spelled out too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tensordraw.program.emit.language import Language
from tensordraw.program.flow import types
from tensordraw.program.plan import path, plan
from tensordraw.program.statements import Einsum, Index, Input, Name, Output, Program, Repeat, Statement, Type

MOST_INDICES = 52
MOST_OPERANDS = 40
BEARABLE = 10_000_000  # multiplications from left to right that nobody minds
WORSE = 8  # times more of them than in a good order: worth several lines


def split(program: Program, language: Language) -> Program:
    """The program with einsums that the language can print and compute; the same object where they all are so already."""
    known = types(program)
    body, origin = _split(program.body, language, known, dict(program.origin))
    return program if body is program.body else replace(program, body=body, origin=origin)


def _split(
    body: tuple[Statement, ...], language: Language, known: dict[Name, Type], origin: dict[Name, tuple[str, ...]]
) -> tuple[tuple[Statement, ...], dict[Name, tuple[str, ...]]]:
    found: list[Statement] = []
    changed = False
    for statement in body:
        if isinstance(statement, Repeat):
            inner, origin = _split(statement.body, language, known, origin)
            found.append(statement if inner is statement.body else replace(statement, body=inner))
            changed |= inner is not statement.body
        elif isinstance(statement, Einsum) and _too_much(statement, language, known):
            # All names are inputs here, so that the parts get names of their own.
            inputs = tuple(Input(name, name, type) for name, type in known.items() if name != statement.out)
            parts = plan(Program(inputs, (statement,), (Output("", statement.out),))).body
            known.update((part.out, part.type) for part in parts)
            origin |= {part.out: origin[statement.out] for part in parts if statement.out in origin}
            found.extend(parts)
            changed = True
        else:
            found.append(statement)
    return (tuple(found) if changed else body), origin


def _too_much(einsum: Einsum, language: Language, known: Mapping[Name, Type]) -> bool:
    if len(einsum.operands) < 3:
        return False
    indices = {index for operand in einsum.operands for index in operand.indices}
    if len(indices) > MOST_INDICES or len(einsum.operands) > MOST_OPERANDS:
        return True
    if language.library == "numpy":
        return False
    sizes = {
        index: size
        for operand in einsum.operands
        for index, size in zip(operand.indices, known[operand.value].shape, strict=True)
    }
    if math.prod(sizes.values()) <= BEARABLE:
        return False
    last = len(einsum.operands) - 1
    leftwards = [(0, 1), *((0, left) for left in range(last - 1, 0, -1))]
    cost = _multiplications(einsum, leftwards, sizes)
    return cost > BEARABLE and cost > WORSE * _multiplications(einsum, path(einsum, known), sizes)


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
