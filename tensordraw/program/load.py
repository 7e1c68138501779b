"""Arrays in files: .npy, .npz, .safetensors, .gguf and PyTorch's, listed without reading them, loaded without executing them.

Where the file stores an array as it is (all but compressed archives and .gguf), it is mapped into memory and read only where it is
used; bfloat16, which NumPy has not, becomes float32. Every fault is an errors.Error with one sentence that names the file.
"""

from __future__ import annotations

import difflib
import functools
import json
import struct
import time
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np

from tensordraw.errors import Error
from tensordraw.program import gguf_file, torch_file

Array: TypeAlias = np.ndarray[Any, Any]
FRESH = 2.0  # seconds in which a file may change again without its time showing it
AGAIN = "download it or save it again"
SUFFIXES = (".npy", ".npz", ".safetensors", ".gguf", *torch_file.SUFFIXES)
_SAFETENSORS = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?", "C64": "<c8",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    """An array in a file: its key ("" in a .npy), shape, dtype as people read it. The rest says where its bytes are:
    `offset` is None where they have to be unpacked: in a compressed archive, or in blocks of few bits."""

    key: str
    shape: tuple[int, ...]
    dtype: str
    code: str
    fortran: bool
    offset: int | None


def list_arrays(path: str | Path) -> list[Stored]:
    """The arrays in a file in its order, without reading their entries."""
    file = Path(path)
    if file.suffix not in SUFFIXES:
        raise Error(f"{file} is no file of arrays: its name should end in {', '.join(SUFFIXES)}.")
    try:
        status = file.stat()
    except OSError:
        return _headers(file)  # which says what is wrong
    if time.time() - status.st_mtime < FRESH:
        return _headers(file)
    return list(_known(file, status.st_mtime_ns, status.st_size).values())


@functools.lru_cache(maxsize=64)
def _known(file: Path, modified: int, size: int) -> dict[str, Stored]:
    """The arrays of a file that has not changed since, by key: a model's file is asked for each of its arrays."""
    return {one.key: one for one in _headers(file)}


def _headers(file: Path) -> list[Stored]:
    if file.suffix == ".gguf":
        return [Stored(key, shape, name, "<f4", False, None) for key, (shape, name) in gguf_file.headers(file).items()]
    if file.suffix in torch_file.SUFFIXES:
        return [
            Stored(key, shape, name, _code(name), False, None)
            for key, (shape, name) in torch_file.headers(file).items()
        ]
    try:
        with file.open("rb") as stream:
            match file.suffix:
                case ".npy":
                    found = [_npy_header(stream, "")]
                case ".npz":
                    found = list(_npz(file, stream))
                case _:
                    found = _safetensors(stream, file.stat().st_size)
        size = file.stat().st_size
        for one in found:
            if one.offset is not None and _end(one) > size:
                what = (
                    f"{one.key!r} would end at byte {_end(one)}" if one.key else f"its array would end at {_end(one)}"
                )
                raise Error(f"is damaged: {what}, and the file has {size}; {AGAIN}.")
        return found
    except FileNotFoundError:
        raise Error(f"The file {file} is missing.") from None
    except OSError as problem:
        raise Error(f"The file {file} cannot be read: {problem.strerror or problem}.") from None
    except (
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        EOFError,
        RecursionError,
        struct.error,
        zipfile.BadZipFile,
        UnicodeError,
    ) as problem:
        if isinstance(problem, Error):
            raise Error(f"{file} {problem}") from None
        raise Error(f"{file} is damaged, or no {file.suffix} file; {AGAIN}.") from problem


def _code(name: str) -> str:
    """NumPy's code of a type of PyTorch; types that NumPy does not have are refused when they are read."""
    try:
        return np.dtype("float32" if name == "bfloat16" else name).str
    except TypeError:
        return "|V1"


def _npy_header(stream: BinaryIO, key: str, offset: int | None = 0) -> Stored:
    """Reads the header at the stream's position; `offset` is that position in the file on disk."""
    start = stream.tell()
    version = np.lib.format.read_magic(stream)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, fortran, dtype = read(stream)
    if dtype.hasobject:
        raise Error("holds Python objects, which are not read; save numbers.")
    data = None if offset is None else offset + stream.tell() - start
    return Stored(key, tuple(shape), dtype.name, dtype.str, fortran, data)


def _npz(file: Path, stream: BinaryIO) -> Iterable[Stored]:
    with zipfile.ZipFile(stream) as archive:
        for member in archive.infolist():
            if not member.filename.endswith(".npy"):
                continue
            offset = None
            if member.compress_type == zipfile.ZIP_STORED:
                # The local header's own lengths, since its extra field may differ from the directory's.
                stream.seek(member.header_offset + 26)
                name_length, extra_length = struct.unpack("<HH", stream.read(4))
                offset = member.header_offset + 30 + name_length + extra_length
            with archive.open(member) as entry:
                yield _npy_header(entry, member.filename.removesuffix(".npy"), offset)  # type: ignore[arg-type]


def _safetensors(stream: BinaryIO, size: int) -> list[Stored]:
    (length,) = struct.unpack("<Q", stream.read(8))
    if length > size - 8:
        raise ValueError("the header is longer than the file")
    header = json.loads(stream.read(length))
    found = [_entry(key, entry, 8 + length) for key, entry in header.items() if key != "__metadata__"]
    before, end = "", 8 + length  # what was looked at last, and where it ends
    for start, stop, key in sorted((one.offset or 0, _end(one), one.key) for one in found if prod(one.shape)):
        if start < end:
            raise Error(f"is damaged: its header puts {before!r} and {key!r} into the same place; {AGAIN}.")
        before, end = key, stop
    return found


def _entry(key: str, entry: Any, base: int) -> Stored:
    """What the header of a .safetensors says of one array; `base` is where offsets count from."""
    code, (start, stop) = str(entry["dtype"]), entry["data_offsets"]
    shape = tuple(entry["shape"])
    if not all(type(number) is int and number >= 0 for number in (start, stop, *shape)):
        raise ValueError("no sizes")
    if code not in _SAFETENSORS:
        raise Error(f"holds {key!r} as {code}, a type that NumPy does not have.")
    dtype = np.dtype(_SAFETENSORS[code])
    if stop - start != prod(shape) * dtype.itemsize:
        raise Error(f"is damaged: its header says {stop - start} bytes for {key!r} of shape {shape} and type {code}.")
    name = "bfloat16" if code == "BF16" else dtype.name
    return Stored(key, shape, name, dtype.str, False, base + start)


def _end(one: Stored) -> int:
    """Where an array that is stored as it is ends in its file."""
    return (one.offset or 0) + prod(one.shape) * np.dtype(one.code).itemsize


def find(path: str | Path, key: str = "") -> Stored:
    """The array with this key; without a key the only array of the file."""
    stored = list_arrays(path)
    if not key and len(stored) == 1:
        return stored[0]
    for one in stored:
        if one.key == key:
            return one
    keys = [one.key for one in stored]
    if not key:
        raise Error(f"{path} holds {len(keys)} arrays, so a key is needed: {_some(keys)}.")
    close = difflib.get_close_matches(key, keys, 3) or keys
    raise Error(f"{path} holds no array {key!r}: it holds {_some(close)}.")


def _some(keys: list[str]) -> str:
    return (", ".join(keys[:6]) + (" ..." if len(keys) > 6 else "")) or "none"


def load(path: str | Path, key: str = "") -> Array:
    """The array with this key as it is stored, mapped into memory where possible."""
    stored = find(path, key)
    array = _read(Path(path), stored)
    if stored.dtype == "bfloat16" and array.dtype == np.uint16:
        array = (array.astype(np.uint32) << 16).view(np.float32)
    return array


def _read(file: Path, stored: Stored) -> Array:
    if file.suffix == ".gguf":
        return gguf_file.array(file, stored.key)
    if file.suffix in torch_file.SUFFIXES:
        return torch_file.array(file, stored.key)
    try:
        if stored.offset is not None and 0 not in stored.shape:
            order = "F" if stored.fortran else "C"
            mapped = np.memmap(file, stored.code, "r", stored.offset, stored.shape, order)  # type: ignore[call-overload]
            return np.asarray(mapped)
        if stored.offset is not None:
            return np.zeros(stored.shape, stored.code)
        with np.load(file, allow_pickle=False) as archive:
            return np.asarray(archive[stored.key])
    except FileNotFoundError:
        raise Error(f"The file {file} is missing.") from None
    except OSError as problem:
        raise Error(f"The file {file} cannot be read: {problem.strerror or problem}.") from None
    except (ValueError, EOFError, zipfile.BadZipFile) as problem:
        raise Error(f"{file} is damaged: {stored.key or 'its array'} is cut short; {AGAIN}.") from problem
