"""The small button at the corner of a selected region's border: minus collapses the region to a box, plus expands it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tensordraw.editor import folding
from tensordraw.editor.state import Idle, State
from tensordraw.figure.display import Figure
from tensordraw.ui.look import Colours


def paint_fold_button(painter: QPainter, state: State, figure: Figure, colours: Colours, px: float) -> None:
    """The button in layout units; `px` is the size of a pixel. Nothing while a gesture is under way."""
    region = folding.offered(state)
    if region is None or not isinstance(state.tool, Idle):
        return
    middle = folding.button_of(state.shown, figure, region, 1.0 / px)
    if middle is None:
        return
    at, half = QPointF(*middle), folding.BUTTON * px
    painter.setPen(QPen(QColor(colours.accent), 1.4 * px))
    painter.setBrush(QColor(colours.canvas))
    painter.drawRoundedRect(QRectF(at.x() - half, at.y() - half, 2 * half, 2 * half), 3 * px, 3 * px)
    painter.setPen(QPen(QColor(colours.accent), 1.8 * px, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    arm = 3.6 * px
    painter.drawLine(at - QPointF(arm, 0.0), at + QPointF(arm, 0.0))
    if folding.is_collapsed(state.shown, region):
        painter.drawLine(at - QPointF(0.0, arm), at + QPointF(0.0, arm))
