"""Keys are changed by keys: what the dialog finds and refuses, and what it writes and reads."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QMessageBox,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.editor.commands import find
from tensordraw.editor.keys import Keymap, bindable, strokes
from tensordraw.ui.bindings import BINDINGS
from tensordraw.ui.keys import DIGITS, sequence
from tensordraw.ui.overlay import hint
from tensordraw.ui.rebinding import RebindingDialog
from tensordraw.ui.settings import settings
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.rebinding import ALT, CTRL, NONE, SHIFT, Key, bind, opened, record, to


@pytest.fixture
def dialog(window: Window, hands: Hands) -> RebindingDialog:
    return opened(window, hands)


def test_the_dialog_lists_every_command_and_finds_them_by_words_and_by_keys(dialog: RebindingDialog) -> None:
    def seen() -> set[str]:
        return {name for name, line in dialog.rows.items() if not line.isHidden()}

    assert seen() == {command.id for command in bindable()}
    assert dialog.rows["delete"].text(1) == "Delete   Backspace"
    assert dialog.rows["wrap_bubble"].text(2) == "Region, canvas"
    QTest.keyClicks(dialog.search, "group in a block")
    assert seen() == {"wrap_block"}
    assert dialog.chosen() is find("wrap_block")
    dialog.search.clear()
    QTest.keyClicks(dialog.search, "arrange")
    assert dialog.chosen() is find("arrange"), "what is called so, among many of its menu"
    dialog.search.clear()
    QTest.keyClicks(dialog.search, "group in a block")
    QTest.mouseClick(dialog.by_key, Qt.MouseButton.LeftButton)
    QTest.keyClick(dialog.pressed, Key.Key_K, CTRL)
    assert seen() == {"select_connected", "select_upstream", "select_downstream", "change_shortcuts"}
    QTest.keyClick(dialog.pressed, Key.Key_U)
    assert seen() == {"select_upstream"}
    QTest.keyClick(dialog.pressed, Key.Key_Escape)
    assert dialog.isVisible()
    assert seen() == {"wrap_block"}, "the words hold again"


def test_keys_that_are_bound_are_refused_in_place_and_can_be_taken(
    window: Window, hands: Hands, dialog: RebindingDialog, heard: list[str]
) -> None:
    record(dialog, "arrange", (Key.Key_G, CTRL))
    assert dialog.wrong.text() == "Ctrl+G runs “Group in a block”."
    assert heard[-1] == dialog.wrong.text()
    assert not dialog.use.isEnabled()
    QTest.keyClick(dialog.field, Key.Key_Return)
    assert BINDINGS.keymap == Keymap(), "Enter alone takes nothing away"
    assert dialog.take.hasFocus()
    QTest.keyClick(dialog.take, Key.Key_Space)
    assert dialog.rows["arrange"].text(1) == "Ctrl+G"
    assert dialog.rows["wrap_block"].text(1) == ""
    assert dialog.said.text() == "Ctrl+G runs “Arrange” now. “Group in a block” has none any more."
    record(dialog, "rotate", (Key.Key_S, CTRL))
    assert "“Save” everywhere" in dialog.wrong.text()
    QTest.keyClick(dialog.field, Key.Key_Escape)
    assert dialog.isVisible()
    assert dialog.recorded is None
    assert dialog.rows["rotate"].text(1) == "R"


def test_forbidden_keys_are_refused_with_the_reason(dialog: RebindingDialog) -> None:
    for name, key, held, word in (
        ("save", Key.Key_S, NONE, "typed"), ("rotate", Key.Key_F, ALT, "menus"), ("save", Key.Key_Return, NONE, "lists"),
        ("select_all", Key.Key_Tab, CTRL, "field to field"),
    ):  # fmt: skip
        record(dialog, name, (key, held))
        assert word in dialog.wrong.text()
        assert dialog.wrong.isVisible()
        assert dialog.take.isHidden(), "nothing to take it from"
        assert not dialog.use.isEnabled()
        while dialog.field.text() != "Ctrl+M":  # after a stroke with Alt it is the second of two, then the first again
            QTest.keyClick(dialog.field, Key.Key_M, CTRL)
        assert dialog.wrong.text() == ""
        assert dialog.use.isEnabled()


def test_tab_leaves_the_field_and_escape_stays_with_cancel(dialog: RebindingDialog) -> None:
    record(dialog, "rotate", (Key.Key_Q, NONE))
    QTest.keyClick(dialog.field, Key.Key_Tab)
    assert dialog.use.hasFocus()
    QTest.keyClick(dialog.use, Key.Key_Space)
    assert dialog.rows["rotate"].text(1) == "Q"
    to(dialog, "cancel")
    QTest.keyClick(dialog.list, Key.Key_Return)
    assert dialog.recorded is None
    assert "keeps Escape" in dialog.said.text()
    QTest.keyClick(dialog.list, Key.Key_Delete)
    assert dialog.rows["cancel"].text(1) == "Escape"


def test_nothing_is_bound_once_the_recorder_is_left(dialog: RebindingDialog) -> None:
    record(dialog, "rotate", (Key.Key_Q, NONE))
    assert dialog.use.isEnabled()
    dialog.leave()
    before = BINDINGS.keymap
    for button in (dialog.use, dialog.take):
        QTest.keyClick(button, Key.Key_Space)  # a window system may still send keys to what had the focus
        button.click()
    assert BINDINGS.keymap == before
    dialog.begin()
    assert dialog.field.hasFocus()


def test_shift_and_a_digit_is_known_by_its_place_and_by_what_it_writes(dialog: RebindingDialog) -> None:
    """On a keyboard where Shift+3 writes #: the window's shortcuts go by the key, the canvas by the sign."""
    three = QKeyEvent(QEvent.Type.KeyPress, Key.Key_NumberSign, SHIFT, DIGITS[3], DIGITS[3], 0, "#")
    for name, stroke in (("fit", "Shift+3"), ("rotate", "#")):
        record(dialog, name)
        QApplication.sendEvent(dialog.field, three)
        assert dialog.field.text() == stroke
        QTest.keyClick(dialog.field, Key.Key_Return)
        assert dialog.rows[name].text(1) == stroke
    QTest.mouseClick(dialog.by_key, Qt.MouseButton.LeftButton)
    QApplication.sendEvent(dialog.pressed, three)
    assert {name for name, line in dialog.rows.items() if not line.isHidden()} == {"fit", "rotate"}


@pytest.mark.parametrize("keys", ["Ctrl+K, ,", "Ctrl+,, C", ",", "Ctrl++", "Ctrl++, +", "Delete", "Ctrl+K, Enter"])
def test_the_keys_of_the_table_are_sequences_of_qt(keys: str) -> None:
    made = sequence(keys)
    assert made.count() == len(strokes(keys))
    assert made.toString() == keys.replace("Delete", "Del").replace("Enter", "Return")


def test_a_double_click_records_and_other_keys_can_be_kept(dialog: RebindingDialog) -> None:
    dialog.choose("delete")
    place = dialog.list.visualItemRect(dialog.rows["delete"]).center()
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    QTest.mouseDClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, NONE, place)
    assert dialog.recorded is find("delete")
    QTest.keyClick(dialog.field, Key.Key_X)
    QTest.mouseClick(dialog.besides, Qt.MouseButton.LeftButton, NONE, QPoint(8, dialog.besides.height() // 2))
    assert dialog.besides.isChecked()
    QTest.mouseClick(dialog.use, Qt.MouseButton.LeftButton)
    assert dialog.rows["delete"].text(1) == "Delete   Backspace   X"


def test_keys_are_removed_and_reset(
    window: Window, hands: Hands, dialog: RebindingDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.send(events.Insert("tensor", 0, 0))
    to(dialog, "wrap_bubble")
    QTest.keyClick(dialog.list, Key.Key_Delete)
    assert dialog.rows["wrap_bubble"].text(1) == ""
    assert window.actions_.actions["wrap_bubble"].toolTip() == "Wrap in bubble"
    assert window.state is not None
    assert "bubble" not in hint(window.state)
    bind(dialog, "rotate", (Key.Key_B, NONE))
    dialog.choose("wrap_bubble")
    QTest.mouseClick(dialog.reset, Qt.MouseButton.LeftButton)
    assert dialog.said.text() == "“Wrap in bubble” has its first keys again. “Rotate 90°” has none any more."
    assert (dialog.rows["wrap_bubble"].text(1), dialog.rows["rotate"].text(1)) == ("B", "")
    assert not dialog.reset.isEnabled()
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    asked: list[str] = []

    def answer(parent: QWidget, title: str, words: str) -> QMessageBox.StandardButton:
        asked.append(words)
        return answers.pop(0)

    monkeypatch.setattr(QMessageBox, "question", answer)
    dialog.reset_all.click()
    assert BINDINGS.keymap.changes
    dialog.reset_all.click()
    assert asked[0] == "Give the changed command the keys of the first start again?"
    assert not BINDINGS.keymap.changes
    assert not dialog.reset_all.isEnabled()
    assert settings().value("shortcuts") is None


def test_changes_stay_for_the_next_start(window: Window, hands: Hands, dialog: RebindingDialog, qtbot: QtBot) -> None:
    bind(dialog, "save", (Key.Key_F4, NONE))
    assert json.loads(str(settings().value("shortcuts"))) == {"shortcuts": {"save": ["F4"]}}
    BINDINGS.keymap = Keymap()
    again = Window()
    qtbot.addWidget(again)
    assert BINDINGS.keymap.of("save") == ("F4",)
    assert [one.toString() for one in again.actions_.actions["save"].shortcuts()] == ["F4"]
    assert again.log.text.toPlainText() == ""


def test_faulty_settings_fall_back_with_one_sentence_in_the_log(window: Window, qtbot: QtBot) -> None:
    for value, words, kept in (
        ("{", "cannot be read", "Ctrl+S"), ('{"shortcuts": {"save": ["F4"], "rotate": ["Alt+R"]}}', "menus", "F4"),
        ('{"shortcuts": {"save": ["F4"], "undo": ["F4"]}}', "bound twice", "F4"), (["a", "b"], "cannot be read", "Ctrl+S"),
    ):  # fmt: skip
        settings().setValue("shortcuts", value)
        assert words in BINDINGS.read()
        assert [one.toString() for one in window.actions_.actions["save"].shortcuts()] == [kept]
    made = Window()
    qtbot.addWidget(made)
    (line,) = made.log.text.toPlainText().splitlines()
    assert "cannot be read" in line


def test_changes_are_exported_and_imported(
    window: Window, dialog: RebindingDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "keys.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(path), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (str(path), ""))
    bind(dialog, "save", (Key.Key_F4, NONE))
    buttons = {one.text(): one for one in dialog.findChildren(QPushButton)}
    buttons["Export…"].click()
    BINDINGS.take(Keymap())
    buttons["Import…"].click()
    assert dialog.rows["save"].text(1) == "F4"
    for bad, word in ((b"\xff\xfe", "no text"), (b"[]", "no list"), (b'{"shortcuts": {"save": ["S"]}}', "typed")):
        path.write_bytes(bad)
        buttons["Import…"].click()
        assert word in dialog.said.text()
    path.unlink()
    buttons["Import…"].click()
    assert "could not be read" in dialog.said.text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *args: (str(tmp_path / "no" / "keys.json"), ""))
    buttons["Export…"].click()
    assert "could not be written" in dialog.said.text()
