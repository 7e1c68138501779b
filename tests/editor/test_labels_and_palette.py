"""Labels edited in place, kinds of the palette, what is typed in the quick-insert field, and files of arrays."""

from __future__ import annotations

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.records import Bubble, Copy, Diagram, Fixed, Paste, Repeat, Source, Sum
from tensordraw.editor import labels, palette
from tensordraw.editor.effects import EditLabel, OpenDialog, QuickInsert
from tensordraw.editor.events import Bind, Committed, DoubleClick, DragKind, FileDropped, Insert
from tensordraw.editor.state import Placing, open_state
from tensordraw.editor.update import update
from tensordraw.program.functions import FUNCTIONS
from tests.editor.desk import Desk, two_joined, two_tensors


def test_ux_01_double_click_on_empty_canvas_asks_what_to_insert() -> None:
    desk = Desk()
    desk.send(DoubleClick(30.0, 40.0))
    assert desk.asked(QuickInsert) == QuickInsert(
        30.0, 40.0, None, tuple(k.id for k in palette.KINDS if k.id != "paste")
    )


def test_ux_02_a_dragged_kind_is_shown_where_it_would_be_placed() -> None:
    desk = Desk()
    before = desk.document
    desk.send(DragKind("tensor", 12.0, 4.0))
    assert isinstance(desk.state.tool, Placing)
    (node,) = desk.state.shown.content.nodes
    content = desk.state.shown.content
    desk.send(DragKind("tensor", 58.0, 41.0))
    assert desk.state.shown.content is content, "only its layout follows the pointer"
    place = desk.state.shown.layout.places[node]
    assert (place.x, place.y) == (60.0, 40.0)
    assert desk.document is before
    desk.send(DragKind(None))
    assert desk.state.shown is before
    desk.send(DragKind("tensor", 58.0, 41.0), Insert("tensor", 58.0, 41.0))
    (node,) = desk.content.nodes
    assert desk.document.layout.places[node] == place
    assert desk.entries == 1


@pytest.mark.parametrize("kind", [kind.id for kind in palette.KINDS])
def test_every_kind_can_be_put_down(kind: str) -> None:
    desk = Desk()
    if kind == "paste":
        desk.send(Insert(kind, 0.0, 0.0))
        assert desk.refused
        assert not desk.content.nodes
        desk.put("copy", 100, 100)
    desk.send(Insert(kind, 7.0, 13.0))
    assert not desk.refused
    (made,) = desk.state.selection
    assert list(faults(desk.document)) == []
    desk.run("undo")
    assert made not in desk.state.selection


def test_every_function_has_a_bubble_in_the_palette() -> None:
    assert {kind.function for kind in palette.KINDS if kind.region == "bubble"} == set(FUNCTIONS)


def test_palette_search_knows_synonyms() -> None:
    assert palette.search(palette.KINDS, "triangle")[0].id == "isometry"
    assert palette.search(palette.KINDS, "copy")[0].id in ("copy", "dot")
    assert palette.search(palette.KINDS, "relu")[0].id == "bubble:relu"
    assert palette.search(palette.KINDS, "flatten")[0].id == "group"


def test_a_bubble_dropped_on_a_tensor_goes_around_it() -> None:
    desk, a, b = two_tensors()
    desk.select()
    desk.send(Insert("bubble:tanh", 2.0, 2.0))
    (bubble,) = desk.content.regions.values()
    assert isinstance(bubble, Bubble)
    assert bubble.function == "tanh"
    assert desk.content.nodes[a].inside == bubble.id
    assert desk.content.nodes[b].inside != bubble.id


def test_pastes_of_each_copy_are_offered() -> None:
    desk = Desk()
    first, second = desk.put("copy", 0, 0), desk.put("copy", 100, 0)
    kinds = [kind.id for kind in palette.offered(desk.document)]
    assert {f"paste:{first}", f"paste:{second}"} <= set(kinds)
    item = desk.put(f"paste:{first}", 50, 100)
    node = desk.content.nodes[item]
    assert isinstance(node, Paste)
    assert node.copy == first
    copies = [n for n in desk.content.nodes.values() if isinstance(n, Copy)]
    assert len({copy.name for copy in copies}) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("W: hidden head", [("hidden", 4), ("head", 4)]),
        ("W_Q: d_model=768 d_head=64 d_model", [("d_model", 768), ("d_head", 64), ("d_model", 768)]),
        ("s:", []),
    ],
)
def test_ux_03_a_tensor_can_be_written(text: str, expected: list[tuple[str, int]]) -> None:
    desk = Desk()
    desk.send(Insert("", 0.0, 0.0, text=text))
    (item,) = desk.state.selection
    tensor = desk.tensor(item)
    spaces = desk.content.spaces
    assert tensor.name == text.partition(":")[0]
    assert [(spaces[leg.space].name, spaces[leg.space].size) for leg in tensor.legs] == expected
    assert desk.entries == 1


def test_ux_03_a_written_tensor_is_connected_to_the_wire_that_asked() -> None:
    desk = Desk()
    desk.send(Insert("", 0.0, 0.0, text="W: head=3 hidden=5"))
    (w,) = desk.content.nodes
    desk.send(Insert("", 100.0, 0.0, desk.legs(w)[1], "x: seq=7 hidden"))
    (wire,) = desk.content.wires.values()
    assert desk.legs(w)[1] in wire.ends
    desk.send(Insert("", 100.0, 50.0, desk.legs(w)[0], "y: seq"))
    assert desk.refused
    assert len(desk.content.nodes) == 2


def test_ux_03_an_einsum_can_be_written() -> None:
    desk = Desk()
    desk.send(Insert("", 0.0, 0.0, text="ij,jk->ik"))
    assert len(desk.content.nodes) == 2
    assert len(desk.content.wires) == 1


@pytest.mark.parametrize("text", ["W: a=0", "W: a=b=c", ": a", "W: a:b:c", "W: a:"])
def test_bad_specifications_say_so(text: str) -> None:
    desk = Desk()
    desk.send(Insert("", 0.0, 0.0, text=text))
    assert desk.refused
    assert not desk.content.nodes


def test_ux_34_double_click_edits_the_label_in_place() -> None:
    desk, a, _ = two_tensors()
    desk.send(DoubleClick(0.0, 0.0))
    assert desk.effects == (EditLabel(a, "A"),)
    desk.send(Committed(a, "W_Q"))
    assert desk.tensor(a).name == "W_Q"
    assert desk.state.history.undo_name == "Label W_Q"
    desk.send(Committed(a, "W_Q"))
    assert desk.entries == 3, "an unchanged label is no entry"


def test_ux_34_the_next_missing_label() -> None:
    desk, a, _, wire = two_joined()
    desk.select(a)
    desk.run("edit_next_label")
    first = desk.asked(EditLabel).item
    assert first == desk.legs(a)[0]
    assert desk.state.selection == {first}
    desk.send(Committed(first, "i"))
    desk.run("edit_next_label")
    assert desk.asked(EditLabel).item == wire, "a wire is labelled once, not at both ends"
    desk.send(Committed(wire, "j"))
    desk.run("edit_next_label")
    last = desk.asked(EditLabel).item
    desk.send(Committed(last, "k"))
    desk.run("edit_next_label")
    assert desk.said == "Every leg and wire has a label."


def test_labels_of_legs_wires_regions_and_notes() -> None:
    desk, a, b, wire = two_joined()
    leg = desk.legs(a)[0]
    desk.send(Committed(leg, "i"))
    assert desk.tensor(a).legs[0].label == "i"
    desk.send(Committed(leg, "q: seq=9"))
    assert desk.tensor(a).legs[0].label == "q"
    assert desk.content.spaces[desk.tensor(a).legs[0].space].size == 9
    desk.send(Committed(wire, "alpha"))
    assert desk.content.wires[wire].label == "alpha"
    note = desk.put("note", 0, 80)
    desk.send(Committed(note, "see $x$"))
    assert desk.document.layout.notes[note].text == "see $x$"
    desk.send(Committed(note, " "))
    assert note not in desk.document.layout.notes
    desk.select(a, b)
    desk.run("wrap_sum")
    (region,) = desk.state.selection
    assert labels.label_of(desk.document, region) == "k: terms=2"
    desk.send(Committed(region, "h: heads=12"))
    found = desk.content.regions[region]
    assert isinstance(found, Sum)
    assert (found.index, desk.content.spaces[found.space].size) == ("h", 12)


def test_the_label_of_a_bubble_is_its_function_or_an_expression() -> None:
    desk, a, _ = two_tensors()
    desk.select(a)
    desk.run("wrap_bubble", "relu")
    (region,) = desk.state.selection

    def bubble() -> Bubble:
        found = desk.content.regions[region]
        assert isinstance(found, Bubble)
        return found

    desk.send(Committed(region, "softmax"))
    assert (bubble().function, len(bubble().axes)) == ("softmax", 1)
    desk.send(Committed(region, "x**2 + 1"))
    assert (bubble().function, bubble().expression, bubble().axes) == ("expression", "x**2 + 1", ())
    assert labels.label_of(desk.document, region) == "x**2 + 1"
    before = desk.document
    for bad in ("__import__('os')", "x +", "y", ""):
        desk.send(Committed(region, bad))
        assert desk.refused, bad
        assert desk.document is before


def test_the_label_of_a_constant_is_its_expression() -> None:
    desk = Desk()
    desk.put("tensor", 0, 0)
    item = desk.put("constant", 100, 0)
    desk.send(Committed(item, "1/sqrt(n)"))
    node = desk.content.nodes[item]
    assert isinstance(node, Fixed)
    assert node.expression == "1/sqrt(n)"
    desk.send(Committed(item, "1/sqrt(nobody)"))
    assert desk.refused


def test_items_without_a_label_say_so() -> None:
    desk = Desk()
    dot = desk.put("dot", 0, 0)
    desk.run("edit_label")
    assert desk.refused
    desk.send(Committed(dot, "x"))
    assert desk.refused


def test_ux_52_a_file_dropped_on_a_tensor_is_offered_to_it() -> None:
    desk, a, _ = two_tensors()
    desk.send(FileDropped("/w/model.npz", 0.0, 0.0))
    assert desk.asked(OpenDialog) == OpenDialog("bind", a, "/w/model.npz")
    desk.send(FileDropped("/w/model.npz", 50.0, 90.0))
    assert desk.asked(OpenDialog).item is None
    desk.send(Bind("A", Source("model.npz", "wte", (1, 0))))
    assert desk.content.sources["A"].axes == (1, 0)
    desk.send(Committed(a, "wte"))
    assert set(desk.content.sources) == {"wte"}, "the source goes along with the name"
    desk.send(Bind("nobody", Source("model.npz")))
    assert desk.refused
    desk.select(a)
    desk.key("Delete")
    assert not desk.content.sources


def test_repeats_keep_their_shape_when_labelled() -> None:
    draft = Draft()
    repeat = draft.repeat("layer", "layers")
    document: Diagram = draft.build()
    after = labels.relabelled(document, repeat.id, "layer: layers=12")
    found = after.content.regions[repeat.id]
    assert isinstance(found, Repeat)
    assert after.content.spaces[found.space].size == 12


def test_changes_of_the_panels_are_called_after_what_they_change() -> None:
    draft = Draft()
    space, region = draft.space("n", 3), draft.bubble("relu").id
    draft.tensor("A", [draft.leg(space)], (0, 0), inside=region)
    desk, names = Desk(draft.build()), []
    desk.run("change_space", {"args": (space,), "name": "hidden"})
    names.append(desk.state.history.undo_name)
    desk.run("change_space", {"args": (space,), "size": 7})
    names.append(desk.state.history.undo_name)
    desk.run("set_function", {"args": (region, "gelu")})
    names.append(desk.state.history.undo_name)
    desk.send(Committed(region, "tanh"))
    names.append(desk.state.history.undo_name)
    assert names == ["Rename n", "Change size of hidden", "Choose function gelu", "Choose function tanh"]


@pytest.mark.parametrize("words", ["i = {}", "i: n={}", "i: (a={})", "W: i={}"])
@pytest.mark.parametrize("text", ["-", "--5", "²", "1.0", "1e3", "9" * 5000])
def test_a_label_with_such_a_number_is_refused_or_a_name(words: str, text: str) -> None:
    draft = Draft()
    leg = draft.leg(draft.space("n", 3), "i")
    draft.tensor("W", [leg], (0.0, 0.0))
    diagram = draft.build()
    state, _ = update(open_state(diagram), Committed(leg.id, words.format(text)))
    assert {space.size for space in state.document.content.spaces.values()} == {3}


def test_a_leg_that_went_while_the_menu_was_open_is_joined_to_nothing() -> None:
    desk, first, _ = two_tensors()
    leg = desk.legs(first)[0]
    desk.run("select_all")
    desk.run("delete")
    desk.send(Insert("", 40.0, 40.0, leg, "W: i j"))
    assert [node.name for node in desk.content.nodes.values()] == ["W"]
    desk.send(Insert("tensor", 140.0, 40.0, leg))
    assert len(desk.content.nodes) == 2
