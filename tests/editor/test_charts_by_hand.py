"""Charts under the hands: handles at the corners, keys, guides, copies; one undo step each."""

from __future__ import annotations

import pytest

import tensordraw as td
from tensordraw.diagram import edits_layout
from tensordraw.diagram.chart import Chart, Side
from tensordraw.diagram.records import Id, Note
from tensordraw.editor import grasp, resizing
from tensordraw.editor.effects import CopyToClipboard
from tensordraw.editor.events import Pasted
from tensordraw.editor.state import Moving, Resizing
from tests.editor.desk import Desk

HEAT = Chart("heatmap", (Side("i", 3), Side("j", 4)), tuple(float(k) for k in range(12)), name="A")
LINE = Chart("line", (Side("j", 5),), (3.0, 1.0, 0.5, 0.2, 0.1), name="S")
TOP = Chart("top", (Side("vocab", 2, 1, (" Paris", " the")),), (0.5, 0.25), name="p")
OPPOSITE = {"nw": "se", "ne": "sw", "sw": "ne", "se": "nw"}
CTRL, SHIFT = frozenset({"Ctrl"}), frozenset({"Ctrl", "Shift"})


def desk_with(chart: Chart, at: tuple[float, float] = (100.0, 200.0)) -> tuple[Desk, Id]:
    document, note = edits_layout.add_chart(td.einsum("i j, j k -> i k", "A", "B"), chart, "A title", *at)
    desk = Desk(document)
    desk.select(note)
    return desk, note


def chart_of(desk: Desk, note: Id) -> Chart:
    chart = desk.document.layout.notes[note].chart
    assert chart is not None
    return chart


def box_of(desk: Desk, note: Id) -> tuple[float, float, float, float]:
    box = grasp.box_of(grasp.figure_of(desk.document), note)
    assert box is not None
    return box


@pytest.mark.parametrize("corner", ["nw", "ne", "sw", "se"])
@pytest.mark.parametrize("chart", [HEAT, LINE, TOP], ids=["heatmap", "line", "top"])
def test_a_corner_follows_the_pointer_and_the_opposite_one_stays(corner: str, chart: Chart) -> None:
    desk, note = desk_with(chart)
    places, before, content = resizing.handles(desk.state), desk.document, desk.content
    across, down = resizing.CORNERS[corner]
    x, y = places[corner]
    desk.drag((x, y), (x + 50.0 * across, y + 40.0 * down), CTRL)
    after = resizing.handles(desk.state)
    kept = OPPOSITE[corner]
    assert after[kept] == pytest.approx(places[kept], abs=0.02)
    wider = abs(after[corner][0] - after[kept][0]) - abs(x - places[kept][0])
    assert wider == pytest.approx(50.0, abs=3.0) or chart is HEAT
    assert wider > 20.0
    assert desk.entries == 1
    assert desk.content is content, "a chart is no part of what is drawn"
    assert desk.state.selection == {note}
    desk.key("Ctrl+Z")
    assert desk.document == before


def test_a_heatmap_keeps_its_proportions_and_shift_frees_them() -> None:
    def cells(desk: Desk, note: Id) -> tuple[float, float]:
        from tensordraw.figure.chart_items import extent
        from tensordraw.figure.themes import theme

        return extent(desk.document.layout.notes[note], theme("paper")).frame

    desk, note = desk_with(HEAT)
    wide, high = cells(desk, note)
    x, y = resizing.handles(desk.state)["se"]
    desk.drag((x, y), (x + 60.0, y), CTRL)
    assert cells(desk, note)[0] == pytest.approx(wide + 60.0, abs=1.0)
    assert cells(desk, note)[0] / cells(desk, note)[1] == pytest.approx(wide / high, rel=0.02)
    desk, note = desk_with(HEAT)
    desk.drag((x, y), (x + 60.0, y), SHIFT)
    assert cells(desk, note) == pytest.approx((wide + 60.0, high), abs=1.0)
    line, note = desk_with(LINE)
    wide, high = cells(line, note)
    x, y = resizing.handles(line.state)["se"]
    line.drag((x, y), (x + 60.0, y + 5.0), CTRL)
    assert cells(line, note) == pytest.approx((wide + 60.0, high + 5.0), abs=1.0)
    line, note = desk_with(LINE)
    line.drag((x, y), (x + 60.0, y + 5.0), SHIFT)
    assert cells(line, note)[0] / cells(line, note)[1] == pytest.approx(wide / high, rel=0.02)


@pytest.mark.parametrize("chart", [HEAT, LINE, TOP], ids=["heatmap", "line", "top"])
@pytest.mark.parametrize("held", [CTRL, SHIFT, frozenset()])
def test_a_chart_is_never_dragged_to_nothing(chart: Chart, held: frozenset) -> None:
    desk, note = desk_with(chart)
    x, y = resizing.handles(desk.state)["se"]
    desk.drag((x, y), (x - 4000.0, y - 4000.0), held)
    left, top, right, bottom = box_of(desk, note)
    assert right - left > 20
    assert bottom - top > 5
    (note_now,) = desk.document.layout.notes.values()
    assert "too narrow" not in str([shape.words for item in grasp.figure_of(desk.document).items if item.owner == note
                                    for shape in item.shapes])  # fmt: skip
    assert note_now.chart is not None
    desk.drag(resizing.handles(desk.state)["se"], (x + 9000.0, y + 9000.0), held)
    assert chart_of(desk, note).width <= 5000


def test_escape_drops_the_gesture_and_a_click_on_a_handle_changes_nothing() -> None:
    desk, note = desk_with(LINE)
    before = desk.document
    x, y = resizing.handles(desk.state)["sw"]
    desk.click((x, y))
    assert desk.document is before
    assert desk.state.selection == {note}
    desk.press((x, y))
    desk.move((x - 30.0, y + 30.0))
    assert isinstance(desk.state.tool, Resizing)
    assert desk.state.shown != before
    desk.key("Escape")
    assert desk.state.shown is before
    assert desk.entries == 0


def test_a_corner_rests_at_the_edge_of_another_item_with_a_guide() -> None:
    desk, note = desk_with(LINE)
    (other, *_), place = desk.content.nodes, desk.document.layout.places
    left, _, right, _ = grasp.box_of(grasp.figure_of(desk.document), other) or (0, 0, 0, 0)
    assert other in place
    x, y = resizing.handles(desk.state)["sw"]
    desk.press((x, y))
    desk.move((left + 3.0, y + 3.0))
    tool = desk.state.tool
    assert isinstance(tool, Resizing)
    assert tool.guides
    shown = grasp.box_of(grasp.figure_of(desk.state.shown), note)
    assert shown is not None
    assert shown[0] == pytest.approx(left, abs=0.6)
    assert right > left


def test_a_dragged_chart_lines_up_with_another_chart() -> None:
    desk, note = desk_with(LINE)
    document, other = edits_layout.add_chart(desk.document, HEAT, "", 400.0, 213.0)
    desk = Desk(document)
    left, top, right, bottom = box_of(desk, note)
    there = box_of(desk, other)
    x, y = (left + right) / 2, (top + bottom) / 2
    desk.press((x, y))
    desk.move((x, y + there[1] - top + 4.0))
    assert isinstance(desk.state.tool, Moving)
    assert desk.state.tool.guides
    desk.release((x, y + there[1] - top + 4.0))
    now = box_of(desk, note)
    edges = {now[1] - there[1], now[3] - there[3], (now[1] + now[3] - there[1] - there[3]) / 2}
    assert min(map(abs, edges)) < 0.01
    assert desk.entries == 1


def test_keys_nudge_delete_duplicate_and_the_clipboard() -> None:
    desk, note = desk_with(HEAT)
    start = desk.document
    desk.key("Right", "Right", "Shift+Down")
    moved = desk.document.layout.notes[note]
    assert (moved.x, moved.y) == (120.0, 201.0)
    assert desk.entries == 1, "presses one after another are one step"
    desk.key("Ctrl+D")
    (copy,) = desk.state.selection
    assert copy != note
    twin = desk.document.layout.notes[copy]
    assert (twin.chart, twin.text) == (moved.chart, moved.text)
    assert (twin.x, twin.y) != (moved.x, moved.y)
    desk.key("Ctrl+C")
    (text,) = (effect.text for effect in desk.effects if isinstance(effect, CopyToClipboard))
    desk.send(Pasted(text, 0.0, 0.0))
    assert len(desk.document.layout.notes) == 3
    (pasted,) = desk.state.selection
    assert desk.document.layout.notes[pasted].chart == moved.chart
    desk.key("Delete")
    assert len(desk.document.layout.notes) == 2
    desk.select(*desk.content.nodes, *desk.document.layout.notes)
    desk.key("Ctrl+D")
    assert len(desk.document.layout.notes) == 4, "with the document's other items"
    for _ in range(desk.entries):
        desk.key("Ctrl+Z")
    assert desk.document == start


def test_handles_are_shown_for_one_chart_alone() -> None:
    desk, note = desk_with(HEAT)
    assert set(resizing.handles(desk.state)) == set(OPPOSITE)
    desk.select(note, *desk.content.nodes)
    assert resizing.handles(desk.state) == {}
    text = desk.put("note", 0.0, -90.0)
    assert isinstance(desk.document.layout.notes[text], Note)
    assert resizing.handles(desk.state) == {}
    assert resizing.held(desk.state) is None


def test_the_height_stays_when_numbers_are_renewed_and_can_be_taken_away() -> None:
    desk, note = desk_with(LINE)
    desk.run("set_chart", (note, {"height": "30mm"}))
    assert chart_of(desk, note).height == pytest.approx(30 / 25.4 * 72, abs=0.01)
    desk.run("set_chart", (note, {"height": " "}))
    assert chart_of(desk, note).height is None
    desk.run("set_chart", (note, {"height": "0mm"}))
    assert desk.refused
    other, top = desk_with(TOP)
    other.run("set_chart", (top, {"height": "30mm"}))
    assert other.refused
