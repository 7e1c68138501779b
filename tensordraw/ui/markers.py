"""The markers of problems on the canvas: at the upper right of each item that has one, beside the end of a leg, which stays
free for wires, in a shape and a colour by severity.

A body that looks attached to something and is not has a quiet halo besides, as wide as a wire may not come.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from tensordraw.diagram.records import Id
from tensordraw.editor.grasp import LEG
from tensordraw.figure.misplaced import NEAR
from tensordraw.figure.paths import direction
from tensordraw.ui.look import Colours
from tensordraw.ui.paint import Sheet
from tensordraw.ui.view import View

RADIUS = 5.5  # pixels
BESIDE = LEG + RADIUS + 1.0  # pixels from a leg's end, which is taken within `LEG`
HALO = 0.22  # opacity
_LEVEL = 1e-6
FAR = 4.0  # layout units a pixel, from which on a halo would be a speck


class Marked(Protocol):
    """What has markers: a canvas."""

    sheet: Sheet
    view: View
    colours: Colours
    marks: dict[Id, str]
    beside: frozenset[Id]


def places(canvas: Marked) -> Iterator[tuple[Id, float, float]]:
    """Where each marker stands, in layout units."""
    figure = canvas.sheet.figure
    if figure is None:
        return
    for item in canvas.marks:
        anchor, sign = figure.anchors.get(item), figure.signs.get(item)
        if anchor is not None:
            dx, dy = direction(anchor.angle)
            side = (
                1.0 if dx > _LEVEL or (abs(dx) <= _LEVEL and dy > 0) else -1.0
            )  # above it, to the right of an upright one
            aside = side * BESIDE / canvas.view.scale
            yield item, anchor.tip[0] + dy * aside, anchor.tip[1] - dx * aside
        elif sign is not None:
            yield item, sign[2], sign[1]
        elif owned := canvas.sheet.owned(item):
            box = owned[0].item.box
            yield item, box[2], box[1]


def marker_at(canvas: Marked, x: float, y: float) -> Id | None:
    """The item whose marker is at this pixel."""
    for item, across, down in places(canvas):
        left, top = canvas.view.to_screen(across, down)
        if abs(left - x) <= RADIUS + 1 and abs(top - y) <= RADIUS + 1:
            return item
    return None


def paint_markers(painter: QPainter, canvas: Marked, px: float) -> None:
    """Paint them all, halos first; `px` is a pixel in layout units."""
    if px < FAR:
        _paint_halos(painter, canvas)
    for item, x, y in places(canvas):
        severity = canvas.marks[item]
        paint_marker(painter, QPointF(x, y), RADIUS * px, severity, getattr(canvas.colours, severity))


def _paint_halos(painter: QPainter, canvas: Marked) -> None:
    colour = QColor(canvas.colours.warning)
    colour.setAlphaF(HALO)
    pen = QPen(colour, 2 * NEAR)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for made in canvas.sheet.owned(*canvas.beside):
        for shape, (path, *_) in zip(made.item.shapes, made.detailed(), strict=True):
            if shape.role == "body":
                painter.save()
                around, (left, top, right, bottom) = QPainterPath(), made.item.box
                around.addRect(QRectF(left, top, right - left, bottom - top).adjusted(-NEAR, -NEAR, NEAR, NEAR))
                painter.setClipPath(around.subtracted(path), Qt.ClipOperation.IntersectClip)  # the body stays as it is
                painter.drawPath(path)
                painter.restore()


def paint_marker(painter: QPainter, at: QPointF, radius: float, severity: str, colour: str) -> None:
    """A circle for errors, a triangle for warnings, a square for notes, each with its sign."""
    painter.setPen(QPen(QColor("#ffffff"), radius * 0.22))
    painter.setBrush(QColor(colour))
    x, y, r = at.x(), at.y(), radius
    path = QPainterPath()
    match severity:
        case "error":
            path.addEllipse(at, r, r)
        case "warning":
            path.moveTo(x, y - r * 1.15)
            path.lineTo(x + r * 1.15, y + r * 0.9)
            path.lineTo(x - r * 1.15, y + r * 0.9)
            path.closeSubpath()
        case _:
            path.addRect(QRectF(x - r * 0.85, y - r * 0.85, r * 1.7, r * 1.7))
    painter.drawPath(path)
    painter.setPen(QPen(QColor("#ffffff"), radius * 0.3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(QPointF(x, y - r * 0.4), QPointF(x, y + r * 0.12))
    painter.drawPoint(QPointF(x, y + r * 0.55))
