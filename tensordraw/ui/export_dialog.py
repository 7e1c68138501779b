"""Where and how the figure is exported. What cannot be written is said in the dialog, which keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFileDialog, QFormLayout, QLineEdit, QWidget

from tensordraw.ui.widgets import accepting, button, column, fault, label, row

FIGURES = "Figures (*.svg *.png *.pdf *.eps *.tex)"

Write = Callable[[str, dict[str, str]], str]  # path, options; what went wrong, "" where nothing did


class ExportDialog(QDialog):
    """Asks for a file, a theme, a width and a background, and writes."""

    def __init__(self, parent: QWidget, start: str, write: Write) -> None:
        super().__init__(parent)
        self.write = write
        self.setWindowTitle("Export figure")
        self.setMinimumWidth(460)
        self.path = QLineEdit(start)
        self.path.setAccessibleName("File")
        self.theme = QComboBox()
        self.theme.addItems(["paper", "dark"])
        self.theme.setAccessibleName("Theme")
        self.width_ = QLineEdit()
        self.width_.setPlaceholderText("natural size, or for example 86mm")
        self.width_.setAccessibleName("Width")
        self.white = QCheckBox("White background")
        self.white.setToolTip("Without it paper is transparent; dark has its own.")
        self.theme.currentTextChanged.connect(lambda theme: self.white.setEnabled(theme == "paper"))
        form = QFormLayout()
        form.addRow("File", row(self.path, button("open", "Browse", self._browse)))
        form.addRow("Theme", self.theme)
        form.addRow("Width", self.width_)
        form.addRow("", self.white)
        self.said = fault()
        layout = column(margins=(18, 16, 18, 14), spacing=12)
        layout.addLayout(form)
        layout.addWidget(label("SVG and PNG carry the document, so they can be opened again.", "faint", wrap=True))
        layout.addWidget(self.said)
        layout.addWidget(accepting(self, "Export"))
        self.setLayout(layout)

    def _browse(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Export figure", self.path.text(), FIGURES)
        if chosen:
            self.path.setText(chosen)

    def accept(self) -> None:
        """Write, and close where that worked."""
        path, width = self.path.text().strip(), self.width_.text().strip()
        options = {"theme": self.theme.currentText(), **({"width": width} if width else {})}
        if self.white.isChecked() and self.white.isEnabled():
            options["background"] = "white"
        if not path:
            sentence = "Say which file the figure goes to."
        else:
            sentence = self.write(str(Path(path).expanduser()), options)
        self.said.setText(sentence)
        self.said.setVisible(bool(sentence))
        if not sentence:
            super().accept()
