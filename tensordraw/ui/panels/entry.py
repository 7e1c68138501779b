"""Where text is typed in the inspector: one line of a form, and the cells of a table.

Enter and Escape let go (`let_go`: who holds the canvas gives it the focus), unless what was typed is refused. As long as
nothing was typed, undo and redo are the document's: the field leaves their keys to the window.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate

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


class Cells(QStyledItemDelegate):
    """Edits cells: while nothing was typed, undo and redo are the document's."""

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if of_document(event) and isinstance(editor, QLineEdit) and not editor.isModified():
            event.ignore()
            return True
        return super().eventFilter(editor, event)
