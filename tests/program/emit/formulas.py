r"""Printed formulas read back and computed, for tests: products of matrices, and sums over indices.

Only what the printer writes is understood. Matrices are two-dimensional arrays, vectors columns, numbers 1 x 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

TOKEN = re.compile(r"\\[A-Za-z]+|[A-Za-z](?:_\{[^}]*\})?|\d+|\^\{[^}]*\}|[(){}+-]")
ONES = "ones"


def matrix_value(formula: str, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """The value of a formula in matrix notation."""
    tokens = TOKEN.findall(formula.replace(r"\,", "").replace(r"\left", "").replace(r"\right", ""))
    reader = _Reader(tokens, arrays)
    value = reader.sum()
    assert not reader.tokens, reader.tokens
    assert not isinstance(value, str)
    return value


class _Reader:
    """A reader of tokens, by precedence: sums, entrywise products, products."""

    def __init__(self, tokens: list[str], arrays: Mapping[str, np.ndarray]) -> None:
        self.tokens, self.arrays = tokens, arrays

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def sum(self) -> Any:
        value = self.entrywise()
        while self.peek() in ("+", "-"):
            sign = self.tokens.pop(0)
            other = self.entrywise()
            value = value + other if sign == "+" else value - other
        return value

    def entrywise(self) -> Any:
        value = self.product()
        while self.peek() == r"\odot":
            self.tokens.pop(0)
            value = value * self.product()
        return value

    def product(self) -> Any:
        factors = []
        while self.peek() and self.peek() not in (")", "}", "+", "-", r"\odot"):
            factors.append(self.atom())
        if len(factors) == 1:
            return factors[0]
        first = factors[0] is ONES
        made = None
        for factor in factors[first:]:
            if factor is ONES:
                assert made is not None
                made = made.sum(1, keepdims=True)
            elif made is None or 1 in (made.size, factor.size):
                made = factor if made is None else made * factor
            else:
                made = made @ factor
        assert made is not None
        return made.sum(0, keepdims=True) if first else made

    def atom(self) -> Any:
        token = self.tokens.pop(0)
        match token:
            case "(":
                value = self.sum()
                assert self.tokens.pop(0) == ")"
            case r"\overline":
                value = np.conj(self.group())
            case r"\mathbf":
                self.group_text()
                value = ONES
            case r"\operatorname":
                which = self.group_text()
                assert self.tokens.pop(0) == "("
                inner = self.sum()
                assert self.tokens.pop(0) == ")"
                if which == "tr":
                    value = np.trace(inner).reshape(1, 1)
                else:
                    value = np.diag(inner[:, 0]) if inner.shape[1] == 1 else np.diag(inner)[:, None]
            case _:
                value = np.full((1, 1), float(token)) if token.isdigit() else self.arrays[token]
        while self.peek().startswith("^"):
            mark = self.tokens.pop(0)[2:-1]
            if value is not ONES:
                value = {r"\top": value.T, r"\dagger": value.T.conj()}[mark] if mark != "-1" else np.linalg.inv(value)
        return value

    def group(self) -> Any:
        assert self.tokens.pop(0) == "{"
        value = self.sum()
        assert self.tokens.pop(0) == "}"
        return value

    def group_text(self) -> str:
        assert self.tokens.pop(0) == "{"
        text = ""
        while (token := self.tokens.pop(0)) != "}":
            text += token
        return text


FACTOR = re.compile(
    r"(\\overline\{)?\(?(?P<name>[A-Za-z](?:_\{\d+\})?)\)?\}?(?:_\{(?P<indices>[^{}]*(?:\{\w+\}[^{}]*)*)\})?"
)
INDEX = re.compile(r"(?:\\[a-z]+|[A-Za-z])(?:_\{\w+\})?")


def sum_value(equation: str, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """The right side of `y_{ij} = \\sum_{k} A_{ik}\\, B_{kj}`, its axes as the left side names them; summed are exactly
    the indices below the signs."""
    left, right = equation.split(" = ")
    found = FACTOR.fullmatch(left.strip())
    assert found, left
    output = INDEX.findall(found["indices"] or "")
    summed: list[str] = []
    while sign := re.match(r"\\sum_\{((?:[^{}]|\{\w+\})*)\} ", right):
        summed += INDEX.findall(sign[1])
        right = right[sign.end() :]
    numbers: dict[str, int] = {}
    operands: list[Any] = []
    for factor in right.split(r"\, "):
        found = FACTOR.fullmatch(factor.strip())
        assert found, factor
        array = arrays[found["name"]]
        indices = INDEX.findall(found["indices"] or "")
        operands += [array.conj() if found[1] else array, [numbers.setdefault(i, len(numbers)) for i in indices]]
    assert set(summed) == set(numbers) - set(output), equation
    assert len(set(summed)) == len(summed)
    return np.einsum(*operands, [numbers[i] for i in output])
