"""Texts by diagrams that are language models: token for token what transformers generates, and what is refused."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw import cli
from tensordraw.program.evaluate import Cancelled
from tensordraw.program.generate import generate, step_of
from tensordraw.program.stepping import Step
from tests.templates import models

CONFIG = {"n_layer": 2, "n_head": 2, "n_embd": 16, "n_positions": 24, "vocab_size": 300}


@pytest.fixture
def model(torch: ModuleType, tmp_path: Path) -> Any:
    """A saved model in `tmp_path`, a tokenizer trained on a few words beside it."""
    tokenizers = pytest.importorskip("tokenizers", reason="tokenizers comes with transformers")
    made = tokenizers.ByteLevelBPETokenizer()
    made.train_from_iterator(["the cat sat on the mat", "a cat is a cat"], vocab_size=280, show_progress=False)
    model = models.gpt2(torch, tmp_path, CONFIG)
    made.save(str(tmp_path / "tokenizer.json"))
    return model


def greedy(torch: ModuleType, model: Any, start: list[int], count: int) -> list[int]:
    """What transformers generates with its cache."""
    settings = {"max_new_tokens": count, "do_sample": False, "use_cache": True, "pad_token_id": 0, "eos_token_id": None}
    with torch.no_grad():
        return list(model.generate(torch.tensor([start]), **settings)[0].tolist())


def test_greedy_tokens_are_those_of_transformers(torch: ModuleType, model: Any, tmp_path: Path) -> None:
    diagram = td.template("gpt2", weights=tmp_path)
    for start in ([5, 17, 3], [9]):
        expected = greedy(torch, model, start, 12)
        for settings in ({"backend": "numpy"}, {"backend": "torch"}, {"backend": "torch", "cache": False}):
            assert td.generate(diagram, start, 12, **settings) == expected


def test_a_llama_with_grouped_heads(torch: ModuleType, tmp_path: Path) -> None:
    config = {
        "num_hidden_layers": 3, "num_attention_heads": 6, "num_key_value_heads": 2, "hidden_size": 48,
        "intermediate_size": 80, "vocab_size": 101, "max_position_embeddings": 30,
    }  # fmt: skip
    model = models.redrawn(torch, "LlamaForCausalLM", config)
    model.save_pretrained(tmp_path)
    diagram = td.template("llama", weights=tmp_path)
    assert isinstance(step_of(diagram.content), Step)
    expected = greedy(torch, model, [5, 17, 3], 20)
    for backend in ("numpy", "torch"):
        assert td.generate(diagram, [5, 17, 3], 20, backend=backend) == expected


def test_jax_computes_anew(model: Any, tmp_path: Path) -> None:
    pytest.importorskip("jax")
    diagram = td.template("gpt2", weights=tmp_path)
    assert td.generate(diagram, [5, 17], 1, backend="jax") == td.generate(diagram, [5, 17], 1)


def test_texts_go_through_the_tokenizer_beside_the_weights(model: Any, tmp_path: Path) -> None:
    diagram = td.template("gpt2", weights=tmp_path)
    text = td.generate(diagram, "the cat", 5)
    assert isinstance(text, str)
    assert text.startswith("the cat")
    assert len(text) > len("the cat")


def test_drawn_tokens_follow_from_the_seed(model: Any, tmp_path: Path) -> None:
    diagram = td.template("gpt2", weights=tmp_path)
    runs = [td.generate(diagram, [1, 2], 15, temperature=1.5, seed=seed) for seed in (3, 3, 4)]
    assert runs[0] == runs[1] != runs[2]
    assert td.generate(diagram, [1, 2], 15, temperature=1e-4) == td.generate(diagram, [1, 2], 15)


def test_what_is_refused(model: Any, tmp_path: Path) -> None:
    diagram = td.template("gpt2", weights=tmp_path)
    for start, count, words in (
        ([], 1, "nothing to go on from"),
        ([1, 300], 1, "Token 1 is 300, but ids go from 0 to 299"),
        ([1], 0, "it must be 1 or more"),
        ([1] * 20, 6, "beyond the model's 24 positions"),
    ):
        with pytest.raises(td.Error, match=words):
            td.generate(diagram, start, count)
    with pytest.raises(td.Error, match="temperature"):
        td.generate(diagram, [1], 1, temperature=float("nan"))
    assert len(td.generate(diagram, [1] * 20, 5)) == 25  # the last token needs no position of its own
    (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(td.Error, match="damaged, or no tokenizer"):
        td.generate(diagram, "the", 1)
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(td.Error, match="There is no tokenizer beside"):
        td.generate(diagram, "the", 1)


def test_diagrams_that_are_no_language_model() -> None:
    with pytest.raises(td.Error, match="no array of token ids"):
        td.generate(td.template("svd"), [1], 1)
    with pytest.raises(td.Error, match="not flexible"):
        td.generate(td.template("gpt2", layers=1, heads=1, hidden=4, vocab=5, seq=6), [1], 1)


def test_the_command(model: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> int:
        return cli.main(arguments, lambda path: 0)

    document = str(tmp_path / "g.tdraw")
    assert run("new", "gpt2", "--weights", str(tmp_path), "-o", document) == 0
    capsys.readouterr()
    assert run("generate", document, "--ids", "5, 17 3", "--tokens", "4") == 0
    expected = td.generate(td.load(document), [5, 17, 3], 4)
    assert capsys.readouterr().out.split() == [str(each) for each in expected]
    assert run("generate", document, "--ids", "5, 17 3", "--tokens", "4", "--no-cache") == 0
    assert capsys.readouterr().out.split() == [str(each) for each in expected]
    assert run("generate", document, "--text", "the cat", "--tokens", "2") == 0
    assert capsys.readouterr().out.startswith("the cat")
    for arguments in ([], ["--ids", "1", "--text", "a"], ["--ids", "one"]):
        assert run("generate", document, *arguments) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_ids_given_as_an_array_of_numpy(model: Any, tmp_path: Path) -> None:
    diagram = td.template("gpt2", weights=tmp_path)
    assert td.generate(diagram, np.array([5, 17]), 2) == td.generate(diagram, [5, 17], 2)  # type: ignore[arg-type]


@pytest.mark.parametrize("cache", [True, False])
def test_a_text_is_cancelled_between_statements(model: Any, tmp_path: Path, cache: bool) -> None:
    diagram, asked = td.template("gpt2", weights=tmp_path), [0]

    def cancelled(after: int) -> bool:
        asked[0] += 1
        return asked[0] > after

    tokens: list[int] = []
    with pytest.raises(Cancelled):
        tokens.extend(generate(diagram, [5, 17, 3], 5, cache=cache, cancelled=lambda: cancelled(3)))
    assert (asked[0], tokens) == (4, []), "not even the ids that were given were gone through"
    asked[0] = 0
    whole = generate(diagram, [5, 17, 3], 5, cache=cache, cancelled=lambda: cancelled(10**9))
    assert list(whole) == td.generate(diagram, [5, 17, 3], 5)[3:]
