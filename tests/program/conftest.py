"""Printed code run where nothing of ours is: `run_fresh` runs many modules in a process of their own."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

RUNNER = """
import importlib.util, pathlib, sys, traceback, warnings
import numpy as np

sys.modules["tensordraw"] = None  # importing it would fail


def run(path):
    arrays = dict(np.load(path.with_suffix(".npz")))
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    torch = path.stem.endswith("torch") and __import__("torch")
    jax = path.stem.endswith("jax") and __import__("jax")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if torch:
            arrays = {name: torch.from_numpy(array) for name, array in arrays.items()}
        if jax:
            jax.config.update("jax_enable_x64", True)
            arrays = {name: jax.numpy.asarray(array) for name, array in arrays.items()}
            module.forward = jax.jit(module.forward)
        found = module.forward(**arrays)
    found = found if isinstance(found, dict) else {"only result": found}
    if torch:
        assert all(isinstance(each, torch.Tensor) for each in found.values())
        found = {name: each.detach().resolve_conj().numpy() for name, each in found.items()}
    if jax:
        assert all(isinstance(each, jax.Array) for each in found.values())
    np.savez(path.with_suffix(".out.npz"), **found)


for folder in sys.stdin:
    for path in sorted(pathlib.Path(folder.strip()).glob("case*.py")):
        try:
            run(path)
        except Exception:
            path.with_suffix(".error").write_text(traceback.format_exc())
    print("done", flush=True)
"""

PYTHON = ("torch", "torch_einsum", "numpy", "einops", "opt_einsum", "jax", "ncon", "quimb")
Case = tuple[str, str, Mapping[str, Any]]  # language, code, arrays by parameter
RunFresh = Callable[[Sequence[Case]], list[Any]]


def available(language: str) -> bool:
    """Whether what a language's code imports is installed."""
    needed = {"torch": ("torch", "einops"), "torch_einsum": ("torch",)}
    others = () if language == "numpy" else (language,)
    return all(importlib.util.find_spec(name) for name in needed.get(language, others))


@pytest.fixture(scope="session")
def fresh_process() -> Iterator[subprocess.Popen[str]]:
    """A process that never saw tensordraw and runs the cases in each folder named on its standard input.

    One for the whole session: importing torch takes seconds.
    """
    process = subprocess.Popen([sys.executable, "-c", RUNNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    yield process
    process.communicate(timeout=60)


@pytest.fixture
def run_fresh(fresh_process: subprocess.Popen[str], tmp_path_factory: pytest.TempPathFactory) -> RunFresh:
    """Results of `forward` for each (language, code, arrays), run in another process; a dict where it returns one.

    A case that raises gives its traceback and code as text. Warnings are errors there.
    """

    def run(cases: Sequence[Case]) -> list[Any]:
        folder = tmp_path_factory.mktemp("fresh")
        for number, (language, code, arrays) in enumerate(cases):
            library = next((name for name in ("torch", "jax") if language.startswith(name)), "numpy")
            path = folder / f"case{number:05}_{library}"
            path.with_suffix(".py").write_text(code, encoding="utf-8")
            np.savez(path.with_suffix(".npz"), **arrays)
        assert fresh_process.stdin is not None
        assert fresh_process.stdout is not None
        fresh_process.stdin.write(f"{folder}\n")
        fresh_process.stdin.flush()
        assert fresh_process.stdout.readline() == "done\n", "the process that runs printed code ended"
        return [_result(path) for path in sorted(folder.glob("case*.py"))]

    return run


def _result(path: Path) -> Any:
    if (error := path.with_suffix(".error")).exists():
        return f"{error.read_text()}\n{path.read_text(encoding='utf-8')}"
    found = dict(np.load(path.with_suffix(".out.npz")))
    return found.pop("only result") if "only result" in found else found


@pytest.fixture
def runnable() -> list[str]:
    """All languages that can run here."""
    return [name for name in PYTHON if available(name)]


@pytest.fixture(params=["numpy", "torch", "jax"])
def backend(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(request.param, reason="PyTorch is a test extra on Python 3.11 only")
    return str(request.param)
