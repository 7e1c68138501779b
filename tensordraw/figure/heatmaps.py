"""A two-dimensional array as a figure: a heatmap with names on its axes and a colour bar, at an exact width.

Cells are rectangles, one path for all cells of a colour, so the figure is vectors throughout and stays small. An array of
more than `MOST` entries along an axis is shown by the means of blocks, and the figure says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Any

from tensordraw.errors import Error
from tensordraw.figure import heat_colours
from tensordraw.figure.chart_parts import (
    FAINT,
    GAP,
    INK,
    LINE,
    SIZE,
    TICK,
    Axis,
    around,
    box,
    item,
    line,
    mathematical,
    plain,
    put,
    put_upright,
    thinned,
    wide,
)
from tensordraw.figure.display import Figure, Font, Item, Path, Segment, Shape, Stroke
from tensordraw.figure.heat_colours import COLOUR, Palette, Scale
from tensordraw.figure.labels import Label

MOST = 128  # entries along an axis that are drawn one by one
LEAST = 60.0  # points: a narrower figure has no room for its labels
LEAST_CELLS = 8.0  # points: the least width of all cells where somebody chose their height
_LARGEST = 26.0  # side of a cell, points
_BAR = 6.0  # width of the colour bar
_BESIDE = 8.0  # between cells and colour bar
_ROOM = SIZE + 1.5  # a label's share of an axis
_SIZES = (SIZE, 7.5, 7.0, 6.5, 6.0)  # of texts at positions, points
_LEADING = 0.4  # between their lines, points: few letters are as tall as a line
_THIN = 0.3  # width of strokes across cells, points
_OVERLAP = 0.12  # of neighbouring cells, so that no printer leaves a hair between them


def heatmap(
    values: Any, rows: Axis, columns: Axis, *, width: float, title: str = "", scale: Scale | None = None,
    height: float | None = None, of: Sequence[tuple[int, int]] = (), font: Font = "latin-modern",
    palette: Palette = COLOUR,
) -> Figure:  # fmt: skip
    """The figure of a real array `[row, column]`, `width` points wide; colours in `scale`, else in that of what is drawn.
    Its cells are `height` points high together and fill the width; without it they are square where that looks well.
    `palette` says which colours numbers have.

    With `of` the values are means of blocks already: the length of each axis, and how many entries a block has along it.
    `Error` where the array is empty, or the width too small for the labels.
    """
    import numpy as np

    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 2 or not numbers.size:
        raise Error("A heatmap shows an array of two axes that is not empty.")
    sides = of or [(size, ceil(size / MOST)) for size in numbers.shape]
    shape, (down, across) = tuple(size for size, _ in sides), (block for _, block in sides)
    thin = numbers if of else means(numbers, down, across)
    scale = scale or heat_colours.scale_of(thin)

    ticks = [] if scale.low == scale.high else heat_colours.ticks(scale.low, scale.high)
    bar_labels = [plain(heat_colours.written(value), font=font) for value in ticks or [scale.low]]
    notes = _signs(numbers, font, palette)
    side = _BESIDE + _BAR + max(TICK + GAP + wide(bar_labels), GAP + wide([made for made, _, _ in notes]))
    row_name, column_name = mathematical(rows.name, font=font), mathematical(columns.name, font=font)
    before = SIZE + GAP if row_name.path else 0.0
    for size in _SIZES:  # texts are set smaller before some are left out
        row_labels = _labels(rows, shape[0], font, size)
        left = before + wide([made for _, made in row_labels]) + GAP + TICK
        room = width - left - side
        cell_w, cell_h = _cells(thin.shape, max(room, 1.0), width)
        if height is not None:
            cell_w, cell_h = max(room, 1.0) / thin.shape[1], height / thin.shape[0]
        pitches = [pitch for axis, pitch in ((rows, cell_h / down), (columns, cell_w / across)) if axis.texts]
        if all(pitch >= size + _LEADING for pitch in pitches):
            break
    if room < (LEAST / 2 if height is None else LEAST_CELLS):
        raise Error(
            f"The figure is {width / 72 * 25.4:.0f} mm wide, which leaves no room beside its labels: make it wider."
        )
    right, bottom = left + cell_w * thin.shape[1], cell_h * thin.shape[0]

    cells = _rectangles(thin, scale, left, cell_w, cell_h, palette)
    items = [item("cells", [*cells, *_strokes(thin, left, cell_w, cell_h, palette), _frame(left, 0.0, right, bottom)])]
    items.append(item("rows", _row_ticks(row_labels, left, cell_h / down, size), rows.name))
    below = _labels(columns, shape[1], font, size)
    ticked = _column_ticks(below, columns, shape[1], left, cell_w / across, bottom, size)
    items.append(item("columns", ticked, columns.name))
    foot = around([one for one in items if one.box[0] <= one.box[2]])[3]
    names = []
    if row_name.path:
        names.append(put_upright(row_name, SIZE / 2, bottom / 2))
    if column_name.path:
        names.append(put(column_name, (left + right) / 2, foot + GAP + 1 + SIZE / 2))
    items.append(item("names", names, f"{rows.name}, {columns.name}"))
    items.append(item("legend", _legend(scale, ticks, bar_labels, notes, right + _BESIDE, bottom, palette), "colours"))
    said = _said(shape, down, across)
    if said:
        foot = around([one for one in items if one.shapes])[3] + GAP + SIZE / 2
        items.append(item("note", _note(said, left, foot, width, font), said))
    if title:
        items.append(item("title", [put(plain(title, font=font), (left + right) / 2, -GAP - SIZE / 2 - 1)], title))
    items = [one for one in items if one.shapes]
    return _figure(items, width)


def _note(said: str, left: float, y: float, width: float, font: Font) -> list[Shape]:
    """Small words below, on two lines where one is too long."""
    whole = plain(said, 6.5, font)
    parts = [whole]
    if wide(parts) > width:
        parts = [plain(words, 6.5, font) for words in said.split(" of the ")]
    x = max(min(left, width - wide(parts)), 0.0)
    return [put(part, x, y + 8.0 * place, "left", FAINT) for place, part in enumerate(parts)]


def _figure(items: list[Item], width: float) -> Figure:
    """The figure with a box of exactly this width, its content in the middle."""
    left, top, right, bottom = around(items)
    spare = max(width - (right - left), 0.0) / 2
    return Figure(tuple(items), (left - spare, top, left - spare + max(width, right - left), bottom), {})


def means(numbers: Any, down: int, across: int) -> Any:
    """Means of blocks of `down` by `across` entries; the last ones may be smaller. Single entries stay as they are."""
    import numpy as np

    if down == across == 1:
        return numbers
    tops, lefts = (np.arange(0, size, step) for size, step in zip(numbers.shape, (down, across), strict=True))
    with np.errstate(invalid="ignore"):  # infinities of both signs
        sums = np.add.reduceat(np.add.reduceat(numbers, tops, axis=0), lefts, axis=1)
    heights = np.diff([*tops, numbers.shape[0]])
    widths = np.diff([*lefts, numbers.shape[1]])
    return sums / np.outer(heights, widths)


def _cells(shape: tuple[int, ...], room: float, width: float) -> tuple[float, float]:
    """Width and height of a cell: square where that gives a figure of good proportions."""
    cell_w = min(room / shape[1], _LARGEST)
    cell_h = min(max(cell_w, min(_ROOM, 0.5 * width / shape[0])), 1.1 * width / shape[0])
    return cell_w, cell_h


def _rectangles(values: Any, scale: Scale, left: float, cell_w: float, cell_h: float, palette: Palette) -> list[Shape]:
    """One shape a colour: runs of a row's cells of the same colour as one rectangle each."""
    import numpy as np

    pixels = heat_colours.colours(values, scale, palette).astype(np.int64)  # row, column, 3
    codes = (pixels[..., 0] << 16) + (pixels[..., 1] << 8) + pixels[..., 2]
    paths: dict[int, list[Segment]] = {}
    rows, columns = codes.shape
    for row in range(rows):
        line_of = codes[row]
        stops = [0, *(np.flatnonzero(np.diff(line_of)) + 1).tolist(), columns]
        top, low = row * cell_h, (row + 1) * cell_h + (_OVERLAP if row + 1 < rows else 0.0)
        for start, stop in pairwise(stops):
            x1, x2 = left + start * cell_w, left + stop * cell_w + (_OVERLAP if stop < columns else 0.0)
            paths.setdefault(int(line_of[start]), []).extend(box(x1, top, x2, low))
    return [Shape(tuple(paths[code]), "mark", fill=f"#{code:06x}") for code in sorted(paths)]


def _strokes(values: Any, left: float, cell_w: float, cell_h: float, palette: Palette) -> list[Shape]:
    """Strokes across the cells of what is no finite number, where colours do not tell it."""
    import numpy as np

    path: list[Segment] = []
    if palette.marks:
        for row, column in np.argwhere(~np.isfinite(values)).tolist():
            x, y = left + column * cell_w, row * cell_h
            path += _across(heat_colours.written(float(values[row, column])), x, y, x + cell_w, y + cell_h)
    return [Shape(tuple(path), "mark", stroke=Stroke(INK, _THIN))] if path else []


def _across(words: str, left: float, top: float, right: float, bottom: float) -> list[Segment]:
    """The strokes across a cell that mean minus infinity, infinity or NaN."""
    path: list[Segment] = []
    for direction in heat_colours.MARKS[words]:
        start, end = (top, bottom) if direction == "\\" else (bottom, top)
        path += [("M", left, start), ("L", right, end)]
    return path


def _frame(left: float, top: float, right: float, bottom: float) -> Shape:
    return Shape(box(left, top, right, bottom), "mark", stroke=Stroke(INK, LINE))


def _labels(axis: Axis, count: int, font: Font, size: float) -> list[tuple[int, Label]]:
    """What can stand at each position; texts are of this size."""
    if axis.texts:
        return [(place, plain(words, size, font)) for place, words in enumerate(axis.texts[:count])]
    return [(place, plain(str(place), font=font)) for place in thinned(count, 1.0, max(count / 60, 1.0))]


def _row_ticks(labels: list[tuple[int, Label]], left: float, pitch: float, size: float) -> list[Shape]:
    known = dict(labels)
    shapes: list[Shape] = []
    for place in thinned(max(known, default=0) + 1, pitch, size + _LEADING):
        if place in known:
            y = (place + 0.5) * pitch
            shapes += [line([(left - TICK, y), (left, y)]), put(known[place], left - TICK - GAP, y, "right")]
    return shapes


def _column_ticks(
    labels: list[tuple[int, Label]], axis: Axis, count: int, left: float, pitch: float, bottom: float, size: float
) -> list[Shape]:
    """Below the cells: level where the words fit side by side, else upright."""
    known = dict(labels)
    level = not axis.texts or wide(list(known.values())) + 4 <= pitch
    room = wide(list(known.values())) + 5 if level else size + _LEADING
    shapes: list[Shape] = []
    for place in thinned(count, pitch, room):
        if place in known:
            x, y = left + (place + 0.5) * pitch, bottom + TICK
            shapes.append(line([(x, bottom), (x, y)]))
            words = known[place]
            shapes.append(put(words, x, y + GAP + SIZE / 2) if level else put_upright(words, x, y + GAP, "right"))
    return shapes


def _signs(numbers: Any, font: Font, palette: Palette) -> list[tuple[Label, str, tuple[int, int, int]]]:
    """The colours of what is no finite number, as far as there is any."""
    return [(plain(words, font=font), words, colour) for words, colour in heat_colours.signs(numbers, palette)]


def _legend(
    scale: Scale,
    ticks: list[float],
    labels: list[Label],
    notes: list[tuple[Label, str, Any]],
    x: float,
    bottom: float,
    palette: Palette,
) -> list[Shape]:
    """The colour bar with its numbers, highest on top, and below it the colours of what is no number."""
    high = max(min(bottom, 110.0) - 12.0 * len(notes), 36.0)
    pixels = heat_colours.colours(_ramp(scale), scale, palette)
    step = high / len(pixels)
    shapes: list[Shape] = []
    for place, rgb in enumerate(pixels):
        top = place * step
        low = min(top + step + _OVERLAP, high)
        shapes.append(Shape(box(x, top, x + _BAR, low), "mark", fill=heat_colours.hexadecimal(rgb)))
    shapes.append(_frame(x, 0.0, x + _BAR, high))
    if not ticks:
        shapes.append(put(labels[0], x + _BAR + TICK + GAP, high / 2, "left"))
    for value, words in zip(ticks, labels, strict=False):
        y = high * (scale.high - value) / (scale.high - scale.low)
        shapes.append(line([(x + _BAR, y), (x + _BAR + TICK, y)]))
        shapes.append(put(words, x + _BAR + TICK + GAP, y, "left"))
    for number, (made, sign, rgb) in enumerate(notes):
        top = high + 6.0 + 12.0 * number
        patch: Path = box(x, top, x + _BAR, top + _BAR)
        shapes.append(Shape(patch, "mark", fill=heat_colours.hexadecimal(rgb), stroke=Stroke(INK, LINE)))
        if palette.marks:
            across = _across(sign, x, top, x + _BAR, top + _BAR)
            shapes.append(Shape(tuple(across), "mark", stroke=Stroke(INK, _THIN)))
        shapes.append(put(made, x + _BAR + GAP, top + _BAR / 2, "left"))
    return shapes


def _ramp(scale: Scale) -> Any:
    import numpy as np

    return np.linspace(scale.high, scale.low, 64) if scale.low != scale.high else np.full(64, scale.low)


def _said(shape: tuple[int, ...], down: int, across: int) -> str:
    if down == across == 1:
        return ""
    return f"each cell is the mean of {down} × {across} entries of the {shape[0]} × {shape[1]}"
