"""GPT-2 small as people run it, for `test_gpt2`: each maker takes a folder and gives a function from ids to logits.

Run as a program it prints what one of them costs in memory: `python gpt2_models.py NAME FOLDER LENGTH` gives the most that
the process had resident while it loaded the weights and ran once, in MB.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Run = Callable[[np.ndarray], Any]
LAYERS, HEADS, HIDDEN = 12, 12, 768


def module(folder: Path) -> Run:
    """The module that tensordraw writes."""
    import torch

    import tensordraw as td

    space: dict[str, Any] = {}
    exec(td.code(td.template("gpt2", weights=folder), "torch", module=True), space)
    network = space["Network"].from_pretrained(folder)
    return lambda ids: network(torch.from_numpy(ids))


def evaluator(folder: Path, backend: str = "torch") -> Run:
    """The evaluator of tensordraw."""
    import tensordraw as td

    diagram = td.template("gpt2", weights=folder)
    return lambda ids: td.evaluate(diagram, {"tokens": ids}, backend=backend)


def numpy_evaluator(folder: Path) -> Run:
    return evaluator(folder, "numpy")


def transformers(folder: Path, attention: str = "sdpa") -> Run:
    """GPT2LMHeadModel."""
    import torch
    from transformers import GPT2LMHeadModel

    model = GPT2LMHeadModel.from_pretrained(folder, attn_implementation=attention).eval()
    return lambda ids: model(torch.from_numpy(ids)[None], use_cache=False).logits[0]


def transformers_eager(folder: Path) -> Run:
    return transformers(folder, "eager")


def by_hand(folder: Path) -> Run:
    """A model of nanoGPT's form: linear layers with the weights as [out, in], queries, keys and values in one of them."""
    import torch
    from safetensors.torch import load_file
    from torch import nn
    from torch.nn import functional as F

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ln_1, self.ln_2 = nn.LayerNorm(HIDDEN), nn.LayerNorm(HIDDEN)
            self.c_attn, self.c_proj = nn.Linear(HIDDEN, 3 * HIDDEN), nn.Linear(HIDDEN, HIDDEN)
            self.c_fc, self.c_out = nn.Linear(HIDDEN, 4 * HIDDEN), nn.Linear(4 * HIDDEN, HIDDEN)

        def forward(self, x: Any) -> Any:
            batch, length, hidden = x.shape
            parts = self.c_attn(self.ln_1(x)).split(hidden, 2)
            q, k, v = (each.view(batch, length, HEADS, hidden // HEADS).transpose(1, 2) for each in parts)
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
            x = x + self.c_proj(y.transpose(1, 2).contiguous().view(batch, length, hidden))
            return x + self.c_out(F.gelu(self.c_fc(self.ln_2(x)), approximate="tanh"))

    stored = {key.removeprefix("transformer."): array for key, array in load_file(folder / "model.safetensors").items()}
    with torch.device("meta"):
        blocks = nn.ModuleList(Block() for _ in range(LAYERS))
    names = {"c_attn": "attn.c_attn", "c_proj": "attn.c_proj", "c_fc": "mlp.c_fc", "c_out": "mlp.c_proj"}
    arrays = {}
    for key in blocks.state_dict():
        layer, part, kind = key.split(".")
        array = stored[f"h.{layer}.{names.get(part, part)}.{kind}"]
        arrays[key] = array.t().contiguous() if array.ndim == 2 else array
    blocks.load_state_dict(arrays, assign=True)
    embedding, positions = stored["wte.weight"], stored["wpe.weight"]
    last = stored["ln_f.weight"], stored["ln_f.bias"]
    del stored, arrays

    def run(ids: np.ndarray) -> Any:
        x = (embedding[torch.from_numpy(ids)] + positions[: len(ids)])[None]
        for block in blocks:
            x = block(x)
        return F.linear(F.layer_norm(x, (HIDDEN,), *last), embedding)[0]

    return run


def numpy_by_hand(folder: Path) -> Run:
    """The model in NumPy, as one writes it down: whole patterns, one matrix for queries, keys and values."""
    from safetensors.numpy import load_file

    w = {key.removeprefix("transformer."): array for key, array in load_file(folder / "model.safetensors").items()}

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        variance = (centred**2).mean(-1, keepdims=True)
        return centred / np.sqrt(variance + 1e-5) * w[f"{name}.weight"] + w[f"{name}.bias"]

    def gelu(x: np.ndarray) -> np.ndarray:
        return 0.5 * x * (1 + np.tanh(np.float32(math.sqrt(2 / math.pi)) * (x + 0.044715 * x**3)))

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ w[f"{name}.weight"] + w[f"{name}.bias"]

    def softmax(x: np.ndarray) -> np.ndarray:
        e = np.exp(x - x.max(-1, keepdims=True))
        return e / e.sum(-1, keepdims=True)

    def run(ids: np.ndarray) -> np.ndarray:
        length = len(ids)
        x = w["wte.weight"][ids] + w["wpe.weight"][:length]
        mask = (1 - np.tri(length, dtype=np.float32)) * np.float32(-1e10)
        for layer in range(LAYERS):
            parts = np.split(linear(norm(x, f"h.{layer}.ln_1"), f"h.{layer}.attn.c_attn"), 3, -1)
            q, k, v = (each.reshape(length, HEADS, -1).transpose(1, 0, 2) for each in parts)
            pattern = softmax(q @ k.transpose(0, 2, 1) / np.float32(8) + mask)
            y = (pattern @ v).transpose(1, 0, 2).reshape(length, HIDDEN)
            x = x + linear(y, f"h.{layer}.attn.c_proj")
            x = x + linear(gelu(linear(norm(x, f"h.{layer}.ln_2"), f"h.{layer}.mlp.c_fc")), f"h.{layer}.mlp.c_proj")
        return norm(x, "ln_f") @ w["wte.weight"].T

    return run


OURS = {"module": module, "evaluator": evaluator}
THEIRS = {"transformers sdpa": transformers, "transformers eager": transformers_eager, "by hand": by_hand}
IN_NUMPY = {"NumPy evaluator": numpy_evaluator, "NumPy by hand": numpy_by_hand}


def main() -> None:
    name, folder, length = sys.argv[1:]
    makers = {**OURS, **THEIRS, **IN_NUMPY}
    run = makers[name](Path(folder))
    ids = np.arange(int(length)) % 1000
    if "NumPy" in name:
        run(ids)
    else:
        import torch

        torch.set_num_threads(2)
        with torch.no_grad():
            run(ids)
    # Of this process alone: `ru_maxrss` begins with what the process that started it once had.
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    print(next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024)


if __name__ == "__main__":
    main()
