"""Einsum strings that become diagrams: structure, value against numpy.einsum, and every bad string's sentence."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

import numpy as np
import opt_einsum
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tensordraw as td
from tensordraw.diagram.problems import problems
from tensordraw.diagram.records import Delta, Diagram, Tensor, node_legs
from tensordraw.errors import Error
from tensordraw.read.einsum import read, read_sublists
from tests.growth import calls

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


def test_ellipsis_axes_have_names() -> None:
    def names(spec: str, *shapes: tuple[int, ...]) -> list[str]:
        return [space.name for space in read(spec, shapes=shapes).content.spaces.values()]

    assert names("... i j, j k -> ... i k", (7, 2, 3), (3, 4)) == ["batch", "i", "j", "k"]
    assert names("i..., i... -> ...", (2, 3, 4), (2, 3, 4)) == ["i", "rest0", "rest1"]
    assert names("... batch -> batch ...", (5, 2)) == ["batch_", "batch"]
    assert names("...i->i...", (2,)) == ["i"]
    diagram = read("...ij,jk->...ik", "A", "M", shapes=[(7, 2, 3), (3, 4)], sizes={"batch": 7})
    assert [leg.space for leg in next(iter(node_legs(n) for n in diagram.content.nodes.values()))]
    with pytest.raises(Error, match="'batch' has size 7 in operand 1 but size 8"):
        read("...i->...", shapes=[(7, 2)], sizes={"batch": 8})


def test_the_rank_of_a_repeated_array_is_known() -> None:
    diagram = read("...j,jk->...k", "M", "M")
    m = np.arange(4.0).reshape(2, 2)
    np.testing.assert_array_equal(td.evaluate(diagram, {"M": m}), m @ m)


def test_an_axis_of_size_one_is_fixed_to_zero() -> None:
    diagram = read("ij,ij->j", shapes=[(10, 2), (1, 2)])
    first, second = (node for node in diagram.content.nodes.values() if isinstance(node, Tensor))
    assert [leg.index for leg in first.legs] == [None, None]
    assert [leg.index for leg in second.legs] == [0, None]
    assert diagram.content.spaces[second.legs[0].space].size == 1
    arrays = {"A": np.ones((10, 2)), "B": np.array([[1.0, 2.0]])}
    np.testing.assert_array_equal(td.evaluate(diagram, arrays), [10.0, 20.0])
    wide = read("ij->j", shapes=[(1, 2)], sizes={"i": 3})
    assert td.evaluate(wide, {"A": np.ones((1, 2))}).shape == (2,)
    assert all(leg.index is None for node in read("ij,ij->j", shapes=[(1, 2)] * 2).content.nodes.values()
               for leg in node_legs(node))  # fmt: skip


GROUPED = [
    ("(i j) k, k l -> (i l) j", [(6, 4), (4, 5)], {"i": 2},
     lambda a, b: np.einsum("ijk,kl->ilj", a.reshape(2, 3, 4), b).reshape(10, 3)),
    ("i j, k l -> (i k) (j l)", [(5, 5), (3, 3)], {}, np.kron),
    ("(i i) -> i", [(9,)], {}, lambda a: a.reshape(3, 3).diagonal()),
    ("(a b) (b c) -> a c", [(6, 8)], {"b": 2}, lambda a: np.einsum("abbc->ac", a.reshape(3, 2, 2, 4))),
    ("b (h d), b (h e) -> (b h) d e", [(2, 6), (2, 4)], {"h": 2},
     lambda a, b: np.einsum("bhd,bhe->bhde", a.reshape(2, 2, 3), b.reshape(2, 2, 2)).reshape(4, 3, 2)),
    ("a (b c), ... -> (a ...) c", [(2, 6), (3, 2)], {"b": 2},
     lambda a, b: np.einsum("abc,de->adec", a.reshape(2, 2, 3), b).reshape(12, 3)),
    ("i () j -> j 1 i ()", [(2, 1, 3)], {}, lambda a: a[:, 0].T[:, None, :, None]),
    ("(i) -> 1", [(4,)], {}, lambda a: a.sum(keepdims=True)),
    ("->()", [()], {}, lambda a: a[None]),
    ("(a 1 b) -> b a", [(6,)], {"b": 2}, lambda a: a.reshape(3, 2).T),
]  # fmt: skip


@pytest.mark.parametrize(("spec", "shapes", "sizes", "reference"), GROUPED, ids=[case[0] for case in GROUPED])
def test_groups(spec: str, shapes: Any, sizes: dict[str, int], reference: Any) -> None:
    diagram = read(spec, shapes=shapes, sizes=sizes)
    assert problems(diagram.content) == ()
    generator = np.random.default_rng(0)
    arrays = [generator.normal(size=shape) for shape in shapes]
    expected = reference(*arrays)
    found = td.evaluate(diagram, dict(zip("AB", arrays, strict=False)))
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected)


def test_sizes_of_groups_without_shapes() -> None:
    sizes = {space.name: space.size for space in read("(i j) -> j").content.spaces.values()}
    assert sizes == {"i": 2, "j": 3, "i_j": 6}


def test_identity_of_kronecker_products() -> None:
    """`einsum(eye(5), eye(3), ...) == eye(15)`, a line of the sources."""
    diagram = read("i j, k l -> (i k) (j l)", shapes=[(5, 5), (3, 3)])
    np.testing.assert_array_equal(td.evaluate(diagram, {"A": np.eye(5), "B": np.eye(3)}), np.eye(15))


def test_sublists() -> None:
    a, b = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    for operands, output in [
        ([[0, 1], [1, 2]], [0, 2]),
        ([[0, 51], [51, 2]], [2, 0]),
        ([[1, 30], [30, 0]], None),
        ([(0, 52), (52, 1000)], None),
        ([[27, 0], [0, 26]], None),
        ([["left", "bond"], ["bond", "right"]], ["right", "left"]),
        ([[Ellipsis, 1], [1, 0]], [0, Ellipsis]),
        ([np.array([0, 1]), range(1, 3)], None),
    ]:
        rows = [a, list(operands[0]), b, list(operands[1]), *([] if output is None else [output])]
        expected = opt_einsum.contract(*rows)
        diagram = read_sublists(operands, output, ["A", "B"], shapes=[a.shape, b.shape])
        np.testing.assert_array_equal(td.evaluate(diagram, {"A": a, "B": b}), expected)


def _sentence(words: list[str], make: Callable[[], object]) -> None:
    with pytest.raises(Error) as caught:
        make()
    text = str(caught.value)
    assert all(word in text for word in words), text
    assert "\n" not in text
    assert text.endswith(".")
    assert len(text) < 250


@pytest.mark.parametrize(
    ("spec", "names", "more", "words"),
    [
        ("ij,jk->iz", (), {}, ["'z'", "no operand"]),
        ("ij,j%->i", (), {}, ["Operand 2", "'%'"]),
        ("ij,jk->i?", (), {}, ["output", "'?'"]),
        ("ij,jk->ik->", (), {}, ["more than one arrow"]),
        ("ij,jk", (), {"shapes": [(2, 3)]}, ["2 operands", "1 shape"]),
        ("ij,jk", (), {"shapes": [(2, 3), (3,)]}, ["Operand 2", "2 indices", "1 axis"]),
        ("ij,jk", (), {"shapes": [(2, 3), (4, 5)]}, ["'j'", "3", "4", "operand 2"]),
        ("ij,jk", (), {"shapes": [(2, 3), (3, 4)], "sizes": {"j": 5}}, ["'j'", "5", "3"]),
        ("IJ,JK", (), {"shapes": [(2, 3), (4, 5)]}, ["'J'", "3", "4", "operand 2"]),
        ("ij", (), {"sizes": {"z": 2}}, ["'z'"]),
        ("ij", (), {"sizes": {"i": 0}}, ["'i'", "0"]),
        ("ij", (), {"sizes": {"i": 2.5}}, ["'i'", "2.5"]),
        ("ij", (), {"sizes": {"i": True}}, ["'i'", "True"]),
        ("ij", (), {"shapes": [(2, -3)]}, ["operand 1", "-3"]),
        ("ij", (), {"shapes": [(2, "x")]}, ["operand 1", "'x'"]),
        ("ij", (), {"shapes": ["ab"]}, ["operand 1", "'ab'"]),
        ("ij", (), {"shapes": [None]}, ["operand 1", "None"]),
        ("ij,jk", ("A",), {}, ["2 operands", "1 name"]),
        ("ij,jkl", ("A", "A"), {}, ["'A'", "operand 1", "operand 2"]),
        ("ij,jk", ("A", "A"), {"shapes": [(2, 3), (3, 4)]}, ["'A'", "(2, 3)", "(3, 4)", "operand 2"]),
        ("ij", ("",), {}, ["''"]),
        ("ij->ii", (), {}, ["output", "'i'", "twice"]),
        ("i j -> (i j) i", (), {}, ["output", "'i'", "twice"]),
        ("ii->i", (), {"shapes": [(1, 3)]}, ["'i'", "operand 1", "1 and 3"]),
        ("...i->i", (), {"shapes": [(3, 2)]}, ["'...'", "operand 1", "output"]),
        ("...i->...", (), {}, ["Operand 1", "'...'", "shape"]),
        ("i,...j->...", (), {}, ["Operand 2", "'...'", "shape"]),
        ("...ij", (), {"shapes": [(2,)]}, ["Operand 1", "2 indices", "1 axis"]),
        ("...i...", (), {"shapes": [(2, 3)]}, ["Operand 1", "'...' twice"]),
        ("i->......", (), {"shapes": [(2,)]}, ["output", "'...' twice"]),
        ("..i->i", (), {}, ["Operand 1", "'.'"]),
        ("i.j->i", (), {}, ["Operand 1", "'.'"]),
        ("...i,...j->...ij", (), {"shapes": [(2, 3), (4, 3)]}, ["'batch'", "2", "4", "operand 2"]),
        ("(... i) -> i", (), {"shapes": [(6,)]}, ["Operand 1", "'...'", "group"]),
        ("(i j -> i", (), {}, ["Operand 1", "opening bracket"]),
        ("i j) -> i", (), {}, ["Operand 1", "closing bracket"]),
        ("(i (j k)) -> i", (), {}, ["Operand 1", "bracket"]),
        ("(i, j) -> i", (), {}, ["Operand 1", "bracket"]),
        ("i j -> (i j", (), {}, ["output", "bracket"]),
        ("(i j) -> i", (), {"shapes": [(6,)]}, ["6", "'i'", "'j'", "operand 1"]),
        ("(i j k) -> i", (), {"shapes": [(12,)]}, ["12", "'i', index 'j', index 'k'", "operand 1"]),
        ("(i j) -> i", (), {"shapes": [(6,)], "sizes": {"i": 4}}, ["'j'", "6", "4", "operand 1"]),
        ("(i j), i, j -> i", (), {"shapes": [(6,), (2,), (4,)]}, ["6", "2 * 4", "operand 1"]),
        ("(i i) -> i", (), {"shapes": [(6,)]}, ["'i'", "6", "operand 1"]),
        ("i () -> i", (), {"shapes": [(2, 5)]}, ["1", "5", "operand 1"]),
        ("i 2 -> i", (), {}, ["Operand 1", "'2'"]),
        ("i 2j -> i", (), {}, ["Operand 1", "'2j'"]),
        ("i j -> k", (), {}, ["'k'", "no operand"]),
        ("i-j->i", (), {}, ["Operand 1", "'-'"]),
        ("i>j", (), {}, ["Operand 1", "'>'"]),
        ("i;j->ij", (), {}, ["Operand 1", "';'"]),
        ("i=>i", (), {}, ["Operand 1", "'='"]),
        ("i, j -> i, j", (), {}, ["output", "'i,'"]),
        ("[i]->i", (), {}, ["Operand 1", "'['"]),
        ("i\x00->i", (), {}, ["Operand 1", "'\\x00'"]),
        ("a" * 300 + "%", (), {}, ["Operand 1", "'%'"]),
    ],
)
def test_bad_input_is_one_sentence(spec: str, names: tuple[str, ...], more: dict[str, Any], words: list[str]) -> None:
    _sentence(words, lambda: read(spec, *names, **more))


@pytest.mark.parametrize(
    ("operands", "output", "words"),
    [
        ([], None, ["operand"]),
        ([0], None, ["operand 1", "0"]),
        (["ij"], None, ["operand 1", "'ij'"]),
        ([[0, -1]], None, ["operand 1", "-1"]),
        ([[0], [1.5]], None, ["operand 2", "1.5"]),
        ([[0], [True]], None, ["operand 2", "True"]),
        ([[0], ["a"]], None, ["0", "'a'"]),
        ([["a b"]], None, ["operand 1", "'a b'"]),
        ([[0, 1]], [2], ["'c'", "no operand"]),
        ([[0, 1]], [0, 0], ["'a'", "twice"]),
        ([[0, 1]], ["x"], ["0", "'x'"]),
        ([[Ellipsis, Ellipsis]], None, ["Operand 1", "'...' twice"]),
        ([[0]], 0, ["output", "0"]),
    ],
)
def test_bad_sublists_are_one_sentence(operands: Any, output: Any, words: list[str]) -> None:
    _sentence(words, lambda: read_sublists(operands, output))


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
    short, spec = (", ".join(f"a{k} a{k + 1} b{k % 7}" for k in range(n)) + " -> a0" for n in (250, 1000))
    read("i j -> i j")
    assert calls(lambda: read(spec)) < 12 * calls(lambda: read(short))
    diagram = read(spec)
    assert sum(isinstance(node, Tensor) for node in diagram.content.nodes.values()) == 1000
