"""What a printed figure would suffer from: lines too thin, letters too small, labels that could not be set."""

from __future__ import annotations

import re
from typing import Literal

from tensordraw.diagram.record import Record
from tensordraw.figure.display import Figure
from tensordraw.figure.words import made

THINNEST = 0.25  # points, at the final size
SMALL, SMALLEST = 6.0, 5.0  # sizes of letters in points: warned of below the first, a mistake below the second
_CLOSE = 1e-6


class Caution(Record, frozen=True):
    """One sentence about a figure at its final size."""

    severity: Literal["error", "warning", "note"]
    sentence: str


def cautions(figure: Figure, factor: float, width: str = "", hint: str = "") -> tuple[Caution, ...]:
    """What to say of a figure whose lengths are all multiplied by `factor`, the worst first; `width` is what it is scaled to,
    in words, and `hint` a sentence on how it could be scaled less, after a space."""
    shapes = [shape for item in figure.items for shape in item.shapes if shape.fill or shape.stroke]
    out: list[Caution] = []
    letters = [shape.words for shape in shapes if shape.words is not None]
    if letters:
        least = min(letters, key=lambda words: words.size)
        size = least.size * factor
        if size < SMALL - _CLOSE:
            few = SMALLEST if size < SMALLEST - _CLOSE else SMALL
            out.append(
                Caution(
                    "error" if few == SMALLEST else "warning",
                    f"Labels such as {_shown(least.latex)} are {size:.1f} pt large when printed, and less than {few:g} pt is "
                    "hard to read: choose a greater width or larger labels.",
                )
            )
    lines = [shape.stroke.width * factor for shape in shapes if shape.stroke is not None]
    if lines and min(lines) < THINNEST - _CLOSE:
        out.append(
            Caution(
                "warning",
                f"The thinnest line is {min(lines):.2f} pt wide when printed, and less than {THINNEST:g} pt may vanish: "
                "choose a greater width.",
            )
        )
    unset = dict.fromkeys(name for words in dict.fromkeys(letters) for name in made(words).unknown)
    if unset:
        out.append(Caution("warning", f"Labels hold what cannot be set: {', '.join(unset)}."))
    if factor < 1 - 1e-3:
        out.append(
            Caution("note", f"To fit {width or 'the page'}, lines and letters are scaled to {_percent(factor)}.{hint}")
        )
    return tuple(sorted(out, key=lambda caution: ("error", "warning", "note").index(caution.severity)))


def _percent(factor: float) -> str:
    return f"{factor * 100:.0f} %"


def _shown(latex: str) -> str:
    return re.sub(r"\\text\{([^{}]*)\}", r"\1", latex)
