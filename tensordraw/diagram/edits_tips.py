"""Which legs are at the tip of a triangle: chosen by hand, by the sizes, and along a chain of tensors.

An isometry leads from the legs at its base to those at its tip: contracted over its base with its conjugate it is the
identity on its tip, so the tip's sizes multiply to at most the base's. In the canonical forms of a chain (or tree) every
triangle points towards the centre, which stays a plain tensor. A bond that is longer than what its isometry can lead to
is shortened there, in a space of its own: no isometry has it longer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping
from math import prod

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.edits_legs import same_space, set_leg_space
from tensordraw.diagram.edits_names import set_form, usual_tip
from tensordraw.diagram.legs import all_legs, owner_of
from tensordraw.diagram.records import Content, Diagram, Id, Tensor
from tensordraw.errors import Error

SIDED = ("isometry", "unitary", "orthogonal")  # forms that have a tip and a base
Side = Mapping[Id, tuple[Id, ...]]  # neighbour: the legs that lead to it


def owners(content: Content, legs: Collection[Id]) -> dict[Id, tuple[Id, ...]]:
    """The tensors that have some of these legs, each with those of them that are its own."""
    found = {
        node.id: tuple(leg.id for leg in node.legs if leg.id in legs)
        for node in content.nodes.values()
        if isinstance(node, Tensor)
    }
    return {tensor: own for tensor, own in found.items() if own}


def put_at_tip(diagram: Diagram, legs: Collection[Id]) -> Diagram:
    """These legs, and no others, at the tip of their tensors, which become isometries where they have no tip yet. `Error`
    where no leg is left for the base."""
    for tensor, own in owners(diagram.content, legs).items():
        node = diagram.content.nodes[tensor]
        assert isinstance(node, Tensor)
        _check(node, own)
        diagram = set_form(diagram, tensor, node.form if node.form in SIDED else "isometry", own)
    return diagram


def toggle_tip(diagram: Diagram, legs: Collection[Id]) -> Diagram:
    """Turn triangles to these legs: they alone are at the tip, or where they are there already, at the base (and where
    nothing else was at the tip, what is usual without them)."""
    for tensor, own in owners(diagram.content, legs).items():
        node = diagram.content.nodes[tensor]
        assert isinstance(node, Tensor)
        if node.form not in SIDED:
            continue
        if set(own) <= set(node.tip):
            own = tuple(leg for leg in node.tip if leg not in own) or usual_tip(diagram, node, without=own)
        _check(node, own)
        diagram = set_form(diagram, tensor, node.form, own)
    return diagram


def set_at_tip(diagram: Diagram, leg: Id, at_tip: bool) -> Diagram:
    """One leg of a triangle at its tip, beside those that are there, or at its base."""
    for tensor in owners(diagram.content, {leg}):
        node = diagram.content.nodes[tensor]
        assert isinstance(node, Tensor)
        if node.form not in SIDED:
            raise Error(f"{node.name} is no isometry: it has no tip. Put the leg at the tip to make it one.")
        tip = tuple(one.id for one in node.legs if (at_tip if one.id == leg else one.id in node.tip))
        _check(node, tip)
        diagram = set_form(diagram, tensor, node.form, tip)
    return diagram


def _check(node: Tensor, tip: Collection[Id]) -> None:
    if len(node.legs) < 2:
        raise Error(f"A tensor with {len(node.legs)} legs cannot be an isometry: two are needed.")
    if not tip:
        raise Error(f"{node.name} needs a leg at its tip: put another one there first.")
    if len(tip) == len(node.legs):
        raise Error(f"{node.name} needs a leg at its base: not all of them can be at the tip.")


# ------------------------------------------------------------------------------------------------------- along chains


def make_isometries(diagram: Diagram, tensors: Collection[Id]) -> tuple[Diagram, tuple[str, ...]]:
    """Isometries of these tensors. Several of one chain or tree point towards what they surround, or where they are all of it
    to the right; others as their sizes tell. Also the bonds that were shortened for it, in words."""
    bonds = _bonds(diagram)
    centre = _surrounded(diagram, bonds, tensors) if len(tensors) > 1 else None
    ways = {} if centre is None else _ways(bonds, centre)
    if ways is None or len(ways) < 2:  # a pair is no chain
        ways = {}
    tips = {tensor: ways[tensor] for tensor in tensors if tensor in ways}
    for tensor in tensors:
        if tensor not in tips:
            diagram = set_form(diagram, tensor, "isometry")
    return _pointed(diagram, tips)


def canonical(diagram: Diagram, tensors: Collection[Id], centre: Id) -> tuple[Diagram, tuple[str, ...]]:
    """The tensors (all that hang together with the centre where they are none) as isometries that point towards the centre,
    which is plain. Also the bonds that were shortened, in words. `Error` where they are no chain or tree."""
    ways = _ways(_bonds(diagram, tensors), centre)
    if ways is None:
        raise Error("A canonical form is that of a chain or tree of tensors, and these form a ring.")
    if not ways:
        raise Error("A canonical form is that of a chain of tensors, and this one is wired to no other.")
    after, words = _pointed(set_form(diagram, centre, "any"), ways)
    return after, words


def chain_end(diagram: Diagram, tensors: Collection[Id], last: bool) -> Id:
    """The last tensor of a chain from left to right, or its first; one tensor stands for all that it hangs together with."""
    bonds = _bonds(diagram, tensors if len(tensors) > 1 else ())
    start = next(iter(tensors))
    reached = _distances(bonds, start)
    ends = [tensor for tensor in reached if len(bonds.get(tensor, {})) < 2] or list(reached)
    places = diagram.layout.places

    def along(tensor: Id) -> tuple[float, float]:
        place = places.get(tensor)
        return (0.0, 0.0) if place is None else (place.x, place.y)

    return max(ends, key=along) if last else min(ends, key=along)


def _bonds(diagram: Diagram, only: Collection[Id] = ()) -> dict[Id, Side]:
    """For each tensor its neighbours: tensors that are wired to it and as much conjugated as it (the rows of <psi|psi> are
    chains of their own), `only` these where they are some."""
    content, found = diagram.content, dict[Id, dict[Id, tuple[Id, ...]]]()
    owner = {leg.id: node for node in content.nodes.values() if isinstance(node, Tensor) for leg in node.legs}
    for wire in content.wires.values():
        one, other = (owner.get(end) for end in wire.ends)
        if one is None or other is None or one.id == other.id or one.conj != other.conj or one.inside != other.inside:
            continue
        if only and not (one.id in only and other.id in only):
            continue
        for here, there, leg in ((one, other, wire.ends[0]), (other, one, wire.ends[1])):
            sides = found.setdefault(here.id, {})
            sides[there.id] = (*sides.get(there.id, ()), leg)
    return dict(found)


def _distances(bonds: Mapping[Id, Side], start: Id) -> dict[Id, int]:
    reached, queue = {start: 0}, deque([start])
    while queue:
        now = queue.popleft()
        for other in bonds.get(now, {}):
            if other not in reached:
                reached[other] = reached[now] + 1
                queue.append(other)
    return reached


def _ways(bonds: Mapping[Id, Side], centre: Id) -> dict[Id, tuple[Id, ...]] | None:
    """For every other tensor, the farthest from the centre first, its legs towards the centre; None where there is a ring."""
    reached, ways = _distances(bonds, centre), dict[Id, tuple[Id, ...]]()
    for tensor in sorted(reached, key=lambda one: -reached[one]):
        nearer = [other for other in bonds.get(tensor, {}) if reached[other] <= reached[tensor]]
        if tensor != centre:
            if len(nearer) != 1:
                return None
            ways[tensor] = bonds[tensor][nearer[0]]
    return ways


def _surrounded(diagram: Diagram, bonds: Mapping[Id, Side], tensors: Collection[Id]) -> Id | None:
    """What selected tensors of one chain have between or behind them: the neighbour that is not selected, of several the one
    that most of them have; the last of them where all are selected."""
    beside: dict[Id, int] = {}
    for tensor in tensors:
        for other in bonds.get(tensor, {}):
            if other not in tensors:
                beside[other] = beside.get(other, 0) + 1
    if not beside:
        linked = [tensor for tensor in tensors if tensor in bonds]
        return chain_end(diagram, linked, last=True) if linked else None
    places = diagram.layout.places
    return max(beside, key=lambda one: (beside[one], places[one].x if one in places else 0.0))


def _pointed(diagram: Diagram, ways: Mapping[Id, tuple[Id, ...]]) -> tuple[Diagram, tuple[str, ...]]:
    """Isometries with these tips. Where a tip would be longer than its base, the farthest first, its bond is shortened."""
    words: list[str] = []
    for tensor, tip in ways.items():
        node = diagram.content.nodes[tensor]
        assert isinstance(node, Tensor)
        if len(tip) == len(node.legs):
            continue  # nothing is before it: what ends a chain without a leg of its own stays as it is
        diagram = set_form(diagram, tensor, "isometry", tip)
        sizes = {leg.id: diagram.content.spaces[leg.space].size for leg in node.legs if leg.index is None}
        base = prod(size for leg, size in sizes.items() if leg not in tip)
        if len(tip) == 1 and sizes.get(tip[0], 0) > base:
            shorter = _shortened(diagram, tip[0], base)
            if shorter is not None:
                diagram = shorter
                words.append(f"{base} at {node.name}")
    return diagram, tuple(words)


def _shortened(diagram: Diagram, leg: Id, size: int) -> Diagram | None:
    """The diagram with a leg, and all that must be as long as it, in a space of this size; None where an array with numbers of
    its own is among them, or something that is no tensor."""
    content, owner = diagram.content, owner_of(diagram.content)
    for one in same_space(diagram, leg):
        node = content.nodes.get(owner[one])
        if not isinstance(node, Tensor) or node.name in content.sources or node.name in content.recipes:
            return None
    draft = Draft(diagram)
    old = content.spaces[all_legs(diagram)[leg].space]
    known = {space.name: space for space in draft.spaces.values()}
    name = f"{old.name}_{size}"
    if name in known and known[name].size != size:
        name = next(f"{name}_{k}" for k in range(2, len(known) + 3) if f"{name}_{k}" not in known)
    if name in known:
        space = known[name].id
    else:
        space = draft.space(name, size)
        draft.spaces[space] = replace(old, id=space, name=name, size=size)
    return set_leg_space(draft.build(), leg, space)


__all__ = [
    "SIDED", "canonical", "chain_end", "make_isometries", "owners", "put_at_tip", "set_at_tip", "toggle_tip", "usual_tip",
]  # fmt: skip
