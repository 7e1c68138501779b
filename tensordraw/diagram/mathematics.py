r"""How a name becomes mathematics: the rule that turns what people type into LaTeX.

1. Text with a backslash, `^`, `$`, `{` or a prime is LaTeX already (dollar signs are dropped); but a word with primes at its
   end (`hidden'`) is the word with primes.
2. A Greek letter's name is that letter: `alpha` is `\alpha`.
3. One letter is a variable, set italic: `x`. Several letters are a word, set upright: `hidden`.
4. After an underscore: a one-letter (or Greek) head takes all that follows as its subscript (`W_Q`, `d_model`). A word takes
   it as subscript only where each part has at most two characters or is a number (`pos_0`); else the whole is plain text
   with its underscores (`head_size`).
5. Digits that end a name without underscores are its subscript: `x1`, `hidden0`.
6. Anything else (`1/2`, `+`) is mathematics as it stands, and text with spaces or hyphens between letters is plain text.
"""

from __future__ import annotations

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
    if primed := re.fullmatch(r"(\w*[^\W\d_]{2}\w*)('+)", name):
        return latex(primed[1]) + primed[2]
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
