"""One open document in the window: its editor state, fed with events; effects go out as a signal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from msgspec.structs import replace as copy
from PySide6.QtCore import QObject, Signal

from tensordraw.diagram.records import Diagram
from tensordraw.editor.effects import Announce
from tensordraw.editor.events import Event
from tensordraw.editor.state import State, open_state
from tensordraw.editor.update import update


class Session(QObject):
    """Holds a `State`. `changed` says that there is another one, `asked` an effect that the window shall perform."""

    changed = Signal()
    asked = Signal(object)

    def __init__(self, diagram: Diagram | None = None, path: str = "", title: str = "Untitled") -> None:
        super().__init__()
        self.state: State = open_state(diagram, path)
        self.refusal = ""  # why the editor refused the last event, "" where it did not
        self.untitled = title
        self.recovery = ""  # the file that holds the recovery copy, "" for none
        self.batch: set[str] = set()  # arrays that come in batches in the code panel
        self.language = ""  # that was chosen there for this document

    def send(self, event: Event) -> None:
        """Give the editor an event."""
        before = self.state
        self.state, effects = update(before, event)
        refusals = (effect.text for effect in effects if isinstance(effect, Announce) and effect.warns)
        self.refusal = next(refusals, "")
        if self.state is not before:
            self.changed.emit()
        for effect in effects:
            self.asked.emit(effect)

    @property
    def document(self) -> Diagram:
        """The document as files see it: relative paths start from the folder that it was saved in."""
        home = str(Path(self.state.path).parent) if self.state.path else self.state.document.home
        found = self.state.document
        return found if found.home == home else copy(found, home=home)

    @property
    def name(self) -> str:
        """What the tab says."""
        return self.state.path.replace("\\", "/").rsplit("/", 1)[-1] if self.state.path else self.untitled

    def keep_unsaved(self) -> None:
        """Count the document as not saved, though nothing was changed here (it came from a recovery copy)."""
        self.state = replace(self.state, history=replace(self.state.history, saved=None))
        self.changed.emit()

    @property
    def unsaved(self) -> bool:
        """Whether closing would lose something."""
        return self.state.history.changed
