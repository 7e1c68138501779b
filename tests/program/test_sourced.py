"""Arrays that documents take from files: views of stored arrays, stacks of them, several files, and what can be wrong."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import tensordraw as td
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.file import decode, encode
from tensordraw.diagram.records import Diagram, Source
from tensordraw.errors import Error
from tensordraw.program.sourced import load_source, source_problems

A = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    np.save(tmp_path / "a.npy", A)
    np.save(tmp_path / "b.npy", np.arange(24).reshape(2, 3, 4))
    np.savez(tmp_path / "all.npz", **{"layer.A": A})
    layers = {f"h.{n}.w": np.full((4, 6), n, np.float32) + np.arange(6, dtype=np.float32) for n in range(3)}
    save_file(layers, tmp_path / "model.safetensors")
    save_file({"h.0.w": layers["h.0.w"]}, tmp_path / "one.safetensors")
    save_file({name: layers[name] for name in ("h.1.w", "h.2.w")}, tmp_path / "two.safetensors")
    files = {"h.0.w": "one.safetensors", "h.1.w": "two.safetensors", "h.2.w": "two.safetensors"}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": files}))
    return tmp_path


def document(home: Path, source: Source, *, ids: bool = False) -> Diagram:
    draft = Draft(Diagram(home=str(home)))
    legs = [draft.leg(draft.space("rows", 2), "r"), draft.leg(draft.space("columns", 3))]
    if ids:
        draft.fixed("one_hot", [*legs, draft.leg(draft.space("vocab", 9))], name="A")
    else:
        draft.tensor("A", legs)
    draft.sources["A"] = source
    return draft.build()


def test_sources_of_a_document(folder: Path) -> None:
    good = document(folder, Source("all.npz", "layer.A"))
    assert source_problems(good) == []
    np.testing.assert_array_equal(load_source(good, "A"), A)
    np.save(folder / "turned.npy", A.T)
    turned = document(folder, Source("turned.npy", axes=(1, 0)))
    assert source_problems(turned) == []
    np.testing.assert_array_equal(load_source(turned, "A"), A)
    assert source_problems(document(folder, Source("turned.npy"), ids=False)) != []


@pytest.mark.parametrize(
    ("source", "ids", "words"),
    [
        (Source("absent.npy"), False, "absent.npy is missing"),
        (Source("all.npz", "nothing"), False, "no array 'nothing'"),
        (Source("b.npy"), False, "has shape (2, 3, 4), but shape (2, 3) (r, columns) is expected"),
        (Source("a.npy", axes=(0, 2)), False, "no order of them"),
        (Source("a.npy"), True, "float32, but it holds ids"),
    ],
)
def test_source_problems(folder: Path, source: Source, ids: bool, words: str) -> None:
    diagram = document(folder, source, ids=ids)
    (problem,) = source_problems(diagram)
    assert words in problem.what
    assert problem.severity == "error"
    assert problem.items == tuple(diagram.content.nodes)
    assert problem.why
    assert problem.fix
    with pytest.raises(Error, match=r"\."):
        load_source(diagram, "A")


def stacked(home: Path, source: Source) -> Diagram:
    """W[layer, head, size, hidden], stored as [hidden, (part head size)] for each layer."""
    draft = Draft(Diagram(home=str(home)))
    legs = [draft.leg(draft.space(n, k)) for n, k in (("layer", 3), ("head", 1), ("size", 3), ("hidden", 4))]
    draft.tensor("W", legs)
    draft.sources["W"] = source
    return draft.build()


VIEW = {"shape": (4, 2, 1, 3), "index": (None, 1, None, None), "axes": (1, 2, 0)}


@pytest.mark.parametrize("path", ["model.safetensors", "model.safetensors.index.json"])
def test_parts_of_stored_arrays_are_stacked(folder: Path, path: str) -> None:
    diagram = stacked(folder, Source(path, "h.{}.w", **VIEW))  # type: ignore[arg-type]
    assert source_problems(diagram) == []
    expected = np.stack([np.tile((n + np.arange(3, 6))[None, :, None], (1, 1, 4)) for n in range(3)])
    np.testing.assert_array_equal(load_source(diagram, "W"), expected)
    np.testing.assert_array_equal(td.evaluate(diagram), expected)
    assert decode(encode(diagram)).content == diagram.content


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Source("model.safetensors", "g.{}.w", **VIEW), "no array 'g.0.w'"),  # type: ignore[arg-type]
        (Source("model.safetensors", "h.{}.w", shape=(5, 5)), "which cannot be seen as (5, 5)"),
        (Source("model.safetensors", "h.{}.w", index=(None, 6)), "cannot be taken at (None, 6)"),
        (Source("model.safetensors", "h.{}.w", index=(None,)), "cannot be taken at (None,)"),
        (Source("model.safetensors", "h.{}.w"), "has shape (3, 4, 6), but shape (3, 1, 3, 4)"),
        (Source("no.safetensors.index.json", "h.{}.w"), "cannot be read"),
        (Source("bad.safetensors.index.json", "h.{}.w"), "no index of files"),
        (Source("model.safetensors.index.json", "h.{}.b"), "names no file for the array 'h.0.b'"),
        (Source("out.safetensors.index.json", "h.{}.w"), "does not lie beside it"),
    ],
)
def test_what_is_wrong_with_a_stack(folder: Path, source: Source, words: str) -> None:
    (folder / "bad.safetensors.index.json").write_text("[]")
    (folder / "out.safetensors.index.json").write_text('{"weight_map": {"h.0.w": "../../etc/x.safetensors"}}')
    (problem,) = source_problems(stacked(folder, source))
    assert words in problem.what
    with pytest.raises(Error, match=r"\.$"):
        load_source(stacked(folder, source), "W")
