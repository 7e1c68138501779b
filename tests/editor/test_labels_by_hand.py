"""What stands beside items is moved by hand: labels of open legs, names of copies and regions, the table of legs, letters of
panels, equations by their signs."""

from __future__ import annotations

import pytest

import tensordraw as td
from tensordraw.diagram import edits_layout
from tensordraw.diagram.records import Id
from tensordraw.editor import grasp
from tensordraw.editor.events import Insert, Move, Press, Release
from tensordraw.editor.state import Wiring
from tensordraw.figure.paths import bounds
from tests.editor.desk import Desk

ALT = frozenset({"Alt"})


def label_box(desk: Desk, item: Id) -> tuple[float, float, float, float]:
    shapes = [s for one in grasp.figure_of(desk.document).items if one.owner == item for s in one.shapes]
    return bounds(next(shape.path for shape in shapes if shape.role == "label"))


def middle(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def drags_its_label(desk: Desk, item: Id, held: frozenset = frozenset()) -> None:
    before, content, entries = label_box(desk, item), desk.content, desk.entries
    x, y = middle(before)
    desk.drag((x, y), (x + 25.0, y - 18.0), held)
    after = label_box(desk, item)
    assert after[0] - before[0] == pytest.approx(25.0, abs=0.1)
    assert after[1] - before[1] == pytest.approx(-18.0, abs=0.1)
    assert desk.entries == entries + 1
    assert desk.content is content
    desk.key("Ctrl+Z")
    assert label_box(desk, item) == before


def test_the_label_of_an_open_leg() -> None:
    desk = Desk()
    desk.send(Insert("", 0.0, 0.0, text="W: hidden head"))
    (node,) = desk.content.nodes
    for leg in desk.legs(node):
        drags_its_label(desk, leg)


def test_a_wire_still_begins_at_the_tip_of_a_labelled_leg() -> None:
    desk = Desk()
    desk.send(Insert("", 0.0, 0.0, text="W: hidden head"))
    (node,) = desk.content.nodes
    tip = desk.tip(desk.legs(node)[1])
    desk.press((tip[0] + 3.0, tip[1]))
    desk.move((tip[0] + 40.0, tip[1] + 30.0))
    assert isinstance(desk.state.tool, Wiring)


def test_the_name_of_a_copy() -> None:
    desk = Desk()
    copy = desk.put("copy", 0.0, 0.0)
    desk.run("rename", (copy, "stream"))
    drags_its_label(desk, copy)


def test_the_name_of_a_region_with_alt_and_the_region_itself_without() -> None:
    desk = Desk()
    node = desk.put("tensor", 0.0, 0.0)
    desk.select(node)
    desk.run("wrap_bubble", "relu")
    (region,) = desk.content.regions
    drags_its_label(desk, region, ALT)
    x, y = middle(label_box(desk, region))
    desk.drag((x, y), (x + 40.0, y), frozenset({"Ctrl"}))
    assert desk.document.layout.places[node].x == pytest.approx(40.0, abs=0.1)
    assert region not in desk.document.layout.labels


@pytest.mark.parametrize("kind", ["table", "panel"])
def test_notes_that_the_figure_fills_are_dragged(kind: str) -> None:
    document = td.einsum("i j, j k -> i k", "A", "B")
    if kind == "table":
        document, note = edits_layout.add_table(document, 0.0, 80.0)
    else:
        document, note = edits_layout.add_panel(document, "(a)", document.content.nodes, 0.0, 80.0)
    desk = Desk(document)
    box = grasp.box_of(grasp.figure_of(document), note)
    assert box is not None
    x, y = middle(box)
    desk.drag((x, y), (x + 30.0, y + 20.0), frozenset({"Ctrl"}))
    moved = desk.document.layout.notes[note]
    assert (moved.x, moved.y) == (30.0, 100.0)
    assert desk.entries == 1


def test_an_equation_is_dragged_by_its_sign() -> None:
    desk = Desk()
    for at, line in enumerate(("A: i j", "B: i j")):
        desk.send(Insert("", 160.0 * at, 0.0, text=line))
    a, b = desk.content.nodes
    desk.select(a, b)
    desk.run("set_equal")
    (sign,) = grasp.figure_of(desk.document).signs
    x, y = middle(grasp.figure_of(desk.document).signs[sign])
    before = {item: desk.document.layout.places[item] for item in (a, b)}
    desk.select()
    for event in (Press(x, y), Move(x + 20.0, y + 30.0), Move(x, y + 60.0), Release(x, y + 60.0)):
        desk.send(event)
    after = desk.document.layout.places
    assert {after[item].y - before[item].y for item in (a, b)} == {60.0}
