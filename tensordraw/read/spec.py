"""Einsum strings parsed: `"ij,jk->ik"` and `"i j, j k -> i k"` become tuples of index names.

A string has named axes (words, as in einops) where an operand has two words, or where a digit or underscore stands in a
word; else each letter is an index. `"alpha, alpha ->"` alone could be either, and so could `"ab c, c -> ab"`: the given
shapes decide, as long as there are spaces and an arrow (einops has both).
Without an arrow the output is, as in numpy, the ellipsis and every index that stands once, sorted.

An axis is an index (its name), an `ELLIPSIS` (any number of axes), or a bracket group: the tuple of the indices whose
product it is, `(i j)`; the group of none, `()` or `1`, is an axis of size 1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from tensordraw.errors import Error
from tensordraw.read.dims import whole_number

ELLIPSIS = "..."
SHOWN = 60  # characters of a string that a sentence about it repeats

Index: TypeAlias = str
Axis: TypeAlias = Index | tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Spec:
    """The axes of each operand and of the output; `text` is what they were read from, for sentences about them."""

    operands: tuple[tuple[Axis, ...], ...]
    output: tuple[Axis, ...]
    text: str = ""

    @property
    def shown(self) -> str:
        """The text in quotes, cut where it is long."""
        return quoted(self.text)


def quoted(text: str) -> str:
    """A text in quotes, cut where it is long."""
    return repr(text if len(text) <= SHOWN else f"{text[:SHOWN]} ...")


def indices(axes: Iterable[Axis]) -> Iterator[Index]:
    """The indices of axes in order, those of groups one by one."""
    for axis in axes:
        if isinstance(axis, str):
            yield axis
        else:
            yield from axis


def parse(text: str, ranks: Sequence[int | None] = (), named: bool | None = None) -> Spec:
    """The parsed string; `ranks` are the known numbers of axes, `named` says whether words are indices, if that is known.

    Error: a character that no index name has, a stray dot or bracket, a second arrow, an output index that no operand has
    or that stands there twice.
    """
    sides = text.split("->")
    if len(sides) > 2:
        raise Error(f"The einsum string {quoted(text)} has more than one arrow; write operands -> output.")
    parts = sides[0].split(",")
    if named is None:
        named = _is_named(sides, parts, ranks)
    operands = tuple(_axes(part, named, f"operand {place}", text) for place, part in enumerate(parts, start=1))
    if len(sides) == 1:
        return implicit(operands, text)
    return explicit(operands, _axes(sides[1], named, "the output", text), text)


def implicit(operands: tuple[tuple[Axis, ...], ...], text: str) -> Spec:
    """Operands with the output that numpy gives them: the ellipsis, then the indices that stand once, sorted."""
    count = Counter(index for operand in operands for index in indices(operand))
    dots = (ELLIPSIS,) if count.pop(ELLIPSIS, 0) else ()
    return Spec(operands, (*dots, *sorted(index for index, times in count.items() if times == 1)), text)


def explicit(operands: tuple[tuple[Axis, ...], ...], output: tuple[Axis, ...], text: str) -> Spec:
    """Operands with this output. Error: one of its indices is in no operand, or stands twice."""
    known = {index for operand in operands for index in indices(operand)} | {ELLIPSIS}
    seen: set[Index] = set()
    for index in indices(output):
        if index not in known:
            raise Error(
                f"The output index {index!r} of {quoted(text)} stands in no operand; add it to one or remove it."
            )
        if index in seen:
            raise Error(f"The output of {quoted(text)} has the index {index!r} twice; it may stand there once.")
        seen.add(index)
    return Spec(operands, output, text)


def sublists(operands: Sequence[object], output: object = None) -> Spec:
    """numpy's other form, `einsum(A, [0, 1], B, [1, 2], [0, 2])`: for each operand the labels of its axes.

    Labels are whole numbers from 0 (called a, b, ... z, A, ... Z, i52, ...) or names, and `Ellipsis`. Error: another label,
    numbers and names together.
    """
    rows = [_labels(row, f"operand {place}") for place, row in enumerate(operands, start=1)]
    if not rows:
        raise Error("An einsum has an operand at least, but there is no list of labels.")
    given = None if output is None else _labels(output, "the output")
    text = ", ".join(map(_list_text, rows)) + ("" if given is None else f" -> {_list_text(given)}")
    labels = {label for row in (*rows, given or []) for label in row} - {Ellipsis}
    numbers = {label for label in labels if isinstance(label, int)}
    if numbers and numbers != labels:
        odd = next(label for row in (*rows, given or []) for label in row if isinstance(label, str))
        raise Error(f"The labels {min(numbers)} and {odd!r} stand together; label all axes by numbers or all by names.")
    called = {label: _number_name(label) if isinstance(label, int) else str(label) for label in labels}
    called[Ellipsis] = ELLIPSIS
    found = tuple(tuple(called[label] for label in row) for row in rows)
    for place, row in enumerate(found, start=1):
        _check_dots(row, f"operand {place}", text)
    if given is not None:
        return explicit(found, tuple(called[label] for label in given), text)
    spec = implicit(found, text)
    # In the order of the labels, which numbers from 26 have by themselves and their letters do not.
    back = {name: label for label, name in called.items()}
    order = sorted((back[str(axis)] for axis in spec.output if axis != ELLIPSIS), key=lambda label: (label,))
    return replace(spec, output=(*spec.output[: ELLIPSIS in spec.output], *(called[label] for label in order)))


def _number_name(label: int) -> Index:
    """The index with this number."""
    return chr(ord("a") + label) if label < 26 else chr(ord("A") + label - 26) if label < 52 else f"i{label}"


def _list_text(labels: Iterable[object]) -> str:
    return "[" + ", ".join(ELLIPSIS if label is Ellipsis else str(label) for label in labels) + "]"


def _labels(row: object, where: str) -> list[Hashable]:
    """A list of labels, checked one by one."""
    if isinstance(row, str | bytes) or not isinstance(row, Iterable):
        raise Error(f"The labels of {where} are {row!r}; they are a list such as [0, 1].")
    found: list[Hashable] = []
    for label in row:
        number = whole_number(label)
        if label is Ellipsis or (isinstance(label, str) and _is_index(label)):
            found.append(label)
        elif number is not None and number >= 0:
            found.append(number)
        else:
            raise Error(
                f"The label {label!r} of {where} names no index; a label is a whole number from 0, a name or Ellipsis."
            )
    return found


def _is_named(sides: Sequence[str], operands: Sequence[str], ranks: Sequence[int | None]) -> bool:
    """Whether words are indices, rather than letters."""
    joined = "->".join(sides)
    if re.search(r"[\d_]", joined):
        return True
    named = any(len(part.split()) > 1 for part in (*operands, *sides[1:]))
    if "(" in joined or ELLIPSIS in joined:
        return named
    known = [(part, rank) for part, rank in zip(operands, ranks, strict=False) if rank is not None]
    letters = all(len("".join(part.split())) == rank for part, rank in known)
    words = all(len(part.split()) == rank for part, rank in known)
    if letters == words:
        return named
    return words and len(sides) > 1 and re.search(r"\s", joined) is not None


def _axes(part: str, named: bool, where: str, text: str) -> tuple[Axis, ...]:
    """The axes in one part of the string."""
    found: list[Axis] = []
    group: list[Index] | None = None
    for token in re.findall(r"\.\.\.|[().]|[^\s().]+" if named else r"\.\.\.|\S", part):
        if token == "(":
            if group is not None:
                raise _wrong(where, text, "a bracket in a bracket: groups do not nest")
            group = []
        elif token == ")":
            if group is None:
                raise _wrong(where, text, "a closing bracket without an opening one")
            found.append(group[0] if len(group) == 1 else tuple(group))
            group = None
        elif token == "1":
            if group is None:
                found.append(())
        elif token == ".":
            raise _wrong(where, text, "'.' that is not part of an ellipsis '...'")
        elif token != ELLIPSIS and not _is_index(token):
            raise _wrong(where, text, f"{token!r}, which is no name of an index")
        elif group is not None:
            group.append(token)
        else:
            found.append(token)
    if group is not None:
        raise _wrong(where, text, "an opening bracket without a closing one")
    _check_dots(found, where, text)
    return tuple(found)


def _check_dots(axes: Iterable[Axis], where: str, text: str) -> None:
    if sum(index == ELLIPSIS for index in indices(axes)) > 1:
        raise _wrong(where, text, "'...' twice; one ellipsis stands for all axes without a name")


def _wrong(where: str, text: str, what: str) -> Error:
    return Error(f"{where[0].upper()}{where[1:]} of the einsum string {quoted(text)} has {what}.")


def _is_index(token: str) -> bool:
    """Whether the token names an index: an identifier, or one letter or sign beyond ASCII (there are more than 52)."""
    return token.isidentifier() or (len(token) == 1 and not token.isascii() and token.isprintable())


def expand(spec: Spec, ranks: Sequence[int | None]) -> Spec:
    """The spec with an index for each axis that an ellipsis stands for, aligned at the right as numpy does.

    They are called `batch` where every ellipsis comes first, else `rest`, with numbers where there are several. Error: an
    operand has more indices than axes, or other than its axes; an ellipsis without a known rank; one that the output lacks.
    """
    counts: list[int] = []
    for place, (axes, rank) in enumerate(zip(spec.operands, ranks, strict=True), start=1):
        written = sum(axis != ELLIPSIS for axis in axes)
        dotted = ELLIPSIS in axes
        if any(ELLIPSIS in axis for axis in axes if isinstance(axis, tuple)):
            raise Error(f"Operand {place} of {spec.shown} has '...' in a group, which only the output may have.")
        if rank is None:
            if dotted:
                raise Error(
                    f"Operand {place} of {spec.shown} has an ellipsis '...', so its shape is needed: give shapes=[...]."
                )
        elif written != rank if not dotted else written > rank:
            many = f"{written} indices" if written != 1 else "1 index"
            raise Error(f"Operand {place} of {spec.shown} has {many}, but {rank} {'axis' if rank == 1 else 'axes'}.")
        counts.append((rank or 0) - written if dotted else 0)
    most = max(counts, default=0)
    if most and ELLIPSIS not in indices(spec.output):
        place = counts.index(most) + 1
        raise Error(
            f"The ellipsis '...' of operand {place} of {spec.shown} stands for {most} "
            f"{'axis' if most == 1 else 'axes'} that the output lacks; write '...' in the output too."
        )
    if ELLIPSIS not in indices(spec.output) and not any(ELLIPSIS in axes for axes in spec.operands):
        return spec
    names = _ellipsis_names(spec, most)
    operands = tuple(_filled(axes, names[most - count :]) for axes, count in zip(spec.operands, counts, strict=True))
    return replace(spec, operands=operands, output=_filled(spec.output, names))


def _ellipsis_names(spec: Spec, count: int) -> tuple[Index, ...]:
    """Names for the axes of the ellipses that the spec does not use yet."""
    taken = {index for axes in (*spec.operands, spec.output) for index in indices(axes)}
    first = all(axes[0] == ELLIPSIS for axes in spec.operands if ELLIPSIS in axes)
    stem = "batch" if first else "rest"
    wished = [stem] if count == 1 else [f"{stem}{number}" for number in range(count)]
    while taken.intersection(wished):
        wished = [f"{wish}_" for wish in wished]
    return tuple(wished)


def _filled(axes: tuple[Axis, ...], names: tuple[Index, ...]) -> tuple[Axis, ...]:
    """Axes with the names in place of the ellipsis."""
    found: list[Axis] = []
    for axis in axes:
        if axis == ELLIPSIS:
            found.extend(names)
        elif isinstance(axis, tuple) and ELLIPSIS in axis:
            at = axis.index(ELLIPSIS)
            found.append((*axis[:at], *names, *axis[at + 1 :]))
        else:
            found.append(axis)
    return tuple(found)
