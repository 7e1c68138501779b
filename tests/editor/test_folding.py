"""Collapsing, expanding, drawing layers out, turning the drawing, the table of legs: as commands, gestures and undo."""

from __future__ import annotations

import math

import pytest

import tensordraw as td
from tensordraw.diagram import file
from tensordraw.diagram.records import Block, Diagram, Id, Repeat, Tensor
from tensordraw.editor import commands, folding, grasp
from tensordraw.editor.events import DoubleClick
from tensordraw.figure.build import build
from tensordraw.figure.checks import clashes
from tests.editor.desk import Desk


def named(diagram: Diagram, name: str) -> Id:
    return next(r.id for r in diagram.content.regions.values() if r.name == name)


def desk() -> tuple[Desk, Id]:
    made = Desk(td.template("gpt2", layers=3))
    return made, named(made.document, "attention")


def box(made: Desk, region: Id) -> tuple[float, float, float, float]:
    found = grasp.box_of(grasp.figure_of(made.document), region)
    assert found is not None
    return found


def test_collapsing_is_layout_in_one_step_and_undone() -> None:
    made, block = desk()
    before = made.document
    made.select(block)
    made.run("collapse")
    assert made.entries == 1
    assert made.document.content is before.content
    assert td.code(made.document) == td.code(before)
    left, top, right, bottom = box(made, block)
    assert right - left < 120
    assert bottom - top < 30
    assert clashes(made.document, build(made.document)) == []
    made.run("undo")
    assert made.document == before


def test_it_is_kept_in_the_file() -> None:
    made, block = desk()
    made.select(block)
    made.run("collapse")
    again = file.decode(file.encode(made.document))
    assert again == made.document
    assert folding.is_collapsed(again, block)


def test_neighbours_stay_and_expanding_gives_the_same_drawing() -> None:
    made, block = desk()
    before = made.document
    made.select(block)
    made.run("collapse")
    moved = {n: p for n, p in made.document.layout.places.items() if before.layout.places.get(n) != p}
    assert set(moved) == {block}
    made.run("collapse")
    assert made.document == before


def test_double_click_on_the_box_expands() -> None:
    made, block = desk()
    made.select(block)
    made.run("collapse")
    left, top, right, bottom = box(made, block)
    made.send(DoubleClick((left + right) / 2, (top + bottom) / 2, 1.0))
    assert not folding.is_collapsed(made.document, block)


def test_the_button_of_a_selected_region_collapses_and_expands() -> None:
    made, block = desk()
    for wanted in (True, False):
        made.select(block)
        at = folding.button_of(made.document, grasp.figure_of(made.document), block, 1.0)
        assert at is not None
        made.click(at)
        assert folding.is_collapsed(made.document, block) is wanted
    assert made.entries == 2


def test_what_is_hidden_cannot_be_grasped() -> None:
    made, block = desk()
    inside = [n.id for n in made.content.nodes.values() if isinstance(n, Tensor) and n.name == "W_O"]
    at = made.document.layout.places[inside[0]]
    assert grasp.target_at(made.document, (at.x, at.y), 1.0).item == inside[0]
    made.select(block)
    made.run("collapse")
    target = grasp.target_at(made.document, (at.x, at.y), 1.0)
    assert target.item not in inside
    hidden = {n.id for n in made.content.nodes.values() if block in _around(made.document, n.inside)}
    assert len(hidden) > 8
    assert not hidden & grasp.within(made.document, (-1e4, -1e4, 1e4, 1e4))


def _around(diagram: Diagram, region: Id) -> list[Id]:
    found = []
    while region in diagram.content.regions:
        found.append(region)
        region = diagram.content.regions[region].inside
    return found


def test_a_collapsed_region_is_dragged_with_all_that_is_in_it() -> None:
    made, block = desk()
    made.select(block)
    made.run("collapse")
    before = made.document
    left, top, right, bottom = box(made, block)
    middle = ((left + right) / 2, (top + bottom) / 2)
    made.drag(middle, (middle[0] + 60, middle[1] + 40), frozenset({"Ctrl"}))
    for node in made.content.nodes.values():
        was, now = before.layout.places[node.id], made.document.layout.places[node.id]
        far = (60.0, 40.0) if block in _around(made.document, node.inside) else (0.0, 0.0)
        assert math.dist((now.x - was.x, now.y - was.y), far) < 1.0, node
    made.run("collapse")
    assert not folding.is_collapsed(made.document, block)


def test_the_stream_is_straight_through_a_collapsed_repeat() -> None:
    made = Desk(td.template("gpt2"))
    (repeat,) = [r for r in made.content.regions.values() if isinstance(r, Repeat)]
    made.select(repeat.id)
    made.run("collapse_close")
    figure = build(made.document)
    for port in repeat.ports:
        below = figure.anchors[port.outer_in.id]
        assert below.angle == 270.0
        wire = next(w for w in made.content.wires.values() if port.outer_in.id in w.ends)
        ends = {round(figure.anchors[end].root[0], 3) for end in wire.ends}
        assert len(ends) == 1
    assert clashes(made.document, figure) == []


def test_overview_of_a_model_drawn_out() -> None:
    made = Desk(td.template("gpt2", layers=4))
    made.run("unroll")
    assert made.entries == 1
    assert not any(isinstance(r, Repeat) for r in made.content.regions.values())
    full = grasp.figure_of(made.document).box
    made.run("collapse_all_close")
    figure = build(made.document)
    shown = [item.text for item in figure.items if item.owner in made.content.regions]
    assert len(shown) == 4
    assert all("layer" in text for text in shown)
    assert figure.box[3] - figure.box[1] < 0.4 * (full[3] - full[1])
    assert clashes(made.document, figure) == []
    layer = named(made.document, "layer 2")
    made.select(layer)
    made.run("collapse")  # the blocks in it are still boxes
    assert clashes(made.document, build(made.document)) == []
    made.run("expand_all")
    assert not any(folding.is_collapsed(made.document, r) for r in made.content.regions)
    assert clashes(made.document, build(made.document)) == []


def test_unrolling_needs_one_repeat() -> None:
    made = Desk(td.template("mlp_block"))
    assert commands.find("unroll").enabled(made.state) == "Select one repeat first."
    made, _ = desk()
    assert commands.find("unroll").enabled(made.state) is None
    made.select(named(made.document, "mlp"))
    assert commands.find("unroll").enabled(made.state) == "Select one repeat first."


def test_unrolling_thousands_of_layers_is_refused() -> None:
    made = Desk(td.template("gpt2", layers=5000))
    made.run("unroll")
    assert made.refused
    assert "can be drawn" in made.said
    assert made.entries == 0


def test_commands_say_why_not() -> None:
    made = Desk(td.template("mlp_block"))
    made.run("expand_all")
    assert made.said == "Nothing is collapsed."
    made.run("collapse_all")
    assert made.entries == 1
    made.run("collapse_all")
    assert made.said == "There is no block to collapse."


@pytest.mark.parametrize("command", ["turn_side", "turn_upright"])
def test_turning_is_one_step(command: str) -> None:
    made = Desk(td.einsum("i j, j k -> i k", "A", "B"))
    before = grasp.figure_of(made.document).box
    made.run(command)
    after = grasp.figure_of(made.document).box
    assert made.entries == 1
    assert (before[2] - before[0] > before[3] - before[1]) != (after[2] - after[0] > after[3] - after[1])
    assert clashes(made.document, build(made.document)) == []


def test_the_table_of_legs_comes_and_goes() -> None:
    made = Desk(td.template("mlp_block"))
    before = made.document
    made.run("table_of_legs")
    (note,) = made.document.layout.notes.values()
    assert note.table
    left, top, right, bottom = box(made, note.id)
    assert clashes(made.document, build(made.document)) == []
    assert made.state.selection == {note.id}
    made.send(DoubleClick((left + right) / 2, (top + bottom) / 2, 1.0))
    made.run("set_label", (note.id, ""))  # no heading
    assert made.document.layout.notes[note.id].table
    made.run("table_of_legs")
    assert not made.document.layout.notes
    assert made.document.layout == before.layout


def test_blocks_are_blocks() -> None:
    made, block = desk()
    assert isinstance(made.content.regions[block], Block)
