"""The grid finds what a search of everything finds, also when things are very large or very far away."""

from __future__ import annotations

import math
import random

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.figure.build import build, from_nothing
from tensordraw.figure.grid import Chord, Grid
from tensordraw.figure.paths import overlap, segment_hits_box
from tests.figure import samples
from tests.growth import calls, peak


@pytest.mark.parametrize("span", [50.0, 1000.0, 1e5, 1e9])
def test_hits_are_those_of_a_full_search(span: float) -> None:
    rng = random.Random(int(span))
    grid = Grid()
    boxes, lines = {}, {}

    def spot() -> tuple[float, float]:
        return rng.uniform(-span, span), rng.uniform(-span, span)

    for k in range(60):
        (x, y), size = spot(), rng.choice((5.0, 60.0, span / 2))
        boxes[f"b{k}"] = (x, y, x + size, y + size / 2)
        grid.put(f"b{k}", [boxes[f"b{k}"]])
        start = spot()
        line: Chord = (start, (start[0] + rng.uniform(-size, size), start[1] + rng.uniform(-size, size)))
        lines[f"l{k}"] = line
        grid.put(f"l{k}", lines=[line])
    for owner in rng.sample([*boxes, *lines], 40):
        grid.take(owner)
        boxes.pop(owner, None)
        lines.pop(owner, None)
    for _ in range(200):
        x, y = spot()
        box = (x, y, x + rng.choice((1.0, span / 10)), y + 20.0)
        found = sum(overlap(box, b) for b in boxes.values()) + sum(segment_hits_box(*c, box) for c in lines.values())
        assert grid.hits(box) == found
        assert set(grid.inside(box)) == {k for k, b in boxes.items() if overlap(box, b)}


@pytest.mark.parametrize("far", [1e4, 1e6, 1e9])
def test_a_tensor_dragged_far_away_costs_nothing(far: float) -> None:
    diagram = samples.lattice(16, labels=True)
    node = next(iter(diagram.content.nodes))
    near, away = (samples.shifted(diagram, {node: (-by, by)}) for by in (10.0, far))
    from_nothing(near)  # what is kept of labels and shapes
    assert calls(lambda: from_nothing(away)) < 3 * calls(lambda: from_nothing(near))
    assert peak(lambda: from_nothing(away)) < 8e6, "bytes: a table of all cells along a line would take gigabytes"
    assert all(map(math.isfinite, build(away).box))


def test_a_wide_note_and_a_wide_region() -> None:
    d = Draft()
    d.note("word " * 3000, 0, 0)
    region = d.bubble("relu")
    for x in (0.0, 1e6):
        d.tensor("A", [d.leg("s")], (x, x), inside=region.id)
    assert build(d.build()).box[2] > 1e6


def test_a_line_that_is_mirrored_in_its_box_has_changed_and_emptied_cells_are_dropped() -> None:
    grid = Grid()
    grid.put("w", lines=[((0.0, 0.0), (30.0, 30.0))])
    grid.changes()
    grid.take("w")
    assert not grid.cells
    grid.put("w", lines=[((0.0, 30.0), (30.0, 0.0))])
    assert (0.0, 0.0, 30.0, 30.0) in grid.changes()
    grid.take("w")
    grid.put("w", lines=[((0.0, 30.0), (30.0, 0.0))])
    assert grid.changes() == []
