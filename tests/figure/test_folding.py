"""Collapsed regions: a small change gives the picture that is made anew, legs lie where what they lead to looks at them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram import edits_layout
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, LegPlace, Tensor
from tensordraw.figure.build import build, forget
from tensordraw.figure.checks import clashes
from tensordraw.figure.closing import close_up, collapse, expand


def drawn() -> tuple[Diagram, Id, Id]:
    """Two layers drawn out, attention of the first and all of the second collapsed; the ids of both."""
    d = td.template("gpt2", layers=2, unroll=True)
    found = {r.name: r.id for r in d.content.regions.values()}
    return collapse(d, [found["attention 0"], found["layer 1"]]), found["attention 0"], found["layer 1"]


def tensor(d: Diagram, name: str, number: int = 0) -> Id:
    return [n.id for n in d.content.nodes.values() if isinstance(n, Tensor) and n.name == name][number]


CHANGES: dict[str, Callable[[Diagram, Id, Id], Diagram]] = {
    "a body elsewhere": lambda d, one, two: edits_layout.move(d, [tensor(d, "W_in")], 5.0, 3.0),
    "a neighbour of a box": lambda d, one, two: edits_layout.move(d, [tensor(d, "W_U")], 25.0, -3.0),
    "a box": lambda d, one, two: edits_layout.move(d, [one], 40.0, 12.0),
    "another box": lambda d, one, two: edits_layout.move(d, [two], 30.0, -20.0),
    "what is hidden": lambda d, one, two: edits_layout.move(d, [tensor(d, "W_O")], 9.0, 9.0),
    "its look": lambda d, one, two: edits_layout.set_look(d, [one], colour="red", weight="bold"),
    "one more collapsed": lambda d, one, two: collapse(d, [r.id for r in d.content.regions.values() if r.name == "mlp 0"]),
    "expanded": lambda d, one, two: expand(d, [one]),
    "a note": lambda d, one, two: edits_layout.add_note(d, "words", 300.0, 0.0)[0],
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_gives_the_figure_that_is_made_anew(change: str) -> None:
    d, one, two = drawn()
    build(d)
    after = CHANGES[change](d, one, two)
    build(d)  # the last one: what follows is worked out from it
    followed = build(replace(after))
    forget()
    anew = build(after)
    assert {item.owner: item for item in followed.items} == {item.owner: item for item in anew.items}
    assert followed.box == pytest.approx(anew.box)


def test_legs_leave_by_the_side_that_their_neighbours_look_from() -> None:
    d, one, two = drawn()
    figure = build(d)
    sides: dict[Id, list[float]] = {one: [], two: []}
    boxes = {item.owner: item.box for item in figure.items if item.owner in sides}
    for wire in d.content.wires.values():
        for end in wire.ends:
            anchor = figure.anchors.get(end)
            for region, (left, top, right, bottom) in boxes.items():
                x, y = anchor.root if anchor is not None else (1e9, 1e9)
                if left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1:
                    assert anchor is not None
                    sides[region].append(anchor.angle)
    assert sides[one] == [180.0, 180.0]  # attention stands to the right of its plus
    assert sorted(sides[two]) == [90.0, 270.0, 270.0]  # seq is open above
    assert clashes(d, figure) == []


def test_a_box_says_what_it_reads() -> None:
    d, one, _ = drawn()
    text = next(item.text for item in build(d).items if item.owner == one)
    assert "attention 0" in text
    assert "resid" in text


def test_closing_up_leaves_what_is_close() -> None:
    d = td.template("mlp_block")
    assert close_up(d, [build(d).box]).layout.places == d.layout.places


def test_expanding_where_others_moved_in_makes_room() -> None:
    d = td.template("gpt2")
    block = next(r.id for r in d.content.regions.values() if r.name == "attention")
    small = collapse(d, [block], close=True)
    assert build(small).box[3] - build(small).box[1] < build(d).box[3] - build(d).box[1] - 80.0
    large = expand(small, [block])
    assert clashes(large, build(large)) == []
    inside = {n.id for n in d.content.nodes.values() if n.inside != "root"}
    assert large.content is d.content
    assert inside <= large.layout.places.keys()


@pytest.mark.parametrize("placed", [False, True])
def test_an_open_leg_of_a_collapsed_bubble_stays_on_its_side(placed: bool) -> None:
    """Attention as it is drawn by hand: the query leaves the bubble on the left, the key leads up to V on the right."""
    d = Draft()
    bubble = d.bubble("softmax")
    query, key = d.leg("q"), d.leg("k")
    ends = [d.leg("h", angle=0.0), d.leg("h", angle=180.0)]
    d.tensor("Q", [query, ends[0]], (0, 0), inside=bubble.id)
    d.tensor("K", [ends[1], key], (80, 0), inside=bubble.id)
    d.wire(*ends)
    if placed:
        d.leg_places[query.id] = LegPlace(180.0)
    value = d.leg("k")
    d.tensor("V", [value, d.leg("h", angle=180.0)], (80, -80))
    d.wire(key, value)
    made = d.build()
    assert build(made).anchors[query.id].angle == 180.0
    assert build(collapse(made, [bubble.id])).anchors[query.id].angle == 180.0
