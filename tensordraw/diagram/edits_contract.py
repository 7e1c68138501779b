"""Contraction as an edit: two tensors become one, with the legs that are left.

Legs that wires and dots join are one index. An index that only the two carry goes, with its dots; any other keeps one leg
on the new tensor, which is joined to what the two were joined to, or stays open with the look that it had.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Content, Delta, Diagram, Id, Leg, LegPlace, Look, Place, Tensor, node_legs

ASIDE = 9.0  # between parallel legs to one neighbour
APART = 15.0  # between parallel open legs, which have labels
Point: TypeAlias = tuple[float, float]


def indices(content: Content) -> dict[Id, Id]:
    """Each leg end of the nodes to the smallest leg of its index: wires join two ends, dots all of theirs."""
    root = {leg.id: leg.id for node in content.nodes.values() for leg in node_legs(node)}

    def find(leg: Id) -> Id:
        while root[leg] != leg:
            leg = root[leg]
        return leg

    def join(legs: Sequence[Id]) -> None:
        first = find(legs[0])
        for leg in legs[1:]:
            root[find(leg)] = first

    for wire in content.wires.values():
        join(wire.ends)
    for node in content.nodes.values():
        if isinstance(node, Delta):
            join([leg.id for leg in node.legs])
    return {leg: find(leg) for leg in root}


def contracted(diagram: Diagram, pair: Sequence[Id], name: str) -> tuple[Diagram, Id]:
    """The diagram with these nodes contracted into a tensor called `name`, and its id: for networks without regions."""
    draft, gone = Draft(diagram), set(pair)
    index_of = indices(diagram.content)
    wired = {end: wire for wire in draft.wires.values() for end in wire.ends}
    groups: dict[Id, list[Leg]] = {}
    place_of: dict[Id, Place] = {}
    for node in [diagram.content.nodes[node] for node in pair]:
        for leg in node_legs(node):
            place_of[leg.id] = diagram.layout.places.get(node.id, Place(0.0, 0.0))
            if leg.index is None:
                groups.setdefault(index_of[leg.id], []).append(leg)
    places = [diagram.layout.places.get(node, Place(0.0, 0.0)) for node in sorted(gone)]
    x, y = sum(place.x for place in places) / len(places), sum(place.y for place in places) / len(places)
    made: list[Leg] = []
    targets: dict[Id, Id] = {}  # new legs to the ends that they are joined to
    free: list[tuple[Id, LegPlace, Place]] = []  # new legs that are open, with the looks and the places of the old ones
    order = list(draft.open_order)
    for index, legs in groups.items():
        mine = {leg.id for leg in legs}
        owners = {
            leg.id: node.id
            for node in draft.nodes.values()
            if node.id not in gone
            for leg in node_legs(node)
            if index_of[leg.id] == index
        }
        dots = [node for node in dict.fromkeys(owners.values()) if isinstance(draft.nodes[node], Delta)]
        elsewhere = [leg for leg, node in owners.items() if node not in dots]
        open_ends = [leg for leg in (*mine, *owners) if leg not in wired]
        if not elsewhere and not open_ends:
            gone.update(dots)
            continue
        new = draft.leg(legs[0].space, next((leg.label for leg in legs if leg.label), ""))
        made.append(new)
        ends = [wired[leg.id] for leg in legs if leg.id in wired]
        outer = [end for wire in ends for end in wire.ends if end not in mine]
        for wire in dict.fromkeys(wire.id for wire in ends):
            draft.wires.pop(wire, None)
            draft.curves.pop(wire, None)
        if not outer:  # an open leg of the two
            own = next(leg.id for leg in legs if leg.id in open_ends)
            free.append((new.id, diagram.layout.legs.get(own, LegPlace(0.0)), place_of[own]))
            order = [new.id if leg == own else leg for leg in order]
            continue
        draft.wire(new, outer[0], next((wire.label for wire in ends), ""))
        targets[new.id] = outer[0]
        for end in outer[1:]:  # more ends of the same dots: one is enough
            dot = draft.nodes[owners[end]]
            if isinstance(dot, Delta):
                draft.nodes[dot.id] = replace(dot, legs=tuple(leg for leg in dot.legs if leg.id != end))
    for node_id in gone:
        draft.nodes.pop(node_id)
        for table in (draft.places, draft.looks, draft.labels):
            table.pop(node_id, None)
    tensor = draft.tensor(name, made, (x, y))
    crowded = _aim(draft, (x, y), targets) | _spread(draft, (x, y), free)
    if crowded:  # a circle around parallel legs would be large
        draft.looks[tensor.id] = Look(shape="box")
    draft.open_order = order
    draft.rewire()
    return draft.build(), tensor.id


def _aim(draft: Draft, at: Point, targets: dict[Id, Id]) -> bool:
    """Point legs and what they are joined to at each other, side by side where there are several to one; whether there are."""
    owners = draft.owners()
    groups: dict[Id, list[Id]] = {}
    for leg, end in targets.items():
        groups.setdefault(owners[end], []).append(leg)
    for target, legs in groups.items():
        place, node = draft.places.get(target, Place(0.0, 0.0)), draft.nodes[target]
        angle = math.degrees(math.atan2(at[1] - place.y, place.x - at[0])) % 360
        # Ends keep their order across the direction, so that wires do not cross.
        legs.sort(key=lambda leg: _across(draft.leg_places.get(targets[leg], LegPlace(angle)), angle))
        turns = isinstance(node, Tensor) and node.form == "any" and draft.looks.get(target, Look()).shape is None
        for number, leg in enumerate(legs):
            shift = ASIDE * (number - (len(legs) - 1) / 2)
            draft.leg_places[leg] = LegPlace(round(angle, 2), shift)
            if turns:
                draft.leg_places[targets[leg]] = LegPlace(round((angle + 180 - place.turn) % 360, 2), -shift)
    return any(len(legs) > 1 for legs in groups.values())


def _across(place: LegPlace, angle: float) -> float:
    """How far to the left of a direction a leg leaves that points against it."""
    return math.sin(math.radians(place.angle - angle)) * 100 - place.shift


def _spread(draft: Draft, at: Point, free: list[tuple[Id, LegPlace, Place]]) -> bool:
    """Put open legs of one direction side by side in the order in which they stood; whether there are several."""
    groups: dict[float, list[tuple[float, Id, LegPlace]]] = {}
    for leg, look, place in free:
        angle = (look.angle + place.turn) % 360
        left = -math.sin(math.radians(angle)), -math.cos(math.radians(angle))
        stood = (place.x - at[0]) * left[0] + (place.y - at[1]) * left[1] + look.shift
        groups.setdefault(angle, []).append((stood, leg, look))
    for angle, legs in groups.items():
        longest = max((look.length or 0.0 for _, _, look in legs), default=0.0)
        for number, (_, leg, look) in enumerate(sorted(legs)):
            shift = APART * (number - (len(legs) - 1) / 2) if len(legs) > 1 else 0.0
            draft.leg_places[leg] = replace(look, angle=angle, shift=shift, length=longest or None)
    return any(len(legs) > 1 for legs in groups.values())
