"""Recipes: how an array is made that is in no file and not simply random, part of the document instead of its numbers.

A recipe belongs to the array's name, as a source does. It says a kind from a closed list, the array that it starts from
and a few numbers; the array's shape is that of its tensors, so that a bond which is smaller than needed truncates.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, assert_never

from tensordraw.diagram.record import Record

RecipeKind: TypeAlias = Literal[
    "svd_u", "svd_s", "svd_v", "train", "tucker_core", "tucker_factor", "shift", "periodic", "random", "fill", "values",
]  # fmt: skip
Distribution: TypeAlias = Literal["normal", "uniform"]
MADE_OF: frozenset[RecipeKind] = frozenset(("svd_u", "svd_s", "svd_v", "train", "tucker_core", "tucker_factor"))


class Recipe(Record, frozen=True):
    """How an array is made.

    svd_u, svd_s, svd_v: M = U S V† of the array `of` as a matrix from its first `rows` axes to the others, the largest
    singular values first: U[rows..., bond], S[bond], V[columns..., bond], as many as the bond is long.
    train: the tensor at axis `site` of `of` in its tensor train: [left bond, axis, right bond], without the bonds that are not
    there at the ends; every tensor but the last is an isometry from its left bond and axis to its right bond.
    tucker_factor: the leading singular vectors of `of` along its axis `site`, [axis, bond]; tucker_core: what is left.
    shift: `factor` where row = column + `offset`, else 0. periodic: normals that return after `period` places of axis 0.
    random: as arrays without a recipe are, but of a `distribution`, from a `seed` of its own (None: that of the evaluation), and
    `factor` times as large. fill: `factor` everywhere. values: `numbers`, row by row.
    """

    kind: RecipeKind
    of: str = ""
    rows: int = 1
    site: int = 0
    offset: int = 0
    period: int = 1
    factor: float = 1.0
    seed: int | None = None
    distribution: Distribution = "normal"
    numbers: tuple[float, ...] = ()


def recipe_words(recipe: Recipe) -> str:
    """The recipe as a phrase for people."""
    of, place = recipe.of, recipe.site + 1
    match recipe.kind:
        case "svd_u":
            return f"U of the singular value decomposition of {of}"
        case "svd_s":
            return f"Singular values of {of}"
        case "svd_v":
            return f"V of the singular value decomposition of {of}"
        case "train":
            return f"Tensor {place} of the tensor train of {of}"
        case "tucker_core":
            return f"Core of the Tucker decomposition of {of}"
        case "tucker_factor":
            return f"Factor {place} of the Tucker decomposition of {of}"
        case "shift":
            row = "column" if recipe.offset == 0 else f"column {'+' if recipe.offset > 0 else '-'} {abs(recipe.offset)}"
            return f"{recipe.factor:g} where row = {row}, 0 elsewhere"
        case "periodic":
            return f"Random values that return after {recipe.period} places"
        case "random":
            kind = "Uniformly distributed random values" if recipe.distribution == "uniform" else "Random values"
            seed = "" if recipe.seed is None else f" from seed {recipe.seed}"
            return f"{kind}{seed}{'' if recipe.factor == 1.0 else f', {recipe.factor:g} times as large'}"
        case "fill":
            return {0.0: "Zeros", 1.0: "Ones"}.get(recipe.factor, f"{recipe.factor:g} everywhere")
        case "values":
            few = ", ".join(f"{number:g}" for number in recipe.numbers[:4])
            return f"Values {few}{', …' if len(recipe.numbers) > 4 else ''}"
        case _:
            assert_never(recipe.kind)
