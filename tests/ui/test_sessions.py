"""Random sessions through the real window, offscreen: mouse, keys, every command of the table, panels, and dialogs and menus
that are answered at random. No exception in any slot, and every document can be taken back to its first step, byte for byte."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from traceback import format_exception
from typing import assert_never

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions

from tensordraw.diagram import file
from tensordraw.editor import commands
from tensordraw.editor.events import Committed, DragKind, Event, Insert, Pasted, Run, Saved, Select
from tensordraw.editor.state import State, items_of, open_state
from tests.acts import (
    MOST,
    Act,
    Answer,
    Back,
    Choose,
    Click,
    Command,
    Double,
    Drag,
    Drop,
    Held,
    Hover,
    Paste,
    Pick,
    Stroke,
    Told,
    Write,
    acts,
    hold_together,
    minimal,
    papers,
    picked,
    point,
    thinned,
)
from tests.arguments import argument, told
from tests.ui.conftest import Hands
from tests.ui.drawn import drop_kind

PAPERS = papers()
BEGUN = ("blank", "blank", "attention", "63-head", "57-bilinear-form", "71-state-space", "gpt2 folded", "33-mps")
SESSIONS, EVENTS, SHORT, LONG = 200, 1_000, 80, 10_000
LOOKED_FOR = 60.0  # seconds, for the few acts that fail alone
_HELD = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier, "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
}  # fmt: skip
_BUTTONS = {
    "left": Qt.MouseButton.LeftButton,
    "right": Qt.MouseButton.RightButton,
    "middle": Qt.MouseButton.MiddleButton,
}
_PRESS, _MOVE, _RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease


class Answers:
    """Answers what is modal a moment after it opened: mostly with Escape, sometimes with Enter or a text before it."""

    def __init__(self, seed: object) -> None:
        self.random = random.Random(f"answers {seed}")
        self.given, self.over = 0, False
        self.answer()

    def answer(self) -> None:
        if self.over:
            return
        QTimer.singleShot(20, self.answer)  # another one: an answer may open a dialog, whose own is then waited for
        modal = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if modal is None:
            return
        self.given += 1
        focus = modal.focusWidget() or modal
        if self.random.random() < 0.3:
            QTest.keyClicks(focus, self.random.choice(("3", "gpt2", "ij,jk->ik", "x")))
        QTest.keyClick(focus, Qt.Key.Key_Return if self.random.random() < 0.2 else Qt.Key.Key_Escape)
        if self.given % 5 == 0 and (left := QApplication.activeModalWidget()) is not None:
            left.close()  # Enter alone does not leave every dialog


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Answers]:
    monkeypatch.chdir(tmp_path)
    made = Answers("one")
    yield made
    made.over = True
    QGuiApplication.clipboard().clear()  # what Python made must not outlive it


class InWindow:
    """Does acts to a window, with real mouse and key events wherever a person would use them; `events` counts them, and
    what else was sent."""

    def __init__(self, hands: Hands, name: str) -> None:
        self.hands, self.window = hands, hands.window
        self.window.files.new(PAPERS[name]())
        self.canvas = hands.canvas
        self.session = self.canvas.session
        self.begun = file.encode(self.state.document)
        self.most = max(MOST, len(self.state.document.content.nodes) + 10)
        self.events = 0

    @property
    def state(self) -> State:
        return self.hands.canvas.session.state

    def play(self, made: Sequence[Act]) -> None:
        for act in made:
            if self.window.canvas is None:  # the start page
                self.window.tabs.setCurrentWidget(self.canvas)
            chosen = thinned(self.state, self.most)
            if chosen:
                self.stroke("Escape", canvas=True)
                self.send(Select(chosen))
                self.stroke("Delete", canvas=True)
            self.do(act)
            QApplication.processEvents()
            for session in self.window.sessions():
                hold_together(session.state.document)
                assert session.state.selection <= items_of(session.state.document)

    def do(self, act: Act) -> None:
        hands = self.hands
        match act:
            case Drag():
                self.drag(act)
            case Click(at, held, button):
                x, y = point(at, self.state)
                self.mouse(_PRESS, x, y, held, button)
                self.mouse(_RELEASE, x, y, held, button)
            case Double(at, _):
                self.events += 1
                hands.double_click(*point(at, self.state))
            case Hover(at, held):
                self.mouse(_MOVE, *point(at, self.state), held)
            case Stroke(keys, canvas):
                self.stroke(keys, canvas=canvas)
            case Command(name, dice):
                self.run(name, dice)
            case Answer(text, _, goes_on):
                typed = "".join(letter for letter in text[:20] if letter.isascii())  # Qt's tests type nothing else
                self.events += len(typed)
                hands.type(typed)
                self.stroke("Tab" if goes_on else "Return")
            case Choose(picks, adds):
                self.send(Select(frozenset(picked(pick, self.state) for pick in picks), adds))
            case Write(pick, text):
                self.send(Committed(picked(pick, self.state), text))
            case Drop(kind, at, _, then):
                self.events += 1
                drop_kind(hands, kind, point(at, self.state), release=then != "lost")
                if then == "lost":
                    self.send(DragKind(None))
            case Paste(text, at, in_place, code):
                if code:
                    self.send(Pasted(text or "", *point(at, self.state), in_place, code))
                else:
                    if text is not None:
                        QGuiApplication.clipboard().setText(text)
                    self.stroke("Ctrl+Shift+V" if in_place else "Ctrl+V", canvas=True)
            case Told():
                event = told(act, self.state, self.state.document)
                if not isinstance(event, Saved | Insert):  # a file that is not there
                    self.send(event)
            case Back(steps, redo):
                for _ in range(steps):
                    self.stroke("Ctrl+Y" if redo else "Ctrl+Z", canvas=True)
            case _:
                assert_never(act)

    def send(self, event: Event) -> None:
        self.events += 1
        self.window.send(event)

    def run(self, command: str, dice: int) -> None:
        given, row = argument(dice, command, self.state), commands.find(command)
        self.events += 1
        if row.hidden and given is not None:
            self.window.run(command, given)
        elif not row.hidden and given is None:
            self.window.actions_.actions[command].trigger()  # as the menus do; one that is disabled does nothing
        elif not row.hidden:
            self.window.run(command, given)

    def drag(self, act: Drag) -> None:
        (x, y), (to_x, to_y) = point(act.start, self.state), point(act.end, self.state)
        self.mouse(_PRESS, x, y, act.held, act.button)
        for step in range(1, act.steps + 1):
            part = step / act.steps
            self.mouse(_MOVE, x + (to_x - x) * part, y + (to_y - y) * part, act.held, act.button)
        if act.then == "Escape":
            self.stroke("Escape", canvas=True)
        elif act.then == "leave":
            QApplication.sendEvent(self.hands.canvas, QEvent(QEvent.Type.Leave))
        elif act.then not in ("", "lost"):
            self.run(act.then, 1)
        if act.then != "lost" and self.window.canvas is not None:
            self.mouse(_RELEASE, to_x, to_y, act.held, act.button)

    def mouse(self, kind: QEvent.Type, x: float, y: float, held: Held, button: str = "left") -> None:
        self.events += 1
        canvas, at = self.hands.canvas, QPointF(self.hands.pixel(x, y))
        none, pressed, modifiers = Qt.MouseButton.NoButton, _BUTTONS[button], Qt.KeyboardModifier.NoModifier
        for one in held:
            modifiers |= _HELD[one]
        changed, down = none if kind == _MOVE else pressed, none if kind == _RELEASE else pressed
        QApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), changed, down, modifiers))

    def stroke(self, keys: str, *, canvas: bool = False) -> None:
        """Keys as the command table writes them, on the canvas or on what has the focus."""
        if canvas and self.window.canvas is not None:
            self.window.canvas.setFocus()
        for part in keys.split(", "):
            self.events += 1
            one = QKeySequence.fromString(part)[0]
            QTest.keyClick(QApplication.focusWidget() or self.window, one.key(), one.keyboardModifiers())

    def end(self) -> None:
        """Every document undone and done again; then all are closed."""
        for _ in range(3):
            QTest.qWait(30)
            self.stroke("Escape")
        for session in self.window.sessions():
            last, future = file.encode(session.state.document), len(session.state.history.future)
            steps = len(session.state.history.past)
            for _ in range(steps):
                session.send(Run("undo"))
            assert session.state.history.past == ()
            if session is self.session:
                assert file.encode(session.state.document) == self.begun
            for _ in range(steps):
                session.send(Run("redo"))
            assert len(session.state.history.future) == future
            assert file.encode(session.state.document) == last
        self.close()

    def close(self) -> None:
        for session in self.window.sessions():
            session.state = open_state(session.state.document)  # nothing to ask about
            self.window.files.close(session)


def fault(hands: Hands, name: str, made: Sequence[Act], most: int | None = None) -> tuple[str, int]:
    """What goes wrong in a session of at most so many events, "" where nothing does, and how many acts were begun; what a
    slot raises counts."""
    done = 0
    with capture_exceptions() as raised:
        session = InWindow(hands, name)
        try:
            for act in made:
                done += 1
                session.play([act])
                if raised or (most is not None and session.events >= most):
                    break
            if not raised:
                session.end()
        except Exception as error:  # any: it is what is looked for
            raised.append((type(error), error, error.__traceback__))
        session.close()
    return "\n".join("".join(format_exception(*one)) for one in raised), done


def session(hands: Hands, seed: int, events: int) -> None:
    """At least so many events on a document of its own; a fault tells how it can be had again."""
    name, made = BEGUN[seed % len(BEGUN)], acts(f"window {seed}", events)
    wrong, done = fault(hands, name, made, events)
    if wrong:
        last = wrong.splitlines()[-1]
        few = minimal(made[:done], lambda fewer: fault(hands, name, fewer)[0].splitlines()[-1:] == [last], LOOKED_FOR)
        pytest.fail(f"seed {seed} on {name!r}: {wrong}\nas few acts as were found: {few[-40:]}")


@pytest.mark.parametrize("seed", [1, 3])
def test_a_session_in_the_window(seed: int, hands: Hands, answers: Answers) -> None:
    session(hands, seed, SHORT)


def test_the_label_of_what_lies_in_a_folded_region_is_edited(hands: Hands, answers: Answers) -> None:
    named = [Choose((Pick("item", rank / 100),)) for rank in range(80, 100, 2)]
    made = [act for one in named for act in (one, Command("edit_label"), Stroke("Escape"))]
    assert fault(hands, "gpt2 folded", made)[0] == ""


@pytest.mark.slow
@pytest.mark.parametrize("block", range(SESSIONS // 5))
def test_two_hundred_sessions_in_the_window(block: int, hands: Hands, answers: Answers) -> None:
    for seed in range(100 + 5 * block, 105 + 5 * block):
        session(hands, seed, EVENTS)
    assert answers.given, "no dialog was ever opened"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(len(BEGUN)))
def test_ten_thousand_events_in_the_window(seed: int, hands: Hands, answers: Answers) -> None:
    session(hands, seed, LONG)
