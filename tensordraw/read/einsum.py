"""An einsum string becomes a diagram that says the same: `read("ij,jk->ik", "A", "B")`.

Each operand is a tensor and each index one leg of it. Two ends inside make a wire, one end that is in the output too an
open leg, and all else a dot with one leg for each end. Each index has a space, named by it; where a tensor's name
repeats, the spaces of its indices are unified position by position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import SupportsIndex

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Leg, Space
from tensordraw.errors import Error
from tensordraw.read.arrange import arrange
from tensordraw.read.spec import Spec, parse

_SIZES = (2, 3, 4, 5)  # of indices whose size nothing says, in turn


def read(
    spec: str, *names: str, shapes: Sequence[Sequence[int]] | None = None, sizes: Mapping[str, int] | None = None
) -> Diagram:
    """The diagram of an einsum string; operands are called A, B, C ... where no names are given.

    Sizes come from `shapes` (one an operand) and `sizes` (by index), else 2, 3, 4, 5 in turn. Error: a string that
    cannot be read, the wrong number of names or shapes, sizes that contradict each other.
    """
    if not isinstance(spec, str):
        raise Error(f"An einsum string is text such as 'ij,jk->ik', not {type(spec).__name__}.")
    ranks = [len(shape) for shape in shapes] if shapes is not None else []
    parsed = parse(spec, ranks)
    called = _names(parsed, names, spec)
    spaces = _spaces(parsed, called, shapes, sizes or {}, spec)
    draft = Draft()
    draft.title = spec
    _draw(draft, parsed, called, spaces)
    arrange(draft)
    return draft.build()


def _names(spec: Spec, names: Sequence[str], text: str) -> list[str]:
    """A name for each operand: as given, else A to Z, then A1, B1, ..."""
    count = len(spec.operands)
    if not names:
        return [chr(ord("A") + k % 26) + (str(k // 26) if k >= 26 else "") for k in range(count)]
    if len(names) != count:
        raise Error(
            f"The einsum string {text!r} has {count} operands, but {len(names)} names are given: {', '.join(names)}."
        )
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise Error(f"The operands of {text!r} are called by text, not by {name!r}.")
    return list(names)


@dataclass(slots=True)
class _Classes:
    """Indices that share a space, as a union-find forest; the first one met names the space."""

    parent: dict[str, str] = field(default_factory=dict)
    rank: dict[str, int] = field(default_factory=dict)  # order of first meeting

    def find(self, index: str) -> str:
        self.parent.setdefault(index, index)
        self.rank.setdefault(index, len(self.rank))
        root = index
        while self.parent[root] != root:
            root = self.parent[root]
        while self.parent[index] != root:
            self.parent[index], index = root, self.parent[index]
        return root

    def unite(self, first: str, second: str) -> None:
        a, b = self.find(first), self.find(second)
        if a != b:
            early, late = (a, b) if self.rank[a] < self.rank[b] else (b, a)
            self.parent[late] = early


def _spaces(
    spec: Spec, names: Sequence[str], shapes: Sequence[Sequence[int]] | None, sizes: Mapping[str, int], text: str
) -> dict[str, tuple[str, int]]:
    """For each index the name and size of its space."""
    classes = _Classes()
    for operand in spec.operands:
        for index in operand:
            classes.find(index)
    seen: dict[str, tuple[int, tuple[str, ...]]] = {}
    for place, (name, indices) in enumerate(zip(names, spec.operands, strict=True), start=1):
        before, first = seen.setdefault(name, (place, indices))
        if len(first) != len(indices):
            raise Error(
                f"{name!r} has {len(first)} indices as operand {before} of {text!r} but {len(indices)} "
                f"as operand {place}; one name is one array."
            )
        for one, other in zip(first, indices, strict=True):
            classes.unite(one, other)
    known = _known_sizes(spec, classes, shapes, sizes, text)
    found: dict[str, tuple[str, int]] = {}
    free = 0
    for index in classes.parent:
        root = classes.find(index)
        if root not in known:
            known[root] = _SIZES[free % len(_SIZES)]
            free += 1
        found[index] = (root, known[root])
    return found


def _known_sizes(
    spec: Spec, classes: _Classes, shapes: Sequence[Sequence[int]] | None, sizes: Mapping[str, int], text: str
) -> dict[str, int]:
    """Sizes by class, from `sizes` and `shapes`, checked against each other."""
    known: dict[str, tuple[int, str]] = {}

    def learn(index: str, size: object, where: str) -> None:
        # NumPy's integers are no `int`, but they are numbers.
        if isinstance(size, bool) or not isinstance(size, SupportsIndex) or (size := size.__index__()) < 1:
            raise Error(
                f"The size of index {index!r} in {text!r} is {size!r} {where}; it must be a whole number from 1."
            )
        root = classes.find(index)
        before = known.setdefault(root, (int(size), where))
        if before[0] != size:
            raise Error(f"Index {index!r} of {text!r} has size {before[0]} {before[1]} but size {size} {where}.")

    for index, size in sizes.items():
        if index not in classes.parent:
            raise Error(f"A size is given for {index!r}, which is no index of {text!r}.")
        learn(index, size, f"by sizes[{index!r}]")
    if shapes is not None:
        if len(shapes) != len(spec.operands):
            raise Error(
                f"The einsum string {text!r} has {len(spec.operands)} operands, but {len(shapes)} shapes are given."
            )
        for place, (shape, indices) in enumerate(zip(shapes, spec.operands, strict=True), start=1):
            if len(shape) != len(indices):
                raise Error(
                    f"Operand {place} of {text!r} has {len(indices)} indices, "
                    f"but its shape {tuple(shape)} has {len(shape)}."
                )
            for index, size in zip(indices, shape, strict=True):
                learn(index, size, f"in operand {place}")
    return {root: size for root, (size, _) in known.items()}


def _draw(draft: Draft, spec: Spec, called: Sequence[str], spaces: Mapping[str, tuple[str, int]]) -> None:
    """Tensors, wires, dots and open legs, without places."""
    # Made here and not by `draft.space`, which looks through all spaces for a name: 1,000 operands would be quadratic.
    ids: dict[str, Id] = {}
    for name, size in dict.fromkeys(spaces.values()):
        ids[name] = draft.new_id("s")
        draft.spaces[ids[name]] = Space(ids[name], name, size)
    # Wires bear the index they are; legs need a label only where the space has another name.
    labels = {index: "" if name == index else index for index, (name, _) in spaces.items()}
    ends: dict[str, list[Leg]] = {index: [] for index in spaces}
    for name, indices in zip(called, spec.operands, strict=True):
        legs = [draft.leg(ids[spaces[index][0]], labels[index]) for index in indices]
        for index, leg in zip(indices, legs, strict=True):
            ends[index].append(leg)
        draft.tensor(name, legs)
    places: dict[str, list[int]] = {index: [] for index in spaces}
    for place, index in enumerate(spec.output):
        places[index].append(place)
    order: list[Id] = [""] * len(spec.output)
    for index, inner in ends.items():
        outer = places[index]
        if len(inner) == 2 and not outer:
            draft.wire(inner[0], inner[1], index)
        elif len(inner) == 1 and len(outer) == 1:
            order[outer[0]] = inner[0].id
        else:
            dot = [draft.leg(inner[0].space, labels[index]) for _ in range(len(inner) + len(outer))]
            draft.delta(dot)
            for number, (leg, end) in enumerate(zip(inner, dot, strict=False)):
                draft.wire(leg, end, index if number == 0 else "")
            for place, end in zip(outer, dot[len(inner) :], strict=True):
                order[place] = end.id
    draft.open_order = order
