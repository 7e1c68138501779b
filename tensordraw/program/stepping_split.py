"""Which part of a product belongs to the keys: what is computed once for each position, and kept for all later ones.

Scores are often one product of queries' and keys' streams and weights. For a step of one new row its operands are parted:
those along the key, with some of the weights, become a value of their own with one row a position. The parting is the one
with the fewest multiplications for one new row, its key included.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tensordraw.program.plan import multiplications, path
from tensordraw.program.statements import Axis, Einsum, Index, Name, Operand, Type

MOST = 8  # operands without positions up to which all partings are tried


def split(einsum: Einsum, key: Index, runs: frozenset[Index], types: Mapping[Name, Type], name: Name) -> list[Einsum]:
    """The einsum in two: the product `name` of what belongs to the position index `key`, and the rest with it in the place
    of its first operand; the einsum alone where that saves nothing. `runs` are all its position indices."""
    axes = {i: a for each in einsum.operands for i, a in zip(each.indices, types[each.value].axes, strict=True)}
    own = [each for each in einsum.operands if set(each.indices) & runs == {key}]
    free = [each for each in einsum.operands if not set(each.indices) & runs]
    if not own or len(einsum.operands) == len(own):
        return [einsum]
    best: tuple[int, int, list[Einsum]] | None = None
    for taken in itertools.product((False, True), repeat=len(free) if len(free) <= MOST else 0):
        chosen = {id(each) for each, take in zip(free, taken, strict=False) if take} | {id(each) for each in own}
        made = _parted(einsum, [id(each) in chosen for each in einsum.operands], axes, name, key)
        if made is None:
            continue
        sizes = {i: 1 if i in runs else axis.size for i, axis in axes.items()}
        row, whole = dict(sizes), {**sizes, key: axes[key].size}
        cost = (_cost(made[0], row) if len(made) == 2 else 0) + _cost(made[-1], whole)
        if best is None or (cost, len(chosen)) < best[:2]:
            best = cost, len(chosen), made
    return [einsum] if best is None else best[2]


def _parted(
    einsum: Einsum, inside: Sequence[bool], axes: Mapping[Index, Axis], name: Name, key: Index
) -> list[Einsum] | None:
    part = [each for each, is_in in zip(einsum.operands, inside, strict=True) if is_in]
    rest = [each for each, is_in in zip(einsum.operands, inside, strict=True) if not is_in]
    if not rest:
        return None
    if len(part) == 1:
        return [einsum]
    wanted = {*einsum.output, *(i for each in rest for i in each.indices)}
    met = [i for each in part for i in each.indices]
    order = dict.fromkeys([key, *(i for i in met if i in einsum.output), *met])  # heads before what is added over
    output = tuple(i for i in order if i in wanted)
    made = Einsum(name, tuple(part), output, Type(tuple(axes[i] for i in output)))
    at = inside.index(True)
    operands = [*rest[:at], Operand(name, output), *rest[at:]]
    return [made, replace(einsum, operands=tuple(operands))]


def _cost(einsum: Einsum, sizes: Mapping[Index, int]) -> int:
    """Multiplications of a product in a good order."""
    named = tuple(Operand(f"_{at}", each.indices) for at, each in enumerate(einsum.operands))
    types = {each.value: Type(tuple(Axis(i, sizes[i]) for i in each.indices)) for each in named}
    steps = path(replace(einsum, operands=named), types)
    return multiplications([frozenset(each.indices) for each in named], frozenset(einsum.output), sizes, steps)
