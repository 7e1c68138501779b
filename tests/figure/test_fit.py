"""A chosen width moves things apart or together; lines and letters keep their size, and nothing collides for it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.figure.build import build
from tensordraw.figure.checks import clashes
from tensordraw.figure.display import Figure
from tensordraw.figure.export import text
from tensordraw.figure.fit import SHORTEST, fitted, stretched
from tensordraw.figure.paths import bounds, grown, overlap
from tensordraw.templates import template
from tests.figure import samples


def width(figure: Figure) -> float:
    return figure.box[2] - figure.box[0] + 2


def letters(figure: Figure) -> set[float]:
    """Heights of all labels."""
    boxes = [bounds(s.path) for i in figure.items for s in i.shapes if s.role == "label"]
    return {round(bottom - top, 3) for _, top, _, bottom in boxes}


@pytest.mark.parametrize("wanted", [150.0, 200.0, 244.0])
def test_it_is_as_wide_as_asked_and_letters_keep_their_size(wanted: float) -> None:
    diagram = samples.svd()
    figure = fitted(diagram, "paper", wanted)
    assert width(figure) == pytest.approx(wanted, abs=0.05)
    assert letters(figure) == letters(build(diagram))


def test_a_small_figure_stands_in_the_middle_of_a_wide_page() -> None:
    figure = fitted(samples.matrix_product(), "paper", 500.0)
    assert width(figure) == pytest.approx(500.0, abs=0.05)
    inner = [item.box for item in figure.items]
    left, right = min(b[0] for b in inner) - figure.box[0], figure.box[2] - max(b[2] for b in inner)
    assert left == pytest.approx(right, abs=0.1)
    assert left > 50


@pytest.mark.parametrize("name", ["attention", "gpt2", "dense_network"])
def test_squeezing_never_pushes_things_onto_each_other(name: str) -> None:
    diagram = template(name)
    figure = fitted(diagram, "paper", 180.0)
    assert clashes(diagram, figure) == []


def test_the_printed_width_is_exact_in_any_case() -> None:
    assert 'width="243.78pt"' in text(template("gpt2"), width="86mm")
    assert 'width="243.78pt"' in text(samples.svd(), width="86mm")


def test_straight_wires_stay_straight() -> None:
    diagram = samples.stream()
    figure = build(stretched(diagram, 1.3))
    wires = [s for i in figure.items if i.owner in diagram.content.wires for s in i.shapes if s.role == "wire"]
    upright = [s for s in wires if len({round(p[-2], 6) for p in s.path}) == 1]  # type: ignore[misc]
    assert len(upright) >= 5


def test_a_squeezed_equation_keeps_air_around_its_sign() -> None:
    d = Draft()
    space = d.space("n", 3)
    terms = []
    for number, name in enumerate("AB"):
        terms.append(d.term().id)
        legs = [d.leg(space, "i", angle=180, length=6), d.leg(space, "j", angle=0, length=6)]
        d.tensor(name, legs, (120.0 * number, 0.0), inside=terms[-1])
    d.equation([(terms[0], "+"), (terms[1], "=")])
    diagram = d.build()
    natural = width(build(diagram))
    figure = fitted(diagram, "paper", natural - 66.0)  # which has room for the sign, but for no air beside it
    assert natural - 65.0 < width(figure) < natural - 20.0
    (sign,) = figure.signs.values()
    labels = [bounds(shape.path) for item in figure.items for shape in item.shapes if shape.role == "label"]
    assert labels
    assert not any(overlap(grown(sign, 4.0), box) for box in labels)


def test_squeezed_bodies_keep_a_piece_of_wire_between_them() -> None:
    d = Draft()
    space = d.space("n", 3)
    legs = [(d.leg(space, angle=180, length=20), d.leg(space, angle=0, length=20)) for _ in range(4)]
    for number, ends in enumerate(legs):
        d.tensor("ABCD"[number], ends, (40.0 * number, 0.0))
    for (_, one), (other, _) in pairwise(legs):
        d.wire(one, other)
    diagram = d.build()
    figure = fitted(diagram, "paper", width(build(diagram)) - 52.0)  # where 2.7 points would be left of each wire
    wires = [item.box for item in figure.items if item.owner in diagram.content.wires]
    assert len(wires) == 3
    assert all(right - left >= SHORTEST for left, _, right, _ in wires)


def test_a_body_of_given_size_grows_with_its_legs_so_that_wires_stay_straight() -> None:
    d = Draft()
    space = d.space("n", 3)
    below = [d.leg(space, angle=270, shift=shift) for shift in (-24.0, 24.0)]
    wide = d.tensor("B", below, (0.0, 0.0))
    d.places[wide.id] = replace(d.places[wide.id], width=60.0, height=20.0)
    for leg, x in zip(below, (-24.0, 24.0), strict=True):
        end = d.leg(space, angle=90)
        d.tensor("u", (end,), (x, 50.0))
        d.wire(leg, end)
    figure = fitted(d.build(), "paper", 140.0)
    for item in figure.items:
        if item.owner.startswith("w"):
            assert item.box[2] - item.box[0] < 1.0  # the width of the line


def test_open_legs_and_the_middles_of_notes_move_with_the_rest() -> None:
    d = Draft()
    space = d.space("n", 3)
    ends = [d.leg(space, "i", angle=180, length=20), d.leg(space, "j", angle=0, length=20)]
    d.tensor("A", ends, (0.0, 0.0))
    note = d.note("words below the matrix", -40.0, 30.0)
    natural = build(d.build())
    figure = fitted(d.build(), "paper", width(natural) + 20.0)
    for leg in ends:
        assert abs(figure.anchors[leg.id].tip[0]) > abs(natural.anchors[leg.id].tip[0]) + 3.0
    one, other = (next(i.box for i in made.items if i.owner == note.id) for made in (natural, figure))
    factor = figure.anchors[ends[1].id].tip[0] - figure.anchors[ends[1].id].root[0]
    factor /= natural.anchors[ends[1].id].tip[0] - natural.anchors[ends[1].id].root[0]
    assert (other[0] + other[2]) / 2 == pytest.approx((one[0] + one[2]) / 2 * factor, abs=0.01)
