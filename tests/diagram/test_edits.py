"""Single edits: what they do, what they leave alone, and what they refuse."""

from __future__ import annotations

import pytest

from tensordraw.diagram import edits, edits_layout, edits_legs, edits_names, edits_regions, fragments
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.legs import UNCHOSEN, all_legs, joined, map_legs, node_legs
from tensordraw.diagram.records import (
    ROOT,
    Bubble,
    Copy,
    Delta,
    Diagram,
    Id,
    Note,
    Paste,
    Place,
    Repeat,
    Source,
    Space,
    Tensor,
    Wire,
)
from tensordraw.errors import Error


def legs_of(diagram: Diagram, node: Id) -> list[Id]:
    return [leg.id for leg in node_legs(diagram.content.nodes[node])]


def chain(*names: str, size: int = 3) -> tuple[Diagram, list[Id]]:
    """Matrices in a row, joined each to the next."""
    draft = Draft()
    made = []
    for place, name in enumerate(names):
        made.append(
            draft.tensor(
                name,
                [
                    draft.leg(
                        "n",
                    ),
                    draft.leg("n"),
                ],
                (100.0 * place, 0.0),
            )
        )
        if place:
            draft.wire(made[-2].legs[1], made[-1].legs[0])
    for space in list(draft.spaces.values()):
        draft.change(space.id, size=size)
    return draft.build(), [tensor.id for tensor in made]


def inside_of(diagram: Diagram, node: Id) -> Id:
    return diagram.content.nodes[node].inside


# ---------------------------------------------------------------------------------------------------------------- wires


def test_connect_refuses_a_leg_that_has_a_wire() -> None:
    diagram, (a, b, c) = chain("A", "B", "C")
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
    assert edits.why_not(diagram, legs[0].id, legs[1].id) == "p=3 ≠ q=4"
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
    diagram, (a, b) = chain("A", "B")
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
    with pytest.raises(Error, match="p=2 ≠ q=3"):
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


# -------------------------------------------------------------------------------------------------------------- regions


def test_wrapping_never_makes_a_partial_overlap() -> None:
    diagram, (a, b, c) = chain("A", "B", "C")
    diagram, inner = edits_regions.wrap(diagram, [a, b], "bubble")
    after, outer = edits_regions.wrap(diagram, [b, c], "bubble")
    assert after.content.regions[inner].inside == outer, "B is taken with the bubble that holds it"
    assert inside_of(after, c) == outer
    part, deep = edits_regions.wrap(diagram, [a], "term")
    assert part.content.regions[deep].inside == inner
    assert inside_of(part, b) == inner


def test_wrap_then_dissolve_is_where_it_was() -> None:
    diagram, nodes = chain("A", "B", "C")
    for kind in ("bubble", "sum", "block", "term"):
        wrapped, region = edits_regions.wrap(diagram, nodes[:2], kind)  # type: ignore[arg-type]
        back = edits_regions.dissolve(wrapped, [region])
        assert back.content.nodes == diagram.content.nodes
        assert back.content.wires == diagram.content.wires


def test_wrapping_in_a_repeat_leads_wires_and_open_legs_through_ports_and_back() -> None:
    diagram, (a, b, c) = chain("A", "B", "C")
    wrapped, region = edits_regions.wrap(diagram, [b], "repeat")
    repeat = wrapped.content.regions[region]
    assert isinstance(repeat, Repeat)
    (port,) = repeat.ports
    left, right = legs_of(diagram, b)
    pairs = {frozenset(wire.ends) for wire in wrapped.content.wires.values()}
    # y_i = B_ij x_j: the last leg of a matrix takes the state in.
    assert frozenset((port.inner_in.id, right)) in pairs
    assert frozenset((port.inner_out.id, left)) in pairs
    assert frozenset((port.outer_in.id, legs_of(diagram, c)[0])) in pairs
    assert frozenset((port.outer_out.id, legs_of(diagram, a)[1])) in pairs
    assert list(faults(wrapped)) == []
    back = edits_regions.dissolve(wrapped, [region])
    assert {frozenset(w.ends) for w in back.content.wires.values()} == {
        frozenset(w.ends) for w in diagram.content.wires.values()
    }
    out = edits_regions.put_inside(wrapped, [b], ROOT)
    assert {frozenset(w.ends) for w in out.content.wires.values()} == {
        frozenset(w.ends) for w in diagram.content.wires.values()
    }


def test_a_matrix_alone_in_a_repeat_composes_with_itself() -> None:
    diagram, (a,) = chain("A")
    wrapped, region = edits_regions.wrap(diagram, [a], "repeat")
    repeat = wrapped.content.regions[region]
    assert isinstance(repeat, Repeat)
    assert len(repeat.ports) == 1
    swapped = edits_regions.swap_port(wrapped, region, repeat.ports[0].id)
    assert edits_regions.swap_port(swapped, region, repeat.ports[0].id) == wrapped
    gone = edits.remove(wrapped, [repeat.ports[0].inner_in.id])
    assert gone.content.wires == {}


def test_a_region_cannot_be_put_inside_itself() -> None:
    diagram, (a, b) = chain("A", "B")
    diagram, outer = edits_regions.wrap(diagram, [a, b], "bubble")
    diagram, inner = edits_regions.wrap(diagram, [a], "bubble")
    with pytest.raises(Error, match="inside itself"):
        edits_regions.put_inside(diagram, [outer], inner)
    assert edits_regions.refusal_to_enter(diagram, [outer], inner) is not None
    assert edits_regions.refusal_to_enter(diagram, [inner], ROOT) is None


def test_a_paste_stays_inside_the_sum_that_holds_its_copy() -> None:
    draft = Draft()
    total = draft.sum("k", "terms")
    copy = draft.copy("x", [draft.leg("p")], inside=total.id)
    paste = draft.paste(copy.id, [draft.leg("p")], inside=total.id)
    diagram = draft.build()
    assert "sum" in str(edits_regions.refusal_to_enter(diagram, [paste.id], ROOT))


def test_functions_choose_their_axes() -> None:
    diagram, (a, b) = chain("A", "B")
    diagram, region = edits_regions.wrap(diagram, [a, b], "bubble", function="softmax")
    ends = edits_regions.border_legs(diagram.content, region)
    assert set(ends) == {legs_of(diagram, a)[0], legs_of(diagram, b)[1]}

    def axes(found: Diagram) -> tuple[Id, ...]:
        bubble = found.content.regions[region]
        assert isinstance(bubble, Bubble)
        return bubble.axes

    assert axes(diagram) == ends[-1:]
    two = edits_regions.set_function(diagram, region, "causal_mask")
    assert axes(two) == ends
    assert axes(edits_regions.set_function(two, region, "inverse")) == ends, "axes that fit are kept"
    assert axes(edits_regions.set_function(two, region, "relu")) == ()
    chosen = edits_regions.set_function(diagram, region, "max", [ends[0]])
    assert axes(edits_regions.set_function(chosen, region, "softmax")) == ends[:1]
    with pytest.raises(Error, match="no function called"):
        edits_regions.set_function(diagram, region, "nonsense")
    with pytest.raises(Error, match="Only a bubble"):
        edits_regions.set_function(diagram, a, "relu")


# --------------------------------------------------------------------------------------------------------------- layout


def test_layout_edits_leave_the_content_the_same_object() -> None:
    diagram, (a, b) = chain("A", "B")
    (wire,) = diagram.content.wires
    for after in (
        edits_layout.move(diagram, [a], 5, 5),
        edits_layout.rotate(diagram, [a, b], 30),
        edits_layout.mirror(diagram, [a, b], "vertical"),
        edits_layout.set_curve(diagram, [wire], "straight"),
        edits_layout.set_look(diagram, [a], colour="blue"),
        edits_layout.place_leg(diagram, legs_of(diagram, a)[0], 45.0),
        edits_layout.offset_label(diagram, a, (3.0, 4.0)),
        edits_layout.to_grid(diagram, [b], 70.0),
        edits_layout.set_size(diagram, a, 40.0, None),
    ):
        assert after is not diagram
        assert after.content is diagram.content


def test_four_quarter_turns_and_two_mirrors_are_nothing() -> None:
    diagram, nodes = chain("A", "B", "C")
    diagram = edits_layout.move(diagram, nodes[:1], 0.0, 70.0)
    turned = diagram
    for _ in range(4):
        turned = edits_layout.rotate(turned, nodes)
    assert turned.layout == diagram.layout
    for axis in ("horizontal", "vertical"):
        once = edits_layout.mirror(diagram, nodes, axis)  # type: ignore[arg-type]
        assert once.layout != diagram.layout
        assert edits_layout.mirror(once, nodes, axis).layout == diagram.layout  # type: ignore[arg-type]


def test_way_points_go_with_both_ends_only() -> None:
    diagram, (a, b) = chain("A", "B")
    (wire,) = diagram.content.wires
    diagram = edits_layout.set_curve(diagram, [wire], points=[(50.0, 20.0)])
    assert edits_layout.move(diagram, [a], 10, 0).layout.curves[wire].points == ((50.0, 20.0),)
    assert edits_layout.move(diagram, [a, b], 10, 0).layout.curves[wire].points == ((60.0, 20.0),)


def test_moving_a_region_moves_what_is_in_it() -> None:
    diagram, (a, b, c) = chain("A", "B", "C")
    diagram, inner = edits_regions.wrap(diagram, [a], "bubble")
    diagram, outer = edits_regions.wrap(diagram, [inner, b], "block")
    after = edits_layout.move(diagram, [outer], 0.0, 30.0)
    assert [after.layout.places[node].y for node in (a, b, c)] == [30.0, 30.0, 0.0]


def test_notes_never_share_an_id() -> None:
    diagram, first = edits_layout.add_note(Diagram(), "one", 0, 0)
    diagram, second = edits_layout.add_note(diagram, "two", 5, 5)
    assert first != second
    assert edits_layout.change_note(diagram, first, "new").layout.notes[first] == Note(first, "new", 0, 0)
    assert set(edits_layout.change_note(diagram, first, " ").layout.notes) == {second}


# ------------------------------------------------------------------------------------------------------------ fragments


def test_a_fragment_carries_regions_bindings_sources_and_layout() -> None:
    diagram, (a, b, c) = chain("A", "B", "C")
    diagram = edits_names.set_source(diagram, "A", Source("a.npy"))
    diagram, region = edits_regions.wrap(diagram, [a, b], "sum")
    free = legs_of(diagram, a)[0]
    diagram = edits_legs.bind_leg(diagram, free, region)
    part = fragments.extract(diagram, [region])
    assert set(part.content.nodes) == {a, b}
    assert list(faults(part)) == []
    after, (made,) = fragments.insert(Diagram(), part, 10.0, 0.0)
    nodes = list(after.content.nodes.values())
    assert {node.inside for node in nodes} == {made}
    assert [leg.index for leg in node_legs(nodes[0])] == [made, None]
    assert set(after.content.sources) == {"A"}
    assert [place.x for place in after.layout.places.values()] == [10.0, 110.0]
    assert isinstance(next(iter(after.content.wires.values())), Wire)


def test_a_paste_without_its_copy_is_left_out_of_fragments_but_duplicated_in_place() -> None:
    draft = Draft()
    copy = draft.copy("x", [draft.leg("p")], at=(0.0, 0.0))
    paste = draft.paste(copy.id, [draft.leg("p")], (50.0, 0.0))
    diagram = draft.build()
    assert fragments.extract(diagram, [paste.id]).content.nodes == {}
    both, _ = fragments.insert(diagram, fragments.extract(diagram, [copy.id, paste.id]))
    copies = {node.id for node in both.content.nodes.values() if isinstance(node, Copy)}
    assert {node.copy for node in both.content.nodes.values() if isinstance(node, Paste)} == copies
    again, (made,) = fragments.duplicate(diagram, [paste.id], 20.0, 20.0)
    node = again.content.nodes[made]
    assert isinstance(node, Paste)
    assert node.copy == copy.id


def test_spaces_of_a_fragment_are_shared_or_told_apart() -> None:
    small, _ = chain("A", size=3)
    same, _ = fragments.insert(small, small)
    assert len(same.content.spaces) == 1
    large, _ = chain("B", size=5)
    other, _ = fragments.insert(small, large)
    assert {(space.name, space.size) for space in other.content.spaces.values()} == {("n", 3), ("n2", 5)}


def test_duplicates_stay_in_the_region_of_their_originals() -> None:
    diagram, (a, b) = chain("A", "B")
    diagram, region = edits_regions.wrap(diagram, [a], "bubble")
    after, made = fragments.duplicate(diagram, [a, b], 20.0, 20.0)
    assert {inside_of(after, node) for node in made} == {ROOT, region}


def test_map_legs_keeps_the_object_where_nothing_changes() -> None:
    draft = Draft()
    node = draft.add([[draft.leg("p")], [draft.leg("p")]], [draft.leg("p")])
    assert map_legs(node, lambda leg: leg) is node
    assert joined(draft.build()) == {}
