"""Names of axes in printed code: readable names that einops accepts, and letters, stable within one function."""

from __future__ import annotations

import itertools
import keyword
import string
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

from tensordraw.program.identifiers import identifier
from tensordraw.program.statements import Einsum, Index, Name, Type


@lru_cache(maxsize=10_000)
def axis_name(text: str) -> str:
    """A name that einops accepts for an axis, "" where nothing of the text can be kept."""
    name = identifier(text, "").strip("_")
    if not name or not name.isidentifier():
        return ""
    return f"{name}0" if keyword.iskeyword(name) or name == "axis" else name


@lru_cache(maxsize=10_000)
def distinct(wishes: tuple[str, ...]) -> tuple[str, ...]:
    """One axis name for each wish, all different: those that several wish are numbered, `hidden0`, `hidden1`.

    A name that only one wishes stays as it is; an empty wish becomes one of `i`, `j`, `k`, ...
    """
    counts = Counter(wishes)
    single = {wish for wish, count in counts.items() if wish and count == 1}
    if len(single) == len(wishes):
        return wishes
    taken, found = set(single), []
    for wish in wishes:
        numbered = (f"{wish or 'i'}{count}" for count in range(len(wishes) + len(single)))
        candidates = numbered if wish else itertools.chain("ijklmnopqrstuvwxyz", numbered)
        name = wish if wish in single else next(candidate for candidate in candidates if candidate not in taken)
        taken.add(name)
        found.append(name)
    return tuple(found)


def axis_names(type: Type) -> tuple[str, ...]:
    """A name for each axis of a value, all different."""
    return distinct(tuple(axis_name(axis.name) for axis in type.axes))


def index_names(einsum: Einsum, types: Mapping[Name, Type]) -> dict[Index, str]:
    """A readable name for each index of an einsum: the index itself where it is a name, else that of an axis it runs
    along."""
    wishes: dict[Index, str] = {}
    for operand in einsum.operands:
        for index, axis in zip(operand.indices, types[operand.value].axes, strict=True):
            if not wishes.get(index):
                wishes[index] = index if axis_name(index) == index else axis_name(axis.name)
    for index, axis in zip(einsum.output, einsum.type.axes, strict=True):
        if axis_name(index) != index and axis_name(axis.name):
            wishes[index] = axis_name(axis.name)  # what the result calls it is what the next line calls it
    return dict(zip(wishes, distinct(tuple(wishes.values())), strict=True))


class Letters:
    """A letter for each axis name of one function, the same in all its einsums as far as 52 letters allow."""

    def __init__(self, names: Iterable[str]) -> None:
        counts = Counter(names)
        self.letters: dict[str, str] = {n: n for n in counts if len(n) == 1 and n in string.ascii_letters}
        # The names that stand most often get the letter one expects, numbered ones what is left.
        for name in sorted(counts, key=lambda name: (name[-1:].isdigit(), -counts[name])):
            self._settle(name, set(self.letters.values()))

    def _settle(self, name: str, taken: set[str]) -> None:
        if name not in self.letters:
            plain = [c for c in name if c in string.ascii_letters]
            wishes = [*(c for c in plain[:1] for c in (c, c.swapcase())), *plain, *string.ascii_letters]
            if plain and name[-1].isdigit():  # names that are counted get letters that follow each other
                wishes = [*string.ascii_letters[string.ascii_letters.index(plain[0]) :], *wishes]
            free = next((c for c in wishes if c not in taken), None)
            if free is not None:
                self.letters[name] = free

    def of(self, names: Iterable[str]) -> dict[str, str]:
        """Letters of the at most 52 different axis names of one einsum."""
        names = list(dict.fromkeys(names))
        found = {name: self.letters[name] for name in names if name in self.letters}
        spare = (c for c in string.ascii_letters if c not in found.values())
        return {name: found[name] if name in found else next(spare) for name in names}
