"""A value that viewers show, and a pin: a viewer that stays while the drawing is edited."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tensordraw.diagram.records import Content
from tensordraw.diagram.visible import visible
from tensordraw.program.viewing import Statistics, View, texts_at

TextsOf = Callable[[Sequence[int]], Sequence[str]]  # of token ids


def no_texts(ids: Sequence[int]) -> Sequence[str]:
    """Where there is no tokenizer."""
    return [""] * len(ids)


def quoted(text: str) -> str:
    """A token's text in quotation marks, with signs for spaces, which are part of it."""
    return f"“{visible(text)}”"


@dataclass(frozen=True, eq=False)
class Value:
    """An array (mapped from a file, not copied), the names of its axes, and what is known of it.

    `key` asks for it again. `tokens` are the texts along the sequence (() where there are none), `content` the drawing
    that it is the value of.
    """

    title: str
    array: Any
    axes: tuple[str, ...]
    statistics: Statistics | None = None
    seconds: float = 0.0
    tokens: tuple[str, ...] = ()
    content: Content | None = None
    key: str = ""
    texts_of: TextsOf = no_texts

    def texts(self, axis: int) -> tuple[str, ...]:
        """The texts at the positions of an axis, () where there are none."""
        return texts_at(self.axes[axis], self.array.shape[axis], self.tokens)


@dataclass(eq=False)
class Pin:
    """A viewer that stays: `key` is the id of an item or the name of a value, `view` how it is looked at.

    `value` is the last that was computed for it, `missing` why the last run gave none.
    """

    key: str
    title: str
    value: Value | None = None
    view: View | None = None
    missing: str = ""
    marks: dict[str, bool] = field(default_factory=dict)  # boxes that were ticked
