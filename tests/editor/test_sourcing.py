"""Where arrays come from, chosen and typed: what each choice begins with, why it cannot be, and one undo step each."""

from __future__ import annotations

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram import file
from tensordraw.diagram.recipes import Recipe
from tensordraw.diagram.records import Source, Tensor
from tensordraw.editor import commands, sourcing, written
from tensordraw.editor.events import Insert
from tensordraw.errors import Error
from tests.editor.desk import Desk


def desk_of(*lines: str) -> Desk:
    desk = Desk()
    for place, line in enumerate(lines):
        desk.send(Insert("", 120.0 * place, 0.0, text=line))
    return desk


def array(desk: Desk, name: str) -> np.ndarray:
    return td.arrays(desk.document)[name]


@pytest.mark.parametrize("choice", sourcing.CHOICES, ids=lambda choice: choice.key)
def test_every_choice_is_one_sentence_and_is_read_back(choice: sourcing.Choice) -> None:
    assert choice.sentence.endswith(".")
    assert choice.title
    desk = desk_of("M: i=6 k=5", "T: a=2 b=3 c=4", "W: i k", "U: i j=3", "S: j", "F: a x=2", "G: x b c")
    name = {"svd_u": "U", "svd_s": "S", "svd_v": "V", "train": "F", "tucker_factor": "F", "tucker_core": "G"}.get(
        choice.key, "W"
    )
    if name == "V":
        desk.send(Insert("", 0.0, 200.0, text="V: k j"))
    if choice.key == "file":
        assert sourcing.key_of(Source("a.npy"), Recipe("fill")) == "file"
        return
    recipe = sourcing.begun(desk.content, name, choice.key)
    before, entries = desk.document, desk.entries
    desk.run("set_recipe", (name, recipe))
    assert not desk.refused
    assert sourcing.key_of(None, desk.content.recipes.get(name)) == choice.key
    assert not [one for one in td.problems(desk.document) if one.severity == "error"]
    assert array(desk, name).shape == td.arrays(before)[name].shape
    assert file.decode(file.encode(desk.document)) == desk.document
    if recipe is not None:
        assert desk.entries == entries + 1
        desk.key("Ctrl+Z")
    assert desk.document == before


def test_the_numbers_are_what_the_choice_says() -> None:
    desk = desk_of("W: i=3 j=3")
    for key, expected in (
        ("zeros", np.zeros((3, 3))),
        ("ones", np.ones((3, 3))),
        ("eye", np.eye(3)),
        ("shift", np.eye(3, k=-1)),
    ):
        desk.run("set_recipe", ("W", sourcing.begun(desk.content, "W", key)))
        np.testing.assert_array_equal(array(desk, "W"), expected)
    assert sourcing.begun(desk.content, "W", "values").numbers == (0.0,) * 3 + (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)  # type: ignore[union-attr]
    desk.run("set_recipe", ("W", Recipe("values", numbers=tuple(map(float, range(9))))))
    np.testing.assert_array_equal(array(desk, "W"), np.arange(9.0).reshape(3, 3))
    assert td.evaluate(desk.document) == pytest.approx(np.arange(9.0).reshape(3, 3))


def test_random_values_have_a_seed_a_size_and_a_distribution() -> None:
    desk = desk_of("W: i=40 j=40")
    usual = array(desk, "W")
    desk.run("set_recipe", ("W", Recipe("random", seed=3)))
    seeded = array(desk, "W")
    assert not np.allclose(seeded, usual)
    np.testing.assert_array_equal(seeded, td.arrays(desk.document, seed=8)["W"])
    np.testing.assert_array_equal(seeded, td.arrays(desk_of("W: i=40 j=40").document, seed=3)["W"])
    desk.run("set_recipe", ("W", Recipe("random", seed=3, factor=2.0)))
    np.testing.assert_allclose(array(desk, "W"), 2 * seeded, rtol=1e-6)
    desk.run("set_recipe", ("W", Recipe("random", distribution="uniform")))
    flat = array(desk, "W")
    assert np.abs(flat).max() <= np.sqrt(3 / 40) + 1e-6
    assert flat.std() == pytest.approx(1 / np.sqrt(40), rel=0.05)
    desk.run("set_recipe", ("W", Recipe("random")))
    assert desk.content.recipes == {}, "what is usual is not written"
    np.testing.assert_array_equal(array(desk, "W"), usual)


@pytest.mark.parametrize(
    ("lines", "key", "words"),
    [
        (("W: i=3 j=4 k=2",), "eye", "no such array"),
        (("W: i=30 j=40",), "values", "1200 entries"),
        (("W: i=3 j=4",), "svd_u", "No other array has a shape of which W (3 × 4) could be the U of an SVD"),
        (("W:",), "periodic", "no such array"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(lines: tuple[str, ...], key: str, words: str) -> None:
    desk = desk_of(*lines)
    with pytest.raises(Error, match=words.replace("(", r"\(").replace(")", r"\)")):
        sourcing.begun(desk.content, "W", key)


def test_a_form_keeps_its_own_size_and_ids_are_whole_numbers() -> None:
    desk = desk_of("Q: i=4 j=2 = isometry")
    desk.run("set_recipe", ("Q", Recipe("random", factor=2.0)))
    assert desk.refused
    assert "is isometry" in desk.said
    desk.run("set_recipe", ("Q", Recipe("random", seed=5)))
    assert not desk.refused
    np.testing.assert_allclose(array(desk, "Q").T @ array(desk, "Q"), np.eye(2), atol=1e-6)
    hot = Desk()
    node = hot.put("one_hot", 0.0, 0.0)
    name = hot.content.nodes[node].name  # type: ignore[union-attr]
    assert {choice.key for choice in sourcing.offered(hot.content, name)} == set(sourcing.IDS)
    size = td.arrays(hot.document)[name].size
    hot.run("set_recipe", (name, Recipe("values", numbers=(1.0,) * size)))
    assert array(hot, name).dtype.kind == "i"
    hot.run("set_recipe", (name, Recipe("values", numbers=(0.5,) * size)))
    assert hot.refused


def test_a_recipe_takes_the_place_of_a_file() -> None:
    desk = desk_of("W: i=3 j=3")
    desk.run("set_source", ("W", Source("w.npy")))
    desk.run("set_recipe", ("W", Recipe("fill", factor=1.0)))
    assert desk.content.sources == {}
    assert desk.content.recipes["W"].kind == "fill"
    desk.key("Ctrl+Z")
    assert desk.content.sources["W"].path == "w.npy"
    desk.run("set_recipe", ("W", None))
    assert desk.content.sources == {}


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("W: a=4 b=2 = isometry", "isometry"), ("W: a=4 b=2 = an isometry", "isometry"), ("W: a b = zeros", "zeros"),
        ("W: a b = identity", "1 where row = column"), ("W: a=2 b=2 = values 1 2 3 4", "values 1, 2, 3, 4"),
        ("W: a b = 0.5", "0.5 everywhere"), ("U: i j = svd of M", "u of the singular value decomposition of M"),
        ("X: k j = svd of M", "v of the singular"), ("S: j = svd of M", "singular values of M"),
        ("U = svd of M", "u of the"), ("S = svd of M", "singular values"), ("V = svd of M", "v of the"),
        ("A: i j = train of M", "tensor 1 of the tensor train of M"), ("A: i j = tucker of M", "factor 1"),
    ],
)  # fmt: skip
def test_a_line_says_what_a_new_tensor_is(line: str, says: str) -> None:
    desk = desk_of("M: i=6 k=5", "J: j=3")
    told = written.preview(desk.state, line)
    assert told is not None
    assert told.works, told.words
    assert says in told.words.lower() or says in told.words
    entries = desk.entries
    desk.send(Insert("", 300.0, 0.0, text=line))
    assert not desk.refused
    assert desk.entries == entries + 1
    assert not [one for one in td.problems(desk.document) if one.severity == "error"]
    td.arrays(desk.document)


@pytest.mark.parametrize(
    "line",
    [
        "W: a b = nonsense",
        "W: a b = svd of Q",
        "W: a b = ",
        "W: a=9 b=9 = svd of M",
        "Q = svd of nothing",
        "A = train of M",
    ],
)
def test_a_line_that_says_nothing_is_refused_before_and_after(line: str) -> None:
    desk = desk_of("M: i=6 k=5")
    told = written.preview(desk.state, line)
    assert told is not None
    assert not told.works
    before = desk.document
    desk.send(Insert("", 300.0, 0.0, text=line))
    assert desk.document is before
    assert desk.refused


def test_a_label_can_say_it_too() -> None:
    desk = desk_of("W: a=4 b=2")
    (node,) = desk.content.nodes
    desk.run("set_label", (node, "Q: a b = isometry"))
    assert desk.tensor(node).form == "isometry"
    assert desk.tensor(node).name == "Q"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("make it an isometry", "make_isometry"), ("take the SVD", "svd_factors"), ("svd factors", "svd_factors"),
        ("zeros", "fill_zeros"), ("unit matrix", "fill_identity"), ("seed", "fill_random"),
    ],
)  # fmt: skip
def test_the_palette_finds_it(typed: str, command: str) -> None:
    assert command in [found.id for found in commands.search(typed)]


def test_the_palette_fills_what_is_selected() -> None:
    desk = desk_of("A: i=3 j=3", "B: j k=4")
    desk.select(*desk.content.nodes)
    entries = desk.entries
    desk.run("fill_ones")
    assert {name: recipe.factor for name, recipe in desk.content.recipes.items()} == {"A": 1.0, "B": 1.0}
    assert desk.entries == entries + 1
    desk.run("fill_random")
    assert desk.content.recipes == {}


def test_a_matrix_gets_its_factors_in_an_equation_that_holds() -> None:
    desk = desk_of("M: i=6 k=5")
    (m,) = desk.content.nodes
    desk.select(m)
    before, entries = desk.document, desk.entries
    desk.run("svd_factors")
    assert desk.entries == entries + 1
    assert {node.name for node in desk.content.nodes.values() if isinstance(node, Tensor)} == {"M", "U", "S", "V"}
    assert len(desk.content.equations) == 1
    assert not td.problems(desk.document)
    verdict = td.check_equation(desk.document)
    assert verdict.equal
    desk.key("Ctrl+Z")
    assert desk.document == before
    desk.send(Insert("", 0.0, 200.0, text="U, S, V = svd of M"))
    assert len(desk.content.equations) == 1
    assert desk.content.nodes[m].inside != "root"


def test_the_factors_have_the_names_that_were_typed() -> None:
    desk = desk_of("M: i=6 k=5", "P: x=2")
    desk.send(Insert("", 0.0, 200.0, text="P, Q, R = svd of M"))
    assert {node.name for node in desk.content.nodes.values() if isinstance(node, Tensor)} == {"M", "P", "P1", "Q", "R"}
    desk = desk_of("M: i=6 k=5")
    desk.send(Insert("", 0.0, 200.0, text="U, V = svd of M"))
    assert desk.refused
    assert "three factors" in desk.said


def test_factors_of_what_is_joined_or_ambiguous_are_refused() -> None:
    desk = desk_of("A: i=3 j=4", "B: j k=2")
    a, b = desk.content.nodes
    desk.select(desk.legs(a)[1], desk.legs(b)[0])
    desk.run("connect")
    desk.select(a)
    desk.run("svd_factors")
    assert desk.refused
    assert "joined to others" in desk.said
    twice = desk_of("A: i=3 i")
    twice.select(*twice.content.nodes)
    twice.run("svd_factors")
    assert "are called i" in twice.said


def test_three_legs_are_seen_as_a_matrix() -> None:
    desk = desk_of("T: a=2 b=3 c=4")
    desk.select(*desk.content.nodes)
    desk.run("svd_factors")
    assert not td.problems(desk.document)
    assert td.check_equation(desk.document).equal
