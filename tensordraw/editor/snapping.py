"""Where a moved body comes to rest: legs in line with legs first, so that wires come out straight, then centres, edges and
equal gaps, then the grid. Each axis snaps by itself; guides are the lines that show with what."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tensordraw.diagram.edits_layout import position_of
from tensordraw.diagram.records import Diagram, Id, node_legs
from tensordraw.editor import gaps
from tensordraw.editor.gaps import Gaps
from tensordraw.editor.state import Line, Point
from tensordraw.figure.display import Figure
from tensordraw.figure.index import index
from tensordraw.figure.near import near

GRID = 10.0  # layout units
REACH = 8.0  # pixels
MOST = 24  # of the moved items that look for company: a large selection keeps its own alignment anyway

Mark = tuple[float, float]  # the coordinate that snaps, and the other one (for the guide)


@dataclass(frozen=True, slots=True)
class Lines:
    """What can be lined up: coordinates of level legs and of centres (y), of upright legs and of centres (x), each with
    where it is on the other axis; of what stays, sorted, and of what moves."""

    still_legs: tuple[tuple[Mark, ...], tuple[Mark, ...]]
    still_centres: tuple[tuple[Mark, ...], tuple[Mark, ...]]
    moved_legs: tuple[tuple[Mark, ...], tuple[Mark, ...]]
    moved_centres: tuple[tuple[Mark, ...], tuple[Mark, ...]]
    still_edges: tuple[tuple[Mark, ...], tuple[Mark, ...]]
    moved_edges: tuple[tuple[Mark, ...], tuple[Mark, ...]]
    gaps: Gaps | None
    lead: Point | None


def lines(diagram: Diagram, figure: Figure, moving: Iterable[Id], lead: Id | None = None) -> Lines:
    """What there is to line up when these items move."""
    moving, signs = set(moving), index(diagram.content).signs
    legs: dict[bool, tuple[list[Mark], list[Mark]]] = {True: ([], []), False: ([], [])}
    centres: dict[bool, tuple[list[Mark], list[Mark]]] = {True: ([], []), False: ([], [])}
    edges: dict[bool, tuple[list[Mark], list[Mark]]] = {True: ([], []), False: ([], [])}
    table, count = near(figure), 0
    for node in diagram.content.nodes.values():
        moves = node.id in moving
        if moves:
            count += 1
            if count > MOST:
                continue
        at = position_of(diagram, node.id)
        if at is not None:
            centres[moves][0].append((at[0], at[1]))
            centres[moves][1].append((at[1], at[0]))
        for item in table.of(node.id) if node.id not in signs else ():
            left, top, right, bottom = item.box
            edges[moves][0].extend(((left, (top + bottom) / 2), (right, (top + bottom) / 2)))
            edges[moves][1].extend(((top, (left + right) / 2), (bottom, (left + right) / 2)))
        for leg in node_legs(node):
            anchor = figure.anchors.get(leg.id)
            if anchor is None:
                continue
            x, y = anchor.root
            if abs(anchor.angle % 180.0) < 1 or abs(anchor.angle % 180.0 - 180.0) < 1:
                legs[moves][1].append((y, x))
            elif abs(anchor.angle % 180.0 - 90.0) < 1:
                legs[moves][0].append((x, y))
    for note in diagram.layout.notes:
        for item in table.of(note):
            left, top, right, bottom = item.box
            x, y, moves = (left + right) / 2, (top + bottom) / 2, note in moving
            centres[moves][0].append((x, y))
            centres[moves][1].append((y, x))
            edges[moves][0].extend(((left, y), (right, y)))
            edges[moves][1].extend(((top, x), (bottom, x)))
    start = position_of(diagram, lead) if lead is not None else None
    if start is None:
        start = next((at for item in sorted(moving) if (at := position_of(diagram, item)) is not None), None)
    return Lines(
        (tuple(sorted(legs[False][0])), tuple(sorted(legs[False][1]))),
        (tuple(sorted(centres[False][0])), tuple(sorted(centres[False][1]))),
        (tuple(legs[True][0]), tuple(legs[True][1])),
        (tuple(centres[True][0]), tuple(centres[True][1])),
        (tuple(sorted(edges[False][0])), tuple(sorted(edges[False][1]))),
        (tuple(edges[True][0]), tuple(edges[True][1])),
        gaps.gaps(diagram, figure, moving),
        start,
    )


def snap(
    found: Lines, dx: float, dy: float, reach: float, *, grid: bool = True, objects: bool = True
) -> tuple[Point, tuple[Line, ...]]:
    """The offset nearest to (dx, dy) that lines something up, with the guides that say what."""
    offset, guides = [dx, dy], []
    drawn: list[Line] = []
    for axis in (0, 1):
        match = None
        if objects:
            match = nearest(found.moved_legs[axis], found.still_legs[axis], offset[axis], reach)
            match = match or nearest(found.moved_centres[axis], found.still_centres[axis], offset[axis], reach)
            match = match or nearest(found.moved_edges[axis], found.still_edges[axis], offset[axis], reach)
        spaced = None
        if objects and match is None and found.gaps is not None:
            spaced = gaps.snap(found.gaps, (offset[0], offset[1]), axis, reach)
        if match is not None:
            by, mine, theirs = match
            offset[axis] += by
            guides.append((axis, mine, theirs))
        elif spaced is not None:
            offset[axis] += spaced[0]
            drawn += spaced[1]
        elif grid and found.lead is not None:
            start = found.lead[axis]
            offset[axis] = round((start + offset[axis]) / GRID) * GRID - start
    for axis, mine, theirs in guides:
        drawn.append(guide(axis, theirs, mine[1] + offset[1 - axis]))
    return (offset[0], offset[1]), tuple(drawn)


def guide(axis: int, mark: Mark, other: float) -> Line:
    """The line through a mark and what is in line with it on this axis, a step of the grid beyond both."""
    low, high = min(mark[1], other) - GRID, max(mark[1], other) + GRID
    return (mark[0], low, mark[0], high) if axis == 0 else (low, mark[0], high, mark[0])


def nearest(moved: Sequence[Mark], still: Sequence[Mark], by: float, reach: float) -> tuple[float, Mark, Mark] | None:
    """The smallest correction that puts one moved mark in line with one that stays."""
    best: tuple[float, Mark, Mark] | None = None
    for mark in moved:
        wanted = mark[0] + by
        place = bisect_left(still, (wanted,))
        for other in still[max(0, place - 1) : place + 1]:
            gap = other[0] - wanted
            if abs(gap) <= reach and (best is None or abs(gap) < abs(best[0])):
                best = (gap, mark, other)
    return best


def to_grid(at: Point) -> Point:
    """The nearest point of the grid."""
    return round(at[0] / GRID) * GRID, round(at[1] / GRID) * GRID
