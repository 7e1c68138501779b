"""Templates filled from folders that transformers saves: logits, captured values, shorter inputs, what can be wrong."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw.program.sourced import load_source

CONFIGS: dict[str, dict[str, Any]] = {
    "small": {"n_layer": 3, "n_head": 4, "n_embd": 32, "n_positions": 16, "vocab_size": 101},
    "one layer, own inner size, exact gelu": {
        "n_layer": 1, "n_head": 2, "n_embd": 12, "n_inner": 20, "n_positions": 9, "vocab_size": 31,
        "activation_function": "gelu", "layer_norm_epsilon": 1e-3,
    },
    "untied": {"n_layer": 2, "n_head": 1, "n_embd": 8, "n_positions": 7, "vocab_size": 23, "tie_word_embeddings": False},
}  # fmt: skip


def saved(torch: ModuleType, folder: Path, config: dict[str, Any], **how: Any) -> Any:
    """A real model, every parameter redrawn from N(0, 0.2), saved into the folder."""
    transformers = pytest.importorskip("transformers", reason="transformers is a test extra")
    torch.manual_seed(0)
    model = transformers.GPT2LMHeadModel(transformers.GPT2Config(**config, attn_implementation="eager")).eval()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.2, generator=generator)
    model.save_pretrained(folder, **how)
    return model


@pytest.fixture
def folder(torch: ModuleType, tmp_path: Path) -> Path:
    saved(torch, tmp_path / "m", CONFIGS["small"])
    return tmp_path / "m"


@pytest.mark.parametrize("name", CONFIGS)
@pytest.mark.parametrize("shards", [False, True])
def test_logits_are_those_of_the_saved_model(torch: ModuleType, tmp_path: Path, name: str, shards: bool) -> None:
    config = CONFIGS[name]
    model = saved(torch, tmp_path, config, **({"max_shard_size": "4KB"} if shards else {}))
    assert (tmp_path / "model.safetensors.index.json").exists() == shards
    diagram = td.template("gpt2", weights=tmp_path)
    assert [p for p in td.problems(diagram) if p.severity == "error"] == []
    for length in (config["n_positions"], 5, 1):
        tokens = np.random.default_rng(length).integers(0, config["vocab_size"], length)
        with torch.no_grad():
            expected = model(torch.from_numpy(tokens)[None]).logits[0].numpy()  # seq, vocab
        bound = 1e-4 * max(1.0, float(expected.std()))
        for backend in ("numpy", "torch"):
            logits = np.asarray(td.evaluate(diagram, {"tokens": tokens}, backend=backend))
            assert logits.shape == expected.shape
            assert np.abs(logits - expected).max() <= bound


@pytest.mark.parametrize("shards", [False, True])
@pytest.mark.parametrize("name", CONFIGS)
def test_the_module_loads_the_folder(torch: ModuleType, tmp_path: Path, name: str, shards: bool) -> None:
    config = CONFIGS[name]
    model = saved(torch, tmp_path, config, **({"max_shard_size": "4KB"} if shards else {}))
    diagram = td.template("gpt2", weights=tmp_path)
    code = td.code(diagram, "torch", module=True)
    assert "tensordraw" not in code.partition("\n")[2]
    space: dict[str, Any] = {}
    exec(code, space)
    network = space["Network"].from_pretrained(tmp_path)
    assert (network.W_U.data_ptr() == network.W_E.data_ptr()) == config.get("tie_word_embeddings", True)
    arrays = {name: torch.from_numpy(np.array(load_source(diagram, name))) for name in diagram.content.sources}
    other = space["Network"]()
    other.load_state_dict(arrays)  # by the document's names and shapes
    function: dict[str, Any] = {}
    exec(td.code(diagram, "torch"), function)
    for length in (config["n_positions"], 5, 1):
        tokens = torch.from_numpy(np.random.default_rng(length).integers(0, config["vocab_size"], length))
        with torch.no_grad():
            expected = model(tokens[None]).logits[0]  # seq, vocab
            bound = 1e-4 * max(1.0, float(expected.std()))
            for found in (network(tokens), other(tokens), function["forward"](tokens, **arrays)):
                assert found.shape == expected.shape
                assert float((found - expected).abs().max()) <= bound


def test_modules_of_other_documents_load_no_files() -> None:
    assert "from_pretrained" not in td.code(td.template("gpt2"), module=True)


def test_stacks_are_read_once_and_lie_as_in_the_file(folder: Path) -> None:
    diagram = td.template("gpt2", weights=folder)
    first, again = load_source(diagram, "W_O"), load_source(diagram, "W_O")
    assert np.shares_memory(first, again)
    assert first.transpose(0, 1, 3, 2).flags.c_contiguous  # layer, head, head_size, hidden


def test_captured_values_are_those_of_the_saved_model(torch: ModuleType, tmp_path: Path) -> None:
    model = saved(torch, tmp_path, CONFIGS["small"])
    tokens = np.arange(11) % 7
    with torch.no_grad():
        seen = model(torch.from_numpy(tokens)[None], output_attentions=True, output_hidden_states=True)
    diagram = td.template("gpt2", weights=tmp_path)
    _, captured = td.evaluate(diagram, {"tokens": tokens}, capture=["pattern", "resid_pre"])
    attentions = np.stack([each[0].numpy() for each in seen.attentions])  # layer, head, query, key
    states = np.stack([each[0].numpy() for each in seen.hidden_states[:-1]])  # layer, seq, hidden
    np.testing.assert_allclose(captured["pattern"], attentions, atol=1e-5)
    np.testing.assert_allclose(captured["resid_pre"], states, atol=1e-4)


def test_the_document_holds_references_and_no_numbers(folder: Path, tmp_path: Path) -> None:
    diagram = td.template("gpt2", weights=folder)
    td.save(diagram, tmp_path / "g.tdraw")
    text = (tmp_path / "g.tdraw").read_text()
    assert len(text) < 60_000
    assert '"m/model.safetensors"' in text
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    shutil.move(folder, moved / "m")
    shutil.move(tmp_path / "g.tdraw", moved / "g.tdraw")
    tokens = np.arange(4)
    again = td.load(moved / "g.tdraw")
    assert td.evaluate(again, {"tokens": tokens}).shape == (4, 101)


def test_lengths_that_do_not_fit(folder: Path) -> None:
    diagram = td.template("gpt2", weights=folder)
    with pytest.raises(td.Error, match=r"has length 17 along seq, but seq has at most 16"):
        td.evaluate(diagram, {"tokens": np.zeros(17, int)})
    with pytest.raises(td.Error, match="it must be 1 or more"):
        td.evaluate(diagram, {"tokens": np.zeros(0, int)})
    with pytest.raises(td.Error, match="'tokens'"):
        td.evaluate(diagram, {"tokens": np.zeros((2, 3), int)})
    with pytest.raises(td.Error, match=r"'tokens' has length 3 along seq|'W_P' has length 4 along seq"):
        td.evaluate(diagram, {"tokens": np.zeros(3, int), "W_P": np.zeros((4, 32), np.float32)})


def test_each_architecture_says_which_template_takes_it(folder: Path) -> None:
    for name in ("llama", "bert"):
        with pytest.raises(td.Error, match="the template gpt2 takes it"):
            td.template(name, weights=folder)
    with pytest.raises(
        td.Error, match=r"takes a file of TransformerLens, \.safetensors or \.pt; the template gpt2 takes it"
    ):
        td.template("attention_only", weights=folder)
    with pytest.raises(td.Error, match="says no type of model"):
        td.template("gpt2", weights=folder / "model.safetensors")
    with pytest.raises(td.Error, match="those that do are gpt2, llama, bert, attention_only"):
        td.template("glu", weights=folder)
