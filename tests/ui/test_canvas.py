"""The canvas under real mouse and key events: drawing, connecting, selecting, zooming, and what is painted."""

from __future__ import annotations

import sys

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.bundled import bundled
from tensordraw.diagram.records import Tensor
from tensordraw.editor import events
from tensordraw.figure.build import build
from tensordraw.templates import template
from tensordraw.ui.canvas import FOOT
from tensordraw.ui.label_field import LabelField
from tensordraw.ui.paint import Sheet
from tensordraw.ui.popups import FilterList
from tensordraw.ui.view import View
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands


def put(hands: Hands, kind: str, x: float, y: float) -> str:
    """A kind at a place; its id."""
    hands.window.send(events.Insert(kind, x, y, scale=hands.canvas.view.scale))
    (item,) = hands.canvas.session.state.selection
    return item


def tips(hands: Hands, node: str) -> list[tuple[float, float]]:
    """The tips of a node's legs, as they are painted."""
    figure = hands.canvas.sheet.figure
    found = hands.canvas.session.state.document.content.nodes[node]
    assert figure is not None
    assert isinstance(found, Tensor)
    return [figure.anchors[leg.id].tip for leg in found.legs]


def test_ux_06_dragging_from_leg_to_leg_connects(hands: Hands) -> None:
    first, second = put(hands, "tensor", -40, 0), put(hands, "tensor", 60, 0)
    hands.drag(tips(hands, first)[1], tips(hands, second)[0])
    wires = hands.canvas.session.state.document.content.wires
    assert len(wires) == 1
    hands.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not hands.canvas.session.state.document.content.wires


def test_ux_10_overlap_never_connects(hands: Hands) -> None:
    first, second = put(hands, "tensor", -40, 0), put(hands, "tensor", 60, 40)
    right, left = tips(hands, first)[1], tips(hands, second)[0]
    hands.drag((60, 40), (60 + right[0] - left[0], 40 + right[1] - left[1]), Qt.KeyboardModifier.ControlModifier)
    places = hands.canvas.session.state.document.layout.places
    x, y = places[first].x + right[0] - left[0] + 100, places[first].y
    assert (places[second].x, places[second].y) == pytest.approx((x, y), abs=1.0)  # tip on tip, were they not to part
    assert tips(hands, second)[0] != pytest.approx(tips(hands, first)[1], abs=8.0)  # nor does it look connected
    assert not hands.canvas.session.state.document.content.wires


def test_ux_08_a_wire_released_on_the_canvas_inserts_and_connects_in_one_step(hands: Hands) -> None:
    first = put(hands, "tensor", -40, 0)
    x, y = tips(hands, first)[1]
    hands.drag((x, y), (x + 60, y))
    popup = hands.canvas.findChild(FilterList)
    assert popup is not None
    hands.type("vector")
    hands.key(Qt.Key.Key_Return)
    content = hands.canvas.session.state.document.content
    assert (len(content.nodes), len(content.wires)) == (2, 1)
    hands.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    content = hands.canvas.session.state.document.content
    assert (len(content.nodes), len(content.wires)) == (1, 0)


def test_ux_01_double_click_and_space_open_quick_insert(hands: Hands) -> None:
    hands.double_click(30, 20)
    assert hands.canvas.findChild(FilterList) is not None
    hands.type("W: hidden head")
    hands.key(Qt.Key.Key_Return)
    (node,) = hands.canvas.session.state.document.content.nodes.values()
    assert isinstance(node, Tensor)
    assert node.name == "W"
    assert len(node.legs) == 2
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Space)
    assert any(popup.isVisible() for popup in hands.canvas.findChildren(FilterList))
    hands.key(Qt.Key.Key_Escape)


def test_ux_18_a_rubber_band_selects_and_shift_click_toggles(hands: Hands) -> None:
    first, second = put(hands, "tensor", -40, 0), put(hands, "tensor", 60, 0)
    hands.drag((-100, -60), (120, 60))
    assert hands.canvas.session.state.selection == {first, second}
    hands.click(60, 0, Qt.KeyboardModifier.ShiftModifier)
    assert hands.canvas.session.state.selection == {first}


def test_a_bubble_is_drawn_around_the_selection_and_its_function_chosen(hands: Hands) -> None:
    put(hands, "tensor", 0, 0)
    hands.key(Qt.Key.Key_B)
    assert hands.canvas.findChild(FilterList) is not None
    hands.type("softmax")
    hands.key(Qt.Key.Key_Return)
    (region,) = hands.canvas.session.state.document.content.regions.values()
    assert region.function == "softmax"  # type: ignore[union-attr]


def test_ux_34_labels_are_edited_in_place(hands: Hands, qtbot: QtBot) -> None:
    node = put(hands, "tensor", 0, 0)
    hands.key(Qt.Key.Key_Return)
    field = hands.canvas.findChild(LabelField)
    assert field is not None
    hands.type("W_Q")
    qtbot.waitUntil(lambda: bool(field.preview.path), timeout=3000)
    hands.key(Qt.Key.Key_Return)
    assert hands.canvas.session.state.document.content.nodes[node].name == "W_Q"  # type: ignore[union-attr]
    hands.key(Qt.Key.Key_F2)
    hands.type("other")
    hands.key(Qt.Key.Key_Escape)
    assert hands.canvas.session.state.document.content.nodes[node].name == "W_Q"  # type: ignore[union-attr]


def test_ux_36_letters_are_dead_in_text_fields(hands: Hands) -> None:
    put(hands, "isometry", 0, 0)
    before = hands.canvas.session.state.document
    hands.window.palette_panel.search.setFocus()
    hands.type("btr1g")
    assert hands.window.palette_panel.search.text() == "btr1g"
    assert hands.canvas.session.state.document is before


def test_ux_39_ctrl_wheel_zooms_about_the_cursor_and_home_returns(hands: Hands) -> None:
    put(hands, "tensor", 0, 0)
    canvas, at = hands.canvas, QPointF(200, 150)
    before = canvas.view.to_layout(at.x(), at.y())
    event = QWheelEvent(
        at, canvas.mapToGlobal(at), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert canvas.view.zoom > 1.5
    assert canvas.view.to_layout(at.x(), at.y()) == pytest.approx(before, abs=0.5)
    for _ in range(100):
        QApplication.sendEvent(canvas, event.clone())
    assert canvas.view.zoom == 8.0
    canvas.setFocus()
    hands.key(Qt.Key.Key_Home)
    x, y = canvas.view.to_screen(0, 0)
    assert x == pytest.approx(canvas.width() / 2, abs=40)
    assert y == pytest.approx(canvas.height() / 2, abs=40)


def test_middle_drag_and_space_drag_pan(hands: Hands) -> None:
    canvas = hands.canvas
    start = canvas.view
    QTest.mousePress(canvas, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, QPoint(100, 100))
    QTest.mouseMove(canvas, QPoint(130, 90))
    QTest.mouseRelease(canvas, Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier, QPoint(130, 90))
    assert (canvas.view.x - start.x, canvas.view.y - start.y) == (30, -10)
    assert canvas.session.state.history.undo_name is None


def painted(hands: Hands) -> QImage:
    """What is on the canvas now."""
    hands.canvas.repaint()
    return hands.canvas.grab().toImage()


def test_repainting_only_what_changed_gives_the_same_picture(hands: Hands) -> None:
    hands.window.files.new_from("attention")
    canvas = hands.canvas
    QApplication.processEvents()
    canvas.fit()
    document = canvas.session.state.document
    node = next(iter(document.layout.places))
    place = document.layout.places[node]
    painted(hands)
    hands.drag((place.x, place.y), (place.x + 25, place.y + 15))
    hands.key(Qt.Key.Key_Escape)
    canvas.set_view(canvas.view.moved(-37, 23))
    partly = painted(hands)
    canvas.repaint_all()
    assert painted(hands) == partly


def test_a_frame_of_a_drag_shows_what_the_release_will(hands: Hands) -> None:
    put(hands, "tensor", -40, 0)
    put(hands, "vector", 60, 40)
    painted(hands)
    hands.drag((60, 40), (40, 60), release=False)
    assert hands.canvas.hot
    state = hands.canvas.session.state
    assert hands.canvas.sheet.figure is build(state.shown)
    assert state.preview is not None
    hands.key(Qt.Key.Key_Escape)
    assert not hands.canvas.hot
    assert hands.canvas.session.state.preview is None


def test_dark_changes_only_the_view(window: Window, hands: Hands) -> None:
    put(hands, "tensor", 0, 0)
    figure = hands.canvas.sheet.figure
    light = painted(hands)
    window.set_theme("dark")
    assert painted(hands) != light
    assert hands.canvas.sheet.figure is figure
    window.set_theme("light")
    assert painted(hands) == light


def test_the_sign_of_an_equation_is_seen_at_natural_size() -> None:
    """An equals sign is lower than any label, and no label says what it says."""
    sheet = Sheet()
    diagram = td.load(bundled("gallery/18-isometry.tdraw"))
    sheet.show(build(diagram))
    (sign,) = sheet.owned(*diagram.content.equations)
    left, top, right, bottom = sign.item.box
    image = QImage(40, 40, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(20 - (left + right) / 2, 20 - (top + bottom) / 2)
    assert sheet.paint(painter, sign.item.box, 1.0, items=[sign]) == 1
    painter.end()
    assert sum(image.pixelColor(x, y).alpha() for x in range(40) for y in range(40)) > 0


def test_a_far_drawing_opens_fitted(window: Window) -> None:
    drawn = template("matrix_product")
    far = {node: replace(place, x=place.x + 9000.0) for node, place in drawn.layout.places.items()}
    window.files.new(replace(drawn, layout=replace(drawn.layout, places=far)))
    QApplication.processEvents()
    canvas = window.canvas
    assert canvas is not None
    assert canvas.sheet.figure is not None
    left, top, right, bottom = canvas.sheet.figure.box
    x, y = canvas.view.to_screen((left + right) / 2, (top + bottom) / 2)
    assert abs(x - canvas.width() / 2) < 3
    assert abs(y - (canvas.height() - FOOT) / 2) < 3


def test_void_calls_of_pyside_keep_their_references_to_none() -> None:
    path = QPainterPath()
    before = sys.getrefcount(None)
    for _ in range(1000):
        path.moveTo(1.0, 2.0)
    assert abs(sys.getrefcount(None) - before) < 50


def test_what_is_revealed_is_seen_whole() -> None:
    view = View()
    assert view.revealing((0, 0, 100, 100), 800, 500) == view.moved(40, 40)
    near = view.moved(60, 60)
    assert near.revealing((0, 0, 100, 100), 800, 500) == near
    wide = view.revealing((0, 0, 900, 100), 800, 500)
    assert wide.zoom < view.zoom
    assert wide.to_screen(0, 0)[0] >= 40
    assert wide.to_screen(900, 100)[0] <= 760
