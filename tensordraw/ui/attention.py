"""Where the keys go: back to the drawing once somebody is done in a panel, and never unasked into a text field.

Qt gives the focus of a button that goes or can no longer be pressed to the next widget of the window, which may be a line
of the inspector: the next letter, meant as a key of the drawing, would then be typed over a name.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QWidget
from shiboken6 import isValid

TYPED_IN = (QLineEdit, QAbstractSpinBox, QPlainTextEdit)


class Attention(QObject):
    """For one window."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        window.inspector.left.connect(window.performer.focus_canvas)
        window.problems.mended.connect(self._mend)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._moved)

    def _mend(self, remedy: str, item: str) -> None:
        self.window.run(*(("attach", item) if remedy == "attach" else ("mend", (remedy, item))))
        self.window.performer.focus_canvas()

    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        gone = isinstance(old, QAbstractButton) and isValid(old) and not (old.isVisible() and old.isEnabled())
        if gone and isinstance(new, TYPED_IN) and self.window.isAncestorOf(new):
            self.window.performer.focus_canvas()
