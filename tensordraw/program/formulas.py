"""Expressions printed and differentiated: `python` for a library, `tex` for labels, `derivative` by the chain rule.

Apart from `expressions.py`, which reads and computes them, because these three only walk the tree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias, assert_never

from tensordraw.program.expressions import CALLS, Binary, Call, Expr, Name, Negate, Number, parse, variables

Library: TypeAlias = Literal["math", "numpy", "torch", "jax"]
_STRENGTH: dict[str, int] = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}
_NEGATE, _ATOM = 3, 5


def python(tree: Expr, library: Library, names: Mapping[str, str] | None = None) -> str:
    """The tree as a Python expression: names by `names` (else as they are), functions of the library.

    Parts without a variable use `math` (the reader of the text imports it where "math." occurs), numpy's `erf` is the
    prelude function of that name. The result has the variable's shape, unless no variable stands in the tree.
    """
    return _python(tree, library, names or {})[0]


def _python(tree: Expr, library: Library, names: Mapping[str, str]) -> tuple[str, int]:
    if library != "math" and not isinstance(tree, Number) and not variables(tree):
        library = "math"
    match tree:
        case Number(value, name):
            if name:
                return f"math.{name}", _ATOM
            return number(value), _ATOM if value >= 0 else _NEGATE
        case Name(name):
            return names.get(name, name), _ATOM
        case Negate(operand):
            return f"-{_python_at(operand, _NEGATE, library, names)}", _NEGATE
        case Binary(operator, left, right):
            strength = _STRENGTH[operator]
            # Left associative, the power right: the other side needs brackets already at equal strength.
            on_left, on_right = (strength + 1, _NEGATE) if operator == "**" else (strength, strength + 1)
            a, b = _python_at(left, on_left, library, names), _python_at(right, on_right, library, names)
            space = "" if operator == "**" and re.fullmatch(r"[\w.-]+", a + b) else " "
            return f"{a}{space}{operator}{space}{b}", strength
        case Call(function, arguments):
            if library == "torch" and function in ("max", "min"):
                return _clamp(function, arguments, names), _ATOM
            callee = CALLS[function]
            template = {"math": callee.math, "numpy": callee.numpy, "torch": callee.torch, "jax": callee.numpy}[library]
            texts = [_python(argument, library, names) for argument in arguments]
            if texts[0][1] == _ATOM:
                template = template.replace("-({a})", "-{a}")
            if library == "jax":
                template = template.replace("np.", "jnp.").replace("erf(", "jax.lax.erf(")
            text = template.format(**dict(zip("ab", (text for text, _ in texts), strict=False)))
            return text, 2 if template.startswith("1 /") else _ATOM
        case _:
            assert_never(tree)


def _python_at(tree: Expr, least: int, library: Library, names: Mapping[str, str]) -> str:
    text, strength = _python(tree, library, names)
    return text if strength >= least else f"({text})"


def _clamp(function: str, arguments: tuple[Expr, ...], names: Mapping[str, str]) -> str:
    """torch.maximum takes two tensors only; with a number it is a clamp."""
    fixed = [argument for argument in arguments if not variables(argument)]
    texts = [_python(argument, "torch", names)[0] for argument in arguments]
    if not fixed:
        return f"torch.{function}imum({texts[0]}, {texts[1]})"
    at = arguments.index(fixed[0])
    return f"torch.clamp({texts[1 - at]}, {'min' if function == 'max' else 'max'}={texts[at]})"


def number(value: float) -> str:
    """A number as people write it: integers without a point, 1e-5 and not 1e-05."""
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return repr(value).replace("e-0", "e-").replace("e+", "e")


def tex(tree: Expr, name: Callable[[str], str] | None = None) -> str:
    r"""The tree as TeX: quotients as fractions; `name` writes the variables (default: upright where they are words)."""
    return _tex(tree, name or _tex_name)[0]


def _tex_name(name: str) -> str:
    return name if len(name) == 1 else r"\mathrm{" + re.sub(r"[\s_]+", r"\\_", name) + "}"


def _tex(tree: Expr, name: Callable[[str], str]) -> tuple[str, int]:
    match tree:
        case Number(value, constant):
            if constant:
                return (r"\pi" if constant == "pi" else "e"), _ATOM
            digits, _, exponent = number(value).partition("e")
            return (f"{digits} \\cdot 10^{{{int(exponent)}}}", 2) if exponent else (digits, _ATOM)
        case Name(text):
            return name(text), _ATOM
        case Negate(operand):
            return f"-{_tex_at(operand, _NEGATE, name)}", _NEGATE
        case Binary("/", left, right):
            return rf"\frac{{{_tex(left, name)[0]}}}{{{_tex(right, name)[0]}}}", _ATOM
        case Binary("**", left, right):
            base, strength = _tex(left, name)
            # A fraction, root or function under an exponent needs brackets, which a bare symbol does not.
            atom = isinstance(left, Name | Number) and strength == _ATOM
            return f"{base if atom else rf'({base})'}^{{{_tex(right, name)[0]}}}", 4
        case Binary(operator, left, right):
            strength = _STRENGTH[operator]
            a, b = _tex_at(left, strength, name), _tex_at(right, strength + 1, name)
            if b.startswith("-"):
                b = f"({b})"
            sign = (r" \cdot " if b[0].isdigit() else " ") if operator == "*" else f" {operator} "
            return f"{a}{sign}{b}", strength
        case Call(function, arguments):
            texts = dict(zip("ab", (_tex(argument, name)[0] for argument in arguments), strict=False))
            return CALLS[function].tex.format(**texts), _ATOM
        case _:
            assert_never(tree)


def _tex_at(tree: Expr, least: int, name: Callable[[str], str]) -> str:
    text, strength = _tex(tree, name)
    return text if strength >= least else f"({text})"


# ------------------------------------------------------------------------------------------------------- derivative

ZERO, ONE = Number(0.0), Number(1.0)


def derivative(tree: Expr, by: str = "x") -> Expr:
    """The derivative by one variable; kinks (abs, relu, max) take the value 0 or the one-sided one there."""
    match tree:
        case Number():
            return ZERO
        case Name(name):
            return ONE if name == by else ZERO
        case Negate(operand):
            return negate(derivative(operand, by))
        case Binary("+", left, right):
            return add(derivative(left, by), derivative(right, by))
        case Binary("-", left, right):
            return subtract(derivative(left, by), derivative(right, by))
        case Binary("*", left, right):
            return add(multiply(derivative(left, by), right), multiply(left, derivative(right, by)))
        case Binary("/", left, right):
            return subtract(divide(derivative(left, by), right), divide(multiply(tree, derivative(right, by)), right))
        case Binary(_, left, right):  # the power
            return _power(left, right, by)
        case Call(function, arguments):
            total: Expr = ZERO
            letters = dict(zip("ab", arguments, strict=False))
            for argument, text in zip(arguments, CALLS[function].derivatives, strict=True):
                outer = substitute(parse(text, ("a", "b")), letters)
                total = add(total, multiply(outer, derivative(argument, by)))
            return total
        case _:
            assert_never(tree)


def _power(base: Expr, exponent: Expr, by: str) -> Expr:
    by_base = multiply(multiply(exponent, power(base, subtract(exponent, ONE))), derivative(base, by))
    if by not in variables(exponent):
        return by_base
    log = Call("log", (base,))
    return add(by_base, multiply(multiply(Binary("**", base, exponent), log), derivative(exponent, by)))


def substitute(tree: Expr, by: Mapping[str, Expr]) -> Expr:
    """The tree with names replaced by trees."""
    match tree:
        case Number():
            return tree
        case Name(name):
            return by.get(name, tree)
        case Negate(operand):
            return negate(substitute(operand, by))
        case Binary(operator, left, right):
            return Binary(operator, substitute(left, by), substitute(right, by))
        case Call(function, arguments):
            return Call(function, tuple(substitute(argument, by) for argument in arguments))
        case _:
            assert_never(tree)


def negate(a: Expr) -> Expr:
    """Minus `a`, simplified."""
    match a:
        case Number(0.0):
            return a
        case Negate(operand):
            return operand
        case _:
            return Negate(a)


def add(a: Expr, b: Expr) -> Expr:
    """The sum, simplified."""
    if a == ZERO:
        return b
    if b == ZERO:
        return a
    return Binary("-", a, b.operand) if isinstance(b, Negate) else Binary("+", a, b)


def _plain(a: Expr) -> float | None:
    match a:
        case Number(value, ""):
            return value
        case Negate(Number(value, "")):
            return -value
        case _:
            return None


def subtract(a: Expr, b: Expr) -> Expr:
    """The difference, simplified."""
    left, right = _plain(a), _plain(b)
    if left is not None and right is not None:
        return Number(left - right)
    if b == ZERO:
        return a
    return negate(b) if a == ZERO else Binary("-", a, b)


def multiply(a: Expr, b: Expr) -> Expr:
    """The product, simplified."""
    if ZERO in (a, b):
        return ZERO
    if a == ONE:
        return b
    return a if b == ONE else Binary("*", a, b)


def divide(a: Expr, b: Expr) -> Expr:
    """The quotient, simplified."""
    return a if a == ZERO or b == ONE else Binary("/", a, b)


def power(a: Expr, b: Expr) -> Expr:
    """The power, simplified."""
    if b == ZERO or a == ONE:
        return ONE
    return a if b == ONE else Binary("**", a, b)
