"""Arrays in files: listing, loading, mapping, and every way in which a file can be wrong."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from tensordraw.errors import Error
from tensordraw.program.load import find, list_arrays, load

A = np.arange(6, dtype=np.float32).reshape(2, 3)
B = np.asfortranarray(np.arange(24).reshape(2, 3, 4))
ALL = {"layer.A": A, "B": B, "scalar": np.float64(2.5), "empty": np.zeros((0, 3))}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    np.save(tmp_path / "a.npy", A)
    np.save(tmp_path / "b.npy", B)
    np.savez(tmp_path / "all.npz", **ALL)
    np.savez_compressed(tmp_path / "small.npz", **ALL)
    save_file({k: np.ascontiguousarray(v).reshape(np.shape(v)) for k, v in ALL.items()}, tmp_path / "all.safetensors")
    return tmp_path


@pytest.mark.parametrize("name", ["all.npz", "small.npz", "all.safetensors"])
def test_list_and_load(folder: Path, name: str) -> None:
    stored = {one.key: one for one in list_arrays(folder / name)}
    assert {key: (one.shape, one.dtype) for key, one in stored.items()} == {
        key: (np.shape(array), array.dtype.name) for key, array in ALL.items()
    }
    for key, array in ALL.items():
        found = load(folder / name, key)
        np.testing.assert_array_equal(found, array)
        assert found.dtype == array.dtype
        assert found.shape == np.shape(array)


def test_npy(folder: Path) -> None:
    np.testing.assert_array_equal(load(folder / "a.npy"), A)
    np.testing.assert_array_equal(load(folder / "b.npy"), B)


def test_a_file_that_changed_is_read_anew(folder: Path) -> None:
    assert find(folder / "a.npy").shape == (2, 3)
    np.save(folder / "a.npy", np.ones((4, 5, 6)))
    assert find(folder / "a.npy").shape == (4, 5, 6)


@pytest.mark.parametrize(("name", "key"), [("a.npy", ""), ("all.npz", "B"), ("all.safetensors", "layer.A")])
def test_mapped_into_memory(folder: Path, name: str, key: str) -> None:
    array = load(folder / name, key)
    while isinstance(array.base, np.ndarray) and not isinstance(array, np.memmap):
        array = array.base
    assert isinstance(array, np.memmap)


def test_bfloat16(tmp_path: Path) -> None:
    values = np.array([1.0, -2.5, 3.140625], np.float32)
    data = (values.view(np.uint32) >> 16).astype("<u2").tobytes()
    header = json.dumps({"w": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}).encode()
    (tmp_path / "w.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + data)
    found = load(tmp_path / "w.safetensors", "w")
    np.testing.assert_array_equal(found, values)
    assert found.dtype == np.float32
    assert find(tmp_path / "w.safetensors").dtype == "bfloat16"


def test_what_can_be_wrong(folder: Path) -> None:
    np.save(folder / "objects.npy", np.array([None, {}], object), allow_pickle=True)
    np.savez(folder / "objects.npz", x=np.array([None], object))
    (folder / "text.npy").write_text("hello")
    (folder / "text.npz").write_text("hello")
    (folder / "text.safetensors").write_text("hello, this is no such file")
    (folder / "short.npy").write_bytes((folder / "a.npy").read_bytes()[:-4])
    (folder / "short.safetensors").write_bytes((folder / "all.safetensors").read_bytes()[:-4])
    (folder / "short.npz").write_bytes((folder / "all.npz").read_bytes()[:-40])
    (folder / "empty.npy").write_bytes(b"")
    (folder / "folder.npy").mkdir()
    with zipfile.ZipFile(folder / "readme.npz", "w") as archive:
        archive.writestr("readme.txt", "nothing")
    for name, key, words in (
        ("absent.npy", "", "absent.npy is missing"),
        ("a.txt", "", r"should end in \.npy, \.npz, \.safetensors"),
        ("objects.npy", "", "objects.npy holds Python objects"),
        ("objects.npz", "x", "objects.npz holds Python objects"),
        ("text.npy", "", "text.npy is damaged, or no .npy file"),
        ("text.npz", "", "text.npz is damaged, or no .npz file"),
        ("text.safetensors", "", "damaged, or no .safetensors file"),
        ("short.npy", "", "damaged"),
        ("short.safetensors", "B", "damaged"),
        ("short.npz", "B", "damaged"),
        ("empty.npy", "", "damaged"),
        ("folder.npy", "", "cannot be read: Is a directory"),
        ("all.npz", "layer.a", r"no array 'layer.a': it holds layer\.A\.$"),
        ("all.npz", "zzz", "no array 'zzz': it holds layer.A, B, scalar, empty"),
        ("all.npz", "", "holds 4 arrays, so a key is needed"),
        ("readme.npz", "x", "it holds none"),
    ):
        with pytest.raises(Error, match=words) as caught:
            load(folder / name, key)
        assert "\n" not in str(caught.value), name
        assert str(caught.value).endswith("."), name
