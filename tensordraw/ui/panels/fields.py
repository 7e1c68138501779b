"""Fields of the inspector: each shows a value and tells a function what was typed or chosen, once it is finished. What is
refused stays where it was typed, and is marked (`answer`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLineEdit, QWidget

from tensordraw.ui.panels.entry import Field, Lines, entries
from tensordraw.ui.panels.tables import Table
from tensordraw.ui.widgets import label

ASKING = "asking"  # the property of a field whose text is being told
TIP = "tip"  # the property that holds what the pointer is told at a field that has no fault

Tell = Callable[[str], object]


def text(name: str, value: str, tell: Tell, hint: str = "") -> QLineEdit:
    """A text field; `tell` gets the text when it was changed and Enter was pressed or the focus left."""
    field = Field(value)
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setMinimumWidth(40)
    field.setCursorPosition(0)

    def finished() -> None:
        if field.isModified():
            field.setModified(False)
            _mark(field, "")
            if field.text() != value:
                field.setProperty(ASKING, True)
                tell(field.text())
                field.setProperty(ASKING, False)

    field.editingFinished.connect(finished)
    return field


def lines(name: str, value: str, tell: Tell, hint: str = "", tip: str = "") -> Lines:
    """A small field of several lines; `tell` gets the text when it was changed and Ctrl+Enter was pressed or the focus left."""
    field = Lines(value)
    field.setAccessibleName(name)
    field.setPlaceholderText(hint)
    field.setProperty(TIP, tip)
    field.setToolTip(tip)
    field.setFixedHeight(64)

    def finished(words: str) -> None:
        _mark(field, "")
        if words != value:
            field.setProperty(ASKING, True)
            tell(words)
            field.setProperty(ASKING, False)

    field.finished.connect(finished)
    return field


def _mark(field: Field | Lines, fault: str) -> None:
    field.setProperty("wrong", bool(fault))
    field.setToolTip(fault or field.property(TIP) or "")
    field.setAccessibleDescription(fault)
    field.style().polish(field)


def answer(within: QWidget, fault: str, colour: str) -> None:
    """Mark the field or cell whose text is being told, where it was refused: the sentence, "" where it was not."""
    if fault:
        for field in entries(within):
            if field.property(ASKING):
                _mark(field, fault)
        for table in within.findChildren(Table):
            if table.asking is not None:
                table.mark(table.asking, fault, colour)


class Choice(QComboBox):
    """A list to choose from; `left` comes when it closes."""

    left = Signal()

    def hidePopup(self) -> None:
        super().hidePopup()
        self.left.emit()


def choice(name: str, options: Sequence[tuple[str, str]], value: str, tell: Tell) -> Choice:
    """A combo box of (value, words)."""
    box = Choice()
    box.setAccessibleName(name)
    for one, words in options:
        box.addItem(words, one)
    box.setCurrentIndex(box.findData(value))
    box.activated.connect(lambda at: tell(str(box.itemData(at))))
    return box


def form() -> QFormLayout:
    """A form with our spacing."""
    made = QFormLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setHorizontalSpacing(10)
    made.setVerticalSpacing(6)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return made


def add(to: QFormLayout, words: str, field: QWidget) -> None:
    """A row of the form."""
    name = label(words, "faint")
    name.setBuddy(field)
    to.addRow(name, field)
