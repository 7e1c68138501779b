"""What has no layout gets one: bodies and regions apart, and the shapes that people draw."""

from __future__ import annotations

import itertools

import pytest
from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Add, Copy, Diagram, Paste, Tensor, node_legs
from tensordraw.figure.arranging import arrange, arranged
from tensordraw.figure.build import build
from tensordraw.figure.checks import clashes
from tensordraw.figure.index import index
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
    assert not {"bodies overlap", "borders cross", "line through a body"}.intersection(kinds(made))


@pytest.mark.parametrize("seed", [*range(30), 80])
def test_bodies_and_regions_of_random_drawings_lie_apart_or_inside_each_other(seed: int) -> None:
    diagram = random_drawing(seed).diagram
    made = arranged(diagram)
    assert not {"bodies overlap", "borders cross"}.intersection(kinds(made))
    boxes = {item.owner: item.box for item in build(made).items}
    for node in diagram.content.nodes.values():
        at = made.layout.places[node.id]
        around = index(diagram.content).chain[node.inside][:-1]
        for region in diagram.content.regions:
            left, top, right, bottom = boxes[region]
            assert (left < at.x < right and top < at.y < bottom) == (region in around) or node.id in index(
                diagram.content
            ).signs, (node.id, region)


WIRED = (
    "ij,jk->ik;ij,ij->ij;bij,bjk->bik;ij,j,kj->ik;s,is,js,ks->ijk;abc,ia,jb,kc->ijk;iab,b,baj->ij;ab,ac,ad,ae,af->bcdef;"
    "aijb,bklc,cmnd->aijbklcmnd;xa,yb,abm,mc,md->xycd;ab,cd,de,fc,gb->afge;abc,bd,ce,adf,efg->g;aab,bcc->;iijj->ij;"
    "abcd,abce,abcf->def;bqhd,bkhd->bhqk;a,ab,abc->abc;ea,fb,abcd,gc,hd->efgh;cgik,ad,ej,hi,bhj,ak,bce,df,fg->;,ij->ij"
)


@pytest.mark.parametrize("spec", WIRED.split(";"))
def test_networks_are_clean(spec: str) -> None:
    assert kinds(network(spec)) == []


def test_a_tree_grows_downwards() -> None:
    at = spots(network("abc,bde,cfg->adefg"))
    assert at["B"][1] == at["C"][1] == at["A"][1]  # a short one is a row
    at = spots(network("bc,bde,cfg,dhi,ejk,flm,gno,hp,iq,jr,ks,lt,mu,nv,ow->pqrstuvw"))
    levels = [{at[name][1] for name in names} for names in ("A", "BC", "DEFG", "HIJKLMNO")]
    assert [len(level) for level in levels] == [1, 1, 1, 1]
    assert [max(level) for level in levels] == sorted(max(level) for level in levels)
    assert [at[name][0] for name in "HIJKLMNO"] == sorted(at[name][0] for name in "HIJKLMNO")


def test_a_stream_runs_straight_from_left_to_right() -> None:
    made = arranged(template("residual_stream"))
    places = made.layout.places
    row = [places[n.id] for n in made.content.nodes.values() if isinstance(n, Copy | Add)]
    assert len({place.y for place in row}) == 1
    assert row[0].x < row[1].x
    assert all(places[n.id].y > row[0].y for n in made.content.nodes.values() if isinstance(n, Paste))


def test_terms_of_an_equation_stand_on_one_line_and_equations_below_each_other() -> None:
    draft = Draft()
    terms = [draft.term() for _ in range(4)]
    for number, term in enumerate(terms):
        below = [draft.leg("i"), draft.leg("j")]
        draft.tensor(f"A{number}", below, inside=term.id)
        if number == 1:
            vectors = [draft.leg("i"), draft.leg("j"), draft.leg("i"), draft.leg("j")]
            draft.tensor("B", vectors[:2], inside=term.id)
            draft.tensor("C", vectors[2:], inside=term.id)
            draft.wire(below[0], vectors[0])
            draft.wire(below[1], vectors[1])
    draft.equation([(terms[0].id, "+"), (terms[1].id, "="), (terms[2].id, ","), (terms[3].id, "=")])
    arrange(draft)
    made = draft.build()
    figure = build(made)
    boxes = {item.owner: item.box for item in figure.items if item.owner in made.content.regions}
    # Terms are read on the line of their open legs; the second one has its open legs at C.
    heights = [{round(figure.anchors[leg].root[1]) for leg in index(made.content).open_in[term.id]} for term in terms]
    assert all(len(one) == 1 for one in heights)
    assert heights[0] == heights[1]
    assert heights[2] == heights[3]
    assert boxes[terms[2].id][1] > boxes[terms[1].id][3] + 20.0
    assert boxes[terms[1].id][0] > boxes[terms[0].id][2] + 20.0


def test_a_thousand_tensors_lie_apart() -> None:
    spec = [(f"a{k}", f"a{k + 1}", f"h{k % 7}") for k in range(1000)]
    draft = Draft()
    legs: dict[str, list[str]] = {}
    space = draft.space("n", 2)
    for number, names in enumerate(spec):
        made = [draft.leg(space) for _ in names]
        draft.tensor(f"T{number}", made)
        for name, leg in zip(names, made, strict=True):
            legs.setdefault(name, []).append(leg.id)
    for ends in legs.values():
        if len(ends) == 2:
            draft.wire(ends[0], ends[1])
        elif len(ends) > 2:
            dot = [draft.leg(space) for _ in ends]
            draft.delta(dot)
            for one, other in zip(ends, dot, strict=True):
                draft.wire(one, other)
    arrange(draft)
    rows: dict[float, list[float]] = {}
    for place in draft.places.values():
        rows.setdefault(place.y, []).append(place.x)
    assert len(draft.places) == 1007
    for xs in rows.values():
        assert all(b - a > 20.0 for a, b in itertools.pairwise(sorted(xs)))


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


def test_an_identity_on_one_operand_is_a_line_that_turns_back() -> None:
    draft = Draft()
    c = [draft.leg(draft.space("i")) for _ in range(2)]
    draft.tensor("C", c)
    one = [draft.leg("i") for _ in range(2)]
    delta = draft.delta(one)
    operands = [[draft.leg("i") for _ in range(2)] for _ in range(2)]
    draft.add(operands, [draft.leg("i", "a"), draft.leg("i", "b")])
    for legs, operand in zip((c, one), operands, strict=True):
        for leg, end in zip(legs, operand, strict=True):
            draft.wire(leg, end)
    made = arranged(draft.build())
    first, second = (made.layout.legs[leg.id] for leg in delta.legs)
    assert (first.angle - second.angle) % 360 == 180
    assert first.shift == second.shift == 0
    assert kinds(made) == []


def sides_of_open_legs(diagram: Diagram) -> dict[str, float]:
    found = index(diagram.content)
    return {leg: place.angle for leg, place in diagram.layout.legs.items() if leg in found.open_legs}


def test_open_legs_keep_their_side_where_it_is_free() -> None:
    drawn = template("mps")
    assert set(sides_of_open_legs(drawn).values()) == {90.0}
    assert sides_of_open_legs(arranged(drawn)) == sides_of_open_legs(drawn)


def test_an_open_leg_gives_way_to_a_wire_that_needs_its_side() -> None:
    drawn = template("mps")
    legs = {leg: replace(place, angle=0.0) for leg, place in drawn.layout.legs.items()}
    made = arranged(replace(drawn, layout=replace(drawn.layout, legs=legs)))
    assert set(list(sides_of_open_legs(made).values())[:-1]) == {270.0}
    assert kinds(made) == []
