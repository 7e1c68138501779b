"""Pieces of printed Python: text with what is needed to put it into more text rightly.

A `Piece` knows how tightly it binds, the imports and prelude functions it needs, the values of the program that it stands
for (a value that is used once may be printed in place), a remark for the comment, and how to break it over lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

SUM, PRODUCT, UNARY, POWER, ATOM = range(5)  # how tightly a text binds
WIDTH = 100  # columns of code on one line, comment apart


@dataclass(frozen=True, slots=True)
class Piece:
    """An expression as text. `needs` are import lines, names of prelude functions (`_delta`), and
    `size <name>` for a variable that holds a size; `broken` are the lines of the text when it is too
    long for one, without indentation."""

    text: str
    level: int = ATOM
    needs: frozenset[str] = frozenset()
    values: tuple[str, ...] = ()
    remark: str = ""
    broken: tuple[str, ...] = ()


def at_least(piece: Piece, level: int) -> Piece:
    """The piece in brackets unless it binds at least so tightly."""
    if piece.level >= level:
        return piece
    broken = tuple(f"    {line}" for line in piece.broken)
    return replace(piece, text=f"({piece.text})", level=ATOM, broken=("(", *broken, ")") if broken else ())


def compose(template: str, *parts: Piece, level: int = ATOM, needs: Iterable[str] = ()) -> Piece:
    """The template with `{}` filled by the parts, as one piece of the given level."""
    return Piece(
        template.format(*(part.text for part in parts)),
        level,
        frozenset(needs).union(*(part.needs for part in parts)),
        tuple(dict.fromkeys(value for part in parts for value in part.values)),
        "; ".join(dict.fromkeys(part.remark for part in parts if part.remark)),
    )


def listed(parts: Iterable[Piece]) -> Piece:
    """The parts with commas between, as they stand in brackets."""
    parts = tuple(parts)
    return compose(", ".join("{}" for _ in parts), *parts)


def call(function: str, *arguments: Piece, last: str = "", needs: Iterable[str] = ()) -> Piece:
    """A call; `last` are further arguments as text. Broken, all arguments share a line if they fit, else `last` has its own."""
    texts = [argument.text for argument in arguments]
    whole = f"{function}({', '.join([*texts, *filter(None, [last])])})"
    lines = fill([*texts, *filter(None, [last])])
    if last and len(lines) > 1:
        lines = [*fill(texts), *fill([last])]
    parts = compose("", *arguments, needs=needs)
    return Piece(whole, ATOM, parts.needs, parts.values, parts.remark, (f"{function}(", *lines, ")"))


def fill(texts: Iterable[str], width: int = WIDTH - 8) -> list[str]:
    """Comma-separated texts on as few indented lines as they need, long einsum strings on several."""
    lines: list[str] = []
    full = True
    for text in texts:
        if text.startswith("'") and len(text) > WIDTH + 10:
            lines += [f"    {line}" for line in _quoted_lines(text, width)]
            lines[-1] += ","
            full = True
        elif full or len(lines[-1]) + len(text) + 2 > width:
            lines.append(f"    {text},")
            full = False
        else:
            lines[-1] += f" {text},"
    return lines


def _quoted_lines(text: str, width: int) -> list[str]:
    """A long einsum string as strings on lines of their own, which Python joins; broken between operands."""
    lines = [""]
    for part in re.findall(r".+?(?:, ?|-> ?|$)", text[1:-1]):
        if lines[-1] and len(lines[-1]) + len(part) > width - 2:
            lines.append("")
        lines[-1] += part
    return [f"'{line}'" for line in lines]


def product(factors: Iterable[Piece]) -> Piece:
    """The factors with `*` between."""
    factors = [at_least(factor, PRODUCT) for factor in factors]
    if len(factors) == 1:
        return factors[0]
    made = compose(" * ".join("{}" for _ in factors), *factors, level=PRODUCT)
    last = factors[-1]
    if last.broken:
        before = "".join(f"{factor.text} * " for factor in factors[:-1])
        return replace(made, broken=(before + last.broken[0], *last.broken[1:]))
    return made


def number(value: float) -> str:
    """A float as people write it, exact: `0.125`, `2.0`, `1e-05`."""
    return repr(float(value))
