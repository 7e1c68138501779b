"""What has no layout gets one: bodies and regions apart, and the shapes that people draw."""

from __future__ import annotations

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Tensor, node_legs
from tensordraw.figure.arranging import arrange, arranged
from tensordraw.figure.build import build
from tensordraw.figure.checks import clashes
from tensordraw.templates import template, templates
from tests.drawings import random_drawing


def network(spec: str) -> Diagram:
    """An einsum string as tensors A, B, ... with wires, dots and open legs, arranged."""
    draft = Draft()
    inputs, output = spec.split("->")
    ends: dict[str, list[str]] = {}
    for number, letters in enumerate(inputs.split(",")):
        legs = [draft.leg(draft.space(letter), letter) for letter in letters]
        draft.tensor(chr(ord("A") + number), legs)
        for letter, leg in zip(letters, legs, strict=True):
            ends.setdefault(letter, []).append(leg.id)
    order: dict[str, str] = {}
    for letter, legs_of in ends.items():
        if len(legs_of) == 2 and letter not in output:
            draft.wire(legs_of[0], legs_of[1])
        elif len(legs_of) == 1 and letter in output:
            order[letter] = legs_of[0]
        else:
            dot = [draft.leg(draft.space(letter), letter) for _ in range(len(legs_of) + (letter in output))]
            draft.delta(dot)
            for one, other in zip(legs_of, dot, strict=False):
                draft.wire(one, other)
            if letter in output:
                order[letter] = dot[-1].id
    draft.open_order = [order[letter] for letter in output]
    arrange(draft)
    return draft.build()


def spots(diagram: Diagram) -> dict[str, tuple[float, float]]:
    """The places of tensors by name."""
    return {
        node.name: (diagram.layout.places[node.id].x, diagram.layout.places[node.id].y)
        for node in diagram.content.nodes.values()
        if isinstance(node, Tensor)
    }


def angles(diagram: Diagram) -> dict[str, float]:
    """The directions of tensors' legs, by name of the tensor and label."""
    return {
        f"{node.name}{leg.label}": diagram.layout.legs[leg.id].angle
        for node in diagram.content.nodes.values()
        if isinstance(node, Tensor)
        for leg in node_legs(node)
    }


def kinds(diagram: Diagram) -> list[str]:
    return [clash.kind for clash in clashes(diagram, build(diagram))]


def test_a_chain_is_a_row_with_the_first_leg_to_the_left() -> None:
    made = network("jk,ij,kl->il")
    at = spots(made)
    assert {y for _, y in at.values()} == {0.0}
    assert at["B"][0] < at["A"][0] < at["C"][0]
    gaps = {at["A"][0] - at["B"][0], at["C"][0] - at["A"][0]}
    assert max(gaps) - min(gaps) < 0.02
    assert angles(made) == {"Aj": 180.0, "Ak": 0.0, "Bi": 180.0, "Bj": 0.0, "Ck": 180.0, "Cl": 0.0}


def test_physical_legs_of_a_chain_hang_down_in_parallel() -> None:
    made = network("ia,ajb,bkc,cl->ijkl")
    assert {angles(made)[leg] for leg in ("Ai", "Bj", "Ck", "Dl")} == {270.0}


def test_a_ring_is_two_rows() -> None:
    at = spots(network("ab,bc,cd,de,ef,fa->"))
    assert len({y for _, y in at.values()}) == 2
    assert len({x for x, _ in at.values()}) == 3


def test_a_ladder_is_two_rows_of_five() -> None:
    at = spots(network("ij,ir,jkl,rks,lmn,smt,nop,tou,pq,uq->"))
    assert len({y for _, y in at.values()}) == 2
    assert len({x for x, _ in at.values()}) == 5
    assert at["A"][0] == at["B"][0]


def test_a_lattice_is_a_lattice() -> None:
    at = spots(network("ac,abd,be,cfh,dfgi,egj,hk,ikl,jl->"))
    assert len({y for _, y in at.values()}) == len({x for x, _ in at.values()}) == 3


def test_a_trace_is_a_loop_round_its_body() -> None:
    made = network("ii->")
    assert sorted(place.angle for place in made.layout.legs.values()) == [0.0, 180.0]


def test_outer_products_stand_side_by_side() -> None:
    at = spots(network("ij,kl,m->ijklm"))
    assert at["A"][0] < at["B"][0] < at["C"][0]
    assert len({y for _, y in at.values()}) == 1


@pytest.mark.parametrize("name", [entry.name for entry in templates()])
def test_templates_without_their_layout_get_one_without_overlaps(name: str) -> None:
    made = arranged(template(name, **({"layers": 2} if name == "gpt2" else {})))
    assert not {"bodies overlap", "borders cross"}.intersection(kinds(made))


@pytest.mark.parametrize("seed", range(30))
def test_bodies_of_random_drawings_lie_apart(seed: int) -> None:
    assert "bodies overlap" not in kinds(arranged(random_drawing(seed).diagram))


@pytest.mark.parametrize("seed", range(20))
def test_only_the_layout_changes_and_always_in_the_same_way(seed: int) -> None:
    diagram = random_drawing(seed).diagram
    made = arranged(diagram)
    assert made.content is diagram.content
    assert made.layout.places.keys() >= diagram.content.nodes.keys()
    again = arranged(Draft(made).build())
    assert again.layout == made.layout


def test_looks_and_notes_stay() -> None:
    diagram = template("attention")
    made = arranged(diagram)
    assert made.layout.looks == diagram.layout.looks
    assert made.layout.notes == diagram.layout.notes
