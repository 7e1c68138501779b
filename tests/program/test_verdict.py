"""Equations evaluated: what is equal, what only nearly, what is not, and where it differs most."""

from __future__ import annotations

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.records import Diagram, Form, Part, Sign
from tests.sketch import Sketch, traces


def gram(form: Form, flipped: bool = False, conj: bool = True) -> Diagram:
    """U^T U = 1 (or U U^T = 1) for a tensor of the form, 6 by 4 where that may be."""
    draft = Draft()
    big = draft.space("big", 6 if form == "isometry" else 4)
    small = draft.space("small", 4) if form == "isometry" else big
    kept, joined = (big, small) if flipped else (small, big)
    left, right = draft.term(), draft.term()
    ends = []
    for label, conjugated in (("a", False), ("b", conj)):
        open_leg, inner = draft.leg(kept, label), draft.leg(joined)
        legs = (open_leg, inner) if flipped else (inner, open_leg)
        draft.tensor("U", legs, inside=left.id, form=form, tip=[legs[1].id], conj=conjugated)
        ends.append(inner)
    draft.wire(*ends)
    draft.delta([draft.leg(kept, "a"), draft.leg(kept, "b")], inside=right.id)
    draft.equation([(left.id, "+"), (right.id, "=")])
    return draft.build()


def test_cyclic_trace_is_equal() -> None:
    verdict = td.check_equation(traces("ABC", "BCA"))
    assert verdict.equal
    assert verdict.kind == "equal"
    assert verdict.digits >= 12
    assert verdict.sentence.startswith("Equal to ")
    assert verdict.runs == 3


def test_another_order_is_different_and_says_where() -> None:
    verdict = td.check_equation(traces("ABC", "ACB"))
    assert not verdict.equal
    assert verdict.kind == "different"
    assert verdict.digits < 3
    assert verdict.worst is not None
    assert verdict.worst.index == ()
    assert verdict.worst.left != verdict.worst.right
    assert verdict.sentence.startswith("Different: of left and right, the value is ")


@pytest.mark.parametrize("form", ["isometry", "unitary", "orthogonal"])
def test_isometries_are_what_they_are_drawn_as(form: Form) -> None:
    assert td.check_equation(gram(form)).equal
    assert td.check_equation(gram(form, conj=False)).equal  # no conjugate is drawn, so the arrays are real
    flipped = td.check_equation(gram(form, flipped=True))
    assert flipped.equal == (form != "isometry")
    if form == "isometry":
        assert flipped.kind == "different"
        assert flipped.worst is not None
        assert len(flipped.worst.index) == 2


def test_a_forgotten_conjugate_makes_a_difference() -> None:
    s = Sketch(i=3)
    parts = []
    for side, conj in enumerate((True, False)):
        term = s.draft.term()
        s.tensor("u: i", key=f"u{side}", inside=term.id, conj=conj)
        s.tensor("v: i", key=f"v{side}", inside=term.id)
        s.wire(f"u{side}.i", f"v{side}.i")
        parts.append(Part(term.id, "=" if side else "+"))
    s.draft.equation(parts)
    assert td.check_equation(s.build()).kind == "different"


def test_signs_and_coefficients() -> None:
    """2 A + B - A = A + B, entry by entry with the legs of the last side in the other order."""
    s = Sketch(i=2, j=3)
    terms = []
    for number, name in enumerate(["A", "B", "A", "A", "B"]):
        term = s.draft.term()
        s.tensor(f"{name}: i j", key=f"{number}", inside=term.id)
        terms.append(term.id)
    signs: list[tuple[Sign, str]] = [("+", "2"), ("+", "1"), ("-", "1"), ("=", "1"), ("+", "1")]
    s.draft.equation([Part(term, sign, text) for term, (sign, text) in zip(terms, signs, strict=True)])
    d = s.build()
    assert td.check_equation(d).equal
    values = td.evaluate(d, {"A": np.ones((2, 3)), "B": 3 * np.ones((2, 3))})
    assert sorted(values) == ["left", "right"]
    assert np.all(values["left"] == 4)
    assert np.all(values["right"] == 4)
    assert td.check_equation(decode(encode(d))) == td.check_equation(d)


def test_equal_only_to_some_digits() -> None:
    s = Sketch()
    terms = [s.draft.term(), s.draft.term()]
    s.constant("1/3", terms[0].id)
    s.constant("0.333333", terms[1].id)
    s.draft.equation([Part(terms[0].id), Part(terms[1].id, "=")])
    verdict = td.check_equation(s.build())
    assert not verdict.equal
    assert verdict.kind == "digits"
    assert verdict.digits == 6
    assert verdict.sentence.startswith("Equal only to 6 digits")
    equation = next(iter(s.draft.equations.values()))
    s.draft.change(equation.id, parts=(equation.parts[0], Part(terms[1].id, "≈")))
    assert td.check_equation(s.build()).equal


def test_a_definition_gives_the_array_its_value() -> None:
    """y := A x, and y . y = x A^T A x with it."""
    s = Sketch(i=3, j=2)
    terms = [s.draft.term() for _ in range(4)]
    s.tensor("y: j", terms[0].id)
    s.tensor("A: j i", terms[1].id)
    s.tensor("x: i", terms[1].id)
    s.wire("A.i", "x.i")
    s.tensor("y: j", terms[2].id, key="y1")
    s.tensor("y: j", terms[2].id, key="y2")
    s.wire("y1.j", "y2.j")
    for n in (1, 2):
        s.tensor("A: j i", terms[3].id, key=f"A{n}")
        s.tensor("x: i", terms[3].id, key=f"x{n}")
        s.wire(f"A{n}.i", f"x{n}.i")
    s.wire("A1.j", "A2.j")
    signs: list[Sign] = ["+", ":=", ",", "="]
    s.draft.equation([Part(term.id, sign) for term, sign in zip(terms, signs, strict=True)])
    verdict = td.check_equation(s.build())
    assert verdict.equal
    assert len(verdict.comparisons) == 2


def test_what_is_drawn_besides_is_a_result_of_its_own() -> None:
    d = traces("AB", "BA")
    draft = Draft(d)
    draft.tensor("v", [draft.leg("i")])
    values = td.evaluate(draft.build(), {"v": np.arange(4.0)})
    assert sorted(values) == ["left", "result", "right"]
    assert np.array_equal(values["result"], np.arange(4.0))


def test_an_equation_with_an_error_is_not_evaluated() -> None:
    draft = Draft(traces("AB", "BA"))
    draft.wires.popitem()
    with pytest.raises(td.Error, match="different open legs"):
        td.check_equation(draft.build())


def test_code_returns_the_sides_by_name() -> None:
    assert "return {'left': " in td.code(traces("AB", "BA"), "torch")
