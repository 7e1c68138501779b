"""Documents as figures: SVG, TikZ, files of every format, pictures in notebooks."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from tensordraw.api.documents import FilePath
from tensordraw.diagram.records import Diagram

if TYPE_CHECKING:
    from tensordraw.figure.cautions import Caution


def svg(diagram: Diagram, theme: str | None = None) -> str:
    """The figure as SVG text, at its natural size."""
    from tensordraw.figure import export

    return export.text(diagram, theme=theme, width="", frames=False)


def tikz(diagram: Diagram, *, standalone: bool = False, width: str | float | None = None) -> str:
    """The figure as TikZ, to be pasted into a LaTeX document that uses tikz; with `standalone`, as a document of its own."""
    from tensordraw.figure import export

    return export.tikz_text(diagram, standalone=standalone, width="" if width is None else width, frames=False)


def show_in_notebooks() -> None:
    """Let a notebook show diagrams as figures; the records themselves know nothing of pictures."""
    Diagram._repr_svg_ = svg  # type: ignore[attr-defined]


def export(
    diagram: Diagram,
    path: FilePath,
    *,
    preset: str | None = None,
    theme: str | None = None,
    width: str | float | None = None,
    dpi: float | None = None,
    background: str | None = None,
    **options: Any,
) -> tuple[Caution, ...]:
    r"""Write the figure to a file whose name ends in .svg, .pdf, .png, .eps or .tex; returns what the printed figure would
    suffer from (lines too thin, letters too small).

    The file carries the document, so that `load` opens it. What is not given is as the document's `export` says. `width` is
    a length such as "86mm" or "0.5\linewidth" ("": the natural size), `preset` a journal's width ("nature"), `dpi` are a
    PNG's pixels an inch, `background` is "white" or a colour like "#f0e68c" (paper is transparent). Further options are the
    fields of `tensordraw.diagram.exports.Export`: `scale`, `font`, `label`, `text`, `hatch`, `padding`, `standalone`,
    `source`, `blind`, `frames` (a file for each panel).
    """
    from tensordraw.diagram.file import write_atomically
    from tensordraw.figure.export import files

    given = {"preset": preset or "", "theme": theme, "width": width, "dpi": dpi, "background": background, **options}
    made = files(diagram, os.fspath(path), **given)
    for name, data, _ in made:
        write_atomically(name, data)
    return tuple(dict.fromkeys(caution for _, _, found in made for caution in found))
