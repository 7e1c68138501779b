"""A 2-D slice of an array as a picture: a numpy colour table and a QImage, no plotting library.

Values of both signs use a diverging table centred on zero; values of one sign a sequential one. What is not a number is
drawn in its own colour.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

# Control points of the tables (red, green, blue): blue-white-orange, and a dark-to-light single ramp.
DIVERGING = ((33, 80, 160), (120, 165, 215), (245, 245, 245), (240, 165, 90), (176, 70, 10))
SEQUENTIAL = ((247, 249, 252), (190, 212, 238), (110, 160, 215), (45, 100, 180), (15, 40, 95))
MISSING = (200, 0, 150)


def table(both_signs: bool) -> Any:
    """RGB bytes `[256, 3]` from the lowest value to the highest."""
    import numpy as np

    points = DIVERGING if both_signs else SEQUENTIAL
    stops = np.linspace(0, 255, len(points))
    return np.stack([np.interp(np.arange(256), stops, [p[k] for p in points]) for k in range(3)], axis=1).astype(
        np.uint8
    )


def colours(values: Any) -> tuple[Any, float, float]:
    """RGB bytes `[row, column, 3]` of a real 2-D array, and the values at the two ends of the table."""
    import numpy as np

    numbers = np.asarray(values, dtype=np.float64)  # row, column
    finite = np.isfinite(numbers)
    low = float(numbers[finite].min()) if finite.any() else 0.0
    high = float(numbers[finite].max()) if finite.any() else 0.0
    if low < 0 < high:
        high = max(-low, high)
        low = -high
    span = high - low or 1.0
    place = np.where(finite, (numbers - low) / span * 255, 0).astype(np.uint8)
    pixels = table(low < 0 < high)[place]  # row, column, 3
    pixels[~finite] = MISSING
    return pixels, low, high


class Heatmap(QWidget):
    """Paints one slice; `pointed` gives the row, column and value under the pointer as words."""

    pointed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setMinimumSize(160, 90)
        self.setMouseTracking(True)
        self.setAccessibleName("Heatmap")
        self.values: Any = None
        self.low = self.high = 0.0
        self.vector = False
        self._image = QImage()
        self._bar = QImage()  # the colour table from the lowest value to the highest

    def show_values(self, values: Any) -> None:
        """Show a 1-D or 2-D array (None: nothing); large ones are thinned to 1024 entries a side."""
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
        steps = [max(1, -(-size // 1024)) for size in values.shape]
        self.values = np.asarray(values[:: steps[0], :: steps[1]])
        self.steps = steps
        pixels, self.low, self.high = colours(self.values)
        pixels = np.ascontiguousarray(pixels)
        rows, columns, _ = pixels.shape
        self._image = QImage(pixels.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()
        bar = np.ascontiguousarray(table(self.low < 0 < self.high))
        self._bar = QImage(bar.data, 256, 1, 3 * 256, QImage.Format.Format_RGB888).copy()
        self.setAccessibleDescription(f"{rows} by {columns} entries from {self.low:.4g} to {self.high:.4g}")
        self.update()

    def _frame(self) -> QRect:
        """Where the picture lies: square entries, as large as fits."""
        if self._image.isNull():
            return QRect()
        bar = 22
        scale = min((self.width() - 2) / self._image.width(), (self.height() - bar) / self._image.height())
        if scale > 1:
            scale = min(int(scale), 40)
        width, height = max(1, int(self._image.width() * scale)), max(1, int(self._image.height() * scale))
        return QRect(0, 0, width, height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        frame = self._frame()
        if frame.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, frame.width() < self._image.width())
        painter.drawImage(frame, self._image)
        painter.setPen(self.palette().mid().color())
        painter.drawRect(frame.adjusted(0, 0, -1, -1))
        painter.setPen(QColor(self.palette().placeholderText().color()))
        line, low, high = frame.bottom() + 4, f"{self.low:.4g}", f"{self.high:.4g}"
        wide = painter.fontMetrics().horizontalAdvance(low) + 8
        painter.drawText(QRect(0, line, wide, 18), Qt.AlignmentFlag.AlignLeft, low)
        painter.drawImage(QRect(wide, line + 4, 90, 9), self._bar)
        painter.drawText(QRect(wide + 98, line, self.width() - wide - 98, 18), Qt.AlignmentFlag.AlignLeft, high)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit("")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        frame, at = self._frame(), event.position().toPoint()
        if self.values is None or not frame.contains(at):
            self.pointed.emit("")
            return
        row, column = self._entry(at, frame)
        at_row = "" if self.vector else f"{row * self.steps[0]}, "
        self.pointed.emit(f"[{at_row}{column * self.steps[1]}] = {self.values[row, column]:.6g}")

    def _entry(self, at: QPoint, frame: QRect) -> tuple[int, int]:
        rows, columns = self.values.shape
        return min(at.y() * rows // frame.height(), rows - 1), min(at.x() * columns // frame.width(), columns - 1)
