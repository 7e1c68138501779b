"""The code panel beneath the inspector on wide screens: put there and back by a command, kept for the next start, never lost."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTabBar
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.editor.commands import find
from tensordraw.ui.popups import FilterList
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands, settle

COMMAND = "toggle_code_beneath"
BOTTOM = ["Code", "Problems", "Values", "Log"]


def widen(window: Window, qtbot: QtBot, width: int = 1680) -> None:
    window.resize(width, 960)
    qtbot.waitUntil(lambda: window.width() == width)
    qtbot.wait(60)


def place(window: Window, name: str) -> QRect:
    dock = window.docks[name]
    return QRect(dock.mapTo(window, dock.rect().topLeft()), dock.size())


def is_beneath(window: Window) -> bool:
    code, inspector = place(window, "code"), place(window, "inspector")
    return (
        window.docks["code"].isVisible()
        and code.top() >= inspector.bottom()
        and abs(code.left() - inspector.left()) < 3
        and window.canvas is not None
        and code.left() > window.canvas.mapTo(window, window.canvas.rect().topRight()).x()
    )


def tabs_below(window: Window) -> list[str]:
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    found = [[bar.tabText(at) for at in range(bar.count())] for bar in bars if bar.isVisible()]
    return next((one for one in found if "Log" in one), [])


def test_the_code_goes_beneath_the_inspector_and_back_by_its_command(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    widen(window, qtbot)
    window.send(events.Insert("tensor", 0, 0))
    assert tabs_below(window) == BOTTOM
    window.run(COMMAND)
    qtbot.waitUntil(lambda: is_beneath(window))
    assert tabs_below(window) == ["Problems", "Values", "Log"]
    assert window.actions_.ticked(COMMAND, window.state)
    assert "beneath the inspector" in window.said.text()
    qtbot.wait(200)
    assert place(window, "inspector").height() > 250
    assert place(window, "code").height() > 200
    assert place(window, "inspector").width() == 320, "the side keeps its width"
    window.run("toggle_below")
    assert window.docks["code"].isVisible(), "it is not below the drawing"
    assert not window.docks["problems"].isVisible()
    window.run("toggle_below")
    window.run(COMMAND)
    qtbot.waitUntil(lambda: tabs_below(window) == BOTTOM)
    assert not is_beneath(window)
    assert window.docks["code"].isVisible()
    assert not window.actions_.ticked(COMMAND, window.state)


def test_a_narrow_window_says_why_not_and_keeps_what_stands_there(window: Window, hands: Hands, qtbot: QtBot) -> None:
    widen(window, qtbot, 1400)
    reason = window.actions_.reason(find(COMMAND), window.state)
    assert reason is not None
    assert "1600 pixels" in reason
    window.run(COMMAND)
    assert window.said.text() == reason
    assert tabs_below(window) == BOTTOM
    window.run("command_palette")
    popup = window.performer.floating
    assert isinstance(popup, FilterList)
    QTest.keyClicks(QApplication.focusWidget(), "beneath")
    first = popup.list.item(0).data(Qt.ItemDataRole.UserRole)
    assert (first.value, first.refused) == (COMMAND, reason)
    hands.key(Qt.Key.Key_Escape)
    widen(window, qtbot)
    assert window.actions_.reason(find(COMMAND), window.state) is None
    window.run(COMMAND)
    widen(window, qtbot, 1100)
    assert is_beneath(window), "it stays where it was put"
    window.run(COMMAND)
    qtbot.waitUntil(lambda: tabs_below(window) == BOTTOM)


def test_it_stays_there_when_the_panels_below_come_back(window: Window, hands: Hands, qtbot: QtBot) -> None:
    widen(window, qtbot)
    window.run("toggle_below")
    assert window.docks["code"].isHidden()
    window.run(COMMAND)
    qtbot.waitUntil(lambda: is_beneath(window))
    window.run("toggle_below")
    qtbot.waitUntil(lambda: tabs_below(window) == ["Problems", "Values", "Log"])
    assert is_beneath(window)


def test_reset_layout_brings_it_back_below_the_drawing(window: Window, hands: Hands, qtbot: QtBot) -> None:
    widen(window, qtbot)
    window.run(COMMAND)
    window.docks["inspector"].hide()
    window.docks["code"].hide()
    window.run("reset_layout")
    qtbot.waitUntil(lambda: tabs_below(window) == BOTTOM)
    assert all(not dock.isHidden() and not dock.isFloating() for dock in window.docks.values())
    assert window.docks["code"].isVisible()
    qtbot.waitUntil(lambda: place(window, "inspector").width() == 320)


def test_panels_that_were_hidden_stay_so_and_the_code_is_shown(window: Window, hands: Hands, qtbot: QtBot) -> None:
    widen(window, qtbot)
    for name in ("code", "values", "inspector"):
        window.docks[name].hide()
    window.run(COMMAND)
    assert window.docks["code"].isVisible()
    assert window.docks["inspector"].isHidden()
    window.run("toggle_inspector")
    qtbot.waitUntil(lambda: is_beneath(window))
    window.run("toggle_code")
    assert window.docks["code"].isHidden()
    window.run("toggle_code")
    qtbot.waitUntil(lambda: is_beneath(window))
    window.run(COMMAND)
    assert window.docks["values"].isHidden()
    qtbot.waitUntil(lambda: tabs_below(window) == ["Code", "Problems", "Log"])
    window.run("toggle_values")
    qtbot.waitUntil(lambda: "Values" in tabs_below(window))


def test_the_next_start_has_it_where_it_was_put(window: Window, hands: Hands, qtbot: QtBot) -> None:
    widen(window, qtbot)
    window.run(COMMAND)
    qtbot.waitUntil(lambda: is_beneath(window))
    settle(window, qtbot)
    assert window.close()
    again = Window()
    qtbot.addWidget(again, before_close_func=lambda made: settle(made, qtbot))
    again.show()
    qtbot.waitExposed(again)
    again.files.new()
    qtbot.waitUntil(lambda: is_beneath(again))
    assert again.beneath.there
    again.run("reset_layout")
    qtbot.waitUntil(lambda: tabs_below(again) == BOTTOM)
