"""How a document's figure is exported: part of the document, so that it can be exported again by one key."""

from __future__ import annotations

from typing import Literal, TypeAlias

from tensordraw.diagram.record import Record

Scale: TypeAlias = Literal["absolute", "all"]


class Export(Record, frozen=True):
    """Options of an export.

    `width` is a length ("86mm", "0.5\\linewidth", "nature"; empty: the natural one). Under it the layout is stretched, and
    lines and letters keep their size, or with `scale` "all" everything is scaled. `theme` and `font` are names of
    `figure`; `label` is the size of labels in points (0: the theme's), `text` sets an SVG's labels as text, not outlines,
    `hatch` tells fills apart by hatching. `background` is a colour (empty: the theme's), `padding` is in points, `dpi` are
    the pixels an inch of a PNG, `standalone` makes a LaTeX document of TikZ. `blind` leaves out what says whose the figure
    is; `source` says whether the document travels with it, `values` whether the numbers of its charts do too. `frames`
    makes a file of each panel, and `frame` is the panel that a file shows (the id of its note). `path` is where it was
    exported last, from the document's folder.
    """

    width: str = ""
    scale: Scale = "absolute"
    theme: str = "paper"
    font: str = ""
    label: float = 0.0
    text: bool = False
    hatch: bool = False
    background: str = ""
    padding: float = 1.0
    dpi: float = 300.0
    standalone: bool = False
    source: bool = True
    values: bool = False
    blind: bool = False
    frames: bool = False
    frame: str = ""
    path: str = ""
