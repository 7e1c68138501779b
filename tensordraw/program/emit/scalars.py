"""Numbers in printed code: as the expression that was typed, in variables for sizes where an input has that axis."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from tensordraw.errors import Error
from tensordraw.program.emit.pieces import ATOM, POWER, PRODUCT, SUM, UNARY, Piece, at_least, compose
from tensordraw.program.expressions import Binary, Expr, Negate, Number, compute, parse, variables
from tensordraw.program.formulas import number, python


def scalar(expression: str, value: float, sizes: Mapping[str, int], names: Mapping[str, str]) -> Piece:
    """The number `value` as `expression` says it: `names` are variables for the sizes that the function knows.

    Where the expression does not give exactly this value from those sizes, the number itself, with a remark.
    """
    expression, _, remark = (part.strip() for part in expression.partition("#"))
    tree = checked(expression, value, sizes)
    if tree is None:
        if not remark and expression not in ("", number(value), repr(value)):
            remark = f"{number(value)} is {' '.join(expression.split())}"
        return Piece(number(value), UNARY if value < 0 else ATOM, remark=remark)
    text = python(tree, "math", names)
    needs = {f"size {name}" for name in variables(tree)}
    if re.search(r"\bmath\.", text):
        needs.add("import math")
    return Piece(text, level(tree, text), frozenset(needs), remark=remark)


def opposite(expression: str, value: float, sizes: Mapping[str, int]) -> str:
    """What follows the minus sign of an expression, if its value is minus what follows; else nothing."""
    after = expression.strip().removeprefix("-").strip()
    negative = expression.strip().startswith("-") and checked(after, -value, sizes) is not None
    return after if negative else ""


def times(value: Piece, factor: Piece) -> Piece:
    """The value times a factor; a factor `1 / x` divides."""
    divisor = re.fullmatch(r"1 / ([\w.]+|[\w.]*\([^()]*\))", factor.text)
    if divisor is not None:
        after = f" / {divisor[1]}"
    else:
        after = f" * ({factor.text})" if factor.level < UNARY else f" * {factor.text}"
    broken = (*value.broken[:-1], value.broken[-1] + after) if value.broken else ()
    remark = "; ".join(filter(None, [value.remark, factor.remark]))
    return replace(
        value, text=value.text + after, level=PRODUCT, needs=value.needs | factor.needs, remark=remark, broken=broken,
        values=tuple(dict.fromkeys((*value.values, *factor.values))),
    )  # fmt: skip


def weighted(factor: Piece, value: Piece) -> Piece:
    """A number times a value."""
    if factor.text.startswith("1 / "):
        return times(at_least(value, PRODUCT), factor)
    if factor.level in (SUM, PRODUCT) or (factor.level == UNARY and not re.fullmatch(r"-[\w.]+", factor.text)):
        factor = at_least(Piece(factor.text, SUM, factor.needs, factor.values, factor.remark), ATOM)
    return compose("{} * {}", factor, at_least(value, UNARY), level=PRODUCT)


def checked(expression: str, value: float, sizes: Mapping[str, int]) -> Expr | None:
    """The tree of an expression where it gives exactly this value from these sizes."""
    try:
        tree = parse(expression, sizes)
        return tree if compute(tree, sizes) == value else None
    except (Error, ZeroDivisionError, OverflowError, ValueError):
        return None  # written as a number then, with the expression beside it


def level(tree: Expr, text: str) -> int:
    """How tightly the text of a tree binds."""
    match tree:
        case Binary("+" | "-"):
            return SUM
        case Binary("*" | "/"):
            return PRODUCT
        case Binary():
            return POWER
        case Negate():
            return UNARY
        case Number(value) if value < 0:
            return UNARY
        case _:
            return PRODUCT if text.startswith("1 / ") else ATOM
