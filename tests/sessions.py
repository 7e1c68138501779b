"""Random sessions: what a hand does next, drawn from a seeded generator; for the editor alone and for the real window.

Points are layout units. Most presses go to the tips of legs and to bodies, where something happens.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tensordraw.diagram.records import Id
from tensordraw.editor import grasp
from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.events import Modifier
from tensordraw.editor.palette import KINDS
from tensordraw.editor.state import State, items_of

Point: TypeAlias = tuple[float, float]
Doing: TypeAlias = Literal[
    "drag", "dropped drag", "click", "double click", "move", "key", "command", "write", "insert", "hover", "label",
    "undo", "redo", "select", "paste", "thin",
]  # fmt: skip

MOST = 40  # nodes; more are thinned out
# Commands that ask the window for a dialog, a file or a calculation do nothing to the document by themselves.
KEYS = sorted(
    {keys for command in COMMANDS for keys in command.keys if command.context == "canvas" and keys != "Space"}
)
RUNNABLE = sorted(command.id for command in COMMANDS if not command.hidden)
KIND_IDS = [kind.id for kind in KINDS if not kind.id.startswith("bubble:")] + [
    "bubble:softmax",
    "bubble:relu",
    "bubble:max",
]
TEXTS = (
    "W: hidden head=3",
    "i j, j k -> i k",
    "A @ B",
    "relu[hidden]",
    "mps 3",
    "svd",
    "W:",
    "nonsense",
    "ij,jk",
    "mps x",
)
LABELS = ("W", "W: hidden head=3", "gelu", "x**2", "", "softmax", "k: n=5", "1/sqrt(n)", "a b c", "i: (a=2 b=2)")
HELD: tuple[frozenset[Modifier], ...] = (
    frozenset(), frozenset(), frozenset(), frozenset({"Ctrl"}), frozenset({"Shift"}), frozenset({"Alt"}),
)  # fmt: skip
_WEIGHTS: dict[Doing, int] = {
    "drag": 26, "dropped drag": 4, "click": 10, "double click": 2, "move": 6, "key": 16, "command": 6, "write": 3, "insert": 10,
    "hover": 3, "label": 4, "undo": 6, "redo": 3, "select": 5, "paste": 3, "thin": 0,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done: `points` are where, `what` is a key, command, kind or text."""

    doing: Doing
    points: tuple[Point, ...] = ()
    what: str = ""
    held: frozenset[Modifier] = frozenset()
    scale: float = 1.0
    items: frozenset[Id] = frozenset()


def spot(draw: random.Random, state: State) -> Point:
    """A point, mostly on something."""
    figure = grasp.figure_of(state.document)
    if figure.items and draw.random() < 0.75:
        if figure.anchors and draw.random() < 0.5:
            return draw.choice(list(figure.anchors.values())).tip
        box = draw.choice(figure.items).box
        return (box[0] + box[2]) / 2 + draw.uniform(-4, 4), (box[1] + box[3]) / 2 + draw.uniform(-4, 4)
    return float(draw.randint(-12, 12) * 15), float(draw.randint(-8, 8) * 15)


def next_step(draw: random.Random, state: State) -> Step:
    """What is done next."""
    if len(state.document.content.nodes) > MOST:
        nodes = sorted(state.document.content.nodes)
        return Step("thin", items=frozenset(draw.sample(nodes, len(nodes) // 2)))
    (doing,) = draw.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
    held, scale = draw.choice(HELD), draw.choice((0.5, 1.0, 1.0, 2.0))
    match doing:
        case "drag" | "dropped drag":
            start, end = spot(draw, state), spot(draw, state)
            middle = ((start[0] + end[0]) / 2 + 9, (start[1] + end[1]) / 2)
            return Step(doing, (start, middle, end), held=held, scale=scale)
        case "key":
            return Step(doing, what=draw.choice(KEYS))
        case "command":
            return Step(doing, what=draw.choice(RUNNABLE))
        case "write":
            return Step(doing, (spot(draw, state),), draw.choice(TEXTS), scale=scale)
        case "insert" | "hover":
            return Step(doing, (spot(draw, state),), draw.choice(KIND_IDS), held, scale)
        case "label" | "select":
            found = sorted(items_of(state.document))
            some = draw.sample(found, min(len(found), 1 if doing == "label" else draw.randint(0, 6)))
            return Step(doing, what=draw.choice(LABELS), items=frozenset(some))
        case _:
            return Step(doing, (spot(draw, state),), held=held, scale=scale)
