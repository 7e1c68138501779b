"""The log: what was said in the status line, oldest first, with the time."""

from __future__ import annotations

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from tensordraw.ui.look import code_font
from tensordraw.ui.widgets import column, named


class LogPanel(QWidget):
    """A list of messages that grows."""

    def __init__(self) -> None:
        super().__init__()
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setMaximumBlockCount(2000)
        self.text.setFont(code_font(9.5))
        self.text.setAccessibleName("Messages")
        named(self, "Log panel", column(self.text))

    def add(self, words: str, warns: bool = False) -> None:
        """Append one message."""
        time = QTime.currentTime().toString("HH:mm:ss")
        self.text.appendPlainText(f"{time}  {'! ' if warns else '  '}{words}")
