"""Random sessions through the editor: no exception, no broken document; undone it is the first one, byte for byte, and done
again the last one. A failed session prints its seed and the few acts that fail alone."""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import mkstemp
from traceback import extract_tb
from typing import Any, assert_never, get_args

import pytest

from tensordraw.diagram import file
from tensordraw.diagram.records import Diagram
from tensordraw.editor import commands
from tensordraw.editor.effects import Announce, CopyToClipboard, EditLabel, QuickInsert, RequestPaste
from tensordraw.editor.events import (
    Committed,
    DoubleClick,
    DragKind,
    Event,
    Insert,
    Key,
    Leave,
    Move,
    Pasted,
    Press,
    Release,
    Run,
    Select,
)
from tensordraw.editor.keys import TABLE
from tensordraw.editor.state import Idle, items_of, open_state
from tensordraw.editor.update import update
from tests.acts import (
    KIND_IDS,
    MOST,
    Act,
    Answer,
    Back,
    Choose,
    Click,
    Command,
    Double,
    Drag,
    Drop,
    Hover,
    Paste,
    Pick,
    Spot,
    Stroke,
    Told,
    Write,
    acts,
    hold_together,
    minimal,
    papers,
    picked,
    point,
    ranked,
    thinned,
)
from tests.arguments import argument, told

PAPERS = papers()
LONG = 10_000
EVERY = 16  # changes between two round trips through the file
HISTORY = 40  # changes before a fault, from which it is tried to have it again
REACHED = (
    "attention", "71-state-space", "63-head", "gpt2 folded", "58-raise-lower", "33-mpo", "22-svd", "57-bilinear-form",
    "06-matrix-matrix",
)  # fmt: skip
BEFORE: tuple[tuple[Act, ...], ...] = (
    (), (), (Command("set_text", 3), Back(1)), (Command("add_chart"),), (Command("add_space", 2), Command("add_space", 5)),
    (Command("insert_tensor"),), (Command("wrap_sum"),), (Command("select_all"), Command("duplicate")),
    (Command("select_all"), Command("make_upper")), (Command("add_leg"), Command("add_leg")),
    (Command("insert_tensor"), Command("exclude_problem")), tuple(Told(dice, Spot("paper", 0.0)) for dice in range(40)),
)  # fmt: skip
TWO = (Command("quick_insert"), Answer("a: i"), Command("quick_insert"), Answer("b: i"))
ONE = Choose((Pick("open", 0.0),))
ALL = Choose(tuple(Pick("item", rank / 40) for rank in range(40)))
UPPER = (Command("select_all"), *(Command("make_upper", dice) for dice in range(4)))
PREPARED: tuple[tuple[str, tuple[Act, ...], str], ...] = (
    ("blank", (*TWO, Choose((Pick("open", 0.0), Pick("open", 0.9)))), "connect"),
    ("blank", (*TWO[:1], Answer("a: i i"), ONE, Command("sum_over"), ONE), "bind_around"),
    ("55-covector-on-vector", (*UPPER, ALL), "insert_metric"),
    ("55-covector-on-vector", (*UPPER, *(Command("exclude_problem", dice) for dice in range(4))), "include_problem"),
    ("blank", (*TWO[:1], Answer("M: i j")), "svd_factors"),
    (
        "71-state-space-kernel",
        (Choose((Pick("sign", 0.99),)), Command("join_before", 5), Command("join_before", 6)),
        "join_before",
    ),
    ("06-matrix-matrix", (Drop("dot", Spot("paper", 0.0), frozenset({"Ctrl"})),), "attach"),
)  # what chance reaches too rarely for a short test
CHOSEN: tuple[tuple[Act, ...], ...] = ((), (), (), (Command("select_all"),))
LOOKED_FOR = 60.0  # seconds, for the few acts that fail alone


class Hand:
    """Does acts to an editor state, and looks after each event whether all holds together. `worked` are the commands that
    could run, by how often they did."""

    def __init__(self, diagram: Diagram) -> None:
        self.state, self.first, self.begun = open_state(diagram), diagram, file.encode(diagram)
        self.most = max(MOST, len(diagram.content.nodes) + 10)
        self.clipboard = ""
        self.asked: EditLabel | QuickInsert | None = None
        self.said: Counter[str] = Counter()
        self.worked: Counter[str] = Counter()
        self.events = self.changes = self.done = 0
        self.before: deque[tuple[int, Diagram]] = deque(maxlen=HISTORY)

    def send(self, *sent: Event) -> None:
        for event in sent:
            was = self.state
            self.events += 1
            self.said[type(event).__name__] += 1
            self.state, effects = update(was, event)
            if isinstance(event, Run | Key):
                row = commands.find(event.command) if isinstance(event, Run) else TABLE.command(event.keys)
                if row is not None and not any(isinstance(one, Announce) and one.warns for one in effects):
                    self.worked[row.id] += 1
            self._look(was.document, was.preview)
            for effect in effects:
                if isinstance(effect, CopyToClipboard):
                    self.clipboard = effect.text
                elif isinstance(effect, EditLabel | QuickInsert):
                    self.asked = effect
                elif isinstance(effect, RequestPaste):
                    self.send(Pasted(self.clipboard, *self.state.pointer, effect.in_place))

    def _look(self, document: Diagram, preview: Diagram | None) -> None:
        state = self.state
        if state.document is not document:
            self.changes += 1
            hold_together(state.document)
            self.before.append((self.done, document))
            if self.changes % EVERY == 0:
                written = file.encode(state.document)
                assert file.encode(file.decode(written)) == written
        if state.preview is not None and state.preview is not preview:
            hold_together(state.preview)
        assert state.selection <= items_of(state.document)

    def play(self, made: Sequence[Act]) -> None:
        for act in made:
            chosen = thinned(self.state, self.most)
            if chosen:
                self.send(Key("Escape"), Select(chosen), Key("Delete"))
            self.do(act)
            self.done += 1

    def do(self, act: Act) -> None:
        match act:
            case Drag():
                self.drag(act)
            case Click(at, held, button):
                x, y = point(at, self.state)
                self.send(Move(x, y), Press(x, y, 1.0, held, button), Release(x, y, 1.0, held, button))
            case Double(at, held):
                x, y = point(at, self.state)
                self.send(Press(x, y), Release(x, y), DoubleClick(x, y, 1.0, held), Release(x, y))
            case Hover(at, held):
                self.send(Move(*point(at, self.state), 1.0, held))
            case Stroke(keys):
                self.send(Key(keys))
            case Command(name, dice):
                self.run(name, dice)
            case Answer():
                self.answer(act)
            case Choose(picks, adds):
                self.send(Select(frozenset(picked(pick, self.state) for pick in picks), adds))
            case Write(pick, text):
                self.send(Committed(picked(pick, self.state), text))
            case Drop(kind, at, held, then):
                x, y = point(at, self.state)
                self.send(DragKind(kind, x + 20, y, 1.0, held), DragKind(kind, x, y, 1.0, held))
                self.meanwhile(then)
                self.send(DragKind(None))
                if then != "lost":
                    self.send(Insert(kind, x, y, modifiers=held))
            case Paste(text, at, in_place, code):
                self.send(Pasted(self.clipboard if text is None else text, *point(at, self.state), in_place, code))
            case Told():
                self.send(told(act, self.state, self.first))
            case Back(steps, redo):
                self.send(*[Run("redo" if redo else "undo")] * steps)
            case _:
                assert_never(act)

    def drag(self, act: Drag) -> None:
        (x, y), (to_x, to_y), scale, held = (
            point(act.start, self.state),
            point(act.end, self.state),
            act.scale,
            act.held,
        )
        self.send(Press(x, y, scale, held, act.button))
        for step in range(1, act.steps + 1):
            part = step / act.steps
            self.send(Move(x + (to_x - x) * part, y + (to_y - y) * part, scale, held))
        self.meanwhile(act.then)
        if act.then != "lost":
            self.send(Release(to_x, to_y, scale, held, act.button))

    def run(self, command: str, dice: int) -> None:
        """A hidden one runs only where the document has an argument for it: panels give no others."""
        given = argument(dice, command, self.state)
        if given is not None or not commands.find(command).hidden:
            self.send(Run(command, given))

    def meanwhile(self, then: str) -> None:
        """What comes in the middle of a gesture."""
        if then == "Escape":
            before = self.state.document.content
            self.send(Key("Escape"))
            assert self.state.document.content is before
            assert self.state.preview is None
        elif then == "leave":
            self.send(Leave())
        elif then not in ("", "lost"):
            self.run(then, 1)

    def answer(self, act: Answer) -> None:
        asked, self.asked = self.asked, None
        match asked:
            case None:
                pass
            case EditLabel(item=item):
                self.send(Committed(item, act.text))
                if act.goes_on:
                    self.send(Run("edit_next_label", item))
            case QuickInsert(x=x, y=y, leg=leg, kinds=kinds):
                kind = "" if act.text else ranked([*kinds, *KIND_IDS[-2:]], act.rank) or ""
                self.send(Insert(kind, x, y, leg, act.text))
            case _:
                assert_never(asked)

    def end(self) -> None:
        """All of it undone, and done again."""
        self.send(Key("Escape"), Key("Escape"))
        last, future = file.encode(self.state.document), len(self.state.history.future)
        while self.state.history.past:
            self.send(Run("undo"))
        assert file.encode(self.state.document) == self.begun
        assert file.encode(self.first) == self.begun
        assert isinstance(self.state.tool, Idle)
        while len(self.state.history.future) > future:
            self.send(Run("redo"))
        assert file.encode(self.state.document) == last


def fault(diagram: Diagram, made: Sequence[Act]) -> str:
    """How a session fails; "" where it does not."""
    hand = Hand(diagram)
    try:
        hand.play(made)
        hand.end()
    except Exception as error:  # any: it is what is looked for
        return place_of(error)
    return ""


def place_of(error: Exception) -> str:
    """What was raised, and in which line."""
    last = extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {last.filename}, line {last.lineno}"


def session(name: str, seed: object, events: int) -> Hand:
    """At least so many events on a document; a fault tells how it can be had again."""
    hand, made = Hand(PAPERS[name]()), acts(f"{name} {seed}", events)
    try:
        for act in made:
            if hand.events >= events:
                break
            hand.play([act])
        hand.end()
    except Exception as error:
        error.add_note(
            f"after {hand.events} events on {name!r} with seed {seed!r}; {again(hand, made, place_of(error))}"
        )
        raise
    return hand


def again(hand: Hand, made: list[Act], wrong: str) -> str:
    """The few acts that fail alone, and the document that they begin on: the first one, or one shortly before the fault."""
    made = made[: hand.done + 1]
    for number, diagram in [*([hand.before[0]] if hand.before else []), (0, hand.first)]:
        begun = file.decode(file.encode(diagram))
        if fault(begun, made[number:]) == wrong:
            few = minimal(made[number:], lambda fewer, begun=begun: fault(begun, fewer) == wrong, LOOKED_FOR)
            document = Path(mkstemp(".tdraw", "session-")[1])
            document.write_text(file.encode(begun), encoding="utf-8")
            return f"alone: {few} on {document}"
    return f"the last: {made[-12:]}"


@pytest.mark.parametrize("name", ["blank", "attention", "57-bilinear-form", "71-state-space", "gpt2 folded"])
def test_a_short_session(name: str) -> None:
    session(name, "short", 150)


def test_a_fault_is_told_by_the_few_acts_that_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    row = commands.find("put_ones")

    def faulty(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(commands._BY_ID, "put_ones", replace(row, run=faulty))
    hand = Hand(Diagram())
    made = [*acts("before", 20), Command("put_ones"), *acts("after", 5)]
    with pytest.raises(ZeroDivisionError) as raised:
        hand.play(made)
    assert f"alone: {[Command('put_ones')]} on " in again(hand, made, place_of(raised.value))


def test_every_act_and_every_kind_of_event_is_tried() -> None:
    made = acts("all", 900)
    assert {type(act) for act in made} == set(get_args(Act))
    hand = Hand(Diagram())
    for kind in get_args(Act):
        hand.play([act for act in made if type(act) is kind][:2])
    hand.play([Told(dice, Spot("paper", 0.0)) for dice in range(80)])
    hand.play([Command("quick_insert"), Answer("W: i j"), Command("edit_label"), Answer("V")])
    hand.end()
    assert hand.said.keys() == {kind.__name__ for kind in get_args(Event)}


def test_every_command_does_its_work_at_some_time() -> None:
    """Tried on what is picked at random, in documents of every sort, with something done before that some of them need."""
    left = {command.id for command in commands.COMMANDS}
    for name, prepared, command in PREPARED:
        hand = Hand(PAPERS[name]())
        hand.play([*prepared, *(Command(command, dice) for dice in range(4))])
        left -= hand.worked.keys()
    for dice, name in enumerate(REACHED * 20):
        draw, diagram = random.Random(dice), PAPERS[name]()
        for command in sorted(left):
            hand = Hand(diagram)
            of: Any = draw.choice(("item", "node", "sign", "open"))
            picks = tuple(Pick(of, draw.random()) for _ in range(dice % 4 + 1))
            chosen = (Choose(picks), *draw.choice(CHOSEN))
            hand.play([*chosen, *draw.choice(BEFORE), *chosen[dice % 3 // 2 :], Command(command, draw.randrange(99))])
            left -= hand.worked.keys()
    assert sorted(left) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", ["blank", "attention", "gpt2 folded", "63-head", "58-raise-lower", "71-state-space"])
def test_ten_thousand_events(name: str, seed: int) -> None:
    hand = session(name, seed, LONG)
    assert hand.events >= LONG


@pytest.mark.slow
@pytest.mark.parametrize("name", PAPERS)
def test_a_session_on_every_template_and_every_document_of_the_gallery(name: str) -> None:
    session(name, "each", 600)
