"""The markers of problems and the mouse: they lead to the problem when they are clicked, and stand in no gesture's way."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QEvent, Qt
from pytestqt.qtbot import QtBot

from tensordraw.diagram import edits_layout
from tensordraw.editor import events
from tensordraw.editor.grasp import LEG
from tensordraw.editor.state import Wiring
from tensordraw.figure.bodies import direction
from tensordraw.ui import markers
from tests.ui.conftest import Hands
from tests.ui.drawn import Point, content, legs, place, put, state, tip

ZOOMS = (0.5, 1.0, 3.0)


def badge(hands: Hands, item: str) -> Point:
    return next((x, y) for one, x, y in markers.places(hands.canvas) if one == item)


def marked(hands: Hands, qtbot: QtBot, item: str) -> None:
    """Count the item as one with an error; the real problems come a moment later and are waited for first."""
    qtbot.waitUntil(lambda: not hands.window.following.checking.busy, timeout=5000)
    hands.canvas.marks = {item: "error"}
    hands.canvas.update()


@pytest.mark.parametrize("zoom", ZOOMS)
@pytest.mark.parametrize("angle", [0.0, 45.0, 90.0, 135.0, 180.0, 225.0, 270.0, 315.0])
def test_the_marker_of_a_leg_stands_beside_its_end(hands: Hands, qtbot: QtBot, zoom: float, angle: float) -> None:
    a = put(hands, "vector", 0.0, 0.0)
    (leg,) = legs(hands, a)
    hands.window.files.new(edits_layout.place_leg(state(hands).document, leg, angle))
    canvas = hands.canvas
    canvas.set_view(canvas.view.zoomed(zoom, (0.0, 0.0)))
    marked(hands, qtbot, leg)
    (x, y), (tx, ty) = badge(hands, leg), tip(hands, leg)
    apart = math.hypot(x - tx, y - ty) * canvas.view.scale
    assert apart == pytest.approx(LEG + markers.RADIUS + 1.0)
    dx, dy = direction(angle)
    assert (x - tx) * dx + (y - ty) * dy == pytest.approx(0.0, abs=1e-6)
    assert y < ty + 1e-6 or x > tx, "above it, or to its right"


@pytest.mark.parametrize("zoom", ZOOMS)
def test_a_drag_from_a_leg_with_a_marker_wires_from_the_end_and_from_the_marker(
    hands: Hands, qtbot: QtBot, zoom: float
) -> None:
    a, b = put(hands, "vector", 0.0, 0.0), put(hands, "vector", 150.0, 60.0)
    (one,), (other,) = legs(hands, a), legs(hands, b)
    canvas = hands.canvas
    canvas.set_view(canvas.view.zoomed(zoom, (0.0, 0.0)))
    canvas.set_view(canvas.view.moved(100 - canvas.view.x, 200 - canvas.view.y))
    for at in (tip, badge):
        marked(hands, qtbot, one)
        hands.drag(at(hands, one), tip(hands, other))
        (wire,) = content(hands).wires.values()
        assert set(wire.ends) == {one, other}
        hands.window.run("undo")
        assert not content(hands).wires


def test_a_click_on_the_marker_leads_to_the_problem_and_wires_nothing(hands: Hands, qtbot: QtBot) -> None:
    a = put(hands, "vector", 0.0, 0.0)
    (leg,) = legs(hands, a)
    pressed: list[str] = []
    hands.canvas.marker_pressed.connect(pressed.append)
    hands.window.send(events.Select(frozenset()))
    marked(hands, qtbot, leg)
    at = badge(hands, leg)
    hands.mouse(QEvent.Type.MouseButtonPress, *at, Qt.KeyboardModifier.NoModifier)
    assert pressed == [], "it may become a drag"
    hands.mouse(QEvent.Type.MouseMove, at[0] + 1.0, at[1], Qt.KeyboardModifier.NoModifier)
    hands.mouse(QEvent.Type.MouseButtonRelease, at[0] + 1.0, at[1], Qt.KeyboardModifier.NoModifier)
    assert pressed == [leg]
    assert not isinstance(state(hands).tool, Wiring)
    marked(hands, qtbot, leg)
    hands.double_click(*at)
    assert hands.window.performer.floating is None, "no menu opens over it"


def test_a_drag_that_begins_on_the_marker_of_a_body_is_one_of_what_lies_there(hands: Hands, qtbot: QtBot) -> None:
    a = put(hands, "unitary", 0.0, 0.0)
    marked(hands, qtbot, a)
    x, y = badge(hands, a)
    before = place(hands, a)
    hands.drag((x - 3.0, y + 3.0), (x + 60.0, y + 40.0))
    assert place(hands, a) != before
