"""The lower right corner of the canvas: the zoom and its list, the button that fits, and the map above them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.editor.keys import TABLE
from tensordraw.ui import look
from tensordraw.ui.corner import PERCENTS, Corner
from tensordraw.ui.overlay import CHIP, shown_hint
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def corner(hands: Hands) -> Corner:
    (found,) = hands.canvas.findChildren(Corner)
    return found


def opened(hands: Hands) -> QMenu:
    """The list, opened by a click on the zoom."""
    QTest.mouseClick(corner(hands).zoom, Qt.MouseButton.LeftButton)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def choose(menu: QMenu, words: str) -> None:
    """Press an entry of a list with the mouse."""
    action = next(one for one in menu.actions() if one.text() == words)
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    QApplication.processEvents()


def has_keys(window: Window) -> QWidget | None:
    """What the keyboard goes to; offscreen, nobody makes a window active again after a list has closed."""
    window.activateWindow()
    QApplication.processEvents()
    return QApplication.focusWidget()


def test_the_zoom_stands_in_the_corner_and_follows(window: Window, hands: Hands) -> None:
    made = corner(hands)
    assert made.isVisible()
    assert made.zoom.text() == "150 %"
    assert made.zoom.accessibleName() == "Zoom, 150 %"
    room = hands.canvas.rect()
    assert room.contains(made.geometry())
    assert room.right() - made.geometry().right() < 12
    assert room.bottom() - made.geometry().bottom() < 12
    window.run("zoom_actual")
    assert made.zoom.text() == "100 %"
    assert made.zoom.accessibleName() == "Zoom, 100 %"
    window.resize(1180, 760)
    QApplication.processEvents()
    assert hands.canvas.rect().right() - made.geometry().right() < 12


def test_a_zoom_is_chosen_from_the_list_and_the_keyboard_stays_with_the_drawing(window: Window, hands: Hands) -> None:
    menu = opened(hands)
    words = [one.text() for one in menu.actions() if one.text()]
    assert words[: len(PERCENTS)] == [f"{percent} %" for percent in PERCENTS]
    assert [one.text() for one in menu.actions() if one.isChecked()] == ["150 %"]
    middle = hands.canvas.width() / 2, hands.canvas.height() / 2
    before = hands.canvas.view.to_layout(*middle)
    choose(menu, "400 %")
    assert hands.canvas.view.zoom == pytest.approx(4.0)
    assert hands.canvas.view.to_layout(*middle) == pytest.approx(before, abs=1)
    assert window.zoom_field.text() == corner(hands).zoom.text() == "400 %"
    assert has_keys(window) is hands.canvas
    choose(opened(hands), "Zoom out")
    assert hands.canvas.view.zoom < 4.0
    assert has_keys(window) is hands.canvas
    menu = opened(hands)
    selection = next(one for one in menu.actions() if one.text() == "Fit selection")
    assert not selection.isEnabled(), "nothing is selected"
    assert selection.shortcut().toString() == TABLE.first("fit_selection")
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    assert has_keys(window) is hands.canvas
    choose(opened(hands), "Another zoom…")
    assert has_keys(window) is window.zoom_field
    hands.type("80")
    hands.key(Qt.Key.Key_Return)
    assert corner(hands).zoom.text() == "80 %"
    assert QApplication.focusWidget() is hands.canvas


def test_fit_is_a_click_away_and_says_its_keys(window: Window, hands: Hands) -> None:
    window.send(events.Insert("tensor", 4000, 4000))
    fit = corner(hands).fit
    assert fit.accessibleName() == "Fit all"
    assert fit.toolTip() == f"Fit all ({TABLE.first('fit')})"
    assert all(TABLE.first(name) in corner(hands).zoom.toolTip() for name in ("zoom_in", "zoom_out"))
    QTest.mouseClick(fit, Qt.MouseButton.LeftButton)
    assert hands.canvas.rect().contains(hands.pixel(4000, 4000))
    assert QApplication.focusWidget() is hands.canvas
    for made in corner(hands).findChildren(QToolButton):
        assert made.focusPolicy() == Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize("steps", [0, 6])
def test_the_map_stands_above_it_also_where_the_text_is_large(
    window: Window, hands: Hands, qtbot: QtBot, steps: int
) -> None:
    window.docks["code"].hide()
    for _ in range(steps):
        window.run("text_larger")
    window.send(events.Insert("tensor", 0, 0))
    window.run("fit")
    window.send(events.Insert("tensor", 3000, 1600))
    small = hands.canvas.map
    assert small is not None
    qtbot.waitUntil(small.isVisible, timeout=3000)
    made = corner(hands)
    assert made.isVisible()
    assert not made.geometry().intersects(small.geometry())
    assert hands.canvas.rect().contains(small.geometry())
    window.run("text_system")


def test_the_hint_line_keeps_clear_of_it(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.send(events.Insert("tensor", 0, 0))
    metrics = hands.canvas.fontMetrics()
    whole = shown_hint(hands.canvas, metrics)
    assert whole.count(" · ") == 3
    window.inspector.setMinimumWidth(520)
    window.resize(1024, 640)
    qtbot.waitUntil(lambda: hands.canvas.width() < 300)
    words = shown_hint(hands.canvas, metrics)
    assert words
    assert whole.startswith(words)
    assert words.count(" · ") < 3, "the last parts go"
    assert 12 + metrics.horizontalAdvance(words) + 2 * CHIP <= corner(hands).x()
    assert corner(hands).isVisible()


def test_what_is_beneath_is_not_pressed_and_the_wheel_zooms(window: Window, hands: Hands) -> None:
    window.send(events.Insert("tensor", 0, 0))
    before = hands.canvas.session.state.selection
    QTest.mouseClick(corner(hands), Qt.MouseButton.LeftButton)
    QTest.mouseClick(corner(hands).fit, Qt.MouseButton.RightButton)
    assert hands.canvas.session.state.selection == before


def test_it_has_the_colours_of_the_theme(window: Window, hands: Hands) -> None:
    for name in ("dark", "light"):
        window.set_theme(name)
        QApplication.processEvents()
        seen = corner(hands).grab().toImage()
        ground = seen.pixelColor(seen.width() // 2, 1)
        assert ground.name() == look.THEMES[name].canvas.lower()
