"""Charts in a window: dragged by their handles, the pointer over them, the outline, what the hint line says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.diagram import edits_layout
from tensordraw.diagram.chart import Chart, Side
from tensordraw.diagram.records import Id, Note
from tensordraw.editor import resizing
from tensordraw.ui import overlay
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

LINE = Chart("line", (Side("j", 5),), (3.0, 1.0, 0.5, 0.2, 0.1), name="S")
HEAT = Chart("heatmap", (Side("i", 3), Side("j", 4)), tuple(float(k) for k in range(12)), name="A")
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def charted(window: Window) -> tuple[Window, Hands, Id, Id]:
    """A document with two charts below a matrix product."""
    document, line = edits_layout.add_chart(td.einsum("i j, j k -> i k", "A", "B"), LINE, "Spectrum", 0.0, 80.0)
    document, heat = edits_layout.add_chart(document, HEAT, "", 260.0, 80.0)
    window.files.new(document)
    window.run("fit")
    QTest.qWait(30)
    assert window.canvas is not None
    window.canvas.setFocus()
    return window, Hands(window), line, heat


def note(window: Window, item: Id) -> Note:
    assert window.state is not None
    return window.state.document.layout.notes[item]


def test_a_chart_is_clicked_and_resized_by_its_corner(charted: tuple[Window, Hands, Id, Id]) -> None:
    window, hands, line, _ = charted
    assert window.state is not None
    old = note(window, line)
    hands.click(60.0, 130.0)
    assert window.state.selection == {line}
    places = resizing.handles(window.state)
    x, y = places["ne"]
    hands.drag((x, y), (x + 40.0, y - 30.0), Qt.KeyboardModifier.ControlModifier)
    made = note(window, line)
    assert made.chart is not None
    assert made.chart.width == pytest.approx(LINE.width + 40.0, abs=1.0)
    assert made.chart.height is not None
    assert resizing.handles(window.state)["sw"] == pytest.approx(places["sw"], abs=0.02)
    assert window.state.history.undo_name == "Resize chart"
    window.run("undo")
    assert note(window, line) == old


def test_the_pointer_says_what_a_handle_does(charted: tuple[Window, Hands, Id, Id]) -> None:
    window, hands, line, _ = charted
    canvas = hands.canvas
    window.select(frozenset({line}))
    assert window.state is not None
    places = resizing.handles(window.state)
    for corner, shape in (("nw", "SizeFDiagCursor"), ("ne", "SizeBDiagCursor"), ("se", "SizeFDiagCursor")):
        hands.mouse(QEvent.Type.MouseMove, *places[corner], NONE)
        assert canvas.cursor().shape() == getattr(Qt.CursorShape, shape)
    hands.drag(places["se"], (places["se"][0] + 50.0, places["se"][1] + 30.0), release=False)
    assert canvas.cursor().shape() == Qt.CursorShape.SizeFDiagCursor
    assert "Shift to keep the proportions" in overlay.hint(window.state)
    hands.key(Qt.Key.Key_Escape)
    assert note(window, line).chart == LINE
    hands.mouse(QEvent.Type.MouseMove, 500.0, 400.0, NONE)
    assert canvas.cursor().shape() == Qt.CursorShape.ArrowCursor
    assert "a corner to resize" in overlay.hint(window.state)


def test_handles_are_painted_and_go_with_the_selection(charted: tuple[Window, Hands, Id, Id]) -> None:
    window, hands, _, heat = charted
    canvas = hands.canvas
    window.select(frozenset({heat}))
    QTest.qWait(30)
    assert window.state is not None
    at = hands.pixel(*resizing.handles(window.state)["se"])
    ratio = canvas.devicePixelRatioF()

    def seen() -> set[str]:
        picture = canvas.grab().toImage()
        spots = [(at.x() + dx, at.y() + dy) for dx in range(-6, 7) for dy in range(-6, 7)]
        return {picture.pixelColor(round(x * ratio), round(y * ratio)).name() for x, y in spots}

    assert window.colours.accent in seen()
    window.select(frozenset())
    QTest.qWait(30)
    assert window.colours.accent not in seen()


def test_the_outline_lists_charts_and_selects_them(charted: tuple[Window, Hands, Id, Id], qtbot: QtBot) -> None:
    window, hands, line, heat = charted
    window.docks["outline"].show()
    window.docks["outline"].raise_()
    qtbot.waitUntil(lambda: line in window.outline.rows, timeout=3000)
    assert window.outline.rows[line].text(0) == "line plot of S: Spectrum"
    assert window.outline.rows[heat].text(0) == "heatmap of A"
    window.outline.tree.setCurrentItem(window.outline.rows[heat])
    assert window.state is not None
    assert window.state.selection == {heat}
    row = window.outline.rows[heat]
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Right)
    QTest.qWait(60)
    assert window.outline.rows[heat] is row, "a nudge does not make the tree anew"
    hands.key(Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: heat not in window.outline.rows, timeout=3000)
    assert line in window.outline.rows


def test_the_inspector_sets_the_height(charted: tuple[Window, Hands, Id, Id], qtbot: QtBot) -> None:
    window, _, line, _ = charted
    window.select(frozenset({line}))

    def field() -> QLineEdit | None:
        found = [one for one in window.inspector.findChildren(QLineEdit) if one.accessibleName() == "Height"]
        return found[0] if found else None

    qtbot.waitUntil(lambda: field() is not None, timeout=3000)
    made = field()
    assert made is not None
    QTest.keyClicks(made, "25.4mm")
    QTest.keyClick(made, Qt.Key.Key_Return)
    chart = note(window, line).chart
    assert chart is not None
    assert chart.height == pytest.approx(72.0)
