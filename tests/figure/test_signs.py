"""Equations: a sign between terms, midway, clear of legs and labels; terms stand without parentheses."""

from __future__ import annotations

import random

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Part, Sign
from tensordraw.diagram.signs import sign_id
from tensordraw.figure import signs
from tensordraw.figure.arranging import arranged
from tensordraw.figure.build import build, forget
from tensordraw.figure.checks import clashes
from tensordraw.figure.describe import describe
from tensordraw.figure.paths import bounds, overlap
from tensordraw.figure.svg import svg
from tests.figure import samples


def row(*parts: tuple[Sign, str], gap: float = 100.0, size: int = 3) -> Diagram:
    """Matrices in a row, each a term of one equation."""
    d = Draft()
    space = d.space("n", size)
    made = []
    for k, (sign, coefficient) in enumerate(parts):
        term = d.term()
        legs = [d.leg(space, "i", angle=180), d.leg(space, "j", angle=0)]
        d.tensor("ABCDEF"[k], legs, (gap * k, 0.0), inside=term.id)
        made.append(Part(term.id, sign, coefficient))
    d.equation(made)
    return d.build()


def sign_of(diagram: Diagram, term: Id) -> tuple[float, float]:
    (equation,) = diagram.content.equations
    left, top, right, bottom = build(diagram).signs[sign_id(equation, term)]
    return (left + right) / 2, (top + bottom) / 2


def terms(diagram: Diagram) -> list[Id]:
    (equation,) = diagram.content.equations.values()
    return [part.term for part in equation.parts]


def test_a_sign_stands_midway_between_its_terms() -> None:
    diagram = row(("+", "1"), ("=", "1"))
    _, second = terms(diagram)
    figure = build(diagram)
    assert [item.partition(".")[2] for item in figure.signs] == [second]  # a plain first term has none
    x, y = sign_of(diagram, second)
    assert (x, y) == (pytest.approx(50.0, abs=1.0), pytest.approx(0.0, abs=0.5))


def test_terms_of_an_equation_are_drawn_without_parentheses_but_keep_their_place() -> None:
    diagram = row(("+", "1"), ("=", "1"))
    term = terms(diagram)[0]
    item = next(item for item in build(diagram).items if item.owner == term)
    assert [shape for shape in item.shapes if shape.fill or shape.stroke] == []
    assert item.box[0] < 0 < item.box[2]  # it can still be hit
    assert f'id="{term}"' not in svg(build(diagram))
    d = Draft(diagram)
    d.equations.clear()
    loose = build(d.build())
    item = next(item for item in loose.items if item.owner == term)
    assert sum(shape.stroke is not None for shape in item.shapes) == 2


def test_signs_have_the_equation_as_their_owner() -> None:
    diagram = row(("-", "1"), ("=", "1"), ("+", "1/sqrt(n)"), ("≈", "2"))
    (equation,) = diagram.content.equations
    item = next(item for item in build(diagram).items if item.owner == equation)
    assert [shape.role for shape in item.shapes] == ["sign"] * 4
    assert f'id="{equation}"' in svg(build(diagram))


@pytest.mark.parametrize("gap", [72.0, 80.0, 100.0])
def test_nothing_lies_on_a_sign(gap: float) -> None:
    diagram = row(("-", "1"), ("=", "1"), ("+", "n-1"), (":=", "1"), (",", "1"), gap=gap)
    figure = build(diagram)
    assert clashes(diagram, figure) == []
    for item in figure.items:
        for shape in item.shapes:
            if shape.role in ("leg", "label", "body"):
                assert not any(overlap(bounds(shape.path), box) for box in figure.signs.values())


def test_a_term_on_a_new_line_has_its_sign_on_the_left() -> None:
    diagram = row(("+", "1"), ("=", "1"), gap=0.0)
    d = Draft(diagram)
    second = max(d.places)
    d.places[second] = samples.shifted(diagram, {second: (0.0, 80.0)}).layout.places[second]
    diagram = d.build()
    x, y = sign_of(diagram, terms(diagram)[1])
    assert x < -20.0
    assert y == pytest.approx(80.0, abs=0.5)


def test_a_new_line_may_begin_to_the_right_of_the_line_before() -> None:
    diagram = row(("+", "1"), ("=", "1"), gap=150.0)
    d = Draft(diagram)
    second = max(d.places)
    d.places[second] = samples.shifted(diagram, {second: (0.0, 60.0)}).layout.places[second]
    diagram = d.build()
    (_, own) = (
        build(diagram).anchors[leg.id].tip[0] for node in diagram.content.nodes.values() for leg in node.legs[:1]
    )
    x, y = sign_of(diagram, terms(diagram)[1])
    assert own - 25.0 < x < own
    assert y == pytest.approx(60.0, abs=0.5)


def test_a_comma_ends_a_line() -> None:
    diagram = row(("+", "1"), (",", "1"), gap=0.0)
    d = Draft(diagram)
    second = max(d.places)
    d.places[second] = samples.shifted(diagram, {second: (0.0, 80.0)}).layout.places[second]
    x, y = sign_of(d.build(), terms(diagram)[1])
    assert x > 20.0
    assert abs(y) < 6.0


@pytest.mark.parametrize(
    ("part", "first", "made"),
    [
        (Part("r1"), True, ""), (Part("r1", "-"), True, "-"), (Part("r1", "+", "2"), True, "2"), (Part("r1"), False, "+"),
        (Part("r1", "+", "-2"), False, "-2"), (Part("r1", "-", "n+1"), False, r"-\left(n+1\right)"),
        (Part("r1", "=", "1"), False, "="), (Part("r1", "=", "-1"), False, "= -"), (Part("r1", ":="), False, r"\coloneqq"),
        (Part("r1", "+", "1/sqrt(n)"), False, r"+\frac{1}{\sqrt{n}}"), (Part("r1", "≈", "2"), False, r"\approx 2"),
        (Part("r1", "+", "1/(n+1)"), False, r"+\frac{1}{n+1}"),
    ],
)  # fmt: skip
def test_sign_and_coefficient_in_latex(part: Part, first: bool, made: str) -> None:
    assert signs.words(part, first) == made


def test_an_equation_in_words() -> None:
    words = describe(row(("-", "1"), ("=", "2"), ("+", "1")))
    assert (
        "An equation: minus the term (A) equals 2 times the term (B) plus the term (C); open legs i in n; j in n."
        in words
    )
    assert "No open legs" not in words


@pytest.mark.parametrize("seed", range(8))
def test_dragging_gives_what_building_from_nothing_gives(seed: int) -> None:
    diagram = row(("-", "1"), ("=", "2"), ("+", "1"), ("≈", "1/n"), gap=60.0)
    rng = random.Random(seed)
    build(diagram)
    for _ in range(4):
        node = rng.choice(list(diagram.layout.places))
        diagram = samples.shifted(diagram, {node: (rng.uniform(-60, 60), rng.uniform(-60, 60))})
        dragged = build(diagram)
    forget()
    assert build(samples.shifted(diagram, {})) == dragged


def test_rows_of_an_equation_stand_on_their_relation_signs() -> None:
    """A = B, and below it C + D + E = F: the narrower left side has room before it."""
    d = Draft()
    space, parts = d.space("n", 3), []
    signs: list[Sign] = ["+", "=", ",", "+", "+", "="]
    for name, sign in zip("ABCDEF", signs, strict=True):
        term = d.term()
        d.tensor(name, [d.leg(space, "i"), d.leg(space, "j")], inside=term.id)
        parts.append(Part(term.id, sign))
    d.equation(parts)
    diagram = arranged(d.build())
    (first, upper), (second, lower) = (sign_of(diagram, parts[at].term) for at in (1, 5))
    assert first == pytest.approx(second, abs=2.0)
    assert lower - upper > 40
    assert clashes(diagram, build(diagram)) == []
