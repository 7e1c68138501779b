"""Models made by transformers for tests: every parameter redrawn, saved as people have them; and how to damage them."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

SMALL = {"n_layer": 3, "n_head": 4, "n_embd": 32, "n_positions": 16, "vocab_size": 101}


def redrawn(torch: ModuleType, name: str, config: dict[str, Any]) -> Any:
    """A real model, every parameter (biases and norms too) redrawn from N(0, 0.2); eager, so that it tells its patterns."""
    transformers = pytest.importorskip("transformers", reason="transformers is a test extra")
    torch.manual_seed(0)
    kind = getattr(transformers, name)
    model = kind(kind.config_class(**config, attn_implementation="eager")).eval()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.normal_(0, 0.2, generator=generator)
    return model


def gpt2(torch: ModuleType, folder: Path, config: dict[str, Any], **how: Any) -> Any:
    """A GPT-2, saved into the folder."""
    model = redrawn(torch, "GPT2LMHeadModel", config)
    model.save_pretrained(folder, **how)
    return model


def pickled(torch: ModuleType, folder: Path, *, parts: int = 1) -> None:
    """The folder's safetensors as PyTorch's own files instead, as older models are."""
    from safetensors.torch import load_file

    state = {key: array for file in sorted(folder.glob("*.safetensors")) for key, array in load_file(file).items()}
    for file in folder.glob("*.safetensors*"):
        file.unlink()
    if parts == 1:
        torch.save(state, folder / "pytorch_model.bin")
        return
    names = [f"pytorch_model-{part + 1:05}-of-{parts:05}.bin" for part in range(parts)]
    where = {key: names[place % parts] for place, key in enumerate(state)}
    for name in names:
        torch.save({key: array for key, array in state.items() if where[key] == name}, folder / name)
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps({"metadata": {}, "weight_map": where}))


# ------------------------------------------------------------------------------------------------------- damages

Damage = Callable[[Path], object]


def settings(**changed: Any) -> Damage:
    """Changes the settings; a value of None takes one away."""

    def damage(folder: Path) -> None:
        path = folder / "config.json"
        new = {**json.loads(path.read_text()), **changed}
        path.write_text(json.dumps({key: value for key, value in new.items() if value is not None}))

    return damage


def text(name: str, content: str | bytes) -> Damage:
    """Writes something else into a file."""
    return lambda folder: (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def without(name: str) -> Damage:
    """Takes a file away."""
    return lambda folder: (folder / name).unlink()


def cut(name: str, kept: int) -> Damage:
    """Keeps the first bytes of a file, or with a number below 0 all but the last."""
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:kept])


def header(change: Callable[[dict[str, Any]], object], name: str = "model.safetensors") -> Damage:
    """Changes the header of a .safetensors file in place; a list or a number that `change` gives takes its place."""

    def damage(folder: Path) -> None:
        whole = (folder / name).read_bytes()
        (length,) = struct.unpack("<Q", whole[:8])
        head = json.loads(whole[8 : 8 + length])
        new = json.dumps(change(head) or head).encode()
        (folder / name).write_bytes(struct.pack("<Q", len(new)) + new + whole[8 + length :])

    return damage


def index(change: Callable[[dict[str, str]], object]) -> Damage:
    """Changes which file an index names for each key."""

    def damage(folder: Path) -> None:
        path = folder / "model.safetensors.index.json"
        held = json.loads(path.read_text())
        change(held["weight_map"])
        path.write_text(json.dumps(held))

    return damage
