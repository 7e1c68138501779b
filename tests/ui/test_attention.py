"""Who is done in a panel has the drawing's keys again, and no field is typed in unasked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.ui.panels.tables import Table
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.drawn import content, document

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def field(window: Window, name: str) -> QLineEdit:
    return next(one for one in window.inspector.findChildren(QLineEdit) if one.accessibleName() == name)


def tensor(window: Window, qtbot: QtBot, text: str = "W: m=7 n=5", x: float = 0.0) -> None:
    window.send(events.Insert("", x, 0, text=text))
    qtbot.waitUntil(lambda: any(one.accessibleName() == "Name" for one in window.inspector.findChildren(QLineEdit)))


def names(hands: Hands) -> list[str]:
    return [getattr(node, "name", "") for node in content(hands).nodes.values()]


def test_enter_and_escape_in_a_field_give_the_keys_to_the_drawing(window: Window, hands: Hands, qtbot: QtBot) -> None:
    tensor(window, qtbot)
    field(window, "Name").setFocus()
    field(window, "Name").selectAll()
    hands.type("Q")
    hands.key(Qt.Key.Key_Return)
    assert names(hands) == ["Q"]
    assert hands.canvas.hasFocus()
    hands.key(Qt.Key.Key_Z, CTRL)
    assert names(hands) == ["W"]
    qtbot.waitUntil(lambda: field(window, "Name").text() == "W", timeout=20_000)
    field(window, "Name").setFocus()
    hands.type("x")
    hands.key(Qt.Key.Key_Escape)
    assert names(hands) == ["W"]
    assert field(window, "Name").text() == "W"
    assert hands.canvas.hasFocus()


def test_a_field_keeps_the_keys_while_what_it_holds_is_refused(window: Window, hands: Hands, qtbot: QtBot) -> None:
    tensor(window, qtbot)
    field(window, "Scale").setFocus()
    field(window, "Scale").selectAll()
    hands.type("much")
    hands.key(Qt.Key.Key_Return)
    assert field(window, "Scale").hasFocus()
    assert field(window, "Scale").property("wrong")


def test_undo_in_a_field_in_which_nothing_was_typed_is_the_documents(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    tensor(window, qtbot)
    before = document(hands)
    window.run("rename", (next(iter(content(hands).nodes)), "Q"))
    qtbot.waitUntil(lambda: field(window, "Name").text() == "Q")
    field(window, "Name").setFocus()
    hands.key(Qt.Key.Key_Z, CTRL)
    assert document(hands) is before
    qtbot.waitUntil(lambda: field(window, "Name").text() == "W", timeout=20_000)
    assert field(window, "Name").hasFocus()
    hands.key(Qt.Key.Key_Z, CTRL | SHIFT)
    assert names(hands) == ["Q"]
    qtbot.waitUntil(lambda: field(window, "Name").text() == "Q")
    hands.type("xy")
    hands.key(Qt.Key.Key_Z, CTRL)
    assert names(hands) == ["Q"], "what is being typed is taken back first"
    assert "xy" not in field(window, "Name").text()


def test_tab_goes_from_cell_to_cell_of_the_legs(window: Window, hands: Hands, qtbot: QtBot) -> None:
    tensor(window, qtbot)

    def table() -> Table:
        return next(one for one in window.inspector.findChildren(Table) if one.accessibleName() == "Legs")

    table().setFocus()
    table().setCurrentCell(0, 0)
    table().editItem(table().item(0, 0))
    hands.type("i")
    hands.key(Qt.Key.Key_Tab)
    assert content(hands).nodes[next(iter(content(hands).nodes))].legs[0].label == "i"  # type: ignore[union-attr]
    assert (table().currentRow(), table().currentColumn()) == (0, 1)
    assert table().state() == Table.State.EditingState
    QTest.keyClicks(QApplication.focusWidget(), "rows")
    hands.key(Qt.Key.Key_Tab)
    assert [space.name for space in content(hands).spaces.values()][:1] != [], "the cell was told"
    hands.type("8")
    hands.key(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: table().item(0, 2).text() == "8")  # type: ignore[union-attr]
    assert table().item(0, 1).text() == "rows"  # type: ignore[union-attr]
    qtbot.waitUntil(hands.canvas.hasFocus)
    table().setCurrentCell(0, 2)
    table().setFocus()
    table().editItem(table().item(0, 2))
    hands.key(Qt.Key.Key_Backtab, SHIFT)
    assert (table().currentRow(), table().currentColumn()) == (0, 1)
    hands.key(Qt.Key.Key_Escape)
    assert hands.canvas.hasFocus()


def test_a_size_typed_at_once_after_a_space_is_that_of_the_new_space(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    tensor(window, qtbot)
    table = next(one for one in window.inspector.findChildren(Table) if one.accessibleName() == "Legs")
    table.item(0, 1).setText("rows")  # type: ignore[union-attr]
    table.item(0, 2).setText("8")  # type: ignore[union-attr]  # before the form follows
    leg = next(iter(content(hands).nodes.values())).legs[0]  # type: ignore[union-attr]
    space = content(hands).spaces[leg.space]
    assert (space.name, space.size) == ("rows", 8)
    window.run("change_space", {"args": ("s99",), "size": 3})
    assert window.said.text() == "That space no longer exists."


def test_the_button_that_mends_the_last_problem_gives_its_focus_to_the_drawing(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    tensor(window, qtbot)
    tensor(window, qtbot, "W: m=7 k=3", 150.0)
    window.docks["problems"].raise_()
    qtbot.waitUntil(lambda: bool(window.problems.findChildren(QPushButton)), timeout=20_000)
    qtbot.waitUntil(lambda: not window.following.checking.busy, timeout=20_000)
    qtbot.wait(100)  # the list is written anew, and its buttons with it
    button = window.problems.findChildren(QPushButton)[0]
    assert button.text() == "Rename this one"
    button.setFocus()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.problems.problems, timeout=20_000)
    qtbot.wait(60)
    assert hands.canvas.hasFocus()
    before = names(hands)
    window.select(frozenset({next(iter(content(hands).nodes))}))
    hands.type("Q")
    assert names(hands) == before


def test_a_button_that_can_no_longer_be_pressed_gives_no_field_its_focus(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    tensor(window, qtbot)
    for gone in (lambda one: one.setEnabled(False), lambda one: one.hide()):
        button = QPushButton("gone", window)
        button.setGeometry(300, 300, 60, 30)
        button.show()
        QPushButton.setTabOrder(button, field(window, "Name"))
        button.setFocus()
        assert button.hasFocus()
        gone(button)
        assert not isinstance(QApplication.focusWidget(), QLineEdit)


def test_a_fault_of_the_data_is_said_once(window: Window, hands: Hands, qtbot: QtBot) -> None:
    tensor(window, qtbot, "M: a=6 b=4")
    tensor(window, qtbot, "U = svd of M")
    space = next(space for space in content(hands).spaces.values() if space.name not in ("a", "b"))
    window.run("change_space", {"args": (space.id,), "size": 9})
    (made,) = [item for item, node in content(hands).nodes.items() if getattr(node, "name", "") == "U"]
    window.select(frozenset({made}))
    qtbot.waitUntil(lambda: window.inspector.data is not None and window.inspector.data.name == "U")

    def said() -> list[str]:
        labels = window.inspector.findChildren(QLabel)
        return [one.text() for one in labels if "no such array" in one.text() and one.isVisible()]

    qtbot.waitUntil(lambda: len(said()) == 1)
    qtbot.wait(300)
    assert len(said()) == 1
