"""Einsum strings that become diagrams: structure, value against numpy.einsum, and every bad string's sentence."""

from __future__ import annotations

import string
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensordraw as td
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Delta, Diagram, Tensor, node_legs
from tensordraw.errors import Error
from tensordraw.read.einsum import read

STRINGS = [
    "ij,jk->ik", "ij,jk", "ii", "ii->i", "ij->ji", "ij->", "i,i->i", "i,i->", "i,j->ij", "ij,ij->", "->", ",->",
    "i,->i", "iij->ij", "iij->j", "iii->", "ijk,ljm,jn->lki", "ab,bc,ca->", "ij,ir,jkl,rks,lmn,smt,nop,tou,pq,uq->",
    "i j, j k -> i k", "alpha beta, beta gamma -> alpha gamma", "row_1 x, x -> row_1",
]  # fmt: skip


def _arrays(diagram: Diagram) -> dict[str, Any]:
    generator = np.random.default_rng(0)
    spaces = diagram.content.spaces
    shapes = {
        node.name: tuple(spaces[leg.space].size for leg in node.legs)
        for node in diagram.content.nodes.values()
        if isinstance(node, Tensor)
    }
    return {name: generator.normal(size=shape) for name, shape in shapes.items()}


def _letters(spec: str) -> str:
    """The classic form of a string with named axes."""
    words = spec.replace("->", " ").replace(",", " ").split()
    if max(map(len, words), default=0) == 1 or " " not in spec.split("->")[0].split(",")[0].strip():
        return spec.replace(" ", "")
    letter = dict(zip(dict.fromkeys(words), string.ascii_letters, strict=False))
    sides = [
        ",".join("".join(letter[w] for w in part.split()) for part in side.split(",")) for side in spec.split("->")
    ]
    return "->".join(sides)


@pytest.mark.parametrize("spec", STRINGS)
def test_value_is_that_of_numpy(spec: str) -> None:
    diagram = read(spec)
    assert problems(diagram.content) == ()
    arrays = _arrays(diagram)
    names = [node.name for node in diagram.content.nodes.values() if isinstance(node, Tensor)]
    expected = np.einsum(_letters(spec), *(arrays[name] for name in names))
    np.testing.assert_allclose(td.evaluate(diagram, arrays), expected, rtol=1e-9, atol=1e-9)


def test_repeated_name_is_one_array() -> None:
    diagram = read("ij,jk->ik", "A", "A")
    assert [(space.name, space.size) for space in diagram.content.spaces.values()] == [("i", 2)]
    a = np.array([[1.0, 2.0], [3.0, 4.0]])
    np.testing.assert_allclose(td.evaluate(diagram, {"A": a}), a @ a)
    labels = {wire.label for wire in diagram.content.wires.values()}
    assert labels == {"j"}
    names = [leg.label for node in diagram.content.nodes.values() for leg in node_legs(node)]
    assert names == ["", "j", "j", "k"], "an index that has lost its space keeps its name"


@st.composite
def networks(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A random classic string, with repeated names where the ranks agree."""
    letters = draw(st.lists(st.sampled_from("ijklm"), min_size=1, max_size=5, unique=True))
    operands = draw(st.lists(st.lists(st.sampled_from(letters), max_size=3), min_size=1, max_size=4))
    used = sorted({index for operand in operands for index in operand})
    output = draw(st.permutations(used).flatmap(lambda p: st.integers(0, len(p)).map(lambda n: p[:n])))
    names = [draw(st.sampled_from([f"A{len(operand)}", f"B{k}"])) for k, operand in enumerate(operands)]
    return ",".join("".join(operand) for operand in operands) + "->" + "".join(output), names


@given(networks())
def test_random_strings(case: tuple[str, list[str]]) -> None:
    spec, names = case
    diagram = read(spec, *names)
    assert problems(diagram.content) == ()
    arrays = _arrays(diagram)
    expected = np.einsum(spec, *(arrays[name] for name in names))
    np.testing.assert_allclose(td.evaluate(diagram, arrays), expected, rtol=1e-9, atol=1e-9)


def test_words_and_letters() -> None:
    def indices(spec: str, **given: Any) -> list[str]:
        return [space.name for space in read(spec, **given).content.spaces.values()]

    assert indices("ij, jk -> ik") == ["i", "j", "k"]
    assert indices("row column, column -> row") == ["row", "column"]
    assert indices("ab->") == ["a", "b"]
    assert indices("alpha, alpha ->", shapes=[(3,), (3,)]) == ["alpha"]
    assert indices("x1, x1 ->") == ["x1"]


def test_names_and_sizes() -> None:
    diagram = read("ij,jk->ik", "left", "right", shapes=[(2, 7), (7, 5)])
    assert [space.size for space in diagram.content.spaces.values()] == [2, 7, 5]
    names = [node.name for node in diagram.content.nodes.values()]
    assert names == ["left", "right"]
    sizes = [space.size for space in read("ij,jk->ik", sizes={"j": 9}).content.spaces.values()]
    assert sizes == [2, 9, 3]
    assert read("ij", shapes=[tuple(np.array([2, 3]))]).content.spaces


def test_what_ends_become() -> None:
    kinds = {spec: [len(n.legs) for n in read(spec).content.nodes.values() if isinstance(n, Delta)] for spec in STRINGS}
    assert kinds["ij,jk->ik"] == []
    assert kinds["ii"] == []
    assert kinds["ii->i"] == [3]
    assert kinds["ij->"] == [1, 1]
    assert kinds["ijk,ljm,jn->lki"] == [3, 1, 1]


@pytest.mark.parametrize(
    ("spec", "names", "more", "words"),
    [
        ("ij,jk->iz", (), {}, ["'z'", "no operand"]),
        ("ij,j%->i", (), {}, ["Operand 2", "'%'"]),
        ("ij,jk->i?", (), {}, ["output", "'?'"]),
        ("ij,jk->ik->", (), {}, ["more than one arrow"]),
        ("...i->i", (), {}, ["ellipsis"]),
        ("ij,jk", (), {"shapes": [(2, 3)]}, ["2 operands", "1 shape"]),
        ("ij,jk", (), {"shapes": [(2, 3), (3,)]}, ["Operand 2", "2 indices", "1 axis"]),
        ("ij,jk", (), {"shapes": [(2, 3), (4, 5)]}, ["'j'", "3", "4", "operand 2"]),
        ("ij,jk", (), {"shapes": [(2, 3), (3, 4)], "sizes": {"j": 5}}, ["'j'", "5", "3"]),
        ("ij", (), {"sizes": {"z": 2}}, ["'z'"]),
        ("ij", (), {"sizes": {"i": 0}}, ["'i'", "0"]),
        ("ij", (), {"sizes": {"i": 2.5}}, ["'i'", "2.5"]),
        ("ij,jk", ("A",), {}, ["2 operands", "1 name"]),
        ("ij,jkl", ("A", "A"), {}, ["'A'", "operand 1", "operand 2"]),
        ("ij", ("",), {}, ["''"]),
    ],
)
def test_bad_input_is_one_sentence(spec: str, names: tuple[str, ...], more: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(Error) as caught:
        read(spec, *names, **more)
    text = str(caught.value)
    assert all(word in text for word in words), text
    assert "\n" not in text
    assert text.endswith(".")


def test_more_than_52_indices() -> None:
    spec = ", ".join(f"n{k} n{k + 1}" for k in range(70)) + " -> n70 n0"
    names = [f"M{k % 5}" for k in range(70)]
    diagram = read(spec, *names)
    arrays = _arrays(diagram)
    expected = np.linalg.multi_dot([arrays[name] for name in names]).T
    np.testing.assert_allclose(td.evaluate(diagram, arrays), expected, rtol=1e-9)


def test_every_node_has_its_own_place() -> None:
    for spec in STRINGS:
        layout = read(spec).layout
        places = [(place.x, place.y) for place in layout.places.values()]
        assert len(set(places)) == len(places), spec


def test_a_thousand_operands_are_read_at_once() -> None:
    spec = ", ".join(f"a{k} a{k + 1} b{k % 7}" for k in range(1000)) + " -> a0"
    start = time.process_time()
    diagram = read(spec)
    assert time.process_time() - start < 1.0
    assert sum(isinstance(node, Tensor) for node in diagram.content.nodes.values()) == 1000
