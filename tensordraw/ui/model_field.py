"""A field for a trained model: a folder or a file is typed or chosen, and what it would do is said beneath while it is.

Headers are read on a pool thread a moment after the last letter; `loaded` is what came of the path that stands there.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QWidget

from tensordraw.diagram.records import Diagram
from tensordraw.templates.loading import Loaded, load_model
from tensordraw.ui import settings
from tensordraw.ui.background import Background
from tensordraw.ui.widgets import column, label, named, row

MODELS = "Models (*.safetensors *.gguf *.pt *.bin *.json);;All files (*)"


class ModelField(QWidget):
    """`changed` says that `loaded` is another one: what the path gives, None where it gives nothing (yet)."""

    changed = Signal()

    def __init__(self, into: Diagram | None = None, template: str | None = None) -> None:
        super().__init__()
        self.into, self.template = into, template
        self.loaded: Loaded | None = None
        self.looking = False  # whether what is typed is not known yet
        self.field = QLineEdit()
        self.field.setAccessibleName("Weights")
        self.field.setPlaceholderText("A folder with config.json, or a .gguf file")
        self.field.textChanged.connect(self._look)
        self.said = label("", "faint", wrap=True)
        self.said.setAccessibleName("What the weights are")
        self.said.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.said.setMinimumHeight(3 * self.said.fontMetrics().lineSpacing())  # so that a dialog keeps its size
        folder, file = QPushButton("Folder…"), QPushButton("File…")
        folder.setAccessibleName("Choose a folder of weights")
        file.setAccessibleName("Choose a file of weights")
        folder.clicked.connect(lambda: self._choose_folder())
        file.clicked.connect(lambda: self._choose_file())
        for one in (folder, file):
            one.setAutoDefault(False)
        self._then: Callable[[], None] | None = None
        self.background = Background(delay=150, parent=self)
        self.background.finished.connect(self._take)
        named(self, "Weights", column(row(self.field, folder, file), self.said, spacing=6))

    @property
    def path(self) -> str:
        """What is typed, "" for nothing."""
        text = self.field.text().strip()
        return str(Path(text).expanduser()) if text else ""

    def when_loaded(self, act: Callable[[], None]) -> None:
        """Call `act` now if the model is known, else as soon as it is, unless another path is typed or it is none."""
        if self.loaded is not None:
            act()
        elif self.looking:
            self._then = act

    def _start(self) -> str:
        home = Path(self.path) if self.path else Path(settings.model() or settings.folder() or Path.cwd())
        return str(home if home.is_dir() else home.parent)

    def _choose_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Folder of weights", self._start())
        if chosen:
            self.field.setText(chosen)

    def _choose_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "File of weights", self._start(), MODELS)
        if chosen:
            self.field.setText(chosen)

    def _look(self) -> None:
        path, into, template = self.path, self.into, self.template
        self.looking, self._then = bool(path), None
        self._show(None, "Looking…" if path else "", False)
        self.background.request(path, lambda: load_model(Path(path), into, template) if path else None)

    def _take(self, path: str, loaded: Loaded | None, sentence: str | None) -> None:
        if path == self.path:
            said = sentence or (loaded.sentence if loaded is not None else "")
            self.looking, then, self._then = False, self._then, None
            self._show(loaded, said, sentence is not None)
            if loaded is not None and then is not None:
                then()

    def _show(self, loaded: Loaded | None, words: str, warns: bool) -> None:
        self.loaded = loaded
        self.said.setText(words)
        self.said.setProperty("role", "error" if warns else "faint")
        self.said.style().polish(self.said)
        self.changed.emit()
