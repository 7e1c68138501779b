r"""How a name becomes mathematics: the rule that turns what people type into LaTeX.

1. Text with a backslash, `^`, `$`, `{` or a prime is LaTeX already (dollar signs are dropped).
2. A Greek letter's name is that letter: `alpha` is `\alpha`.
3. One letter is a variable, set italic: `x`. Several letters are a word, set upright: `hidden`.
4. After an underscore: a one-letter (or Greek) head takes all that follows as its subscript (`W_Q`, `d_model`). A word takes
   it as subscript only where each part has at most two characters or is a number (`pos_0`); else the whole is plain text
   with its underscores (`head_size`).
5. Digits that end a name without underscores are its subscript: `x1`, `hidden0`.
6. Anything else (`1/2`, `+`) is mathematics as it stands, and text with spaces or hyphens between letters is plain text.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache

_LOWER = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega"
_UPPER = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
GREEK = frozenset(f"{_LOWER} {_UPPER}".split())
_PLAIN = {"epsilon": r"\varepsilon", "phi": r"\varphi"}


def text(words: str) -> str:
    r"""Upright text as LaTeX: `\text{...}`, which takes underscores and hyphens as they are."""
    return rf"\text{{{words.replace('{', '(').replace('}', ')')}}}" if words else ""


def _atom(part: str) -> str:
    if part in GREEK:
        return _PLAIN.get(part, "\\" + part)
    if len(part) == 1 or part.isdigit():
        return part
    return text(part)


def _is_short(part: str) -> bool:
    return len(part) <= 2 or part.isdigit() or part in GREEK


@lru_cache(maxsize=65536)
def latex(name: str) -> str:
    """The LaTeX of a name by the rule above; empty for an empty name."""
    name = name.strip()
    if not name:
        return ""
    if any(mark in name for mark in "\\^${'"):
        return name.replace("$", "")
    if "_" in name.strip("_") and all(part.isalnum() for part in name.split("_")):
        head, *rest = name.split("_")
        if len(head) == 1 or head in GREEK or all(_is_short(part) for part in rest):
            return f"{_atom(head)}_{{{','.join(_atom(part) for part in rest)}}}"
        return text(name)
    if found := re.fullmatch(r"([^\W\d_]+)(\d+)", name):
        return f"{_atom(found[1])}_{{{found[2]}}}"
    if name in GREEK or len(name) == 1 or not re.search(r"[^\W\d_]{2}|_", name):
        return _atom(name) if name.isalnum() else name
    return text(name)


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
