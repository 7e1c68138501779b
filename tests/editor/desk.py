"""A pair of hands for tests: an editor state that events are sent to, with words for the usual gestures."""

from __future__ import annotations

from typing import TypeVar

from tensordraw.diagram.records import Diagram, Id, Tensor, node_legs
from tensordraw.editor import grasp
from tensordraw.editor.effects import Announce, Effect
from tensordraw.editor.events import Event, Insert, Key, Modifier, Move, Press, Release, Run, Select
from tensordraw.editor.state import open_state
from tensordraw.editor.update import update

Point = tuple[float, float]
Asked = TypeVar("Asked")
NONE: frozenset[Modifier] = frozenset()


class Desk:
    """An open document; `effects` are those of the last event."""

    def __init__(self, diagram: Diagram | None = None) -> None:
        self.state = open_state(diagram)
        self.effects: tuple[Effect, ...] = ()

    @property
    def document(self) -> Diagram:
        return self.state.document

    @property
    def content(self):
        return self.state.document.content

    def send(self, *events: Event) -> None:
        for event in events:
            self.state, self.effects = update(self.state, event)

    def run(self, command: str, argument: object = None) -> None:
        self.send(Run(command, argument))

    def key(self, *keys: str) -> None:
        for one in keys:
            self.send(Key(one))

    def select(self, *items: Id) -> None:
        self.send(Select(frozenset(items)))

    def put(self, kind: str, x: float, y: float) -> Id:
        """Insert a kind; gives the id of the new node, note or region."""
        self.send(Insert(kind, x, y))
        (item,) = self.state.selection
        return item

    def legs(self, node: Id) -> list[Id]:
        return [leg.id for leg in node_legs(self.content.nodes[node])]

    def tip(self, leg: Id) -> Point:
        return grasp.figure_of(self.state.document).anchors[leg].tip

    def press(self, at: Point, modifiers: frozenset[Modifier] = NONE) -> None:
        self.send(Press(*at, 1.0, modifiers))

    def move(self, at: Point, modifiers: frozenset[Modifier] = NONE) -> None:
        self.send(Move(*at, 1.0, modifiers))

    def release(self, at: Point, modifiers: frozenset[Modifier] = NONE) -> None:
        self.send(Release(*at, 1.0, modifiers))

    def drag(self, start: Point, end: Point, modifiers: frozenset[Modifier] = NONE) -> None:
        """Press, move through the middle, release."""
        self.press(start, modifiers)
        self.move(((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), modifiers)
        self.move(end, modifiers)
        self.release(end, modifiers)

    def click(self, at: Point, modifiers: frozenset[Modifier] = NONE) -> None:
        self.press(at, modifiers)
        self.release(at, modifiers)

    def asked(self, kind: type[Asked]) -> Asked:
        """The effect of this kind among the last ones."""
        (found,) = [effect for effect in self.effects if isinstance(effect, kind)]
        return found

    @property
    def said(self) -> str:
        return self.asked(Announce).text

    @property
    def refused(self) -> bool:
        return any(isinstance(effect, Announce) and effect.warns for effect in self.effects)

    @property
    def entries(self) -> int:
        """How many history entries there are."""
        return len(self.state.history.past)

    def tensor(self, node: Id) -> Tensor:
        found = self.content.nodes[node]
        assert isinstance(found, Tensor)
        return found


def two_tensors() -> tuple[Desk, Id, Id]:
    """A at the left, B at the right, each with a leg to either side."""
    desk = Desk()
    return desk, desk.put("tensor", 0, 0), desk.put("tensor", 100, 0)


def two_joined() -> tuple[Desk, Id, Id, Id]:
    """The same, with a wire from A to B."""
    desk, a, b = two_tensors()
    desk.drag(desk.tip(desk.legs(a)[1]), desk.tip(desk.legs(b)[0]))
    (wire,) = desk.content.wires
    return desk, a, b, wire
