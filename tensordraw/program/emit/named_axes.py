"""Changes of axes and sums as the functions of einops say them, which take NumPy arrays and torch tensors alike."""

from __future__ import annotations

from tensordraw.program.emit.language import Contraction, Extents, Group, Names, Regroup, reshaped
from tensordraw.program.emit.pieces import Piece, call


def einsum(contraction: Contraction) -> Piece:
    """`einsum(A, B, 'i j, j k -> i k')`."""
    return call("einsum", *contraction.operands, last=contraction.named(), needs=["from einops import einsum"])


def permute(value: Piece, names: Names, order: tuple[int, ...]) -> Piece:
    """`rearrange(A, 'i j -> j i')`."""
    after = " ".join(names[place] for place in order)
    return call("rearrange", value, last=f"'{' '.join(names)} -> {after}'", needs=["from einops import rearrange"])


def reshape(regroup: Regroup) -> Piece:
    """`rearrange(A, '(i j) -> i j', j=2)`."""
    if any(group.before and group.after for group in regroup.groups):
        return reshaped(regroup)
    before = " ".join(_axes(group, group.before) for group in regroup.groups if group.before or group.axes)
    after = " ".join(_axes(group, group.after) for group in regroup.groups if group.after or group.axes)
    # The first part of a split follows from the others.
    sizes = {name: size for group in regroup.groups if group.before for name, size in group.axes[1:]}
    return _sized("rearrange", regroup.value, _spec(before, after), sizes)


def _axes(group: Group, joined: bool) -> str:
    names = " ".join(name for name, _ in group.axes)
    return f"({names})" if joined else names


def _spec(before: str, after: str) -> str:
    return f"'{before} -> {after}'".replace("' ->", "'->").replace("-> '", "->'")


def repeat(value: Piece, before: Names, after: Names, extents: Extents) -> Piece:
    """`repeat(v, 'i -> i j', j=3)`."""
    lengths = {name: extents[name] for name in after if name not in before}
    return _sized("repeat", value, _spec(" ".join(before), " ".join(after)), lengths)


def _sized(function: str, value: Piece, spec: str, sizes: Extents) -> Piece:
    last = ", ".join([spec, *(f"{name}={size.text}" for name, size in sizes.items())])
    needs = frozenset().union(*(size.needs for size in sizes.values()))
    return call(function, value, last=last, needs=[f"from einops import {function}", *needs])


def total(value: Piece, before: Names, after: Names) -> Piece:
    """`reduce(A, 'i j -> i', 'sum')`."""
    spec = _spec(" ".join(before), " ".join(after))
    return call("reduce", value, last=f"{spec}, 'sum'", needs=["from einops import reduce"])
