"""Signs of equations as things that a person points at and types: `e3.r5` is the sign before term r5 in equation e3.

A sign is typed as it is read: `=`, `~` (or ≈), `:=`, `+`, `-`, `,`, and after it the coefficient of the term, an expression
in sizes of spaces: `= 2`, `- 1/sqrt(n)`, or a coefficient alone, `2`.
"""

from __future__ import annotations

import re

from tensordraw.diagram.records import Content, Equation, Id, Part, Sign
from tensordraw.errors import Error

RELATIONS: tuple[Sign, ...] = ("=", "≈", ":=", ",")  # begin a new side
_TYPED: dict[str, Sign] = {
    "=": "=", "==": "=", "~": "≈", "~=": "≈", "≈": "≈", ":=": ":=", "≔": ":=", "+": "+", "-": "-", "−": "-", ",": ",",
}  # fmt: skip
_SIGN = re.compile(r"\s*(==|:=|~=|[=~≈≔+\-−,])?\s*(.*?)\s*$", re.DOTALL)


def sign_id(equation: Id, term: Id) -> Id:
    """The sign before a term of an equation."""
    return f"{equation}.{term}"


def signed(content: Content, item: Id) -> tuple[Equation, int] | None:
    """The equation and the place of the term that a sign stands before, None where the item is no sign."""
    name, dot, term = item.partition(".")
    equation = content.equations.get(name) if dot else None
    if equation is None:
        return None
    return next(((equation, k) for k, part in enumerate(equation.parts) if part.term == term), None)


def equation_of(content: Content, term: Id) -> Equation | None:
    """The equation that a term stands in."""
    return next((e for e in content.equations.values() if any(part.term == term for part in e.parts)), None)


def sign_ids(content: Content) -> list[Id]:
    """All signs, that before each first term too."""
    return [sign_id(e.id, part.term) for e in content.equations.values() for part in e.parts]


def written(part: Part, first: bool = False) -> str:
    """A sign as it is typed; a plain first one is empty."""
    sign = "~" if part.sign == "≈" else "" if first and part.sign == "+" else part.sign
    coefficient = part.coefficient.strip()
    return " ".join(filter(None, (sign, "" if coefficient == "1" else coefficient)))


def typed(text: str) -> tuple[Sign, str]:
    """The sign and the coefficient of what was typed; a coefficient alone has a plus. Error where there is neither."""
    found = _SIGN.match(text)
    sign, coefficient = (found[1], found[2]) if found is not None else (None, "")
    if coefficient[:1] in ("=", "~", "≈", ":", "≔", ",", "+"):
        raise Error(f"{text.strip()} is not a sign: write one of = ~ := + - and a comma, and a coefficient after it.")
    return _TYPED[sign] if sign else "+", coefficient or "1"
