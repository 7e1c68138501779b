"""Where open legs end: straight on where there is room, else bent aside, so that nothing unconnected looks contracted.

A leg that would run through a foreign body or region, or into a leg that comes towards it, turns off before it: to its
left first, so that two legs that meet part to opposite sides. It then ends beyond the bodies and beyond the
borders that it crosses. What a leg avoids are bodies, borders and the spans of other legs (`Scene.spans`: each where it would
end without bending), never what other legs made of it; so legs can be routed in any order, and again one by one.
`Scene.looks` holds where each looked.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from tensordraw.diagram.records import Id, Record
from tensordraw.figure.bodies import leaves
from tensordraw.figure.display import Box, Path
from tensordraw.figure.grid import Chord, chords
from tensordraw.figure.nodes import OPEN
from tensordraw.figure.paths import (
    Point,
    bounds,
    crosses,
    direction,
    grown,
    overlap,
    segment_hits_box,
    segment_meets_polygon,
    union,
)
from tensordraw.figure.scene import NOWHERE, Scene
from tensordraw.figure.signs import is_bare

CLEAR = 2.0  # kept free of foreign bodies around a leg
_BEYOND = 9.0  # how far a leg reaches out of a border
_TURN = 7.0  # radius of a bend where there is room
_LEAST = 1.5
_HAIR = 1e-6
_TURNS = (90.0, -90.0, 45.0, -45.0, 135.0, -135.0)


class End(Record, frozen=True):
    """An open leg's line, its tip and its direction there in degrees; `label` is the box of its label, if it has one."""

    path: Path
    tip: Point
    angle: float
    label: Box | None


def may_bend(made: Scene, leg_id: Id) -> bool:
    """Whether a leg's end is the figure's choice: an open leg of a node, of no given length, bound to no index."""
    found = made.index
    return (
        leg_id not in found.partner
        and leg_id not in found.ports
        and found.legs[leg_id].index is None
        and getattr(made.diagram.layout.legs.get(leg_id), "length", None) is None
    )


def end_of(made: Scene, leg_id: Id, label_at: Callable[[Point, float], Box | None]) -> End:
    """The end of an open leg of a node; `label_at` tells the box of its label for a tip and an angle."""
    root, angle = made.anchors[leg_id].root, made.anchors[leg_id].angle
    around = _Around(made, leg_id)
    straight = _straight(around, root, angle, label_at)
    room = around.room(straight, angle)
    seen, best = _box(straight), straight
    if room is not None:
        tries = _bent(around, leg_id, room, label_at)
        least = math.inf
        for one in tries:
            seen = union([seen, _box(one)])
            count = around.hits(one)
            if count < least:
                best, least = one, count
            if not count:
                break
    made.looks.take(leg_id)
    # Where it turns and how far it leads depends on all of what it turned from, however far that reaches.
    turned_from = [_around_points(hull) for owner in around.blockers if (hull := around.hull(owner))]
    made.looks.put(leg_id, [grown(box, CLEAR) for box in (seen, *turned_from)])
    return best


def _box(end: End) -> Box:
    return union([bounds(end.path), end.label or bounds(end.path)])


def _straight(around: _Around, root: Point, angle: float, label_at: Callable[[Point, float], Box | None]) -> End:
    dx, dy = direction(angle)
    reach = max([OPEN, *around.borders(root, angle)])
    tip = (root[0] + dx * reach, root[1] + dy * reach)
    return End((("M", *root), ("L", *tip)), tip, angle, label_at(tip, angle))


def _bent(around: _Around, leg_id: Id, room: float, label_at: Callable[[Point, float], Box | None]) -> Iterator[End]:
    """The ways aside, best first, for a leg with `room` before what it would run into."""
    made = around.made
    at = made.anchors[leg_id]
    (x, y), (ux, uy) = at.root, direction(at.angle)
    for turn in _TURNS:
        angle = (at.angle + turn) % 360.0
        ex, ey = direction(angle)
        lane, lanes = _lane(made, leg_id, (ex, ey))
        radius = max(_LEAST, min(_TURN, room / (3 * lanes))) * (lane + 1)
        corner = (x + (ux + ex) * radius, y + (uy + ey) * radius)
        reach = max(OPEN - radius, around.past(corner, (ex, ey)), *around.borders(corner, angle), 0.0)
        tip = (corner[0] + ex * reach, corner[1] + ey * reach)
        k = 0.5523 * radius
        path: Path = (
            ("M", x, y),
            ("C", x + ux * k, y + uy * k, corner[0] - ex * k, corner[1] - ey * k, *corner),
            ("L", *tip),
        )
        yield End(path, tip, angle, label_at(tip, angle))


def _lane(made: Scene, leg_id: Id, towards: Point) -> tuple[int, int]:
    """The leg's number among those beside it on its body, those on the inside of the bend first, and their number."""
    at = made.anchors[leg_id]
    beside = [
        (-(other.root[0] * towards[0] + other.root[1] * towards[1]), leg)
        for leg in made.angles.get(made.index.owner[leg_id], ())
        if abs((other := made.anchors[leg]).angle - at.angle) < 1.0 and may_bend(made, leg)
    ]
    order = [leg for _, leg in sorted(beside)]
    return (order.index(leg_id), len(order)) if leg_id in order else (0, 1)


class _Around:
    """What a leg must not run into, found in the scene's grids as it is asked for."""

    def __init__(self, made: Scene, leg_id: Id) -> None:
        self.made, self.leg = made, leg_id
        self.owner = made.index.owner[leg_id]
        node = made.diagram.content.nodes[self.owner]
        self.front = made.fronts.get(node.inside)
        self.inside = made.index.chain[node.inside]
        around = self.inside
        if leg_id in made.index.consumed:  # it ends before the border of the bubble that consumes it
            around = around[: around.index(made.index.consumed[leg_id])]
        self.regions = [r for r in around if r in made.outlines and not is_bare(made, r)]
        self.blockers: dict[Id, None] = {}

    def borders(self, start: Point, angle: float) -> list[float]:
        """How far a leg from `start` must go to lie beyond each border that it crosses."""
        (x, y), (dx, dy) = start, direction(angle)
        out = []
        for region in self.regions:
            hull = tuple((px - x, py - y) for px, py in self.made.outlines[region].points)
            ex, ey = leaves(hull, angle, 0.0)
            out.append(ex * dx + ey * dy + _BEYOND)
        return out

    def past(self, start: Point, towards: Point) -> float:
        """How far a leg from `start` must go to lie beyond its own body and those that it turned from."""
        bodies = [owner for owner in (self.owner, *self.blockers) if owner in self.made.bodies]
        far = [x * towards[0] + y * towards[1] for owner in bodies for x, y in self.hull(owner)]
        return max(far, default=-math.inf) - (start[0] * towards[0] + start[1] * towards[1]) + 2 * CLEAR

    def room(self, end: End, angle: float) -> float | None:
        """How far a leg can go straight on before what it would run into; None where nothing is in its way."""
        root, (dx, dy) = self.made.anchors[self.leg].root, direction(angle)
        lines, box, found = chords(end.path), _box(end), []
        for owner in self._near(box):
            if self._meets(owner, end.label, box, lines):
                self.blockers[owner] = None
                along = [(x - root[0]) * dx + (y - root[1]) * dy for x, y in self.hull(owner)]
                found.append(max(0.0, min(along, default=OPEN)))
        for leg in self.made.spans.inside(box):
            other = self.made.anchors.get(leg)
            if other is None or self.made.index.owner[leg] == self.owner:
                continue
            ox, oy = direction(other.angle)
            if ox * dx + oy * dy < -0.7:
                found.append(max(0.0, (other.root[0] - root[0]) * dx + (other.root[1] - root[1]) * dy))
                self.blockers[self.made.index.owner[leg]] = None
        return min(found, default=None)

    def hits(self, end: End) -> int:
        """How many bodies and regions an end runs into."""
        lines, box = chords(end.path), _box(end)
        return sum(self._meets(owner, end.label, box, lines) for owner in self._near(box))

    def _near(self, reach: Box) -> dict[Id, None]:
        """Nodes and regions near an end in this box that the leg does not belong to; not those that only share a cell of the
        grid."""
        content, grid, box = self.made.diagram.content, self.made.grid, grown(reach, CLEAR)
        return {
            owner: None
            for owner in grid.near(box)
            if (owner not in content.nodes or any(overlap(box, drawn) for drawn in grid.boxes.get(owner, ())))
            and owner not in (self.owner, self.front) and owner not in self.inside
            and (owner in content.nodes or owner in content.regions or owner in self.made.signs)
        }  # fmt: skip

    def hull(self, owner: Id) -> list[Point]:
        """The outline of a body, a sign or a region."""
        made = self.made
        if owner in made.signs:
            left, top, right, bottom = made.signs[owner]
            return [(left, top), (right, top), (right, bottom), (left, bottom)]
        if owner in made.outlines:
            return list(made.outlines[owner].points)
        if owner not in made.bodies:
            return []
        place = made.places.get(owner, NOWHERE)
        return [(x + place.x, y + place.y) for x, y in made.bodies[owner].hull]

    def _meets(self, owner: Id, label: Box | None, reach: Box, lines: list[Chord]) -> bool:
        """Whether an end of these pieces and this label, in the box `reach`, runs into a body or a border."""
        borders = self.made.grid.chords.get(owner)
        if borders is not None:  # a region that is open to see: its border must not be crossed
            left, top, right, bottom = grown(reach, _HAIR)  # pieces that only touch count
            borders = [
                (a, b) for a, b in borders
                if not (a[0] <= left and b[0] <= left) and not (a[0] >= right and b[0] >= right)
                and not (a[1] <= top and b[1] <= top) and not (a[1] >= bottom and b[1] >= bottom)
            ]  # fmt: skip
            crossed = any(crosses(p, q, a, b) for p, q in lines for a, b in borders)
            return crossed or (label is not None and any(segment_hits_box(a, b, label) for a, b in borders))
        hull = self.hull(owner)
        if not hull:
            return False
        room = grown(_around_points(hull), CLEAR)
        if not overlap(room, grown(reach, CLEAR)):
            return False
        if label is not None:
            left, top, right, bottom = grown(label, CLEAR / 2)
            lines = [*lines, *(((left, y), (right, y)) for y in (top, (top + bottom) / 2, bottom))]
        return any(overlap(room, _span(line)) and segment_meets_polygon(*line, hull, CLEAR) for line in lines)


def _span(line: Chord) -> Box:
    """The box of a straight piece, a hair wider, so that pieces that only touch count."""
    (ax, ay), (bx, by) = line
    return (min(ax, bx) - _HAIR, min(ay, by) - _HAIR, max(ax, bx) + _HAIR, max(ay, by) + _HAIR)


def _around_points(points: Sequence[Point]) -> Box:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys), max(xs), max(ys))
