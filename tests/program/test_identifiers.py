"""Names of documents as identifiers: one spelling for values, parameters and loops."""

from __future__ import annotations

import keyword

import pytest

import tensordraw as td
from tensordraw.program.emit import emit
from tensordraw.program.identifiers import Names, identifier, parameters
from tensordraw.program.lower import lower
from tensordraw.program.naming import loop_names
from tensordraw.program.passes import simplify


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("W_{Q}", "W_Q"), ("X^{-1}", "X_inv"), (r"U^\dagger", "U_conj"), ("V^T", "V_T"), (r"\alpha", "alpha"),
        (r"\mathrm{scores}", "scores"), ("x'", "x_prime"), ("lambda", "lambda_"), ("np", "np_"), ("jnp", "jnp_"), ("3x", "x3x"),
        ("token ids", "token_ids"), ("", "x"), ("ﬁt", "fit"), ("λ", "λ"), ("a__b", "a_b"),
    ],
)  # fmt: skip
def test_identifier(text: str, expected: str) -> None:
    assert identifier(text) == expected
    assert expected.isidentifier()
    assert not keyword.iskeyword(expected)


def test_values_and_parameters_of_a_document_read_the_same() -> None:
    arrays = ["W_{Q}", "W_Q", "input", "sum", "F", "np", r"\mathrm{S}", "S^{-1}", "3x"]
    program = simplify(lower(td.einsum(", ".join(["i"] * len(arrays)) + " -> i", *arrays, sizes={"i": 2}).content))
    values = {each.array: each.out for each in program.inputs}
    assert values == parameters(arrays)
    assert [values[name] for name in ("W_Q", "input")] == ["W_Q", "input"]
    assert len(set(values.values())) == len(arrays)
    assert f"def forward({', '.join(values[array] for array in arrays)}):" in emit(program, "numpy")


def test_wishes_that_are_taken_are_numbered() -> None:
    names = Names(["a", "a3"])
    assert [names.take("a") for _ in range(3)] == ["a2", "a4", "a5"]
    assert [names.take("a2"), names.take("x_"), names.take("x_")] == ["a2_2", "x_", "x2"]


def test_a_loop_is_not_called_like_an_array() -> None:
    repeats = td.template("gpt2", layers=2).content.regions.values()
    names = loop_names([each for each in repeats if type(each).__name__ == "Repeat"], ["layer"])
    assert list(names.values()) == ["layer2"]
