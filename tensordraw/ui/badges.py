"""Presses on the marker of a problem: a click leads to the problem, and a drag is meant for what lies there, the end of a leg
above all, as if there were no marker."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QMouseEvent

from tensordraw.diagram.records import Id
from tensordraw.editor.grasp import DRAG
from tensordraw.editor.state import Idle
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.markers import marker_at


class Badges(QObject):
    """For one canvas, whose mouse events it sees first."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self.held: tuple[Id, QPointF] | None = None  # the item whose marker was pressed on, and where
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent):
            return False
        match event.type():
            case QEvent.Type.MouseButtonPress | QEvent.Type.MouseButtonDblClick:
                return self._press(event)
            case QEvent.Type.MouseMove:
                return self._move(event)
            case QEvent.Type.MouseButtonRelease if event.button() == Qt.MouseButton.LeftButton:
                held, self.held = self.held, None
                if held is not None:
                    self.canvas.marker_pressed.emit(held[0])
                return held is not None
            case _:
                return False

    def _press(self, event: QMouseEvent) -> bool:
        canvas, at = self.canvas, event.position()
        self.held = None
        if event.button() != Qt.MouseButton.LeftButton or event.modifiers() or canvas.pans or not canvas.marks:
            return False
        marked = marker_at(canvas, at.x(), at.y())
        if marked is None or canvas.state is None or not isinstance(canvas.state.tool, Idle):
            return False
        if event.type() == QEvent.Type.MouseButtonPress:
            canvas.setFocus(Qt.FocusReason.MouseFocusReason)
            self.held = (marked, at)
        return True

    def _move(self, event: QMouseEvent) -> bool:
        """Once it is a drag, the canvas gets the press that was held back: a leg's at its end, others where they were."""
        if self.held is None:
            return False
        item, at = self.held
        moved = event.position() - at
        if moved.x() ** 2 + moved.y() ** 2 < DRAG**2:
            return True
        self.held, figure = None, self.canvas.sheet.figure
        anchor = None if figure is None else figure.anchors.get(item)
        if anchor is not None:
            at = QPointF(*self.canvas.view.to_screen(*anchor.tip))
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        press = QEvent.Type.MouseButtonPress
        self.canvas.mousePressEvent(QMouseEvent(press, at, self.canvas.mapToGlobal(at), left, left, none))
        return False
