"""Viewers are enlarged in a window of their own; the panel stays as high as a person made it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSlider
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.templates import template
from tensordraw.ui.enlarged import Enlarged
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def evaluated(window: Window, qtbot: QtBot, name: str = "attention") -> None:
    window.files.new(template(name))
    window.run("evaluate")
    qtbot.waitUntil(lambda: not window.evaluates() and bool(window.values.values), timeout=20_000)
    QTest.qWait(50)


def enlarged(window: Window) -> Enlarged:
    (found,) = (one for one in window.findChildren(Enlarged) if one.isVisible())
    return found


def heights(window: Window) -> tuple[int, int]:
    return window.docks["values"].height(), window.dock_sizes.wanted[Qt.DockWidgetArea.BottomDockWidgetArea]


def test_a_viewer_opens_in_its_own_window_and_the_panel_keeps_its_height(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    evaluated(window, qtbot)
    before = heights(window)
    source = window.values.viewer
    QTest.mouseClick(source.enlarge, Qt.MouseButton.LeftButton)
    large = enlarged(window)
    assert not large.isModal()
    assert large.viewer.value is source.value
    assert large.viewer.view == source.view
    assert large.viewer.heatmap.height() > 1.5 * source.heatmap.height()
    assert not large.viewer.enlarge.isVisible()
    assert heights(window) == before
    QTest.mouseClick(source.enlarge, Qt.MouseButton.LeftButton)
    assert enlarged(window) is large, "there is one for each viewer"
    QTest.keyClick(large, Qt.Key.Key_Escape)
    assert not [one for one in window.findChildren(Enlarged) if one.isVisible()]
    assert heights(window) == before
    window.performer.evaluation.close()


def test_pinning_and_looking_into_the_drawing_leave_the_panels_height(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    evaluated(window, qtbot)
    before = heights(window)
    QTest.mouseClick(window.values.viewer.pin, Qt.MouseButton.LeftButton)
    window.values.capture_asked.emit("pattern")
    qtbot.waitUntil(lambda: not window.evaluates() and "pattern" in window.values.values, timeout=20_000)
    QTest.qWait(100)
    assert len(window.values.pinned) == 1
    assert heights(window) == before
    (pinned,) = window.values.pinned.values()
    assert pinned.isVisible()
    QTest.mouseClick(pinned.enlarge, Qt.MouseButton.LeftButton)
    large = enlarged(window)
    assert large.source is pinned
    assert not large.viewer.pin.isVisible(), "it is pinned already"
    QTest.mouseClick(pinned.close_, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not [one for one in window.findChildren(Enlarged) if one.isVisible()], timeout=3000)
    window.performer.evaluation.close()


def test_both_look_at_the_same_slice_and_at_a_new_value(window: Window, hands: Hands, qtbot: QtBot) -> None:
    evaluated(window, qtbot)
    window.values.capture_asked.emit("pattern")
    qtbot.waitUntil(lambda: not window.evaluates() and "pattern" in window.values.values, timeout=20_000)
    window.run("enlarge_viewer")
    large, source = enlarged(window), window.values.viewer
    assert large.windowTitle() == "pattern"
    slider = next(one for one in large.findChildren(QSlider) if one.isVisible())
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Right)
    assert source.view is not None
    assert 1 in source.view.at
    assert large.viewer.view == source.view
    source.controls.sliders[0].setValue(0)
    assert large.viewer.view == source.view
    assert 1 not in source.view.at
    old = source.value
    window.run("evaluate")
    qtbot.waitUntil(lambda: not window.evaluates() and source.value not in (None, old), timeout=20_000)
    assert large.viewer.value is source.value
    window.send(events.Insert("tensor", 500, 0))
    size = QSize(700, 500)
    large.resize(size)
    large.close()
    QApplication.processEvents()
    window.run("enlarge_viewer")
    assert enlarged(window).size() == size, "it is as large as it was left"
    window.performer.evaluation.close()


def test_without_a_value_there_is_nothing_to_enlarge(window: Window, hands: Hands) -> None:
    assert not window.values.viewer.enlarge.isVisible()
    window.run("enlarge_viewer")
    assert "nothing to enlarge" in window.said.text()
    assert not window.findChildren(Enlarged)
