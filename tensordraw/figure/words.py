"""Labels of a display list seen as words again: what was set, and where its baseline starts."""

from __future__ import annotations

from tensordraw.figure.display import Shape, Words
from tensordraw.figure.labels import Label, label, note


def made(words: Words) -> Label:
    """The label as it was set."""
    return (note if words.note else label)(words.latex, words.size, words.font)


def origin(shape: Shape) -> tuple[float, float]:
    """Where the baseline of a label starts: its outlines are only moved from the origin."""
    if shape.words is None:
        raise ValueError("only a label has a baseline")
    (_, *there), (_, *here) = shape.path[0], made(shape.words).path[0]
    return float(there[0]) - float(here[0]), float(there[1]) - float(here[1])
