"""Rows 59 to 61 of the editor's behaviour: values at hand, pinned viewers, evaluation beside the window."""

from __future__ import annotations

import time

import numpy as np
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tensordraw.diagram.records import Space, Tensor
from tensordraw.editor import events
from tensordraw.templates import template
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def shown(window: Window, hands: Hands, **sizes: int) -> tuple[Tensor, Tensor, str]:
    """A product of two matrices that is seen whole: its tensors, and the wire between them."""
    window.files.new(template("matrix_product", **sizes))
    QTest.qWait(60)
    assert window.state is not None
    content = window.state.document.content
    first, second = content.nodes.values()
    assert isinstance(first, Tensor)
    assert isinstance(second, Tensor)
    return first, second, next(iter(content.wires))


def rest(hands: Hands, qtbot: QtBot, x: float, y: float) -> str:
    """Move the mouse onto a place of the drawing and wait for the card; its words."""
    card = hands.window.hovering.card
    QTest.mouseMove(hands.canvas, QPoint(2, 2))
    qtbot.waitUntil(lambda: not card.isVisible(), timeout=3000)
    began = time.monotonic()
    QTest.mouseMove(hands.canvas, hands.pixel(x, y))
    qtbot.waitUntil(card.isVisible, timeout=3000)
    assert time.monotonic() - began >= 0.45, "only once the pointer rests"
    qtbot.waitUntil(lambda: not hands.window.hovering.background.busy, timeout=20_000)
    return f"{card.words.text()}\n{card.facts.text() if card.facts.isVisible() else ''}"


def middle(hands: Hands, wire: str) -> tuple[float, float]:
    figure = hands.canvas.sheet.figure
    assert figure is not None
    ends = [figure.anchors[end].tip for end in hands.canvas.session.state.document.content.wires[wire].ends]
    return (ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2


def test_ux_59_the_card_under_the_pointer(window: Window, hands: Hands, qtbot: QtBot) -> None:
    first, second, wire = shown(window, hands, rows=5, inner=3, columns=7)
    words = rest(hands, qtbot, *middle(hands, wire))
    for part in ("= 3", first.name, second.name):
        assert part in words
    window.run("evaluate")
    qtbot.waitUntil(lambda: bool(window.values.arrays), timeout=60_000)
    qtbot.waitUntil(lambda: not window.performer.evaluation.busy, timeout=60_000)
    place = hands.canvas.session.state.document.layout.places[first.id]
    hands.canvas.fit()
    card = window.hovering.card
    rest(hands, qtbot, place.x, place.y)
    qtbot.waitUntil(lambda: "no NaN" in card.facts.text(), timeout=20_000)
    for part in ("5 × 3", "float32", "min", "max", "mean"):
        assert part in card.facts.text()
    assert card.picture.isVisible()
    assert card.picture.values.shape == (5, 3)
    window.performer.evaluation.close()


def test_ux_60_ctrl_shift_click_pins_a_viewer_that_stays(window: Window, hands: Hands, qtbot: QtBot) -> None:
    first, _, _ = shown(window, hands, rows=5, inner=3, columns=7)
    place = hands.canvas.session.state.document.layout.places[first.id]
    hands.click(place.x, place.y, BOTH)
    assert window.session is not None
    (pin,) = window.performer.results.pins.of(window.session)
    assert pin.key == first.id
    qtbot.waitUntil(lambda: pin.value is not None, timeout=60_000)
    viewer = window.values.pinned[pin]
    assert viewer.isVisible()
    assert np.asarray(viewer.picture).shape == (5, 3)
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Escape)
    window.send(events.Insert("tensor", 400.0, 300.0))
    QTest.qWait(60)
    assert viewer.isVisible()
    assert window.performer.results.pins.of(window.session) == (pin,)
    window.performer.evaluation.close()


def test_ux_61_evaluation_leaves_the_window_free_says_its_cost_first_and_can_be_stopped(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    shown(window, hands, rows=900, inner=1100, columns=900)
    qtbot.waitUntil(lambda: "operations, largest " in window.cost.text(), timeout=20_000)
    assert "entries" in window.cost.toolTip()
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert window.performer.evaluation.busy
    window.send(events.Insert("tensor", 0.0, 300.0))  # the window answers meanwhile
    assert window.state is not None
    assert len(window.state.document.content.nodes) == 3
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Escape)  # the selection
    hands.key(Qt.Key.Key_Escape)  # the evaluation
    assert not window.performer.evaluation.busy
    assert "stopped" in window.said.text()
    window.performer.evaluation.close()


def test_ux_61_an_error_of_shape_marks_the_guilty_wire_and_opens_no_dialog(
    window: Window, hands: Hands, qtbot: QtBot
) -> None:
    drawn = template("matrix_product")
    content = drawn.content
    wire, second = next(iter(content.wires)), list(content.nodes.values())[1]
    assert isinstance(second, Tensor)
    odd = Space("s99", "odd", 11)
    legs = tuple(replace(leg, space="s99") if leg.id in content.wires[wire].ends else leg for leg in second.legs)
    nodes = {**content.nodes, second.id: replace(second, legs=legs)}
    content = replace(content, nodes=nodes, spaces={**content.spaces, "s99": odd})
    window.files.new(replace(drawn, content=content))  # as a file may be: the editor lets no such wire be drawn
    qtbot.waitUntil(lambda: hands.canvas.marks.get(wire) == "error", timeout=5000)
    assert "different spaces" in window.problems.problems[0].what
    hands.canvas.setFocus()
    hands.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not window.performer.evaluation.busy, timeout=60_000)
    assert QApplication.activeModalWidget() is None
    assert window.said.property("role") == "error"
    assert hands.canvas.marks.get(wire) == "error"
    window.performer.evaluation.close()
