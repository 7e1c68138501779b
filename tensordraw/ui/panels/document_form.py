"""The inspector with nothing selected: title, the width of its figure, the table of spaces, and the order of the result's axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QCheckBox, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from tensordraw.diagram.records import Id
from tensordraw.diagram.structure import analyse
from tensordraw.diagram.whole import whole
from tensordraw.editor.state import State
from tensordraw.figure.themes import space_strokes, theme
from tensordraw.ui.look import code_font
from tensordraw.ui.panels import fields, tables
from tensordraw.ui.panels.page_form import page_form
from tensordraw.ui.widgets import button, column, label, named, row
from tensordraw.ui.wording import find_leg, leg_words, owner_words

Run = Callable[[str, Any], object]


def document_form(state: State, run: Run, picked: dict[str, Id]) -> QWidget:
    """The document's own settings; `picked["axes"]` is the open leg whose row is selected."""
    document = state.document
    body = QWidget()
    form = fields.form()
    fields.add(form, "Title", fields.text("Title", document.title, lambda text: run("set_text", (text, None))))
    about = fields.text("Description", document.description, lambda text: run("set_text", (None, text)))
    about.setPlaceholderText("made from what is drawn")
    fields.add(form, "Description", about)
    layout = column(label("Document", "heading"), spacing=8)
    layout.addLayout(form)
    layout.addSpacing(8)
    layout.addWidget(page_form(state, run))
    _spaces(layout, state, run)
    table = QCheckBox("Table of legs in the figure")
    table.setChecked(any(note.table for note in document.layout.notes.values()))
    table.setEnabled(bool(document.content.spaces))
    table.clicked.connect(lambda: run("table_of_legs", None))
    layout.addWidget(table)
    _open_legs(layout, state, run, picked)
    _macros(layout, state, run)
    return named(body, "Document", layout)


def _spaces(layout: Any, state: State, run: Run) -> None:
    content = state.document.content
    spaces = list(content.spaces.values())
    dark = QApplication.palette().window().color().lightness() < 128
    strokes = space_strokes(content, theme("dark" if dark else "paper"))

    def edited(at: int, place: int, words: str) -> None:
        field = ("name", "size", "description", "metric")[place]
        value: Any = words.strip()
        if field == "metric":
            value = "general" if words == "yes" else "euclidean"
        if field == "size":
            number = whole(value)
            value = value if number is None else number
        run("change_space", {"args": (spaces[at].id,), field: value})

    table = tables.spaces_table(spaces, [strokes[space.id].colour for space in spaces], edited)

    def fresh() -> None:
        names = {space.name for space in spaces}
        run("add_space", (next(f"space{n}" for n in range(1, len(names) + 2) if f"space{n}" not in names), 4))

    def remove() -> None:
        if 0 <= table.currentRow() < len(spaces):
            run("remove_space", spaces[table.currentRow()].id)

    layout.addSpacing(8)
    layout.addLayout(
        row(
            label("Spaces", "heading"),
            1,
            button("plus", "Add a space", fresh),
            button("minus", "Remove the space", remove),
            spacing=0,
        )
    )
    if spaces:
        layout.addWidget(table)
    else:
        layout.addWidget(label("None yet: each leg lies in a space, which names its dimension.", "faint", wrap=True))


def _open_legs(layout: Any, state: State, run: Run, picked: dict[str, Id]) -> None:
    """Axes of the result in order; the buttons move one."""
    content = state.document.content
    legs: list[Id] = list(analyse(content).open_legs)
    if not legs:
        return
    listed = QListWidget()
    listed.setAccessibleName("Open legs in order")
    for leg in legs:
        found = find_leg(content, leg)
        words = "port" if found is None else f"{leg_words(found[0], content)}   of {owner_words(found[1], content)}"
        entry = QListWidgetItem(words)
        entry.setData(Qt.ItemDataRole.UserRole, leg)
        listed.addItem(entry)
    if picked.get("axes") in legs:
        listed.setCurrentRow(legs.index(picked["axes"]))
    listed.currentRowChanged.connect(lambda at: picked.update({"axes": legs[at]} if 0 <= at < len(legs) else {}))
    listed.setFixedHeight(min(26 * len(legs) + 6, 220))

    def move(by: int) -> None:
        at = listed.currentRow()
        if 0 <= at < len(legs) and 0 <= at + by < len(legs):
            order = [*legs]
            order[at], order[at + by] = order[at + by], order[at]
            run("set_open_order", (tuple(order),))

    layout.addSpacing(8)
    layout.addLayout(
        row(
            label("Axes of the result", "heading"),
            1,
            button("up", "Move the axis up", lambda: move(-1)),
            button("down", "Move the axis down", lambda: move(1)),
            spacing=0,
        )
    )
    layout.addWidget(listed)


def _macros(layout: Any, state: State, run: Run) -> None:
    r"""Lines of `\newcommand` that hold in every label."""
    field = fields.lines(
        "Macros of labels", state.document.custom.macros, lambda text: run("set_macros", text),
        r"\newcommand{\act}[1]{\mathbf{a}_{#1}}",
        "Lines of \\newcommand, as in the preamble of a paper; they hold in every label.",
    )  # fmt: skip
    field.setFont(code_font(9.0))
    field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    layout.addSpacing(8)
    layout.addWidget(label("Macros", "heading"))
    layout.addWidget(field)
