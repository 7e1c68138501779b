"""Free room on the page: where a drawing that comes in as code lies on nothing that is there.

The drawing is a box. Around each thing that is drawn lies the box in which the middle of the drawing must not be; from the
wanted point one goes straight in four directions, over each such box to its far edge, and takes the nearest end.
"""

from __future__ import annotations

import math
from itertools import pairwise

from tensordraw.diagram.records import Diagram
from tensordraw.editor import grasp, snapping
from tensordraw.editor.state import Point
from tensordraw.figure.display import Box, Figure
from tensordraw.figure.paths import bounds, flattened, union

APART = 16.0  # layout units between the drawing and what is there
_WAYS = ((0, 1), (1, 1), (0, -1), (1, -1))  # axis and sense: right, down, left, up


def free_shift(diagram: Diagram, part: Diagram, at: Point) -> Point:
    """How far `part` is moved so that its middle is as near to `at` as free room lets it be; whole steps of the grid."""
    box = _whole(grasp.figure_of(part))
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    across, down = (box[2] - box[0]) / 2 + APART, (box[3] - box[1]) / 2 + APART
    wanted = snapping.to_grid((at[0] - middle[0], at[1] - middle[1]))
    taken = [
        (left - across - middle[0], top - down - middle[1], right + across - middle[0], bottom + down - middle[1])
        for left, top, right, bottom in _taken(diagram)
    ]
    ends = [_clear(wanted, taken, axis, sense) for axis, sense in _WAYS]
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


def _taken(diagram: Diagram) -> list[Box]:
    """The boxes of all that is drawn; of a wire those of its short pieces, so that there is room beside it."""
    figure = grasp.figure_of(diagram)
    found = list(figure.signs.values())
    for item in figure.items:
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
