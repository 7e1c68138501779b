"""A drawing on its side and upright again: clean, level words, straight streams, and the same places when turned back."""

from __future__ import annotations

import math

import pytest

import tensordraw as td
from tensordraw.diagram import edits_layout
from tensordraw.figure.build import build
from tensordraw.figure.checks import clashes
from tensordraw.figure.turning import NEAR, WIDER, respaced, turned
from tests.sketch import Sketch


def test_what_was_above_is_to_the_right() -> None:
    d = td.einsum("i j, j k -> i k", "A", "B")
    first, second = d.content.nodes
    side = turned(d)
    a, b = (side.layout.places[node] for node in (first, second))
    assert a.x == b.x  # side by side before, so above each other now
    assert a.y < b.y
    assert side.content is d.content
    assert all(leg.angle in (90.0, 270.0) for leg in side.layout.legs.values())


@pytest.mark.parametrize("name", ["gpt2", "bert", "mlp_block", "svd", "mps"])
def test_there_and_back_is_the_same_drawing(name: str) -> None:
    d = td.template(name)
    other = turned(turned(d), upright=True)
    first = next(iter(d.content.nodes))
    dx = other.layout.places[first].x - d.layout.places[first].x
    dy = other.layout.places[first].y - d.layout.places[first].y
    moved = max(
        math.dist((p.x + dx, p.y + dy), (other.layout.places[node].x, other.layout.places[node].y))
        for node, p in d.layout.places.items()
    )
    assert other.layout.legs == d.layout.legs
    assert moved < 25.0  # to the right, words may need more room


@pytest.mark.parametrize("upright", [False, True])
def test_isometries_turn_with_their_legs(upright: bool) -> None:
    d = turned(td.template("svd"), upright=upright)
    assert clashes(d, build(d)) == []
    assert td.problems(d) == []


def test_spacing_keeps_short_gaps_and_the_order() -> None:
    at = respaced([0.0, 10.0, 60.0], WIDER)
    assert at(10.0) - at(0.0) == 10.0
    assert at(60.0) - at(10.0) == pytest.approx(NEAR + (50.0 - NEAR) * WIDER)
    back = respaced([at(0.0), at(10.0), at(60.0)], 1 / WIDER)
    assert back(at(60.0)) - back(at(0.0)) == pytest.approx(60.0)


def test_spacing_makes_the_room_that_is_needed() -> None:
    at = respaced([0.0, 30.0, 40.0], 1.0, [(0.0, 40.0, 90.0)])
    assert at(40.0) - at(0.0) == 90.0
    assert at(30.0) - at(0.0) == 30.0


def test_notes_labels_and_way_points_go_along() -> None:
    s = Sketch(i=3)
    s.tensor("A: i")
    s.tensor("B: i")
    wire = s.wire("A.i", "B.i")
    d = edits_layout.place_at(s.build(), {s.ids["A"]: (0.0, 0.0), s.ids["B"]: (100.0, 0.0)})
    d, note = edits_layout.add_note(d, "words", 100.0, -16.0)
    d = edits_layout.set_curve(d, [wire], points=[(100.0, 16.0)])
    d = edits_layout.offset_label(d, wire, (0.0, -7.0))
    side = turned(d)
    there = side.layout.places[s.ids["B"]]
    assert (side.layout.notes[note].x, side.layout.notes[note].y) == (there.x + 16.0, there.y)
    assert side.layout.curves[wire].points == ((there.x - 16.0, there.y),)
    assert side.layout.labels[wire] == (7.0, 0.0)
