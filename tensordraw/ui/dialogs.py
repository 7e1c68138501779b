"""Dialogs: binding an array of a file, exporting, the shortcut sheet, about."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QInputDialog,
    QLineEdit,
    QListWidget,
    QMenu,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from tensordraw.diagram.records import Source, Tensor
from tensordraw.editor import events
from tensordraw.editor.commands import COMMANDS
from tensordraw.errors import Error
from tensordraw.ui import array_files
from tensordraw.ui.session import Session
from tensordraw.ui.widgets import button, column, label, row
from tensordraw.ui.wording import leg_words

FIGURES = "Figures (*.svg *.png *.pdf *.eps *.tex)"


def _buttons(dialog: QDialog, accept: str) -> QDialogButtonBox:
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    done = box.addButton(accept, QDialogButtonBox.ButtonRole.AcceptRole)
    done.setDefault(True)
    done.setAccessibleName(accept)
    box.accepted.connect(dialog.accept)
    box.rejected.connect(dialog.reject)
    box.setAccessibleName("Buttons")
    return box


def ask_export(window: Any, session: Session) -> tuple[str, dict[str, str]] | None:
    """Where and how to export the figure; None where it was called off."""
    dialog = QDialog(window)
    dialog.setWindowTitle("Export figure")
    dialog.setMinimumWidth(460)
    document = session.state.path or str(Path.home() / f"{session.name}.tdraw")
    path = QLineEdit(str(Path(document).with_suffix(".svg")))
    path.setAccessibleName("File")

    def browse() -> None:
        chosen, _ = QFileDialog.getSaveFileName(dialog, "Export figure", path.text(), FIGURES)
        if chosen:
            path.setText(chosen)

    theme = QComboBox()
    theme.addItems(["paper", "dark"])
    theme.setAccessibleName("Theme")
    width = QLineEdit()
    width.setPlaceholderText("natural size, or for example 86mm")
    width.setAccessibleName("Width")
    form = QFormLayout()
    form.addRow("File", row(path, button("open", "Browse", browse)))
    form.addRow("Theme", theme)
    form.addRow("Width", width)
    head = label("SVG and PNG carry the document, so they can be opened again.", "faint", wrap=True)
    layout = column(margins=(18, 16, 18, 14), spacing=12)
    layout.addLayout(form)
    layout.addWidget(head)
    layout.addWidget(_buttons(dialog, "Export"))
    dialog.setLayout(layout)
    if dialog.exec() != QDialog.DialogCode.Accepted or not path.text().strip():
        return None
    options = {"theme": theme.currentText()}
    if width.text().strip():
        options["width"] = width.text().strip()
    return path.text().strip(), options


class BindDialog(QDialog):
    """Chooses an array of a file for a tensor, and which axis of it is which leg."""

    def __init__(self, window: QWidget, tensor: Tensor, legs: list[tuple[str, int]], path: str, home: str) -> None:
        super().__init__(window)
        self.setWindowTitle(f"Load an array into {tensor.name or 'the tensor'}")
        self.setMinimumSize(480, 360)
        from tensordraw.program.load import list_arrays  # late: it needs NumPy

        self.legs, self.path, self.home = legs, path, home
        self.entries = list_arrays(path)
        self.list = QListWidget()
        self.list.setAccessibleName("Arrays in the file")
        for entry in self.entries:
            self.list.addItem(
                f"{entry.key or Path(path).name}    {' × '.join(map(str, entry.shape)) or 'scalar'}    {entry.dtype}"
            )
        self.list.currentRowChanged.connect(lambda _: self._offer())
        self.form = QFormLayout()
        self.axes: list[QComboBox] = []
        self.said = label("", "faint", wrap=True)
        self.buttons = _buttons(self, "Load")
        self.setLayout(
            column(
                label(path, "faint"),
                self.list,
                label("Axis of each leg", "heading"),
                margins=(18, 16, 18, 14),
                spacing=8,
            )
        )
        layout = self.layout()
        assert layout is not None
        layout.addItem(self.form)
        layout.addWidget(self.said)
        layout.addWidget(self.buttons)
        sizes = [size for _, size in legs]
        fits = [at for at, entry in enumerate(self.entries) if list(entry.shape) == sizes]
        fits += [at for at, entry in enumerate(self.entries) if sorted(entry.shape) == sorted(sizes)]
        self.list.setCurrentRow(fits[0] if fits else 0)

    def _offer(self) -> None:
        """Show a picker of axes for each leg, started at the order that fits."""
        while self.form.rowCount():
            self.form.removeRow(0)
        self.axes = []
        entry = self.entries[self.list.currentRow()]
        order = array_files.fitting_axes(entry.shape, [size for _, size in self.legs])
        for at, (words, _) in enumerate(self.legs):
            picker = QComboBox()
            picker.addItems([f"axis {axis} ({size})" for axis, size in enumerate(entry.shape)])
            picker.setAccessibleName(f"Axis of {words}")
            picker.setCurrentIndex(order[at] if at < len(order) else -1)
            picker.currentIndexChanged.connect(lambda _: self._check())
            self.axes.append(picker)
            self.form.addRow(words, picker)
        self._check()

    def order(self) -> tuple[int, ...]:
        """The axis of each leg."""
        return tuple(picker.currentIndex() for picker in self.axes)

    def _check(self) -> None:
        entry = self.entries[self.list.currentRow()]
        fault = array_files.mismatch(entry.shape, self.legs, self.order())
        self.said.setText(fault or "Every leg fits its axis.")
        for made in self.buttons.buttons():
            if self.buttons.buttonRole(made) == QDialogButtonBox.ButtonRole.AcceptRole:
                made.setEnabled(not fault)

    def source(self) -> Source:
        """What was chosen, its path relative to the document where it lies beneath its folder."""
        order = self.order()
        axes = () if order == tuple(range(len(order))) else order
        return Source(array_files.relative(self.path, self.home), self.entries[self.list.currentRow()].key, axes)


def bind_array(window: Any, session: Session, item: str | None, path: str) -> None:
    """Choose a file (unless one is given), an array in it and its axes, and bind it to the tensor."""
    content = session.state.document.content
    tensor = content.nodes.get(item) if item is not None else _ask_tensor(window, session)
    if not isinstance(tensor, Tensor):
        window.say("Arrays are loaded onto tensors: select one first, or drop the file on one.", warns=True)
        return
    if not path:
        path, _ = QFileDialog.getOpenFileName(window, "Load an array", "", "Arrays (*.npy *.npz *.safetensors)")
        if not path:
            return
    legs = [(leg_words(leg, content), content.spaces[leg.space].size) for leg in tensor.legs]
    home = str(Path(session.state.path).parent) if session.state.path else ""
    try:
        dialog = BindDialog(window, tensor, legs, path, home)
    except Error as error:
        window.say(str(error), warns=True)
        return
    if dialog.exec() == QDialog.DialogCode.Accepted:
        session.send(events.Bind(tensor.name, dialog.source()))


def _ask_tensor(window: Any, session: Session) -> Tensor | None:
    """Choose a tensor for a file that was dropped beside all of them."""
    tensors = {
        node.name: node
        for node in session.state.document.content.nodes.values()
        if isinstance(node, Tensor) and node.name
    }
    if not tensors:
        return None
    name, chosen = QInputDialog.getItem(window, "Load an array", "For which tensor?", list(tensors), 0, False)
    return tensors[name] if chosen else None


def show_shortcuts(window: Any) -> None:
    """All commands that have keys, by category, searchable."""
    dialog = QDialog(window)
    dialog.setWindowTitle("Shortcuts")
    dialog.resize(560, 620)
    search = QLineEdit()
    search.setPlaceholderText("Search")
    search.setAccessibleName("Search the shortcuts")
    rows = [command for command in COMMANDS if command.keys and not command.hidden]
    table = QTableWidget(len(rows), 3)
    table.setAccessibleName("Shortcuts")
    table.setHorizontalHeaderLabels(["Command", "Keys", "Where"])
    table.verticalHeader().hide()
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.horizontalHeader().setStretchLastSection(True)
    for at, command in enumerate(rows):
        where = "canvas" if command.context == "canvas" else "everywhere"
        for place, words in enumerate((command.title, "   ".join(command.keys), f"{command.category}, {where}")):
            table.setItem(at, place, QTableWidgetItem(words))
    table.resizeColumnsToContents()

    def narrow(text: str) -> None:
        for at, command in enumerate(rows):
            found = " ".join((command.title, command.category, *command.keys, *command.words)).lower()
            table.setRowHidden(at, not all(word in found for word in text.lower().split()))

    search.textChanged.connect(narrow)
    dialog.setLayout(column(search, table, margins=(14, 14, 14, 14), spacing=8))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()


def show_about(window: Any) -> None:
    """Name, version and licence."""
    import tensordraw as td

    QMessageBox.about(
        window,
        "About tensordraw",
        f"<b>tensordraw {td.__version__}</b><p>Graphical tensor notation whose diagrams are runnable tensor programs.</p>",
    )


def copy_as(window: Any, session: Session) -> None:
    """A menu of texts to put on the clipboard."""
    import tensordraw as td
    from tensordraw.ui.writing import languages

    menu = QMenu(window)
    menu.setAccessibleName("Copy as")
    document = session.state.document

    def put(make: Callable[[], str]) -> None:
        try:
            QGuiApplication.clipboard().setText(make())
        except Error as error:
            window.say(str(error), warns=True)
            return
        window.say("Copied")

    menu.addAction("SVG", partial(put, partial(td.svg, document)))
    for language in languages():
        menu.addAction(f"Code: {language}", partial(put, partial(td.code, document, language)))
    canvas = window.canvas or window
    menu.exec(canvas.mapToGlobal(canvas.rect().center()))
