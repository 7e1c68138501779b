"""Arrays by name in one file: `.npz` written and read, `.safetensors` read.

An `.npz` is a zip of `.npy` members. It is written by hand with a fixed date, because `numpy.savez` takes some names for
its own parameters, and its files differ from one second to the next.
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
from tensordraw.program.load import Array, list_arrays, load

_DATE = (1980, 1, 1, 0, 0, 0)


def write(path: str | os.PathLike[str], arrays: Mapping[str, Any]) -> None:
    """Write the arrays as `.npz`; the same arrays give the same bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            with archive.open(zipfile.ZipInfo(f"{name}.npy", _DATE), "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)
    write_atomically(path, file.getvalue())


def read(path: str | os.PathLike[str]) -> dict[str, Array]:
    """All arrays in a `.npz` or `.safetensors` file by name. Raises `Error` where it cannot be read."""
    file = Path(path)
    if file.suffix not in (".npz", ".safetensors"):
        raise Error(f"{file} does not hold arrays by name: give a .npz or .safetensors file.")
    return {stored.key: load(file, stored.key) for stored in list_arrays(file)}
