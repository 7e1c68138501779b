"""Edits of regions and of the layout, and fragments: what they do, what they leave alone, and what they refuse."""

from __future__ import annotations

import pytest

from tensordraw.diagram import edits, edits_layout, edits_legs, edits_names, edits_regions, fragments
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.legs import joined, map_legs, node_legs
from tensordraw.diagram.records import (
    ROOT,
    Bubble,
    Copy,
    Diagram,
    Id,
    Note,
    Paste,
    Repeat,
    Source,
    Wire,
)
from tensordraw.errors import Error
from tests.diagram.chains import chain, inside_of, legs_of


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
    diagram, (a, b, _c) = chain("A", "B", "C")
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


def test_a_region_that_becomes_empty_stays_where_its_content_was() -> None:
    draft = Draft()
    outer, space = draft.bubble("relu").id, draft.space("n", 3)
    inner = draft.bubble("tanh", inside=outer).id
    a = draft.tensor("A", [draft.leg(space)], (400.0, -300.0), inside=inner).id
    b = draft.tensor("B", [draft.leg(space)], (440.0, -300.0), inside=inner).id
    diagram = draft.build()
    first = edits.remove(diagram, (a,))
    assert first.layout.places.keys() == {b}
    both = edits.remove(diagram, (a, b))
    assert (both.layout.places[inner].x, both.layout.places[inner].y) == (420.0, -300.0)
    last = edits.remove(both, (inner,))
    assert (last.layout.places[outer].x, last.layout.places[outer].y) == (420.0, -300.0)
    out = edits_regions.put_inside(diagram, (a, b), ROOT)
    assert (out.layout.places[inner].x, out.layout.places[inner].y) == (420.0, -300.0)
