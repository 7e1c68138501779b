r"""How much room bodies, captions and labels take, estimated without setting a single letter.

Setting a label costs milliseconds, and a text of a thousand tensors must be arranged in a fraction of a second; so letters
count with a width that is never less than the font's. What comes out is a little too large, which shows as a little more room.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tensordraw.diagram.records import (
    Add,
    Content,
    Copy,
    Delta,
    Fixed,
    Group,
    Leg,
    Look,
    Node,
    Paste,
    Region,
    Sum,
    Tensor,
    Wire,
)
from tensordraw.figure.bodies import SIZE, STEP, circle
from tensordraw.figure.names import latex
from tensordraw.figure.nodes import node_text
from tensordraw.figure.regions import caption

BODY, LEG, REGION = 9.0, 7.5, 8.0  # font sizes, as in every theme
GLYPHS = {"causal_mask": 16.0, "shift": 16.0, "one_hot": 8.0}
_NARROW, _WIDE = frozenset("ijlftrI1|!.,;:'()[] "), frozenset("mwMW@%")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[_^{}]|.")
_SILENT = frozenset((r"\text", r"\displaystyle", r"\mathrm", r"\left", r"\right", r"\,", r"\!", r"\ "))


@lru_cache(maxsize=65536)
def text_size(words: str, size: float) -> tuple[float, float]:
    """Width and height that a LaTeX formula takes at most, at this font size."""
    width, script, depth = 0.0, 0, 0
    small: list[int] = []  # depths of braces that hold a script
    for token in _TOKEN.findall(words):
        if token in "_^" and len(token) == 1:
            script = 1
            continue
        if token == "{":
            depth += 1
            if script:
                small.append(depth)
                script = 0
            continue
        if token == "}":
            if small and small[-1] == depth:
                small.pop()
            depth -= 1
            continue
        if token in _SILENT:
            width += 0.3 if token == r"\ " else 0.0
            continue
        wide = 0.78
        if len(token) == 1:
            wide = 0.4 if token in _NARROW else 1.08 if token in _WIDE else 0.84 if token.isupper() else 0.6
            wide = 1.05 if ord(token) > 0x2000 else wide
        elif token == r"\frac":
            wide = 0.2
        elif token == r"\sqrt":
            wide = 0.9
        elif token in (r"\tanh", r"\sinh", r"\cosh", r"\log", r"\exp", r"\sin", r"\cos", r"\max", r"\min", r"\det"):
            wide = 0.55 * (len(token) - 1)
        width += wide * (0.72 if script or small else 1.0)
        script = 0
    height = 2.5 if r"\frac" in words else 1.4 if r"\sqrt" in words or "^" in words else 1.15
    return width * size, height * size


def _steps(needed: float) -> float:
    return max(SIZE, -(-needed // STEP) * STEP)


def body_half(node: Node, content: Content, across: float, look: Look | None = None) -> tuple[float, float]:
    """Half width and half height of a node's body whose parallel legs reach `across` from the middle of a side."""
    shape = look.shape if look is not None else None
    match node:
        case Delta():
            half = 1.0 if len(node.legs) == 2 else 4.5
            return half, half
        case Group() | Copy():
            return (across + 5.0, across + 5.0) if across else (6.0, 6.0)
        case Add():
            return 5.5 + across, 5.5 + across
        case Fixed(kind="constant") if shape is None:
            width, height = text_size(node_text(node, content), LEG)
            return max(width / 2 + 2.5, 4.0), max(height / 2 + 2.5, 4.0)
        case Tensor() | Fixed() | Paste():
            width, height = text_size(node_text(node, content), BODY)
            glyph = GLYPHS.get(node.kind, 0.0) if isinstance(node, Fixed) else 0.0
            if isinstance(node, Tensor) and (node.form == "isometry" or shape == "triangle"):
                half = max(13.0, width * 0.8 + 8.0, across + 5.0)
                return half, half
            total = width + glyph + (4.0 if glyph and width else 0.0)
            if not glyph and (diameter := circle(total, height)) is not None:
                half = max(diameter / 2, across + 4.0)
                return half, half
            return _steps(max(total + 9, 2 * across + 10)) / 2, _steps(max(height + 6, 2 * across + 10)) / 2


def caption_size(region: Region, content: Content) -> tuple[float, float]:
    """Width and height of a region's caption; nothing where it has none."""
    pieces = caption(region, content)
    if not pieces:
        return 0.0, 0.0
    sizes = [text_size(piece, REGION)[0] for piece in pieces]
    if isinstance(region, Sum):
        sizes[0] *= 1.6
    return sum(sizes) + 3.0 * (len(sizes) - 1), 27.0 if isinstance(region, Sum) else 10.0


def leg_words(leg: Leg, content: Content) -> str:
    """LaTeX of what stands at the leg's end while it is open."""
    if isinstance(leg.index, int):
        return str(leg.index)
    if leg.index is not None:
        return latex(getattr(content.regions.get(leg.index), "index", ""))
    return latex(leg.label or content.spaces[leg.space].name)


def leg_width(leg: Leg, content: Content) -> float:
    """Width of the label at an open leg's end."""
    return text_size(leg_words(leg, content), LEG)[0]


def wire_width(wire: Wire, first: Leg, second: Leg) -> float:
    """Width of the label, or the two labels, at a wire."""
    if wire.label or not first.label or not second.label or first.label == second.label:
        words = wire.label or first.label or second.label
        return text_size(latex(words), LEG)[0] if words else 0.0
    return text_size(latex(first.label), LEG)[0] + text_size(latex(second.label), LEG)[0] + 4.0
