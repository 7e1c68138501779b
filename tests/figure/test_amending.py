"""After edits of the content a scene is amended: always to what computing it from nothing gives, and without doing that."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from tensordraw.diagram import edits
from tensordraw.diagram.records import Diagram, Tensor
from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.events import Committed, Event, Insert, Move, Press, Release, Run, Select
from tensordraw.editor.palette import KINDS
from tensordraw.editor.state import items_of, open_state
from tensordraw.editor.update import update
from tensordraw.figure import assembly
from tensordraw.figure import build as module
from tensordraw.figure.build import build, from_nothing
from tensordraw.figure.display import Figure
from tensordraw.figure.hit import items_at
from tensordraw.figure.index import index, whole_index
from tensordraw.figure.near import _made, near
from tests.acts import papers
from tests.figure import samples

PAPERS = papers()
KIND_IDS = [kind.id for kind in KINDS if not kind.id.startswith("bubble:")]
COMMAND_IDS = sorted(command.id for command in COMMANDS if not command.hidden)


def check(diagram: Diagram, figure: Figure) -> None:
    """The figure, its index and its table of what lies where are as from nothing."""
    whole = from_nothing(diagram)
    assert [item.owner for item in figure.items] == [item.owner for item in whole.items]
    assert [item.owner for item, other in zip(figure.items, whole.items, strict=True) if item != other] == []
    assert figure == whole
    assert index(diagram.content) == whole_index(diagram.content)
    mine, fresh = near(figure), _made(figure.items)
    assert {c: sorted(numbers) for c, numbers in mine.cells.items() if numbers} == {
        c: sorted(numbers) for c, numbers in fresh.cells.items()
    }
    assert (mine.wide, mine.owned) == (fresh.wide, fresh.owned)


def play(name: str, seed: object, events: int) -> None:
    """A random session on a document: insert, select, connect, rename, commands, undo. Each document and preview is checked."""
    draw = random.Random(f"{name} {seed}")
    state = open_state(PAPERS[name]())
    most = max(40, len(state.document.content.nodes) + 10)
    for _ in range(events):
        document, before = state.document, state.preview
        items = sorted(items_of(document))
        x, y = draw.uniform(-150, 150), draw.uniform(-150, 150)
        tips = [anchor.tip for anchor in build(document).anchors.values()] or [(x, y)]
        several = draw.sample(items, min(len(items), draw.choice((1, 1, 2, 5))))
        chosen: list[Event] = draw.choice((
            [Insert(draw.choice(KIND_IDS), x, y)],
            [Select(frozenset(several))],
            [Select(frozenset(several)), Run(draw.choice(COMMAND_IDS))],
            [Press(*draw.choice(tips)), Move(x, y), Move(*draw.choice(tips)), Release(*draw.choice(tips))],
            [Committed(draw.choice(items or [""]), draw.choice(("W", "k: n=5", "a b", "", "softmax")))],
            [Run(draw.choice(("undo", "undo", "redo")))],
        ))  # fmt: skip
        if len(document.content.nodes) > most:
            chosen = [Select(frozenset(sorted(document.content.nodes)[::2])), Run("delete")]
        for event in chosen:
            state, _ = update(state, event)
            for shown, was in ((state.document, document), (state.preview, before)):
                if shown is not None and shown is not was:
                    check(shown, build(shown))
            document, before = state.document, state.preview


@pytest.mark.parametrize("name", ["blank", "attention", "57-bilinear-form", "63-head"])
def test_random_edits_give_what_building_from_nothing_gives(name: str) -> None:
    play(name, "short", 40)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", ["blank", "attention", "gpt2", "58-raise-lower", "33-mpo", "22-svd", "63-head"])
def test_long_random_edits_give_what_building_from_nothing_gives(name: str, seed: int) -> None:
    play(name, seed, 300)


def steps(diagram: Diagram) -> list[Diagram]:
    """A lattice after one edit after the other: a tensor renamed, one added, a wire deleted, a tensor, all taken back."""
    content = diagram.content
    middle = list(content.nodes)[len(content.nodes) // 2]
    tensor = content.nodes[middle]
    assert isinstance(tensor, Tensor)
    renamed = replace(diagram, content=replace(content, nodes=content.nodes | {middle: replace(tensor, name="Q")}))
    wire = next(w for w in content.wires.values() if index(content).owner[w.ends[0]] == middle)
    cut = edits.remove(renamed, [wire.id])
    gone = edits.remove(cut, [middle])
    back = replace(diagram, content=replace(diagram.content), layout=replace(diagram.layout))
    return [renamed, cut, gone, back]


def test_small_edits_of_a_lattice_draw_a_few_items_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    diagram = samples.lattice(100, labels=True, placed=True)
    module.forget()
    before = build(diagram)
    drawn: list[str] = []
    nodes = assembly._nodes
    monkeypatch.setattr(assembly, "_nodes", lambda made, ids: drawn.extend(ids) or nodes(made, ids))
    for edited in steps(diagram):
        drawn.clear()
        figure = build(edited)
        assert 0 < len(drawn) <= 5
        kept = {id(item) for item in before.items}
        assert sum(id(item) not in kept for item in figure.items) < 60
        check(edited, figure)
        before = figure


def test_a_click_finds_what_an_edit_left() -> None:
    diagram = samples.lattice(25, placed=True)
    module.forget()
    build(diagram)
    for edited in steps(diagram):
        figure = build(edited)
        for node, place in edited.layout.places.items():
            if node in edited.content.nodes:
                assert items_at(figure, (place.x, place.y), 1.0)[0].owner == node
