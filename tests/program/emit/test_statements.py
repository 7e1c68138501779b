"""Every statement in every language: printed code, run in a fresh process, gives what the statement means."""

from __future__ import annotations

import itertools
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tensordraw.program.emit import emit
from tensordraw.program.evaluate import evaluate
from tensordraw.program.functions import FUNCTIONS
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
    Statement,
    Type,
)

SIZES = {"i": 2, "j": 3, "k": 4, "n": 3, "alpha": 5, "seq": 4, "query": 4, "key": 4, "layer": 3, "hidden": 3, "one": 1}
RNG = np.random.default_rng(0)


def shape(names: str) -> Type:
    """Axes by their names, sizes from the table above (a digit at the end does not count)."""
    return Type(tuple(Axis(name, SIZES[name.rstrip("0123456789")]) for name in names.split()))


def array(names: str, dtype: Any = np.float64) -> np.ndarray:
    made = RNG.standard_normal(shape(names).shape)
    if np.issubdtype(dtype, np.complexfloating):
        made = made + 1j * RNG.standard_normal(made.shape)
    return made.astype(dtype)


class Case(NamedTuple):
    """A program, its arrays by name, and what it has to give."""

    program: Program
    arrays: dict[str, np.ndarray]
    expected: Any


def case(given: dict[str, str], body: list[Statement], meaning: Any, *outputs: str, **types: Any) -> Case:
    """Inputs by the names of their axes, statements, a function of the arrays that says what they mean."""
    arrays = {name: array(names, types.get(name, np.float64)) for name, names in given.items()}
    inputs = tuple(Input(name, name, shape(names)) for name, names in given.items())
    results = tuple(Output(name if len(outputs) > 1 else "", name) for name in outputs or (body[-1].out,))
    return Case(Program(inputs, tuple(body), results), arrays, meaning(**arrays))


def einsum(out: str, spec: str, *values: str) -> Einsum:
    """An einsum in einops' spelling."""
    left, _, right = spec.partition("->")
    indices = [tuple(part.split()) for part in left.split(",")] if values else []
    operands = tuple(Operand(value, each) for value, each in zip(values, indices, strict=True))
    return Einsum(out, operands, tuple(right.split()), shape(right))


def spread_reference(value: np.ndarray, spec: str) -> np.ndarray:
    """`Spread` by its definition, entry by entry."""
    left, _, right = spec.partition("->")
    indices, output = left.split(), right.split()
    made = np.zeros([SIZES[name.rstrip("0123456789")] for name in output], value.dtype)
    for position in itertools.product(*map(range, made.shape)):
        at = dict(zip(output, position, strict=True))
        if all(at[name] == place for name, place in zip(output, position, strict=True)):
            made[position] = value[tuple(at[name] for name in indices)]
    return made


def spread(spec: str) -> Case:
    left, _, right = spec.partition("->")
    given = " ".join(dict.fromkeys(left.split())) if len(set(left.split())) == len(left.split()) else left
    statement = Spread("y", "x", tuple(left.split()), tuple(right.split()), shape(right))
    return case({"x": given}, [statement], lambda x: spread_reference(x, spec))


def levi_civita(n: int) -> np.ndarray:
    made = np.zeros((n,) * n)
    for order in itertools.permutations(range(n)):
        made[order] = np.linalg.det(np.eye(n)[list(order)])
    return made


def fixed(kind: Any, names: str, expected: np.ndarray, offset: int = 0) -> Case:
    """A fixed array, added to a given one so that a dtype is there to follow."""
    statements = [Fixed("f", kind, shape(names), None, offset), einsum("y", ", " + names + " -> " + names, "s", "f")]
    return case({"s": ""}, statements, lambda s: s * expected)


EINSUMS = {
    "i alpha, alpha, alpha j -> i j": "ia,a,aj->ij",
    "i j -> j i": "ij->ji",
    "i j k -> k i j": "ijk->kij",
    "i j -> i": "ij->i",
    "i j k -> j": "ijk->j",
    "i j k -> k i": "ijk->ki",
    "i j ->": "ij->",
    "n n ->": "nn->",
    "n n -> n": "nn->n",
    "n n j -> j n": "nnj->jn",
    "i j, i j -> i j": "ij,ij->ij",
    "i, j -> i j": "i,j->ij",
    "i, i ->": "i,i->",
    ", i j -> j i": ",ij->ji",
    "i, , ->": "i,,->",
    ", ->": ",->",
    "i j, j k, k alpha, alpha -> i": "ij,jk,kl,l->i",
    "n n, n -> n": "nn,n->n",
    "hidden0 hidden1, hidden1 hidden2 -> hidden0 hidden2": "ab,bc->ac",
    "query hidden, key hidden -> query key": "qh,kh->qk",
}


SPREADS = (
    "i -> i j", "i -> j i", "-> i", "-> i j", "i j -> j k i", "n -> n n", "n -> n n n", "i n -> n i n", "i n -> n i n k",
    "n j -> n j j n", "-> n n", "n -> k n n i", "i -> i j j k", "n n -> n", "n n -> n n", "i j -> j i",
)  # fmt: skip


def einsum_case(spec: str, letters: str, dtype: Any = np.float64) -> Case:
    given = {f"A{n}": part.strip() for n, part in enumerate(spec.partition("->")[0].split(","))}
    return case(
        given, [einsum("y", spec, *given)], lambda **a: np.einsum(letters, *a.values()), **dict.fromkeys(given, dtype)
    )


def gather(names: str, axis: int, ids: np.ndarray) -> Case:
    axes = shape(names).axes
    out = Type((*axes[:axis], *(Axis("seq", n) for n in ids.shape), *axes[axis + 1 :]))
    inputs = (Input("W", "W", shape(names)), Input("tokens", "tokens", Type(out.axes[axis : axis + ids.ndim], True)))
    table = array(names)
    program = Program(inputs, (Gather("rows", "W", axis, "tokens", out),), (Output("", "rows"),))
    return Case(program, {"W": table, "tokens": ids}, np.take(table, ids, axis))


def one_hot() -> Case:
    ids = RNG.integers(0, 5, 4)
    inputs = (Input("W", "W", shape("k alpha")), Input("tokens", "tokens", Type(shape("seq").axes, True)))
    body = (
        Fixed("hot", "one_hot", shape("seq alpha"), "tokens"),
        einsum("y", "k alpha, seq alpha -> seq k", "W", "hot"),
    )
    table = array("k alpha", np.float32)
    return Case(Program(inputs, body, (Output("", "y"),)), {"W": table, "tokens": ids}, table[:, ids].T)


def loop(turn: list[Statement], result: str, meaning: Callable[..., Any], count: int = 3, **more: Any) -> Case:
    """A repeat over `W` on the state `x`."""
    repeat = Repeat("y", "layer", count, "state", more.get("initial", "x"), tuple(turn), result, shape("hidden"))
    body = [*more.get("before", []), repeat, *more.get("after", [])]
    return case({"x": "hidden", "W": "layer hidden hidden"}, body, meaning, *more.get("outputs", ()))


def matrix(out: str, state: str, position: str) -> list[Statement]:
    """`out = W[layer] @ state`."""
    return [
        Select(f"slice_{out}", "W", 0, position, shape("hidden hidden")),
        einsum(out, "hidden0 hidden1, hidden1 -> hidden0", f"slice_{out}", state),
    ]


def applied(x: np.ndarray, w: np.ndarray, act: Callable[..., np.ndarray]) -> np.ndarray:
    for layer in range(len(w)):
        x = act(x, w[layer])
    return x


RESHAPES = {
    "split": ("k j", "i i2 j", (((0,), (0, 1)), ((1,), (2,)))),
    "merge": ("i i2 j", "k j", (((0, 1), (0,)), ((2,), (1,)))),
    "split the last": ("j k", "j i i2", (((0,), (0,)), ((1,), (1, 2)))),
    "split with an axis of one": ("j k", "j one k", (((0,), (0, 1)), ((1,), (2,)))),
    "to no axes": ("one", "", (((0,), ()),)),
    "from no axes": ("", "one", (((), (0,)),)),
    "merge and split": ("i i2 k", "k i i2", (((0, 1), (0,)), ((2,), (1, 2)))),
}

ADDS: dict[str, tuple[tuple[Addend, ...], Callable[..., Any]]] = {
    "plain": ((Addend("a", (0, 1)), Addend("b", (0, 1))), lambda a, b, c: a + b),
    "minus": ((Addend("a", (0, 1), "-1", -1.0), Addend("b", (0, 1), "-1", -1.0)), lambda a, b, c: -a - b),
    "numbers": ((Addend("a", (0, 1), "2", 2.0), Addend("b", (0, 1), "-1/3", -1 / 3)), lambda a, b, c: 2 * a - b / 3),
    "sizes": (
        (Addend("a", (0, 1), "1 - sqrt(alpha)", 1 - 5**0.5), Addend("b", (0, 1), "i", 2.0)),
        lambda a, b, c: (1 - 5**0.5) * a + 2 * b,
    ),
    "unknown sizes": ((Addend("a", (0, 1), "1/sqrt(head)", 0.125), Addend("b", (0, 1))), lambda a, b, c: a / 8 + b),
    "transposed": ((Addend("a", (0, 1)), Addend("c", (1, 0))), lambda a, b, c: a + c.T),
    "spread": ((Addend("v", (None, 0)), Addend("u", (0, None))), lambda a, b, c, u, v: v + u[:, None]),
    "spread everywhere": ((Addend("v", (None, 0), "2", 2.0),), lambda a, b, c, u, v: 2 * v + np.zeros_like(a)),
    "nothing": ((), lambda a, b, c: np.zeros_like(a)),
}


def add(name: str) -> Case:
    addends, meaning = ADDS[name]
    given = {"a": "i alpha", "b": "i alpha", "c": "alpha i"} | ({"u": "i", "v": "alpha"} if "spread" in name else {})
    return case(given, [Add("y", addends, shape("i alpha"))], meaning)


def function_case(name: str, axes: tuple[int, ...], names: str) -> Case:
    function = FUNCTIONS[name]
    out = tuple(a for n, a in enumerate(shape(names).axes) if not (function.reduces and n in axes))
    if function.swaps:
        swapped = list(out)
        swapped[axes[0]], swapped[axes[1]] = out[axes[1]], out[axes[0]]
        out = tuple(swapped)
    positive = abs(array(names)) + 0.1
    params = {"k": 2.0} if name == "top_k" else {"p": 3.0} if name == "power" else {}
    statement = Apply("y", name, "x", axes, Type(out), params)
    program = Program((Input("x", "x", shape(names)),), (statement,), (Output("", "y"),))
    return Case(program, {"x": positive}, evaluate(program, {"x": positive})[""])


def cases() -> dict[str, Case]:
    """All cases by what they try."""
    found = {f"einsum {spec}": einsum_case(spec, letters) for spec, letters in EINSUMS.items()}
    found["einsum in float32"] = einsum_case("i j, j k -> i k", "ij,jk->ik", np.float32)
    found["einsum of complex numbers"] = einsum_case("i j, j k -> i k", "ij,jk->ik", np.complex128)
    found["einsum of nothing"] = case({"A": "i"}, [Einsum("y", (), (), Type())], lambda A: np.array(1.0))
    for spec in SPREADS:
        found[f"spread {spec}"] = spread(spec)
    infinite = spread("n -> n n n")
    infinite.arrays["x"][0] = np.inf
    found["spread of infinities"] = infinite._replace(expected=spread_reference(infinite.arrays["x"], "n -> n n n"))
    eye = np.eye(3)
    found |= {
        "fixed ones": fixed("ones", "i j", np.ones((2, 3))),
        "fixed delta of one": fixed("delta", "n", np.ones(3)),
        "fixed delta of two": fixed("delta", "n n2", eye),
        "fixed delta of three": fixed("delta", "n n2 n3", np.einsum("ij,jk->ijk", eye, eye)),
        "fixed group": fixed("group", "k i i2", np.eye(4).reshape(4, 2, 2)),
        "fixed causal mask": fixed("causal_mask", "query key", np.tri(4)),
        "fixed oblong causal mask": fixed("causal_mask", "j alpha", np.tri(3, 5)),
        "fixed levi_civita": fixed("levi_civita", "n n2 n3", levi_civita(3)),
        "fixed levi_civita of one": fixed("levi_civita", "one", levi_civita(1)),
        "fixed shift down": fixed("shift", "query key", np.eye(4, k=-1), 1),
        "fixed shift up": fixed("shift", "query key", np.eye(4, k=2), -2),
        "fixed oblong shift": fixed("shift", "j alpha", np.eye(3, 5, k=-2), 2),
        "fixed oblong shift up": fixed("shift", "alpha j", np.eye(5, 3, k=1), -1),
        "one-hot": one_hot(),
        "gather": gather("k alpha", 0, RNG.integers(0, 4, 6)),
        "gather in the middle": gather("i k alpha", 1, RNG.integers(0, 4, (2, 3))),
        "gather one": gather("i k", 1, np.array(3)),
        "constant": case({"A": "i"}, [Constant("c", "1/sqrt(i)", 1 / 2**0.5), einsum("y", ", i -> i", "c", "A")],
                         lambda A: A / 2**0.5),
        "constant of unknown sizes": case({"A": "i"}, [Constant("c", "1/sqrt(head)", 0.125), einsum("y", ", i -> i", "c", "A")],
                                          lambda A: A / 8),
        "constant alone": case({"A": "i"}, [Constant("c", "2.5", 2.5)], lambda A: np.array(2.5)),
        "function of a constant": case({"A": "i"}, [Constant("c", "2", 2.0), Apply("y", "exp", "c", (), Type())],
                                       lambda A: np.exp(2.0)),
        "product of constants": case({"A": "i"}, [Constant("c", "2", 2.0), einsum("y", ", ->", "c", "c")],
                                     lambda A: np.array(4.0)),
        "scale": case({"A": "i alpha"}, [Scale("y", "A", 5**-0.5, "1/sqrt(alpha)", shape("i alpha"))],
                      lambda A: A / 5**0.5),
        "scale by a power": case({"A": "i alpha"}, [Scale("y", "A", 5**-0.5, "alpha**-0.5", shape("i alpha"))],
                                 lambda A: A / 5**0.5),
        "scale by a sum": case({"A": "i alpha"}, [Scale("y", "A", 7.0, "i + alpha", shape("i alpha"))],
                               lambda A: A * 7),
        "scale with a remark": case({"A": "i"}, [Scale("y", "A", -2.0, "-2 # once for each i", shape("i"))],
                                    lambda A: A * -2),
        "select": case({"A": "i j k"}, [Select("y", "A", 1, 2, shape("i k"))], lambda A: A[:, 2]),
        "select twice": case({"A": "i j k"}, [Select("b", "A", 2, 1, shape("i j")), Select("c", "b", 0, 0, shape("j")),
                                              einsum("y", "j, j ->", "c", "c")], lambda A: (A[0, :, 1] ** 2).sum()),
        "conj": case({"A": "i j"}, [Conj("c", "A", shape("i j")), einsum("y", "i j, i j2 -> j j2", "c", "A")],
                     lambda A: A.conj().T @ A, A=np.complex128),
        "several results": case({"A": "i j"}, [einsum("b", "i j -> i", "A"), Scale("c", "A", 2.0, "2", shape("i j"))],
                                lambda A: {"b": A.sum(1), "c": 2 * A, "A": A}, "b", "c", "A"),
        "an input as it is": case({"A": "i j"}, [], lambda A: A, "A"),
        "no results": Case(Program((Input("A", "A", shape("i")),), (), ()), {"A": array("i")}, {}),
    }  # fmt: skip
    for name, (before, after, pattern) in RESHAPES.items():
        found[f"reshape: {name}"] = case(
            {"x": before}, [Reshape("y", "x", pattern, shape(after))], lambda x, s=shape(after).shape: x.reshape(s)
        )
    found |= {f"add: {name}": add(name) for name in ADDS}
    found |= loops()
    expression = Apply("y", "expression", "x", (), shape("i j"), {}, "x**2 - exp(-x)/3 + abs(x - 1)")
    for name, function in FUNCTIONS.items():
        match function.rule:
            case "elementwise" if name == "expression":
                found[f"function {name}"] = case(
                    {"x": "i j"}, [expression], lambda x: x**2 - np.exp(-x) / 3 + abs(x - 1)
                )
            case "elementwise":
                found[f"function {name}"] = function_case(name, (), "i j")
            case "along":
                found[f"function {name}"] = function_case(name, (2,), "i j k")
                found[f"function {name} in the middle"] = function_case(name, (1,), "i j k")
            case "pair" | "matrix":
                found[f"function {name}"] = function_case(name, (1, 2), "i n n2")
                found[f"function {name} of other axes"] = function_case(name, (2, 0), "n i n2")
    return found


def loops() -> dict[str, Case]:
    """Repeats in which sharing one variable would or would not be right."""

    def twice(out: str, value: str) -> Add:
        return Add(out, (Addend(value, (0,)), Addend(value, (0,))), shape("hidden"))

    def plus(out: str, a: str, b: str) -> Add:
        return Add(out, (Addend(a, (0,)), Addend(b, (0,))), shape("hidden"))

    step = matrix("m", "state", "layer")
    inner = Repeat("inner", "layer", 2, "s", "m", (plus("t", "s", "state"),), "t", shape("hidden"))
    return {
        "repeat": loop(step, "m", lambda x, W: applied(x, W, lambda x, w: w @ x)),
        "repeat residual": loop([*step, plus("r", "state", "m")], "r",
                                lambda x, W: applied(x, W, lambda x, w: x + w @ x)),
        "repeat no times": loop(step, "m", lambda x, W: x, 0),
        "repeat of nothing": loop([], "state", lambda x, W: x),
        "repeat to an outer value": loop([], "d", lambda x, W: 2 * x, before=[twice("d", "x")]),
        "state read after the result": loop([*step, twice("m2", "m"), plus("r", "m2", "state"),
                                             plus("late", "state", "r"), plus("y2", "r", "late"), ], "r",
                                            lambda x, W: applied(x, W, lambda x, w: x + 2 * (w @ x))),
        "initial state read later": loop(step, "m", lambda x, W: applied(2 * x, W, lambda x, w: w @ x) + 2 * x,
                                         before=[twice("d", "x")], initial="d", after=[plus("z", "y", "d")],
                                         outputs=["z"]),
        "initial state made for it": loop(step, "m", lambda x, W: applied(2 * x, W, lambda x, w: w @ x),
                                          before=[twice("d", "x")], initial="d"),
        "one repeat after the other": loop(
            step, "m", lambda x, W: applied(applied(2 * x, W, lambda x, w: w @ x), W, lambda x, w: w @ x),
            before=[twice("d", "x")], initial="d", outputs=["y2"],
            after=[Repeat("y2", "layer", 3, "state2", "y", tuple(matrix("n", "state2", "layer")), "n", shape("hidden"))],
        ),
        "repeat in a repeat": loop([*step, inner, plus("r", "inner", "state")], "r",
                                   lambda x, W: applied(x, W, lambda x, w: w @ x + 3 * x)),
        "repeat that ends in a repeat": loop([*step, inner], "inner",
                                             lambda x, W: applied(x, W, lambda x, w: w @ x + 2 * x)),
        "loop variable of the outer repeat": loop(
            [Repeat("inner", "turn", 2, "s", "state", tuple(matrix("m", "s", "layer")), "m", shape("hidden"))], "inner",
            lambda x, W: applied(x, W, lambda x, w: w @ w @ x),
        ),
        "slice of the old state": loop(
            [*step, Select("first", "state", 0, 0, Type()), plus("r", "m", "m"),
             einsum("late", ", hidden -> hidden", "first", "r")], "r",
            lambda x, W: applied(x, W, lambda x, w: 2 * (w @ x)),
        ),
    }  # fmt: skip


ALL = cases()


def test_every_statement_in_every_language(run_fresh: Any, runnable: list[str]) -> None:
    wanted = [(name, language) for name in ALL for language in runnable]
    results = run_fresh([(language, emit(ALL[name].program, language), ALL[name].arrays) for name, language in wanted])
    failures = [
        f"{name} in {language}: {problem}"
        for (name, language), found in zip(wanted, results, strict=True)
        if (problem := difference(found, ALL[name].expected))
    ]
    assert not failures, f"{len(failures)} of {len(wanted)}:\n" + "\n".join(failures[:5])


def difference(found: Any, expected: Any) -> str:
    """What is wrong with a result, "" if nothing is."""
    if isinstance(found, str):
        return found
    if isinstance(expected, dict):
        return "".join(difference(found.get(name, "missing"), each) for name, each in expected.items())
    if found.shape != np.shape(expected):
        return f"shape {found.shape}, not {np.shape(expected)}"
    if found.dtype != np.asarray(expected).dtype:
        return f"dtype {found.dtype}, not {np.asarray(expected).dtype}"
    tolerance = 1e-5 if found.dtype == np.float32 else 1e-12
    return "" if np.allclose(found, expected, tolerance, tolerance) else f"{found}, not {expected}"


def test_new_arrays_go_where_the_inputs_are(torch: Any, tmp_path: Path) -> None:
    """On torch's device without data, where an array made on the CPU could not join the others."""
    kinds = ("fixed", "spread", "constant", "function", "one-hot", "add", "einsum of nothing", "product of constants")
    for name, each in ALL.items():
        if not name.startswith(kinds):
            continue
        path = tmp_path / "made.py"
        path.write_text(emit(each.program, "torch_einsum"), encoding="utf-8")
        arrays = {key: torch.from_numpy(value).to("meta") for key, value in each.arrays.items()}
        assert runpy.run_path(str(path))["forward"](**arrays).device.type == "meta", name
