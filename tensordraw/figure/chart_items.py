"""Charts of the document as items of the figure: they stand beside what is drawn, and every printer prints them as they are.

A chart is a note of the document (`Note.chart`), so it is moved, deleted, saved and printed as any other note; its text is the
title, its place the left upper corner. All its shapes lie on an outline that is not printed, which says how much it covers.
"""

from __future__ import annotations

from functools import lru_cache

from tensordraw.diagram.chart import Chart
from tensordraw.diagram.records import Note, Record
from tensordraw.errors import Error
from tensordraw.figure.bodies import ink_box
from tensordraw.figure.chart_parts import FAINT, GAP, INK, LINE, SIZE, Axis, box, plain, put
from tensordraw.figure.display import Box, Figure, Font, Item, Shape, Stroke
from tensordraw.figure.heat_colours import PALETTES, PaletteName, Scale, scale_between
from tensordraw.figure.heatmaps import heatmap
from tensordraw.figure.labels import note as note_label
from tensordraw.figure.paths import bounds, moved
from tensordraw.figure.plots import BLUE, bars, line_plot, truncation_errors
from tensordraw.figure.themes import THEMES, Theme

LEFT_OUT = "its numbers were left out"
MARGIN = 2.0  # of the outline around what is seen


class Extent(Record, frozen=True):
    """How large a chart is: all that is seen of it with its title, the same without the title, and the frame around its
    numbers (width and height of each, points)."""

    whole: tuple[float, float]
    bare: tuple[float, float]
    frame: tuple[float, float]


def extent(chart: Note, theme: Theme) -> Extent:
    """The size of a note's chart."""
    assert chart.chart is not None
    shapes, frame = _shapes(chart.chart, theme.font, theme.palette)
    bare = _size(ink_box(shapes))
    return Extent(_size(_titled(chart, theme)[1]), bare, bare if chart.chart.kind == "top" else _size(frame))


def _size(box: Box) -> tuple[float, float]:
    return box[2] - box[0], box[3] - box[1]


def item(chart: Note, theme: Theme) -> Item:
    """The chart of a note at its place, in the colours of a theme."""
    shapes, (left, top, right, bottom) = _titled(chart, theme)
    dx, dy = chart.x - left, chart.y - top
    outline = box(left - MARGIN, top - MARGIN, right + MARGIN, bottom + MARGIN)
    placed = tuple(
        Shape(moved(shape.path, dx, dy), shape.role, shape.fill, shape.stroke, shape.words)
        for shape in (Shape(outline, "body"), *shapes)
    )
    return Item(chart.id, placed, (chart.x, chart.y, chart.x + right - left, chart.y + bottom - top), chart.text)


def _titled(chart: Note, theme: Theme) -> tuple[tuple[Shape, ...], Box]:
    """The chart with its title in the colours of a theme, anywhere, and the box around what is seen."""
    assert chart.chart is not None
    shapes, frame = _shapes(chart.chart, theme.font, theme.palette)
    shapes = tuple(_coloured(shape, theme) for shape in shapes)
    if chart.text.strip():
        title = note_label(chart.text, theme.region, theme.font)
        left, _, right, low = title.line
        dx, dy = (frame[0] + frame[2] - left - right) / 2, frame[1] - GAP - 1.5 - low
        path = moved(title.path, dx, dy)
        shapes += (Shape(path, "label", fill=theme.colour("ink"), words=title.words),)
    return shapes, ink_box(shapes)


def _coloured(shape: Shape, theme: Theme) -> Shape:
    """The shape with the theme's ink, grey and blue, and lines as thick as it has them; numbers have their colours already."""
    inks = {INK: theme.colour("ink"), FAINT: theme.colour("grey"), BLUE: theme.colour("blue")}
    stroke = shape.stroke
    if stroke is not None:
        bold = 1.0 if stroke.colour == FAINT else theme.outline / THEMES["paper"].outline
        stroke = Stroke(inks.get(stroke.colour, stroke.colour), stroke.width * bold)
    return Shape(shape.path, shape.role, inks.get(shape.fill or "", shape.fill), stroke, shape.words)


@lru_cache(maxsize=64)
def _drawn(key: bytes, font: Font, palette: PaletteName) -> tuple[tuple[Shape, ...], Box]:
    from msgspec import json

    figure = _figure(json.decode(key, type=Chart), font, palette)
    frames = [bounds(shape.path) for one in figure.items for shape in one.shapes if shape.stroke is not None]
    widest = max(frames, key=lambda found: (found[2] - found[0]) * (1.0 + found[3] - found[1]), default=figure.box)
    return tuple(shape for one in figure.items for shape in one.shapes), widest


def _shapes(chart: Chart, font: Font, palette: PaletteName) -> tuple[tuple[Shape, ...], Box]:
    """All shapes of a chart, with its left upper corner anywhere, and the frame around its numbers."""
    from msgspec import json

    try:
        return _drawn(json.encode(chart), font, palette)
    except Error:  # it is too narrow for its labels: an outline says where it is
        return _empty(chart, "too narrow", font)


def _empty(chart: Chart, words: str, font: Font) -> tuple[tuple[Shape, ...], Box]:
    frame = (LINE / 2, LINE / 2, chart.width - LINE / 2, chart.height or chart.width / 2)
    said = plain(words, SIZE, font)
    shapes = [Shape(box(*frame), "mark", stroke=Stroke(FAINT, LINE))]
    if said.width < chart.width:
        shapes.append(put(said, chart.width / 2, frame[3] / 2, colour=FAINT))
    return tuple(shapes), frame


def _figure(chart: Chart, font: Font, palette: PaletteName) -> Figure:
    """The chart as a figure of its own. `Error` where it is too narrow."""
    import numpy as np

    if not chart.numbers:
        shapes, frame = _empty(chart, LEFT_OUT, font)
        return Figure((Item("", shapes, frame),), frame, {})
    numbers = np.array([float(value) for value in chart.numbers])
    axes = [Axis(side.name, side.texts) for side in chart.sides]
    of = [(side.size, side.block) for side in chart.sides]
    match chart.kind:
        case "heatmap":
            rows, columns = axes
            values = numbers.reshape([side.drawn for side in chart.sides])  # [row, column]
            return heatmap(
                values, rows, columns, width=chart.width, scale=_scale(chart), height=chart.height, of=of, font=font,
                palette=PALETTES[palette],
            )  # fmt: skip
        case "top":
            texts = axes[0].texts or tuple(str(place) for place in range(numbers.size))
            entries = list(zip(texts, numbers.tolist(), strict=True))
            return bars(entries, width=chart.width, name=chart.name, font=font)
        case form if chart.error:
            errors = truncation_errors(numbers)
            return line_plot(
                errors, Axis("rank"), width=chart.width, name="relative error", form=form, log=chart.log,
                height=chart.height, font=font,
            )  # fmt: skip
        case form:
            return line_plot(
                numbers, axes[0], width=chart.width, name=chart.name, form=form, log=chart.log, height=chart.height,
                of=of[0], font=font,
            )  # fmt: skip


def _scale(chart: Chart) -> Scale | None:
    return None if chart.low is None or chart.high is None else scale_between(chart.low, chart.high)


__all__ = ["LEFT_OUT", "MARGIN", "Extent", "extent", "item"]
