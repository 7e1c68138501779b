"""Problems with two remedies, what lies on a wire and is attached to it, and spaces that an edit leaves behind."""

from __future__ import annotations

import pytest

from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Bubble, Delta, Fixed, Tensor
from tensordraw.editor import events
from tensordraw.editor.actions.mending import remedies_of
from tensordraw.editor.effects import ChooseFunction
from tensordraw.editor.grasp import figure_of
from tensordraw.editor.palette import KINDS, search
from tensordraw.figure.misplaced import misplaced
from tests.editor.desk import Desk


def typed(desk: Desk, text: str, x: float = 0.0, y: float = 0.0) -> str:
    desk.send(events.Insert("", x, y, text=text))
    (made,) = desk.state.selection
    return made


def names(desk: Desk) -> list[str]:
    return [space.name for space in desk.content.spaces.values()]


def test_two_of_one_name_are_given_the_same_spaces_and_keep_what_their_legs_were_called() -> None:
    desk = Desk()
    typed(desk, "x: query=6 hidden=8")
    second = typed(desk, "x: key=6 hidden", 100.0)
    (problem,) = problems(desk.content)
    assert [title for _, title in remedies_of(problem)] == ["Rename this one", "Give both the same spaces"]
    before = len(desk.state.history.past)
    desk.run("mend", (problem.or_remedy, problem.items[0]))
    assert not problems(desk.content)
    assert len(desk.state.history.past) == before + 1
    node = desk.content.nodes[second]
    assert isinstance(node, Tensor)
    assert [(leg.label, desk.content.spaces[leg.space].name) for leg in node.legs] == [("key", "query"), ("", "hidden")]
    assert names(desk) == ["query", "hidden"]


def test_tensors_of_other_sizes_can_only_be_renamed() -> None:
    desk = Desk()
    typed(desk, "x: query=6 hidden=8")
    typed(desk, "x: key=5 hidden", 100.0)
    (problem,) = problems(desk.content)
    assert [title for _, title in remedies_of(problem)] == ["Rename this one"]


def test_a_dot_on_a_wire_is_attached_with_the_legs_that_lie_along_it() -> None:
    desk = Desk()
    desk.send(events.Insert("", 0.0, 0.0, text="a: hidden=8"))
    (a,) = desk.state.selection
    desk.send(events.Insert("", 200.0, 0.0, text="b: hidden"))
    (b,) = desk.state.selection
    ends = [desk.content.nodes[one].legs[0].id for one in (a, b)]  # type: ignore[union-attr]
    desk.drag(desk.tip(ends[0]), desk.tip(ends[1]))
    assert len(desk.content.wires) == 1
    desk.send(events.Insert("dot", 100.0, 0.0, modifiers=frozenset({"Ctrl"})))
    (dot,) = desk.state.selection
    (problem,) = [one for one in misplaced(desk.document, figure_of(desk.document)) if dot in one.items]
    assert [title for _, title in remedies_of(problem)] == ["Attach it"]
    desk.run("attach", problem.items[0])
    node = desk.content.nodes[dot]
    assert isinstance(node, Delta)
    wired = {end for wire in desk.content.wires.values() for end in wire.ends}
    assert len([leg for leg in node.legs if leg.id in wired]) == 2
    assert wired >= set(ends)
    assert not misplaced(desk.document, figure_of(desk.document))
    assert names(desk) == ["hidden"]


def test_an_operand_with_an_open_leg_is_told_what_to_do_with_it() -> None:
    from tests.diagram.test_problems import WRONG

    diagram, _ = WRONG["A leg of this operand is open: join it, or lead it to the operation."]()
    assert any("open" in one.what and "join" in one.fix.lower() for one in problems(diagram.content))


def test_numbers_in_the_size_of_a_space_use_the_documents_space() -> None:
    desk = Desk()
    typed(desk, "W: head_size=16 n=3")
    made = typed(desk, "1/sqrt(head_size)", 100.0)
    assert isinstance(desk.content.nodes[made], Fixed)
    assert {space.name: space.size for space in desk.content.spaces.values()} == {"head_size": 16, "n": 3}


def test_a_space_that_an_edit_leaves_goes_unless_it_is_written_of() -> None:
    desk = Desk()
    made = typed(desk, "x: key=6 hidden=8")
    leg = desk.content.nodes[made].legs[0].id  # type: ignore[union-attr]
    desk.run("set_leg_space_named", (leg, "query=6"))
    assert sorted(names(desk)) == ["hidden", "query"]
    typed(desk, "1/sqrt(query)", 100.0)
    desk.run("set_leg_space_named", (leg, "other=6"))
    assert sorted(names(desk)) == ["hidden", "other", "query"]
    desk.run("add_space", ("mine", 5))
    desk.run("change_space", {"args": (list(desk.content.spaces)[-1],), "description": "by hand"})
    desk.run("set_leg_space_named", (leg, "mine"))
    desk.run("set_leg_space_named", (leg, "hidden"))
    assert "mine" in names(desk)


def test_the_provisional_space_goes_with_what_was_deleted() -> None:
    desk = Desk()
    desk.send(events.Insert("dot", 0.0, 0.0))
    assert names(desk) == ["n"]
    desk.run("delete")
    assert names(desk) == []


def test_a_bubble_is_drawn_when_its_function_is_chosen_and_not_before() -> None:
    desk = Desk()
    typed(desk, "W: a=3 b=4")
    before = desk.document
    desk.run("wrap_bubble")
    assert desk.document is before
    assert desk.asked(ChooseFunction) == ChooseFunction()
    desk.run("wrap_bubble", "x**2 + 1")
    (bubble,) = desk.content.regions.values()
    assert isinstance(bubble, Bubble)
    assert (bubble.function, bubble.expression) == ("expression", "x**2 + 1")
    desk.run("undo")
    assert desk.document is before


@pytest.mark.parametrize("kind", ["bubble:softmax", "sum", "block"])
def test_a_region_that_is_chosen_goes_around_the_selection(kind: str) -> None:
    desk = Desk()
    one, other = typed(desk, "W: a=3 b=4"), typed(desk, "x: b", 100.0)
    desk.select(one, other)
    desk.send(events.Insert(kind, 400.0, 300.0, around=True))
    (region,) = desk.content.regions
    assert {desk.content.nodes[item].inside for item in (one, other)} == {region}
    assert len(desk.content.nodes) == 2


def test_what_goes_around_the_selection_is_offered_first() -> None:
    plain, around = (search(KINDS, "causal mask", around=one) for one in (False, True))
    assert plain[0].id == "causal_mask"
    assert around[0].region == "bubble"
    assert {kind.id for kind in plain} == {kind.id for kind in around}
    assert search(KINDS, "", around=True) == search(KINDS, "")
