"""A repeat drawn out: its content once for each turn, one behind the other, with the index of the turn on the legs.

Arrays stay the same: what was bound to the repeat's index is fixed to the number of the turn. Values that bear a name get
the number of the turn after it; each turn is a block, which can be collapsed. The picture goes on in the direction in
which the state ran through the region, and what lay beyond it makes room.
"""

from __future__ import annotations

from collections.abc import Container

from msgspec.structs import replace

from tensordraw.diagram import edits_layout
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.fragments import extract, put
from tensordraw.diagram.legs import map_legs
from tensordraw.diagram.records import (
    Add,
    Block,
    Bubble,
    Copy,
    Diagram,
    Id,
    Leg,
    Place,
    Repeat,
    Sum,
    Term,
    node_legs,
    port_legs,
)
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error

ASIDE, ABOVE = 40.0, 24.0  # room for a body to either side, and above and below
DEEPER = 13.0  # for the border of each region around it, with its caption


def unroll(diagram: Diagram, repeat: Id) -> Diagram:
    """The diagram with the repeat drawn out. errors.Error where a turn has values that are not part of its state."""
    content = diagram.content
    region = content.regions[repeat]
    if not isinstance(region, Repeat):
        raise Error("Only a repeat can be unrolled.")
    scope = analyse(content).scopes[repeat]
    if any(piece.slot is None and piece.items for piece in scope.pieces):
        raise Error(
            "This repeat has values inside that do not lead to its ports, so it cannot be unrolled: lead them there."
        )
    members = [i.id for i in (*content.nodes.values(), *content.regions.values()) if i.inside == repeat]
    count = content.spaces[region.space].size
    inner = extract(diagram, members, at_home=True).content.nodes
    bodies = [diagram.layout.places[node] for node in inner if node in diagram.layout.places]
    across, down = _step(diagram, region, [node for node in inner if node in diagram.layout.places])
    beyond = _beyond(diagram, inner, bodies, across, down)
    diagram = edits_layout.shift(diagram, beyond, [], across * (count - 1), down * (count - 1))
    original = Draft(diagram)
    draft = Draft(diagram)
    # For each port the end that gives the state to the turn that is being drawn.
    state = {port.id: original.partner(port.outer_in.id) for port in region.ports}
    if None in state.values():
        raise Error("Something has to come into each port of this repeat before it can be unrolled.")
    port_of = {leg.id: port.id for port in region.ports for leg in port_legs(port)}
    entering = {port.inner_in.id for port in region.ports}
    wires = {leg: wire for wire in content.wires.values() for leg in wire.ends}
    for port in region.ports:
        _cut(draft, port.outer_in.id)
    turns: list[list[Id]] = []
    for turn in range(count):
        names = put(draft, _turn(diagram, members, repeat, turn), across * turn, down * turn, region.inside)
        for wire in content.wires.values():
            if wire.inside == repeat and wire.id in names:
                draft.change(names[wire.id], inside=region.inside)
        turns.append([names[member] for member in members])
        after: dict[Id, Id | None] = {}
        for port in region.ports:
            taker, given = original.partner(port.inner_in.id), state[port.id]
            assert given is not None
            if taker in names:
                _join(draft, given, names[taker], wires[taker].label, region.inside)
            elif taker in entering and port.inner_in.id < taker:  # two legs of the state are joined to each other
                other = state[port_of[taker]]
                assert other is not None
                _join(draft, given, other, wires[taker].label, region.inside)
            giver = original.partner(port.inner_out.id)
            after[port.id] = state[port_of[giver]] if giver in port_of else names.get(giver or "")
        state = after
        if None in state.values():
            raise Error("A turn of this repeat has to give something to each port before it can be unrolled.")
    for port in region.ports:
        last, outer = state[port.id], original.partner(port.outer_out.id)
        assert last is not None
        for bubble in [r for r in draft.regions.values() if isinstance(r, Bubble) and port.outer_out.id in r.axes]:
            draft.change(bubble.id, axes=tuple(last if axis == port.outer_out.id else axis for axis in bubble.axes))
        if outer is not None:
            _cut(draft, outer)
            there = state[port_of[outer]] if outer in port_of else outer
            assert there is not None
            if outer not in port_of or port.outer_out.id < outer:  # two legs of the result may be joined to each other
                within = wires[outer].inside or _common(original, port.outer_out.id, outer)
                _join(draft, last, there, wires[outer].label, within)
        else:
            draft.open_order = [last if leg == port.outer_out.id else leg for leg in draft.open_order]
            if port.outer_out.id in draft.leg_places:
                draft.leg_places.setdefault(last, draft.leg_places[port.outer_out.id])
    draft.regions[repeat] = replace(region, ports=())
    draft.remove([repeat])
    for turn, inside in enumerate(turns):
        block = draft.block(f"{region.index or 'turn'} {turn}", inside=region.inside)
        for member in inside:
            draft.change(member, inside=block.id)
    made = draft.build()
    around = analyse(content).scope_of[repeat]
    if _loose(made, around) > _loose(diagram, around):
        raise Error("A turn of this repeat closes part of its state to a number, so it cannot be unrolled.")
    return made


def _loose(diagram: Diagram, scope_id: Id) -> int:
    """How many numbers stand in a scope as factors.

    A state is one value, its parts drawn out are several: one that becomes a number in a turn would no longer be part of
    what the next operation takes, but a factor beside it.
    """
    scope = analyse(diagram.content).scopes[scope_id]
    leaving = {scope.owners[end] for end in scope.leaving}
    return sum(piece.slot is None and leaving.isdisjoint(piece.items) for piece in scope.pieces)


def _common(draft: Draft, one: Id, other: Id) -> Id:
    """The smallest region that holds both ends."""
    around = draft.ancestors(draft.scope_of(one))
    return next(region for region in draft.ancestors(draft.scope_of(other)) if region in around)


def _join(draft: Draft, one: Id, other: Id, label: str, within: Id) -> None:
    """Join two ends by a wire that contracts in the region `within`, and says so only where it would not do so anyway."""
    draft.wire(one, other, label, inside=None if _common(draft, one, other) == within else within)


def _cut(draft: Draft, leg: Id) -> None:
    """Take the wire from a leg that is to be joined anew."""
    for wire in [wire.id for wire in draft.wires.values() if leg in wire.ends]:
        del draft.wires[wire]
        draft.curves.pop(wire, None)


def _turn(diagram: Diagram, members: list[Id], repeat: Id, turn: int) -> Diagram:
    """The content of one turn as a fragment: its number on the legs that carried the index, and after names."""
    draft = Draft(diagram)

    def fixed(leg: Leg) -> Leg:
        return replace(leg, index=turn) if leg.index == repeat else leg

    for node in list(draft.nodes.values()):
        node = map_legs(node, fixed)
        if isinstance(node, Copy | Add) and node.name:
            node = replace(node, name=f"{node.name} {turn}")
        draft.nodes[node.id] = node
    for region in list(draft.regions.values()):
        if isinstance(region, Bubble | Sum | Repeat | Block | Term) and region.name:
            draft.regions[region.id] = replace(region, name=f"{region.name} {turn}")
    return extract(draft.build(), members, at_home=True)


def _step(diagram: Diagram, region: Repeat, inner: list[Id]) -> tuple[float, float]:
    """From one turn to the next: along the direction in which the state runs through the region's bodies."""
    if not inner:
        return 0.0, 0.0
    spots = [(diagram.layout.places[node], DEEPER * _depth(diagram, node, region.id)) for node in inner]
    width = max(at.x + room for at, room in spots) - min(at.x - room for at, room in spots) + 2 * ASIDE
    height = max(at.y + room for at, room in spots) - min(at.y - room for at, room in spots) + 2 * ABOVE
    # Round steps, so that places stay short.
    width, height = -(-width // 10) * 10, -(-height // 10) * 10
    first, last = (_middle(diagram, [getattr(p, end).id for p in region.ports]) for end in ("inner_in", "inner_out"))
    if first is None or last is None:
        return width, 0.0
    right, below = last[0] - first[0], last[1] - first[1]
    if abs(below) > abs(right):
        return 0.0, height if below > 0 else -height
    return width if right >= 0 else -width, 0.0


def _depth(diagram: Diagram, node: Id, region: Id) -> int:
    """How many borders lie around a node within the region, that of its turn included."""
    depth, here = 1, diagram.content.nodes[node].inside
    while here != region:
        depth, here = depth + 1, diagram.content.regions[here].inside
    return depth


def _middle(diagram: Diagram, ends: list[Id]) -> tuple[float, float] | None:
    """The middle of the bodies that ports' ends are joined to."""
    draft = Draft(diagram)
    owners = {leg.id: node.id for node in diagram.content.nodes.values() for leg in node_legs(node)}
    partners = [draft.partner(end) for end in ends]
    places = [diagram.layout.places[owners[p]] for p in partners if p in owners and owners[p] in diagram.layout.places]
    if not places:
        return None
    return sum(p.x for p in places) / len(places), sum(p.y for p in places) / len(places)


def _beyond(
    diagram: Diagram, inner: Container[Id], places: list[Place], across: float, down: float
) -> list[Id]:  # fmt: skip
    """Bodies and notes on the far side of the region's bodies, in the direction of the step."""
    if not places:
        return []

    def ahead(x: float, y: float) -> float:
        return x * across + y * down

    edge = max(ahead(place.x, place.y) for place in places)
    found = [n for n, p in diagram.layout.places.items() if n not in inner and ahead(p.x, p.y) > edge]
    return [*found, *(note.id for note in diagram.layout.notes.values() if ahead(note.x, note.y) > edge)]
