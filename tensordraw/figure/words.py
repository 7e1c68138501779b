"""Labels of a display list seen as words again: what was set, and where its baseline starts."""

from __future__ import annotations

from tensordraw.figure.display import Box, Shape, Words
from tensordraw.figure.labels import Label, label, note
from tensordraw.figure.paths import bounds, shifted


def made(words: Words) -> Label:
    """The label as it was set."""
    return (note if words.note else label)(words.latex, words.size, words.font)


def origin(shape: Shape) -> tuple[float, float]:
    """Where the baseline of a label starts: its outlines are only moved from the origin."""
    if shape.words is None:
        raise ValueError("only a label has a baseline")
    (_, *there), (_, *here) = shape.path[0], made(shape.words).path[0]
    return float(there[0]) - float(here[0]), float(there[1]) - float(here[1])


def is_moved(shape: Shape) -> bool:
    """Whether a shape is a label as it was set, at some place: neither turned nor scaled."""
    if shape.words is None:
        return False
    x, y = origin(shape)
    known = made(shape.words).path
    (_, *there), (_, *here) = known[-2], shape.path[-2]
    return len(known) == len(shape.path) and abs(here[-2] - there[-2] - x) + abs(here[-1] - there[-1] - y) < 1e-6


def ink(shape: Shape) -> Box:
    """The box of a shape without its stroke; that of a label is known and need not be found again."""
    if shape.words is None or not is_moved(shape):
        return bounds(shape.path)
    return shifted(made(shape.words).box, *origin(shape))
