"""Long random sessions through the editor: no exception, no broken document, and undone they leave the first one, byte for byte."""

from __future__ import annotations

import random

import pytest

from tensordraw.diagram import file
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.records import Diagram
from tensordraw.editor.effects import CopyToClipboard, QuickInsert
from tensordraw.editor.events import (
    Committed,
    DoubleClick,
    DragKind,
    Event,
    Insert,
    Key,
    Move,
    Pasted,
    Press,
    Release,
    Run,
    Select,
)
from tensordraw.editor.state import State, items_of, open_state
from tensordraw.editor.update import update
from tensordraw.figure.build import build
from tensordraw.templates import template
from tests.sessions import Step, next_step


class Hand:
    """The state, and what the window would remember of effects."""

    def __init__(self, diagram: Diagram | None = None) -> None:
        self.state: State = open_state(diagram)
        self.clipboard = "ij,jk->ik"
        self.asked: QuickInsert | None = None
        self.count = 0

    def send(self, *sent: Event) -> None:
        for event in sent:
            self.count += 1
            self.state, effects = update(self.state, event)
            for effect in effects:
                if isinstance(effect, CopyToClipboard):
                    self.clipboard = effect.text
                elif isinstance(effect, QuickInsert):
                    self.asked = effect

    def do(self, step: Step) -> None:
        at = step.points[0] if step.points else (0.0, 0.0)
        held, scale = step.held, step.scale
        match step.doing:
            case "drag" | "dropped drag":
                self.send(Press(*at, scale, held), *(Move(*point, scale, held) for point in step.points[1:]))
                self.send(*([Key("Escape")] if step.doing == "dropped drag" else []))
                self.send(Release(*step.points[-1], scale, held))
            case "click":
                self.send(Move(*at, scale), Press(*at, scale, held), Release(*at, scale, held))
            case "double click":
                self.send(DoubleClick(*at, scale))
            case "move":
                self.send(Move(*at, scale, held))
            case "key":
                self.send(Key(step.what))
            case "command":
                self.send(Run(step.what))
            case "write":
                self.send(Insert("", *at, text=step.what))
            case "insert":
                leg = self.asked.leg if self.asked is not None and len(step.what) % 2 else None
                where = (self.asked.x, self.asked.y) if leg is not None and self.asked is not None else at
                self.send(Insert(step.what, *where, leg, modifiers=held, scale=scale))
                self.asked = None
            case "hover":
                self.send(DragKind(step.what, *at, scale, held), DragKind(None))
            case "label":
                self.send(*(Committed(item, step.what) for item in step.items))
            case "undo" | "redo":
                self.send(Run(step.doing))
            case "select":
                self.send(Select(step.items))
            case "paste":
                self.send(Pasted(self.clipboard, *at))
            case "thin":
                self.send(Key("Escape"), Select(step.items), Key("Delete"))


def session(seed: int, count: int, diagram: Diagram | None = None, *, looks_every: int = 50) -> None:
    """So many events; then all of it undone."""
    draw, hand = random.Random(seed), Hand(diagram)
    first = hand.state.document
    written = file.encode(first)
    steps = 0
    while hand.count < count:
        hand.do(next_step(draw, hand.state))
        steps += 1
        if steps % looks_every == 0:
            assert list(faults(hand.state.document)) == []
            assert hand.state.selection <= items_of(hand.state.document)
            assert build(hand.state.shown).items is not None
            assert file.encode(file.decode(file.encode(hand.state.document))) == file.encode(hand.state.document)
    assert hand.state.history.past, "something was drawn"
    while hand.state.history.past:
        hand.send(Run("undo"))
    assert file.encode(hand.state.document) == written


@pytest.mark.parametrize("seed", range(2))
def test_a_session_of_400_events(seed: int) -> None:
    session(seed, 400)


def test_a_session_on_attention() -> None:
    session(11, 250, template("attention"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 104))
def test_a_session_of_10_000_events(seed: int) -> None:
    session(seed, 10_000, looks_every=400)
