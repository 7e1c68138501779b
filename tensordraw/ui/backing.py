"""The backing of a canvas: a pixmap that holds the static part of what is seen, and the region of it that is stale.

Pixels are those of the widget; the pixmap has more where the screen's ratio asks for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QRegion

from tensordraw.diagram.records import Id
from tensordraw.editor.snapping import GRID
from tensordraw.figure.display import Box
from tensordraw.ui.look import Colours
from tensordraw.ui.paint import Sheet
from tensordraw.ui.view import View

MANY = 400  # boxes; more than these are not worth telling apart
PIECES = 12  # rectangles painted one by one; more are painted as the one around them


class Backing:
    """`stale` None means all of it."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.pixmap = QPixmap()
        self.stale: QRegion | None = None

    def forget(self) -> None:
        """All of it is to be painted anew."""
        self.stale = None

    def damage(self, view: View, boxes: Collection[Box]) -> None:
        """What lies in these boxes (layout units) is to be painted anew."""
        if self.stale is None:
            return
        if len(boxes) > MANY:
            self.stale = None
            return
        for left, top, right, bottom in boxes:
            x, y = view.to_screen(left, top)
            rect = QRectF(x, y, (right - left) * view.scale, (bottom - top) * view.scale).toAlignedRect()
            self.stale += rect.adjusted(-3, -3, 3, 3)

    def scroll(self, dx: int, dy: int) -> None:
        """Move what is painted; what comes into sight is stale."""
        ratio = self.pixmap.devicePixelRatio()
        size = self.pixmap.deviceIndependentSize().toSize()
        if self.stale is None or ratio != int(ratio) or abs(dx) >= size.width() or abs(dy) >= size.height():
            self.stale = None
            return
        self.pixmap.scroll(int(dx * ratio), int(dy * ratio), self.pixmap.rect())
        whole = QRect(0, 0, size.width(), size.height())
        self.stale = self.stale.translated(dx, dy) + (QRegion(whole) - QRegion(whole.translated(dx, dy)))

    def refresh(
        self, size: QSize, ratio: float, view: View, colours: Colours, *, grid: bool, without: Collection[Id]
    ) -> QPixmap:  # fmt: skip
        """The pixmap, with its stale parts painted anew; items of the owners `without` are left out."""
        if self.pixmap.size() != size * ratio:
            self.pixmap = QPixmap(size * ratio)
            self.pixmap.setDevicePixelRatio(ratio)
            self.stale = None
        whole = QRect(0, 0, size.width(), size.height())
        region = QRegion(whole) if self.stale is None else self.stale & whole
        if not region.isEmpty():
            rects = list(region) if region.rectCount() <= PIECES else [region.boundingRect()]  # type: ignore[call-overload]
            self.sheet.look_at(view.box(0, 0, size.width(), size.height()), view.scale)
            painter = QPainter(self.pixmap)
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._paint(painter, rects, view, colours, grid, without)
            finally:
                painter.end()
        self.stale = QRegion()
        return self.pixmap

    def _paint(
        self, painter: QPainter, rects: Iterable[QRect], view: View, colours: Colours, grid: bool, without: Collection[Id]
    ) -> None:  # fmt: skip
        for rect in rects:
            painter.save()
            painter.setClipRect(rect)
            painter.fillRect(rect, QColor(colours.canvas))
            if grid:
                paint_dots(painter, rect, view, colours.dots)
            painter.translate(view.x, view.y)
            painter.scale(view.scale, view.scale)
            box = view.box(rect.left() - 1, rect.top() - 1, rect.right() + 2, rect.bottom() + 2)
            self.sheet.paint(painter, box, view.scale, without=without)
            painter.restore()


def paint_dots(painter: QPainter, rect: QRect, view: View, colour: str) -> None:
    """The grid as dots; it gets coarser and fades below 50 %."""
    strength = min(1.0, max(0.0, (view.zoom - 0.2) / 0.3))
    if strength == 0.0:
        return
    step = GRID
    while step * view.scale < 15:
        step *= 2
    left, top, right, bottom = view.box(rect.left(), rect.top(), rect.right() + 1, rect.bottom() + 1)
    xs = [i * step * view.scale + view.x for i in range(int(left // step), int(right // step) + 2)]
    ys = [i * step * view.scale + view.y for i in range(int(top // step), int(bottom // step) + 2)]
    ink = QColor(colour)
    ink.setAlphaF(strength)
    painter.setPen(QPen(ink, 1.4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoints([QPointF(x, y) for y in ys for x in xs])
