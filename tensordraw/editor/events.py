"""What the window tells the editor. Coordinates are layout units of the drawing (y grows downwards); `scale` is screen
pixels per unit, so that tolerances are the same distance on the screen at any zoom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from tensordraw.diagram.records import Diagram, Id, Source

Modifier: TypeAlias = Literal["Ctrl", "Shift", "Alt"]
Button: TypeAlias = Literal["left", "middle", "right"]
NO_MODIFIERS: frozenset[Modifier] = frozenset()


@dataclass(frozen=True, slots=True)
class Press:
    """A mouse button goes down."""

    x: float
    y: float
    scale: float = 1.0
    modifiers: frozenset[Modifier] = NO_MODIFIERS
    button: Button = "left"


@dataclass(frozen=True, slots=True)
class Move:
    """The pointer moves, with or without a button down."""

    x: float
    y: float
    scale: float = 1.0
    modifiers: frozenset[Modifier] = NO_MODIFIERS


@dataclass(frozen=True, slots=True)
class Release:
    """The mouse button goes up."""

    x: float
    y: float
    scale: float = 1.0
    modifiers: frozenset[Modifier] = NO_MODIFIERS
    button: Button = "left"


@dataclass(frozen=True, slots=True)
class DoubleClick:
    """The second press of a double click (sent instead of a `Press`)."""

    x: float
    y: float
    scale: float = 1.0
    modifiers: frozenset[Modifier] = NO_MODIFIERS


@dataclass(frozen=True, slots=True)
class Leave:
    """The pointer left the canvas."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key stroke on the canvas, as the command table has and writes keys: "Ctrl+Shift+P", "T", "Left", "Delete". A window
    whose keys were changed sends the `Run` of what they stand for."""

    keys: str


@dataclass(frozen=True, slots=True)
class Run:
    """Run the command with this id; what `argument` may be is said by the command."""

    command: str
    argument: object = None


@dataclass(frozen=True, slots=True)
class Committed:
    """The text field opened by `EditLabel(item)` was committed with this text."""

    item: Id
    text: str


@dataclass(frozen=True, slots=True)
class Insert:
    """A palette kind was chosen in the quick-insert menu, or dropped on the canvas.

    `kind` is a palette id, or "" when `text` is a specification such as `W: hidden head`. `leg` is the leg whose wire
    was released on the canvas; it is connected in the same step. A region kind that was chosen goes `around` the selection,
    wherever that lies; one that was dropped, around what it was dropped on. What is put down without a place of its own that
    somebody chose goes `beside` what lies there.
    """

    kind: str
    x: float
    y: float
    leg: Id | None = None
    text: str = ""
    modifiers: frozenset[Modifier] = NO_MODIFIERS
    scale: float = 1.0
    around: bool = False
    beside: bool = False


@dataclass(frozen=True, slots=True)
class DragKind:
    """A palette kind hovers over the canvas (None: it left); sets the preview."""

    kind: str | None
    x: float = 0.0
    y: float = 0.0
    scale: float = 1.0
    modifiers: frozenset[Modifier] = NO_MODIFIERS


@dataclass(frozen=True, slots=True)
class FileDropped:
    """A file of arrays was dropped on the canvas."""

    path: str
    x: float
    y: float
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Bind:
    """An array of a file was chosen for a name; None takes the source away."""

    name: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class Filled:
    """The document took a trained model's sizes and arrays, off the window's thread: `before` is the one that it was made
    of, `name` that of the step."""

    before: Diagram
    document: Diagram
    name: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """The clipboard's text, in answer to `RequestPaste`. `code` says of a drawing that it was read from code."""

    text: str
    x: float = 0.0
    y: float = 0.0
    in_place: bool = False
    code: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """The selection was set elsewhere (outline, problems panel, code)."""

    items: frozenset[Id]
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """The document was written to `path`; `document` is the value that was written."""

    path: str
    document: Diagram


Event: TypeAlias = (
    Press
    | Move
    | Release
    | DoubleClick
    | Leave
    | Key
    | Run
    | Committed
    | Insert
    | DragKind
    | FileDropped
    | Bind
    | Filled
    | Pasted
    | Select
    | Saved
)
