"""The sides of equations: which terms they hold, how their legs correspond, and what can be wrong with them."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tensordraw.diagram.edits import remove
from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Diagram, Part
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error
from tests.sketch import Sketch


def commuted(second: str = "k i", sign: str = "=", **labels: str) -> Sketch:
    """AB = BA for matrices of one space, the legs of the second side as given."""
    s = Sketch(i=3)
    terms = []
    for side, (a, b) in {"l": "AB", "r": "BA"}.items():
        term = s.draft.term()
        s.tensor(f"{a}: i1 i2", key=f"{a}{side}", inside=term.id)
        s.tensor(f"{b}: i1 i2", key=f"{b}{side}", inside=term.id)
        s.wire(f"{a}{side}.i2", f"{b}{side}.i1")
        terms.append(term.id)
    s.draft.equation([Part(terms[0]), Part(terms[1], sign)])  # type: ignore[arg-type]
    return s


def errors(diagram: Diagram) -> list[str]:
    return [problem.what for problem in problems(diagram.content) if problem.severity == "error"]


def test_two_sides_have_their_legs_in_one_order_and_none_are_open_in_the_diagram() -> None:
    s = commuted()
    structure = analyse(s.draft.build().content)
    left, right = structure.sides
    assert (left.name, left.relation, right.name, right.relation) == ("left", ",", "right", "=")
    assert left.terms[0].legs == (s.ends["Al.i1"], s.ends["Bl.i2"])
    assert right.terms[0].legs == (s.ends["Br.i1"], s.ends["Ar.i2"])
    assert structure.open_legs == ()
    assert not errors(s.draft.build())


def test_open_order_ranks_the_legs_of_an_equation() -> None:
    s = commuted()
    s.draft.open_order = [s.ends["Bl.i2"], s.ends["Al.i1"]]
    left, right = analyse(s.draft.build().content).sides
    assert left.terms[0].legs == (s.ends["Bl.i2"], s.ends["Al.i1"])
    assert right.terms[0].legs == (s.ends["Ar.i2"], s.ends["Br.i1"])


def test_commas_begin_equations_with_legs_of_their_own_and_name_results() -> None:
    s = Sketch(i=2, j=3)
    terms = [s.draft.term(name) for name in ("vector", "matrix", "")]
    s.tensor("v: i", inside=terms[0].id)
    s.tensor("M: i j", inside=terms[1].id)
    s.constant("2", inside=terms[2].id)
    s.draft.equation([Part(terms[0].id), Part(terms[1].id, ","), Part(terms[2].id, ",")])
    sides = analyse(s.draft.build().content).sides
    assert [side.name for side in sides] == ["vector", "matrix", "side3"]
    assert [len(side.terms[0].legs) for side in sides] == [1, 2, 0]
    assert not errors(s.draft.build())


def test_a_minus_is_part_of_the_coefficient() -> None:
    s = commuted(sign="-")
    (side,) = analyse(s.draft.build().content).sides
    assert [term.coefficient for term in side.terms] == ["1", "-1"]


def test_different_legs_are_reported_on_the_legs() -> None:
    s = commuted()
    legs = s.draft.nodes[s.ids["Ar"]].legs  # type: ignore[union-attr]
    s.draft.change(s.ids["Ar"], legs=(legs[0], replace(legs[1], label="k")))
    found = [problem for problem in problems(s.draft.build().content) if problem.severity == "error"]
    assert len(found) == 1
    assert "different open legs: here k (in i), in its first term i2 (in i)" in found[0].what
    assert {s.ends["Ar.i2"], s.ends["Bl.i2"]} <= set(found[0].items)


def test_legs_with_one_label_are_reported() -> None:
    s = commuted()
    for key in ("Al", "Br"):
        legs = s.draft.nodes[s.ids[key]].legs  # type: ignore[union-attr]
        s.draft.change(s.ids[key], legs=(replace(legs[0], label="i2"), legs[1]))
    assert "2 open legs of this term of an equation are both called i2 (in i)." in errors(s.draft.build())


def test_a_forgotten_metric_is_reported_before_anything_is_evaluated() -> None:
    s = Sketch()
    space = s.draft.space("V", 3, metric="general")
    terms = [s.draft.term(), s.draft.term()]
    legs = [s.draft.leg(space, "i", variance=variance) for variance in ("upper", "lower")]
    for term, leg in zip(terms, legs, strict=True):
        s.draft.tensor("v", [leg], inside=term.id)
    s.draft.equation([Part(terms[0].id), Part(terms[1].id, "=")])
    found = problems(s.draft.build().content)
    assert any("upper in the first term of this equation and lower here" in problem.what for problem in found)
    assert any(set(problem.items) == {leg.id for leg in legs} for problem in found)


def test_terms_stand_for_themselves() -> None:
    s = commuted()
    s.tensor("v: i3")
    s.wire("v.i3", "Al.i1")
    assert "A term of an equation is joined to something outside it." in errors(s.draft.build())
    s = commuted()
    equation = next(iter(s.draft.equations.values()))
    s.draft.equation(equation.parts[:1])
    assert "This term is used twice." in errors(s.draft.build())
    s = commuted()
    region = s.draft.bubble("relu")
    s.draft.change(equation.parts[0].term, inside=region.id)
    assert "An equation has a term that lies inside another region." in errors(s.draft.build())


def test_equations_are_saved_and_go_with_their_terms() -> None:
    d = commuted().draft.build()
    assert decode(encode(d)) == d
    equation = next(iter(d.content.equations.values()))
    without = remove(d, [equation.parts[0].term])
    assert without.content.equations == {}  # a plain term that is left alone is no equation
    assert not remove(without, [equation.parts[1].term]).content.equations


def test_a_damaged_equation_is_refused() -> None:
    text = encode(commuted().draft.build())
    with pytest.raises(Error, match="begins with the relation ="):
        decode(text.replace('"sign": "=", ', "").replace('"parts": [{', '"parts": [{"sign": "=", '))
    with pytest.raises(Error, match="as a term, which is none"):
        decode(text.replace('{"term": "', '{"term": "r9'))


def test_documents_of_version_one_are_read() -> None:
    text = encode(commuted().draft.build())
    start, end = text.index('"equations"'), text.index('"open_order"')
    old = (text[:start] + text[end:]).replace('"version": 2', '"version": 1')
    assert not decode(old).content.equations
