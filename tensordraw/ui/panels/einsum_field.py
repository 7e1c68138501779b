"""The einsum line of the code panel: it shows the string of a drawing that is one contraction, and editing it edits the
drawing. What is faulty is marked while it is typed and changes nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from tensordraw.diagram.records import Diagram
from tensordraw.editor.respelling import respelled
from tensordraw.errors import Error
from tensordraw.ui.look import code_font
from tensordraw.ui.widgets import column, label, named, row


class Line(QLineEdit):
    """The field itself; `given_up` comes with Escape and when it is left."""

    given_up = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.given_up.emit()


class EinsumField(QWidget):
    """`changed` gives a string that is sound and another than the drawing's."""

    changed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.text, self.diagram = "", None
        self.line = Line()
        self.line.setAccessibleName("Einsum string of the drawing")
        self.line.setToolTip("Edit it and press Enter: the drawing follows")
        self.line.setFont(code_font())
        self.line.textEdited.connect(self._check)
        self.line.returnPressed.connect(self._take)
        self.line.given_up.connect(self.restore)
        self.said = label("", "error", wrap=True)
        self.said.hide()
        inside = column(row(label("einsum", "faint"), self.line), self.said, margins=(10, 0, 8, 5), spacing=3)
        named(self, "Einsum string", inside)
        self.hide()

    diagram: Diagram | None

    def show_text(self, text: str, diagram: Diagram | None) -> None:
        """Show the string of this diagram, "" where it has none; what is being typed stays."""
        self.text, self.diagram = text, diagram
        self.setVisible(bool(text))
        if not (self.line.hasFocus() and self.line.isModified()):
            self.restore()

    def restore(self) -> None:
        """Show the drawing's string again."""
        self.line.setText(self.text)
        self.line.setModified(False)
        self._mark("")

    def _fault(self) -> str:
        if self.diagram is None:
            return ""
        try:
            respelled(self.diagram, self.line.text())
        except Error as error:
            return str(error)
        return ""

    def _check(self) -> None:
        self._mark(self._fault())

    def _mark(self, fault: str) -> None:
        self.said.setText(fault)
        self.said.setAccessibleName(fault or "What is wrong")
        self.said.setVisible(bool(fault))
        self.line.setProperty("wrong", bool(fault))
        self.line.style().polish(self.line)

    def _take(self) -> None:
        fault = self._fault()
        self._mark(fault)
        if not fault and self.line.text().strip() != self.text:
            self.line.setModified(False)
            self.changed.emit(self.line.text())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.line.setFont(code_font())
