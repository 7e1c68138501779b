"""Programs that become diagrams: the diagram of any program means the program."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import tensordraw as td
from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.records import Bubble, Copy, Delta, Diagram, Paste, Repeat, Tensor
from tensordraw.program.check import check
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Gather,
    Input,
    Operand,
    Output,
    Program,
    Reshape,
    Scale,
    Select,
    Spread,
    Type,
)
from tensordraw.program.statements import Repeat as Loop
from tensordraw.read.lift import lift
from tests.drawings import random_drawing
from tests.networks import random_network
from tests.program.programs import einsum, layers, program, t
from tests.reference import meaning

SEEDS = st.integers(0, 10**9)


def _sound(diagram: Diagram) -> Diagram:
    """The diagram, which has no errors and survives being saved."""
    errors = [problem.what for problem in td.problems(diagram) if problem.severity == "error"]
    assert errors == []
    text = encode(diagram)
    assert encode(decode(text)) == text
    return diagram


def _arrays(of: Program, seed: int = 0) -> dict[str, Any]:
    generator = np.random.default_rng(seed)
    return {
        entry.array: generator.integers(0, 2, entry.type.shape)
        if entry.type.integer
        else generator.normal(size=entry.type.shape)
        for entry in of.inputs
    }


def _alike(actual: Any, expected: Any, doubt: float = 0) -> None:
    """Equal up to rounding, measured by the largest entry."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    largest = np.abs(expected).max(initial=1)
    np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-9 * largest + doubt)


def _same(of: Program, arrays: Mapping[str, Any] | None = None) -> Diagram:
    """The lifted diagram, after it was compared with the program: arrays, shapes, results in order, values."""
    given = _arrays(of) if arrays is None else arrays
    diagram = _sound(lift(check(of)))
    again = lower(diagram.content)
    assert {e.array: e.type.shape for e in again.inputs} == {e.array: e.type.shape for e in of.inputs}
    expected, actual = evaluate(of, given), evaluate(again, given)
    assert list(actual) == list(expected)
    for name, value in expected.items():
        _alike(actual[name], value)
    return diagram


def _kinds(diagram: Diagram, kind: type) -> list[Any]:
    return [
        item for item in (*diagram.content.nodes.values(), *diagram.content.regions.values()) if isinstance(item, kind)
    ]


# ------------------------------------------------------------------------------------------------- whatever is drawn


def _round(diagram: Diagram, arrays: Mapping[str, Any], expected: Any, doubt: float = 0) -> None:
    for of in (lower(diagram.content), simplify(lower(diagram.content))):
        again = _sound(lift(of))
        shapes = {entry.array: entry.type.shape for entry in lower(again.content).inputs}
        assert shapes == {entry.array: entry.type.shape for entry in of.inputs}
        _alike(td.evaluate(again, arrays), expected, doubt)


@given(SEEDS)
def test_a_random_network_comes_back(seed: int) -> None:
    diagram, arrays, value = random_network(seed)
    _round(diagram, arrays, value)


@given(SEEDS)
def test_a_random_drawing_comes_back(seed: int) -> None:
    diagram, arrays = random_drawing(seed)
    expected = meaning(diagram.content, arrays)
    assume(np.isfinite(expected).all())
    moved = {name: array * (1 + 1e-13) if array.dtype.kind == "f" else array for name, array in arrays.items()}
    doubt = 100 * float(np.abs(meaning(diagram.content, moved) - expected).max(initial=0))
    _round(diagram, arrays, expected, doubt)


@pytest.mark.parametrize("name", [template.name for template in td.templates()])
def test_a_template_comes_back(name: str) -> None:
    diagram = td.template(name)
    arrays = {k: v.astype(float) if v.dtype.kind == "f" else v for k, v in td.arrays(diagram).items()}
    _round(diagram, arrays, td.evaluate(diagram, arrays))


def test_gpt2_keeps_its_repeat_and_its_stream() -> None:
    diagram = td.template("gpt2", layers=2, heads=2, hidden=8, vocab=11, seq=5, layer_norm=True, bias=True)
    again = lift(simplify(lower(diagram.content)))
    assert {space.name for space in again.content.spaces.values()} == {s.name for s in diagram.content.spaces.values()}
    assert len(_kinds(again, Repeat)) == 1
    names = [copy.name for copy in _kinds(again, Copy) if copy.out]
    assert {"resid_mid", "resid_pre"} <= set(names), "the stream passes through its copies"


# --------------------------------------------------------------------------------------------- programs and pictures


def test_a_chain_of_contractions_is_one_network() -> None:
    of = program(
        {"A": t(2, 3), "B": t(3, 4), "C": t(4, 5)}, einsum("D", "ij,jk->ik", ["A", "B"], 2, 4),
        einsum("E", "ik,kl->li", ["D", "C"], 5, 2),
    )  # fmt: skip
    diagram = _same(of)
    assert [node.name for node in _kinds(diagram, Tensor)] == ["A", "B", "C"]
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
    diagram = _same(Program(inputs, (out,), (Output("", "scores"),)))
    assert "'seq0 hidden0, hidden0 hidden1, seq1 hidden1, seq1 seq2 -> seq2 seq0'" in td.code(diagram, "torch")
    assert [space.name for space in diagram.content.spaces.values()] == ["seq", "hidden"]


def test_what_is_used_twice_is_a_copy_with_a_paste() -> None:
    of = program(
        {"W": t(3, 3), "x": t(3)}, einsum("h", "ij,j->i", ["W", "x"], 3), Apply("g", "sigmoid", "h", (), t(3)),
        Add("y", (Addend("h", (0,)), Addend("g", (0,), "1/2", 0.5)), t(3)),
    )  # fmt: skip
    diagram = _same(of)
    (copy,) = _kinds(diagram, Copy)
    (paste,) = _kinds(diagram, Paste)
    (bubble,) = _kinds(diagram, Bubble)
    assert copy.name == "h"
    assert copy.out, "the stream passes through to the sum"
    assert paste.inside == bubble.id, "what a function transforms is pasted into it"


def test_a_loop_is_a_repeat() -> None:
    diagram = _same(layers(3))
    (repeat,) = _kinds(diagram, Repeat)
    bound = {node.name for node in _kinds(diagram, Tensor) for leg in node.legs if leg.index == repeat.id}
    assert bound == {"W"}


def test_two_results_are_an_equation() -> None:
    body = (einsum("h", "ij,j->i", ["W", "x"], 3), Apply("g", "tanh", "h", (), t(3)))
    inputs = (Input("W", "W", t(3, 3)), Input("x", "x", t(3)))
    for relation in (",", "=", "≈", ":="):
        outputs = (Output("hidden", "h"), Output("squashed", "g", relation))  # type: ignore[arg-type]
        diagram = _same(Program(inputs, body, outputs))
        (equation,) = diagram.content.equations.values()
        assert [part.sign for part in equation.parts] == ["+", relation]


def test_sides_with_alike_axes_get_labels() -> None:
    inputs = (Input("A", "A", Type((Axis("n", 3), Axis("n", 3)))),)
    turned = Einsum("B", (Operand("A", ("i", "j")),), ("j", "i"), t(3, 3))
    _same(Program(inputs, (turned,), (Output("left", "A"), Output("right", "B", "="))))
    _same(Program(inputs, (turned,), (Output("A", "A"), Output("B", "B"), Output("C", "B", "="))))


# ------------------------------------------------------------------------------------------- every statement, oddities

ODD: dict[str, Program] = {
    "an array alone": program({"A": t(2, 3)}),
    "a number": program({}, Constant("c", "1/3", 1 / 3)),
    "an array that nothing needs": Program((Input("A", "A", t(2)), Input("B", "B", t(3))), (), (Output("", "A"),)),
    "ids that nothing needs": Program(
        (Input("A", "A", t(2)), Input("n", "n", t(3, integer=True))), (), (Output("", "A"),)
    ),
    "an empty sum": program({}, Add("z", (), t(2, 3))),
    "an empty product": program({}, Einsum("e", (), (), t())),
    "a diagonal": program({"A": t(3, 3)}, einsum("d", "ii->i", ["A"], 3)),
    "a trace of an exponential": program(
        {"A": t(3, 3)}, Apply("e", "exp", "A", (), t(3, 3)), einsum("s", "ii->", ["e"])
    ),
    "the size of an index": program(
        {"A": t()}, Spread("s", "A", (), ("i", "j"), t(2, 3)), einsum("r", "ij->j", ["s"], 3)
    ),
    "a diagonal matrix": program({"v": t(3)}, Spread("D", "v", ("i",), ("i", "k", "i"), t(3, 2, 3))),
    "an identity alone": program({}, Fixed("I", "delta", t(4, 4))),
    "a sum with an identity": program(
        {"A": t(3, 3)}, Fixed("I", "delta", t(3, 3)), Add("B", (Addend("A", (1, 0)), Addend("I", (0, 1), "-2", -2.0)), t(3, 3))
    ),
    "a bias": program({"A": t(2, 3), "b": t(3)}, Add("y", (Addend("A", (0, 1)), Addend("b", (None, 0))), t(2, 3))),
    "scalars added": program(
        {"a": t(), "b": t()}, Add("c", (Addend("a", ()), Addend("b", (), "3", 3.0)), t()), einsum("d", ",->", ["c", "c"])
    ),
    "a scalar factor in a sum": program(
        {"a": t(), "x": t(3)}, einsum("y", ",i->i", ["a", "x"], 3), Add("z", (Addend("y", (0,)), Addend("x", (0,))), t(3))
    ),
    "a number in a sum": program(
        {"x": t(3)}, Scale("y", "x", 0.25, "1/4", t(3)), Add("z", (Addend("y", (0,), "-1", -1.0), Addend("x", (0,))), t(3))
    ),
    "a scaled value used twice": program(
        {"x": t(3)}, Scale("y", "x", 2.5, "2.5", t(3)), einsum("z", "i,i->i", ["y", "y"], 3)
    ),
    "joined, moved and split axes": program(
        {"A": t(2, 3, 4)}, Reshape("B", "A", (((0, 1), (0,)), ((2,), (1, 2))), t(6, 2, 2)),
        Reshape("C", "B", (((0, 1, 2), (0, 1)),), t(8, 3)),
    ),
    "axes of size 1": program(
        {"A": t(2, 1)}, Reshape("B", "A", (((0,), (1,)), ((1,), ()), ((), (0,))), t(1, 2)),
    ),
    "entries": program({"A": t(2, 3, 4)}, Select("a", "A", 1, 2, t(2, 4)), Select("b", "a", 0, 1, t(4))),
    "an entry of a product": program(
        {"A": t(2, 3), "B": t(3, 4)}, einsum("C", "ij,jk->ik", ["A", "B"], 2, 4), Select("c", "C", 1, 3, t(2)),
        Select("d", "C", 0, 1, t(4)), einsum("e", "i,j->ji", ["c", "d"], 4, 2),
    ),
    "an entry of a diagonal": program(
        {"v": t(3)}, Spread("D", "v", ("i",), ("i", "i"), t(3, 3)), Select("d", "D", 0, 1, t(3))
    ),
    "rows of a table": program(
        {"W": t(2, 5), "n": t(2, 3, integer=True)}, Gather("r", "W", 1, "n", t(2, 2, 3)), einsum("s", "abc->cb", ["r"], 3, 2)
    ),
    "rows of a table at some ids": program(
        {"W": t(2, 5), "n": t(2, 3, integer=True)}, Select("m", "n", 0, 1, t(3, integer=True)), Gather("r", "W", 1, "m", t(2, 3))
    ),
    "fixed arrays": program(
        {"A": t(3, 3)}, Fixed("m", "causal_mask", t(3, 3)), Fixed("s", "shift", t(3, 3), offset=1),
        Fixed("o", "ones", t(3, 2)), Fixed("l", "levi_civita", t(3, 3, 3)),
        einsum("r", "ab,bc,cd,de,dfg->aefg", ["A", "m", "s", "o", "l"], 3, 2, 3, 3),
    ),
    "an inverse": program(
        {"A": t(3, 3), "x": t(3)}, Apply("B", "inverse", "A", (1, 0), t(3, 3)), einsum("y", "ij,j->i", ["B", "x"], 3)
    ),
    "a transpose of another shape": program(
        {"A": t(2, 4), "x": t(2)}, Apply("B", "transpose", "A", (0, 1), t(4, 2)), einsum("y", "ij,j->i", ["B", "x"], 4)
    ),
    "a determinant": program({"A": t(2, 3, 3)}, Apply("d", "determinant", "A", (1, 2), t(2))),
    "softmax of a masked product": program(
        {"q": t(4, 3), "k": t(4, 3)}, einsum("s", "ic,jc->ij", ["q", "k"], 4, 4), Scale("r", "s", 3**-0.5, "1/sqrt(c)", t(4, 4)),
        Apply("m", "causal_mask", "r", (0, 1), t(4, 4)), Apply("p", "softmax", "m", (1,), t(4, 4)),
    ),
    "a sum of sums": program(
        {"a": t(2), "b": t(2), "c": t(2)}, Add("d", (Addend("a", (0,)), Addend("b", (0,))), t(2)),
        Add("e", (Addend("c", (0,)), Addend("d", (0,), "-1", -1.0)), t(2)),
    ),
    "a value used by itself": program(
        {"x": t(3)}, Apply("y", "tanh", "x", (), t(3)), einsum("z", "i,j,i->ji", ["y", "y", "y"], 3, 3)
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_odd_programs(name: str) -> None:
    _same(ODD[name])


def _loop(*body: Any, result: str, inputs: Mapping[str, Type], count: int = 3, shape: Type = t(2)) -> Program:
    return program(dict(inputs), Loop("y", "layer", count, "h", "x", body, result, shape))


LOOPS = {
    "the state alone": _loop(result="h", inputs={"x": t(2)}),
    "nothing of the state": _loop(Select("w", "W", 0, "layer", t(2)), result="w", inputs={"x": t(2), "W": t(3, 2)}),
    "something from outside": program(
        {"x": t(2)}, Apply("s", "tanh", "x", (), t(2)),
        Loop("y", "layer", 3, "h", "x", (Add("n", (Addend("h", (0,)), Addend("s", (0,))), t(2)),), "n", t(2)),
    ),
    "a slice of what is computed": program(
        {"x": t(2), "W": t(3, 2)}, Apply("V", "tanh", "W", (), t(3, 2)),
        Loop(
            "y", "layer", 3, "h", "x",
            (Select("v", "V", 0, "layer", t(2)), Add("n", (Addend("h", (0,)), Addend("v", (0,))), t(2))), "n", t(2),
        ),
    ),
    "a slice of what is computed inside": _loop(
        Apply("V", "tanh", "W", (), t(3, 2)), Select("v", "V", 0, "layer", t(2)), einsum("n", "i,i->i", ["h", "v"], 2),
        result="n", inputs={"x": t(2), "W": t(3, 2)},
    ),
    "the state in a bubble": _loop(Apply("r", "tanh", "h", (), t(2)), result="r", inputs={"x": t(2)}),
    "the state times a scalar in a sum": _loop(
        einsum("k", "i,->i", ["h", "a"], 2), Add("n", (Addend("k", (0,)), Addend("x", (0,))), t(2)),
        result="n", inputs={"x": t(2), "a": t()},
    ),
    "the state and more of it": _loop(
        einsum("k", "i,->i", ["h", "a"], 2), Apply("r", "tanh", "h", (), t(2)),
        Add("n", (Addend("k", (0,)), Addend("r", (0,))), t(2)), result="n", inputs={"x": t(2), "a": t()},
    ),
    "a loop in a loop": program(
        {"x": t(2), "W": t(3, 4, 2, 2)},
        Loop(
            "y", "layer", 3, "h", "x",
            (
                Loop(
                    "z", "step", 4, "g", "h",
                    (
                        Select("a", "W", 0, "layer", t(4, 2, 2)), Select("w", "a", 0, "step", t(2, 2)),
                        einsum("m", "ij,j->i", ["w", "g"], 2), Apply("r", "tanh", "m", (), t(2)),
                    ), "r", t(2),
                ),
                Add("n", (Addend("z", (0,)), Addend("h", (0,))), t(2)),
            ), "n", t(2),
        ),
    ),
    "a scaled start": program(
        {"x": t(2)}, Scale("s", "x", 3.0, "3", t(2)),
        Loop("y", "layer", 2, "h", "s", (Apply("r", "tanh", "h", (), t(2)),), "r", t(2)),
    ),
    "a scalar state": program(
        {"x": t(), "w": t(3)},
        Loop("y", "layer", 3, "h", "x", (Select("v", "w", 0, "layer", t()), einsum("n", ",->", ["h", "v"])), "n", t()),
    ),
    "a scalar state used twice": program(
        {"x": t(), "w": t(2)},
        Loop("y", "layer", 3, "h", "x", (Apply("v", "tanh", "h", (), t()), einsum("n", ",->", ["h", "v"])), "n", t()),
        einsum("z", ",i->i", ["y", "w"], 2),
    ),
    "fewer turns than slices": _loop(
        Select("w", "W", 0, "layer", t(2, 2)), einsum("z", "ij,j->i", ["w", "h"], 2),
        result="z", inputs={"x": t(2), "W": t(5, 2, 2)}, count=2,
    ),
    "no turns": _loop(Apply("r", "tanh", "h", (), t(2)), result="r", inputs={"x": t(2)}, count=0),
}  # fmt: skip


@pytest.mark.parametrize("name", LOOPS)
def test_loops(name: str) -> None:
    _same(LOOPS[name])


def test_conjugates_reach_the_arrays() -> None:
    a = np.random.default_rng(0).normal(size=(3, 3, 2)) @ [1, 1j]
    x = np.random.default_rng(1).normal(size=(3, 2)) @ [1, 1j]
    of = program(
        {"A": t(3, 3), "x": t(3)}, einsum("y", "ij,j->i", ["A", "x"], 3), Apply("z", "tanh", "y", (), t(3)),
        Conj("c", "z", t(3)), einsum("n", "i,i->", ["z", "c"]),
    )  # fmt: skip
    diagram = _same(of, {"A": a, "x": x})
    assert sorted((node.name, node.conj) for node in _kinds(diagram, Tensor)) == [
        ("A", False), ("A", True), ("x", False), ("x", True),
    ]  # fmt: skip


def test_the_conjugate_of_a_state_is_refused_in_a_sentence() -> None:
    of = _loop(Conj("c", "h", t(2)), result="c", inputs={"x": t(2)})
    with pytest.raises(td.Error, match="'h'") as caught:
        lift(of)
    assert "\n" not in str(caught.value)


def test_captured_values_are_found_again() -> None:
    of = program(
        {"W": t(3, 3), "x": t(3)}, einsum("h", "ij,j->i", ["W", "x"], 3), Apply("g", "relu", "h", (), t(3)),
        einsum("y", "ij,j->i", ["W", "g"], 3), hidden="h", active="g",
    )  # fmt: skip
    diagram = _same(of)
    assert lower(diagram.content).captures.keys() >= {"hidden", "active"}


def test_a_long_residual_stream() -> None:
    body: list[Any] = []
    for n in range(400):
        body.append(Apply(f"r{n}", "tanh", f"x{n}", (), t(2)))
        body.append(Add(f"x{n + 1}", (Addend(f"x{n}", (0,)), Addend(f"r{n}", (0,))), t(2)))
    _same(program({"x0": t(2)}, *body))


def test_a_thousand_tensors_are_lifted_at_once() -> None:
    operands = [Operand(f"T{k}", (f"a{k}", f"a{k + 1}", f"b{k % 7}")) for k in range(1000)]
    inputs = tuple(Input(o.value, o.value, Type(tuple(Axis(i, 2) for i in o.indices))) for o in operands)
    of = Program(inputs, (Einsum("r", tuple(operands), ("a0",), t(2)),), (Output("", "r"),))
    start = time.process_time()
    diagram = lift(of)
    assert time.process_time() - start < 1.0
    assert len(_kinds(diagram, Tensor)) == 1000
    assert len(_kinds(diagram, Delta)) == 8
