"""Files that are changed outside while they are open: nothing is lost on either side.

A document without changes of its own takes the file's content, as one step that can be undone. One with unsaved changes stays as
it is, which is said, and saving it asks before the other's work is written over.
"""

from __future__ import annotations

import os
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QMessageBox

from tensordraw.diagram import file
from tensordraw.diagram.sources import rehomed
from tensordraw.editor import events
from tensordraw.errors import Error
from tensordraw.ui.session import Session

OFTEN = 2000  # ms between looks

Stamp = tuple[int, int, int]


def stamp(path: str) -> Stamp | None:
    """What tells one version of a file from another; None where there is no file."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


class Outside(QObject):
    """For one window."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        self.known: dict[Session, Stamp | None] = {}  # what each file was when it was read or written here
        self.told: dict[Session, Stamp | None] = {}  # what was said of it already
        self.timer = QTimer(self, interval=OFTEN)
        self.timer.timeout.connect(self.look)
        self.timer.start()

    def note(self, session: Session) -> None:
        """The document was read from its file, or written to it, just now."""
        self.known[session] = stamp(session.state.path)
        self.told.pop(session, None)

    def forget(self, session: Session) -> None:
        """The document is closed."""
        self.known.pop(session, None)
        self.told.pop(session, None)

    def differs(self, session: Session) -> bool:
        """Whether the document's file is there and is another than it was here."""
        if session not in self.known or not session.state.path:
            return False
        now = stamp(session.state.path)
        return now is not None and now != self.known[session]

    def look(self) -> None:
        """Look at the files of all open documents."""
        for session in self.window.sessions():
            if self.differs(session):
                self._meet(session)

    def _meet(self, session: Session) -> None:
        now = stamp(session.state.path)
        if self.told.get(session, ()) == now:
            return
        self.told[session] = now
        if session.unsaved:
            self.window.say(
                f"{session.name} was changed outside: yours stays as it is. Saving asks first; Reload takes the file's.",
                warns=True,
            )
            return
        self.reload(session)

    def reload(self, session: Session) -> bool:
        """Take what is in the file, as one step; whether it could be read."""
        path = session.state.path
        try:
            found = file.load(path)
        except Error as error:
            self.window.say(f"{session.name} was changed outside and cannot be read now: {error}", warns=True)
            return False
        home = session.state.document.home
        session.send(events.Filled(session.state.document, rehomed(found, home) if home else found, "Reload"))
        session.send(events.Saved(path, session.state.document))
        self.note(session)
        self.window.say(f"{session.name} was changed outside and is reloaded; Undo brings back what was here.")
        return True

    def may_write(self, session: Session, path: str) -> bool:
        """Whether the file may be written: asked where somebody else has changed it."""
        if path != session.state.path or not self.differs(session):
            return True
        box = QMessageBox(self.window)
        box.setWindowTitle("Changed outside")
        box.setText(f"{session.name} was changed by another program since it was read here.")
        box.setInformativeText("Saving writes over those changes; Save as keeps both.")
        choice = QMessageBox.StandardButton
        box.setStandardButtons(choice.Save | choice.Cancel)
        box.button(choice.Save).setText("Write over them")
        box.setDefaultButton(choice.Cancel)
        return box.exec() == choice.Save
