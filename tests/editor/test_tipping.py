"""Commands of triangles: the tip is put where it is wanted, by keys, from the palette and in typed lines."""

from __future__ import annotations

import pytest

import tensordraw as td
from tensordraw.diagram.records import Tensor
from tensordraw.editor import events, grasp
from tensordraw.editor.effects import Announce
from tests.editor.desk import Desk


@pytest.fixture
def mps() -> Desk:
    desk = Desk()
    desk.send(events.Insert("", 0, 0, text="mps 5"))
    return desk


def named(desk: Desk, name: str) -> Tensor:
    return next(node for node in desk.content.nodes.values() if isinstance(node, Tensor) and node.name == name)


def words(desk: Desk) -> str:
    return " ".join(effect.text for effect in desk.effects if isinstance(effect, Announce))


def test_t_turns_the_triangle_to_the_selected_leg(mps: Desk) -> None:
    mps.select(named(mps, "A3").id)
    mps.run("make_isometry")
    left, free, right = mps.legs(named(mps, "A3").id)
    assert named(mps, "A3").tip == (right,)
    for leg in (free, left, right):
        mps.select(leg)
        mps.key("T")
        assert named(mps, "A3").tip == (leg,)
        assert not td.problems(mps.document)
    mps.key("T")
    assert named(mps, "A3").tip != (right,)
    mps.run("undo")
    assert named(mps, "A3").tip == (right,)


def test_a_leg_of_a_plain_tensor_is_put_at_the_tip(mps: Desk) -> None:
    left = mps.legs(named(mps, "A2").id)[0]
    mps.select(left)
    mps.run("put_at_tip")
    assert (named(mps, "A2").form, named(mps, "A2").tip) == ("isometry", (left,))


def test_a_mixed_canonical_form_is_one_step_and_says_what_it_shortened(mps: Desk) -> None:
    before = mps.document
    mps.select(named(mps, "A3").id)
    mps.run("mixed_canonical")
    assert [named(mps, f"A{k}").form for k in range(1, 6)] == ["isometry"] * 2 + ["any"] + ["isometry"] * 2
    assert "shortened" in words(mps)
    mps.run("undo")
    assert mps.document == before


@pytest.mark.parametrize(("command", "centre"), [("left_canonical", "A5"), ("right_canonical", "A1")])
def test_left_and_right_canonical(mps: Desk, command: str, centre: str) -> None:
    mps.select(*(named(mps, f"A{k}").id for k in range(1, 6)))
    mps.run(command)
    assert [name for name in ("A1", "A2", "A3", "A4", "A5") if named(mps, name).form == "any"] == [centre]
    assert not td.problems(mps.document)


def test_the_physical_leg_leaves_the_side_and_bonds_are_at_tip_and_base() -> None:
    desk = Desk()
    for place, line in enumerate(("B: D=4 p=2 D", "A: D p D = isometry", "C: D p D")):
        desk.send(events.Insert("", 80.0 * place, 0, text=line))
    legs = {name: desk.legs(named(desk, name).id) for name in "ABC"}
    for one, other in ((legs["B"][2], legs["A"][0]), (legs["A"][2], legs["C"][0])):
        desk.drag(desk.tip(one), desk.tip(other))
    anchors = grasp.figure_of(desk.document).anchors
    left, free, right = (anchors[leg] for leg in legs["A"])
    assert (left.angle, right.angle) == (180.0, 0.0)
    assert free.angle in (90.0, 270.0)


def test_typed_isometries_name_their_tip() -> None:
    desk = Desk()
    for line, tip in (
        ("A: l=4 p=2 r=4 = isometry", 2),
        ("B: l=4 p=2 r=4 = isometry[p]", 1),
        ("C: a=2 b=4 = isometry", 0),
    ):
        desk.send(events.Insert("", 0, 90.0 * len(desk.content.nodes), text=line))
        made = named(desk, line[0])
        assert made.tip == (made.legs[tip].id,), line
    desk.send(events.Insert("", 0, 0, text="D: l=4 p=2 = isometry[x]"))
    assert "no leg x" in words(desk)
