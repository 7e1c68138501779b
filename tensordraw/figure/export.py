"""A document's picture as the bytes of a file, the same from the command line, from Python and from the window."""

from __future__ import annotations

import re
from pathlib import Path

from tensordraw.diagram.records import Diagram
from tensordraw.diagram.sources import rehomed
from tensordraw.errors import Error
from tensordraw.figure import source
from tensordraw.figure.build import build
from tensordraw.figure.describe import describe
from tensordraw.figure.display import Figure
from tensordraw.figure.fit import fitted
from tensordraw.figure.png import png
from tensordraw.figure.svg import points, svg

DPI = 300.0
_LATER = (".pdf", ".eps", ".tex")


def text(
    diagram: Diagram, *, theme: str = "paper", width: str | float | None = None, background: str | None = None
) -> str:
    """The picture as SVG text, `width` ("86mm") wide or at its natural size, on a colour or the theme's own."""
    return svg(
        _figure(diagram, theme, width),
        title=diagram.title or "Tensor network",
        description=diagram.description or describe(diagram),
        width=width,
        background=_colour(background),
    )


def _figure(diagram: Diagram, theme: str, width: str | float | None) -> Figure:
    """The figure, stretched to the width with lines and letters as they are; a printer scales what remains."""
    return build(diagram, theme) if width is None else fitted(diagram, theme, points(width))


def _colour(background: str | None) -> str | None:
    if background is None or re.fullmatch("#[0-9a-fA-F]{6}", background):
        return background
    if background == "white":
        return "#ffffff"
    raise Error(f"The background is white or a colour like #f0e68c, not {background!r}.")


def picture(
    diagram: Diagram,
    name: str,
    *,
    theme: str = "paper",
    width: str | float | None = None,
    dpi: float = DPI,
    background: str | None = None,
) -> bytes:
    """The bytes of a file of this name (a path), which says the format; the document travels in them, with the paths of its
    arrays as they lead from the file's folder.

    `dpi` are the pixels an inch of a PNG. Raises `Error` for another format, an unknown theme, a width that is no length.
    """
    carried = rehomed(diagram, str(Path(name).resolve().parent))
    match Path(name).suffix.lower():
        case ".svg":
            return source.into_svg(text(diagram, theme=theme, width=width, background=background), carried).encode()
        case ".png":
            drawn = png(_figure(diagram, theme, width), dpi, width=width, background=_colour(background))
            return source.into_png(drawn, carried)
        case ending if ending in _LATER:
            raise Error(f"Figures as {ending} are not there yet: choose .svg or .png.")
        case _:
            raise Error(f"A figure's name ends in .svg or .png, and {name!r} does not.")
