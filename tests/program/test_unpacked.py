"""Arrays made from files are made once while the files stay as they are, and no more than so many bytes outlive them."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from safetensors.numpy import save_file

import tensordraw as td
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Source
from tensordraw.program import gguf_file, sourced, unpacked
from tensordraw.program.sourced import load_source


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of other tests is known."""
    unpacked._recent.clear()
    gc.collect()


def stack(home: Path, **more: Any) -> Diagram:
    draft = Draft(Diagram(home=str(home)))
    layer = draft.leg(draft.space("layer", 3), "layer")
    draft.tensor("W", [layer, draft.leg(draft.space("rows", 4)), draft.leg(draft.space("columns", 6))])
    draft.sources["W"] = Source("m.safetensors", "h.{}.w", **more)
    return draft.build()


def save(home: Path, plus: float = 0.0) -> None:
    arrays = {f"h.{n}.w": np.full((4, 6), n + plus, np.float32) for n in range(3)}
    save_file(arrays, home / "m.safetensors")


def edited(diagram: Diagram) -> Diagram:
    return replace(diagram, content=replace(diagram.content, serial=diagram.content.serial + 1))


def test_a_stack_is_the_same_for_edited_and_other_documents(tmp_path: Path) -> None:
    save(tmp_path)
    first = stack(tmp_path)
    array = load_source(first, "W")
    assert load_source(first, "W") is array
    for other in (edited(first), stack(tmp_path)):
        assert np.shares_memory(load_source(other, "W"), array)
    turned = stack(tmp_path, shape=(4, 6), axes=(0, 1))
    assert load_source(turned, "W").shape == (3, 4, 6)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    save(tmp_path)
    diagram = stack(tmp_path)
    assert load_source(diagram, "W")[1, 0, 0] == 1
    save(tmp_path, 10)
    assert load_source(diagram, "W")[1, 0, 0] == 11
    assert load_source(edited(diagram), "W")[1, 0, 0] == 11


def test_so_many_bytes_outlive_their_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def make(name: str, entries: int) -> np.ndarray:
        made.append(name)
        return np.zeros(entries, np.int8)

    monkeypatch.setattr(unpacked, "MOST", 100)
    for name in "abab":  # 80 bytes: both stay
        unpacked.once(name, lambda name=name: make(name, 40))  # type: ignore[misc]
    assert made == ["a", "b"]
    unpacked.once("c", lambda: make("c", 50))  # the one that was asked for longest ago goes
    gc.collect()
    unpacked.once("b", lambda: make("b", 40))
    assert made == ["a", "b", "c"]
    unpacked.once("a", lambda: make("a", 40))
    assert made == ["a", "b", "c", "a"]
    large = unpacked.once("large", lambda: make("large", 500))  # more than is kept, but somebody holds it
    assert unpacked.once("large", lambda: make("large", 500)) is large
    assert sum(each.nbytes for each in unpacked._recent.values()) <= 100


def test_mapped_arrays_are_not_kept(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((2, 3), np.float32))
    draft = Draft(Diagram(home=str(tmp_path)))
    draft.tensor("A", [draft.leg(draft.space("rows", 2)), draft.leg(draft.space("columns", 3))])
    draft.sources["A"] = Source("a.npy")
    array = load_source(draft.build(), "A")
    assert unpacked.is_mapped(array)
    assert unpacked.is_mapped(array.T[1:])
    assert not unpacked.is_mapped(array + 1)
    assert not unpacked._recent


def test_blocks_of_few_bits_are_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gguf = pytest.importorskip("gguf", reason="gguf is a test extra")
    writer = gguf.GGUFWriter(tmp_path / "m.gguf", "llama")
    for n in range(3):
        matrix = np.linspace(-1, 1, 4 * 32, dtype=np.float32).reshape(4, 32) + n
        kind = gguf.GGMLQuantizationType.Q8_0
        writer.add_tensor(f"h.{n}.w", gguf.quants.quantize(matrix, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    read: list[str] = []
    array = gguf_file.array

    def reading(file: Path, key: str) -> np.ndarray:
        read.append(key)
        return array(file, key)

    monkeypatch.setattr(gguf_file, "array", reading)
    for key, count in (("h.{}.w", 3), ("h.1.w", None)):
        draft = Draft(Diagram(home=str(tmp_path)))
        legs = [draft.leg(draft.space("rows", 4)), draft.leg(draft.space("columns", 32))]
        draft.tensor("W", legs if count is None else [draft.leg(draft.space("layer", count), "layer"), *legs])
        draft.sources["W"] = Source("m.gguf", key)
        diagram = draft.build()
        read.clear()
        td.evaluate(diagram)
        assert len(read) == (count or 1)
        td.evaluate(diagram)
        td.evaluate(edited(diagram))
        assert len(read) == (count or 1)
    assert sourced.load_source(diagram, "W").dtype == np.float32
