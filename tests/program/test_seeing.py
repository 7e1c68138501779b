"""Which value stands for a drawn item: its producer's on a wire, its own for what is computed, words where there is none."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram.records import Add, Bubble, Content, Copy, Diagram, Paste, Tensor, node_legs, port_legs
from tensordraw.diagram.records import Repeat as RepeatRegion
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.seeing import Seen, Unseen, axis_names, named, value_of
from tensordraw.program.statements import Program
from tensordraw.templates import template
from tensordraw.templates.catalog import Template

SMALL = {"layers": 2, "heads": 2, "hidden": 8, "vocab": 11, "seq": 5}


@cache
def model(full: bool = False) -> tuple[Diagram, Program]:
    diagram = template("gpt2", **SMALL, layer_norm=full, bias=full)
    return diagram, simplify(lower(diagram.content))


def title(full: bool, item: str) -> str:
    diagram, program = model(full)
    sight = value_of(program, diagram.content, item)
    assert isinstance(sight, Seen), sight
    return sight.title


def wires_of(content: Content, node: str) -> list[str]:
    """The wires at a node or repeat."""
    if node in content.nodes:
        legs = {leg.id for leg in node_legs(content.nodes[node])}
    else:
        region = content.regions[node]
        assert isinstance(region, RepeatRegion)
        legs = {leg.id for port in region.ports for leg in port_legs(port)}
    return [wire.id for wire in content.wires.values() if legs & set(wire.ends)]


def node_called(content: Content, name: str, kind: type) -> str:
    return next(
        node.id for node in content.nodes.values() if isinstance(node, kind) and getattr(node, "name", "") == name
    )


@pytest.mark.parametrize("full", [False, True])
def test_every_node_and_region_shows_a_value_with_named_axes(full: bool) -> None:
    diagram, program = model(full)
    names = axis_names(program)
    arrays = td.arrays(diagram)
    shown: dict[str, str] = {}
    for item in (*diagram.content.nodes, *diagram.content.regions, *diagram.content.wires):
        sight = value_of(program, diagram.content, item)
        if isinstance(sight, Seen):
            shown[item] = sight.value
    _, captures = td.evaluate(diagram, arrays, capture=list(dict.fromkeys(shown.values())))
    for value, array in captures.items():
        assert len(names[value]) == np.ndim(array), value
    ones = [node.id for node in diagram.content.nodes.values() if len(list(node_legs(node))) == 1]
    assert set(shown) >= {*diagram.content.nodes, *diagram.content.regions} - set(ones)


def test_the_residual_wires_carry_what_was_put_on_the_stream() -> None:
    content = model()[0].content
    embed = node_called(content, "embed", Add)
    repeat = next(region.id for region in content.regions.values() if isinstance(region, RepeatRegion))
    copy = node_called(content, "resid_pre", Copy)
    between = set(wires_of(content, embed)) & set(wires_of(content, repeat))
    assert between
    assert {title(False, wire) for wire in between} == {"embed"}
    entering = set(wires_of(content, repeat)) & set(wires_of(content, copy))
    assert {title(False, wire) for wire in entering} == {"resid_pre"}
    through = set(wires_of(content, copy)) & set(wires_of(content, node_called(content, "resid_mid", Add)))
    assert {title(False, wire) for wire in through} == {"resid_pre"}


def test_wires_of_queries_keys_and_pattern_carry_them() -> None:
    content = model(True)[0].content
    softmax = next(r.id for r in content.regions.values() if isinstance(r, Bubble) and r.function == "softmax")
    inside = {node.id for node in content.nodes.values() if node.inside != softmax}
    for name in "qk":
        carried = []
        for wire in wires_of(content, node_called(content, name, Add)):
            sight = value_of(model(True)[1], content, wire)
            carried += [sight.title] if isinstance(sight, Seen) else []
        assert name in carried
    assert inside
    leaving = [
        wire
        for wire in content.wires
        if isinstance(s := value_of(model(True)[1], content, wire), Seen) and s.title == "pattern"
    ]
    assert leaving
    assert title(True, softmax) == "pattern"


def test_a_paste_and_the_wires_that_leave_it_show_what_was_copied() -> None:
    content = model()[0].content
    for paste in [node for node in content.nodes.values() if isinstance(node, Paste)]:
        copied = content.nodes[paste.copy]
        assert isinstance(copied, Copy)
        assert title(False, paste.id) == copied.name
    matrix = node_called(content, "W_Q", Tensor)
    sights = [value_of(model()[1], content, wire) for wire in wires_of(content, matrix)]
    assert "resid_pre" in [sight.title for sight in sights if isinstance(sight, Seen)]


def test_a_wire_into_an_operation_carries_the_operand() -> None:
    content = model()[0].content
    add = node_called(content, "resid_mid", Add)
    out = set(wires_of(content, node_called(content, "W_O", Tensor))) & set(wires_of(content, add))
    assert {title(False, wire) for wire in out} == {"attention"}


def test_a_bond_inside_one_contraction_says_so_and_what_to_look_at() -> None:
    diagram, program = model()
    content = diagram.content
    q, k = (node_called(content, name, Tensor) for name in ("W_Q", "W_K"))
    (bond,) = set(wires_of(content, q)) & set(wires_of(content, k))
    sight = value_of(program, content, bond)
    assert isinstance(sight, Unseen)
    assert "inside one contraction (pre_scores)" in sight.why
    assert "W_Q or W_K or pre_scores" in sight.why
    assert set(sight.instead) == {q, k}


def test_an_open_leg_is_the_result_or_what_its_bubble_gives() -> None:
    diagram = td.einsum("i j, j k -> i k", "A", "B", sizes={"i": 2, "j": 3, "k": 4})
    program = simplify(lower(diagram.content))
    wired = {end for wire in diagram.content.wires.values() for end in wire.ends}
    legs = [leg.id for node in diagram.content.nodes.values() for leg in node_legs(node) if leg.id not in wired]
    sight = value_of(program, diagram.content, legs[0])
    assert isinstance(sight, Seen)
    assert sight.value == program.outputs[0].value


def test_a_leg_bound_to_the_layers_shows_its_tensor() -> None:
    content = model()[0].content
    matrix = content.nodes[node_called(content, "W_Q", Tensor)]
    (bound,) = (leg.id for leg in node_legs(matrix) if leg.index is not None)
    assert title(False, bound) == "W_Q"


def test_captures_are_named_by_drawing_code_id_or_label() -> None:
    diagram, program = model()
    content = diagram.content
    softmax = next(r.id for r in content.regions.values() if isinstance(r, Bubble) and r.function == "softmax")
    asked = ["pattern", softmax, "pre_scores", node_called(content, "W_U", Tensor)]
    _, captures = td.evaluate(diagram, capture=asked)
    assert list(captures) == asked
    np.testing.assert_array_equal(captures["pattern"], captures[softmax])
    assert captures["pattern"].shape == (2, 2, 5, 5)
    assert captures[asked[3]].shape == (11, 8)
    assert named(program, content, "mlp") == Seen("mlp", "mlp")
    bond = named(program, content, "head_size")
    assert isinstance(bond, Unseen)
    with pytest.raises(td.Error, match="no copy or region 'nothing_such'"):
        td.evaluate(diagram, capture=["nothing_such"])


@pytest.mark.parametrize("entry", td.templates(), ids=lambda entry: entry.name)
def test_all_items_of_all_templates_are_answered(entry: Template) -> None:
    content = template(entry.name).content
    program = simplify(lower(content))
    there = axis_names(program)
    legs = [leg.id for node in content.nodes.values() for leg in node_legs(node)]
    for item in (*content.nodes, *content.regions, *content.wires, *legs):
        sight = value_of(program, content, item)
        if isinstance(sight, Seen):
            assert sight.value in there
        else:
            assert sight.why.endswith(".")


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("layers", [1, 3])
def test_layers_drawn_one_by_one_are_captured_stacked_as_a_repeat_is(backend: str, layers: int) -> None:
    if backend != "numpy":
        pytest.importorskip(backend, reason="PyTorch and JAX are test extras on Python 3.11 only")
    names = ["resid_mid", "pattern", "W_Q"]
    small = {**SMALL, "layers": layers}
    _, repeated = td.evaluate(template("gpt2", **small), backend=backend, capture=names)
    _, drawn = td.evaluate(template("gpt2", **small, unroll=True), backend=backend, capture=[*names, "pattern 0"])
    assert list(drawn) == [*names, "pattern 0"]
    for name in names:
        assert drawn[name].shape == repeated[name].shape
        np.testing.assert_allclose(np.asarray(drawn[name]), np.asarray(repeated[name]), atol=1e-5)
    np.testing.assert_array_equal(np.asarray(drawn["pattern 0"]), np.asarray(drawn["pattern"])[0])
    with pytest.raises(td.Error, match="no copy or region 'patter'"):
        td.evaluate(template("gpt2", **small, unroll=True), capture=["patter"])


def test_one_capture_may_be_named_alone() -> None:
    _, found = td.evaluate(model()[0], capture="pattern")
    assert list(found) == ["pattern"]
