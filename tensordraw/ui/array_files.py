"""What is in a file of arrays, without reading the arrays: names, shapes and types of .npy, .npz and .safetensors."""

from __future__ import annotations

import json
import os
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tensordraw.errors import Error

HEADER_LIMIT = 100_000_000  # bytes; a longer header is no header


@dataclass(frozen=True, slots=True)
class Entry:
    """One array in a file; `key` is "" in a .npy."""

    key: str
    shape: tuple[int, ...]
    dtype: str


def listed(path: str) -> list[Entry]:
    """The arrays in the file; Error where it holds none or cannot be read."""
    file = Path(path)
    readers = {".npy": _npy, ".npz": _npz, ".safetensors": _safetensors}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise Error(f"{file.name} is not a file of arrays: choose a .npy, .npz or .safetensors file.")
    try:
        found = reader(file)
    except FileNotFoundError:
        raise Error(f"There is no file {path}.") from None
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile, struct.error) as error:
        raise Error(f"{file.name} cannot be read as {file.suffix[1:]}: {error}") from None
    if not found:
        raise Error(f"{file.name} holds no arrays.")
    return found


def _header(stream: Any, key: str) -> Entry:
    from numpy.lib import format as npy

    version = npy.read_magic(stream)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, _, dtype = read(stream)
    if dtype.hasobject:
        raise ValueError("it holds Python objects, which are not loaded")
    return Entry(key, tuple(shape), str(dtype))


def _npy(file: Path) -> list[Entry]:
    with file.open("rb") as stream:
        return [_header(stream, "")]


def _npz(file: Path) -> list[Entry]:
    found = []
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".npy"):
                with archive.open(name) as stream:
                    found.append(_header(stream, name[:-4]))
    return found


def _safetensors(file: Path) -> list[Entry]:
    with file.open("rb") as stream:
        (length,) = struct.unpack("<Q", stream.read(8))
        if length > HEADER_LIMIT:
            raise ValueError("its header is too long")
        header = json.loads(stream.read(length))
    return [
        Entry(key, tuple(about["shape"]), about["dtype"].lower())
        for key, about in sorted(header.items())
        if key != "__metadata__"
    ]


def fitting_axes(shape: tuple[int, ...], sizes: list[int]) -> tuple[int, ...]:
    """For each leg an axis of its size, each axis once, in stored order where that fits; else axis k for leg k."""
    if len(shape) == len(sizes) and list(shape) != sizes and sorted(shape) == sorted(sizes):
        left = list(range(len(shape)))
        order = []
        for size in sizes:
            axis = next(axis for axis in left if shape[axis] == size)
            left.remove(axis)
            order.append(axis)
        return tuple(order)
    return tuple(range(min(len(shape), len(sizes))))


def mismatch(shape: tuple[int, ...], legs: list[tuple[str, int]], order: tuple[int, ...]) -> str:
    """What does not fit between an array and the legs in this order of axes, "" where all does."""
    if len(shape) != len(legs):
        return f"The array has {len(shape)} axes, the tensor {len(legs)} legs."
    if sorted(order) != list(range(len(shape))):
        return "Each leg needs an axis of its own."
    for (words, size), axis in zip(legs, order, strict=True):
        if shape[axis] != size:
            return f"Leg {words} has size {size}, axis {axis} has {shape[axis]}."
    return ""


def relative(path: str, home: str) -> str:
    """The path as the document keeps it: relative to its folder where it has one."""
    if not home:
        return str(Path(path).resolve())
    try:
        return Path(os.path.relpath(Path(path).resolve(), Path(home).resolve())).as_posix()
    except ValueError:  # another drive
        return str(Path(path).resolve())
