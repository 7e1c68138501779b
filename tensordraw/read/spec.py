"""Einsum strings parsed: `"ij,jk->ik"` and `"i j, j k -> i k"` become tuples of index names.

A string has named axes (words, as in einops) where an operand has two words, or where a digit or underscore stands in a
word; else each letter is an index. `"alpha, alpha ->"` alone could be either: the given shapes decide, else letters.
Without an arrow the output is, as in numpy, every index that stands once, sorted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tensordraw.errors import Error


@dataclass(frozen=True, slots=True)
class Spec:
    """The indices of each operand and of the output, by name."""

    operands: tuple[tuple[str, ...], ...]
    output: tuple[str, ...]


def parse(text: str, ranks: Sequence[int | None] = ()) -> Spec:
    """The parsed string; `ranks` are the known numbers of axes. Error: a character that no index name has, a second
    arrow, an output index that no operand has."""
    sides = text.split("->")
    if len(sides) > 2:
        raise Error(f"The einsum string {text!r} has more than one arrow; write operands -> output.")
    if "..." in text:
        raise Error(f"The einsum string {text!r} has an ellipsis, which is not read yet; write its indices out.")
    if "(" in text or ")" in text:
        raise Error(
            f"The einsum string {text!r} groups indices in brackets, which is not read yet; name them one by one."
        )
    parts = sides[0].split(",")
    named = _is_named([*parts, *sides[1:]], parts, ranks)
    operands = tuple(_indices(part, named, f"operand {place + 1}", text) for place, part in enumerate(parts))
    count = Counter(index for operand in operands for index in operand)
    if len(sides) == 1:
        return Spec(operands, tuple(sorted(index for index, times in count.items() if times == 1)))
    output = _indices(sides[1], named, "the output", text)
    for index in output:
        if index not in count:
            raise Error(f"The output index {index!r} of {text!r} stands in no operand; add it to one or remove it.")
    return Spec(operands, output)


def _is_named(texts: Sequence[str], operands: Sequence[str], ranks: Sequence[int | None]) -> bool:
    """Whether words are indices, rather than letters."""
    if any(len(part.split()) > 1 for part in texts) or re.search(r"[\d_]", "".join(texts)):
        return True
    known = [(len(part.strip()), rank) for part, rank in zip(operands, ranks, strict=False) if rank is not None]
    letters = all(length == rank for length, rank in known)
    words = all(min(length, 1) == rank for length, rank in known)
    return words and not letters


def _indices(part: str, named: bool, where: str, text: str) -> tuple[str, ...]:
    """The index names in one part of the string."""
    found = tuple(part.split()) if named else tuple(part.strip())
    for index in found:
        if not index.isidentifier():
            raise Error(
                f"{where.capitalize()} of the einsum string {text!r} has {index!r}, which is no name of an index."
            )
    return found
