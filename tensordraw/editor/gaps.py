"""Equal gaps: a body that is dragged comes to rest where the gaps beside it are alike, in a row or in a column.

Looked at are the bodies beside it in the same row (their heights overlap its own): between two, the middle; beyond one, as far
from it as that is from the next. The same for columns.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from tensordraw.diagram.records import Diagram, Id
from tensordraw.editor.state import Line
from tensordraw.figure.display import Box, Figure
from tensordraw.figure.near import Near, near
from tensordraw.figure.paths import union

FAR = 400.0  # layout units; bodies further off do not count as neighbours
MOST = 24  # items that are spaced out as one
LEAST = 4.0  # a gap that is smaller is none


@dataclass(frozen=True, slots=True)
class Gaps:
    """What the moved bodies (`box` is around them) can be spaced out among."""

    diagram: Diagram
    table: Near
    moved: Collection[Id]
    box: Box


def gaps(diagram: Diagram, figure: Figure, moving: Collection[Id]) -> Gaps | None:
    """For a drag of these items; None where none of them is a node or note, or where they are many."""
    if len(moving) > MOST:
        return None
    table = near(figure)
    bodies = [one for one in moving if one in diagram.content.nodes or one in diagram.layout.notes]
    boxes = [item.box for one in bodies for item in table.of(one)]
    return Gaps(diagram, table, moving, union(boxes)) if boxes else None


def neighbours(found: Gaps, box: Box, axis: int) -> tuple[list[Box], list[Box]]:
    """The bodies in one row (axis 0) or column (1) with the box: those before it and those after it, nearest first."""
    strip = list(box)
    strip[axis], strip[axis + 2] = box[axis] - FAR, box[axis + 2] + FAR
    before, after = [], []
    for k in found.table.touching((strip[0], strip[1], strip[2], strip[3])):
        item = found.table.items[k]
        known = item.owner in found.diagram.content.nodes or item.owner in found.diagram.layout.notes
        if not known or item.owner in found.moved:
            continue
        if item.box[axis + 2] <= box[axis] + LEAST:
            before.append(item.box)
        elif item.box[axis] >= box[axis + 2] - LEAST:
            after.append(item.box)
    before.sort(key=lambda other: -other[axis + 2])
    after.sort(key=lambda other: other[axis])
    return before, after


def snap(found: Gaps, offset: tuple[float, float], axis: int, reach: float) -> tuple[float, tuple[Line, ...]] | None:
    """The smallest correction along the axis that makes two gaps alike, and guides across these gaps."""
    dx, dy = offset
    box = (found.box[0] + dx, found.box[1] + dy, found.box[2] + dx, found.box[3] + dy)
    before, after = neighbours(found, box, axis)
    low, high = axis, axis + 2
    wanted: list[tuple[float, tuple[tuple[float, float], ...]]] = []
    if before and after:
        room = after[0][low] - before[0][high] - (box[high] - box[low])
        by = before[0][high] + room / 2 - box[low]
        wanted.append((by, ((before[0][high], box[low] + by), (box[high] + by, after[0][low]))))
    if len(before) > 1:
        gap = before[0][low] - before[1][high]
        by = before[0][high] + gap - box[low]
        wanted.append((by, ((before[1][high], before[0][low]), (before[0][high], box[low] + by))))
    if len(after) > 1:
        gap = after[1][low] - after[0][high]
        by = after[0][low] - gap - box[high]
        wanted.append((by, ((box[high] + by, after[0][low]), (after[0][high], after[1][low]))))
    fitting = [(by, spans) for by, spans in wanted if abs(by) <= reach and spans[0][1] - spans[0][0] >= LEAST]
    if not fitting:
        return None
    by, spans = min(fitting, key=lambda one: abs(one[0]))
    level = (box[1 - axis] + box[3 - axis]) / 2
    return by, tuple((a, level, b, level) if axis == 0 else (level, a, level, b) for a, b in spans)
