"""Spaces around operators as TeX has them, written into the MathML that ziamath sets.

ziamath takes an em for a third wider than it is, gives signs at the start of a formula the space of those between terms, and
puts spaces inside the names of functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_EM = 1.333  # ziamath's ems in one
_RELATIONS = frozenset("=≈≡∼≃≅<>≤≥≠∈∉⊂⊃⊆⊇→←↔⇒⇐↦∝≪≫≺≻∥⊥")
_BINARIES = frozenset("+−-±∓×·⋅∗*∘⊗⊕⊙⊖⊘∧∨∖∪∩•⋆")
_PUNCTUATION = frozenset(",;")
_ORDINARY = frozenset("∇∂∀∃¬")
_OPERATOR = re.compile(r"<mo((?:\s[^>]*)?)>([^<]*)</mo>")
_NAMES = "sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth exp log ln lg det dim ker deg gcd hom arg"
_FUNCTION = re.compile(rf"<mi>({_NAMES.replace(' ', '|')})</mi>(?=(<mi|<mn|<ms|<mf|<mt)?)")
_OPERATOR_NAME = re.compile(r'<mo(?: movablelimits="true")?>([A-Za-z]{2,})</mo>(?=(<mi|<mn|<ms|<mf|<mt)?)')
_WITH_SCRIPTS = re.compile(r"<m(?:sub|sup|subsup|under|over|underover)>$")
_ROW_STARTS = re.compile(r"<(?:mrow|math|mtd|msqrt)[^>]*>$")
_ROW_ENDS = re.compile(r"</(?:mrow|math|mtd|msqrt)>")
_ENTITY = re.compile(r"&#x([0-9A-Fa-f]+);")


def _ems(eighteenths: float) -> str:
    return f"{eighteenths / 18 / _EM:.4f}em"


def spaced(mathml: str) -> str:
    """The formula with spaces of its own."""
    mathml = re.sub(r'width="(-?[\d.]+)em"', lambda found: f'width="{float(found[1]) / _EM:.4f}em"', mathml)
    mathml = _OPERATOR_NAME.sub(_function, _FUNCTION.sub(_function, mathml))
    mathml = re.sub(r"<mi>:</mi>(?=<mo>(?:&#x0003D;|=)</mo>)", _colon, mathml)
    return "".join(_operators(mathml))


def _colon(found: re.Match[str]) -> str:
    """The colon of a definition, with the space of a relation before it unless it comes first."""
    is_first = _ROW_STARTS.search(found.string[: found.start()][-80:]) is not None
    return "<mtext>:</mtext>" if is_first else f'<mspace width="{_ems(5)}"/><mtext>:</mtext>'


def _function(found: re.Match[str]) -> str:
    """A function's name, and a thin space before what it is applied to without parentheses; what has scripts has its space
    after those."""
    if _WITH_SCRIPTS.search(found.string[: found.start()][-16:]):
        return found[0] if found[0].startswith("<mo") else f'<mtext function="true">{found[1]}</mtext>'
    after = f'<mspace width="{_ems(3)}"/>' if found[2] else ""
    return f"<mtext>{found[1]}</mtext>{after}"


def _operators(mathml: str) -> Iterator[str]:
    at, before = 0, ""  # the operator that stands just before, if one does
    for found in _OPERATOR.finditer(mathml):
        between = mathml[at : found.start()]
        yield between
        sign = _ENTITY.sub(lambda code: chr(int(code[1], 16)), found[2])
        starts = _ROW_STARTS.search(mathml[: found.start()][-80:]) is not None
        unary = starts or (not between and before != "" and before not in ")]}⟩⌋⌉|")
        ends = _ROW_ENDS.match(mathml, found.end()) is not None
        yield _with_spaces(found, sign, *_spaces(sign, unary, starts, ends, between.endswith("<mtext>:</mtext>")))
        at, before = found.end(), sign
    yield mathml[at:]


def _spaces(sign: str, unary: bool, starts: bool, ends: bool, colon: bool) -> tuple[float | None, float | None]:
    """Eighteenths of an em before and after a sign; None for those that this table does not know."""
    if sign in _RELATIONS:
        return (0.0 if starts or colon else 5.0), (0.0 if ends else 5.0)
    if sign in _BINARIES:
        return (0.0, 0.0) if unary or ends else (4.0, 4.0)
    if sign in _ORDINARY:
        return 0.0, 0.0
    if sign in _PUNCTUATION:
        return 0.0, (0.0 if ends else 3.0)
    return None, None


def _with_spaces(found: re.Match[str], sign: str, before: float | None, after: float | None) -> str:
    if before is None or after is None or "lspace" in found[1]:
        return found[0]
    return f'<mo{found[1]} lspace="{_ems(before)}" rspace="{_ems(after)}">{found[2]}</mo>'
