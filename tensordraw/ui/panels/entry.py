"""Where text is typed in the inspector: one line of a form, several lines, and the cells of a table.

Enter (with Ctrl where there are several lines) and Escape let go (`let_go`: who holds the canvas gives it the focus), unless
what was typed is refused. As long as nothing was typed, undo and redo are the document's: the field leaves their keys to the
window.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QStyledItemDelegate, QWidget

LEAVING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


def of_document(event: QEvent) -> bool:
    """Whether this asks who wants the keys of undo or redo."""
    return (
        event.type() == QEvent.Type.ShortcutOverride
        and isinstance(event, QKeyEvent)
        and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
    )


class Field(QLineEdit):
    """One line; `wrong` is the property that says that its text was refused."""

    let_go = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.first = text

    def event(self, event: QEvent) -> bool:
        if of_document(event) and not self.isModified():
            event.ignore()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setText(self.first)  # which is then not modified, so nothing is told
        super().keyPressEvent(event)
        if event.key() in LEAVING and (event.key() == Qt.Key.Key_Escape or not self.property("wrong")):
            event.accept()
            self.let_go.emit()


class Lines(QPlainTextEdit):
    """A small field of several lines; `finished` comes with another text when it is left. `wrong` is as in `Field`."""

    finished = Signal(str)
    let_go = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.first = self.told = text
        self.setProperty("role", "lines")
        self.setTabChangesFocus(True)

    def text(self) -> str:
        """What stands in it."""
        return self.toPlainText()

    def finish(self) -> None:
        """Tell of the text, where it is another one."""
        if self.text() != self.told:
            self.told = self.text()
            self.finished.emit(self.told)

    def go_on_from(self, other: Lines) -> None:
        """Put the cursor where it was in another field."""
        cursor = self.textCursor()
        cursor.setPosition(min(other.textCursor().position(), len(self.text())))
        self.setTextCursor(cursor)

    def event(self, event: QEvent) -> bool:
        if of_document(event) and self.text() == self.told:
            event.ignore()
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _ends(event):
            event.accept()  # it is a key of the window otherwise
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not _ends(event):
            super().keyPressEvent(event)
            return
        event.accept()
        if event.key() == Qt.Key.Key_Escape:
            self.setPlainText(self.first)
        self.finish()
        if event.key() == Qt.Key.Key_Escape or not self.property("wrong"):
            self.let_go.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        popup = QApplication.activePopupWidget()
        if event.reason() != Qt.FocusReason.PopupFocusReason or popup is None or popup.parent() is not self.viewport():
            self.finish()


def _ends(event: QKeyEvent) -> bool:
    """Whether this key ends typing several lines: Escape, or Enter with Ctrl."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    wanted = Qt.KeyboardModifier.NoModifier if event.key() == Qt.Key.Key_Escape else Qt.KeyboardModifier.ControlModifier
    return event.key() in LEAVING and held == wanted


def entries(within: QWidget) -> list[Field | Lines]:
    """The fields in a widget."""
    return [*within.findChildren(Field), *within.findChildren(Lines)]


class Cells(QStyledItemDelegate):
    """Edits cells: while nothing was typed, undo and redo are the document's."""

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if of_document(event) and isinstance(editor, QLineEdit) and not editor.isModified():
            event.ignore()
            return True
        return super().eventFilter(editor, event)
