"""Mathematics in the picture: names by the rule of `diagram.mathematics`, and arithmetic expressions such as `1/sqrt(n)`."""

from __future__ import annotations

import ast
from functools import lru_cache

from tensordraw.diagram.mathematics import latex, text

__all__ = ["expression", "latex", "text"]


def _expression(node: ast.expr, level: int) -> str:
    """LaTeX of an arithmetic expression; `level` is the binding strength around it (1 sum, 2 product, 3 power)."""

    def wrap(made: str, own: int) -> str:
        return rf"\left({made}\right)" if own < level else made

    match node:
        case ast.Constant(value=int() | float() as value):
            return f"{value:g}" if isinstance(value, float) else str(value)
        case ast.Name(id=name):
            return latex(name)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return wrap(f"-{_expression(operand, 2)}", 2)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return rf"\frac{{{_expression(left, 0)}}}{{{_expression(right, 0)}}}"
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return wrap(f"{_expression(left, 4)}^{{{_expression(right, 0)}}}", 3)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            sign = r" \cdot " if isinstance(right, ast.Constant) else r"\,"
            return wrap(f"{_expression(left, 2)}{sign}{_expression(right, 2)}", 2)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            sign = "+" if isinstance(op, ast.Add) else "-"
            return wrap(f"{_expression(left, 1)}{sign}{_expression(right, 2)}", 1)
        case ast.Call(func=ast.Name(id="sqrt"), args=[argument]):
            return rf"\sqrt{{{_expression(argument, 0)}}}"
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return (
                rf"\{function}" * (function in {"exp", "log", "sin", "cos"})
                + ("" if function in {"exp", "log", "sin", "cos"} else text(function))
                + rf"\left({','.join(_expression(a, 0) for a in arguments)}\right)"
            )
        case _:
            return text(ast.unparse(node))


@lru_cache(maxsize=4096)
def expression(typed: str) -> str:
    """LaTeX of an arithmetic expression such as `1/sqrt(head_size)`; text that is none stands as upright text."""
    source = typed.strip().replace("^", "**")
    if not source:
        return ""
    try:
        tree = ast.parse(source, mode="eval") if len(source) < 500 else None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        tree = None
    return text(typed) if tree is None else _expression(tree.body, 0)
