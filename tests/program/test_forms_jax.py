"""The JAX forms of the table against the NumPy ones, as printed and as computed; skipped where JAX is not installed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tensordraw.program.forms import apply, prelude, written
from tensordraw.program.functions import AXES, FUNCTIONS, Function

jax = pytest.importorskip("jax", reason="JAX is not installed")
TYPED = "max(x, 0) + erf(x)*sqrt(2) + step(1 - x) + min(x, x**2) + sign(x) + abs(x) + sigmoid(x) + sinh(x) - cosh(x)"


@pytest.mark.parametrize("axes", [(2, 3), (2, 1), (1, 3)], ids=str)
@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_jax_computes_the_same(row: Function, axes: tuple[int, int]) -> None:
    along = axes if len(AXES[row.rule]) == 2 else axes[1 : 1 + len(AXES[row.rule])]
    x = np.random.default_rng(3).normal(size=(2, 4, 4, 4)).astype(np.float32)
    x = np.abs(x) + 0.1 if row.name in ("log", "sqrt", "sum_normalise") else x
    wanted = apply(row, "numpy", along, 4, None, TYPED)(x)
    computed = apply(row, "jax", along, 4, None, TYPED)(jax.numpy.asarray(x))
    text = written(row, "jax", "x", along, 4, None, TYPED)
    names: dict[str, Any] = {"x": jax.numpy.asarray(x)}
    exec("\n\n".join([*text.imports, *(prelude("jax", n) for n in text.prelude), f"result = {text.text}"]), names)
    for found in (computed, names["result"]):
        np.testing.assert_allclose(np.asarray(found), wanted, rtol=1e-3, atol=1e-4)
