"""Small units equal the same in PyTorch: gates, ReLU unit, layer norm, pooling, one head, and state spaces."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tensordraw as td

Arrays = dict[str, Any]


def _normals(diagram: td.Diagram) -> Arrays:
    """Arrays from N(0, 1) in the diagram's shapes, double precision."""
    random = np.random.default_rng(0)
    return {name: random.normal(size=array.shape) for name, array in sorted(td.arrays(diagram).items())}


def _gate(function: Callable[[ModuleType, Any], Any]) -> Callable[[ModuleType, Arrays], Any]:
    return lambda torch, a: function(torch, a["x"] @ a["V"].T) * (a["x"] @ a["W"].T)


def _layer_norm(torch: ModuleType, a: Arrays) -> Any:
    return torch.nn.functional.layer_norm(a["x"], a["x"].shape[-1:], a["ln_w"], a.get("ln_b"), 1e-5)


def _relu(torch: ModuleType, a: Arrays) -> Any:
    inner = torch.nn.functional.linear(a["x"], a["W_in"], a.get("b_in"))
    return torch.nn.functional.linear(torch.relu(inner), a["W_out"], a.get("b_out"))


def _head(torch: ModuleType, a: Arrays) -> Any:
    q, k, v = (a["X"] @ a[f"W_{which}"] for which in "QKV")
    return torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None])[0]


def _states(torch: ModuleType, a: Arrays) -> Any:
    x, y = torch.zeros(a["A"].shape[0], dtype=torch.float64), []
    for u in a["u"]:
        y.append(a["C"] @ x + a["D"] @ u)
        x = a["A"] @ x + a["B"] @ u
    return torch.stack(y)


CASES: list[tuple[str, dict[str, Any], Callable[[ModuleType, Arrays], Any]]] = [
    ("glu", {}, _gate(lambda torch, x: torch.sigmoid(x))),
    ("swiglu", {"seq": 3, "mlp": 5}, _gate(lambda torch, x: torch.nn.functional.silu(x))),
    ("bilinear_unit", {}, _gate(lambda torch, x: x)),
    ("relu_unit", {}, _relu),
    ("relu_unit", {"bias": True}, _relu),
    ("layer_norm", {}, _layer_norm),
    ("layer_norm", {"bias": True}, _layer_norm),
    ("single_head", {}, _head),
    ("state_space", {}, _states),
    ("state_space", {"seq": 1, "inputs": 1, "state": 1, "outputs": 1}, _states),
    ("state_space_kernel", {}, _states),
    ("state_space_kernel", {"seq": 7, "state": 2}, _states),
]


@pytest.mark.parametrize(("name", "parameters", "reference"), CASES, ids=[f"{c[0]} {c[1]}" for c in CASES])
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_equals_the_same_in_pytorch(
    torch: ModuleType, name: str, parameters: dict[str, Any], reference: Callable[..., Any], backend: str
) -> None:
    diagram = td.template(name, **parameters)
    arrays = _normals(diagram)
    expected = reference(torch, {name: torch.from_numpy(array) for name, array in arrays.items()}).numpy()
    value = td.evaluate(diagram, arrays, backend=backend)
    np.testing.assert_allclose(np.asarray(value), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("unit", [False, True])
def test_pooling_takes_the_positions_of_the_mask(unit: bool) -> None:
    x, mask = np.random.default_rng(0).normal(size=(6, 8)), np.array([1.0, 1, 1, 1, 0, 0])
    expected = x[:4].mean(0)
    expected = expected / np.linalg.norm(expected) if unit else expected
    value = td.evaluate(td.template("mean_pooling", unit=unit), {"x": x, "mask": mask})
    np.testing.assert_allclose(value, expected, rtol=1e-9)


@pytest.mark.parametrize("layers", [1, 2, 4])
def test_a_residual_network_is_the_sum_of_its_paths(layers: int) -> None:
    diagram = td.template("residual_paths", layers=layers)
    verdict = td.check_equation(diagram)
    assert verdict.equal
    arrays = _normals(diagram)
    expected = arrays["x"]
    for layer in range(1, layers + 1):
        expected = expected + expected @ arrays[f"W_{layer}"].T
    for side in td.evaluate(diagram, arrays).values():
        np.testing.assert_allclose(side, expected, rtol=1e-9)
