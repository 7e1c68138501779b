"""Regions of a scene, from the inside out: the border around what is inside, its ports, its caption."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tensordraw.diagram.records import Bubble, Copy, Id, Region, Repeat, port_legs
from tensordraw.figure import captions
from tensordraw.figure.convex import convex_hull
from tensordraw.figure.grid import chords
from tensordraw.figure.lines import copy_label, draw_path, leg_end
from tensordraw.figure.paths import Point, direction, grown
from tensordraw.figure.regions import (
    caption_labels,
    outline,
    port_anchors,
)
from tensordraw.figure.scene import NOWHERE, Scene
from tensordraw.figure.signs import is_bare
from tensordraw.figure.sums import in_front

_BESIDE = 20.0  # a wire that turns this near to the content of its region stays inside the border
_RING = 64  # points around a bubble in a bubble


def _points(made: Scene, region: Id) -> list[Point]:
    """Points that the region's border goes around."""
    found = made.index
    nodes, inner = found.members[region]
    record, look = made.diagram.content.regions[region], made.diagram.layout.looks.get(region)
    follows = isinstance(record, Bubble) and (look is None or look.shape != "box")  # else its border is a box
    points: list[Point] = []
    for node in nodes:
        if node in found.signs:
            continue
        place, body = made.places.get(node, NOWHERE), made.bodies[node]
        hull = body.hull if follows or not body.hull else _extremes(body.hull)
        points += [(x + place.x, y + place.y) for x, y in hull] or [(place.x, place.y)]
        left, top, right, bottom = made.node_items[node].box
        points += [(left, top), (right, top), (left, bottom), (right, bottom)] if not body.hull else []
        for leg in made.angles[node]:
            if found.legs[leg].index is not None or found.consumed.get(leg) == region:
                left, top, right, bottom = leg_end(made, leg)[2]
                points += [(left, top), (right, top), (left, bottom), (right, bottom)]
    for child in inner:
        around = _with_caption(made, child, region)
        points += around if follows or not around else _extremes(tuple(around))
    for node in nodes:
        if isinstance(copy := made.diagram.content.nodes[node], Copy) and copy.name:
            left, top, right, bottom = copy_label(made, node)[1]
            points += [(left, top), (right, top), (left, bottom), (right, bottom)]
    for wire in found.inside_wires[region]:
        if wire in made.paths:
            points += [p for line in chords(made.paths[wire], 6) for p in line]
    return points + _turns(made, region, points)


@lru_cache(maxsize=4096)
def _extremes(points: tuple[Point, ...]) -> tuple[Point, Point]:
    """Two points with the same box around them."""
    xs, ys = zip(*points, strict=True)
    return (min(xs), min(ys)), (max(xs), max(ys))


def _turns(made: Scene, region: Id, points: Sequence[Point]) -> list[Point]:
    """Where wires that leave the region turn at right angles close beside its content: they run along inside the border."""
    curves = made.diagram.layout.curves
    leaving = [wire for wire in made.index.crossing[region] if wire in curves and curves[wire].style == "orthogonal"]
    if not leaving or not points:
        return []
    xs, ys = zip(*points, strict=True)
    left, top, right, bottom = grown((min(xs), min(ys), max(xs), max(ys)), _BESIDE)
    return [(x, y) for wire in leaving for x, y in curves[wire].points if left < x < right and top < y < bottom]


def _with_caption(made: Scene, child: Id, region: Id) -> list[Point]:
    """The points of an inner region, with room for its caption: a ring around a bubble in a bubble, else above and below."""
    content, drawn = made.diagram.content, made.outlines[child]
    front = in_front(content, made.index, content.regions[child])
    row = [] if front else caption_labels(content.regions[child], content, made.theme)
    if not row or child in made.fronts:
        return list(drawn.points)
    wide, high = captions.row_size(row)
    room = high + 2 * captions.GAP - 1.0
    left, top, right, bottom = drawn.box
    middle = (left + right) / 2
    ends = [(x, y) for x in (middle - wide / 2, middle + wide / 2) for y in (top - room, bottom + room)]
    if isinstance(content.regions[child], Bubble) and isinstance(content.regions.get(region), Bubble):
        return _ring(drawn.points, room) + (ends if wide > right - left else [])
    return [(x, y + up) for x, y in drawn.points for up in (-room, room)] + ends


def _ring(points: Sequence[Point], room: float) -> list[Point]:
    """Points of the curve at distance `room` around the hull: as many at any depth of nesting."""
    hull = convex_hull(points)
    ring = []
    for k in range(_RING):
        x, y = direction(360.0 * k / _RING)
        along = [px * x + py * y for px, py in hull]
        corner = hull[along.index(max(along))]
        ring.append((corner[0] + room * x, corner[1] + room * y))
    return ring


def draw_region(made: Scene, region_id: Id) -> None:
    """Outline and ports of a region whose inside is finished; then the wires that end on its ports."""
    content, layout, theme, found = made.diagram.content, made.diagram.layout, made.theme, made.index
    region, look = content.regions[region_id], layout.looks.get(region_id)
    bare = is_bare(made, region_id)
    drawn = outline(region, _points(made, region_id), layout.places.get(region_id), look, content, theme, bare)
    made.outlines[region_id] = drawn
    if not bare:  # a border that is not seen is in nobody's way
        made.grid.put(region_id, lines=chords(drawn.path, 6))
    if isinstance(region, Repeat):
        for anchor in port_anchors(region, drawn.box, found, made.anchors, layout.legs):
            made.anchors[anchor.leg] = anchor
        for leg in ports_of(region):
            if leg in found.wire and found.wire[leg] not in made.paths:
                draw_path(made, found.wire[leg])


def ports_of(region: Region) -> list[Id]:
    """All legs of a repeat's ports."""
    return [leg.id for port in region.ports for leg in port_legs(port)] if isinstance(region, Repeat) else []
