"""The dialog of keyboard shortcuts worked by keys, as tests do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QWidget,
)

from tensordraw.editor.commands import find
from tensordraw.ui.rebinding import RebindingDialog
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key


def opened(window: Window, hands: Hands) -> RebindingDialog:
    """The dialog, opened by its keys."""
    hands.key(Key.Key_K, CTRL)
    hands.key(Key.Key_S, CTRL)
    (made,) = window.findChildren(RebindingDialog)
    return made


def to(dialog: RebindingDialog, name: str) -> None:
    """Go to the row of a command as one does by keys: type its title, Enter."""
    dialog.search.setFocus()
    dialog.search.selectAll()
    QTest.keyClicks(dialog.search, find(name).title.rstrip("…"))
    QTest.keyClick(dialog.search, Key.Key_Return)
    dialog.list.setCurrentItem(dialog.rows[name])
    assert not dialog.rows[name].isHidden()


def record(dialog: RebindingDialog, name: str, *pressed: tuple[Key, Qt.KeyboardModifier]) -> None:
    """Begin with Enter on the row of a command, and press keys."""
    to(dialog, name)
    QTest.keyClick(dialog.list, Key.Key_Return)
    assert dialog.recorded is find(name)
    for key, held in pressed:
        QTest.keyClick(dialog.field, key, held)


def back(dialog: RebindingDialog, widget: QWidget | None = None) -> None:
    """Close the dialog and go on in the window, on the canvas or this widget."""
    window = dialog.window_
    dialog.close()
    window.activateWindow()
    QApplication.processEvents()
    (widget or window.canvas).setFocus()
    assert QApplication.focusWidget() is (widget or window.canvas)


def bind(dialog: RebindingDialog, name: str, *pressed: tuple[Key, Qt.KeyboardModifier]) -> None:
    record(dialog, name, *pressed)
    QTest.keyClick(dialog.field, Key.Key_Return)
    assert dialog.recorded is None, dialog.wrong.text()
