"""Legs are put on a side of their body: one step, as one sees it, beside those that are there and never on them."""

from __future__ import annotations

from itertools import combinations

import pytest

from tensordraw.diagram.records import Id
from tensordraw.editor import siding
from tensordraw.editor.events import Insert
from tensordraw.figure.angles import apart
from tensordraw.figure.build import build, scene_for
from tests.editor.desk import Desk, two_joined

KINDS = (
    "vector",
    "tensor",
    "tensor3",
    "tensor4",
    "unitary",
    "isometry",
    "dot",
    "identity",
    "metric",
    "group",
    "copy",
    "add",
)


def sides(desk: Desk, node: Id) -> list[str]:
    return [siding.sides(desk.document)[leg] for leg in desk.legs(node)]


@pytest.mark.parametrize("how", ["as it is", "turned", "mirrored"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_leg_of_every_kind_comes_to_every_side_in_one_step_and_lies_on_no_other(kind: str, how: str) -> None:
    desk = Desk()
    node = desk.put(kind, 0, 0)
    if how != "as it is":
        desk.run("rotate" if how == "turned" else "mirror_horizontal")
    for leg in desk.legs(node):
        for side in ("up", "left", "down", "right", "left"):
            before, entries, stood = desk.document, desk.entries, siding.sides(desk.document)[leg]
            desk.run("put_leg", (leg, side))
            assert siding.sides(desk.document)[leg] == side
            assert desk.content is before.content
            assert desk.entries == entries + (stood != side), "what is there stays, without a step"
            seen = scene_for(desk.document).angles[node]
            for one, other in combinations(seen.values(), 2):
                assert apart(one[0], other[0]) > 15 or abs(one[1] - other[1]) > 3
            if stood != side:
                desk.run("undo")
                assert desk.document == before
                desk.run("redo")


def test_the_others_stay_and_several_on_one_side_are_spread_in_the_order_in_which_they_are_read() -> None:
    desk = Desk()
    node = desk.put("tensor4", 0, 0)
    one, two, three, four = desk.legs(node)
    assert sides(desk, node) == ["left", "up", "right", "down"]
    desk.run("put_leg", (one, "up"))
    assert sides(desk, node) == ["up", "up", "right", "down"]
    anchors = build(desk.document).anchors
    assert anchors[one].tip[0] < anchors[two].tip[0] - 8, "from left to right"
    assert [anchors[leg].angle for leg in (three, four)] == [0.0, 270.0]
    desk.run("put_leg", (two, "left"))
    assert sides(desk, node) == ["up", "left", "right", "down"]
    desk.run("put_leg", (three, "left"))
    desk.run("put_leg", (four, "left"))
    desk.run("put_leg", (one, "left"))
    assert sides(desk, node) == ["left"] * 4
    heights = [build(desk.document).anchors[leg].tip[1] for leg in (one, two, four, three)]
    assert heights[0] == min(heights), "what was above stays above"
    assert all(abs(a - b) > 3 for a, b in combinations(heights, 2))


def test_boxes_have_their_legs_side_by_side_at_right_angles() -> None:
    desk = Desk()
    node = desk.put("unitary", 0, 0)
    one, other = desk.legs(node)
    desk.run("put_leg", (one, "right"))
    anchors = build(desk.document).anchors
    assert anchors[one].angle == anchors[other].angle == 0.0
    assert abs(anchors[one].tip[1] - anchors[other].tip[1]) == pytest.approx(8.0)


def test_a_triangle_turns_with_its_tip_and_keeps_its_direction_while_one_of_several_at_its_base_moves() -> None:
    desk = Desk()
    node = desk.put("tensor3", 0, 0)
    desk.run("make_isometry")
    tip = desk.tensor(node).tip[0]
    first, second = (leg for leg in desk.legs(node) if leg != tip)
    desk.run("put_leg", (tip, "up"))
    assert siding.sides(desk.document)[tip] == "up"
    assert {siding.sides(desk.document)[leg] for leg in (first, second)} == {"down"}
    desk.run("put_leg", (first, "left"))
    found = siding.sides(desk.document)
    assert (found[tip], found[first], found[second]) == ("up", "left", "down")


def test_what_runs_side_by_side_stays_so_and_bars_have_their_ends_opposite() -> None:
    desk = Desk()
    node = desk.put("group", 0, 0)
    whole, *parts = (leg for leg in desk.legs(node))
    desk.run("put_leg", (parts[1], "down"))
    found = siding.sides(desk.document)
    assert {found[leg] for leg in parts} == {"down"}
    assert found[whole] == "up"
    desk.run("put_leg", (whole, "left"))
    found = siding.sides(desk.document)
    assert (found[whole], *(found[leg] for leg in parts)) == ("left", "right", "right")


def test_a_wired_leg_goes_to_another_side_and_the_wire_with_it() -> None:
    desk, a, _, wire = two_joined()
    leg = desk.legs(a)[1]
    length = desk.state.document.layout.legs.get(leg)
    assert length is None
    before = desk.document.content.wires[wire]
    desk.run("put_leg", (leg, "down"))
    assert build(desk.document).anchors[leg].angle == 270.0
    assert desk.document.content.wires[wire] == before


def test_a_given_length_is_kept() -> None:
    desk = Desk()
    desk.send(Insert("tensor", 0, 0))
    (node,) = desk.content.nodes
    leg = desk.legs(node)[0]
    desk.run("place_leg", (leg, 180.0, 0.0, 30.0))
    desk.run("put_leg", (leg, "up"))
    assert desk.document.layout.legs[leg].length == 30.0
    assert desk.tip(leg) == pytest.approx((0.0, -40.0))


def test_what_has_no_place_of_its_own_says_why() -> None:
    desk = Desk()
    node = desk.put("tensor", 0, 0)
    leg = desk.legs(node)[0]
    desk.run("wrap_block")
    desk.run("put_leg", (leg, "up"))
    assert siding.sides(desk.document)[leg] == "up"
    desk.run("put_leg", (leg, "sideways"))
    assert desk.refused
    assert "left, right, up or down" in desk.said
    (block,) = desk.content.regions
    desk.select(block)
    desk.run("collapse")
    assert siding.why_not(desk.document, leg) == siding.HIDDEN
    before = desk.document
    desk.run("put_leg", (leg, "down"))
    assert desk.document is before
    assert "expand" in desk.said
