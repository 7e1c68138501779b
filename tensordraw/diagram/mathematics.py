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
import unicodedata
from functools import lru_cache

_LOWER = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega"
_UPPER = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
GREEK = frozenset(f"{_LOWER} {_UPPER}".split())
_PLAIN = {"epsilon": r"\varepsilon", "phi": r"\varphi"}
_SIGNS = {
    "dagger": "†", "prime": "′", "infty": "∞", "ell": "ℓ", "cdot": "·", "sum": "∑", "prod": "∏", "otimes": "⊗",
    "oplus": "⊕", "times": "×", "to": "→", "top": "⊤", "partial": "∂", "nabla": "∇", "star": "⋆", "ast": "*", "hbar": "ħ",
    "varepsilon": "ε", "varphi": "φ", "vartheta": "ϑ", "ldots": "…", "dots": "…", "cdots": "⋯", "circ": "∘", "perp": "⊥",
}  # fmt: skip
_ACCENTS = {"hat": "\u0302", "widehat": "\u0302", "tilde": "\u0303", "widetilde": "\u0303", "bar": "\u0304",
            "overline": "\u0304", "vec": "\u20d7", "dot": "\u0307"}  # fmt: skip
_ALPHABETS = r"\\(?:text|math(?:rm|bf|cal|sf|it|bb|tt|frak|scr)|operatorname) ?\{([^{}]*)\}"


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


@lru_cache(maxsize=4096)
def readable(name: str) -> str:
    r"""A name as it is read where no formula is set: `$\Gamma_{1}$` is Γ_1, `B^\dagger_8` is B†_8, `\tilde A` is Ã."""
    if not any(mark in name for mark in "\\${^"):
        return name

    def letter(found: re.Match[str]) -> str:
        word = found[1]
        if word in _SIGNS:
            return _SIGNS[word]
        kind = "CAPITAL" if word[0].isupper() else "SMALL"
        spelled = word.upper().replace("LAMBDA", "LAMDA")
        try:
            return unicodedata.lookup(f"GREEK {kind} LETTER {spelled}")
        except KeyError:
            return found[0]

    said = re.sub(_ALPHABETS, r"\1", name.replace("$", ""))
    said = re.sub(rf"\\({'|'.join(_ACCENTS)})(?: ?\{{(\w)\}}| (\w))", lambda m: (m[2] or m[3]) + _ACCENTS[m[1]], said)
    said = re.sub(r"\\([A-Za-z]+) ?", letter, said)
    said = re.sub(r"([_^])\{([^{}]*)\}", r"\1\2", said)
    said = re.sub(r"\^([†′*⊤])", r"\1", said)
    return unicodedata.normalize("NFC", said)
