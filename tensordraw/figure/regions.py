"""Regions: the curve around what is inside, its fill, its sign and its ports.

A bubble is the rounded convex hull of its members; sums, repeats, blocks and terms are rounded boxes. A region encloses the
bodies, wires and regions inside it with an even margin, so a nested one is always farther in. The captions of regions
are placed later (`captions`), where there is room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import assert_never

from tensordraw.diagram.records import (
    Block,
    Bubble,
    Content,
    Id,
    LegPlace,
    Look,
    Place,
    Record,
    Region,
    Repeat,
    Sum,
    Term,
)
from tensordraw.figure.convex import inflated_hull
from tensordraw.figure.display import Anchor, Box, Path, Shape, Stroke
from tensordraw.figure.index import Index
from tensordraw.figure.labels import Label, label
from tensordraw.figure.names import expression, latex, text
from tensordraw.figure.nodes import OPEN, weight
from tensordraw.figure.paths import Point, bounds, direction, flattened, grown, moved, rounded
from tensordraw.figure.themes import PITCH, Theme, function_caption, function_colour

MARGIN = {"bubble": 6.0, "sum": 7.0, "repeat": 10.0, "block": 8.0, "term": 6.0}
_BARE = 4.0  # of a term in an equation, and of the sum that is all of one, whose borders are not printed
_EMPTY_SIZE = (60.0, 40.0)
_PORT = 1.7  # half the side of a port's mark


class Outline(Record, frozen=True):
    """A region's border: its path, box, the points that an outer hull goes around, and its shapes at full depth."""

    path: Path
    box: Box
    points: tuple[Point, ...]
    shapes: tuple[Shape, ...]


def kind(region: Region) -> str:
    """The region's kind in one word."""
    return type(region).__name__.lower()


def caption(region: Region, content: Content) -> tuple[str, ...]:
    """What stands at a region: pieces of LaTeX in a row."""
    match region:
        case Bubble():
            words = function_caption(region.function)
            words = words.replace("$", "") if "$" in words else text(words)
            words = expression(region.expression) if region.expression else words
            return (words, text(f"({region.name.replace('_', ' ')})")) if region.name else (words,)
        case Repeat():
            size = content.spaces[region.space].size
            words = region.name or region.index
            return (rf"\times {size}", *((text(f"({words.replace('_', ' ')})"),) if words else ()))
        case Sum():
            return (rf"\sum_{{{latex(region.index)}}}", *((latex(region.name),) if region.name else ()))
        case Block() | Term():
            return (latex(region.name),) if region.name else ()
        case _:
            assert_never(region)


def caption_labels(region: Region, content: Content, theme: Theme) -> list[Label]:
    """The caption's pieces, set; a sum's sigma is large."""
    pieces = caption(region, content)
    sizes = [1.6 if isinstance(region, Sum) and not k else 1.0 for k in range(len(pieces))]
    made = [label(piece, theme.region * size, theme.font) for piece, size in zip(pieces, sizes, strict=True)]
    return [words for words in made if words.path]


def colour(region: Region, look: Look | None) -> str:
    """Colour name of a region's border and caption."""
    if look is not None and look.colour:
        return look.colour
    match region:
        case Bubble():
            return function_colour(region.function)
        case Sum():
            return "green"
        case Repeat() | Block() | Term():
            return "grey"
        case _:
            assert_never(region)


def _around(points: Sequence[Point], place: Place | None) -> Box:
    if not points:
        x, y = (place.x, place.y) if place else (0.0, 0.0)
        w = (place.width if place else None) or _EMPTY_SIZE[0]
        h = (place.height if place else None) or _EMPTY_SIZE[1]
        return (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
    xs, ys = zip(*points, strict=True)
    return (min(xs), min(ys), max(xs), max(ys))


def outline(
    region: Region, points: Sequence[Point], place: Place | None, look: Look | None, content: Content, theme: Theme,
    bare: bool = False,
) -> Outline:  # fmt: skip
    """The border around the points of all that is inside, with its marks; a bare one that holds something has none to see."""
    name = colour(region, look)
    line = Stroke(theme.colour(name, "grey"), 0.9 * weight(look))
    margin = MARGIN[kind(region)]
    box = _around(points, place)
    empty = not points
    match region:
        case Bubble():
            # Following its content closely, or, where the look asks for a box, straight round it.
            boxed = look is not None and look.shape == "box"
            path = rounded(box, 18.0) if empty else inflated_hull(points, margin)
            path = rounded(grown(box, margin), 10.0) if boxed and not empty else path
            shapes = [Shape(path, "region", fill=theme.tint(name), stroke=line)]
        case Sum():
            path = rounded(grown(box, _BARE if bare else margin), 8.0)
            shapes = [Shape(path, "region", fill=None, stroke=None if bare and not empty else line)]
        case Repeat():
            path = rounded(grown(box, margin), 10.0)
            shapes = [Shape(path, "region", fill=None, stroke=line)]
        case Block():
            path = rounded(grown(box, margin), 6.0)
            dashed = Stroke(line.colour, 0.7 * weight(look), (3.0, 2.2))
            shapes = [Shape(path, "region", fill=None, stroke=dashed)]
        case Term():
            path, shapes = _parentheses(grown(box, _BARE if bare else margin), line)
            shapes = shapes[:1] if bare and not empty else shapes
        case _:
            assert_never(region)
    return Outline(path, bounds(path), tuple(p for part in flattened(path, 4) for p in part), tuple(shapes))


def _parentheses(box: Box, line: Stroke) -> tuple[Path, list[Shape]]:
    """Two thin arcs left and right; the path is the whole box, which comes first and is not printed."""
    left, top, right, bottom = box
    bow = min(5.0, (bottom - top) / 6)
    path = rounded(box, 6.0)
    drawn = [Shape(path, "region")]
    for x, side in ((left, 1.0), (right, -1.0)):
        arc: Path = (
            ("M", x + side * bow, top),
            ("C", x - side * bow / 2, top + (bottom - top) / 3, x - side * bow / 2, bottom - (bottom - top) / 3,
             x + side * bow, bottom),
        )  # fmt: skip
        drawn.append(Shape(arc, "region", stroke=Stroke(line.colour, line.width)))
    return path, drawn


# ------------------------------------------------------------------------------------------------------------- ports


def port_anchors(
    region: Repeat, box: Box, index: Index, anchors: Mapping[Id, Anchor], given: Mapping[Id, LegPlace]
) -> list[Anchor]:
    """Anchors of all port legs on the border: where the stream inside, or else outside, meets it."""
    inwards = _sides(region, box, index, anchors, given, incoming=True)
    outwards = _sides(region, box, index, anchors, given, incoming=False)
    made: list[Anchor] = []
    for port in region.ports:
        for outer, inner, sides in (
            (port.outer_in, port.inner_in, inwards),
            (port.outer_out, port.inner_out, outwards),
        ):
            (x, y), angle = sides[port.id]
            dx, dy = direction(angle)
            length = OPEN if outer.id not in index.partner else 9.0
            place = given.get(outer.id)
            if place is not None and place.length is not None and outer.id not in index.partner:
                length = place.length
            made.append(Anchor(outer.id, (x + dx * length, y + dy * length), (x, y), angle))
            made.append(Anchor(inner.id, (x - dx * 9.0, y - dy * 9.0), (x, y), (angle + 180.0) % 360.0))
    return made


def _sides(
    region: Repeat, box: Box, index: Index, anchors: Mapping[Id, Anchor], given: Mapping[Id, LegPlace], incoming: bool
) -> dict[Id, tuple[Point, float]]:
    """Border point and outward angle of each port's incoming or outgoing side."""
    out: dict[Id, tuple[Point, float]] = {}
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    for port in region.ports:
        outer, inner = (port.outer_in, port.inner_in) if incoming else (port.outer_out, port.inner_out)
        place = given.get(outer.id)
        within = anchors.get(index.partner.get(inner.id, ""))
        if place is not None and (place.shift or within is None):
            angle = round(place.angle / 90.0) * 90.0 % 360.0
            dx, dy = direction(angle)
            start = (middle[0] + dy * place.shift, middle[1] - dx * place.shift)
            out[port.id] = (_border(box, start, angle), angle)
            continue
        if within is not None:
            angle = round(within.angle / 90.0) * 90.0 % 360.0
            out[port.id] = (_border(box, within.root, angle), angle)
    usual = next((angle for _, angle in out.values()), 270.0 if incoming else 90.0)
    rest = [port for port in region.ports if port.id not in out]
    for k, port in enumerate(rest):
        outer = port.outer_in if incoming else port.outer_out
        without = anchors.get(index.partner.get(outer.id, ""))
        if without is not None:
            angle = (round(without.angle / 90.0) * 90.0 + 180.0) % 360.0
            out[port.id] = (_border(box, without.root, angle), angle)
            continue
        off = (k - (len(rest) - 1) / 2) * PITCH
        start = (middle[0] + off, middle[1]) if usual in (90.0, 270.0) else (middle[0], middle[1] + off)
        out[port.id] = (_border(box, start, usual), usual)
    return out


def _border(box: Box, start: Point, angle: float) -> Point:
    """Where the line through `start` along an axis meets that side of the box, kept off its corners."""
    left, top, right, bottom = box
    x = min(max(start[0], left + 6), right - 6)
    y = min(max(start[1], top + 6), bottom - 6)
    return {0.0: (right, y), 90.0: (x, top), 180.0: (left, y)}.get(angle, (x, bottom))


def port_marks(region: Repeat, anchors: Mapping[Id, Anchor], theme: Theme, border: str) -> list[Shape]:
    """A small square on the border for each side of a port."""
    marks: list[Shape] = []
    mark = rounded((-_PORT, -_PORT, _PORT, _PORT), 0.6)
    for port in region.ports:
        for leg in (port.outer_in, port.outer_out):
            at = anchors.get(leg.id)
            if at is not None:
                path = moved(mark, *at.root)
                marks.append(Shape(path, "mark", fill=theme.colour("body"), stroke=Stroke(border, 0.7)))
    return marks
