"""Equations under a person's hands: signs by keys and clicks, one undo step each, room for the signs, the check."""

from __future__ import annotations

from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import Equation, Id, Term
from tensordraw.diagram.signs import sign_id, written
from tensordraw.editor import grasp
from tensordraw.editor.effects import CheckEquation, CopyToClipboard, EditLabel
from tensordraw.editor.events import Committed, DoubleClick, Insert, Pasted
from tensordraw.figure.checks import clashes
from tensordraw.program.findings import findings
from tests.editor.desk import Desk, two_tensors


def only(desk: Desk) -> Equation:
    (equation,) = desk.content.equations.values()
    return equation


def signs(desk: Desk) -> list[str]:
    return [written(part, first=not place) for place, part in enumerate(only(desk).parts)]


def equated(distance: float = 100.0) -> tuple[Desk, Id]:
    """A = B, made by the key; gives the sign between."""
    desk = Desk()
    a, b = desk.put("tensor", 0, 0), desk.put("tensor", distance, 0)
    desk.select(a, b)
    desk.key("=")
    return desk, sign_id(only(desk).id, only(desk).parts[1].term)


def middle(desk: Desk, sign: Id) -> tuple[float, float]:
    left, top, right, bottom = grasp.figure_of(desk.document).signs[sign]
    return (left + right) / 2, (top + bottom) / 2


def test_one_key_sets_two_pieces_equal_in_one_step() -> None:
    desk, sign = equated()
    assert signs(desk) == ["", "="]
    assert desk.state.selection == {sign}
    assert desk.entries == 3
    desk.key("Ctrl+Z")
    assert desk.content.equations == {}
    assert desk.content.regions == {}
    desk.key("Ctrl+Y")
    assert signs(desk) == ["", "="]


def test_each_sign_has_its_command_and_the_selected_sign_changes() -> None:
    desk, _ = equated()
    for key, text in (("+", "+"), ("-", "-"), ("~", "~"), (":", ":="), (",", ","), ("=", "=")):
        desk.key(key)
        assert signs(desk) == ["", text]
    assert not desk.refused


def test_without_two_pieces_it_says_why_not() -> None:
    desk, a, b = two_tensors()
    desk.select()
    desk.key("=")
    assert desk.refused
    assert "two pieces" in desk.said
    desk.drag(desk.tip(desk.legs(a)[1]), desk.tip(desk.legs(b)[0]))
    desk.select(a, b)  # one piece now
    desk.key("=")
    assert desk.refused
    assert desk.content.equations == {}


def test_terms_too_near_each_other_move_apart() -> None:
    desk, sign = equated(50.0)
    figure = grasp.figure_of(desk.document)
    assert clashes(desk.document, figure) == []
    assert figure.signs[sign][0] > 20
    x = [place.x for place in desk.document.layout.places.values()]
    assert x[0] == 0.0
    assert x[1] > 60.0
    assert x[1] % 10 == 0
    for item in figure.items:  # with so much room legs are straight
        assert all(part[0] != "C" for shape in item.shapes if shape.role == "leg" for part in shape.path)


def test_double_click_on_a_sign_edits_it_with_its_coefficient() -> None:
    desk, sign = equated()
    desk.send(DoubleClick(*middle(desk, sign)))
    assert desk.asked(EditLabel) == EditLabel(sign, "=")
    desk.send(Committed(sign, "~ 1/sqrt(n)"))
    assert signs(desk) == ["", "~ 1/sqrt(n)"]
    assert desk.entries == 4
    desk.send(Committed(sign, "= q"))
    assert desk.refused
    assert "q" in desk.said
    desk.send(Committed(sign, "=="))
    assert signs(desk) == ["", "="]
    first = sign_id(only(desk).id, only(desk).parts[0].term)
    desk.send(Committed(first, "="))
    assert desk.refused
    desk.send(Committed(first, "-2"))
    assert signs(desk) == ["- 2", "="]


def test_a_sign_can_be_clicked_and_dragged_with_all_terms() -> None:
    desk, sign = equated()
    at = middle(desk, sign)
    before = dict(desk.document.layout.places)
    desk.select()
    desk.click(at)
    assert desk.state.selection == {sign}
    desk.drag(at, (at[0], at[1] + 40))
    for node, place in desk.document.layout.places.items():
        assert place.y == before[node].y + 40
    desk.key("Delete")
    assert desk.content.equations == {}
    assert len(desk.content.regions) == 2


def test_terms_are_moved_and_taken_out() -> None:
    desk, sign = equated()
    c = desk.put("tensor", 400, 0)
    desk.select(c, sign)
    desk.run("relate_add")
    assert signs(desk) == ["", "=", "+"]
    third = sign_id(only(desk).id, only(desk).parts[2].term)
    assert desk.state.selection == {third}
    desk.run("equation_earlier")
    assert only(desk).parts[1].term == third.partition(".")[2]
    assert signs(desk) == ["", "=", "+"]
    desk.run("equation_take_out")
    assert signs(desk) == ["", "+"]
    assert isinstance(desk.content.regions[third.partition(".")[2]], Term)
    desk.select(c)
    desk.run("equation_later")
    assert desk.refused


def test_a_wired_tensor_does_not_leave_its_term() -> None:
    desk = Desk()
    a, b, c = desk.put("tensor", 0, 0), desk.put("tensor", 60, 0), desk.put("tensor", 200, 0)
    desk.drag(desk.tip(desk.legs(a)[1]), desk.tip(desk.legs(b)[0]))
    desk.select(a, c)
    desk.key("=")
    term = desk.tensor(b).inside
    desk.drag((60, 0), (60, 90))
    assert desk.tensor(b).inside == term
    assert desk.document.layout.places[b].y == 90.0


def test_an_equation_is_copied_whole() -> None:
    desk, _ = equated()
    desk.run("select_all")
    desk.key("Ctrl+C")
    text = desk.asked(CopyToClipboard).text
    desk.send(Pasted(text, 0, 200))
    assert len(desk.content.equations) == 2
    desk.key("Ctrl+Z")
    assert len(desk.content.equations) == 1


def test_checking_needs_an_equation() -> None:
    desk, _ = equated()
    desk.run("check_equation")
    assert desk.asked(CheckEquation) == CheckEquation()
    desk.key(",")
    desk.run("check_equation")
    assert desk.refused
    assert "no equation" in desk.said


def test_match_the_legs_chooses_the_space_of_an_identity_that_has_none_yet() -> None:
    desk = Desk()
    first = desk.put("isometry", 0, 0)
    desk.key("Ctrl+D")
    (second,) = desk.state.selection
    desk.run("nudge_right")
    small, large = desk.legs(first)
    _, other_large = desk.legs(second)
    desk.select(large, other_large)
    desk.run("connect")
    identity = desk.put("identity", 200, 0)
    space = all_legs(desk.document)[small].space
    assert {all_legs(desk.document)[leg].space for leg in desk.legs(identity)} != {space}
    desk.select(first, identity)
    desk.key("=")
    assert any(problem.remedy == "match_legs" for problem in findings(desk.document))
    entries = desk.entries
    desk.run("match_legs", identity)
    assert desk.entries == entries + 1
    assert {all_legs(desk.document)[leg].space for leg in desk.legs(identity)} == {space}
    assert all_legs(desk.document)[large].space != space
    assert findings(desk.document) == ()


def test_match_the_legs_leaves_spaces_that_were_chosen_or_that_others_hang_on() -> None:
    desk = Desk()
    desk.send(Insert("", 0, 0, text="A: m=2 k=3"), Insert("", 200, 0, text="B: m=2 p=5"))
    a, b = desk.content.nodes
    desk.select(a, b)
    desk.key("=")
    before = {leg.id: leg.space for leg in all_legs(desk.document).values()}
    desk.run("match_legs", a)
    assert {leg.id: leg.space for leg in all_legs(desk.document).values()} == before
