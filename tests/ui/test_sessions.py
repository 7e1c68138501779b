"""Random sessions through the real window, offscreen: real mouse and key events, panels and all. Nothing may fail (an exception
in a slot fails the test), and all of it can be undone."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tensordraw.diagram import file
from tensordraw.editor import effects, events
from tensordraw.editor.events import Modifier
from tensordraw.ui.window import Window
from tests.sessions import Step, next_step
from tests.ui.conftest import Hands
from tests.ui.drawn import drop_kind

_HELD: dict[Modifier, Qt.KeyboardModifier] = {
    "Ctrl": Qt.KeyboardModifier.ControlModifier,
    "Shift": Qt.KeyboardModifier.ShiftModifier,
    "Alt": Qt.KeyboardModifier.AltModifier,
}
# What opens a dialog, touches files, or starts a calculation.
_OUTSIDE = (
    effects.OpenDialog, effects.NewDocument, effects.CloseDocument, effects.SaveFile, effects.Export, effects.Quit,
    effects.Evaluate, effects.CheckEquation, effects.ExportViewer, effects.ToggleTheme,
)  # fmt: skip
_MOVE = QEvent.Type.MouseMove


@pytest.fixture
def quiet(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hands]:
    """Hands on a window that performs only what happens on the canvas."""
    performer = hands.window.performer
    inner = performer.perform
    monkeypatch.setattr(
        performer,
        "perform",
        lambda effect, session=None: None if isinstance(effect, _OUTSIDE) else inner(effect, session),
    )
    hands.canvas.fit()
    yield hands
    QGuiApplication.clipboard().clear()  # what Python made must not outlive it


def key(hands: Hands, stroke: str) -> None:
    hands.canvas.setFocus()
    for part in stroke.split(", "):
        combination = QKeySequence.fromString(part)[0]
        QTest.keyClick(hands.canvas, combination.key(), combination.keyboardModifiers())


def do(hands: Hands, step: Step) -> None:
    held = Qt.KeyboardModifier.NoModifier
    for modifier in step.held:
        held |= _HELD[modifier]
    at = step.points[0] if step.points else (0.0, 0.0)
    match step.doing:
        case "drag":
            hands.drag(step.points[0], step.points[-1], held)
        case "dropped drag":
            hands.drag(step.points[0], step.points[-1], held, release=False)
            key(hands, "Escape")
            hands.mouse(QEvent.Type.MouseButtonRelease, *step.points[-1], held)
        case "click":
            hands.click(*at, held)
        case "double click":
            hands.double_click(*at)
            hands.type(step.what or "ten")
            hands.key(Qt.Key.Key_Return)
        case "move":
            hands.mouse(_MOVE, *at, held)
        case "key":
            key(hands, step.what)
        case "command":
            hands.window.run(step.what)
        case "write":
            hands.double_click(*at)
            hands.type(step.what)
            hands.key(Qt.Key.Key_Return)
            hands.key(Qt.Key.Key_Escape)
        case "insert":
            drop_kind(hands, step.what, at)
        case "hover":
            drop_kind(hands, step.what, at, release=False)
            hands.window.send(events.DragKind(None))
        case "label" | "select":
            hands.window.send(events.Select(step.items))
            if step.doing == "label" and step.items:
                key(hands, "F2")
                hands.type(step.what)
                hands.key(Qt.Key.Key_Return)
        case "undo":
            key(hands, "Ctrl+Z")
        case "redo":
            key(hands, "Ctrl+Shift+Z")
        case "paste":
            key(hands, "Ctrl+C")
            key(hands, "Ctrl+V")
        case "thin":
            hands.window.send(events.Select(step.items))
            key(hands, "Delete")


def session(hands: Hands, seed: int, count: int) -> None:
    """So many things done, then all of it undone."""
    draw = random.Random(seed)
    canvas = hands.canvas
    written = file.encode(canvas.session.state.document)
    for _ in range(count):
        do(hands, next_step(draw, canvas.session.state))
        QApplication.processEvents()
    hands.key(Qt.Key.Key_Escape)
    while canvas.session.state.history.past:
        hands.window.run("undo")
    assert file.encode(canvas.session.state.document) == written


@pytest.mark.parametrize("seed", [1, 2])
def test_a_session_in_the_window(seed: int, quiet: Hands) -> None:
    session(quiet, seed, 50)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_two_hundred_sessions_in_the_window(block: int, quiet: Hands, window: Window) -> None:
    for seed in range(1000 + 10 * block, 1010 + 10 * block):
        session(quiet, seed, 40)
