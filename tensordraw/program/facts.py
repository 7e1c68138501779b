"""What one array of a document is, before anything is evaluated: its statistics, as the evaluation would fill it."""

from __future__ import annotations

from math import prod

from tensordraw.diagram.recipes import MADE_OF
from tensordraw.diagram.records import Content, Diagram
from tensordraw.errors import Error
from tensordraw.program.declared import declared
from tensordraw.program.viewing import Statistics, statistics, statistics_of

MOST = 4_000_000  # entries that are made only to be looked at; files are read part by part, whatever their size


def facts(diagram: Diagram, name: str, seed: int = 0) -> Statistics | None:
    """The statistics of the array called `name`; None where it is too large to be made for that alone.

    `Error` where it cannot be made: a missing file, a recipe that does not fit.
    """
    content, known = diagram.content, declared(diagram.content)
    if name not in known:
        raise Error(f"There is no array called {name} in the document.")
    from tensordraw.program.sourced import load_source, parts  # late: arrays are not needed before

    if name in content.sources:
        return statistics_of(parts(diagram, name), known[name].shape)
    needed = chain(content, name)
    if any(prod(known[one].shape) > MOST for one in needed if one in known):
        return None
    from tensordraw.program.arrays import random_arrays

    stored = {one: load_source(diagram, one) for one in needed if one in content.sources}
    return statistics(random_arrays(content, seed, [name], given=stored)[name])


def chain(content: Content, name: str) -> list[str]:
    """The array and those that it is made of, one of the other."""
    found = [name]
    while True:
        recipe = content.recipes.get(found[-1])
        if recipe is None or recipe.kind not in MADE_OF or found[-1] in content.sources or recipe.of in found:
            return found
        found.append(recipe.of)
