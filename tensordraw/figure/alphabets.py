r"""Letters of other alphabets in a label: blackboard bold, script, fraktur, sans serif, typewriter.

The converter from LaTeX names some by names that ziamath does not know, and a typeface may lack some: Fira Math has no script,
and then the plain letter stands there. Commands that change more than letters (a frame, a colour) change nothing here, since
paint is the theme's; they are listed, so that it can be said.
"""

from __future__ import annotations

import re
import unicodedata

_ALIKE = {"⊤": "T", "⊺": "T", "◻": "□"}  # signs, and what stands for them where they are lacking
_NAMES = {"double-struck": "double", "monospace": "mono", "sans-serif": "sans"}
_VARIANT = re.compile(r'mathvariant="([a-z-]+)"')
_OTHERS = re.compile(r' mathvariant="(?:script|fraktur|sans|mono|double)"')
_ENTITY = re.compile(r"&#x([0-9A-Fa-f]+);")
_WITHOUT_EFFECT = re.compile(r"\\(?:boxed|fbox|b?cancel|xcancel|colorbox|fcolorbox|color|textcolor)(?![A-Za-z])")


def named(mathml: str) -> str:
    """The formula with alphabets by the names that ziamath knows."""
    return _VARIANT.sub(lambda found: f'mathvariant="{_NAMES.get(found[1], found[1])}"', mathml)


def with_plain_letters(mathml: str, lacking: tuple[str, ...]) -> str:
    """The formula with the plain letters for those that a typeface lacks."""
    if any(letter.isascii() for letter in lacking):  # a letter of an alphabet that was named
        mathml = _OTHERS.sub("", mathml)
    mathml = _ENTITY.sub(lambda code: chr(int(code[1], 16)) if chr(int(code[1], 16)) in lacking else code[0], mathml)
    for letter in lacking:
        simple = unicodedata.normalize("NFKC", letter)
        if letter in _ALIKE:
            mathml = re.sub(rf"<(m[io])[^>]*>{letter}</\1>", f'<mi mathvariant="normal">{_ALIKE[letter]}</mi>', mathml)
        if not letter.isascii() and simple.isascii() and simple.isalnum():
            if "SANS-SERIF" in unicodedata.name(letter, ""):
                mathml = mathml.replace(f"<mi>{letter}</mi>", f'<mi mathvariant="normal">{simple}</mi>')
            mathml = mathml.replace(letter, simple)
    return mathml


def without_effect(latex: str) -> list[str]:
    """The commands that change nothing in a label, each once."""
    return list(dict.fromkeys(_WITHOUT_EFFECT.findall(latex)))
