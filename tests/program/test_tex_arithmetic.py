"""Arithmetic typed in LaTeX, as text in our own language: the same value, and a sentence where it is none."""

from __future__ import annotations

import math

import pytest

from tensordraw.errors import Error
from tensordraw.program.expressions import constant
from tensordraw.program.tex_arithmetic import arithmetic

SIZES = {"n": 4, "x": 3, "d_model": 16, "head_size": 64, "lambda": 5, "head size": 7}


@pytest.mark.parametrize(
    ("text", "made", "value"),
    [
        (r"\frac{1}{\sqrt{2}}", "1/sqrt(2)", 1 / math.sqrt(2)),
        (r"\frac12", "1/2", 0.5),
        (r"2\pi", "2*pi", 2 * math.pi),
        (r"2\sqrt{3}", "2*sqrt(3)", 2 * math.sqrt(3)),
        (r"2 \cdot 3 \times n", "2*3*n", 24),
        ("x^{2}", "x**2", 9),
        (r"2^{-1}", "2**(-1)", 0.5),
        ("2^{3^{2}}", "2**(3**2)", 512),
        (r"-\frac{n}{2}", "-n/2", -2),
        (r"3\frac{1}{2}", "3*(1/2)", 1.5),
        (r"2/\frac12", "2/(1/2)", 4),
        (r"\left(\frac{1}{2}\right)^2", "(1/2)**2", 0.25),
        (r"\frac{n+x}{2n}", "(n+x)/(2*n)", 7 / 8),
        (r"\sqrt[3]{8}", "(8)**(1/3)", 2),
        (r"\dfrac{1}{\sqrt{d_{\text{model}}}}", "1/sqrt(d_model)", 0.25),
        (r"\frac{1}{\sqrt{\text{head\_size}}}", "1/sqrt(head_size)", 0.125),
        (r"2\,\text{head size}", "2*head size", 14),
        (r"\lambda \exp(0)", "lambda*exp(0)", 5),
        (r"\cos\frac{\pi}{3}", "cos(pi/3)", 0.5),
        (r"\ln{e}", "log(e)", 1),
    ],
)
def test_latex_has_the_value_that_it_says(text: str, made: str, value: float) -> None:
    assert arithmetic(text) == made
    assert constant(made, SIZES) == pytest.approx(value)


@pytest.mark.parametrize("text", ["1/sqrt(2)", "2 n", "x**2", "", "'a-b'", "head size"])
def test_what_is_no_latex_is_as_it_was(text: str) -> None:
    assert arithmetic(text) == text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (r"\frac{1}", r"missing after \frac"),
        (r"\frac{1}{2", "a closing } is missing"),
        ("}", "nothing is open before }"),
        (r"\left(1}", "} closes what ) should close"),
        (r"2\|", "is not understood here"),
        (r"\_", "stands in a name"),
        (r"{2}^", "missing after ^"),
        ("{" * 300, "nested more than 100 deep"),
    ],
)
def test_what_says_no_arithmetic_is_told_with_single_backslashes(text: str, why: str) -> None:
    with pytest.raises(Error) as found:
        arithmetic(text)
    assert why in str(found.value)
    assert "\\\\" not in str(found.value)


def test_an_expression_that_is_refused_shows_its_backslashes_as_they_were_typed() -> None:
    with pytest.raises(Error) as found:
        constant(r"\frac12", {})
    assert r"'\frac12'" in str(found.value)
