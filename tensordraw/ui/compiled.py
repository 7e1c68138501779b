"""One item of a display list as Qt's paths, pens and brushes, near and from afar; made when first needed."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainterPath, QPen

from tensordraw.figure.display import Item, Path, Shape, Stroke


def qt_path(path: Path) -> QPainterPath:
    """A display-list path as a Qt path (even-odd would cut overlapping glyphs, so fills wind)."""
    made = QPainterPath()
    made.setFillRule(Qt.FillRule.WindingFill)
    move, line, cubic, close = made.moveTo, made.lineTo, made.cubicTo, made.closeSubpath
    for segment in path:
        match segment:
            case ("L", x, y):
                line(x, y)
            case ("C", x1, y1, x2, y2, x, y):
                cubic(x1, y1, x2, y2, x, y)
            case ("M", x, y):
                move(x, y)
            case _:
                close()
    return made


def qt_pen(stroke: Stroke | None, colours: dict[str, str]) -> QPen:
    """The pen of a stroke, round at joins as the printers have it."""
    if stroke is None:
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(QColor(colours.get(stroke.colour, stroke.colour)), stroke.width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap if not stroke.dash else Qt.PenCapStyle.FlatCap)
    if stroke.dash and stroke.width > 0:
        pen.setDashPattern([length / stroke.width for length in stroke.dash])
    return pen


def outline(shape: Shape) -> list[QLineF]:
    """Straight chords between the knots of a path: its far view."""
    lines: list[QLineF] = []
    at: tuple[float, float] | None = None
    for segment in shape.path:
        if len(segment) == 1:
            continue
        to = (segment[-2], segment[-1])
        if segment[0] != "M" and at is not None:
            lines.append(QLineF(*at, *to))
        at = to
    return lines


@dataclass(slots=True, eq=False)
class Compiled:
    """Qt objects of one item."""

    item: Item
    colours: dict[str, str]
    detail: list[tuple[QPainterPath, QPen, QBrush, bool]] | None = None  # the flag: is hidden where it is low
    far: list[tuple[str, str, QRectF | list[QLineF]]] | None = None  # line and fill colours, what to draw

    def detailed(self) -> list[tuple[QPainterPath, QPen, QBrush, bool]]:
        if self.detail is None:
            self.detail = [
                (
                    qt_path(shape.path),
                    qt_pen(shape.stroke, self.colours),
                    QBrush(QColor(self.colours.get(shape.fill, shape.fill)))
                    if shape.fill
                    else QBrush(Qt.BrushStyle.NoBrush),
                    shape.role in ("label", "note"),
                )
                for shape in self.item.shapes
            ]
        return self.detail

    def coarse(self) -> list[tuple[str, str, QRectF | list[QLineF]]]:
        if self.far is None:
            self.far = []
            for shape in self.item.shapes:
                colour = shape.stroke.colour if shape.stroke else shape.fill
                if shape.role in ("label", "note", "mark", "sign") or colour is None:
                    continue
                colour = self.colours.get(colour, colour)
                if shape.role == "body":
                    left, top, right, bottom = self.item.box
                    fill = self.colours.get(shape.fill, shape.fill) if shape.fill else colour
                    self.far.append((colour, fill, QRectF(left, top, right - left, bottom - top)))
                else:
                    self.far.append((colour, colour, outline(shape)))
        return self.far
