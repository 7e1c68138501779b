"""A click on a wire takes the wire, however short it is; what deleting takes away is said."""

from __future__ import annotations

import pytest

from tensordraw.editor import grasp
from tensordraw.editor.actions.mending import remedies_of
from tensordraw.editor.effects import ChangeView
from tensordraw.editor.events import Committed, Insert
from tensordraw.program.findings import findings
from tests.editor.desk import Desk, two_joined

ALT = frozenset({"Alt"})


@pytest.mark.parametrize("part", [step / 12 for step in range(1, 12)])
def test_a_click_anywhere_on_a_short_wire_takes_it(part: float) -> None:
    desk, a, b, wire = two_joined()
    start, end = (grasp.figure_of(desk.document).anchors[leg].root for leg in (desk.legs(a)[1], desk.legs(b)[0]))
    desk.click((start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part))
    assert desk.state.selection == {wire}
    desk.key("Delete")
    assert desk.content.wires == {}
    assert (len(desk.legs(a)), len(desk.legs(b))) == (2, 2)
    assert desk.state.history.undo_name == "Cut wire"


def test_a_joined_leg_is_chosen_with_alt_and_by_a_second_click_at_its_root() -> None:
    desk, a, _, wire = two_joined()
    leg = desk.legs(a)[1]
    desk.click(desk.tip(leg), ALT)
    assert desk.state.selection == {leg}
    at = grasp.figure_of(desk.document).anchors[leg].root
    at = (at[0] + 2.0, at[1])
    desk.select()
    desk.click(at)
    assert desk.state.selection == {wire}
    desk.click(at)
    assert desk.state.selection == {leg}
    name = desk.tensor(a).name
    desk.key("Delete")
    assert desk.state.history.undo_name.startswith("Delete leg ")
    assert desk.state.history.undo_name.endswith(f" of {name}")


def test_tensors_of_one_name_with_different_legs_are_renamed_apart_at_once() -> None:
    desk = Desk()
    first, second = desk.put("tensor", 0, 0), desk.put("vector", 100, 0)
    name = desk.tensor(first).name
    desk.run("edit_label", second)

    desk.send(Committed(second, name))
    (problem,) = [one for one in findings(desk.document) if "different legs" in one.what]
    assert remedies_of(problem)[0][1] == "Rename this one"
    desk.run("mend", (problem.remedy, problem.items[0]))
    assert (desk.tensor(first).name, desk.tensor(second).name) == (name, f"{name}2")


def test_views_follow_undo_find_and_collapse() -> None:
    desk, a, *_ = two_joined()
    desk.key("Ctrl+Z")
    assert desk.asked(ChangeView).change == "sight"
    desk.key("Ctrl+Y")
    assert desk.asked(ChangeView).change == "sight"
    desk.run("go_in_history", -2)
    assert desk.asked(ChangeView).change == "sight"
    desk.run("go_in_history", 2)
    assert desk.asked(ChangeView).change == "sight"
    desk.run("find", desk.tensor(a).name)
    assert desk.asked(ChangeView).change == "read"


def test_a_wire_between_named_legs_shows_their_name_as_pasted_code_does() -> None:
    desk = Desk()
    desk.send(Insert("", 0, 0, text="A: q=4 d=5"))
    (a,) = desk.state.selection
    desk.send(Insert("", 120, 0, text="B: d k=3"))
    (b,) = desk.state.selection
    desk.drag(desk.tip(desk.legs(a)[1]), desk.tip(desk.legs(b)[0]))
    assert [wire.label for wire in desk.content.wires.values()] == ["d"]
    unnamed, *_ = two_joined()
    assert [wire.label for wire in unnamed.content.wires.values()] == [""]
