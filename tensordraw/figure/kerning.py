"""What Computer Modern has and the Latin Modern font for mathematics lacks: kerns and ligatures of upright words, and the
wider signs of script sizes.

Labels shall look as TeX sets them in a paper. Latin Modern Math has the letters of all three design sizes (10, 7 and 5
points), but no kerns, and its signs in one size only. The kerns here are those of cmr10, in thousandths of an em.
"""

from __future__ import annotations

UNDERSCORE = (0.333, 0.04)  # length and thickness of Latin Modern's, in ems
UNDERSCORE_BELOW = 0.14  # how far its lower edge is below the baseline; TeX draws one that stands on it
_NARROW, _WIDE, _CLOSE, _CLOSER = -28, 28, -83, -111
_ROMAN = frozenset("+=([)]:;!?")  # signs that TeX takes from the roman font
_UPRIGHT_LINES = frozenset("([)]{}|‖⟨⟩/∖←→↑↓↔⌊⌋⌈⌉")  # wider in script sizes, but no higher
_LIGATURES = (("ffi", "ﬃ"), ("ffl", "ﬄ"), ("ff", "ﬀ"), ("fi", "ﬁ"), ("fl", "ﬂ"), ("---", "—"), ("--", "–"),
              ("'", "’"), ("`", "‘"))  # fmt: skip
# (letters before, letters after, kern)
_RULES: tuple[tuple[str, str, int], ...] = (
    ("kv", "a", -56), ("w", "a", _NARROW), ("kvw", "eoc", _NARROW),
    ("P", "A", _CLOSE), ("Py", "oea", _NARROW),
    ("FVW", "oeura", _CLOSE), ("FVW", "A", _CLOSER), ("FVWKX", "OCGQ", _NARROW),
    ("T", "y", _NARROW), ("TY", "eoraAu", _CLOSE), ("DO", "XWAVY", _NARROW),
    ("hmn", "tubyvw", _NARROW), ("c", "hk", _NARROW),
    ("bop", "eodcq", _WIDE), ("bop", "x", _NARROW), ("bopa", "v", _NARROW), ("bopa", "j", 56),
    ("bopat", "y", _NARROW), ("bopatu", "w", _NARROW),
    ("AR", "tCOGUQ", _NARROW), ("ARL", "TY", _CLOSE), ("ARL", "VW", _CLOSER), ("g", "j", _WIDE), ("I", "I", _WIDE),
    ("fﬀ", "’?!)]", 78), ("’", "?!", 111),
)  # fmt: skip
_KERNS = {(a, b): kern for first, second, kern in _RULES for a in first for b in second}


def joined(words: str) -> str:
    """The words with ligatures, dashes for two or three hyphens, and quotes that turn."""
    for letters, one in _LIGATURES:
        words = words.replace(letters, one)
    return words


def kern(first: str, second: str) -> float:
    """What is added between two upright letters, in ems."""
    return _KERNS.get((first, second), 0) / 1000


def script_sign(sign: str, advance: float, level: int) -> tuple[float, float]:
    """How much larger a sign is drawn in the script size of a level (1, 2), and its advance there, both in ems of that size;
    `advance` is that of the sign in text."""
    roman = sign in _ROMAN
    if level == 1:
        wider = (0.0159 if roman else 0.0315) + 0.1072 * advance
    else:
        wider = (0.0556 if roman else 0.1111) + 0.25 * advance
    larger = 1.0 if sign in _UPRIGHT_LINES else 1.106 if level == 1 else 1.25
    return larger, advance + wider
