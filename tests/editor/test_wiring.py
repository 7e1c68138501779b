"""Drawing wires: the rows of "Connecting" in the editor's specification that need no window."""

from __future__ import annotations

import pytest

from tensordraw.diagram import file
from tensordraw.diagram.records import Copy, Delta, Diagram, Tensor
from tensordraw.editor import palette
from tensordraw.editor.effects import QuickInsert
from tensordraw.editor.events import Insert, Move, Press
from tensordraw.editor.state import Idle, Wiring
from tests.editor.desk import Desk, two_joined, two_tensors


def test_ux_06_release_near_a_leg_connects_and_highlights_before() -> None:
    desk, a, b = two_tensors()
    start, end = desk.legs(a)[1], desk.legs(b)[0]
    desk.press(desk.tip(start))
    x, y = desk.tip(end)
    desk.move((x - 9, y + 9))
    assert isinstance(desk.state.tool, Wiring)
    assert desk.state.tool.onto == end
    assert desk.state.tool.tip == (x, y), "the wire's end jumps to the leg"
    desk.release((x - 9, y + 9))
    (wire,) = desk.content.wires.values()
    assert wire.ends == (start, end)


def test_ux_06_release_beyond_14_pixels_does_not_connect() -> None:
    desk, a, b = two_tensors()
    x, y = desk.tip(desk.legs(b)[0])
    desk.drag(desk.tip(desk.legs(a)[1]), (x - 11, y + 11))
    assert not desk.content.wires
    assert desk.asked(QuickInsert).leg == desk.legs(a)[1]


def test_ux_06_pixels_are_of_the_screen() -> None:
    desk, a, b = two_tensors()
    start, (x, y) = desk.tip(desk.legs(a)[1]), desk.tip(desk.legs(b)[0])
    desk.send(Press(*start, 4.0), Move(x - 5, y, 4.0))
    assert isinstance(desk.state.tool, Wiring)
    assert desk.state.tool.onto is None
    desk.send(Move(x - 3, y, 4.0))
    assert isinstance(desk.state.tool, Wiring)
    assert desk.state.tool.onto == desk.legs(b)[0]


def written(*texts: str) -> Desk:
    desk = Desk()
    for place, text in enumerate(texts):
        desk.send(Insert("", 100.0 * place, 0.0, text=text))
    return desk


def test_ux_07_a_leg_of_another_size_says_why_and_does_not_connect() -> None:
    desk = written("A: d_model=768 d_model=768", "B: d_head=64 d_head=64")
    a, b = desk.content.nodes
    desk.press(desk.tip(desk.legs(a)[1]))
    end = desk.tip(desk.legs(b)[0])
    desk.move(end)
    tool = desk.state.tool
    assert isinstance(tool, Wiring)
    assert tool.onto is None
    assert tool.refused == desk.legs(b)[0]
    assert tool.reasons[desk.legs(b)[0]] == "d_model = 768 ≠ d_head = 64"
    assert desk.legs(a)[0] not in tool.reasons
    desk.release(end)
    assert not desk.content.wires
    assert desk.refused
    assert desk.said == "Not connected: d_model = 768 ≠ d_head = 64"
    desk.select(desk.legs(a)[1], desk.legs(b)[0])
    desk.run("connect")
    assert desk.said == "Not connected: d_model = 768 ≠ d_head = 64"


def test_legs_that_are_not_chosen_yet_take_the_space_that_they_are_joined_to() -> None:
    desk = written("W: head=64 hidden=768")
    b = desk.put("tensor", 100, 0)
    (w,) = [node for node in desk.content.nodes if node != b]
    desk.drag(desk.tip(desk.legs(w)[1]), desk.tip(desk.legs(b)[0]))
    assert len(desk.content.wires) == 1
    joined, other = desk.tensor(b).legs
    assert desk.content.spaces[joined.space].name == "hidden"
    assert desk.content.spaces[other.space].name == "n"
    assert desk.said == "Connect W.hidden to A.n: n takes hidden = 768"
    assert desk.state.history.undo_name == "Connect W.hidden to A.n"


def test_legs_of_one_space_just_connect() -> None:
    desk, a, b = two_tensors()
    desk.select(desk.legs(a)[1], desk.legs(b)[0])
    desk.run("connect")
    assert desk.said == "Connect A.n to B.n"


def test_ux_08_release_on_empty_canvas_inserts_and_connects_in_one_step() -> None:
    desk = written("W: head=64 hidden=768")
    (w,) = desk.content.nodes
    leg = desk.legs(w)[1]
    desk.drag(desk.tip(leg), (90.0, 40.0))
    asked = desk.asked(QuickInsert)
    assert (asked.leg, asked.x, asked.y) == (leg, 90.0, 40.0)
    assert "tensor" in asked.kinds
    assert "constant" not in asked.kinds, "a constant has no leg"
    assert "note" not in asked.kinds
    before = desk.entries
    desk.send(Insert("vector", asked.x, asked.y, leg))
    assert desk.entries == before + 1
    (wire,) = desk.content.wires.values()
    (node,) = desk.state.selection
    assert set(wire.ends) == {leg, desk.legs(node)[0]}
    assert desk.content.spaces[desk.tensor(node).legs[0].space].name == "hidden"
    desk.run("undo")
    assert len(desk.content.nodes) == 1
    assert not desk.content.wires


def test_ux_08_escape_leaves_an_open_leg() -> None:
    desk, a, _ = two_tensors()
    before = desk.document
    desk.drag(desk.tip(desk.legs(a)[1]), (40.0, 60.0))
    desk.key("Escape")
    assert desk.document is before
    assert isinstance(desk.state.tool, Idle)


def test_ux_08_escape_during_the_drag_cancels_it() -> None:
    desk, a, b = two_tensors()
    before = desk.document
    desk.press(desk.tip(desk.legs(a)[1]))
    desk.move(desk.tip(desk.legs(b)[0]))
    desk.key("Escape")
    desk.release(desk.tip(desk.legs(b)[0]))
    assert desk.document is before


@pytest.mark.parametrize(
    "kind", [kind.id for kind in palette.KINDS if kind.joins and kind.id not in ("paste", "levi_civita")]
)
def test_ux_08_every_kind_that_is_offered_connects(kind: str) -> None:
    desk = written("W: head=64 hidden=768")
    (w,) = desk.content.nodes
    leg = desk.legs(w)[1]
    desk.send(Insert(kind, 90.0, 40.0, leg))
    assert not desk.refused
    assert any(leg in wire.ends for wire in desk.content.wires.values())
    assert desk.entries == 2


def test_ux_08_a_copy_takes_all_the_open_legs_of_the_value() -> None:
    desk = written("W: seq=5 hidden=8")
    (w,) = desk.content.nodes
    desk.send(Insert("copy", 90.0, 0.0, desk.legs(w)[1]))
    (item,) = desk.state.selection
    copy = desk.content.nodes[item]
    assert isinstance(copy, Copy)
    assert {leg.space for leg in copy.into} == {leg.space for leg in desk.tensor(w).legs}
    assert len(desk.content.wires) == 2


def test_ux_09_the_new_leg_lies_under_the_pointer() -> None:
    desk, a, _ = two_tensors()
    desk.send(Insert("tensor", 60.0, 80.0, desk.legs(a)[1]))
    (node,) = desk.state.selection
    (wire,) = desk.content.wires.values()
    (own,) = set(wire.ends) & set(desk.legs(node))
    from tensordraw.editor import grasp

    root = grasp.figure_of(desk.document).anchors[own].root
    assert abs(root[0] - 60.0) < 12
    assert abs(root[1] - 80.0) < 12


def test_ux_10_overlap_never_connects() -> None:
    desk, a, b = two_tensors()
    desk.drag((100.0, 0.0), (0.0, 0.0))  # B onto A
    assert desk.document.layout.places[b].x == desk.document.layout.places[a].x
    assert not desk.content.wires
    desk.run("duplicate")
    desk.key("Left", "Left", "Up", "Up")
    desk.select(a, b)
    desk.run("align_centre")
    assert not desk.content.wires


def test_ux_11_dropping_a_node_on_a_wire_puts_it_in() -> None:
    desk, a, b, wire = two_joined()
    c = desk.put("tensor", 50, 100)
    before = desk.entries
    desk.press((50.0, 100.0))
    desk.move((50.0, 40.0))
    desk.move((50.0, 0.0))
    assert desk.state.tool.splice == wire  # type: ignore[union-attr]
    desk.release((50.0, 0.0))
    assert desk.entries == before + 1
    assert len(desk.content.wires) == 2
    ends = {end for w in desk.content.wires.values() for end in w.ends}
    assert ends == {desk.legs(a)[1], desk.legs(b)[0], *desk.legs(c)}


def test_ux_11_control_suppresses_it() -> None:
    desk, _, _, wire = two_joined()
    desk.put("tensor", 50, 100)
    desk.drag((50.0, 100.0), (50.0, 0.0), frozenset({"Ctrl"}))
    assert list(desk.content.wires) == [wire]


def test_ux_12_dragging_a_connected_end_detaches_it() -> None:
    desk, a, b, wire = two_joined()
    c = desk.put("vector", 100, 80)
    start = desk.tip(desk.legs(b)[0])
    end = desk.tip(desk.legs(c)[0])
    before = desk.entries
    desk.drag(start, end)
    (found,) = desk.content.wires.values()
    assert set(found.ends) == {desk.legs(a)[1], desk.legs(c)[0]}
    assert desk.entries == before + 1
    assert wire not in desk.content.wires


def test_ux_12_dropping_it_on_empty_canvas_leaves_it_open() -> None:
    desk, a, b, _ = two_joined()
    before = desk.entries
    desk.drag(desk.tip(desk.legs(b)[0]), (60.0, 70.0))
    assert not desk.content.wires
    assert {a, b} <= set(desk.content.nodes)
    assert desk.entries == before + 1
    assert not [effect for effect in desk.effects if isinstance(effect, QuickInsert)]


def test_ux_12_putting_it_back_changes_nothing() -> None:
    desk, _, b, _ = two_joined()
    before = desk.document
    at = desk.tip(desk.legs(b)[0])
    desk.press(at)
    desk.move((at[0] + 30, at[1] + 30))
    desk.move(at)
    desk.release(at)
    assert desk.document is before


def test_ux_13_click_leg_click_leg_connects() -> None:
    desk, a, b = two_tensors()
    desk.click(desk.tip(desk.legs(a)[1]))
    assert isinstance(desk.state.tool, Wiring)
    assert desk.state.tool.clicked
    desk.move(desk.tip(desk.legs(b)[0]))
    desk.click(desk.tip(desk.legs(b)[0]))
    assert len(desk.content.wires) == 1
    assert isinstance(desk.state.tool, Idle)


def test_ux_13_escape_cancels_it() -> None:
    desk, a, b = two_tensors()
    desk.click(desk.tip(desk.legs(a)[1]))
    desk.key("Escape")
    desk.click(desk.tip(desk.legs(b)[0]))
    assert not desk.content.wires


def test_ux_14_delete_and_rejoin() -> None:
    desk, a, b, _ = two_joined()
    c = desk.put("tensor", 200, 0)
    desk.drag(desk.tip(desk.legs(b)[1]), desk.tip(desk.legs(c)[0]))
    desk.select(b)
    desk.key("Ctrl+Delete")
    (wire,) = desk.content.wires.values()
    assert set(wire.ends) == {desk.legs(a)[1], desk.legs(c)[0]}
    assert b not in desk.content.nodes


def test_ux_14_plain_delete_leaves_open_legs() -> None:
    desk, a, b, _ = two_joined()
    desk.select(b)
    desk.key("Delete")
    assert list(desk.content.nodes) == [a]
    assert len(desk.legs(a)) == 2
    assert not desk.content.wires


def test_dropping_a_leg_on_a_wire_makes_a_copy_dot_in_one_step() -> None:
    desk, _, _, wire = two_joined()
    c = desk.put("vector", 50, 100)
    before = desk.entries
    desk.drag(desk.tip(desk.legs(c)[0]), (50.0, 0.0))
    assert desk.entries == before + 1
    (dot,) = [node for node in desk.content.nodes.values() if isinstance(node, Delta)]
    assert len(dot.legs) == 3
    assert len(desk.content.wires) == 3
    assert wire not in desk.content.wires
    d = desk.put("vector", 50, -100)
    desk.drag(desk.tip(desk.legs(d)[0]), (desk.document.layout.places[dot.id].x, 0.0))
    (dot,) = [node for node in desk.content.nodes.values() if isinstance(node, Delta)]
    assert len(dot.legs) == 4, "the dot takes one more leg"


def test_undo_of_everything_is_the_first_document_byte_for_byte() -> None:
    first = file.encode(Diagram())
    desk, a, b, _ = two_joined()
    desk.select(a, b)
    desk.run("wrap_bubble", "relu")
    last = file.encode(desk.document)
    for _ in range(desk.entries):
        desk.key("Ctrl+Z")
    assert file.encode(desk.document) == first
    for _ in range(4):
        desk.key("Ctrl+Shift+Z")
    assert file.encode(desk.document) == last
    assert all(isinstance(node, Tensor) for node in desk.content.nodes.values())
