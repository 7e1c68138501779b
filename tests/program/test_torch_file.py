"""PyTorch's files as sources of arrays: the same numbers, mapped, and nothing in them is ever run."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import tensordraw as td
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Source
from tensordraw.errors import Error
from tensordraw.program.load import list_arrays, load


class Command:
    """What a malicious file holds: a call that unpickling makes."""

    def __init__(self, line: str) -> None:
        self.line = line

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (self.line,)


@pytest.mark.parametrize("zipped", [True, False])
def test_arrays_of_a_file(torch: ModuleType, tmp_path: Path, zipped: bool) -> None:
    turned, half = torch.randn(3, 2).T, torch.randn(4).bfloat16()
    held = {"w": turned, "inner": {"ids": torch.arange(3)}, "half": half, "text": "no array", "one": torch.tensor(2.5)}
    torch.save(held, tmp_path / "m.pt", _use_new_zipfile_serialization=zipped)
    listed = {stored.key: (stored.shape, stored.dtype) for stored in list_arrays(tmp_path / "m.pt")}
    assert listed == {
        "w": ((2, 3), "float32"), "inner.ids": ((3,), "int64"), "half": ((4,), "bfloat16"), "one": ((), "float32"),
    }  # fmt: skip
    np.testing.assert_array_equal(load(tmp_path / "m.pt", "w"), turned.numpy())
    np.testing.assert_array_equal(load(tmp_path / "m.pt", "inner.ids"), [0, 1, 2])
    np.testing.assert_array_equal(load(tmp_path / "m.pt", "half"), half.float().numpy())
    assert load(tmp_path / "m.pt", "one") == 2.5
    with pytest.raises(ValueError, match="read-only"):
        load(tmp_path / "m.pt", "w")[0] = 0
    with pytest.raises(Error, match=r"no array 'v': it holds w, inner\.ids, half, one"):
        load(tmp_path / "m.pt", "v")


def matrix(home: Path, source: Source) -> Diagram:
    draft = Draft(Diagram(home=str(home)))
    draft.tensor("A", [draft.leg(draft.space("rows", 2)), draft.leg(draft.space("columns", 3))])
    draft.sources["A"] = source
    return draft.build()


def test_a_document_takes_an_array_from_one(torch: ModuleType, tmp_path: Path) -> None:
    given = torch.randn(3, 2)
    torch.save(given, tmp_path / "one.pt")
    torch.save({"model": {"a.weight": given}}, tmp_path / "many.bin")
    for source in (Source("one.pt", axes=(1, 0)), Source("many.bin", "model.a.weight", (1, 0))):
        diagram = matrix(tmp_path, source)
        assert td.problems(diagram) == []
        np.testing.assert_array_equal(td.evaluate(diagram), given.numpy().T)
    torch.save({"a": torch.randn(2, 3).to(torch.float8_e4m3fn)}, tmp_path / "eight.pt")
    with pytest.raises(Error, match="float8_e4m3fn"):
        td.evaluate(matrix(tmp_path, Source("eight.pt", "a")))


def test_nothing_in_a_file_is_run(torch: ModuleType, tmp_path: Path) -> None:
    mark = tmp_path / "run"
    torch.save({"a": torch.ones(2), "b": Command(f"touch {mark}")}, tmp_path / "zip.pt")
    torch.save({"b": Command(f"touch {mark}")}, tmp_path / "old.pth", _use_new_zipfile_serialization=False)
    (tmp_path / "pickle.bin").write_bytes(pickle.dumps(Command(f"touch {mark}"), 2))
    torch.save(torch.nn.Linear(2, 2), tmp_path / "module.pt")
    for name, words in (
        ("zip.pt", r"holds more than weights \(it asks for posix\.system\), which is not run: save the model as safe"),
        ("old.pth", r"\(it asks for posix\.system\)"),
        ("pickle.bin", "holds more than weights"),
        ("module.pt", r"\(it asks for torch\.nn\.modules\.linear\.Linear\)"),
    ):
        with pytest.raises(Error, match=words) as caught:
            list_arrays(tmp_path / name)
        assert "\n" not in str(caught.value)
    assert not mark.exists()
    with (tmp_path / "pickle.bin").open("rb") as stream:
        pickle.load(stream)  # it would have run
    assert mark.exists()


def test_files_that_are_damaged(torch: ModuleType, tmp_path: Path) -> None:
    torch.save({"a": torch.ones(50)}, tmp_path / "zip.pt")
    torch.save({"a": torch.ones(50)}, tmp_path / "old.pt", _use_new_zipfile_serialization=False)
    for name in ("zip.pt", "old.pt"):
        whole = (tmp_path / name).read_bytes()
        for kept in (len(whole) - 20, len(whole) // 2, 30, 3, 0):
            (tmp_path / name).write_bytes(whole[:kept])
            with pytest.raises(Error, match=r"is damaged, or no file of weights from PyTorch|more than weights"):
                list_arrays(tmp_path / name)
    (tmp_path / "text.bin").write_text("hello world")
    with pytest.raises(Error, match="damaged"):
        list_arrays(tmp_path / "text.bin")
    with pytest.raises(Error, match="is missing"):
        list_arrays(tmp_path / "absent.pt")
    (tmp_path / "folder.pt").mkdir()
    with pytest.raises(Error, match="cannot be read: Is a directory"):
        list_arrays(tmp_path / "folder.pt")


def test_without_torch(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "m.pt").write_bytes(b"PK\x03\x04")
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(Error, match=r"package torch is missing: install tensordraw\[torch\]"):
        list_arrays(tmp_path / "m.pt")
