"""Every error of NOTATION section 2 has a problem with its place, its cause and a fix; right drawings have none."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.problems import Problem, problems
from tensordraw.diagram.records import ROOT, Diagram, Operand
from tests.sketch import Sketch

Drawing = Callable[[], tuple[Diagram, list[str]]]
WRONG: dict[str, Drawing] = {}


def wrong(sentence: str) -> Callable[[Drawing], Drawing]:
    """Register a drawing whose first problem starts with the sentence and marks the ids that the drawing returns."""

    def register(drawing: Drawing) -> Drawing:
        WRONG[sentence] = drawing
        return drawing

    return register


@wrong("This wire joins different spaces: i = 3 ≠ j = 2.")
def _different_spaces() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3, j=2)
    s.tensor("A: i")
    s.tensor("B: j")
    return s.build_with(s.wire("A.i", "B.j"))


@wrong("This wire joins two upper legs.")
def _two_upper() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    s.draft.change(s.draft.space("i"), metric="general")
    ends = [s.draft.leg("i", variance="upper") for _ in range(2)]
    for name, leg in zip("AB", ends, strict=True):
        s.draft.tensor(name, [leg])
    return s.build_with(s.draft.wire(*ends).id)


@wrong("This leg in i is neither upper nor lower.")
def _no_variance() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    s.draft.change(s.draft.space("i"), metric="general")
    s.tensor("A: i")
    return s.build_with(s.ends["A.i"])


@wrong("In a space with a general metric a delta has one upper and one lower leg")
def _general_delta() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    s.draft.change(s.draft.space("i"), metric="general")
    legs = [s.draft.leg("i", variance=v) for v in ("upper", "upper", "lower")]  # type: ignore[arg-type]
    return s.build_with(s.draft.delta(legs).id)


@wrong("Two tensors are called A but have different legs.")
def _same_name() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3, j=2)
    s.tensor("A: i")
    s.tensor("A: j", key="B")
    return s.build_with(s.ids["A"], s.ids["B"])


@wrong("The triangle U points to the larger side (3 > 2).")
def _triangle() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3, j=2)
    i, j = s.legs("U", "i j")
    return s.build_with(s.draft.tensor("U", [i, j], form="isometry", tip=[i.id]).id)


@wrong("This value would be computed from itself.")
def _cycle() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    copy = s.copy("c", "i")
    s.paste("p", copy, "i")
    s.wire("p.i", "c.in.i")
    return s.build_with(copy.id)


@wrong("Nothing uses the result of this operation.")
def _unused_result() -> tuple[Diagram, list[str]]:
    s = Sketch(layer=2, i=3)
    s.tensor("x: i")
    repeat = s.repeat("r", "layer", "i")
    s.wire("x.i", "r.i.outer_in")
    s.wire("r.i.inner_in", "r.i.inner_out")
    s.tensor("a: i", repeat.id)
    add = s.add("y", 1, "i", repeat.id)
    s.wire("a.i", "y.0.i")
    return s.build_with(repeat.id, add.id)


@wrong("The four ends of a port lie in different spaces.")
def _port() -> tuple[Diagram, list[str]]:
    s = Sketch(layer=2, i=3, j=3)
    s.tensor("x: i")
    repeat = s.repeat("r", "layer", "i")
    port = s.draft.regions[repeat.id].ports[0]  # type: ignore[union-attr]
    odd = s.draft.leg("j")
    s.draft.change(repeat.id, ports=(replace(port, outer_out=odd),))
    s.wire("x.i", "r.i.outer_in")
    s.wire("r.i.inner_in", "r.i.inner_out")
    return s.build_with(repeat.id)


@wrong("softmax runs along a leg, and none is chosen.")
def _no_axis() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    bubble = s.draft.bubble("softmax")
    s.tensor("x: i", bubble.id)
    return s.build_with(bubble.id)


@wrong("causal_mask runs along two legs, query and key, and neither is chosen.")
def _no_axes() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3, j=2)
    bubble = s.draft.bubble("causal_mask")
    s.tensor("x: i j", bubble.id)
    return s.build_with(bubble.id)


@wrong("causal_mask runs along two legs, and the one for key is not chosen.")
def _one_axis() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3, j=2)
    bubble = s.draft.bubble("causal_mask")
    s.tensor("x: i j", bubble.id)
    s.axes(bubble.id, "x.i")
    return s.build_with(bubble.id)


@wrong("softmax runs along a leg that does not reach the bubble's border.")
def _stray_axis() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3, j=2)
    bubble = s.draft.bubble("softmax")
    s.tensor("x: i j", bubble.id)
    s.tensor("y: i", bubble.id)
    s.wire("x.i", "y.i")
    s.axes(bubble.id, "x.i")
    return s.build_with(bubble.id)


@wrong("There is no function called blorp.")
def _no_function() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    bubble = s.draft.bubble("blorp")
    s.tensor("x: i", bubble.id)
    return s.build_with(bubble.id)


@wrong("This wire leads to a leg that a function consumes.")
def _consumed() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    bubble = s.draft.bubble("max")
    s.tensor("x: i", bubble.id)
    s.tensor("y: i")
    s.axes(bubble.id, "x.i")
    return s.build_with(s.wire("x.i", "y.i"))


@wrong("This leg is bound to an index and also wired.")
def _bound_and_wired() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    s.tensor("A: i", index={"i": 0})
    s.tensor("B: i")
    return s.build_with(s.wire("A.i", "B.i"))


@wrong("This leg is fixed to 7, outside i, which has 3.")
def _outside() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    s.tensor("A: i", index={"i": 7})
    return s.build_with(s.ends["A.i"])


@wrong("This leg is bound to the index of a region that it is not inside.")
def _bound_elsewhere() -> tuple[Diagram, list[str]]:
    s = Sketch(head=2, i=3)
    region = s.draft.sum("head", "head")
    s.tensor("B: head", region.id, index={"head": region.id})
    s.tensor("A: head i", index={"head": region.id})
    return s.build_with(s.ends["A.head"], region.id)


@wrong("This leg and the index that it is bound to lie in different spaces: i = 3 ≠ head = 2.")
def _bound_to_another_space() -> tuple[Diagram, list[str]]:
    s = Sketch(head=2, i=3)
    region = s.draft.sum("head", "head")
    s.tensor("A: i", region.id, index={"i": region.id})
    return s.build_with(s.ends["A.i"], region.id)


@wrong("A leg of this operand is open: join it, or lead it to the operation.")
def _used_twice() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3, j=2)
    s.tensor("A: i j")
    add = s.add("y", 1, "i")
    s.wire("A.i", "y.0.i")
    return s.build_with(s.ids["A"], add.id)


@wrong("This copy takes only some of the open legs of its value.")
def _partial_copy() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3, j=2)
    s.tensor("A: i j")
    copy = s.copy("c", "i")
    s.wire("A.i", "c.in.i")
    return s.build_with(s.ids["A"], copy.id)


@wrong("Operand 1 of the add takes a wire from outside its scope.")
def _operand_from_outside() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    term = s.draft.term()
    s.tensor("A: i")
    add = s.add("y", 1, "i", term.id)
    s.wire("A.i", "y.0.i")
    return s.build_with(add.id)


@wrong("Operand 2 of the add has a leg with nothing joined to it.")
def _operand_missing() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    s.tensor("A: i")
    add = s.add("y", 2, "i")
    s.wire("A.i", "y.0.i")
    return s.build_with(add.id)


@wrong("Operand 2 of this add has other legs than the result.")
def _broadcast() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3, j=2)
    s.tensor("A: i j")
    s.tensor("b: j")
    add = s.draft.add([s.legs("0", "i j"), s.legs("1", "j")], s.legs("out", "i j"))
    for leg in "ij":
        s.wire(f"A.{leg}", f"0.{leg}")
    s.wire("b.j", "1.j")
    return s.build_with(add.id)


@wrong("This paste of c stands outside a sum or repeat that holds the copy.")
def _paste_outside() -> tuple[Diagram, list[str]]:
    s = Sketch(head=2, i=3)
    region = s.draft.sum("head", "head")
    s.tensor("A: head i", region.id, index={"head": region.id})
    copy = s.copy("c", "i", region.id)
    s.wire("A.i", "c.in.i")
    s.paste("p", copy, "i")
    return s.build_with(s.ids["p"], copy.id)


@wrong("This paste of c has other legs than the copy.")
def _paste_legs() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3, j=2)
    s.tensor("A: i")
    copy = s.copy("c", "i")
    s.wire("A.i", "c.in.i")
    s.paste("p", copy, "j")
    return s.build_with(s.ids["p"], copy.id)


@wrong("This leg is open inside a repeat.")
def _open_in_repeat() -> tuple[Diagram, list[str]]:
    s = Sketch(layer=2, i=3)
    repeat = s.repeat("r", "layer", "i")
    s.tensor("x: i")
    s.wire("x.i", "r.i.outer_in")
    s.wire("r.i.inner_in", "r.i.inner_out")
    s.tensor("A: i", repeat.id)
    return s.build_with(repeat.id, s.ends["A.i"])


@wrong("This wire crosses the border of a repeat.")
def _into_repeat() -> tuple[Diagram, list[str]]:
    s = Sketch(layer=2, i=3)
    repeat = s.repeat("r", "layer", "i")
    s.tensor("x: i")
    s.wire("x.i", "r.i.outer_in")
    s.wire("r.i.inner_in", "r.i.inner_out")
    s.tensor("A: i", repeat.id)
    s.tensor("b: i")
    return s.build_with(repeat.id, s.wire("A.i", "b.i"))


@wrong("Nothing comes into this repeat.")
def _no_ports() -> tuple[Diagram, list[str]]:
    s = Sketch(layer=2)
    return s.build_with(s.draft.repeat("layer", "layer").id)


@wrong("This grouping joins 2 · 3 into 5.")
def _grouping() -> tuple[Diagram, list[str]]:
    s = Sketch(i=2, j=3, w=5)
    return s.build_with(s.draft.group(s.legs("g", "w")[0], s.legs("g", "i j")).id)


@wrong("The legs of this dot lie in different spaces: i = 2, j = 3.")
def _delta() -> tuple[Diagram, list[str]]:
    s = Sketch(i=2, j=3)
    s.delta("d", "i j")
    return s.build_with(s.ids["d"])


@wrong("A Levi-Civita tensor has as many legs as its space has dimensions.")
def _levi_civita() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    return s.build_with(s.draft.fixed("levi_civita", s.legs("e", "i i2")).id)


@wrong("This wire is to be contracted in a region that does not hold both its ends.")
def _wrong_scope() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    bubble = s.draft.bubble("relu")
    s.tensor("x: i", bubble.id)
    s.tensor("y: i")
    return s.build_with(s.wire("x.i", "y.i", inside=bubble.id))


@wrong("This operand has no legs and names no term.")
def _no_operand() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    return s.build_with(s.draft.add([Operand()]).id)


@wrong("This operand is a term with legs, which are not joined to it.")
def _term_with_legs() -> tuple[Diagram, list[str]]:
    s = Sketch(i=3)
    term = s.draft.term()
    s.tensor("x: i", term.id)
    return s.build_with(s.draft.add([Operand((), "1", term.id)]).id)


@pytest.mark.parametrize("sentence", WRONG)
def test_each_error_is_found_at_its_place(sentence: str) -> None:
    diagram, places = WRONG[sentence]()
    found = [problem for problem in problems(diagram.content) if problem.what.startswith(sentence)]
    assert len(found) == 1, [problem.what for problem in problems(diagram.content)]
    assert found[0].severity == "error"
    assert set(places) <= set(found[0].items)
    assert found[0].why.endswith(".")
    assert found[0].fix.endswith(".")
    with pytest.raises(td.Error):
        td.evaluate(diagram)


def test_a_lonely_matrix_in_a_bubble_is_worth_a_warning() -> None:
    s = Sketch(i=3, j=2)
    bubble = s.draft.bubble("relu")
    s.tensor("W: j i", bubble.id)
    s.tensor("x: i")
    s.wire("W.i", "x.i")
    assert [p.what for p in problems(s.build().content)] == ["relu is applied to W alone."]
    assert problems(s.build().content)[0].severity == "warning"


def test_problems_are_the_same_object_for_the_same_content() -> None:
    s = Sketch(i=3)
    s.tensor("x: i")
    content = s.build().content
    assert problems(content) is problems(content)


def test_errors_come_first() -> None:
    s = Sketch(i=3)
    s.draft.bubble("relu")
    s.tensor("A: i", index={"i": 7})
    found = problems(s.build().content)
    assert [problem.severity for problem in found] == ["error", "warning"]
    assert isinstance(found[0], Problem)


def test_an_inverse_turns_upper_legs_lower_and_a_transpose_does_not() -> None:
    """P[upper, lower] from new to old coordinates: its inverse takes the old ones, joined as they are written."""
    for function, fits in (("inverse", True), ("transpose", False)):
        s = Sketch(i=3, j=3)
        for space in ("i", "j"):
            s.draft.change(s.draft.space(space), metric="general")
        bubble = s.draft.bubble(function)
        s.draft.tensor("P", [s.draft.leg("i", variance="upper"), s.draft.leg("j", variance="lower")], inside=bubble.id)
        row, column = (leg.id for leg in next(reversed(s.draft.nodes.values())).legs)  # type: ignore[union-attr]
        s.draft.change(bubble.id, axes=(row, column))
        v = s.draft.leg("i", variance="upper")
        s.draft.tensor("v", [v])
        s.draft.wire(column, v)
        assert (not problems(s.draft.build().content)) is fits


def test_root_is_not_a_region() -> None:
    assert problems(Sketch(i=2).build().content) == ()
    assert ROOT not in Sketch(i=2).build().content.regions
