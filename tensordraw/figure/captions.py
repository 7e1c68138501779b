"""Where labels go: beside their wire, at the end of their leg, around their region, on nothing else.

Each label has a row of candidate places, best first; the first that touches nothing is taken, else the one that touches
least. What is already there comes from the `Grid`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from tensordraw.figure.display import Box, Path, Shape
from tensordraw.figure.labels import Label
from tensordraw.figure.paths import Point, direction, flattened, grown, placed, shifted
from tensordraw.figure.regions import Outline

GAP = 1.8  # between a label and its line
ROOM = 0.8  # kept free around a label


def size(made: Label) -> tuple[float, float]:
    """Half width and half height of a label, a line of text high at least."""
    if not made.path:
        return 0.0, 0.0
    left, top, right, bottom = made.line
    return (right - left) / 2, (bottom - top) / 2


def first_free(candidates: Sequence[Box], taken: Callable[[Box], int]) -> Box:
    """The first candidate that touches nothing, else the one that touches least; `taken` counts what is in a box."""
    best, least = candidates[0], math.inf
    for rank, box in enumerate(candidates):
        cost = taken(grown(box, ROOM)) + rank * 0.01
        if cost < 0.5:
            return box
        if cost < least:
            best, least = box, cost
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


def beside(path: Path, made: Label, width: float, shares: Sequence[float]) -> list[Box]:
    """Places for a label beside a line: above or to the right of its middle, on the other side, nearer to an end."""
    hx, hy = size(made)
    out: list[Box] = []
    for (x, y), (tx, ty) in along(path, shares):
        nx, ny = -ty, tx
        if ny > 1e-6 or (abs(ny) <= 1e-6 and nx < 0):
            nx, ny = -nx, -ny  # upwards, or to the right of an upright line
        reach = width / 2 + GAP + abs(nx) * (hx + 0.8) + abs(ny) * hy
        out += [_box_at(x + nx * reach * side, y + ny * reach * side, hx, hy) for side in (1.0, -1.0)]
    return out


def at_end(tip: Point, angle: float, made: Label, width: float) -> Box:
    """Place for a label beyond the end of an open leg of a width: its nearest point lies on the leg's line, a gap away
    from the round end of the line, which reaches half its width beyond the tip."""
    hx, hy = size(made)
    dx, dy = direction(angle)
    reach = width / 2 + GAP + min(hx / abs(dx) if dx else math.inf, hy / abs(dy) if dy else math.inf)
    return _box_at(tip[0] + dx * reach, tip[1] + dy * reach, hx, hy)


_AROUND = (90, 270, 105, 75, 120, 60, 255, 285, 135, 45, 150, 30, 225, 315, 180, 0)  # degrees, the best first


@lru_cache(maxsize=4096)
def _farthest(points: tuple[Point, ...], middle: float) -> tuple[Point, ...]:
    """The farthest point of an outline in each direction, the one next to the middle where several are as far."""
    found = []
    for angle in _AROUND:
        nx, ny = direction(float(angle))
        far = max(points, key=lambda p: (round(p[0] * nx + p[1] * ny, 6), -abs(p[0] - middle)))
        found.append((middle, far[1]) if angle % 180 == 90 else far)
    return tuple(found)


def around(drawn: Outline, made: Sequence[Label], rounded: bool) -> list[Box]:
    """Places for a caption at a region's border: on top, below, at the sides; in a box's corners too."""
    width, height = row_size(made)
    hx, hy = width / 2, height / 2
    left, top, right, bottom = drawn.box
    middle, inset = (left + right) / 2, 3.0
    out: list[Box] = []
    if not rounded:
        columns = [left + inset + hx, right - inset - hx, middle]
        out += [_box_at(x, top - GAP - hy, hx, hy) for x in columns]
        for y in (top + inset + hy, bottom - inset - hy):
            out += [_box_at(x, y, hx, hy) for x in (left + 2 * inset + hx, right - 2 * inset - hx)]
        out += [_box_at(x, bottom + GAP + hy, hx, hy) for x in columns]
    for angle, far in zip(_AROUND, _farthest(tuple(drawn.points), middle), strict=True):
        nx, ny = direction(float(angle))
        reach = GAP + abs(nx) * hx + abs(ny) * hy
        out.append(_box_at(far[0] + nx * reach, far[1] + ny * reach, hx, hy))
    return out


def beside_copy(usual: Box, body: Box) -> list[Box]:
    """Places for the name of a copy: at one end of its mark, at the other, above and below these."""
    hx, hy = (usual[2] - usual[0]) / 2, (usual[3] - usual[1]) / 2
    x, y = (usual[0] + usual[2]) / 2, (usual[1] + usual[3]) / 2
    across, down = body[0] + body[2] - x, body[1] + body[3] - y
    spots = [(x, y), (across, y) if abs(across - x) > 1 else (x, down)]
    lifted = [(a, b + side * (hy + 4.0)) for a, b in spots for side in (-1.0, 1.0)]
    return [_box_at(a, b, hx, hy) for a, b in (*spots, *lifted)]


_SPACE = 3.0  # between the pieces of a row


def row_size(made: Sequence[Label]) -> tuple[float, float]:
    """Width and height of labels in a row on one baseline."""
    top = min((m.line[1] for m in made if m.path), default=0.0)
    bottom = max((m.line[3] for m in made if m.path), default=0.0)
    return sum(2 * size(m)[0] for m in made) + _SPACE * (len(made) - 1), bottom - top + _below(bottom - top)


def _below(height: float) -> float:
    """Air below a row that is higher than words are: a large sigma's index would stand on the border."""
    return 0.18 * max(0.0, height - 12.0)


def row(made: Sequence[Label], box: Box, colour: str) -> list[Shape]:
    """The shapes of labels in a row on one baseline, filling the box from the left."""
    bottom = max((m.line[3] for m in made if m.path), default=0.0)
    top = min((m.line[1] for m in made if m.path), default=0.0)
    x, y = box[0], box[3] - bottom - _below(bottom - top)
    shapes: list[Shape] = []
    for m in made:
        if m.path:
            shapes.append(Shape(placed(m.path, x - m.box[0], y), "label", fill=colour, words=m.words))
        x += 2 * size(m)[0] + _SPACE
    return shapes


def drawn(made: Label, box: Box, colour: str, offset: tuple[float, float] = (0.0, 0.0)) -> tuple[Shape, Box]:
    """The label's shape with its line in the box, moved by the user's offset, and its ink's box there."""
    dx, dy = box[0] - made.line[0] + offset[0], box[1] - made.line[1] + offset[1]
    return Shape(placed(made.path, dx, dy), "label", fill=colour, words=made.words), shifted(made.box, dx, dy)
