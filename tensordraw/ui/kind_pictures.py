"""Pictures of the palette's kinds as the figure draws them, built off the window's thread after the first paint."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtGui import QPixmap

from tensordraw.diagram.records import Diagram
from tensordraw.editor.palette import KINDS, Spot, put
from tensordraw.figure.build import build
from tensordraw.figure.display import Figure
from tensordraw.figure.paths import bounds, grown, union
from tensordraw.figure.themes import function_colour, theme
from tensordraw.ui.look import Colours
from tensordraw.ui.paint import picture
from tensordraw.ui.panels.icon_bar import PICTURE
from tensordraw.ui.recolour import recolouring

WIDTH, HEIGHT = 58, 38
SMALLEST = 0.9  # pixels a unit of an icon


def figures() -> dict[str, Figure]:
    """The figure of each kind that stands by itself (a paste needs a copy, regions and notes have an icon)."""
    wanted = [kind for kind in KINDS if kind.make is not None and kind.id not in ("paste", "note", "constant")]
    return {kind.id: _bare(build(put(Diagram(), kind, Spot((0.0, 0.0)))[0])) for kind in wanted}


def _bare(figure: Figure) -> Figure:
    """The figure without the labels of its legs, which are too small to read here."""
    items = []
    for item in figure.items:
        shapes = item.shapes
        if item.owner in figure.anchors:
            shapes = tuple(shape for shape in shapes if shape.role != "label")
        items.append(replace(item, shapes=shapes, box=union(bounds(shape.path) for shape in shapes)))
    return replace(figure, items=tuple(items), box=grown(union(item.box for item in items), 0.5))


def pictures(made: dict[str, Figure], colours: Colours, ratio: float) -> dict[str, QPixmap]:
    """The figures as pixmaps in a theme's colours."""
    changed = recolouring(colours.figure)
    return {name: picture(figure, WIDTH, HEIGHT, ratio, changed, margin=1, most=1.0) for name, figure in made.items()}


def icons(made: dict[str, Figure], colours: Colours, ratio: float) -> dict[str, QPixmap]:
    """The figures in the small, with bodies large enough to be told apart: legs are cut off at the edge."""
    changed, wide, high = recolouring(colours.figure), PICTURE.width(), PICTURE.height()
    return {
        name: picture(_cut(figure), wide, high, ratio, changed, margin=0, most=1.0) for name, figure in made.items()
    }


def _cut(figure: Figure) -> Figure:
    """The figure with a box around its middle that an icon shows at `SMALLEST` or larger; bodies are not cut."""
    left, top, right, bottom = figure.box
    bodies = [bounds(shape.path) for item in figure.items for shape in item.shapes if shape.role == "body"]
    inner = union(bodies) if bodies else figure.box
    wide, high = PICTURE.width() / SMALLEST, PICTURE.height() / SMALLEST
    x, y = (left + right) / 2, (top + bottom) / 2
    box = (
        max(left, min(x - wide / 2, inner[0] - 1.0)), max(top, min(y - high / 2, inner[1] - 1.0)),
        min(right, max(x + wide / 2, inner[2] + 1.0)), min(bottom, max(y + high / 2, inner[3] + 1.0)),
    )  # fmt: skip
    return replace(figure, box=box)


def function_colours(colours: Colours) -> dict[str, str]:
    """The colour of each function's bubble, by kind."""
    look = theme(colours.figure)
    return {kind.id: look.colour(function_colour(kind.function)) for kind in KINDS if kind.function}
