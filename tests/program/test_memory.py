"""What cannot fit is refused before anything is read, with the estimate in one sentence."""

from __future__ import annotations

import numpy as np
import pytest

import tensordraw as td
from tensordraw.program import memory
from tensordraw.program.lower import lower
from tensordraw.program.passes import simplify


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


def test_room_is_what_the_machine_has() -> None:
    assert 1 << 26 < memory.room() <= 1 << 62
