"""Arrays by name in one file: `.npz` written and read, `.safetensors` read. Nothing in a file is ever executed.

Written by hand as a zip of `.npy` members with a fixed date: `numpy.savez` takes some names for its own parameters, and
its files differ from one second to the next.
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tensordraw.diagram.file import write_atomically
from tensordraw.errors import Error

Arrays = dict[str, np.ndarray[Any, Any]]
_DATE = (1980, 1, 1, 0, 0, 0)


def write(path: str | os.PathLike[str], arrays: Mapping[str, Any]) -> None:
    """Write the arrays as `.npz`; the same arrays give the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", _DATE), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)
    write_atomically(path, file.getvalue())


def read(path: str | os.PathLike[str]) -> Arrays:
    """All arrays in a `.npz` or `.safetensors` file. Raises `Error` where it cannot be read."""
    file = Path(path)
    try:
        if file.suffix == ".npz":
            return _read_npz(file)
        if file.suffix == ".safetensors":
            return _read_safetensors(file)
    except OSError as error:
        raise Error(f"{file} cannot be read: {error.strerror or error}.") from None
    raise Error(f"{file} does not hold arrays by name: give a .npz or .safetensors file.")


def _read_npz(file: Path) -> Arrays:
    with file.open("rb") as stream:
        try:
            loaded = np.load(stream, allow_pickle=False)
            if isinstance(loaded, np.lib.npyio.NpzFile):
                return {name: loaded[name] for name in loaded.files}
        except (ValueError, EOFError, zipfile.BadZipFile) as error:
            if "pickle" in str(error) and zipfile.is_zipfile(file):
                raise Error(f"{file} holds Python objects, not numbers.") from None
    raise Error(f"{file} is not a .npz file of arrays.")


def _read_safetensors(file: Path) -> Arrays:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return dict(load(file.read_bytes()))
    except (SafetensorError, KeyError, TypeError) as error:
        raise Error(f"{file} is not a .safetensors file that NumPy can read ({error}).") from None
