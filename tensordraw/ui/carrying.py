"""A large selection under the hand: painted once into a sprite, which follows the pointer.

Only the view moves: neither document nor figure change until the release. Wires that lead from what moves to what stays are
drawn as plain curves meanwhile.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPen, QPixmap

from tensordraw.diagram.records import Id
from tensordraw.editor.state import Moving
from tensordraw.figure.display import Anchor, Box, Figure
from tensordraw.ui.overlay import joining_curve, tint
from tensordraw.ui.paint import Sheet
from tensordraw.ui.view import View

AROUND = 0.5  # of the view, on each side, that the sprite also holds
MOST_CURVES = 1500


class Carrying:
    """The sprite of one drag."""

    def __init__(self, owners: frozenset[Id]) -> None:
        self.owners = owners
        self.sprite = QPixmap()
        self.held: Box | None = None  # what part of the drawing the sprite shows
        self.view: View | None = None

    def paint(
        self, painter: QPainter, sheet: Sheet, moving: Moving, view: View, size: QSize, colour: str
    ) -> None:  # fmt: skip
        """Draw the carried items where they are now; the painter works in pixels of the canvas."""
        dx, dy = moving.offset
        left, top, right, bottom = view.box(0, 0, size.width(), size.height())
        seen = (left - dx, top - dy, right - dx, bottom - dy)
        if self.held is None or view != self.view or not _holds(self.held, seen):
            self._render(sheet, view, seen, painter.device().devicePixelRatioF())
        assert self.held is not None
        x, y = view.to_screen(self.held[0] + dx, self.held[1] + dy)
        painter.drawPixmap(QPointF(round(x), round(y)), self.sprite)
        figure = sheet.figure
        if figure is not None and len(moving.links) <= MOST_CURVES:
            painter.save()
            painter.translate(view.x, view.y)
            painter.scale(view.scale, view.scale)
            painter.setPen(QPen(tint(colour, 0.8), 1.2 / view.scale))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for still, moved in moving.links:
                self._curve(painter, figure, still, moved, dx, dy)
            painter.restore()

    def _curve(self, painter: QPainter, figure: Figure, still: Id, moved: Id, dx: float, dy: float) -> None:
        start, end = figure.anchors.get(still), figure.anchors.get(moved)
        if start is None or end is None:
            return
        there = Anchor(moved, (end.root[0] + dx, end.root[1] + dy), (end.root[0] + dx, end.root[1] + dy), end.angle)
        here = Anchor(still, start.root, start.root, start.angle)
        painter.drawPath(joining_curve(here, QPointF(*there.tip), there))

    def _render(self, sheet: Sheet, view: View, seen: Box, ratio: float) -> None:
        wide, high = (seen[2] - seen[0]) * AROUND, (seen[3] - seen[1]) * AROUND
        self.held = (seen[0] - wide, seen[1] - high, seen[2] + wide, seen[3] + high)
        self.view = view
        across, down = (self.held[2] - self.held[0]) * view.scale, (self.held[3] - self.held[1]) * view.scale
        self.sprite = QPixmap(QSize(round(across), round(down)) * ratio)
        self.sprite.setDevicePixelRatio(ratio)
        self.sprite.fill(Qt.GlobalColor.transparent)
        layer = QPainter(self.sprite)
        layer.setRenderHint(QPainter.RenderHint.Antialiasing)
        layer.scale(view.scale, view.scale)
        layer.translate(-self.held[0], -self.held[1])
        sheet.paint(layer, self.held, view.scale, items=sheet.owned_in(self.owners, self.held))
        layer.end()


def _holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]
