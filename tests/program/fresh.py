"""Emitted code run as people run it: written to files and called in a fresh process, many diagrams in one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np

import tensordraw as td
from tensordraw.diagram.records import Diagram

RUN = """
import importlib.util, json, sys
import numpy as np
folder, library = sys.argv[1], sys.argv[2]
if library == "torch":
    import torch
for stem in json.loads(sys.argv[3]):
    spec = importlib.util.spec_from_file_location(stem, f"{folder}/{stem}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with np.load(f"{folder}/{stem}.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    if library == "torch":
        arrays = {name: torch.from_numpy(array) for name, array in arrays.items()}
    np.save(f"{folder}/{stem}.npy", np.asarray(module.forward(**arrays)))
"""

Cases = Mapping[str, tuple[Diagram, dict[str, np.ndarray]]]


def run_emitted(folder: Path, language: str, cases: Cases) -> dict[str, np.ndarray]:
    """Values of the emitted code of each case, by its name, which has to be an identifier."""
    library = "numpy" if language in ("numpy", "opt_einsum") else "torch"
    for stem, (diagram, arrays) in cases.items():
        (folder / f"{stem}.py").write_text(td.code(diagram, language))
        np.savez(folder / f"{stem}.npz", **arrays)  # type: ignore[arg-type]
    command = [sys.executable, "-c", RUN, str(folder), library, json.dumps(list(cases))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {stem: np.load(folder / f"{stem}.npy") for stem in cases}
