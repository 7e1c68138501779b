"""Models that are damaged, or not what their settings say: one sentence each, from the library and the command line."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw import cli
from tests.templates.models import SMALL, Damage, cut, gpt2, header, index, pickled, settings, text, without

WHOLE, CONFIG = "model.safetensors", "config.json"
KEY, BEFORE = "transformer.h.1.attn.c_attn.weight", "transformer.h.0.attn.c_attn.weight"
MISSING = "model-00002-of-00010.safetensors is missing, which model.safetensors.index.json names: put it there."
AGAIN = "; download it or save it again."


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model in one file, in parts, and in files of PyTorch."""
    torch = pytest.importorskip("torch", reason="PyTorch is a test extra on Python 3.11 only")
    home = tmp_path_factory.mktemp("models")
    gpt2(torch, home / "one", SMALL)
    gpt2(torch, home / "parts", SMALL, max_shard_size="20KB")
    shutil.copytree(home / "one", home / "pickled")
    pickled(torch, home / "pickled")
    return home


def moved(**offsets: Any) -> Damage:
    """Lets the header say something else of one array."""
    return header(lambda head: head[KEY].update(offsets))


def overlapping(head: dict[str, Any]) -> None:
    head[KEY]["data_offsets"] = head[BEFORE]["data_offsets"]


def says(name: str, value: Any, words: str) -> tuple[str, str, Damage, str]:
    return f"{name} = {value!r}", "one", settings(**{name: value}), words


FAULTS: list[tuple[str, str, Damage, str]] = [
    ("the header cut", "one", cut(WHOLE, 500), "model.safetensors is damaged, or no .safetensors file" + AGAIN),
    ("the length cut", "one", cut(WHOLE, 5), "damaged"),
    ("nothing left", "one", cut(WHOLE, 0), "damaged"),
    ("the data cut", "one", cut(WHOLE, -100), "'transformer.wte.weight' would end at byte "),
    ("a header of many bytes", "one", text(WHOLE, struct.pack("<Q", 1 << 62) + b"{}"), "damaged"),
    ("a header nested deep", "one", text(WHOLE, struct.pack("<Q", 100_000) + b"[" * 100_000), "damaged"),
    ("a header that is a list", "one", header(lambda head: [1]), "damaged"),
    ("two arrays in one place", "one", header(overlapping), f"puts {BEFORE!r} and {KEY!r} into the same place"),
    ("beyond the end", "one", moved(data_offsets=[10**6, 10**6 + 12288]), f"{KEY!r} would end at byte "),
    ("offsets that are no numbers", "one", moved(data_offsets=["a", "b"]), "damaged"),
    ("offsets below 0", "one", moved(data_offsets=[-12288, 0]), "damaged"),
    ("another shape than bytes", "one", moved(shape=[32, 95]), f"says 12288 bytes for {KEY!r} of shape (32, 95)"),
    ("sizes below 0", "one", moved(shape=[-32, -96]), "damaged"),
    ("a type that is not there", "one", moved(dtype="F8_E4M3"), f"{KEY!r} as F8_E4M3, a type that NumPy"),
    ("no array", "one", header(lambda head: {k: v for k, v in head.items() if k != KEY}), f"holds no array {KEY!r}"),
    ("no weights", "one", without(WHOLE), "holds none of model.safetensors, pytorch_model.bin"),
    ("a part missing", "parts", without("model-00002-of-00010.safetensors"), MISSING),
    ("a part cut", "parts", cut("model-00002-of-00010.safetensors", -9), "model-00002-of-00010.safetensors is damaged"),
    ("an index without a key", "parts", index(lambda files: files.pop(KEY)), f"no file for the array {KEY!r}"),
    ("an index with another file", "parts", index(lambda f: f.update({KEY: f["transformer.wte.weight"]})),
     f"holds no array {KEY!r}"),
    ("an index that leads away", "parts", index(lambda f: f.update({KEY: "../one/m.safetensors"})), "not lie beside it"),
    ("an index that is none", "parts", text("model.safetensors.index.json", "[]"), "no index of files"),
    ("an index that is not JSON", "parts", text("model.safetensors.index.json", "{"), "no index of files"),
    ("a file of PyTorch cut", "pickled", cut("pytorch_model.bin", -100), "pytorch_model.bin is damaged"),
    ("a file of PyTorch that is none", "pickled", text("pytorch_model.bin", "hello"), "no file of weights from PyTorch"),
    ("no settings", "one", without(CONFIG), "config.json is missing: it says what model"),
    ("settings that are not JSON", "one", text(CONFIG, "{,"), "config.json is damaged: it is not JSON" + AGAIN),
    ("settings that are no text", "one", text(CONFIG, b"\xff\xfe{}"), "is not JSON"),
    ("settings nested deep", "one", text(CONFIG, "[" * 100_000), "is not JSON"),
    ("settings that are a list", "one", text(CONFIG, "[1]"), "holds no settings by name"),
    ("no setting", "one", text(CONFIG, "{}"), "model_type is missing"),
    *(says(name, None, f"config.json does not say {name}") for name in SMALL),
    says("n_layer", 0, "n_layer = 0; a size is a whole number from 1"),
    says("n_layer", -3, "n_layer = -3; a size"), says("n_layer", 3.0, "n_layer = 3.0; a size"),
    says("n_layer", "3", "n_layer = '3'; a size"), says("n_layer", [3], "n_layer = [3]; a size"),
    says("n_layer", True, "n_layer = True; a size"), says("n_inner", -1, "n_inner = -1; a size"),
    says("n_layer", 2, "speaks of 2 layers, and "), says("n_layer", 4, "holds no array 'transformer.h.3."),
    says("n_layer", 10**9, "speaks of 1000000000 layers"),
    says("n_embd", 30, "n_embd = 30, which is not a multiple of n_head = 4"),
    says("n_embd", 64, "(key 'transformer.wte.weight') has shape (101, 32), but shape (101, 64) (vocab, hidden) is "
         "expected by config.json."),
    says("n_inner", 64, "but shape (3, 64, 32) (layer, mlp, hidden) is expected by config.json."),
    says("vocab_size", 100, "'W_E'"), says("n_positions", 8, "'W_P'"), says("n_positions", 10**12, "'W_P'"),
    says("model_type", "llama", "type 'llama', and the template gpt2 takes the weights of a gpt2; the template llama takes"),
    says("model_type", "gpt_neo", "type 'gpt_neo'"),
    says("activation_function", "mish", "activation 'mish'; known are gelu_new"),
    says("activation_function", ["gelu"], "activation ['gelu']"),
    says("layer_norm_epsilon", "small", "layer_norm_epsilon = 'small', which is no number"),
    says("layer_norm_epsilon", -1e-5, "not below 0"), says("layer_norm_epsilon", float("nan"), "no number"),
    says("scale_attn_by_inverse_layer_idx", True, "does not draw"), says("scale_attn_weights", False, "does not draw"),
    says("add_cross_attention", True, "sets add_cross_attention to True, which the template gpt2 does not draw"),
]  # fmt: skip


@pytest.mark.parametrize(("start", "damage", "words"), [each[1:] for each in FAULTS], ids=[each[0] for each in FAULTS])
def test_one_sentence_from_library_and_command_line(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], start: str, damage: Damage, words: str
) -> None:
    folder, made = tmp_path / "m", tmp_path / "made.tdraw"
    shutil.copytree(kept / start, folder)
    damage(folder)
    with pytest.raises(td.Error) as caught:
        td.template("gpt2", weights=folder)
    sentence = str(caught.value)
    assert words in sentence
    assert str(folder) in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert ". " not in sentence
    assert cli.main(["new", "gpt2", "--weights", str(folder), "-o", str(made)], lambda path: 0) == cli.UNUSABLE
    assert capsys.readouterr() == ("", f"tensordraw: {sentence}\n")
    assert not made.exists()


def test_paths_that_are_no_model(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "m.txt").write_text("")
    for path, words in (
        (tmp_path / "absent", "is no folder: give the folder that holds config.json"),
        (tmp_path, r"config\.json is missing"),
        (tmp_path / "m.txt", "is no model: give a folder"),
        (tmp_path / "m.gguf", "m.gguf cannot be read: No such file"),
    ):
        with pytest.raises(td.Error, match=words):
            td.template("gpt2", weights=path)
    with pytest.raises(td.Error, match="takes no weights"):
        td.template("svd", weights=kept / "one")
    with pytest.raises(td.Error, match="layers cannot go with it"):
        td.template("gpt2", weights=kept / "one", layers=2)


def test_files_that_may_not_be_read(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs the tests may be allowed everything, so the system's refusal is put in its place."""
    folder = tmp_path / "m"
    shutil.copytree(kept / "one", folder)
    real = Path.open

    def refused(self: Path, *how: Any, **more: Any) -> Any:
        if self.name == closed:
            raise PermissionError(13, "Permission denied", str(self))
        return real(self, *how, **more)

    monkeypatch.setattr(Path, "open", refused)
    for closed in (WHOLE, CONFIG):
        with pytest.raises(td.Error, match=rf"{closed} cannot be read: Permission denied\."):
            td.template("gpt2", weights=folder)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        ([0, 101], "holds the id 101, but ids of 'vocab' go from 0 to 100."),
        ([3, -1], "holds the id -1, but ids of 'vocab' go from 0 to 100."),
        (np.array([2**63], np.uint64), "but ids of 'vocab' go from 0 to 100."),
        ([1.5, 2.0], "holds ids, so it has to be of an integer type"),
        ([1j], "holds ids, so it has to be of an integer type"),
        ([], "has length 0 along seq, but it must be 1 or more."),
        ([1] * 17, "has length 17 along seq, but seq has at most 16."),
        ([[1, 2]], "has shape (1, 2), but shape (16,) (seq) is expected."),
        ([[1], [2, 3]], "does not hold numbers in rows of equal length."),
        (5, "has shape ()"), ("hello", "does not hold numbers."), (None, "does not hold numbers."),
    ],
)  # fmt: skip
def test_tokens_that_cannot_be(kept: Path, tokens: Any, words: str, backend: str) -> None:
    if backend == "torch":
        pytest.importorskip("torch")
    diagram = td.template("gpt2", weights=kept / "one")
    with pytest.raises(td.Error) as caught:
        td.evaluate(diagram, {"tokens": tokens}, backend=backend)
    assert str(caught.value).startswith("The array 'tokens' ")
    assert words in str(caught.value)


def test_tokens_on_the_command_line(kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    td.save(td.template("gpt2", weights=kept / "one"), tmp_path / "g.tdraw")
    for tokens, words in (
        (np.array([0, 101]), "ids of 'vocab' go from 0 to 100"), (np.zeros(17, int), "seq has at most 16"),
        (np.zeros(2), "integer type"), (np.zeros(0, int), "must be 1 or more"),
    ):  # fmt: skip
        np.savez(tmp_path / "x.npz", tokens=tokens)
        asked = ["eval", str(tmp_path / "g.tdraw"), "--arrays", str(tmp_path / "x.npz")]
        assert cli.main(asked, lambda path: 0) == cli.UNUSABLE
        said = capsys.readouterr().err
        assert words in said
        assert said.count("\n") == 1
    for ids, words in (
        ("0,101", "Token 1 is 101, but ids go from 0 to 100"),
        ("1.5", "whole numbers"),
        ("", "nothing"),
    ):
        assert cli.main(["generate", str(tmp_path / "g.tdraw"), "--ids", ids], lambda path: 0) == cli.UNUSABLE
        assert words in capsys.readouterr().err


def test_ids_of_other_types_are_the_same_ids(torch: ModuleType, kept: Path) -> None:
    diagram = td.template("gpt2", weights=kept / "one")
    expected = td.evaluate(diagram, {"tokens": np.array([5, 7])})
    for tokens in ([5, 7], (5, 7), np.array([5, 7], np.uint64), np.array([5, 7], np.int8)):
        for backend in ("numpy", "torch"):
            found = td.evaluate(diagram, {"tokens": tokens}, backend=backend)
            np.testing.assert_allclose(np.asarray(found), expected, atol=1e-4)


def test_more_memory_than_there_is(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Estimated before anything is read: stacks are made, the embedding is mapped."""
    from tensordraw.program import memory, sourced

    td.save(td.template("gpt2", weights=kept / "one"), tmp_path / "g.tdraw")
    diagram = td.load(tmp_path / "g.tdraw")

    def read(*_: object) -> None:
        raise AssertionError("an array was read")

    monkeypatch.setattr(sourced, "load", read)
    monkeypatch.setattr(memory, "room", lambda: 100_000)
    with pytest.raises(
        td.Error, match=r"needs at least 0\.000\d+ GB \(0\.000\d+ GB for its arrays and .* has 0\.0001 GB\."
    ):
        td.evaluate(diagram, {"tokens": np.arange(3)})
    assert cli.main(["eval", str(tmp_path / "g.tdraw")], lambda path: 0) == cli.UNUSABLE
    assert "This evaluation needs at least" in capsys.readouterr().err
    monkeypatch.undo()
    assert td.evaluate(diagram, {"tokens": np.arange(3)}).shape == (3, 101)
