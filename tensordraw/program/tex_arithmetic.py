r"""Arithmetic that was typed in LaTeX, in our own language of expressions: `\frac{1}{\sqrt{2}}` is `1/sqrt(2)`.

Read are fractions, roots, powers, products (also without a sign between factors), the functions of `expressions.CALLS`, `\pi`,
and names in letters (`d_{model}`, `\text{head\_size}`, `\lambda`). What is no LaTeX comes back as it is. What is made is again
text, because it is what the document holds and what all languages read; `expressions.parse` says what is wrong with it.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

from tensordraw.errors import Error
from tensordraw.program.expressions import CALLS, DEEPEST, LONGEST

_TOKEN = re.compile(
    r"\\(?:text|mathrm|mathit|mathsf|mathtt|mathbf|operatorname)\*?\s*\{(?P<word>(?:[^{}\\]|\\.)*)\}"
    r"|\\(?P<command>[a-zA-Z]+|.)"
    r"|(?P<number>\d+\.?\d*|\.\d+)"
    r"|(?P<quoted>\"[^\"]*\"|'[^']*'|`[^`]*`)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<space>\s+|~)"
    r"|(?P<sign>\*\*|.)",
    re.DOTALL,
)
_SKIPPED = {",", ";", ":", "!", " ", ">", "quad", "qquad", "left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr",
            "displaystyle", "textstyle", "limits"}  # fmt: skip
_TIMES = {"cdot", "times", "ast"}
_FRACTIONS = {"frac", "tfrac", "dfrac"}
_CALLED = {"ln": "log"} | {name: name for name in CALLS}
_OPENS, _CLOSES = {"(": ")", "[": "]", "{": "}"}, ")]}"

Kind: TypeAlias = Literal["atom", "quotient", "function", "sign"]


class _Piece(NamedTuple):
    kind: Kind
    text: str


def is_tex(text: str) -> bool:
    """Whether the text is LaTeX rather than our own language: it has a backslash or braces."""
    return any(mark in text for mark in "\\{}")


def arithmetic(text: str) -> str:
    r"""The expression that LaTeX says, `1/sqrt(2)` for `\frac{1}{\sqrt{2}}`; other text as it is.

    Raises `Error` for a command that says no arithmetic, and where a brace is missing.
    """
    if not is_tex(text) or len(text) > LONGEST:
        return text
    return _Reader(text).whole()


class _Reader:
    """One pass over the tokens: each group gives its pieces, which are joined with the products between them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [found for found in _TOKEN.finditer(text) if not found["space"]]
        self.tokens = [found for found in self.tokens if found["command"] not in _SKIPPED]
        self.at = 0
        self.depth = 0

    def whole(self) -> str:
        made = self._row("")
        if self.at < len(self.tokens):
            raise self._wrong(f"nothing is open before {self.tokens[self.at].group()}")
        return _joined(made)

    def _wrong(self, why: str) -> Error:
        return Error(f"The expression {self.text} cannot be read: {why}.")

    def _row(self, end: str) -> list[_Piece]:
        """The pieces up to a closing sign, which is taken; `end` is empty for the whole text."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._wrong(f"it is nested more than {DEEPEST} deep")
        pieces: list[_Piece] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token["sign"] is not None and token["sign"] in _CLOSES:
                if not end:
                    break
                if token["sign"] != end:
                    raise self._wrong(f"{token['sign']} closes what {end} should close")
                self.at += 1
                self.depth -= 1
                return pieces
            pieces.append(self._piece())
        if end:
            raise self._wrong(f"a closing {end} is missing")
        return pieces

    def _argument(self, of: str, one_digit: bool = False) -> str:
        r"""What a command or a power is applied to: a group in braces, or the next piece (`\frac12`: the next digit)."""
        if self.at >= len(self.tokens):
            raise self._wrong(f"something is missing after {of}")
        token = self.tokens[self.at]
        if token["sign"] == "{":
            self.at += 1
            return _joined(self._row("}"))
        if one_digit and token["number"] is not None and len(token["number"]) > 1:
            rest = _TOKEN.match(self.text, token.start() + 1, token.end())
            assert rest is not None
            self.tokens[self.at] = rest
            return token["number"][0]
        if token["sign"] == "-" and of == "^":
            self.at += 1
            return f"-{self._argument(of)}"
        return self._piece().text

    def _piece(self) -> _Piece:
        token = self.tokens[self.at]
        self.at += 1
        if token["word"] is not None:
            return self._named(token["word"].replace("\\", "").strip())
        if token["number"] is not None or token["quoted"] is not None:
            return _Piece("atom", token.group())
        if token["name"] is not None:
            return self._named(token["name"])
        if token["command"] is not None:
            return self._command(token["command"])
        return self._sign(token.group())

    def _named(self, name: str) -> _Piece:
        if name in _CALLED and not self._next_is("_"):
            return _Piece("function", _CALLED[name])
        if name.endswith("_") and self._next_is("{"):
            name = name[:-1]
            self.at -= 1  # the regular expression took the underscore along
            return self._with_script(name)
        if self._next_is("_"):
            return self._with_script(name)
        return _Piece("atom", name)

    def _with_script(self, name: str) -> _Piece:
        r"""A name with its subscript: `d_{\text{model}}` is `d_model`."""
        self.at += 1
        if self._next_is("{"):
            self.at += 1
            inner = self._row("}")
        else:
            inner = [self._piece()] if self.at < len(self.tokens) else []
        return _Piece("atom", f"{name}_{''.join(piece.text for piece in inner)}")

    def _next_is(self, sign: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at]["sign"] == sign

    def _command(self, name: str) -> _Piece:
        if name in _FRACTIONS:
            above = self._argument(rf"\{name}", one_digit=True)
            below = self._argument(rf"\{name}", one_digit=True)
            return _Piece("quotient", f"{_factor(above)}/{_factor(below, strictly=True)}")
        if name == "sqrt":
            degree = ""
            if self._next_is("["):
                self.at += 1
                degree = _joined(self._row("]"))
            inner = self._argument(r"\sqrt", one_digit=True)
            return _Piece("atom", f"({inner})**(1/{_factor(degree, strictly=True)})" if degree else f"sqrt({inner})")
        if name in _TIMES:
            return _Piece("sign", "*")
        if name in ("div", "slash"):
            return _Piece("sign", "/")
        if name in _CALLED:
            return _Piece("function", _CALLED[name])
        if name in ("{", "}", "|") or not (name.isalpha() or name == "_"):
            raise self._wrong(rf"\{name} is not understood here")
        if name == "_":
            raise self._wrong(r"\_ stands in a name, as in \text{head\_size}")
        return self._named(name)  # a letter

    def _sign(self, sign: str) -> _Piece:
        if sign in ("^", "**"):
            power = self._argument("^", one_digit=sign == "^")
            return _Piece("sign", f"**{_factor(power, strictly=True)}")
        if sign in _OPENS:
            return _Piece("atom", f"({_joined(self._row(_OPENS[sign]))})")
        return _Piece("sign", sign)


def _joined(pieces: list[_Piece]) -> str:
    """Pieces in a row: factors without a sign between are multiplied, a function takes the next factor."""
    out: list[str] = []
    before: Kind | Literal["power", ""] = ""
    for number, (kind, text) in enumerate(pieces):
        after = pieces[number + 1].text if number + 1 < len(pieces) else ""
        if kind == "sign":
            out.append(text)
            before = "power" if text.startswith("**") and len(text) > 2 else "sign"
            continue
        if before == "function":
            out.append(text if text.startswith("(") and text.endswith(")") else f"({text})")
            before = "atom"
            continue
        if before in ("atom", "quotient", "power"):
            out.append("*")
        alone = (not out or out[-1] in ("+", "-", "−", ",")) and not after.startswith("**")
        out.append(f"({text})" if kind == "quotient" and not alone else text)
        before = kind
    return "".join(out)


_SINGLE = re.compile(r"[\w.]+|\w+\([^()]*\)|\([^()]*\)")


def _factor(text: str, strictly: bool = False) -> str:
    """The text as one factor: in parentheses where it is not one already (`strictly`: a product is none)."""
    if _SINGLE.fullmatch(text) or (not strictly and re.fullmatch(r"[\w.]+(?:\*[\w.]+)*", text)):
        return text
    return f"({text})"
