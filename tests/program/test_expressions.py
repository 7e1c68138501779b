"""Arithmetic that users type: values, errors that point into the text, printing, derivatives."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tensordraw.errors import Error
from tensordraw.program.expressions import (
    Binary,
    Call,
    Expr,
    Name,
    Negate,
    Number,
    compute,
    constant,
    elementwise,
    parse,
)
from tensordraw.program.formulas import derivative, python, tex


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/sqrt(head_size)", 0.125),
        ("2*pi", 2 * math.pi),
        ("-1", -1),
        ("2^3^2", 512),
        ("-2**2", -4),
        ("2**-1*4", 2),
        ("1 − 2·3", -5),
        ("8/4/2", 1),
        ("max(head_size, 3) - min(1, 2)", 63),
        ("1e-3 + .5", 0.501),
        ("e*1", math.e),
    ],
)
def test_constants(text: str, value: float) -> None:
    assert constant(text, {"head_size": 64}) == pytest.approx(value, abs=1e-15)


def test_names_of_spaces_need_not_be_identifiers() -> None:
    sizes = {"head size": 4, "head": 3, "a-b": 5, "a": 7, "b": 2, "2": 11, "e": 13, "lambda": 17, "größe": 19}
    assert constant("head size * head", sizes) == 12
    assert constant("'a-b' + a-b", sizes) == 10
    assert constant('"2" * 2', sizes) == 22
    assert constant("e", sizes) == 13  # a space called e hides the number
    assert constant("lambda + größe", sizes) == 36


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("2 n", "operator is missing before 'n'"),
        ("foo", "'foo' is unknown; the spaces are n"),
        ("(1", "closing bracket"),
        ("1+", "ends too early"),
        ("1+*2", "missing before '*'"),
        ("max(1)", "takes 2 arguments, not 1"),
        ("sqrt", "needs its argument"),
        ("n(2)", "operator is missing after 'n'"),
        ("__import__('os')", "not a function"),
        ("n.real", "'.' is not understood"),
        ("$", "'$' is not understood here"),
        ("1/0", "divides by zero"),
        ("sqrt(-1)", "real numbers"),
        ("(-8)**(1/3)", "real numbers"),
        ("9**9**9**9", "no value"),
        ("1e400", "no finite value"),
        ("(" * 500, "nested"),
        ("-" * 300 + "1", "nested"),
        ("1" * 2000, "characters long"),
    ],
)
def test_bad_text_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(Error) as caught:
        constant(text, {"n": 2})
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_place_of_an_error() -> None:
    with pytest.raises(Error, match="at character 5"):
        constant("1 + foo", {"n": 2})


def test_elementwise_knows_x_only() -> None:
    assert elementwise("x*x") == Binary("*", Name("x"), Name("x"))
    with pytest.raises(Error, match="the variable is x"):
        elementwise("y")


@pytest.mark.parametrize(
    ("text", "numpy", "torch", "latex"),
    [
        ("x^2 + 1", "x**2 + 1", "x**2 + 1", "x^{2} + 1"),
        ("(x+1)**2", "(x + 1) ** 2", "(x + 1) ** 2", "(x + 1)^{2}"),
        ("-x**2", "-x**2", "-x**2", "-x^{2}"),
        ("x-(x-1)", "x - (x - 1)", "x - (x - 1)", "x - (x - 1)"),
        ("x/(x*2)", "x / (x * 2)", "x / (x * 2)", r"\frac{x}{x \cdot 2}"),
        ("max(0, x)", "np.maximum(0, x)", "torch.clamp(x, min=0)", r"\max(0, x)"),
        ("exp(x)/sqrt(2*pi)", "np.exp(x) / math.sqrt(2 * math.pi)", "torch.exp(x) / math.sqrt(2 * math.pi)",
         r"\frac{\exp(x)}{\sqrt{2 \pi}}"),
        ("2*sigmoid(x+1)", "2 * (1 / (1 + np.exp(-(x + 1))))", "2 * torch.sigmoid(x + 1)", r"2 \sigma(x + 1)"),
        ("x*-3", "x * -3", "x * -3", "x (-3)"),
    ],
)  # fmt: skip
def test_printing(text: str, numpy: str, torch: str, latex: str) -> None:
    tree = elementwise(text)
    assert python(tree, "numpy") == numpy
    assert python(tree, "torch") == torch
    assert tex(tree) == latex


def test_printing_names() -> None:
    tree = parse("1/sqrt(head_size)", {"head_size": 64})
    assert python(tree, "math") == "1 / math.sqrt(head_size)"
    assert python(tree, "math", {"head_size": "d"}) == "1 / math.sqrt(d)"
    assert tex(tree) == r"\frac{1}{\sqrt{\mathrm{head\_size}}}"


_TREES: st.SearchStrategy[Expr] = st.recursive(
    st.one_of(st.just(Name("x")), st.sampled_from([0.5, 1.0, 2.0, 3.0]).map(Number)),
    lambda inner: st.one_of(
        inner.map(Negate),
        st.builds(Binary, st.sampled_from(["+", "-", "*", "/"]), inner, inner),
        st.builds(Binary, st.just("**"), inner, st.sampled_from([2.0, 3.0]).map(Number)),
        st.builds(lambda f, a: Call(f, (a,)), st.sampled_from(["sin", "tanh", "sigmoid", "cos", "erf"]), inner),
        st.builds(lambda f, a, b: Call(f, (a, b)), st.sampled_from(["max", "min"]), inner, inner),
    ),
    max_leaves=8,
)


@given(_TREES)
def test_printed_text_reads_back(tree: Expr) -> None:
    printed = elementwise(python(tree, "math").replace("math.", ""))
    found, wanted = _value(printed, 0.7), _value(tree, 0.7)
    # A printed sigmoid overflows where ours does not.
    assert found == pytest.approx(wanted, nan_ok=True) or math.isnan(found)


def _value(tree: Expr, x: float) -> float:
    try:
        return compute(tree, {"x": x})
    except (ZeroDivisionError, OverflowError, ValueError):
        return math.nan


@given(_TREES)
def test_derivative_is_the_limit_of_differences(tree: Expr) -> None:
    h = 1e-6
    left, middle, right = (_value(tree, at) for at in (0.7 - h, 0.7, 0.7 + h))
    found = _value(derivative(tree), 0.7)
    if any(math.isnan(value) or abs(value) > 1e3 for value in (left, middle, right, found)):
        return
    if abs((right - middle) - (middle - left)) > 1e-9:
        return  # a kink, or too steep for differences
    assert found == pytest.approx((right - left) / (2 * h), rel=1e-3, abs=1e-4)
