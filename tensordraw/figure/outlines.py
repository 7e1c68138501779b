"""The outlines of what ziamath has laid out, without its detour over SVG text; and its rows laid out once instead of often.

ziamath writes every glyph as text of an SVG, which would have to be read again: for a figure with many labels that is half
of their time. Here glyphs are taken from its layout (a tree of nodes with positions), and ziamath draws only what is no
glyph, rule or row of such. Numbers have the four decimals that its text would have had, so that outlines are the same to
the last digit. Imported with the first label, since ziamath takes 0.1 s to load.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from xml.etree import ElementTree

from ziafont.glyph import SimpleGlyph
from ziafont.svgpath import Cubic, Lineto, Moveto
from ziamath import operators
from ziamath.config import config
from ziamath.drawable import Glyph, HLine
from ziamath.mathfont import MathFont
from ziamath.mathtable import AssembledGlyph
from ziamath.nodes.mnode import Mnode
from ziamath.nodes.mrow import Mrow
from ziamath.zmath import Math, loadedfonts

import tensordraw.figure.accents
import tensordraw.figure.tex_nodes  # noqa: F401  (their classes set what ziamath lays out)
from tensordraw.figure.display import Box, Segment

config.svg2 = False  # plain paths instead of symbols and uses
config.precision = 4

_NUMBER = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:[eE]-?\d+)?")
# What never looks at the height of the row that it stands in, unless an operator in it does.
_PLAIN = frozenset(("mi", "mn", "mtext", "mspace", "msub", "msup", "msubsup", "mfrac", "msqrt", "mroot"))
_SMALL = frozenset(",;:=+−⋅·×∘")  # operators that never grow


class Row(Mrow, tag="mrow"):  # ziamath finds the class of an element by this tag
    """A row of a formula.

    ziamath lays each row out twice, the first time for the height that brackets in it are to grow to, and so what stands
    three rows deep eight times. A row without anything that could grow needs no height.
    """

    def _get_height_nostretch(self, line: list[Any], **given: Any) -> tuple[float, float]:
        if all(map(_keeps_its_height, line)):
            return 0.0, 0.0
        height: tuple[float, float] = super()._get_height_nostretch(line, **given)
        return height


def _keeps_its_height(element: Any) -> bool:
    if element.tag == "mrow":  # has a height of its own
        return True
    name = (element.text or "").strip()
    if element.tag == "mo":
        return name in _SMALL and "stretchy" not in element.attrib
    if element.tag == "mi" and name in operators.names:  # to ziamath an operator after all
        return False
    return element.tag in _PLAIN and all(map(_keeps_its_height, element))


def laid_out(mathml: str, size: float, font: str | None) -> Any:
    """The formula as ziamath lays it out at `size` points; `font` is a file, None ziamath's own."""
    name = font or "default"
    if font is not None and name not in loadedfonts:
        loadedfonts[name] = MathFont(font, size)
    face: Any = loadedfonts[name]
    # What earlier labels left in the font must not be seen in this one: the size below which scripts shrink no further,
    # which would be that of the first label, and the kerning of plain text, where setting it failed half way.
    face.basesize = size
    if "ssty" not in face.features and "math" in face.scripts():
        face.language("math", "")
    return Math(mathml, size=size, font=font)


def outlines(made: Any) -> list[Segment]:
    """The outlines of a formula, its baseline from the origin."""
    out: list[Segment] = []
    for node, x, y in _leaves(made.node, 0, 0):
        # Brackets made of pieces draw themselves.
        if type(node) is Glyph and type(node.glyph).svgpath is SimpleGlyph.svgpath:
            _glyph(node.glyph, x, y, node.size, out)
        elif type(node) is HLine:
            _rule(round(x, 4), round(y, 4), round(node.length, 4), round(node.lw, 4), out)
        else:
            drawing = ElementTree.Element("svg")
            node.draw(x, y, drawing)
            _read(drawing, out)
    return out


class Placed(NamedTuple):
    """A glyph of the font: its number there, where its baseline starts, and its size in points."""

    number: int
    x: float
    y: float
    size: float


def glyphs(made: Any) -> tuple[list[Placed], list[Box]]:
    """The glyphs of a formula, its baseline from the origin, and its rules as (left, top, right, bottom). What is assembled
    of several glyphs (a long bracket) gives those."""
    out: list[Placed] = []
    rules: list[Box] = []
    for node, x, y in _leaves(made.node, 0, 0):
        if type(node) is Glyph:
            out += _pieces(node, x, y)
        elif type(node) is HLine and node.length > 0 and node.lw > 0:  # a zero width is a space
            left, top = round(x, 4), round(y, 4)
            rules.append((left, top, left + round(node.length, 4), top + round(node.lw, 4)))
    return out, rules


def _leaves(node: Any, x: float, y: float) -> Iterator[tuple[Any, float, float]]:
    """What is seen of a node at a place, each part with its own: glyphs, rules, and what only ziamath can draw."""
    kind = type(node)
    if kind is Glyph or kind is HLine:
        if not node.phantom:
            yield node, x, y
    elif isinstance(node, Mnode) and kind.draw is Mnode.draw and node.style.mathbackground in ("none", None):
        for (across, down), part in zip(node.nodexy, node.nodes, strict=False):
            yield from _leaves(part, x + across, y + down)
    else:
        yield node, x, y


def _pieces(node: Glyph, x: float, y: float) -> list[Placed]:
    glyph, size = node.glyph, node.size
    if not isinstance(glyph, AssembledGlyph):
        return [Placed(glyph.index, round(x, 4), round(y, 4), size)] if glyph.operators else []
    out = []
    for piece, offset in zip(glyph.glyphs, glyph.offsets, strict=True):
        moved = node.funit_to_points(offset)
        right, down = (0.0, -moved) if glyph.vert else (moved, 0.0)
        out.append(Placed(piece.index, round(x + right, 4), round(y + down, 4), size))
    return out


def missing(made: Any) -> tuple[str, ...]:
    """The characters of a formula that the font lacks."""
    out: dict[str, None] = {}
    nodes = [made.node]
    while nodes:
        node = nodes.pop()
        if type(node) is Glyph:
            if node.glyph.index == 0:
                out[node.char] = None
        else:
            nodes += reversed(getattr(node, "nodes", ()))
    return tuple(out)


def _rule(x: float, y: float, width: float, height: float, out: list[Segment]) -> None:
    if width > 0 and height > 0:  # a zero width is a space
        out += [("M", x, y), ("L", x + width, y), ("L", x + width, y + height), ("L", x, y + height), ("Z",)]


@lru_cache(maxsize=4096)
def _operators(glyph: Any) -> tuple[tuple[str, tuple[float, ...]], ...]:
    """The outline of a glyph in the units of its font, y upwards: each command with its points one after the other."""
    out: list[tuple[str, tuple[float, ...]]] = []
    for operator in glyph.operators:
        match operator:
            case Moveto(p=p):
                out.append(("M", (p.x, p.y)))
            case Lineto(p=p):
                out.append(("L", (p.x, p.y)))
            case Cubic(p1=a, p2=b, p3=c):
                out.append(("C", (a.x, a.y, b.x, b.y, c.x, c.y)))
            case _:
                out.append(("Q", (operator.p1.x, operator.p1.y, operator.p2.x, operator.p2.y)))
    return tuple(out)


def _glyph(glyph: Any, x0: float, y0: float, size: float, out: list[Segment]) -> None:
    scale = glyph.funits_to_points(1, size / glyph.DFLT_SIZE_PT)
    x = y = 0.0
    first = True
    for command, p in _operators(glyph):
        match command:
            case "C":
                x, y = round(x0 + p[4] * scale, 4), round(y0 - p[5] * scale, 4)
                out.append(("C", round(x0 + p[0] * scale, 4), round(y0 - p[1] * scale, 4),
                            round(x0 + p[2] * scale, 4), round(y0 - p[3] * scale, 4), x, y))  # fmt: skip
            case "L":
                x, y = round(x0 + p[0] * scale, 4), round(y0 - p[1] * scale, 4)
                out.append(("L", x, y))
            case "M":
                if not first:
                    out.append(("Z",))
                x, y = round(x0 + p[0] * scale, 4), round(y0 - p[1] * scale, 4)
                out.append(("M", x, y))
            case _:
                cx, cy = round(x0 + p[0] * scale, 4), round(y0 - p[1] * scale, 4)
                ex, ey = round(x0 + p[2] * scale, 4), round(y0 - p[3] * scale, 4)
                out.append(_cubic(x, y, cx, cy, ex, ey))
                x, y = ex, ey
        first = False
    if not first:
        out.append(("Z",))


def _cubic(x: float, y: float, cx: float, cy: float, ex: float, ey: float) -> Segment:
    """A quadratic curve as a cubic one."""
    return ("C", (x + 2 * cx) / 3, (y + 2 * cy) / 3, (ex + 2 * cx) / 3, (ey + 2 * cy) / 3, ex, ey)


def _read(drawing: Any, out: list[Segment]) -> None:
    """Append the paths and rules of an SVG that ziamath drew."""
    for element in drawing.iter():
        if element.tag == "path":
            _segments(element.attrib["d"], out)
        elif element.tag == "rect" and element.attrib.get("fill") != "none":
            x, y, width, height = (float(element.attrib.get(key, 0)) for key in ("x", "y", "width", "height"))
            _rule(x, y, width, height, out)


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
                out.append(_cubic(x, y, cx, cy, ex, ey))
                x, y = ex, ey
            case "C":
                c = [float(t) for t in tokens[i : i + 6]]
                i += 6
                out.append(("C", c[0], c[1], c[2], c[3], c[4], c[5]))
                x, y = c[4], c[5]
            case _:
                raise AssertionError(f"path command {command!r} of the font is not known")
