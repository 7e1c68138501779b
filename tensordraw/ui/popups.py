"""Lists with a filter field that float over the window: quick insert and the command palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QListWidgetItem, QWidget

from tensordraw.ui.icons import icon
from tensordraw.ui.widgets import column, named, row


@dataclass(frozen=True, slots=True)
class Choice:
    """One row: what is given back, its words, a hint at the right, its icon, and why it cannot be chosen."""

    value: object
    title: str
    hint: str = ""
    icon: str = ""
    refused: str = ""


Search = Callable[[str], Sequence[Choice]]


class FilterList(QFrame):
    """A field and a list. `chosen` gives the value of a row; `closed` comes when it goes without a choice.

    With `accepts_text`, Enter gives the text itself where no row fits.
    """

    chosen = Signal(object)
    closed = Signal()

    def __init__(
        self, parent: QWidget, search: Search, prompt: str, name: str, text_fits: Callable[[str], bool]
    ) -> None:
        super().__init__(parent)
        self.search, self.text_fits = search, text_fits
        self.setProperty("role", "popup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.field = QLineEdit()
        self.field.setPlaceholderText(prompt)
        self.field.setAccessibleName(prompt)
        self.field.installEventFilter(self)
        self.field.textChanged.connect(self._fill)
        self.list = QListWidget()
        self.list.setAccessibleName(name)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.itemClicked.connect(self._choose)
        named(self, name, column(self.field, self.list, margins=(8, 8, 8, 8)))
        self._done = False
        self._fill("")

    def open_at(self, at: QPoint, width: int, height: int) -> None:
        """Show it with its corner there, moved so that it lies in the parent."""
        parent = self.parentWidget()
        assert parent is not None
        self.resize(width, min(height, 76 + 30 * max(self.list.count(), 1)))
        x = min(max(at.x(), 6), max(parent.width() - self.width() - 6, 6))
        y = min(max(at.y(), 6), max(parent.height() - self.height() - 6, 6))
        self.move(x, y)
        self.show()
        self.raise_()
        self.field.setFocus()

    def _fill(self, text: str) -> None:
        self.list.clear()
        for choice in self.search(text):
            line = QListWidgetItem()
            line.setData(Qt.ItemDataRole.UserRole, choice)
            line.setData(
                Qt.ItemDataRole.AccessibleTextRole, " ".join((choice.title, choice.hint, choice.refused)).strip()
            )
            body = QWidget()
            body.setAccessibleName(choice.title)
            title = QLabel(choice.title)
            title.setAccessibleName(choice.title)
            hint = QLabel(choice.refused or choice.hint)
            hint.setAccessibleName(choice.hint or choice.title)
            hint.setProperty("role", "faint")
            parts: list[QWidget | int] = []
            if choice.icon:
                picture = QLabel()
                picture.setPixmap(icon(choice.icon).pixmap(18, 18))
                picture.setAccessibleName(choice.title)
                parts.append(picture)
            named(body, choice.title, row(*parts, title, 1, hint, margins=(6, 2, 8, 2), spacing=8))
            if choice.refused:
                title.setProperty("role", "faint")
                line.setFlags(Qt.ItemFlag.ItemIsEnabled)
            line.setSizeHint(body.sizeHint())
            self.list.addItem(line)
            self.list.setItemWidget(line, body)
        for at in range(self.list.count()):
            if not self.list.item(at).data(Qt.ItemDataRole.UserRole).refused:
                self.list.setCurrentRow(at)
                break

    def _choose(self, line: QListWidgetItem | None) -> None:
        text = self.field.text().strip()
        if text and self.text_fits(text):
            self._finish(text)
        elif line is not None and not line.data(Qt.ItemDataRole.UserRole).refused:
            self._finish(line.data(Qt.ItemDataRole.UserRole).value)

    def _finish(self, value: object) -> None:
        self._done = True
        self.hide()
        self.chosen.emit(value)
        self.deleteLater()

    def dismiss(self) -> None:
        """Close it without a choice."""
        if not self._done:
            self._done = True
            self.hide()
            self.closed.emit()
            self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.dismiss()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key == Qt.Key.Key_Escape:
                self.dismiss()
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentItem())
                return True
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
                step = 1 if key == Qt.Key.Key_Down else -1
                self.list.setCurrentRow(min(max(self.list.currentRow() + step, 0), self.list.count() - 1))
                return True
        return super().eventFilter(watched, event)
