"""A small map of the drawing at the lower right, only while the drawing is larger than what is seen; dragging in it pans."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from tensordraw.figure.display import Box, Figure
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.overlay import tint
from tensordraw.ui.paint import picture
from tensordraw.ui.recolour import recolouring

WIDE, HIGH = 168, 112  # pixels
SOON = 400  # ms after a change until the map is drawn anew
MOST = 1500  # items; of more only the boxes are drawn


class Minimap(QWidget):
    """For one canvas."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.setAccessibleName("Map of the drawing")
        self.setToolTip("Drag to pan")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setFixedSize(WIDE, HIGH)
        self.figure: Figure | None = None
        self.drawn = QPixmap()
        self.foot = 44  # pixels below it
        self.later = QTimer(self, singleShot=True, interval=SOON)
        self.later.timeout.connect(self._draw)
        self.hide()
        canvas.view_changed.connect(self.follow)
        canvas.session.changed.connect(self.later.start)
        canvas.installEventFilter(self)
        self.later.start()

    def _outside(self) -> bool:
        """Whether some of the drawing is out of sight."""
        figure, canvas = self.canvas.sheet.figure, self.canvas
        if figure is None or not figure.items:
            return False
        left, top, right, bottom = canvas.view.box(-2, -2, canvas.width() + 2, canvas.height() + 2)
        box = figure.box
        return box[0] < left or box[1] < top or box[2] > right or box[3] > bottom

    def stand_on(self, y: int) -> None:
        """Keep clear of what begins at this height of the canvas."""
        self.foot = self.canvas.height() - y + 8
        self._move()

    def _move(self) -> None:
        self.move(self.canvas.width() - WIDE - 12, self.canvas.height() - HIGH - self.foot)

    def follow(self) -> None:
        """Another part is seen: come or go."""
        seen = self._outside() and self.canvas.width() > 3 * WIDE and self.canvas.height() > 3 * HIGH
        if seen and self.canvas.sheet.figure is not self.figure:
            self.later.start()
        self._move()
        self.setVisible(seen and not self.drawn.isNull())
        self.update()

    def _draw(self) -> None:
        figure = self.canvas.sheet.figure
        if figure is None or self.canvas.state is None or self.canvas.state.preview is not None:
            return
        if figure is not self.figure and self._outside():
            self.figure = figure
            self.drawn = self._boxes(figure) if len(figure.items) > MOST else self._picture(figure)
        self.follow()

    def _picture(self, figure: Figure) -> QPixmap:
        colours = recolouring(self.canvas.colours.figure)
        return picture(figure, WIDE, HIGH, self.devicePixelRatioF(), colours, margin=6, most=2.0)

    def _boxes(self, figure: Figure) -> QPixmap:
        made = QPixmap(WIDE, HIGH)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        ink = QColor(self.canvas.colours.faint)
        for item in figure.items:
            x, y = self._to_map(figure.box, item.box[0], item.box[1])
            right, bottom = self._to_map(figure.box, item.box[2], item.box[3])
            painter.fillRect(QRectF(x, y, max(right - x, 1.0), max(bottom - y, 1.0)), ink)
        painter.end()
        return made

    @staticmethod
    def _scale(box: Box) -> float:
        return min((WIDE - 12) / max(box[2] - box[0], 1), (HIGH - 12) / max(box[3] - box[1], 1), 2.0)

    def _to_map(self, box: Box, x: float, y: float) -> tuple[float, float]:
        """A point of the drawing in pixels of the map."""
        scale = self._scale(box)
        return WIDE / 2 + scale * (x - (box[0] + box[2]) / 2), HIGH / 2 + scale * (y - (box[1] + box[3]) / 2)

    def frame(self) -> QRectF:
        """What is seen, in pixels of the map."""
        if self.figure is None:
            return QRectF()
        left, top, right, bottom = self.canvas.view.box(0, 0, self.canvas.width(), self.canvas.height())
        return QRectF(
            QPointF(*self._to_map(self.figure.box, left, top)), QPointF(*self._to_map(self.figure.box, right, bottom))
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        c, painter = self.canvas.colours, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(c.border), 1))
        painter.setBrush(tint(c.base, 0.94))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7)
        painter.setClipRect(self.rect().adjusted(2, 2, -2, -2))
        painter.drawPixmap(0, 0, self.drawn)
        painter.setPen(QPen(QColor(c.accent), 1.5))
        painter.setBrush(tint(c.accent, 0.12))
        painter.drawRect(self.frame())

    def _pan(self, at: QPointF) -> None:
        if self.figure is None:
            return
        box, scale = self.figure.box, self._scale(self.figure.box)
        x = (box[0] + box[2]) / 2 + (at.x() - WIDE / 2) / scale
        y = (box[1] + box[3]) / 2 + (at.y() - HIGH / 2) / scale
        across, down = self.canvas.view.to_screen(x, y)
        middle = self.canvas.width() / 2 - across, self.canvas.height() / 2 - down
        self.canvas.set_view(self.canvas.view.moved(round(middle[0]), round(middle[1])))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pan(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._pan(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.later.start()
        return False
