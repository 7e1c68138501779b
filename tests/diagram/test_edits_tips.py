"""The tips of triangles: chosen by hand, by the sizes, along chains; the arrays drawn at random are what the triangles say."""

from __future__ import annotations

from math import prod

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram import edits_tips
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.edits_names import set_form, set_recipe
from tensordraw.diagram.recipes import Recipe
from tensordraw.diagram.records import Diagram, Tensor
from tensordraw.errors import Error
from tensordraw.program.arrays import random_arrays


def chain(count: int = 5, bond: int = 4, ring: bool = False) -> Diagram:
    """A1 - A2 - ... with legs (left, physical, right); the ends have no outer bond unless it is a ring."""
    draft = Draft()
    draft.space("bond", bond)
    draft.space("physical", 2)
    ends = []
    for k in range(count):
        left, right = draft.leg("bond", angle=180.0), draft.leg("bond", angle=0.0)
        free = draft.leg("physical", f"i{k + 1}", angle=90.0)
        legs = [left] * (k > 0 or ring) + [free] + [right] * (k < count - 1 or ring)
        draft.tensor(f"A{k + 1}", legs, (60.0 * k, 0.0))
        ends.append((left, right))
    for k in range(count - 1 + ring):
        draft.wire(ends[k][1], ends[(k + 1) % count][0])
    return draft.build()


def named(diagram: Diagram, *names: str) -> list[str]:
    return [node.id for name in names for node in diagram.content.nodes.values() if getattr(node, "name", "") == name]


def node(diagram: Diagram, name: str) -> Tensor:
    found = diagram.content.nodes[named(diagram, name)[0]]
    assert isinstance(found, Tensor)
    return found


def points(diagram: Diagram, name: str) -> str:
    """Where the triangle points: "left", "right", "up", or "" for a tensor that is none."""
    one = node(diagram, name)
    angles = {diagram.layout.legs[leg].angle for leg in one.tip}
    return {0.0: "right", 180.0: "left", 90.0: "up"}[angles.pop()] if one.form == "isometry" else ""


def assert_isometries(diagram: Diagram) -> None:
    """No problem is told, and every triangle's random array, contracted over its base, is the identity at the tip."""
    assert not td.problems(diagram)
    arrays = random_arrays(diagram.content)
    for one in diagram.content.nodes.values():
        if isinstance(one, Tensor) and one.form == "isometry":
            tips = [at for at, leg in enumerate(one.legs) if leg.id in one.tip]
            base = [at for at in range(len(one.legs)) if at not in tips]
            array = np.asarray(arrays[one.name])
            matrix = array.transpose([*base, *tips]).reshape(prod(array.shape[at] for at in base), -1)
            np.testing.assert_allclose(matrix.T @ matrix, np.eye(matrix.shape[1]), atol=1e-5)


def test_a_tip_leads_on_along_the_chain_where_the_sizes_allow_it() -> None:
    diagram = chain()
    after = set_form(diagram, *named(diagram, "A3"), "isometry")
    assert points(after, "A3") == "right"
    assert_isometries(after)


def test_triangles_made_together_point_to_what_is_between_them() -> None:
    diagram = chain()
    after, shorter = edits_tips.make_isometries(diagram, named(diagram, "A1", "A2", "A4", "A5"))
    assert [points(after, f"A{k}") for k in range(1, 6)] == ["right", "right", "", "left", "left"]
    assert shorter == ("2 at A1", "2 at A5"), "from a leg of size 2 an isometry cannot lead to 4"
    assert_isometries(after)


def test_a_pair_of_unwired_tensors_takes_no_chain() -> None:
    draft = Draft()
    for name in "UV":
        draft.tensor(name, [draft.leg(draft.space("big", 6)), draft.leg(draft.space("small", 2))], (0, 0))
    diagram = draft.build()
    after, shorter = edits_tips.make_isometries(diagram, named(diagram, "U", "V"))
    assert not shorter
    assert_isometries(after)


@pytest.mark.parametrize(
    ("last", "ways"), [(True, ["right"] * 4 + [""]), (False, ["", *["left"] * 4])], ids=["left", "right"]
)
def test_canonical_forms_point_all_one_way(last: bool, ways: list[str]) -> None:
    diagram = chain()
    for chosen in (named(diagram, "A2"), named(diagram, "A1", "A2", "A3", "A4", "A5")):
        centre = edits_tips.chain_end(diagram, chosen, last)
        after, _ = edits_tips.canonical(diagram, chosen if len(chosen) > 1 else [], centre)
        assert [points(after, f"A{k}") for k in range(1, 6)] == ways
        assert_isometries(after)


@pytest.mark.parametrize("centre", range(1, 6))
def test_a_mixed_canonical_state_has_the_norm_of_its_centre(centre: int) -> None:
    diagram, name = chain(), f"A{centre}"
    after, _ = edits_tips.canonical(diagram, [], *named(diagram, name))
    assert_isometries(after)
    value = np.asarray(td.evaluate(after))
    assert np.linalg.norm(value) == pytest.approx(
        np.linalg.norm(np.asarray(random_arrays(after.content)[name])), rel=1e-4
    )


def test_long_chains_shorten_bonds_only_at_their_ends() -> None:
    after, shorter = edits_tips.canonical(diagram := chain(9, bond=8), [], *named(diagram, "A5"))
    assert shorter == ("2 at A9", "2 at A1", "4 at A8", "4 at A2") or set(shorter) == {
        "2 at A1", "2 at A9", "4 at A2", "4 at A8",
    }  # fmt: skip
    assert_isometries(after)


def test_arrays_with_numbers_of_their_own_keep_their_size() -> None:
    diagram = set_recipe(chain(), "A1", Recipe("fill", factor=1.0))
    after, shorter = edits_tips.canonical(diagram, [], *named(diagram, "A3"))
    assert shorter == ("2 at A5",)
    assert [one.what for one in td.problems(after)] == ["The triangle A1 points to the larger side (4 > 2)."]


def test_a_ring_and_a_lone_tensor_have_no_canonical_form() -> None:
    ring = chain(ring=True)
    with pytest.raises(Error, match="ring"):
        edits_tips.canonical(ring, [], *named(ring, "A1"))
    alone = chain(1)
    with pytest.raises(Error, match="wired to no other"):
        edits_tips.canonical(alone, [], *named(alone, "A1"))


def test_legs_are_put_at_the_tip_by_hand() -> None:
    diagram = chain()
    left, free, right = (leg.id for leg in node(diagram, "A3").legs)
    after = edits_tips.put_at_tip(diagram, {left})
    assert points(after, "A3") == "left"
    after = edits_tips.toggle_tip(after, {free})
    assert node(after, "A3").tip == (free,)
    after = edits_tips.toggle_tip(after, {free})
    assert node(after, "A3").tip == (right,), "it points away, to what is usual without that leg"
    after = edits_tips.set_at_tip(after, free, True)
    assert node(after, "A3").tip == (free, right)
    after = edits_tips.set_at_tip(after, right, False)
    assert node(after, "A3").tip == (free,)
    with pytest.raises(Error, match="leg at its tip"):
        edits_tips.set_at_tip(after, free, False)
    with pytest.raises(Error, match="leg at its base"):
        edits_tips.put_at_tip(after, {left, free, right})
    with pytest.raises(Error, match="no isometry"):
        edits_tips.set_at_tip(diagram, left, True)
