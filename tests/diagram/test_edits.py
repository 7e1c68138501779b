"""Single edits: what they do, what they leave alone, and what they refuse."""

from __future__ import annotations

import pytest

from tensordraw.diagram import edits, edits_layout, edits_legs, edits_names, edits_regions
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import UNCHOSEN, all_legs
from tensordraw.diagram.records import (
    ROOT,
    Bubble,
    Copy,
    Delta,
    Diagram,
    Paste,
    Place,
    Source,
    Space,
    Tensor,
)
from tensordraw.errors import Error
from tests.diagram.chains import chain, legs_of

# ---------------------------------------------------------------------------------------------------------------- wires


def test_connect_refuses_a_leg_that_has_a_wire() -> None:
    diagram, (a, _b, c) = chain("A", "B", "C")
    with pytest.raises(Error, match="connected already"):
        edits.connect(diagram, legs_of(diagram, a)[1], legs_of(diagram, c)[0])
    with pytest.raises(Error, match="itself"):
        edits.connect(diagram, legs_of(diagram, a)[0], legs_of(diagram, a)[0])
    with pytest.raises(Error, match="no longer exists"):
        edits.connect(diagram, legs_of(diagram, a)[0], "l999")


def test_connect_refuses_other_sizes_other_spaces_and_fixed_legs() -> None:
    draft = Draft()
    legs = [draft.leg(draft.space("p", 3)), draft.leg(draft.space("q", 4)), draft.leg(draft.space("r", 3)),
            draft.leg("p", index=1)]  # fmt: skip
    for name, leg in zip("ABCD", legs, strict=True):
        draft.tensor(name, [leg])
    diagram = draft.build()
    assert edits.why_not(diagram, legs[0].id, legs[1].id) == "p = 3 ≠ q = 4"
    assert "differ" in str(edits.why_not(diagram, legs[0].id, legs[2].id))
    assert "fixed to an index" in str(edits.why_not(diagram, legs[0].id, legs[3].id))


def test_two_upper_legs_need_the_metric_in_a_general_space_only() -> None:
    for metric, fits in (("general", False), ("euclidean", True)):
        draft = Draft()
        space = draft.space("v", 3, metric=metric)
        legs = [draft.leg(space, variance="upper") for _ in range(2)]
        for leg in legs:
            draft.tensor("x", [leg])
        assert (edits.why_not(draft.build(), legs[0].id, legs[1].id) is None) == fits


def test_a_space_that_is_not_chosen_yet_gives_way_with_all_that_hangs_on_it() -> None:
    draft = Draft()
    draft.spaces["s900"] = Space("s900", "n", 4, UNCHOSEN)
    hidden = draft.space("hidden", 7)
    w = draft.tensor("W", [draft.leg(hidden)])
    a = draft.tensor("A", [draft.leg("s900"), draft.leg("s900")])
    b = draft.tensor("B", [draft.leg("s900")])
    draft.wire(a.legs[0], b.legs[0])
    after = edits.connect(draft.build(), w.legs[0].id, a.legs[1].id)
    spaces = {leg.id: leg.space for leg in all_legs(after).values()}
    assert spaces[a.legs[1].id] == hidden
    assert spaces[a.legs[0].id] == "s900"
    other = edits_legs.set_leg_space(after, b.legs[0].id, hidden)
    assert {leg.space for leg in all_legs(other).values()} == {hidden}, "a wire has one space"


def test_edits_that_change_nothing_return_the_same_object() -> None:
    diagram, (a, b) = chain("A", "B")
    assert edits.detach(diagram, legs_of(diagram, a)[0]) is diagram
    assert edits.remove(diagram, []) is diagram
    assert edits_layout.move(diagram, [a], 0, 0) is diagram
    assert edits_names.rename(diagram, a, "A") is diagram
    assert edits_regions.put_inside(diagram, [a, b], ROOT) is diagram
    assert edits_legs.reorder_legs(diagram, a, legs_of(diagram, a)) is diagram
    assert edits_names.set_form(diagram, a, "any") is diagram


def test_branch_makes_a_dot_and_a_second_branch_grows_it() -> None:
    diagram, (_a, _b) = chain("A", "B")
    (wire,) = diagram.content.wires
    draft = Draft(diagram)
    v, w = (draft.tensor(name, [draft.leg("n")]) for name in "vw")
    diagram, dot = edits.branch(draft.build(), v.legs[0].id, wire, (50.0, 0.0))
    assert diagram.layout.places[dot] == Place(50.0, 0.0)
    assert len(diagram.content.wires) == 3
    diagram, same = edits.branch(diagram, w.legs[0].id, min(diagram.content.wires), (50.0, 0.0))
    assert same == dot
    assert len(diagram.content.wires) == 4
    node = diagram.content.nodes[dot]
    assert isinstance(node, Delta)
    assert len(node.legs) == 4


def test_splice_fits_either_way_round() -> None:
    draft = Draft()
    a = draft.tensor("A", [draft.leg(draft.space("p", 2))])
    b = draft.tensor("B", [draft.leg("p")])
    wire = draft.wire(a.legs[0], b.legs[0])
    m = draft.tensor("M", [draft.leg("p"), draft.leg("p")])
    odd = draft.tensor("N", [draft.leg("p"), draft.leg(draft.space("q", 3))])
    diagram = draft.build()
    after = edits.splice(diagram, m.id, wire.id)
    assert {frozenset(w.ends) for w in after.content.wires.values()} == {
        frozenset((a.legs[0].id, m.legs[0].id)), frozenset((m.legs[1].id, b.legs[0].id)),
    }  # fmt: skip
    with pytest.raises(Error, match="p = 2 ≠ q = 3"):
        edits.splice(diagram, odd.id, wire.id)


def test_remove_and_rejoin_needs_two_neighbours_that_fit() -> None:
    diagram, (a, b, c) = chain("A", "B", "C")
    after = edits.remove_and_rejoin(diagram, [b])
    (wire,) = after.content.wires.values()
    assert set(wire.ends) == {legs_of(diagram, a)[1], legs_of(diagram, c)[0]}
    with pytest.raises(Error, match="exactly two neighbours"):
        edits.remove_and_rejoin(diagram, [a])


# ------------------------------------------------------------------------------------------------------- names and legs


def test_a_source_goes_with_its_last_occurrence() -> None:
    diagram, (a, b) = chain("A", "A")
    diagram = edits_names.set_source(diagram, "A", Source("a.npy"))
    once = edits_names.rename(diagram, a, "B")
    assert set(once.content.sources) == {"A"}
    assert set(edits_names.rename(once, b, "B").content.sources) == {"B"}
    assert set(edits_names.rename_array(diagram, "A", "C").content.sources) == {"C"}
    assert edits.remove(diagram, [a, b]).content.sources == {}
    with pytest.raises(Error, match="no array called"):
        edits_names.set_source(diagram, "Z", Source("a.npy"))


def test_legs_of_the_same_array_change_together() -> None:
    diagram, (a, b) = chain("A", "A")
    space = next(iter(diagram.content.spaces))
    after = edits_legs.add_leg(diagram, a, space, "k", 0)
    assert [len(legs_of(after, node)) for node in (a, b)] == [3, 3]
    assert all_legs(after)[legs_of(after, b)[0]].label == "k"
    back = edits_legs.remove_leg(after, legs_of(after, a)[0])
    assert [legs_of(back, node) for node in (a, b)] == [legs_of(diagram, node) for node in (a, b)]
    turned = edits_legs.reverse_legs(diagram, a)
    assert legs_of(turned, b) == legs_of(diagram, b)[::-1]


def test_removing_a_leg_takes_wire_tip_axis_and_order_along() -> None:
    draft = Draft()
    legs = [draft.leg("n", angle=90.0) for _ in range(3)]
    tensor = draft.tensor("A", legs, form="isometry", tip=(legs[2].id,))
    other = draft.tensor("B", [draft.leg("n")])
    draft.wire(legs[2], other.legs[0])
    draft.open_order = [legs[2].id, legs[0].id]
    diagram, region = edits_regions.wrap(draft.build(), [tensor.id], "bubble", function="softmax")
    diagram = edits_regions.set_function(diagram, region, "softmax", [legs[2].id])
    after = edits.remove(diagram, [legs[2].id])
    node, bubble = after.content.nodes[tensor.id], after.content.regions[region]
    assert isinstance(node, Tensor)
    assert isinstance(bubble, Bubble)
    assert (node.tip, bubble.axes, after.content.wires) == ((), (), {})
    assert after.content.open_order == (legs[0].id,)
    assert legs[2].id not in after.layout.legs


def test_corresponding_legs_of_a_copy_go_together() -> None:
    draft = Draft()
    copy = draft.copy("x", [draft.leg("p"), draft.leg("q")], [draft.leg("p"), draft.leg("q")])
    paste = draft.paste(copy.id, [draft.leg("p"), draft.leg("q")])
    diagram = draft.build()
    after = edits.remove(diagram, [copy.into[0].id])
    found, again = after.content.nodes[copy.id], after.content.nodes[paste.id]
    assert isinstance(found, Copy)
    assert isinstance(again, Paste)
    assert (len(found.into), len(found.out), len(again.legs)) == (1, 1, 1)
    grown = edits_legs.add_leg(diagram, paste.id, copy.into[0].space)
    assert [len(legs_of(grown, node)) for node in (copy.id, paste.id)] == [6, 3]


def test_binding_a_leg() -> None:
    diagram, (a, b) = chain("A", "B")
    free, wired = legs_of(diagram, a)
    assert all_legs(edits_legs.bind_leg(diagram, free, 2))[free].index == 2
    with pytest.raises(Error, match="lies outside"):
        edits_legs.bind_leg(diagram, free, 3)
    with pytest.raises(Error, match="never also wired"):
        edits_legs.bind_leg(diagram, wired, 0)
    inside, region = edits_regions.wrap(diagram, [a], "sum")
    bound = edits_legs.bind_leg(inside, free, region)
    assert all_legs(bound)[free].index == region
    assert all_legs(edits_regions.dissolve(bound, [region]))[free].index is None
    assert all_legs(edits_regions.put_inside(bound, [a], ROOT))[free].index is None
    with pytest.raises(Error, match="around it"):
        edits_legs.bind_leg(inside, legs_of(inside, b)[1], region)


def test_spaces_have_unique_names_and_whole_sizes() -> None:
    diagram, space = edits_names.add_space(Diagram(), "p", 3)
    for name, size in (("p", 2), ("", 2), ("q", 0), ("q", True)):
        with pytest.raises(Error):
            edits_names.add_space(diagram, name, size)
    diagram, other = edits_names.add_space(diagram, "q", 2)
    with pytest.raises(Error, match="called p already"):
        edits_names.change_space(diagram, other, name="p")
    assert edits_names.change_space(diagram, space, size=9).content.spaces[space].size == 9
    assert other not in edits_names.remove_space(diagram, other).content.spaces
    used, _ = chain("A", "B")
    with pytest.raises(Error, match="in use"):
        edits_names.remove_space(used, next(iter(used.content.spaces)))
