"""The layout of the window: the bar above the selection, the zoom field, the status line, panels that are never lost."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.editor.keys import TABLE
from tensordraw.ui.floating_bar import FloatingBar
from tensordraw.ui.label_field import LabelField
from tensordraw.ui.minimap import Minimap
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def bar(hands: Hands) -> FloatingBar:
    found = hands.canvas.bar
    assert isinstance(found, FloatingBar)
    return found


def test_a_bar_with_six_actions_floats_above_the_selection_and_goes_during_drags(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.send(events.Insert("tensor", 0, 0))
    qtbot.waitUntil(bar(hands).isVisible, timeout=3000)
    assert len(bar(hands).buttons) == 6
    (item,) = hands.canvas.session.state.selection
    top = min(made.item.box[1] for made in hands.canvas.sheet.owned(item))
    assert bar(hands).geometry().bottom() < hands.canvas.view.to_screen(0, top)[1]
    assert QApplication.focusWidget() is hands.canvas, "it takes no focus"
    hands.drag((0, 0), (40, 30), release=False)
    assert not bar(hands).isVisible()
    qtbot.wait(300)
    assert not bar(hands).isVisible()
    hands.key(Qt.Key.Key_Escape)
    qtbot.waitUntil(bar(hands).isVisible, timeout=3000)
    QTest.mouseClick(bar(hands).buttons["add_leg"], Qt.MouseButton.LeftButton)
    assert len(hands.canvas.session.state.document.content.nodes[item].legs) == 3  # type: ignore[union-attr]
    qtbot.waitUntil(bar(hands).isVisible, timeout=3000)
    QTest.mouseClick(bar(hands).buttons["edit_label"], Qt.MouseButton.LeftButton)
    assert hands.canvas.findChild(LabelField) is not None
    qtbot.wait(300)
    assert not bar(hands).isVisible(), "not over a field"
    hands.key(Qt.Key.Key_Escape)
    hands.key(Qt.Key.Key_Escape)
    qtbot.wait(300)
    assert not bar(hands).isVisible(), "nothing is selected"


@pytest.mark.parametrize(("text", "zoom"), [("80", 0.8), ("250 %", 2.5), ("9000", 8.0), ("12,5%", 0.125)])
def test_the_zoom_field_shows_and_takes_the_zoom(window: Window, hands: Hands, text: str, zoom: float) -> None:
    field = window.zoom_field
    assert field.text() == "150 %"
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert hands.canvas.view.zoom == pytest.approx(zoom)
    assert field.text() == f"{zoom * 100:.0f} %"
    assert QApplication.focusWidget() is hands.canvas
    window.run("zoom_actual")
    assert field.text() == "100 %"


def test_what_is_no_zoom_is_said_and_changes_nothing(window: Window, hands: Hands) -> None:
    field, view = window.zoom_field, hands.canvas.view
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "large")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert "large is no zoom" in window.said.text()
    assert hands.canvas.view == view
    assert field.text() == "150 %"
    window.send(events.Insert("tensor", 4000, 4000))
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "fit")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert hands.canvas.rect().contains(*map(round, hands.canvas.view.to_screen(4000, 4000)))


def test_the_status_line_says_problems_signature_cost_and_saved_state(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.send(events.Insert("", 0, 0, text="W: model=6 head=3"))
    qtbot.waitUntil(lambda: window.signature.text() == "W: model head", timeout=3000)
    qtbot.waitUntil(lambda: bool(window.cost.text()), timeout=10_000)
    assert window.problem_count.text() == "No problems"
    assert window.saved.text().startswith("Unsaved")


def test_the_toolbar_inserts_what_the_keys_1_to_6_insert(window: Window, hands: Hands) -> None:
    made = [command.id for command, _ in window.bar.commands.values() if command.id.startswith("insert_")]
    assert [TABLE.first(command) for command in made] == ["1", "2", "3", "4", "5", "6"]
    QTest.mouseClick(window.bar.commands["insert_bubble"][1], Qt.MouseButton.LeftButton)
    assert window.state is not None
    (bubble,) = window.state.document.content.regions
    (inside,) = window.state.document.content.nodes.values()
    assert inside.inside == bubble, "around a new tensor where nothing is selected"


def test_panels_that_are_hidden_come_back(window: Window, hands: Hands) -> None:
    for name, dock in window.docks.items():
        dock.setFloating(True)
        dock.close()
        assert f"toggle_{name}" in window.actions_.actions or name == "log"
    window.run("reset_layout")
    assert all(dock.isVisible() or not dock.isFloating() for dock in window.docks.values())
    assert all(not dock.isHidden() for dock in window.docks.values())


def test_ux_44_a_map_appears_for_drawings_larger_than_the_view_and_pans(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    window.send(events.Insert("tensor", 0, 0))
    small = hands.canvas.map
    assert isinstance(small, Minimap)
    window.docks["code"].hide()
    QApplication.processEvents()
    window.run("fit")
    qtbot.wait(500)
    assert not small.isVisible(), "all is seen"
    window.send(events.Insert("tensor", 3000, 1600))
    qtbot.waitUntil(small.isVisible, timeout=3000)
    before = hands.canvas.view
    place = QPoint(round(small.frame().center().x()), round(small.frame().center().y()))
    QTest.mousePress(small, Qt.MouseButton.LeftButton, pos=place)
    drag = QPointF(place) + QPointF(30, 12)
    event = QMouseEvent(
        QEvent.Type.MouseMove, drag, small.mapToGlobal(drag), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(small, event)
    QTest.mouseRelease(small, Qt.MouseButton.LeftButton, pos=drag.toPoint())
    assert hands.canvas.view.zoom == before.zoom
    assert hands.canvas.view.x < before.x - 100
    assert small.frame().center().x() == pytest.approx(drag.x(), abs=2)
    assert not [item for item in hands.canvas.session.state.history.past if "move" in str(item).lower()]
    small.grab()
    window.run("fit")
    assert not small.isVisible()
