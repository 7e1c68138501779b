"""What an edit of the content means for a scene: which items are gone, and which are to be drawn anew.

An edit keeps the records that it does not touch, so comparing the records and the rows of the two indices by identity finds
what differs. Whatever an item's picture asks of the content is in one of them; its neighbourhood is found as after a move.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tensordraw.diagram.records import Content, Copy, Diagram, Id, Paste
from tensordraw.figure.changes import changed, same_order
from tensordraw.figure.display import Box, Item, Stroke
from tensordraw.figure.index import Index, index
from tensordraw.figure.scene import Scene
from tensordraw.figure.themes import space_strokes

_SHARE = 3  # where more than a third of the nodes are to be drawn anew, the whole scene is as quick


@dataclass(slots=True)
class Amendment:
    """What an edit touched: nodes, wires and regions of the new content; `gone` are the owners that are no more, `freed` the
    boxes where something was that others had to keep clear of."""

    index: Index
    strokes: dict[Id, Stroke]
    nodes: set[Id] = field(default_factory=set)
    wires: set[Id] = field(default_factory=set)
    regions: set[Id] = field(default_factory=set)
    gone: set[Id] = field(default_factory=set)
    moved: list[Box] = field(default_factory=list)
    freed: list[Box] = field(default_factory=list)


def amendment(old: Scene, diagram: Diagram) -> Amendment | None:
    """What the content of `diagram` changes in the scene `old`; None where a new scene is as good."""
    before, content = old.diagram.content, diagram.content
    if content is before:
        return Amendment(old.index, old.strokes)
    if old.fronts or any(look.collapsed for look in diagram.layout.looks.values()):
        return None
    known, found = old.index, index(content)
    if changed(before.equations, content.equations) or known.signs != found.signs:
        return None
    if any(found.chain[region] != known.chain[region] for region in found.regions if region in known.chain):
        return None
    orders = ((before.nodes, content.nodes), (before.wires, content.wires), (known.labelled, found.labelled))
    if not all(same_order(one, other) for one, other in orders):
        return None
    strokes = old.strokes if before.spaces is content.spaces else space_strokes(content, old.theme)
    made = Amendment(found, strokes)
    _find(made, old, content)
    if _SHARE * len(made.nodes) > len(content.nodes):
        return None
    return made


def _find(made: Amendment, old: Scene, content: Content) -> None:
    before, known, found = old.diagram.content, old.index, made.index
    nodes, wires = changed(before.nodes, content.nodes), changed(before.wires, content.wires)
    regions = changed(before.regions, content.regions)
    made.wires.update(wires, changed(known.level, found.level))
    made.regions.update(regions)
    items = {*nodes, *_owners(before, known, wires), *_owners(content, found, wires)}
    for one, other in (
        (known.legs, found.legs), (known.partner, found.partner), (known.target, found.target),
        (known.consumed, found.consumed),
    ):  # fmt: skip
        items.update(found.owner[leg] for leg in changed(one, other) if leg in found.owner)
    if any(isinstance(table.get(node), Copy) for node in nodes for table in (before.nodes, content.nodes)):
        told = set(nodes)  # pastes show the name of their copy
        items.update(node.id for node in content.nodes.values() if isinstance(node, Paste) and node.copy in told)
    if made.regions:  # legs bound to the index of a region show its name
        items.update(
            found.owner[leg] for leg in found.open_legs if found.legs[leg].index in made.regions
        )  # fmt: skip
    looks = {
        space
        for space in {*changed(before.spaces, content.spaces), *_restyled(old.strokes, made.strokes)}
        if space in before.spaces
    }
    if looks:
        items.update(found.owner[leg.id] for leg in found.legs.values() if leg.space in looks)
        made.regions.update(content.regions)
    for region in content.regions:
        if region not in known.chain or any(
            one[region] != other[region]
            for one, other in (
                (known.members, found.members), (known.inside_wires, found.inside_wires),
                (known.crossing, found.crossing), (known.open_in, found.open_in),
            )
        ):  # fmt: skip
            made.regions.add(region)
    for term in made.regions & found.equation.keys():  # a sum that is all of a term is drawn in another way
        made.regions.update(found.members.get(term, ((), ()))[1])
    made.gone.update(node for node in nodes if node not in content.nodes)
    made.gone.update(wire for wire in wires if wire not in content.wires)
    made.gone.update(region for region in regions if region not in content.regions)
    made.nodes.update(item for item in items if item in content.nodes)
    made.regions.update(item for item in items if item in content.regions)
    made.wires &= content.wires.keys()
    made.regions &= content.regions.keys()
    now = set(found.open_legs)
    made.gone.update(leg for leg in known.open_legs if leg not in now)


def _owners(content: Content, found: Index, wires: Iterable[Id]) -> set[Id]:
    return {found.owner[end] for wire in wires if wire in content.wires for end in content.wires[wire].ends}


def _restyled(old: Mapping[Id, Stroke], new: Mapping[Id, Stroke]) -> list[Id]:
    return [space for space, stroke in new.items() if old.get(space) != stroke]


def take_out(made: Scene, old: Scene, amended: Amendment) -> None:
    """Take what is gone out of the scene that follows `old`, and note where it was."""
    known, found, gone = old.index, amended.index, amended.gone
    amended.moved = [box for node in gone if node in known.bundles for box in made.grid.boxes.get(node, ())]
    for owner in gone:
        for table in (
            made.bodies, made.angles, made.paths, made.outlines, made.routes, made.node_items, made.wire_items,
            made.region_items, made.leg_items,
        ):  # fmt: skip
            table.pop(owner, None)
        for grid in (made.grid, made.spans, made.looks):
            grid.take(owner)
    for leg in known.owner.keys() - found.owner.keys():
        made.anchors.pop(leg, None)
    for item in known.turns.keys() - found.turns.keys():
        amended.freed += made.placed.pop(item, ())
        made.words.take(item)
        made.reach.take(item)


def put_in_order(made: Scene) -> None:
    """Items in the order in which a new scene has them."""
    content, found = made.diagram.content, made.index
    made.region_items = _ordered(made.region_items, found.regions)
    made.wire_items = _ordered(made.wire_items, content.wires)
    made.leg_items = _ordered(made.leg_items, found.open_legs)
    made.node_items = _ordered(made.node_items, content.nodes)


def _ordered(items: dict[Id, Item], order: Iterable[Id]) -> dict[Id, Item]:
    return {owner: items[owner] for owner in order if owner in items}
