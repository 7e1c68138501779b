"""What is noted of items: kept in the file, with what it is of, and never without it."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from tensordraw.diagram import edits, edits_layout, edits_regions, fragments
from tensordraw.diagram.edits_unroll import unroll
from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.records import ROOT, Diagram, Id, node_legs
from tensordraw.errors import Error
from tensordraw.templates import template
from tests.sketch import Sketch


def noted() -> tuple[Diagram, dict[str, Id]]:
    """A B, with something noted of A, its open leg, the wire and a bubble around B."""
    s = Sketch(i=2, j=3, k=4)
    s.tensor("A: i j")
    s.tensor("B: j k")
    s.wire("A.j", "B.j")
    diagram, a, b = s.build(), *s.build().content.nodes
    diagram, region = edits_regions.wrap(diagram, [b], "bubble", function="relu")
    (wire,) = diagram.content.wires
    items = {"A": a, "B": b, "leg": s.ends["A.i"], "wire": wire, "region": region}
    for name in ("A", "leg", "wire", "region"):
        diagram = edits_layout.set_remark(diagram, items[name], f"of {name}")
    return diagram, items


def told(diagram: Diagram) -> list[str]:
    return sorted(diagram.layout.remarks.values())


def test_a_remark_is_no_content_and_comes_back_from_the_file() -> None:
    diagram, items = noted()
    plain, again = encode(diagram), decode(encode(diagram))
    assert (again, encode(again)) == (diagram, plain)
    assert json.loads(plain)["remarks"][items["leg"]] == "of leg"
    after = edits_layout.set_remark(diagram, items["A"], "  head 5\n“eq. 7” \n")
    assert after.content is diagram.content
    assert after.layout.remarks[items["A"]] == "head 5\n“eq. 7”"
    assert decode(encode(after)) == after != diagram
    assert len(set(encode(after).splitlines()) - set(plain.splitlines())) == 1


def test_a_document_without_remarks_is_written_as_before() -> None:
    diagram, items = noted()
    for item in diagram.layout.remarks:
        diagram = edits_layout.set_remark(diagram, item, " \n")
    assert diagram.layout.remarks == {}
    assert "remarks" not in json.loads(encode(diagram))
    assert edits_layout.set_remark(diagram, items["A"], "") is diagram


def test_nothing_is_noted_of_what_is_not_there_nor_of_texts() -> None:
    diagram, items = noted()
    diagram, text = edits_layout.add_note(diagram, "a text", 0.0, 0.0)
    for item in ("t99", "", ROOT, text):
        with pytest.raises(Error, match=r"no longer exists.*\.$"):
            edits_layout.set_remark(diagram, item, "x")
    assert edits_layout.set_remark(diagram, items["B"], "x").layout.remarks[items["B"]] == "x"


def test_a_remark_goes_with_its_item_and_stays_through_other_edits() -> None:
    diagram, items = noted()
    assert told(edits.remove(diagram, [items["A"]])) == ["of region"]
    assert told(edits.remove(diagram, [items["leg"]])) == ["of A", "of region", "of wire"]
    assert told(edits.disconnect(diagram, [items["wire"]])) == ["of A", "of leg", "of region"]
    assert told(edits_regions.dissolve(diagram, [items["region"]])) == ["of A", "of leg", "of wire"]
    everything = told(diagram)
    moved = edits_layout.move(diagram, [items["A"]], 10.0, 0.0)
    assert told(edits_layout.rotate(moved, [items["A"]])) == everything


def test_copies_carry_the_remarks_of_what_they_are_copies_of() -> None:
    diagram, items = noted()
    part = decode(encode(fragments.extract(diagram, [items["A"]])))
    assert told(part) == ["of A", "of leg"]
    after, (made,) = fragments.insert(diagram, part, 50.0, 50.0)
    assert after.layout.remarks[made] == "of A"
    leg = next(leg.id for leg in node_legs(after.content.nodes[made]) if leg.id in after.layout.remarks)
    assert after.layout.remarks[leg] == "of leg"
    twice, _ = fragments.duplicate(diagram, [items["A"], items["region"]], 30.0, 30.0)
    assert told(twice) == sorted(told(diagram) * 2)


def test_each_turn_of_a_repeat_that_is_drawn_out_has_the_remark() -> None:
    diagram = template("gpt2")
    (repeat,) = (key for key, one in diagram.content.regions.items() if type(one).__name__ == "Repeat")
    layers = diagram.content.spaces[diagram.content.regions[repeat].space].size  # type: ignore[union-attr]
    inner = next(
        node.id for node in diagram.content.nodes.values() if getattr(node, "name", "") and node.inside != ROOT
    )
    before = edits_layout.set_remark(diagram, inner, "head 5 is the induction head")
    assert told(unroll(before, repeat)) == ["head 5 is the induction head"] * layers


def test_a_remark_makes_another_document() -> None:
    diagram, items = noted()
    other = replace(diagram, layout=replace(diagram.layout, remarks={}))
    assert other != diagram
    assert edits_layout.set_remark(diagram, items["A"], "of A") is diagram
