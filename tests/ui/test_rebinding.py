"""Keys are changed by keys: the dialog, what it refuses, and that everything that names or takes keys follows."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

import tensordraw
from tensordraw.editor import events
from tensordraw.editor.commands import find
from tensordraw.editor.keys import Keymap, bindable, strokes
from tensordraw.ui.bindings import BINDINGS
from tensordraw.ui.floating_bar import FloatingBar
from tensordraw.ui.keys import DIGITS, sequence
from tensordraw.ui.overlay import hint
from tensordraw.ui.panels.values import ASK
from tensordraw.ui.popups import FilterList
from tensordraw.ui.rebinding import RebindingDialog, show_rebinding
from tensordraw.ui.settings import settings
from tensordraw.ui.tags import Tags
from tensordraw.ui.tour import take_tour
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.test_window import unnamed

NONE, CTRL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
Key = Qt.Key


@pytest.fixture(autouse=True)
def _first_keys() -> Iterator[None]:
    """Other tests have the keys of the table."""
    yield
    BINDINGS.keymap = Keymap()


@pytest.fixture
def dialog(window: Window, hands: Hands) -> RebindingDialog:
    hands.key(Key.Key_K, CTRL)
    hands.key(Key.Key_S, CTRL)
    (made,) = window.findChildren(RebindingDialog)
    return made


def to(dialog: RebindingDialog, name: str) -> None:
    """Go to the row of a command as one does by keys: type its title, Enter."""
    dialog.search.setFocus()
    dialog.search.selectAll()
    QTest.keyClicks(dialog.search, find(name).title.rstrip("…"))
    QTest.keyClick(dialog.search, Key.Key_Return)
    dialog.list.setCurrentItem(dialog.rows[name])
    assert not dialog.rows[name].isHidden()


def record(dialog: RebindingDialog, name: str, *pressed: tuple[Key, Qt.KeyboardModifier]) -> None:
    """Begin with Enter on the row of a command, and press keys."""
    to(dialog, name)
    QTest.keyClick(dialog.list, Key.Key_Return)
    assert dialog.recorded is find(name)
    for key, held in pressed:
        QTest.keyClick(dialog.field, key, held)


def back(dialog: RebindingDialog, widget: QWidget | None = None) -> None:
    """Close the dialog and go on in the window, on the canvas or this widget."""
    window = dialog.window_
    dialog.close()
    window.activateWindow()
    QApplication.processEvents()
    (widget or window.canvas).setFocus()
    assert QApplication.focusWidget() is (widget or window.canvas)


def bind(dialog: RebindingDialog, name: str, *pressed: tuple[Key, Qt.KeyboardModifier]) -> None:
    record(dialog, name, *pressed)
    QTest.keyClick(dialog.field, Key.Key_Return)
    assert dialog.recorded is None, dialog.wrong.text()


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


def test_keys_are_recorded_and_hold_at_once_everywhere(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("tensor", 0, 0))
    sheet = _sheet(window)
    dialog = show_rebinding(window)
    bind(dialog, "wrap_bubble", (Key.Key_Q, NONE))
    bind(dialog, "evaluate", (Key.Key_M, CTRL))
    bind(dialog, "quick_insert", (Key.Key_Y, NONE))
    bind(dialog, "export", (Key.Key_K, CTRL), (Key.Key_E, NONE))
    bind(dialog, "command_palette", (Key.Key_F4, NONE))
    bind(dialog, "insert_tensor", (Key.Key_T, SHIFT | CTRL))
    bind(dialog, "insert_bubble", (Key.Key_8, NONE))
    assert dialog.rows["wrap_bubble"].text(1) == "Q"
    assert dialog.rows["wrap_bubble"].text(3) == "changed"
    assert _row(sheet, "Wrap in bubble") == "Q"
    actions = window.actions_.actions
    assert [one.toString() for one in actions["export"].shortcuts()] == ["Ctrl+K, E"]
    assert actions["wrap_bubble"].toolTip() == "Wrap in bubble (Q)"
    assert window.state is not None
    (node,) = window.state.document.content.nodes
    assert window.canvas is not None
    bar = window.canvas.bar
    assert isinstance(bar, FloatingBar)
    window.select(frozenset({node}))
    assert "Q draws a bubble" in hint(window.state)
    window.select(frozenset())
    assert "Y inserts" in hint(window.state)
    tips = {
        window.bar.commands["export"][1]: "(Ctrl+K, E)", window.bar.commands["insert_bubble"][1]: "(8)",
        bar.buttons["wrap_bubble"]: "Wrap in bubble (Q)",
        window.palette_panel.tiles["tensor"]: "(Ctrl+Shift+T)", window.values.run: "Evaluate (Ctrl+M)",
        window.tokens.run: "Run the text (Enter, or Ctrl+M)", window.values.age: "Ctrl+M evaluates it again",
    }  # fmt: skip
    for widget, words in tips.items():
        assert words in widget.toolTip()
    assert window.values.said.text() == ASK.replace("{evaluate}", "Ctrl+M")
    sheet.window().close()
    back(dialog)
    tour = take_tour(window)
    tour.show_stop(2)
    assert "press Q for" in tour.words.text()
    tour.show_stop(5)
    assert tour.words.text().startswith("Ctrl+M evaluates, Ctrl+K, E exports the figure, and F4 finds")
    tour.leave()
    _old_keys_are_named_nowhere(window, "Ctrl+E", "Ctrl+Enter", "Ctrl+Shift+P", "(B)", "Space")
    window.canvas.setFocus()
    hands.key(Key.Key_F4)
    popup = window.findChild(FilterList)
    assert popup is not None
    hints = {row.value: row.hint for row in _choices(popup)}
    assert hints["wrap_bubble"] == "Q"
    popup.dismiss()


def _choices(popup: FilterList) -> list:  # type: ignore[type-arg]
    return [popup.list.item(at).data(Qt.ItemDataRole.UserRole) for at in range(popup.list.count())]


def _old_keys_are_named_nowhere(window: Window, *old: str) -> None:
    for widget in window.findChildren(QWidget):
        said = [widget.toolTip(), widget.accessibleName()]
        said += [widget.text()] if isinstance(widget, QLabel | QPushButton) else []
        for words in said:
            assert not any(re.search(rf"(?<![\w+]){re.escape(key)}(?![\w+])", words) for key in old), words


def _sheet(window: Window) -> QTableWidget:
    window.run("shortcuts")
    return next(one for one in window.findChildren(QTableWidget) if one.accessibleName() == "Shortcuts")


def _cell(sheet: QTableWidget, at: int, place: int) -> str:
    cell = sheet.item(at, place)
    return "" if cell is None else cell.text()


def _row(sheet: QTableWidget, title: str) -> str:
    """The keys that the sheet shows for a command, "" for those it does not list."""
    shown = [at for at in range(sheet.rowCount()) if not sheet.isRowHidden(at)]
    return {_cell(sheet, at, 0): _cell(sheet, at, 1) for at in shown}.get(title, "")


def test_new_keys_run_commands_and_old_ones_do_not(window: Window, hands: Hands, dialog: RebindingDialog) -> None:
    bind(dialog, "insert_tensor", (Key.Key_Q, NONE))
    bind(dialog, "insert_dot", (Key.Key_K, CTRL), (Key.Key_Comma, NONE))
    bind(dialog, "select_all", (Key.Key_K, CTRL), (Key.Key_A, CTRL))
    bind(dialog, "quick_insert", (Key.Key_Y, NONE))
    bind(dialog, "toggle_grid", (Key.Key_Space, NONE))
    back(dialog)
    nodes = hands.canvas.session.state.document.content.nodes
    hands.key(Key.Key_1)
    assert not hands.canvas.session.state.document.content.nodes
    hands.key(Key.Key_Q)
    hands.key(Key.Key_K, CTRL)
    assert "Ctrl+K, then:  " in hands.canvas.presses.hint()
    assert ", Insert copy dot" in hands.canvas.presses.hint()
    hands.key(Key.Key_Comma)
    assert hands.canvas.presses.hint() == ""
    nodes = hands.canvas.session.state.document.content.nodes
    assert sorted(type(node).__name__ for node in nodes.values()) == ["Delta", "Tensor"]
    window.select(frozenset())
    hands.key(Key.Key_A, CTRL)
    assert not hands.canvas.session.state.selection
    hands.key(Key.Key_K, CTRL)
    hands.key(Key.Key_A, CTRL)
    assert hands.canvas.session.state.selection == frozenset(nodes)
    before = hands.canvas.grid
    hands.key(Key.Key_Space)
    assert hands.canvas.grid is not before, "a tap runs what the space bar has now; held, it pans"
    hands.key(Key.Key_Y)
    assert any(one.accessibleName() == "Quick insert" for one in window.findChildren(FilterList))
    window.performer.close_floating()


def test_two_strokes_work_where_the_canvas_has_no_focus(window: Window, hands: Hands, dialog: RebindingDialog) -> None:
    window.send(events.Insert("tensor", 0, 0))
    bind(dialog, "select_none", (Key.Key_K, CTRL), (Key.Key_N, NONE))
    back(dialog, window.palette_panel.search)
    window.run("select_all")
    hands.key(Key.Key_K, CTRL)
    hands.key(Key.Key_N)
    assert not hands.canvas.session.state.selection


def test_the_start_page_knows_the_keys_of_commands_that_need_no_document(window: Window) -> None:
    page = window.start_page
    assert page is not None
    hint = next(one for one in page.findChildren(QLabel) if "lists the keys" in one.text())
    assert hint.text() == "Ctrl+Shift+P finds every command by name; ? lists the keys."
    BINDINGS.take(Keymap({"shortcuts": ("#",)}))
    assert hint.text() == hint.accessibleName() == "Ctrl+Shift+P finds every command by name; # lists the keys."
    QTest.keyClick(page.cards[0], Key.Key_1)
    assert window.canvas is None
    QTest.keyClick(page.cards[0], Key.Key_NumberSign, SHIFT)
    assert [one.windowTitle() for one in window.findChildren(QDialog)] == ["Shortcuts"]


def test_a_wrong_second_stroke_runs_nothing(window: Window, hands: Hands) -> None:
    hands.key(Key.Key_K, CTRL)
    hands.key(Key.Key_1)
    assert not hands.canvas.session.state.document.content.nodes
    hands.key(Key.Key_1)
    assert hands.canvas.session.state.document.content.nodes


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


def test_commands_without_keys_are_named_by_their_place_in_the_menus(
    window: Window, hands: Hands, dialog: RebindingDialog
) -> None:
    for name in ("evaluate", "quick_insert"):
        to(dialog, name)
        QTest.mouseClick(dialog.unbind, Qt.MouseButton.LeftButton)
    assert window.values.said.text() == "Choose Run → Evaluate to evaluate the drawing."
    assert window.values.run.toolTip() == "Evaluate"
    assert window.state is not None
    assert hint(window.state) == "Double-click to insert · drag kinds in from the palette"


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


def test_the_sheet_leads_to_the_dialog_and_the_palette_finds_it(window: Window, hands: Hands) -> None:
    sheet = _sheet(window)
    at = next(at for at in range(sheet.rowCount()) if _cell(sheet, at, 0) == "Save")
    sheet.setCurrentCell(at, 0)
    QTest.keyClick(sheet, Key.Key_Return)
    (dialog,) = window.findChildren(RebindingDialog)
    assert dialog.chosen() is find("save")
    change = next(one for one in sheet.window().findChildren(QPushButton) if one.text() == "Change…")
    change.click()
    assert [one for one in window.findChildren(QDialog) if isinstance(one, RebindingDialog)] == [dialog]
    assert unnamed(window) == []
    record(dialog, "save")
    assert unnamed(dialog) == []
    dialog.close()
    sheet.window().close()
    window.run("command_palette")
    popup = window.findChild(FilterList)
    assert popup is not None
    QTest.keyClicks(popup.field, "rebind")
    assert [row.title for row in _choices(popup)] == ["Change keyboard shortcuts…"]
    popup.dismiss()


def test_tags_begin_to_connect_by_the_key_that_the_command_has_now(
    window: Window, hands: Hands, dialog: RebindingDialog
) -> None:
    window.send(events.Insert("tensor", 0, 0))
    window.send(events.Insert("tensor", 100, 0))
    bind(dialog, "tags", (Key.Key_Period, NONE))
    bind(dialog, "wire_to_tag", (Key.Key_NumberSign, SHIFT))
    assert dialog.rows["wire_to_tag"].text(1) == "#"
    back(dialog)
    hands.key(Key.Key_Period)
    tags = hands.canvas.findChild(Tags)
    assert tags is not None
    QApplication.processEvents()
    QTest.keyClick(tags, Key.Key_NumberSign, SHIFT)
    assert tags.connects
    tags.leave()


def test_no_words_of_the_window_name_the_key_of_a_command_as_if_it_were_fixed() -> None:
    """Templates name the command instead. What is pressed while the mouse does something is no key of a command."""
    keys = {keys for command in bindable() for keys in command.keys}
    known = sorted(re.escape(one) for one in keys if re.fullmatch(r".*\w\+[^,]+|F\d+", one))  # not "Delete": a word too
    named = re.compile(rf"(?<![\w+])({'|'.join(known)}|(?<=ress )[A-Z]|Space (on|inserts))(?![\w+])")
    package = Path(tensordraw.__file__).parent
    for path in [*(package / "ui").rglob("*.py"), *(package / "editor").glob("*.py")]:
        if path.name == "keys.py":
            continue
        tree = ast.parse(path.read_text("utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                assert not named.search(node.value), f"{path.name}:{node.lineno}: {node.value}"
