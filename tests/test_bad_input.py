"""What a person gets wrong: each time one sentence on stderr, exit code 2, and no file half-written."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

import tensordraw as td
from tensordraw import cli


def no_window(path: str | None) -> int:
    raise AssertionError("a window was opened")


@pytest.fixture(autouse=True)
def in_a_folder_without_a_display(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def product() -> td.Diagram:
    """A document in the folder, called p.tdraw."""
    diagram = td.einsum("ij,jk->ik", "A", "B", shapes=[(2, 3), (3, 4)])
    td.save(diagram, "p.tdraw")
    return diagram


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one sentence with which the command refuses; it must leave the folder's files as they are."""
    before = files()
    assert cli.main(arguments, no_window) == 2
    assert files() == before
    output, said = capsys.readouterr()
    assert output == ""
    assert said.startswith("tensordraw: ")
    assert said.count("\n") == 1
    assert "Traceback" not in said
    return said


def files() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


READERS = [
    ("check", "{}"),
    ("code", "{}", "--to", "torch", "-o", "x.py"),
    ("eval", "{}", "-o", "x.npz"),
    ("arrays", "{}", "-o", "x.npz"),
    ("cost", "{}"),
    ("export", "{}", "-o", "x.svg"),
    ("open", "{}"),
]


@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_missing_file(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, *(word.format("absent.tdraw") for word in command))
    assert "absent.tdraw" in said
    assert "No such file" in said


@pytest.mark.parametrize("command", READERS, ids=lambda command: command[0])
def test_broken_json(command: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.tdraw").write_text('{"format": "tensordraw", ')
    assert "not JSON" in refused(capsys, *(word.format("b.tdraw") for word in command))


def test_newer_version(product: td.Diagram, capsys: pytest.CaptureFixture[str]) -> None:
    plain = json.loads(Path("p.tdraw").read_text())
    plain["version"] += 1
    Path("n.tdraw").write_text(json.dumps(plain))
    said = refused(capsys, "check", "n.tdraw")
    assert "newer tensordraw" in said
    with pytest.raises(td.Error, match="newer tensordraw"):
        td.load("n.tdraw")


@pytest.mark.parametrize(
    "content", [b"\x00\xff\xfe", b"[]", b'{"format": "other"}', b""], ids=["bytes", "list", "other", "empty"]
)
def test_a_file_that_is_something_else(content: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    Path("x.tdraw").write_bytes(content)
    assert "not a tensordraw document" in refused(capsys, "check", "x.tdraw")


def test_unknown_fields_are_refused(product: td.Diagram, capsys: pytest.CaptureFixture[str]) -> None:
    plain = json.loads(Path("p.tdraw").read_text())
    plain["nodes"][0]["sparkle"] = True
    Path("f.tdraw").write_text(json.dumps(plain))
    assert "sparkle" in refused(capsys, "check", "f.tdraw")


def test_a_folder_is_no_document(capsys: pytest.CaptureFixture[str]) -> None:
    Path("d.tdraw").mkdir()
    assert "d.tdraw" in refused(capsys, "check", "d.tdraw")


@pytest.mark.parametrize("picture", ["x.svg", "x.png"])
def test_a_picture_that_carries_no_document(picture: str, capsys: pytest.CaptureFixture[str]) -> None:
    start = b"<svg></svg>" if picture.endswith("svg") else b"\x89PNG\r\n\x1a\n"
    Path(picture).write_bytes(start)
    assert "carries no document" in refused(capsys, "check", picture)


# --------------------------------------------------------------------------------------------------------- arrays


def test_wrong_shape(product: td.Diagram, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("w.npz", A=np.ones((2, 3)), B=np.ones((4, 3)))
    said = refused(capsys, "eval", "p.tdraw", "--arrays", "w.npz", "-o", "y.npz")
    assert "B" in said
    assert "(3, 4)" in said.replace(" x ", ", ")
    with pytest.raises(td.Error):
        td.evaluate(product, {"B": np.ones((4, 3))})


def test_unknown_array(product: td.Diagram, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez("w.npz", A=np.ones((2, 3)), Q=np.ones(3))
    assert "Q" in refused(capsys, "eval", "p.tdraw", "--arrays", "w.npz")


@pytest.mark.parametrize("name", ["absent.npz", "p.tdraw", "text.npz", "text.safetensors", "pickle.npz"])
def test_arrays_that_cannot_be_read(name: str, product: td.Diagram, capsys: pytest.CaptureFixture[str]) -> None:
    for text in ("text.npz", "text.safetensors"):
        Path(text).write_text("these are not arrays")
    np.savez("pickle.npz", A=np.array([{}, None], dtype=object))
    assert name in refused(capsys, "eval", "p.tdraw", "--arrays", name)


def test_arrays_are_not_written_to_other_kinds_of_file(product: td.Diagram, capsys: pytest.CaptureFixture[str]) -> None:
    assert ".npz" in refused(capsys, "arrays", "p.tdraw", "-o", "p.py")
    assert ".npz" in refused(capsys, "eval", "p.tdraw", "-o", "p.txt")


def test_one_hot_ids_out_of_range(capsys: pytest.CaptureFixture[str]) -> None:
    small = ("layers=1", "heads=1", "hidden=4", "vocab=5", "seq=3")
    assert (
        cli.main(["new", "gpt2", *(word for pair in small for word in ("--set", pair)), "-o", "g.tdraw"], no_window)
        == 0
    )
    np.savez("t.npz", tokens=np.array([0, 1, 9]))
    assert "tokens" in refused(capsys, "eval", "g.tdraw", "--arrays", "t.npz")


# --------------------------------------------------------------------------------------------- names and settings


def test_unknown_template(capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "new", "gpt9", "-o", "g.tdraw")
    assert "gpt9" in said
    assert "gpt2" in said


@pytest.mark.parametrize(
    "setting", ["layers", "layers=none", "layers=0", "layers=1.5", "sparkle=1", "=3", "layer_norm=2"]
)
def test_bad_setting(setting: str, capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, "new", "gpt2", "--set", setting, "-o", "g.tdraw")


@pytest.mark.parametrize("spec", ["ij,jk->iz", "ij->", "i(j", "", " ", "ij,jk->ik->", "absent.py", "x = A @", "A @ B"])
def test_bad_spec(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, "read", spec, "A", "B", "-o", "x.tdraw")
    if not spec.strip():
        assert "nothing to read" in refused(capsys, "read", spec, "-o", "x.tdraw")


@pytest.mark.parametrize(
    "arguments",
    [
        ("code", "p.tdraw", "--to", "fortran"),
        ("code", "p.tdraw", "--to", "jax", "--batch", "C"),
        ("code", "p.tdraw"),
        ("eval", "p.tdraw", "--backend", "abacus"),
        ("eval", "p.tdraw", "--seed", "soon"),
        ("export", "p.tdraw", "-o", "p.gif"),
        ("export", "p.tdraw", "-o", "p.svg", "--theme", "plaid"),
        ("export", "p.tdraw", "-o", "p.svg", "--width", "wide"),
        ("export", "p.tdraw", "-o", "p.svg", "--width", "0mm"),
        ("export", "p.tdraw", "-o", "p.svg", "--width", "86"),
        ("export", "p.tdraw", "-o", "p.png", "--dpi", "0"),
        ("export", "p.tdraw", "-o", "p.png", "--dpi", "1e9"),
        ("export", "p.tdraw", "-o", "p.png", "--width", "20000mm"),
        ("export", "p.tdraw", "-o", "p.png", "--width", "20000mm", "--dpi", "9999"),
        ("export", "p.tdraw", "-o", "p.svg", "--background", "plaid"),
        ("new", "gpt2", "-o", "p.svg"),
        ("tempaltes",),
        ("--sparkle",),
        ("eval",),
    ],
    ids=" ".join,
)  # fmt: skip
def test_wrong_usage(arguments: tuple[str, ...], product: td.Diagram, capsys: pytest.CaptureFixture[str]) -> None:
    refused(capsys, *arguments)


# ------------------------------------------------------------------------------------------------ unwritable output

WRITERS = [
    ("new", "mps", "-o", "{}.tdraw"),
    ("read", "ij->i", "A", "-o", "{}.tdraw"),
    ("code", "p.tdraw", "--to", "torch", "-o", "{}.py"),
    ("arrays", "p.tdraw", "-o", "{}.npz"),
    ("eval", "p.tdraw", "-o", "{}.npz"),
    ("export", "p.tdraw", "-o", "{}.svg"),
    ("export", "p.tdraw", "-o", "{}.png"),
]


@pytest.mark.parametrize("command", WRITERS, ids=lambda command: f"{command[0]} {command[-1]}")
def test_output_in_a_folder_that_does_not_exist(
    command: tuple[str, ...], product: td.Diagram, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "absent" in refused(capsys, *(word.format("absent/x") for word in command))


@pytest.mark.parametrize("command", WRITERS, ids=lambda command: f"{command[0]} {command[-1]}")
def test_output_that_is_a_folder(
    command: tuple[str, ...], product: td.Diagram, capsys: pytest.CaptureFixture[str]
) -> None:
    output = command[-1].format("x")
    Path(output).mkdir()
    assert output in refused(capsys, *(word.format("x") for word in command))


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write everywhere")
def test_output_in_a_folder_that_may_not_be_written(product: td.Diagram, capsys: pytest.CaptureFixture[str]) -> None:
    Path("locked").mkdir(mode=0o500)
    assert "locked" in refused(capsys, "code", "p.tdraw", "--to", "torch", "-o", "locked/x.py")


def test_a_write_that_fails_half_way_leaves_the_old_file(
    product: td.Diagram, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("x.py").write_text("old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in refused(capsys, "code", "p.tdraw", "--to", "torch", "-o", "x.py")
    assert Path("x.py").read_text() == "old"


# -------------------------------------------------------------------------------------------- documents with errors


def test_a_document_with_an_error_is_told_apart_from_one_that_cannot_be_read(
    product: td.Diagram, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = json.loads(Path("p.tdraw").read_text())
    for space in plain["spaces"]:
        space["size"] = 1 + sum(map(ord, space["id"]))
    plain["nodes"][1]["legs"][0]["space"] = plain["nodes"][0]["legs"][0]["space"]
    Path("e.tdraw").write_text(json.dumps(plain))
    assert cli.main(["check", "e.tdraw"], no_window) == 1
    assert "error: " in capsys.readouterr().out
    for command in (("code", "e.tdraw", "--to", "torch"), ("eval", "e.tdraw"), ("cost", "e.tdraw")):
        assert cli.main(command, no_window) == 1
        output, said = capsys.readouterr()
        assert output == ""
        assert said.startswith("tensordraw: e.tdraw has an error")
        assert said.count("\n") == 1


def test_a_missing_file_of_arrays_stops_only_what_needs_it(
    product: td.Diagram, capsys: pytest.CaptureFixture[str]
) -> None:
    plain = json.loads(Path("p.tdraw").read_text())
    plain["sources"] = {"A": {"path": "absent.npy"}}
    Path("m.tdraw").write_text(json.dumps(plain))
    np.savez("a.npz", A=np.ones((2, 3)))
    assert "absent.npy" in refused(capsys, "eval", "m.tdraw", "-o", "y.npz")
    assert cli.main(["check", "m.tdraw"], no_window) == 1
    said = capsys.readouterr().out
    assert "absent.npy" in said
    assert ".." not in said
    assert "at tensor A" in said
    for command in (
        ("eval", "m.tdraw", "--arrays", "a.npz"),
        ("code", "m.tdraw", "--to", "numpy"),
        ("cost", "m.tdraw"),
    ):
        assert cli.main(command, no_window) == 0
