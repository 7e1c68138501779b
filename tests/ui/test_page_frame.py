"""The page of the figure on the canvas: where the column's edges fall, named at its corner, and its right edge dragged."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tensordraw.editor import events
from tensordraw.figure import export
from tensordraw.templates import template
from tensordraw.ui import look
from tensordraw.ui.export_dialog import ExportDialog
from tensordraw.ui.page_frame import PageFrame
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def framed(window: Window, qtbot: QtBot, name: str = "mps", width: str = "") -> PageFrame:
    """A template's drawing with the page of its figure measured."""
    window.files.new(template(name))
    QTest.qWait(60)
    if width:
        window.run("set_figure_width", width)
    window.run("toggle_page")
    assert window.canvas is not None
    (frame,) = window.canvas.findChildren(PageFrame)
    measured(frame, qtbot)
    return frame


def measured(frame: PageFrame, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: frame.page is not None and not frame.measuring.busy, timeout=20_000)


def pull(
    frame: PageFrame, pixels: float, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, drop: bool = True
) -> None:
    """Drag the right edge of the page."""
    edge = frame.edge
    at = QPointF(3, edge.height() / 2)
    QTest.mousePress(edge, Qt.MouseButton.LeftButton, held, at.toPoint())
    start = edge.mapTo(frame.canvas, at)
    for step in (0.3, 0.7, 1.0):  # the edge moves along: its own places change under the pointer
        here = edge.mapFrom(frame.canvas, start + QPointF(pixels * step, 0))
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        QApplication.sendEvent(edge, QMouseEvent(QEvent.Type.MouseMove, here, edge.mapToGlobal(here), none, left, held))
    if drop:
        QTest.mouseRelease(edge, Qt.MouseButton.LeftButton, held)


def width(window: Window) -> str:
    assert window.state is not None
    return window.state.document.export.width


def test_the_frame_is_a_command_with_a_tick_and_lies_on_the_canvas_alone(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    frame = framed(window, qtbot)
    assert frame.isVisible()
    assert window.actions_.ticked("toggle_page", window.state)
    assert window.state is not None
    assert not window.state.history.past, "what is seen is no change of the document"
    assert frame.words().startswith("natural width, 92.6 mm")
    box, figure = frame.box(), frame.canvas.sheet.figure
    assert figure is not None
    assert box == pytest.approx((figure.box[0] - 1, figure.box[1] - 1, figure.box[2] + 1, figure.box[3] + 1))
    assert frame.edge.isVisible()
    window.run("toggle_page")
    assert not frame.isVisible()
    assert not frame.edge.isVisible()
    assert not window.actions_.ticked("toggle_page", window.state)


@pytest.mark.parametrize(("wanted", "warns"), [("86mm", False), ("40mm", True), ("nature-wide", False)])
def test_it_shows_the_scale_of_the_export_and_warns_in_colour(
    window: Window, hands: Hands, qtbot: QtBot, wanted: str, warns: bool
) -> None:
    frame = framed(window, qtbot, width=wanted)
    assert window.state is not None
    written = export.drawn(window.state.document, window.state.document.export)
    assert frame.page is not None
    assert frame.page.factor == written.factor
    left, _, right, _ = frame.box()
    seen = frame.canvas.sheet.figure
    assert seen is not None
    drawing = seen.box[2] - seen.box[0] + 2 * window.state.document.export.padding
    assert right - left == pytest.approx(max(frame.page.width / written.factor, drawing)), "nothing sticks out of it"
    assert frame.on_screen().width() == pytest.approx((right - left) * frame.canvas.view.scale)
    image = frame.canvas.grab().toImage()
    ink = QColor(look.LIGHT.warning if warns else look.LIGHT.faint)
    edge = round(frame.on_screen().left())
    seen = [image.pixelColor(edge + dx, round(frame.on_screen().center().y()) + 9) for dx in (-1, 0, 1)]
    assert any(abs(one.hue() - ink.hue()) < 25 and one.lightness() < 200 for one in seen), [one.name() for one in seen]
    assert ("scaled to 68 %: labels 5.1 to 6.1 pt" in frame.words()) == warns


def test_it_follows_edits_and_undo(window: Window, hands: Hands, qtbot: QtBot) -> None:
    frame = framed(window, qtbot, width="86mm")
    first = frame.words()
    assert "scaled" not in first
    assert window.state is not None
    right = max(place.x for place in window.state.document.layout.places.values())
    for number in range(8):
        window.send(events.Insert("tensor", right + 40 * (number + 1), 0.0))
    measured(frame, qtbot)
    qtbot.waitUntil(lambda: frame.page is not None and frame.page.warns, timeout=20_000)
    assert "scaled to" in frame.words()
    assert frame.box()[0] + frame.box()[2] == pytest.approx(
        frame.canvas.sheet.figure.box[0] + frame.canvas.sheet.figure.box[2]  # type: ignore[union-attr]
    )
    for _ in range(8):
        window.run("undo")
    qtbot.waitUntil(lambda: frame.words() == first, timeout=20_000)


def test_dragging_the_right_edge_sets_the_width_in_one_step(window: Window, hands: Hands, qtbot: QtBot) -> None:
    frame = framed(window, qtbot, width="100mm")
    before = frame.page
    assert before is not None
    assert window.state is not None
    past = len(window.state.history.past)
    pixels = 5 / 25.4 * 72 * frame.canvas.view.scale / before.factor  # 5 mm on each side
    pull(frame, pixels, drop=False)
    assert width(window) == "100mm", "not before the release"
    assert frame.words().startswith("110 mm column")
    QTest.mouseRelease(frame.edge, Qt.MouseButton.LeftButton)
    assert width(window) == "110mm"
    assert window.state.history.undo_name == "Figure width"
    assert len(window.state.history.past) == past + 1
    measured(frame, qtbot)
    assert frame.page is not None
    assert frame.page.width == pytest.approx(110 / 25.4 * 72)
    window.run("undo")
    assert width(window) == "100mm"
    measured(frame, qtbot)
    assert frame.words().startswith("100 mm column")


@pytest.mark.parametrize("begun", ["60mm", "86mm", "100mm", "150mm"])
def test_what_is_seen_while_the_edge_is_dragged_is_what_stays(
    window: Window, hands: Hands, qtbot: QtBot, begun: str
) -> None:
    frame = framed(window, qtbot, width=begun)
    assert window.state is not None
    for pixels in (120.0, 40.0, -60.0, -150.0, 90.0):
        pull(frame, pixels, Qt.KeyboardModifier.ControlModifier, drop=False)
        held = frame.on_screen()
        QTest.qWait(200)
        measured(frame, qtbot)
        assert frame.on_screen().right() == pytest.approx(held.right(), abs=0.6), "measured while it is held"
        QTest.mouseRelease(frame.edge, Qt.MouseButton.LeftButton)
        assert frame.on_screen().right() == pytest.approx(held.right(), abs=0.6), "let go"
        QTest.qWait(200)
        measured(frame, qtbot)
        assert frame.on_screen().right() == pytest.approx(held.right(), abs=0.6), "measured anew"
        figure = frame.canvas.sheet.figure
        assert figure is not None
        left, _, right, _ = frame.box()
        assert left <= figure.box[0] - 0.9
        assert right >= figure.box[2] + 0.9


def test_a_drag_inwards_makes_the_page_narrower_also_where_it_lies_around_the_drawing(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    frame = framed(window, qtbot, width="60mm")
    pull(frame, -20, Qt.KeyboardModifier.ControlModifier)
    assert 40 < float(width(window).removesuffix("mm")) < 60
    measured(frame, qtbot)
    pull(frame, 30)
    assert float(width(window).removesuffix("mm")) > 92, "beyond the drawing it is as wide as it is seen"


def test_a_drag_takes_a_columns_width_nearby_ctrl_any_and_escape_gives_up(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    frame = framed(window, qtbot, width="100mm")
    unit = frame.canvas.view.scale * 72 / 25.4 / 2  # pixels a millimetre of width
    pull(frame, (86.2 - 100) * unit)
    assert width(window) == "86.5mm", "REVTeX's column"
    window.run("undo")
    measured(frame, qtbot)
    pull(frame, (86.2 - 100) * unit, Qt.KeyboardModifier.ControlModifier)
    assert float(width(window).removesuffix("mm")) == pytest.approx(86.2, abs=0.3)
    assert width(window) != "86.5mm"
    window.run("undo")
    measured(frame, qtbot)
    pull(frame, -60, drop=False)
    assert QApplication.focusWidget() is frame.edge
    hands.window.activateWindow()
    QTest.keyClick(frame.edge, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is frame.canvas
    QTest.mouseRelease(frame.edge, Qt.MouseButton.LeftButton)
    assert width(window) == "100mm"
    qtbot.waitUntil(lambda: frame.words().startswith("100 mm column"), timeout=20_000)


def test_the_documents_form_and_the_dialog_of_exports_name_the_same_width(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    frame = framed(window, qtbot)
    window.send(events.Select(frozenset()))
    QTest.qWait(60)

    def field(kind: type[QWidget], name: str) -> QWidget:
        return next(one for one in window.inspector.findChildren(kind) if one.accessibleName() == name)

    preset = field(QComboBox, "Preset of the figure's width")
    assert isinstance(preset, QComboBox)
    dialog = ExportDialog(window, window.state.document, "f.svg", lambda path, chosen: "")  # type: ignore[union-attr]
    qtbot.addWidget(dialog)
    offered = {dialog.preset.itemData(at) for at in range(dialog.preset.count())}
    assert offered <= {preset.itemData(at) for at in range(preset.count())}
    preset.setCurrentIndex(preset.findData("slide"))
    preset.activated.emit(preset.currentIndex())
    assert window.state is not None
    chosen = window.state.document.export
    assert (chosen.width, chosen.theme, chosen.scale) == ("slide", "slide", "all")
    qtbot.waitUntil(lambda: frame.words().startswith("Slide of 16 to 9"), timeout=20_000)
    assert frame.page is not None
    assert frame.page.height > 0
    QTest.qWait(60)
    typed = field(QLineEdit, "Width of the figure")
    assert isinstance(typed, QLineEdit)
    assert typed.text() == "slide"
    typed.setFocus()
    typed.selectAll()
    QTest.keyClicks(typed, "3 parsec")
    QTest.keyClick(typed, Qt.Key.Key_Return)
    assert "is not a length" in window.said.text()
    assert width(window) == "slide"
    QTest.qWait(60)
    typed = field(QLineEdit, "Width of the figure")
    assert isinstance(typed, QLineEdit)
    typed.setFocus()
    typed.selectAll()
    QTest.keyClicks(typed, r"0.5\linewidth")
    QTest.keyClick(typed, Qt.Key.Key_Return)
    assert width(window) == r"0.5\linewidth"
    QTest.qWait(60)
    again = ExportDialog(window, window.state.document, "f.svg", lambda path, chosen: "")
    qtbot.addWidget(again)
    assert again.width_.text() == r"0.5\linewidth"


def test_the_checkbox_shows_and_hides_the_frame(window: Window, hands: Hands, qtbot: QtBot) -> None:
    frame = framed(window, qtbot)

    def box() -> QCheckBox:
        return next(one for one in window.inspector.findChildren(QCheckBox) if one.text() == "Frame on the canvas")

    QTest.qWait(60)
    assert box().isChecked()
    box().click()
    assert not frame.isVisible()
    QTest.qWait(60)
    assert not box().isChecked()


def test_what_lies_under_the_page_is_still_grasped(window: Window, hands: Hands, qtbot: QtBot) -> None:
    window.run("toggle_page")
    window.send(events.Insert("tensor", 0, 0))
    (frame,) = hands.canvas.findChildren(PageFrame)
    measured(frame, qtbot)
    hands.click(200, 200)
    assert not hands.canvas.session.state.selection
    tip = next(one.tip for one in hands.canvas.sheet.figure.anchors.values() if one.angle == 0)  # type: ignore[union-attr]
    assert hands.canvas.childAt(hands.pixel(*tip)) is None, "the right leg, at the very edge of the page"
    hands.click(0, 0)
    assert hands.canvas.session.state.selection
    place = hands.canvas.session.state.document.layout.places
    hands.drag((0, 0), (60, 20))
    assert hands.canvas.session.state.document.layout.places != place
    assert isinstance(frame.edge.mapToParent(QPoint(0, 0)), QPoint)
    image = hands.canvas.grab()
    assert not image.isNull()
