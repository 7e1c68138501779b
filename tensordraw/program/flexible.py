"""Spaces along which arrays may be shorter than the document says: a model runs on fewer tokens than it has positions.

The length comes from the arrays that are given; the program is that of the diagram with the space at this size. Arrays
that have the full size (the model's own, from files) are cut to the length: a position is a row of the position table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import Content, Diagram
from tensordraw.errors import Error
from tensordraw.program.declared import declared

REMEMBERED = 8  # lengths for which a document's program is kept


def shortened(diagram: Diagram, arrays: Mapping[str, Any]) -> Diagram:
    """The diagram with its flexible spaces as long as the given arrays are along them; itself where they are full.

    errors.Error where two arrays have different lengths, or one is longer than the space.
    """
    content = diagram.content
    flexible = {space.id: space for space in content.spaces.values() if space.flexible}
    if not flexible:
        return diagram
    lengths: dict[str, tuple[int, str]] = {}
    for name, one in declared(content).items():
        spaces = one.spaces
        shape = _shape(arrays.get(name))
        if shape is None or len(shape) != len(spaces):
            continue  # not given, or of a shape that evaluation refuses with its own sentence
        for space, size in zip(spaces, shape, strict=True):
            if space not in flexible or size == flexible[space].size:
                continue
            length, first = lengths.setdefault(space, (int(size), name))
            if size > flexible[space].size:
                most = f"{flexible[space].name} has at most {flexible[space].size}"
                raise Error(f"The array {name!r} has length {size} along {flexible[space].name}, but {most}.")
            if size < 1 or size != length:
                other = f"{first!r} has {length}" if size != length else "it must be 1 or more"
                raise Error(f"The array {name!r} has length {size} along {flexible[space].name}, but {other}.")
    if not lengths:
        return diagram
    known = _known(content)
    sizes = tuple(sorted((space, length) for space, (length, _) in lengths.items()))
    if sizes not in known:
        table = {id: replace(s, size=lengths[id][0]) if id in lengths else s for id, s in content.spaces.items()}
        while len(known) >= REMEMBERED:
            del known[next(iter(known))]
        known[sizes] = replace(diagram, content=replace(content, spaces=table))
    return known[sizes]


def _shape(array: Any) -> tuple[int, ...] | None:
    """The shape of an array, or of a list of numbers; None where there is none."""
    if isinstance(array, list | tuple):
        rows = _shape(array[0]) if array else ()
        return None if rows is None else (len(array), *rows)
    return () if isinstance(array, int | float | complex) else getattr(array, "shape", None)


@cached
def _known(content: Content) -> dict[tuple[tuple[str, int], ...], Diagram]:
    """The document with other lengths, so that what is compiled for one is still known when it comes again."""
    return {}


def cut(whole: Diagram, short: Diagram, arrays: Mapping[str, Any]) -> dict[str, Any]:
    """The arrays of the whole diagram as the shortened one takes them: the first entries along flexible spaces."""
    if whole is short:
        return dict(arrays)
    full = {id: space.size for id, space in whole.content.spaces.items()}
    size = {id: space.size for id, space in short.content.spaces.items()}
    known = declared(whole.content)

    def fitted(name: str, array: Any) -> Any:
        spaces, shape = known[name].spaces if name in known else (), getattr(array, "shape", ())
        if len(shape) != len(spaces):
            return array
        at = tuple(
            slice(size[space]) if size[space] < full[space] == extent else slice(None)
            for space, extent in zip(spaces, shape, strict=True)
        )
        return array[at] if any(part.stop is not None for part in at) else array

    return {name: fitted(name, array) for name, array in arrays.items()}
