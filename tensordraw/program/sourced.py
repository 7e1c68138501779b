"""Arrays that a document takes from files: found, checked from headers alone, and read as the document's tensors have them.

A `Source` names a file and a key; the stored array is seen in another shape, taken at some positions, its axes put in
order, and where the key stands for many arrays (`h.{}.mlp.c_fc.weight`) these are stacked. One array alone stays mapped
into memory. Stacks, and what has to be unpacked, are read once while their files stay as they are (see `unpacked.py`). Floats
of 16 bits, in which models are stored, become float32: what they mean is computed as exactly as that of others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from math import prod
from pathlib import Path
from typing import TypeAlias

import numpy as np
from msgspec.structs import replace

from tensordraw.diagram.finding import Problem
from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import Content, Diagram, Source
from tensordraw.errors import Error
from tensordraw.program.declared import Declared, declared
from tensordraw.program.load import Array, Stored, find, load
from tensordraw.program.unpacked import once

INDEX = ".index.json"  # ends the name of the file that names the file of each key of a model that is stored in several


def load_source(diagram: Diagram, name: str) -> Array:
    """The array that the document takes from a file, axes in the order of the tensor's legs."""
    held = _held(diagram.content)
    place = name, diagram.home
    if place in held and held[place][0] == _times(held[place][0]):
        return held[place][1]
    source = diagram.content.sources[name]
    found = check_source(diagram, name)
    times = _times(path for (path, _), _ in found)
    known = tuple(place for place, _ in found), tuple(times.values()), replace(source, axes=())
    array = once(known, lambda: _stacked(found, source) if "{}" in source.key else _part(load(*found[0][0]), source))
    if source.axes:
        # A stack lies in memory in the order of the files, where matrix products find their rows and columns together.
        first = array.ndim - len(source.axes)
        array = array.transpose(*range(first), *(first + axis for axis in source.axes))
    held[place] = times, array
    return array


def parts(diagram: Diagram, name: str) -> Iterator[Array]:
    """The array part by part, one for each position of a stack, each mapped where it can be and kept nowhere."""
    source = diagram.content.sources[name]
    for where, _ in check_source(diagram, name):
        part = _part(load(*where), source)
        yield part.transpose(source.axes) if source.axes else part


_Times: TypeAlias = dict[Path, tuple[int, int]]  # of files: when they were changed, in ns, and their sizes


@cached
def _held(content: Content) -> dict[tuple[str, str], tuple[_Times, Array]]:
    """The arrays that were loaded for a document, by name and folder, kept as long as it lives."""
    return {}


def _times(paths: Iterable[Path]) -> _Times:
    try:
        states = {path: path.stat() for path in dict.fromkeys(paths)}
    except OSError:
        return {}  # gone since: it is looked for again, which says so
    return {path: (state.st_mtime_ns, state.st_size) for path, state in states.items()}


def _stacked(found: Found, source: Source) -> Array:
    first = _part(load(*found[0][0]), source)
    stack = np.empty((len(found), *first.shape), first.dtype)
    for place, (where, _) in enumerate(found):
        stack[place] = first if place == 0 else _part(load(*where), source)
    return stack


def _part(array: Array, source: Source) -> Array:
    """The part of the stored array that the source takes, its axes as they are stored: a view where its type is kept."""
    if source.shape:
        array = array.reshape(source.shape)
    if source.index:
        array = array[tuple(slice(None) if at is None else at for at in source.index)]
    return array.astype(np.float32) if array.dtype == np.float16 else array


Found = list[tuple[tuple[Path, str], Stored]]  # file and key of each stored array


def check_source(diagram: Diagram, name: str) -> Found:
    """Whether the files, the keys and the shape are there, from headers alone; errors.Error with what is wrong."""
    source = diagram.content.sources[name]
    one = declared(diagram.content).get(name)
    count = one.shape[0] if one is not None and one.shape else 1
    found: Found = []
    for turn in range(count if "{}" in source.key else 1):  # one by one: a wrong number of layers may be any number
        key = source.key.replace("{}", str(turn))
        path = _file(Path(diagram.home) / source.path, key)
        stored = find(path, key)
        found.append(((path, key), stored))
        shape = _shape_of(stored, source, path)
        if stored.shape != (first := found[0][1]).shape:
            raise Error(f"{path} holds {key!r} with shape {stored.shape}, but {first.key!r} has {first.shape}.")
        if one is not None:
            _check(stored, (count, *shape) if "{}" in source.key else shape, one, path)
    return found


def index_of(path: Path) -> dict[str, str]:
    """The file of each key, as an index says. errors.Error where it cannot be read."""
    try:
        files = json.loads(path.read_text(encoding="utf-8"))["weight_map"]
        return {str(key): str(file) for key, file in files.items()}
    except OSError as problem:
        raise Error(f"The file {path} cannot be read: {problem.strerror or problem}.") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Error(f"{path} is damaged, or no index of files: download it or save the model again.") from None


def _file(path: Path, key: str) -> Path:
    """The file that holds a key: the path itself, or what an index of files says."""
    if not path.name.endswith(INDEX):
        return path
    files = index_of(path)
    if key not in files:
        raise Error(f"{path} names no file for the array {key!r}: save the model again.")
    if Path(files[key]).name != files[key]:
        raise Error(f"{path} names the file {files[key]!r} for {key!r}, which does not lie beside it.")
    file = path.parent / files[key]
    if not file.exists():
        raise Error(f"The file {file} is missing, which {path.name} names: put it there.")
    return file


def _shape_of(stored: Stored, source: Source, path: Path) -> tuple[int, ...]:
    """The shape of one stored array as the source sees it."""
    what = f"{stored.key!r} in {path}" if stored.key else str(path)
    shape = stored.shape
    if source.shape:
        if prod(source.shape) != prod(shape):
            raise Error(f"{what} has shape {shape}, which cannot be seen as {source.shape}.")
        shape = source.shape
    if source.index:
        inside = all(at is None or -size <= at < size for at, size in zip(source.index, shape, strict=False))
        if len(source.index) != len(shape) or not inside:
            raise Error(f"{what} has shape {shape}, so it cannot be taken at {source.index}.")
        shape = tuple(size for size, at in zip(shape, source.index, strict=True) if at is None)
    if source.axes:
        if sorted(source.axes) != list(range(len(shape))):
            raise Error(f"{what} has {len(shape)} axes, so {tuple(source.axes)} is no order of them.")
        shape = tuple(shape[axis] for axis in source.axes)
    return shape


def _check(stored: Stored, shape: tuple[int, ...], one: Declared, path: Path) -> None:
    what = f"The array {one.name!r} from {path}" + (f" (key {stored.key!r})" if stored.key else "")
    if shape != one.shape:
        wanted = f"{one.shape} ({', '.join(one.axes)})"
        raise Error(f"{what} has shape {shape}, but shape {wanted} is expected.")
    if one.classes is not None and np.dtype(stored.code).kind not in "iu":
        raise Error(f"{what} is {stored.dtype}, but it holds ids, which are integers.")
    if np.dtype(stored.code).kind not in "biufc":
        raise Error(f"{what} is {stored.dtype}, which are no numbers.")


def source_problems(diagram: Diagram) -> list[Problem]:
    """A problem for every file that is missing or damaged, and for every array that is not in its file, or of another shape."""
    wrong: dict[str, list[str]] = {}  # what is wrong, and with which arrays: a file with all of them
    for name in diagram.content.sources:
        try:
            check_source(diagram, name)
        except Error as problem:
            wrong.setdefault(str(problem).rstrip("."), []).append(name)
    return [_problem(diagram, sentence, names) for sentence, names in wrong.items()]


def _problem(diagram: Diagram, sentence: str, names: list[str]) -> Problem:
    known, sources = declared(diagram.content), diagram.content.sources
    items = tuple(dict.fromkeys(item for name in names if name in known for item in known[name].items))
    some = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    many = len(names) > 1
    return Problem(
        "error",
        items,
        f"{sentence[0].upper()}{sentence[1:]}.",
        f"The document takes {some} from {sources[names[0]].path}.",
        "Put the file there, or load the model from where it is now."
        if many
        else f"Put the file there, load another array onto {some}, or take the file away from it.",
    )
