"""While an evaluation runs, the status line and the values panel say which statement is being computed."""

from __future__ import annotations

import io
import json
import re
import time

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tensordraw.program.evaluate import Watch
from tensordraw.program.statements import Axis, Constant, Type
from tensordraw.templates import template
from tensordraw.ui import evaluator
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

STEP = re.compile(r"step (\d+) of (\d+): (\w+) \(\d+ × \d+\)")


def test_ux_61_the_status_line_and_the_panel_say_which_statement_runs(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.files.new(template("matrix_product", rows=3000, inner=3000, columns=3000))
    window.activateWindow()
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: STEP.search(window.said.text()) is not None, timeout=20_000)
    assert "Evaluating… step 1 of 1: " in window.said.text()
    assert "(3000 × 3000)" in window.values.said.text()
    evaluation = window.performer.evaluation
    assert evaluation.busy
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Escape)
    assert not window.evaluates(), "it can still be stopped"
    QTest.qWait(200)
    assert window.said.text() == "Evaluation stopped"
    assert "step" not in window.values.said.text()
    lines = window.log.text.toPlainText().splitlines()
    assert any("stopped" in line for line in lines)
    assert not any("step" in line for line in lines), "the log is spared it"
    evaluation.close()


def test_a_watched_run_tells_at_most_ten_times_a_second_and_no_statement_twice() -> None:
    watch, out = Watch(total=10_000), io.StringIO()
    with evaluator.told(watch, out):
        end = time.monotonic() + 0.75
        while time.monotonic() < end:
            watch.number = min(watch.number + 1, 300)
            watch.statement = Constant(f"c{watch.number}", "1", 1.0, Type((Axis("seq", 12), Axis("head", 64))))
            time.sleep(0.001)
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert 2 <= len(told) <= 7
    numbers = [line["step"] for line in told]
    assert numbers == sorted(set(numbers))
    assert told[-1]["of"] == 10_000
    assert told[-1]["shape"] == [12, 64]
    assert told[-1]["name"] == f"c{told[-1]['step']}"


def test_a_quick_run_tells_nothing() -> None:
    out = io.StringIO()
    with evaluator.told(Watch(), out):
        pass
    assert out.getvalue() == ""
