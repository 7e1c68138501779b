"""Rows 1 to 16 of the editor's behaviour: creating and connecting, by real mouse and key events."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import QEvent, Qt

from tensordraw.diagram.records import Delta, Tensor
from tensordraw.editor import events
from tensordraw.editor.state import Placing, Wiring
from tests.ui.conftest import Hands
from tests.ui.drawn import (
    ALT,
    CTRL,
    content,
    document,
    drop_kind,
    entries,
    join,
    legs,
    middle_of,
    pick,
    place,
    popup,
    put,
    root,
    rows,
    said,
    shown_place,
    state,
    tip,
    typed,
    undo,
)

NONE = Qt.KeyboardModifier.NoModifier


@pytest.mark.parametrize("how", ["double click", "space"])
def test_ux_01_quick_insert_opens_at_the_pointer_filters_places_and_selects(how: str, hands: Hands) -> None:
    if how == "space":
        hands.mouse(QEvent.Type.MouseMove, 40, 30, NONE)
        hands.key(Qt.Key.Key_Space)
    else:
        hands.double_click(40, 30)
    field = popup(hands).field
    assert field.hasFocus()
    assert abs(popup(hands).x() - hands.pixel(40, 30).x()) < 20
    hands.type("isom")
    assert rows(popup(hands)) == ["Isometry"]
    hands.key(Qt.Key.Key_Return)
    (node,) = content(hands).nodes
    assert place(hands, node) == (40, 30)
    assert state(hands).selection == {node}


def test_ux_01_space_held_for_a_drag_pans_and_opens_nothing(hands: Hands) -> None:
    before = hands.canvas.view
    from PySide6.QtTest import QTest

    QTest.keyPress(hands.canvas, Qt.Key.Key_Space)
    hands.drag((0, 0), (40, 20))
    QTest.keyRelease(hands.canvas, Qt.Key.Key_Space)
    assert (hands.canvas.view.x, hands.canvas.view.y) != (before.x, before.y)
    assert not [one for one in hands.canvas.children() if type(one).__name__ == "FilterList"]


def test_ux_02_a_dragged_tile_shows_its_shape_before_the_release_and_lands_on_the_grid(hands: Hands) -> None:
    drop_kind(hands, "isometry", (43, 28), release=False)
    assert isinstance(state(hands).tool, Placing)
    (node,) = state(hands).shown.content.nodes
    assert shown_place(hands, node) == (40, 30)
    assert hands.canvas.sheet.owned(node), "the real shape is painted"
    assert not content(hands).nodes
    drop_kind(hands, "isometry", (43, 28))
    (node,) = content(hands).nodes
    assert place(hands, node) == (40, 30)
    assert entries(hands) == 1


@pytest.mark.parametrize(
    ("text", "nodes", "told"),
    [
        ("W_Q: d_model d_head", 1, "W_Q with 2 legs: d_model, d_head"),
        ("i j, j k -> i k", 2, "2 tensors, 1 wires"),
        ("ij,jk->ik", 2, "2 tensors, 1 wires"),
        ("mps 8", 8, "the template: 8 tensors, 7 wires"),
        ("svd", 3, "the template"),
        ("gpt2 layers=2", 0, "the template"),
    ],
)
def test_ux_03_what_is_written_is_drawn_and_told_before(text: str, nodes: int, told: str, hands: Hands) -> None:
    hands.double_click(20, 20)
    hands.type(text)
    assert told in popup(hands).told.text()
    hands.key(Qt.Key.Key_Return)
    found = [node for node in content(hands).nodes.values() if isinstance(node, Tensor)]
    assert len(found) == nodes if nodes else len(found) > 5
    assert entries(hands) == 1
    undo(hands)
    assert not content(hands).nodes


def test_ux_03_a_function_with_its_leg_bubbles_the_selection(hands: Hands) -> None:
    (node,) = typed(hands, "S: query key")
    pick(hands, node)
    hands.mouse(QEvent.Type.MouseMove, 90, 80, NONE)
    hands.key(Qt.Key.Key_Space)
    hands.type("softmax[nothing]")
    assert "No leg of the selection is called nothing" in popup(hands).told.text()
    hands.key(Qt.Key.Key_Return)  # the reason stays, and nothing happens
    assert not content(hands).regions
    popup(hands).field.setText("softmax[query]")
    hands.key(Qt.Key.Key_Return)
    (region,) = content(hands).regions.values()
    assert (region.function, region.axes) == ("softmax", (legs(hands, node)[0],))  # type: ignore[union-attr]


def test_ux_03_a_template_with_a_wrong_setting_says_why(hands: Hands) -> None:
    hands.double_click(20, 20)
    hands.type("mps sites=0")
    assert "whole number" in popup(hands).told.text()
    hands.key(Qt.Key.Key_Return)
    assert not content(hands).nodes


def test_ux_04_quick_insert_ranks_by_what_was_attached_to_such_legs_before(hands: Hands) -> None:
    (node,) = typed(hands, "A: bond")

    def offer() -> list[str]:
        x, y = tip(hands, legs(hands, node)[0])
        hands.drag((x, y), (x + 60, y + 70))
        return rows(popup(hands))

    first = offer()
    assert first == sorted(first)
    hands.type("vector")
    hands.key(Qt.Key.Key_Return)
    undo(hands)
    again = offer()
    assert again[0] == "Vector"
    assert again[1:] == sorted(again[1:])
    hands.key(Qt.Key.Key_Escape)


def test_ux_05_ctrl_arrow_makes_a_connected_copy_of_the_last_kind_and_alt_arrow_walks(hands: Hands) -> None:
    put(hands, "unitary", -150, 80)
    first = put(hands, "tensor", 0, 0)
    put(hands, "isometry", -150, 0)
    pick(hands, first)
    hands.key(Qt.Key.Key_Right, CTRL)
    (second,) = state(hands).selection
    assert getattr(content(hands).nodes[second], "form", "") == "isometry"
    assert len(content(hands).wires) == 1
    assert place(hands, second)[0] > place(hands, first)[0]
    assert root(hands, legs(hands, second)[1])[1] == pytest.approx(place(hands, first)[1], abs=0.5)
    hands.key(Qt.Key.Key_Left, ALT)
    assert state(hands).selection == {first}
    hands.key(Qt.Key.Key_Right, ALT)
    assert state(hands).selection == {second}
    before = entries(hands)
    undo(hands)
    assert not content(hands).wires
    assert entries(hands) == before - 1


def test_ux_06_a_release_within_14_pixels_connects_what_was_highlighted(hands: Hands) -> None:
    first, second = put(hands, "tensor", -60, 0), put(hands, "tensor", 80, 0)
    start, (x, y) = tip(hands, legs(hands, first)[1]), tip(hands, legs(hands, second)[0])
    scale = hands.canvas.view.scale
    hands.drag(start, (x, y + 17 / scale), release=False)
    assert isinstance(state(hands).tool, Wiring)
    assert state(hands).tool.onto is None  # type: ignore[union-attr]
    hands.mouse(QEvent.Type.MouseMove, x, y + 12 / scale, NONE)
    assert state(hands).tool.onto == legs(hands, second)[0]  # type: ignore[union-attr]
    hands.mouse(QEvent.Type.MouseButtonRelease, x, y + 12 / scale, NONE)
    assert len(content(hands).wires) == 1


def test_ux_07_legs_that_do_not_fit_dim_and_say_why(hands: Hands) -> None:
    first, second = typed(hands, "W: d_model=768", "V: d_head=64")
    there = tip(hands, legs(hands, second)[0])
    hands.drag(tip(hands, legs(hands, first)[0]), there, release=False)
    tool = state(hands).tool
    assert isinstance(tool, Wiring)
    assert tool.refused == legs(hands, second)[0]
    assert tool.reasons[tool.refused] == "d_model = 768 ≠ d_head = 64"
    hands.mouse(QEvent.Type.MouseButtonRelease, *there, NONE)
    assert not content(hands).wires
    assert "d_model = 768 ≠ d_head = 64" in said(hands)


def test_ux_08_a_wire_released_on_the_canvas_inserts_in_one_step_and_escape_leaves_it_open(hands: Hands) -> None:
    first = put(hands, "tensor", -60, 0)
    x, y = tip(hands, legs(hands, first)[1])
    hands.drag((x, y), (x + 70, y + 40))
    assert "Scalar" not in rows(popup(hands)), "only kinds with a leg are offered"
    hands.type("unitary")
    hands.key(Qt.Key.Key_Return)
    assert (len(content(hands).nodes), len(content(hands).wires)) == (2, 1)
    undo(hands)
    assert (len(content(hands).nodes), len(content(hands).wires)) == (1, 0)
    before = document(hands)
    hands.drag((x, y), (x + 70, y + 40))
    hands.key(Qt.Key.Key_Escape)
    assert document(hands) is before


def test_ux_09_the_leg_of_what_is_inserted_lies_under_the_pointer(hands: Hands) -> None:
    first = put(hands, "tensor", -60, 0)
    x, y = tip(hands, legs(hands, first)[1])
    hands.drag((x, y), (x + 70, y + 40))
    hands.type("vector")
    hands.key(Qt.Key.Key_Return)
    (wire,) = content(hands).wires.values()
    (other,) = set(wire.ends) - set(legs(hands, first))
    assert math.dist(root(hands, other), (x + 70, y + 40)) < 1.0


def test_ux_10_no_move_paste_nudge_or_resize_connects_or_disconnects(hands: Hands) -> None:
    first, second = put(hands, "tensor", -60, 0), put(hands, "tensor", 40, 60)
    third = put(hands, "vector", 40, -60)
    wire = join(hands, legs(hands, first)[1], legs(hands, third)[0])
    kept = content(hands).wires
    x, y = place(hands, first)
    hands.drag((40, 60), (x, y), CTRL)  # one exactly on the other
    assert place(hands, second) == (x, y)
    pick(hands, second)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Down):
        hands.key(key)
        hands.key(key, Qt.KeyboardModifier.ShiftModifier)
    hands.key(Qt.Key.Key_C, CTRL)
    hands.key(Qt.Key.Key_V, CTRL | Qt.KeyboardModifier.ShiftModifier)
    hands.window.send(events.Run("set_size", (second, 120.0, 80.0)))
    hands.window.send(events.Run("arrange"))
    assert content(hands).wires == kept
    assert set(kept) == {wire}


def test_ux_11_a_node_dropped_on_a_wire_goes_into_it_and_ctrl_suppresses_that(hands: Hands) -> None:
    first, second = put(hands, "tensor", -80, 0), put(hands, "tensor", 80, 0)
    wire = join(hands, legs(hands, first)[1], legs(hands, second)[0])
    third = put(hands, "tensor", 0, 90)
    at = middle_of(hands, wire)
    hands.drag((0, 90), at, CTRL)
    assert set(content(hands).wires) == {wire}
    undo(hands)
    hands.drag((0, 90), at, release=False)
    assert state(hands).tool.splice == wire  # type: ignore[union-attr]
    before = entries(hands)
    hands.mouse(QEvent.Type.MouseButtonRelease, *at, NONE)
    assert len(content(hands).wires) == 2
    assert all(set(one.ends) & set(legs(hands, third)) for one in content(hands).wires.values())
    assert entries(hands) == before + 1


def test_ux_12_a_connected_tip_is_taken_off_and_left_open(hands: Hands) -> None:
    first, second = put(hands, "tensor", -80, 0), put(hands, "tensor", 40, 0)
    third = put(hands, "tensor", 40, 80)
    join(hands, legs(hands, first)[1], legs(hands, second)[0])
    grip = tip(hands, legs(hands, second)[0])
    hands.drag(grip, tip(hands, legs(hands, third)[0]))
    (wire,) = content(hands).wires.values()
    assert set(wire.ends) == {legs(hands, first)[1], legs(hands, third)[0]}
    hands.drag(tip(hands, legs(hands, third)[0]), (-20, 150))
    assert not content(hands).wires
    assert set(content(hands).nodes) == {first, second, third}
    assert "open" in said(hands)


def test_ux_13_click_leg_click_leg_connects_and_escape_cancels(hands: Hands) -> None:
    first, second = put(hands, "tensor", -60, 0), put(hands, "tensor", 80, 0)
    hands.click(*tip(hands, legs(hands, first)[1]))
    hands.mouse(QEvent.Type.MouseMove, 30, 40, NONE)
    hands.key(Qt.Key.Key_Escape)
    hands.click(*tip(hands, legs(hands, second)[0]))
    assert not content(hands).wires
    hands.click(*tip(hands, legs(hands, first)[1]))
    assert len(content(hands).wires) == 1


def test_ux_14_ctrl_delete_rejoins_the_neighbours_and_delete_leaves_open_legs(hands: Hands) -> None:
    first, second, third = (put(hands, "tensor", x, 0) for x in (-100, 0, 100))
    join(hands, legs(hands, first)[1], legs(hands, second)[0])
    join(hands, legs(hands, second)[1], legs(hands, third)[0])
    pick(hands, second)
    hands.key(Qt.Key.Key_Delete, CTRL)
    (wire,) = content(hands).wires.values()
    assert set(wire.ends) == {legs(hands, first)[1], legs(hands, third)[0]}
    undo(hands)
    pick(hands, second)
    hands.key(Qt.Key.Key_Delete)
    assert not content(hands).wires
    assert set(content(hands).nodes) == {first, third}


def test_ux_15_a_wire_from_one_of_several_is_offered_from_all(hands: Hands) -> None:
    sources = typed(hands, "A: bond", "B: bond", "C: bond")
    for number, node in enumerate(sources):
        hands.window.send(events.Run("place_leg", (legs(hands, node)[0], 270.0)))
        assert place(hands, node)[0] == -60 + 100 * number
    (target,) = typed(hands, "T: bond bond bond")
    hands.drag(place(hands, target), (40, 120), CTRL)
    pick(hands, *sources)
    before = entries(hands)
    hands.drag(tip(hands, legs(hands, sources[0])[0]), tip(hands, legs(hands, target)[0]), release=False)
    assert set(state(hands).tool.others) == {legs(hands, node)[0] for node in sources[1:]}  # type: ignore[union-attr]
    hands.mouse(QEvent.Type.MouseButtonRelease, *tip(hands, legs(hands, target)[0]), NONE)
    joined = {frozenset(wire.ends) for wire in content(hands).wires.values()}
    assert len(joined) == 3
    assert {end for ends in joined for end in ends} >= set(legs(hands, target))
    assert entries(hands) == before + 1


def test_ux_15_where_there_is_one_leg_they_meet_in_a_copy_dot(hands: Hands) -> None:
    sources = typed(hands, "A: bond", "B: bond", "C: bond")
    (target,) = typed(hands, "T: bond")
    hands.drag(place(hands, target), (40, 120), CTRL)
    pick(hands, *sources)
    hands.drag(tip(hands, legs(hands, sources[0])[0]), tip(hands, legs(hands, target)[0]))
    (dot,) = [node for node in content(hands).nodes.values() if isinstance(node, Delta)]
    assert len(dot.legs) == 4
    assert len(content(hands).wires) == 4


def test_ux_16_a_stroke_with_ctrl_cuts_every_wire_that_it_crosses(hands: Hands) -> None:
    ends = [(put(hands, "tensor", -80, y), put(hands, "tensor", 80, y)) for y in (-60, 0, 60)]
    wires = [join(hands, legs(hands, a)[1], legs(hands, b)[0]) for a, b in ends]
    before = entries(hands)
    hands.drag((0, -100), (5, 30), CTRL, release=False)
    assert state(hands).tool.wires == set(wires[:2])  # type: ignore[union-attr]
    hands.mouse(QEvent.Type.MouseButtonRelease, 5, 30, CTRL)
    assert set(content(hands).wires) == {wires[2]}
    assert entries(hands) == before + 1
    undo(hands)
    assert set(content(hands).wires) == set(wires)
