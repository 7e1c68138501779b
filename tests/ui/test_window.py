"""The window: start page, menus from the table, docks, names for screen readers, what is loaded when."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QCheckBox,
    QComboBox,
    QDockWidget,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.editor.commands import COMMANDS
from tensordraw.templates import template, templates
from tensordraw.ui.dock_sizes import DockSizes
from tensordraw.ui.icons import ICONS, parse
from tensordraw.ui.popups import FilterList
from tensordraw.ui.template_dialog import TemplateDialog
from tensordraw.ui.thumbnails import two_lines
from tensordraw.ui.window import TOOLBAR, Window
from tests.ui.conftest import Hands

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QComboBox, QLineEdit, QPlainTextEdit, QDockWidget)


def unnamed(root: QWidget) -> list[str]:
    """Controls without an accessible name, except those that Qt makes inside others."""
    found = []
    for widget in root.findChildren(QWidget):
        inner = isinstance(widget.parent(), QTabBar | QComboBox | QLineEdit) or widget.objectName().startswith("qt_")
        if isinstance(widget, CONTROLS) and not inner and not isinstance(widget, QScrollBar | QHeaderView):
            held = widget.parent()
            popup = isinstance(widget, QAbstractItemView) and held is not None and isinstance(held.parent(), QComboBox)
            if not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()) or popup):
                found.append(f"{type(widget).__name__} in {type(held).__name__} {widget.objectName()}")
    return found


def test_a1_every_control_has_an_accessible_name(window: Window, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.start_page is not None and len(window.start_page.cards) > 2, timeout=10_000)
    assert unnamed(window) == []
    window.files.new_from("attention")
    for item in ("tensor", "bubble:softmax", "constant"):
        window.send(events.Insert(item, 400.0, 400.0))
        QTest.qWait(40)
        assert unnamed(window) == []


def test_ux_64_the_start_page_shows_every_template_with_a_picture(window: Window, qtbot: QtBot) -> None:
    page = window.start_page
    assert page is not None
    qtbot.waitUntil(lambda: len(page.cards) == len(templates()) + 1, timeout=10_000)
    qtbot.waitUntil(lambda: all(not card.picture.isNull() for card in page.cards if card.name), timeout=60_000)
    assert [card.name for card in page.cards[:2]] == ["", "gpt2"]
    QTest.mouseClick(page.cards[1], Qt.MouseButton.LeftButton)
    assert window.state is not None
    assert window.state.document.content.nodes
    assert window.start_page is None


def test_a_long_sentence_on_a_card_ends_in_an_ellipsis(window: Window) -> None:
    metrics = window.fontMetrics()
    lines = two_lines("a contraction around its softmax of the scores with a mask and more words", metrics, 120)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert all(metrics.horizontalAdvance(line) <= 120 for line in lines)
    assert two_lines("An empty page", metrics, 400) == ["An empty page"]
    assert two_lines("", metrics, 400) == []


def test_every_command_is_in_a_menu_with_its_keys(window: Window) -> None:
    for command in COMMANDS:
        if command.hidden:
            assert command.id not in window.actions_.actions
            continue
        action = window.actions_.actions[command.id]
        assert action in window.actions_.menus[command.category].actions()
        assert len(action.shortcuts()) == len(command.keys)
        assert all(not one.isEmpty() for one in action.shortcuts()), command.keys


def test_the_toolbar_names_commands_that_exist_and_icons_that_are_drawn() -> None:
    commands = {command.id for command in COMMANDS}
    for name, picture in (entry for group in TOOLBAR for entry in group):
        assert name in commands
        assert picture in ICONS
    for strokes in ICONS.values():
        assert all(not parse(words)[0].isEmpty() for words in strokes)


def test_ux_41_the_command_palette_finds_by_synonym_and_says_why_not(window: Window, hands: Hands) -> None:
    hands.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    popup = window.findChild(FilterList)
    assert popup is not None
    hands.type("sigma")
    row = popup.list.item(0).data(Qt.ItemDataRole.UserRole)
    assert row.value == "wrap_sum"
    assert row.refused
    popup.field.clear()
    hands.type("dark")
    hands.key(Qt.Key.Key_Return)
    assert window.colours.name == "dark"
    window.run("toggle_theme")


def test_menus_say_what_undo_takes_back_and_grey_out_the_rest(window: Window, hands: Hands) -> None:
    window.send(events.Insert("tensor", 0.0, 0.0))
    menu = window.actions_.menus["Edit"]
    menu.aboutToShow.emit()
    assert window.actions_.actions["undo"].text() == "Undo Insert Tensor"
    assert not window.actions_.actions["redo"].isEnabled()
    menu.aboutToHide.emit()
    assert window.actions_.actions["redo"].isEnabled()


def test_docks_hide_and_come_back(window: Window, hands: Hands) -> None:
    for name in ("palette", "inspector"):
        window.run(f"toggle_{name}")
        assert not window.docks[name].isVisible()
    window.reset_layout()
    assert all(window.docks[name].isVisible() for name in ("palette", "inspector"))
    assert window.minimumWidth() <= 1024
    assert window.minimumHeight() <= 640


def test_side_panels_keep_their_size_when_the_window_was_small(window: Window, hands: Hands, qtbot: QtBot) -> None:
    def sizes() -> tuple[int, ...]:
        QTest.qWait(80)
        return window.docks["palette"].width(), window.docks["inspector"].width(), window.docks["code"].height()

    window.files.new_from("attention")
    first = sizes()
    assert first[:2] == (220, 320)
    window.setMinimumSize(200, 200)  # a window manager need not heed the minimum
    window.resize(700, 480)
    small = sizes()
    assert small[0] >= 220
    assert small[1] >= 280
    window.resize(1280, 820)
    assert sizes() == first
    for item in [*window.state.document.content.nodes][:6]:  # type: ignore[union-attr]
        window.select(frozenset({item}))
        assert sizes() == first
    # a person drags the separator between the canvas and the bottom panel: that is the size from then on
    bottom = window.docks["code"]
    place = QPoint(bottom.x() + bottom.width() // 2, bottom.y() - tab_height(window) - 2)
    left, none, plain = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(window, left, pos=place)
    for by in (20, 40, 60):
        at = QPointF(place - QPoint(0, by))
        event = QMouseEvent(QEvent.Type.MouseMove, at, window.mapToGlobal(at), none, left, plain)
        QApplication.sendEvent(window, event)
        QTest.qWait(20)
    QTest.mouseRelease(window, Qt.MouseButton.LeftButton, pos=place - QPoint(0, 60))
    taller = sizes()
    assert taller[2] > first[2] + 30
    window.resize(1024, 640)
    window.resize(1280, 820)
    assert sizes() == taller
    assert window.dock_sizes.wanted != DockSizes(window, {}).wanted
    window.dock_sizes.keep()
    assert window.dock_sizes.wanted == DockSizes(window, {}).wanted


def tab_height(window: Window) -> int:
    """How high the tabs above the bottom panel are."""
    bars = window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return next(bar.height() for bar in bars if bar.x() == window.docks["code"].x())


def test_the_outline_and_the_canvas_select_each_other(window: Window, hands: Hands) -> None:
    window.files.new_from("matrix_product")
    window.docks["outline"].raise_()
    QTest.qWait(60)
    outline, state = window.outline, window.state
    assert state is not None
    first, second = list(state.document.content.nodes)[:2]
    outline.tree.clearSelection()
    outline.rows[first].setSelected(True)
    assert window.state is not None
    assert window.state.selection == {first}
    window.select(frozenset({second}))
    QTest.qWait(60)
    assert outline.rows[second].isSelected()
    assert not outline.rows[first].isSelected()


def test_a_palette_tile_inserts_on_click(window: Window, hands: Hands) -> None:
    QTest.mouseClick(window.palette_panel.tiles["isometry"], Qt.MouseButton.LeftButton)
    assert window.state is not None
    assert len(window.state.document.content.nodes) == 1
    window.palette_panel.search.setText("softmax")
    visible = [name for name, tile in window.palette_panel.tiles.items() if not tile.isHidden()]
    assert visible[0].startswith("bubble:")
    assert all("softmax" in name for name in visible)


def test_tooltips_of_the_toolbar_carry_the_keys(window: Window, hands: Hands) -> None:
    command, button = window.bar.commands["undo"]
    assert isinstance(button, QToolButton)
    assert "Ctrl+Z" in button.toolTip()
    assert "nothing" in button.toolTip().lower() or not command.enabled.__doc__


IMPORTS = """
import sys
from tensordraw.ui import app
application = app.application()
window = app.Window()
window.show()
application.processEvents()
heavy = [name for name in ("numpy", "torch", "ziamath", "networkx", "opt_einsum", "pygments") if name in sys.modules]
print(",".join(heavy), flush=True)
import os
os._exit(0)
"""


def test_the_first_paint_needs_nothing_heavy(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    command = [sys.executable, "-c", IMPORTS]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == ""


def test_a_fault_is_one_sentence_and_the_document_stays(
    window: Window, hands: Hands, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tensordraw.ui import app

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    app._catch_faults(window)
    before = window.state
    error = RuntimeError("oh")
    sys.excepthook(RuntimeError, error, None)
    assert "unharmed" in window.said.text()
    assert window.state is before
    assert "oh" in capsys.readouterr().err
    QApplication.processEvents()


def test_the_start_page_has_the_window_to_itself(window: Window) -> None:
    assert not any(dock.isVisible() for dock in window.docks.values())
    window.files.new()
    assert window.docks["palette"].isVisible()
    assert window.docks["inspector"].isVisible()
    assert window.docks["code"].isVisible()
    window.run("toggle_inspector")
    window.run("templates")
    assert not window.docks["palette"].isVisible()
    window.tabs.setCurrentIndex(0)
    assert window.docks["palette"].isVisible()
    assert not window.docks["inspector"].isVisible()


def test_sizes_of_a_template_are_asked_for(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(dialog: TemplateDialog) -> int:
        for name, words in (("layers", "2"), ("heads", "2"), ("hidden", "8"), ("vocab", "11"), ("seq", "5")):
            field = dialog.fields[name]
            assert isinstance(field, QLineEdit)
            field.setText(words)
        switch = dialog.fields["bias"]
        assert isinstance(switch, QCheckBox)
        switch.setChecked(True)
        dialog.accept()
        return dialog.result()

    monkeypatch.setattr(TemplateDialog, "exec", fill)
    window.files.ask_sizes("gpt2")
    assert window.state is not None
    sizes = {space.name: space.size for space in window.state.document.content.spaces.values()}
    assert sizes["vocab"] == 11
    assert sizes["layer"] == 2


def test_the_context_menu_holds_what_can_be_done(window: Window, hands: Hands) -> None:
    titles = [action.text() for action in window.actions_.context_menu().actions()]
    assert "Paste" in titles
    assert "Delete" not in titles
    window.send(events.Insert("isometry", 0.0, 0.0))
    menu = window.actions_.context_menu()
    titles = [action.text() for action in menu.actions()]
    assert "Flip isometry" in titles
    delete = next(action for action in menu.actions() if action.text() == "Delete")
    delete.trigger()
    assert window.state is not None
    assert not window.state.document.content.nodes


def test_the_panels_below_and_all_panels_are_hidden_and_come_back(window: Window, hands: Hands, qtbot: QtBot) -> None:
    shown = {name for name, dock in window.docks.items() if not dock.isHidden()}
    canvas = window.canvas
    before = canvas.height(), canvas.width()
    assert {"code", "problems", "values", "log", "palette", "inspector"} <= shown
    QTest.keyClick(window, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert {name for name, dock in window.docks.items() if not dock.isHidden()} == shown - {
        "code", "problems", "values", "log",
    }  # fmt: skip
    qtbot.waitUntil(lambda: canvas.height() > before[0])
    QTest.keyClick(window, Qt.Key.Key_F11)
    assert all(dock.isHidden() for dock in window.docks.values())
    QTest.keyClick(window, Qt.Key.Key_F11)
    QTest.keyClick(window, Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert {name for name, dock in window.docks.items() if not dock.isHidden()} == shown


def test_what_fits_goes_on_to_fit_when_the_room_changes(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.files.new(template("gpt2"), "gpt2")
    canvas = window.canvas
    window.run("fit")
    zoom, high = canvas.view.zoom, canvas.height()
    window.run("toggle_below")
    qtbot.waitUntil(lambda: canvas.view.zoom > zoom)
    box = canvas.sheet.figure.box
    tall = (box[3] - box[1]) * canvas.view.scale
    assert canvas.height() > high
    assert tall > 0.8 * canvas.height() or (box[2] - box[0]) * canvas.view.scale > 0.9 * canvas.width()
    window.run("zoom_in")
    chosen = canvas.view
    window.run("toggle_below")
    qtbot.waitUntil(lambda: canvas.height() == high)
    assert canvas.view.zoom == chosen.zoom  # one that was chosen by hand stays


def test_the_view_menu_ticks_what_is_shown(window: Window, hands: Hands) -> None:
    menu, actions = window.actions_.menus["View"], window.actions_.actions
    window.run("toggle_outline")
    menu.aboutToShow.emit()
    on = {name for name, action in actions.items() if action.isCheckable() and action.isChecked()}
    assert {"toggle_palette", "toggle_code", "toggle_below", "theme_light"} <= on
    assert not on & {"toggle_all", "theme_dark"}
    assert actions["toggle_outline"].isChecked() == (not window.docks["outline"].isHidden())
    menu.aboutToHide.emit()
