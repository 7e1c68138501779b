"""Lists with a filter field that float over the window: quick insert and the command palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from tensordraw.ui.icons import icon
from tensordraw.ui.look import literal
from tensordraw.ui.widgets import column, named

ROW = 28  # px


@dataclass(frozen=True, slots=True)
class Choice:
    """One row: what is given back, its words, a hint at the right, its icon, and why it cannot be chosen."""

    value: object
    title: str
    hint: str = ""
    icon: str = ""
    refused: str = ""


class _Rows(QStyledItemDelegate):
    """Paints a row: icon, title, and the hint (or the reason against it) at the right in a fainter colour."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(100, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        choice: Choice = index.data(Qt.ItemDataRole.UserRole)
        palette, rect = option.palette, option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.highlight())
            painter.drawRoundedRect(rect, 5, 5)
        ink = palette.highlightedText().color() if chosen else palette.text().color()
        faint = ink if chosen else palette.placeholderText().color()
        left = rect.left() + 8
        if choice.icon:
            mode = QIcon.Mode.Selected if chosen else QIcon.Mode.Normal
            icon(choice.icon).paint(painter, QRect(left, rect.top() + 5, 18, 18), mode=mode)
            left += 27
        metrics = painter.fontMetrics()
        title = metrics.elidedText(choice.title, Qt.TextElideMode.ElideRight, rect.right() - left - 8)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(faint if choice.refused else ink)
        painter.drawText(QRect(left, rect.top(), rect.right() - left, rect.height()), middle, title)
        start = left + metrics.horizontalAdvance(title) + 18
        room = QRect(start, rect.top(), rect.right() - start - 8, rect.height())
        words = metrics.elidedText(choice.refused or choice.hint, Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(faint)
        painter.drawText(room, middle | Qt.AlignmentFlag.AlignRight, words)
        painter.restore()


Search = Callable[[str], Sequence[Choice]]
Tell = Callable[[str], tuple[str, bool] | None]


class FilterList(QFrame):
    """A field and a list. `chosen` gives the value of a row; `closed` comes when it goes without a choice.

    Enter gives the text itself where `text_fits`. `tell` says what that would do, or (False) why it cannot. `nothing` is said
    where no row is found.
    """

    chosen = Signal(object)
    closed = Signal()

    def __init__(
        self, parent: QWidget, search: Search, prompt: str, name: str, text_fits: Callable[[str], bool],
        tell: Tell = lambda text: None, nothing: str = "Nothing is called that.",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.nothing = nothing
        self.search, self.text_fits, self.tell = search, text_fits, tell
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.told.setFont(literal(self.told.font()))
        self.told.setAccessibleName("What Enter does")
        self.told.hide()
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
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._choose)
        named(self, name, column(self.field, self.told, self.list, margins=(8, 8, 8, 8)))
        self._done = False
        self._full = 0  # its height with a list, once it is open
        self._fill("")

    def open_at(self, at: QPoint, width: int, height: int) -> None:
        """Show it with its corner there, moved so that it lies in the parent."""
        parent = self.parentWidget()
        assert parent is not None
        self._full = min(height, 66 + ROW * max(self.list.count(), 1))
        self.resize(width, self._full)
        x = min(max(at.x(), 6), max(parent.width() - self.width() - 6, 6))
        y = min(max(at.y(), 6), max(parent.height() - self.height() - 6, 6))
        self.move(x, y)
        self.show()
        self.raise_()
        self.field.setFocus()

    def start_at(self, value: object) -> None:
        """Choose the row of this value, as what Enter keeps."""
        for at in range(self.list.count()):
            if self.list.item(at).data(Qt.ItemDataRole.UserRole).value == value:
                self.list.setCurrentRow(at)
                self.list.scrollToItem(self.list.item(at))

    def _fit(self) -> None:
        """Without a list it is as high as what is told."""
        layout = self.layout()
        assert layout is not None
        alone = self.list.isHidden()
        self.resize(self.width(), layout.totalHeightForWidth(self.width()) if alone else self._full)

    def _fill(self, text: str) -> None:
        told, found = self.tell(text), self.search(text)
        if told is None and not found and text.strip():
            told = self.nothing, True
        self.told.setVisible(told is not None)
        self.told.setText("" if told is None else told[0])
        self.told.setProperty("role", "" if told is None or told[1] else "error")
        self.told.style().polish(self.told)
        self.refuses = told is not None and not told[1]
        self.list.clear()
        for choice in found:
            line = QListWidgetItem(choice.title)
            line.setData(Qt.ItemDataRole.UserRole, choice)
            line.setData(
                Qt.ItemDataRole.AccessibleTextRole, " ".join((choice.title, choice.hint, choice.refused)).strip()
            )
            if choice.refused:
                line.setFlags(Qt.ItemFlag.ItemIsEnabled)
                line.setToolTip(choice.refused)
            self.list.addItem(line)
        for at in range(self.list.count()):
            if not self.list.item(at).data(Qt.ItemDataRole.UserRole).refused:
                self.list.setCurrentRow(at)
                break
        self.list.setVisible(self.list.count() > 0 or told is None)
        if self._full:
            self._fit()

    def _choose(self, line: QListWidgetItem | None) -> None:
        text = self.field.text().strip()
        if text and self.text_fits(text):
            if not self.refuses:  # the reason is told; the text stays to be mended
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
