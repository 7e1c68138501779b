"""Where the figure of a viewer goes, how wide it is on paper, and its title."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QFormLayout, QLineEdit, QWidget

from tensordraw.diagram.visible import visible
from tensordraw.figure.chart_parts import Axis
from tensordraw.figure.charts import SUFFIXES, WIDTH, Chart
from tensordraw.program import viewing
from tensordraw.ui.viewer import Viewer
from tensordraw.ui.widgets import accepting, button, column, fault, label, row

Write = Callable[[Viewer, str, str, str], str]  # viewer, path, width, title; what went wrong, "" where nothing did

WIDTHS = (
    ("Column (86 mm)", WIDTH),
    ("Half a column (43 mm)", "43mm"),
    ("Text width (139.7 mm)", "139.7mm"),
    ("Page (178 mm)", "178mm"),
)


def title_of(viewer: Viewer) -> str:
    """What a figure is called at first: the value, and where its slice lies."""
    value, view = viewer.value, viewer.view
    if value is None or view is None:
        return ""
    parts = (value.title or "result", viewing.where(view, value.axes))
    return ", ".join(part for part in parts if part)


def chart_of(viewer: Viewer, title: str) -> Chart:
    """What the figure of a viewer shows."""
    value, view = viewer.value, viewer.view
    assert value is not None
    assert view is not None
    axes = tuple(Axis(value.axes[axis], tuple(map(visible, value.texts(axis)))) for axis in viewing.shown(view))
    if view.kind == "top":
        entries = tuple((visible(text) or str(place), number) for place, text, number in viewer.entries()[:10])
        return Chart(title, name=value.title or value.axes[view.columns], entries=entries)
    return Chart(title, axes, value.title, viewer.scale())


class ViewerExport(QDialog):
    """Asks for a file, a width and a title, and writes; what cannot be written is said here, and nothing typed is lost."""

    def __init__(self, parent: QWidget, start: str, viewer: Viewer, write: Write) -> None:
        super().__init__(parent)
        self.viewer, self.write = viewer, write
        self.setWindowTitle("Export viewer")
        self.setMinimumWidth(460)
        self.path = QLineEdit(start)
        self.path.setAccessibleName("File")
        self.width_ = QComboBox()
        self.width_.setEditable(True)
        self.width_.setAccessibleName("Width")
        for words, length in WIDTHS:
            self.width_.addItem(words, length)
        self.title = QLineEdit(title_of(viewer))
        self.title.setAccessibleName("Title")
        self.title.setPlaceholderText("none")
        form = QFormLayout()
        form.addRow("File", row(self.path, button("open", "Browse", self._browse)))
        form.addRow("Width", self.width_)
        form.addRow("Title", self.title)
        self.said = fault()
        layout = column(margins=(18, 16, 18, 14), spacing=12)
        layout.addLayout(form)
        words = f"The name's ending says the format: {', '.join(SUFFIXES)}. Labels are 8 pt at this width, tokens down to 6 pt."
        layout.addWidget(label(words, "faint", wrap=True))
        layout.addWidget(self.said)
        layout.addWidget(accepting(self, "Export"))
        self.setLayout(layout)

    def _browse(self) -> None:
        kinds = f"Figures ({' '.join(f'*{suffix}' for suffix in SUFFIXES)})"
        chosen, _ = QFileDialog.getSaveFileName(self, "Export viewer", self.path.text(), kinds)
        if chosen:
            self.path.setText(chosen)

    def accept(self) -> None:
        """Write, and close where that worked."""
        path, typed = self.path.text().strip(), self.width_.currentText().strip()
        width = dict(WIDTHS).get(typed, typed)
        if not path:
            sentence = "Say which file the figure goes to."
        else:
            sentence = self.write(self.viewer, str(Path(path).expanduser()), width, self.title.text().strip())
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))
        if not sentence:
            super().accept()
