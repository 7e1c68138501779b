"""Commands of where arrays come from: random values, numbers, parts of other arrays; a matrix with its factors beside it."""

from __future__ import annotations

from typing import Any

from tensordraw.diagram import edits_names
from tensordraw.diagram.recipes import Recipe, recipe_words
from tensordraw.diagram.records import Tensor
from tensordraw.editor import factoring, sourcing
from tensordraw.editor.command import Command
from tensordraw.editor.enabled import some_tensors, tensors
from tensordraw.editor.state import State, Step, done
from tensordraw.errors import Error


def _set(state: State, argument: Any) -> Step:
    """Fill one array: (name, recipe or None)."""
    name, recipe = argument
    if isinstance(recipe, Recipe) and (fault := sourcing.fault_of(state.document.content, name, recipe)):
        raise Error(fault)
    after = edits_names.set_recipe(state.document, name, recipe)
    words = "random values" if recipe is None else _lowered(recipe_words(recipe))
    return done(state, after, f"Fill {name}: {words}")


def _lowered(words: str) -> str:
    """The words as they stand after a colon; a letter that is a name stays."""
    return words if words[1:2] in (" ", "") else words[:1].lower() + words[1:]


def _fill(key: str) -> Any:
    def run(state: State, argument: Any) -> Step:
        document, title = state.document, sourcing.BY_KEY[key].title
        nodes = [document.content.nodes[item] for item in tensors(state)]
        for name in dict.fromkeys(node.name for node in nodes if isinstance(node, Tensor)):
            document = edits_names.set_recipe(document, name, sourcing.begun(document.content, name, key))
        return done(state, document, f"Fill with {title.lower()}")

    return run


def _factors(state: State, argument: Any) -> Step:
    (tensor,) = tensors(state)
    after, made = factoring.svd_factors(state.document, tensor)
    return done(state, after, "Draw the singular value decomposition", made)


def _may_factor(state: State) -> str | None:
    chosen = tensors(state)
    if len(chosen) != 1:
        return "Select one tensor of two or more legs first."
    return factoring.refusal(state.document, chosen[0])


_FILLS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("fill_random", "random", "Fill with random values", ("seed", "normal", "recipe", "source")),
    ("fill_zeros", "zeros", "Fill with zeros", ("0", "constant", "recipe", "source")),
    ("fill_ones", "ones", "Fill with ones", ("1", "constant", "recipe", "source")),
    ("fill_identity", "eye", "Fill with the identity", ("eye", "unit matrix", "recipe", "source")),
)

ROWS: tuple[Command, ...] = (
    *(
        Command(name, title, _fill(key), "Tensor", enabled=some_tensors, words=words)
        for name, key, title, words in _FILLS
    ),
    Command(
        "svd_factors", "Draw its singular value decomposition", _factors, "Tensor", enabled=_may_factor,
        words=("take the svd factors of it", "u s v", "decompose", "matrix", "recipe"),
    ),
    Command(
        "set_recipe", "Say how an array is made…", _set, "Inspector", hidden=True,
        argument="(name, a recipe or None for random values)",
    ),
)  # fmt: skip
