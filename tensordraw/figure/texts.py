r"""Labels as plain LaTeX, which needs no package: `\text{a_b}` becomes `\mathrm{a\_b}`, Greek letters become commands.

A label that plain LaTeX cannot set (an unknown command, braces that do not match) gives None, so that what is printed
always compiles.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tensordraw.figure.display import Words
from tensordraw.figure.labels import LINE

_HYPHEN = r"\mathchar28717 "  # the hyphen of the font in use: a bare one would be a minus
_APOSTROPHE = r"\mathchar28711 "  # a bare one would be a prime
_ESCAPES = {"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", " ": r"\ ", "-": _HYPHEN, "~": r"\sim ", "^": r"\hat{\ }",
            "'": _APOSTROPHE}  # fmt: skip
_ESCAPES |= {sign: f"{{{sign}}}" for sign in ",;:=+*<>"}  # in words they take no space around them
_TEXT_ESCAPES = {"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
                 "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "<": "$<$", ">": "$>$", "|": "$|$", '"': "''"}  # fmt: skip
_LETTERS = {
    "×": r"\times ", "·": r"\cdot ", "−": "-", "±": r"\pm ", "†": r"\dagger ", "∞": r"\infty ", "ℓ": r"\ell ",
    "≤": r"\le ", "≥": r"\ge ", "≈": r"\approx ", "≠": r"\neq ", "→": r"\to ", "∂": r"\partial ", "∑": r"\sum ",
    "∏": r"\prod ", "√": r"\surd ", "⊗": r"\otimes ", "⊕": r"\oplus ", "⊤": r"\top ", "…": r"\ldots ", "∈": r"\in ",
    "∇": r"\nabla ", "∘": r"\circ ", "′": "'", "ε": r"\varepsilon ", "ϵ": r"\epsilon ", "φ": r"\varphi ", "ϕ": r"\phi ",
    "⟨": r"\langle ", "⟩": r"\rangle ", "‖": r"\|", "²": "^2", "³": "^3",
}  # fmt: skip
# Commands of LaTeX itself, in mathematics.
_COMMANDS = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho
    sigma varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    frac sqrt sum prod coprod int oint bigcup bigcap bigoplus bigotimes bigodot bigvee bigwedge
    overline underline hat tilde bar vec dot ddot check breve acute grave widehat widetilde overbrace underbrace
    mathrm mathbf mathit mathcal mathsf mathtt displaystyle textstyle scriptstyle scriptscriptstyle
    left right quad qquad
    cdot cdots ldots dots vdots ddots times div pm mp ast star circ bullet otimes oplus ominus odot oslash wedge vee cap cup
    setminus dagger ddagger amalg wr diamond bigcirc
    le leq ge geq ne neq approx equiv sim simeq cong propto ll gg prec succ subset supset subseteq supseteq in ni notin mid
    parallel perp vdash dashv models to gets rightarrow leftarrow Rightarrow Leftarrow leftrightarrow Leftrightarrow mapsto
    longrightarrow longleftarrow uparrow downarrow updownarrow nearrow searrow swarrow nwarrow
    infty partial nabla ell hbar Re Im aleph forall exists emptyset prime top bot angle surd neg imath jmath wp
    langle rangle lfloor rfloor lceil rceil lbrace rbrace vert Vert backslash
    sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth exp log ln lg det dim ker deg gcd hom arg max min sup inf
    lim limsup liminf Pr stackrel
"""
_KNOWN = frozenset(_COMMANDS.split())
_SIGNS = frozenset(",;:!{}|%#&_ ")
_LARGE = re.compile(r"(\\(?:sum|prod|coprod|int|oint|big(?:cup|cap|oplus|otimes|odot|vee|wedge)))(?![A-Za-z])")
_FOLLOWED = re.compile(r"\\(?:[A-Za-z]+|.)")


@lru_cache(maxsize=16384)
def plain(latex: str) -> str | None:
    """The formula in plain LaTeX; None where it cannot be."""
    out: list[str] = []
    at = 0
    for found in re.finditer(r"\\(?:text|operatorname|mathrm)\{([^{}]*)\}", latex):
        part, words = _formula(latex[at : found.start()]), _upright(found[1], found[0].startswith(r"\mathrm"))
        if part is None or words is None:
            return None
        out += [part, rf"\mathop{{{words}}}\nolimits " if found[0].startswith(r"\operatorname") else words]
        at = found.end()
    part = _formula(latex[at:])
    if part is None:
        return None
    text = "".join([*out, part])
    if not latex.lstrip().startswith(r"\displaystyle"):  # in the figure large operators are large, their indices aside
        text = _LARGE.sub(r"\\mathop{\\displaystyle\1}\\nolimits ", text)
    return text if _compiles(text) else None


def _upright(words: str, mathematics: bool) -> str | None:
    if mathematics and "\\" in words:
        made = _formula(words)
        return None if made is None else rf"\mathrm{{{made}}}"
    out = "".join(_ESCAPES.get(letter) or _letter(letter) or "\0" for letter in words)
    return None if "\0" in out or "\\" in words or "$" in words else rf"\mathrm{{{out}}}"


def _letter(letter: str) -> str | None:
    """A character in mathematics; None where plain LaTeX has none."""
    if letter in _LETTERS:
        return _LETTERS[letter]
    if ord(letter) < 128:
        return letter
    found = re.fullmatch(r"GREEK (SMALL|CAPITAL) LETTER (\w+)", unicodedata.name(letter, ""))
    if found is None:
        return None
    name = found[2].lower() if found[1] == "SMALL" else found[2].capitalize()
    name = {"lamda": "lambda", "Lamda": "Lambda"}.get(name, name)
    return f"\\{name} " if name in _KNOWN else None


def _formula(latex: str) -> str | None:
    if re.search(r"(?<!\\)[%#&$~]|\n", latex):
        return None
    for command in _FOLLOWED.findall(latex):
        if command[1:] not in _KNOWN and command[1:] not in _SIGNS:
            return None
    out = "".join(_letter(letter) or "\0" for letter in latex)
    return None if "\0" in out else out


# How many arguments a command takes.
_ONE = """
    sqrt mathrm mathbf mathit mathcal mathsf mathtt overline underline overbrace underbrace hat tilde bar vec dot ddot check
    breve acute grave widehat widetilde
"""
_TAKES = {"frac": 2, "stackrel": 2} | dict.fromkeys(_ONE.split(), 1)
_FENCES = "langle rangle vert Vert lfloor rfloor lceil rceil lbrace rbrace backslash"
_DELIMITERS = frozenset(("(", ")", "[", "]", ".", "|", "/", r"\{", r"\}", r"\|", *(f"\\{n}" for n in _FENCES.split())))
# Commands that are one symbol, which may be an argument without braces.
_SYMBOLS = """
    alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi pi varpi rho varrho sigma
    varsigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega
    dagger ddagger top bot prime infty circ perp ell ast star partial nabla times otimes oplus pm mp
"""
_SYMBOL = frozenset(f"\\{name}" for name in _SYMBOLS.split())


def _compiles(latex: str) -> bool:
    """Whether braces and `\\left` match, commands have their arguments, and nothing has two subscripts or superscripts."""
    if latex.endswith("\\") and not latex.endswith("\\\\"):
        return False
    tokens = [token for token in re.findall(r"\\(?:[A-Za-z]+|.)|.", latex, re.DOTALL) if token != " "]
    return _list(tokens, 0, "") == len(tokens)


def _list(tokens: list[str], at: int, end: str) -> int:
    """The place after a list of atoms that begins here and ends with `end`; -1 where TeX would not take it."""
    scripts: set[str] = set()
    while at < len(tokens):
        token = tokens[at]
        if token == end:
            return at + 1
        if token in ("}", r"\right"):
            return -1
        if token in ("^", "_"):
            if token in scripts:
                return -1
            scripts.add(token)
            at = _argument(tokens, at + 1)
        elif token == "'":
            if "^" in scripts and tokens[at - 1] != "'":
                return -1
            scripts.add("^")
            at += 1
        else:
            scripts = set()
            at = _atom(tokens, at)
        if at < 0:
            return -1
    return at if not end else -1


def _atom(tokens: list[str], at: int) -> int:
    """The place after the atom that begins here; -1 where it is none."""
    token = tokens[at]
    if token == "{":
        return _list(tokens, at + 1, "}")
    if token == r"\left":
        if at + 1 >= len(tokens) or tokens[at + 1] not in _DELIMITERS:
            return -1
        at = _list(tokens, at + 2, r"\right")
        return at + 1 if 0 < at < len(tokens) and tokens[at] in _DELIMITERS else -1
    taken = _TAKES.get(token[1:], 0) if token.startswith("\\") else 0
    at += 1
    if token == r"\sqrt" and at < len(tokens) and tokens[at] == "[":
        return -1  # roots of other degrees are set by nobody here
    for _ in range(taken):
        at = _argument(tokens, at)
        if at < 0:
            return -1
    return at


def _argument(tokens: list[str], at: int) -> int:
    """The place after an argument: a group, or one letter or symbol."""
    if at >= len(tokens):
        return -1
    token = tokens[at]
    if token == "{":
        return _list(tokens, at + 1, "}")
    return at + 1 if token in _SYMBOL or token in "*+-" or (token.isalnum() and token.isascii()) else -1


def sentence(words: str) -> str:
    """Plain words as LaTeX text, for `\\Description` or an image's `alt`: signs of TeX are escaped, lines are joined."""
    return "".join(r"\$" if letter == "$" else _in_text(letter) for letter in " ".join(words.split()))


def _in_text(letter: str) -> str:
    """A character in text; one that plain LaTeX has not stays itself."""
    if letter in _TEXT_ESCAPES:
        return _TEXT_ESCAPES[letter]
    return f"${made}$" if ord(letter) > 127 and (made := _letter(letter)) else letter


def lines(words: Words) -> list[tuple[str | None, float]]:
    """Each line of a note as LaTeX text (None where plain LaTeX cannot set it), and how far below the first it is."""
    out: list[tuple[str | None, float]] = []
    for row, line in enumerate(words.latex.split("\n")):
        parts: list[str | None] = []
        for k, part in enumerate(line.split("$")):
            if k % 2:
                made = plain(part)
                parts.append(None if made is None else f"${made}$")
            else:
                letters = [_in_text(letter) for letter in part]
                parts.append(None if any(len(c) == 1 and ord(c) > 127 for c in letters) else "".join(letters))
        if any(parts) or None in parts:
            text = None if None in parts else "".join(part or "" for part in parts)
            out.append((text, row * words.size * LINE))
    return out
