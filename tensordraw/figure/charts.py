"""A slice of an array as a figure in a file: which chart draws it, and its bytes. The same for the window and the command
line, and the same bytes each time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tensordraw.diagram.records import Record
from tensordraw.errors import Error
from tensordraw.figure.chart_parts import Axis
from tensordraw.figure.display import Figure
from tensordraw.figure.eps import eps
from tensordraw.figure.heat_colours import Scale
from tensordraw.figure.heatmaps import heatmap
from tensordraw.figure.pdf import pdf
from tensordraw.figure.plots import Form, bars, line_plot, truncation_errors
from tensordraw.figure.png import png
from tensordraw.figure.svg import PADDING, points, svg
from tensordraw.figure.tikz import tikz

WIDTH = "86mm"


class Chart(Record, frozen=True):
    """What a figure shows besides the numbers: its title, the names of the axes that are shown (rows first) with their
    texts, what the numbers are, and the colour scale where it is not the slice's own.

    A line may be bars, on a logarithmic axis, or of singular values the relative `error` against rank. `entries` are the
    named numbers of a chart with bars.
    """

    title: str = ""
    axes: tuple[Axis, ...] = ()
    name: str = ""
    scale: Scale | None = None
    entries: tuple[tuple[str, float], ...] = ()
    form: Form = "line"
    log: bool = False
    error: bool = False


def chart(values: Any, shown: Chart, width: str | float = WIDTH) -> Figure:
    """The figure of a slice, `width` ("86mm", or points) wide on paper: bars where there are entries, a line for a vector, a
    heatmap for a matrix."""
    inner = points(width) - 2 * PADDING
    if shown.entries:
        return bars(shown.entries, width=inner, title=shown.title, name=shown.name)
    if values.ndim == 1 and shown.error:
        values, axis, name = truncation_errors(values), Axis("rank"), "relative error"
        return line_plot(values, axis, width=inner, title=shown.title, name=name, form=shown.form, log=shown.log)
    if values.ndim == 1:
        return line_plot(
            values, shown.axes[0], width=inner, title=shown.title, name=shown.name, form=shown.form, log=shown.log
        )
    rows, columns = shown.axes
    return heatmap(values, rows, columns, width=inner, title=shown.title, scale=shown.scale)


def picture(
    values: Any,
    shown: Chart,
    name: str,
    *,
    width: str | float = WIDTH,
    dpi: float = 300.0,
    background: str | None = None,
) -> bytes:
    """The bytes of a file of this name, which says the format. `Error` for another format, or a width that is no length."""
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Error(f"A viewer's figure ends in {', '.join(SUFFIXES)}, and {name!r} does not.")
    figure = chart(values, shown, width)
    title, told = shown.title or "Values", description(values, shown)
    match suffix:
        case ".png":
            return png(figure, dpi, background=background)
        case ".pdf":
            return pdf(figure, title=title, description=told, background=background)
        case ".eps":
            return eps(figure, title=title, background=background).encode()
        case ".tex":
            return tikz(figure, title=title, description=told, background=background).encode()
        case _:
            return svg(figure, title=title, description=told, background=background).encode()


def description(values: Any, shown: Chart) -> str:
    """The figure in words, for those who do not see it."""
    if shown.entries:
        return ", ".join(f"{words.strip()} {value:.4g}" for words, value in shown.entries)
    sizes: Sequence[int] = values.shape
    axes = " by ".join(f"{size} {axis.name}" for size, axis in zip(sizes, shown.axes, strict=True))
    return f"{'A line of' if values.ndim == 1 else 'A heatmap of'} {axes}."


SUFFIXES = (".svg", ".pdf", ".png", ".eps", ".tex")
