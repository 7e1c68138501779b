"""A vector as a line: values over positions, with ticks; the entry under the pointer or the arrow keys is told."""

from __future__ import annotations

from math import isfinite
from typing import Any

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from tensordraw.diagram.visible import visible
from tensordraw.figure import heat_colours

DOTS = 60  # up to so many entries have a dot each


class LinePlot(QWidget):
    """Paints one vector; `pointed` gives the position under the pointer, -1 for none."""

    pointed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(160, 90)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Line plot")
        self.values: Any = None
        self.texts: tuple[str, ...] = ()
        self.low, self.high = 0.0, 1.0
        self.at = -1

    def sizeHint(self) -> QSize:
        return QSize(320, 200)

    def show_values(self, values: Any, texts: tuple[str, ...] = ()) -> None:
        """Show a real vector (None: nothing), with texts at its positions."""
        self.values, self.texts, self.at = values, texts, -1
        if values is not None:
            import numpy as np

            finite = np.asarray(values)[np.isfinite(values)]
            self.low, self.high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
            words = f"{len(values)} entries from {self.low:.4g} to {self.high:.4g}"
            self.setAccessibleDescription(words)
            room = 0.05 * (self.high - self.low) or abs(self.low) or 1.0
            self.low, self.high = self.low - room, self.high + room
        self.update()

    def _frame(self) -> QRectF:
        metrics = self.fontMetrics()
        left = max(metrics.horizontalAdvance(heat_colours.written(v)) for v in self._ticks()) + 8
        return QRectF(left, 5, max(self.width() - left - 8, 10), max(self.height() - metrics.height() - 12, 10))

    def _ticks(self) -> list[float]:
        return heat_colours.ticks(self.low, self.high)

    def _place(self, at: int, value: float, frame: QRectF) -> QPointF:
        count = max(len(self.values) - 1, 1)
        share = at / count if len(self.values) > 1 else 0.5
        inset = min(6.0, frame.width() / 4)
        x = frame.left() + inset + (frame.width() - 2 * inset) * share
        return QPointF(x, frame.bottom() - frame.height() * (value - self.low) / (self.high - self.low))

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.values is None or not len(self.values):
            return
        painter = QPainter(self)
        frame = self._frame()
        faint = QColor(self.palette().placeholderText().color())
        painter.setPen(self.palette().mid().color())
        painter.drawRect(frame)
        if self.low < 0 < self.high:
            painter.drawLine(self._place(0, 0.0, frame), self._place(len(self.values) - 1, 0.0, frame))
        self._paint_numbers(painter, frame, faint)
        crowded = len(self.values) > frame.width()  # a wide, smooth line would cost seconds, and look the same
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not crowded)
        painter.setPen(QPen(self.palette().highlight().color(), 0.0 if crowded else 1.4))
        painter.drawPath(self._path(frame))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if len(self.values) <= DOTS:
            painter.setBrush(self.palette().highlight())
            for place, value in enumerate(self.values.tolist()):
                if isfinite(value):
                    painter.drawEllipse(self._place(place, value, frame), 2, 2)
        if 0 <= self.at < len(self.values):
            value = float(self.values[self.at])
            spot = self._place(self.at, value if isfinite(value) else self.low, frame)
            painter.setPen(QPen(faint, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(spot.x(), frame.top()), QPointF(spot.x(), frame.bottom()))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().text())
            painter.drawEllipse(spot, 3.5, 3.5)
        elif self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.drawRect(frame)

    def _path(self, frame: QRectF) -> QPainterPath:
        """The line, broken at what is not finite; of very long vectors the least and the greatest entry a pixel."""
        import numpy as np

        numbers = np.asarray(self.values, dtype=np.float64)
        places = np.arange(numbers.size)
        if numbers.size > 8 * frame.width():
            size = int(-(-numbers.size // (2 * frame.width())))
            chunks = [numbers[start : start + size] for start in range(0, numbers.size, size)]
            found = [(k * size, value) for k, c in enumerate(chunks) for value in (c.min(), c.max())]
            places, numbers = np.array([at for at, _ in found]), np.array([value for _, value in found])
        path, down = QPainterPath(), False
        for place, value in zip(places.tolist(), numbers.tolist(), strict=True):
            if not isfinite(value):
                down = False
                continue
            spot = self._place(place, value, frame)
            if down:
                path.lineTo(spot)
            else:
                path.moveTo(spot)
            down = True
        return path

    def _paint_numbers(self, painter: QPainter, frame: QRectF, colour: QColor) -> None:
        painter.setPen(colour)
        metrics = painter.fontMetrics()
        line = metrics.height()
        for value in self._ticks():
            y = self._place(0, value, frame).y()
            box = QRectF(0, y - line / 2, frame.left() - 5, line)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, heat_colours.written(value)
            )
        count = len(self.values)
        words = [visible(text) for text in self.texts] if len(self.texts) == count else []
        widest = max((metrics.horizontalAdvance(text) for text in words or [str(count - 1)]), default=8) + 10
        room = max(int(frame.width() // widest), 1)
        step = 1
        for each in (k * 10**power for power in range(8) for k in (1, 2, 5)):
            step = each
            if count / each <= room:
                break
        for place in range(0, count, step):
            x = self._place(place, self.low, frame).x()
            box = QRectF(x - widest, frame.bottom() + 4, 2 * widest, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, words[place] if words else str(place))

    def point(self, at: int) -> None:
        """Point at an entry; -1 at none."""
        if at != self.at:
            self.at = at
            self.update()
            self.pointed.emit(at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.values is None or not len(self.values):
            return
        frame, x = self._frame(), event.position().x()
        first, last = (self._place(at, self.low, frame).x() for at in (0, len(self.values) - 1))
        share = (x - first) / (last - first) if last > first else 0.0
        self.point(min(max(round(share * (len(self.values) - 1)), 0), len(self.values) - 1))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None or self.values is None:
            super().keyPressEvent(event)
        else:
            self.point(min(max(self.at + step, 0), len(self.values) - 1) if self.at >= 0 else 0)

    def leaveEvent(self, event: QEvent) -> None:
        self.point(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.point(-1)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
