"""What one array is before anything is evaluated: the numbers are those that the evaluation fills in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

import tensordraw as td
from tensordraw.diagram import edits_names
from tensordraw.diagram.recipes import Recipe
from tensordraw.diagram.records import Source
from tensordraw.errors import Error
from tensordraw.program import facts as module
from tensordraw.program.facts import chain, facts


def drawn() -> td.Diagram:
    return td.einsum("i k, i j, x y ->", "M", "U", "W", shapes=[(6, 5), (6, 3), (2, 2)])


@pytest.mark.parametrize(
    ("name", "recipe"),
    [
        ("W", None), ("W", Recipe("fill", factor=2.5)), ("W", Recipe("values", numbers=(1.0, -2.0, 3.0, 0.0))),
        ("W", Recipe("random", seed=4, distribution="uniform")), ("U", Recipe("svd_u", "M")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("seed", [0, 3])
def test_they_are_those_of_the_evaluation(name: str, recipe: Recipe | None, seed: int) -> None:
    d = edits_names.set_recipe(drawn(), name, recipe)
    array, told = td.arrays(d, seed=seed)[name], facts(d, name, seed)
    assert told is not None
    assert (told.shape, told.dtype) == (array.shape, str(array.dtype))
    assert (told.low, told.high) == pytest.approx((array.min(), array.max()))
    assert told.mean == pytest.approx(array.mean(), abs=1e-6)


def test_a_factor_is_made_of_the_file_that_its_matrix_is_in(tmp_path: Path) -> None:
    given = np.arange(30.0).reshape(6, 5)
    np.save(tmp_path / "m.npy", given)
    d = edits_names.set_recipe(drawn(), "U", Recipe("svd_u", "M"))
    d = replace(edits_names.set_source(d, "M", Source("m.npy")), home=str(tmp_path))
    told = facts(d, "U")
    assert told is not None
    assert told.high == pytest.approx(np.linalg.svd(given)[0][:, :3].max(), abs=1e-6)
    in_file = facts(d, "M")
    assert in_file is not None
    assert (in_file.low, in_file.high) == (0.0, 29.0)
    assert chain(d.content, "U") == ["U", "M"]


def test_what_is_large_is_not_made_and_what_cannot_be_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 20)
    d = edits_names.set_recipe(drawn(), "U", Recipe("svd_u", "M"))
    assert facts(d, "U") is None, "M, of which it is made, is larger"
    assert facts(d, "W") is not None
    with pytest.raises(Error, match="no array called Z"):
        facts(d, "Z")
    wrong = replace(d.content, recipes={"W": Recipe("values", numbers=(1.0,))})
    with pytest.raises(Error, match="which are 4 entries, and its recipe has 1"):
        facts(replace(d, content=wrong), "W")
