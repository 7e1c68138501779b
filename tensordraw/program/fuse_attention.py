"""Attention, recognised: softmax(mask(q k * scale)) v, with a causal mask or none, heads and batches running along.

Indices of the scores that the queries alone have are groups of heads which share their keys and values.

It starts at the einsum that reads the pattern. Products that stand in one einsum with it are split off: queries, keys and
values before it, what is done with the result (W_O) after it. Recognised is only what has one query position and one key
position; where the mask's or the softmax's axes are others, or an extra factor stands inside, statements stay as they are.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod

from msgspec.structs import replace

from tensordraw.program.fusing import Block, Found, distinct
from tensordraw.program.plan import multiplications, path
from tensordraw.program.statements import (
    Apply,
    Attention,
    Axis,
    Einsum,
    Fused,
    Index,
    Operand,
    Scale,
    Statement,
    Type,
)

MOST = 7  # operands beside the pattern up to which all ways to part them are tried
Parts = tuple[tuple[Operand, ...], tuple[Operand, ...]]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """The statements from scores to softmax, in order; the index of the key; that of the query where a mask says it."""

    scores: Einsum
    after: tuple[Scale | Apply, ...]
    key: Index
    query: Index | None
    factor: float
    expression: str


def attention(block: Block, statement: Statement) -> Found | None:
    """What stands for the attention whose pattern this einsum reads, if it reads one."""
    if not isinstance(statement, Einsum) or not distinct(statement.operands):
        return None
    for place, operand in enumerate(statement.operands):
        pattern = _pattern(block, operand)
        if pattern is not None:
            others = statement.operands[:place] + statement.operands[place + 1 :]
            found = _attention(block, statement, operand, others, pattern)
            if found is not None:
                return found
    return None


def _pattern(block: Block, operand: Operand) -> _Pattern | None:
    """What an operand is a pattern of."""
    softmax = block.maker(operand.value)
    if not isinstance(softmax, Apply) or softmax.function != "softmax" or len(softmax.axes) != 1:
        return None
    after: list[Scale | Apply] = [softmax]
    mask: Apply | None = None
    factor, expressions = 1.0, list[str]()
    while True:
        before = block.maker(after[0].value)
        match before:
            case Scale() if mask is None and before.factor <= 0:
                return None  # behind a mask it would turn the infinities
            case Scale():
                factor *= before.factor
                expressions.append(before.expression)
                after.insert(0, before)
            case Apply(function="causal_mask") if mask is None and len(before.axes) == 2:
                mask = before
                after.insert(0, before)
            case Einsum() if distinct(before.operands):
                query, key = None, before.output[softmax.axes[0]]
                if mask is not None:
                    query = before.output[mask.axes[0]]
                    if mask.axes[1] != softmax.axes[0] or mask.axes[0] == mask.axes[1]:
                        return None
                return _Pattern(
                    before, tuple(after), key, query, factor, expressions[0] if len(expressions) == 1 else ""
                )
            case _:
                return None


def _attention(
    block: Block, einsum: Einsum, operand: Operand, others: Sequence[Operand], pattern: _Pattern
) -> Found | None:
    scores = pattern.scores.output
    if len(pattern.scores.operands) > MOST or len(others) > MOST or not others:
        return None
    # The einsum's indices under the names of the scores'.
    names = dict(zip(operand.indices, scores, strict=True))
    for index in dict.fromkeys(i for each in others for i in each.indices):
        if index not in names:
            names[index] = _free(index, {*scores, *names.values()})
    others = [Operand(each.value, tuple(names[i] for i in each.indices)) for each in others]
    output = tuple(names[index] for index in einsum.output)
    if pattern.key in output:
        return None
    for query in [pattern.query] if pattern.query is not None else [i for i in scores if i != pattern.key]:
        halves = _halves(block, pattern, query)
        if halves is None:
            continue
        shared = _all(halves[1]) & set(scores) - {pattern.key}
        parts = _parts(block, others, pattern, query, output, shared)
        if parts is not None:
            return _found(block, einsum, pattern, query, halves, parts, output)
    return None


def _free(index: Index, taken: set[Index]) -> Index:
    wishes = itertools.chain([index], (f"{index}{n}" for n in itertools.count(2)))
    return next(each for each in wishes if each not in taken)


def _all(operands: Iterable[Operand]) -> set[Index]:
    return {index for operand in operands for index in operand.indices}


def _partings(operands: Sequence[Operand], first: Callable[[Operand], bool]) -> Iterator[Parts]:
    """All ways to part the operands in two, those that are `first` in the first part."""
    free = [operand for operand in operands if not first(operand)]
    for taken in itertools.product((False, True), repeat=len(free)):
        chosen = {id(operand) for operand, take in zip(free, taken, strict=True) if take}
        left = tuple(operand for operand in operands if first(operand) or id(operand) in chosen)
        yield left, tuple(operand for operand in operands if not (first(operand) or id(operand) in chosen))


def _halves(block: Block, pattern: _Pattern, query: Index) -> Parts | None:
    """The operands that make the queries and those that make the keys: these have the scores' indices as far as they can,
    and as few numbers as possible run between them."""
    scores, operands = pattern.scores.output, pattern.scores.operands
    axes = block.axes(operands)
    if pattern.query is not None and axes[query].size != axes[pattern.key].size:
        return None
    along = set(scores) - {query, pattern.key}
    best: tuple[tuple[int, int], Parts] | None = None
    for keys, queries in _partings(operands, lambda each: pattern.key in each.indices):
        left, right = _all(queries), _all(keys)
        inner = (left & right) - set(scores)
        grouped = along - right
        if not queries or query not in left or query in right or not along <= left or not inner:
            continue
        if any(axes[index].open for index in grouped):
            continue  # a batch of queries on the same keys
        cost = len(grouped), prod(axes[index].size for index in inner)
        if best is None or cost < best[0]:
            best = cost, (queries, keys)
    return None if best is None else best[1]


def _parts(
    block: Block,
    others: Sequence[Operand],
    pattern: _Pattern,
    query: Index,
    output: Sequence[Index],
    shared: set[Index],
) -> Parts | None:
    """The operands that make the values, and those that take the result: with the fewest multiplications.

    Values run along what keys run along: `shared`.
    """
    scores = pattern.scores.output
    along = set(scores) - {query, pattern.key}
    axes = block.axes(pattern.scores.operands) | block.axes(others)
    best: tuple[int, Parts] | None = None
    for values, rest in _partings(others, lambda each: pattern.key in each.indices):
        inside = _all(values)
        wanted = _all(rest) | set(output)
        own = tuple(index for index in axes if index in inside and index in wanted and index not in scores)
        if pattern.key not in inside or query in inside or along & inside != shared or not own:
            continue
        mixed = (query, *sorted(along), *own)
        cost = _cost(block, values, (pattern.key, *sorted(shared), *own), axes)
        cost += prod(axes[index].size for index in (*mixed, pattern.key))
        cost += _cost(block, (*rest, None), tuple(output), axes, mixed)
        if best is None or cost < best[0]:
            best = cost, (values, rest)
    return None if best is None else best[1]


def _cost(
    block: Block, operands: Sequence[Operand | None], output: tuple[Index, ...], axes: Mapping[Index, Axis],
    mixed: tuple[Index, ...] = (),
) -> int:  # fmt: skip
    """Multiplications of a product in a good order; None stands for a value with the indices `mixed`."""
    if len(operands) < 2:
        return 0
    named = [Operand(f"_{at}", mixed if each is None else each.indices) for at, each in enumerate(operands)]
    known = {each.value: Type(tuple(axes[index] for index in each.indices)) for each in named}
    steps = path(Einsum("", tuple(named), output, Type()), known)
    terms = [frozenset(each.indices) for each in named]
    return multiplications(terms, frozenset(output), {i: axis.size for i, axis in axes.items()}, steps)


def _found(
    block: Block,
    einsum: Einsum,
    pattern: _Pattern,
    query: Index,
    halves: Parts,
    parts: Parts,
    output: tuple[Index, ...],
) -> Found:
    scores = pattern.scores.output
    along = [index for index in scores if index not in (query, pattern.key)]
    axes = block.axes(pattern.scores.operands)
    made: list[Statement] = []
    taken: list[str] = []

    def product(
        operands: tuple[Operand, ...], order: Sequence[Index], wish: str, axes: Mapping[Index, Axis]
    ) -> Operand:
        """The product of the operands with these indices, as a statement of its own where there is something to do."""
        if len(operands) == 1 and set(operands[0].indices) == set(order):
            return operands[0]
        name = block.fresh(wish)
        while name in taken:
            name = block.fresh(f"{name}_")
        taken.append(name)
        made.append(Einsum(name, operands, tuple(order), Type(tuple(_called(axes[i], i, scores) for i in order))))
        return Operand(name, tuple(order))

    inner = [i for i in axes if i not in scores and i in _all(halves[0]) and i in _all(halves[1])]
    batch = [index for index in along if axes[index].open]  # which leads in every value that has it
    heads = [index for index in along if index not in batch]
    q = product(halves[0], (*batch, query, *heads, *inner), "q", axes)
    shared = [index for index in heads if index in _all(halves[1])]
    k = product(halves[1], (*batch, pattern.key, *shared, *inner), "k", axes)
    all_axes = axes | {index: axis for index, axis in block.axes((*parts[0], *parts[1])).items() if index not in axes}
    values, rest = parts
    wanted = _all(rest) | set(output)
    own = [i for i in dict.fromkeys(i for each in values for i in each.indices) if i not in scores and i in wanted]
    # Indices inside the values may have the names of those inside the scores, and other sizes.
    theirs = all_axes | {i: axis for i, axis in block.axes((*values, *rest)).items() if i not in scores}
    v = product(values, (*batch, pattern.key, *shared, *own), "v", theirs)
    mixed = {query, *along, *own}
    whole = not rest and set(output) == mixed
    order = output if whole else (*batch, query, *heads, *own)
    name = einsum.out if whole else block.fresh("z")
    type_ = einsum.type if whole else Type(tuple(_called(theirs[i], i, scores) for i in order))
    plain_scores = replace(pattern.scores, operands=(q, k))
    weights = Operand(pattern.after[-1].out, scores)
    plain = (plain_scores, *pattern.after, Einsum(name, (weights, v), order, type_))
    form = Attention(
        q, k, v, scores, query, pattern.key, order, pattern.factor, pattern.expression, pattern.query is not None
    )
    made.append(Fused(name, form, plain, type_))
    if not whole:
        made.append(replace(einsum, operands=(Operand(name, order), *rest), output=output))
    gone = frozenset((pattern.scores.out, *(each.out for each in pattern.after)))
    return Found(einsum.out, gone, tuple(made))


def _called(axis: Axis, index: Index, scores: Sequence[Index]) -> Axis:
    """An axis that runs along is called as the scores call it."""
    return replace(axis, name=index) if index in scores and not axis.open else axis
