"""What tests of lifting share: a lifted diagram, compared with its program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

import tensordraw as td
from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.records import Diagram
from tensordraw.program.check import check
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.statements import (
    Program,
    Type,
)
from tensordraw.program.statements import Repeat as Loop
from tensordraw.read.lift import lift
from tests.program.programs import program, t


def sound(diagram: Diagram) -> Diagram:
    """The diagram, which has no errors and survives being saved."""
    errors = [problem.what for problem in td.problems(diagram) if problem.severity == "error"]
    assert errors == []
    text = encode(diagram)
    assert encode(decode(text)) == text
    return diagram


def random_arrays(of: Program, seed: int = 0) -> dict[str, Any]:
    generator = np.random.default_rng(seed)
    return {
        entry.array: generator.integers(0, 2, entry.type.shape)
        if entry.type.integer
        else generator.normal(size=entry.type.shape)
        for entry in of.inputs
    }


def alike(actual: Any, expected: Any, doubt: float = 0) -> None:
    """Equal up to rounding, measured by the largest entry; several results each for itself."""
    if isinstance(expected, Mapping):
        assert list(actual) == list(expected)
        for name, value in expected.items():
            alike(actual[name], value, doubt)
        return
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    largest = np.abs(expected).max(initial=1)
    np.testing.assert_allclose(actual, expected, rtol=1e-6, atol=1e-9 * largest + doubt)


def same(of: Program, arrays: Mapping[str, Any] | None = None) -> Diagram:
    """The lifted diagram, after it was compared with the program: arrays, shapes, results in order, values."""
    given = random_arrays(of) if arrays is None else arrays
    diagram = sound(lift(check(of)))
    again = lower(diagram.content)
    assert {e.array: e.type.shape for e in again.inputs} == {e.array: e.type.shape for e in of.inputs}
    expected, actual = evaluate(of, given), evaluate(again, given)
    assert list(actual) == list(expected)
    for name, value in expected.items():
        alike(actual[name], value)
    return diagram


def kinds(diagram: Diagram, kind: type) -> list[Any]:
    return [
        item for item in (*diagram.content.nodes.values(), *diagram.content.regions.values()) if isinstance(item, kind)
    ]


def loop(*body: Any, result: str, inputs: Mapping[str, Type], count: int = 3, shape: Type = t(2)) -> Program:
    return program(dict(inputs), Loop("y", "layer", count, "h", "x", body, result, shape))
