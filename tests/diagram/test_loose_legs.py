"""Legs that come loose: what is told of them, and where."""

from __future__ import annotations

import tensordraw as td
from tensordraw.diagram.edits import remove
from tensordraw.diagram.records import node_legs


def test_a_leg_that_comes_loose_in_a_layer_is_told_as_open() -> None:
    diagram = td.template("gpt2", layers=2)
    legs = {leg.id: node for node in diagram.content.nodes.values() for leg in node_legs(node)}
    names = {"W_Q", "W_K"}
    wire = next(
        wire for wire in diagram.content.wires.values()
        if {getattr(legs.get(end), "name", "") for end in wire.ends} == names
    )  # fmt: skip
    found = td.problems(remove(diagram, [wire.id]))
    assert [problem.what for problem in found] == ["This leg is open inside a repeat."] * 2
    assert {item for problem in found for item in problem.items} >= set(wire.ends)
