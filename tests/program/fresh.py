"""Emitted code run as people run it: written to files and called in a fresh process, many diagrams in one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

import tensordraw as td
from tensordraw.diagram.records import Diagram

RUN = """
import importlib.util, json, sys
import numpy as np
folder = sys.argv[1]
for stem in json.loads(sys.argv[2]):
    spec = importlib.util.spec_from_file_location(stem, f"{folder}/{stem}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with np.load(f"{folder}/{stem}.npz") as stored:
        arrays = {name: stored[name] for name in stored.files}
    if stem.startswith("torch"):
        import torch
        arrays = {name: torch.from_numpy(array) for name, array in arrays.items()}
    if stem.startswith("jax"):
        import jax
        jax.config.update("jax_enable_x64", True)
        module.forward = jax.jit(module.forward)
    np.save(f"{folder}/{stem}.npy", np.asarray(module.forward(**arrays)))
"""

Cases = Mapping[str, tuple[Diagram, dict[str, np.ndarray]]]


def run_emitted(folder: Path, languages: Sequence[str], cases: Cases) -> dict[tuple[str, str], np.ndarray]:
    """Values of the emitted code of each case, by language and the case's name, which has to be an identifier.

    Loading the languages' libraries is what takes the time.
    """
    stems = {(language, name): f"{language}_{name}" for language in languages for name in cases}
    for (language, name), stem in stems.items():
        diagram, arrays = cases[name]
        (folder / f"{stem}.py").write_text(td.code(diagram, language))
        np.savez(folder / f"{stem}.npz", **arrays)  # type: ignore[arg-type]
    command = [sys.executable, "-c", RUN, str(folder), json.dumps(list(stems.values()))]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {key: np.load(folder / f"{stem}.npy") for key, stem in stems.items()}
