"""Arrays by recipe: what they are, what they start from, and what is said where they cannot be made."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.recipes import Recipe, recipe_words
from tensordraw.program.arrays import random_arrays


def with_recipes(diagram: td.Diagram, **recipes: Recipe) -> td.Diagram:
    return replace(diagram, content=replace(diagram.content, recipes=recipes))


def svd(bond: int, rows: int = 1) -> td.Diagram:
    """M beside its factors; with two rows M has a leg more."""
    i, shape = ("i", (6,)) if rows == 1 else ("h i", (3, 2))
    spec = f"{i} k, {i} j, j, k j ->"
    drawn = td.einsum(spec, "M", "U", "S", "V", shapes=[(*shape, 5), (*shape, bond), (bond,), (5, bond)])
    return with_recipes(drawn, U=Recipe("svd_u", "M", rows), S=Recipe("svd_s", "M", rows), V=Recipe("svd_v", "M", rows))


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
def test_the_factors_are_the_matrix(rows: int, dtype: type) -> None:
    found = random_arrays(svd(5, rows).content, dtype=dtype)
    again = np.einsum("...j,j,kj->...k", found["U"], found["S"], found["V"].conj())
    np.testing.assert_allclose(again, found["M"], atol=1e-13)


def test_a_bond_that_is_shorter_truncates_as_eckart_and_young_say() -> None:
    whole, few = random_arrays(svd(5).content, dtype=np.float64), random_arrays(svd(2).content, dtype=np.float64)
    again = np.einsum("ij,j,kj->ik", few["U"], few["S"], few["V"])
    np.testing.assert_allclose(np.linalg.norm(again - few["M"]), np.linalg.norm(whole["S"][2:]), rtol=1e-12)


def test_what_is_given_is_what_they_start_from() -> None:
    diagram = svd(5)
    given = np.arange(30.0).reshape(6, 5)
    found = random_arrays(diagram.content, names=["S"], dtype=np.float64, given={"M": given})
    np.testing.assert_allclose(found["S"], np.linalg.svd(given)[1], atol=1e-12)
    m = td.arrays(diagram)["M"]
    assert td.evaluate(diagram, {"M": 2 * m}) == pytest.approx(4 * td.evaluate(diagram), rel=1e-5)


@pytest.mark.parametrize(("bonds", "exact"), [((2, 6, 3), True), ((2, 3, 3), False)])
def test_a_train_is_its_tensor(bonds: tuple[int, ...], exact: bool) -> None:
    a, b, c = bonds
    drawn = td.einsum(
        "i j k l, i a, a j b, b k c, c l ->", "T", "A0", "A1", "A2", "A3",
        shapes=[(2, 3, 4, 3), (2, a), (a, 3, b), (b, 4, c), (c, 3)],
    )  # fmt: skip
    diagram = with_recipes(drawn, **{f"A{k}": Recipe("train", "T", site=k) for k in range(4)})
    assert td.problems(diagram) == []
    found = random_arrays(diagram.content, dtype=np.float64)
    again = np.einsum("ia,ajb,bkc,cl->ijkl", *(found[f"A{k}"] for k in range(4)))
    error = np.linalg.norm(again - found["T"]) / np.linalg.norm(found["T"])
    assert error < 1e-12 if exact else 0.1 < error < 0.9
    if exact:
        np.testing.assert_allclose(np.einsum("ajb,ajc->bc", found["A1"], found["A1"]), np.eye(b), atol=1e-12)


def test_a_core_and_its_factors_are_the_tensor_where_a_long_leg_needs_fewer() -> None:
    drawn = td.einsum(
        "i j k, a b c, i a, j b, k c ->", "T", "C", "U", "V", "W",
        shapes=[(2, 3, 8), (2, 3, 6), (2, 2), (3, 3), (8, 6)],
    )  # fmt: skip
    factors = {name: Recipe("tucker_factor", "T", site=site) for site, name in enumerate("UVW")}
    found = random_arrays(with_recipes(drawn, C=Recipe("tucker_core", "T"), **factors).content, dtype=np.float64)
    again = np.einsum("abc,ia,jb,kc->ijk", *(found[name] for name in "CUVW"))
    np.testing.assert_allclose(again, found["T"], atol=1e-12)


def test_shifts_and_what_returns() -> None:
    drawn = td.einsum("i j, i h ->", "P", "x", shapes=[(6, 6), (6, 2)])
    diagram = with_recipes(drawn, P=Recipe("shift", offset=-1, factor=3.0), x=Recipe("periodic", period=2))
    found = td.arrays(diagram)
    np.testing.assert_array_equal(found["P"], 3 * np.eye(6, k=1))
    np.testing.assert_array_equal(found["x"][:2], found["x"][4:])
    assert np.abs(found["x"][0] - found["x"][1]).min() > 1e-3
    never = with_recipes(drawn, P=Recipe("shift", offset=10**30), x=Recipe("periodic", period=10**30))
    assert not td.arrays(never)["P"].any()
    assert len(np.unique(td.arrays(never)["x"])) == 12


def test_a_document_keeps_its_recipes() -> None:
    diagram = svd(3)
    text = encode(diagram)
    assert '"U": {"kind": "svd_u", "of": "M"}' in text
    assert decode(text) == diagram
    assert '"recipes"' not in encode(td.einsum("i ->", "a"))


WRONG = {
    "is not drawn": {"U": Recipe("svd_u", "N")},
    "is made of itself": {"U": Recipe("svd_u", "V"), "V": Recipe("svd_v", "U")},
    "and no such array is made": {"S": Recipe("svd_u", "M")},
}


@pytest.mark.parametrize(("words", "recipes"), WRONG.items())
def test_what_cannot_be_made_is_a_problem(words: str, recipes: dict[str, Recipe]) -> None:
    diagram = with_recipes(svd(3), **recipes)
    found = td.problems(diagram)
    assert found
    assert all(words in each.what for each in found)
    with pytest.raises(td.Error, match=words):
        td.evaluate(diagram)


def test_words() -> None:
    assert recipe_words(Recipe("svd_u", "M")) == "U of the singular value decomposition of M"
    assert recipe_words(Recipe("shift", offset=-1)) == "1 where row = column - 1, 0 elsewhere"
