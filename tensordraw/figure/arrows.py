"""Variance on lines: an arrowhead points from an upper index to a lower one.

An upper leg gives a vector's index away and a lower one takes it in, so on an open upper leg the arrowhead points away from
the body and on a lower one towards it, and on a wire from its upper to its lower end. Two ends of one variance have an
arrowhead each, which then point at or away from each other: there a metric is missing. Legs without variance have none.
"""

from __future__ import annotations

from tensordraw.diagram.records import Variance
from tensordraw.figure.captions import along
from tensordraw.figure.display import Path, Shape, Stroke
from tensordraw.figure.paths import Point

LENGTH = 4.4  # of an arrowhead, in points
_HALF = 1.7  # half its width
_MIDDLE, _ENDS = 0.5, (0.28, 0.72)  # shares of the line's length


def on_leg(path: Path, variance: Variance, line: Stroke) -> list[Shape]:
    """The arrowhead of an open leg; its path begins at the body."""
    return _head(path, _MIDDLE, variance == "upper", line) if variance != "none" else []


def on_wire(path: Path, first: Variance, second: Variance, line: Stroke) -> list[Shape]:
    """The arrowheads of a wire; its path runs from its first end to its second."""
    if first == second == "none":
        return []
    if first != second:
        return _head(path, _MIDDLE, first == "upper" or second == "lower", line)
    return [*_head(path, _ENDS[0], first == "upper", line), *_head(path, _ENDS[1], second == "lower", line)]


def _head(path: Path, share: float, forward: bool, line: Stroke) -> list[Shape]:
    """A filled arrowhead along the path, at a share of its length."""
    found = along(path, (share,))
    if not found:
        return []
    (x, y), (tx, ty) = found[0]
    if not forward:
        tx, ty = -tx, -ty
    half = _HALF + line.width / 2
    tip: Point = (x + tx * LENGTH / 2, y + ty * LENGTH / 2)
    left = (x - tx * LENGTH / 2 - ty * half, y - ty * LENGTH / 2 + tx * half)
    right = (x - tx * LENGTH / 2 + ty * half, y - ty * LENGTH / 2 - tx * half)
    notch = (x - tx * LENGTH / 4, y - ty * LENGTH / 4)
    outline: Path = (("M", *tip), ("L", *left), ("L", *notch), ("L", *right), ("Z",))
    return [Shape(outline, "mark", fill=line.colour)]
