"""Calls of the evaluator: what a caller gets wrong, dtypes, cancelling, memory; random networks."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensordraw.errors import Error
from tensordraw.program import evaluate as evaluation
from tensordraw.program.evaluate import Cancelled, evaluate
from tensordraw.program.plan import plan
from tensordraw.program.statements import (
    Constant,
    Einsum,
    Fixed,
    Input,
    Operand,
    Output,
    Program,
    Scale,
    Spread,
)
from tests.program.programs import einsum, layers, program, t, value

RNG = np.random.default_rng(0)


def test_arrays_are_checked(backend: str) -> None:
    of = program({"A": t(2, 3), "ids": t(2, integer=True)}, einsum("y", "ij->ji", ["A"], 3, 2))
    good: dict[str, Any] = {"A": np.ones((2, 3)), "ids": [0, 1]}
    for change, words in (
        ({"A": np.ones((3, 2))}, r"'A' has shape \(3, 2\), but shape \(2, 3\) \(axis0, axis1\) is expected"),
        ({"B": 1}, "no array 'B': the arrays are A, ids"),
        ({"ids": [0.0, 1.0]}, "'ids' holds ids, so it has to be of an integer type, not .*float64"),
        ({"A": "text"}, "'A' does not hold numbers"),
        ({"A": np.array([[None] * 3] * 2)}, "'A' does not hold numbers"),
    ):
        with pytest.raises(Error, match=words):
            evaluate(of, {**good, **change}, backend)
    with pytest.raises(Error, match=r"'ids' is missing: it has shape \(2,\)"):
        evaluate(of, {"A": good["A"]}, backend)


def test_ragged_lists_are_refused(backend: str) -> None:
    of = program({"A": t(2, 2)}, Scale("y", "A", 2.0, "2", t(2, 2)))
    with pytest.raises(Error, match="'A' does not hold numbers"):
        evaluate(of, {"A": [[1, 2], [3]]}, backend)


def test_unknown_backend() -> None:
    with pytest.raises(Error, match="no backend 'cupy': the backends are numpy, torch, jax"):
        evaluate(program({"x": t()}), {"x": 1.0}, "cupy")


def test_backend_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    from tensordraw.program import backends

    backends.backend.cache_clear()
    monkeypatch.setattr(backends.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Error, match=r"torch is not installed: `pip install 'tensordraw\[torch\]'`"):
        evaluate(program({"x": t()}), {"x": 1.0}, "torch")
    backends.backend.cache_clear()


def test_dtypes_stay(backend: str) -> None:
    of = program(
        {"A": t(2, 2), "B": t(2, 2)},
        Constant("c", "1/3", 1 / 3),
        Fixed("d", "delta", t(2, 2)),
        Einsum("y", (Operand("A", ("i", "j")), Operand("B", ("j", "k")), Operand("c", ()), Operand("d", ("k", "l"))),
               ("i", "l"), t(2, 2)),
    )  # fmt: skip
    for a, b in (("float32", "float32"), ("float64", "float64"), ("float32", "float64"), ("complex64", "float32")):
        x, y = RNG.normal(size=(2, 2)).astype(a), RNG.normal(size=(2, 2)).astype(b)
        found = value(of, {"A": x, "B": y}, backend)
        assert found.dtype == np.result_type(x, y)
        np.testing.assert_allclose(found, x @ y / 3, rtol=1e-5)


def test_results_are_the_callers_own(backend: str) -> None:
    of = Program(
        (Input("A", "A", t(3)),),
        (Spread("s", "A", ("i",), ("j", "i"), t(2, 3)),),
        (Output("same", "A"), Output("s", "s")),
    )
    a = np.ones(3)
    found = evaluate(of, {"A": a}, backend)
    if backend == "jax":
        a[0] = 7
        assert found["same"].tolist() == [1, 1, 1]
        return  # JAX arrays cannot be written
    found["same"][0] = 7
    found["s"][0, 0] = 9
    assert a[0] == 1
    assert found["s"][1, 0] == 1


def test_arrays_of_the_other_library() -> None:
    torch = pytest.importorskip("torch", reason="PyTorch is a test extra on Python 3.11 only")
    of = program({"A": t(2, 2)}, einsum("y", "ij,jk->ik", ["A", "A"], 2, 2))
    a = torch.eye(2, requires_grad=True)
    assert isinstance(evaluate(of, {"A": a})[""], np.ndarray)
    frozen = np.eye(2)[::-1]
    frozen.flags.writeable = False
    assert evaluate(of, {"A": frozen}, "torch")[""].tolist() == [[1, 0], [0, 1]]
    evaluate(of, {"A": a}, "torch")[""].sum().backward()  # the graph goes through
    assert a.grad.tolist() == [[2, 2], [2, 2]]


def test_jax_keeps_dtypes_and_leaves_its_configuration_alone() -> None:
    jax = pytest.importorskip("jax")
    torch = pytest.importorskip("torch", reason="PyTorch is a test extra on Python 3.11 only")
    of = program({"A": t(2, 2)}, einsum("y", "ij,jk->ik", ["A", "A"], 2, 2))
    for a in (np.eye(2), torch.eye(2, dtype=torch.float64, requires_grad=True), [[1.0, 0.0], [0.0, 1.0]]):
        found = evaluate(of, {"A": a}, "jax")[""]
        assert isinstance(found, jax.Array)
        assert found.dtype == np.float64
    assert not jax.config.jax_enable_x64
    assert evaluate(of, {"A": jax.numpy.eye(2)}, "jax")[""].dtype == np.float32
    assert isinstance(evaluate(of, {"A": jax.numpy.eye(2)}, "numpy")[""], np.ndarray)
    assert evaluate(of, {"A": jax.numpy.eye(2)}, "torch")[""].tolist() == [[1, 0], [0, 1]]


def test_cancel(backend: str) -> None:
    asked = []

    def cancelled() -> bool:
        asked.append(1)
        return len(asked) > 5

    with pytest.raises(Cancelled):
        evaluate(layers(3), {"x": [1.0, 2.0], "W": np.ones((3, 2, 2)), "b": [0.0, 0.0]}, backend, cancelled=cancelled)
    assert len(asked) == 6


def test_compiled_once_and_forgotten_with_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(evaluation, "plan", lambda p: calls.append(p) or plan(p))
    of = program({"A": t(2)}, Scale("y", "A", 2.0, "2", t(2)))
    for _ in range(3):
        evaluate(of, {"A": [1.0, 2.0]})
    assert len(calls) == 1
    key = id(of)
    assert key in evaluation._cache
    calls.clear()
    del of
    gc.collect()
    assert key not in evaluation._cache


def test_dead_values_are_freed() -> None:
    """A chain of 50 values of 1 MB: two or three at a time, not 50."""
    import tracemalloc

    size = 1 << 17
    body = [Scale("v0", "x", 2.0, "2", t(size))]
    body += [Scale(f"v{k}", f"v{k - 1}", 0.5, "1/2", t(size)) for k in range(1, 50)]
    of, x = program({"x": t(size)}, *body), np.ones(size)
    evaluate(of, {"x": x})
    tracemalloc.start()
    evaluate(of, {"x": x})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 4 * x.nbytes


def test_what_cannot_fit_is_refused() -> None:
    side = 1 << 22
    of = program({"x": t(side)}, einsum("y", "i,j->ij", ["x", "x"], side, side), einsum("z", "ij->i", ["y"], side))
    with pytest.raises(Error, match=r"'y' of shape \(4194304, 4194304\) would take 7.04e\+04 GB, more than"):
        evaluate(of, {"x": np.zeros(side)})
    many = program({"x": t(1)}, Spread("y", "x", ("i",), ("i",) * 65, t(*(1,) * 65)))
    with pytest.raises(Error, match="'y' would have 65 axes, and arrays have at most 64"):
        evaluate(many, {"x": [1.0]})


# -------------------------------------------------------------------------------------------------- random networks


@st.composite
def networks(draw: st.DrawFn) -> tuple[list[tuple[int, ...]], list[list[int]], list[int]]:
    """Sizes of indices, index lists of operands (repeats, traces, scalars, loose parts), the output."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=7))
    numbers = st.integers(0, len(sizes) - 1)
    operands = draw(st.lists(st.lists(numbers, max_size=4), min_size=1, max_size=6))
    used = sorted({index for operand in operands for index in operand})
    output = draw(st.permutations(used)) if used else []
    return [(size,) for size in sizes], operands, list(output[: draw(st.integers(0, len(output)))])


@given(networks())
def test_random_networks_are_numpys_einsum(network: Any) -> None:
    sizes, operands, output = network
    arrays, terms = {}, []
    for k, indices in enumerate(operands):
        arrays[f"A{k}"] = RNG.integers(-3, 4, [sizes[i][0] for i in indices]).astype(float)
        terms += [arrays[f"A{k}"], indices]
    wanted = np.einsum(*terms, output)
    names = [f"a long name {i}" for i in range(len(sizes))]
    statement = Einsum(
        "y",
        tuple(Operand(f"A{k}", tuple(names[i] for i in indices)) for k, indices in enumerate(operands)),
        tuple(names[i] for i in output),
        t(*wanted.shape),
    )
    of = program({name: t(*array.shape) for name, array in arrays.items()}, statement)
    np.testing.assert_allclose(value(of, arrays, "numpy"), wanted, atol=1e-9)
    if pytest.importorskip("torch", reason="PyTorch is a test extra on Python 3.11 only"):
        np.testing.assert_allclose(value(of, arrays, "torch"), wanted, atol=1e-9)


def test_a_chain_of_a_hundred_matrices(backend: str) -> None:
    """Indices beyond 52, greedy planning."""
    arrays = {f"A{k}": RNG.normal(size=(2, 2)) for k in range(100)}
    operands = tuple(Operand(f"A{k}", (f"i{k}", f"i{k + 1}")) for k in range(100))
    of = program({name: t(2, 2) for name in arrays}, Einsum("y", operands, ("i100", "i0"), t(2, 2)))
    assert all(len(s.operands) == 2 for s in plan(of).body if isinstance(s, Einsum))
    np.testing.assert_allclose(value(of, arrays, backend), np.linalg.multi_dot(list(arrays.values())).T)
