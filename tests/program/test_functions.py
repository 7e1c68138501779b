"""The table of functions: every row against torch's own function, the derivative, and its printed text."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.errors import Error
from tensordraw.program.expressions import CALLS, Expr, elementwise, parse
from tensordraw.program.forms import apply, prelude, written
from tensordraw.program.formulas import derivative, python
from tensordraw.program.functions import AXES, FUNCTIONS, PULLBACK_CALLS, Function, function

torch = pytest.importorskip("torch")
F = torch.nn.functional

TYPED = "max(x, 0) + erf(x)*sqrt(2) + step(1 - x) + min(x, x**2) + sign(x) + abs(x) + sigmoid(x) + sinh(x) - cosh(x)"
PARAMS: dict[str, dict[str, float]] = {"power": {"p": 3}, "top_k": {"k": 2}, "normalise": {"eps": 1e-3}}
POSITIVE = {"log", "sqrt", "sum_normalise"}


def _axes(row: Function, at: tuple[int, int]) -> tuple[int, ...]:
    return at[: len(AXES[row.rule])]


def _sample(row: Function) -> np.ndarray:
    x = np.random.default_rng(3).normal(size=(2, 4, 4, 4))
    return np.abs(x) + 0.1 if row.name in POSITIVE else x


def _causal(x: Any, d: tuple[int, int]) -> Any:
    query, key = torch.meshgrid(torch.arange(4), torch.arange(4), indexing="ij")
    return torch.where(key > query, -math.inf, x.movedim(d, (-2, -1))).movedim((-2, -1), d)


def _matrix(f: Callable[[Any], Any], x: Any, d: tuple[int, int]) -> Any:
    return f(x.movedim(d, (-2, -1))).movedim((-2, -1), d)


REFERENCE: dict[str, Callable[[Any, Any], Any]] = {
    "relu": lambda x, d: F.relu(x),
    "gelu": lambda x, d: F.gelu(x),
    "gelu_tanh": lambda x, d: F.gelu(x, approximate="tanh"),
    "silu": lambda x, d: F.silu(x),
    "tanh": lambda x, d: torch.tanh(x),
    "sigmoid": lambda x, d: torch.sigmoid(x),
    "exp": lambda x, d: x.exp(),
    "log": lambda x, d: x.log(),
    "abs": lambda x, d: x.abs(),
    "square": lambda x, d: x.square(),
    "sqrt": lambda x, d: x.sqrt(),
    "reciprocal": lambda x, d: x.reciprocal(),
    "sin": lambda x, d: x.sin(),
    "cos": lambda x, d: x.cos(),
    "softplus": lambda x, d: F.softplus(x, threshold=100),
    "step": lambda x, d: torch.heaviside(x, torch.zeros(1, dtype=x.dtype)),
    "power": lambda x, d: x.pow(3),
    "expression": lambda x, d: (
        F.relu(x) + torch.erf(x) * math.sqrt(2) + (x < 1) + torch.minimum(x, x * x) + x.sign() + x.abs()
        + x.sigmoid() + x.sinh() - x.cosh()
    ),
    "softmax": lambda x, d: F.softmax(x, d[0]),
    "log_softmax": lambda x, d: F.log_softmax(x, d[0]),
    "normalise": lambda x, d: F.layer_norm(x.movedim(d[0], -1), (4,), eps=1e-3).movedim(-1, d[0]),
    "rms_norm": lambda x, d: F.rms_norm(x.movedim(d[0], -1), (4,), eps=1e-5).movedim(-1, d[0]),
    "l2_normalise": lambda x, d: F.normalize(x, dim=d[0]),
    "sum_normalise": lambda x, d: F.normalize(x, p=1, dim=d[0]),
    "max": lambda x, d: x.max(d[0]).values,
    "mean": lambda x, d: x.mean(d[0]),
    "cumulative_sum": lambda x, d: x.cumsum(d[0]),
    "argmax_one_hot": lambda x, d: F.one_hot(x.argmax(d[0]), 4).movedim(-1, d[0]).to(x.dtype),
    "top_k": lambda x, d: torch.where(x >= x.topk(2, d[0]).values.amin(d[0], keepdim=True), x, 0),
    "causal_mask": _causal,
    "lower": lambda x, d: _matrix(torch.tril, x, d),
    "strictly_lower": lambda x, d: _matrix(lambda m: torch.tril(m, -1), x, d),
    "inverse": lambda x, d: _matrix(torch.linalg.inv, x, d),
    "determinant": lambda x, d: torch.linalg.det(x.movedim(d, (-2, -1))),
    "transpose": lambda x, d: _matrix(lambda m: m.mT, x, d),
}  # fmt: skip


def test_the_table_is_complete() -> None:
    assert set(REFERENCE) == set(FUNCTIONS)
    for row in FUNCTIONS.values():
        assert row.sentence.endswith(".")
        assert all((row.title, row.tex, row.colour, row.group))
        assert len(row.axes) == len(AXES[row.rule])


def test_the_document_knows_the_same_axes() -> None:
    assert set(AXIS_RULES) == set(FUNCTIONS)
    for name, row in FUNCTIONS.items():
        swap = "invert" if name == "inverse" else "swap"
        effect = "reduce" if row.reduces else swap if row.swaps else "keep"
        assert (AXIS_RULES[name].count, AXIS_RULES[name].effect) == (len(AXES[row.rule]), effect)


@pytest.mark.parametrize("at", [(2, 3), (1, 2), (3, 1)], ids=str)
@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_every_function_is_torchs(row: Function, at: tuple[int, int]) -> None:
    x, axes = _sample(row), _axes(row, at if len(AXES[row.rule]) == 2 else at[1:])
    wanted = REFERENCE[row.name](torch.from_numpy(x), axes).numpy()
    for library, given in (("numpy", x), ("torch", torch.from_numpy(x))):
        found = np.asarray(apply(row, library, axes, 4, PARAMS.get(row.name), TYPED)(given))
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12, err_msg=library)
        assert found.dtype == np.float64


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_float32_stays(row: Function) -> None:
    x, axes = _sample(row).astype(np.float32), _axes(row, (2, 3))
    assert np.asarray(apply(row, "numpy", axes, 4, PARAMS.get(row.name), TYPED)(x)).dtype == np.float32
    assert apply(row, "torch", axes, 4, PARAMS.get(row.name), TYPED)(torch.from_numpy(x)).dtype == torch.float32


@pytest.mark.parametrize("library", ["numpy", "torch"])
@pytest.mark.parametrize("at", [(2, 3), (2, 1)], ids=str)
@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_the_printed_text_computes_the_same(row: Function, at: tuple[int, int], library: str) -> None:
    axes = _axes(row, at if len(AXES[row.rule]) == 2 else at[1:])
    x: Any = _sample(row) if library == "numpy" else torch.from_numpy(_sample(row))
    text = written(row, library, "scores", axes, 4, PARAMS.get(row.name), TYPED)
    names: dict[str, Any] = {"scores": x}
    code = [*text.imports, *(prelude(library, name) for name in text.prelude), f"result = {text.text}"]
    exec("\n\n".join(code), names)
    np.testing.assert_array_equal(
        np.asarray(names["result"]), np.asarray(apply(row, library, axes, 4, PARAMS.get(row.name), TYPED)(x))
    )


def test_texts_read_as_people_write() -> None:
    def torch_text(name: str, *axes: int) -> str:
        return written(function(name), "torch", "h", axes, 3).text

    assert torch_text("softmax", 2) == "torch.softmax(h, dim=-1)"
    assert torch_text("softmax", 1) == "torch.softmax(h, dim=1)"
    assert torch_text("relu") == "torch.relu(h)"
    assert torch_text("gelu_tanh") == 'torch.nn.functional.gelu(h, approximate="tanh")'
    assert torch_text("normalise", 2) == "torch.nn.functional.layer_norm(h, h.shape[-1:], eps=1e-5)"
    assert torch_text("causal_mask", 1, 2) == "causal_mask(h)"
    assert torch_text("causal_mask", 2, 1) == "causal_mask(h, -1, -2)"
    assert written(function("relu"), "numpy", "h").text == "np.maximum(h, 0)"
    softmax = written(function("softmax"), "numpy", "h", (2,), 3)
    assert softmax.text == "softmax(h, axis=-1)"
    assert softmax.prelude == ("softmax",)
    assert softmax.imports == ("import numpy as np",)
    assert prelude("numpy", "softmax").startswith("def softmax(x, axis):\n")
    assert written(function("gelu"), "numpy", "h").prelude == ("erf", "gelu")
    assert written(function("power"), "numpy", "h", params={"p": -1}).text == "h**(-1)"


def test_bad_parameters_are_one_sentence() -> None:
    with pytest.raises(Error, match="no function 'rleu': the functions are relu"):
        function("rleu")
    with pytest.raises(Error, match="relu has no parameter 'k'"):
        apply(function("relu"), "numpy", params={"k": 1})
    with pytest.raises(Error, match="whole number of 1 or more, not 0"):
        apply(function("top_k"), "numpy", (0,), 1, {"k": 0})


# ------------------------------------------------------------------------------------------------------ derivatives


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=lambda row: row.name)
def test_derivatives_are_autograds(row: Function) -> None:
    x = torch.from_numpy(_sample(row)).requires_grad_()
    axes = _axes(row, (2, 1))
    y = apply(row, "torch", axes, 4, PARAMS.get(row.name), TYPED)(x)
    finite = torch.isfinite(y)
    g = torch.from_numpy(np.random.default_rng(4).normal(size=y.shape)) * finite
    wanted = torch.autograd.grad(torch.where(finite, y, 0), x, g, allow_unused=True)[0] if y.requires_grad else None
    wanted = torch.zeros_like(x) if wanted is None else wanted
    params = {**row.params, **PARAMS.get(row.name, {})}
    np.testing.assert_allclose(_pullback(row, x.detach(), y.detach(), g, axes, params), wanted, rtol=1e-6, atol=1e-9)


def _pullback(row: Function, x: Any, y: Any, g: Any, axes: tuple[int, ...], params: dict[str, float]) -> Any:
    names: dict[str, Any] = {"x": x, "torch": torch, "math": math, **params}
    if row.rule == "elementwise":
        if row.name == "expression":
            tree: Expr = derivative(elementwise(TYPED))
        else:
            tree = parse(row.derivative, {"x", *params})
        return eval(python(tree, "torch"), names) * g
    if row.reduces:
        for axis in sorted(axes):
            y, g = y.unsqueeze(axis), g.unsqueeze(axis)
    tree = parse(row.derivative, {"x", "y", "g", "n", *params}, functions={**PULLBACK_CALLS})

    def moved(f: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *ms: f(*(m.movedim(axes, (-2, -1)) for m in ms)).movedim((-2, -1), axes)

    functions: dict[str, Any] = {
        "sum": lambda a: a.sum(axes, keepdim=True),
        "mean": lambda a: a.mean(axes, keepdim=True),
        "cumsum": lambda a: a.cumsum(axes[0]),
        "argmax_one_hot": lambda a: REFERENCE["argmax_one_hot"](a, axes),
        "lower": moved(torch.tril),
        "strictly_lower": moved(lambda m: torch.tril(m, -1)),
        "transpose": moved(lambda m: m.mT),
        "inverse": moved(torch.linalg.inv),
        "matmul": moved(torch.matmul),
        "exp": torch.exp,
        "abs": torch.abs,
        "sign": torch.sign,
        "sqrt": torch.sqrt,
    }
    assert set(functions) == set(PULLBACK_CALLS)
    n = math.prod(x.shape[axis] for axis in axes)
    return torch.zeros_like(x) + _computed(tree, {"x": x, "y": y, "g": g, "n": n, **params}, functions)


def _computed(tree: Any, names: dict[str, Any], functions: dict[str, Any]) -> Any:
    from tensordraw.program.expressions import Binary, Call, Name, Negate, Number

    match tree:
        case Number(value):
            return value
        case Name(name):
            return names[name]
        case Negate(operand):
            return -_computed(operand, names, functions)
        case Binary(operator, left, right):
            a, b = _computed(left, names, functions), _computed(right, names, functions)
            return {"+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b,
                    "**": lambda: a**b}[operator]()  # fmt: skip
        case Call(name, arguments):
            return functions[name](*(_computed(argument, names, functions) for argument in arguments))
    raise TypeError(tree)


def test_all_calls_print_in_every_library() -> None:
    for name, callee in CALLS.items():
        tree = elementwise(f"{name}({', '.join(['x', '2'][: callee.arity])})")
        for library in ("numpy", "torch", "jax"):
            assert "x" in python(tree, library)  # type: ignore[arg-type]
