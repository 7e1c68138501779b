"""Parts of charts as shapes: words at a place, lines, filled boxes; the look that heatmaps and plots share.

A chart is a figure like any other: paths with fills and strokes, and labels as outlines, so that every printer draws it
as it is. Labels are 8 points, lines half a point, at the final size.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Literal, TypeAlias

from tensordraw.diagram.records import Record
from tensordraw.diagram.visible import SPACE
from tensordraw.figure.bodies import ink_box
from tensordraw.figure.display import Box, Font, Item, Path, Shape, Stroke
from tensordraw.figure.labels import Label, label
from tensordraw.figure.names import latex, text
from tensordraw.figure.paths import moved, polyline, union

SIZE = 8.0  # of labels, points
LINE = 0.5  # points
TICK = 2.5  # length of a tick, points
GAP = 2.5  # between a tick and its number, points
INK, FAINT = "#000000", "#767676"
UP = 0.25 * SIZE  # from the middle of a line of text down to its baseline

_LIKE = {"⇥": "→", "⍽": SPACE, "␍": "↵"}  # where the font has no such sign

Across: TypeAlias = Literal["left", "middle", "right"]  # which part of the words stands at the place


class Axis(Record, frozen=True):
    """One side of a chart: its name, and what stands at its positions (numbers where `texts` is empty)."""

    name: str
    texts: tuple[str, ...] = ()


def plain(words: str, size: float = SIZE, font: Font = "latin-modern") -> Label:
    """Text as it is: a token, a title. Spaces and line breaks that would not be seen are shown; what the font has not is ?."""
    shown = (
        words.replace("\r", "").replace("\n", "↵").replace("\t", " ").replace("\\", "∖")
    )  # text() gives \\ a meaning
    shown = shown.strip() or SPACE * len(shown)
    made = label(text(shown), size, font)
    for letter in made.unknown:
        shown = shown.replace(letter, _LIKE.get(letter, "?"))
    return label(text(shown), size, font) if made.unknown else made


def mathematical(name: str, size: float = SIZE, font: Font = "latin-modern") -> Label:
    """The name of an axis or value, set as the drawing sets it; among words, too: singular values of an italic M."""
    words = name.split()
    if len(words) < 2 or any(mark in name for mark in "\\${^"):
        return label(latex(name), size, font)
    runs = groupby(words, _is_symbol)
    parts = [
        latex(word) if symbol else text(" ".join(run)) for symbol, run in runs for word in (run if symbol else ("",))
    ]
    return label(r"\ ".join(parts), size, font)


def _is_symbol(word: str) -> bool:
    """Whether a word among others is a variable: a letter that is no article, a Greek letter's name, one with an index."""
    return word.isidentifier() and word not in ("a", "A", "I") and not latex(word).startswith(r"\text")


def put(made: Label, x: float, y: float, across: Across = "middle", colour: str = INK) -> Shape:
    """Words on a line whose middle is at height y, with their left, middle or right at x."""
    left, _, right, _ = made.box
    dx = {"left": x - left, "middle": x - (left + right) / 2, "right": x - right}[across]
    return Shape(moved(made.path, dx, y + UP), "label", fill=colour, words=made.words)


def put_upright(made: Label, x: float, y: float, across: Across = "middle", colour: str = INK) -> Shape:
    """Words read upwards: their line's middle at x; y is where they end at the top (right), begin (left), or their middle."""
    left, _, right, _ = made.box
    dy = {"left": y + left, "middle": y + (left + right) / 2, "right": y + right}[across]
    return Shape(moved(turned(made.path), x + UP, dy), "label", fill=colour)


def turned(path: Path) -> Path:
    """A path turned by 90 degrees against the clock about the origin, as seen."""
    out: list[tuple[object, ...]] = []
    for segment in path:
        numbers = [float(value) for value in segment[1:]]
        points = zip(numbers[::2], numbers[1::2], strict=True)
        out.append((segment[0], *(value for x, y in points for value in (y, -x))))
    return tuple(out)  # type: ignore[arg-type]


def wide(labels: Sequence[Label]) -> float:
    """The width of the widest of some labels."""
    return max((made.box[2] - made.box[0] for made in labels if made.path), default=0.0)


def line(points: Sequence[tuple[float, float]], colour: str = INK, width: float = LINE) -> Shape:
    """An open line."""
    return Shape(polyline(points), "mark", stroke=Stroke(colour, width))


def box(left: float, top: float, right: float, bottom: float) -> Path:
    """A rectangle."""
    return polyline([(left, top), (right, top), (right, bottom), (left, bottom)], closed=True)


def item(owner: str, shapes: Sequence[Shape], words: str = "") -> Item:
    """An item of a chart."""
    return Item(owner, tuple(shapes), ink_box(tuple(shapes)), words)


def around(items: Sequence[Item]) -> Box:
    """The box around all items."""
    return union([one.box for one in items])


def thinned(count: int, pitch: float, room: float) -> range:
    """Which of `count` positions, `pitch` points apart, have a label where each needs `room` points: round numbers."""
    step = 1
    for each in (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000, 10_000, 20_000, 50_000, 100_000):
        step = each
        if each * pitch >= room:
            break
    return range(0, count, step)


__all__ = [
    "FAINT", "GAP", "INK", "LINE", "SIZE", "TICK", "Axis", "around", "box", "item", "line", "mathematical", "plain",
    "put", "put_upright", "thinned", "turned", "wide",
]  # fmt: skip
