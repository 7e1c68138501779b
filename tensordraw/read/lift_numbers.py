"""Numbers of a program as expressions that a drawing can hold: as they were written, where that still has their value."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from tensordraw.errors import Error
from tensordraw.program import expressions

_CLOSE = 1e-12  # relative; one expression may round otherwise than another


def number_text(expression: str, value: float, sizes: Mapping[str, int]) -> str:
    """`expression` if it has this value with these sizes of spaces, else the number. Error: a number that is not finite."""
    if expression:
        try:
            if math.isclose(expressions.constant(expression, sizes), value, rel_tol=_CLOSE):
                return expression
        except Error:
            pass  # it speaks of sizes that are called otherwise now
    if not math.isfinite(value):
        raise Error(f"The factor {expression or value!r} has no finite value, so it cannot be drawn.")
    return str(int(value)) if float(value).is_integer() and abs(value) < 2**53 else repr(float(value))


def product_text(first: str, rest: Sequence[str]) -> str:
    """The expression of a product; a factor 1 is left out."""
    factors = [text for text in (first, *rest) if text != "1"]
    if len(factors) == 1:
        return factors[0]
    return "*".join(text if text.replace(".", "").isalnum() else f"({text})" for text in factors) or "1"


__all__ = ["number_text", "product_text"]
