"""Mirroring turns legs too, and what is its own mirror image is left alone."""

from __future__ import annotations

import pytest

from tensordraw.editor import events, grasp
from tests.editor.desk import Desk


@pytest.mark.parametrize(("command", "angles"), [("mirror_horizontal", (0.0, 180.0)), ("mirror_vertical", (0.0, 0.0))])
def test_the_leg_of_a_vector_is_mirrored(command: str, angles: tuple[float, float]) -> None:
    desk = Desk()
    desk.send(events.Insert("", 0, 0, text="v: n=3"))
    (node,) = desk.state.selection
    (leg,) = desk.legs(node)
    before = desk.entries
    assert grasp.figure_of(desk.document).anchors[leg].angle == angles[0]
    desk.run(command)
    assert grasp.figure_of(desk.document).anchors[leg].angle == angles[1]
    assert desk.entries == before + (angles[0] != angles[1])


def test_mirroring_twice_gives_the_picture_again() -> None:
    desk = Desk()
    desk.send(events.Insert("", 0, 0, text="A: a=2 b=3 c=4"))
    first = desk.document
    desk.run("mirror_horizontal")
    anchors = grasp.figure_of(desk.document).anchors
    was = grasp.figure_of(first).anchors
    a, b, c = was
    assert [anchors[leg].angle for leg in (a, b, c)] == [(180.0 - was[leg].angle) % 360.0 for leg in (a, b, c)]
    desk.run("mirror_horizontal")
    again = grasp.figure_of(desk.document).anchors
    assert {leg: again[leg].angle for leg in again} == {leg: was[leg].angle for leg in was}
