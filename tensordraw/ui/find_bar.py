"""The find field over the canvas: typing selects and scrolls to the first match, Enter goes on, Escape closes it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QWidget

from tensordraw.editor import events
from tensordraw.editor.actions.finding import matches
from tensordraw.ui.bindings import tell
from tensordraw.ui.session import Session
from tensordraw.ui.widgets import button, label, named, row

WIDE = 340  # pixels


class FindBar(QFrame):
    """Finds in one document. `left` comes when it is closed."""

    left = Signal()

    def __init__(self, parent: QWidget, session: Session, text: str) -> None:
        super().__init__(parent)
        self.session = session
        self.setProperty("role", "popup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.field = QLineEdit(text)
        self.field.setPlaceholderText("Find a name, an index, a dimension")
        self.field.setAccessibleName("Find")
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._seek)
        self.count: QLabel = label("", "faint")
        self.count.setAccessibleName("Which match of how many")
        back = button("up", "Find previous", lambda: self.step(-1))
        on = button("down", "Find next", lambda: self.step(1))
        tell(back, "Find previous{?find_previous}")
        tell(on, "Find next{?find_next}")
        away = button("close", "Close (Escape)", self.dismiss)
        made = row(self.field, self.count, back, on, away, margins=(8, 6, 6, 6), spacing=4)
        self.setLayout(made)
        named(self, "Find in the drawing")
        session.changed.connect(self._count)
        self._done = False

    def open_in(self, room: QWidget) -> None:
        """Show it at the upper right of this widget."""
        self.resize(min(WIDE, room.width() - 16), self.sizeHint().height())
        self.move(room.width() - self.width() - 8, 8)
        self.show()
        self.raise_()
        self.field.selectAll()
        self.field.setFocus()
        self._count()

    def step(self, by: int) -> None:
        """Go to the next or the previous match."""
        self.session.send(events.Run("find_next" if by > 0 else "find_previous"))

    def dismiss(self) -> None:
        """Close it; what was found stays selected."""
        if not self._done:
            self._done = True
            self.session.changed.disconnect(self._count)
            self.hide()
            self.left.emit()
            self.deleteLater()

    def _seek(self, text: str) -> None:
        self.session.send(events.Run("find", text))
        self._count()

    def _count(self) -> None:
        state = self.session.state
        found = matches(state.document, self.field.text())
        now = next((place for place, item in enumerate(found) if state.selection == {item}), None)
        words = "" if not self.field.text().strip() else "none" if not found else f"{len(found)}"
        self.count.setText(words if now is None else f"{now + 1} of {len(found)}")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape:
                self.dismiss()
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.step(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
                return True
        return super().eventFilter(watched, event)
