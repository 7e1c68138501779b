"""A row of chips: tokens with their ids, or next tokens with their probabilities. It scrolls sideways and is painted as one
widget, since a text may have thousands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QScrollArea, QToolTip, QWidget

from tensordraw.diagram.visible import visible
from tensordraw.ui.look import THEMES, Colours

GAP, PAD, HEIGHT = 4, 7, 36


@dataclass(frozen=True, slots=True)
class Chip:
    """What a chip shows: the text of a token, its number in small beneath, whether it is wrong, whether the model wrote
    it, and how much of it is filled (0 to 1, a probability)."""

    text: str
    number: str
    wrong: bool = False
    made: bool = False
    part: float = 0.0

    @property
    def shown(self) -> str:
        """The text as it is painted: spaces and line breaks are seen, other control characters as numbers."""
        return visible(self.text)

    @property
    def words(self) -> str:
        """For tooltips and screen readers."""
        return f"“{self.shown}” {self.number}" + (", wrong" if self.wrong else "")


class Chips(QWidget):
    """The chips beside each other; `pressed` gives the place of a chip that was clicked."""

    pressed = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.chips: tuple[Chip, ...] = ()
        self.colours: Colours = THEMES["light"]
        self.faint = False  # of something earlier
        self._lefts: list[float] = []
        self._widths: list[float] = []
        self.setAccessibleName(name)
        self.setFixedHeight(HEIGHT)
        self.setMouseTracking(True)

    def _small(self) -> QFont:
        font = QFont(self.font())
        font.setPointSizeF(font.pointSizeF() * 0.76)
        return font

    def show_chips(self, chips: Sequence[Chip]) -> None:
        """Show these."""
        if self.chips == tuple(chips):
            return
        self.chips = tuple(chips)
        large, small = QFontMetricsF(self.font()), QFontMetricsF(self._small())
        self._lefts, self._widths, x = [], [], 1.0
        for chip in self.chips:
            width = max(large.horizontalAdvance(chip.shown), small.horizontalAdvance(chip.number))
            self._lefts.append(x)
            self._widths.append(width + 2 * PAD)
            x += width + 2 * PAD + GAP
        self.setMinimumWidth(round(x))
        self.resize(max(round(x), 1), HEIGHT)
        said = ", ".join(chip.words for chip in self.chips[-40:])
        self.setAccessibleDescription(f"{len(self.chips)}: {said}" if self.chips else "none")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(self.minimumWidth(), HEIGHT)

    def box(self, place: int) -> QRectF:
        """Where a chip is."""
        return QRectF(self._lefts[place], 1, self._widths[place], HEIGHT - 2)

    def at(self, x: float) -> int | None:
        """The chip there."""
        return next((k for k, left in enumerate(self._lefts) if left <= x <= left + self._widths[k]), None)

    def paintEvent(self, event: QPaintEvent) -> None:
        c, seen = self.colours, QRectF(event.rect())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.45 if self.faint else 1.0)
        small = self._small()
        for place, chip in enumerate(self.chips):
            box = self.box(place)
            if not box.intersects(seen):
                continue
            edge = QColor(c.error if chip.wrong else c.accent if chip.made else c.border)
            fill = QColor(edge)
            fill.setAlpha(34 if chip.wrong or chip.made else 0)
            painter.setPen(edge)
            painter.setBrush(QColor(c.base))
            painter.drawRoundedRect(box, 5, 5)
            painter.setBrush(fill)
            painter.drawRoundedRect(box, 5, 5)
            if chip.part:
                bar = QColor(c.accent)
                bar.setAlpha(60)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(bar)
                painter.drawRoundedRect(QRectF(box.x(), box.y(), box.width() * chip.part, box.height()), 5, 5)
            painter.setFont(self.font())
            painter.setPen(QColor(c.error if chip.wrong else c.text))
            top = QRectF(box.x(), box.y() + 2, box.width(), 18)
            painter.drawText(top, Qt.AlignmentFlag.AlignCenter, chip.shown)
            painter.setFont(small)
            painter.setPen(QColor(c.faint))
            beneath = QRectF(box.x(), box.y() + 19, box.width(), 13)
            painter.drawText(beneath, Qt.AlignmentFlag.AlignCenter, chip.number)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self.at(event.position().x())
        if event.button() == Qt.MouseButton.LeftButton and place is not None:
            self.pressed.emit(place)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self.at(event.pos().x())
            if place is not None:
                QToolTip.showText(event.globalPos(), self.chips[place].words, self)
                return True
        return super().event(event)


class ChipRow(QScrollArea):
    """Chips in a row that scrolls with the wheel."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.chips = Chips(name)
        self.setWidget(self.chips)
        self.setWidgetResizable(False)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(HEIGHT)
        self.setAccessibleName(f"{name} (row)")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.at_end = False  # the last chip stays in sight, however wide the row becomes
        self.horizontalScrollBar().rangeChanged.connect(lambda: self._follow())

    def _follow(self) -> None:
        bar = self.horizontalScrollBar()
        if self.at_end:
            bar.setValue(bar.maximum())

    def show_chips(self, chips: Sequence[Chip], *, at_end: bool = False) -> None:
        """Show these, scrolled to the first or to the last."""
        if self.chips.chips == tuple(chips):
            return
        self.chips.show_chips(chips)
        bar = self.horizontalScrollBar()
        bar.setRange(0, max(self.chips.width() - self.viewport().width(), 0))
        self.at_end = at_end
        bar.setValue(bar.maximum() if at_end else 0)

    def set_colours(self, colours: Colours) -> None:
        self.chips.colours = colours
        self.chips.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta().x() or event.angleDelta().y()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - delta)
        self.at_end = self.at_end and bar.value() == bar.maximum()
        event.accept()
