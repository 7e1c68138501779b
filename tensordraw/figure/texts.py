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
_ESCAPES = {"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", " ": r"\ ", "-": _HYPHEN, "~": r"\sim ", "^": r"\hat{\ }"}
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
    left right big Big bigg Bigg bigl bigr Bigl Bigr quad qquad limits nolimits
    cdot cdots ldots dots vdots ddots times div pm mp ast star circ bullet otimes oplus ominus odot oslash wedge vee cap cup
    setminus dagger ddagger amalg wr diamond bigcirc
    le leq ge geq ne neq approx equiv sim simeq cong propto ll gg prec succ subset supset subseteq supseteq in ni notin mid
    parallel perp vdash dashv models to gets rightarrow leftarrow Rightarrow Leftarrow leftrightarrow Leftrightarrow mapsto
    longrightarrow longleftarrow uparrow downarrow updownarrow nearrow searrow swarrow nwarrow
    infty partial nabla ell hbar Re Im aleph forall exists emptyset prime top bot angle surd neg imath jmath wp
    langle rangle lfloor rfloor lceil rceil lbrace rbrace vert Vert lvert backslash
    sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh coth exp log ln lg det dim ker deg gcd hom arg max min sup inf
    lim limsup liminf Pr stackrel
"""
_KNOWN = frozenset(_COMMANDS.split())
_SIGNS = frozenset(",;:!{}|%#&_ ")
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
    if not latex.lstrip().startswith(
        r"\displaystyle"
    ):  # large operators are large in the figure, with their indices aside
        text = re.sub(
            r"(\\(?:sum|prod|coprod|int|oint|big(?:cup|cap|oplus|otimes|odot|vee|wedge)))(?![A-Za-z])",
            r"\\mathop{\\displaystyle\1}\\nolimits ",
            text,
        )
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


def _compiles(latex: str) -> bool:
    """Whether braces match, `\\left` has its `\\right`, and nothing has two subscripts or superscripts."""
    if len(re.findall(r"\\left(?![A-Za-z])", latex)) != len(re.findall(r"\\right(?![A-Za-z])", latex)):
        return False
    tokens = re.findall(r"\\(?:[A-Za-z]+|.)|.", latex, re.DOTALL)
    scripts: list[set[str]] = [set()]  # those of the last atom, at each depth
    waits = False  # a script mark waits for what it takes
    for k, token in enumerate(tokens):
        if token in "^_":
            if waits or token in scripts[-1] or k == len(tokens) - 1 or tokens[k + 1] in "}^_'":
                return False
            scripts[-1].add(token)
            waits = True
            continue
        if token == "{":
            if not waits:
                scripts[-1] = set()
            scripts.append(set())
            waits = False
        elif token == "}":
            if len(scripts) == 1:
                return False
            scripts.pop()
        elif not token.isspace():
            if not waits and token != "'":
                scripts[-1] = set()
            waits = False
    return len(scripts) == 1 and not waits and not latex.endswith("\\") and _arguments(tokens)


def _arguments(tokens: list[str]) -> bool:
    """Whether commands that take arguments have them in braces."""
    wanted = {"frac": 1, "sqrt": 1, "stackrel": 1, "mathrm": 1, "mathbf": 1, "mathit": 1, "mathcal": 1, "mathsf": 1,
              "mathtt": 1, "overline": 1, "underline": 1, "left": 1, "right": 1}  # fmt: skip
    for k, token in enumerate(tokens):
        name = token[1:] if token.startswith("\\") else ""
        following = [t for t in tokens[k + 1 :] if not t.isspace()][:1]
        if name in ("left", "right"):
            if not following or following[0] not in ("(", ")", "[", "]", ".", "|", "/", r"\{", r"\}", r"\|", r"\langle",
                                                     r"\rangle", r"\vert", r"\Vert", r"\lfloor", r"\rfloor",
                                                     r"\lceil", r"\rceil"):  # fmt: skip
                return False
        elif name in wanted and following not in (["{"], ["["]):
            return False
    return True


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
                letters = [
                    _TEXT_ESCAPES.get(c) or (f"${m}$" if ord(c) > 127 and (m := _letter(c)) else c) for c in part
                ]
                parts.append(None if any(len(c) == 1 and ord(c) > 127 for c in letters) else "".join(letters))
        if any(parts) or None in parts:
            text = None if None in parts else "".join(part or "" for part in parts)
            out.append((text, row * words.size * LINE))
    return out
