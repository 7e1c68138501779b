"""Arrays that are made by recipe: of other arrays, by NumPy in double precision, the same on every machine up to rounding.

The truncated forms are the usual ones: an SVD keeps its largest singular values; a train is the product of the projections
on the leading singular vectors of each unfolding, found for each site from the whole array, so that no site waits for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import prod
from typing import Any, TypeAlias, assert_never

import numpy as np

from tensordraw.diagram.finding import Problem
from tensordraw.diagram.recipes import MADE_OF, RecipeKind, recipe_words
from tensordraw.diagram.records import Content, Recipe
from tensordraw.errors import Error
from tensordraw.program.declared import Declared, array_declared, declared

Array: TypeAlias = np.ndarray[Any, Any]
_SCALED = ("isometry", "unitary", "orthogonal")  # forms whose entries are of one size


def recipe_problems(content: Content) -> Iterator[Problem]:
    """A problem for each recipe of an array that is not drawn, that starts from itself, or that cannot have its shape."""
    known = declared(content)
    for name, recipe in content.recipes.items():
        one = known.get(name)
        if one is None:
            continue  # nothing is drawn that needs it
        wrong = _wrong(one, recipe, known, content.recipes)
        if wrong:
            yield Problem(
                "error", one.items, wrong, f"The document makes {name} by a recipe: {recipe_words(recipe)}.",
                "Draw what it is made of with fitting legs, or load an array onto it.",
            )  # fmt: skip


def recipe_fault(content: Content, name: str, recipe: Recipe) -> str:
    """What would be wrong if the array were made by this recipe, one sentence; empty where nothing is."""
    one = array_declared(content, name)
    if one is None:
        return ""
    known = declared(content) if recipe.kind in MADE_OF else {name: one}
    return _wrong(one, recipe, known, {**content.recipes, name: recipe})


def fitting(content: Content, name: str, kind: RecipeKind) -> tuple[Recipe, ...]:
    """The recipes of this kind that can make an array of other ones: which one, and as which part of it."""
    known = declared(content)
    one, found = known.get(name), []
    for of in known.values() if one is not None and kind in MADE_OF else ():
        places = range(1, len(of.shape)) if kind.startswith("svd") else range(len(of.shape))
        for place in places if kind != "tucker_core" else (0,):
            recipe = Recipe(kind, of.name, rows=place) if kind.startswith("svd") else Recipe(kind, of.name, site=place)
            if of.name != name and one is not None and not _wrong(one, recipe, known, content.recipes):
                found.append(recipe)
    return tuple(found)


def _wrong(one: Declared, recipe: Recipe, known: Mapping[str, Declared], recipes: Mapping[str, Recipe]) -> str:
    """What is wrong with a recipe, one sentence; empty where nothing is."""
    if recipe.kind in MADE_OF:
        if recipe.of not in known:
            return f"{one.name} is made of {recipe.of}, which is not drawn."
        seen = [one.name]
        while (last := recipes.get(seen[-1])) is not None and last.kind in MADE_OF:
            if last.of in seen:
                return f"{one.name} is made of itself."
            seen.append(last.of)
    if wrong := _wrong_numbers(one, recipe):
        return wrong
    shape = known[recipe.of].shape if recipe.kind in MADE_OF else ()
    if not _fits(one.shape, recipe, shape):
        of = f" of {recipe.of} with shape {shape}" if shape else ""
        return f"{one.name} has shape {one.shape}, and no such array is made by its recipe{of}."
    return ""


def _wrong_numbers(one: Declared, recipe: Recipe) -> str:
    """What is wrong with the numbers of a recipe for this array, one sentence."""
    if one.classes is not None:
        if recipe.kind not in ("random", "fill", "values"):
            return f"{one.name} holds whole numbers, and its recipe makes others."
        numbers = recipe.numbers if recipe.kind == "values" else (recipe.factor,) if recipe.kind == "fill" else ()
        if not all(0 <= number < one.classes and number == int(number) for number in numbers):
            return f"{one.name} holds whole numbers from 0 to {one.classes - 1}."
    if recipe.kind == "values" and len(recipe.numbers) != prod(one.shape):
        return f"{one.name} has shape {one.shape}, which are {prod(one.shape)} entries, and its recipe has {len(recipe.numbers)}."
    plain = recipe.distribution == "normal" and recipe.factor == 1.0
    if recipe.kind == "random" and not plain and (one.classes is not None or one.metric or one.form in _SCALED):
        what = "holds whole numbers" if one.classes is not None else "is a metric" if one.metric else f"is {one.form}"
        return f"{one.name} {what}, which says how its random values are distributed and how large they are."
    return ""


def _fits(shape: tuple[int, ...], recipe: Recipe, of: tuple[int, ...]) -> bool:
    rows, site = recipe.rows, recipe.site
    match recipe.kind:
        case "svd_u" | "svd_s" | "svd_v":
            if not 0 < rows < len(of):
                return False
            outer = {"svd_u": of[:rows], "svd_s": (), "svd_v": of[rows:]}[recipe.kind]
            return shape[:-1] == outer and len(shape) > 0 and shape[-1] <= min(prod(of[:rows]), prod(of[rows:]))
        case "train":
            if not 0 <= site < len(of) or len(of) < 2:
                return False
            left, right = site > 0, site < len(of) - 1
            if len(shape) != 1 + left + right or shape[int(left)] != of[site]:
                return False
            before, after = prod(of[:site]), prod(of[site + 1 :])
            return (not left or shape[0] <= min(before, of[site] * after)) and (
                not right or shape[-1] <= min(before * of[site], after)
            )
        case "tucker_factor":
            if not 0 <= site < len(of) or len(shape) != 2:
                return False
            return shape[0] == of[site] and shape[1] <= min(of[site], prod(of) // max(1, of[site]))
        case "tucker_core":
            return len(shape) == len(of) and all(
                small <= min(size, prod(of) // max(1, size)) for small, size in zip(shape, of, strict=True)
            )
        case "shift":
            return len(shape) == 2
        case "periodic":
            return len(shape) > 0 and recipe.period > 0
        case "random" | "fill" | "values":
            return True
        case _:
            assert_never(recipe.kind)


def made(
    name: str, content: Content, array_of: Callable[[str], Array], random: Callable[[Declared, Recipe], Array]
) -> Array:
    """The array `name` by its recipe; `array_of` gives the array that it starts from, `random` the entries of one that is
    random, from the recipe's seed and distribution.

    errors.Error where the recipe has a problem.
    """
    known = declared(content)
    one, recipe = known[name], content.recipes[name]
    wrong = _wrong(one, recipe, known, content.recipes)
    if wrong:
        raise Error(wrong)
    match recipe.kind:
        case "shift":
            rows, columns = one.shape
            return np.asarray(np.eye(rows, columns, -recipe.offset) * recipe.factor)
        case "periodic":
            few = Declared(one.name, (min(recipe.period, one.shape[0]), *one.shape[1:]), bound=one.bound)
            return random(few, recipe)[np.arange(one.shape[0]) % few.shape[0]]
        case "random":
            drawn = random(one, recipe)
            return drawn if recipe.factor == 1.0 else np.asarray(drawn * recipe.factor)
        case "fill":
            return np.full(one.shape, recipe.factor)
        case "values":
            return np.array(recipe.numbers, np.float64).reshape(one.shape)
        case _:
            whole = array_of(recipe.of)
            wide: Array = whole.astype(np.result_type(whole, np.float64))
            return _of(wide, recipe, one.shape)


def _of(whole: Array, recipe: Recipe, shape: tuple[int, ...]) -> Array:
    site = recipe.site
    match recipe.kind:
        case "svd_u" | "svd_s" | "svd_v":
            u, s, vh = np.linalg.svd(_unfolded(whole, recipe.rows), full_matrices=False)
            kept = shape[-1]
            parts = {"svd_u": u[:, :kept], "svd_s": s[:kept], "svd_v": vh[:kept].conj().T}
            return parts[recipe.kind].reshape(shape)
        case "train":
            last = whole.ndim - 1
            right = whole.reshape(-1, 1) if site == last else _leading(_unfolded(whole, site + 1), shape[-1])
            if site == 0:
                return right.reshape(shape)
            left = _leading(_unfolded(whole, site), shape[0])  # [sites before, left bond]
            return (left.conj().T @ right.reshape(left.shape[0], -1)).reshape(shape)
        case "tucker_factor":
            return _leading(_unfolded(np.moveaxis(whole, site, 0), 1), shape[1])
        case "tucker_core":
            core = whole
            for axis, kept in enumerate(shape):
                factor = _leading(_unfolded(np.moveaxis(whole, axis, 0), 1), kept)  # [axis, bond]
                core = np.moveaxis(np.tensordot(factor.conj(), core, (0, axis)), 0, axis)
            return core
        case _:
            raise ValueError(recipe.kind)


def _unfolded(whole: Array, rows: int) -> Array:
    """The array as a matrix from its first axes to the others."""
    return whole.reshape(prod(whole.shape[:rows]), -1)


def _leading(matrix: Array, count: int) -> Array:
    """The left singular vectors of the largest singular values, as columns."""
    return np.asarray(np.linalg.svd(matrix, full_matrices=False)[0][:, :count])
