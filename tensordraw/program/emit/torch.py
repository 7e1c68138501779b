"""PyTorch with the named axes of einops: the default reading of a diagram."""

from __future__ import annotations

from tensordraw.program.emit.language import Contraction, Group, Language, Regroup, reshaped
from tensordraw.program.emit.pieces import Piece, call


def _einsum(contraction: Contraction) -> Piece:
    return call("einsum", *contraction.operands, last=contraction.named(), needs=["from einops import einsum"])


def _permute(value: Piece, names: tuple[str, ...], order: tuple[int, ...]) -> Piece:
    after = " ".join(names[place] for place in order)
    return call("rearrange", value, last=f"'{' '.join(names)} -> {after}'", needs=["from einops import rearrange"])


def _reshape(regroup: Regroup) -> Piece:
    if any(group.before and group.after for group in regroup.groups):
        return reshaped(regroup)
    before = " ".join(_axes(group, group.before) for group in regroup.groups if group.before or group.axes)
    after = " ".join(_axes(group, group.after) for group in regroup.groups if group.after or group.axes)
    # The first part of a split follows from the others.
    sizes = [f"{name}={size}" for group in regroup.groups if group.before for name, size in group.axes[1:]]
    last = ", ".join([f"'{before} -> {after}'".replace("' ->", "'->").replace("-> '", "->'"), *sizes])
    return call("rearrange", regroup.value, last=last, needs=["from einops import rearrange"])


def _axes(group: Group, joined: bool) -> str:
    names = " ".join(name for name, _ in group.axes)
    return f"({names})" if joined else names


def _repeat(value: Piece, before: tuple[str, ...], after: tuple[str, ...], sizes: dict[str, int]) -> Piece:
    lengths = [f"{name}={sizes[name]}" for name in after if name not in before]
    spec = f"'{' '.join(before)} -> {' '.join(after)}'".replace("' ->", "'->")
    return call("repeat", value, last=", ".join([spec, *lengths]), needs=["from einops import repeat"])


TORCH = Language("torch", "PyTorch with the named axes of einops", "torch", _einsum, _permute, _reshape, _repeat)
