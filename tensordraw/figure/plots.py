"""Vectors as figures: a line plot along an axis, and bars for the largest entries; the same look as heatmaps."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any, Literal, TypeAlias

from tensordraw.errors import Error
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
from tensordraw.figure.heat_colours import written
from tensordraw.figure.paths import ellipse
from tensordraw.figure.ranges import linear, logarithmic, tick_label

Form: TypeAlias = Literal["line", "bars"]

BLUE = "#0072b2"
LEAST_FRAME = 30.0  # width of the frame of a line plot, points
_WIDE = 1.9  # width to height of a line plot
_LABELS = 32.0  # what usual labels take of the width
_DOTS = 40  # up to so many points have a dot each
_MOST = 1500  # stretches of a line
_BAR = 8.0  # height of a bar
_PITCH = 12.0  # of bars
_AIR = 2.0  # points of a frame, besides half of each bar's share, before the first of upright bars


def line_plot(
    values: Any, along: Axis, *, width: float, title: str = "", name: str = "", form: Form = "line", log: bool = False,
    height: float | None = None, of: tuple[int, int] | None = None, font: Font = "latin-modern",
) -> Figure:  # fmt: skip
    """The figure of a real vector along an axis, `width` points wide; gaps where entries are not finite. Its frame is `height`
    points high where that is given.

    `name` is what the values are; bars begin at 0. A logarithmic axis shows what is above 0. With `of` the values are means of
    blocks already: the length of the axis, and how many entries a block has. `Error` where the vector is empty.
    """
    import numpy as np

    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1 or not numbers.size:
        raise Error("A line plot shows an array of one axis that is not empty.")
    scale = logarithmic(numbers) if log else linear(numbers, from_zero=form == "bars")
    if log:
        numbers = np.where(np.isfinite(numbers) & (numbers > 0), numbers, np.nan)
    labels = [tick_label(tick, scale, font) for tick in scale.ticks]
    value_name = mathematical(name, font=font)
    left = (SIZE + GAP if value_name.path else 0.0) + wide(labels) + GAP + TICK
    right = width - 1.0
    if right - left < LEAST_FRAME:
        raise Error(
            f"The figure is {width / 72 * 25.4:.0f} mm wide, which leaves no room beside its labels: make it wider."
        )
    usual = max(width - _LABELS, 40.0) / _WIDE  # plots of one width are of one height, whatever their labels
    bottom = usual if height is None else height
    size, block = of or (numbers.size, 1)
    count = numbers.size
    inset = min(6.0, (right - left) / (2 * count))
    if form == "bars":  # the first and the last have air between them and the frame
        inset = (right - left) / (2 * count) + min(_AIR, (right - left) / 40) * (count > 1)

    def x_of(place: float) -> float:
        span = right - left - 2 * inset
        return left + inset + (span * place / (count - 1) if count > 1 else span / 2)

    def y_of(value: float) -> float:
        return bottom * (1.0 - scale.share(value))

    frame = [Shape(box(left, 0.0, right, bottom), "mark", stroke=Stroke(INK, LINE))]
    if not log and scale.low < 0 < scale.high:
        frame.append(line([(left, y_of(0.0)), (right, y_of(0.0))], FAINT, 0.35))
    if form == "bars":
        drawn = _upright(
            numbers, x_of, y_of, bottom if log else y_of(0.0), x_of(1) - x_of(0) if count > 1 else right - left
        )
        items = [item("line", drawn, name), item("frame", frame)]
    else:
        items = [item("frame", frame), item("line", _line(numbers, x_of, y_of), name)]
    at_left = [line([(left - TICK * 0.6, y_of(value)), (left, y_of(value))]) for value in scale.small]
    for value, words in zip(scale.ticks, labels, strict=True):
        y = y_of(value)
        at_left += [line([(left - TICK, y), (left, y)]), put(words, left - TICK - GAP, y, "right")]
    items.append(item("values", at_left, name))
    items.append(item("along", _below(along, size, block, x_of, bottom, font), along.name))
    foot = around([one for one in items if one.shapes])[3]
    names = []
    if value_name.path:
        names.append(put_upright(value_name, SIZE / 2, bottom / 2))
    if along.name:
        names.append(put(mathematical(along.name, font=font), (left + right) / 2, foot + GAP + 1 + SIZE / 2))
    items.append(item("names", names, along.name))
    if block > 1:
        said = f"each {'bar' if form == 'bars' else 'point'} is the mean of {block} entries of the {size}"
        foot = around([one for one in items if one.shapes])[3]
        items.append(item("note", [put(plain(said, 6.5, font), left, foot + GAP + SIZE / 2, "left", FAINT)], said))
    return _titled(items, title, (left + right) / 2, width)


def bars(
    entries: Sequence[tuple[str, float]], *, width: float, title: str = "", name: str = "", floor: float | None = None,
    font: Font = "latin-modern",
) -> Figure:  # fmt: skip
    """The figure of some named numbers, a bar each, in the given order, `width` points wide.

    Bars begin at 0, or at `floor`. `name` is what the numbers are. `Error` where there is none.
    """
    if not entries:
        raise Error("There is no entry to show.")
    numbers = [value for _, value in entries if isfinite(value)]
    start = (0.0 if floor is None else floor) if numbers else 0.0
    low, high = min([start, *numbers]), max([start, *numbers])
    high = high if high > low else low + 1.0
    labels = [plain(words, font=font) for words, _ in entries]
    values = [plain(written(value), font=font) for _, value in entries]
    left, right = wide(labels) + GAP + 1.0, width - wide(values) - GAP
    if right - left < 20:
        raise Error(
            f"The figure is {width / 72 * 25.4:.0f} mm wide, which leaves no room beside its labels: make it wider."
        )
    zero = left + (right - left) * (start - low) / (high - low)
    shapes, names, figures = [], [], []
    for place, ((_, value), words, figure) in enumerate(zip(entries, labels, values, strict=True)):
        top = place * _PITCH
        end = left + (right - left) * ((value if isfinite(value) else start) - low) / (high - low)
        if abs(end - zero) > 1e-9:
            shapes.append(Shape(box(min(zero, end), top, max(zero, end), top + _BAR), "mark", fill=BLUE))
        names.append(put(words, left - GAP, top + _BAR / 2, "right"))
        figures.append(put(figure, max(zero, end) + GAP, top + _BAR / 2, "left"))
    base = line([(zero, -2.0), (zero, (len(entries) - 1) * _PITCH + _BAR + 2.0)])
    items = [item("bars", [*shapes, base]), item("labels", names), item("values", figures, name)]
    if name:
        foot = around(items)[3]
        items.append(
            item("names", [put(mathematical(name, font=font), (left + right) / 2, foot + GAP + SIZE / 2)], name)
        )
    return _titled(items, title, (left + right) / 2, width)


def truncation_errors(values: Any) -> Any:
    """Of singular values [bond], the error of what keeps the first 0, 1, 2, ... of them, as a share of the norm of all."""
    import numpy as np

    squares = np.append(np.where(np.isfinite(values), values, 0.0) ** 2, 0.0)
    left = np.sqrt(squares[::-1].cumsum()[::-1])  # [rank]
    return left / left[0] if left[0] else left


def _line(numbers: Any, x_of: Any, y_of: Any) -> list[Shape]:
    """The line, broken where an entry is not finite; dots where there are few."""
    segments: list[Segment] = []
    dots: list[Path] = []
    down = False
    for place, value in _points(numbers):
        if not isfinite(value):
            down = False
            continue
        x, y = x_of(place), y_of(value)
        segments.append(("L" if down else "M", x, y))
        down = True
        if numbers.size <= _DOTS:
            dots.append(ellipse(x, y, 1.3, 1.3))
    shapes = [Shape(tuple(segments), "mark", stroke=Stroke(BLUE, 0.9))] if segments else []
    return shapes + [Shape(tuple(segment for dot in dots for segment in dot), "mark", fill=BLUE)] * bool(dots)


def _points(numbers: Any) -> list[tuple[int, float]]:
    """Positions and values; of a very long vector the least and the greatest of each stretch, which look the same."""
    size = -(-numbers.size // _MOST)
    if size == 1:
        return list(enumerate(numbers.tolist()))
    found: list[tuple[int, float]] = []
    for start in range(0, numbers.size, size):
        stretch = numbers[start : start + size]
        if stretch.dtype.kind == "f" and not (stretch == stretch).all():
            found.append((start, float("nan")))
            continue
        found += sorted((start + int(at), float(stretch[at])) for at in {stretch.argmin(), stretch.argmax()})
    return found


def _upright(numbers: Any, x_of: Any, y_of: Any, base: float, pitch: float) -> list[Shape]:
    """A bar for each entry, from the base."""
    half = min(0.36 * pitch, 8.0)
    path: list[Segment] = []
    for place, value in enumerate(numbers.tolist()):
        if isfinite(value) and abs(y_of(value) - base) > 1e-9:
            x, y = x_of(place), y_of(value)
            path += box(x - half, min(y, base), x + half, max(y, base))
    return [Shape(tuple(path), "mark", fill=BLUE)] if path else []


def _below(axis: Axis, size: int, block: int, x_of: Any, bottom: float, font: Font) -> list[Shape]:
    """Ticks with the positions or their texts; a block stands at its middle."""

    def at(place: int) -> float:
        number = place // block
        held = min(block, size - number * block)
        return float(x_of(number + (place - number * block - (held - 1) / 2) / block))

    labels = [plain(words, font=font) for words in axis.texts] or [plain(str(size - 1), font=font)]
    pitch = (x_of(1) - x_of(0)) / block if size > block else 0.0
    level = not axis.texts or wide(labels) + 4 <= pitch
    shapes: list[Shape] = []
    for place in thinned(size, pitch, wide(labels) + 5 if level else SIZE + 1.5):
        if axis.texts and place >= len(labels):
            break
        words = labels[place] if axis.texts else plain(str(place), font=font)
        x, y = at(place), bottom + TICK
        shapes.append(line([(x, bottom), (x, y)]))
        shapes.append(put(words, x, y + GAP + SIZE / 2) if level else put_upright(words, x, y + GAP, "right"))
    return shapes


def _titled(items: list[Item], title: str, middle: float, width: float) -> Figure:
    """The figure with its title above, its box exactly as wide as asked."""
    shown = [one for one in items if one.shapes]
    if title:
        top = around(shown)[1]
        shown.append(item("title", [put(plain(title), middle, top - GAP - SIZE / 2 - 1)], title))
    left, top, right, bottom = around(shown)
    spare = max(width - (right - left), 0.0) / 2
    return Figure(tuple(shown), (left - spare, top, left - spare + max(width, right - left), bottom), {})
