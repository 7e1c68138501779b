"""Accents over letters, as nodes of ziamath: each keeps its width, and stands where the typeface attaches it.

ziamath stretches the arrow of `\\vec`, which TeX does not, sets some accents as signs of their own that are centred on the
letter's box, and others that a typeface may lack. Every typeface here has the combining marks, with the place at which each
is attached. ziamath finds the class of an element by the tag that a class was made with last: importing this is enough.
"""

from __future__ import annotations

from typing import Any

from ziamath.nodes.munderover import Mover

# the sign that the converter from LaTeX writes, and the mark that is meant
_MARKS = {
    "~": "\u0303",
    "→": "\u20d7",
    "˙": "\u0307",
    "´": "\u0301",
    "`": "\u0300",
    "˘": "\u0306",
    "ˇ": "\u030c",
    "˚": "\u030a",
}
_ALWAYS = frozenset("~→")  # of the others the sign stands as well, where the typeface has it


class Accented(Mover, tag="mover"):
    """What stands under an accent, a line or something else."""

    def __init__(self, element: Any, parent: Any, **given: Any) -> None:
        over = element[1]
        sign = over.text or ""
        is_vector = (
            sign == "→" and over.get("stretchy") == "true"
        )  # an arrow as long as the letters says nothing of this
        if sign in _MARKS and over.tag == "mo" and (sign != "→" or is_vector):
            over.set("stretchy", "false")
            over.set("lspace", "0")
            over.set("rspace", "0")
            if sign in _ALWAYS or not parent.font.glyphindex(sign):
                over.text = _MARKS[sign]
                element.set("accent", "true")
        super().__init__(element, parent, **given)
        if element.get("accent") == "true":
            self._xadvance = self.base_xadvance
