"""The small bar beside what is selected: six actions at hand. It is hidden while a gesture is under way and while the pointer
is far away, and it lies where it covers no body and no label, above the selection if it can."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame

from tensordraw.diagram.records import Diagram, Id, node_legs
from tensordraw.editor.commands import find
from tensordraw.editor.state import Idle
from tensordraw.figure.near import near
from tensordraw.figure.paths import bounds
from tensordraw.ui.bindings import tell
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.menus import keyed
from tensordraw.ui.paint import union
from tensordraw.ui.style_menu import style_menu
from tensordraw.ui.view import View
from tensordraw.ui.widgets import button, named, row

SOON = 220  # ms after the selection until it appears
MOST = 60  # selected items; among more it would only be in the way
APART = 20  # pixels between it and the selection
EDGE = 6  # pixels from the border of the canvas
AWAY = 260  # pixels from it and the selection, from which on the pointer works elsewhere
SEEN = ("body", "note", "label", "mark", "sign")  # what it must not cover
ACTIONS = (
    ("edit_label", "note"), ("add_leg", "leg"), ("style", "style"), ("wrap_bubble", "bubble"), ("load_array", "open"),
)  # fmt: skip


class FloatingBar(QFrame):
    """For one canvas."""

    def __init__(self, window: Any, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.window_, self.canvas = window, canvas
        self.setProperty("role", "popup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.buttons = {}
        for name, picture in ACTIONS:
            if name == "style":
                self.buttons[name] = button(picture, "Style…", self._style)
                self.buttons[name].setToolTip("Colour, line and curve of the selection")
                self.buttons[name].setFocusPolicy(Qt.FocusPolicy.NoFocus)
                continue
            command = find(name)
            made = self.buttons[name] = button(picture, command.title, partial(self._run, name))
            tell(made, keyed(command))
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        more = self.buttons["more"] = button("sliders", "More…", self._more)
        more.setToolTip("All that can be done with the selection (right click)")
        more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        named(self, "Actions of the selection")
        self.setLayout(row(*self.buttons.values(), margins=(4, 3, 4, 3), spacing=0))
        self.hide()
        self.later = QTimer(self, singleShot=True, interval=SOON)
        self.later.timeout.connect(self.place)
        self.around = QRect()  # the selection, in pixels
        self.shown_for: tuple[frozenset[Id], Diagram, View] | None = None
        canvas.session.changed.connect(self.follow)
        canvas.view_changed.connect(self.follow)
        canvas.installEventFilter(self)

    def follow(self) -> None:
        """Something changed: go away, and come back where it is wanted."""
        state = self.canvas.session.state
        if self.shown_for is not None and isinstance(state.tool, Idle):
            selection, document, view = self.shown_for
            if selection is state.selection and document is state.document and view == self.canvas.view:
                return
        self.shown_for = None
        self.hide()
        if state.selection and len(state.selection) <= MOST and isinstance(state.tool, Idle):
            self.later.start()
        else:
            self.later.stop()

    def place(self) -> None:
        """Show it beside the selection; nowhere where the selection is out of sight."""
        canvas, state = self.canvas, self.canvas.session.state
        busy = self.window_.performer.floating is not None or not isinstance(state.tool, Idle)
        content = state.document.content
        nodes = (content.nodes[item] for item in state.selection if item in content.nodes)
        legs = (leg.id for node in nodes for leg in node_legs(node))  # with the labels at their ends
        box = union(made.item.box for made in canvas.sheet.owned(*state.selection, *legs))
        tables = (content.nodes, content.regions, content.wires)
        found = any(item in table for table in tables for item in state.selection)
        if box is None or busy or not found:
            return
        left, top = canvas.view.to_screen(box[0], box[1])
        right, bottom = canvas.view.to_screen(box[2], box[3])
        if right < 0 or bottom < 0 or left > canvas.width() or top > canvas.height():
            return
        for name, made in self.buttons.items():
            made.setEnabled(name in ("more", "style") or find(name).enabled(state) is None)
        self.adjustSize()
        around = QRect(QPoint(round(left), round(top)), QPoint(round(right), round(bottom)))
        room = canvas.rect().adjusted(EDGE, EDGE, -EDGE, -EDGE)
        spots = [spot for spot in _spots(around, self.size(), room) if room.contains(spot)]
        if not spots:
            return
        self.move(min(spots, key=self._covered).topLeft())
        self.shown_for = (state.selection, state.document, canvas.view)
        self.around = around
        self.show()
        self.raise_()

    def _covered(self, spot: QRect) -> float:
        """How many square pixels of bodies, notes and labels lie under the bar there."""
        view, figure = self.canvas.view, self.canvas.sheet.figure
        if figure is None:
            return 0.0
        left, top, right, bottom = view.box(spot.left(), spot.top(), spot.right(), spot.bottom())
        covered = 0.0
        for k in near(figure).touching((left, top, right, bottom)):
            for shape in figure.items[k].shapes:
                if shape.role in SEEN:
                    a, b, c, d = bounds(shape.path)
                    covered += max(min(c, right) - max(a, left), 0.0) * max(min(d, bottom) - max(b, top), 0.0)
        return covered * view.scale**2

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Resize):
            self._leave()
            self.follow()
        elif event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent) and self.shown_for is not None:
            reach = self.geometry().united(self.around).adjusted(-AWAY, -AWAY, AWAY, AWAY)
            self.setVisible(reach.contains(event.position().toPoint()))
        return False

    def _leave(self) -> None:
        self.shown_for = None
        self.hide()

    def _run(self, name: str) -> None:
        self._leave()
        self.canvas.setFocus()
        self.window_.run(name)

    def _style(self) -> None:
        self._leave()
        self.canvas.setFocus()
        menu = style_menu(self.canvas, self.window_, self.canvas.session.state)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _more(self) -> None:
        self._leave()
        self.canvas.setFocus()
        self.canvas.menu_asked.emit(self.mapToGlobal(self.rect().bottomLeft()))


def _spots(around: QRect, size: QSize, room: QRect) -> list[QRect]:
    """Places of that size above, below, right and left of a rectangle, the best first, moved along it into the room."""
    x = min(max(around.center().x() - size.width() // 2, room.left()), room.right() - size.width() + 1)
    y = min(max(around.center().y() - size.height() // 2, room.top()), room.bottom() - size.height() + 1)
    corners = (
        (x, around.top() - APART - size.height()), (x, around.bottom() + APART),
        (around.right() + APART, y), (around.left() - APART - size.width(), y),
    )  # fmt: skip
    return [QRect(QPoint(*corner), size) for corner in corners]
