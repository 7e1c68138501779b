"""The results of evaluations, kept by document: each shows its own, and says in words when it has changed since.

One evaluation runs at a time, for whichever document asked last; the process is `evaluation`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from PySide6.QtCore import QObject

from tensordraw.diagram.fingerprints import same_meaning
from tensordraw.diagram.records import Content
from tensordraw.ui import bindings
from tensordraw.ui.evaluation import Evaluation
from tensordraw.ui.pins import Pins, give, value_from
from tensordraw.ui.session import Session
from tensordraw.ui.valued import Value
from tensordraw.ui.wording import STALE, step

ONLY_PINS = "Only what the pinned viewers look at was evaluated: {evaluate} evaluates the whole drawing."


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What came of evaluating `content`: values by their names, or the `sentence` that says why none did,
    or how its equations were found to be; `warns` where that is not as it should be.

    `captures` are the values inside the drawing that can be asked for by name. `tokens` are the texts of the token ids
    that it was evaluated for, one a position (() where there are none), `ids` the ids, `next` the likeliest next ones with
    their probabilities. `seconds` is None while it runs. `upto`: only what viewers look at was evaluated. `looked` is the name
    of the value that was asked for, "" for none.
    """

    content: Content
    values: dict[str, Value] = field(default_factory=dict)
    captures: tuple[str, ...] = ()
    seconds: float | None = None
    cost: str = ""
    sentence: str = ""
    warns: bool = False
    tokens: tuple[str, ...] = ()
    ids: tuple[int, ...] = ()
    next: tuple[tuple[int, float], ...] = ()
    upto: bool = False
    looked: str = ""

    @property
    def arrays(self) -> dict[str, Any]:
        """The arrays of the values."""
        return {name: value.array for name, value in self.values.items()}


class Results(QObject):
    """For one window."""

    def __init__(self, window: Any, evaluation: Evaluation) -> None:
        super().__init__(window)
        self.window, self.evaluation = window, evaluation
        self.pins = Pins()
        self._pinned: dict[str, dict[str, Any]] = {}  # of the run that ends
        self.found: dict[Session, Result] = {}
        self.running: tuple[Session, Result] | None = None
        self.generating = False  # what runs continues a text
        self._quiet = self._asks = False
        self._shown: tuple[object, ...] = ()
        evaluation.costed.connect(self._costed)
        evaluation.stepped.connect(self._stepped)
        evaluation.finished.connect(self._finished)
        evaluation.failed.connect(self._failed)
        evaluation.checked.connect(self._checked)
        evaluation.pinned.connect(self._take_pinned)
        evaluation.ranked.connect(self._ranked)
        evaluation.generated.connect(self._generated)

    def show_again(self) -> None:
        """Show what is shown anew: its words have changed."""
        self._shown = ()
        self.show()

    def evaluate(
        self, session: Session, item: str | None = None, capture: str = "", *, upto: bool = False, quiet: bool = False
    ) -> None:
        """Evaluate a document; the value at `item`, or the one that the drawing calls `capture`, is looked at first. `upto`
        evaluates only what the pinned viewers look at; `quiet` leaves what the status line says."""
        typing = self.window.typing
        if not typing.ready(session, lambda: self.evaluate(session, item, capture, upto=upto, quiet=quiet)):
            return
        self._end()
        self._quiet, self._asks = quiet, bool(item or capture)
        given, texts = typing.given(session), typing.texts(session)
        ids = tuple(next(iter(given.values()), ()))
        self.running = (session, Result(session.state.document.content, tokens=texts, ids=ids, upto=upto))
        pins = self.pins.keys(session)
        self.evaluation.start(session.document, item, capture=capture, ids=given, pins=pins, upto=upto)
        self.show()

    def update_charts(self, session: Session) -> None:
        """Evaluate what a document's charts show, and fill them with it."""
        self.window.say("Evaluating what the charts show…")
        self.pins.charting = session
        self.evaluate(session, upto=True)

    def generate(self, session: Session, ids: list[int], count: int, temperature: float, seed: int) -> None:
        """Continue a document's text; its result stays what it was."""
        self._end()
        self.generating = True
        self.running = (session, self.found.get(session) or Result(session.state.document.content))
        self.evaluation.generate(session.document, ids, count, temperature, seed)
        self.show()

    def check(self, session: Session) -> None:
        """Compare the sides of a document's equations."""
        self._end()
        self.running = (session, Result(session.state.document.content, sentence="Checking…"))
        self.evaluation.check(session.document)
        self.show()

    def stop(self) -> bool:
        """Stop what runs; whether anything did. A text ends with the token that is being computed."""
        self.pins.charting = None
        if self.generating:
            self.evaluation.halt()
            return True
        return self._end()

    def _end(self) -> bool:
        """End what runs at once; whether anything did."""
        if self.generating:
            self.evaluation.stop()
            self._generated(0.0)
            return True
        running, self.running = self.running, None
        self.evaluation.stop()
        if running is not None:
            session, begun = running
            self._put(session, replace(begun, sentence="The evaluation was stopped."))
        self.show()
        return running is not None

    def _put(self, session: Session, result: Result) -> None:
        """A document has another result; values that it has stay where only viewers were to be served."""
        before = self.found.get(session)
        if not (result.upto and before is not None and before.values):
            self.found[session] = result

    def forget(self, session: Session) -> None:
        """Drop what belongs to a document that is closed."""
        if self.running is not None and self.running[0] is session:
            self._end()
        self.found.pop(session, None)
        self.pins.forget(session)

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
        words = STALE
        stale = result is not None and content is not None and not same_meaning(content, result.content)
        if session is not None and result is not None and result.arrays:
            given = tuple(next(iter(self.window.typing.given(session).values()), ()))
            if not stale and result.ids != given:
                stale, words = True, "Of an earlier text"
        panel.set_stale(stale and not here, words)
        panel.show_pins(self.pins.of(session), content)
        self.window.typing.show_result(session, result, here)

    def _costed(self, words: str) -> None:
        if self.running is not None:
            self.running = (self.running[0], replace(self.running[1], cost=words))
            self.show()

    def _stepped(self, number: int, total: int, name: str, shape: list[int]) -> None:
        """Say which statement is being computed, where that is looked for; screen readers and the log are spared it."""
        if self.running is None:
            return
        words, session = step(number, total, name, shape), self.running[0]
        if session is self.window.session:
            self.window.values.show_step(words)
        if not self._quiet:
            self.window.said.setText(f"Evaluating{self._whose(session)}… {words}")

    def _take_pinned(self, entries: dict[str, dict[str, Any]]) -> None:
        self._pinned = entries

    def _ranked(self, likeliest: list[list[float]]) -> None:
        if self.running is not None:
            found = tuple((int(each), float(probability)) for each, probability in likeliest)
            self.running = (self.running[0], replace(self.running[1], next=found))

    def _generated(self, seconds: float) -> None:
        if self.running is None or not self.generating:
            return
        (session, _), self.running, self.generating = self.running, None, False
        self.window.typing.finish(session, seconds)
        self.show()

    def _finished(self, entries: list[dict[str, Any]], captures: list[str], seconds: float) -> None:
        if self.running is None:
            return
        (session, begun), self.running = self.running, None
        texts_of = self.window.typing.texts_of(session)
        shared = {"seconds": seconds, "tokens": begun.tokens, "content": begun.content, "texts_of": texts_of}
        values = {entry["name"]: value_from(entry, **shared) for entry in entries}
        looked = next(iter(values)) if self._asks else ""
        before = self.found.get(session)
        known = values
        if looked and before is not None and before.content == begun.content and before.ids == begun.ids:
            known = before.values | values  # what was looked at before stays, in its order
        elif looked:
            known = {**{name: value for name, value in values.items() if name != looked}, looked: values[looked]}
        for pin in self.pins.of(session):
            give(pin, self._pinned.get(pin.key), shared)
        filled = ("", False)
        if self.pins.charting is session:
            self.pins.charting = None
            filled = self.window.looking.fill_charts(session, self._pinned, shared)
        self._pinned = {}
        sentence = bindings.filled(ONLY_PINS) if begun.upto else ""
        done: dict[str, Any] = {"values": known, "captures": tuple(captures), "seconds": seconds, "looked": looked}
        self._put(session, replace(begun, sentence=sentence, **done))
        self.evaluation.clear()
        self.show()
        if begun.upto:
            values = {
                pin.title: pin.value for pin in self.pins.of(session) if pin.value is not None and not pin.missing
            }
        shapes = ", ".join(f"{name or 'result'} {list(value.array.shape)}" for name, value in list(values.items())[:4])
        if not self._quiet:
            self.window.say(f"Evaluated{self._whose(session)}: {shapes}")
        if filled[0]:
            self.window.say(*filled)
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
        self.pins.charting = None
        if self.generating:
            self.generating = False
            self.window.typing.finish(session, 0.0)
        else:
            self._put(session, replace(begun, sentence=sentence, warns=True))
        self.show()
        self.window.say(f"{session.name}: {sentence}" if self._whose(session) else sentence, warns=True)
        self.window.following.check_sources()

    def _whose(self, session: Session) -> str:
        return "" if session is self.window.session else f" {session.name}"
