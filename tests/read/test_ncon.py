"""Index lists of ncon that become diagrams: value against ncon itself, and every malformed list's sentence."""

from __future__ import annotations

from typing import Any

import ncon
import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Tensor
from tensordraw.errors import Error
from tensordraw.read.ncon import read_ncon

LISTS: list[tuple[Any, list[tuple[int, ...]]]] = [
    ([[-1, 1], [1, -2]], [(2, 3), (3, 4)]),
    ([[-2, 1], [1, -1]], [(2, 3), (3, 4)]),
    ([[1, 1]], [(3, 3)]),
    ([1, 2, 1, 2, -1], [(2, 3, 2, 3, 4)]),
    ([[-1, 1, 1]], [(2, 3, 3)]),
    ([[1, 2, -1], [1, 3], [3, 2, -2]], [(2, 3, 4), (2, 5), (5, 3, 2)]),
    ([[-1], [-2]], [(2,), (3,)]),
    ([[1, 2], [1, 2], [-1, -2]], [(2, 3), (2, 3), (4, 5)]),
    ([[10, -1], [10, 20], [20, -2]], [(2, 3), (2, 4), (4, 5)]),
    ((np.array([-1, 1]), np.array([1, -2])), [(2, 3), (3, 4)]),
]


def _arrays(shapes: list[tuple[int, ...]]) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(0)
    return {f"T{k}": generator.normal(size=shape) for k, shape in enumerate(shapes)}


@pytest.mark.parametrize(("lists", "shapes"), LISTS, ids=[str(lists) for lists, _ in LISTS])
def test_value_is_that_of_ncon(lists: Any, shapes: list[tuple[int, ...]]) -> None:
    arrays = _arrays(shapes)
    diagram = td.ncon(lists, *arrays, shapes=shapes)
    assert problems(diagram.content) == ()
    rows = [[int(label) for label in row] for row in lists] if not isinstance(lists[0], int) else [lists]
    np.testing.assert_allclose(td.evaluate(diagram, arrays), ncon.ncon(list(arrays.values()), rows), rtol=1e-9)


def test_orders() -> None:
    lists, shapes = [[1, -1, -2], [1, 2], [2, -3]], [(2, 3, 4), (2, 5), (5, 6)]
    arrays = _arrays(shapes)
    diagram = read_ncon(lists, list(arrays), shapes, order=[2, 1], final=[-3, -1, -2])
    expected = ncon.ncon(list(arrays.values()), lists, order=[2, 1], forder=[-3, -1, -2])
    np.testing.assert_allclose(td.evaluate(diagram, arrays), expected, rtol=1e-9)


def test_names_and_sizes() -> None:
    diagram = td.ncon([[-1, 1], [1, -2]], "X", "X", sizes={"b1": 7})
    assert [node.name for node in diagram.content.nodes.values()] == ["X", "X"]
    assert {space.size for space in diagram.content.spaces.values()} == {7}
    assert [wire.label for wire in diagram.content.wires.values()] == ["b1"]
    assert diagram.title == "ncon [[-1, 1], [1, -2]]"


def test_conjugated_tensors() -> None:
    """The norm of a vector, whose conjugate is the same array."""
    diagram = td.ncon([[1, 2], [1, 2]], "psi", "psi", shapes=[(2, 3)] * 2, conj=[False, True])
    assert [node.conj for node in diagram.content.nodes.values() if isinstance(node, Tensor)] == [False, True]
    generator = np.random.default_rng(0)
    psi = generator.normal(size=(2, 3)) + 1j * generator.normal(size=(2, 3))
    np.testing.assert_allclose(td.evaluate(diagram, {"psi": psi}), np.vdot(psi, psi))


@pytest.mark.parametrize(
    ("lists", "more", "words"),
    [
        (5, {}, ["list of index lists", "5"]),
        ("ij", {}, ["'ij'"]),
        ([], {}, ["none"]),
        ([[1, 0], [1]], {}, ["List 1", "0"]),
        ([[1, 2], [1]], {}, ["label 2", "list 1"]),
        ([[1], [1], [1]], {}, ["label 1", "lists 1, 2 and 3"]),
        ([[1, 1, 1]], {}, ["label 1", "3 times in list 1"]),
        ([[-1], [-1]], {}, ["label -1", "lists 1 and 2"]),
        ([[-1, -3]], {}, ["-2", "-3"]),
        ([[-2]], {}, ["-1", "-2"]),
        ([[1, 1.5]], {}, ["List 1", "1.5"]),
        ([[1, True]], {}, ["List 1", "True"]),
        ([[1, "a"], [1]], {}, ["List 1", "'a'"]),
        ([[1], 1], {}, ["List 2", "1"]),
        ([[1], [1]], {"order": [2]}, ["order", "2"]),
        ([[1, 2], [1, 2]], {"order": [1]}, ["order", "2"]),
        ([[1], [1]], {"order": [1, 1]}, ["order", "1", "2 times"]),
        ([[1], [1]], {"order": 1}, ["order", "1"]),
        ([[-1, -2]], {"final": [-1]}, ["final order", "-2"]),
        ([[1], [1]], {"names": ["A"]}, ["2 operands", "1 name"]),
        ([[1], [1]], {"shapes": [(2,), (3,)]}, ["'b1'", "2", "3", "operand 2"]),
        ([[1], [1]], {"shapes": [(2,), (2, 3)]}, ["Operand 2", "1 index", "2 axes"]),
        ([[1], [1]], {"sizes": {"b2": 2}}, ["'b2'"]),
        ([[1], [1]], {"conj": [True]}, ["2 tensors", "1"]),
    ],
)
def test_malformed_lists_are_one_sentence(lists: Any, more: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(Error) as caught:
        read_ncon(lists, **more)
    text = str(caught.value)
    assert all(word in text for word in words), text
    assert "\n" not in text
    assert text.endswith(".")
