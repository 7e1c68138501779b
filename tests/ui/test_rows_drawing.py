"""Rows 27 to 33 of the editor's behaviour: wires, dots, bubbles and triangles as they are drawn, by real events."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.editor import events
from tensordraw.editor.state import Moving
from tensordraw.figure.display import Item
from tensordraw.figure.paths import bounds, flattened
from tests.ui.conftest import Hands
from tests.ui.drawn import (
    SHIFT,
    content,
    document,
    entries,
    join,
    legs,
    middle_of,
    pick,
    place,
    put,
    root,
    state,
    tip,
    undo,
)

NONE = Qt.KeyboardModifier.NoModifier


def item_of(hands: Hands, owner: str) -> Item:
    figure = hands.canvas.sheet.figure
    assert figure is not None
    return next(item for item in figure.items if item.owner == owner)


def wire_line(hands: Hands, wire: str) -> list[tuple[float, float]]:
    return flattened(next(s.path for s in item_of(hands, wire).shapes if s.role == "wire"), 16)[0]


def test_ux_27_parallel_wires_fan_out_and_a_trace_goes_outside(hands: Hands) -> None:
    first, second = put(hands, "tensor4", -70, 0), put(hands, "tensor4", 90, 20)
    wires = [join(hands, legs(hands, first)[k], legs(hands, second)[k]) for k in range(3)]
    lines = [wire_line(hands, wire) for wire in wires]
    for k, one in enumerate(lines):
        for other in lines[k + 1 :]:
            middle = one[len(one) // 2]
            assert min(math.dist(middle, point) for point in other) > 2.0, "no two coincide"
    figure = hands.canvas.sheet.figure
    assert figure is not None
    for wire, line in zip(wires, lines, strict=True):
        for end, start, after in zip(
            content(hands).wires[wire].ends, (line[0], line[-1]), (line[1], line[-2]), strict=True
        ):
            anchor = figure.anchors[end]
            if math.dist(anchor.root, start) > 1e-6:
                continue
            angle = math.degrees(math.atan2(start[1] - after[1], after[0] - start[0]))
            assert abs((angle - anchor.angle + 180) % 360 - 180) < 25, "it leaves along the leg"
    third = put(hands, "tensor", 0, 130)
    loop = join(hands, legs(hands, third)[0], legs(hands, third)[1])
    box = next(bounds(s.path) for s in item_of(hands, third).shapes if s.role == "body")
    reach = bounds(next(s.path for s in item_of(hands, loop).shapes if s.role == "wire"))
    assert reach[1] < box[1] - 3 or reach[3] > box[3] + 3
    x, y = wire_line(hands, loop)[len(wire_line(hands, loop)) // 2]
    assert not (box[0] < x < box[2] and box[1] < y < box[3])


def test_ux_28_a_crossing_has_no_dot_and_a_delta_has_a_large_one(hands: Hands) -> None:
    a, b = put(hands, "tensor", -90, -40), put(hands, "tensor", 90, 40)
    c, d = put(hands, "tensor", -90, 40), put(hands, "tensor", 90, -40)
    wires = [join(hands, legs(hands, a)[1], legs(hands, b)[0]), join(hands, legs(hands, c)[1], legs(hands, d)[0])]
    figure = hands.canvas.sheet.figure
    assert figure is not None
    assert {
        item.owner for item in figure.items if item.box[0] < 0 < item.box[2] and item.box[1] < 0 < item.box[3]
    } == set(wires)
    assert all(shape.fill is None for wire in wires for shape in item_of(hands, wire).shapes if shape.role == "wire")
    dot = put(hands, "dot", 0, 150)
    body = next(shape for shape in item_of(hands, dot).shapes if shape.role == "body")
    left, _, right, _ = bounds(body.path)
    line = next(s.stroke for s in item_of(hands, wires[0]).shapes if s.role == "wire")
    assert line is not None
    assert body.fill is not None
    assert (right - left) / 2 >= 2.5 * line.width


def test_ux_29_a_body_on_a_foreign_wire_is_marked_and_listed(hands: Hands, qtbot: QtBot) -> None:
    first, second = put(hands, "tensor", -90, 0), put(hands, "tensor", 90, 0)
    wire = join(hands, legs(hands, first)[1], legs(hands, second)[0])
    third = put(hands, "scalar", 0, 90)
    hands.drag((0, 90), (0, 4), Qt.KeyboardModifier.ControlModifier)
    assert set(content(hands).wires) == {wire}
    qtbot.waitUntil(lambda: third in hands.canvas.marks, timeout=5000)
    told = [problem for problem in hands.window.problems.problems if third in problem.items]
    assert told
    assert "not attached" in told[0].what
    hands.drag(place(hands, third), (0, 14), Qt.KeyboardModifier.ControlModifier)  # its outline is 4 from the wire
    qtbot.waitUntil(lambda: any("beside the wire" in one.what for one in hands.window.problems.problems), timeout=5000)
    assert hands.canvas.beside == {third}
    canvas, at = hands.canvas, (place(hands, third)[0], place(hands, third)[1] + 13)
    spot = QPoint(*(round(c) for c in canvas.view.to_screen(*at)))
    haloed = canvas.grab().toImage().pixelColor(spot)
    assert haloed.red() > haloed.blue() + 25, "a halo in the colour of warnings"
    hands.drag(place(hands, third), (0, 90))
    qtbot.waitUntil(lambda: third not in hands.canvas.marks, timeout=5000)
    assert hands.canvas.beside == frozenset()
    spot = QPoint(*(round(c) for c in canvas.view.to_screen(*at)))
    assert canvas.grab().toImage().pixelColor(spot) != haloed


def test_ux_30_w_cycles_the_style_and_way_points_are_dragged_in_and_out(hands: Hands) -> None:
    first, second = put(hands, "tensor", -90, 0), put(hands, "tensor", 90, 40)
    wire = join(hands, legs(hands, first)[1], legs(hands, second)[0])
    pick(hands, wire)
    styles = []
    for _ in range(3):
        hands.key(Qt.Key.Key_W)
        curve = document(hands).layout.curves.get(wire)
        styles.append(curve.style if curve else "curve")
    assert styles == ["straight", "orthogonal", "curve"]
    hands.key(Qt.Key.Key_W, SHIFT)
    assert document(hands).layout.curves[wire].style == "orthogonal"
    hands.key(Qt.Key.Key_W)
    before, at = entries(hands), middle_of(hands, wire)
    pick(hands, wire)
    hands.drag(at, (at[0], at[1] - 50))
    (point,) = document(hands).layout.curves[wire].points
    assert math.dist(point, (at[0], at[1] - 50)) < 8
    assert entries(hands) == before + 1
    ends = [root(hands, end) for end in content(hands).wires[wire].ends]
    hands.drag(
        point, ((ends[0][0] + ends[1][0]) / 2, (ends[0][1] + ends[1][1]) / 2), Qt.KeyboardModifier.ControlModifier
    )
    left = document(hands).layout.curves.get(wire)
    assert left is None or not left.points or math.dist(left.points[0], point) > 20


def test_ux_31_a_wire_at_right_angles_goes_round_what_is_moved_into_its_way(hands: Hands) -> None:
    first, second = put(hands, "vector", -110, 0), put(hands, "vector", 110, 0)
    for node, angle in ((first, 0.0), (second, 180.0)):
        hands.window.send(events.Run("place_leg", (legs(hands, node)[0], angle)))
    wire = join(hands, legs(hands, first)[0], legs(hands, second)[0])
    pick(hands, wire)
    hands.key(Qt.Key.Key_W)
    hands.key(Qt.Key.Key_W)
    third = put(hands, "scalar", 0, 90)
    assert {round(y, 3) for _, y in wire_line(hands, wire)} == {0}
    hands.drag((0, 90), (0, 0), Qt.KeyboardModifier.ControlModifier)
    box = next(bounds(s.path) for s in item_of(hands, third).shapes if s.role == "body")
    assert all(not (box[0] - 3 < x < box[2] + 3 and box[1] - 3 < y < box[3] + 3) for x, y in wire_line(hands, wire))
    assert set(content(hands).wires) == {wire}


def test_ux_32_a_bubble_shows_its_members_and_says_what_enters(hands: Hands) -> None:
    first, second = put(hands, "tensor", 0, 0), put(hands, "tensor", 160, 60)
    pick(hands, first)
    hands.window.send(events.Run("wrap_bubble", "relu"))
    (region,) = content(hands).regions
    pick(hands)
    box = item_of(hands, region).box
    plain = hands.canvas.grab().toImage()
    edge = bounds(next(s.path for s in item_of(hands, region).shapes if s.role == "region"))
    border = ((edge[0] + edge[2]) / 2, edge[1])
    hands.mouse(QEvent.Type.MouseMove, *border, NONE)
    assert state(hands).hover == region
    glowing = hands.canvas.grab().toImage()
    x, y = hands.pixel(*place(hands, first)).x(), hands.pixel(*place(hands, first)).y()
    around = [(x + round(14 * math.cos(k)), y + round(14 * math.sin(k))) for k in range(40)]
    around += [(x + round(16 * math.cos(k)), y + round(16 * math.sin(k))) for k in range(40)]
    assert any(plain.pixelColor(*at) != glowing.pixelColor(*at) for at in around), "its members are highlighted softly"
    before = entries(hands)
    hands.drag((160, 60), ((box[0] + box[2]) / 2 + 3, box[3] - 2), release=False)
    tool = state(hands).tool
    assert isinstance(tool, Moving)
    assert tool.region == region
    from tensordraw.ui.overlay import goes_where, hint

    assert goes_where(state(hands), region) == "enters the relu bubble"
    assert "enters the relu bubble" in hint(state(hands))
    hands.mouse(QEvent.Type.MouseButtonRelease, (box[0] + box[2]) / 2 + 3, box[3] - 2, NONE)
    assert content(hands).nodes[second].inside == region
    assert entries(hands) == before + 1
    undo(hands)
    assert content(hands).nodes[second].inside == "root"


def test_ux_33_t_flips_a_triangle_and_a_flip_against_its_dimensions_is_a_problem(hands: Hands, qtbot: QtBot) -> None:
    hands.window.send(events.Insert("", 0, 0, text="V: big=6 small=3", scale=hands.canvas.view.scale))
    (node,) = state(hands).selection
    big, small = legs(hands, node)
    hands.window.send(events.Run("set_form", (node, "isometry", (small,))))
    pick(hands, node)
    at = root(hands, small)
    hands.key(Qt.Key.Key_T)
    assert root(hands, small)[0] == pytest.approx(-at[0], abs=1.0), (
        "the triangle points the other way, its legs with it"
    )
    assert not [one for one in td.problems(document(hands)) if one.severity == "error"]
    hands.window.send(events.Run("set_form", (node, "isometry", (big,))))
    qtbot.waitUntil(lambda: any(node in one.items for one in hands.window.problems.problems), timeout=5000)
    told = next(one for one in hands.window.problems.problems if node in one.items)
    assert "tip" in f"{told.what} {told.why} {told.fix}"
    assert tip(hands, small)
