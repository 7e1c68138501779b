"""Numbers as figures write them."""

from __future__ import annotations

import math


def number(value: float) -> str:
    """At most three decimals, without trailing zeros; nan and infinity are mistakes of the program."""
    if not math.isfinite(value):
        raise ValueError(f"a figure has the coordinate {value}")
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
