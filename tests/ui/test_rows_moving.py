"""Rows 17 to 26 of the editor's behaviour: selection and moving, by real mouse and key events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tensordraw.diagram.draft import Draft
from tensordraw.editor import events
from tensordraw.editor.state import Banding, Moving
from tests.ui.conftest import Hands
from tests.ui.drawn import (
    CTRL,
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
    shown_place,
    state,
    undo,
)

NONE = Qt.KeyboardModifier.NoModifier
KEYS = {"C": Qt.Key.Key_C, "U": Qt.Key.Key_U, "D": Qt.Key.Key_D}


@pytest.mark.parametrize("zoom", [0.4, 1.5, 4.0])
def test_ux_17_a_wire_is_taken_within_8_pixels_at_any_zoom(zoom: float, hands: Hands) -> None:
    first, second = put(hands, "tensor", -80, 0), put(hands, "tensor", 80, 0)
    wire = join(hands, legs(hands, first)[1], legs(hands, second)[0])
    hands.canvas.set_view(hands.canvas.view.zoomed(zoom, hands.canvas.view.to_screen(0, 0)))
    x, y = middle_of(hands, wire)
    scale = hands.canvas.view.scale
    hands.click(x, y + 6.5 / scale)
    assert state(hands).selection == {wire}
    hands.click(x, y - 11 / scale)
    assert state(hands).selection == frozenset()


def test_ux_18_shift_click_toggles_bands_replace_or_add_and_a_click_never_moves(hands: Hands) -> None:
    first, second, third = (put(hands, "tensor", x, 0) for x in (-100, 0, 100))
    hands.click(-100, 0)
    hands.click(0, 0, SHIFT)
    assert state(hands).selection == {first, second}
    hands.click(0, 0, SHIFT)
    assert state(hands).selection == {first}
    hands.drag((60, -50), (140, 50))
    assert state(hands).selection == {third}
    hands.drag((-140, -50), (-60, 50), SHIFT)
    assert state(hands).selection == {first, third}
    before, scale = document(hands), hands.canvas.view.scale
    hands.drag((0, 0), (4 / scale, 3 / scale))  # 5 px: a shaking hand
    assert document(hands) is before
    hands.drag((0, 0), (30, 0))
    assert place(hands, second) == (30, 0)


def test_ux_19_the_selection_survives_undo_redo_arrange_drag_and_evaluation(hands: Hands, qtbot: QtBot) -> None:
    first, second = put(hands, "tensor", -60, 0), put(hands, "tensor", 60, 30)
    put(hands, "vector", 0, 90)
    pick(hands, first, second)
    chosen = {first, second}
    hands.drag(place(hands, first), (-60, 50))
    assert state(hands).selection == chosen
    undo(hands)
    assert state(hands).selection == chosen
    hands.key(Qt.Key.Key_Z, CTRL | SHIFT)
    assert state(hands).selection == chosen
    hands.key(Qt.Key.Key_L, CTRL)
    assert state(hands).selection == chosen
    hands.key(Qt.Key.Key_Return, CTRL)
    results = hands.window.performer.results
    qtbot.waitUntil(lambda: results.running is None, timeout=20_000)
    assert state(hands).selection == chosen


def test_ux_19_undo_and_redo_select_again_what_was_selected_there(hands: Hands) -> None:
    first, second = put(hands, "tensor", -60, 0), put(hands, "tensor", 60, 30)
    pick(hands, first, second)
    third = put(hands, "vector", 0, 90)
    assert state(hands).selection == {third}
    undo(hands)
    assert state(hands).selection == {first, second}, "what was inserted is gone"
    hands.key(Qt.Key.Key_Z, CTRL | SHIFT)
    assert state(hands).selection == {first, second}, "they exist still"
    undo(hands)
    hands.key(Qt.Key.Key_Delete)
    assert not state(hands).selection
    undo(hands)
    assert state(hands).selection == {first, second}
    hands.key(Qt.Key.Key_G, CTRL)
    (region,) = content(hands).regions
    assert state(hands).selection == {region}
    undo(hands)
    assert state(hands).selection == {first, second}


def held(hands: Hands, start: tuple[float, float], end: tuple[float, float], keys=NONE) -> Moving:  # type: ignore[no-untyped-def]
    """A drag that is not released."""
    hands.drag(start, end, keys, release=False)
    tool = state(hands).tool
    assert isinstance(tool, Moving)
    return tool


def test_ux_20_guides_for_legs_centres_edges_and_gaps_and_ctrl_suspends_them(hands: Hands) -> None:
    hands.key(Qt.Key.Key_G)  # no grid: what is left is company
    first = put(hands, "vector", -100, 0)
    second = put(hands, "vector", 0, 0)
    third = put(hands, "scalar", 160, 70)
    scale = hands.canvas.view.scale
    # In one line with the middles of the others, within 8 px.
    tool = held(hands, (160, 70), (160, 5 / scale))
    assert shown_place(hands, third)[1] == pytest.approx(0, abs=0.01)
    assert tool.guides
    hands.mouse(QEvent.Type.MouseMove, 160, 12 / scale, NONE)
    hands.mouse(QEvent.Type.MouseMove, 160, 5 / scale, CTRL)
    assert shown_place(hands, third)[1] == pytest.approx(5 / scale, abs=1.0)
    assert not state(hands).tool.guides  # type: ignore[union-attr]
    hands.key(Qt.Key.Key_Escape)
    hands.mouse(QEvent.Type.MouseButtonRelease, 160, 0, NONE)
    # The same gap on the other side, seen by two guides along the row.
    hands.canvas.set_view(hands.canvas.view.zoomed(3.0, (300, 200)))
    figure = hands.canvas.sheet.figure
    assert figure is not None
    boxes = {item.owner: item.box for item in figure.items if item.owner in (first, second, third)}
    gap = boxes[second][0] - boxes[first][2]
    wanted = boxes[second][2] + gap + (160 - boxes[third][0])
    hands.drag((160, 70), (wanted + 1.5, 14.0), release=False)
    tool = state(hands).tool
    assert isinstance(tool, Moving)
    assert shown_place(hands, third)[0] == pytest.approx(wanted, abs=0.6)
    assert (
        len([line for line in tool.guides if line[1] == line[3] and line[2] - line[0] == pytest.approx(gap, abs=0.6)])
        == 2
    )


def test_ux_20_edges_of_bodies_line_up(hands: Hands) -> None:
    hands.key(Qt.Key.Key_G)
    wide, small = put(hands, "note", -60, 0), put(hands, "scalar", 90, 100)
    hands.window.send(events.Run("remove_leg", None))
    tall = put(hands, "scalar", 0, -80)
    hands.window.send(events.Run("set_size", (tall, 60.0, 40.0)))
    figure = hands.canvas.sheet.figure
    assert figure is not None
    box = {item.owner: item.box for item in figure.items}
    assert wide in box
    scale = hands.canvas.view.scale
    shift = box[tall][0] - box[small][0]  # left edge on left edge
    hands.drag((90, 100), (90 + shift + 3 / scale, 130), release=False)
    assert shown_place(hands, small)[0] == pytest.approx(90 + shift, abs=0.3)


def test_ux_21_legs_line_up_with_legs_before_centres_and_grid(hands: Hands) -> None:
    first = put(hands, "tensor3", -80, 0)
    second = put(hands, "tensor", 80, 60)
    heights = {root(hands, leg)[1] for leg in legs(hands, first)}
    scale = hands.canvas.view.scale
    hands.drag((80, 60), (80, 4 / scale), release=False)
    leg = min(abs(root(hands, own)[1] - height) for own in legs(hands, second) for height in heights)
    assert leg == pytest.approx(0, abs=0.01)
    assert state(hands).tool.guides  # type: ignore[union-attr]


def test_ux_22_arrows_nudge_and_merge_into_one_entry(hands: Hands) -> None:
    node = put(hands, "tensor", 0, 0)
    hands.canvas.setFocus()
    before = entries(hands)
    for _ in range(3):
        hands.key(Qt.Key.Key_Right)
    assert place(hands, node) == (30, 0)
    assert entries(hands) == before + 1
    hands.key(Qt.Key.Key_Down, SHIFT)
    assert place(hands, node) == (30, 1)
    undo(hands)
    assert place(hands, node) == (0, 0)


def test_ux_23_align_to_grid_and_turns_keep_to_it(hands: Hands) -> None:
    first = put(hands, "tensor", 0, 0)
    hands.drag((0, 0), (13, 7), CTRL)
    assert place(hands, first) == pytest.approx((13, 7), abs=1)
    hands.key(Qt.Key.Key_A, SHIFT)
    assert place(hands, first) == (10, 10)
    second = put(hands, "tensor", 50, 30)
    pick(hands, first, second)
    for key, keys in ((Qt.Key.Key_R, NONE), (Qt.Key.Key_H, SHIFT), (Qt.Key.Key_V, SHIFT)):
        hands.key(key, keys)
        for node in (first, second):
            assert all(edge % 10 == 0 for edge in place(hands, node)), key


def test_ux_24_connected_upstream_and_downstream_by_ctrl_k(hands: Hands) -> None:
    hands.window.send(events.Insert("", 0, 0, text="mlp_block", scale=1.0))
    found = {getattr(node, "name", ""): node.id for node in content(hands).nodes.values()}

    def chosen(start: str, letter: str) -> set[str]:
        pick(hands, found[start])
        hands.key(Qt.Key.Key_K, CTRL)
        hands.key(KEYS[letter])
        return {name for name, node in found.items() if node in state(hands).selection}

    assert chosen("x", "C") == {"x", "W_in", "W_out"}
    assert chosen("W_in", "U") == {"x", "W_in"}, "what the bubble's value is multiplied with is not upstream of it"
    assert chosen("W_out", "D") == {"W_out"}
    assert chosen("x", "D") == {"x", "W_in", "W_out"}


def many(count: int) -> Draft:
    draft = Draft()
    side = round(count**0.5)
    for number in range(count):
        row, column = divmod(number, side)
        draft.tensor(f"A{number}", [draft.leg(draft.space("n", 2))], (60.0 * column, 60.0 * row))
    return draft


def test_ux_25_many_tensors_are_carried_and_only_the_view_moves(hands: Hands) -> None:
    diagram = many(400).build()
    hands.window.send(events.Pasted(_text(diagram), in_place=True))
    hands.canvas.fit()
    hands.key(Qt.Key.Key_A, CTRL)
    before = document(hands)
    figure = hands.canvas.sheet.figure
    node = next(iter(content(hands).nodes))
    start = place(hands, node)
    hands.drag(start, (start[0] + 200, start[1] + 100), release=False)
    tool = state(hands).tool
    assert isinstance(tool, Moving)
    assert tool.carried
    assert state(hands).preview is None
    assert hands.canvas.sheet.figure is figure, "no figure is built while they are carried"
    hands.canvas.repaint()
    assert document(hands) is before
    count = entries(hands)
    hands.mouse(QEvent.Type.MouseButtonRelease, start[0] + 200, start[1] + 100, NONE)
    assert place(hands, node) == pytest.approx((start[0] + tool.offset[0], start[1] + tool.offset[1]))
    assert entries(hands) == count + 1
    assert document(hands).content is before.content


def _text(diagram) -> str:  # type: ignore[no-untyped-def]
    from tensordraw.diagram import file

    return file.encode(diagram)


def test_ux_25_what_is_carried_is_seen_where_it_is(hands: Hands) -> None:
    diagram = many(100).build()
    hands.window.send(events.Pasted(_text(diagram), in_place=True))
    hands.canvas.fit()
    hands.key(Qt.Key.Key_A, CTRL)
    node = next(iter(content(hands).nodes))
    start = place(hands, node)
    hands.drag(start, (start[0] + 120, start[1] + 60), release=False)
    QApplication.processEvents()
    carried = hands.canvas.grab().toImage()
    tool = state(hands).tool
    assert isinstance(tool, Moving)
    x, y = hands.canvas.view.to_screen(start[0] + tool.offset[0], start[1] + tool.offset[1])
    empty = hands.canvas.view.to_screen(*start)

    def ink(at: tuple[float, float]) -> int:
        ground = carried.pixelColor(2, 60).name()
        return sum(
            carried.pixelColor(round(at[0]) + i, round(at[1]) + j).name() != ground
            for i in range(-9, 10)
            for j in range(-9, 10)
        )

    assert ink((x, y)) > 60
    assert ink(empty) < ink((x, y))


def test_ux_26_align_and_distribute_are_one_step_each(hands: Hands) -> None:
    nodes = [put(hands, "tensor", x, y) for x, y in ((0, 0), (70, 30), (200, 110))]
    pick(hands, *nodes)
    before = entries(hands)
    hands.key(Qt.Key.Key_Left, CTRL | SHIFT)
    figure = hands.canvas.sheet.figure
    assert figure is not None
    lefts = {round(item.box[0], 1) for item in figure.items if item.owner in nodes}
    assert len(lefts) == 1
    assert entries(hands) == before + 1
    undo(hands)
    for command, axis in (("distribute_horizontal", 0), ("distribute_vertical", 1)):
        hands.window.run(command)
        a, b, c = (place(hands, node)[axis] for node in nodes)
        assert b - a == pytest.approx(c - b, abs=0.01)
    assert entries(hands) == before + 2
    for side in ("right", "top", "bottom", "middle", "centre"):
        pick(hands, *nodes)
        hands.window.run(f"align_{side}")
        undo(hands)
    assert entries(hands) == before + 2


def test_arrange_lays_out_all_or_the_selection_as_one_step(hands: Hands) -> None:
    hands.window.send(events.Insert("", 0, 0, text="mps 5", scale=1.0))
    nodes = list(content(hands).nodes)
    for number, node in enumerate(nodes):
        hands.window.send(events.Select(frozenset({node})))
        for _ in range(number):
            hands.key(Qt.Key.Key_Down)
    pick(hands)
    before, count = document(hands), entries(hands)
    hands.key(Qt.Key.Key_L, CTRL)
    assert len({place(hands, node)[1] for node in nodes}) == 1, "a train lies in a row"
    assert document(hands).content is before.content
    assert entries(hands) == count + 1
    undo(hands)
    assert document(hands).layout == before.layout
    pick(hands, nodes[4])
    hands.window.run("arrange_rest")
    assert place(hands, nodes[4]) == (before.layout.places[nodes[4]].x, before.layout.places[nodes[4]].y)
    assert place(hands, nodes[0]) != (before.layout.places[nodes[0]].x, before.layout.places[nodes[0]].y)


def test_arrange_glides_unless_motion_is_reduced(hands: Hands, qtbot: QtBot) -> None:
    from tensordraw.ui import gliding
    from tensordraw.ui.settings import settings

    hands.window.send(events.Insert("", 0, 0, text="mps 5", scale=1.0))
    for step in range(2):
        first = next(iter(content(hands).nodes))
        hands.drag(place(hands, first), (place(hands, first)[0], place(hands, first)[1] + 60 + 10 * step))
        settings().setValue("reduced_motion", step == 1)
        hands.key(Qt.Key.Key_L, CTRL)
        moving = hands.canvas.findChildren(gliding.Gliding)
        assert bool(moving) == (step == 0 and not gliding.is_still())
        qtbot.waitUntil(lambda: not hands.canvas.findChildren(gliding.Gliding), timeout=3000)
        final = hands.canvas.sheet.figure
        assert final is hands.window.following.figure(document(hands)), "at the end it is what the document says"


def test_a_rubber_band_over_many_paints_their_halos_in_a_layer(hands: Hands) -> None:
    hands.window.send(events.Pasted(_text(many(256).build()), in_place=True))
    hands.canvas.fit()
    pick(hands)
    box = hands.canvas.view.box(0, 0, hands.canvas.width(), hands.canvas.height())
    hands.drag((box[0] + 1, box[1] + 1), (box[2] - 1, box[3] - 1), release=False)
    assert isinstance(state(hands).tool, Banding)
    assert len(state(hands).selection) == 256
    hands.canvas.repaint()
    assert hands.canvas.halos.owners == state(hands).selection
    hands.mouse(QEvent.Type.MouseMove, box[0] + 30, box[1] + 30, NONE)
    assert len(state(hands).selection) < 256
