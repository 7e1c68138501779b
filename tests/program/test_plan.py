"""Plans: pairs only, result and names kept, cheap orders, the same in every process; and what they cost."""

from __future__ import annotations

import random
import subprocess
import sys

import numpy as np

from tensordraw.program.cost import cost
from tensordraw.program.evaluate import evaluate
from tensordraw.program.flow import types, walk
from tensordraw.program.plan import _pairs, plan
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Einsum,
    Input,
    Operand,
    Output,
    Program,
    Repeat,
    Select,
    Type,
)


def t(*axes: tuple[str, int]) -> Type:
    return Type(tuple(Axis(*axis) for axis in axes))


I, J, K = ("i", 50), ("j", 40), ("k", 30)  # noqa: E741


def product(**origin: tuple[str, ...]) -> Program:
    """A B v: right to left is cheap."""
    return Program(
        (Input("a", "A", t(I, J)), Input("b", "B", t(J, K)), Input("v", "v", t(K))),
        (Einsum("y", (Operand("a", ("i", "j")), Operand("b", ("j", "k")), Operand("v", ("k",))), ("i",), t(I)),),
        (Output("", "y"),),
        origin,
    )


def test_a_chain_of_pairs_in_the_cheap_order() -> None:
    planned = plan(product(y=("t1", "t2")))
    first, last = planned.body
    assert isinstance(first, Einsum)
    assert isinstance(last, Einsum)
    assert (first.out, first.output, first.type) == ("y_part1", ("j",), t(J))
    assert [operand.value for operand in last.operands] == ["a", "y_part1"]
    assert (last.out, last.output, last.type) == ("y", ("i",), t(I))
    assert planned.origin == {"y": ("t1", "t2"), "y_part1": ("t1", "t2")}
    assert plan(planned) is planned


def test_names_stay_unique_and_bodies_are_planned() -> None:
    inner = Einsum("z", (Operand("w", ("i", "j")), Operand("w", ("j", "k")), Operand("h", ("k",))), ("i",), t(("i", 2)))
    outer = Repeat(
        "z_part1", "layer", 3, "h", "x", (Select("w", "W", 0, "layer", t(("i", 2), ("j", 2))), inner), "z", t(("i", 2))
    )
    program = Program(
        (Input("x", "x", t(("i", 2))), Input("W", "W", t(("layer", 3), ("i", 2), ("j", 2)))),
        (outer,),
        (Output("", "z_part1"),),
    )
    planned = plan(program)
    names = [statement.out for statement in walk(planned.body)]
    assert len(set(names)) == len(names) == 4
    w, x = np.random.default_rng(0).normal(size=(3, 2, 2)), np.ones(2)
    wanted = x
    for k in range(3):
        wanted = w[k] @ w[k] @ wanted
    np.testing.assert_allclose(evaluate(program, {"x": x, "W": w})[""], wanted)


def test_steps_of_more_than_two() -> None:
    """Simulate the list of operands: every pair must merge what the step of four names."""
    for step in [(0, 1, 2, 3), (1, 2, 4, 5), (0, 3, 5)]:
        operands: list[object] = list(range(6))
        for a, b in _pairs([step], 6):
            assert a < b < len(operands)
            merged = (operands[a], operands[b])
            del operands[b], operands[a]
            operands.append(merged)

        def leaves(item: object) -> list[object]:
            return [leaf for part in item for leaf in leaves(part)] if isinstance(item, tuple) else [item]

        assert sorted(map(str, leaves(operands[-1]))) == [str(position) for position in step]
        assert len(operands) == 6 - len(step) + 1


def test_private_indices_do_not_mislead() -> None:
    """An index of one operand alone is summed first, however large it is."""
    big = ("x", 10**6)
    program = Program(
        (Input("a", "A", t(I, J)), Input("b", "B", t(J, K)), Input("v", "v", t(K, big))),
        (Einsum("y", (Operand("a", ("i", "j")), Operand("b", ("j", "k")), Operand("v", ("k", "x"))), ("i",), t(I)),),
        (Output("", "y"),),
    )
    assert cost(program).flops == 30 * 10**6 + 2 * 40 * 30 + 2 * 50 * 40


def test_cost() -> None:
    found = cost(product())
    assert found.flops == 2 * 40 * 30 + 2 * 50 * 40
    assert found.largest == 50 * 40
    assert [step.spec for step in found.path] == ["j k, k -> j", "i j, j -> i"]
    assert str(found).splitlines()[0] == "6.4 k operations, largest array 2 k entries"


def test_cost_of_a_repeat_and_of_functions() -> None:
    x = t(("i", 10))
    body = (
        Einsum("o", (Operand("h", ("i",)), Operand("h", ("j",))), ("i", "j"), t(("i", 10), ("j", 10))),
        Einsum("s", (Operand("o", ("i", "j")),), ("i",), x),
        Apply("r", "relu", "s", (), x),
        Add("n", (Addend("r", (0,)), Addend("h", (0,))), x),
    )
    program = Program((Input("x", "x", x),), (Repeat("y", "k", 12, "h", "x", body, "n", x),), (Output("", "y"),))
    found = cost(program)
    assert found.flops == 12 * (100 + 100 + 10 + 10)
    assert found.largest == 100
    assert [step.times for step in found.path] == [12, 12]
    assert "x 12" in str(found)


def test_the_plan_does_not_depend_on_hashes_or_seed_anything() -> None:
    state = random.getstate()
    here = _names_of_a_plan()
    assert random.getstate() == state
    code = f"import runpy; print(runpy.run_path({__file__!r})['_names_of_a_plan']())"
    for seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        assert there.stdout.strip() == here


def _names_of_a_plan() -> str:
    """A ring of 20 tensors with chords, planned by the thorough search."""
    axes = [(f"ring{k}", 3) for k in range(20)] + [(f"chord{k}", 3) for k in range(10)]
    parts = [(axes[k], axes[(k + 1) % 20], axes[20 + k % 10]) for k in range(20)]
    operands = tuple(Operand(f"v{k}", tuple(name for name, _ in part)) for k, part in enumerate(parts))
    inputs = tuple(Input(f"v{k}", f"A{k}", t(*part)) for k, part in enumerate(parts))
    planned = plan(Program(inputs, (Einsum("y", operands, (), t()),), (Output("", "y"),)))
    assert all(len(type_.axes) < 12 for type_ in types(planned).values())
    return " ".join("*".join(o.value for o in s.operands) for s in planned.body if isinstance(s, Einsum))
