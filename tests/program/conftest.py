"""Emitted code run where nothing of ours is: `run_fresh` runs many modules in one new process."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

RUNNER = """
import importlib.util, pathlib, sys, traceback, warnings
import numpy as np

sys.modules["tensordraw"] = None  # importing it would fail
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    arrays = dict(np.load(path.with_suffix(".npz")))
    try:
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        torch = path.stem.endswith("torch") and __import__("torch")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            if torch:
                arrays = {name: torch.from_numpy(array) for name, array in arrays.items()}
            found = module.forward(**arrays)
        found = found if isinstance(found, dict) else {"only result": found}
        if torch:
            assert all(isinstance(each, torch.Tensor) for each in found.values())
            found = {name: each.detach().resolve_conj().numpy() for name, each in found.items()}
        np.savez(path.with_suffix(".out.npz"), **found)
    except Exception:
        path.with_suffix(".error").write_text(traceback.format_exc())
"""

Case = tuple[str, str, Mapping[str, Any]]  # language, code, arrays by parameter
RunFresh = Callable[[Sequence[Case]], list[Any]]


def available(language: str) -> bool:
    """Whether what a language's code imports is installed."""
    needed = {"torch": ("torch", "einops"), "torch_einsum": ("torch",), "opt_einsum": ("opt_einsum",)}
    return all(importlib.util.find_spec(name) for name in needed.get(language, ()))


@pytest.fixture
def run_fresh(tmp_path: Path) -> RunFresh:
    """Results of `forward` for each (language, code, arrays), all run in one new process; a dict if it returns one.

    A case that raises gives its traceback as text. Warnings are errors there.
    """

    def run(cases: Sequence[Case]) -> list[Any]:
        for number, (language, code, arrays) in enumerate(cases):
            path = tmp_path / f"case{number:05}_{'torch' if language.startswith('torch') else 'numpy'}"
            path.with_suffix(".py").write_text(code, encoding="utf-8")
            np.savez(path.with_suffix(".npz"), **arrays)
        done = subprocess.run(
            [sys.executable, "-c", RUNNER, str(tmp_path)], capture_output=True, text=True, timeout=300, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        return [_result(path) for path in sorted(tmp_path.glob("*.py"))]

    return run


def _result(path: Path) -> Any:
    if (error := path.with_suffix(".error")).exists():
        return f"{error.read_text()}\n{path.read_text(encoding='utf-8')}"
    found = dict(np.load(path.with_suffix(".out.npz")))
    return found.pop("only result") if "only result" in found else found


@pytest.fixture(params=["torch", "torch_einsum", "numpy", "opt_einsum"])
def language(request: pytest.FixtureRequest) -> str:
    """Each language that can run here."""
    if not available(request.param):
        pytest.skip(f"what {request.param} imports is not installed")
    return str(request.param)


@pytest.fixture
def runnable() -> list[str]:
    """All languages that can run here."""
    return [name for name in ("torch", "torch_einsum", "numpy", "opt_einsum") if available(name)]
