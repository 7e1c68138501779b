"""GPT-2 small, float32, 64 ids and 32 more, with a cache: what a token costs here and in `transformers`.

The two take turns token by token, so that the machine's other work meets both; a ratio is that of the medians over tokens,
those with the first ids left out. Nothing is asserted of seconds, but that both generate the same tokens. `transformers`
is its model called with its cache, without what its `generate` adds. Target: 1.3.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw.program.generate import generate

pytestmark = pytest.mark.timing
GIVEN, MORE, TARGET = 64, 32, 1.3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """GPT-2 small with random weights; or the folder that TENSORDRAW_GPT2 names."""
    if "TENSORDRAW_GPT2" in os.environ:
        return Path(os.environ["TENSORDRAW_GPT2"])
    transformers = pytest.importorskip("transformers", reason="transformers is a test extra")
    made = tmp_path_factory.mktemp("gpt2")
    transformers.GPT2LMHeadModel(transformers.GPT2Config()).save_pretrained(made)
    return made


def theirs(torch: Any, folder: Path, ids: list[int]) -> Iterator[int]:
    """Greedy tokens of `transformers` with its cache."""
    from transformers import GPT2LMHeadModel

    model: Any = GPT2LMHeadModel.from_pretrained(folder)
    model.eval()
    given, past = torch.tensor([ids]), None
    while True:
        with torch.no_grad():
            found = model(given, past_key_values=past, use_cache=True, logits_to_keep=1)
        past, given = found.past_key_values, found.logits[0, -1:].argmax(-1)[None]
        yield int(given)


def ours(folder: Path, ids: list[int], backend: str) -> Iterator[int]:
    return generate(td.template("gpt2", weights=folder), ids, MORE, backend=backend)


def in_turns(runs: Mapping[str, Iterator[int]]) -> tuple[dict[str, list[int]], dict[str, list[tuple[float, float]]]]:
    """Tokens of each, and the wall and CPU time of each token."""
    tokens: dict[str, list[int]] = {name: [] for name in runs}
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in runs}
    for _ in range(MORE):
        for name, run in runs.items():
            wall, cpu = time.perf_counter(), time.process_time()
            tokens[name].append(next(run))
            times[name].append((time.perf_counter() - wall, time.process_time() - cpu))
    return tokens, times


@pytest.mark.parametrize("backend", ["torch", "numpy"])
def test_a_token_with_a_cache(torch: Any, folder: Path, capsys: pytest.CaptureFixture[str], backend: str) -> None:
    threads = torch.get_num_threads()
    torch.set_num_threads(2)
    ids = np.random.default_rng(0).integers(0, 50257, GIVEN).tolist()
    try:
        tokens, times = in_turns({"transformers": theirs(torch, folder, ids), backend: ours(folder, ids, backend)})
    finally:
        torch.set_num_threads(threads)
    assert tokens[backend] == tokens["transformers"]
    medians = {name: [statistics.median(kind[2:]) for kind in zip(*each, strict=True)] for name, each in times.items()}
    theirs_wall, theirs_cpu = medians["transformers"]
    with capsys.disabled():
        for name, (wall, cpu) in medians.items():
            ratios = f"ratio {wall / theirs_wall:5.2f}, CPU {cpu / theirs_cpu:5.2f}"
            aim = "" if name == "transformers" else f"   target {TARGET}"
            first = f"first {1000 * times[name][0][0]:8.1f} ms"
            print(f"\n    {name:<14} {1000 * wall:8.1f} ms, {1000 * cpu:8.1f} ms CPU, {first}   {ratios}{aim}", end="")
