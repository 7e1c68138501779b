"""Printed code that takes batches is read back: a diagram whose arrays have the axis of the batch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tensordraw as td

SMALL = {"layers": 2, "heads": 2, "hidden": 8, "vocab": 11, "seq": 5}
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("matrix_product", {}, "A"),
    ("attention", {}, "x"),
    ("mlp_block", {"bias": True}, "x"),
    ("gpt2", SMALL, "tokens"),
    ("gpt2", {**SMALL, "layer_norm": True, "bias": True}, "tokens"),
]


@pytest.mark.parametrize("fuse", [True, False])
@pytest.mark.parametrize("language", ["numpy", "torch"])
@pytest.mark.parametrize(("name", "settings", "batched"), CASES)
def test_code_on_batches_comes_back(
    name: str, settings: dict[str, Any], batched: str, language: str, fuse: bool
) -> None:
    diagram = td.template(name, **settings)
    again = td.read(td.code(diagram, language, batch=[batched], fuse=fuse))
    arrays = td.arrays(again)
    assert arrays[batched].ndim == td.arrays(diagram)[batched].ndim + 1
    value = td.evaluate(again, arrays)
    for place, one in enumerate(arrays[batched]):
        np.testing.assert_allclose(value[place], td.evaluate(diagram, {**arrays, batched: one}), atol=1e-5)
