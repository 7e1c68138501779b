"""What the tests of meaning share: a diagram's value, unsimplified and simplified, and small random arrays."""

from __future__ import annotations

import numpy as np

from tensordraw.diagram.records import Diagram
from tensordraw.program.check import check
from tensordraw.program.evaluate import evaluate
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify


def value(diagram: Diagram, **arrays: np.ndarray) -> np.ndarray:
    """The diagram's value, after asking that the unsimplified program agrees and both are well formed."""
    raw = check(lower(diagram.content))
    simple = check(simplify(raw))
    plain = evaluate(raw, arrays)[""]
    result = evaluate(simple, arrays)[""]
    np.testing.assert_allclose(result, plain, rtol=1e-10, atol=1e-12)
    # np.testing.assert_allclose(td.evaluate(diagram, arrays), result, rtol=1e-10, atol=1e-12)
    return np.asarray(result)


def random(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def same(actual: np.ndarray, expected: np.ndarray | float) -> None:
    assert np.shape(actual) == np.shape(expected)
    np.testing.assert_allclose(actual, expected, rtol=1e-10, atol=1e-12)
