"""Every kind of statement, on both backends, against NumPy written by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tensordraw.errors import Error
from tensordraw.program.evaluate import evaluate, run
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Axis,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Gather,
    Input,
    Operand,
    Output,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Type,
)
from tests.program.programs import einsum, layers, program, t, value

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("spec", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("ij,jk->ki", [(2, 3), (3, 4)]),
        ("ij,jk->ijk", [(2, 3), (3, 4)]),
        ("ij,kl->iljk", [(2, 3), (4, 5)]),
        ("bij,bjk->bik", [(2, 3, 4), (2, 4, 5)]),
        ("ijb,kbj->kbi", [(3, 4, 2), (5, 2, 4)]),
        ("bi,bi->b", [(3, 4), (3, 4)]),
        ("ib,bi->", [(3, 4), (4, 3)]),
        ("i,i->", [(3,), (3,)]),
        ("i,->i", [(3,), ()]),
        (",i->i", [(), (3,)]),
        (",->", [(), ()]),
        ("ii->i", [(3, 3)]),
        ("ii->", [(3, 3)]),
        ("iji->j", [(3, 2, 3)]),
        ("iii->i", [(3, 3, 3)]),
        ("ijk->kij", [(2, 3, 4)]),
        ("ijk->", [(2, 3, 4)]),
        ("iij,jkk->ik", [(2, 2, 3), (3, 4, 4)]),
        ("ijx,jky->ik", [(2, 3, 4), (3, 2, 5)]),
        ("ijk,ijk->", [(2, 3, 4), (2, 3, 4)]),
        ("ijkl,klmn->mnij", [(2, 3, 4, 5), (4, 5, 3, 2)]),
        ("ijkl,lkmn->imjn", [(2, 3, 4, 5), (5, 4, 3, 2)]),
        ("abcij,cajk->ibka", [(2, 3, 4, 5, 6), (4, 2, 6, 3)]),
        ("i,ij,j,jk,k->ik", [(2,), (2, 3), (3,), (3, 4), (4,)]),
        ("ij,jk,kl,li->", [(2, 3), (3, 4), (4, 5), (5, 2)]),
        ("a,b,c,->cab", [(2,), (3,), (4,), ()]),
        ("ab,ac,ad->bcd", [(2, 3), (2, 4), (2, 5)]),
        ("ij,jk->ik", [(0, 3), (3, 4)]),
        ("ij,jk->ik", [(2, 0), (0, 4)]),
        ("ij,jk->ik", [(1, 3), (3, 1)]),
    ],
)
@pytest.mark.parametrize("dtype", ["float64", "complex128", "int64"])
def test_einsum(spec: str, shapes: list[tuple[int, ...]], dtype: str, backend: str) -> None:
    arrays: dict[str, Any] = {}
    for k, shape in enumerate(shapes):
        array = RNG.integers(-4, 5, shape).astype(dtype)
        arrays[f"A{k}"] = array + 1j * RNG.integers(-4, 5, shape) if dtype == "complex128" else array
    wanted = np.einsum(spec, *arrays.values())
    of = program({n: t(*a.shape) for n, a in arrays.items()}, einsum("y", spec, list(arrays), *wanted.shape))
    found = value(of, arrays, backend)
    np.testing.assert_allclose(found, wanted, rtol=1e-12)
    assert found.dtype == wanted.dtype


def test_einsum_of_nothing_is_one(backend: str) -> None:
    assert value(program({}, einsum("y", "->", [])), {}, backend) == 1


@pytest.mark.parametrize(
    ("shape", "indices", "output", "wanted"),
    [
        ((), "", "aa", lambda a: a * np.eye(3)),
        ((3,), "a", "aa", lambda a: np.diag(a)),
        ((3,), "a", "ab", lambda a: np.tile(a[:, None], (1, 3))),
        ((3,), "a", "ba", lambda a: np.tile(a, (3, 1))),
        ((3, 3), "ab", "ba", lambda a: a.T),
        ((3, 3), "ab", "bacc", lambda a: np.einsum("ab,cd->bacd", a, np.eye(3))),
        ((3, 3), "ab", "bab", lambda a: np.einsum("ab,bd->bad", a, np.eye(3))),
        ((3, 3), "aa", "aab", lambda a: np.einsum("a,ac,b->acb", np.diag(a), np.eye(3), np.ones(3))),
    ],
)
def test_spread(shape: tuple[int, ...], indices: str, output: str, wanted: Any, backend: str) -> None:
    a = RNG.normal(size=shape)
    of = program({"a": t(*shape)}, Spread("y", "a", tuple(indices), tuple(output), t(*(3,) * len(output))))
    np.testing.assert_array_equal(value(of, {"a": a}, backend), wanted(a))


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        (Fixed("y", "delta", t(3, 3, 3)), np.einsum("ij,jk->ijk", np.eye(3), np.eye(3))),
        (Fixed("y", "delta", t(3, 3)), np.eye(3)),
        (Fixed("y", "group", t(6, 2, 3)), np.eye(6).reshape(6, 2, 3)),
        (Fixed("y", "causal_mask", t(3, 3)), np.array([[1, 0, 0], [1, 1, 0], [1, 1, 1]])),
        (Fixed("y", "levi_civita", t(2, 2)), np.array([[0, 1], [-1, 0]])),
        (Fixed("y", "shift", t(4, 4), offset=1), np.eye(4, k=-1)),
        (Fixed("y", "shift", t(4, 4), offset=-2), np.eye(4, k=2)),
        (Fixed("y", "ones", t(2, 3)), np.ones((2, 3))),
        (Constant("y", "1/3", 1 / 3), np.asarray(1 / 3, np.float32)),
    ],
)
def test_fixed(statement: Fixed | Constant, wanted: np.ndarray, backend: str) -> None:
    found = value(program({}, statement), {}, backend)
    np.testing.assert_array_equal(found, wanted)
    assert found.dtype == np.float32  # of nothing given, as random arrays are
    x = RNG.normal(size=(5,))
    wide = Program((Input("x", "x", t(5)),), (statement,), (Output("", "y"),))
    assert np.asarray(evaluate(wide, {"x": x}, backend)[""]).dtype == np.float64


def test_levi_civita_is_the_determinant(backend: str) -> None:
    m = RNG.normal(size=(3, 3))
    of = program(
        {"m": t(3, 3)},
        Fixed("e", "levi_civita", t(3, 3, 3)),
        einsum("r0", "ai->ai", ["m"], 3, 3),
        Einsum("y", (Operand("e", ("i", "j", "k")), *(Operand("m", (f"row{a}", i)) for a, i in enumerate("ijk")),
                     *(Operand(f"p{a}", (f"row{a}",)) for a in range(3))), (), t()),
    )  # fmt: skip
    rows = [Select(f"p{a}", "one", 0, a, t(3)) for a in range(3)]
    of = Program(of.inputs, (Fixed("one", "delta", t(3, 3)), *rows, *of.body), of.outputs)
    assert value(of, {"m": m}, backend) == pytest.approx(np.linalg.det(m))


def test_ids(backend: str) -> None:
    ids, table = np.array([[2, 0], [1, 1]]), RNG.normal(size=(4, 3, 2))
    inputs = {"ids": t(2, 2, integer=True), "E": t(4, 3, 2)}
    hot = value(program(inputs, Fixed("y", "one_hot", t(2, 2, 3), "ids")), {"ids": ids, "E": table}, backend)
    np.testing.assert_array_equal(hot, np.eye(3)[ids])
    rows = value(program(inputs, Gather("y", "E", 1, "ids", t(4, 2, 2, 2))), {"ids": ids, "E": table}, backend)
    np.testing.assert_array_equal(rows, table[:, ids])


@pytest.mark.parametrize("bad", [-1, 3])
def test_ids_out_of_range(bad: int, backend: str) -> None:
    type_ = Type((Axis("seq", 2), Axis("vocab", 3)))
    inputs = {"tokens": Type((Axis("seq", 2),), True)}
    for body in (
        [Fixed("y", "one_hot", type_, "tokens")],
        [Fixed("E", "delta", Type((Axis("vocab", 3), Axis("hidden", 3)))), Gather("y", "E", 0, "tokens", t(2, 3))],
        [Reshape("r", "tokens", (((0,), (0,)),), t(2)), Fixed("y", "one_hot", type_, "r")],
    ):
        with pytest.raises(Error, match=rf"The array 'tokens' holds the id {bad}, but ids of 'vocab' go from 0 to 2"):
            evaluate(program(inputs, *body), {"tokens": [0, bad]}, backend)


def test_add_scale_conj_reshape_select(backend: str) -> None:
    x, b = RNG.normal(size=(2, 3)) + 1j, RNG.normal(size=(3,))
    of = program(
        {"x": t(2, 3), "b": t(3)},
        Conj("c", "x", t(2, 3)),
        Add("s", (Addend("c", (1, 0), "2", 2.0), Addend("b", (0, None)), Addend("x", (1, 0), "-1", -1.0)), t(3, 2)),
        Scale("h", "s", 0.5, "1/2", t(3, 2)),
        Reshape("f", "h", (((0, 1), (0,)),), t(6)),
        Reshape("g", "f", (((0,), (0, 1)),), t(2, 3)),
        Select("y", "g", 1, 2, t(2)),
    )
    wanted = (0.5 * (2 * x.conj().T + b[:, None] - x.T)).reshape(2, 3)[:, 2]
    np.testing.assert_allclose(value(of, {"x": x, "b": b}, backend), wanted)


def test_add_of_spread_terms_only(backend: str) -> None:
    of = program({"b": t(3)}, Add("y", (Addend("b", (None, 0), "-1", -1.0), Addend("b", (None, 0), "3", 3.0)), t(2, 3)))
    b = RNG.normal(size=(3,))
    np.testing.assert_allclose(value(of, {"b": b}, backend), np.tile(2 * b, (2, 1)))


def test_apply(backend: str) -> None:
    x = RNG.normal(size=(2, 3, 3))
    of = program(
        {"x": t(2, 3, 3)},
        Apply("m", "causal_mask", "x", (1, 2), t(2, 3, 3)),
        Apply("p", "softmax", "m", (2,), t(2, 3, 3)),
        Apply("q", "power", "p", (), t(2, 3, 3), {"p": 3.0}),
        Apply("y", "expression", "q", (), t(2, 3, 3), expression="1 - x^2"),
    )
    masked = np.where(np.tri(3, dtype=bool), x, -np.inf)
    p = np.exp(masked) / np.exp(masked).sum(-1, keepdims=True)
    np.testing.assert_allclose(value(of, {"x": x}, backend), 1 - p**6)


def test_functions_of_integers_and_singular_matrices(backend: str) -> None:
    of = program({"x": t(2, 2)}, Apply("y", "inverse", "x", (0, 1), t(2, 2)))
    np.testing.assert_allclose(value(of, {"x": [[2, 0], [0, 4]]}, backend), [[0.5, 0], [0, 0.25]])
    if backend == "jax":
        return  # which gives infinities
    with pytest.raises(Error, match="'y' cannot be computed: a matrix is singular"):
        evaluate(of, {"x": np.zeros((2, 2))}, backend)


# ---------------------------------------------------------------------------------------------------------- repeats


def test_repeat_and_captures(backend: str) -> None:
    x, w, b = RNG.normal(size=2), RNG.normal(size=(3, 2, 2)), RNG.normal(size=2)
    states, inside = [x], []
    for k in range(3):
        inside.append(np.tanh(w[k] @ states[-1]))
        states.append(inside[-1] + b)
    of = layers(3, act="r", before="h", after="y", given="x")
    arrays = {"x": x, "W": w, "b": b}
    np.testing.assert_allclose(value(of, arrays, backend), states[-1])
    results = run(of, arrays, backend, ["act", "before", "after", "given", "z"])
    np.testing.assert_allclose(results.captures["act"], inside)
    np.testing.assert_allclose(results.captures["before"], states[:-1])
    np.testing.assert_allclose(results.captures["after"], states[-1])
    np.testing.assert_allclose(results.captures["given"], x)
    assert results.captures["z"].shape == (3, 2)
    with pytest.raises(Error, match="no copy or region 'atc' to capture: there is act, before, after, given"):
        run(of, arrays, backend, ["atc"])


def test_repeat_of_no_turns(backend: str) -> None:
    of = layers(0, act="r")
    results = run(of, {"x": [1.0, 2.0], "W": np.zeros((0, 2, 2)), "b": [0.0, 0.0]}, backend, ["act"])
    np.testing.assert_array_equal(results.outputs[""], [1, 2])
    assert tuple(results.captures["act"].shape) == (0, 2)


def test_nested_repeats(backend: str) -> None:
    inner = Repeat("i_out", "k", 2, "g", "h", (
        Select("row", "W", 0, "layer", t(2)), Select("c", "row", 0, "k", t()),
        Add("g2", (Addend("g", ()), Addend("c", ())), t()),
    ), "g2", t())  # fmt: skip
    of = program(
        {"x": t(), "W": t(3, 2)},
        Repeat("y", "layer", 3, "h", "x", (inner, Scale("d", "i_out", 2.0, "2", t())), "d", t()),
    )
    w, state, seen = RNG.normal(size=(3, 2)), 1.0, np.zeros((3, 2))
    for layer in range(3):
        for k in range(2):
            state = state + w[layer, k]
            seen[layer, k] = state
        state = 2 * state
    results = run(of, {"x": 1.0, "W": w}, backend, ["g2"])
    np.testing.assert_allclose(results.outputs[""], state)
    np.testing.assert_allclose(results.captures["g2"], seen)


def test_two_hundred_layers(backend: str) -> None:
    of = layers(200)
    w = RNG.normal(size=(200, 2, 2))
    state = np.ones(2)
    for k in range(200):
        state = np.tanh(w[k] @ state)
    np.testing.assert_allclose(value(of, {"x": np.ones(2), "W": w, "b": np.zeros(2)}, backend), state)


# -------------------------------------------------------------------------------------------------- what callers do
