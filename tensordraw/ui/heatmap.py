"""A 2-D slice of an array as a picture: a numpy colour table and a QImage, no plotting library.

The picture has a colour bar with numbers, and texts on its axes where positions have them (tokens). An entry is pointed at
by the mouse or, with the focus, by the arrow keys; `pointed` tells which.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from tensordraw.diagram.visible import visible
from tensordraw.figure import heat_colours
from tensordraw.figure.heat_colours import Scale

SIDE = 1024  # entries a side that are painted; larger slices are thinned
LARGEST = 40  # pixels of an entry, where there is no more room than a panel has
BAR = 12  # pixels of the colour bar
TOP = 7  # pixels above the picture: half a line, where texts stand at its rows
SMALLEST = 6.0  # points of texts; where they are still too large, some are left out
LONGEST = 90  # pixels for the texts of an axis
ARROWS = {
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}


class Heatmap(QWidget):
    """Paints one slice; `pointed` gives row and column of the entry under the pointer, -1 and -1 for none."""

    pointed = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.largest = LARGEST
        self.setMinimumSize(160, 90)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Heatmap")
        self.values: Any = None
        self.scale = Scale(0.0, 0.0, False)
        self.vector = False
        self.steps = [1, 1]
        self.rows: tuple[str, ...] = ()  # texts of the positions
        self.columns: tuple[str, ...] = ()
        self.signs: list[tuple[str, tuple[int, int, int]]] = []  # what is no finite number, with its colour
        self.at: tuple[int, int] | None = None  # the entry that is pointed at, of those that are painted
        self._image = QImage()
        self._bar = QImage()  # the colour table, the highest number on top

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    def show_values(
        self, values: Any, rows: tuple[str, ...] = (), columns: tuple[str, ...] = (), scale: Scale | None = None
    ) -> None:
        """Show a real 1-D or 2-D array (None: nothing), with texts at its rows and columns, in `scale` or its own."""
        self.at = None
        if values is None:
            self.values, self._image = None, QImage()
            self.setAccessibleDescription("")
            self.update()
            return
        import numpy as np  # late: the first paint shows no values

        if np.iscomplexobj(values):
            values = np.abs(values)
        self.vector = values.ndim == 1
        values = np.atleast_2d(values)
        self.steps = [max(1, -(-size // SIDE)) for size in values.shape]
        self.values = np.asarray(values[:: self.steps[0], :: self.steps[1]])
        self.rows, self.columns = rows, columns
        self.scale = scale or heat_colours.scale_of(self.values)
        self._image = _image(heat_colours.colours(self.values, self.scale))
        ramp = np.linspace(self.scale.high, self.scale.low, 128)[:, None]
        self._bar = _image(heat_colours.colours(ramp, self.scale))
        high, wide = self.values.shape
        low, top = self.scale.low, self.scale.high
        self.signs = heat_colours.signs(self.values)
        others = "".join(f", a colour of its own for {words}" for words, _ in self.signs)
        self.setAccessibleDescription(f"{high} by {wide} entries, colours from {low:.4g} to {top:.4g}{others}")
        self.update()

    # ------------------------------------------------------------------------------------------------------- geometry

    def _texts_room(self) -> tuple[int, int]:
        """Pixels left of the picture and below it for texts."""
        metrics = self.fontMetrics()
        left = max((metrics.horizontalAdvance(visible(words)) for words in self.rows), default=0)
        below = max((metrics.horizontalAdvance(visible(words)) for words in self.columns), default=0)
        return min(left, LONGEST) + 9 * bool(left), min(below, LONGEST) + 9 * bool(below)

    def _frame(self) -> QRect:
        """Where the picture lies: square entries, as large as fits beside texts and colour bar."""
        if self._image.isNull():
            return QRect()
        left, below = self._texts_room()
        side = BAR + 14 + self._numbers_room()
        top = TOP if self.rows else 0
        room, high = max(self.width() - 2 - left - side, 8), max(self.height() - 2 - below - top, 8)
        across, down = room / self._image.width(), high / self._image.height()
        scale = min(across, down)
        if scale > 1:
            scale = min(int(scale), self.largest)
        width, height = self._image.width() * scale, self._image.height() * scale
        if width < 0.3 * room and self._image.width() > 1:  # very tall: not square then
            width = min(0.3 * room, self._image.width() * self.largest)
        if height < min(0.3 * high, 24):  # very wide, or a vector
            height = min(0.3 * high, 24)
        return QRect(left, top, max(1, int(width)), max(1, int(height)))

    def _numbers_room(self) -> int:
        numbers = [*(heat_colours.written(value) for value in self._ticks()), *(words for words, _ in self.signs)]
        return max(self.fontMetrics().horizontalAdvance(words) for words in numbers)

    def _ticks(self) -> list[float]:
        return heat_colours.ticks(self.scale.low, self.scale.high, 4)

    # ------------------------------------------------------------------------------------------------------- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        frame = self._frame()
        if frame.isNull():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, frame.width() < self._image.width())
        painter.drawImage(frame, self._image)
        painter.setPen(self.palette().mid().color())
        painter.drawRect(frame.adjusted(0, 0, -1, -1))
        self._paint_texts(painter, frame)
        self._paint_bar(painter, frame)
        if self.at is not None:
            painter.setPen(QPen(self.palette().highlight().color(), 2))
            painter.drawRect(self._cell(*self.at, frame))
        elif self.hasFocus():
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.drawRect(frame.adjusted(-1, -1, 0, 0))

    def _paint_texts(self, painter: QPainter, frame: QRect) -> None:
        painter.setPen(self.palette().text().color())
        usual = painter.font()
        rows, columns = self.values.shape
        painter.setFont(
            _small(usual, frame.height() / min(len(self.rows), rows * self.steps[0])) if self.rows else usual
        )
        metrics, line = painter.fontMetrics(), painter.fontMetrics().height()
        for place in _spread(min(len(self.rows), rows * self.steps[0]), frame.height(), line):
            y = frame.top() + (place / self.steps[0] + 0.5) * frame.height() / rows
            words = metrics.elidedText(visible(self.rows[place]), Qt.TextElideMode.ElideRight, frame.left() - 6)
            box = QRect(0, round(y - line / 2), frame.left() - 6, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
        if self.columns:
            painter.setFont(_small(usual, frame.width() / min(len(self.columns), columns * self.steps[1])))
        metrics, line = painter.fontMetrics(), painter.fontMetrics().height()
        for place in _spread(min(len(self.columns), columns * self.steps[1]), frame.width(), line):
            x = frame.left() + (place / self.steps[1] + 0.5) * frame.width() / columns
            words = metrics.elidedText(visible(self.columns[place]), Qt.TextElideMode.ElideRight, LONGEST)
            painter.save()
            painter.translate(x, frame.bottom() + 6)
            painter.rotate(-90)
            box = QRect(-LONGEST, -line // 2, LONGEST, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
            painter.restore()
        painter.setFont(usual)

    def _paint_bar(self, painter: QPainter, frame: QRect) -> None:
        """The colour bar with its numbers, right of the picture, and below it the colours of what is no finite number."""
        line = painter.fontMetrics().height()
        room = self.height() - (2 + len(self.signs)) * line - (6 if self.signs else 0)
        high = min(max(frame.height(), 3 * line), max(room, 24), 160)
        top = line // 2
        bar = QRect(frame.right() + 12, top, BAR, high)
        painter.drawImage(bar, self._bar)
        painter.setPen(self.palette().mid().color())
        painter.drawRect(bar.adjusted(0, 0, -1, -1))
        painter.setPen(QColor(self.palette().placeholderText().color()))
        span = self.scale.high - self.scale.low
        for value in self._ticks():
            share = (self.scale.high - value) / span if span > 0 else 0.5
            y = round(top + share * (high - 1))
            box = QRect(bar.right() + 5, y - line // 2, self.width() - bar.right() - 5, line)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, heat_colours.written(value)
            )
        for place, (words, colour) in enumerate(self.signs):
            y = bar.bottom() + 6 + line // 2 + place * line
            painter.setPen(self.palette().mid().color())
            painter.setBrush(QColor(*colour))
            painter.drawRect(QRect(bar.left(), y + (line - BAR) // 2, BAR - 1, BAR - 2))
            painter.setPen(QColor(self.palette().placeholderText().color()))
            box = QRect(bar.right() + 5, y, self.width() - bar.right() - 5, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _cell(self, row: int, column: int, frame: QRect) -> QRect:
        rows, columns = self.values.shape
        left, right = (frame.left() + frame.width() * k // columns for k in (column, column + 1))
        top, low = (frame.top() + frame.height() * k // rows for k in (row, row + 1))
        return QRect(QPoint(left, top), QPoint(max(right - 1, left), max(low - 1, top)))

    # --------------------------------------------------------------------------------------------------- mouse and keys

    def point(self, at: tuple[int, int] | None) -> None:
        """Point at an entry of those that are painted, or at none."""
        if at == self.at:
            return
        self.at = at
        self.update()
        if at is None:
            self.pointed.emit(-1, -1)
        else:
            self.pointed.emit(at[0] * self.steps[0], at[1] * self.steps[1])

    def leaveEvent(self, event: QEvent) -> None:
        self.point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.point(None)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame, at = self._frame(), event.position().toPoint()
        if self.values is None or not frame.contains(at):
            self.point(None)
            return
        rows, columns = self.values.shape
        row = (at.y() - frame.top()) * rows // frame.height()
        column = (at.x() - frame.left()) * columns // frame.width()
        self.point((min(row, rows - 1), min(column, columns - 1)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None or self.values is None:
            super().keyPressEvent(event)
            return
        rows, columns = self.values.shape
        row, column = self.at or (0, 0)
        if self.at is not None:
            row, column = min(max(row + step[0], 0), rows - 1), min(max(column + step[1], 0), columns - 1)
        self.point((row, column))


def _image(pixels: Any) -> QImage:
    import numpy as np

    pixels = np.ascontiguousarray(pixels)
    rows, columns, _ = pixels.shape
    return QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _small(font: QFont, pitch: float) -> QFont:
    """The font as small as lines so far apart need it, down to `SMALLEST` points."""
    found = QFont(font)
    while QFontMetricsF(found).height() - 2 > pitch and found.pointSizeF() > SMALLEST:
        found.setPointSizeF(max(found.pointSizeF() - 0.5, SMALLEST))
    return found


def _spread(count: int, pixels: int, line: int) -> range:
    """Which positions have room for their text."""
    step = 1
    while count and pixels / count * step < line - 2:
        step += 1
    return range(0, count, step)
