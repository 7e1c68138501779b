"""Edits of equations: making them from terms and pieces, signs, order, taking apart; fragments and removal keep them."""

from __future__ import annotations

import pytest

from tensordraw.diagram import edits, edits_equation_legs, edits_equations, edits_regions, fragments
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Diagram, Equation, Id, Operand, Part, Sign, Term
from tensordraw.diagram.signs import equation_of, sign_id, signed, typed, written
from tensordraw.diagram.words import item_words
from tensordraw.errors import Error


def matrices(*names: str, gap: float = 100.0) -> tuple[Diagram, list[Id]]:
    """Matrices in a row, not joined."""
    d = Draft()
    s = d.space("n", 3)
    made = [d.tensor(name, [d.leg(s, "i"), d.leg(s, "j")], (gap * k, 0.0)).id for k, name in enumerate(names)]
    return d.build(), made


def only(diagram: Diagram) -> Equation:
    (equation,) = diagram.content.equations.values()
    return equation


def read(diagram: Diagram) -> str:
    """The equation as it is read: names of the tensors in its terms, with the signs between."""
    words = []
    for number, part in enumerate(only(diagram).parts):
        held = [n.name for n in diagram.content.nodes.values() if n.inside == part.term]  # type: ignore[union-attr]
        words += [written(part, first=number == 0), "".join(held)]
    return " ".join(filter(None, words))


def equated(*names: str, sign: Sign = "=") -> Diagram:
    diagram, nodes = matrices(*names)
    return edits_equations.relate(diagram, nodes, sign)[0]


def test_pieces_become_terms_from_left_to_right() -> None:
    diagram, (b, a) = matrices("B", "A", gap=-100.0)
    after, signs = edits_equations.relate(diagram, [b, a], "=")
    assert read(after) == "A = B"
    assert signs == (sign_id(only(after).id, only(after).parts[1].term),)
    assert list(faults(after)) == []
    assert problems(after.content) == ()


def test_a_connected_piece_is_taken_whole() -> None:
    diagram, (a, b, c) = matrices("A", "B", "C")
    diagram = edits.connect(diagram, diagram.content.nodes[a].legs[1].id, diagram.content.nodes[b].legs[0].id)
    after, _ = edits_equations.relate(diagram, [a, c], "=")
    assert read(after) == "AB = C"
    with pytest.raises(Error, match="at least two terms"):
        edits_equations.relate(diagram, [a, b], "=")


def test_terms_are_used_as_they_are_and_rows_are_read_one_after_the_other() -> None:
    d = Draft()
    s = d.space("n", 3)
    terms = []
    for name, x, y in (("C", 0.0, 90.0), ("B", 100.0, 4.0), ("A", 0.0, 0.0), ("D", 100.0, 90.0)):
        terms.append(d.term())
        d.tensor(name, [d.leg(s)], (x, y), inside=terms[-1].id)
    after, _ = edits_equations.relate(d.build(), [term.id for term in terms], "+")
    assert read(after) == "A + B + C + D"
    assert {part.term for part in only(after).parts} == {term.id for term in terms}


def test_a_sum_of_terms_is_one_piece_with_its_terms() -> None:
    d = Draft()
    s = d.space("n", 3)
    one, two = d.term(), d.term()
    d.tensor("a", [], (0, 0), inside=one.id)
    d.tensor("b", [], (60, 0), inside=two.id)
    d.add([Operand(of=one.id), Operand(of=two.id)], at=(30, 0))
    d.tensor("c", [], (160, 0))
    d.tensor("D", [d.leg(s)], (260, 0))
    names = {node.name: node.id for node in d.nodes.values() if hasattr(node, "name")}
    after, _ = edits_equations.relate(d.build(), [one.id, names["c"]], "=")
    left, right = only(after).parts
    assert after.content.regions[one.id].inside == left.term
    assert after.content.nodes[names["c"]].inside == right.term


def test_a_new_term_goes_to_its_place_in_an_equation() -> None:
    diagram = equated("A", "B")
    d = Draft(diagram)
    s = d.space("n")
    middle = d.tensor("M", [d.leg(s, "i"), d.leg(s, "j")], (50.0, 0.0)).id
    last = d.tensor("Z", [d.leg(s, "i"), d.leg(s, "j")], (500.0, 0.0)).id
    front = d.tensor("F", [d.leg(s, "i"), d.leg(s, "j")], (-90.0, 0.0)).id
    diagram = d.build()
    (term, *_) = (part.term for part in only(diagram).parts)
    assert read(edits_equations.relate(diagram, [term, middle], "+")[0]) == "A + M = B"
    assert read(edits_equations.relate(diagram, [term, last], "-")[0]) == "A = B - Z"
    after, signs = edits_equations.relate(diagram, [term, front], "≈")
    assert read(after) == "F ~ A = B"
    assert [signed(after.content, item)[1] for item in signs] == [1]  # type: ignore[index]


def test_two_equations_become_one() -> None:
    diagram, nodes = matrices("A", "B", "C", "D")
    diagram, _ = edits_equations.relate(diagram, nodes[:2], "=")
    diagram, _ = edits_equations.relate(diagram, nodes[2:], "+")
    assert len(diagram.content.equations) == 2
    first, second = diagram.content.equations.values()
    after, _ = edits_equations.relate(diagram, [first.id, second.id], ":=")
    assert read(after) == "A = B := C + D"


def test_signs_and_coefficients_are_set() -> None:
    diagram = equated("A", "B", "C", sign="+")
    first, second, third = (sign_id(only(diagram).id, part.term) for part in only(diagram).parts)
    after = edits_equations.set_sign(diagram, second, "=", "1/sqrt(n)")
    after = edits_equations.set_sign(after, third, coefficient="2")
    after = edits_equations.set_sign(after, first, "-")
    assert read(after) == "- A = 1/sqrt(n) B + 2 C"
    assert edits_equations.set_sign(after, third, coefficient=" 2 ") is after
    with pytest.raises(Error, match="no relation before it"):
        edits_equations.set_sign(after, first, "=")
    with pytest.raises(Error, match="no longer exists"):
        edits_equations.set_sign(after, "e1.r99", "=")
    # of terms that are in the equation the sign is changed; the first keeps none
    terms = [part.term for part in only(after).parts]
    again, signs = edits_equations.relate(after, terms, "≈")
    assert read(again) == "- A ~ 1/sqrt(n) B ~ 2 C"
    assert signs == (second, third)
    assert read(edits_equations.relate(after, [second], ",")[0]) == "- A , 1/sqrt(n) B + 2 C"
    with pytest.raises(Error, match="no relation before it"):
        edits_equations.relate(after, [terms[0]], "=")


def test_taking_terms_out() -> None:
    diagram = equated("A", "B", "C")
    terms = [part.term for part in only(diagram).parts]
    assert read(edits_equations.take_out(diagram, terms[:1])) == "B = C"
    alone = edits_equations.take_out(diagram, terms[1:])
    assert alone.content.equations == {}
    assert len(alone.content.regions) == 3
    assert edits_equations.take_out(alone, terms) is alone


def test_moving_a_term_exchanges_it_with_its_neighbour() -> None:
    diagram = equated("A", "B", "C", sign="+")
    second = sign_id(only(diagram).id, only(diagram).parts[1].term)
    diagram = edits_equations.set_sign(diagram, second, "=", "2")
    places = {node.name: node.id for node in diagram.content.nodes.values()}  # type: ignore[union-attr]
    after = edits_equations.move_part(diagram, second, -1)
    assert read(after) == "2 B = A + C"
    assert after.layout.places[places["B"]].x == 0.0
    assert after.layout.places[places["A"]].x == 100.0
    assert edits_equations.move_part(after, sign_id(only(after).id, only(after).parts[2].term), 1) is after


def test_removing_a_sign_an_equation_or_a_term() -> None:
    diagram = equated("A", "B", "C")
    equation = only(diagram)
    second = equation.parts[1].term
    assert read(edits.remove(diagram, [sign_id(equation.id, second)])) == "A = C"
    gone = edits.remove(diagram, [equation.id])
    assert gone.content.equations == {}
    assert gone.content.regions == diagram.content.regions
    assert read(edits.remove(diagram, [second])) == "A = C"


def test_a_fragment_keeps_an_equation_whose_terms_are_all_taken() -> None:
    diagram = equated("A", "B")
    equation = only(diagram)
    terms = [part.term for part in equation.parts]
    part = fragments.extract(diagram, terms)
    assert read(part) == "A = B"
    assert fragments.extract(diagram, [equation.id]) == part
    assert fragments.extract(diagram, terms[:1]).content.equations == {}
    after, ids = fragments.insert(diagram, part, 0.0, 100.0)
    assert list(faults(after)) == []
    assert len(after.content.equations) == 2
    assert {equation_of(after.content, item) is not None for item in ids} == {True}
    inner, _ = fragments.insert(after, part, 0.0, 200.0, terms[0])
    assert len(inner.content.equations) == 2, "inside a region terms stand alone"
    doubled, _ = fragments.duplicate(diagram, [equation.id], 20.0, 20.0)
    assert len(doubled.content.equations) == 2


@pytest.mark.parametrize(
    ("text", "sign", "coefficient"),
    [
        ("=", "=", "1"), (" = 2", "=", "2"), ("~", "≈", "1"), ("~= -1", "≈", "-1"), (":=1/sqrt(n)", ":=", "1/sqrt(n)"),
        ("+", "+", "1"), ("-n", "-", "n"), ("2", "+", "2"), (", 3", ",", "3"), ("", "+", "1"), ("≈", "≈", "1"),
    ],
)  # fmt: skip
def test_signs_are_typed_as_they_are_read(text: str, sign: Sign, coefficient: str) -> None:
    assert typed(text) == (sign, coefficient)
    part = Part("r1", sign, coefficient)
    assert typed(written(part)) == (sign, coefficient)


@pytest.mark.parametrize("text", ["= = 2", "=~", ": 2", "+ +"])
def test_what_is_no_sign_is_refused(text: str) -> None:
    with pytest.raises(Error, match="is not a sign"):
        typed(text)


def test_items_of_an_equation_in_words() -> None:
    diagram = equated("A", "B")
    equation = only(diagram)
    assert item_words(equation.id, diagram.content) == "equation"
    assert item_words(sign_id(equation.id, equation.parts[1].term), diagram.content) == "sign = before term"
    assert isinstance(diagram.content.regions[equation.parts[0].term], Term)


def test_legs_are_matched_by_order_within_their_space() -> None:
    d = Draft()
    n, m = d.space("n", 3), d.space("m", 2)
    made = [
        d.tensor("A", [d.leg(n), d.leg(m), d.leg(n)], (0, 0)),
        d.tensor("B", [d.leg(n), d.leg(n, "j"), d.leg(m)], (99, 0)),
    ]
    diagram, _ = edits_equations.relate(d.build(), [node.id for node in made], "=")
    found = [problem for problem in problems(diagram.content) if problem.remedy]
    assert {problem.remedy for problem in found} == {"match_legs"}
    for problem in found:
        after, equation = edits_equation_legs.match_legs(diagram, problem.items[0])
        assert equation == only(diagram).id
        assert problems(after.content) == ()
        labels = [[leg.label for leg in after.content.nodes[node.id].legs] for node in made]  # type: ignore[union-attr]
        assert labels == [["i", "", "j"], ["i", "j", ""]]
    assert edits_equation_legs.match_legs(after, equation)[0] is after
    with pytest.raises(Error, match="no part of an equation"):
        edits_equation_legs.match_legs(d.build(), made[0].id)


def test_a_plain_term_that_is_left_alone_is_no_equation() -> None:
    diagram = equated("A", "B")
    first, second = (part.term for part in only(diagram).parts)
    assert edits.remove(diagram, [second]).content.equations == {}
    assert edits_regions.dissolve(diagram, [first]).content.equations == {}
    signed_first = edits_equations.set_sign(diagram, sign_id(only(diagram).id, first), coefficient="2")
    assert read(edits.remove(signed_first, [second])) == "2 A"
