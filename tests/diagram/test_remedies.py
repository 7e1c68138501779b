"""What mends a problem at once: each remedy takes its problem away and brings no other."""

from __future__ import annotations

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Copy, Diagram, Paste, Tensor
from tensordraw.diagram.remedies import REMEDIES
from tests.diagram.test_problems import WRONG
from tests.sketch import Sketch

# Problems with several answers, between which a person chooses, or whose answer needs a place for something new.
WORDS_ALONE = {
    "This value would be computed from itself.",
    "There is no function called blorp.",
    "Nothing uses the result of this operation.",
    "A leg of this operand is open: join it, or lead it to the operation.",  # with a dot there is a remedy: below
    "This copy takes only some of the open legs of its value.",
    "Operand 1 of the add takes a wire from outside its scope.",
    "Operand 2 of the add has a leg with nothing joined to it.",
    "Operand 2 of this add has other legs than the result.",
    "This paste of c stands outside a sum or repeat that holds the copy.",
    "This leg is open inside a repeat.",
    "This wire crosses the border of a repeat.",
    "Nothing comes into this repeat.",
    "A Levi-Civita tensor has as many legs as its space has dimensions.",
    "This operand has no legs and names no term.",
    "This operand is a term with legs, which are not joined to it.",
    "This wire joins two upper legs.",  # the editor inserts the metric
}


def _errors(diagram: Diagram) -> list[str]:
    return [problem.what for problem in problems(diagram.content) if problem.severity == "error"]


@pytest.mark.parametrize("sentence", WRONG)
def test_each_remedy_takes_its_problem_away(sentence: str) -> None:
    diagram, _ = WRONG[sentence]()
    problem = next(one for one in problems(diagram.content) if one.what.startswith(sentence))
    assert (problem.remedy not in REMEDIES) == (sentence in WORDS_ALONE)
    if problem.remedy in REMEDIES:
        title, edit = REMEDIES[problem.remedy]
        assert title
        assert _errors(edit(diagram, problem.items[0])) == []


def _mended(diagram: Diagram, remedy: str) -> Diagram:
    problem = next(one for one in problems(diagram.content) if one.remedy == remedy)
    after = REMEDIES[remedy][1](diagram, problem.items[0])
    assert problem not in problems(after.content)
    assert _errors(after) == []
    return after


def _sketch_of_forms(form: str, legs: str, tip: tuple[str, ...] = ()) -> Diagram:
    s = Sketch(i=3, j=2)
    s.tensor(f"U: {legs}")
    s.draft.change(s.ids["U"], form=form, tip=tuple(s.ends[f"U.{leg}"] for leg in tip))
    return s.build()


def _tensor(diagram: Diagram) -> Tensor:
    (node,) = diagram.content.nodes.values()
    assert isinstance(node, Tensor)
    return node


def test_forms_are_mended() -> None:
    assert _tensor(_mended(_sketch_of_forms("unitary", "i j", ("i",)), "not_square")).form == "isometry"
    assert _tensor(_mended(_sketch_of_forms("isometry", "i j"), "two_sides")).tip
    assert _tensor(_mended(_sketch_of_forms("isometry", "i"), "two_sides")).form == "any"
    nameless = Sketch(i=3)
    nameless.tensor("A: i")
    nameless.draft.change(nameless.ids["A"], name="")
    assert td.code(_mended(nameless.build(), "name_it"), "numpy")


def test_fixed_tensors_are_mended() -> None:
    s = Sketch(i=3, classes=4)
    s.draft.fixed("one_hot", (), name="tokens")
    assert td.evaluate(_mended(s.build(), "class_leg")).sum() == 1
    s = Sketch(i=3)
    s.draft.fixed("constant", s.legs("c", "i"), expression="2")
    assert td.evaluate(_mended(s.build(), "bare")) == 2
    s = Sketch(i=3)
    s.draft.change(s.draft.space("i"), metric="general")
    s.draft.fixed("metric", [s.draft.leg("i", variance="upper"), s.draft.leg("i", variance="lower")], name="g")
    assert td.evaluate(_mended(s.build(), "metric_legs")).shape == (3, 3)


def test_a_dot_without_legs_and_an_add_of_nothing_are_removed() -> None:
    s = Sketch(i=3)
    s.tensor("A: i")
    s.draft.delta([])
    assert len(_mended(s.build(), "remove").content.nodes) == 1
    s = Sketch(i=3)
    s.tensor("A: i")
    s.draft.add([], s.legs("out", "i"))
    assert len(_mended(s.build(), "remove").content.nodes) == 1


def test_regions_are_mended() -> None:
    s = Sketch(i=3)
    s.tensor("A: i", s.draft.bubble("expression").id)
    after = _mended(s.build(), "entry_itself")
    assert np.array_equal(td.evaluate(after), td.arrays(after)["A"])
    s = Sketch(i=3, head=2)
    region = s.draft.sum("head", "head")
    s.tensor("A: i head", region.id)
    after = _mended(s.build(), "bind_to_index")
    assert np.allclose(td.evaluate(after), td.arrays(after)["A"].sum(axis=1))
    s = Sketch(i=3, j=2)
    bubble = s.draft.bubble("relu")
    s.tensor("W: i j", bubble.id)
    s.tensor("x: j")
    s.wire("W.j", "x.j")
    after = _mended(s.build(), "take_in")
    arrays = td.arrays(after)
    assert np.allclose(td.evaluate(after), np.maximum(arrays["W"] @ arrays["x"], 0))
    s = Sketch(i=3)
    s.draft.bubble("relu")
    assert not _mended(s.build(), "remove").content.regions


def test_a_matrix_inside_a_repeat_is_led_through_a_port() -> None:
    s = Sketch(layer=2, i=3)
    s.tensor("x: i1")
    repeat = s.repeat("r", "layer", "i1")
    s.wire("x.i1", "r.i1.outer_in")
    s.wire("r.i1.inner_in", "r.i1.inner_out")
    s.tensor("A: i1 i2", repeat.id)
    wrong = s.build()
    problem = next(one for one in problems(wrong.content) if one.remedy == "through_ports")
    after = REMEDIES["through_ports"][1](wrong, problem.items[0])
    assert problem not in problems(after.content)
    # Now there is a port, and what comes into it is to be said.
    assert _errors(after) == ["What comes into the repeat has a leg with nothing joined to it."]


def test_between_two_operands_an_identity_is_inserted() -> None:
    s = Sketch(i=3)
    s.tensor("A: i")
    first, second = s.add("y", 2, "i"), s.add("z", 1, "i")
    s.wire("A.i", "y.0.i")
    s.wire("y.1.i", "z.0.i")
    wrong = s.build()
    assert any(problem.remedy == "insert_identity" for problem in problems(wrong.content))
    problem = next(one for one in problems(wrong.content) if one.remedy == "insert_identity")
    after = REMEDIES["insert_identity"][1](wrong, problem.items[0])
    assert problem not in problems(after.content)
    assert first.id in after.content.nodes
    assert second.id in after.content.nodes


# -------------------------------------------------------------------------------------------------- from dots to copies


def residual(legs: str) -> Diagram:
    """x goes into relu(W) and, past it, into the add: by a dot on each of its legs."""
    s = Sketch(seq=4, i=3)
    s.tensor(f"x: {legs}")
    s.tensor("W: i1 i2", s.draft.bubble("relu").id)
    s.add("y", 2, legs)
    for leg in legs.split():
        dot = s.draft.delta([s.draft.leg(leg) for _ in range(3)], (50.0 * len(leg), 0.0))
        s.draft.wire(s.ends[f"x.{leg}"], dot.legs[0])
        s.draft.wire(dot.legs[1], s.ends[f"y.0.{leg}"])
        s.draft.wire(dot.legs[2], s.ends["W.i2"] if leg == "i" else s.ends[f"y.1.{leg}"])
    s.wire("W.i1", "y.1.i")
    return s.build()


@pytest.mark.parametrize("legs", ["i", "seq i"])
def test_dots_on_a_residual_stream_become_a_copy(legs: str) -> None:
    after = _mended(residual(legs), "insert_copy")
    arrays = td.arrays(after)
    x, w = arrays["x"], arrays["W"]
    assert np.allclose(td.evaluate(after), x + x @ np.maximum(w, 0).T)
    (copy,) = [node for node in after.content.nodes.values() if isinstance(node, Copy)]
    assert copy.name == "x"
    assert copy.out
    assert len([node for node in after.content.nodes.values() if isinstance(node, Paste)]) == 1
    assert not [wire for wire in after.content.wires.values() if len(set(wire.ends)) < 2]


def test_what_is_not_evidently_one_value_is_refused_in_a_sentence() -> None:
    s = Sketch(i=3)
    s.tensor("a: i")
    s.tensor("b: i")
    s.add("y", 2, "i")
    dot = s.draft.delta([s.draft.leg("i") for _ in range(4)])
    for end, leg in zip(("a.i", "b.i", "y.0.i", "y.1.i"), dot.legs, strict=True):
        s.draft.wire(s.ends[end], leg)
    diagram = s.build()
    problem = next(one for one in problems(diagram.content) if one.remedy == "insert_copy")
    with pytest.raises(td.Error, match="not evident"):
        REMEDIES["insert_copy"][1](diagram, problem.items[0])
