"""Bodies: what a node looks like, drawn around the origin, and where a ray from its middle leaves it.

A `Build` record says all that a body depends on, so that one body serves every node that looks the same: a drag moves a
finished body and never makes one. Angles of legs are absolute (0 right, 90 up as seen).
"""

from __future__ import annotations

import math
from functools import lru_cache

from tensordraw.diagram.records import Record
from tensordraw.figure.display import Box, Path, Shape, Stroke
from tensordraw.figure.labels import Label, label
from tensordraw.figure.paths import (
    EMPTY,
    Point,
    bounds,
    direction,
    ellipse,
    flattened,
    grown,
    moved,
    polyline,
    rounded,
    rounded_polygon,
    union,
)
from tensordraw.figure.themes import Theme, theme
from tensordraw.figure.words import ink

SIZE = 20.0  # of the smallest body; boxes are this high
STEP = 10.0  # boxes grow in these steps
_BAR = 2.4  # thickness of copy marks and grouping bars
_CIRCLES = ((15.5, SIZE), (19.0, 24.0))  # widest label (a letter with its index) of circles, and their diameters
_CIRCLE_AIR = 2.2  # what a circle is at least larger than a label's diagonal
_CIRCLE_HEIGHT = 15.5  # of the highest label in a circle


class Build(Record, frozen=True):
    """What a body depends on. `across` is the half width that its parallel legs need, perpendicular to `axis`."""

    shape: str
    theme: str
    text: str = ""
    axis: float = 0.0
    across: float = 0.0
    span: tuple[float, float] = (0.0, 0.0)  # half extents that shifted legs need, horizontally and vertically
    width: float | None = None
    height: float | None = None
    turn: float = 0.0
    flip: bool = False
    colour: str | None = None
    weight: float = 1.0
    line: float = 0.6  # width of its thickest leg
    tone: str = "body"  # fill: a colour name of the theme, or "tint"
    glyph: str = ""


class Body(Record, frozen=True):
    """Shapes around the origin; `hull` is the outline as a convex polygon (empty: legs start at the origin)."""

    shapes: tuple[Shape, ...]
    hull: tuple[Point, ...]
    box: Box  # of the outline
    ink: Box  # of everything, strokes included
    radius: float = 0.0  # of a circle; 0 for other outlines


def circle(width: float, height: float) -> float | None:
    """The diameter of the circle around a label of this width and height; None where the label needs a box.

    This is the one rule for the shape of a tensor that is not told otherwise: neither its legs nor how it was inserted count.
    """
    if height > _CIRCLE_HEIGHT:
        return None
    across = math.hypot(width, height) + _CIRCLE_AIR
    return next((diameter for widest, diameter in _CIRCLES if width <= widest and across <= diameter), None)


def _label_shape(made: Label, x: float, y: float, look: Theme, colour: str, axis: float | None = None) -> list[Shape]:
    path, _ = made.centred(x, y, axis)
    return [Shape(path, "label", fill=colour, words=made.words)] if path else []


def _triangle(made: Label, axis: float, lift: float | None, build: Build) -> tuple[list[Point], Point]:
    """Corners of the isometry's triangle (tip first) and the middle of its label, whose baseline lies `lift` below that
    (None: it is centred). It grows in steps until there is air around the label's ink."""
    if build.width is not None and build.height is not None:
        length, base = (build.width, build.height) if axis % 180 == 0 else (build.height, build.width)
        corners = _corners(axis, length, base)
        return corners, _settled(corners, axis, length, made, lift)[0]
    length = 22.0
    while True:
        corners = _corners(axis, length, max(length * 1.08, 2 * build.across + 6))
        middle, air = _settled(corners, axis, length, made, lift)
        if air >= _AIR:
            return corners, middle
        length += 2.0


_AIR = 1.8  # from a label's ink to the middle of a triangle's slanted edges
_BASE = 1.4  # times as much to its base: only a corner of the ink comes near to a slanted edge, but a whole side to the base


def _settled(corners: list[Point], axis: float, length: float, made: Label, lift: float | None) -> tuple[Point, float]:
    """Where the middle of a label stands in a triangle, and the air that it has there.

    Its air looks even on all sides; in a triangle with much room it stands at the centre of gravity, a third of the way
    from the base.
    """
    if not made.path:
        return _back(axis, length, length / 3), length / 3
    (dx, dy), third = direction(axis), length / 3
    ink = made.centred(*_back(axis, length, third), lift)[0]
    points = [p for segment in ink for p in zip(segment[1::2], segment[2::2], strict=True)]
    to_base = min(x * dx + y * dy for x, y in points) + length / 2
    tip, aside = corners[0], math.inf
    for corner in corners[1:]:
        ex, ey = corner[0] - tip[0], corner[1] - tip[1]
        inwards = math.copysign(1.0, ey * tip[0] - ex * tip[1]) / math.hypot(ex, ey)  # where the origin lies
        aside = min(aside, *(inwards * (ex * (y - tip[1]) - ey * (x - tip[0])) for x, y in points))
    slope = abs(ex * dy - ey * dx) / math.hypot(ex, ey)  # a step to the base brings so much more air at the other edges
    step = (to_base - _BASE * aside) / (1.0 + _BASE * slope)
    if step < 0.0 and to_base >= _BASE * _AIR:
        step = 0.0
    return _back(axis, length, third - step), aside + step * slope


def _corners(axis: float, length: float, base: float) -> list[Point]:
    (dx, dy), half = direction(axis), length / 2
    nx, ny = dy, -dx
    return [
        (dx * half, dy * half),
        (-dx * half + nx * base / 2, -dy * half + ny * base / 2),
        (-dx * half - nx * base / 2, -dy * half - ny * base / 2),
    ]


def _back(axis: float, length: float, before: float) -> Point:
    """The point on a triangle's axis that lies so far before its base."""
    dx, dy = direction(axis)
    return dx * (before - length / 2), dy * (before - length / 2)


def _steps(needed: float) -> float:
    return max(SIZE, math.ceil((needed - 1e-6) / STEP) * STEP)


def _extent(build: Build, made: Label, extra: float = 0.0) -> tuple[float, float]:
    """Half width and half height of a round or rectangular body."""
    left, top, right, bottom = made.box if made.path else (0.0, 0.0, 0.0, 0.0)
    if build.shape == "circle" and build.width is None and build.height is None:
        r = max((circle(right - left, bottom - top) or SIZE) / 2, build.span[0] + 4, build.span[1] + 4)
        return r, r
    width = build.width or _steps(max(right - left + 9 + extra, 2 * build.span[0] + 10))
    height = build.height or _steps(max(bottom - top + 6, 2 * build.span[1] + 10))
    return width / 2, height / 2


def _turned(points: list[Point], turn: float) -> list[Point]:
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    return [(x * c + y * s, -x * s + y * c) for x, y in points]


def _glyph(kind: str, look: Theme, ink: str) -> tuple[list[Shape], float]:
    """The pictogram of a fixed tensor around the origin, and its width."""
    grey = look.colour("grey")
    if kind == "causal_mask":  # the lower triangle, as steps
        n, cell = 5, 2.4
        a = -n * cell / 2
        steps: list[Point] = [(a, a)]
        for i in range(n):
            steps += [(a + (i + 1) * cell, a + i * cell), (a + (i + 1) * cell, a + (i + 1) * cell)]
        frame = Shape(polyline([(a, a), (-a, a), (-a, -a), (a, -a)], closed=True), "mark", stroke=Stroke(ink, 0.4))
        return [Shape(polyline([*steps, (a, -a)], closed=True), "mark", fill=grey), frame], n * cell
    if kind == "shift":  # ones beside the diagonal
        n, cell = 4, 3.0
        a = -n * cell / 2
        cells = [
            Shape(
                rounded((a + i * cell, a + (i + 1) * cell, a + (i + 1) * cell, a + (i + 2) * cell), 0),
                "mark",
                fill=grey,
            )
            for i in range(n - 1)
        ]
        frame = Shape(polyline([(a, a), (-a, a), (-a, -a), (a, -a)], closed=True), "mark", stroke=Stroke(ink, 0.4))
        return [*cells, frame], n * cell
    if kind == "one_hot":  # a column of cells, one of them filled
        n, cell = 4, 3.2
        a = -n * cell / 2
        cells = [
            Shape(
                rounded((-cell / 2, a + i * cell, cell / 2, a + (i + 1) * cell), 0), "mark",
                fill=ink if i == 1 else None, stroke=Stroke(ink, 0.4),
            )
            for i in range(n)
        ]  # fmt: skip
        return cells, cell
    return [], 0.0


@lru_cache(maxsize=16384)
def body(build: Build) -> Body:
    """The body that a `Build` describes."""
    look = theme(build.theme)
    ink = look.colour(build.colour)
    fill = look.tint(build.colour) if build.tone == "tint" or build.colour else look.colour(build.tone, "body")
    stroke = Stroke(ink, look.outline * build.weight)
    text_ink = look.colour("ink")
    made = label(build.text, look.body, look.font) if build.text else label("", look.body, look.font)
    axis_height = look.body * 0.25  # so that letters of all heights sit on one line
    shapes: list[Shape] = []
    outline: Path = ()
    match build.shape:
        case "line":
            return Body((), (), (-1.0, -1.0, 1.0, 1.0), EMPTY)
        case "dot":
            r = max(2.0, 2.5 * build.line)
            outline = ellipse(0, 0, r, r)
            shapes = [Shape(outline, "body", fill=ink)]
        case "bare":
            made = label(rf"\displaystyle {build.text}" if build.text else "", look.leg, look.font)
            path, box = made.centred(0, 0)
            outline = rounded(grown(box, 2.5), 0) if path else rounded((-4, -4, 4, 4), 0)
            shapes = [Shape(path, "label", fill=text_ink, words=made.words)] if path else []
            return Body(tuple(shapes), tuple(flattened(outline)[0][:-1]), bounds(outline), box if path else EMPTY)
        case "bar":
            dx, dy = direction(build.axis)
            a, t = build.across + 5, _BAR / 2
            nx, ny = -dy * a, dx * a
            corners = [
                (nx + dx * t, ny + dy * t), (-nx + dx * t, -ny + dy * t),
                (-nx - dx * t, -ny - dy * t), (nx - dx * t, ny - dy * t),
            ]  # fmt: skip
            outline = rounded_polygon(corners, 1.0)
            shapes = [Shape(outline, "body", fill=ink)]
        case "plus":
            half = 5.5
            hx, hy = (build.span[k] + half if build.span[k] else half for k in (0, 1))
            hx, hy = (build.width or 2 * hx) / 2, (build.height or 2 * hy) / 2
            round_ = hx == hy == half
            outline = ellipse(0, 0, half, half) if round_ else rounded((-hx, -hy, hx, hy), min(hx, hy, 6.0))
            arm = 3.2
            cross: Path = (("M", -arm, 0.0), ("L", arm, 0.0), ("M", 0.0, -arm), ("L", 0.0, arm))
            shapes = [Shape(outline, "body", fill=fill, stroke=Stroke(ink, 0.9 * build.weight))]
            shapes.append(Shape(cross, "mark", stroke=Stroke(ink, 1.1)))
        case "triangle":
            lift = axis_height if build.axis % 180 == 0 else None
            corners, middle = _triangle(made, build.axis, lift, build)
            outline = rounded_polygon(corners, 1.5)
            shapes = [Shape(outline, "body", fill=fill, stroke=stroke)]
            shapes += _label_shape(made, *middle, look, text_ink, lift)
        case shape:
            glyph, width = _glyph(build.glyph, look, text_ink)
            gap = 4.0 if glyph and made.path else 0.0
            hx, hy = _extent(build, made, width + gap)
            if shape == "circle":
                outline = ellipse(0, 0, hx, hy)
            elif shape == "diamond":
                outline = rounded_polygon([(hx, 0), (0, -hy), (-hx, 0), (0, hy)], 1.5)
            else:
                outline = rounded((-hx, -hy, hx, hy), 1.0 if shape == "square" else 5.0)
            if build.turn % 360 and shape != "circle":
                outline = _rotated(outline, build.turn)
            shapes = [Shape(outline, "body", fill=fill, stroke=stroke)]
            text_width = made.box[2] - made.box[0] if made.path else 0.0
            total = width + gap + text_width
            shapes += [Shape(moved(s.path, -total / 2 + width / 2, 0), s.role, s.fill, s.stroke) for s in glyph]
            tall = made.path and made.box[3] - made.box[1] > 12
            shapes += _label_shape(made, total / 2 - text_width / 2, 0, look, text_ink, None if tall else axis_height)
    hull = tuple(dict.fromkeys(flattened(outline, 6)[0]))
    box = bounds(outline)
    radius = box[2] if build.shape in ("circle", "dot") and abs(box[2] - box[3]) < 1e-9 else 0.0
    return Body(tuple(shapes), hull, box, ink_box(shapes), radius)


def _rotated(path: Path, turn: float) -> Path:
    """The path turned anticlockwise, as seen, about the origin."""
    out = []
    for s in path:
        numbers = s[1:]
        points = [(float(numbers[i]), float(numbers[i + 1])) for i in range(0, len(numbers), 2)]
        out.append((s[0], *(v for p in _turned(points, turn) for v in p)))
    return tuple(out)  # type: ignore[arg-type]


def ink_box(shapes: list[Shape] | tuple[Shape, ...]) -> Box:
    """Box of all shapes that are printed, half their strokes included."""
    return union(
        grown(ink(shape), shape.stroke.width / 2 if shape.stroke else 0.0)
        for shape in shapes
        if shape.path and (shape.fill or shape.stroke)
    )


def root(made: Body, angle: float, shift: float) -> Point:
    """Where a leg leaves a body around the origin."""
    if not made.radius or abs(shift) > 0.94 * made.radius:
        return leaves(made.hull, angle, shift)
    dx, dy = direction(angle)
    along = math.sqrt(made.radius * made.radius - shift * shift)
    return (dx * along + dy * shift, dy * along - dx * shift)


@lru_cache(maxsize=1 << 14)
def leaves(hull: tuple[Point, ...], angle: float, shift: float) -> Point:
    """Where the ray along `angle`, moved `shift` to its left, leaves a convex hull around the origin.

    A ray that would miss the hull is brought back into it.
    """
    dx, dy = direction(angle)
    nx, ny = dy, -dx  # to the left of the direction, as seen
    if not hull:
        return (nx * shift, ny * shift)
    if shift:
        sides = [x * nx + y * ny for x, y in hull]
        shift = max(min(sides) * 0.94, min(max(sides) * 0.94, shift))
    ox, oy = nx * shift, ny * shift
    best = 0.0
    ax, ay = hull[-1]
    da = (ax - ox) * nx + (ay - oy) * ny  # signed distances of corners from the ray's line
    for bx, by in hull:
        db = (bx - ox) * nx + (by - oy) * ny
        if (da <= 0 <= db) or (db <= 0 <= da):
            share = da / (da - db) if da != db else 0.0
            along = (ax + share * (bx - ax) - ox) * dx + (ay + share * (by - ay) - oy) * dy
            if along > best:
                best = along
        ax, ay, da = bx, by, db
    return (ox + dx * best, oy + dy * best)
