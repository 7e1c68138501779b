"""New neighbours of a tensor: which legs are joined, as the code tells, and where the others point."""

from __future__ import annotations

from dataclasses import replace

import pytest

import tensordraw as td
from tensordraw.diagram import edits_layout
from tensordraw.diagram.records import Id
from tensordraw.editor.effects import ChangeView
from tensordraw.editor.events import Insert
from tensordraw.editor.facing import meeting, standing
from tensordraw.editor.grasp import figure_of
from tests.editor.desk import Desk

KEYS = {"Right": 0.0, "Up": 90.0, "Left": 180.0, "Down": 270.0}


def beside(start: str, kind: str, *keys: str) -> tuple[Desk, list[Id]]:
    """A node of the kind `start`, and from there a new neighbour in each of the directions, one after the other."""
    desk = Desk()
    desk.put(kind, 400, 400)
    desk.key("Delete")
    first = desk.put(start, 0, 0)
    desk.state = replace(desk.state, kind=kind)  # which is used next
    made = [first]
    for key in keys:
        desk.key(f"Ctrl+{key}")
        assert not desk.refused, desk.said
        (item,) = desk.state.selection
        made.append(item)
    return desk, made


def code(desk: Desk) -> str:
    return td.code(desk.document, "torch").splitlines()[-1].strip()


def angles(desk: Desk, node: Id) -> list[int]:
    anchors = figure_of(desk.document).anchors
    return [round(anchors[leg].angle) % 360 for leg in desk.legs(node)]


@pytest.mark.parametrize(
    ("key", "spec", "pointing"),
    [
        ("Right", "n0, n0 n1 -> n1", [180, 0]),
        ("Down", "n0, n0 n1 -> n1", [90, 270]),
        ("Left", "n0, n1 n0 -> n1", [180, 0]),
        ("Up", "n0, n1 n0 -> n1", [90, 270]),
    ],
)
def test_a_matrix_beside_a_vector(key: str, spec: str, pointing: list[int]) -> None:
    """`x W` to the right of x and below, `W x` to its left and above, as it is read and as networks grow."""
    desk, (_, made) = beside("vector", "tensor", key)
    assert code(desk) == f"return einsum(x, A, '{spec}')  # [n]"
    assert angles(desk, made) == pointing


@pytest.mark.parametrize(
    ("key", "spec"),
    [("Right", "n0 n1, n1 n2, n2 n3 -> n0 n3"), ("Left", "n0 n1, n2 n0, n3 n2 -> n1 n3")],
)
def test_a_row_of_matrices_is_their_product(key: str, spec: str) -> None:
    desk, made = beside("tensor", "tensor", key, key)
    assert desk.asked(ChangeView).change == "reveal", "it may lie beyond the window's edge"
    assert code(desk).startswith(f"return einsum(A, B, C, '{spec}')")
    xs = [desk.document.layout.places[node].x for node in made]
    assert [desk.document.layout.places[node].y for node in made] == [0, 0, 0]
    assert sorted(xs, reverse=key == "Left") == xs
    assert angles(desk, made[-1]) == [180, 0]


@pytest.mark.parametrize(
    ("key", "spec", "pointing"),
    [
        ("Right", "n0, n0 n1 n2 -> n1 n2", [180, 270, 0]),
        ("Down", "n0, n0 n1 n2 -> n1 n2", [90, 0, 270]),
        ("Left", "n0, n1 n2 n0 -> n1 n2", [180, 270, 0]),
        ("Up", "n0, n1 n2 n0 -> n1 n2", [90, 0, 270]),
    ],
)
def test_a_three_leg_tensor_beside_a_vector(key: str, spec: str, pointing: list[int]) -> None:
    desk, (_, made) = beside("vector", "tensor3", key)
    assert code(desk).startswith(f"return einsum(x, A, '{spec}')")
    assert angles(desk, made) == pointing


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("kind", ["tensor", "tensor3", "tensor4", "dot", "unitary", "isometry", "identity", "shift"])
def test_a_chain_goes_on_in_every_direction(key: str, kind: str) -> None:
    desk, made = beside("vector", kind, key, key)
    assert len(desk.content.wires) == 2
    along = KEYS[key]
    for node in made[1:]:
        pointing = angles(desk, node)
        assert len(set(pointing)) == len(pointing)
        assert {along, (along + 180) % 360} <= set(pointing)
    places = [desk.document.layout.places[node] for node in made]
    assert len({place.x if along % 180 else place.y for place in places}) == 1, "in a straight line"


def test_a_tensor_that_is_wanted_where_no_leg_points() -> None:
    """The only free leg turns; of several none does."""
    desk, made = beside("tensor", "tensor", "Right", "Down", "Left")
    assert len(desk.content.wires) == 3
    assert angles(desk, made[1]) == [180, 270]
    desk.select(made[0])
    desk.key("Ctrl+Up")
    assert not desk.refused, "its left leg is the only free one"
    desk = Desk()
    desk.put("tensor", 0, 0)
    desk.key("Ctrl+Up")
    assert desk.refused


def test_a_leg_turns_also_on_a_flipped_tensor() -> None:
    desk = Desk()
    x = desk.put("vector", 0, 0)
    desk = Desk(edits_layout.place_leg(desk.document, desk.legs(x)[0], 30.0))
    desk.select(x)
    desk.run("mirror_horizontal")
    assert angles(desk, x) == [150]
    desk.key("R", "Ctrl+Up")
    assert angles(desk, x) == [90]
    assert len(desk.content.wires) == 1


def test_a_tensor_that_is_written_at_the_end_of_a_wire_meets_it_likewise() -> None:
    for end, spec in ((1, "n0 n1, n1 n2 -> n0 n2"), (0, "n0 n1, n2 n0 -> n1 n2")):
        desk = Desk()
        a = desk.put("tensor", 0, 0)
        desk.send(Insert("", 90 if end else -90, 0, leg=desk.legs(a)[end], text="W: n n"))
        assert code(desk).startswith(f"return einsum(A, W, '{spec}')")


def test_slanting_wires_and_many_legs() -> None:
    assert standing(2, 30.0) == (210.0, 30.0)
    assert standing(2, 330.0) == (150.0, 330.0)
    assert standing(2, 80.0) == (80.0, 260.0)
    assert [meeting(2, along) for along in (30.0, 330.0, 80.0, 200.0)] == [0, 0, 1, 1]
    assert standing(9, 0.0) == ()
    assert (meeting(9, 0.0), meeting(2, None)) == (8, 1)
