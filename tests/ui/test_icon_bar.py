"""The palette as a column of icons: 44 pixels wide, with all that the whole palette can do."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollBar, QWidget
from pytestqt.qtbot import QtBot

from tensordraw.editor.palette import KINDS
from tensordraw.ui import look
from tensordraw.ui.panels.icon_bar import WIDE
from tensordraw.ui.tiles import MIME
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def collapse(window: Window) -> None:
    QTest.mouseClick(window.palette_panel.collapse, Qt.MouseButton.LeftButton)
    QTest.qWait(80)


def test_the_palette_collapses_to_44_pixels_and_comes_back_as_wide_as_it_was(window: Window, hands: Hands) -> None:
    QTest.qWait(80)
    before, canvas = window.docks["palette"].width(), hands.canvas.width()
    collapse(window)
    assert window.docks["palette"].width() == WIDE == 44
    assert hands.canvas.width() == canvas + before - WIDE
    assert window.docks["outline"].isHidden(), "it has no room there"
    assert window.palette_panel.bar.isVisible()
    assert not window.palette_panel.search.isVisible()
    QTest.mouseClick(window.palette_panel.bar.widen, Qt.MouseButton.LeftButton)
    QTest.qWait(80)
    assert window.docks["palette"].width() == before
    assert not window.docks["outline"].isHidden()
    assert window.palette_panel.search.isVisible()


def test_every_kind_is_an_icon_with_a_name_a_tooltip_and_its_keys(window: Window, hands: Hands, qtbot: QtBot) -> None:
    collapse(window)
    qtbot.waitUntil(lambda: bool(window.following.kinds), timeout=20_000)
    icons = window.palette_panel.icons
    assert list(icons) == [kind.id for kind in KINDS]
    for kind in KINDS:
        tile = icons[kind.id]
        assert tile.isVisible()
        assert tile.accessibleName() == kind.title
        assert kind.title in tile.toolTip()
        assert tile.width() <= WIDE
        image = tile.icon().pixmap(tile.iconSize()).toImage()
        assert len({image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}) > 2, kind.id
    assert "(1)" in icons["tensor"].toolTip()
    inner = [one for one in window.palette_panel.bar.findChildren(QWidget) if not one.objectName().startswith("qt_")]
    assert all(one.accessibleName() for one in inner if not isinstance(one, QScrollBar))


def test_an_icon_inserts_by_a_click_and_by_enter_and_is_reached_by_tab(window: Window, hands: Hands) -> None:
    collapse(window)
    icons = window.palette_panel.icons
    QTest.mouseClick(icons["isometry"], Qt.MouseButton.LeftButton)
    assert window.state is not None
    assert len(window.state.document.content.nodes) == 1
    assert QApplication.focusWidget() is hands.canvas
    window.palette_panel.bar.widen.setFocus()
    for _ in range(3):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is icons[KINDS[1].id]
    QTest.keyClick(icons[KINDS[1].id], Qt.Key.Key_Return)
    assert len(window.state.document.content.nodes) == 2
    last, view = icons[KINDS[-1].id], window.palette_panel.bar.area.viewport()
    assert not view.rect().contains(last.mapTo(view, last.rect().center())), "there are more than fit"
    window.palette_panel.bar.widen.setFocus()
    for _ in range(1 + len(KINDS)):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is last
    assert view.rect().contains(last.mapTo(view, last.rect().center())), "what has the focus is in sight"


def test_an_icon_is_dragged_onto_the_canvas(window: Window, hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    collapse(window)
    tile, dragged = window.palette_panel.icons["tensor"], []

    def drop(drag: object, *_: object) -> Qt.DropAction:
        data: QMimeData = drag.mimeData()  # type: ignore[attr-defined]
        dragged.append(bytes(data.data(MIME).data()).decode())
        given = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(hands.canvas, QDragEnterEvent(QPoint(200, 150), *given))
        QApplication.sendEvent(hands.canvas, QDropEvent(QPointF(200, 150), *given))
        return Qt.DropAction.CopyAction

    monkeypatch.setattr("PySide6.QtGui.QDrag.exec", drop)
    QTest.mousePress(tile, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    QTest.mouseMove(tile, QPoint(36, 28))
    QTest.mouseMove(tile, QPoint(60, 40))
    assert dragged == ["tensor"]
    assert window.state is not None
    (place,) = window.state.document.layout.places.values()
    x, y = hands.canvas.view.to_layout(200, 150)
    assert abs(place.x - x) < 10
    assert abs(place.y - y) < 10


def test_it_is_remembered_and_f5_hides_and_shows_it(window: Window, hands: Hands, qtbot: QtBot) -> None:
    QTest.qWait(80)
    window.run("toggle_palette_icons")
    QTest.qWait(80)
    assert window.actions_.ticked("toggle_palette_icons", window.state)
    assert window.actions_.ticked("toggle_palette", window.state)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_F5)
    assert window.docks["palette"].isHidden()
    assert not window.actions_.ticked("toggle_palette", window.state)
    assert window.actions_.ticked("toggle_palette_icons", window.state), "it would come back as it was"
    hands.key(Qt.Key.Key_F5)
    QTest.qWait(80)
    assert window.docks["palette"].isVisible()
    assert window.docks["palette"].width() == WIDE
    window.dock_sizes.keep()
    again = Window()
    qtbot.addWidget(again, before_close_func=lambda w: w.files.__setattr__("_may_close", lambda session: True))
    again.resize(1280, 820)
    again.show()
    qtbot.waitExposed(again)
    again.files.new()
    QTest.qWait(120)
    assert again.narrowing.narrow
    assert again.docks["palette"].width() == WIDE
    assert again.docks["outline"].isHidden()
    again.run("toggle_palette_icons")
    QTest.qWait(120)
    assert again.docks["palette"].width() == 220
    assert not again.docks["outline"].isHidden(), "it came back with the palette"


def test_asking_for_the_outline_widens_the_side(window: Window, hands: Hands) -> None:
    collapse(window)
    QTest.mouseClick(window.palette_panel.bar.outline, Qt.MouseButton.LeftButton)
    QTest.qWait(80)
    assert not window.narrowing.narrow
    assert window.outline.isVisible()
    collapse_again = window.palette_panel
    window.docks["palette"].raise_()
    QTest.mouseClick(collapse_again.collapse, Qt.MouseButton.LeftButton)
    QTest.qWait(80)
    window.run("toggle_outline")
    QTest.qWait(80)
    assert not window.narrowing.narrow
    assert window.outline.isVisible()
    window.run("toggle_palette_icons")
    window.run("reset_layout")
    QTest.qWait(80)
    assert window.docks["palette"].width() == 220


def test_the_focus_stays_at_hand_and_the_icons_follow_the_theme(
    window: Window, hands: Hands, qtbot: QtBot, qapp: QApplication
) -> None:
    window.activateWindow()
    window.palette_panel.collapse.setFocus()
    QTest.keyClick(window.palette_panel.collapse, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is window.palette_panel.bar.widen
    qtbot.waitUntil(lambda: bool(window.following.kinds), timeout=20_000)

    def pixels(kind: str) -> bytes:
        tile = window.palette_panel.icons[kind]
        return bytes(tile.icon().pixmap(tile.iconSize()).toImage().constBits())

    light = {kind: pixels(kind) for kind in ("tensor", "bubble:softmax")}
    window.set_theme("dark")
    assert all(pixels(kind) != light[kind] for kind in light)
    window.set_theme("light")
    assert all(pixels(kind) == light[kind] for kind in light)
    look.apply(qapp, look.LIGHT)
    QTest.keyClick(window.palette_panel.bar.widen, Qt.Key.Key_Space)
    assert QApplication.focusWidget() is window.palette_panel.collapse
