"""Whatever a person does with mouse, keys and panels: no exception, no broken document, and undo takes all of it back."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tensordraw.diagram import file
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.records import Diagram, Id
from tensordraw.editor import grasp
from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.effects import CopyToClipboard, Effect, QuickInsert
from tensordraw.editor.events import (
    Committed,
    DoubleClick,
    DragKind,
    Event,
    FileDropped,
    Insert,
    Key,
    Leave,
    Modifier,
    Move,
    Pasted,
    Press,
    Release,
    Run,
)
from tensordraw.editor.palette import KINDS
from tensordraw.editor.state import Idle, items_of, open_state
from tensordraw.editor.update import update

MODIFIERS = st.sampled_from([frozenset[Modifier](), frozenset({"Ctrl"}), frozenset({"Shift"}), frozenset({"Alt"})])
TEXTS = (
    "W",
    "W: hidden head=3",
    "gelu",
    "x**2",
    "",
    "softmax",
    "k: n=5",
    "i",
    "1/sqrt(n)",
    "__import__('os')",
    "a b c",
    "= 2",
    "~ -1",
    "i = 0",
    "i: (a=2 b=2)",
)
KEYS = sorted({keys for command in COMMANDS for keys in command.keys})
KIND_IDS = [kind.id for kind in KINDS if not kind.id.startswith("bubble:")] + [
    "bubble:softmax",
    "bubble:relu",
    "no such",
]


class Hands(RuleBasedStateMachine):
    """Random events; the pointer likes leg tips and bodies."""

    def __init__(self) -> None:
        super().__init__()
        self.state = open_state()
        self.first = self.state.document
        self.effects: list[Effect] = []
        self.clipboard = ""

    def send(self, event: Event) -> None:
        self.state, effects = update(self.state, event)
        self.effects += effects
        for effect in effects:
            if isinstance(effect, CopyToClipboard):
                self.clipboard = effect.text

    def spot(self, data: st.DataObject) -> tuple[float, float]:
        figure = grasp.figure_of(self.state.document)
        spots = [anchor.tip for anchor in figure.anchors.values()]
        spots += [((i.box[0] + i.box[2]) / 2, (i.box[1] + i.box[3]) / 2) for i in figure.items]
        if spots and data.draw(st.integers(0, 3)):
            return data.draw(st.sampled_from(spots))
        return float(data.draw(st.integers(-8, 8)) * 15), float(data.draw(st.integers(-8, 8)) * 15)

    def item(self, data: st.DataObject) -> Id:
        found = sorted(items_of(self.state.document))
        return data.draw(st.sampled_from(found)) if found else "t1"

    @rule(data=st.data(), modifiers=MODIFIERS, scale=st.sampled_from([0.5, 1.0, 3.0]))
    def drag(self, data: st.DataObject, modifiers: frozenset[Modifier], scale: float) -> None:
        start, end = self.spot(data), self.spot(data)
        self.send(Press(*start, scale, modifiers))
        self.send(Move((start[0] + end[0]) / 2 + 7, (start[1] + end[1]) / 2, scale, modifiers))
        self.send(Move(*end, scale, modifiers))
        before = self.state.document.content
        if data.draw(st.integers(0, 5)) == 0:
            self.send(Key("Escape"))
            assert self.state.document.content is before
            assert self.state.preview is None
        self.send(Release(*end, scale, modifiers))

    @rule(data=st.data(), modifiers=MODIFIERS)
    def click(self, data: st.DataObject, modifiers: frozenset[Modifier]) -> None:
        at = self.spot(data)
        self.send(Move(*at))
        self.send(Press(*at, 1.0, modifiers))
        self.send(Release(*at, 1.0, modifiers))

    @rule(data=st.data())
    def double_click(self, data: st.DataObject) -> None:
        self.send(DoubleClick(*self.spot(data)))

    @rule(data=st.data(), kind=st.sampled_from(KIND_IDS), modifiers=MODIFIERS)
    def drop(self, data: st.DataObject, kind: str, modifiers: frozenset[Modifier]) -> None:
        if len(self.state.document.content.nodes) < 25:
            at = self.spot(data)
            self.send(DragKind(kind, at[0] + 20, at[1]))
            self.send(DragKind(kind, *at))
            self.send(Insert(kind, *at, modifiers=modifiers))

    @rule(data=st.data(), kind=st.sampled_from(KIND_IDS))
    def choose_after_wire(self, data: st.DataObject, kind: str) -> None:
        asked = [effect for effect in self.effects if isinstance(effect, QuickInsert)]
        if asked and len(self.state.document.content.nodes) < 25:
            self.send(Insert(kind, asked[-1].x, asked[-1].y, asked[-1].leg))

    @rule(data=st.data(), text=st.sampled_from([*TEXTS, "ij,jk->ik", "ij,jk", "W:", "A @ B"]))
    def write(self, data: st.DataObject, text: str) -> None:
        if len(self.state.document.content.nodes) < 25:
            self.send(Insert("", *self.spot(data), text=text))

    @rule(data=st.data(), text=st.sampled_from(TEXTS))
    def label(self, data: st.DataObject, text: str) -> None:
        self.send(Committed(self.item(data), text))

    @rule(keys=st.sampled_from(KEYS))
    def key(self, keys: str) -> None:
        if len(self.state.document.content.nodes) < 25:
            self.send(Key(keys))

    @rule(command=st.sampled_from([command.id for command in COMMANDS if not command.hidden]))
    def command(self, command: str) -> None:
        if len(self.state.document.content.nodes) < 25:
            self.send(Run(command))

    @rule(data=st.data())
    def paste(self, data: st.DataObject) -> None:
        if len(self.state.document.content.nodes) < 25:
            text = data.draw(st.sampled_from([self.clipboard, "", "nonsense", "{}", "ij,jk->ik", "y = A @ B\nf(y)"]))
            self.send(Pasted(text, *self.spot(data)))

    @rule(data=st.data())
    def others(self, data: st.DataObject) -> None:
        self.send(Leave())
        self.send(DragKind(None))
        self.send(FileDropped("a.npz", *self.spot(data)))

    @invariant()
    def holds_together(self) -> None:
        document = self.state.document
        assert list(faults(document)) == []
        assert file.encode(file.decode(file.encode(document))) == file.encode(document)
        if self.state.preview is not None:
            assert list(faults(self.state.preview)) == []

    @invariant()
    def selection_exists(self) -> None:
        assert self.state.selection <= items_of(self.state.document)

    def teardown(self) -> None:
        last = file.encode(self.state.document)
        future = len(self.state.history.future)
        while self.state.history.past:
            self.send(Run("undo"))
        assert self.state.document is self.first
        assert isinstance(self.state.tool, Idle)
        while len(self.state.history.future) > future:
            self.send(Run("redo"))
        assert file.encode(self.state.document) == last


TestHands = Hands.TestCase
TestHands.settings = settings(max_examples=25, stateful_step_count=30)


def test_a_refused_event_leaves_the_document_alone() -> None:
    state = open_state(Diagram())
    after, effects = update(state, Insert("no such", 0, 0))
    assert after.document is state.document
    assert [effect.warns for effect in effects] == [True]  # type: ignore[union-attr]
