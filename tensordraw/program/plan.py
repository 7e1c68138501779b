"""Planning: every einsum of three or more operands becomes a chain of einsums of two, ordered by opt_einsum.

A plan is again a program, so that evaluation, emitters and the cost read nothing else. Indices that stand in one
operand only and not in the result do not count in the search, because a contraction of two sums them first. Symbols
are small integers in order of appearance: paths do not depend on how a process hashes strings, and any number of
indices works.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from math import prod
from typing import TypeVar

from msgspec.structs import replace

from tensordraw.program.flow import types, walk
from tensordraw.program.statements import Einsum, Index, Name, Operand, Program, Repeat, Statement, Type

EXACT = 16  # operands up to which opt_einsum's `auto-hq` is exact, and takes milliseconds
THOROUGH = 40  # operands up to which a costly greedy path is worth a search among random ones
COSTLY = 10**8  # multiplications
TRIES = 32  # random paths; 5 ms each at 25 operands
PathStep = tuple[int, ...]
Symbol = TypeVar("Symbol", int, str)  # an index of a network


def plan(program: Program) -> Program:
    """The program with at most two operands in every einsum; the same object where that was so already."""
    if all(len(s.operands) <= 2 for s in walk(program.body) if isinstance(s, Einsum)):
        return program
    known = types(program)
    origin = dict(program.origin)
    body = _planned(program.body, known, set(known), origin)
    return replace(program, body=body, origin=origin)


def _planned(
    body: Iterable[Statement], known: Mapping[Name, Type], used: set[Name], origin: dict[Name, tuple[str, ...]]
) -> tuple[Statement, ...]:
    planned: list[Statement] = []
    for statement in body:
        if isinstance(statement, Repeat):
            planned.append(replace(statement, body=_planned(statement.body, known, used, origin)))
        elif isinstance(statement, Einsum) and len(statement.operands) > 2:
            steps = chain(statement, known, used)
            planned.extend(steps)
            if statement.out in origin:
                origin.update((step.out, origin[statement.out]) for step in steps)
        else:
            planned.append(statement)
    return tuple(planned)


def path(einsum: Einsum, known: Mapping[Name, Type]) -> list[PathStep]:
    """The order of contraction: positions in the list of operands, which then leave it; the result joins its end."""
    if len(einsum.operands) <= 2:
        return [tuple(range(len(einsum.operands)))]
    symbols: dict[Index, int] = {}
    sizes: list[int] = []
    holders = Counter(index for operand in einsum.operands for index in set(operand.indices))
    kept = set(einsum.output)
    inputs = []
    for operand in einsum.operands:
        members = []
        for index, axis in zip(operand.indices, known[operand.value].axes, strict=True):
            if index in kept or holders[index] > 1:
                if index not in symbols:
                    symbols[index] = len(symbols)
                    sizes.append(axis.size)
                members.append(symbols[index])
        inputs.append(tuple(members))
    return list(_search(tuple(inputs), tuple(symbols[index] for index in einsum.output), tuple(sizes)))


@lru_cache(maxsize=1024)
def _search(
    inputs: tuple[tuple[int, ...], ...], output: tuple[int, ...], sizes: tuple[int, ...]
) -> tuple[PathStep, ...]:
    """A path for one shape of network, found once: layers and patches repeat it under other names."""
    from opt_einsum import paths
    from opt_einsum.path_random import RandomGreedy

    sets, result, by_symbol = [frozenset(members) for members in inputs], frozenset(output), dict(enumerate(sizes))
    state = random.getstate()  # the random search seeds the global generator, which is the user's
    try:
        if len(inputs) <= EXACT:
            found = paths.auto_hq(sets, result, by_symbol)
        else:
            found = paths.greedy(sets, result, by_symbol)
            if len(inputs) <= THOROUGH and multiplications(sets, result, by_symbol, found) > COSTLY:
                found = RandomGreedy(max_repeats=TRIES)(sets, result, by_symbol)
    finally:
        random.setstate(state)
    return tuple(tuple(step) for step in found)


def multiplications(
    inputs: Sequence[frozenset[Symbol]],
    output: frozenset[Symbol],
    sizes: Mapping[Symbol, int],
    steps: Iterable[Sequence[int]],
) -> int:
    """Multiplications of a path: over its steps, the product of the sizes of all indices that a step touches."""
    left, total = list(inputs), 0
    for step in steps:
        taken = [left[position] for position in step]
        left = [members for position, members in enumerate(left) if position not in step]
        touched = frozenset[Symbol]().union(*taken)
        total += prod(sizes[symbol] for symbol in touched)
        left.append(touched & output.union(*left))
    return total


def chain(einsum: Einsum, known: Mapping[Name, Type], used: set[Name]) -> list[Einsum]:
    """The einsums of two operands that give what `einsum` gives; the last defines its name. Names of the others are
    not among `used`, and are added to it."""
    axes = {
        index: axis
        for operand in reversed(einsum.operands)
        for index, axis in zip(operand.indices, known[operand.value].axes, strict=True)
    }
    operands = list(einsum.operands)
    waiting = Counter(index for operand in operands for index in set(operand.indices))
    waiting.update(einsum.output)
    steps: list[Einsum] = []
    for a, b in _pairs(path(einsum, known), len(operands)):
        left, right = operands[a], operands[b]
        for position in sorted((a, b), reverse=True):
            del operands[position]
        for index in (*{*left.indices}, *{*right.indices}):
            waiting[index] -= 1
        if operands:
            output = _kept(left.indices, right.indices, waiting)
            name, of_type = _fresh(einsum.out, len(steps) + 1, used), Type(tuple(axes[index] for index in output))
        else:
            output, name, of_type = einsum.output, einsum.out, einsum.type
        steps.append(Einsum(name, (left, right), output, of_type))
        operands.append(Operand(name, output))
        for index in output:
            waiting[index] += 1
    return steps


def _kept(left: Sequence[Index], right: Sequence[Index], waiting: Mapping[Index, int]) -> tuple[Index, ...]:
    """Indices of the product that are still wanted, in the order in which a matrix product gives them: those of both
    operands, then those of the left, then those of the right."""
    both = [index for index in left if index in right]
    order = dict.fromkeys([*both, *left, *right])
    return tuple(index for index in order if waiting[index] > 0)


def _pairs(steps: Sequence[PathStep], count: int) -> list[tuple[int, int]]:
    """The steps as pairs of positions, the earlier operand first; a step of more than two goes from left to right."""
    pairs = []
    for step in steps:
        positions = sorted(step)
        count -= len(positions) - 1
        if len(positions) < 2:
            continue
        pairs.append((positions[0], positions[1]))
        for done, position in enumerate(positions[2:], start=2):
            # Two operands went before it, one result is at the end of the list.
            pairs.append((position - done, count + len(positions) - done - 1))
    return pairs


def _fresh(name: Name, number: int, used: set[Name]) -> Name:
    while f"{name}_part{number}" in used:
        number += 1
    used.add(f"{name}_part{number}")
    return f"{name}_part{number}"


def axis_sizes(einsum: Einsum, known: Mapping[Name, Type]) -> dict[Index, int]:
    """The size of every index of an einsum."""
    return {
        index: axis.size
        for operand in einsum.operands
        for index, axis in zip(operand.indices, known[operand.value].axes, strict=True)
    }
