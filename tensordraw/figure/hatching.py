"""Hatching: fills told apart without colour, for greyscale print, as lines that every printer can draw.

Each colour of a theme has its own directions and distance; lines end before labels, which stay legible.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from tensordraw.figure.display import Box, Figure, Item, Path, Segment, Shape, Stroke
from tensordraw.figure.paths import Point, bounds, flattened, grown, overlap
from tensordraw.figure.themes import Theme

# Directions in degrees and the distance of lines in points, by the name of the fill's colour.
PATTERNS: Mapping[str, tuple[tuple[float, ...], float]] = {
    "blue": ((45.0,), 4.0), "pink": ((45.0, 135.0), 4.0), "green": ((135.0,), 4.0), "orange": ((0.0,), 3.0),
    "purple": ((90.0,), 3.0), "red": ((0.0, 90.0), 4.0), "grey": ((45.0,), 7.0), "diagonal": ((135.0,), 2.0),
    "vermilion": ((135.0,), 7.0), "sky": ((0.0,), 5.0), "yellow": ((90.0,), 5.0),
}  # fmt: skip
_WIDTH = 0.3
_ROOM = 1.0  # kept free around labels


def hatched(figure: Figure, look: Theme) -> Figure:
    """The figure with hatching over every fill that has a colour."""
    names = {look.tints[name]: name for name in PATTERNS} | {look.colours[name]: name for name in ("diagonal",)}
    words = [
        grown(bounds(shape.path), _ROOM)
        for item in figure.items
        for shape in item.shapes
        if shape.role in ("label", "note", "sign") and shape.path
    ]
    return replace(figure, items=tuple(_item(item, names, look, words) for item in figure.items))


def _item(item: Item, names: Mapping[str, str], look: Theme, words: Sequence[Box]) -> Item:
    shapes: list[Shape] = []
    for shape in item.shapes:
        shapes.append(shape)
        name = names.get(shape.fill or "")
        if name is not None and shape.role in ("region", "body"):
            lines = _lines(shape.path, *PATTERNS[name], words)
            if lines:
                shapes.append(Shape(lines, "mark", stroke=Stroke(look.colour(name), _WIDTH)))
                if shape.stroke is not None:  # the outline lies over the ends of the lines
                    shapes.append(replace(shape, fill=None))
    return replace(item, shapes=tuple(shapes)) if len(shapes) > len(item.shapes) else item


def _lines(path: Path, angles: Sequence[float], gap: float, words: Sequence[Box]) -> Path:
    """Parallel lines inside a closed path, a path each; they lie on a grid of the whole page, so that neighbours match."""
    outlines = [line for line in flattened(path, 8) if len(line) > 2]
    near = [box for box in words if overlap(box, bounds(path))]
    out: list[Segment] = []
    for angle in angles:
        c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        turned = [[(x * c + y * s, y * c - x * s) for x, y in line] for line in outlines]
        low = min(y for line in turned for _, y in line)
        high = max(y for line in turned for _, y in line)
        for step in range(math.ceil(low / gap), math.floor(high / gap) + 1):
            for a, b in _clear(_inside(turned, step * gap), step * gap, (c, s), near):
                out += [_back("M", a, step * gap, c, s), _back("L", b, step * gap, c, s)]
    return tuple(out)


def _back(command: str, x: float, y: float, c: float, s: float) -> Segment:
    return (command, x * c - y * s, x * s + y * c)


def _inside(outlines: Sequence[Sequence[Point]], y: float) -> list[tuple[float, float]]:
    """Where a level line is inside the outlines (by the even-odd rule), from left to right."""
    cuts: list[float] = []
    for line in outlines:
        for (ax, ay), (bx, by) in zip(line, [*line[1:], line[0]], strict=True):
            if (ay <= y) != (by <= y):
                cuts.append(ax + (bx - ax) * (y - ay) / (by - ay))
    cuts.sort()
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if b - a > 0.2]


def _clear(
    spans: list[tuple[float, float]], y: float, turn: tuple[float, float], boxes: Sequence[Box]
) -> list[tuple[float, float]]:
    """The spans of a line without what lies in a box."""
    c, s = turn
    for left, top, right, bottom in boxes:
        low, high = -math.inf, math.inf  # where the line x = t c - y s, y = t s + y c is in the box
        for along, start, least, most in ((c, -y * s, left, right), (s, y * c, top, bottom)):
            if abs(along) < 1e-9:
                if not least <= start <= most:
                    low, high = 1.0, 0.0
                continue
            a, b = sorted(((least - start) / along, (most - start) / along))
            low, high = max(low, a), min(high, b)
        if low < high:
            spans = [
                part for a, b in spans for part in ((a, min(b, low)), (max(a, high), b)) if part[1] - part[0] > 0.2
            ]
    return spans
