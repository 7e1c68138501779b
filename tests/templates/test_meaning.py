"""Each template evaluates to what its formula says, written below in plain NumPy and not from the diagrams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import pytest

import tensordraw as td

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]
Arrays: TypeAlias = Mapping[str, Array]


def softmax(x: Array) -> Array:
    """Along the last axis."""
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def gelu(x: Array) -> Array:
    """The tanh form."""
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def normalise(x: Array, eps: float = 1e-5) -> Array:
    """Mean 0 and variance 1 along the last axis."""
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps)


def attention(x: Array, w: Arrays) -> Array:
    """x: [seq, hidden]. A head after the other, as a sum over heads."""
    result = np.zeros_like(x)
    heads, size = w["W_Q"].shape[:2]
    later = np.triu(np.ones((len(x), len(x)), bool), 1)  # [query, key]
    zeros = np.zeros((heads, size))
    for h in range(heads):
        q, k, v = (x @ w[f"W_{c}"][h].T + w.get(f"b_{c}", zeros)[h] for c in "QKV")  # [seq, head_size]
        scores = np.where(later, -np.inf, q @ k.T / np.sqrt(size))
        result = result + softmax(scores) @ v @ w["W_O"][h].T
    return result + w.get("b_O", 0)


def mlp(x: Array, w: Arrays) -> Array:
    """x: [seq, hidden]."""
    return gelu(x @ w["W_in"].T + w.get("b_in", 0)) @ w["W_out"].T + w.get("b_out", 0)


def gpt2(w: Mapping[str, Array], layers: int) -> Array:
    """Logits [seq, vocab]; norms where their weights are given."""

    def norm(x: Array, name: str, arrays: Arrays) -> Array:
        return normalise(x) * arrays[f"{name}_w"] + arrays.get(f"{name}_b", 0) if f"{name}_w" in arrays else x

    x = w["W_E"][w["tokens"]] + w["W_P"]
    outside = {"tokens", "W_E", "W_P", "W_U", "ln_f_w", "ln_f_b"}
    for layer in range(layers):
        slices = {name: array[layer] for name, array in w.items() if name not in outside}
        x = x + attention(norm(x, "ln1", slices), slices)
        x = x + mlp(norm(x, "ln2", slices), slices)
    return norm(x, "ln_f", w) @ w["W_U"].T


CASES: list[tuple[str, dict[str, object], Callable[[Arrays], Any]]] = [
    ("matrix_product", {}, lambda w: w["A"] @ w["B"]),
    ("three_leg_tensor", {}, lambda w: w["T"] + np.einsum("jki->ijk", w["T"])),
    ("svd", {}, lambda w: w["U"] @ np.diag(w["S"]) @ w["V"].conj().T),
    ("svd", {"rows": 4, "columns": 4, "rank": 4}, lambda w: w["U"] @ np.diag(w["S"]) @ w["V"].conj().T),
    ("mps", {"sites": 1}, lambda w: w["A1"]),
    ("mps", {"sites": 4}, lambda w: np.einsum("ia,ajb,bkc,cl->ijkl", *(w[f"A{k}"] for k in range(1, 5)))),
    ("copy_delta", {}, lambda w: np.einsum("i,r,j->irj", w["a"] * w["b"], w["M"].sum(1), np.diag(w["N"]))),
    ("dense_network", {"layers": 1}, lambda w: w["W1"] @ w["x"]),
    ("dense_network", {}, lambda w: w["W3"] @ np.maximum(w["W2"] @ np.maximum(w["W1"] @ w["x"], 0), 0)),
    ("residual_stream", {}, lambda w: w["x"] + w["x"] @ w["W"].T),
    ("mlp_block", {}, lambda w: mlp(w["x"], w)),
    ("mlp_block", {"bias": True}, lambda w: mlp(w["x"], w)),
    ("attention", {}, lambda w: attention(w["x"], w)),
    ("attention", {"heads": 3, "head_size": 5, "seq": 7}, lambda w: attention(w["x"], w)),
    ("attention", {"bias": True, "heads": 1}, lambda w: attention(w["x"], w)),
]


def _drawn(diagram: td.Diagram, seed: int) -> dict[str, Any]:
    """The arrays that evaluation would draw, in double precision so that the comparison can be sharp."""
    return {
        name: array if array.dtype.kind == "i" else array.astype(np.float64)
        for name, array in td.arrays(diagram, seed=seed).items()
    }


@pytest.mark.parametrize(
    ("name", "settings", "formula"), CASES, ids=lambda value: "" if callable(value) else str(value)
)
def test_value(name: str, settings: dict[str, object], formula: Callable[[Arrays], Any]) -> None:
    diagram = td.template(name, **settings)
    arrays = _drawn(diagram, 3)
    expected = formula(arrays)
    value = td.evaluate(diagram, arrays)
    assert value.shape == expected.shape
    np.testing.assert_allclose(value, expected, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(td.evaluate(diagram, arrays, fuse=False), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("layer_norm", [False, True])
@pytest.mark.parametrize("bias", [False, True])
def test_gpt2(layer_norm: bool, bias: bool) -> None:
    sizes = {"layers": 3, "heads": 2, "hidden": 8, "head_size": 3, "mlp": 12, "vocab": 13, "seq": 5}
    diagram = td.template("gpt2", **sizes, layer_norm=layer_norm, bias=bias)
    arrays = _drawn(diagram, 1)
    expected = gpt2(arrays, 3)
    np.testing.assert_allclose(td.evaluate(diagram, arrays), expected, rtol=1e-9, atol=1e-9)


def test_gpt2_does_not_look_ahead() -> None:
    """Another last token changes the last row of the logits only."""
    diagram = td.template("gpt2", layers=2, heads=2, hidden=8, vocab=13, seq=5, layer_norm=True, bias=True)
    arrays = _drawn(diagram, 2)
    first = td.evaluate(diagram, arrays)
    tokens = arrays["tokens"].copy()
    tokens[-1] = (tokens[-1] + 1) % 13
    second = td.evaluate(diagram, {**arrays, "tokens": tokens})
    np.testing.assert_allclose(first[:-1], second[:-1], rtol=1e-12, atol=1e-12)
    assert np.abs(first[-1] - second[-1]).max() > 1e-3


def test_captures_of_gpt2() -> None:
    """Values go by the names that are drawn; inside the repeat they are stacked over layers."""
    diagram = td.template("gpt2", layers=2, heads=2, hidden=8, vocab=13, seq=5)
    arrays = _drawn(diagram, 2)
    _, seen = td.evaluate(diagram, arrays, capture=["pattern", "resid_pre", "resid_mid"])
    assert seen["pattern"].shape == (2, 2, 5, 5)
    np.testing.assert_allclose(seen["pattern"].sum(-1), 1, rtol=1e-9)
    np.testing.assert_allclose(seen["resid_pre"][0], arrays["W_E"][arrays["tokens"]] + arrays["W_P"], rtol=1e-9)
    assert seen["resid_mid"].shape == (2, 5, 8)
