"""A field that records keys instead of text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from tensordraw.editor import keys as rules
from tensordraw.ui import keys


class KeyField(QLineEdit):
    """Records keys instead of text: one stroke, or two where the first has Ctrl, Alt or Meta. Tab leaves it as any field."""

    pressed = Signal(str)
    accepted = Signal()
    left = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.by_place = False  # whether Shift and a digit is recorded as that, not as the sign that it writes
        self.other = ""  # the last stroke in that other way, "" where there is none
        self.setReadOnly(True)
        self.setPlaceholderText("Press keys")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setAccessibleName(name)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        stroke, before = keys.stroke(event), self.text()
        self.other = keys.digit_stroke(event)
        if self.other and self.by_place:
            stroke, self.other = self.other, stroke
        if not stroke:
            return
        if stroke == "Escape":
            self.left.emit()
        elif stroke == "Enter" and before:
            self.accepted.emit()
        else:
            goes_on = before and len(rules.strokes(before)) == 1 and rules.parts(before)[0] & {"Ctrl", "Meta", "Alt"}
            self.setText(f"{before}, {stroke}" if goes_on else stroke)
            self.pressed.emit(self.text())
