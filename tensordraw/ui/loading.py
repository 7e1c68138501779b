"""Trained models in the window: a folder or file that is dropped or chosen fills the shown document, or opens as a new one.

Headers are read on a pool thread; the editor takes the filled document as one step. Weights stay in their files. What reads
them is imported when there is something to read, since it needs NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialog

from tensordraw.diagram.records import Diagram
from tensordraw.editor import events
from tensordraw.ui.background import Background
from tensordraw.ui.session import Session
from tensordraw.ui.settings import remember_model

if TYPE_CHECKING:
    from tensordraw.templates.loading import Loaded

SUFFIXES = (".safetensors", ".gguf", ".json", ".pt", ".pth", ".bin")  # of files that may belong to a model
PICKLED = (".pt", ".pth", ".bin")  # those of them that PyTorch reads, whose import takes seconds


class Loading(QObject):
    """For one window."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.background = Background(delay=1, parent=self)
        self.background.finished.connect(self._take)
        self.looked: set[tuple[str, int]] = set()  # files of PyTorch, and when they were written

    def look(self, path: str, then: Callable[[], object]) -> bool:
        """Whether a file has to be looked at first, which is so of PyTorch's: its import takes seconds. Then it is opened on a
        pool thread, and `then` is done, for the same document; it says what is wrong with the file."""
        file, session = Path(path), self.window.session
        if file.suffix.lower() not in PICKLED or not file.is_file():
            return False
        key = (str(file.resolve()), file.stat().st_mtime_ns)
        if key in self.looked:
            return False
        words = f"Looking at {file.name}…"
        self.window.say(words)

        def read() -> None:
            from tensordraw.program.load import list_arrays

            list_arrays(file)

        def go_on() -> None:
            self.looked.add(key)
            background.deleteLater()
            if self.window.session is not session:
                self.window.say(f"Another document is shown now: drop {file.name} again.", warns=True)
                return
            if self.window.said.text() == words:
                self.window.said.setText("")
            then()

        background = Background(delay=1, parent=self)  # one for each: several files may be dropped at once
        background.finished.connect(go_on)
        background.request(key, read)
        return True

    def takes(self, path: str) -> bool:
        """Whether a file or folder is a model, and not a document or an array."""
        if not Path(path).is_dir() and Path(path).suffix.lower() not in SUFFIXES:
            return False
        from tensordraw.templates.loading import is_model

        return is_model(Path(path))

    def load(self, path: str, session: Session | None) -> None:
        """Load a model into a document, or as a new one."""
        before = None if session is None else session.state.document
        into = None if session is None else session.document
        self.window.say(f"Looking at {Path(path).name}…")

        def read() -> Loaded:
            from tensordraw.templates.loading import load_model

            return load_model(Path(path), into)

        self.background.request((path, session, before), read)

    def ask(self) -> None:
        """Choose a model in a dialog, for the shown document or a new one."""
        from tensordraw.ui.weights_dialog import WeightsDialog

        session = self.window.session
        before = None if session is None else session.state.document
        dialog = WeightsDialog(self.window, None if session is None else session.document)
        if dialog.exec() == QDialog.DialogCode.Accepted and dialog.model.loaded is not None:
            if dialog.new.isChecked() and not dialog.new.isHidden():
                self.load(dialog.model.path, None)
            else:
                self.put(dialog.model.path, dialog.model.loaded, session, before)

    def _take(
        self, key: tuple[str, Session | None, Diagram | None], loaded: Loaded | None, sentence: str | None
    ) -> None:
        path, session, before = key
        if loaded is None:
            self.window.say(sentence or "", warns=True)
        else:
            self.put(path, loaded, session, before)

    def put(self, path: str, loaded: Loaded, session: Session | None, before: Diagram | None) -> None:
        """Open what was loaded, or let the document that it was made for take it."""
        window = self.window
        remember_model(path)
        if session is None or before is None or loaded.how == "new" or session not in window.sessions():
            window.files.new(loaded.diagram, loaded.name)
        else:
            blank = not before.content.nodes and not session.state.path and not session.state.history.past
            session.send(events.Filled(before, loaded.diagram, "Load weights"))
            if session.state.document is before:
                return  # it was edited in the meantime, which was said
            if blank:
                session.untitled = loaded.name
            if loaded.how == "replaced" and window.canvas is not None and window.session is session:
                window.canvas.fit()
        window.following.follow()
        window.say(loaded.sentence)
        if window.tokens.isVisible():
            window.tokens.field.setFocus()
