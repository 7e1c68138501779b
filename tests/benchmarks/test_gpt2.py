"""GPT-2 small, float32, one sequence: the module that is written and the evaluators against what people use.

Prints times, ratios to the fastest of the others, and peak memory. All take turns, so that the machine's other work meets
all of them; a ratio is that of the medians of CPU time. Nothing is asserted of seconds but that all give the same logits.
Targets: the module and the evaluator 1.05, memory 1.1, the NumPy evaluator 1.5.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.benchmarks import gpt2_models

pytestmark = pytest.mark.timing
LENGTHS = (64, 256, 1024)
ROUNDS = {64: 15, 256: 9, 1024: 5}
Say = Callable[[str], None]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """GPT-2 small with random weights; or the folder that TENSORDRAW_GPT2 names."""
    if "TENSORDRAW_GPT2" in os.environ:
        return Path(os.environ["TENSORDRAW_GPT2"])
    transformers = pytest.importorskip("transformers", reason="transformers is a test extra")
    made = tmp_path_factory.mktemp("gpt2")
    transformers.GPT2LMHeadModel(transformers.GPT2Config()).save_pretrained(made)
    return made


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n    {text}", end="")

    return line


def _medians(runs: Mapping[str, gpt2_models.Run], ids: np.ndarray, rounds: int) -> dict[str, tuple[float, float]]:
    """Wall and CPU time of each, the medians of so many rounds in turns."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            wall, cpu = time.perf_counter(), time.process_time()
            run(ids)
            if number:  # the first round warms up
                times[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return {name: tuple(map(statistics.median, zip(*each, strict=True))) for name, each in times.items()}  # type: ignore[misc]


def _report(
    say: Say, medians: Mapping[str, tuple[float, float]], mine: Any, others: Any, length: int, target: float
) -> None:
    wall, cpu = (min(medians[name][kind] for name in others) for kind in (0, 1))
    for name, (a, b) in medians.items():
        aim = f"   target {target}" if name in mine else ""
        times = f"{1000 * a:9.1f} ms, {1000 * b:9.1f} ms CPU"
        say(f"{length:>5} {name:<20} {times}   ratio {a / wall:5.2f}, CPU {b / cpu:5.2f}{aim}")


@pytest.mark.parametrize("length", LENGTHS)
def test_torch(torch: Any, folder: Path, say: Say, length: int) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    runs = {name: make(folder) for name, make in {**gpt2_models.OURS, **gpt2_models.THEIRS}.items()}
    ids = np.random.default_rng(0).integers(0, 50257, length)
    try:
        with torch.no_grad():
            logits = {name: run(ids).numpy() for name, run in runs.items()}
            medians = _medians(runs, ids, ROUNDS[length])
    finally:
        torch.set_num_threads(threads)
    for found in logits.values():
        np.testing.assert_allclose(found, logits["by hand"], atol=1e-4 * max(1, logits["by hand"].std()))
    _report(say, medians, gpt2_models.OURS, gpt2_models.THEIRS, length, 1.05)


@pytest.mark.parametrize("length", LENGTHS)
def test_numpy(folder: Path, say: Say, length: int) -> None:
    runs = {name: make(folder) for name, make in gpt2_models.IN_NUMPY.items()}
    ids = np.random.default_rng(0).integers(0, 50257, length)
    first, second = (run(ids) for run in runs.values())
    np.testing.assert_allclose(first, second, atol=1e-4 * max(1, second.std()))
    medians = _medians(runs, ids, ROUNDS[length])
    _report(say, medians, ["NumPy evaluator"], ["NumPy by hand"], length, 1.5)


def test_memory(folder: Path, say: Say) -> None:
    """The most that a process has resident while it loads the weights and runs once on 1,024 tokens."""
    peaks = {}
    for name in (*gpt2_models.OURS, *gpt2_models.THEIRS, *gpt2_models.IN_NUMPY):
        command = [sys.executable, str(Path(gpt2_models.__file__)), name, str(folder), "1024"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks[name] = float(done.stdout.split()[-1])
    least = min(peaks[name] for name in gpt2_models.THEIRS)
    for name, peak in peaks.items():
        other = peaks["NumPy by hand"] if name in gpt2_models.IN_NUMPY else least
        say(f"{name:<20} {peak:7.0f} MB   ratio {peak / other:5.2f}")
