"""Programs that become diagrams: the diagram of any program means the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensordraw as td
from tensordraw.diagram.records import ROOT, Bubble, Copy, Delta, Diagram, Paste, Repeat, Tensor
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Conj,
    Einsum,
    Input,
    Operand,
    Output,
    Program,
    Type,
)
from tensordraw.read.lift import lift
from tests.drawings import random_drawing, random_equation
from tests.growth import calls
from tests.networks import random_network
from tests.program.programs import einsum, layers, program, t
from tests.read.lifting import alike, kinds, loop, same, sound
from tests.reference import meaning

SEEDS = st.integers(0, 10**9)


# ------------------------------------------------------------------------------------------------- whatever is drawn


def _round(diagram: Diagram, arrays: Mapping[str, Any], expected: Any, doubt: float = 0) -> None:
    for of in (lower(diagram.content), simplify(lower(diagram.content))):
        again = sound(lift(of))
        shapes = {entry.array: entry.type.shape for entry in lower(again.content).inputs}
        assert shapes == {entry.array: entry.type.shape for entry in of.inputs}
        alike(td.evaluate(again, arrays), expected, doubt)


@given(SEEDS)
def test_a_random_network_comes_back(seed: int) -> None:
    _network_comes_back(seed)


def _network_comes_back(seed: int) -> None:
    diagram, arrays, value = random_network(seed)
    _round(diagram, arrays, value)


@given(SEEDS)
def test_a_random_drawing_comes_back(seed: int) -> None:
    _drawing_comes_back(seed)


def _drawing_comes_back(seed: int) -> None:
    diagram, arrays = random_drawing(seed)
    expected = meaning(diagram.content, arrays)
    if not np.isfinite(expected).all():
        return  # a few drawings square too often
    moved = {name: array * (1 + 1e-13) if array.dtype.kind == "f" else array for name, array in arrays.items()}
    doubt = 100 * float(np.abs(meaning(diagram.content, moved) - expected).max(initial=0))
    _round(diagram, arrays, expected, doubt)


@given(SEEDS)
def test_a_random_equation_comes_back(seed: int) -> None:
    _equation_comes_back(seed)


def _equation_comes_back(seed: int) -> None:
    diagram, arrays = random_equation(seed)
    of = lower(diagram.content)
    expected = evaluate(of, arrays)
    if not all(np.isfinite(value).all() for value in expected.values()):
        return
    moved = {name: array * (1 + 1e-13) if array.dtype.kind == "f" else array for name, array in arrays.items()}
    others = evaluate(of, moved)
    for program_ in (of, simplify(of)):
        again = lower(sound(lift(program_)).content)
        if len(of.outputs) > 1:
            assert [(o.name, o.relation) for o in again.outputs] == [(o.name, o.relation) for o in of.outputs]
        for output, value in zip(of.outputs, evaluate(again, arrays).values(), strict=True):
            doubt = 100 * float(np.abs(others[output.name] - expected[output.name]).max(initial=0))
            alike(value, expected[output.name], doubt)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(400))
def test_hundreds_of_drawings_come_back(seed: int) -> None:
    _drawing_comes_back(seed)
    _network_comes_back(seed)
    _equation_comes_back(seed)


SMALL = {"layers": 2, "heads": 2, "kv_heads": 1, "hidden": 8, "mlp": 7, "vocab": 11, "seq": 5}


@pytest.mark.parametrize("name", [template.name for template in td.templates()])
def test_a_template_comes_back(name: str) -> None:
    (template,) = (template for template in td.templates() if template.name == name)
    asked = {parameter.name for parameter in template.parameters}
    diagram = td.template(name, **{k: v for k, v in SMALL.items() if k in asked and "vocab" in asked})
    arrays = {k: v.astype(float) if v.dtype.kind == "f" else v for k, v in td.arrays(diagram).items()}
    _round(diagram, arrays, td.evaluate(diagram, arrays))


def test_gpt2_keeps_its_repeat_and_its_stream() -> None:
    diagram = td.template("gpt2", layers=2, heads=2, hidden=8, vocab=11, seq=5, layer_norm=True, bias=True)
    again = lift(simplify(lower(diagram.content)))
    assert {space.name for space in again.content.spaces.values()} == {s.name for s in diagram.content.spaces.values()}
    assert len(kinds(again, Repeat)) == 1
    assert kinds(again, Repeat)[0].inside == ROOT, "the last norm pastes the stream"
    names = [copy.name for copy in kinds(again, Copy) if copy.out]
    assert {"resid_mid", "resid_pre"} <= set(names), "the stream passes through its copies"


# --------------------------------------------------------------------------------------------- programs and pictures


def test_a_chain_of_contractions_is_one_network() -> None:
    of = program(
        {"A": t(2, 3), "B": t(3, 4), "C": t(4, 5)}, einsum("D", "ij,jk->ik", ["A", "B"], 2, 4),
        einsum("E", "ik,kl->li", ["D", "C"], 5, 2),
    )  # fmt: skip
    diagram = same(of)
    assert [node.name for node in kinds(diagram, Tensor)] == ["A", "B", "C"]
    assert len(diagram.content.nodes) == 3
    assert len(diagram.content.wires) == 2


def test_index_names_and_operand_order_come_back() -> None:
    indices = [("seq0", "hidden0"), ("hidden0", "hidden1"), ("seq1", "hidden1"), ("seq1", "seq2")]
    values = ["x", "match", "x", "prev"]
    shape = {"seq": 5, "hidden": 3}
    inputs = tuple(
        Input(name, name, Type(tuple(Axis(index, shape[index[:-1]]) for index in indices[values.index(name)])))
        for name in dict.fromkeys(values)
    )
    operands = tuple(Operand(value, names) for value, names in zip(values, indices, strict=True))
    out = Einsum("scores", operands, ("seq2", "seq0"), t(5, 5))
    diagram = same(Program(inputs, (out,), (Output("", "scores"),)))
    assert "'seq0 hidden0, hidden0 hidden1, seq1 hidden1, seq1 seq2 -> seq2 seq0'" in td.code(diagram, "torch")
    assert [space.name for space in diagram.content.spaces.values()] == ["seq", "hidden"]


def test_what_is_used_twice_is_a_copy_with_a_paste() -> None:
    of = program(
        {"W": t(3, 3), "x": t(3)}, einsum("h", "ij,j->i", ["W", "x"], 3), Apply("g", "sigmoid", "h", (), t(3)),
        Add("y", (Addend("h", (0,)), Addend("g", (0,), "1/2", 0.5)), t(3)),
    )  # fmt: skip
    diagram = same(of)
    (copy,) = kinds(diagram, Copy)
    (paste,) = kinds(diagram, Paste)
    (bubble,) = kinds(diagram, Bubble)
    assert copy.name == "h"
    assert copy.out, "the stream passes through to the sum"
    assert paste.inside == bubble.id, "what a function transforms is pasted into it"


def test_the_argument_of_a_function_stays_outside_where_it_is_large() -> None:
    small, large = (
        program(
            {"x0": t(2), "W": t(2, 2)}, *(einsum(f"x{n + 1}", "ij,j->i", ["W", f"x{n}"], 2) for n in range(count)),
            Apply("y", "tanh", f"x{count}", (), t(2)),
        )
        for count in (5, 30)
    )  # fmt: skip
    assert kinds(same(small), Paste) == []
    assert len(kinds(same(large), Paste)) == 1


def test_a_loop_is_a_repeat() -> None:
    diagram = same(layers(3))
    (repeat,) = kinds(diagram, Repeat)
    bound = {node.name for node in kinds(diagram, Tensor) for leg in node.legs if leg.index == repeat.id}
    assert bound == {"W"}


def test_two_results_are_an_equation() -> None:
    body = (einsum("h", "ij,j->i", ["W", "x"], 3), Apply("g", "tanh", "h", (), t(3)))
    inputs = (Input("W", "W", t(3, 3)), Input("x", "x", t(3)))
    for relation in (",", "=", "≈", ":="):
        outputs = (Output("hidden", "h"), Output("squashed", "g", relation))  # type: ignore[arg-type]
        diagram = same(Program(inputs, body, outputs))
        (equation,) = diagram.content.equations.values()
        assert [part.sign for part in equation.parts] == ["+", relation]
        assert kinds(diagram, Copy)[0].inside == equation.parts[0].term, "what is a result itself is drawn there"


def test_sides_with_alike_axes_get_labels() -> None:
    inputs = (Input("A", "A", Type((Axis("n", 3), Axis("n", 3)))),)
    turned = Einsum("B", (Operand("A", ("i", "j")),), ("j", "i"), t(3, 3))
    same(Program(inputs, (turned,), (Output("left", "A"), Output("right", "B", "="))))
    same(Program(inputs, (turned,), (Output("A", "A"), Output("B", "B"), Output("C", "B", "="))))


def test_conjugates_reach_the_arrays() -> None:
    a = np.random.default_rng(0).normal(size=(3, 3, 2)) @ [1, 1j]
    x = np.random.default_rng(1).normal(size=(3, 2)) @ [1, 1j]
    of = program(
        {"A": t(3, 3), "x": t(3)}, einsum("y", "ij,j->i", ["A", "x"], 3), Apply("z", "tanh", "y", (), t(3)),
        Conj("c", "z", t(3)), einsum("n", "i,i->", ["z", "c"]),
    )  # fmt: skip
    diagram = same(of, {"A": a, "x": x})
    assert sorted((node.name, node.conj) for node in kinds(diagram, Tensor)) == [
        ("A", False), ("A", True), ("x", False), ("x", True),
    ]  # fmt: skip


def test_the_conjugate_of_a_state_is_refused_in_a_sentence() -> None:
    of = loop(Conj("c", "h", t(2)), result="c", inputs={"x": t(2)})
    with pytest.raises(td.Error, match="'h'") as caught:
        lift(of)
    assert "\n" not in str(caught.value)


def test_captured_values_are_found_again() -> None:
    of = program(
        {"W": t(3, 3), "x": t(3)}, einsum("h", "ij,j->i", ["W", "x"], 3), Apply("g", "relu", "h", (), t(3)),
        einsum("y", "ij,j->i", ["W", "g"], 3), hidden="h", active="g",
    )  # fmt: skip
    diagram = same(of)
    assert lower(diagram.content).captures.keys() >= {"hidden", "active"}


def test_a_long_residual_stream() -> None:
    body: list[Any] = []
    for n in range(400):
        body.append(Apply(f"r{n}", "tanh", f"x{n}", (), t(2)))
        body.append(Add(f"x{n + 1}", (Addend(f"x{n}", (0,)), Addend(f"r{n}", (0,))), t(2)))
    same(program({"x0": t(2)}, *body))


def test_a_thousand_tensors_are_lifted_at_once() -> None:
    def chain(length: int) -> Program:
        operands = [Operand(f"T{k}", (f"a{k}", f"a{k + 1}", f"b{k % 7}")) for k in range(length)]
        inputs = tuple(Input(o.value, o.value, Type(tuple(Axis(i, 2) for i in o.indices))) for o in operands)
        return Program(inputs, (Einsum("r", tuple(operands), ("a0",), t(2)),), (Output("", "r"),))

    lift(chain(10))
    assert calls(lambda: lift(chain(1000))) < 12 * calls(lambda: lift(chain(250)))
    diagram = lift(chain(1000))
    assert len(kinds(diagram, Tensor)) == 1000
    assert len(kinds(diagram, Delta)) == 8
