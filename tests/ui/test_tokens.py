"""A person types a text, runs it and lets it go on: real key strokes, a real evaluator."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.templates import template
from tensordraw.ui.panels.chips import Chip
from tensordraw.ui.typed import percent
from tensordraw.ui.window import Window
from tests.templates.folders import add_tokenizer, gpt2_folder
from tests.ui.models import drop, loaded

NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return gpt2_folder(tmp_path / "gpt2-tiny")


def write(window: Window, qtbot: QtBot, text: str) -> None:
    """Type into the strip and wait for the tokens."""
    window.tokens.field.setFocus()
    QTest.keyClicks(window.tokens.field, text)
    assert window.session is not None
    qtbot.waitUntil(lambda: not window.typing.typed(window.session).pending, timeout=20_000)


def rested(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.evaluates(), timeout=60_000)


def numbers(window: Window) -> list[str]:
    return [chip.number for chip in window.tokens.chips.chips.chips]


# ------------------------------------------------------------------------------------------------------------- tokens


def test_a_text_becomes_chips_and_runs(window: Window, qtbot: QtBot, folder: Path) -> None:
    tokenizer = add_tokenizer(folder)
    drop(window, folder)
    diagram = loaded(window, qtbot)
    assert QApplication.focusWidget() is window.tokens.field or not window.isActiveWindow()
    write(window, qtbot, "the cat")
    ids = tokenizer.encode("the cat").ids
    assert numbers(window) == [str(each) for each in ids]
    assert [chip.text for chip in window.tokens.chips.chips.chips] == ["the", " cat"]
    assert window.tokens.counted.text() == "2 of 12 positions"
    QTest.keyClick(window.tokens.field, Qt.Key.Key_Return)
    rested(window, qtbot)
    result = window.performer.results.found[window.session]
    assert result.tokens == ("the", " cat")
    logits = td.evaluate(diagram, {"tokens": np.array(ids)})
    np.testing.assert_allclose(next(iter(result.arrays.values())), logits, atol=1e-5)
    expected = td.next_tokens(diagram, "the cat")
    assert [each for each, _ in result.next] == [each for each, _ in td.next_tokens(diagram, ids)]
    chips = window.tokens.next.chips.chips
    assert [(chip.text, chip.number) for chip in chips] == [(text, percent(part)) for text, part in expected]
    assert not window.values.age.isVisible()
    write(window, qtbot, "s")  # then they are the next tokens of another text
    assert window.tokens.next_title.text() == "Next (earlier text)"
    assert not window.tokens.next.isEnabled()
    assert window.values.age.text() == "Of an earlier text"
    assert window.values.age.isVisibleTo(window.values)
    window.performer.evaluation.close()


def test_enter_right_after_the_last_letter_waits_for_its_tokens(window: Window, qtbot: QtBot, folder: Path) -> None:
    add_tokenizer(folder)
    drop(window, folder)
    loaded(window, qtbot)
    window.tokens.field.setFocus()
    QTest.keyClicks(window.tokens.field, "the cat")
    QTest.keyClick(window.tokens.field, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
    qtbot.waitUntil(lambda: window.session in window.performer.results.found, timeout=60_000)
    assert window.performer.results.found[window.session].tokens == ("the", " cat")
    window.performer.evaluation.close()


def test_ids_where_there_is_no_tokenizer_and_what_is_wrong_with_them(
    window: Window, qtbot: QtBot, folder: Path
) -> None:
    drop(window, folder)
    loaded(window, qtbot)
    bar = window.tokens
    assert bar.kind.currentText() == "Ids"
    assert not bar.kind.isEnabled()
    assert "no tokenizer.json" in bar.kind.toolTip()
    write(window, qtbot, "5 400 7")
    assert [chip.wrong for chip in bar.chips.chips.chips] == [False, True, False]
    assert bar.said.text() == "Token 1 is 400, but ids go from 0 to 299."
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert window.performer.results.running is None
    assert window.said.text() == bar.said.text()
    bar.field.selectAll()
    write(window, qtbot, "1 " * 14)
    assert bar.said.text() == "14 tokens are more than the 12 positions of seq."
    assert [chip.wrong for chip in bar.chips.chips.chips] == [False] * 12 + [True] * 2
    bar.field.selectAll()
    for wrong in ("x", "--5", "1e3"):
        write(window, qtbot, f"5 {wrong}")
        assert f"'{wrong}' is no token id" in bar.said.text()
        bar.field.selectAll()
    bar.field.selectAll()
    write(window, qtbot, "5, 6")
    assert bar.said.text() == ""
    assert window.typing.given(window.session) == {"tokens": [5, 6]}


def test_a_text_is_said_as_ids_and_back(window: Window, qtbot: QtBot, folder: Path) -> None:
    tokenizer = add_tokenizer(folder)
    drop(window, folder)
    loaded(window, qtbot)
    write(window, qtbot, "a cat")
    ids = tokenizer.encode("a cat").ids
    bar = window.tokens
    bar.kind.setCurrentText("Ids")
    bar.kind.activated.emit(1)
    qtbot.waitUntil(lambda: not window.typing.typed(window.session).pending, timeout=20_000)
    assert bar.field.text() == " ".join(map(str, ids))
    assert [chip.text for chip in bar.chips.chips.chips] == [tokenizer.decode([each]) for each in ids]
    bar.kind.activated.emit(0)
    qtbot.waitUntil(lambda: not window.typing.typed(window.session).pending, timeout=20_000)
    assert bar.field.text() == "a cat"
    assert window.typing.given(window.session) == {"tokens": ids}
    bar.field.clear()  # the button in the field
    bar.typed.emit("")
    assert window.typing.given(window.session) == {}
    assert bar.chips.chips.chips == ()


def test_a_document_that_is_closed_while_its_text_goes_on(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    drop(window, gpt2_folder(tmp_path / "long", n_positions=2000))
    loaded(window, qtbot)
    write(window, qtbot, "1 2")
    window.tokens.count.setValue(1900)
    window.tokens.generate.click()
    qtbot.waitUntil(lambda: len(numbers(window)) > 3, timeout=60_000)
    window.files.close(window.session)
    assert not window.evaluates()
    assert window.typing.found == {}
    assert not window.tokens.isVisible()
    window.performer.evaluation.close()


def test_a_drawing_without_weights_may_be_run_on_fewer_ids(window: Window, qtbot: QtBot) -> None:
    window.files.new(template("gpt2", layers=1, heads=1, hidden=4, vocab=9, seq=6), "small")
    bar = window.tokens
    write(window, qtbot, "1 2")
    assert "exactly 6 positions, and 2 tokens are given" in bar.said.text()
    assert bar.shorter.isVisible()
    bar.shorter.click()
    assert window.state.history.undo_name == "Allow shorter texts"
    qtbot.waitUntil(lambda: bar.said.text() == "")
    window.run("evaluate")
    rested(window, qtbot)
    result = window.performer.results.found[window.session]
    assert next(iter(result.arrays.values())).shape == (2, 9)
    assert len(result.next) == 9
    window.performer.evaluation.close()


def test_the_strip_is_there_for_ids_only(window: Window) -> None:
    window.files.new(template("mps"), "mps")
    assert not window.tokens.isVisible()
    window.files.new(template("bert", layers=1), "bert")
    assert window.tokens.isVisible()
    window.tabs.setCurrentIndex(0)
    assert not window.tokens.isVisible()


def test_each_document_has_its_own_text(window: Window, qtbot: QtBot, folder: Path) -> None:
    drop(window, folder)
    loaded(window, qtbot)
    write(window, qtbot, "1 2")
    window.files.new(template("gpt2"), "gpt2")
    assert window.tokens.field.text() == ""
    window.tabs.setCurrentIndex(0)
    assert window.tokens.field.text() == "1 2"
    assert numbers(window) == ["1", "2"]


# --------------------------------------------------------------------------------------------------------- generation


def test_the_model_goes_on_and_its_tokens_run_next(window: Window, qtbot: QtBot, folder: Path) -> None:
    add_tokenizer(folder)
    drop(window, folder)
    diagram = loaded(window, qtbot)
    write(window, qtbot, "the cat")
    bar = window.tokens
    bar.count.setValue(5)
    start = list(window.typing.given(window.session)["tokens"])
    bar.generate.click()
    assert bar.generate.text() == "Stop"
    rested(window, qtbot)
    expected = td.generate(diagram, start, 5)
    assert window.typing.given(window.session) == {"tokens": expected}
    assert [chip.made for chip in bar.chips.chips.chips] == [False] * len(start) + [True] * 5
    assert bar.field.text().startswith("the cat")
    assert bar.field.text() == td.generate(diagram, "the cat", 5)
    assert window.said.text().startswith("Generated 5 tokens")
    assert bar.generate.text() == "Generate"
    window.run("evaluate")
    rested(window, qtbot)
    assert window.performer.results.found[window.session].ids == tuple(expected)
    bar.count.setValue(20)
    bar.generate.click()
    rested(window, qtbot)
    assert "beyond the model's 12 positions" in window.said.text()
    assert window.typing.given(window.session) == {"tokens": expected}
    window.performer.evaluation.close()


def test_escape_stops_a_text(window: Window, qtbot: QtBot, tmp_path: Path) -> None:
    drop(window, gpt2_folder(tmp_path / "long", n_positions=2000))
    loaded(window, qtbot)
    window.run("evaluate")  # nothing is typed
    assert not window.evaluates()
    assert window.said.text() == "Type token ids first: else all 2,000 positions would hold random tokens."
    write(window, qtbot, "1 2")
    bar = window.tokens
    bar.count.setValue(1900)
    bar.generate.click()
    qtbot.waitUntil(lambda: len(numbers(window)) > 4, timeout=60_000)
    process = window.performer.evaluation.process
    QTest.keyClick(bar.field, Qt.Key.Key_Escape)
    rested(window, qtbot)
    assert 4 < len(numbers(window)) < 1800
    assert window.performer.evaluation.process is process  # it ended by itself: what it had read stays warm
    assert not bar.generating
    window.performer.evaluation.close()


def test_a_next_token_that_is_clicked_is_appended(window: Window, qtbot: QtBot, folder: Path) -> None:
    drop(window, folder)
    loaded(window, qtbot)
    write(window, qtbot, "1 2")
    window.run("evaluate")
    rested(window, qtbot)
    best = window.performer.results.found[window.session].next[0][0]
    box = window.tokens.next.chips.box(0)
    QTest.mouseClick(window.tokens.next.chips, Qt.MouseButton.LeftButton, NONE, box.center().toPoint())
    assert window.tokens.field.text() == f"1 2 {best}"
    assert window.evaluates()  # the row goes on with what follows now
    assert window.tokens.next_title.text() == "Next (earlier text)"
    assert window.tokens.next.chips.chips
    rested(window, qtbot)
    assert window.performer.results.found[window.session].ids == (1, 2, best)
    assert window.tokens.next_title.text() == "Next"
    window.performer.evaluation.close()


def test_the_last_token_is_in_sight_however_long_the_text(window: Window, qtbot: QtBot, folder: Path) -> None:
    window.files.new(template("gpt2"), "gpt2")
    row = window.tokens.chips
    window.resize(1100, 800)
    for count in (40, 80, 81):
        row.show_chips([Chip(" word", str(place)) for place in range(count)], at_end=True)
        window.tokens.counted.setText(f"{count} of 1,024 positions")
        qtbot.wait(20)
        shown = row.chips.box(count - 1).right() + row.chips.x()
        assert 0 < shown <= row.viewport().width()


def test_chips_show_what_cannot_be_seen() -> None:
    assert Chip(" a\n\x13", "1").shown == "␣a↵\\x13"
    assert Chip("a", "1", wrong=True).words == "“a” 1, wrong"
    assert [percent(p) for p in (1.0, 0.714, 0.0996, 0.0004, 0.004)] == ["100 %", "71 %", "10 %", "< 0.1 %", "0.4 %"]
