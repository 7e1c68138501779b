"""Where labels go: beside their wire, at the end of their leg, around their region, on nothing else.

Each label has a row of candidate places, best first; the first that touches nothing is taken, else the one that touches
least. What is already there comes from the `Grid`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from tensordraw.diagram.records import Id
from tensordraw.figure.display import Box, Path, Shape
from tensordraw.figure.grid import Grid
from tensordraw.figure.labels import Label
from tensordraw.figure.paths import Point, direction, flattened, grown, moved

_GAP = 2.2  # between a label and its line
_ROOM = 0.8  # kept free around a label


def size(made: Label) -> tuple[float, float]:
    """Half width and half height of a label's ink."""
    if not made.path:
        return 0.0, 0.0
    left, top, right, bottom = made.box
    return (right - left) / 2, (bottom - top) / 2


def _first_free(candidates: Iterable[Box], grid: Grid, skip: Sequence[Id]) -> Box | None:
    best, least = None, math.inf
    for rank, box in enumerate(candidates):
        cost = grid.hits(grown(box, _ROOM), skip)
        if cost == 0:
            return box
        if cost + rank * 0.01 < least:
            best, least = box, cost + rank * 0.01
    return best


def _box_at(x: float, y: float, hx: float, hy: float) -> Box:
    return (x - hx, y - hy, x + hx, y + hy)


def along(path: Path, shares: Sequence[float]) -> list[tuple[Point, Point]]:
    """Points and unit tangents at shares of the path's length."""
    line = flattened(path, 12)[0]
    lengths = [math.hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(line)]
    total = sum(lengths)
    out: list[tuple[Point, Point]] = []
    for share in shares:
        left = share * total
        for (ax, ay), (bx, by), n in zip(line, line[1:], lengths, strict=False):
            if left <= n and n > 0:
                t = left / n
                out.append(((ax + (bx - ax) * t, ay + (by - ay) * t), ((bx - ax) / n, (by - ay) / n)))
                break
            left -= n
    return out


def beside(
    path: Path, made: Label, width: float, grid: Grid, skip: Sequence[Id], shares: Sequence[float]
) -> Box | None:
    """Place for a label beside a line: above or to the right of its middle, else nearer to an end or on the other side."""
    hx, hy = size(made)

    def candidates() -> Iterator[Box]:
        for (x, y), (tx, ty) in along(path, shares):
            nx, ny = -ty, tx
            if ny > 1e-6 or (abs(ny) <= 1e-6 and nx < 0):
                nx, ny = -nx, -ny  # upwards, or to the right of an upright line
            reach = width / 2 + _GAP + abs(nx) * hx + abs(ny) * hy
            for side in (1.0, -1.0):
                yield _box_at(x + nx * reach * side, y + ny * reach * side, hx, hy)

    return _first_free(candidates(), grid, skip)


def at_end(tip: Point, angle: float, made: Label) -> Box:
    """Place for a label beyond the end of an open leg: its nearest point lies on the leg's line, a gap away."""
    hx, hy = size(made)
    dx, dy = direction(angle)
    reach = _GAP + min(hx / abs(dx) if dx else math.inf, hy / abs(dy) if dy else math.inf)
    return _box_at(tip[0] + dx * reach, tip[1] + dy * reach, hx, hy)


def around(box: Box, made: Sequence[Label], grid: Grid, skip: Sequence[Id], rounded: bool) -> Box | None:
    """Place for a caption outside a region's box: on top, then below, then at the sides."""
    width, height = row_size(made)
    hx, hy = width / 2, height / 2
    left, top, right, bottom = box
    middle, centre = (left + right) / 2, (top + bottom) / 2
    inset = 3.0

    def candidates() -> Iterator[Box]:
        columns = [left + inset + hx, middle, right - inset - hx]
        columns = [middle, *columns] if rounded else columns
        for y in (top - _GAP - hy, bottom + _GAP + hy):
            for x in columns:
                yield _box_at(x, y, hx, hy)
        for x in (right + _GAP + hx, left - _GAP - hx):
            for y in (top + hy + inset, centre, bottom - hy - inset):
                yield _box_at(x, y, hx, hy)
        for k in range(1, 5):  # farther along the top and the bottom
            for x in (middle - k * hx * 0.7, middle + k * hx * 0.7):
                for y in (top - _GAP - hy, bottom + _GAP + hy):
                    yield _box_at(x, y, hx, hy)

    return _first_free(candidates(), grid, skip)


_SPACE = 3.0  # between the pieces of a row


def row_size(made: Sequence[Label]) -> tuple[float, float]:
    """Width and height of labels in a row on one baseline."""
    top = min((m.box[1] for m in made if m.path), default=0.0)
    bottom = max((m.box[3] for m in made if m.path), default=0.0)
    return sum(2 * size(m)[0] for m in made) + _SPACE * (len(made) - 1), bottom - top


def row(made: Sequence[Label], box: Box, colour: str) -> list[Shape]:
    """The shapes of labels in a row on one baseline, filling the box from the left."""
    bottom = max((m.box[3] for m in made if m.path), default=0.0)
    x, y = box[0], box[3] - bottom
    shapes: list[Shape] = []
    for m in made:
        if m.path:
            shapes.append(Shape(moved(m.path, x - m.box[0], y), "label", fill=colour))
        x += 2 * size(m)[0] + _SPACE
    return shapes


def drawn(made: Label, box: Box, colour: str, offset: tuple[float, float] = (0.0, 0.0)) -> tuple[Shape, Box]:
    """The label's shape with its ink in the box, moved by the user's offset, and its box there."""
    path, ink = made.centred((box[0] + box[2]) / 2 + offset[0], (box[1] + box[3]) / 2 + offset[1])
    return Shape(path, "label", fill=colour), ink
