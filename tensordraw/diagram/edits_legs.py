"""Edits of legs: add, remove, label, reorder, bind to an index, change their space, order the open ones.

Legs are axes of arrays, and an array may be drawn several times: adding, removing and reordering acts on every
occurrence of the array that has as many legs, so that the same name keeps the same legs.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import all_legs, joined, leg_sets, map_legs, map_port, owner_of, position, with_leg_sets
from tensordraw.diagram.ports import remove_port
from tensordraw.diagram.records import (
    Add,
    Copy,
    Delta,
    Diagram,
    Fixed,
    Group,
    Id,
    Leg,
    Node,
    Paste,
    Repeat,
    Sum,
    Tensor,
    Variance,
    id_order,
    port_legs,
)
from tensordraw.errors import Error

_FIXED_LEGS = ("constant", "causal_mask", "metric", "inverse_metric", "shift")


def _owner(diagram: Diagram, leg: Id) -> Node | Repeat:
    content = diagram.content
    owner = owner_of(content).get(leg)
    if owner is None:
        raise Error("That leg no longer exists.")
    region = content.regions.get(owner)
    return region if isinstance(region, Repeat) else content.nodes[owner]


def family(diagram: Diagram, node: Node) -> list[Node]:
    """The nodes whose legs change together with this one's: occurrences of its array, or a copy with its pastes."""
    nodes = diagram.content.nodes.values()
    if isinstance(node, Tensor):
        return [n for n in nodes if isinstance(n, Tensor) and n.name == node.name and len(n.legs) == len(node.legs)]
    if isinstance(node, Copy | Paste):
        copy = node.id if isinstance(node, Copy) else node.copy
        return [n for n in nodes if n.id == copy or (isinstance(n, Paste) and n.copy == copy)]
    return [node]


def add_leg(
    diagram: Diagram, node: Id, space: Id, label: str = "", at: int | None = None, angle: float | None = None
) -> Diagram:
    """Give a node one more leg in `space`, at position `at` of the array's axes (the end where None).

    A delta keeps to its own space. `angle` is the direction of the new leg on this node.
    """
    item = diagram.content.nodes.get(node)
    if item is None:
        raise Error("Only a node can get a leg.")
    if isinstance(item, Fixed) and item.kind in _FIXED_LEGS:
        raise Error(f"A {item.kind.replace('_', ' ')} has its number of legs by definition.")
    draft = Draft(diagram)
    if isinstance(item, Delta):
        space = item.legs[0].space
    for member in family(diagram, item):
        sets: list[tuple[Leg, ...]] = []
        for legs in leg_sets(member):
            made = draft.leg(space, label, angle=angle if member.id == node and not sets else None)
            place = len(legs) if at is None else max(0, min(at, len(legs)))
            sets.append((*legs[:place], made, *legs[place:]))
        draft.nodes[member.id] = with_leg_sets(member, sets)
    return draft.build()


def remove_leg(diagram: Diagram, leg: Id) -> Diagram:
    """Take a leg off its node (and off what corresponds to it), its wire with it. A port's leg takes the port along."""
    owner = _owner(diagram, leg)
    draft = Draft(diagram)
    if isinstance(owner, Repeat):
        port = next(p for p in owner.ports if any(own.id == leg for own in port_legs(p)))
        remove_port(draft, owner.id, port.id)
        return draft.build()
    if isinstance(owner, Fixed) and (owner.kind in _FIXED_LEGS or len(owner.legs) <= 2):
        raise Error(f"A {owner.kind.replace('_', ' ')} has its number of legs by definition.")
    if isinstance(owner, Delta) and len(owner.legs) == 1:
        draft.remove((owner.id,))
        return draft.build()
    place = position(owner, leg)
    if place is None or (isinstance(owner, Group) and len(owner.parts) == 1):
        raise Error("A grouping needs its whole leg and at least one part.")
    for member in family(diagram, owner):
        sets = [(*legs[:place], *legs[place + 1 :]) for legs in leg_sets(member)]
        draft.nodes[member.id] = with_leg_sets(member, sets)
    draft.rewire()
    return draft.build()


def _change(diagram: Diagram, legs: dict[Id, Leg]) -> Diagram:
    """The diagram with the legs of these ids replaced."""
    draft = Draft(diagram)
    for node in diagram.content.nodes.values():
        changed = map_legs(node, lambda leg: legs.get(leg.id, leg))
        if changed is not node:
            draft.nodes[node.id] = changed
    for region in diagram.content.regions.values():
        if isinstance(region, Repeat):
            ports = tuple(map_port(port, lambda leg: legs.get(leg.id, leg)) for port in region.ports)
            if ports != region.ports:
                draft.regions[region.id] = replace(region, ports=ports)
    return draft.build()


def label_leg(diagram: Diagram, leg: Id, label: str) -> Diagram:
    """Change a leg's label."""
    return _change(diagram, {leg: replace(all_legs(diagram)[leg], label=label.strip())})


def set_variance(diagram: Diagram, leg: Id, variance: Variance) -> Diagram:
    """Say whether the leg is an upper or a lower index, or neither."""
    return _change(diagram, {leg: replace(all_legs(diagram)[leg], variance=variance)})


def bind_leg(diagram: Diagram, leg: Id, index: int | Id | None) -> Diagram:
    """Fix a free leg to an integer or to the index of a sum or repeat around it; None frees it."""
    found = all_legs(diagram)[leg]
    owner = _owner(diagram, leg)
    if index is not None and leg in joined(diagram):
        raise Error("A leg that is fixed to an index is never also wired: detach it first.")
    if isinstance(owner, Repeat):
        raise Error("The legs of a port carry the repeat's state and cannot be fixed.")
    binders = {r.id for r in diagram.content.regions.values() if isinstance(r, Repeat | Sum)}
    if isinstance(index, str) and (index not in binders or index not in Draft(diagram).ancestors(owner.inside)):
        raise Error("A leg can be bound only to the index of a sum or repeat around it.")
    if isinstance(index, int) and not 0 <= index < diagram.content.spaces[found.space].size:
        space = diagram.content.spaces[found.space]
        raise Error(f"The index {index} lies outside {space.name}, which runs from 0 to {space.size - 1}.")
    return _change(diagram, {leg: replace(found, index=index)})


def same_space(diagram: Diagram, start: Id) -> set[Id]:
    """All legs that must lie in the same space as this one: along wires, through dots, ports and operations, and on
    every occurrence of the same array."""
    neighbours: dict[Id, set[Id]] = {}

    def tie(group: Sequence[Id]) -> None:
        for leg in group:
            neighbours.setdefault(leg, set()).update(group)

    for wire in diagram.content.wires.values():
        tie(wire.ends)
    by_array: dict[tuple[str, int], list[Tensor]] = {}
    for node in diagram.content.nodes.values():
        match node:
            case Delta():
                tie([leg.id for leg in node.legs])
            case Copy() | Add():
                for legs in zip(*(s for s in leg_sets(node) if s), strict=False):
                    tie([leg.id for leg in legs])
            case Paste():
                copy = diagram.content.nodes.get(node.copy)
                if isinstance(copy, Copy):
                    for a, b in zip(node.legs, copy.into, strict=False):
                        tie((a.id, b.id))
            case Tensor():
                by_array.setdefault((node.name, len(node.legs)), []).append(node)
            case _:
                pass
    for tensors in by_array.values():
        for legs in zip(*(tensor.legs for tensor in tensors), strict=True):
            tie([leg.id for leg in legs])
    for region in diagram.content.regions.values():
        if isinstance(region, Repeat):
            for port in region.ports:
                tie([leg.id for leg in port_legs(port)])
    found, edge = {start}, [start]
    while edge:
        for leg in neighbours.get(edge.pop(), set()) - found:
            found.add(leg)
            edge.append(leg)
    return found


def set_leg_space(diagram: Diagram, leg: Id, space: Id, spread: bool = True) -> Diagram:
    """Put a leg into another space, and (where `spread`) all legs that must agree with it."""
    if space not in diagram.content.spaces:
        raise Error("That space does not exist.")
    legs = all_legs(diagram)
    moved = same_space(diagram, leg) if spread else {leg}
    return _change(diagram, {one: replace(legs[one], space=space) for one in moved})


def reorder_legs(diagram: Diagram, node: Id, order: Sequence[Id]) -> Diagram:
    """Put the legs of a tensor, delta, or grouping's parts in another order: the order of the array's axes."""
    item = diagram.content.nodes.get(node)
    if not isinstance(item, Tensor | Delta | Group):
        raise Error("The legs of this item have a fixed order.")
    own = leg_sets(item)[0]
    places = {leg.id: place for place, leg in enumerate(own)}
    if sorted(order) != sorted(places):
        raise Error("The new order must name each leg once.")
    ranks = [places[leg] for leg in order]
    draft = Draft(diagram)
    for member in family(diagram, item):
        legs = leg_sets(member)[0]
        draft.nodes[member.id] = with_leg_sets(member, [tuple(legs[rank] for rank in ranks)])
    return draft.build()


def reverse_legs(diagram: Diagram, node: Id) -> Diagram:
    """Reverse the order of a tensor's legs (the transpose of a matrix)."""
    item = diagram.content.nodes.get(node)
    if not isinstance(item, Tensor):
        raise Error("Only a tensor's legs can be reversed.")
    return reorder_legs(diagram, node, [leg.id for leg in reversed(item.legs)])


def set_open_order(diagram: Diagram, order: Sequence[Id]) -> Diagram:
    """Set the order of the open legs: the axes of the result."""
    legs = all_legs(diagram)
    draft = Draft(diagram)
    named = [leg for leg in dict.fromkeys(order) if leg in legs]
    draft.open_order = [*named, *(leg for leg in draft.open_order if leg not in set(named))]
    return draft.build()


def take_places(draft: Draft, heirs: dict[Id, Sequence[Id]]) -> None:
    """Give the place of an open leg among the others to those that stand for it from now on.

    To be called while the old legs are still open. An order that says nothing but the order of creation is dropped.
    """
    wired = {end for wire in draft.wires.values() for end in wire.ends}
    free = sorted((leg for leg in draft.owners() if leg not in wired or leg in draft.open_order), key=id_order)
    ranked = [*draft.open_order, *(leg for leg in free if leg not in draft.open_order)]
    order = [heir for leg in ranked for heir in heirs.get(leg, (leg,))]
    draft.open_order = [] if order == sorted(order, key=id_order) else order
