"""Models' folders in the window: let go over a widget, and what is shown once they are read."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.ui.window import Window

NONE = Qt.KeyboardModifier.NoModifier


def drop(widget: QWidget, path: Path, at: tuple[float, float] = (200.0, 150.0)) -> None:
    """Let go of a file or folder over a widget, as a file manager does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    left, action = Qt.MouseButton.LeftButton, Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(round(at[0]), round(at[1])), action, mime, left, NONE)
    QApplication.sendEvent(widget, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(widget, QDropEvent(QPointF(*at), action, mime, left, NONE))


def loaded(window: Window, qtbot: QtBot) -> td.Diagram:
    """The shown document once it takes its arrays from files."""
    qtbot.waitUntil(lambda: bool(window.state and window.state.document.content.sources), timeout=20_000)
    assert window.state is not None
    return window.state.document
