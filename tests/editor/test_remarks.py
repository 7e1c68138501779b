"""A note on an item is one step of the editor, found by its words, and in no exported figure that is blind."""

from __future__ import annotations

from pathlib import Path

import pytest

import tensordraw as td
from tensordraw.diagram.records import Diagram
from tensordraw.editor.actions.finding import matches
from tensordraw.editor.effects import Announce
from tensordraw.editor.rearranging import rearranged, rearranged_around
from tensordraw.templates import template
from tests.editor.desk import Desk


def test_a_note_is_one_step_with_a_name_and_selects_nothing_else() -> None:
    desk = Desk()
    item = desk.put("tensor", 0, 0)
    before = desk.document
    desk.run("set_remark", (item, "from the paper's eq. 7"))
    assert desk.document.layout.remarks == {item: "from the paper's eq. 7"}
    assert desk.state.history.undo_name == "Write a note"
    assert desk.state.selection == {item}
    assert desk.document.content is before.content
    desk.run("set_remark", (item, "from the paper's eq. 7"))
    desk.run("undo")
    assert desk.document is before, "the same once more is no step"
    desk.run("redo")
    desk.run("set_remark", (item, ""))
    assert desk.state.history.undo_name == "Remove a note"
    assert desk.document == before


def test_what_takes_no_note_is_refused_in_a_sentence() -> None:
    desk = Desk()
    before = desk.document
    desk.run("set_remark", ("t99", "x"))
    assert desk.document is before
    (said,) = desk.effects
    assert isinstance(said, Announce)
    assert said.warns


def test_a_copied_item_brings_its_note_along() -> None:
    desk = Desk()
    item = desk.put("tensor", 0, 0)
    desk.run("set_remark", (item, "head 5"))
    desk.run("duplicate")
    (made,) = desk.state.selection
    assert made != item
    assert desk.document.layout.remarks == {item: "head 5", made: "head 5"}
    desk.run("delete")
    assert desk.document.layout.remarks == {item: "head 5"}


def test_laying_out_anew_keeps_what_is_noted() -> None:
    before = attention()
    chosen = list(before.content.nodes)[:3]
    for after in (rearranged(before), rearranged(before, chosen), rearranged_around(before, chosen)):
        assert after.layout.places != before.layout.places
        assert after.layout.remarks == before.layout.remarks


def test_items_are_found_by_their_notes_once_each_and_in_order() -> None:
    desk = Desk()
    one, other = desk.put("tensor", 0, 0), desk.put("tensor", 200, 0)
    leg = desk.legs(other)[0]
    for item in (leg, other, one):
        desk.run("set_remark", (item, "The Induction head"))
    assert matches(desk.document, "induction") == (one, leg, other)
    desk.run("rename", (other, "induction"))
    assert matches(desk.document, "induction") == (other, one, leg)
    desk.run("find", "INDUCTION")
    desk.run("find_next")
    assert desk.state.selection == {one}


def attention() -> Diagram:
    desk = Desk(template("attention"))
    for item in (*desk.content.nodes, *desk.content.wires, *desk.content.regions):
        desk.run("set_remark", (item, "zqalicesecret"))
    return desk.document


@pytest.mark.parametrize("ending", [".svg", ".pdf", ".png", ".eps", ".tex"])
def test_no_figure_shows_a_note_and_a_blind_one_does_not_hold_it(ending: str, tmp_path: Path) -> None:
    noted, bare = attention(), template("attention")
    assert len(noted.layout.remarks) > 20
    one, other = tmp_path / f"a{ending}", tmp_path / f"b{ending}"
    td.export(noted, one, blind=True)
    td.export(bare, other, blind=True)
    assert one.read_bytes() == other.read_bytes()
    td.export(noted, one, source=False)
    td.export(bare, other, source=False)
    assert one.read_bytes() == other.read_bytes()


def test_the_document_that_a_figure_carries_has_its_notes(tmp_path: Path) -> None:
    noted = attention()
    td.export(noted, tmp_path / "a.svg")
    assert td.load(tmp_path / "a.svg").layout.remarks == noted.layout.remarks
