"""llama.cpp's model files, `.gguf`: settings and arrays, read by the package `gguf`, which is imported when one is opened.

Arrays are stored in blocks of few bits (Q4_1, Q8_0, ...) and become float32 when they are read, one at a time. A reader is
kept for a file that has not changed, since its vocabulary takes seconds.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from tensordraw.errors import Error

Array: TypeAlias = np.ndarray[Any, Any]
Headers: TypeAlias = dict[str, tuple[tuple[int, ...], str]]  # shape and type of each array, by key
_FAULTS = (ValueError, KeyError, IndexError, TypeError, OverflowError, UnicodeError, AttributeError)  # of damaged files


def headers(file: Path) -> Headers:
    """Shape (row-major) and stored type of each array of the file, in its order."""
    try:
        return {
            tensor.name: (tuple(int(size) for size in reversed(tensor.shape)), str(tensor.tensor_type.name))
            for tensor in _reader(file).tensors
        }
    except _FAULTS as problem:
        raise _damaged(file, problem) from problem


def array(file: Path, key: str) -> Array:
    """One array of the file in float32."""
    from gguf.quants import dequantize

    reader = _reader(file)
    found = next((tensor for tensor in reader.tensors if tensor.name == key), None)
    if found is None:
        raise Error(f"{file} holds no array {key!r}.")
    try:
        made = np.asarray(dequantize(found.data, found.tensor_type))
        return made.reshape(tuple(int(size) for size in reversed(found.shape)))
    except NotImplementedError:
        raise Error(f"{file} stores {key!r} as {found.tensor_type.name}, which the package gguf cannot read.") from None
    except _FAULTS as problem:
        raise _damaged(file, problem) from problem


def settings(file: Path) -> dict[str, Any]:
    """The settings of the file by their names: numbers and texts, and of lists (a vocabulary) how many entries they have."""
    reader = _reader(file)
    try:
        return {
            name: len(field.data) if field.types[0].name == "ARRAY" else field.contents()
            for name, field in reader.fields.items()
        }
    except _FAULTS as problem:
        raise _damaged(file, problem) from problem


def texts(file: Path, name: str) -> list[str]:
    """The setting with this name, a list of texts. errors.Error where there is none."""
    return [str(each) for each in _list(file, name)]


def numbers(file: Path, name: str) -> list[int]:
    """The setting with this name, a list of whole numbers. errors.Error where there is none."""
    return [int(each) for each in _list(file, name)]


def _list(file: Path, name: str) -> list[Any]:
    field = _reader(file).fields.get(name)
    if field is None:
        raise Error(f"{file} has no setting {name!r}.")
    try:
        return list(field.contents())
    except _FAULTS as problem:
        raise _damaged(file, problem) from problem


def _reader(file: Path) -> Any:
    try:
        status = file.stat()
    except OSError as problem:
        raise Error(f"The file {file} cannot be read: {problem.strerror or problem}.") from None
    return _opened(file, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=2)
def _opened(file: Path, modified: int, size: int) -> Any:
    try:
        from gguf import GGUFReader
    except ModuleNotFoundError:
        raise Error("Files of llama.cpp need the package gguf: install tensordraw[gguf].") from None
    try:
        return GGUFReader(file)
    except OSError as problem:
        raise Error(f"The file {file} cannot be read: {problem.strerror or problem}.") from None
    except _FAULTS as problem:
        raise _damaged(file, problem) from problem


def _damaged(file: Path, problem: Exception) -> Error:
    return problem if isinstance(problem, Error) else Error(f"{file} is damaged, or no .gguf file; download it again.")


__all__ = ["array", "headers", "numbers", "settings", "texts"]
