"""Sums in terms: the sigma in front of a term, equal air around every sign, commas at what they end."""

from __future__ import annotations

import pytest

from tensordraw.diagram import edits, edits_names, edits_regions
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Part, Sign, Sum
from tensordraw.figure.arranging import arranged
from tensordraw.figure.build import build, from_nothing
from tensordraw.figure.checks import clashes
from tensordraw.figure.extents import extents
from tensordraw.figure.signs import words


def summed(coefficient: str = "1", name: str = "", more: bool = False) -> tuple[Diagram, Id]:
    """M = sum over k of u v, and the id of the sum; with `more` a scalar beside the sum in the term."""
    d = Draft()
    i, j, k = (d.space(name, 3) for name in "ijk")
    left, right = d.term(), d.term()
    d.tensor("M", [d.leg(i, "i"), d.leg(j, "j")], inside=left.id)
    over = d.sum("k", k, inside=right.id, name=name)
    d.tensor("u", [d.leg(i, "i"), d.leg(k, index=over.id)], inside=over.id)
    d.tensor("v", [d.leg(j, "j"), d.leg(k, index=over.id)], inside=over.id)
    if more:
        d.tensor("c", [], inside=right.id)
    d.equation([Part(left.id), Part(right.id, "=", coefficient)])
    return arranged(d.build()), over.id


def border(diagram: Diagram, region: Id) -> list[object]:
    return [
        s.stroke for item in build(diagram).items if item.owner == region for s in item.shapes if s.role == "region"
    ]


def test_the_sigma_of_a_sum_that_is_all_of_a_term_stands_in_front_of_it() -> None:
    diagram, over = summed()
    figure = build(diagram)
    (sign,) = figure.signs.values()
    assert border(diagram, over) == [None]
    assert not [s for item in figure.items if item.owner == over for s in item.shapes if s.role == "label"]
    (first, second) = (
        extents(diagram)[term][1]
        for term in (e for p in diagram.content.equations.values() for e in (one.term for one in p.parts))
    )
    assert first[2] < sign[0] < sign[2] < second[0]
    assert clashes(diagram, figure) == []
    assert words(Part("r1", "=", "2"), False, Sum("r2", index="k", space="s1")) == r"= 2\,\sum_{k}"
    assert words(Part("r1"), True, Sum("r2", index="k", space="s1")) == r"\sum_{k}"


@pytest.mark.parametrize(("name", "more"), [("heads", False), ("", True)])
def test_a_named_sum_and_one_that_is_not_all_of_its_term_keep_their_box(name: str, more: bool) -> None:
    diagram, over = summed(name=name, more=more)
    assert None not in border(diagram, over)
    assert clashes(diagram, build(diagram)) == []


def test_an_edit_that_makes_a_sum_all_of_its_term_draws_it_so() -> None:
    diagram, over = summed(more=True)
    build(diagram)
    scalar = next(node.id for node in diagram.content.nodes.values() if getattr(node, "name", "") == "c")
    after = edits.remove(diagram, [scalar])
    assert border(after, over) == [None]
    assert build(after) == from_nothing(after)
    again = edits_regions.set_binder(after, over, "m")
    assert build(again) == from_nothing(again)
    named = edits_names.rename(again, over, "heads")
    assert build(named) == from_nothing(named)


@pytest.mark.parametrize("coefficient", ["1", "1/sqrt(2)", "1/sqrt(i)", "20000"])
def test_arranging_leaves_equal_air_around_signs_of_any_width(coefficient: str) -> None:
    gaps = []
    for each in ("1", coefficient):
        diagram, _ = summed(each)
        (sign,), ends = build(diagram).signs.values(), [whole for _, whole in extents(diagram).values()]
        ends = sorted(ends)[:2]
        gaps.append((sign[0] - ends[0][2], ends[1][0] - sign[2]))
    for before, after in gaps:
        assert before == pytest.approx(after, abs=0.1)
    assert gaps[0][0] == pytest.approx(gaps[1][0], abs=2.0)


def test_a_comma_stands_at_the_end_of_what_it_ends() -> None:
    d = Draft()
    space, parts = d.space("n", 3), []
    signs: list[Sign] = ["+", ","]
    for number, sign in enumerate(signs):
        term = d.term()
        d.tensor("AB"[number], [d.leg(space, "i"), d.leg(space, "j")], (200.0 * number, 0.0), inside=term.id)
        parts.append(Part(term.id, sign))
    d.equation(parts)
    diagram = d.build()
    (comma,) = build(diagram).signs.values()
    (_, first), (_, second) = (extents(diagram)[part.term] for part in parts)
    assert 0 < comma[0] - first[2] < 6 < second[0] - comma[2]
