"""What PyTorch is asked to do: as many of its costly operators as code written by hand, counted, since times vary."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw.program import forms
from tensordraw.program.functions import function

LAYERS = 3
SIZES: dict[str, Any] = {"layers": LAYERS, "heads": 2, "hidden": 8, "vocab": 11, "seq": 5}


def operators(torch: Any, work: Any) -> Counter[str]:
    """How often each operator ran, views aside."""
    with torch.no_grad(), torch.profiler.profile() as seen:
        work()
    return Counter({event.key: event.count for event in seen.key_averages()})


@pytest.mark.parametrize("whole", [False, True])
def test_gpt2_asks_for_no_more_than_a_model_by_hand(torch: Any, whole: bool) -> None:
    diagram = td.template("gpt2", layer_norm=whole, bias=whole, **SIZES)
    arrays = {**td.arrays(diagram), "tokens": np.arange(5)}
    space: dict[str, Any] = {}
    exec(td.code(diagram, "torch", module=True), space)
    network, ids = space["Network"](), torch.arange(5)
    td.evaluate(diagram, arrays, backend="torch")  # compiled
    for work in (lambda: network(ids), lambda: td.evaluate(diagram, arrays, backend="torch")):
        found = operators(torch, work)
        assert found["aten::linear"] == 6 * LAYERS + 1
        assert found["aten::scaled_dot_product_attention"] == LAYERS
        assert found["aten::native_layer_norm"] == (2 * LAYERS + 1 if whole else 0)
        assert found["aten::gelu"] == LAYERS
        assert found["aten::add"] == 2 * LAYERS + 1
        # W_O lies in memory as (head, hidden, head_size) here, and has to be copied for its product.
        assert found["aten::clone"] <= LAYERS
        assert not {"aten::bmm", "aten::mul", "aten::softmax", "aten::expand_copy"} & set(found)


def test_what_does_not_depend_on_the_array_is_worked_out_once() -> None:
    looked_up = []

    class Library:
        def __getattr__(self, name: str) -> Any:
            looked_up.append(name)
            return getattr(np, name)

    act = forms._computed("np.tanh(x) * np.pi + -x[k:]", {"np": Library(), "k": 0})
    x = np.linspace(-1, 1, 7)
    for _ in range(3):
        np.testing.assert_array_equal(act(x), np.tanh(x) * np.pi + -x)
    assert sorted(looked_up) == ["pi", "tanh"]


def test_functions_still_take_their_settings() -> None:
    x = np.array([[3.0, 1.0, 2.0], [0.0, 5.0, 4.0]])
    act = forms.apply(function("top_k"), "numpy", (1,), 2, {"k": 2})
    np.testing.assert_array_equal(act(x), [[3, 0, 2], [0, 5, 4]])
