r"""Labels as glyph outlines: LaTeX mathematics set by ziamath in a bundled mathematical font, without TeX.

A `Label` is a path around the origin: the baseline starts at x = 0, y = 0. It is made once for each (text, font, size) and
kept. Commands that the setter does not know are drawn as their name and listed in `Label.unknown`, so that an editor can
say so.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from tensordraw.bundled import bundled
from tensordraw.diagram.records import Record
from tensordraw.errors import Error
from tensordraw.figure.display import Box, Path, Segment
from tensordraw.figure.names import text as upright
from tensordraw.figure.paths import EMPTY, bounds, moved, shifted

Font: TypeAlias = Literal["latin-modern", "stix"]

_ASIDE = 0xE000  # private characters that stand for texts put aside
_LINE = 1.25  # line height of notes, in font sizes
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
_NUMBER = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:[eE]-?\d+)?")


def _segments(data: str, out: list[Segment]) -> None:
    """Append the segments of an SVG path with absolute M, L, H, V, Q, C and Z commands."""
    tokens = _NUMBER.findall(data)
    i, x, y = 0, 0.0, 0.0
    command = ""
    while i < len(tokens):
        if tokens[i].isalpha():
            command, i = tokens[i], i + 1
        match command:
            case "Z" | "z":
                out.append(("Z",))
            case "M" | "L":
                x, y = float(tokens[i]), float(tokens[i + 1])
                out.append((command, x, y))
                i += 2
            case "H":
                x, i = float(tokens[i]), i + 1
                out.append(("L", x, y))
            case "V":
                y, i = float(tokens[i]), i + 1
                out.append(("L", x, y))
            case "Q":
                cx, cy, ex, ey = map(float, tokens[i : i + 4])
                i += 4
                out.append(
                    ("C", (x + 2 * cx) / 3, (y + 2 * cy) / 3, (ex + 2 * cx) / 3, (ey + 2 * cy) / 3, ex, ey)
                )  # a quadratic as a cubic
                x, y = ex, ey
            case "C":
                c = [float(t) for t in tokens[i : i + 6]]
                i += 6
                out.append(("C", c[0], c[1], c[2], c[3], c[4], c[5]))
                x, y = c[4], c[5]
            case _:
                raise AssertionError(f"path command {command!r} of the font is not known")


def _escaped(text: str) -> str:
    """The text as XML (the standard modules for this cost the window's start 6 to 40 ms)."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _font_file(font: Font) -> str | None:
    if font == "stix":
        return None  # what ziamath carries itself
    path = bundled("fonts/latinmodern-math.otf")
    if not path.is_file():
        raise Error(f"The mathematical font {path} is missing: install tensordraw again, or choose the font stix.")
    return str(path)


def _mathml(latex: str) -> str:
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
    for number, text in enumerate(texts):
        mathml = mathml.replace(chr(_ASIDE + number), _escaped(text))
    return mathml


def _set(latex: str, size: float, file: str | None) -> tuple[Any, tuple[str, ...]]:
    """The formula set by ziamath, and what of it could not be set."""
    from ziamath.zmath import Math

    try:
        mathml = _mathml(latex)
        unknown = re.findall(r"<mi>(\\[A-Za-z]+)</mi>", mathml)
        made = Math(re.sub(r"<mi>\\([A-Za-z]+)</mi>", r"<mtext>\1</mtext>", mathml), size=size, font=file)
    except Exception:  # the converter raises many kinds of error on unbalanced braces: show what was typed
        shown = _escaped(re.sub(r"[\\{}$]", "", latex)) or "?"
        return Math(f"<math><mrow><mtext>{shown}</mtext></mrow></math>", size=size, font=file), (latex,)
    unknown += [c for c in latex if ord(c) > 127 and not made.font.glyphindex(c)]
    return made, tuple(dict.fromkeys(unknown))


@lru_cache(maxsize=65536)
def label(latex: str, size: float, font: Font = "latin-modern") -> Label:
    """The outlines of a LaTeX formula at `size` points."""
    if not latex.strip():
        return NOTHING
    file = _font_file(font)
    out: list[Segment] = []
    with _ONE_AT_A_TIME:  # its modules import each other: two threads that load them at once see them half made
        from ziamath.config import config  # late: it costs 0.2 s

        config.svg2 = False  # plain paths instead of symbols and uses
        config.precision = 4
        made, unknown = _set(latex, size, file)
        elements = list(made.svgxml().iter())
    for element in elements:
        if element.tag.endswith("path"):
            _segments(element.attrib["d"], out)
        elif element.tag.endswith("rect"):  # rules of fractions and roots; a zero width is a space
            x, y, w, h = (float(element.attrib.get(key, 0)) for key in ("x", "y", "width", "height"))
            if w > 0 and h > 0 and element.attrib.get("fill") != "none":
                out += [("M", x, y), ("L", x + w, y), ("L", x + w, y + h), ("L", x, y + h), ("Z",)]
    path = tuple(out)
    return Label(latex, path, bounds(path), made.node.bbox.xmax, unknown, size)


@lru_cache(maxsize=1024)
def note(text: str, size: float, font: Font = "latin-modern") -> Label:
    """Free text with mathematics between dollar signs, line by line; the first baseline is at y = 0."""
    path: list[Segment] = []
    unknown: list[str] = []
    width = 0.0
    for row, line in enumerate(text.split("\n")):
        x = 0.0
        for k, part in enumerate(line.split("$")):
            if not part:
                continue
            piece = label(part if k % 2 else upright(part), size, font)
            path += moved(piece.path, x, row * size * _LINE)
            unknown += piece.unknown
            x += piece.width
        width = max(width, x)
    made = tuple(path)
    return Label(text, made, bounds(made), width, tuple(unknown), size)


def problems(latex: str) -> tuple[str, ...]:
    """The commands of a formula that cannot be set, e.g. (`\\foo`,)."""
    return label(latex, 8.0).unknown
