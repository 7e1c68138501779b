"""A document and the weights that it names, later: both moved, one of them moved, the files changed between two runs."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import tensordraw as td
from tensordraw import cli
from tests.templates.folders import gpt2_folder
from tests.templates.models import pickled

IDS = {"tokens": np.arange(4)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model, and a document `g.tdraw` beside its folder."""
    made = gpt2_folder(tmp_path / "m")
    td.save(td.template("gpt2", weights=made), tmp_path / "g.tdraw")
    return made


def test_the_document_holds_references_and_no_numbers(folder: Path, tmp_path: Path) -> None:
    text = (tmp_path / "g.tdraw").read_text()
    assert len(text) < 60_000
    assert '"m/model.safetensors"' in text
    assert str(tmp_path) not in text


def test_moved_together_they_stay_together(folder: Path, tmp_path: Path) -> None:
    before = td.evaluate(td.load(tmp_path / "g.tdraw"), IDS)
    moved = tmp_path / "elsewhere" / "deep"
    moved.mkdir(parents=True)
    shutil.move(folder, moved / "m")
    shutil.move(tmp_path / "g.tdraw", moved / "g.tdraw")
    again = td.load(moved / "g.tdraw")
    assert td.problems(again) == []
    np.testing.assert_array_equal(td.evaluate(again, IDS), before)
    td.save(again, tmp_path / "h.tdraw")  # elsewhere: the paths lead from there
    assert '"elsewhere/deep/m/model.safetensors"' in (tmp_path / "h.tdraw").read_text()
    np.testing.assert_array_equal(td.evaluate(td.load(tmp_path / "h.tdraw"), IDS), before)


def test_moved_without_its_weights_it_has_one_problem(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    shutil.move(tmp_path / "g.tdraw", moved / "g.tdraw")
    diagram = td.load(moved / "g.tdraw")
    (problem,) = td.problems(diagram)
    assert problem.what == f"The file {moved / 'm' / 'model.safetensors'} is missing."
    assert problem.why.startswith("The document takes ")
    assert problem.why.endswith(" more from m/model.safetensors.")
    assert problem.fix.startswith("Put the file there, or ")
    assert len(problem.items) == len(diagram.content.sources)
    with pytest.raises(td.Error, match=r"model\.safetensors is missing\."):
        td.evaluate(diagram, IDS)
    assert "def forward" in td.code(diagram)  # which needs no files
    assert cli.main(["check", str(moved / "g.tdraw")], lambda path: 0) == cli.HAS_ERRORS
    assert capsys.readouterr().out.count("error:") == 1
    assert cli.main(["eval", str(moved / "g.tdraw")], lambda path: 0) == cli.UNUSABLE
    assert capsys.readouterr().err == f"tensordraw: {problem.what}\n"


def rewrite(folder: Path, **changed: object) -> None:
    """The folder's arrays again, some of them changed (`__` stands for a dot), at another time."""
    path = folder / "model.safetensors"
    arrays = {key: np.array(array) for key, array in load_file(path).items()}
    arrays.update({f"transformer.{key.replace('__', '.')}": array for key, array in changed.items()})
    before = path.stat().st_mtime_ns
    save_file(arrays, path)
    os.utime(path, ns=(before + 10**6, before + 10**6))


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_files_that_change_between_runs_are_read_anew(folder: Path, tmp_path: Path, backend: str) -> None:
    if backend == "torch":
        pytest.importorskip("torch")
    diagram = td.load(tmp_path / "g.tdraw")
    first = np.asarray(td.evaluate(diagram, IDS, backend=backend)).copy()
    rewrite(folder, wte__weight=np.ones((300, 8), np.float32), h__1__attn__c_attn__bias=np.ones(24, np.float32))
    second = np.asarray(td.evaluate(diagram, IDS, backend=backend))
    assert np.abs(second - first).max() > 1e-3
    np.testing.assert_allclose(second, np.asarray(td.evaluate(td.load(tmp_path / "g.tdraw"), IDS)), atol=1e-5)


@pytest.mark.parametrize("loaded", [False, True], ids=["before it ran", "after it ran"])
def test_files_that_are_damaged_later(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], loaded: bool
) -> None:
    diagram, path = td.load(tmp_path / "g.tdraw"), folder / "model.safetensors"
    whole = path.read_bytes()
    if loaded:
        td.evaluate(diagram, IDS)

    def refused(words: str) -> None:
        with pytest.raises(td.Error) as caught:
            td.evaluate(diagram, IDS)
        assert words in str(caught.value)
        (problem,) = td.problems(diagram)
        assert words in problem.what
        assert cli.main(["eval", str(tmp_path / "g.tdraw")], lambda path: 0) == cli.UNUSABLE
        assert words in capsys.readouterr().err

    rewrite(folder, h__1__mlp__c_fc__weight=np.ones((8, 31), np.float32))
    refused("'transformer.h.1.mlp.c_fc.weight'")
    path.write_bytes(whole[:-500])
    refused("model.safetensors is damaged: ")
    path.write_bytes(whole[:200])
    refused("model.safetensors is damaged, or no .safetensors file; download it or save it again.")
    path.unlink()
    refused(f"The file {path} is missing.")
    path.write_bytes(whole)
    assert td.problems(diagram) == []
    assert td.evaluate(diagram, IDS).shape == (4, 300)


def test_a_part_that_is_gone_is_one_problem(torch: ModuleType, folder: Path, tmp_path: Path) -> None:
    pickled(torch, folder, parts=2)
    td.save(td.template("gpt2", weights=folder), tmp_path / "p.tdraw")
    diagram = td.load(tmp_path / "p.tdraw")
    assert td.problems(diagram) == []
    gone = folder / "pytorch_model-00002-of-00002.bin"
    gone.unlink()
    (problem,) = td.problems(diagram)
    assert problem.what == f"The file {gone} is missing, which pytorch_model.bin.index.json names: put it there."
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": {}}))
    assert len(td.problems(diagram)) == len({each.key for each in diagram.content.sources.values()})
