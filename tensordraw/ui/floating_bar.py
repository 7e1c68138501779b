"""The small bar above what is selected: six actions at hand. It is hidden while a gesture is under way."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame

from tensordraw.diagram.records import Diagram, Id
from tensordraw.editor.commands import find
from tensordraw.editor.state import Idle
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.menus import with_keys
from tensordraw.ui.paint import union
from tensordraw.ui.view import View
from tensordraw.ui.widgets import button, named, row

SOON = 220  # ms after the selection until it appears
MOST = 60  # selected items; among more it would only be in the way
APART = 12  # pixels above the selection
ACTIONS = (
    ("edit_label", "note"), ("add_leg", "leg"), ("wrap_bubble", "bubble"), ("load_array", "open"), ("rotate", "redo"),
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
            command = find(name)
            made = self.buttons[name] = button(picture, command.title, partial(self._run, name))
            made.setToolTip(with_keys(command))
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        more = self.buttons["more"] = button("sliders", "More…", self._more)
        more.setToolTip("All that can be done with the selection (right click)")
        more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        named(self, "Actions of the selection")
        self.setLayout(row(*self.buttons.values(), margins=(4, 3, 4, 3), spacing=0))
        self.hide()
        self.later = QTimer(self, singleShot=True, interval=SOON)
        self.later.timeout.connect(self.place)
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
        """Show it above the selection, or below where there is no room; nowhere where the selection is out of sight."""
        canvas, state = self.canvas, self.canvas.session.state
        busy = self.window_.performer.floating is not None or not isinstance(state.tool, Idle)
        box = union(made.item.box for made in canvas.sheet.owned(*state.selection))
        content = state.document.content
        bodies = any(item in content.nodes or item in content.regions for item in state.selection)
        if box is None or busy or not bodies:
            return
        left, top = canvas.view.to_screen(box[0], box[1])
        right, bottom = canvas.view.to_screen(box[2], box[3])
        if right < 0 or bottom < 0 or left > canvas.width() or top > canvas.height():
            return
        for name, made in self.buttons.items():
            made.setEnabled(name == "more" or find(name).enabled(state) is None)
        self.adjustSize()
        x = min(max(round((left + right) / 2 - self.width() / 2), 6), canvas.width() - self.width() - 6)
        y = round(top) - APART - self.height()
        if y < 6:
            y = round(bottom) + APART
        if y + self.height() > canvas.height() - 6:
            return
        self.move(x, y)
        self.shown_for = (state.selection, state.document, canvas.view)
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Resize):
            self.shown_for = None
            self.hide()
            self.follow()
        return False

    def _run(self, name: str) -> None:
        self.hide()
        self.canvas.setFocus()
        self.window_.run(name)

    def _more(self) -> None:
        self.hide()
        self.canvas.setFocus()
        self.canvas.menu_asked.emit(self.mapToGlobal(self.rect().bottomLeft()))
