"""The halos of a large selection: a layer that is kept while the picture stays, so that a growing rubber band paints only what
came into it. They are drawn along the coarse lines of the items, as the far view draws these."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from tensordraw.diagram.records import Id
from tensordraw.figure.display import Figure
from tensordraw.ui.paint import Sheet
from tensordraw.ui.view import View

MANY = 200  # selected items; fewer get a soft band along their outlines


class Halos:
    """One layer, for a canvas."""

    def __init__(self) -> None:
        self.pixmap = QPixmap()
        self.key: tuple[object, ...] = ()
        self.figure: Figure | None = None
        self.owners: frozenset[Id] = frozenset()

    def paint(
        self, painter: QPainter, sheet: Sheet, view: View, size: QSize, colour: QColor, selection: frozenset[Id]
    ) -> None:
        """Bring the layer up to date and draw it; the painter works in pixels of the canvas."""
        ratio = painter.device().devicePixelRatioF()
        key = (view, size.width(), size.height(), ratio, colour.rgba())
        fresh = frozenset() if selection is self.owners else selection - self.owners
        left = len(self.owners) - (len(selection) - len(fresh))  # so many are selected no longer
        if key != self.key or sheet.figure is not self.figure or left:
            self.key, self.figure, self.owners = key, sheet.figure, frozenset()
            fresh = selection
            self.pixmap = QPixmap(size * ratio)
            self.pixmap.setDevicePixelRatio(ratio)
            self.pixmap.fill(Qt.GlobalColor.transparent)
        if fresh:
            self.owners = selection
            self._add(sheet, view, size, colour, fresh)
        painter.drawPixmap(0, 0, self.pixmap)

    def _add(self, sheet: Sheet, view: View, size: QSize, colour: QColor, owners: Iterable[Id]) -> None:
        left, top, right, bottom = view.box(0, 0, size.width(), size.height())
        rects: list[QRectF] = []
        lines: list[QLineF] = []
        for made in sheet.owned(*owners):
            box = made.item.box
            if box[0] > right or box[2] < left or box[1] > bottom or box[3] < top:
                continue
            for _, _, what in made.coarse():
                if isinstance(what, QRectF):
                    rects.append(what)
                else:
                    lines += what
        layer = QPainter(self.pixmap)
        layer.translate(view.x, view.y)
        layer.scale(view.scale, view.scale)
        solid = QColor(colour)
        layer.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)  # two halos are no darker than one
        layer.setPen(QPen(solid, min(5.0, 40.0 * view.scale) / view.scale))
        layer.setBrush(solid)
        layer.drawLines(lines)
        layer.drawRects(rects)
        layer.end()
