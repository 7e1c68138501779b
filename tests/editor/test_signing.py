r"""What is typed at a sign: arithmetic in LaTeX, a sum over an index; and pieces that are one term."""

from __future__ import annotations

import pytest

import tensordraw as td
from tensordraw.diagram import edits_terms
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import Id, Sum
from tensordraw.diagram.signs import sign_id, written
from tensordraw.editor import labels, signing
from tensordraw.editor.effects import EditLabel
from tensordraw.editor.events import Committed, Insert, Run
from tensordraw.errors import Error
from tensordraw.figure.build import build, from_nothing
from tensordraw.figure.checks import clashes
from tensordraw.program.findings import findings
from tests.editor.desk import Desk


def put(*texts: str) -> tuple[Desk, list[Id]]:
    desk = Desk()
    for number, text in enumerate(texts):
        desk.send(Insert("", 110.0 * number, 0.0, text=text))
    return desk, list(desk.content.nodes)


def equated(*texts: str) -> tuple[Desk, Id]:
    desk, nodes = put(*texts)
    desk.select(*nodes)
    desk.key("=")
    (equation,) = desk.content.equations.values()
    return desk, sign_id(equation.id, equation.parts[1].term)


def coefficient(desk: Desk) -> str:
    (equation,) = desk.content.equations.values()
    return equation.parts[1].coefficient


def sums(desk: Desk) -> list[Sum]:
    return [region for region in desk.content.regions.values() if isinstance(region, Sum)]


def test_latex_at_a_sign_is_taken_and_set_as_it_is_typed() -> None:
    desk, sign = equated("A: i=2", "B: i")
    for text in (r"= \frac{1}{\sqrt{2}}", "= 1/sqrt(2)"):
        desk.send(Committed(sign, text))
        assert coefficient(desk) == "1/sqrt(2)"
        assert signing.formula(desk.document, sign, text) == r"= \frac{1}{\sqrt{2}}"
    assert not desk.refused


def test_what_is_refused_says_what_to_do_and_shows_single_backslashes() -> None:
    desk, sign = equated("A: i=2", "B: i")
    before = desk.document
    why = labels.refusal(desk.document, sign, r"= \lambda")
    assert "put a tensor without legs into the term" in why
    assert "lambda:" in why
    why = labels.refusal(desk.document, sign, r"= \frac{1}{")
    assert r"\frac{1}{ cannot be read" in why
    assert "\\\\" not in why
    desk.send(Committed(sign, r"= \lambda"))
    assert desk.document is before
    assert labels.refusal(desk.document, sign, "= 2") == ""


def test_a_sum_that_is_typed_wraps_the_term_and_binds_its_legs() -> None:
    desk, sign = equated("M: i=2 j=3", "u: i k=4", "v: j k")
    assert "are one term" in desk.said
    desk.send(Committed(sign, r"= \sum_k"))
    (over,) = sums(desk)
    assert over.index == "k"
    assert [leg.index for leg in all_legs(desk.document).values()].count(over.id) == 2
    assert [one.what for one in findings(desk.document) if one.severity == "error"] == []
    assert labels.label_of(desk.document, sign) == r"= \sum_k"
    figure = build(desk.document)
    assert clashes(desk.document, figure) == []
    assert figure == from_nothing(desk.document)
    shapes = [shape for item in figure.items if item.owner == over.id for shape in item.shapes]
    assert all(shape.stroke is None for shape in shapes), "its sigma stands in front, and no box around"
    left, _, right, _ = figure.signs[sign]
    desk.send(Committed(sign, "= 2 \\sum_{n}"))
    assert sums(desk)[0].index == "n"
    assert labels.label_of(desk.document, sign) == r"= 2 \sum_n"
    desk.send(Committed(sign, "="))
    assert sums(desk) == []
    assert build(desk.document).signs[sign][2] - build(desk.document).signs[sign][0] < right - left


def test_the_sum_is_what_it_says() -> None:
    desk, sign = equated("M: i=2", "u: i k=4")
    desk.send(Committed(sign, r"= \sum_k"))
    verdict = td.check_equation(desk.document)
    assert not verdict.equal
    assert [leg.index is None for leg in all_legs(desk.document).values()].count(False) == 1


def test_the_menu_puts_a_sum_in_front_and_asks_for_its_index() -> None:
    desk, sign = equated("A: i=2", "B: i")
    desk.select(sign)
    desk.send(Run("sum_in_front"))
    (over,) = sums(desk)
    assert desk.asked(EditLabel).text == rf"= \sum_{over.index}"
    desk.send(Run("sum_in_front"))
    assert sums(desk) == [over]


def test_pieces_that_are_not_joined_become_one_term() -> None:
    desk, (m, u, v) = put("M: i=2 j=3", "u: i", "v: j")
    desk.select(u, v)
    desk.send(Run("one_term"))
    (term,) = desk.state.selection
    assert {desk.content.nodes[one].inside for one in (u, v)} == {term}
    desk.select(m, term)
    desk.key("=")
    (equation,) = desk.content.equations.values()
    assert [written(part, first=not k) for k, part in enumerate(equation.parts)] == ["", "="]
    assert [one.what for one in findings(desk.document) if one.severity == "error"] == []


def test_the_legs_say_which_pieces_are_one_side() -> None:
    desk, nodes = put("M: i=2 j=3", "u: i", "v: j")
    desk.select(*nodes)
    desk.key("=")
    (equation,) = desk.content.equations.values()
    assert len(equation.parts) == 2
    assert [one.what for one in findings(desk.document) if one.severity == "error"] == []
    desk.key("Ctrl+Z")
    assert desk.content.regions == {}


def test_a_term_is_joined_with_the_one_before_it_by_the_button_of_the_problem() -> None:
    desk, nodes = put("M: i=2 j=3", "u: i", "v: j n=5")
    desk.select(*nodes)
    desk.key("=")
    assert "One term" in desk.said
    (equation,) = desk.content.equations.values()
    assert len(equation.parts) == 3
    found = [one for one in findings(desk.document) if one.or_remedy == "join_before"]
    assert [one.items[0] for one in found] == [equation.parts[2].term]
    desk.send(Run("mend", ("join_before", found[0].items[0])))
    (equation,) = desk.content.equations.values()
    assert len(equation.parts) == 2
    assert {desk.content.nodes[one].inside for one in nodes[1:]} == {equation.parts[1].term}
    assert list(faults(desk.document)) == []
    with pytest.raises(Error, match="two terms at least"):
        edits_terms.one_term(desk.document, [part.term for part in equation.parts])
