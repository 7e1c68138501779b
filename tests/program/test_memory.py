"""What cannot fit is refused before anything is read, with the estimate in one sentence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import tensordraw as td
from tensordraw.program import memory
from tensordraw.program.arrays import inputs
from tensordraw.program.flexible import shortened
from tensordraw.program.generate import step_of
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify
from tensordraw.program.stepping import Step, kept
from tensordraw.program.stepping_run import Stepper
from tests.templates.folders import gpt2_folder


def test_arrays_and_the_largest_product_count() -> None:
    diagram = td.einsum("i j, j k -> i k", "A", "B", sizes={"i": 100, "j": 200, "k": 300})
    program = simplify(lower(diagram.content))
    assert memory.needed(program, diagram, {}) == (4 * (100 * 200 + 200 * 300), 4 * 100 * 300)
    assert memory.needed(program, diagram, {"A": np.zeros((100, 200))}) == (4 * 200 * 300, 4 * 100 * 300)


def test_refused_before_arrays_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "room", lambda: 1_000_000)
    diagram = td.einsum("i j, j k -> i k", "A", "B", sizes={"i": 1000, "j": 200, "k": 300})
    with pytest.raises(td.Error, match=r"needs at least 0\.00224 GB .* has 0\.001 GB\."):
        td.evaluate(diagram)
    monkeypatch.setattr(memory, "room", lambda: 3_000_000)
    assert td.evaluate(diagram).shape == (1000, 300)


def test_a_model_of_the_largest_kind_is_refused_at_once() -> None:
    """Llama of 405 billion parameters: over a terabyte of arrays."""
    sizes = {"layers": 126, "heads": 128, "kv_heads": 8, "hidden": 16384, "mlp": 53248, "vocab": 128256, "seq": 4}
    if memory.room() > 2e12:
        pytest.skip("this machine could hold it")
    with pytest.raises(td.Error, match="for its arrays"):
        td.evaluate(td.template("llama", **sizes), {"tokens": np.arange(4)})


def test_what_is_kept_of_earlier_tokens_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    diagram = td.template("gpt2", weights=gpt2_folder(tmp_path / "m"))  # 3 layers of width 8, 12 positions
    step = step_of(diagram.content)
    assert isinstance(step, Step)
    caches = kept(step, 11)
    assert caches == sum(  # as many as the buffers that generation makes
        buffer._array.size for buffer in _stepped(diagram, step, 11)._bound.buffers.values()
    )
    short = simplify(lower(shortened(diagram, {"tokens": np.arange(2)}).content))
    arrays, values = memory.needed(short, diagram, {"tokens": np.arange(2)})
    monkeypatch.setattr(memory, "room", lambda: arrays + values + 4 * caches - 1)
    with pytest.raises(td.Error, match="for what is kept of earlier tokens"):
        td.generate(diagram, [1, 2], 10)
    assert len(td.generate(diagram, [1, 2], 9)) == 11


def _stepped(diagram: td.Diagram, step: Step, length: int) -> Stepper:
    """After all of its positions."""
    program = simplify(lower(diagram.content))
    stepper = Stepper(step, inputs(program, diagram, {}), "numpy", length)
    stepper.fill(list(range(length - 1)))
    stepper.next(1)
    return stepper


def test_room_is_what_the_machine_has() -> None:
    assert 1 << 26 < memory.room() <= 1 << 62
