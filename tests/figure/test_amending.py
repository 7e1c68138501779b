"""After edits of the content a scene is amended: always to what computing it from nothing gives, and without doing that."""

from __future__ import annotations

import random

import pytest
from msgspec.structs import replace

from tensordraw.diagram import edits, edits_layout, edits_names
from tensordraw.diagram.custom import Custom
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.macros import applied
from tensordraw.diagram.records import Diagram, Place, Tensor
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
    drawn = applied(diagram).content
    assert index(drawn) == whole_index(drawn)
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


@pytest.mark.parametrize("macros", ["", r"\newcommand{\n}{\mathbf{n}}"])
def test_small_edits_of_a_lattice_draw_a_few_items_anew(macros: str, monkeypatch: pytest.MonkeyPatch) -> None:
    diagram = replace(samples.lattice(100, labels=True, placed=True), custom=Custom(macros))
    wires = {key: replace(wire, label=r"\n") for key, wire in diagram.content.wires.items()} if macros else {}
    diagram = replace(diagram, content=replace(diagram.content, wires=diagram.content.wires | wires))
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


@pytest.mark.parametrize("height", [3.0, 5.0, 8.0])
def test_a_wire_goes_round_the_mark_of_a_copy_not_round_the_name_that_is_placed_later(height: float) -> None:
    draft = Draft()
    space = draft.space("n", 4)
    one, other = draft.leg(space, angle=0.0), draft.leg(space, angle=180.0)
    draft.tensor("A", [one], (0.0, 0.0))
    right = draft.tensor("B", [other], (200.0, 0.0)).id
    wire = draft.wire(one, other).id
    draft.copy("resid", [draft.leg(space, angle=90.0)], (), (100.0, height))
    diagram = edits_layout.set_curve(draft.build(), (wire,), style="orthogonal")
    build(diagram)
    moved = edits_layout.place_at(diagram, {right: (210.0, 0.0)})
    check(moved, build(moved))


@pytest.mark.parametrize("gap", [46.0, 54.0])
def test_a_bent_leg_follows_a_body_that_grows_beyond_where_the_leg_looked(gap: float) -> None:
    draft = Draft()
    space = draft.space("n", 4)
    draft.tensor("A", [draft.leg(space, angle=0.0)], (0.0, 0.0))
    other = draft.tensor("B", [draft.leg(space, angle=180.0)], (gap, 0.0)).id
    diagram = draft.build()
    small, tall = (
        replace(diagram, layout=replace(diagram.layout, places=diagram.layout.places | {other: place}))
        for place in (Place(gap, 0.0, width=20.0, height=20.0), Place(gap, 0.0, width=20.0, height=90.0))
    )
    build(small)
    check(tall, build(tall))


@pytest.mark.parametrize("gap", [20.0, 32.0, 40.0])
def test_a_border_reaches_around_the_legs_inside_as_nothing_bends_them(gap: float) -> None:
    draft = Draft()
    leg = draft.leg(draft.space("n", 4), angle=0.0)
    bubble = draft.bubble("max").id
    draft.tensor("A", [leg], (0.0, 0.0), inside=bubble)
    draft.tensor("B", [], (gap, 0.0), inside=bubble)
    below = draft.tensor("C", [], (0.0, 50.0), inside=bubble).id
    draft.change(bubble, axes=(leg.id,))
    diagram = draft.build()
    build(diagram)
    moved = edits_layout.place_at(diagram, {below: (0.0, 60.0)})
    check(moved, build(moved))


@pytest.mark.parametrize("at", [(44.0, 10.0), (43.0, 12.0)])
def test_a_leg_turns_from_a_square_that_fills_the_box_of_the_circle_that_it_was(at: tuple[float, float]) -> None:
    draft = Draft()
    draft.tensor("A", [draft.leg(draft.space("n", 4), angle=0.0)], (0.0, 0.0))
    other = draft.tensor("B", [], at).id
    for number in range(6):  # so many that a scene is followed at all
        draft.tensor("C", [], (200.0 + 40.0 * number, 300.0))
    diagram = draft.build()
    build(diagram)
    square = edits_names.set_fields(diagram, other, form="unitary")
    check(square, build(square))
