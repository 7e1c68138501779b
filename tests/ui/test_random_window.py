"""Random sessions through the whole window, offscreen: mouse, keys, every command of the table, dialogs and menus that are
answered at random. No exception in any slot (pytest-qt fails a test where there is one), and undo takes all of it back."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tensordraw.diagram import file
from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.events import DragKind, Insert, Select
from tensordraw.editor.palette import KINDS
from tensordraw.editor.state import items_of
from tests.editor.wild import LABELS, TYPED, Wild
from tests.ui.conftest import Hands

# What ends the window, or the document whose steps are counted.
ENDING = {"quit", "close"}
TEXTS = [text[:20] for text in (*TYPED, *LABELS) if text.isascii()]  # Qt's tests type nothing else
KEYS = sorted({key for c in COMMANDS if c.id not in ENDING for key in c.keys} | {"Return", "Tab", "Escape"})
HELD = (
    *(Qt.KeyboardModifier.NoModifier,) * 4, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)  # fmt: skip
SESSIONS, STEPS = 200, 40


class Answers:
    """Answers what is modal a moment after it opened: mostly with Escape, sometimes with Enter or a text before it."""

    def __init__(self, seed: object) -> None:
        self.random = random.Random(f"answers {seed}")
        self.timer = QTimer(interval=20)
        self.timer.timeout.connect(self.answer)
        self.timer.start()
        self.given = 0

    def answer(self) -> None:
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
    made.timer.stop()


def stroke(hands: Hands, keys: str) -> None:
    """Keys on what has the focus, as the command table writes them."""
    for part in keys.split(", "):
        combination = QKeySequence.fromString(part)[0]
        QTest.keyClick(QApplication.focusWidget() or hands.window, combination.key(), combination.keyboardModifiers())


def step(hands: Hands, wild: Wild) -> None:
    """One thing that a person does in the window."""
    draw, window = wild.random, hands.window
    if window.canvas is None:
        window.files.new()
    state = hands.canvas.session.state
    wild.state = state  # it chooses its places on what is shown here
    kind, held = draw.randrange(12), draw.choice(HELD)
    if len(state.document.content.nodes) > 40:
        stroke(hands, "Ctrl+Z")
    elif kind < 3:
        hands.drag(wild.spot(), wild.spot(), held, release=draw.random() < 0.95)
    elif kind == 3:
        hands.click(*wild.spot(), held)
    elif kind == 4:
        hands.double_click(*wild.spot())
        hands.type(draw.choice(TEXTS))
        stroke(hands, draw.choice(("Return", "Escape", "Tab")))
    elif kind == 5:
        hands.canvas.setFocus()
        stroke(hands, draw.choice(KEYS))
    elif kind == 6:
        stroke(hands, draw.choice(KEYS))  # wherever the focus is
    elif kind == 7:
        rows = [c.id for c in COMMANDS if not c.hidden and c.id not in ENDING]
        window.actions_.actions[draw.choice(rows)].trigger()
    elif kind == 8:
        window.send(Select(frozenset(wild.some(items_of(state.document)))))
    elif kind == 9:
        at, name = wild.spot(), draw.choice([kind.id for kind in KINDS])
        window.send(DragKind(name, *at))
        window.send(DragKind(None))
        window.send(Insert(name, *at))
    elif kind == 10:
        hands.type(draw.choice(TEXTS)[:12])
    else:
        hands.mouse(QEvent.Type.MouseMove, *wild.spot(), held)
    QApplication.processEvents()


def session(hands: Hands, seed: int, steps: int) -> None:
    """A session on a document of its own, which is taken back to its first step."""
    window = hands.window
    window.files.new()
    canvas = hands.canvas
    held, written = canvas.session, file.encode(canvas.session.state.document)
    wild = Wild(f"window {seed}")
    try:
        for _ in range(steps):
            step(hands, wild)
    except Exception as error:
        error.add_note(f"with seed {seed}")
        raise
    for _ in range(3):
        QTest.qWait(30)
        stroke(hands, "Escape")
    while held.state.history.past:
        before = held.state
        window.tabs.setCurrentWidget(canvas)
        window.run("undo")
        assert held.state is not before
    assert file.encode(held.state.document) == written
    for other in window.sessions():
        other.state = other.state.__class__(
            other.state.history.__class__(other.state.document, saved=other.state.document)
        )
        window.files.close(other)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_session_in_the_whole_window(seed: int, hands: Hands, answers: Answers) -> None:
    session(hands, seed, STEPS)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(SESSIONS // 10))
def test_two_hundred_sessions_in_the_whole_window(block: int, hands: Hands, answers: Answers) -> None:
    for seed in range(100 + 10 * block, 110 + 10 * block):
        session(hands, seed, STEPS)
    assert answers.given, "no dialog was ever opened"
