"""The page that a document's figure is made for, laid on the drawing: where the edges of the column fall, and how large
labels will be, by the document's options of its export.

Lengths on the drawing are in its units (points at natural size); a length on the page is that many times the factor by which
the export scales. A drawing that is squeezed into its column keeps its letters: the page then lies around the drawing as it
stands, which it will hold, and the words say what is done to it. It never cuts through the drawing.
"""

from __future__ import annotations

import math

from msgspec.structs import replace

from tensordraw.diagram.exports import Export
from tensordraw.diagram.record import Record
from tensordraw.diagram.records import Diagram
from tensordraw.figure import export
from tensordraw.figure.build import build
from tensordraw.figure.cautions import SMALL
from tensordraw.figure.display import Figure
from tensordraw.figure.lengths import PRESETS, highest, points
from tensordraw.figure.panels import panels, widths
from tensordraw.figure.paths import union
from tensordraw.figure.themes import styled

LARGE = 400  # nodes; finding the scale of more takes too long while the drawing is edited
_SAME = 0.005  # a difference of scale that is not worth a word
_INCH, _MM = 72.0, 25.4


class Page(Record, frozen=True):
    """`reach` and `height` are those of the page on the drawing (units; height 0: as high as the drawing), `least` the width
    of the drawing as it stands (units, padding included), `width` that of the page in points. Everything is scaled by
    `factor`; `whole` is set where the scale of all always follows the width. `words` say it; `warns` where letters come out
    smaller than drawn or too small."""

    reach: float
    height: float
    width: float
    factor: float
    words: str
    warns: bool = False
    least: float = 0.0
    whole: bool = False


def page(diagram: Diagram) -> Page:
    """The page of the document's export. errors.Error where its options cannot be read."""
    chosen = export.options_of(diagram)
    if chosen.frames and panels(diagram):
        chosen = replace(chosen, frames=False, frame=_widest(diagram, chosen))
    if len(diagram.content.nodes) > LARGE:
        chosen = replace(chosen, scale="all")
    figure, factor = export.scaled(diagram, chosen)
    if not figure.items:
        factor = 1.0
    natural, _ = export.scaled(diagram, replace(chosen, width=""))
    wide = figure.box[2] - figure.box[0] + 2 * chosen.padding
    width = points(chosen.width) if chosen.width and not chosen.frame else wide * factor
    least = natural.box[2] - natural.box[0] + 2 * chosen.padding if natural.items else 0.0
    reach = max(width / factor, least)
    most = highest(chosen.width)
    height = most * reach / width if math.isfinite(most) else 0.0
    said, warns = _sizes(figure, natural, factor)
    if len(diagram.content.nodes) > LARGE and diagram.export.scale == "absolute":
        said, warns = "too large a drawing for its scale to be found at once", False
    words = f"{named(diagram.export, width)} · {said}"
    return Page(reach, height, width, factor, words, warns, least, chosen.scale == "all" and bool(figure.items))


def named(chosen: Export, width: float) -> str:
    """A width in points as people say it: "86 mm column", or the preset's name and width."""
    millimetres = f"{round(width / _INCH * _MM, 1):g} mm"
    if not chosen.width:
        return f"natural width, {millimetres}"
    preset = PRESETS.get(chosen.width.strip())
    if preset is None:
        share = "linewidth" in chosen.width
        return f"{chosen.width.strip()}, {millimetres}" if share else f"{millimetres} column"
    name = preset.sentence.partition(",")[0].removeprefix("a ")
    return f"{name[0].upper()}{name[1:]}, {millimetres}"


def _sizes(figure: Figure, natural: Figure, factor: float) -> tuple[str, bool]:
    """How large the letters come out and how the drawing is changed for that, and whether one has to mind."""
    sizes = {shape.words.size for item in figure.items for shape in item.shapes if shape.words is not None}
    small = bool(sizes) and min(sizes) * factor < SMALL - 1e-6
    letters = "no labels"
    if sizes:
        low, high = (f"{round(size * factor, 1):g}" for size in (min(sizes), max(sizes)))
        letters = f"labels {low} pt" if low == high else f"labels {low} to {high} pt"
    scaled = abs(factor - 1) > _SAME
    said = f"scaled to {factor * 100:.0f} %: {letters}" if scaled else letters
    spaced = _across(figure) / max(_across(natural), 1.0)
    if figure.items and abs(spaced - 1) > 2 * _SAME:
        said += f" · spaced to {spaced * 100:.0f} %"
    return said, (scaled and factor < 1) or small


def _across(figure: Figure) -> float:
    """The width of what is drawn, without what is left free beside it."""
    if not figure.items:
        return 1.0
    left, _, right, _ = union(item.box for item in figure.items)
    return right - left


def _widest(diagram: Diagram, chosen: Export) -> str:
    """The panel that the scale of all is made for."""
    found = widths(build(diagram, styled(chosen.theme, chosen.font, chosen.label)), diagram)
    return max(found, key=found.__getitem__)
