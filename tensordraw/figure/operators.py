"""A figure as painting operators of PDF, which an EPS file defines as procedures, so that both draw alike.

The page's unit is a point, its origin the lower left corner of the padded box. Where glyphs are wanted, labels are shown as
text of embedded fonts, else as outlines.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from tensordraw.figure.display import Box, Figure, Font, Path, Shape
from tensordraw.figure.kerning import UNDERSCORE
from tensordraw.figure.labels import setting
from tensordraw.figure.numbers import number
from tensordraw.figure.words import origin


class Page(NamedTuple):
    """Size of a page in points, its operators, and the glyphs by font that they show, each by its number in the font."""

    width: float
    height: float
    operators: str
    glyphs: dict[Font, tuple[int, ...]]


def page(figure: Figure, factor: float, padding: float, background: str | None, *, glyphs: bool) -> Page:
    """The figure as one page, all lengths multiplied by `factor`; `glyphs` says whether labels are text."""
    left, top, right, bottom = figure.box
    wide, high = right - left + 2 * padding, bottom - top + 2 * padding
    shown = [shape for item in figure.items for shape in item.shapes if shape.fill or shape.stroke]
    used: dict[Font, dict[int, None]] = {}
    scale, dx, dy = (f"{v:.6f}" for v in (factor, (padding - left) * factor, (bottom + padding) * factor))
    lines = ["q", f"{scale} 0 0 -{scale} {dx} {dy} cm", "1 j"]
    if background:
        lines += [f"{_colour(background)} rg", *_path(_rectangle(figure.box, padding)), "f"]
    for shape in shown:
        if glyphs and shape.words is not None and shape.fill and shape.stroke is None:
            lines += _text(shape, used)
        else:
            lines += _shape(shape)
    lines.append("Q")
    return Page(
        wide * factor, high * factor, "\n".join(lines) + "\n", {font: tuple(used[font]) for font in sorted(used)}
    )


def _rectangle(box: Box, grown: float) -> Path:
    left, top, right, bottom = box[0] - grown, box[1] - grown, box[2] + grown, box[3] + grown
    return (("M", left, top), ("L", right, top), ("L", right, bottom), ("L", left, bottom), ("Z",))


def _colour(colour: str) -> str:
    """`#rrggbb` as three shares of one."""
    return " ".join(number(int(colour[k : k + 2], 16) / 255) for k in (1, 3, 5))


def _shape(shape: Shape) -> Iterator[str]:
    stroke = shape.stroke
    if shape.fill:
        yield f"{_colour(shape.fill)} rg"
    if stroke is not None:
        yield f"{_colour(stroke.colour)} RG {number(stroke.width)} w {0 if stroke.dash else 1} J"
        yield f"[{' '.join(number(v) for v in stroke.dash)}] 0 d"
    yield from _path(shape.path)
    yield "B" if shape.fill and stroke is not None else "f" if shape.fill else "S"


def _path(path: Path) -> Iterator[str]:
    for segment in path:
        match segment:
            case ("M" | "L" as command, float() | int() as x, float() | int() as y):
                yield f"{number(x)} {number(y)} {'m' if command == 'M' else 'l'}"
            case ("C", *places):
                yield f"{' '.join(number(float(v)) for v in places)} c"
            case _:
                yield "h"


def _text(shape: Shape, used: dict[Font, dict[int, None]]) -> Iterator[str]:
    """A label as glyphs, each at its own place: the setter's spaces are not the font's."""
    if shape.words is None or shape.fill is None:
        raise ValueError("only a filled label is text")
    x, y = origin(shape)
    made, taken = setting(shape.words), used.setdefault(shape.words.font, {})
    yield f"{_colour(shape.fill)} rg"
    for left, top, right, bottom in made.rules:
        yield from _path(_rectangle((x + left, y + top, x + right, y + bottom), 0.0))
        yield "f"
    for glyph in made.glyphs:
        if glyph.rise:
            left, top = x + glyph.x, y + glyph.y - UNDERSCORE[1] * glyph.size
            yield from _path(_rectangle((left, top, left + UNDERSCORE[0] * glyph.size, y + glyph.y), 0.0))
            yield "f"
    if not made.glyphs:
        return
    yield "BT"
    size, risen = math.nan, 0.0
    for glyph in made.glyphs:
        taken[glyph.index] = None
        if glyph.size != size:
            size = glyph.size
            yield f"/{shape.words.font} {number(size)} Tf"
        if glyph.rise != risen:
            risen = glyph.rise
            yield f"{3 if risen else 0} Tr"  # readers cut a word at a raised letter: that is drawn above, and unseen here
        # The page is upside down, so that letters are turned back.
        yield f"1 0 0 -1 {number(x + glyph.x)} {number(y + glyph.y)} Tm <{glyph.index:04x}> Tj"
    if risen:
        yield "0 Tr"
    yield "ET"
