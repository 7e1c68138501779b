"""Free room on the page: where what comes in (code, what is typed or inserted by a key) lies on nothing that is there.

The drawing is a box. Around each thing that is drawn lies the box in which the middle of the drawing must not be; from the
wanted point one goes straight in four directions, over each such box to its far edge, and takes the nearest end.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

from tensordraw.diagram import edits_layout
from tensordraw.diagram.records import Diagram, node_legs
from tensordraw.editor import grasp, snapping
from tensordraw.editor.state import Point
from tensordraw.figure.display import Box, Figure, Item
from tensordraw.figure.index import index
from tensordraw.figure.near import near
from tensordraw.figure.paths import bounds, flattened, grown, overlap, union

_TOUCH = 2.0  # layout units; bodies that are nearer to each other lie on each other
APART = 16.0  # layout units between the drawing and what is there
_WAYS = ((0, 1), (1, 1), (0, -1), (1, -1))  # axis and sense: right, down, left, up


def free_shift(diagram: Diagram, part: Diagram, at: Point) -> Point:
    """How far `part` is moved so that its middle is as near to `at` as free room lets it be; whole steps of the grid."""
    box = _whole(grasp.figure_of(part))
    wanted = snapping.to_grid((at[0] - (box[0] + box[2]) / 2, at[1] - (box[1] + box[3]) / 2))
    return _nearest(box, wanted, _taken(diagram, grasp.figure_of(diagram).items))


def put_beside(before: Diagram, after: Diagram) -> Diagram:
    """The later diagram with what is new in it moved beside what it would lie on, by whole steps of the grid; as it is where
    it lies on nothing, or where it is joined to what was there. Regions around it are no obstacle."""
    old, new = before.content, after.content
    bodies = {*new.nodes, *after.layout.notes} - {*old.nodes, *before.layout.notes}
    joins = [wire for wire in new.wires if wire not in old.wires]
    own = {leg.id for body in bodies & new.nodes.keys() for leg in node_legs(new.nodes[body])}
    if not bodies or any(end not in own for wire in joins for end in new.wires[wire].ends):
        return after
    regions = new.regions.keys() - old.regions.keys()
    moving, wires = edits_layout.moving_parts(after, (*bodies, *regions))
    if not moving <= bodies | regions:  # a new region holds what was there
        return after
    chain = index(new).chain
    around = {region for body in bodies & new.nodes.keys() for region in chain[new.nodes[body].inside]}
    figure, there = grasp.figure_of(after), grasp.figure_of(before)
    boxes = [grown(item.box, _TOUCH) for item in figure.items if item.owner in moving]
    table = near(there)
    under = {k: table.items[k] for box in boxes for k in table.touching(box) if table.items[k].owner not in around}
    met = _taken(before, under.values())
    if not any(overlap(box, other) for box in boxes for other in met):
        return after
    whole = union(item.box for item in figure.items if item.owner in moving or item.owner in own)
    free = _taken(before, (item for item in there.items if item.owner not in around))
    dx, dy = _nearest(whole, (0.0, 0.0), free)
    return edits_layout.shift(after, moving, wires, dx, dy)


def _nearest(box: Box, wanted: Point, taken: list[Box]) -> Point:
    """The shift of a box nearest to the wanted one, straight on from it, that puts it into free room."""
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    across, down = (box[2] - box[0]) / 2 + APART, (box[3] - box[1]) / 2 + APART
    barred = [
        (left - across - middle[0], top - down - middle[1], right + across - middle[0], bottom + down - middle[1])
        for left, top, right, bottom in taken
    ]
    ends = [_clear(wanted, barred, axis, sense) for axis, sense in _WAYS]
    return min(ends, key=lambda end: math.dist(end, wanted))


def _clear(start: Point, taken: list[Box], axis: int, sense: int) -> Point:
    """The first point on the grid, straight on from `start`, that lies in none of the boxes."""
    at = list(start)
    side = 1 - axis
    row = [box for box in taken if box[side] < at[side] < box[side + 2]]
    row.sort(key=lambda box: sense * box[axis if sense > 0 else axis + 2])
    for box in row:
        if box[axis] < at[axis] < box[axis + 2]:
            edge = box[axis + 2] if sense > 0 else box[axis]
            at[axis] = sense * math.ceil(sense * edge / snapping.GRID) * snapping.GRID
    return at[0], at[1]


def _taken(diagram: Diagram, items: Iterable[Item]) -> list[Box]:
    """The boxes of signs and of these items; of a wire those of its short pieces, so that there is room beside it."""
    found = list(grasp.figure_of(diagram).signs.values())
    for item in items:
        if item.owner not in diagram.content.wires:
            found.append(item.box)
            continue
        for shape in item.shapes:
            if shape.role != "wire":
                found.append(bounds(shape.path))
                continue
            for line in flattened(shape.path):
                found += [
                    (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])) for a, b in pairwise(line)
                ]
    return found


def _whole(figure: Figure) -> Box:
    boxes = [item.box for item in figure.items]
    return union(boxes) if boxes else (0.0, 0.0, 0.0, 0.0)
