"""Lists of ncon: for each tensor a list of numbers, positive ones contracted, negative ones open, -1 first.

`ncon([A, B], [[-1, 1], [1, -2]])` is `einsum("o1 b1, b1 o2 -> o1 o2", A, B)`: `spec_of` says it so, and from there the
lists take the way of einsum strings. The order in which ncon contracts has no meaning here; it is only checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.read.dims import whole_number
from tensordraw.read.einsum import Shapes, draw
from tensordraw.read.spec import Spec


def read_ncon(
    lists: object,
    names: Sequence[str] | None = None,
    shapes: Shapes | None = None,
    sizes: Mapping[str, int] | None = None,
    order: object = None,
    final: object = None,
    conj: Sequence[bool] | None = None,
) -> Diagram:
    """The diagram of ncon's index lists; tensors are called A, B, C ... where no names are given.

    `sizes` are by b1, b2 ... for positive and o1, o2 ... for negative numbers; `conj` says for each tensor whether its
    conjugate is meant; `order` is the contraction order, `final` that of the open legs. Error: malformed lists.
    """
    spec = spec_of(lists, order, final)
    return draw(spec, names or (), shapes, sizes or {}, conj)


def spec_of(lists: object, order: object = None, final: object = None) -> Spec:
    """What ncon's lists mean. Error: no lists of whole numbers, a 0, a number that stands too often or alone."""
    rows = _rows(lists)
    text = f"ncon {rows}" if len(rows) > 1 else f"ncon {rows[0]}"
    places: dict[int, list[int]] = {}
    for place, row in enumerate(rows, start=1):
        for label in row:
            places.setdefault(label, []).append(place)
    for label, found in places.items():
        if label == 0:
            raise Error(f"List {found[0]} of ncon has the label 0; contracted legs are positive, open legs negative.")
        if label < 0 and len(found) > 1:
            raise Error(f"The open label {label} of ncon stands {_in(found)}; an open leg has a label of its own.")
        if label > 0 and len(found) == 1:
            raise Error(f"The label {label} of ncon stands only in list {found[0]}; a contracted leg needs two ends.")
        if label > 0 and len(found) > 2:
            raise Error(f"The label {label} of ncon stands {_in(found)}; it joins two legs.")
    opened = sorted((label for label in places if label < 0), reverse=True)
    for label, expected in zip(opened, range(-1, -len(opened) - 1, -1), strict=True):
        if final is None and label != expected:
            raise Error(
                f"The open label {expected} of ncon is missing though {opened[-1]} stands in list "
                f"{places[opened[-1]][0]}; number open legs -1, -2, ..."
            )
    _check_order(order, [label for label in places if label > 0], "order", "contracted")
    if final is not None:
        opened = _check_order(final, opened, "final order", "open")
    operands = tuple(tuple(map(_called, row)) for row in rows)
    return Spec(operands, tuple(map(_called, opened)), text)


def _called(label: int) -> str:
    """The index of a label: a bond, or an open leg."""
    return f"b{label}" if label > 0 else f"o{-label}"


def _in(places: Sequence[int]) -> str:
    if len(set(places)) == 1:
        return f"{len(places)} times in list {places[0]}"
    return f"in the lists {', '.join(map(str, places[:-1]))} and {places[-1]}"


def _rows(lists: object) -> list[list[int]]:
    """The lists; a single tensor's list may stand alone."""
    if isinstance(lists, str | bytes) or not isinstance(lists, Iterable):
        raise Error(f"ncon takes a list of index lists such as [[-1, 1], [1, -2]], not {lists!r}.")
    given = list(lists)
    if given and all(whole_number(label) is not None for label in given):
        given = [given]
    if not given:
        raise Error("ncon takes a list for each tensor, but there is none.")
    return [_row(row, f"List {place} of ncon") for place, row in enumerate(given, start=1)]


def _row(row: object, what: str) -> list[int]:
    if isinstance(row, str | bytes) or not isinstance(row, Iterable):
        raise Error(f"{what} is {row!r}; it is a list of whole numbers such as [-1, 1].")
    found: list[int] = []
    for label in row:
        number = whole_number(label)
        if number is None:
            raise Error(f"{what} has {label!r}, which is no whole number.")
        found.append(number)
    return found


def _check_order(order: object, labels: Sequence[int], what: str, kind: str) -> list[int]:
    """The order, each of the labels once; the labels as they are where none is given."""
    if order is None:
        return list(labels)
    found = _row(order, f"The {what} of ncon")
    count, known = Counter(found), set(labels)
    for label in found:
        if label not in known:
            raise Error(f"The {what} of ncon has {label}, which is no {kind} label of the lists.")
        if count[label] > 1:
            raise Error(f"The {what} of ncon has {label} {count[label]} times; it has each {kind} label once.")
    for label in labels:
        if label not in count:
            raise Error(f"The {what} of ncon lacks the {kind} label {label}.")
    return found
