"""Elementwise functions as trees in `x`: composed, recognised and typed.

`x / (1 + np.exp(-x))` is four operations in the text and one function in the table. Each value that follows entry by entry
from another one carries the tree (`Formula`); where a tree gives the same numbers as a function of the table, it is that.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import assert_never

from tensordraw.program.expressions import Binary, Call, Expr, Name, Negate, Number, compute, elementwise, variables
from tensordraw.program.formulas import number, substitute
from tensordraw.read.source.values import Array, Formula

X: Expr = Name("x")
# Each elementwise function of the table in the language of expressions.
FORMULAS = {
    "relu": "relu(x)",
    "gelu": "x*(1 + erf(x/sqrt(2)))/2",
    "gelu_tanh": "x*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))/2",
    "silu": "x*sigmoid(x)",
    "tanh": "tanh(x)",
    "sigmoid": "sigmoid(x)",
    "exp": "exp(x)",
    "log": "log(x)",
    "abs": "abs(x)",
    "square": "x**2",
    "sqrt": "sqrt(x)",
    "reciprocal": "1/x",
    "sin": "sin(x)",
    "cos": "cos(x)",
    "softplus": "log(1 + exp(x))",
    "step": "step(x)",
}
COMPOSED = ("relu", "gelu", "gelu_tanh", "silu", "sigmoid", "softplus", "step")
LARGEST = 60  # nodes of a tree that is still composed
_POINTS = (-2.3, -1.1, -0.4, 0.3, 0.9, 1.7, 2.6)
_PRECEDENCE = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}


def formula_of(array: Array, named: bool) -> Formula:
    """How the array follows from another one; one that the text names stands for itself."""
    if array.formula is None or named:
        return Formula(array.value, X)
    return array.formula


def composed(tree: Expr, inner: Expr) -> Expr | None:
    """The outer tree of the inner one, None where it would be too large."""
    made = substitute(tree, {"x": inner})
    return made if size(made) <= LARGEST else None


def size(tree: Expr) -> int:
    """How many nodes a tree has."""
    match tree:
        case Number() | Name():
            return 1
        case Negate(operand):
            return 1 + size(operand)
        case Binary(_, left, right):
            return 1 + size(left) + size(right)
        case Call(_, arguments):
            return 1 + sum(map(size, arguments))
        case _:
            assert_never(tree)


def recognised(tree: Expr) -> str | None:
    """The function of the table that gives the same numbers as the tree."""
    if variables(tree) != {"x"}:
        return None
    try:
        values = [compute(tree, {"x": point}) for point in _POINTS]
    except (ValueError, ZeroDivisionError, OverflowError):
        return None
    for name in COMPOSED:
        if all(math.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12) for a, b in zip(values, _values(name), strict=True)):
            return name
    return None


@lru_cache
def _values(name: str) -> tuple[float, ...]:
    tree = elementwise(FORMULAS[name])
    return tuple(compute(tree, {"x": point}) for point in _POINTS)


def typed(tree: Expr) -> str:
    """The tree as a user types it."""
    return _typed(tree)[0]


def _typed(tree: Expr) -> tuple[str, int]:
    match tree:
        case Number(value, name):
            return name or number(value), 5 if value >= 0 else 3
        case Name(name):
            return (name if name.isidentifier() else f'"{name}"'), 5
        case Negate(operand):
            return f"-{_at(operand, 3)}", 3
        case Binary(operator, left, right):
            strength = _PRECEDENCE[operator]
            on_left, on_right = (strength + 1, 3) if operator == "**" else (strength, strength + 1)
            space = " " if strength == 1 else ""
            return f"{_at(left, on_left)}{space}{operator}{space}{_at(right, on_right)}", strength
        case Call(function, arguments):
            return f"{function}({', '.join(typed(argument) for argument in arguments)})", 5
        case _:
            assert_never(tree)


def _at(tree: Expr, least: int) -> str:
    text, strength = _typed(tree)
    return text if strength >= least else f"({text})"
