"""From a value to a chart of the drawing: the slice that is looked at, as few and as short numbers as a figure needs.

What is longer than a figure can show is kept as means of blocks, which the chart says; numbers have four digits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import ceil, isfinite
from typing import Any

from msgspec.structs import replace

from tensordraw.diagram import edits_layout
from tensordraw.diagram.chart import MOST_BARS, MOST_CELLS, MOST_POINTS, Chart, ChartKind, Number, Side
from tensordraw.diagram.fingerprints import charts, fingerprint
from tensordraw.diagram.records import Content, Diagram, Id
from tensordraw.errors import Error
from tensordraw.figure.build import build
from tensordraw.figure.heat_colours import Scale
from tensordraw.figure.heatmaps import means
from tensordraw.program import viewing
from tensordraw.program.viewing import Kind, View

_GAP = 24.0  # between the drawing and a chart
TOP = 10  # bars of the largest entries
TextsOf = Callable[[Sequence[int]], Sequence[str]]  # of token ids
_KINDS: Mapping[Kind, ChartKind] = {
    "attention": "heatmap",
    "heatmap": "heatmap",
    "table": "heatmap",
    "line": "line",
    "top": "top",
}


def charted(
    array: Any, view: View, axes: Sequence[str], content: Content, *, value: str, name: str, tokens: tuple[str, ...] = (),
    texts_of: TextsOf | None = None, scale: Scale | None = None,
) -> Chart:  # fmt: skip
    """The chart of an array's slice; `value` asks for the array again, `name` is what its numbers are.

    `tokens` are the texts along the sequence, `texts_of` gives those of token ids. `Error` where there is nothing to show.
    """
    if not array.ndim or not array.size:
        raise Error("There is no picture of a number, nor of an empty array.")
    part = viewing.cut(array, view)
    shown = viewing.shown(view)
    sides = [
        Side(axes[axis], array.shape[axis], 1, viewing.texts_at(axes[axis], array.shape[axis], tokens))
        for axis in shown
    ]
    kind: ChartKind = _KINDS[view.kind] if part.ndim == 2 or view.kind == "top" else "line"
    low, high = (None, None) if scale is None or kind != "heatmap" else (scale.low, scale.high)
    made = Chart(
        kind, (), value=value, axes=shown, at=view.at, name=name, low=low, high=high, drawing=fingerprint(content)
    )
    return _filled(made, part, sides, texts_of)


def _filled(chart: Chart, part: Any, sides: Sequence[Side], texts_of: TextsOf | None) -> Chart:
    """The chart with the numbers of a slice."""
    import numpy as np

    numbers = np.asarray(part, dtype=np.float64)
    if chart.kind == "top":
        found = viewing.largest(numbers, TOP)
        places = [place for place, _ in found]
        (side,) = sides
        texts: Sequence[str] = [""] * len(places)
        if side.texts:
            texts = [side.texts[place] for place in places]
        elif texts_of is not None and viewing.is_classes(side.name):
            texts = texts_of(places)
        named = tuple(text or str(place) for text, place in zip(texts, places, strict=True))
        listed = Side(side.name, len(found), 1, named)
        return replace(chart, sides=(listed,), numbers=tuple(_short(number) for _, number in found))
    most = {"heatmap": MOST_CELLS, "line": MOST_POINTS, "bars": MOST_BARS}[chart.kind]
    blocks = [ceil(side.size / most) for side in sides]
    if numbers.ndim == 1:
        numbers = means(numbers[:, None], blocks[0], 1)[:, 0]
    else:
        numbers = means(numbers, *blocks)
    kept = tuple(replace(side, block=block) for side, block in zip(sides, blocks, strict=True))
    error = chart.error and max(blocks) == 1
    return replace(chart, sides=kept, numbers=tuple(map(_short, numbers.ravel().tolist())), error=error)


def _short(value: float) -> Number:
    """Four digits."""
    if isfinite(value):
        return float(f"{value:.4g}")
    return "nan" if value != value else "inf" if value > 0 else "-inf"


def renewed(
    chart: Chart, array: Any, axes: Sequence[str], content: Content, *, tokens: tuple[str, ...] = (),
    texts_of: TextsOf | None = None,
) -> Chart:  # fmt: skip
    """The same chart of a value that was computed anew; its colours are the slice's own. `Error` where it has other axes."""
    names = tuple(side.name for side in chart.sides)
    fits = len(chart.at) == array.ndim and all(axis < array.ndim for axis in chart.axes)
    if not fits or not array.size or tuple(axes[axis] for axis in chart.axes) != names:
        raise Error(
            f"The chart of {chart.name or 'the result'} shows {' and '.join(names)}, and the value has other axes now: "
            "put a new one into the figure."
        )
    at = tuple(min(place, size - 1) for place, size in zip(chart.at, array.shape, strict=True))
    kind: Kind = "heatmap" if chart.kind == "heatmap" else "top" if chart.kind == "top" else "line"
    view = View(kind, chart.axes[0], chart.axes[-1], at)
    fresh = charted(array, view, axes, content, value=chart.value, name=chart.name, tokens=tokens, texts_of=texts_of)
    if chart.kind == "bars" and max(side.size for side in fresh.sides) <= MOST_BARS:
        fresh = replace(fresh, kind="bars")
    error = chart.error and fresh.sides[0].block == 1
    return replace(fresh, log=chart.log, error=error, width=chart.width, height=chart.height)


def added(diagram: Diagram, chart: Chart, title: str) -> tuple[Diagram, Id]:
    """The diagram with a chart below what is wide, or beside what is high; also its id."""
    left, top, right, bottom = build(diagram).box
    drawn = bool(diagram.content.nodes or diagram.layout.notes)
    at = (0.0, 0.0) if not drawn else (right + _GAP, top) if bottom - top > right - left else (left, bottom + _GAP)
    return edits_layout.add_chart(diagram, chart, title, round(at[0]), round(at[1]))


def with_charts(diagram: Diagram, made: Mapping[str, Chart]) -> Diagram:
    """The diagram with these charts in the notes of these ids."""
    notes = dict(diagram.layout.notes)
    for note in charts(diagram):
        if note.id in made:
            notes[note.id] = replace(note, chart=made[note.id])
    return replace(diagram, layout=replace(diagram.layout, notes=notes))


__all__ = ["MOST_BARS", "TOP", "added", "charted", "renewed", "with_charts"]
