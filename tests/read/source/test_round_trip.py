"""Code that we print reads back to a diagram that evaluates the same, numpy and torch, functions and modules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tensordraw.diagram.records import Diagram
from tensordraw.program.check import check
from tensordraw.program.emit import emit
from tensordraw.program.evaluate import evaluate
from tensordraw.program.functions import FUNCTIONS
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import Apply, Axis, Input, Output, Program, Type
from tensordraw.read.lift import lift
from tensordraw.read.source import read_source, trace
from tensordraw.templates import templates
from tensordraw.templates.catalog import template
from tests.drawings import random_drawing
from tests.networks import random_network
from tests.program.emit.test_random import Maker
from tests.program.emit.test_statements import Case, cases

LANGUAGES = ["numpy", "torch", "torch_einsum", "opt_einsum", "einops", "jax", "ncon"]
SMALL = {
    "gpt2": {"layers": 2, "heads": 2, "hidden": 8, "vocab": 11, "seq": 5, "layer_norm": True, "bias": True},
    "llama": {"layers": 2, "heads": 4, "kv_heads": 2, "hidden": 8, "mlp": 16, "vocab": 11, "seq": 5},
    "bert": {"layers": 2, "heads": 2, "hidden": 8, "vocab": 11, "seq": 5},
}
CASES = cases()


def same(program: Program, other: Program, arrays: Mapping[str, Any], code: str) -> None:
    """Both give the same results from the same arrays."""
    wanted = evaluate(program, arrays)
    needed = {each.array for each in other.inputs}
    found = evaluate(check(other), {name: array for name, array in arrays.items() if name in needed})
    # Without a given array that says otherwise, numbers are single.
    tolerance = 1e-8 if any(not each.type.integer for each in other.inputs) else 1e-5
    assert list(found) == list(wanted) or len(wanted) == 1  # code does not name the only result
    for mine, array in zip(found.values(), wanted.values(), strict=True):
        assert np.shape(mine) == np.shape(array), code
        np.testing.assert_allclose(mine, array, tolerance, tolerance, equal_nan=True, err_msg=code)


def used(program: Program, arrays: Mapping[str, Any]) -> dict[str, Any]:
    names = {each.array for each in program.inputs}
    return {name: array for name, array in arrays.items() if name in names}


def back(diagram: Diagram, arrays: Mapping[str, Any], language: str, module: bool = False) -> None:
    program = simplify(lower(diagram.content))
    code = emit(program, language, module)
    same(program, simplify(lower(read_source(code).content)), used(program, arrays), code)


def random_arrays(program: Program) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    return {
        each.array: rng.integers(0, 3, each.type.shape) if each.type.integer else rng.normal(size=each.type.shape)
        for each in program.inputs
    }


@pytest.mark.parametrize("language", ["numpy", "torch", "torch_einsum", "opt_einsum"])
@pytest.mark.parametrize("name", [entry.name for entry in templates()])
def test_templates(name: str, language: str) -> None:
    diagram = template(name, **SMALL.get(name, {}))
    back(diagram, random_arrays(simplify(lower(diagram.content))), language)


@pytest.mark.parametrize("language", ["torch", "torch_einsum"])
@pytest.mark.parametrize("name", ["gpt2", "attention"])
def test_modules(name: str, language: str) -> None:
    diagram = template(name, **SMALL.get(name, {}))
    back(diagram, random_arrays(simplify(lower(diagram.content))), language, module=True)


@pytest.mark.parametrize("language", ["numpy", "torch", "einops", "jax"])
@pytest.mark.parametrize("name", CASES)
def test_every_statement(name: str, language: str) -> None:
    case: Case = CASES[name]
    if not case.program.outputs:
        return
    code = emit(case.program, language)
    same(case.program, trace(code).program, case.arrays, code)


def test_a_loop_stays_a_loop_and_names_stay() -> None:
    program = simplify(lower(template("gpt2", **SMALL["gpt2"]).content))
    code = emit(program, "torch")
    again = simplify(lower(read_source(code).content))
    assert {each.array: each.type for each in again.inputs} == {each.array: each.type for each in program.inputs}
    code_again = emit(again, "torch")
    assert "for layer in range(2):" in code_again
    assert "_causal_mask" in code_again
    for name in ("pattern", "resid_mid", "mlp_hidden"):
        assert f"    {name} = " in code_again


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), language=st.sampled_from(["numpy", "torch"]))
def test_any_drawing(seed: int, language: str) -> None:
    drawing = random_drawing(seed)
    back(drawing.diagram, drawing.arrays, language)


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), language=st.sampled_from(LANGUAGES))
def test_any_network(seed: int, language: str) -> None:
    network = random_network(seed)
    back(network.diagram, network.arrays, language)


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), language=st.sampled_from(LANGUAGES))
def test_any_program(seed: int, language: str) -> None:
    program = Maker(seed).program()
    code = emit(program, language)
    same(program, trace(code).program, random_arrays(program), code)


@pytest.mark.slow
@settings(max_examples=1000)
@given(seed=st.integers(0, 10**9), language=st.sampled_from(["numpy", "torch"]), module=st.booleans())
def test_a_thousand_drawings(seed: int, language: str, module: bool) -> None:
    drawing = random_drawing(seed)
    back(drawing.diagram, drawing.arrays, language, module and language == "torch")


def test_what_is_lifted_is_what_was_traced() -> None:
    traced = trace("def f(x, W, b):\n    h = np.tanh(W @ x + b)\n    return h, h @ h")
    diagram = lift(traced.program)
    arrays = random_arrays(traced.program)
    same(traced.program, simplify(lower(diagram.content)), arrays, "")


FORMS = [
    (name, library)
    for name, function in FUNCTIONS.items()
    for library in ("numpy", "torch", "jax")
    if name not in ("expression", "power", "transpose")
]


@pytest.mark.parametrize(("name", "library"), FORMS)
def test_functions_are_recognised(name: str, library: str) -> None:
    """Each library's form of a function reads back as that function, and not as what it is made of."""
    function = FUNCTIONS[name]
    axes = {"elementwise": (), "along": (1,), "pair": (0, 1), "matrix": (0, 1)}[function.rule]
    shape = Type((Axis("i", 3), Axis("j", 3)))
    out = Type(tuple(axis for n, axis in enumerate(shape.axes) if not (function.reduces and n in axes)))
    params = {"k": 2.0} if name == "top_k" else {}
    program = Program((Input("A", "A", shape),), (Apply("y", name, "A", axes, out, params),), (Output("", "y"),))
    read = trace(emit(program, library)).program
    (statement,) = read.body
    assert isinstance(statement, Apply)
    assert (statement.function, statement.axes) == (name, axes)
    assert dict(statement.params) in (params, {"eps": 1e-5})


def test_functions_written_out_are_recognised() -> None:
    def functions(text: str) -> list[str]:
        return [each.function for each in trace(text, {"x": (3, 4)}).program.body if isinstance(each, Apply)]

    assert functions("e = np.exp(x - x.max(-1, keepdims=True))\np = e / e.sum(-1, keepdims=True)") == ["softmax"]
    assert functions("e = np.exp(x)\np = e / e.sum(-1, keepdims=True)") == ["softmax"]
    assert functions("x / np.linalg.norm(x, axis=0, keepdims=True)") == ["l2_normalise"]
    assert functions("x / (1 + np.exp(-x))") == ["silu"]
    assert functions("np.log(1 + np.exp(x))") == ["softplus"]
    assert functions("0.5 * x * (1 + torch.erf(x / math.sqrt(2)))") == ["gelu"]
    assert functions("0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))") == ["gelu_tanh"]
