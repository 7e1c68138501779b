"""A text through a model from the command line: the shape of its logits and the likeliest next tokens."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import tensordraw as td
from tensordraw import cli
from tensordraw.diagram.visible import visible
from tests.templates.folders import TINY, add_tokenizer, gpt2_folder
from tests.templates.models import gpt2


@pytest.fixture
def document(tmp_path: Path) -> Path:
    td.save(td.template("gpt2", weights=gpt2_folder(tmp_path / "m")), tmp_path / "g.tdraw")
    return tmp_path / "g.tdraw"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(arguments, lambda path: 0)
    return (code, *capsys.readouterr())


def test_ids_give_the_shape_and_the_likeliest_ids(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = document.with_name("logits.npz")
    code, printed, _ = run(capsys, "eval", str(document), "--ids", "5 6,7", "--top", "3", "-o", str(output))
    assert code == 0
    first, *lines = printed.splitlines()
    assert first.startswith(f"result: 3 x {TINY['vocab_size']}, float32, mean")
    last = np.load(output)["result"][-1].astype(float)
    order = np.argsort(-last)[:3]
    assert [line.split()[-1] for line in lines] == [str(each) for each in order]
    odds = np.exp(last - last.max())
    assert [float(line.split()[0]) for line in lines] == pytest.approx(list(100 * odds[order] / odds.sum()), abs=1e-3)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_texts_give_texts(document: Path, capsys: pytest.CaptureFixture[str], backend: str) -> None:
    if backend == "torch":
        pytest.importorskip("torch", reason="PyTorch is a test extra on Python 3.11 only")
    tokenizer = add_tokenizer(document.parent / "m")
    code, printed, _ = run(capsys, "eval", str(document), "--text", "the cat", "--backend", backend)
    assert code == 0
    diagram = td.load(document)
    found = td.next_tokens(diagram, "the cat")
    assert [line.split(" %  ")[1] for line in printed.splitlines()[1:]] == [visible(text) for text, _ in found]
    ids = td.next_tokens(diagram, tokenizer.encode("the cat").ids)
    assert [part for _, part in found] == pytest.approx([part for _, part in ids], rel=1e-4)
    for (text, _), (each, _) in zip(found, ids, strict=True):
        plain = tokenizer.decode([each])
        assert text == plain or plain in ("", "\N{REPLACEMENT CHARACTER}")  # no text of its own: its name, or its id


def test_next_tokens_are_those_of_transformers(torch: ModuleType, tmp_path: Path) -> None:
    model = gpt2(torch, tmp_path, {"n_layer": 2, "n_head": 2, "n_embd": 16, "n_positions": 24, "vocab_size": 300})
    found = td.next_tokens(td.template("gpt2", weights=tmp_path), [5, 17, 3], 7)
    with torch.no_grad():
        odds = torch.softmax(model(torch.tensor([[5, 17, 3]])).logits[0, -1], -1)
    values, ids = torch.topk(odds, 7)
    assert [each for each, _ in found] == ids.tolist()
    assert [part for _, part in found] == pytest.approx(values.tolist(), rel=1e-4)


def test_what_is_refused_in_one_sentence(document: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in (
        (("--ids", "1 300"), "Token 1 is 300, but ids go from 0 to 299."),
        (("--ids", "1 " * 13), "13 tokens are more than the 12 positions of seq."),
        (("--ids", "1 x"), "--ids takes whole numbers such as '464,3139', not '1 x'."),
        (("--ids", ""), "There are no tokens: give a text or ids of one token at least."),
        (("--ids", "1", "--text", "a"), "Give the text as either --text or --ids."),
        (("--ids", "1", "--top", "0"), "The number of next tokens is 0; it must be 1 or more."),
    ):
        code, _, wrong = run(capsys, "eval", str(document), *words)
        assert (code, wrong) == (2, f"tensordraw: {said}\n")
    code, _, wrong = run(capsys, "eval", str(document), "--text", "the cat")
    assert code == 2
    assert "tokenizer" in wrong
    td.save(td.template("mps"), document.with_name("m.tdraw"))
    code, _, wrong = run(capsys, "eval", str(document.with_name("m.tdraw")), "--ids", "1")
    assert "no array of token ids" in wrong
    with pytest.raises(td.Error, match="A language model gives one result"):
        td.next_tokens(td.template("bert", layers=1), [1])
