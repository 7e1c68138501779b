"""A stroke across wires cuts them: Ctrl held, drawn from the empty canvas; one step for all that it crosses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from tensordraw.diagram import edits
from tensordraw.diagram.records import Diagram, Id
from tensordraw.editor import grasp
from tensordraw.editor.state import Cutting, Point, State, Step, done, idle
from tensordraw.figure.near import near
from tensordraw.figure.paths import bounds, flattened

STEP = 2.0  # pixels between the points of a stroke


def follow(state: State, stroke: Cutting, at: Point, scale: float) -> State:
    """The stroke goes on to the pointer, across more wires perhaps."""
    last = stroke.points[-1]
    if abs(at[0] - last[0]) + abs(at[1] - last[1]) < STEP / scale:
        return state
    crossed = stroke.wires | wires_across(state.document, last, at)
    return replace(state, tool=replace(stroke, points=(*stroke.points, at), wires=crossed))


def wires_across(diagram: Diagram, start: Point, end: Point) -> frozenset[Id]:
    """The wires that a straight piece of a stroke crosses."""
    figure = grasp.figure_of(diagram)
    box = (min(start[0], end[0]), min(start[1], end[1]), max(start[0], end[0]), max(start[1], end[1]))
    table = near(figure)
    found = set()
    for k in table.touching(box):
        item = table.items[k]
        if item.owner not in diagram.content.wires or item.owner in found:
            continue
        for shape in item.shapes:
            lines = flattened(shape.path) if shape.role == "wire" and _meet(bounds(shape.path), box) else []
            if any(_cross(start, end, a, b) for line in lines for a, b in pairwise(line)):
                found.add(item.owner)
    return frozenset(found)


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]


def _cross(p: Point, q: Point, a: Point, b: Point) -> bool:
    """Whether two straight pieces have a point in common, ends included."""

    def side(one: Point, two: Point, point: Point) -> float:
        return (two[0] - one[0]) * (point[1] - one[1]) - (two[1] - one[1]) * (point[0] - one[0])

    return side(p, q, a) * side(p, q, b) <= 0 <= -side(a, b, p) * side(a, b, q)


def finish(state: State, stroke: Cutting) -> Step:
    """Cut what was crossed."""
    if not stroke.wires:
        return idle(state), ()
    count = len(stroke.wires)
    words = "Cut a wire" if count == 1 else f"Cut {count} wires"
    return done(state, edits.disconnect(state.document, stroke.wires), words)
