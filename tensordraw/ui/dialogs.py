"""Dialogs: binding an array of a file, about."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QInputDialog,
    QListWidget,
    QMessageBox,
    QWidget,
)

from tensordraw.diagram.records import Source, Tensor
from tensordraw.editor import events
from tensordraw.errors import Error
from tensordraw.ui import array_files
from tensordraw.ui.session import Session
from tensordraw.ui.widgets import accepting, column, fault, label
from tensordraw.ui.wording import leg_words


class BindDialog(QDialog):
    """Chooses an array of a file for a tensor, and which axis of it is which leg."""

    def __init__(self, window: QWidget, tensor: Tensor, legs: list[tuple[str, int]], path: str, home: str) -> None:
        super().__init__(window)
        self.setWindowTitle(f"Load an array into {tensor.name or 'the tensor'}")
        self.setMinimumSize(480, 360)
        from tensordraw.program.load import list_arrays  # late: it needs NumPy

        self.legs, self.path, self.home = legs, path, home
        self.entries = list_arrays(path)
        if not self.entries:
            raise Error(f"{path} holds no arrays.")
        self.list = QListWidget()
        self.list.setAccessibleName("Arrays in the file")
        for entry in self.entries:
            self.list.addItem(
                f"{entry.key or Path(path).name}    {' × '.join(map(str, entry.shape)) or 'scalar'}    {entry.dtype}"
            )
            self.list.item(self.list.count() - 1).setSizeHint(QSize(0, 26))
        self.list.currentRowChanged.connect(lambda _: self._offer())
        self.form = QFormLayout()
        self.axes: list[QComboBox] = []
        self.fits = label("Every leg fits its axis.", "faint")
        self.said = fault()
        self.buttons = accepting(self, "Load")
        layout = column(label(path, "faint", wrap=True), self.list, margins=(18, 16, 18, 14), spacing=8)
        layout.addWidget(label("Axis of each leg" if legs else "A scalar has no axes", "heading"))
        layout.addLayout(self.form)
        for widget in (self.fits, self.said, self.buttons):
            layout.addWidget(widget)
        self.setLayout(layout)
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
        order = self.given = array_files.fitting_axes(entry.shape, [size for _, size in self.legs])
        for at, (words, _) in enumerate(self.legs):
            picker = QComboBox()
            picker.addItems([f"axis {axis} ({size})" for axis, size in enumerate(entry.shape)])
            picker.setAccessibleName(f"Axis of {words}")
            picker.setCurrentIndex(order[at] if at < len(order) else -1)
            picker.currentIndexChanged.connect(partial(self._pick, at))
            self.axes.append(picker)
            self.form.addRow(words, picker)
        self._check()

    def _pick(self, leg: int, axis: int) -> None:
        """An axis for a leg; another leg that had it takes the axis that became free."""
        before = self.given
        for other, picker in enumerate(self.axes):
            if other != leg and picker.currentIndex() == axis and leg < len(before):
                picker.blockSignals(True)
                picker.setCurrentIndex(before[leg])
                picker.blockSignals(False)
        self.given = self.order()
        self._check()

    def order(self) -> tuple[int, ...]:
        """The axis of each leg."""
        return tuple(picker.currentIndex() for picker in self.axes)

    def _check(self) -> None:
        entry = self.entries[self.list.currentRow()]
        sentence = array_files.mismatch(entry.shape, self.legs, self.order())
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))
        self.fits.setVisible(not sentence)
        for made in self.buttons.buttons():
            if self.buttons.buttonRole(made) == QDialogButtonBox.ButtonRole.AcceptRole:
                made.setEnabled(not sentence)

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
        path, _ = QFileDialog.getOpenFileName(
            window, "Load an array", window.files.folder(), "Arrays (*.npy *.npz *.safetensors *.pt *.pth)"
        )
        if not path or window.loading.look(path, partial(bind_array, window, session, tensor.id, path)):
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


def drop_array(window: Any, session: Session, path: str) -> None:
    """Make a tensor of an array in a file that was dropped on the canvas; it is asked for where there are several."""
    from tensordraw.program.load import list_arrays  # late: it needs NumPy

    try:
        entries = list_arrays(path)
    except Error as error:
        window.say(str(error), warns=True)
        return
    if not entries:
        window.say(f"{path} holds no arrays.", warns=True)
        return
    place = 0
    if len(entries) > 1:
        words = [
            f"{entry.key}    {' × '.join(map(str, entry.shape)) or 'scalar'}    {entry.dtype}" for entry in entries
        ]
        chosen, made = QInputDialog.getItem(window, "New tensor", "Which array of the file?", words, 0, False)
        if not made:
            return
        place = words.index(chosen)
    entry = entries[place]
    name = entry.key.rpartition(".")[0].rpartition(".")[2] or entry.key or Path(path).stem
    home = str(Path(session.state.path).parent) if session.state.path else ""
    source = Source(array_files.relative(path, home), entry.key)
    session.send(events.Run("insert_array", (name, entry.shape, source)))


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


def show_about(window: Any) -> None:
    """Name, version and licence."""
    import tensordraw as td

    QMessageBox.about(
        window,
        "About tensordraw",
        f"<b>tensordraw {td.__version__}</b><p>Graphical tensor notation whose diagrams are runnable tensor programs.</p>",
    )
