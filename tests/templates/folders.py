"""Folders as Hugging Face saves GPT-2, written with NumPy alone, and a tiny tokenizer beside them: quick, and on any Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

TINY = {"n_layer": 3, "n_head": 2, "n_embd": 8, "n_positions": 12, "vocab_size": 300}
SENTENCES = ["the cat sat on the mat", "a cat is a cat", "The capital of France is Paris"]


def gpt2_folder(folder: Path, **changes: Any) -> Path:
    """A GPT-2 with random weights; `changes` are settings that differ from TINY."""
    config: dict[str, Any] = {"model_type": "gpt2", **TINY, **changes}
    random = np.random.default_rng(0)
    width, inner = config["n_embd"], 4 * config["n_embd"]
    shapes = {
        "wte.weight": (config["vocab_size"], width), "wpe.weight": (config["n_positions"], width),
        "ln_f.weight": (width,), "ln_f.bias": (width,),
    }  # fmt: skip
    for layer in range(config["n_layer"]):
        for name, rows, columns in (
            ("attn.c_attn", width, 3 * width), ("attn.c_proj", width, width),
            ("mlp.c_fc", width, inner), ("mlp.c_proj", inner, width),
        ):  # fmt: skip
            shapes |= {f"h.{layer}.{name}.weight": (rows, columns), f"h.{layer}.{name}.bias": (columns,)}
        for norm in ("ln_1", "ln_2"):
            shapes |= {f"h.{layer}.{norm}.weight": (width,), f"h.{layer}.{norm}.bias": (width,)}
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {f"transformer.{key}": random.normal(0, 0.2, shape).astype(np.float32) for key, shape in shapes.items()}
    save_file(arrays, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def add_tokenizer(folder: Path) -> Any:
    """A tokenizer of byte pairs, trained on three sentences, beside the weights."""
    tokenizers = pytest.importorskip("tokenizers", reason="tokenizers comes with transformers")
    made = tokenizers.ByteLevelBPETokenizer()
    made.train_from_iterator(SENTENCES, vocab_size=290, show_progress=False)
    made.save(str(folder / "tokenizer.json"))
    return tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
