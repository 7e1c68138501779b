"""Problems that a command mends: each remedy takes its problem away, in one step."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.records import Diagram, Space
from tensordraw.program.findings import findings
from tensordraw.templates import template
from tests.editor.desk import Desk


def different_spaces() -> Diagram:
    drawn = template("matrix_product")
    content = drawn.content
    second = list(content.nodes.values())[1]
    ends = next(iter(content.wires.values())).ends
    legs = tuple(replace(leg, space="s99") if leg.id in ends else leg for leg in second.legs)  # type: ignore[union-attr]
    nodes = {**content.nodes, second.id: replace(second, legs=legs)}  # type: ignore[arg-type]
    spaces = {**content.spaces, "s99": Space("s99", "odd", 11)}
    return replace(drawn, content=replace(content, nodes=nodes, spaces=spaces))


def bound_and_wired() -> Diagram:
    drawn = template("matrix_product")
    return _bound(drawn, next(iter(drawn.content.wires.values())).ends[0], 0)


def out_of_range() -> Diagram:
    drawn = td.einsum("i j -> i j", "A", sizes={"i": 2, "j": 3})
    leg = next(iter(drawn.content.nodes.values())).legs[0].id  # type: ignore[union-attr]
    return _bound(drawn, leg, 7)


def _bound(drawn: Diagram, leg: str, index: int) -> Diagram:
    nodes = {
        key: replace(node, legs=tuple(replace(one, index=index) if one.id == leg else one for one in node.legs))  # type: ignore[union-attr,call-overload]
        for key, node in drawn.content.nodes.items()
    }
    return replace(drawn, content=replace(drawn.content, nodes=nodes))


def without_legs() -> Diagram:
    desk = Desk(template("matrix_product"))
    desk.run("select_all")
    desk.run("wrap_bubble", "softmax")
    (region,) = desk.content.regions.values()
    desk.run("set_function", {"args": (region.id, "softmax"), "axes": ()})
    return desk.document


def consumed_and_wired() -> Diagram:
    drawn = template("matrix_product")
    desk = Desk(drawn)
    first = next(iter(drawn.content.nodes))
    desk.select(first)
    desk.run("wrap_bubble", "max")
    (region,) = desk.content.regions.values()
    end = next(end for end in next(iter(drawn.content.wires.values())).ends if end in desk.legs(first))
    desk.run("set_function", {"args": (region.id, "max"), "axes": (end,)})
    return desk.document


@pytest.mark.parametrize(
    ("made", "remedy"),
    [
        (different_spaces, "same_space"),
        (bound_and_wired, "free_leg"),
        (out_of_range, "last_index"),
        (without_legs, "choose_legs"),
        (consumed_and_wired, "remove_wire"),
    ],
)
def test_a_remedy_takes_its_problem_away_in_one_step(made, remedy: str) -> None:  # type: ignore[no-untyped-def]
    desk = Desk(made())
    problem = next(one for one in findings(desk.document) if one.remedy == remedy)
    desk.run("mend", (remedy, problem.items[0]))
    assert not desk.refused
    assert problem not in findings(desk.document)
    assert not [one for one in findings(desk.document) if one.severity == "error"]
    assert desk.entries == 1
