r"""Symbols of formulas: names as the drawing shows them, with indices above and below where their legs are upper and lower.

`W_Q` with indices is `(W_Q)_{hij}`, `A^{i}{}_{j}` keeps the order of its indices, and indices of several letters have
commas between them. Names follow the rule of `diagram.mathematics`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from tensordraw.diagram.mathematics import latex
from tensordraw.diagram.records import Variance

SUM, PRODUCT, ATOM = range(3)  # how tightly a text binds


@dataclass(frozen=True, slots=True)
class Tex:
    """A formula, how tightly it binds, and the values that it stands for."""

    text: str
    level: int = ATOM
    values: tuple[str, ...] = ()

    def at_least(self, level: int) -> str:
        """The text, in brackets unless it binds so tightly."""
        return self.text if self.level >= level else bracketed(self.text)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named array: `base` is its TeX without indices, `script` stands above it (`(l)` for a step), `variances` of its
    axes (empty where none has one)."""

    base: str
    variances: tuple[Variance, ...] = ()
    script: str = ""

    def at(self, indices: Sequence[str]) -> str:
        """The symbol with indices."""
        upper = any(variance == "upper" for variance in self.variances[: len(indices)])
        text = self.plain(bracket=bool(self.script) and upper)
        if not indices:
            return text
        if not upper:
            if re.search(r"_", bare(text)):
                text = f"({text})"
            return f"{text}_{{{joined(indices)}}}"
        if not self.script and re.search(r"[_^']", bare(text)):
            text = f"({text})"
        runs = []
        places = zip(indices, (*self.variances, *["none"] * len(indices)), strict=False)
        for is_upper, run in groupby(places, key=lambda place: place[1] == "upper"):
            runs.append(f"{'^' if is_upper else '_'}{{{joined([index for index, _ in run])}}}")
        return text + "{}".join(runs)

    def plain(self, bracket: bool = False) -> str:
        """The symbol without indices."""
        if not self.script:
            return self.base
        base = f"({self.base})" if re.search(r"[\^']", bare(self.base)) else self.base
        text = f"{base}^{{{self.script}}}"
        return f"({text})" if bracket else text


def bare(text: str) -> str:
    """The text without what stands in braces: scripts that are inside do not count."""
    while (shorter := re.sub(r"\\[A-Za-z]+\{[^{}]*\}|(?<![_^])\{[^{}]*\}", "", text)) != text:
        text = shorter
    return text


def name(text: str) -> str:
    r"""The TeX of a name, with underscores in `\text` as a TeX installation takes them."""
    made = latex(re.sub(r"([%&#])", r"\\\1", text)) if not text.startswith("\\") else latex(text)
    return re.sub(r"\\text\{([^{}]*)\}", lambda found: rf"\text{{{_escaped(found[1])}}}", made) or "x"


def _escaped(text: str) -> str:
    text = text.replace("\\", "")
    return re.sub(r"([_%&#$])", r"\\\1", text).replace("~", r"\textasciitilde{}").replace("^", r"\textasciicircum{}")


def joined(indices: Sequence[str]) -> str:
    """Indices side by side, with commas where one is more than a letter, or several are numbers."""
    letters = all(re.fullmatch(r"(?:[^\W\d_]|\\(?!text)[A-Za-z]+)(?:'|_\{\d+\})?", index) for index in indices)
    if not letters and len(indices) > 1:
        return ",".join(indices)
    return (" " if any(len(index) > 1 for index in indices) else "").join(indices)


def bracketed(text: str) -> str:
    """The text in brackets of its height."""
    tall = re.search(r"\\(?:frac|sum|left|overline|sqrt)", text)
    return rf"\left({text}\right)" if tall else f"({text})"


def product(factors: Sequence[Tex]) -> Tex:
    """The factors side by side; numbers that would run together have a dot between."""
    values = tuple(value for factor in factors for value in factor.values)
    factors = [factor for factor in factors if factor.text != "1"] or [Tex("1")]
    texts = [factor.at_least(PRODUCT) for factor in factors]
    text = texts[0]
    for each in texts[1:]:
        text += (r" \cdot " if each[:1].isdigit() else r"\, ") + each
    return Tex(text, PRODUCT if len(texts) > 1 else factors[0].level, values)
