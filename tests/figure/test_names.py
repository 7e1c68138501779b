"""Names become mathematics by the rule that `names` states."""

from __future__ import annotations

import pytest

from tensordraw.figure.names import expression, latex


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("x", "x"),
        ("W_Q", "W_{Q}"),
        ("W_QK", r"W_{\text{QK}}"),
        ("d_model", r"d_{\text{model}}"),
        ("head_size", r"\text{head_size}"),
        ("resid_mid", r"\text{resid_mid}"),
        ("pos_0", r"\text{pos}_{0}"),
        ("hidden", r"\text{hidden}"),
        ("hidden0", r"\text{hidden}_{0}"),
        ("x1", "x_{1}"),
        ("alpha", r"\alpha"),
        ("alpha_1", r"\alpha_{1}"),
        ("W_Q_1", "W_{Q,1}"),
        (r"U^\dagger", r"U^\dagger"),
        ("$a_b$", "a_b"),
        ("x'", "x'"),
        ("hidden'", r"\text{hidden}'"),
        ("seq''", r"\text{seq}''"),
        ("layer-norm", r"\text{layer-norm}"),
        ("attention block", r"\text{attention block}"),
        ("1/2", "1/2"),
        ("", ""),
    ],
)
def test_names(typed: str, set_as: str) -> None:
    assert latex(typed) == set_as


@pytest.mark.parametrize(
    ("typed", "set_as"),
    [
        ("1/sqrt(head_size)", r"\frac{1}{\sqrt{\text{head_size}}}"),
        ("-(a+b)*n", r"-\left(a+b\right)\,n"),
        ("n^2", "n^{2}"),
        ("2*3", r"2 \cdot 3"),
        ("a-(b-c)", r"a-\left(b-c\right)"),
        ("exp(2)", r"\exp\left(2\right)"),
        ("not python(", r"\text{not python(}"),
    ],
)
def test_expressions(typed: str, set_as: str) -> None:
    assert expression(typed) == set_as


def test_a_long_expression_is_text_and_no_crash() -> None:
    assert expression("(" * 400 + "1" + ")" * 400).startswith(r"\text{")
