"""Menus in groups with Help at their end, its sheets, the function picker, the history of changes, the start page by key."""

from __future__ import annotations

import re
from typing import get_args

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QTableWidget
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Bubble
from tensordraw.editor import events, sourcing, written
from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.palette import functions_with
from tensordraw.program.functions import FUNCTIONS
from tensordraw.ui import look
from tensordraw.ui.help_sheets import TYPED
from tensordraw.ui.menus import GROUPS
from tensordraw.ui.popups import FilterList
from tensordraw.ui.start_page import Card
from tensordraw.ui.window import Window
from tensordraw.ui.wording import readable, selection
from tests.editor.desk import Desk
from tests.ui.conftest import Hands


def open_list(window: Window, name: str) -> FilterList:
    """The floating list of this name that is open."""
    return next(one for one in window.findChildren(FilterList) if one.isVisible() and one.accessibleName() == name)


def test_menus_have_lines_between_groups_and_help_is_the_last(window: Window) -> None:
    titles = [action.text() for action in window.menuBar().actions()]
    assert titles[-1] == "&Help"
    assert [one.text() for one in window.actions_.menus["Help"].actions() if not one.isSeparator()] == [
        "Keyboard shortcuts", "Change keyboard shortcuts…", "Take the tour", "What can be typed", "About",
    ]  # fmt: skip
    assert {command.id for command in COMMANDS if not command.hidden} >= GROUPS
    for title in ("File", "Edit", "View", "Arrange", "Region", "Insert"):
        actions = window.actions_.menus[title].actions()
        assert any(one.isSeparator() for one in actions)
        assert not actions[0].isSeparator()


def test_the_shortcut_sheet_is_seen_whole_tells_of_the_mouse_and_closes_by_a_button(
    window: Window, hands: Hands
) -> None:
    window.run("shortcuts")
    dialog = next(one for one in window.findChildren(QDialog) if one.windowTitle() == "Shortcuts")
    keys, mouse = dialog.findChildren(QTableWidget)
    for table in (keys, mouse):
        assert table.horizontalHeader().length() <= table.viewport().width()
        assert not table.horizontalScrollBar().isVisible()
    said = " ".join(mouse.item(at, place).text() for at in range(mouse.rowCount()) for place in (0, 1))
    assert "Ctrl + drag" in said
    assert "Cut all wires" in said
    (box,) = dialog.findChildren(QDialogButtonBox)
    box.button(QDialogButtonBox.StandardButton.Close).click()
    assert not dialog.isVisible()


def test_what_the_help_says_can_be_typed_is_in_its_sheet(window: Window, hands: Hands) -> None:
    window.run("notation")
    (table,) = (one for one in window.findChildren(QTableWidget) if one.accessibleName() == "What can be typed")
    assert [table.item(at, 0).text() for at in range(table.rowCount())] == [typed for typed, _ in TYPED]
    table.window().close()


def test_each_form_of_what_can_be_typed_is_in_the_sheet() -> None:
    lines = [typed for typed, _ in TYPED]
    forms = {written.reading(line) for line in lines}
    assert forms == set(get_args(written.Reading)), "an example of each kind of line"
    sheet = " ".join(" ".join(row) for row in TYPED)
    for word in (*sourcing._FORMS, "zeros", "ones", "identity", "random", "values", "svd of", "train of", "tucker of"):
        assert re.search(rf"\b{word}\b", sheet), word
    assert set(sourcing._WORDS.values()) == {"zeros", "ones", "eye", "random"}, "say a new one in the sheet"
    assert {line.partition(" = ")[2] for line in lines if sourcing.decomposed(line)} == {"svd of M"}


def test_the_examples_of_the_sheet_work() -> None:
    desk = Desk()
    for line in ("M: a=4 b=3", "T: l=2 i=3 r=2"):
        desk.send(events.Insert("", 0.0, 0.0, text=line))
    for line, what in TYPED:
        if what.startswith("As the ") or line.startswith(
            ("softmax", "copy", "A: l i r")
        ):  # they need a place to be typed at
            continue
        shown = written.preview(desk.state, line)
        assert shown is not None
        assert shown.works, (line, shown.words)


def test_functions_are_ranked_by_name_then_by_use() -> None:
    assert [row.name for row in functions_with("soft")][:2] == ["softmax", "softplus"]
    assert [row.name for row in functions_with("")][:3] == ["softmax", "relu", "gelu"]
    assert functions_with("exp")[0].name == "exp"
    assert {row.name for row in functions_with("")} == set(FUNCTIONS)


def test_the_function_list_of_a_bubble_begins_at_its_present_function(window: Window, hands: Hands) -> None:
    window.send(events.Insert("bubble:tanh", 0, 0))
    (region,) = hands.canvas.session.state.document.content.regions.values()
    window.run("edit_label", region.id)
    popup = open_list(window, "Function of the bubble")
    assert popup.list.currentItem().text() == "tanh"
    hands.key(Qt.Key.Key_Return)
    (after,) = hands.canvas.session.state.document.content.regions.values()
    assert isinstance(after, Bubble)
    assert after.function == "tanh"


def test_a_word_without_a_match_says_what_can_be_typed(window: Window, hands: Hands) -> None:
    hands.key(Qt.Key.Key_Space)
    popup = open_list(window, "Quick insert")
    assert popup.list.isVisible()
    hands.type("qqqq")
    assert [popup.list.item(row).text() for row in range(popup.list.count())] == ["Tensor qqqq"]
    hands.type(" ?")
    assert not popup.list.isVisible()
    assert popup.told.isVisible()
    assert "W: hidden head" in popup.told.text()
    popup.field.setText("tens")
    assert popup.list.isVisible()
    assert not popup.told.isVisible()


def test_a_comma_between_legs_is_told(window: Window, hands: Hands) -> None:
    hands.key(Qt.Key.Key_Space)
    hands.type("x: q h, W_Q: h d")
    assert "has a comma" in open_list(window, "Quick insert").told.text()


def test_the_undo_history_lists_changes_and_goes_to_one(window: Window, hands: Hands) -> None:
    session = hands.canvas.session
    documents = [session.state.document]
    for at in range(3):
        window.send(events.Insert("tensor", 60.0 * at, 0))
        documents.append(session.state.document)
    window.run("undo")
    window.run("undo_history")
    popup = open_list(window, "Undo history")
    assert popup.list.count() == 4
    assert popup.list.item(3).text() == "As it was opened"
    assert popup.list.currentRow() == 1, "the present one"
    popup.list.setCurrentRow(2)
    hands.key(Qt.Key.Key_Return)
    assert session.state.document is documents[1]
    window.run("undo_history")
    popup = open_list(window, "Undo history")
    popup.list.setCurrentRow(0)
    hands.key(Qt.Key.Key_Return)
    assert session.state.document is documents[3]


def test_arrows_walk_among_the_cards_of_the_start_page(window: Window, qtbot: QtBot) -> None:
    page = window.start_page
    assert page is not None
    qtbot.waitUntil(lambda: len(page.cards) > 7, timeout=20_000)
    page._todo.clear()
    window.activateWindow()
    window.run("templates")
    QApplication.processEvents()
    assert page.focusWidget() is page.cards[0]
    went: list[str] = []
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Up):
        qtbot.keyClick(page.focusWidget(), key)
        here = page.focusWidget()
        assert isinstance(here, Card)
        went.append(here.name)
    columns = page._columns
    order = [card.name for card in page.cards]
    assert went == [order[1], order[1 + columns], order[columns], order[0]]


def test_boxes_and_number_fields_have_an_outline_in_every_theme() -> None:
    for colours in look.THEMES.values():
        sheet = look.style_sheet(colours)
        assert "QAbstractSpinBox {" in sheet
        assert f"indicator:unchecked {{ border: 1px solid {colours.faint}" in sheet


def test_names_are_readable_and_equal_legs_are_counted(window: Window, hands: Hands) -> None:
    assert [readable(name) for name in (r"\Gamma_1", r"B^\dagger_8", r"\lambda", "W_Q", r"\hat{x}")] == [
        "Γ_1", "B†_8", "λ", "W_Q", "x̂",
    ]  # fmt: skip
    window.files.new_from("mps")
    assert window.session is not None
    window.run("select_all")
    assert selection(window.session.state).count("physical") == 1
    assert "physical × " in selection(window.session.state)


def test_the_seconds_of_an_evaluation_are_told_while_it_lasts(window: Window, hands: Hands) -> None:
    panel = window.values
    panel.show_failure("Evaluating…")
    panel.set_running(True, "x")
    panel.clock.timeout.emit()
    assert panel.viewer.said.text() == "Evaluating… 0 s"
    panel.set_running(False, "")
    assert not panel.clock.isActive()
