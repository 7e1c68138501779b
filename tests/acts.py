"""Random sessions: what a person does, drawn from a seed, as plain data that the editor alone and the real window both follow.

An act names its places and items relative to what is there ("the tip that lies 0.3 along the list of tips"), so it is drawn
without looking at the document, and means something also where acts before it are left out: `minimal` finds the few of a
failed session that fail alone. Points are layout units.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar

from tensordraw.diagram import file
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.records import Diagram, Id
from tensordraw.diagram.signs import sign_ids
from tensordraw.diagram.structure import analyse
from tensordraw.editor import grasp
from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.events import Modifier, Run
from tensordraw.editor.palette import KINDS
from tensordraw.editor.state import State, items_of, open_state
from tensordraw.editor.update import update
from tensordraw.templates import template, templates

GALLERY = Path(__file__).parents[1] / "resources" / "gallery"
MOST = 36  # nodes; where there are more, half are deleted
Held: TypeAlias = frozenset[Modifier]
T = TypeVar("T")

LABELS = (
    "W", "W: hidden head=3", "W:", "gelu", "x**2", "", "softmax", "k: n=5", "i", "1/sqrt(n)", "__import__('os')", "a b c",
    "= 2", "~ -1", "+", "- 1/2", ", 3", "i = 0", "i = 99", "i = k", "i =", "i: (a=2 b=2)", "i: (a=2", "i: n", "i: n=3", "ψ_{i}^2",
    r"\alpha", "$x$", "2", "-1", "nan", "1e999", "x" * 300, ":", "=", "W: i=0", "W: i=-1", "W: i=1.5", "{", "}", "_", "^", "\\",
    "é",
)  # fmt: skip
TYPED = (
    "W: hidden head", "v: hidden", "s:", "i j, j k -> i k", "ij,jk->ik", "ij,ij", "ij,jk", "b i, i ->", "->", ",", "A @ B",
    "y = A @ B", "softmax(A @ x)", "softmax[key]", "softmax[]", "softmax", "relu[i", "relu[]", "gelu[x, y]", "mps 8", "mps",
    "mpo 3", "svd", "attention", "attention heads=2", "gpt2 layers=1", "gpt2 layers=x", "mlp nonsense=3", "peps 2 2",
    "svd 1 2 3 4 5 6 7", "W: ", ": i", "W: i=0", "", "nothing at all", "tensor", "(", "a->b->c",
)  # fmt: skip
CODE = (
    "", "nonsense", "{}", '{"format": "tensordraw"}', "ij,jk->ik", "y = A @ B\nf(y)", "y = A @ x\nz = y + b\n", "import os", "-> i",
    "% tensordraw: x", "x = torch.einsum('ij,jk->ik', A, B)\nreturn x", "i" * 500,
)  # fmt: skip
HELD: tuple[Held, ...] = (
    *(frozenset(),) * 5, frozenset({"Ctrl"}), frozenset({"Shift"}), frozenset({"Alt"}), frozenset({"Ctrl", "Shift"}),
)  # fmt: skip
ENDING = {"quit", "close"}  # the document whose steps are counted
KEYS = sorted({key for c in COMMANDS if c.id not in ENDING for key in c.keys} | {"Q", "F12", "Tab", "Return", "Escape"})
KIND_IDS = (*(kind.id for kind in KINDS), "no such", "paste:none")
ASKS = (
    "edit_label",
    "edit_next_label",
    "fix_leg",
    "split_leg",
    "wrap_bubble",
    "insert_note",
    "quick_insert",
    "set_equal",
)
RELATES = (
    "set_equal", "relate_add", "relate_subtract", "relate_approximate", "relate_define", "relate_comma", "equation_earlier",
    "equation_later", "equation_take_out", "wrap_term", "match_legs", "check_equation",
)  # fmt: skip


# ---------------------------------------------------------------------------------------------------- places and items


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: the tip or root of the leg that lies `rank` (0 to 1) along the list of legs, a part of the box of the item
    there, or a part of the paper."""

    on: Literal["tip", "root", "item", "paper"]
    rank: float
    across: float = 0.5
    down: float = 0.5


@dataclass(frozen=True, slots=True)
class Pick:
    """One of what is there, by its rank; "open" is an open leg."""

    of: Literal["item", "node", "sign", "open", "space", "gone"]
    rank: float


def ranked(found: list[T], rank: float) -> T | None:
    """The one that lies so far along a list; None in an empty one."""
    return found[min(int(rank * len(found)), len(found) - 1)] if found else None


def point(spot: Spot, state: State) -> tuple[float, float]:
    """Where a spot is now; what is not seen has no finite box, and counts as the origin."""
    figure = grasp.figure_of(state.shown)
    left, top, right, bottom = figure.box if figure.items else (-100.0, -100.0, 100.0, 100.0)
    if spot.on in ("tip", "root") and (anchor := ranked(list(figure.anchors.values()), spot.rank)):
        return anchor.tip if spot.on == "tip" else anchor.root
    if spot.on == "item" and (item := ranked(list(figure.items), spot.rank)):
        left, top, right, bottom = item.box
    else:
        left, top, right, bottom = left - 90, top - 90, right + 90, bottom + 90
    x, y = left + spot.across * (right - left), top + spot.down * (bottom - top)
    return (round(x, 2), round(y, 2)) if math.isfinite(x) and math.isfinite(y) else (0.0, 0.0)


def picked(pick: Pick, state: State) -> Id:
    """The id of what is picked now, or one that nothing has."""
    content = state.document.content
    match pick.of:
        case "item":
            found = sorted(items_of(state.document))
        case "node":
            found = sorted(content.nodes)
        case "sign":
            found = sorted(sign_ids(content))
        case "open":
            found = sorted(analyse(content).open_legs)
        case "space":
            found = sorted(content.spaces)
        case "gone":
            found = []
    return ranked(found, pick.rank) or "gone"


# ----------------------------------------------------------------------------------------------------------------- acts


@dataclass(frozen=True, slots=True)
class Drag:
    """Press, move, release. `then` is what comes before the release: nothing, Escape, leaving the canvas, a command; or
    "lost", and the release is never seen."""

    start: Spot
    end: Spot
    held: Held = frozenset()
    steps: int = 3
    button: Literal["left", "right", "middle"] = "left"
    then: str = ""
    scale: float = 1.0  # for the editor alone: a window has its own


@dataclass(frozen=True, slots=True)
class Click:
    at: Spot
    held: Held = frozenset()
    button: Literal["left", "right"] = "left"


@dataclass(frozen=True, slots=True)
class Double:
    """A double click."""

    at: Spot
    held: Held = frozenset()


@dataclass(frozen=True, slots=True)
class Hover:
    at: Spot
    held: Held = frozenset()


@dataclass(frozen=True, slots=True)
class Stroke:
    """Keys as the command table writes them; on the canvas, or on whatever has the focus."""

    keys: str
    canvas: bool = True


@dataclass(frozen=True, slots=True)
class Command:
    """A command; `dice` is the seed of its argument, for those that take one."""

    id: str
    dice: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Text into the field or menu that was opened last; `rank` is of the menu's kinds, where the text is empty."""

    text: str
    rank: float = 0.0
    goes_on: bool = False  # with Tab


@dataclass(frozen=True, slots=True)
class Choose:
    """Select in the outline or in a list."""

    picks: tuple[Pick, ...]
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Text for an item, from a panel."""

    pick: Pick
    text: str


@dataclass(frozen=True, slots=True)
class Drop:
    """A kind of the palette, dragged over the canvas; `then` as for a drag, "lost": it leaves again."""

    kind: str
    at: Spot
    held: Held = frozenset()
    then: str = ""


@dataclass(frozen=True, slots=True)
class Paste:
    """A text, or None for what was copied."""

    text: str | None
    at: Spot
    in_place: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the window tells without a hand in it: files, arrays, events that belong to nothing."""

    dice: int
    at: Spot


@dataclass(frozen=True, slots=True)
class Back:
    """Steps undone, or done again."""

    steps: int
    redo: bool = False


Act: TypeAlias = Drag | Click | Double | Hover | Stroke | Command | Answer | Choose | Write | Drop | Paste | Told | Back


# -------------------------------------------------------------------------------------------------------------- drawing


def _spot(draw: random.Random) -> Spot:
    on = draw.choices(("tip", "root", "item", "paper"), (24, 6, 55, 15))[0]
    half = 0.5 if on == "item" else draw.random()
    return Spot(on, round(draw.random(), 3), *(round(draw.choice((half, half, draw.random())), 2) for _ in range(2)))  # type: ignore[arg-type]


def _picks(draw: random.Random, most: int, *of: str) -> tuple[Pick, ...]:
    return tuple(Pick(draw.choice(of), round(draw.random(), 3)) for _ in range(draw.randint(1, most)))  # type: ignore[arg-type]


def _phrase(draw: random.Random, commands: list[str]) -> Iterator[Act]:
    """One thing that a person does: an act, or a few that belong together."""
    held, dice, rank = draw.choice(HELD), draw.randrange(10**6), round(draw.random(), 3)
    then = draw.choice((*("",) * 20, "Escape", "leave", "lost", "lost", draw.choice(commands)))
    answer = Answer(draw.choice((*TYPED, *LABELS)), rank, draw.random() < 0.2)
    doing = draw.choices(
        ("drag", "click", "double", "hover", "key", "command", "label", "ask", "wire", "choose", "drop", "paste", "told", "relate",
         "back", "write"),
        (22, 10, 5, 3, 8, 26, 5, 4, 6, 5, 6, 3, 4, 5, 4, 3),
    )[0]  # fmt: skip
    match doing:
        case "drag":
            button = draw.choice((*("left",) * 12, "right", "middle"))
            scale = draw.choice((0.02, 0.5, 1.0, 1.0, 3.0))
            yield Drag(_spot(draw), _spot(draw), held, draw.randint(1, 5), button, then, scale)  # type: ignore[arg-type]
        case "click":
            yield Click(_spot(draw), held, draw.choice((*("left",) * 6, "right")))  # type: ignore[arg-type]
        case "double":
            yield Double(_spot(draw), held)
            yield answer
        case "hover":
            yield Hover(_spot(draw), held)
        case "key":
            for _ in range(draw.choice((1, 1, 1, 3))):
                yield Stroke(draw.choice(KEYS), draw.random() < 0.7)
        case "command":
            if draw.random() < 0.4:
                yield Choose(_picks(draw, 4, draw.choice(("item", "node", "node", "open"))))
            yield Command(draw.choice(commands), dice)
        case "label":
            yield Choose(_picks(draw, 1, "item"))
            yield Command("edit_label")
            yield answer
        case "ask":
            yield Command(draw.choice(ASKS), dice)
            yield answer
        case "wire":  # drawn into nothing, and chosen from the menu that opens
            if draw.random() < 0.4:
                yield Choose(_picks(draw, 4, "item"))  # wires of several tensors at once
            yield Drag(Spot("tip", rank), Spot("paper", 0.0, draw.random(), draw.random()), steps=2)
            yield answer if draw.random() < 0.4 else Answer("", rank)
        case "choose":
            yield Choose(_picks(draw, 6, "item", "node", "sign", "open", "gone"), draw.random() < 0.3)
        case "drop":
            yield Drop(draw.choice(KIND_IDS), _spot(draw), held, then)
        case "paste":
            if draw.random() < 0.5:
                yield Choose(_picks(draw, 5, "node"))
                yield Command(draw.choice(("copy", "cut")))
            text = None if draw.random() < 0.6 else draw.choice(CODE)
            yield Paste(text, _spot(draw), draw.random() < 0.3, draw.random() < 0.2)
        case "told":
            yield Told(dice, _spot(draw))
        case "relate":
            if draw.random() < 0.7:
                yield Choose(_picks(draw, 3, "node", "node", "sign"))
            yield Command(draw.choice(RELATES), dice)
        case "back":
            yield Back(draw.choice((1, 2, 5)), draw.random() < 0.4)
        case _:
            yield Write(_picks(draw, 1, "item", "item", "space", "gone")[0], draw.choice(LABELS))


def acts(seed: object, count: int) -> list[Act]:
    """So many acts, drawn from a seed. Every command of the table comes before one comes twice."""
    draw, made, left = random.Random(str(seed)), list[Act](), list[str]()
    every = sorted(command.id for command in COMMANDS if command.id not in ENDING)
    while len(made) < count:
        if not left:
            left = draw.sample(every, len(every))
        phrase = list(_phrase(draw, left))
        left = [one for one in left if not any(isinstance(act, Command) and act.id == one for act in phrase)]
        made += phrase
    return made[:count]


def thinned(state: State, most: int) -> frozenset[Id]:
    """What is to be deleted, so that the drawing stays small enough to be quick: every other node, or nothing."""
    nodes = sorted(state.document.content.nodes)
    return frozenset(nodes[::2]) if len(nodes) > most else frozenset()


# ------------------------------------------------------------------------------------------------------------ documents


def papers() -> dict[str, Callable[[], Diagram]]:
    """What a session can begin on: nothing, every template, every document of the gallery, models drawn out and folded."""
    found: dict[str, Callable[[], Diagram]] = {"blank": Diagram}
    for entry in templates():
        found[entry.name] = lambda name=entry.name: template(name)  # type: ignore[misc]
    found["gpt2 drawn out"] = lambda: template("gpt2", unroll=True, layers=2, layer_norm=True, bias=True)
    found["gpt2 folded"] = lambda: update(open_state(template("gpt2")), Run("collapse_all"))[0].document
    for path in sorted(GALLERY.glob("*.tdraw")):
        found[path.stem] = lambda path=path: file.decode(path.read_text(encoding="utf-8"))  # type: ignore[misc]
    return found


def hold_together(diagram: Diagram) -> None:
    """Every reference names something, and what is drawn has its place."""
    assert list(faults(diagram)) == []
    content, layout = diagram.content, diagram.layout
    assert set(content.nodes) - set(layout.places) == set()
    assert set(layout.places) - {*content.nodes, *content.regions} == set()  # an empty region has a place too
    known = {*content.nodes, *content.regions, *content.wires, *content.equations, *layout.notes}
    assert set(layout.looks) - known == set()
    assert set(layout.curves) - set(content.wires) == set()


def minimal(made: list[Act], fails: Callable[[list[Act]], bool], seconds: float) -> list[Act]:
    """As few of these acts as still fail, as far as that is found in the time: parts are left out, smaller and smaller."""
    until, size = time.monotonic() + seconds, len(made) // 2
    while size and time.monotonic() < until:
        at = 0
        while at < len(made) and time.monotonic() < until:
            fewer = made[:at] + made[at + size :]
            if fails(fewer):
                made = fewer
            else:
                at += size
        size //= 2
    return made
