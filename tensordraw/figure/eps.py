"""EPS of a figure: the operators of its PDF, defined as procedures of PostScript, with labels as outlines."""

from __future__ import annotations

import math
import re

from tensordraw.errors import Error
from tensordraw.figure.display import Figure
from tensordraw.figure.numbers import number
from tensordraw.figure.operators import page
from tensordraw.figure.svg import PADDING, PREFIX

_PROCEDURES = """/{prefix} 24 dict def {prefix} begin
/m{moveto}bind def /l{lineto}bind def /c{curveto}bind def /h{closepath}bind def
/f{fill}bind def /S{stroke}bind def
/q{gsave}bind def /Q{grestore}bind def /cm{6 array astore concat}bind def
/w{setlinewidth}bind def /J{setlinecap}bind def /j{setlinejoin}bind def /d{setdash}bind def
"""


def eps(figure: Figure, *, factor: float = 1.0, padding: float = PADDING, background: str | None = None, title: str = "",
        creator: str = "", source: tuple[str, ...] = (), prefix: str = PREFIX) -> str:  # fmt: skip
    """The figure as encapsulated PostScript; `source` are lines of comment before its end, `prefix` names
    its dictionary.

    Raises `Error` where a colour is transparent, which PostScript cannot show.
    """
    refuse_transparency(figure, background)
    drawn = page(figure, factor, padding, background, glyphs=False)
    wide, high = math.ceil(drawn.width - 1e-9), math.ceil(drawn.height - 1e-9)
    head = [
        "%!PS-Adobe-3.0 EPSF-3.0",
        f"%%BoundingBox: 0 0 {wide} {high}",
        f"%%HiResBoundingBox: 0 0 {number(drawn.width)} {number(drawn.height)}",
        *([f"%%Title: {_ascii(title)}"] if title else []),
        *([f"%%Creator: {creator}"] if creator else []),
        "%%LanguageLevel: 2",
        "%%EndComments",
    ]
    procedures = _PROCEDURES.replace("{prefix}", prefix)
    return "\n".join([*head, procedures + _colours(drawn.operators) + "end", *source, "showpage", "%%EOF"]) + "\n"


def refuse_transparency(figure: Figure, background: str | None) -> None:
    """Raise `Error` where anything is painted with a colour that is not opaque."""
    for item in figure.items:
        for shape in item.shapes:
            for colour in (shape.fill, shape.stroke.colour if shape.stroke else None, background):
                if colour is not None and not re.fullmatch("#[0-9a-fA-F]{6}", colour):
                    raise Error(
                        f"EPS has no transparency, and {item.text or item.owner} has the colour {colour}: "
                        "choose an opaque one, or PDF."
                    )


def _ascii(text: str) -> str:
    return "".join(c if " " <= c <= "~" else "?" for c in text)[:200]


def _colours(operators: str) -> str:
    """Fill and stroke have one colour in PostScript: each is set where it is used."""
    out: list[str] = []
    fill = stroke = "0 0 0"
    for line in operators.split("\n"):
        if line.endswith(" rg"):
            fill = line[:-3]
        elif " RG " in line:
            stroke, _, rest = line.partition(" RG ")
            out.append(rest)
        elif line == "f":
            out.append(f"{fill} setrgbcolor f")
        elif line == "S":
            out.append(f"{stroke} setrgbcolor S")
        elif line == "B":
            out.append(f"gsave {fill} setrgbcolor f grestore {stroke} setrgbcolor S")
        else:
            out.append(line)
    return "\n".join(out)
