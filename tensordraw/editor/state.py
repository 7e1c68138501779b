"""One open document under a person's hands, as a value.

`State` is the history of the document, the selection, and the tool: which gesture is under way. A gesture shows its
result as `preview` and makes one history entry when it ends. The view transform (zoom, scroll) belongs to the window.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from tensordraw.diagram import history
from tensordraw.diagram.history import History
from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import Content, Diagram, Id
from tensordraw.diagram.signs import sign_ids
from tensordraw.editor.effects import Announce, Effect
from tensordraw.figure.index import index

Point: TypeAlias = tuple[float, float]
Line: TypeAlias = tuple[float, float, float, float]  # x1, y1, x2, y2


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing under way."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button is down and has not moved far enough to be a drag. `target` is what it went down on, None for the
    canvas; `part` tells a leg's tip ("leg") from a body or wire ("item"), a region's border ("border"), and a corner of a chart
    ("nw" ... "se")."""

    at: Point
    target: Id | None
    part: str
    adds: bool = False
    turns: bool = False
    cuts: bool = False


@dataclass(frozen=True, slots=True)
class Wiring:
    """A wire is being drawn from `leg`. `onto` is the free leg or the wire that a release would connect to; `reasons`
    says of each leg that cannot be joined why not; `refused` is the one of those under the pointer. `clicked` is set
    where the wire follows the pointer without a button down. `detached` is set where
    an end was taken off another wire, shown by the preview."""

    leg: Id
    at: Point
    tip: Point
    onto: Id | None = None
    refused: Id | None = None
    reasons: dict[Id, str] = field(default_factory=dict)
    clicked: bool = False
    detached: bool = False
    others: tuple[Id, ...] = ()  # legs of the same name of the other selected tensors, which come along


@dataclass(frozen=True, slots=True)
class Moving:
    """Items are being dragged. `items` are all that move (content of regions too); `offset` is how far, after snapping;
    `region` is the region they would enter on release (None: no change), `splice` the wire they would be put into.

    Many items are `carried`: there is no preview, and only the view moves until the release. `owners` are then all that is
    drawn elsewhere meanwhile, `links` the wires from what stays to what moves, as pairs of legs."""

    items: frozenset[Id]
    origin: Point
    offset: Point = (0.0, 0.0)
    guides: tuple[Line, ...] = ()
    region: Id | None = None
    splice: Id | None = None
    wires: frozenset[Id] = frozenset()  # that go along with them
    lines: object = field(default=None, compare=False, repr=False)  # what they can be lined up with
    carried: bool = False
    owners: frozenset[Id] = frozenset()
    links: tuple[tuple[Id, Id], ...] = ()


@dataclass(frozen=True, slots=True)
class Turning:
    """A leg is being moved round its body (Alt+drag)."""

    leg: Id


@dataclass(frozen=True, slots=True)
class Bending:
    """A way-point of a wire is being dragged; `points` are all its way-points, `place` the one that follows."""

    wire: Id
    points: tuple[Point, ...]
    place: int


@dataclass(frozen=True, slots=True)
class Labelling:
    """The label of a wire is being dragged from `origin`; `base` is how far it was from its natural place before."""

    item: Id
    origin: Point
    base: Point = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Resizing:
    """A corner ("nw" ... "se") of a chart is being dragged from `origin`; `box` is what it covered before."""

    note: Id
    corner: str
    origin: Point
    box: tuple[float, float, float, float]
    guides: tuple[Line, ...] = ()
    lines: object = field(default=None, compare=False, repr=False)  # what the corner can be lined up with


@dataclass(frozen=True, slots=True)
class Banding:
    """A rubber band from `origin` to `at`; `base` is the selection that it adds to."""

    origin: Point
    at: Point
    base: frozenset[Id] = frozenset()


@dataclass(frozen=True, slots=True)
class Cutting:
    """A stroke that cuts wires (Ctrl+drag from the canvas); `wires` are those that it has crossed."""

    points: tuple[Point, ...]
    wires: frozenset[Id] = frozenset()


@dataclass(frozen=True, slots=True)
class Placing:
    """A palette kind hovers over the canvas before it is dropped; `splice` is the wire it would be put into."""

    kind: str
    splice: Id | None = None
    items: frozenset[Id] = frozenset()  # what the preview added
    at: Point = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Inserting:
    """The quick-insert menu is open for a wire that was drawn from `leg` and released at `at`."""

    leg: Id
    at: Point


Tool: TypeAlias = (
    Idle
    | Pressed
    | Wiring
    | Moving
    | Turning
    | Bending
    | Labelling
    | Resizing
    | Banding
    | Cutting
    | Placing
    | Inserting
)


@dataclass(frozen=True, slots=True)
class State:
    """One open document: `document` is its value, `shown` what the canvas paints."""

    history: History[Diagram]
    path: str = ""
    selection: frozenset[Id] = frozenset()
    tool: Tool = Idle()
    hover: Id | None = None
    preview: Diagram | None = None
    pointer: Point = (0.0, 0.0)
    scale: float = 1.0
    snap_grid: bool = True
    snap_objects: bool = True
    page: bool = False  # whether the edges of the figure's page are shown
    sought: str = ""  # what was looked for last
    kind: str = "tensor"  # the kind that was inserted last, of those that can be connected

    @property
    def document(self) -> Diagram:
        """The document without what a gesture under way would change."""
        return self.history.present

    @property
    def shown(self) -> Diagram:
        """The document as the canvas shows it."""
        return self.history.present if self.preview is None else self.preview


Step: TypeAlias = tuple[State, tuple[Effect, ...]]


def open_state(diagram: Diagram | None = None, path: str = "") -> State:
    """The state of a document that was just opened (or an empty one)."""
    return State(history.start(diagram if diagram is not None else Diagram()), path)


def items_of(diagram: Diagram) -> frozenset[Id]:
    """Everything that can be selected: nodes, wires, regions, notes, legs, equations and their signs."""
    found, notes = _items(diagram.content), diagram.layout.notes
    return found if found.issuperset(notes) else found.union(notes)


@cached
def _items(content: Content) -> frozenset[Id]:
    return frozenset().union(
        content.nodes, content.wires, content.regions, content.equations, sign_ids(content), index(content).legs
    )


def selected(state: State, items: Iterable[Id]) -> State:
    """The state with these items selected, as far as they exist."""
    wanted = frozenset(items)
    kept = wanted & items_of(state.document) if wanted else wanted
    return state if kept == state.selection else replace(state, selection=frozenset(kept))


def settled(state: State, changed: History[Diagram]) -> State:
    """The state with another history: no gesture under way, and the selection kept as far as its items exist."""
    state = replace(state, history=changed, tool=Idle(), preview=None)
    return selected(state, state.selection)


def done(
    state: State, diagram: Diagram, name: str, select: Iterable[Id] | None = None, *, merge: str = "",
    say: str | None = None,
) -> Step:  # fmt: skip
    """The step that makes `diagram` the document as one history entry called `name`, and ends the gesture.

    `select` replaces the selection; `say` is announced instead of the name.
    """
    changed = history.record(state.history, diagram, name, merge, state.selection)
    after = settled(state, changed)
    if select is not None:
        after = selected(after, select)
    if changed is state.history:
        return after, ()
    return after, (Announce(say or name),)


def refused(state: State, reason: str) -> Step:
    """The step that changes nothing and says why."""
    return replace(state, tool=Idle(), preview=None), (Announce(reason, warns=True),)


def idle(state: State) -> State:
    """The state with no gesture under way."""
    return replace(state, tool=Idle(), preview=None)
