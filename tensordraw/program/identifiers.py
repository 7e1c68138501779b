"""Free text, LaTeX too, made into Python identifiers: one way for values, axes, loops and the parameters of printed code.

`identifier` turns one text into an identifier; a `Names` keeps those of one program or function apart.
"""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Names that printed code itself uses, in any language, so that a parameter has the same name in all of them.
RESERVED = frozenset(
    (
        "np", "torch", "jax", "jnp", "qtn", "math", "itertools", "contract", "einsum", "ncon", "rearrange", "reduce",
        "repeat", "range", "float", "abs", "max", "min",
    )
)  # fmt: skip
_SPELLED = (
    (re.compile(r"\^\s*\{?\s*-\s*1\s*\}?"), "_inv"),
    (re.compile(r"\^\s*\{?\s*(?:\\dagger|\*|†)\s*\}?"), "_conj"),
    (re.compile(r"\^\s*\{?\s*(?:\\top|T|\\intercal)\s*\}?"), "_T"),
    (re.compile(r"(?<=.)['′]"), "_prime"),
    (re.compile(r"\\(?:mathrm|mathbf|mathcal|mathbb|mathit|text|operatorname|bar|tilde|hat|vec|left|right)\b"), ""),
    (re.compile(r"[\\{}$]"), ""),
)


@lru_cache(maxsize=10_000)
def identifier(text: str, default: str = "x") -> str:
    """A Python identifier for free text: `W_{Q}` gives `W_Q`, `X^{-1}` gives `X_inv`, `lambda` gives `lambda_`."""
    for pattern, spelled in _SPELLED:
        text = pattern.sub(spelled, text)
    # Python reads identifiers in NFKC; a name that is not would not be found again.
    text = unicodedata.normalize("NFKC", text)
    text = "".join(c if ("a" + c).isidentifier() else "_" for c in text)
    text = re.sub(r"__+", "_", text).rstrip("_")
    # A leading underscore is left to the module's own functions.
    if text.startswith("_") or not text.isidentifier():
        text = f"{default}{text}" if text else default
    return text + "_" if keyword.iskeyword(text) or text in RESERVED else text


class Names:
    """Identifiers that are kept apart: `take` gives the wished name, or the next free one with a number."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.taken = set(taken)
        self.last: dict[str, int] = {}  # the number that each wish came to, so that many equal wishes stay cheap

    def take(self, wish: str) -> str:
        """The identifier for this wish, from now on taken."""
        name, number, stem = wish, self.last.get(wish, 1), wish.rstrip("_")
        while name in self.taken:
            number += 1
            name = f"{stem}{number}" if stem[-1:].isalpha() else f"{stem}_{number}"
        self.last[wish] = number
        self.taken.add(name)
        return name


def parameters(arrays: Iterable[str], reserved: Iterable[str] = ()) -> dict[str, str]:
    """The identifier of each array name of a document: of its value, and of the parameter in every language.

    Names that are identifiers already keep themselves, whatever others turn into; `reserved` ones get a number.
    """
    wishes = {array: identifier(array) for array in dict.fromkeys(arrays)}
    names = Names(reserved)
    taken = names.taken.copy()
    found = {array: names.take(wish) for array, wish in wishes.items() if array == wish and wish not in taken}
    return {array: found[array] if array in found else names.take(wish) for array, wish in wishes.items()}
