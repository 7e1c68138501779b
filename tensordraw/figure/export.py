"""A document's picture as the bytes of a file, the same from the command line, from Python and from the window."""

from __future__ import annotations

from pathlib import Path

from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.figure import source
from tensordraw.figure.build import build
from tensordraw.figure.png import png
from tensordraw.figure.svg import svg

DPI = 300.0
ENDINGS = (".svg", ".png")
_LATER = (".pdf", ".eps", ".tex")


def text(diagram: Diagram, *, theme: str = "paper", width: str | float | None = None) -> str:
    """The picture as SVG text, `width` ("86mm") wide or at its natural size."""
    return svg(build(diagram, theme), title=diagram.title, description=diagram.description, width=width)


def picture(
    diagram: Diagram, name: str, *, theme: str = "paper", width: str | float | None = None, dpi: float = DPI
) -> bytes:
    """The bytes of a file of this name, which says the format; the document travels in them.

    `dpi` are the pixels an inch of a PNG. Raises `Error` for another format, an unknown theme, a width that is no length.
    """
    match Path(name).suffix.lower():
        case ".svg":
            return source.into_svg(text(diagram, theme=theme, width=width), diagram).encode()
        case ".png":
            return source.into_png(png(build(diagram, theme), dpi, width=width), diagram)
        case ending if ending in _LATER:
            raise Error(f"Figures as {ending} are not there yet: choose .svg or .png.")
        case _:
            raise Error(f"A figure's name ends in .svg or .png, and {name!r} does not.")
