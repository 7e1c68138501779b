"""PyTorch's files of weights, `.pt`, `.pth` and `.bin`: read by `torch.load(weights_only=True)`, which runs no code of theirs.

Such a file is a pickle, which could call any function of the machine. With `weights_only` PyTorch's own reader takes tensors and
plain containers and refuses everything else. Torch is imported when a file is opened. Arrays of nested dictionaries have their
keys joined by dots (`state_dict.h.0.attn.bias`). Where the format allows it the file is mapped into memory.
"""

from __future__ import annotations

import functools
import pickle
import re
import struct
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from tensordraw.errors import Error

Array: TypeAlias = np.ndarray[Any, Any]
SUFFIXES = (".pt", ".pth", ".bin")
_ZIP = b"PK\x03\x04"  # begins the files that can be mapped; those before PyTorch 1.6 are bare pickles
_FAULTS = (  # of damaged files
    RuntimeError, ValueError, KeyError, IndexError, TypeError, AttributeError, EOFError, OverflowError, UnicodeError,
    AssertionError, struct.error,
)  # fmt: skip
_CLASS = re.compile(r"GLOBAL (\S+)")  # what PyTorch names when it refuses a class


def headers(file: Path) -> dict[str, tuple[tuple[int, ...], str]]:
    """Shape and type of each array of the file, in its order."""
    return {key: (tuple(tensor.shape), _dtype(tensor)) for key, tensor in _tensors(file).items()}


def array(file: Path, key: str) -> Array:
    """One array of the file, mapped into memory where the format allows it; bfloat16 becomes float32."""
    tensor = _tensors(file)[key]
    try:
        made: Array = (tensor.float() if _dtype(tensor) == "bfloat16" else tensor).numpy()
    except (RuntimeError, TypeError) as problem:
        raise Error(f"{file} holds {key!r} as {_dtype(tensor)}, a type that NumPy does not have.") from problem
    made.flags.writeable = False  # another reader has the same tensor
    return made


def _dtype(tensor: Any) -> str:
    return str(tensor.dtype).removeprefix("torch.")


def _tensors(file: Path) -> dict[str, Any]:
    try:
        status = file.stat()
    except FileNotFoundError:
        raise Error(f"The file {file} is missing.") from None
    except OSError as problem:
        raise Error(f"The file {file} cannot be read: {problem.strerror or problem}.") from None
    return _opened(file, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=4)
def _opened(file: Path, modified: int, size: int) -> dict[str, Any]:
    """The tensors of a file that has not changed since, by key."""
    try:
        import torch
    except ModuleNotFoundError:
        raise Error(
            f"{file} is a file of PyTorch, whose package torch is missing: install tensordraw[torch]."
        ) from None
    try:
        with file.open("rb") as stream:
            mapped = stream.read(len(_ZIP)) == _ZIP
        with warnings.catch_warnings(action="ignore"):  # of pickles that PyTorch did not write
            held = torch.load(file, map_location="cpu", weights_only=True, mmap=mapped)
    except pickle.UnpicklingError as problem:
        found = _CLASS.search(str(problem))
        what = f" (it asks for {found[1]})" if found else ""
        raise Error(f"{file} holds more than weights{what}, which is not run: save the model as safetensors.") from None
    except OSError as problem:
        raise Error(f"The file {file} cannot be read: {problem.strerror or problem}.") from None
    except _FAULTS as problem:
        raise Error(
            f"{file} is damaged, or no file of weights from PyTorch; download it or save it again."
        ) from problem
    return dict(_flat("", held, torch.Tensor))


def _flat(prefix: str, held: object, kind: type) -> Iterator[tuple[str, Any]]:
    """The tensors among the values, with their keys."""
    if isinstance(held, kind):
        yield prefix, held.detach()  # type: ignore[attr-defined]
    elif isinstance(held, Mapping):
        for key, value in held.items():
            yield from _flat(f"{prefix}.{key}" if prefix else str(key), value, kind)


__all__ = ["SUFFIXES", "array", "headers"]
