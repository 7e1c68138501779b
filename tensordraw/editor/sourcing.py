"""Where an array comes from, as people choose it: the list of sources with a sentence on each, what they begin with, and what
stands after `=` in a line such as `W: a b = isometry` or `U: a k = svd of M`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import isfinite, prod

from tensordraw.diagram import edits_names
from tensordraw.diagram.legs import leg_name
from tensordraw.diagram.recipes import Recipe, RecipeKind, recipe_words
from tensordraw.diagram.records import Content, Diagram, Form, Id, Source, Tensor
from tensordraw.errors import Error
from tensordraw.program.declared import array_declared


@dataclass(frozen=True, slots=True)
class Choice:
    """One source: its key, its title, what it means in one sentence, and the kind of recipe that it is, if it is one."""

    key: str
    title: str
    sentence: str
    kind: RecipeKind | None = None


CHOICES: tuple[Choice, ...] = (
    Choice("random", "Random values", "Drawn from a seed and the name, the same on every machine; a form is kept.", "random"),
    Choice("file", "File…", "An array of a .npy, .npz, .safetensors or .pt file."),
    Choice("values", "Values", "Numbers that are typed here and stand in the document.", "values"),
    Choice("zeros", "Zeros", "0 everywhere.", "fill"),
    Choice("ones", "Ones", "1 everywhere.", "fill"),
    Choice("fill", "One number", "The same number everywhere.", "fill"),
    Choice("eye", "Identity", "1 where row = column, 0 elsewhere.", "shift"),
    Choice("shift", "Shifted diagonal", "One number where row = column + offset, 0 elsewhere.", "shift"),
    Choice("periodic", "Periodic random values", "Random rows that return after some places of the first axis.", "periodic"),
    Choice("svd_u", "U of an SVD", "The left singular vectors in M = U S V†, of the largest singular values first.", "svd_u"),
    Choice("svd_s", "Singular values", "The singular values of M = U S V†, the largest first.", "svd_s"),
    Choice("svd_v", "V of an SVD", "The right singular vectors in M = U S V†; draw V conjugated.", "svd_v"),
    Choice("train", "Tensor of a tensor train", "One tensor of the train whose product is, or nears, another array.", "train"),
    Choice("tucker_core", "Core of a Tucker form", "What is left of an array between its Tucker factors.", "tucker_core"),
    Choice("tucker_factor", "Factor of a Tucker form", "The leading singular vectors of an array along one axis.", "tucker_factor"),
)  # fmt: skip
BY_KEY = {choice.key: choice for choice in CHOICES}
FACTORS: dict[str, RecipeKind] = {"u": "svd_u", "s": "svd_s", "v": "svd_v"}  # by their usual letters
MOST_VALUES = 100  # entries that can be typed
IDS = ("random", "file", "values", "zeros", "fill")  # sources of arrays of whole numbers

_FORMS: dict[str, Form] = {
    "isometry": "isometry", "unitary": "unitary", "orthogonal": "orthogonal", "diagonal": "diagonal",
    "symmetric": "symmetric", "positive": "positive",
}  # fmt: skip
_WORDS = {
    "zeros": "zeros",
    "zero": "zeros",
    "ones": "ones",
    "one": "ones",
    "identity": "eye",
    "eye": "eye",
    "random": "random",
}
_OF = re.compile(r"^(?:(u|s|v)(?:\s+of\s+the|\s+of)?\s+)?(svd|train|tensor train|tucker)\s+of\s+(\S+)$", re.IGNORECASE)
_SPLIT = re.compile(r"^(.*?)\s=\s*(.*)$", re.DOTALL)
UNKNOWN = "write isometry, isometry[leg], zeros, ones, identity, a number, values 1 2 3 4, or svd, train or tucker of an array"


def key_of(source: Source | None, recipe: Recipe | None) -> str:
    """The key of the choice that an array's source and recipe are."""
    if source is not None:
        return "file"
    match recipe:
        case None:
            return "random"
        case Recipe(kind="fill", factor=factor):
            return {0.0: "zeros", 1.0: "ones"}.get(factor, "fill")
        case Recipe(kind="shift", offset=0, factor=1.0):
            return "eye"
        case _:
            return recipe.kind


def offered(content: Content, name: str) -> tuple[Choice, ...]:
    """What can be chosen for an array."""
    one = array_declared(content, name)
    if one is not None and one.classes is not None:
        return tuple(BY_KEY[key] for key in IDS)
    return CHOICES


def begun(content: Content, name: str, key: str) -> Recipe | None:
    """What a choice begins with, None for plain random values. `Error`: why the array cannot be that."""
    one, choice = array_declared(content, name), BY_KEY[key]
    if one is None:
        raise Error(f"There is no array called {name} in the document.")
    match key:
        case "random":
            return None
        case "zeros" | "ones" | "fill":
            made = Recipe("fill", factor={"zeros": 0.0, "ones": 1.0}.get(key, 0.5 if one.classes is None else 1.0))
        case "eye" | "shift":
            made = Recipe("shift", offset=int(key == "shift"))
        case "periodic":
            made = Recipe("periodic", period=min(2, *one.shape[:1]) if one.shape else 1)
        case "values":
            if prod(one.shape) > MOST_VALUES:
                raise Error(
                    f"{name} has {prod(one.shape)} entries, and up to {MOST_VALUES} can be typed: load a file instead."
                )
            made = Recipe("values", numbers=_numbers(one.shape, content.recipes.get(name)))
        case _:
            assert choice.kind is not None
            found = fits(content, name, choice.kind)
            if not found:
                shape = " × ".join(map(str, one.shape)) or "no axes"
                raise Error(f"No other array has a shape of which {name} ({shape}) could be the {_part(choice)}.")
            return found[0]
    if fault := fault_of(content, name, made):
        raise Error(fault)
    return made


def _part(choice: Choice) -> str:
    return {
        "svd_u": "U of an SVD", "svd_s": "singular values", "svd_v": "V of an SVD", "train": "tensor of a train",
        "tucker_core": "core of a Tucker form", "tucker_factor": "factor of a Tucker form",
    }[choice.key]  # fmt: skip


def _numbers(shape: tuple[int, ...], recipe: Recipe | None) -> tuple[float, ...]:
    """The entries that a table of values begins with: those of now where the recipe says them, else zeros."""
    match recipe:
        case Recipe(kind="fill", factor=factor):
            return (factor,) * prod(shape)
        case Recipe(kind="shift", offset=offset, factor=factor) if len(shape) == 2:
            rows, columns = shape
            return tuple(factor if row == column + offset else 0.0 for row in range(rows) for column in range(columns))
        case _:
            return (0.0,) * prod(shape)


def fits(content: Content, name: str, kind: RecipeKind) -> tuple[Recipe, ...]:
    """The recipes of a kind that can make an array of other ones."""
    from tensordraw.program.recipes import fitting  # late: the start of the window does not wait for arrays

    return fitting(content, name, kind)


def fault_of(content: Content, name: str, recipe: Recipe | None) -> str:
    """What is wrong with a recipe for this array, one sentence; empty where it can be made."""
    if recipe is None:
        return ""
    from tensordraw.program.recipes import recipe_fault  # late, as above

    return recipe_fault(content, name, recipe)


# ------------------------------------------------------------------------------------------------------------ in words


def decomposed(text: str) -> tuple[str, str, str, str] | None:
    """A line without legs such as `U = svd of M` in its parts: the name, the letter of the factor, the decomposition, of what;
    None where it is no such line."""
    head, words = split(text)
    of = None if words is None else _OF.match(words)
    if of is None or re.fullmatch(r"\s*[^\s:,]+(\s*,\s*[^\s:,]+)*\s*", head) is None:
        return None
    return head.strip(), of[1] or "", of[2].lower(), of[3]


def split(text: str) -> tuple[str, str | None]:
    """A line such as `W: a b = isometry` before and after the sign, None where there is none; a size such as `a=3` has no room
    before the sign."""
    found = _SPLIT.match(text)
    return (text, None) if found is None else (found[1], found[2].strip())


def applied(diagram: Diagram, tensor: Id, words: str) -> Diagram:
    """The diagram whose tensor is what the words say. `Error` where they say nothing, or what it cannot be."""
    node = diagram.content.nodes[tensor]
    assert isinstance(node, Tensor)
    if not words:
        raise Error(f"Nothing is said after the sign: {UNKNOWN}.")
    bare = re.sub(r"^(an?|the)\s+", "", words.strip().lower())
    form, named, legs = bare.partition("[")
    if form.strip() in _FORMS:
        tip = _tip(diagram, node, legs.removesuffix("]")) if named else None
        return edits_names.set_form(diagram, tensor, _FORMS[form.strip()], tip)
    recipe = _read(diagram.content, node.name, words.strip())
    if fault := fault_of(diagram.content, node.name, recipe):
        raise Error(fault)
    return edits_names.set_recipe(diagram, node.name, recipe)


def _tip(diagram: Diagram, node: Tensor, words: str) -> tuple[Id, ...]:
    """The legs that `isometry[a b]` names as those at the tip."""
    chosen = words.replace(",", " ").split()
    names = {leg_name(diagram, leg).lower(): leg.id for leg in node.legs}
    if unknown := next((word for word in chosen if word not in names), None):
        raise Error(f"{node.name} has no leg {unknown}: the tip is one of {', '.join(names)}.")
    if not 0 < len(set(chosen)) < len(node.legs):
        raise Error(f"{node.name} needs legs at its tip and legs at its base: isometry[{[*names][-1]}].")
    return tuple(names[word] for word in chosen)


def _read(content: Content, name: str, words: str) -> Recipe | None:
    bare = words.lower()
    if bare in _WORDS:
        return begun(content, name, _WORDS[bare])
    if (of := _OF.match(words)) is not None:
        return part_of(content, name, of[1] or "", of[2].lower(), of[3])
    parts = words.removeprefix("values").replace(",", " ").split()
    try:
        numbers = tuple(map(float, parts))
    except ValueError:
        numbers = ()
    if not numbers or not all(map(isfinite, numbers)):
        raise Error(f"{words} says nothing of how {name} is made: {UNKNOWN}.")
    if len(numbers) == 1 and not words.startswith("values"):
        return Recipe("fill", factor=numbers[0])
    return Recipe("values", numbers=numbers)


def part_of(content: Content, name: str, letter: str, what: str, of: str) -> Recipe:
    """The part of a decomposition that an array of this name and shape can be."""
    kinds: tuple[RecipeKind, ...]
    if what == "svd":
        meant = letter.lower() or name[:1].lower()
        order = sorted("usv", key=lambda one: one != meant)
        kinds = tuple(FACTORS[one] for one in order)
        kinds = kinds[:1] if letter else kinds
    else:
        kinds = ("tucker_core", "tucker_factor") if what == "tucker" else ("train",)
    if array_declared(content, of) is None:
        raise Error(f"There is no array called {of} in the document.")
    for kind in kinds:
        for recipe in fits(content, name, kind):
            if recipe.of == of:
                return recipe
    one = array_declared(content, name)
    shape = "" if one is None else " × ".join(map(str, one.shape))
    raise Error(f"{name}{f' ({shape})' if shape else ''} cannot be a part of the {what} of {of}: its legs do not fit.")


def words_of(content: Content, name: str) -> str:
    """The source of an array in words."""
    source, recipe = content.sources.get(name), content.recipes.get(name)
    if source is not None:
        return f"from {source.path}{f' [{source.key}]' if source.key else ''}"
    return "" if recipe is None else recipe_words(recipe)


__all__ = [
    "BY_KEY", "CHOICES", "MOST_VALUES", "Choice", "applied", "begun", "decomposed", "fault_of", "fits", "key_of", "offered",
    "split", "words_of",
]  # fmt: skip
