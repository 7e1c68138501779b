"""The gpt2 template computes the logits of the real model: transformers' GPT2LMHeadModel, given the same arrays."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np
import pytest

import tensordraw as td

SMALL = {"n_layer": 3, "n_head": 4, "n_embd": 32, "n_positions": 16, "vocab_size": 101}
GPT2_SMALL = {"n_layer": 12, "n_head": 12, "n_embd": 768, "n_positions": 64, "vocab_size": 50257}


def _model(torch: ModuleType, config: dict[str, int]) -> Any:
    """A real model, every parameter (biases and norms too) redrawn from N(0, 0.2)."""
    transformers = pytest.importorskip("transformers", reason="transformers is a test extra")
    torch.manual_seed(0)
    model = transformers.GPT2LMHeadModel(transformers.GPT2Config(**config, attn_implementation="eager")).eval()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.2, generator=generator)
    return model


def arrays_of(model: Any, heads: int) -> dict[str, Any]:
    """The model's parameters under the template's names. A Conv1D stores [in, out], the template [out, in]."""
    state = {name: value.detach().numpy() for name, value in model.state_dict().items()}

    def stack(name: str) -> Any:
        return np.stack([state[f"transformer.h.{layer}.{name}"] for layer in range(model.config.n_layer)])

    found: dict[str, Any] = {}
    qkv = stack("attn.c_attn.weight")  # layer, hidden, 3 hidden
    qkv_bias = stack("attn.c_attn.bias")  # layer, 3 hidden
    layers, hidden = qkv.shape[:2]
    for which, weight, bias in zip("QKV", np.split(qkv, 3, 2), np.split(qkv_bias, 3, 1), strict=True):
        found[f"W_{which}"] = weight.reshape(layers, hidden, heads, -1).transpose(0, 2, 3, 1)
        found[f"b_{which}"] = bias.reshape(layers, heads, -1)
    found["W_O"] = stack("attn.c_proj.weight").reshape(layers, heads, -1, hidden).transpose(0, 1, 3, 2)
    found["W_in"] = stack("mlp.c_fc.weight").transpose(0, 2, 1)
    found["W_out"] = stack("mlp.c_proj.weight").transpose(0, 2, 1)
    for ours, theirs in (("b_O", "attn.c_proj"), ("b_in", "mlp.c_fc"), ("b_out", "mlp.c_proj")):
        found[ours] = stack(f"{theirs}.bias")
    for ours, theirs in (("ln1", "ln_1"), ("ln2", "ln_2")):
        found[f"{ours}_w"], found[f"{ours}_b"] = stack(f"{theirs}.weight"), stack(f"{theirs}.bias")
    for ours, theirs in (
        ("W_E", "transformer.wte.weight"),
        ("W_P", "transformer.wpe.weight"),
        ("W_U", "lm_head.weight"),
        ("ln_f_w", "transformer.ln_f.weight"),
        ("ln_f_b", "transformer.ln_f.bias"),
    ):
        found[ours] = state[theirs]
    return found


@pytest.mark.parametrize("config", [SMALL, GPT2_SMALL], ids=["small config", "GPT-2 small"])
def test_logits_are_those_of_the_real_model(torch: ModuleType, config: dict[str, int]) -> None:
    model = _model(torch, config)
    tokens = np.random.default_rng(2).integers(0, config["vocab_size"], config["n_positions"])
    with torch.no_grad():
        expected = model(torch.from_numpy(tokens)[None]).logits[0].numpy()  # seq, vocab
    arrays = {**arrays_of(model, config["n_head"]), "tokens": tokens}
    diagram = td.template(
        "gpt2",
        layers=config["n_layer"],
        heads=config["n_head"],
        hidden=config["n_embd"],
        vocab=config["vocab_size"],
        seq=config["n_positions"],
        layer_norm=True,
        bias=True,
    )
    if config is SMALL:  # what the diagram asks for is what the model has, no more and no less
        assert set(td.arrays(diagram)) == set(arrays)
    bound = 1e-4 * max(1.0, float(expected.std()))
    for backend in ("numpy", "torch"):
        logits = np.asarray(td.evaluate(diagram, arrays, backend=backend))
        assert logits.dtype == np.float32
        assert logits.shape == expected.shape
        assert np.abs(logits - expected).max() <= bound, backend
