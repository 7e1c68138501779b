"""The inspector of several items, and the side of a triangle's legs in it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QTableWidget, QToolButton

from tensordraw.diagram.records import Tensor
from tensordraw.editor import events
from tensordraw.ui.panels.several_form import DIFFER
from tests.ui.conftest import Hands


def box(hands: Hands, name: str) -> QComboBox:
    return next(one for one in hands.window.inspector.findChildren(QComboBox) if one.accessibleName() == name)


def show(hands: Hands) -> None:
    """The inspector as it is a moment after a change."""
    session = hands.window.session
    assert session is not None
    hands.window.inspector.show_state(session.state)


def choose(hands: Hands, name: str, value: str) -> None:
    one = box(hands, name)
    one.setCurrentIndex(one.findData(value))
    one.activated.emit(one.currentIndex())
    show(hands)


def labels(hands: Hands) -> str:
    return " | ".join(one.text() for one in hands.window.inspector.widget().findChildren(QLabel))


@pytest.fixture
def mps(hands: Hands) -> Hands:
    hands.window.send(events.Insert("", 0.0, 0.0, text="mps 4"))
    return hands


def tensors(hands: Hands) -> list[Tensor]:
    session = hands.window.session
    assert session is not None
    return [node for node in session.document.content.nodes.values() if isinstance(node, Tensor)]


def select(hands: Hands, *items: str) -> None:
    hands.window.send(events.Select(frozenset(items)))
    show(hands)


def test_the_form_stays_while_what_is_selected_is_moved(mps: Hands) -> None:
    session = mps.window.session
    assert session is not None
    mps.window.send(events.Insert("note", 0.0, 120.0))
    wire = next(iter(session.document.content.wires))
    mps.window.run("set_curve", {"args": (wire,), "points": ((5.0, 60.0),)})
    select(mps, *session.document.content.nodes, *session.document.content.wires, *session.document.layout.notes)
    form, layout = mps.window.inspector.widget(), session.document.layout
    mps.window.run("nudge_right")
    show(mps)
    assert session.document.layout.curves != layout.curves
    assert session.document.layout.notes != layout.notes
    assert mps.window.inspector.widget() is form
    choose(mps, "Curve", "straight")
    assert mps.window.inspector.widget() is not form


def test_what_is_common_is_shown_and_set_on_all_as_one_step(mps: Hands) -> None:
    session = mps.window.session
    assert session is not None
    wires = list(session.document.content.wires)
    some = [node.id for node in tensors(mps)[1:3]]
    select(mps, *some, *wires[:2])
    assert "2 tensors, 2 wires" in labels(mps)
    assert box(mps, "Colour").currentData() == ""
    before = session.document
    choose(mps, "Colour", "green")
    looks = session.document.layout.looks
    assert {looks[item].colour for item in (*some, *wires[:2])} == {"green"}
    choose(mps, "Shape", "box")
    assert {session.document.layout.looks[item].shape for item in some} == {"box"}
    choose(mps, "Curve", "straight")
    assert {session.document.layout.curves[item].style for item in wires[:2]} == {"straight"}
    for _ in range(3):
        mps.window.run("undo")
    assert session.document.layout == before.layout
    select(mps, some[0])
    choose(mps, "Colour", "red")
    select(mps, *some)
    assert box(mps, "Colour").currentIndex() == -1
    assert box(mps, "Colour").placeholderText() == DIFFER


def test_a_form_for_several_tensors_and_their_places(mps: Hands) -> None:
    some = tensors(mps)[1:3]
    select(mps, *(node.id for node in some))
    choose(mps, "Form", "isometry")
    assert [node.form for node in tensors(mps)] == ["any", "isometry", "isometry", "any"]
    mps.window.send(events.Select(frozenset({some[0].id})))
    mps.window.run("nudge_down")
    select(mps, *(node.id for node in some))
    buttons = {one.accessibleName(): one for one in mps.window.inspector.widget().findChildren(QToolButton)}
    buttons["Align middle"].click()
    session = mps.window.session
    assert session is not None
    places = session.document.layout.places
    assert places[some[0].id].y == pytest.approx(places[some[1].id].y)


def test_the_legs_at_a_tip_are_ticked(mps: Hands) -> None:
    node = tensors(mps)[1]
    select(mps, node.id)
    mps.window.run("make_isometry")
    show(mps)

    def table() -> QTableWidget:
        return next(
            one for one in mps.window.inspector.widget().findChildren(QTableWidget) if one.accessibleName() == "Legs"
        )

    def ticked() -> list[bool]:
        return [table().item(row, 5).checkState() == Qt.CheckState.Checked for row in range(3)]

    assert ticked() == [False, False, True]
    table().item(1, 5).setCheckState(Qt.CheckState.Checked)
    show(mps)
    assert ticked() == [False, True, True]
    table().item(2, 5).setCheckState(Qt.CheckState.Unchecked)
    show(mps)
    assert tensors(mps)[1].tip == (node.legs[1].id,)
    table().item(1, 5).setCheckState(Qt.CheckState.Unchecked)
    show(mps)
    assert ticked() == [False, True, False], "a triangle keeps a leg at its tip"
    select(mps, node.legs[0].id)
    choose(mps, "Side", "tip")
    assert set(tensors(mps)[1].tip) == {node.legs[0].id, node.legs[1].id}
