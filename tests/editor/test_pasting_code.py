"""Code from the clipboard and in the quick-insert field: pasted at the pointer, selected, one undo step; or said why not."""

from __future__ import annotations

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram import file
from tensordraw.diagram.records import ROOT, Tensor
from tensordraw.editor import grasp
from tensordraw.editor.effects import ChangeView, OpenDialog
from tensordraw.editor.events import Insert, Pasted
from tensordraw.figure.paths import overlap
from tensordraw.program.findings import findings
from tensordraw.read.reading import read_text
from tests.editor.desk import Desk

TEXTS = [
    "ij,jk->ik",
    "i j, j k -> i k",
    "ij,jk",
    "A @ B",
    "np.einsum('ij,jk->ik', A, B)",
    "import numpy as np\n\ndef forward(A, B):\n    return np.einsum('ij,jk->ik', A, B)\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_code_is_pasted_at_the_pointer(text: str) -> None:
    desk = Desk()
    desk.put("vector", 0, 0)
    desk.send(Pasted(text, 400.0, 200.0))
    assert not desk.refused
    assert desk.entries == 2
    new = desk.state.selection
    assert len(new) == 2
    places = [desk.document.layout.places[item] for item in new]
    assert sum(place.x for place in places) / 2 == pytest.approx(400.0, abs=12.0)
    assert sum(place.y for place in places) / 2 == pytest.approx(200.0, abs=12.0)
    desk.key("Ctrl+Z")
    assert len(desk.content.nodes) == 1


@pytest.mark.parametrize("region", ["bubble", "block"])
def test_code_goes_into_no_region_and_lies_on_nothing(region: str) -> None:
    desk = Desk()
    first = desk.put("tensor", 0, 0)
    desk.put("tensor", 200, 0)
    desk.select(first)
    desk.run(f"wrap_{region}", "relu" if region == "bubble" else None)
    for number in range(3):
        before = grasp.figure_of(desk.document).items
        known = set(desk.content.nodes)
        desk.send(Pasted("ij,jk->ik", 0.0, 0.0))
        new = set(desk.content.nodes) - known
        assert len(new) == 2
        assert {desk.content.nodes[node].inside for node in new} == {ROOT}
        assert desk.asked(ChangeView) == ChangeView("reveal")
        owners = {*new, *(leg for node in new for leg in desk.legs(node))}
        for item in grasp.figure_of(desk.document).items:
            if item.owner in owners:
                assert not any(overlap(item.box, other.box) for other in before)
        places = [desk.document.layout.places[node] for node in new]
        assert all(abs(place.x) < 200 and abs(place.y) < 100 * (number + 1) for place in places), "near the pointer"
        assert desk.entries == 4 + number


def test_arrays_that_the_code_does_not_name_are_none_that_are_drawn() -> None:
    desk = Desk()
    desk.send(Insert("", 0.0, 0.0, text="A: i=3"), Insert("", 0.0, 100.0, text="C: i=3"))
    desk.send(Pasted("ij,jk->ik"))
    assert {node.name for node in desk.content.nodes.values() if isinstance(node, Tensor)} == {"A", "B", "C", "D"}
    assert findings(desk.document) == ()
    desk.send(Insert("", 0.0, 300.0, text="mn,np->mp"))
    assert len({node.name for node in desk.content.nodes.values() if isinstance(node, Tensor)}) == 6
    desk.send(Pasted("C @ C"))
    named = [node for node in desk.content.nodes.values() if isinstance(node, Tensor) and node.name == "C"]
    assert len(named) == 3, "code that names an array means that array"


def test_what_the_dialog_read_goes_there_too() -> None:
    desk = Desk()
    desk.put("tensor", 0, 0)
    desk.run("wrap_bubble", "relu")
    known = set(desk.content.nodes)
    desk.send(Pasted(file.encode(read_text("A @ B")), 0.0, 0.0, code=True))
    assert {desk.content.nodes[node].inside for node in set(desk.content.nodes) - known} == {ROOT}


def test_what_is_pasted_means_what_the_code_means() -> None:
    desk = Desk()
    desk.send(Pasted("y = A @ B\ny.sum(0)"))
    arrays = td.arrays(desk.document, seed=0)
    np.testing.assert_allclose(td.evaluate(desk.document, arrays), (arrays["A"] @ arrays["B"]).sum(0), rtol=1e-5)


def test_code_that_stops_is_shown_with_what_was_read() -> None:
    desk = Desk()
    before = desk.document
    text = "y = A @ B\nz = mystery(y)"
    desk.send(Pasted(text))
    assert desk.asked(OpenDialog) == OpenDialog("paste_code", text=text)
    assert "line 2" in desk.said
    assert desk.document is before


@pytest.mark.parametrize(
    "text", ["hello", "some words, and more of them", "def (", "https://example.org/x?y=1", "if so: then"]
)
def test_other_text_is_refused_in_one_sentence(text: str) -> None:
    desk = Desk()
    desk.send(Pasted(text))
    assert desk.refused
    assert desk.content.nodes == {}
    assert "nothing that can be pasted" in desk.said


def test_expressions_in_the_quick_insert_field() -> None:
    desk = Desk()
    desk.send(Insert("", 0.0, 0.0, text="A @ B @ C"))
    assert len(desk.content.nodes) == 3
    desk.send(Insert("", 0.0, 200.0, text="W: hidden=4 head=2"))
    assert len(desk.content.nodes) == 4
    desk.send(Insert("", 0.0, 0.0, text="A @"))
    assert desk.refused


def test_the_dialog_is_a_command() -> None:
    desk = Desk()
    desk.key("Ctrl+Shift+N")
    assert desk.asked(OpenDialog) == OpenDialog("code")
