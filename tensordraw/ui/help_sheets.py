"""The sheets of the Help menu: the keys of all commands with what the mouse does, and what can be typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from tensordraw.editor.keys import bindable
from tensordraw.ui.bindings import BINDINGS, keys_of, tell
from tensordraw.ui.look import code_font, literal
from tensordraw.ui.rebinding import APART, show_rebinding, where
from tensordraw.ui.widgets import column, label

MOUSE = (
    ("Drag from the end of a leg", "Connect it; at an empty place, insert something there"),
    ("Drag a body", "Move it"),
    ("Drag from the empty canvas", "Select what the rectangle holds"),
    ("Ctrl + drag from the empty canvas", "Cut all wires that the stroke crosses"),
    ("Shift + click", "Add to the selection"),
    ("Double click", "Edit a label; open a collapsed block"),
    ("Ctrl + Shift + click", "Evaluate up to there and pin a viewer"),
    ("Ctrl + wheel", "Zoom"),
)
TYPED = (
    ("W: hidden head", "A tensor W with these legs; W: hidden=768 head=64 sets their sizes"),
    ("W: a b = isometry", "A tensor that is one; also unitary, orthogonal, diagonal, symmetric or positive"),
    ("A: l p r = isometry[r]", "An isometry with r at its tip; without a name the last leg that can be there"),
    ("W: a b = zeros", "What its entries are: zeros, ones, identity, random, or a number such as 0.5"),
    ("W: a=2 b=2 = values 1 2 3 4", "Its entries, row by row"),
    ("U = svd of M", "A factor of the array M: U, S or V by its name; s of the svd of M for another name"),
    ("U, S, V = svd of M", "The whole decomposition beside M, in an equation"),
    ("A: l i r = train of T", "A tensor of the tensor train of T; also tucker of T, for its core or a factor"),
    ("x: key:query hidden", "A leg called key in the space query, and one in hidden"),
    ("ij,jk->ik", "A network from an einsum string; i j, j k -> i k with longer names"),
    ("A @ B", "A network from code"),
    ("1/sqrt(head_size)", "A constant, by the sizes of spaces"),
    ("mps 8", "A template, with its first setting"),
    ("gpt2 layers=2", "A template, with settings by name"),
    ("softmax[key]", "A bubble around the selection, along the leg key"),
    ("copy", "Whatever the palette has under that name"),
    ("i: hidden", "As the label of a leg: its space"),
    ("i = 2", "As the label of a leg: fixed to that index"),
    ("i: (head=4 size=8)", "As the label of a leg: split into these"),
    ("l: layer=12", "As the label of a repeat or a sum: its index, space and size"),
    ("x**2/(1 + x)", "As the function of a bubble: any expression in x"),
)


TYPING = "Press {quick_insert} on the canvas and type; Enter puts it in. Labels are edited with"


def _table(name: str, headings: Sequence[str], rows: Sequence[Sequence[str]], wide: int = 0) -> QTableWidget:
    """A table that is only read; the column `wide` takes the room that is left, so that nothing is cut off."""
    table = QTableWidget(len(rows), len(headings))
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels(list(headings))
    table.verticalHeader().hide()
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    for at, row in enumerate(rows):
        for place, words in enumerate(row):
            item = QTableWidgetItem(words)
            item.setToolTip(words)
            table.setItem(at, place, item)
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    header.setSectionResizeMode(wide, QHeaderView.ResizeMode.Stretch)
    return table


def _show(dialog: QDialog, title: str, layout: QVBoxLayout, box: QDialogButtonBox | None = None) -> None:
    dialog.setWindowTitle(title)
    box = box or QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    box.setAccessibleName("Buttons")
    box.rejected.connect(dialog.reject)
    layout.addWidget(box)
    dialog.setLayout(layout)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()


def show_shortcuts(window: Any) -> None:
    """All commands that have keys, searchable, and what the mouse does."""
    dialog = QDialog(window)
    dialog.resize(720, 760)
    search = QLineEdit()
    search.setPlaceholderText("Search")
    search.setAccessibleName("Search the shortcuts")
    rows = bindable()
    table = _table("Shortcuts", ("Command", "Keys", "Where"), [(one.title, "", where(one)) for one in rows])
    mouse = _table("Mouse", ("With the mouse", "What it does"), MOUSE, wide=1)
    mouse.setFixedHeight(mouse.verticalHeader().length() + mouse.horizontalHeader().sizeHint().height() + 4)

    def narrow(text: str) -> None:
        words = text.lower().split()
        for at, one in enumerate(rows):
            own = keys_of(one.id)
            found = " ".join((one.title, one.category, *own, *one.words)).lower()
            table.setRowHidden(at, not own or not all(word in found for word in words))
        for at, entry in enumerate(MOUSE):
            mouse.setRowHidden(at, not all(word in " ".join(entry).lower() for word in words))

    def fill() -> None:
        for at, one in enumerate(rows):
            cell = table.item(at, 1)
            if cell is not None:
                cell.setText(APART.join(keys_of(one.id)))
        narrow(search.text())

    search.textChanged.connect(narrow)
    BINDINGS.changed.connect(fill)
    dialog.destroyed.connect(lambda: BINDINGS.changed.disconnect(fill))
    fill()
    table.cellActivated.connect(lambda at, _: show_rebinding(window, rows[at].id))
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    change = box.addButton("Change…", QDialogButtonBox.ButtonRole.ActionRole)
    change.setAccessibleName("Change keyboard shortcuts")
    change.clicked.connect(lambda: show_rebinding(window, rows[max(table.currentRow(), 0)].id))
    layout = column(search, table, mouse, margins=(14, 14, 14, 14), spacing=8)
    layout.setStretch(1, 1)
    _show(dialog, "Shortcuts", layout, box)


def show_notation(window: Any) -> None:
    """What can be typed into the quick-insert field and into labels, with an example each."""
    dialog = QDialog(window)
    dialog.resize(760, 700)
    words = label("", "faint", wrap=True)
    for what in ("text", "accessibleName"):
        tell(words, f"{TYPING} {{edit_label}}.", what)
    table = _table("What can be typed", ("Type", "What it does"), TYPED, wide=1)
    for at in range(table.rowCount()):
        for place, font in enumerate((code_font(), table.font())):
            cell = table.item(at, place)
            if cell is not None:
                cell.setFont(literal(font))
    _show(dialog, "What can be typed", column(words, table, margins=(14, 14, 14, 14), spacing=8))
