"""Programs on batches: what a batch gives is what its members give, in the evaluator and in every language of Python."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from tensordraw import template
from tensordraw.errors import Error
from tensordraw.program.batch import batched
from tensordraw.program.check import check
from tensordraw.program.emit import emit, languages, parameters
from tensordraw.program.evaluate import evaluate
from tensordraw.program.flow import types
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.statements import Apply, Axis, Einsum, Gather, Input, Operand, Output, Program, Repeat, Type
from tests.program.emit.test_random import Maker
from tests.program.emit.test_statements import ALL, difference

COUNT = 3
SHARED = ("repeat in a repeat", "repeat that ends in a repeat")  # two loops with one variable, which `check` refuses
UNLIKELY = 9973  # a size that no program has, so that it would be seen in code


def members(arrays: dict[str, np.ndarray], names: Sequence[str]) -> list[dict[str, np.ndarray]]:
    """The arrays, those with these names a little different each time."""
    found = []
    for n in range(COUNT):
        changed = {
            name: (arrays[name] + n) % (arrays[name].max(initial=0) + 1)
            if np.issubdtype(arrays[name].dtype, np.integer)
            else arrays[name] * (1 + n / 7)
            for name in names
        }
        found.append({**arrays, **changed})
    return found


def stacked(each: list[dict[str, np.ndarray]], names: Sequence[str]) -> dict[str, np.ndarray]:
    return {name: np.stack([one[name] for one in each]) if name in names else each[0][name] for name in each[0]}


def expected(program: Program, on_batches: Program, each: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    """The results of the members, on a first axis where the result of the batch has one."""
    results = [evaluate(program, one) for one in each]
    known = types(on_batches)
    leads = {output.name for output in on_batches.outputs if any(axis.open for axis in known[output.value].axes)}
    for name in results[0].keys() - leads:
        assert all(np.array_equal(result[name], results[0][name], equal_nan=True) for result in results), name
    return {
        name: np.stack([result[name] for result in results]) if name in leads else results[0][name]
        for name in results[0]
    }


def subsets(program: Program) -> list[tuple[str, ...]]:
    names = list(dict.fromkeys(given.array for given in program.inputs))
    return [some for count in range(1, len(names) + 1) for some in itertools.combinations(names, count)]


def assert_batches(program: Program, arrays: dict[str, np.ndarray], names: Sequence[str]) -> None:
    on_batches = batched(program, names, COUNT)
    each = members(arrays, names)
    found = evaluate(on_batches, stacked(each, names))
    for name, wanted in expected(program, on_batches, each).items():
        assert not difference(found[name], wanted), (names, name)


@pytest.mark.parametrize("name", ALL)
def test_every_statement_with_every_choice_of_inputs(name: str) -> None:
    case = ALL[name]
    for names in subsets(case.program):
        assert_batches(case.program, case.arrays, names)
        if name not in SHARED:
            check(batched(case.program, names))


def test_every_statement_in_every_language(run_fresh: Any, runnable: list[str]) -> None:
    cases, wanted = [], []
    for name, case in ALL.items():
        names = random.Random(name).choice(subsets(case.program))
        on_batches = batched(case.program, names, UNLIKELY)
        each = members(case.arrays, names)
        results = expected(case.program, on_batches, each)
        for language in runnable:
            code = emit(on_batches, language)
            assert str(UNLIKELY) not in code, code
            cases.append((language, code, stacked(each, names)))
            wanted.append((f"{name} with {names} in {language}", results))
    failures = []
    for found, (name, results) in zip(run_fresh(cases), wanted, strict=True):
        one = next(iter(results.values())) if len(results) == 1 else results
        if problem := difference(found, one):
            failures.append(f"{name}: {problem}")
    assert not failures, f"{len(failures)} of {len(cases)}:\n" + "\n".join(failures[:5])


def test_random_programs(run_fresh: Any, runnable: list[str]) -> None:
    cases, wanted = [], []
    for seed in range(25):
        program = Maker(seed).program()
        rng = np.random.default_rng(seed)
        arrays = {given.array: rng.standard_normal(given.type.shape) for given in program.inputs}
        for names in subsets(program):
            assert_batches(program, arrays, names)
            check(batched(program, names))
        names = random.Random(seed).choice(subsets(program))
        on_batches = batched(program, names, UNLIKELY)
        each = members(arrays, names)
        results = expected(program, on_batches, each)
        given = parameters(arrays)
        for language in runnable:
            code = emit(on_batches, language)
            assert str(UNLIKELY) not in code, code
            cases.append((language, code, {given[name]: array for name, array in stacked(each, names).items()}))
            wanted.append((f"seed {seed} with {names} in {language}", results))
    failures = []
    for found, (name, results), (_, code, _) in zip(run_fresh(cases), wanted, cases, strict=True):
        one = next(iter(results.values())) if len(results) == 1 else results
        if problem := difference(found, one):
            failures.append(f"{name}: {problem}\n{code}")
    assert not failures, f"{len(failures)} of {len(cases)}:\n" + "\n".join(failures[:3])


def test_gpt2_on_batches_of_tokens(run_fresh: Any, runnable: list[str]) -> None:
    drawn = template("gpt2", layers=2, heads=2, hidden=8, vocab=11, seq=5, layer_norm=True, bias=True)
    program = simplify(lower(drawn.content))
    rng = np.random.default_rng(0)
    arrays = {
        given.array: rng.integers(0, 5, given.type.shape)
        if given.type.integer
        else rng.standard_normal(given.type.shape)
        for given in program.inputs
    }
    on_batches = batched(program, ["tokens"], UNLIKELY)
    each = members(arrays, ["tokens"])
    (wanted,) = expected(program, on_batches, each).values()
    cases = [(language, emit(on_batches, language), stacked(each, ["tokens"])) for language in runnable]
    for found, (language, code, _) in zip(run_fresh(cases), cases, strict=True):
        assert "    tokens  [batch, seq 5], integers\n" in code
        assert "resid = W_E[tokens] + W_P  # [batch, seq, hidden]" in code
        np.testing.assert_allclose(found, wanted, 1e-9, 1e-9, err_msg=language)


# ------------------------------------------------------------------------------------------------- what is particular


def shape(*axes: tuple[str, int]) -> Type:
    return Type(tuple(Axis(name, size) for name, size in axes))


def test_tables_and_ids_in_batches_and_a_gather_in_the_middle() -> None:
    table, ids = shape(("i", 2), ("vocab", 4), ("j", 3)), Type((Axis("seq", 5),), integer=True)
    rows = Gather("rows", "W", 1, "ids", shape(("i", 2), ("seq", 5), ("j", 3)))
    program = Program((Input("W", "W", table), Input("ids", "ids", ids)), (rows,), (Output("", "rows"),))
    rng = np.random.default_rng(0)
    arrays = {"W": rng.standard_normal((2, 4, 3)), "ids": rng.integers(0, 4, 5)}
    for names in subsets(program):
        assert_batches(program, arrays, names)


def test_a_state_that_becomes_a_batch_in_its_first_turn_and_one_that_stops_being_one() -> None:
    v = shape(("i", 2))
    product = Einsum("next", (Operand("x", ("i",)), Operand("state", ("i",))), ("i",), v)
    constant = Apply("next", "tanh", "c", (), v)
    inputs = (Input("c", "c", v), Input("x", "x", v))
    arrays = {"c": np.array([0.5, 2.0]), "x": np.array([3.0, -1.0])}
    for initial, turn in (("c", product), ("x", constant)):
        for count in (0, 1, 3):
            loop = Repeat("y", "n", count, "state", initial, (turn,), "next", v)
            program = Program(inputs, (loop,), (Output("", "y"),))
            for names in subsets(program):
                on_batches = check(batched(program, names, COUNT))
                each = members(arrays, names)
                (found,) = evaluate(on_batches, stacked(each, names)).values()
                wanted = np.stack([evaluate(program, one)[""] for one in each])
                np.testing.assert_allclose(
                    found, np.broadcast_to(wanted[0], found.shape) if found.ndim == 1 else wanted
                )


def test_no_language_prints_the_size_of_a_batch() -> None:
    programs = [case.program for case in ALL.values()] + [Maker(seed).program() for seed in range(20)]
    for program in programs:
        on_batches = batched(program, [given.array for given in program.inputs], UNLIKELY)
        for language in languages():
            assert str(UNLIKELY) not in emit(on_batches, language), language


def test_axes_called_batch_keep_their_name() -> None:
    kind = shape(("batch", 4), ("batch2", 2))
    body = (Einsum("y", (Operand("A", ("batch", "k")),), ("k",), shape(("batch2", 2))),)
    program = batched(Program((Input("A", "A", kind),), body, (Output("", "y"),)), ["A"], UNLIKELY)
    assert [axis.name for axis in program.body[0].type.axes] == ["batch3", "batch2"]
    assert "A  [batch3, batch 4, batch2 2]" in emit(program, "torch")


def test_a_module_takes_what_comes_in_batches() -> None:
    kind = shape(("i", 2), ("j", 3))
    inputs = (Input("W", "W", kind), Input("x", "x", shape(("j", 3))))
    body = (Einsum("y", (Operand("W", ("i", "j")), Operand("x", ("j",))), ("i",), shape(("i", 2))),)
    code = emit(batched(Program(inputs, body, (Output("", "y"),)), ["x"]), "torch", module=True)
    assert "def forward(self, x):" in code
    assert "self.W = torch.nn.Parameter(torch.randn(2, 3)" in code
    assert "return einsum(self.W, x, 'i j, batch j -> batch i')" in code


def test_unknown_arrays_are_named() -> None:
    program = Program((Input("A", "A", shape(("i", 2))),), (), (Output("", "A"),))
    with pytest.raises(Error, match="no array 'B' that could come in batches: the arrays are A"):
        batched(program, ["A", "B"])
    assert batched(program, []) is program
