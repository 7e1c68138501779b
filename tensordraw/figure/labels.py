r"""Labels as glyph outlines: LaTeX mathematics set by ziamath in one of three mathematical fonts, without TeX.

A `Label` is a path around the origin: the baseline starts at x = 0, y = 0. It is made once for each (text, font, size) and
kept. Commands that the setter does not know are drawn as their name and listed in `Label.unknown`, so that an editor can
say so. For printers that embed fonts, `setting` says of the same label which glyph of which font stands where.
"""

from __future__ import annotations

import importlib.util
import re
import threading
from functools import lru_cache
from pathlib import Path as File
from typing import Any

from tensordraw.bundled import bundled
from tensordraw.diagram.records import Record
from tensordraw.errors import Error
from tensordraw.figure.alphabets import named, with_plain_letters, without_effect
from tensordraw.figure.display import Box, Font, Path, Segment, Words
from tensordraw.figure.kerning import UNDERSCORE_BELOW
from tensordraw.figure.names import text as upright
from tensordraw.figure.paths import EMPTY, bounds, moved, shifted
from tensordraw.figure.spacing import spaced

FONTS: dict[Font, str] = {
    "latin-modern": "fonts/latinmodern-math.otf",
    "stix": "",
    "sans": "fonts/FiraMath-Regular.otf",
}

_ASIDE = 0xE000  # private characters that stand for texts put aside
LINE = 1.25  # line height of notes, in font sizes
# TeX's \phi and friends are the italic letters; the converter gives the upright code points.
_ITALIC = {"ϕ": "\U0001d719", "φ": "\U0001d711", "ε": "\U0001d700", "ϵ": "\U0001d716", "∂": "\U0001d715"}


class Label(Record, frozen=True):
    """Glyph outlines around the origin of the baseline; `box` is the ink's, `width` the advance; `unknown` names commands
    that could not be set."""

    latex: str
    path: Path
    box: Box
    width: float
    unknown: tuple[str, ...] = ()
    size: float = 0.0
    words: Words | None = None

    @property
    def line(self) -> Box:
        """The box with the height of a line of text at least, so that labels side by side share a baseline."""
        left, top, right, bottom = self.box
        return (left, min(top, -0.66 * self.size), right, max(bottom, 0.2 * self.size))

    def centred(self, x: float, y: float, axis: float | None = None) -> tuple[Path, Box]:
        """Path and box with the ink's middle at (x, y); with `axis` the baseline lies `axis` below y instead."""
        left, top, right, bottom = self.box
        if right < left:
            return (), EMPTY
        dx = x - (left + right) / 2
        dy = y - (top + bottom) / 2 if axis is None else y + axis
        return moved(self.path, dx, dy), shifted(self.box, dx, dy)


NOTHING = Label("", (), EMPTY, 0.0)

# The font's reader seeks in one shared buffer, and thumbnails are drawn in other threads.
_ONE_AT_A_TIME = threading.Lock()


def _escaped(text: str) -> str:
    """The text as XML (the standard modules for this cost the window's start 6 to 40 ms)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@lru_cache
def font_file(font: Font) -> File:
    """The font's file. Raises `Error` where it is missing."""
    if font == "stix":  # ziamath carries it
        found = importlib.util.find_spec("ziamath")
        return File(found.origin if found and found.origin else "").parent / "fonts" / "STIXTwoMath-Regular.ttf"
    path = bundled(FONTS[font])
    if not path.is_file():
        raise Error(f"The mathematical font {path} is missing: install tensordraw again, or choose the font stix.")
    return path


def _mathml(latex: str, font: Font) -> str:
    """MathML of the formula. Plain text goes round the converter, which would read a % as a comment and leave a & bare."""
    from ziamath.tex import tex2mml

    texts: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        texts.append(found[1])
        return rf"\text{{{chr(_ASIDE + len(texts) - 1)}}}"

    mathml: str = tex2mml(re.sub(r"\\text\{([^{}]*)\}", put_aside, latex), inline=True)
    mathml = re.sub(r"&(?!#?\w+;)", "&amp;", mathml)
    # a lone sign in a superscript (a dagger, a star) is no operator: it takes no space around it
    mathml = re.sub(r"<mo[^>]*>([^<]*)</mo>(?=</msup>)", r'<mi mathvariant="normal">\1</mi>', mathml)
    for code, letter in _ITALIC.items():
        for spelled in (code, f"&#x{ord(code):05X};"):
            mathml = mathml.replace(f"<mi>{spelled}</mi>", f'<mi mathvariant="normal">{letter}</mi>')
    mathml = mathml.replace(">&#x0002A;<", ">\u2217<").replace(
        ">*<", ">\u2217<"
    )  # the letter stands too high in a superscript
    mathml = named(spaced(mathml))
    for number, text in enumerate(texts):
        mathml = mathml.replace(chr(_ASIDE + number), _escaped(text))
    return mathml


def _set(latex: str, size: float, font: Font) -> tuple[Any, tuple[str, ...]]:
    """The formula set by ziamath, and what of it could not be set."""
    from tensordraw.figure.outlines import laid_out, missing  # late: ziamath costs 0.1 s

    file = None if font == "stix" else str(font_file(font))
    try:
        mathml = _mathml(latex, font)
        unknown = [*re.findall(r"<mi>(\\[A-Za-z]+)</mi>", mathml), *without_effect(latex)]
        mathml = re.sub(r"<mi>\\([A-Za-z]+)</mi>", r"<mtext>\1</mtext>", mathml)
        made = laid_out(mathml, size, file)
        lacks = missing(made)
        if lacks and (other := with_plain_letters(mathml, lacks)) != mathml:
            made = laid_out(other, size, file)
            lacks = missing(made)
    except Exception:  # the converter raises many kinds of error on unbalanced braces: show what was typed
        shown = _escaped(re.sub(r"[\\{}$]", "", latex)) or "?"
        return laid_out(f"<math><mrow><mtext>{shown}</mtext></mrow></math>", size, file), (latex,)
    unknown += [*lacks, *(c for c in latex if ord(c) > 127 and not made.font.glyphindex(c))]
    return made, tuple(dict.fromkeys(unknown))


@lru_cache(maxsize=65536)
def label(latex: str, size: float, font: Font = "latin-modern") -> Label:
    """The outlines of a LaTeX formula at `size` points."""
    if not latex.strip():
        return NOTHING
    with _ONE_AT_A_TIME:  # its modules import each other: two threads that load them at once see them half made
        from tensordraw.figure.outlines import outlines

        made, unknown = _set(latex, size, font)
        path = tuple(outlines(made))
    return Label(latex, path, bounds(path), made.node.bbox.xmax, unknown, size, Words(latex, size, font))


@lru_cache(maxsize=1024)
def note(text: str, size: float, font: Font = "latin-modern") -> Label:
    """Free text with mathematics between dollar signs, line by line; the first baseline is at y = 0."""
    words = Words(text, size, font, note=True)
    path: list[Segment] = []
    unknown: list[str] = []
    width = 0.0
    for latex, x, y in _pieces(words):
        piece = label(latex, size, font)
        path += moved(piece.path, x, y)
        unknown += piece.unknown
        width = max(width, x + piece.width)
    made = tuple(path)
    return Label(text, made, bounds(made), width, tuple(unknown), size, words)


class Glyph(Record, frozen=True):
    """A glyph of a font by its number there: where its baseline starts, at which size in points, and how far above its
    baseline it is drawn (an underscore, so that it stays in the middle of a word to those who search)."""

    index: int
    x: float
    y: float
    size: float
    rise: float = 0.0


class Setting(Record, frozen=True):
    """A label as glyphs and rules (of fractions and roots) around the same origin as its outlines."""

    glyphs: tuple[Glyph, ...]
    rules: tuple[Box, ...]


@lru_cache(maxsize=4096)
def setting(words: Words) -> Setting:
    """The glyphs of a label; of a note, those of all its lines."""
    glyphs: list[Glyph] = []
    rules: list[Box] = []
    for latex, x, y in _pieces(words):
        with _ONE_AT_A_TIME:
            from tensordraw.figure.outlines import glyphs as placed

            made, _ = _set(latex, words.size, words.font)
            raised = made.font.glyphindex("_") if words.font == "latin-modern" else -1
            letters, lines = placed(made)
        for index, left, baseline, size in letters:
            rise = UNDERSCORE_BELOW * size if index == raised else 0.0
            glyphs.append(Glyph(index, x + left, y + baseline + rise, size, rise))
        rules += [(x + left, y + top, x + right, y + bottom) for left, top, right, bottom in lines]
    return Setting(tuple(glyphs), tuple(rules))


def _pieces(words: Words) -> list[tuple[str, float, float]]:
    """The formulas that a label consists of, each with the start of its baseline."""
    if not words.note:
        return [(words.latex, 0.0, 0.0)]
    out: list[tuple[str, float, float]] = []
    for row, line in enumerate(words.latex.split("\n")):
        x = 0.0
        for k, part in enumerate(line.split("$")):
            latex = part if k % 2 else upright(part)
            if latex.strip():
                out.append((latex, x, row * words.size * LINE))
            x += label(latex, words.size, words.font).width
    return out


def problems(latex: str) -> tuple[str, ...]:
    """The commands of a formula that cannot be set, e.g. (`\\foo`,)."""
    return label(latex, 8.0).unknown
