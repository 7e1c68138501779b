"""Random drawings with regions: the program and the emitted code mean what the reference interpreter says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import tensordraw as td
from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Content
from tensordraw.program.check import check
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.plan import plan
from tests.drawings import random_drawing, random_equation
from tests.program.fresh import run_emitted
from tests.reference import meaning, sides

SEEDS = st.integers(0, 10**9)
EMITTED = range(40)


def _alike(actual: np.ndarray, expected: np.ndarray, text: str = "", doubt: float = 0) -> None:
    """Equal up to rounding, measured by the largest entry: chains of squares make large numbers."""
    assert actual.shape == expected.shape, text
    largest = np.abs(expected).max(initial=1)
    assert np.isfinite(largest)
    np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-9 * largest + doubt, err_msg=text)


def _doubt(content: Content, arrays: dict[str, np.ndarray], value: np.ndarray) -> float:
    """What rounding may do to the value: a hundred times what a change in the arrays' last three digits does."""
    moved = {name: array * (1 + 1e-13) if array.dtype.kind == "f" else array for name, array in arrays.items()}
    return 100 * float(np.abs(meaning(content, moved) - value).max(initial=0))


@given(SEEDS)
def test_a_random_drawing_has_no_errors(seed: int) -> None:
    found = problems(random_drawing(seed).diagram.content)
    assert [problem for problem in found if problem.severity == "error"] == []


@given(SEEDS)
def test_every_form_of_the_program_equals_the_reference(seed: int) -> None:
    diagram, arrays = random_drawing(seed)
    expected = meaning(diagram.content, arrays)
    assume(np.isfinite(expected).all())  # a few drawings square too often
    doubt = _doubt(diagram.content, arrays, expected)
    raw = check(lower(diagram.content))
    simple = check(simplify(raw))
    for program in (raw, simple, check(plan(simple))):
        _alike(evaluate(program, arrays)[""], expected, doubt=doubt)
    _alike(td.evaluate(diagram, arrays), expected, doubt=doubt)


@given(SEEDS)
def test_the_sides_of_a_random_equation_equal_the_reference(seed: int) -> None:
    diagram, arrays = random_equation(seed)
    assert [problem for problem in problems(diagram.content) if problem.severity == "error"] == []
    expected = sides(diagram.content, arrays)
    assume(all(np.isfinite(side).all() for side in expected))
    again = [sides(diagram.content, {n: a * (1 + 1e-13) if a.dtype.kind == "f" else a for n, a in arrays.items()})]
    raw = check(lower(decode(encode(diagram)).content))
    for program in (raw, check(simplify(raw))):
        values = evaluate(program, arrays)
        assert len(values) == len(expected)
        for output, side, moved in zip(program.outputs, expected, again[0], strict=True):
            _alike(values[output.name], side, output.name, 100 * float(np.abs(moved - side).max(initial=0)))


@given(SEEDS)
def test_a_saved_drawing_means_the_same(seed: int) -> None:
    diagram = random_drawing(seed).diagram
    text = encode(diagram)
    again = decode(text)
    assert encode(again) == text
    assert simplify(lower(again.content)) == simplify(lower(diagram.content))


def _run_all(folder: Path, languages: list[str], seeds: range = EMITTED) -> None:
    """Emit every drawing, run all of them in one fresh process, and compare with the evaluation."""
    drawings = {f"n{seed}": random_drawing(seed) for seed in seeds}
    found = run_emitted(folder, languages, drawings)
    for name, (diagram, arrays) in drawings.items():
        expected = td.evaluate(diagram, arrays)
        for language in languages:
            _alike(found[language, name], expected, f"{name} in {language}")


def test_emitted_numpy_code_equals_the_evaluation(tmp_path: Path) -> None:
    _run_all(tmp_path, ["numpy", "opt_einsum", "einops", "ncon"])


def test_emitted_jax_code_equals_the_evaluation(tmp_path: Path) -> None:
    _run_all(tmp_path, ["jax"], range(12))  # compiling each takes its time


def test_emitted_quimb_code_equals_the_evaluation(tmp_path: Path) -> None:
    _run_all(tmp_path, ["quimb"])


def test_jax_evaluates_the_same() -> None:
    for seed in range(8):
        diagram, arrays = random_drawing(seed)
        found = td.evaluate(diagram, arrays, backend="jax")
        expected = td.evaluate(diagram, arrays)
        assert found.dtype == expected.dtype
        _alike(np.asarray(found), expected, str(seed))


@pytest.mark.usefixtures("torch")
def test_emitted_torch_code_equals_the_evaluation(tmp_path: Path) -> None:
    _run_all(tmp_path, ["torch", "torch_einsum"])
