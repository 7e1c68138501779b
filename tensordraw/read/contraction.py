"""One einsum on values whose axes are dims: what a `Spec` means, in two steps.

`contract` relates the dims (equal indices have equal sizes, an axis of size 1 is broadcast, a bracket group is the product
of its parts); when all text is read and `Dims.settle` has found the sizes, `statements` writes the program's statements:
`Select` at 0 for a broadcast axis, `Reshape` for groups, one `Einsum`, `Spread` for new axes of size 1. ncon lists, sublists
and Python source use both steps as einsum strings do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tensordraw.errors import Error
from tensordraw.program.statements import (
    Axis,
    Einsum,
    Name,
    Operand,
    Reshape,
    Select,
    Spread,
    Statement,
    Type,
)
from tensordraw.read.dims import Dim, Dims
from tensordraw.read.spec import Axis as SpecAxis
from tensordraw.read.spec import Index, Spec, expand, indices

ONE = "one"  # the space of axes of size 1 that no index has
Pattern = tuple[tuple[tuple[int, ...], tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Contraction:
    """A spec without ellipses on operands with these dims: `axes` by operand, `dims` by index, `fixed` the positions of
    each operand's axes that are taken at 0, `result` the dims of the result's axes."""

    spec: Spec
    axes: tuple[tuple[Dim, ...], ...]
    dims: dict[Index, Dim]
    fixed: tuple[frozenset[int], ...]
    result: tuple[Dim, ...]


def contract(
    spec: Spec, axes: Sequence[Sequence[Dim]], dims: Dims, sizes: Mapping[Index, object] | None = None
) -> Contraction:
    """The spec on operands with these axes, whose dims are related by it; `sizes` are of indices.

    As in numpy an axis of size 1 goes with any size of its index. Error: another number of operands or axes, sizes that
    differ, a size for what is no index.
    """
    if len(axes) != len(spec.operands):
        raise Error(f"{spec.shown} has {len(spec.operands)} operands, but {len(axes)} are given.")
    spec = expand(spec, [len(row) for row in axes])
    index_dims = {index: -1 for operand in spec.operands for index in indices(operand)}
    for index in index_dims:
        index_dims[index] = dims.new(index)
    for index, size in (sizes or {}).items():
        if index not in index_dims:
            raise Error(f"A size is given for {index!r}, which is no index of {spec.shown}.")
        dims.learn(index_dims[index], size, f"by sizes[{index!r}]")
    broad = _broadcast(spec, axes, index_dims, dims)
    fixed: list[frozenset[int]] = []
    for place, (operand, row) in enumerate(zip(spec.operands, axes, strict=True), start=1):
        where = f"in operand {place}"
        alone: set[int] = set()
        for position, (item, dim) in enumerate(zip(operand, row, strict=True)):
            if isinstance(item, str):
                if item in broad and dims.size(dim) == 1:
                    alone.add(position)
                else:
                    dims.unite(index_dims[item], dim)
            elif not item:
                dims.learn(dim, 1, where)
                alone.add(position)
            else:
                _whole(dims, item, index_dims, where, dim)
        fixed.append(frozenset(alone))
    # An ellipsis of the output that stands for no axis is gone by now, and all other indices of it are in an operand.
    result = tuple(_result_dim(item, index_dims, dims) for item in spec.output)
    return Contraction(spec, tuple(map(tuple, axes)), index_dims, tuple(fixed), result)


def _broadcast(
    spec: Spec, axes: Sequence[Sequence[Dim]], index_dims: Mapping[Index, Dim], dims: Dims
) -> frozenset[Index]:
    """The indices that have a size other than 1, and an axis of size 1 besides."""
    found: dict[Index, set[int]] = {}
    for place, (operand, row) in enumerate(zip(spec.operands, axes, strict=True), start=1):
        here: dict[Index, int] = {}
        for item, dim in zip(operand, row, strict=True):
            size = dims.size(dim)
            if not isinstance(item, str) or size is None:
                continue
            found.setdefault(item, set()).add(size)
            if here.setdefault(item, size) != size:
                raise Error(
                    f"Index {item!r} stands in operand {place} of {spec.shown} on axes of size {here[item]} and {size}, "
                    f"which have no diagonal."
                )
    for index, dim in index_dims.items():
        if index in found and (size := dims.size(dim)) is not None:
            found[index].add(size)
    return frozenset(index for index, sizes in found.items() if len(sizes) > 1 and 1 in sizes)


def _whole(dims: Dims, parts: Sequence[Index], index_dims: Mapping[Index, Dim], where: str, dim: Dim | None) -> Dim:
    """The dim of a group, whose name is that of its parts."""
    whole = dims.new("_".join(parts))
    if dim is not None:
        dims.unite(whole, dim)
    dims.product(whole, [index_dims[part] for part in parts], f"{where} ({' '.join(parts)})")
    return whole


def _result_dim(item: SpecAxis, index_dims: Mapping[Index, Dim], dims: Dims) -> Dim:
    if isinstance(item, str):
        return index_dims[item]
    return _whole(dims, item, index_dims, "in the output", None) if item else dims.new(ONE, 1)


# ---------------------------------------------------------------------------------------------------- statements


@dataclass(slots=True)
class _Steps:
    """Statements in the making, each on the value of the one before."""

    axis: Callable[[Index, Dim], Axis]
    new: Callable[[str], Name]
    made: list[Statement] = field(default_factory=list)

    def add(self, statement: Statement) -> Name:
        self.made.append(statement)
        return statement.out


def statements(
    contraction: Contraction,
    values: Sequence[Name],
    axis: Callable[[Index, Dim], Axis],
    new: Callable[[str], Name],
    out: Name,
) -> list[Statement]:
    """The statements of a contraction of these values; the last one defines `out`.

    `axis` makes the axis of an index (or "" where none is known) with a dim, `new` makes fresh names from hints.
    """
    steps = _Steps(axis, new)
    spec = contraction.spec
    operands = [
        _operand(steps, value, items, row, fixed, contraction.dims)
        for value, items, row, fixed in zip(values, spec.operands, contraction.axes, contraction.fixed, strict=True)
    ]
    plain = tuple(indices(spec.output))
    splits = [item for item in spec.output if not isinstance(item, str)]
    core = [steps.axis(index, contraction.dims[index]) for index in plain]
    value = new(out) if splits else out
    steps.add(Einsum(value, tuple(operands), plain, Type(tuple(core))))
    if any(not item for item in splits):
        wide = _ones(spec.output, plain)
        by_index = dict(zip(plain, core, strict=True))
        ones = (dim for item, dim in zip(spec.output, contraction.result, strict=True) if not item)
        type_ = Type(tuple(by_index.get(index) or steps.axis(ONE, next(ones)) for index in wide))
        last = out if all(not item for item in splits) else new(out)
        value = steps.add(Spread(last, value, plain, wide, type_))
    if any(splits):
        axes = tuple(
            steps.axis(item if isinstance(item, str) else "_".join(item) or ONE, dim)
            for item, dim in zip(spec.output, contraction.result, strict=True)
        )
        steps.add(Reshape(out, value, _pattern(spec.output, merge=True), Type(axes)))
    return steps.made


def _ones(output: Iterable[SpecAxis], plain: Iterable[Index]) -> tuple[Index, ...]:
    """The indices of the output, with a fresh one for each axis of size 1."""
    taken, found = set(plain), list[Index]()
    for item in output:
        if item:
            found.extend(indices([item]))
            continue
        number = 0
        while (name := f"{ONE}{number}") in taken:
            number += 1
        taken.add(name)
        found.append(name)
    return tuple(found)


def _operand(
    steps: _Steps,
    value: Name,
    items: Sequence[SpecAxis],
    row: Sequence[Dim],
    fixed: frozenset[int],
    index_dims: Mapping[Index, Dim],
) -> Operand:
    """One operand of the einsum: axes of size 1 are taken at 0, groups are split."""
    axes = [steps.axis("", dim) for dim in row]
    stem = value
    for position in sorted(fixed, reverse=True):
        del axes[position]
        value = steps.add(Select(steps.new(f"{stem}_0"), value, position, 0, Type(tuple(axes))))
    left = [item for position, item in enumerate(items) if position not in fixed]
    plain = tuple(indices(left))
    if any(not isinstance(item, str) for item in left):
        parts = Type(tuple(steps.axis(index, index_dims[index]) for index in plain))
        value = steps.add(Reshape(steps.new(f"{stem}_split"), value, _pattern(left, merge=False), parts))
    return Operand(value, plain)


def _pattern(items: Iterable[SpecAxis], merge: bool) -> Pattern:
    """The positions of the parts of each group, and of the group."""
    found: list[tuple[tuple[int, ...], tuple[int, ...]]] = []
    start = 0
    for whole, item in enumerate(items):
        parts = tuple(range(start, start + (1 if isinstance(item, str) or not item else len(item))))
        start += len(parts)
        found.append((parts, (whole,)) if merge else ((whole,), parts))
    return tuple(found)
