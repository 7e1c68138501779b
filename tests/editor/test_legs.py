"""Legs under a person's hands: raise and lower, mend, fix to an index, group, split, sum over, transpose."""

from __future__ import annotations

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import Fixed, Group, Id, Sum
from tensordraw.editor import palette
from tensordraw.editor.actions.mending import remedies_of
from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.effects import EditLabel
from tensordraw.editor.events import Committed, Insert
from tensordraw.figure.build import build
from tensordraw.figure.checks import clashes
from tensordraw.figure.misplaced import misplaced
from tensordraw.program.findings import findings
from tests.editor.desk import Desk, two_joined


def general() -> tuple[Desk, Id]:
    """A vector with an upper leg in a space with a general metric; gives the leg."""
    desk = Desk()
    desk.send(Insert("", 0, 0, text="v: n=3"))
    (node,) = desk.content.nodes
    (leg,) = desk.legs(node)
    desk.run("change_space", {"args": (all_legs(desk.document)[leg].space,), "metric": "general"})
    desk.select(leg)
    desk.run("make_upper")
    return desk, leg


def kinds(desk: Desk) -> list[str]:
    return [node.kind for node in desk.content.nodes.values() if isinstance(node, Fixed)]


@pytest.mark.parametrize("how", ["as it is", "turned", "mirrored"])
def test_legs_are_turned_as_one_sees_them_by_steps_that_merge(how: str) -> None:
    desk, leg = general()
    (node,) = desk.content.nodes
    desk.select(node)
    if how != "as it is":
        desk.run("rotate" if how == "turned" else "mirror_horizontal")
    desk.select(leg)
    before, angle = desk.document, build(desk.document).anchors[leg].angle
    for _ in range(3):
        desk.run("turn_leg")
    assert build(desk.document).anchors[leg].angle % 360.0 == pytest.approx((angle + 45.0) % 360.0)
    desk.run("turn_leg_back")
    assert build(desk.document).anchors[leg].angle % 360.0 == pytest.approx((angle + 30.0) % 360.0)
    assert desk.content is before.content
    desk.run("undo")
    assert desk.document == before, "one step"


def test_a_leg_is_lowered_and_raised_again_by_keys() -> None:
    desk, leg = general()
    before, entries = desk.document, desk.entries
    desk.key("_")
    assert kinds(desk) == ["metric"]
    assert desk.entries == entries + 1
    (result,) = desk.state.selection
    assert all_legs(desk.document)[result].variance == "lower"
    assert clashes(desk.document, build(desk.document)) == []
    assert misplaced(desk.document, build(desk.document)) == ()
    desk.key("^")
    assert kinds(desk) == []
    assert desk.state.selection == {leg}
    assert desk.content.nodes == before.content.nodes
    assert desk.document.layout == before.layout
    desk.key("^")
    assert desk.refused
    assert "upper already" in desk.said


@pytest.mark.parametrize(("variance", "kind"), [("upper", "metric"), ("lower", "inverse_metric")])
def test_two_open_legs_of_one_variance_are_joined_through_the_metric(variance: str, kind: str) -> None:
    desk = Desk()
    desk.send(Insert("", 0, 0, text="v: n=3"), Insert("", 0, 160, text="w: n=3"))
    one, other = all_legs(desk.document)
    desk.run("change_space", {"args": (all_legs(desk.document)[one].space,), "metric": "general"})
    for leg in (one, other):
        desk.select(leg)
        desk.run(f"make_{variance}")
    desk.drag(desk.tip(one), desk.tip(other))
    assert desk.refused
    assert "select both (Shift), then Insert the metric" in desk.said
    command = next(one for one in COMMANDS if one.id == "insert_metric")
    desk.select(one)
    assert command.enabled(desk.state) is not None
    desk.select()
    desk.click(desk.tip(one))
    desk.click(desk.tip(other), frozenset({"Shift"}))
    assert desk.state.selection == {one, other}
    assert command.enabled(desk.state) is None
    before, entries = desk.document, desk.entries
    desk.run("insert_metric")
    assert kinds(desk) == [kind]
    assert desk.entries == entries + 1
    assert findings(desk.document) == ()
    assert clashes(desk.document, build(desk.document)) == []
    arrays = td.arrays(desk.document, seed=1)
    g = arrays["g"] if kind == "metric" else np.linalg.inv(arrays["g"])
    np.testing.assert_allclose(td.evaluate(desk.document, arrays), arrays["v"] @ g @ arrays["w"], rtol=1e-4)
    desk.key("Ctrl+Z")
    assert desk.document == before


def test_legs_that_no_metric_joins_are_refused_in_words() -> None:
    desk = Desk()
    desk.send(Insert("", 0, 0, text="v: n=3"), Insert("", 0, 160, text="w: n=3"))
    one, other = all_legs(desk.document)
    desk.select(one, other)
    desk.run("insert_metric")
    assert "n is euclidean" in desk.said
    desk.run("change_space", {"args": (all_legs(desk.document)[one].space,), "metric": "general"})
    desk.select(one)
    desk.run("make_upper")
    desk.select(one, other)
    desk.run("insert_metric")
    assert "two upper legs" in desk.said
    assert desk.refused


def test_a_wire_between_two_upper_legs_is_mended() -> None:
    desk, a, b, wire = two_joined()
    first, second = desk.content.wires[wire].ends
    desk.run("change_space", {"args": (all_legs(desk.document)[first].space,), "metric": "general"})
    desk.select(a, b)
    desk.run("make_upper")
    (problem,) = [one for one in findings(desk.document) if one.remedy]
    assert problem.items[0] == wire
    assert remedies_of(problem)[0][1] == "Insert the metric"
    desk.select(wire)
    desk.key("Ctrl+.")
    assert kinds(desk) == ["metric"]
    assert not any(one.remedy for one in findings(desk.document))
    assert misplaced(desk.document, build(desk.document)) == ()
    desk.key("Ctrl+Z")
    desk.run("mend", ("insert_metric", wire))
    assert kinds(desk) == ["metric"]
    desk.select()
    desk.run("mend")
    assert desk.refused
    desk.key("Ctrl+Z")
    desk.select(first)
    desk.key("_")  # as a leg of the tensor
    assert kinds(desk) == ["metric"]
    assert second in all_legs(desk.document)


def test_a_leg_is_fixed_to_an_index_and_freed_by_its_label() -> None:
    desk = Desk()
    desk.send(Insert("", 0, 0, text="T: a=2 b=3"))
    (node,) = desk.content.nodes
    _, b = desk.legs(node)
    desk.select(b)
    desk.run("fix_leg")
    assert desk.asked(EditLabel) == EditLabel(b, "= 0")
    desk.send(Committed(b, "j = 2"))
    assert (all_legs(desk.document)[b].label, all_legs(desk.document)[b].index) == ("j", 2)
    desk.run("edit_label", b)
    assert desk.asked(EditLabel).text == "j = 2"
    desk.send(Committed(b, "j = 7"))
    assert desk.refused
    desk.send(Committed(b, "j = q"))
    assert "no index" in desk.said
    desk.send(Committed(b, "j ="))
    assert all_legs(desk.document)[b].index is None


def test_legs_are_grouped_and_split() -> None:
    desk = Desk()
    desk.send(Insert("", 0, 0, text="T: a=2 b=6"))
    (node,) = desk.content.nodes
    a, b = desk.legs(node)
    desk.select(b)
    desk.run("split_leg")
    assert desk.asked(EditLabel).text == ": (b_a=3 b_b=2)"
    desk.send(Committed(b, "b: (p=2 q=3)"))
    (bar,) = [item for item in desk.content.nodes.values() if isinstance(item, Group)]
    assert clashes(desk.document, build(desk.document)) == []
    assert td.evaluate(desk.document).shape == (2, 2, 3)
    desk.select(*(leg.id for leg in bar.parts), a)
    desk.run("group_legs")
    assert len([item for item in desk.content.nodes.values() if isinstance(item, Group)]) == 2
    assert td.evaluate(desk.document).shape == (12,)
    desk.select(a)
    desk.run("group_legs")
    assert desk.refused
    desk.send(Committed(b, "b: (p q=z)"))
    assert desk.refused


def test_summing_over_a_leg_and_binding_another() -> None:
    desk = Desk()
    desk.send(Insert("", 0, 0, text="T: a=2 b=3"))
    (node,) = desk.content.nodes
    _, b = desk.legs(node)
    desk.select(b)
    desk.run("sum_over")
    (region,) = desk.content.regions.values()
    assert isinstance(region, Sum)
    array = td.arrays(desk.document, seed=1)["T"]
    np.testing.assert_allclose(td.evaluate(desk.document, {"T": array}), array.sum(1), rtol=1e-5)
    desk.send(Insert("", 0, 4, text="v: b"))
    vector = next(item for item in desk.content.nodes if item != node)
    assert desk.tensor(vector).inside == region.id
    desk.select(vector)
    desk.run("bind_around")
    assert desk.tensor(vector).legs[0].index == region.id


def test_transposing_by_its_key() -> None:
    desk, a, _, _ = two_joined()
    first, second = desk.legs(a)
    desk.select(a)
    desk.key("Shift+T")
    (wire,) = desk.content.wires.values()
    assert first in wire.ends
    desk.key("Shift+T")
    (wire,) = desk.content.wires.values()
    assert second in wire.ends


@pytest.mark.parametrize(("kind", "variance"), [("metric", "lower"), ("inverse_metric", "upper")])
def test_metrics_are_in_the_palette(kind: str, variance: str) -> None:
    desk, leg = general()
    desk.send(Insert(kind, 100, 0))
    (item,) = desk.state.selection
    node = desk.content.nodes[item]
    assert isinstance(node, Fixed)
    assert {own.variance for own in node.legs} == {variance}
    desk.send(Insert(kind, 60, 0, leg))
    assert desk.refused is (variance == "upper")  # an upper leg is joined to the metric, not to its inverse


def test_levi_civita_has_a_leg_for_each_dimension() -> None:
    desk, leg = general()
    desk.send(Insert("levi_civita", 100, 0))
    (item,) = desk.state.selection
    assert len(desk.legs(item)) == 3
    assert [one.severity for one in findings(desk.document) if item in one.items] == []
    desk.run("change_space", {"args": (all_legs(desk.document)[leg].space,), "metric": "euclidean", "size": 40})
    assert "levi_civita" not in {kind.id for kind in palette.offered(desk.document, leg)}


@pytest.mark.parametrize("kind", [kind.id for kind in palette.KINDS if kind.group in ("Tensors", "Fixed tensors")])
def test_every_tensor_of_the_palette_has_a_command_and_a_value(kind: str) -> None:
    desk = Desk()
    ids = {command.id for command in COMMANDS}
    desk.run(f"insert_{kind}" if f"insert_{kind}" in ids and f"put_{kind}" not in ids else f"put_{kind}")
    assert not desk.refused
    assert len(desk.content.nodes) == 1
    assert [one.what for one in findings(desk.document) if one.severity == "error"] == []
    assert np.isfinite(td.evaluate(desk.document)).all()
