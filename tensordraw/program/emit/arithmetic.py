"""Arithmetic expressions printed for Octave and Julia: numbers in sizes of spaces, and functions of `x` that users type.

Powers are bracketed on both sides, because Octave reads `2^3^2` from the left and Julia from the right. In Octave an
expression of an array has the elementwise operators; in Julia it stands under `@.`, which makes all of them elementwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from tensordraw.program.emit.pieces import ATOM, UNARY, Piece
from tensordraw.program.emit.scalars import checked, level
from tensordraw.program.expressions import Binary, Call, Expr, Name, Negate, Number, variables
from tensordraw.program.formulas import number

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}
_NEGATE, _ATOM = 3, 5


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How a language writes arithmetic: its operators, those functions whose names or forms differ from ours, and whether
    integers overflow (then powers are taken of floats)."""

    operators: Mapping[str, str]
    calls: Mapping[str, str]
    overflows: bool = False


_CALLS = {"relu": "max({a}, 0)", "sigmoid": "1 / (1 + exp(-({a})))"}
OCTAVE = Arithmetic({"+": "+", "-": "-", "*": "*", "/": "/", "**": "^"}, {**_CALLS, "step": "double({a} > 0)"})
OCTAVE_ELEMENTWISE = Arithmetic(
    {"+": "+", "-": "-", "*": ".*", "/": "./", "**": ".^"},
    {**_CALLS, "step": "double({a} > 0)", "sigmoid": "1 ./ (1 + exp(-({a})))"},
)
JULIA = Arithmetic(OCTAVE.operators, {**_CALLS, "step": "float({a} > 0)"}, overflows=True)


def arithmetic(tree: Expr, style: Arithmetic, names: Mapping[str, str]) -> str:
    """The tree as text, its names as `names` say."""
    return _written(tree, style, names)[0]


def scalar(
    expression: str, value: float, sizes: Mapping[str, int], names: Mapping[str, str], style: Arithmetic
) -> Piece:
    """The number `value` as `expression` says it, in variables for sizes; where that does not give exactly this value,
    the number itself with a remark."""
    expression, _, remark = (part.strip() for part in expression.partition("#"))
    tree = checked(expression, value, sizes)
    if tree is None:
        if not remark and expression not in ("", number(value), repr(value)):
            remark = f"{number(value)} is {' '.join(expression.split())}"
        return Piece(number(value), UNARY if value < 0 else ATOM, remark=remark)
    while isinstance(tree, Negate) and isinstance(tree.operand, Negate):
        tree = tree.operand.operand
    text = arithmetic(tree, style, names)
    needs = {f"size {name}" for name in variables(tree)} | ({"erf"} if "erf(" in text else set())
    return Piece(text, level(tree, text), frozenset(needs), remark=remark)


def _written(tree: Expr, style: Arithmetic, names: Mapping[str, str]) -> tuple[str, int]:
    match tree:
        case Number(_, "pi"):
            return "pi", _ATOM
        case Number(_, "e"):
            return "exp(1)", _ATOM
        case Number(value):
            return number(value), _ATOM if value >= 0 else _NEGATE
        case Name(name):
            return names.get(name, name), _ATOM
        case Negate(operand):
            text = _at(operand, _NEGATE, style, names)
            return f"-({text})" if text.startswith("-") else f"-{text}", _NEGATE  # `--` is another operator
        case Binary("**", left, right):
            base, exponent = _at(left, _ATOM, style, names), _at(right, _ATOM, style, names)
            small = isinstance(right, Number) and right.value in (2, 3) and not isinstance(left, Number)
            if style.overflows and not small and isinstance(left, Number | Name):
                base = f"{base}.0" if base.isdecimal() else f"float({base})"
            return f"{base}{style.operators['**']}{exponent}", _STRENGTH["**"]
        case Binary(operator, left, right):
            strength = _STRENGTH[operator]
            a, b = _at(left, strength, style, names), _at(right, strength + 1, style, names)
            return f"{a} {style.operators[operator]} {b}", strength
        case Call(function, arguments):
            texts = [_written(argument, style, names) for argument in arguments]
            template = style.calls.get(
                function, f"{function}({', '.join('{a}{b}'[3 * n : 3 * n + 3] for n in range(len(texts)))})"
            )
            if texts[0][1] == _ATOM:
                template = template.replace("-({a})", "-{a}")
            text = template.format(**dict(zip("ab", (each for each, _ in texts), strict=False)))
            return text, _STRENGTH["/"] if template.startswith("1 ") else _ATOM
        case _:
            assert_never(tree)


def _at(tree: Expr, least: int, style: Arithmetic, names: Mapping[str, str]) -> str:
    text, strength = _written(tree, style, names)
    return text if strength >= least else f"({text})"
