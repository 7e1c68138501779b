"""Lists that say what is meant: functions of bubbles, legs along which they run, kinds around the selection, remedies."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Bubble
from tensordraw.editor import events
from tensordraw.ui.panels.fields import Choice
from tensordraw.ui.popups import FilterList
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.drawn import content, document, entries


def typed(window: Window, text: str, x: float = 0.0) -> None:
    window.send(events.Insert("", x, 0.0, text=text))


def test_b_and_escape_leave_the_drawing_as_it_was(window: Window, hands: Hands) -> None:
    typed(window, "W: a=3 b=4")
    before, count = document(hands), entries(hands)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_B)
    assert isinstance(window.performer.floating, FilterList)
    hands.key(Qt.Key.Key_Escape)
    assert document(hands) is before
    assert hands.canvas.hasFocus()
    hands.key(Qt.Key.Key_B)
    hands.type("softm")
    hands.key(Qt.Key.Key_Return)
    (bubble,) = content(hands).regions.values()
    assert isinstance(bubble, Bubble)
    assert bubble.function == "softmax"
    assert entries(hands) == count + 1


def test_what_is_no_expression_is_said_while_typing_and_stays(window: Window, hands: Hands) -> None:
    typed(window, "W: head_size=3 b=4")
    before = document(hands)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_B)
    popup = window.performer.floating
    assert isinstance(popup, FilterList)
    hands.type("x/sqrt(head_size)")
    assert "head_size" in popup.told.text()
    assert "constant" in popup.told.text(), "it says what to draw instead"
    hands.key(Qt.Key.Key_Return)
    assert popup.isVisible()
    assert document(hands) is before
    popup.field.clear()
    hands.type("x/sqrt(3)")
    hands.key(Qt.Key.Key_Return)
    (bubble,) = content(hands).regions.values()
    assert isinstance(bubble, Bubble)
    assert bubble.expression == "x/sqrt(3)"


def test_legs_along_which_a_bubble_runs_are_told_apart_and_shown(window: Window, hands: Hands, qtbot: QtBot) -> None:
    typed(window, "x: i=2 i i")
    window.run("wrap_bubble", "softmax")
    qtbot.waitUntil(lambda: any(one.accessibleName() == "Along" for one in window.inspector.findChildren(Choice)))
    along = next(one for one in window.inspector.findChildren(Choice) if one.accessibleName() == "Along")
    words = [along.itemText(at) for at in range(along.count())]
    assert len(words) == len(set(words)) == 3
    assert words[0].endswith("axis 1")
    along.showPopup()
    QTest.keyClick(along.view(), Qt.Key.Key_Home)
    along.highlighted.emit(1)
    assert hands.canvas.glow == frozenset({along.itemData(1)})
    along.hidePopup()
    assert not hands.canvas.glow


def test_a_bubble_picked_from_the_list_goes_around_the_selection(window: Window, hands: Hands) -> None:
    typed(window, "W: a=3 b=4")
    typed(window, "x: b", 100.0)
    window.select(frozenset(content(hands).nodes))
    hands.canvas.setFocus()
    window.run("quick_insert")
    hands.type("softmax")
    hands.key(Qt.Key.Key_Return)
    (region,) = content(hands).regions
    assert {node.inside for node in content(hands).nodes.values()} == {region}
    assert len(content(hands).nodes) == 2


def test_a_problem_with_two_remedies_has_two_buttons(window: Window, hands: Hands, qtbot: QtBot) -> None:
    typed(window, "x: query=6 hidden=8")
    typed(window, "x: key=6 hidden", 100.0)
    window.docks["problems"].raise_()
    qtbot.waitUntil(lambda: len(window.problems.findChildren(QPushButton)) == 2)
    share = next(one for one in window.problems.findChildren(QPushButton) if one.text() == "Give both the same spaces")
    QTest.mouseClick(share, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.problems.problems)
    assert {space.name for space in content(hands).spaces.values()} == {"query", "hidden"}
    assert hands.canvas.hasFocus()


def test_a_dot_on_a_wire_has_a_button_that_attaches_it(window: Window, hands: Hands, qtbot: QtBot) -> None:
    typed(window, "a: hidden=8")
    typed(window, "b: hidden", 200.0)
    window.select(frozenset(content(hands).nodes))
    ends = [node.legs[0].id for node in content(hands).nodes.values()]  # type: ignore[union-attr]
    figure = hands.canvas.sheet.figure
    assert figure is not None
    qtbot.waitUntil(lambda: set(ends) <= set(hands.canvas.sheet.figure.anchors))  # type: ignore[union-attr]
    anchors = hands.canvas.sheet.figure.anchors  # type: ignore[union-attr]
    hands.drag(anchors[ends[0]].tip, anchors[ends[1]].tip)
    assert len(content(hands).wires) == 1
    window.send(events.Insert("dot", 100.0, 0.0, modifiers=frozenset({"Ctrl"})))
    window.docks["problems"].raise_()
    qtbot.waitUntil(lambda: any(one.text() == "Attach it" for one in window.problems.findChildren(QPushButton)))
    button = next(one for one in window.problems.findChildren(QPushButton) if one.text() == "Attach it")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(content(hands).wires) == 2
