"""The palette as a narrow column of pictures, for whoever wants the room for the drawing.

It holds the same tiles as the palette, without words: each is dragged onto the canvas, or clicked to be inserted, and its
tooltip says what it is and which keys insert it. Functions have a picture with their name, as their bubbles have.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QSizePolicy, QToolButton, QWidget

from tensordraw.ui.widgets import button, column, named

WIDE = 44  # pixels of the column
TILE = QSize(39, 31)
PICTURE = QSize(35, 27)
BAR = 4  # pixels of the scroll bar


class Line(QWidget):
    """A thin line between two groups."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(7)
        self.setAccessibleName("Line")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(6, 3, self.width() - 12, 1, self.palette().color(QPalette.ColorRole.Mid))


class IconBar(QWidget):
    """Tiles in a column. `widen_asked` wants the whole palette back, `outline_asked` the outline that lies behind it."""

    widen_asked = Signal()
    outline_asked = Signal()

    def __init__(self, groups: Sequence[tuple[str, Sequence[QToolButton]]]) -> None:
        super().__init__()
        self.widen = button("chevron_right", "Expand the palette", self.widen_asked.emit)
        self.outline = button("outline", "Outline", self.outline_asked.emit)
        for one in (self.widen, self.outline):
            one.setFixedSize(TILE)
            one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        holder = QWidget()
        tiles = column(margins=(1, 0, 0, 6), spacing=0)
        for number, (_, inside) in enumerate(groups):
            if number:
                tiles.addWidget(Line())
            for tile in inside:
                tiles.addWidget(tile)
        tiles.addStretch(1)
        named(holder, "Kinds", tiles)
        scroll = self.area = QScrollArea()
        scroll.setWidget(holder)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Kinds to insert, as icons")
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab goes from tile to tile, and what has the focus is in sight
        scroll.verticalScrollBar().setStyleSheet(
            f"QScrollBar:vertical {{ width: {BAR}px; }} QScrollBar::handle:vertical {{ margin: 0; border-radius: {BAR // 2}px; }}"
        )
        top = column(self.widen, self.outline, Line(), margins=(1, 6, 0, 0), spacing=0)
        layout = column(spacing=0)
        layout.addLayout(top)
        layout.addWidget(scroll)
        named(self, "Palette as icons", layout)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFixedWidth(WIDE)


def function_icon(words: str, colour: str, ratio: float) -> QIcon:
    """The picture of a function: a bubble of its colour with its name in it, in one or two lines."""
    pixmap = QPixmap(PICTURE * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    box = QRectF(0.75, 1.75, PICTURE.width() - 1.5, PICTURE.height() - 3.5)
    fill = QColor(colour)
    fill.setAlphaF(0.16)
    painter.setBrush(fill)
    painter.setPen(QPen(QColor(colour), 1.4))
    painter.drawRoundedRect(box, 8, 8)
    lines = _lines(words)
    font = QApplication.font()
    font.setPixelSize(9 if len(lines) == 1 and len(lines[0]) <= 6 else 8)
    painter.setFont(font)
    painter.setPen(QApplication.palette().color(QPalette.ColorRole.WindowText))
    metrics, room = painter.fontMetrics(), box.adjusted(2, 0, -2, 0)
    high = font.pixelSize() + 1.0
    top = box.center().y() - high * len(lines) / 2
    for at, line in enumerate(lines):
        shown = line
        while len(shown) > 2 and metrics.horizontalAdvance(shown) > room.width():
            shown = shown[:-1]
        painter.drawText(QRectF(room.left(), top + at * high, room.width(), high), Qt.AlignmentFlag.AlignCenter, shown)
    painter.end()
    return QIcon(pixmap)


def _lines(words: str) -> list[str]:
    """A name in one or two short lines: ReLU; layer / norm."""
    parts = words.partition(" (")[0].replace(",", "").replace("-", " ").split()
    parts = [part for part in parts if part not in ("to", "in", "one")] or parts
    return [parts[0], " ".join(parts[1:])] if len(parts) > 1 else parts
