"""The lower right corner of the canvas: the zoom, which is chosen from a list, a button that fits all, and above them the map of
a drawing larger than what is seen. The keyboard stays with the drawing."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QMenu, QToolButton

from tensordraw.editor.commands import find
from tensordraw.ui import keys
from tensordraw.ui.bindings import keys_of, tell
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.menus import keyed, reason_against
from tensordraw.ui.minimap import Minimap
from tensordraw.ui.widgets import button, named, row
from tensordraw.ui.zoom_field import set_zoom, zoom_words

PERCENTS = (25, 50, 75, 100, 150, 200, 400, 800)
EDGE = 8  # pixels from the borders of the canvas
COMMANDS = ("zoom_in", "zoom_out", "zoom_actual", "fit", "fit_selection")
TIP = "Zoom in percent: choose another. {zoom_in} and {zoom_out} zoom in and out"


class Corner(QFrame):
    """For one canvas; `map` stands above it."""

    def __init__(self, window: Any, canvas: Canvas) -> None:
        super().__init__(canvas)
        self.window_, self.canvas, self.map = window, canvas, Minimap(canvas)
        self.setProperty("role", "corner")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.zoom = QToolButton()
        self.zoom.setAutoRaise(True)
        self.zoom.clicked.connect(self._choose)
        tell(self.zoom, TIP)
        fit = find("fit")
        self.fit = button("fit", fit.title, partial(window.run, fit.id))
        self.fit.setIconSize(QSize(14, 14))
        tell(self.fit, keyed(fit))
        for made in (self.zoom, self.fit):
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        named(self, "Zoom and fit")
        self.setLayout(row(self.zoom, self.fit, spacing=0))
        canvas.view_changed.connect(self.follow)
        canvas.installEventFilter(self)
        self.follow()

    def follow(self) -> None:
        """Show the zoom, at the right width."""
        words = zoom_words(self.canvas.view.zoom)
        if words != self.zoom.text():
            self.zoom.setText(words)
            self.zoom.setAccessibleName(f"Zoom, {words}")
        self.adjustSize()
        self.move(self.canvas.width() - self.width() - EDGE, self.canvas.height() - self.height() - EDGE)
        self.map.stand_on(self.y())
        self.canvas.corner = self.width() + 2 * EDGE

    def menu(self) -> QMenu:
        """What can be chosen: percents, what the keys do, and the field of the toolbar for any other zoom."""
        menu = QMenu(self)
        menu.setAccessibleName("Zoom")
        for percent in PERCENTS:
            made = menu.addAction(f"{percent} %", partial(set_zoom, self.canvas, percent / 100))
            made.setCheckable(True)
            made.setChecked(zoom_words(self.canvas.view.zoom) == made.text())
        menu.addSeparator()
        for name in COMMANDS:
            command = find(name)
            made = menu.addAction(command.title, partial(self.window_.run, name))
            made.setShortcuts([keys.sequence(one) for one in keys_of(name)[:1]])
            made.setShortcutVisibleInContextMenu(True)
            made.setEnabled(reason_against(command, self.canvas.session.state, False) is None)
        menu.addSeparator()
        menu.addAction("Another zoom…", self.window_.zoom_field.ask)
        return menu

    def _choose(self) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        corner = self.zoom.mapToGlobal(QPoint(0, 0))
        menu.popup(corner - QPoint(0, menu.sizeHint().height()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # what is beneath is not meant

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.FontChange):
            self.follow()
        return False
