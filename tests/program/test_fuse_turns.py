"""Rotary positions: the drawn matrix is taken apart into cosines and sines, in both orders of entries and both directions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.program.arrays import random_arrays
from tensordraw.program.check import check
from tensordraw.program.evaluate import run
from tensordraw.program.flow import walk
from tensordraw.program.fuse import fused, unfused
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import Add, Einsum, Fused, Operand, Output, Program, Reshape, Turn, Type

SIZES: dict[str, Any] = {"layers": 2, "heads": 6, "kv_heads": 3, "hidden": 24, "mlp": 20, "vocab": 11, "seq": 6}


def llama(interleaved: bool) -> Program:
    return simplify(lower(td.template("llama", interleaved=interleaved, **SIZES).content))


def turns(program: Program) -> list[Turn]:
    return [s.form for s in walk(program.body) if isinstance(s, Fused) and isinstance(s.form, Turn)]


@pytest.mark.parametrize("interleaved", [False, True])
def test_llama_turns_without_its_matrix(torch: Any, interleaved: bool) -> None:
    program = llama(interleaved)
    made = check(fused(program, turns=True))
    assert [form.interleaved for form in turns(made)] == [interleaved] * 2
    assert all(form.forwards for form in turns(made))
    assert not any(isinstance(statement, Reshape) for statement in walk(made.body))  # nor what the matrix was made of
    assert turns(fused(program)) == []
    arrays = random_arrays(program, 0)
    (expected,) = run(program, arrays, fuse=False).outputs.values()
    plain = check(unfused(made))
    np.testing.assert_allclose(run(plain, arrays, fuse=False).outputs[""], expected, atol=1e-5)
    for backend in ("numpy", "torch"):
        (found,) = run(program, arrays, backend).outputs.values()
        np.testing.assert_allclose(np.asarray(found), expected, atol=1e-5, err_msg=backend)


@pytest.mark.parametrize("interleaved", [False, True])
@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("output", ["q h o", "h q o", "o h q"])
def test_all_orders_of_axes(torch: Any, interleaved: bool, back: bool, output: str) -> None:
    """The matrix times a given value, or its transpose times it, the result's axes in any order."""
    program = llama(interleaved)
    matrix = next(s for s in program.body if isinstance(s, Reshape) and s.out == "rotary")
    before = program.body[: program.body.index(matrix) + 1]
    given = next(item for item in program.inputs if item.array == "embed_tokens")
    axes = {"q": matrix.type.axes[0], "h": given.type.axes[0], "n": matrix.type.axes[1], "o": matrix.type.axes[1]}

    def typed(names: Iterable[str]) -> Type:
        return Type(tuple(axes[name] for name in names))

    x = replace(given, out="x", array="x", type=typed("hqn"))
    indices = ("q", "n", "o") if back else ("q", "o", "n")
    product = Einsum(
        "y", (Operand("x", ("h", "q", "n")), Operand("rotary", indices)), tuple(output.split()), typed(output.split())
    )
    alone = check(Program((x,), (*before, product), (Output("", "y"),)))
    made = check(fused(alone, turns=True))
    (form,) = turns(made)
    assert form.forwards == (not back)
    arrays = random_arrays(alone, 1)
    (expected,) = run(alone, arrays, fuse=False).outputs.values()
    np.testing.assert_allclose(run(check(unfused(made)), arrays, fuse=False).outputs[""], expected, atol=1e-5)
    for backend in ("numpy", "torch"):
        (found,) = run(alone, arrays, backend).outputs.values()
        np.testing.assert_allclose(np.asarray(found), expected, atol=1e-5, err_msg=backend)


def test_what_does_not_turn_stays(torch: Any) -> None:
    """Twice the sines, or sines alone: no rotation, and what is computed is what is drawn."""
    program = llama(False)
    (add,) = (s for s in program.body if isinstance(s, Add) and s.out == "turns")
    arrays = random_arrays(program, 0)
    for addends in ((add.addends[0], replace(add.addends[1], coefficient="2", factor=2.0)), add.addends[1:]):
        body = tuple(replace(s, addends=addends) if s is add else s for s in program.body)
        other = replace(program, body=body)
        assert turns(fused(other, turns=True)) == []
        (expected,) = run(other, arrays, fuse=False).outputs.values()
        np.testing.assert_allclose(np.asarray(run(other, arrays, "torch").outputs[""]), expected, atol=1e-5)


def test_a_captured_matrix_is_made(torch: Any) -> None:
    diagram = td.template("llama", **SIZES)
    arrays = td.arrays(diagram)
    for backend in ("numpy", "torch"):
        result, seen = td.evaluate(diagram, arrays, backend, capture=["rotary"])
        matrix = np.asarray(seen["rotary"])
        np.testing.assert_allclose(matrix @ matrix.swapaxes(1, 2), np.tile(np.eye(4), (6, 1, 1)), atol=1e-6)
        np.testing.assert_allclose(np.asarray(result), td.evaluate(diagram, arrays), atol=1e-5)


def test_gradients_go_through(torch: Any) -> None:
    diagram = td.template("llama", **SIZES)
    arrays = td.arrays(diagram)
    grads = []
    for fuse in (True, False):
        given = {name: torch.from_numpy(array) for name, array in arrays.items()}
        given["q_proj"].requires_grad_()
        td.evaluate(diagram, given, "torch", fuse=fuse).square().sum().backward()
        grads.append(given["q_proj"].grad)
    torch.testing.assert_close(*grads, atol=1e-4, rtol=1e-3)
