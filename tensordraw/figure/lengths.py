"""Lengths as people write them, and the widths that journals, slides and pages ask for.

A point is a 72nd of an inch everywhere in this program; TeX's own point is a little smaller, and its widths are converted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from tensordraw.diagram.exports import Scale
from tensordraw.diagram.record import Record
from tensordraw.errors import Error

_UNITS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0, "px": 0.75}
_LINE = 345 * 72 / 72.27  # the width of text in LaTeX's article class at its usual size
_NUMBER = r"(\d+\.?\d*|\.\d+)"


class Preset(Record, frozen=True):
    """A width with the theme and the way of scaling that go with it; `height` limits the figure's height (points, 0: not)."""

    name: str
    sentence: str
    width: float
    theme: str = "paper"
    scale: Scale = "absolute"
    height: float = 0.0
    dpi: float = 300.0


def _mm(length: float) -> float:
    return length * 72 / 25.4


PRESETS: Mapping[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset("neurips", "NeurIPS, width of the text, 139.7 mm", _mm(139.7)),
        Preset("icml", "ICML, one column, 82.6 mm", _mm(82.6)),
        Preset("revtex", "REVTeX (APS), one column, 86.5 mm", _mm(86.5)),
        Preset("revtex-wide", "REVTeX (APS), both columns, 178 mm", _mm(178)),
        Preset("nature", "Nature, one column, 89 mm", _mm(89)),
        Preset("nature-wide", "Nature, both columns, 183 mm", _mm(183)),
        Preset("slide", "a slide of 16 to 9, 13.33 by 7.5 inches", 960.0, "slide", "all", 540.0, 144.0),
        Preset("blog", "a page of 720 pixels, twice as fine as a PNG", 540.0, "blog", "absolute", 0.0, 192.0),
    )
}


def points(length: str | float) -> float:
    r"""A length in points: "86mm", "3.4in", "246pt", "720px", a preset ("nature"), or a share of one or of a LaTeX line
    ("0.5 nature", "0.5\linewidth"). Error for anything else."""
    if isinstance(length, int | float):
        value = float(length)
    elif found := re.fullmatch(rf"\s*{_NUMBER}\s*(pt|mm|cm|in|px)\s*", length):
        value = float(found[1]) * _UNITS[found[2]]
    elif found := re.fullmatch(rf"\s*{_NUMBER}?\s*\*?\s*\\?([a-z]+(?:-wide)?)\s*", length):
        known = {name: preset.width for name, preset in PRESETS.items()}
        known |= dict.fromkeys(("linewidth", "columnwidth", "textwidth"), _LINE)
        if found[2] not in known:
            raise Error(_unread(length))
        value = float(found[1] or 1) * known[found[2]]
    else:
        raise Error(_unread(length))
    if not (math.isfinite(value) and value > 0):
        raise Error(f"The width {length!r} must be greater than zero.")
    return value


def _unread(length: str) -> str:
    return (
        f"The width {length!r} is not a length: write a number with its unit, mm, cm, in, pt, px or \\linewidth, e.g. 86mm, "
        f"or one of {', '.join(PRESETS)}."
    )


def highest(length: str) -> float:
    """The height in points that a figure of this width may have; infinite where only the width is given."""
    preset = PRESETS.get(length.strip())
    return preset.height if preset is not None and preset.height else math.inf
