"""What lies near a point, without looking at everything: the pointer moves a hundred times a second over any figure.

The scene behind the last figure keeps a grid of what lies where, and every drag keeps it up to date, so the candidates
come from a few cells. A figure whose scene is gone has a table of its own.
"""

from __future__ import annotations

import math

from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import Content, Id, Repeat, port_legs
from tensordraw.figure.build import scene_of
from tensordraw.figure.display import Box, Figure, Item
from tensordraw.figure.index import index
from tensordraw.figure.near import near
from tensordraw.figure.nodes import GRASP
from tensordraw.figure.paths import Point, grown
from tensordraw.figure.scene import Scene


def items_at(figure: Figure, at: Point, reach: float) -> list[Item]:
    """Items whose box is within reach of the point, front to back."""
    made = scene_of(figure)
    if made is None:
        return [figure.items[k] for k in reversed(near(figure).touching(_box(at, reach)))]
    box = _box(at, reach)
    order = _drawing_order(made.diagram.content)
    regions = {region: number - len(made.region_items) for number, region in enumerate(made.region_items)}
    always = (*regions, *made.note_items, *made.equation_items, *made.index.signs)
    owners = dict.fromkeys(always) | made.grid.near(box) | made.words.near(box)
    found = [item for owner in owners if (item := _item(made, owner)) and _near(item.box, at, reach)]
    return sorted(found, key=lambda item: regions.get(item.owner, order.get(item.owner, _FRONT)), reverse=True)


def legs_at(figure: Figure, at: Point, reach: float) -> list[Id]:
    """Legs whose tip is within reach of the point, nearest first."""
    made = scene_of(figure)
    legs = figure.anchors if made is None else _legs_near(made, _box(at, reach + GRASP + 1.0))
    found: list[tuple[float, Id]] = []
    for leg in legs:
        anchor = figure.anchors.get(leg)
        if anchor is not None:
            distance = math.dist(anchor.tip, at)
            if distance <= reach:
                found.append((distance, leg))
    return [leg for _, leg in sorted(found)]


_FRONT = 1 << 60  # notes lie in front of all


def _box(at: Point, reach: float) -> Box:
    return grown((at[0], at[1], at[0], at[1]), reach)


def _near(box: Box, at: Point, reach: float) -> bool:
    return box[0] - reach <= at[0] <= box[2] + reach and box[1] - reach <= at[1] <= box[3] + reach


def _item(made: Scene, owner: Id) -> Item | None:
    tables = (
        made.node_items, made.wire_items, made.leg_items, made.region_items, made.note_items, made.equation_items,
    )  # fmt: skip
    for table in tables:
        if owner in table:
            return table[owner]
    return None


def _legs_near(made: Scene, box: Box) -> dict[Id, None]:
    """Legs of the nodes, wires and repeats near the box, and open legs there."""
    content, found = made.diagram.content, made.index
    legs: dict[Id, None] = {}
    for owner in made.grid.near(box):
        if owner in found.legs:
            legs[owner] = None
        elif owner in content.wires:
            legs.update(dict.fromkeys(content.wires[owner].ends))
        elif owner in made.angles:
            legs.update(dict.fromkeys(made.angles[owner]))
        elif isinstance(region := content.regions.get(owner), Repeat):
            legs.update({leg.id: None for port in region.ports for leg in port_legs(port)})
    return legs


@cached
def _drawing_order(content: Content) -> dict[Id, int]:
    """Place of each owner in the order of drawing: wires, open legs, nodes."""
    found = index(content)
    return {owner: number for number, owner in enumerate((*content.wires, *found.open_legs, *content.nodes))}
