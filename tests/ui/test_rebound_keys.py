"""Keys that were changed: everything that names or takes keys follows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QPushButton,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

import tensordraw
from tensordraw.editor import events
from tensordraw.editor.commands import find
from tensordraw.editor.keys import Keymap, bindable
from tensordraw.ui.bindings import BINDINGS
from tensordraw.ui.floating_bar import FloatingBar
from tensordraw.ui.overlay import hint
from tensordraw.ui.panels.values import ASK
from tensordraw.ui.popups import FilterList
from tensordraw.ui.rebinding import RebindingDialog, show_rebinding
from tensordraw.ui.tags import Tags
from tensordraw.ui.tour import take_tour
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.rebinding import CTRL, NONE, SHIFT, Key, back, bind, opened, record, to
from tests.ui.test_window import unnamed


@pytest.fixture
def dialog(window: Window, hands: Hands) -> RebindingDialog:
    return opened(window, hands)


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
