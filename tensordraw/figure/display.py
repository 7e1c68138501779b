"""The display list: what is drawn, in order, each piece with its owner. Canvas, SVG and PNG print exactly this.

Units are points at natural size, y grows downwards. A path is a flat tuple of segments, each `("M", x, y)`,
`("L", x, y)`, `("C", x1, y1, x2, y2, x, y)` or `("Z",)`; glyph outlines are such paths too. Colours are plain `#rrggbb`.
Printers (`svg`, `png`, the canvas) compute no geometry: they walk `Figure.items`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from tensordraw.diagram.records import Id, Record

Segment: TypeAlias = tuple[str] | tuple[str, float, float] | tuple[str, float, float, float, float, float, float]
Path: TypeAlias = tuple[Segment, ...]
Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom
Font: TypeAlias = Literal["latin-modern", "stix", "sans"]  # see `figure.labels`
Role: TypeAlias = Literal[
    "region",  # fill and outline of a bubble, sum, repeat, block, term
    "wire",  # a joined wire
    "leg",  # an open leg
    "body",  # fill and outline of a node
    "mark",  # parts of a body or region that are not its outline: a triangle's conjugation mark, the sigma, the plus
    "label",  # glyph outlines
    "note",
    "sign",  # glyph outlines of what stands between the terms of an equation
]


class Stroke(Record, frozen=True):
    """Line colour and width in points; `dash` alternates on and off lengths."""

    colour: str
    width: float
    dash: tuple[float, ...] = ()


class Words(Record, frozen=True):
    """What a label's outlines say: LaTeX, or the text of a note with mathematics between dollar signs, set in a font of
    `figure.labels` at a size in points."""

    latex: str
    size: float
    font: Font
    note: bool = False


class Shape(Record, frozen=True):
    """One path with its paint. `role` says what part of its owner it is; outlines of a label also know their words, so that
    printers that can may set them as text."""

    path: Path
    role: Role
    fill: str | None = None
    stroke: Stroke | None = None
    words: Words | None = None


class Item(Record, frozen=True):
    """All shapes of one owner (node, wire, open leg, region, note, equation) at one depth; `text` is its label as LaTeX.

    A shape without fill and stroke is not printed; it says where its owner is (a term of an equation)."""

    owner: Id
    shapes: tuple[Shape, ...]
    box: Box
    text: str = ""


class Anchor(Record, frozen=True):
    """Where a leg can be grasped: its tip, the point on its body, and its direction there (degrees, 90 is up)."""

    leg: Id
    tip: tuple[float, float]
    root: tuple[float, float]
    angle: float


class Figure(Record, frozen=True, weakref=True):
    """Display list, back to front, the tight box around it with strokes, the grasp points of all legs, and where the
    signs of equations stand (`diagram.signs` makes their ids)."""

    items: tuple[Item, ...]
    box: Box
    anchors: dict[Id, Anchor]
    background: str | None = None
    signs: dict[Id, Box] = {}
