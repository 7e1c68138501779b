"""Every key of the command table, pressed on the canvas, runs its command and no other."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tensordraw.editor import events
from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.keys import parts, strokes
from tensordraw.ui import keys
from tests.ui.conftest import Hands
from tests.ui.drawn import ALT, CTRL, SHIFT, join, legs, put

HELD = {"Ctrl": CTRL, "Shift": SHIFT, "Alt": ALT}


def press(hands: Hands, stroke: str) -> None:
    """One stroke, as a keyboard with English letters sends it."""
    held, key = parts(stroke)
    modifiers = Qt.KeyboardModifier.NoModifier
    for name in held:
        modifiers |= HELD[name]
    if key in "?+~:^_" and not held:
        modifiers |= SHIFT
    code = keys.sequence(key)[0].key()  # type: ignore[index]
    QTest.keyClick(QApplication.focusWidget() or hands.canvas, code, modifiers)
    QApplication.processEvents()


def test_every_key_of_the_table_runs_its_command(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = put(hands, "tensor", -60, 0), put(hands, "isometry", 60, 0)
    join(hands, legs(hands, first)[1], legs(hands, second)[0])
    ran: list[str] = []

    def note(event: events.Event) -> None:
        if isinstance(event, events.Run):
            ran.append(event.command)

    monkeypatch.setattr(hands.canvas.session, "send", note)
    hands.canvas.happened.disconnect()
    hands.canvas.happened.connect(note)
    wrong = {}
    for command in COMMANDS:
        for one in command.keys if command.id != "quit" else ():
            hands.canvas.setFocus()
            ran.clear()
            for stroke in strokes(one):
                press(hands, stroke)
            if ran != [command.id]:
                wrong[command.id, one] = list(ran)
    assert wrong == {}
