"""What lies under the pointer, and where things are: the editor's questions to the figure.

Distances are in layout units; the callers turn pixels into them. Boxes sort out nearly everything, so that only the few
shapes at the pointer are flattened and measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import ROOT, Content, Delta, Diagram, Id
from tensordraw.editor.state import Point
from tensordraw.figure.build import build
from tensordraw.figure.display import Box, Figure, Item, Path, Shape
from tensordraw.figure.hit import items_at, legs_at
from tensordraw.figure.index import index
from tensordraw.figure.near import Near, near
from tensordraw.figure.paths import bounds, distance_to_segment, flattened, union

Part: TypeAlias = Literal["leg", "item", "border", "canvas"]

LEG = 9.0  # pixels from a leg's tip within which a press takes the leg
SNAP = 14.0  # pixels within which a wire's end joins a leg, or a node joins a wire
WIRE = 8.0  # pixels from a wire's centre line within which it is taken
BORDER = 6.0  # pixels from a region's outline
DRAG = 6.0  # pixels that a press must move to be a drag
SIGN = 4.0  # around a sign of an equation
GROWN = 3.0  # pixels around a body that still take it


@dataclass(frozen=True, slots=True)
class Target:
    """What a press would take: a leg, an item (node, wire, note, sign), a region by its border, or the canvas."""

    part: Part
    item: Id | None = None


def figure_of(diagram: Diagram) -> Figure:
    """The picture of a diagram; `build` remembers it while the diagram lives."""
    return build(diagram)


# ------------------------------------------------------------------------------------------------------------- measuring


@lru_cache(maxsize=4096)
def _lines(path: Path) -> tuple[tuple[Point, ...], ...]:
    return tuple(tuple(line) for line in flattened(path))


def _distance(path: Path, at: Point) -> float:
    """How far the outline is from the point."""
    best = math.inf
    for line in _lines(path):
        for a, b in pairwise(line):
            best = min(best, distance_to_segment(at, a, b))
    return best


def _holds(path: Path, at: Point) -> bool:
    """Whether the point lies inside the closed path (even-odd rule)."""
    x, y = at
    inside = False
    for line in _lines(path):
        for (x1, y1), (x2, y2) in pairwise((*line, line[0])):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


def _near_box(box: Box, at: Point, reach: float) -> bool:
    return box[0] - reach <= at[0] <= box[2] + reach and box[1] - reach <= at[1] <= box[3] + reach


def _front_to_back(figure: Figure, at: Point, reach: float) -> list[Item]:
    return items_at(figure, at, reach)


def _outline(item: Item, *roles: str) -> Iterator[Shape]:
    return (shape for shape in item.shapes if shape.role in roles)


# ---------------------------------------------------------------------------------------------------------- what is there


def legs_near(figure: Figure, at: Point, reach: float) -> list[Id]:
    """Legs whose tip is within reach, nearest first."""
    return legs_at(figure, at, reach)


def wires_near(figure: Figure, at: Point, reach: float) -> list[Id]:
    """Wires whose centre line is within reach, nearest first."""
    found = []
    for item in _front_to_back(figure, at, reach):
        distances = [_distance(shape.path, at) for shape in _outline(item, "wire")]
        if distances and min(distances) <= reach:
            found.append((min(distances), item.owner))
    return [wire for _, wire in sorted(found)]


def items_near(figure: Figure, at: Point, reach: float) -> list[Id]:
    """Bodies and notes under the point (front first), then wires within reach (nearest first)."""
    found = []
    for item in _front_to_back(figure, at, reach):
        if any(shape.role in ("body", "note") for shape in item.shapes) and _on_body(item, at, 0.0):
            found.append(item.owner)
    return [*dict.fromkeys(found), *wires_near(figure, at, reach)]


def _on_body(item: Item, at: Point, reach: float) -> bool:
    for shape in _outline(item, "body"):
        if _holds(shape.path, at) or _distance(shape.path, at) <= reach:
            return True
    return any(shape.role == "note" for shape in item.shapes) and _near_box(item.box, at, 2.0)


def target_at(diagram: Diagram, at: Point, scale: float) -> Target:
    """What a press at the point takes. In front of a body lies only a free leg; a wired one lies behind it."""
    figure, content = figure_of(diagram), diagram.content
    wired = index(diagram.content).wire
    legs = legs_near(figure, at, LEG / scale)
    for leg in legs:
        if leg not in wired and not _is_nearer_to_body(diagram, figure, leg, at):
            return Target("leg", leg)
    for item in _front_to_back(figure, at, GROWN / scale):
        if item.owner in content.nodes or item.owner in diagram.layout.notes:
            # A dot is too small to be hit exactly.
            reach = GROWN / scale if isinstance(content.nodes.get(item.owner), Delta) else 0.0
            if _on_body(item, at, reach):
                return Target("item", item.owner)
    collapsed = _collapsed(diagram, figure, at)
    if collapsed is not None:
        return Target("border", collapsed)
    if legs:
        return Target("leg", legs[0])
    for sign, box in figure.signs.items():
        if _near_box(box, at, SIGN / scale):
            return Target("item", sign)
    reach = WIRE / scale
    for item in _front_to_back(figure, at, reach):
        if item.owner in content.nodes and any(_distance(shape.path, at) <= reach for shape in _outline(item, "leg")):
            return Target("item", item.owner)
    for wire in wires_near(figure, at, reach):
        if wire in content.wires:
            return Target("item", wire)
    for item in _front_to_back(figure, at, reach):
        if item.owner in figure.anchors and any(_distance(s.path, at) <= reach for s in _outline(item, "leg")):
            return Target("leg", item.owner)
    for item in _front_to_back(figure, at, 0.0):
        if item.owner in content.wires and any(_near_box(bounds(s.path), at, 1.0) for s in _outline(item, "label")):
            return Target("item", item.owner)
    for item in _front_to_back(figure, at, reach):
        if item.owner in content.regions and _on_border(item, at, BORDER / scale):
            return Target("border", item.owner)
    return Target("canvas")


def _is_nearer_to_body(diagram: Diagram, figure: Figure, leg: Id, at: Point) -> bool:
    """Whether the point lies on the leg's own body, nearer to its middle than to the tip: from afar both are within reach."""
    owner = index(diagram.content).owner[leg]
    place = diagram.layout.places.get(owner)
    if place is None or math.dist(at, (place.x, place.y)) >= math.dist(at, figure.anchors[leg].tip):
        return False
    return any(_on_body(item, at, 0.0) for item in _front_to_back(figure, at, 0.0) if item.owner == owner)


def _collapsed(diagram: Diagram, figure: Figure, at: Point) -> Id | None:
    """A region drawn as one box is a body."""
    for item in _front_to_back(figure, at, 0.0):
        look = diagram.layout.looks.get(item.owner)
        if look is None or not look.collapsed or item.owner not in diagram.content.regions:
            continue
        if any(_holds(shape.path, at) for shape in _outline(item, "region", "body")):
            return item.owner
    return None


def _on_border(item: Item, at: Point, reach: float) -> bool:
    if any(_distance(shape.path, at) <= reach for shape in _outline(item, "region")):
        return True
    # The name and the signs of a region are handles too.
    return any(_holds(shape.path, at) or _distance(shape.path, at) <= 1.0 for shape in _outline(item, "label", "mark"))


def region_at(diagram: Diagram, figure: Figure, at: Point, skip: frozenset[Id] = frozenset()) -> Id:
    """The innermost region around the point, ROOT where there is none; `skip` are regions that do not count."""
    best, depth = ROOT, -1
    for item in _front_to_back(figure, at, 0.0):
        region = item.owner
        if region not in diagram.content.regions or region in skip:
            continue
        look = diagram.layout.looks.get(region)
        if look is not None and look.collapsed:
            continue
        if any(_holds(shape.path, at) for shape in _outline(item, "region")):
            level = _depth(diagram, region)
            if level > depth:
                best, depth = region, level
    return best


def _depth(diagram: Diagram, region: Id) -> int:
    level = 0
    while region != ROOT:
        region = diagram.content.regions[region].inside
        level += 1
    return level


# ------------------------------------------------------------------------------------------------------------ boxes


def boxes(figure: Figure) -> dict[Id, Box]:
    """The box of the body (or of all that is drawn) of every owner."""
    found: dict[Id, Box] = {}
    for item in figure.items:
        found[item.owner] = union((found[item.owner], item.box)) if item.owner in found else item.box
    return found


def box_of(figure: Figure, owner: Id) -> Box | None:
    """The box of one owner, None where nothing of it is drawn."""
    found = [item.box for item in near(figure).of(owner)]
    return union(found) if found else None


@cached
def _blocks(diagram: Diagram) -> dict[tuple[int, int], tuple[Box, frozenset[Id]]]:
    """For each cell of the figure's table the box around its items, and those of them that can be selected; filled by
    `within` as it needs them."""
    return {}


def within(diagram: Diagram, box: Box) -> frozenset[Id]:
    """What lies wholly in the box: nodes (by their middles), notes, wires and regions."""
    table = near(figure_of(diagram))
    blocks = _blocks(diagram)
    found: set[Id] = set()
    rest: set[int] = set(table.wide)
    for cell, numbers in table.in_cells(box):
        if cell not in blocks:
            blocks[cell] = _block(diagram, table, numbers)
        around, owners = blocks[cell]
        if _contains(box, around):
            found |= owners
        else:
            rest.update(numbers)
    selectable, nodes, places = _selectable(diagram.content), diagram.content.nodes, diagram.layout.places
    for k in rest:
        item = table.items[k]
        owner = item.owner
        if owner in found or not (owner in selectable or owner in diagram.layout.notes):
            continue
        if owner in nodes and owner in places:
            if box[0] <= places[owner].x <= box[2] and box[1] <= places[owner].y <= box[3]:
                found.add(owner)
        elif _contains(box, item.box) and all(_contains(box, other.box) for other in table.of(owner)):
            found.add(owner)
    return frozenset(found)


@cached
def _selectable(content: Content) -> frozenset[Id]:
    """What a rubber band can take, besides notes."""
    return frozenset((*content.nodes, *content.wires, *content.regions))


def _block(diagram: Diagram, table: Near, numbers: tuple[int, ...]) -> tuple[Box, frozenset[Id]]:
    owners = {table.items[k].owner for k in numbers}
    parts = [item.box for owner in owners for item in table.of(owner)]
    for owner in owners & diagram.layout.places.keys():
        place = diagram.layout.places[owner]
        parts.append((place.x, place.y, place.x, place.y))
    return union(parts), frozenset(o for o in owners if o in _selectable(diagram.content) or o in diagram.layout.notes)


def _contains(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
