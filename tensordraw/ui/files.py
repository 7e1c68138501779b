"""Opening, saving and closing documents, recent files and recovery copies.

A file that cannot be read or written leaves what is open as it is, and is said in one sentence.
"""

from __future__ import annotations

from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFileDialog

from tensordraw.bundled import bundled
from tensordraw.diagram import file
from tensordraw.diagram.records import Diagram
from tensordraw.editor import events
from tensordraw.errors import Error
from tensordraw.ui import recovery, settings
from tensordraw.ui.background import Background
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.outside import Outside
from tensordraw.ui.session import Session
from tensordraw.ui.unsaved import Asking

DOCUMENTS = "Documents, our figures and code (*.tdraw *.svg *.pdf *.png *.eps *.tex *.py);;All files (*)"
CODE = (".py", ".txt")
ARRAYS = (".npy", ".npz", ".safetensors", ".pt", ".pth")
PICKLED = (".pt", ".pth")
RECOVERY_DELAY = 1200  # ms
RECOVERED = " (recovered)"  # of the title of a recovered document, until it is saved


class Files:
    """The documents' files, for one window."""

    def __init__(self, window: Any) -> None:
        self.window = window
        self.serial = 0
        self.outside = Outside(window)
        self.dirty: set[Session] = set()
        self.asking = Asking()
        self.timer = QTimer(window, singleShot=True, interval=RECOVERY_DELAY)
        self.timer.timeout.connect(self.copy_soon)
        self.copying = Background(delay=0, parent=window)
        self.copying.finished.connect(self._copied)

    def recent(self) -> list[str]:
        return settings.recent()

    # ------------------------------------------------------------------------------------------------------- opening

    def new(self, diagram: Diagram | None = None, name: str = "") -> Session:
        """Open a new document in a tab."""
        self.serial += 1
        session = Session(diagram, "", name or self._untitled())
        session.recovery = str(self.serial)
        self.window.add_session(session)
        return session

    def _untitled(self) -> str:
        """The first name for a new document that no open one has."""
        taken = {session.name for session in self.window.sessions()}
        return next(name for name in chain(("Untitled",), (f"Untitled {n}" for n in count(2))) if name not in taken)

    def ask_sizes(self, template: str) -> None:
        """Open a new document from a template with sizes that are asked for."""
        from tensordraw.ui.template_dialog import TemplateDialog

        dialog = TemplateDialog(self.window, template)
        dialog.exec()
        if dialog.loaded is not None and dialog.weights is not None:
            self.window.loading.put(dialog.weights.path, dialog.loaded, None, None)
        elif dialog.diagram is not None:
            self.new(dialog.diagram, template)

    def new_from(self, template: str, **parameters: Any) -> None:
        """Open a new document from a template, "" for a blank one."""
        if not template:
            self.new()
            return
        from tensordraw.templates import template as build

        try:
            diagram = build(template, **parameters)
        except Error as error:
            self.window.say(str(error), warns=True)
            return
        self.new(diagram, template)

    def ask_open(self) -> None:
        """Choose files in a dialog and open them."""
        paths, _ = QFileDialog.getOpenFileNames(self.window, "Open", self.folder(), DOCUMENTS)
        for path in paths:
            self.open(path)

    def ask_gallery(self) -> None:
        """Choose figures of the gallery in a dialog; each is a new document, so that saving leaves the gallery as it is."""
        from tensordraw.ui.gallery_dialog import GalleryDialog

        dialog = GalleryDialog(self.window, self.window.colours, bundled("gallery"))
        dialog.exec()
        for path in dialog.paths:
            self.new_from_figure(path)

    def new_from_figure(self, path: str) -> None:
        """A new document from a figure of the gallery."""
        try:
            self.new(self.read(path)[0], Path(path).stem)
        except Error as error:
            self.window.say(str(error), warns=True)

    def ask_code(self, text: str = "", name: str = "") -> bool:
        """Open a new document from code that is asked for; whether one was opened."""
        from tensordraw.ui.code_dialog import CodeDialog

        dialog = CodeDialog(self.window, self.window.colours, text)
        dialog.exec()
        if dialog.diagram is not None:
            self.new(dialog.diagram, name)
        return dialog.diagram is not None

    def open_code(self, path: Path) -> bool:
        """Open a new document from a file of code, which is shown where it cannot be read to its end."""
        from tensordraw.read.reading import read_upto

        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.window.say(
                f"{path.name} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}.", warns=True
            )
            return False
        try:
            reading = read_upto(text)
        except Error as error:
            self.window.say(f"{path.name}: {error}", warns=True)
            return self.ask_code(text, path.stem)
        if reading.stopped is not None:
            self.window.say(f"{path.name}: {reading.stopped}", warns=True)
            return self.ask_code(text, path.stem)
        self.new(reading.diagram, path.stem)
        self.window.say(f"Read {path.name}")
        return True

    def open(self, path: str) -> bool:
        """Open a document, or show it where it is open already; whether it could be read. A model is loaded, which goes on
        in the background."""
        wanted = Path(path).resolve()
        for session in self.window.sessions():
            if session.state.path and Path(session.state.path).resolve() == wanted:
                self.window.tabs.setCurrentWidget(self._canvas(session))
                return True
        # Without a drawing, PyTorch's file can only be a model's; with one, it may hold an array for a tensor.
        pickled = wanted.suffix.lower() in PICKLED and self.window.session is None
        if not pickled and self.window.loading.look(str(wanted), partial(self.open, path)):
            return True
        if pickled or self.window.loading.takes(str(wanted)):
            self.window.loading.load(str(wanted), self.window.session)
            return True
        if wanted.suffix.lower() in ARRAYS:
            self.window.say(f"{wanted.name} holds arrays: drop it on a tensor to load one.", warns=True)
            return False
        if wanted.suffix.lower() in CODE:
            return self.open_code(wanted)
        try:
            diagram, caution = self.read(str(wanted))
        except Error as error:
            self.window.say(str(error), warns=True)
            return False
        from tensordraw.figure.source import is_figure_alone

        self.serial += 1
        figure = wanted.suffix.lower() != ".tdraw"  # opened from a figure, it must not be saved over it
        if figure and not caution and is_figure_alone(wanted):  # exporting again goes there, as it was exported
            diagram = replace(diagram, export=replace(diagram.export, path=wanted.name))
        session = Session(diagram, "" if figure else str(wanted), wanted.stem)
        session.recovery = str(self.serial)
        settings.remember(str(wanted))
        self.window.performer.results.pins.restore(session)
        self.window.add_session(session)
        if session.state.path:
            self.outside.note(session)
        self.window.say(caution or f"Opened {wanted.name}", warns=bool(caution))
        return True

    def read(self, path: str) -> tuple[Diagram, str]:
        """The document in a file, and what is to be said about it ("" where nothing is); Error where it cannot be read."""
        from tensordraw.figure import source

        return source.opened(path) if Path(path).suffix.lower() in source.SUFFIXES else (file.load(path), "")

    # -------------------------------------------------------------------------------------------------------- saving

    def ask_save(self, session: Session) -> bool:
        """Choose a name and save; whether it was saved."""
        start = session.state.path or str(
            Path(self.folder(session)) / f"{Path(session.name.removesuffix(RECOVERED)).stem}.tdraw"
        )
        path, _ = QFileDialog.getSaveFileName(self.window, "Save as", start, "tensordraw documents (*.tdraw)")
        if not path:
            return False
        if not Path(path).suffix:
            path += ".tdraw"
        return self.save(session, path)

    def save(self, session: Session, path: str) -> bool:
        """Write the document; whether it could be."""
        path = str(Path(path).resolve())
        document = session.state.document
        if not self.outside.may_write(session, path):
            return False
        try:
            file.save(document, path)
        except Error as error:
            self.window.say(str(error), warns=True)
            return False
        settings.remember(path)
        recovery.forget(session.recovery)
        self.dirty.discard(session)
        session.send(events.Saved(path, document))
        self.window.performer.results.pins.keep(session)
        self.outside.note(session)
        return True

    # ------------------------------------------------------------------------------------------------------- closing

    def close_tab(self, at: int) -> None:
        page = self.window.tabs.widget(at)
        if isinstance(page, Canvas):
            self.close(page.session)
        elif self.window.tabs.count() > 1:
            self.window.close_start()

    def close(self, session: Session) -> bool:
        """Close a document, asking first where something would be lost; whether it was closed."""
        self.window.performer.commit_label()
        self.asking = Asking()
        if not self._may_close(session):
            return False
        recovery.forget(session.recovery)
        self.dirty.discard(session)
        self.window.performer.results.forget(session)
        self.window.typing.forget(session)
        self.outside.forget(session)
        canvas = self._canvas(session)
        if self.window.tabs.count() == 1:
            self.window.show_start()
        self.window.tabs.removeTab(self.window.tabs.indexOf(canvas))
        canvas.deleteLater()
        self.window.following.follow()
        return True

    def close_all(self) -> bool:
        """Ask about every unsaved document; whether the window may close."""
        self.window.performer.commit_label()
        self.asking = Asking(sum(session.unsaved for session in self.window.sessions()) > 1)
        for session in self.window.sessions():
            if session.unsaved and not self.asking.known:
                self.window.tabs.setCurrentWidget(self._canvas(session))
            if not self._may_close(session):
                return False
        for session in self.window.sessions():
            recovery.forget(session.recovery)
            self.window.performer.results.pins.keep(session)
        self.dirty.clear()
        return True

    def _may_close(self, session: Session) -> bool:
        if not session.unsaved:
            return True
        answer = self.asking.about(self.window, session.name)
        if answer == "save":
            return self.save(session, session.state.path) if session.state.path else self.ask_save(session)
        return answer == "discard"

    # ------------------------------------------------------------------------------------------------------ recovery

    def changed(self, session: Session) -> None:
        """A document changed: write its recovery copy soon."""
        if session.unsaved:
            self.dirty.add(session)
            if not self.timer.isActive():
                self.timer.start()

    def copy_soon(self) -> None:
        """Write the copies that are due, off the window's thread: a large document takes a second."""
        due = [
            (s, s.state.document, (s.recovery, s.state.document, s.state.path, s.name, recovery.age_of(s.recovery)))
            for s in self.dirty
        ]

        def write() -> None:
            for _, _, copy in due:
                try:
                    recovery.write(*copy)
                except OSError as error:
                    raise Error(str(error)) from None

        self.copying.request([(session, document) for session, document, _ in due], write)

    def _copied(self, due: list[tuple[Session, Diagram]], _: object, sentence: str | None) -> None:
        if sentence is not None:
            self.window.say(f"The recovery copy could not be written: {sentence}", warns=True)
        for session, document in due:
            if session.state.document is document:
                self.dirty.discard(session)
        if self.dirty and not self.timer.isActive():
            self.timer.start()
        self.window.following.show_saved()

    def write_recovery(self) -> None:
        """Write the copies that are due, at once."""
        for session in self.dirty:
            try:
                recovery.write(session.recovery, session.state.document, session.state.path, session.name)
            except (OSError, Error) as error:
                self.window.say(f"The recovery copy could not be written: {error}", warns=True)
        self.dirty.clear()
        self.window.following.show_saved()

    def offer_recovery(self, asked: bool = False) -> None:
        """Offer what a crash left behind; where it was asked for, say that there is nothing."""
        from tensordraw.ui.recovery_dialog import RecoveryDialog

        left = recovery.left_behind()
        if not left:
            if asked:
                self.window.say("There is nothing to recover.")
            return
        dialog = RecoveryDialog(self.window, self.window.colours, left)
        dialog.exec()
        if dialog.later:
            return
        opened = dialog.chosen if dialog.result() == QDialog.DialogCode.Accepted else []
        for one in sorted(opened, key=recovery.opened_as) or left:
            if not opened or self._recover(one):
                recovery.discard(one)

    def _recover(self, one: recovery.Copy) -> bool:
        """Open a copy as an unsaved document; whether it could be read."""
        try:
            diagram = file.load(one.copy)
        except Error as error:
            self.window.say(str(error), warns=True)
            return False
        home = str(Path(one.path).parent) if one.path else ""
        session = self.new(replace(diagram, home=home), f"{one.name.removesuffix(RECOVERED)}{RECOVERED}")
        session.keep_unsaved()
        recovery.write(session.recovery, session.state.document, one.path, one.name)
        return True

    def _canvas(self, session: Session) -> Canvas:
        for at in range(self.window.tabs.count()):
            page = self.window.tabs.widget(at)
            if isinstance(page, Canvas) and page.session is session:
                return page
        raise KeyError(session)

    def folder(self, session: Session | None = None) -> str:
        """Where dialogs start: the document's folder, else the one used last, else the current one."""
        session = session or self.window.session
        home = "" if session is None else session.document.home
        return home or settings.folder() or str(Path.cwd())

    def used(self, path: str) -> None:
        """Dialogs of documents without a folder start where this file lies."""
        settings.remember_folder(str(Path(path).resolve().parent))
