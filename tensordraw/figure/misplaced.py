"""What looks connected and is not: bodies that lie on each other, and bodies on or beside a wire that they are not attached to.

A wire is beside a body within `NEAR` of its outline; an open leg, which ends before it reaches anything, only touches. Such
a picture is read wrongly although the document means something, so each is a note. The meaning of a document does not
know its layout; these findings need the figure.
"""

from __future__ import annotations

from collections.abc import Iterator

from tensordraw.diagram import edits_attach
from tensordraw.diagram.finding import Problem
from tensordraw.diagram.records import Diagram, Id
from tensordraw.diagram.words import item_words
from tensordraw.figure.display import Figure
from tensordraw.figure.grid import Grid, chords
from tensordraw.figure.index import index
from tensordraw.figure.paths import (
    Point,
    flattened,
    grown,
    overlap,
    segment_meets_polygon,
)

NEAR = 6.0  # layout units, which are pixels at 100 %: a wire that comes nearer to a body looks attached to it
_TOUCH = 0.5


def misplaced(diagram: Diagram, figure: Figure) -> tuple[Problem, ...]:
    """Notes about bodies that lie on each other or on wires of others, in drawing order."""
    hulls: dict[Id, list[Point]] = {
        item.owner: flattened(shape.path, 4)[0]
        for item in figure.items
        if item.owner in diagram.content.nodes
        for shape in item.shapes
        if shape.role == "body" and shape.path
    }
    grid = Grid()
    for node, hull in hulls.items():
        grid.put(node, [_box(hull)])
    stacked = tuple(_stacked(diagram, hulls, grid))
    pairs = {frozenset(problem.items) for problem in stacked}  # what is attached to the one lies on the other too
    return (*stacked, *_touched(diagram, figure, hulls, grid, pairs))


def _stacked(diagram: Diagram, hulls: dict[Id, list[Point]], grid: Grid) -> Iterator[Problem]:
    order = {node: number for number, node in enumerate(hulls)}
    for node, hull in hulls.items():
        for other in grid.inside(grown(_box(hull), -_TOUCH)):
            if order[other] < order[node] and _meet(hull, hulls[other]):
                first, second = (item_words(item, diagram.content) for item in (other, node))
                yield Problem(
                    "note", (other, node), f"{_start(first)} and {second} lie on each other.",
                    "They look like one, or like joined.", "Move one of them.",
                )  # fmt: skip


def _touched(
    diagram: Diagram, figure: Figure, hulls: dict[Id, list[Point]], grid: Grid, stacked: set[frozenset[Id]]
) -> Iterator[Problem]:
    owner, wires = index(diagram.content).owner, diagram.content.wires
    for item in figure.items:
        lines = [pair for shape in item.shapes if shape.role in ("wire", "leg") for pair in chords(shape.path)]
        ends = wires[item.owner].ends if item.owner in wires else (item.owner,)
        attached = {owner.get(end) for end in ends}
        if not lines:
            continue
        for node in grid.inside(grown(_box([point for pair in lines for point in pair]), NEAR)):
            if any(frozenset((node, own)) in stacked for own in attached if own is not None):
                continue
            near = NEAR if item.owner in wires else _TOUCH
            if node not in attached and any(segment_meets_polygon(p, q, hulls[node], near) for p, q in lines):
                on = any(segment_meets_polygon(p, q, hulls[node], _TOUCH) for p, q in lines)
                joins = item.owner in wires and edits_attach.could_attach(diagram, node, item.owner)
                node_words, line = (item_words(one, diagram.content) for one in (node, item.owner))
                yield Problem(
                    "note", (node, item.owner),
                    f"{_start(node_words)} lies {'on' if on else 'beside'} the {line}, and is not attached to it.",
                    "It looks connected, and only wires connect.",
                    "Attach it, move it, or bend the wire." if joins else "Move it, or bend the wire.",
                    "attach" if joins else "",
                )  # fmt: skip


def _meet(one: list[Point], other: list[Point]) -> bool:
    sides = zip(one, [*one[1:], one[0]], strict=True)
    return overlap(_box(one), _box(other)) and (
        any(segment_meets_polygon(p, q, other, 0.0) for p, q in sides)
        or all(segment_meets_polygon(p, p, one, 0.0) for p in other)
    )


def _box(hull: list[Point]) -> tuple[float, float, float, float]:
    xs, ys = zip(*hull, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _start(words: str) -> str:
    return f"The {words}"
