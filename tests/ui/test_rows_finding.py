"""Rows 39 to 42 and 45 of the editor's behaviour: looking, the command palette, finding, and all of it by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.editor.commands import COMMANDS
from tensordraw.figure.source import load
from tensordraw.templates import template
from tensordraw.ui.canvas import FOOT
from tensordraw.ui.export_dialog import ExportDialog
from tensordraw.ui.find_bar import FindBar
from tensordraw.ui.popups import FilterList
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

NONE, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def wheel(hands: Hands, at: QPointF, angle: QPoint, held: Qt.KeyboardModifier, pixels: QPoint | None = None) -> None:
    canvas = hands.canvas
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), pixels or QPoint(), angle, Qt.MouseButton.NoButton, held, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def test_ux_39_wheel_and_pinch_zoom_about_the_cursor_within_limits(hands: Hands) -> None:
    canvas, at = hands.canvas, QPointF(210, 140)
    before = canvas.view.to_layout(at.x(), at.y())
    wheel(hands, at, QPoint(0, 120), CTRL)
    assert canvas.view.zoom > 1.5
    assert canvas.view.to_layout(at.x(), at.y()) == pytest.approx(before, abs=0.6)
    zoom = canvas.view.zoom
    pinch = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2, at, at,
        canvas.mapToGlobal(at), -0.2, QPointF(),
    )  # fmt: skip
    QApplication.sendEvent(canvas, pinch)
    assert canvas.view.zoom == pytest.approx(zoom * 0.8)
    assert canvas.view.to_layout(at.x(), at.y()) == pytest.approx(before, abs=0.6)
    for _ in range(60):
        wheel(hands, at, QPoint(0, 240), CTRL)
    assert canvas.view.zoom == 8.0
    for _ in range(80):
        wheel(hands, at, QPoint(0, -240), CTRL)
    assert canvas.view.zoom == pytest.approx(0.10)


def test_ux_39_two_fingers_space_and_the_middle_button_pan(hands: Hands) -> None:
    canvas = hands.canvas
    view = canvas.view
    wheel(hands, QPointF(200, 200), QPoint(), NONE, QPoint(-14, 33))
    assert (canvas.view.x - view.x, canvas.view.y - view.y) == (-14, 33)
    view = canvas.view
    for button, space in ((Qt.MouseButton.MiddleButton, False), (Qt.MouseButton.LeftButton, True)):
        if space:
            QTest.keyPress(canvas, Qt.Key.Key_Space)
        QTest.mousePress(canvas, button, NONE, QPoint(100, 100))
        QTest.mouseMove(canvas, QPoint(130, 90))
        QTest.mouseRelease(canvas, button, NONE, QPoint(130, 90))
        if space:
            QTest.keyRelease(canvas, Qt.Key.Key_Space)
        assert (canvas.view.x - view.x, canvas.view.y - view.y) == (30, -10)
        view = canvas.view
    assert not [one for one in canvas.findChildren(FilterList) if one.isVisible()], "Space was held for the drag"
    assert not canvas.session.state.history.past


def test_ux_39_space_is_let_go_where_the_focus_goes(window: Window, hands: Hands) -> None:
    QTest.keyPress(hands.canvas, Qt.Key.Key_Space)
    window.palette_panel.search.setFocus()
    QTest.keyRelease(window.palette_panel.search, Qt.Key.Key_Space)
    hands.canvas.setFocus()
    view = hands.canvas.view
    hands.drag((0, 0), (40, 30))
    assert hands.canvas.view == view, "a drag selects again, it does not pan"


def test_ux_39_keys_fit_all_and_fit_the_selection(window: Window, hands: Hands) -> None:
    first = put(hands, 0, 0)
    put(hands, 1200, 900)
    canvas = hands.canvas
    canvas.setFocus()
    hands.key(Qt.Key.Key_1, CTRL)
    figure = canvas.sheet.figure
    assert figure is not None
    corners = [canvas.view.to_screen(*figure.box[:2]), canvas.view.to_screen(*figure.box[2:])]
    assert all(canvas.rect().contains(round(x), round(y)) for x, y in corners)
    small = canvas.view.zoom
    window.select(frozenset({first}))
    hands.key(Qt.Key.Key_2, CTRL)
    assert canvas.view.zoom > small
    assert canvas.view.to_screen(0, 0) == pytest.approx((canvas.width() / 2, canvas.height() / 2), abs=30)


def put(hands: Hands, x: float, y: float) -> str:
    hands.window.send(events.Insert("tensor", x, y))
    (item,) = hands.canvas.session.state.selection
    return item


def test_ux_40_a_far_drawing_opens_fitted_and_home_returns_to_it(window: Window, hands: Hands, qtbot: QtBot) -> None:
    drawn = template("matrix_product")
    far = {node: replace(place, x=place.x - 90_000.0, y=place.y + 7e4) for node, place in drawn.layout.places.items()}
    window.files.new(replace(drawn, layout=replace(drawn.layout, places=far)))
    QApplication.processEvents()
    canvas = hands.canvas

    def centred() -> bool:
        assert canvas.sheet.figure is not None
        left, top, right, bottom = canvas.sheet.figure.box
        x, y = canvas.view.to_screen((left + right) / 2, (top + bottom) / 2)
        return abs(x - canvas.width() / 2) < 3 and abs(y - (canvas.height() - FOOT) / 2) < 3

    qtbot.waitUntil(centred, timeout=3000)
    wheel(hands, QPointF(10, 10), QPoint(0, 5000), NONE)
    assert not centred()
    canvas.setFocus()
    hands.key(Qt.Key.Key_Home)
    assert centred()


def test_ux_41_the_palette_lists_every_command_with_keys_and_reasons(window: Window, hands: Hands) -> None:
    hands.key(Qt.Key.Key_P, CTRL | SHIFT)
    popup = window.findChild(FilterList)
    assert popup is not None
    rows = [popup.list.item(at).data(Qt.ItemDataRole.UserRole) for at in range(popup.list.count())]
    assert {row.value for row in rows} == {command.id for command in COMMANDS if not command.hidden}
    hints = {row.value: row.hint for row in rows}
    assert all(command.keys[0] == hints[command.id] for command in COMMANDS if command.keys and not command.hidden)
    reasons = {row.value: row.refused for row in rows}
    assert reasons["delete"]
    assert reasons["undo"] == "There is nothing to undo."
    assert not reasons["insert_tensor"]
    for word, expected in (("trace", "connect"), ("contract", "connect"), ("export", "export"), ("search", "find")):
        popup.field.clear()
        hands.type(word)
        found = [popup.list.item(at).data(Qt.ItemDataRole.UserRole).value for at in range(popup.list.count())]
        assert expected in found, word
    hands.key(Qt.Key.Key_Escape)
    hands.key(Qt.Key.Key_Slash, CTRL)
    assert any(one.isVisible() for one in window.findChildren(FilterList))


def test_ux_42_find_selects_and_scrolls_to_names_indices_dimensions_and_notes(window: Window, hands: Hands) -> None:
    window.send(events.Insert("", 0, 0, text="W_Q: hidden=6 head"))
    window.send(events.Insert("", 2000, 1500, text="W_K: hidden=6 head"))
    window.send(events.Insert("note", -900, 400))
    note = next(iter(hands.canvas.session.state.selection))
    window.run("set_label", (note, "the head of the model"))
    window.run("select_none")
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_F, CTRL)
    bar = hands.canvas.findChild(FindBar)
    assert bar is not None
    hands.type("w_k")
    state = hands.canvas.session.state
    (item,) = state.selection
    assert state.document.content.nodes[item].name == "W_K"  # type: ignore[union-attr]
    place = state.document.layout.places[item]
    assert hands.canvas.rect().contains(*map(round, hands.canvas.view.to_screen(place.x, place.y)))
    assert bar.count.text() == "1 of 1"
    bar.field.clear()
    hands.type("head")
    seen = [next(iter(hands.canvas.session.state.selection))]
    for _ in range(2):
        hands.key(Qt.Key.Key_F3)
        seen.append(next(iter(hands.canvas.session.state.selection)))
    assert len(set(seen)) == 3
    assert seen[2] == note
    assert bar.count.text() == "3 of 3"
    hands.key(Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is hands.canvas
    hands.key(Qt.Key.Key_F3, SHIFT)
    assert hands.canvas.session.state.selection == {seen[1]}
    hands.key(Qt.Key.Key_F, CTRL)
    bar = next(one for one in hands.canvas.findChildren(FindBar) if one.isVisible())
    assert bar.field.text() == "head", "what was looked for last stands there"
    bar.field.clear()
    hands.type("nowhere")
    assert bar.count.text() == "none"
    assert "Nothing is called nowhere" in window.said.text()


def test_ux_45_gpt2_is_opened_relabelled_evaluated_and_exported_without_a_mouse(
    window: Window, qtbot: QtBot, tmp_path: Path, heard: list[str]
) -> None:
    """Small sizes are typed, so that it is evaluated in a moment; all that happens is spoken."""
    page = window.start_page
    assert page is not None
    qtbot.waitUntil(lambda: len(page.cards) > 1, timeout=20_000)
    page._todo.clear()

    def fill_sizes() -> None:
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        for name, words in (
            ("layers", "2"),
            ("heads", "2"),
            ("hidden", "8"),
            ("mlp", "8"),
            ("vocab", "11"),
            ("seq", "5"),
        ):
            field = dialog.fields.get(name)  # type: ignore[attr-defined]
            if isinstance(field, QLineEdit):
                field.setFocus()
                field.selectAll()
                QTest.keyClicks(field, words)
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    card = page.cards[1]
    sizes = next(one for one in card.children() if hasattr(one, "click"))
    sizes.setFocus()
    QTimer.singleShot(300, fill_sizes)
    QTest.keyClick(sizes, Qt.Key.Key_Space)
    assert window.canvas is not None
    window.activateWindow()
    QApplication.processEvents()
    hands = Hands(window)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_F, CTRL)
    hands.type("W_V")
    hands.key(Qt.Key.Key_Escape)
    (item,) = hands.canvas.session.state.selection
    hands.key(Qt.Key.Key_Return)
    hands.type("V_all")
    hands.key(Qt.Key.Key_Return)
    assert hands.canvas.session.state.document.content.nodes[item].name == "V_all"  # type: ignore[union-attr]
    hands.key(Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: window.said.text().startswith("Evaluated"), timeout=60_000)
    path = tmp_path / "gpt2.svg"

    def export() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ExportDialog)
        dialog.path.setFocus()
        dialog.path.selectAll()
        QTest.keyClicks(dialog.path, str(path))
        QTest.keyClick(dialog.path, Qt.Key.Key_Return)

    QTimer.singleShot(400, export)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_E, CTRL)
    assert path.is_file()
    assert load(path).content.nodes[item].name == "V_all"  # type: ignore[union-attr]
    spoken = [words for words in heard if words]
    for words in ("1 of 1: W_V", "Label V_all", "Evaluating…", "Evaluated: result [5, 11]", f"Exported {path}"):
        assert any(words in one for one in spoken), words
    order = [
        next(n for n, one in enumerate(spoken) if one.startswith(w))
        for w in ("1 of 1", "Label", "Evaluating", "Exported")
    ]
    assert order == sorted(order)
    window.performer.evaluation.close()


def test_ux_42_what_was_out_of_sight_is_found_in_the_middle_and_what_is_seen_stays(hands: Hands, qtbot: QtBot) -> None:
    canvas, window = hands.canvas, hands.window
    for number in range(6):
        window.send(events.Insert("", 300.0 * (number % 2), 320.0 * number, text=f"Q{number}: a b"))
    canvas.set_view(canvas.view.zoomed(1.0, (0.0, 0.0)))
    window.run("find")
    (bar,) = canvas.findChildren(FindBar)
    bar.field.setFocus()
    figure = canvas.sheet.figure
    assert figure is not None
    for number in (5, 0, 3, 1):
        bar.field.clear()
        before = canvas.view
        hands.type(f"Q{number}")
        assert window.state is not None
        (item,) = window.state.selection
        box = next(one.box for one in figure.items if one.owner == item)
        x, y = canvas.view.to_screen((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        assert canvas.view != before, "it was out of sight"
        assert x == pytest.approx(canvas.width() / 2, abs=60)  # with its legs
        assert y == pytest.approx((canvas.height() + 70) / 2, abs=40)
    canvas.set_view(canvas.view.moved(150, -110))
    before = canvas.view
    hands.key(Qt.Key.Key_Return)
    assert canvas.view == before, "what is well in sight stays where it is"
    top = canvas.view.to_screen(box[0], box[1])[1]
    canvas.set_view(canvas.view.moved(0, round(30 - top)))
    hands.key(Qt.Key.Key_Return)
    assert canvas.view.to_screen(box[0], box[1])[1] > bar.geometry().bottom() + 60, "clear of the field and of the bar"
