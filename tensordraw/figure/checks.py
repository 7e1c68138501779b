"""What is wrong with a figure as a picture: things that lie on each other although they do not belong together.

Used by the tests of templates and of the gallery, and by anyone who wants to know whether a figure can go into a paper.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal, TypeAlias

from tensordraw.diagram.records import Delta, Diagram, Id, Record
from tensordraw.figure.display import Box, Figure, Shape
from tensordraw.figure.grid import Grid, chords
from tensordraw.figure.index import Index, index
from tensordraw.figure.paths import Point, bounds, crosses, flattened, grown, overlap, segment_hits_box, union

Kind: TypeAlias = Literal[
    "labels overlap", "label on a line", "label on a border", "label on a body", "line through a body",
    "bodies overlap", "borders cross", "border on a body", "label outside its body", "legs at one place",
    "lines on each other", "line across itself",
]  # fmt: skip
_TOUCH = 0.25  # points that do not count
AIR = 0.8  # points between a label's ink and the outline of its own body
_BESIDE = 16.0  # points; farther from a polygon's box nothing touches it
NEAR = 0.5  # a line or a label this near to a foreign body touches it


class Clash(Record, frozen=True):
    """Two owners whose shapes lie on each other (the same one twice: within itself)."""

    kind: Kind
    first: Id
    second: Id


def clashes(diagram: Diagram, figure: Figure) -> list[Clash]:
    """All clashes of a figure of the diagram, in drawing order."""
    return list(dict.fromkeys(_all(diagram, figure)))


def _all(diagram: Diagram, figure: Figure) -> Iterator[Clash]:
    found = index(diagram.content)
    labels = [
        (item.owner, grown(bounds(shape.path), -_TOUCH), shape)
        for item in figure.items
        for shape in item.shapes
        if shape.role in ("label", "note", "sign") and shape.path
    ]
    bodies = {
        item.owner: shape
        for item in figure.items
        if item.owner in diagram.content.nodes or item.owner in diagram.layout.notes  # charts
        for shape in item.shapes
        if shape.role == "body"
    }
    yield from _labels(labels, bodies, found, diagram)
    yield from _lines(figure, labels, bodies, found, diagram)
    yield from _joined(figure, found, diagram)
    yield from _bodies(bodies)
    yield from _borders(figure, labels, bodies, diagram)
    yield from _legs(figure, found)


def _labels(
    labels: list[tuple[Id, Box, Shape]], bodies: dict[Id, Shape], found: Index, diagram: Diagram
) -> Iterator[Clash]:
    grid = Grid()
    for number, (_, box, _) in enumerate(labels):
        grid.put(str(number), [box])
    for number, (owner, box, _) in enumerate(labels):
        for other in grid.inside(box):
            if int(other) < number:
                yield Clash("labels overlap", labels[int(other)][0], owner)
    boxes = {node: bounds(shape.path) for node, shape in bodies.items()}
    solid = Grid()
    for node, box in boxes.items():
        solid.put(node, [grown(box, -_TOUCH)])
    for owner, box, shape in labels:
        own = boxes.get(owner)
        if own is not None and shape.role == "label" and overlap(box, own):
            if not _inside(bodies[owner], shape):
                yield Clash("label outside its body", owner, owner)
            continue
        air = grown(box, _TOUCH + NEAR)
        for node in solid.inside(air):
            if _meets(_hull(bodies[node]), air):
                yield Clash("label on a body", owner, node)


def _lines(
    figure: Figure, labels: list[tuple[Id, Box, Shape]], bodies: dict[Id, Shape], found: Index, diagram: Diagram
) -> Iterator[Clash]:
    solid, words = Grid(), Grid()
    for node, shape in bodies.items():
        solid.put(node, [bounds(shape.path)])
    for number, (_, box, _) in enumerate(labels):
        words.put(str(number), [box])
    for item in figure.items:
        ends = diagram.content.wires[item.owner].ends if item.owner in diagram.content.wires else (item.owner,)
        mine = {found.owner.get(end) for end in ends}
        for shape in item.shapes:
            if shape.role not in ("wire", "leg"):
                continue
            pieces = chords(shape.path, 16)
            if _knotted(pieces):
                yield Clash("line across itself", item.owner, item.owner)
            area = grown(bounds(shape.path), NEAR)
            for word in words.near(area):
                owner, box, _ = labels[int(word)]
                if any(segment_hits_box(p, q, box) for p, q in pieces):
                    yield Clash("label on a line", owner, item.owner)
            for node in solid.near(area):
                if node not in mine and any(_through(_hull(bodies[node]), p, q) for p, q in pieces):
                    yield Clash("line through a body", item.owner, node)


def _joined(figure: Figure, found: Index, diagram: Diagram) -> Iterator[Clash]:
    """Open legs that run on along another line, so that they look like one wire with it."""
    grid, lines = Grid(), {}
    for item in figure.items:
        pieces = [pair for shape in item.shapes if shape.role in ("wire", "leg") for pair in chords(shape.path, 8)]
        if pieces:
            lines[item.owner] = pieces
            grid.put(item.owner, lines=pieces)
    order = {owner: k for k, owner in enumerate(lines)}
    for owner, pieces in lines.items():
        if owner in diagram.content.wires or owner in found.ports:  # a port's stream runs on through the border
            continue
        for other in grid.near(grown(_box_of(pieces), NEAR)):
            second = other not in found.ports and order[other] < order[owner]
            node = diagram.content.nodes.get(found.owner[owner])
            if isinstance(node, Delta) and len(node.legs) == 2 and node.id in _owners(other, found, diagram):
                continue  # an identity is one line with what its other end is joined to
            if second and any(_along(a, b, c, d) for a, b in pieces for c, d in lines[other]):
                yield Clash("lines on each other", other, owner)


def _owners(line: Id, found: Index, diagram: Diagram) -> set[Id | None]:
    """The nodes that a wire or an open leg ends on."""
    wire = diagram.content.wires.get(line)
    return {found.owner.get(end) for end in (wire.ends if wire is not None else (line,))}


def _bodies(bodies: dict[Id, Shape]) -> Iterator[Clash]:
    grid = Grid()
    for node, shape in bodies.items():
        grid.put(node, [bounds(shape.path)])
    order = {node: k for k, node in enumerate(bodies)}
    for node, shape in bodies.items():
        hull = _hull(shape)
        for other in grid.inside(bounds(shape.path)):
            if order[other] < order[node]:
                theirs = _hull(bodies[other])
                if any(_within(theirs, p) for p in hull) or any(_within(hull, p) for p in theirs):
                    yield Clash("bodies overlap", other, node)


def _borders(
    figure: Figure, labels: list[tuple[Id, Box, Shape]], bodies: dict[Id, Shape], diagram: Diagram
) -> Iterator[Clash]:
    borders = {
        item.owner: [pair for shape in printed for pair in chords(shape.path, 8)]
        for item in figure.items
        if item.owner in diagram.content.regions
        and (printed := [shape for shape in item.shapes if shape.role == "region" and (shape.fill or shape.stroke)])
    }
    drawn = Grid()
    for region, lines in borders.items():
        drawn.put(region, lines=lines)
    order = {region: k for k, region in enumerate(borders)}

    def reached(box: Box) -> list[Id]:
        return sorted(drawn.near(box), key=order.__getitem__)

    for owner, box, _ in labels:
        for region in reached(box):
            if any(segment_hits_box(p, q, box) for p, q in borders[region]):
                yield Clash("label on a border", owner, region)
    for item in figure.items:
        for shape in item.shapes if item.owner in diagram.layout.notes else ():
            for region in reached(bounds(shape.path)) if shape.role == "body" else ():
                if any(segment_hits_box(p, q, bounds(shape.path)) for p, q in borders[region]):
                    yield Clash("borders cross", item.owner, region)
    for node, body in bodies.items():
        hull, box = _hull(body), bounds(body.path)
        for region in reached(grown(box, NEAR)):
            if any(segment_hits_box(p, q, box) and _through(hull, p, q) for p, q in borders[region]):
                yield Clash("border on a body", node, region)
    names = list(borders)
    for k, region in enumerate(names):
        area = _box_of(borders[region])
        for other in names[:k]:
            if overlap(area, _box_of(borders[other])) and any(
                crosses(a, b, c, d) for a, b in borders[region] for c, d in borders[other]
            ):
                yield Clash("borders cross", other, region)


def _legs(figure: Figure, found: Index) -> Iterator[Clash]:
    seen: dict[tuple[Id, int, int], Id] = {}
    for anchor in figure.anchors.values():
        owner = found.owner[anchor.leg]
        if anchor.leg in found.ports:
            continue
        key = (owner, round(anchor.root[0] * 10 + anchor.angle * 7), round(anchor.root[1] * 10 + anchor.angle * 7))
        if key in seen:
            yield Clash("legs at one place", seen[key], anchor.leg)
        seen[key] = anchor.leg


# ---------------------------------------------------------------------------------------------------------- geometry


def _hull(shape: Shape) -> list[Point]:
    return flattened(shape.path, 8)[0]


def _along(a: Point, b: Point, c: Point, d: Point) -> bool:
    """Whether two segments run along each other, over more than a point, or meet end to end on one line."""
    length = math.dist(a, b)
    if length < 2 * NEAR or math.dist(c, d) < 2 * NEAR:
        return False
    dx, dy = (b[0] - a[0]) / length, (b[1] - a[1]) / length
    if any(abs((x - a[0]) * dy - (y - a[1]) * dx) > NEAR for x, y in (c, d)):
        return False
    first, last = sorted((x - a[0]) * dx + (y - a[1]) * dy for x, y in (c, d))
    return first < length + NEAR and last > -NEAR


def _knotted(pieces: list[tuple[Point, Point]]) -> bool:
    """Whether a line crosses itself."""
    return any(crosses(a, b, c, d) for k, (a, b) in enumerate(pieces) for c, d in pieces[k + 2 :])


def _box_of(lines: list[tuple[Point, Point]]) -> Box:
    return union((min(a, c), min(b, d), max(a, c), max(b, d)) for (a, b), (c, d) in lines)


def _within(hull: list[Point], p: Point, margin: float = 0.3) -> bool:
    """Whether p lies in the convex polygon, deeper than the margin."""
    sign = 0.0
    for (ax, ay), (bx, by) in pairwise([*hull, hull[0]]):
        length = math.hypot(bx - ax, by - ay)
        if length < 1e-9:
            continue
        side = ((bx - ax) * (p[1] - ay) - (by - ay) * (p[0] - ax)) / length
        if sign == 0.0:
            sign = 1.0 if side > 0 else -1.0
        if side * sign < margin:
            return False
    return True


def _inside(body: Shape, label: Shape) -> bool:
    """Whether a label's ink has air around it in its body, the body's outline taken off: also beside slanted sides."""
    hull = _hull(body)
    margin = AIR + (body.stroke.width / 2 if body.stroke is not None else 0.0)
    left, top, right, bottom = bounds(label.path)
    if all(_within(hull, p, margin) for p in ((left, top), (right, top), (left, bottom), (right, bottom))):
        return True
    return all(_within(hull, p, margin) for line in flattened(label.path, 8) for p in line)


def _meets(hull: list[Point], box: Box) -> bool:
    return any(segment_hits_box(p, q, box) for p, q in pairwise([*hull, hull[0]])) or _within(
        hull, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    )


def _through(hull: list[Point], p: Point, q: Point) -> bool:
    steps = max(1, int(math.hypot(q[0] - p[0], q[1] - p[1]) / 2))
    first, last = 0, steps  # those beside the polygon, however long the line is
    for at in (0, 1):
        low, high = min(corner[at] for corner in hull) - _BESIDE, max(corner[at] for corner in hull) + _BESIDE
        start, way = p[at], q[at] - p[at]
        if way == 0.0:
            if not low <= start <= high:
                return False
            continue
        near, far = sorted(min(max((edge - start) / way, 0.0), 1.0) * steps for edge in (low, high))
        first, last = max(first, math.floor(near)), min(last, math.ceil(far))
    return any(
        _within(hull, (p[0] + (q[0] - p[0]) * k / steps, p[1] + (q[1] - p[1]) * k / steps), -NEAR)
        for k in range(first, last + 1)
    )
