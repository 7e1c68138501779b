"""The results of evaluations, kept by document: each shows its own, and says in words when it has changed since.

One evaluation runs at a time, for whichever document asked last; the process is `evaluation`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject

from tensordraw.diagram.records import Content
from tensordraw.ui.evaluation import Evaluation
from tensordraw.ui.session import Session


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What came of evaluating `content`: arrays with the names of their axes, or the `sentence` that says why none did,
    or how its equations were found to be; `warns` where that is not as it should be.

    `captures` are the values inside the drawing that can be asked for by name. `tokens` are the texts of the token ids
    that it was evaluated for, one a position (() where there are none). `seconds` is None while it runs.
    """

    content: Content
    arrays: dict[str, Any] = field(default_factory=dict)
    axes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    captures: tuple[str, ...] = ()
    seconds: float | None = None
    cost: str = ""
    sentence: str = ""
    warns: bool = False
    tokens: tuple[str, ...] = ()


class Results(QObject):
    """For one window."""

    def __init__(self, window: Any, evaluation: Evaluation) -> None:
        super().__init__(window)
        self.window, self.evaluation = window, evaluation
        self.found: dict[Session, Result] = {}
        self.running: tuple[Session, Result] | None = None
        self._shown: tuple[object, ...] = ()
        evaluation.costed.connect(self._costed)
        evaluation.finished.connect(self._finished)
        evaluation.failed.connect(self._failed)
        evaluation.checked.connect(self._checked)

    def evaluate(self, session: Session, item: str | None = None, capture: str = "") -> None:
        """Evaluate a document; the value at `item`, or the one that the drawing calls `capture`, is looked at first."""
        self.stop()
        self.running = (session, Result(session.state.document.content))
        self.evaluation.start(session.document, item, capture=capture)
        self.show()

    def check(self, session: Session) -> None:
        """Compare the sides of a document's equations."""
        self.stop()
        self.running = (session, Result(session.state.document.content, sentence="Checking…"))
        self.evaluation.check(session.document)
        self.show()

    def stop(self) -> bool:
        """Stop what runs; whether anything did."""
        running, self.running = self.running, None
        self.evaluation.stop()
        if running is not None:
            session, begun = running
            self.found[session] = replace(begun, sentence="The evaluation was stopped.")
        self.show()
        return running is not None

    def forget(self, session: Session) -> None:
        """Drop what belongs to a document that is closed."""
        if self.running is not None and self.running[0] is session:
            self.stop()
        self.found.pop(session, None)

    def show(self) -> None:
        """Let the panel show what the shown document has; nothing is made anew while that stays the same."""
        session, panel = self.window.session, self.window.values
        here = self.running is not None and self.running[0] is session
        result = self.running[1] if self.running is not None and here else self.found.get(session)
        if self._shown != (session, result, here, self.running is None):
            self._shown = (session, result, here, self.running is None)
            panel.set_running(here, "" if self.running is None else self.running[0].name)
            panel.show_result(result)
            self.window.bar.refresh(self.window.state, self.running is not None)
        content = None if session is None else session.state.document.content
        panel.set_stale(result is not None and not here and content is not result.content and content != result.content)

    def _costed(self, words: str) -> None:
        if self.running is not None:
            self.running = (self.running[0], replace(self.running[1], cost=words))
            self.show()

    def _finished(self, entries: list[dict[str, Any]], captures: list[str], seconds: float) -> None:
        import numpy as np

        if self.running is None:
            return
        (session, begun), self.running = self.running, None
        arrays, axes = {}, {}
        for entry in entries:
            arrays[entry["name"]] = np.load(entry["file"], mmap_mode="r" if len(entries) < 50 else None)
            axes[entry["name"]] = tuple(entry["axes"])
        self.found[session] = replace(begun, arrays=arrays, axes=axes, captures=tuple(captures), seconds=seconds)
        self.show()
        shapes = ", ".join(f"{name or 'result'} {list(array.shape)}" for name, array in list(arrays.items())[:4])
        self.window.say(f"Evaluated{self._whose(session)}: {shapes}")
        self.window.following.check_sources()

    def _checked(self, lines: list[str], holds: bool, seconds: float) -> None:
        if self.running is None:
            return
        (session, begun), self.running = self.running, None
        self.found[session] = replace(begun, sentence="\n".join(lines), seconds=seconds, warns=not holds)
        self.show()
        self.window.say(f"{session.name}: {lines[0]}" if self._whose(session) else lines[0], warns=not holds)

    def _failed(self, sentence: str) -> None:
        if self.running is None:
            return
        (session, begun), self.running = self.running, None
        self.found[session] = replace(begun, sentence=sentence, warns=True)
        self.show()
        self.window.say(f"{session.name}: {sentence}" if self._whose(session) else sentence, warns=True)
        self.window.following.check_sources()

    def _whose(self, session: Session) -> str:
        return "" if session is self.window.session else f" {session.name}"
