"""Selecting and moving: the rows of "Selection and moving" in the editor's specification that need no window."""

from __future__ import annotations

from tensordraw.diagram.records import ROOT, Bubble, Repeat
from tensordraw.editor import grasp
from tensordraw.editor.state import Banding, Idle, Moving
from tests.editor.desk import Desk, two_joined, two_tensors


def place(desk: Desk, item: str) -> tuple[float, float]:
    found = desk.document.layout.places[item]
    return found.x, found.y


def test_ux_17_a_wire_is_taken_within_8_pixels_at_any_zoom() -> None:
    desk, _, _, wire = two_joined()
    figure_target = grasp.target_at(desk.document, (50.0, 7.5), 1.0)
    assert figure_target.item == wire
    assert grasp.target_at(desk.document, (50.0, 8.5), 1.0).item is None
    assert grasp.target_at(desk.document, (50.0, 3.9), 2.0).item == wire
    assert grasp.target_at(desk.document, (50.0, 4.2), 2.0).item is None


def test_ux_18_shift_click_toggles() -> None:
    desk, a, b = two_tensors()
    desk.click((0.0, 0.0))
    assert desk.state.selection == {a}
    desk.click((100.0, 0.0), frozenset({"Shift"}))
    assert desk.state.selection == {a, b}
    desk.click((0.0, 0.0), frozenset({"Shift"}))
    assert desk.state.selection == {b}
    desk.click((50.0, 60.0))
    assert not desk.state.selection


def test_ux_18_the_rubber_band_replaces_and_shift_adds() -> None:
    desk, a, b = two_tensors()
    desk.press((-40.0, -40.0))
    desk.move((30.0, 30.0))
    assert isinstance(desk.state.tool, Banding)
    desk.release((30.0, 30.0))
    assert desk.state.selection == {a}
    desk.drag((70.0, -40.0), (130.0, 40.0))
    assert desk.state.selection == {b}
    desk.drag((-40.0, -40.0), (30.0, 30.0), frozenset({"Shift"}))
    assert desk.state.selection == {a, b}


def test_ux_18_a_click_with_a_shaking_hand_does_not_move() -> None:
    desk, _, _ = two_tensors()
    before = desk.document
    desk.press((0.0, 0.0))
    desk.move((4.0, 4.0))
    desk.release((4.0, 4.0))
    assert desk.document is before
    desk.press((0.0, 0.0))
    desk.move((5.0, 5.0))
    assert isinstance(desk.state.tool, Moving)


def test_ux_19_the_selection_survives_undo_and_redo() -> None:
    desk, a, _ = two_tensors()
    desk.drag((0.0, 0.0), (0.0, 50.0))
    assert desk.state.selection == {a}
    desk.run("undo")
    assert desk.state.selection == {a}
    desk.run("redo")
    assert desk.state.selection == {a}
    assert place(desk, a) == (0.0, 50.0)


def test_moving_keeps_the_content_the_same_object_in_every_step() -> None:
    desk, a, _, _ = two_joined()
    content = desk.content
    desk.press((0.0, 0.0))
    for step in range(1, 9):
        desk.move((0.0, 10.0 * step))
        assert desk.state.shown.content is content
        assert desk.document.content is content
    assert desk.document.layout.places[a].y == 0.0, "the document changes on release only"
    desk.release((0.0, 80.0))
    assert desk.content is content
    assert place(desk, a) == (0.0, 80.0)


def test_one_gesture_is_one_entry_and_escape_drops_it() -> None:
    desk, a, _ = two_tensors()
    before = desk.entries
    desk.drag((0.0, 0.0), (0.0, 70.0))
    assert desk.entries == before + 1
    assert desk.state.history.undo_name == "Move"
    desk.press((0.0, 70.0))
    desk.move((0.0, 120.0))
    desk.key("Escape")
    desk.release((0.0, 120.0))
    assert desk.entries == before + 1
    assert place(desk, a) == (0.0, 70.0)


def test_ux_20_bodies_snap_to_the_grid_and_control_suspends_it() -> None:
    desk = Desk()
    a = desk.put("vector", 0, 0)
    desk.drag((0.0, 0.0), (33.0, 47.0))
    assert place(desk, a) == (30.0, 50.0)
    desk.drag((30.0, 50.0), (33.0, 57.0), frozenset({"Ctrl"}))
    assert place(desk, a) == (33.0, 57.0)


def test_ux_21_legs_snap_to_legs_before_the_grid_and_show_a_guide() -> None:
    desk = Desk()
    a = desk.put("tensor", 0, 0)
    b = desk.put("tensor", 200, 80)
    desk.select(a)
    desk.key("Shift+Down", "Shift+Down", "Shift+Down")  # A's legs are at 3, off the grid
    desk.press((200.0, 80.0))
    desk.move((200.0, 40.0))
    desk.move((200.0, 8.0))
    tool = desk.state.tool
    assert isinstance(tool, Moving)
    assert len(tool.guides) >= 1
    assert all(y1 == y2 == 3.0 for x1, y1, x2, y2 in tool.guides if x1 != x2)
    desk.release((200.0, 8.0))
    assert place(desk, b)[1] == 3.0


def test_ux_22_nudges_merge_into_one_entry() -> None:
    desk, a, _ = two_tensors()
    desk.select(a)
    before = desk.entries
    desk.key("Right", "Right", "Down", "Shift+Left")
    assert place(desk, a) == (19.0, 10.0)
    assert desk.entries == before + 1
    desk.run("undo")
    assert place(desk, a) == (0.0, 0.0)
    desk.run("redo")
    desk.key("Right")
    assert desk.entries == before + 2, "after undo or redo a nudge is an entry of its own"


def test_ux_23_align_to_grid_and_rotate_keeps_to_it() -> None:
    desk, a, b = two_tensors()
    desk.select(a)
    desk.key("Shift+Right", "Shift+Down")
    desk.key("Shift+A")
    assert place(desk, a) == (0.0, 0.0)
    desk.select(a, b)
    desk.key("R")
    for item in (a, b):
        x, y = place(desk, item)
        assert x % 10 == 0
        assert y % 10 == 0
        assert desk.document.layout.places[item].turn == 90.0
    assert place(desk, a)[1] > place(desk, b)[1], "anticlockwise: the right one goes up"


def test_ux_26_align_and_distribute_are_one_step_each() -> None:
    desk = Desk()
    items = [desk.put("vector", 0, 0), desk.put("vector", 37, 60), desk.put("vector", 200, 130)]
    desk.select(*items)
    before = desk.entries
    desk.run("align_top")
    assert desk.entries == before + 1
    desk.run("distribute_horizontal")
    assert [place(desk, item)[0] for item in items] == [0.0, 100.0, 200.0]
    boxes = grasp.boxes(grasp.figure_of(desk.document))
    assert len({round(boxes[item][1], 6) for item in items}) == 1


def wrapped(kind: str = "wrap_bubble") -> tuple[Desk, str, str, str]:
    """A and B joined in a region, and C outside."""
    desk, a, b, _ = two_joined()
    c = desk.put("tensor", 50, 150)
    desk.select(a, b)
    desk.run(kind, "relu" if kind == "wrap_bubble" else None)
    (region,) = desk.content.regions
    return desk, a, c, region


def test_ux_32_dragging_into_a_bubble_says_so_and_is_one_step() -> None:
    desk, _, c, region = wrapped()
    before = desk.entries
    desk.press((50.0, 150.0))
    desk.move((50.0, 80.0))
    desk.move((0.0, 14.0), frozenset())
    tool = desk.state.tool
    assert isinstance(tool, Moving)
    assert tool.region == region
    desk.release((0.0, 14.0))
    assert desk.content.nodes[c].inside == region
    assert desk.entries == before + 1
    assert desk.said == "Enter the relu bubble"
    desk.run("undo")
    assert desk.content.nodes[c].inside == ROOT


def test_ux_32_dragging_out_of_a_bubble() -> None:
    desk, a, _, region = wrapped()
    desk.drag((0.0, 0.0), (-60.0, -120.0))
    assert desk.content.nodes[a].inside == ROOT
    desk.drag((100.0, 0.0), (100.0, -200.0))
    held = [node for node in desk.content.nodes.values() if node.inside == region]
    assert held, "the last item does not leave: the bubble goes along with it"


def test_dragging_a_border_moves_all_content() -> None:
    desk, a, c, region = wrapped()
    box = grasp.box_of(grasp.figure_of(desk.document), region)
    assert box is not None
    start = (box[0] + 0.5, (box[1] + box[3]) / 2)
    found = grasp.target_at(desk.document, start, 1.0)
    if found.part != "border":  # a leg leaves the bubble there
        start = ((box[0] + box[2]) / 2, box[3] - 0.5)
    desk.drag(start, (start[0], start[1] + 50))
    assert place(desk, a) == (0.0, 50.0)
    assert place(desk, c) == (50.0, 150.0)


def test_dragging_into_a_repeat_makes_ports_in_the_same_entry() -> None:
    desk, _, c, region = wrapped("wrap_repeat")
    d = desk.put("vector", 50, 300)
    desk.drag(desk.tip(desk.legs(d)[0]), desk.tip(desk.legs(c)[0]))
    assert len(desk.content.wires) > 0
    ports = _ports(desk, region)
    before = desk.entries
    desk.run("put_inside", ((c,), region))
    assert desk.entries == before + 1
    assert _ports(desk, region) == ports + 1
    assert desk.content.nodes[c].inside == region


def _ports(desk: Desk, region: str) -> int:
    repeat = desk.content.regions[region]
    assert isinstance(repeat, Repeat)
    return len(repeat.ports)


def test_wrapping_open_legs_in_a_repeat_gives_it_a_state() -> None:
    desk = Desk()
    desk.put("tensor", 0, 0)
    desk.run("wrap_repeat")
    (region,) = desk.content.regions.values()
    assert isinstance(region, Repeat)
    (port,) = region.ports
    ends = {end for wire in desk.content.wires.values() for end in wire.ends}
    assert {port.inner_in.id, port.inner_out.id} < ends
    assert port.outer_in.id not in ends


def test_bending_a_wire_puts_a_way_point() -> None:
    desk, _, _, wire = two_joined()
    desk.drag((50.0, 0.0), (50.0, 40.0))
    assert desk.document.layout.curves[wire].points == ((50.0, 40.0),)
    desk.drag((50.0, 40.0), (50.0, 0.0))
    assert wire not in desk.document.layout.curves, "dragged straight, it goes away"


def test_alt_drag_turns_a_leg() -> None:
    desk = Desk()
    a = desk.put("tensor", 0, 0)
    leg = desk.legs(a)[1]
    desk.drag(desk.tip(leg), (0.0, -40.0), frozenset({"Alt"}))
    assert desk.document.layout.legs[leg].angle == 90.0
    assert isinstance(desk.state.tool, Idle)
    assert grasp.figure_of(desk.document).anchors[leg].angle == 90.0


def test_hover_follows_the_pointer() -> None:
    desk, a, _ = two_tensors()
    desk.move((0.0, 0.0))
    assert desk.state.hover == a
    desk.move((50.0, 90.0))
    assert desk.state.hover is None


def test_bubbles_choose_a_leg_to_run_along() -> None:
    desk, _, _, region = wrapped()
    desk.run("set_function", {"args": (region, "softmax")})
    bubble = desk.content.regions[region]
    assert isinstance(bubble, Bubble)
    assert len(bubble.axes) == 1
    desk.run("set_function", {"args": (region, "causal_mask")})
    bubble = desk.content.regions[region]
    assert isinstance(bubble, Bubble)
    assert len(set(bubble.axes)) == 2
