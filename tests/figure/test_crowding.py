"""What is said of an export in which things lie on each other, and of one that is scaled to fit."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Tensor
from tensordraw.figure.build import build
from tensordraw.figure.checks import clashes
from tensordraw.figure.crowding import crowding
from tensordraw.figure.display import Box
from tensordraw.figure.export import warnings
from tensordraw.figure.paths import bounds, grown, overlap
from tensordraw.templates import template


def label_box(diagram: Diagram, wire: Id) -> Box:
    (shape,) = [s for i in build(diagram).items if i.owner == wire for s in i.shapes if s.role == "label"]
    return bounds(shape.path)


def test_a_clean_figure_has_nothing_to_say() -> None:
    diagram = template("attention")
    assert crowding(diagram, build(diagram)) == ()


def test_bodies_on_each_other_are_named_in_an_export() -> None:
    d = Draft()
    d.tensor("A", (), (0, 0))
    d.tensor("B", (), (8, 0))
    (note,) = warnings(d.build())
    assert note.severity == "note"
    assert "bodies overlap" in note.sentence
    assert "A and B" in note.sentence


def test_many_clashes_are_counted() -> None:
    d = Draft()
    for number in range(6):
        d.tensor(f"A{number}", (), (60 * number, 0))
        d.tensor(f"B{number}", (), (60 * number + 8, 0))
    assert [note.sentence for note in warnings(d.build())][3:] == ["3 more things lie on each other."]


def test_a_label_between_bodies_that_are_too_near_stands_above_them() -> None:
    d = Draft()
    a, b = d.leg("hidden", angle=0), d.leg("hidden", angle=180)
    d.tensor("A", [a], (0, 0))
    d.tensor("B", [b], (36, 0))
    wire = d.wire(a, b, "hidden")
    diagram = d.build()
    assert clashes(diagram, build(diagram)) == []
    assert abs(label_box(diagram, wire.id)[3]) > 9.0


def test_a_wider_value_matrix_leaves_its_label_free() -> None:
    diagram = template("gpt2")
    (node,) = [n for n in diagram.content.nodes.values() if isinstance(n, Tensor) and n.name == "W_V"]
    nodes = diagram.content.nodes | {node.id: replace(node, name="W_{val}")}
    renamed = replace(diagram, content=replace(diagram.content, nodes=nodes))
    assert clashes(renamed, build(renamed)) == []


@pytest.mark.parametrize(("room", "found"), [(0.1, ["label on a body"]), (1.5, [])])
def test_a_label_that_touches_a_dot_is_a_clash(room: float, found: list[str]) -> None:
    d = Draft()
    a, b = d.leg("s", angle=270), d.leg("s", angle=90)
    d.tensor("A", [a], (0, 0))
    d.tensor("B", [b], (0, 60))
    wire = d.wire(a, b, "head_size")
    dot = d.delta([d.leg("s", angle=0)], (80, 30))
    box = label_box(d.build(), wire.id)
    left = next(
        bounds(s.path)[0] for i in build(d.build()).items if i.owner == dot.id for s in i.shapes if s.role == "body"
    )
    d.labels[wire.id] = (left - box[2] - room, 30.0 - (box[1] + box[3]) / 2)
    diagram = d.build()
    assert [clash.kind for clash in clashes(diagram, build(diagram))] == found


def test_labels_beside_the_dots_of_gpt2_on_its_side_have_air() -> None:
    diagram = template("gpt2", sideways=True)
    bodies = [
        bounds(shape.path)
        for item in build(diagram).items
        if item.owner in diagram.content.nodes
        for shape in item.shapes
        if shape.role == "body"
    ]
    for wire in diagram.content.wires.values():
        if wire.label:
            air = grown(label_box(diagram, wire.id), 1.2)
            assert not any(overlap(air, body) for body in bodies), wire


def test_a_scaled_figure_says_to_what_and_that_the_table_makes_it_wide() -> None:
    sentences = [caution.sentence for caution in warnings(template("gpt2"), width="40mm")]
    (said,) = [sentence for sentence in sentences if "scaled" in sentence]
    assert said.startswith("To fit 40 mm, lines and letters are scaled to ")
    assert "table" not in said
    diagram = template("gpt2")
    notes = {key: replace(note, x=note.x + 600.0) for key, note in diagram.layout.notes.items()}
    aside = replace(diagram, layout=replace(diagram.layout, notes=notes))
    said = next(c.sentence for c in warnings(aside, width="86mm") if "scaled" in c.sentence)
    assert "Without the table of legs it is " in said
