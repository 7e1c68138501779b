"""The handles at the corners of a selected chart, the guides while one is dragged, and the shape of the pointer over them."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from tensordraw.editor import resizing
from tensordraw.editor.state import Idle, Pressed, Resizing, State
from tensordraw.ui.look import Colours

HALF = 4.0  # pixels from the middle of a handle to its sides
_SHAPES = {
    "nw": Qt.CursorShape.SizeFDiagCursor, "se": Qt.CursorShape.SizeFDiagCursor,
    "ne": Qt.CursorShape.SizeBDiagCursor, "sw": Qt.CursorShape.SizeBDiagCursor,
}  # fmt: skip
_OURS = frozenset(_SHAPES.values())


class Pointed(Protocol):
    """What has a pointer: a canvas."""

    state: State | None

    def cursor(self) -> object: ...
    def setCursor(self, shape: Qt.CursorShape, /) -> None: ...
    def unsetCursor(self) -> None: ...


def paint_handles(painter: QPainter, state: State, colours: Colours, px: float) -> None:
    """Handles and guides in layout units; `px` is the size of a pixel. No handles while something else is under way."""
    if not isinstance(state.tool, Idle | Pressed | Resizing):
        return
    if isinstance(state.tool, Resizing):
        painter.setPen(QPen(QColor(colours.guide), px))
        for x1, y1, x2, y2 in state.tool.guides:
            painter.drawLine(QPointF(x1, y1), QPointF(x2, y2))
    held = resizing.held(state)
    for corner, at in resizing.handles(state).items():
        half = (HALF + (1.0 if corner == held else 0.0)) * px
        painter.setPen(QPen(QColor(colours.accent), 1.5 * px))
        painter.setBrush(QColor(colours.accent if corner == held else colours.canvas))
        painter.drawRect(QRectF(at[0] - half, at[1] - half, 2 * half, 2 * half))


def point(canvas: Pointed, shape: Qt.CursorShape) -> None:
    """Give the pointer the shape of the handle that is under it or dragged; `shape` is the one that it has. Shapes of other
    gestures stay."""
    held = None if canvas.state is None else resizing.held(canvas.state)
    wanted = None if held is None else _SHAPES[held]
    if wanted is not None and wanted != shape:
        canvas.setCursor(wanted)
    elif wanted is None and shape in _OURS:
        canvas.unsetCursor()


__all__ = ["paint_handles", "point"]
