"""Templates filled with a trained model: sizes from a folder's `config.json`, arrays by reference to its safetensors.

Nothing is copied into the document: every tensor names the file, the key and the part of the stored array that it is (see
`records.Source`), and arrays are mapped into memory when they are used. Names and layouts are those of Hugging Face's
`GPT2LMHeadModel`: a Conv1D stores [in, out], query, key and value side by side in `c_attn`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Bubble, Diagram, Source
from tensordraw.errors import Error
from tensordraw.program.load import list_arrays
from tensordraw.program.sourced import INDEX, index_of, source_problems
from tensordraw.templates.gpt2 import gpt2

ACTIVATIONS = {
    "gelu_new": "gelu_tanh", "gelu_pytorch_tanh": "gelu_tanh", "gelu_fast": "gelu_tanh", "gelu": "gelu", "relu": "relu",
    "silu": "silu", "swish": "silu", "tanh": "tanh",
}  # fmt: skip
# What the template does not draw, each with the setting under which the model does without.
PLAIN: dict[str, object] = {
    "scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False, "add_cross_attention": False,
}  # fmt: skip


def gpt2_from(folder: str | Path) -> Diagram:
    """GPT-2 of the sizes in a Hugging Face folder, with its arrays; `tokens` may be shorter than its positions.

    errors.Error where the folder holds another architecture, or an array is missing or has a wrong shape.
    """
    home = Path(folder)
    config = _config(home)
    hidden, heads, layers = (_number(home, config, key) for key in ("n_embd", "n_head", "n_layer"))
    if hidden % heads:
        raise Error(f"{home / 'config.json'} says n_embd = {hidden}, which is not a multiple of n_head = {heads}.")
    mlp = _number(home, config, "n_inner") if config.get("n_inner") is not None else 4 * hidden
    diagram = gpt2(
        layers=layers, heads=heads, hidden=hidden, head_size=hidden // heads, mlp=mlp,
        vocab=_number(home, config, "vocab_size"), seq=_number(home, config, "n_positions"), layer_norm=True, bias=True,
    )  # fmt: skip
    draft = Draft(diagram)
    draft.title = f"GPT-2 ({home.resolve().name})"
    _set_functions(draft, config, home)
    (seq,) = (space.id for space in draft.spaces.values() if space.name == "seq")
    draft.change(seq, flexible=True)
    path, keys = _files(home)
    prefix = "" if "wte.weight" in keys else "transformer."
    # A model with tied embeddings stores them once.
    unembedding = "lm_head.weight" if "lm_head.weight" in keys else f"{prefix}wte.weight"
    where = str(path.resolve())
    for name, source in _sources(heads, hidden).items():
        key = unembedding if name == "W_U" else prefix + source.key
        draft.sources[name] = replace(source, path=where, key=key)
    made = draft.build()
    for problem in source_problems(made):
        raise Error(problem.what)
    return made


def _sources(heads: int, hidden: int) -> dict[str, Source]:
    """Where each array of the template lies, by the model's keys; `{}` stands for the layer."""
    size = hidden // heads
    found = {
        "W_E": Source("", "wte.weight"),
        "W_P": Source("", "wpe.weight"),
        "W_U": Source("", ""),
        # stored [in, out], the template has [out, in]; heads lie side by side
        "W_O": Source("", "h.{}.attn.c_proj.weight", (0, 2, 1), (heads, size, hidden)),
        "W_in": Source("", "h.{}.mlp.c_fc.weight", (1, 0)),
        "W_out": Source("", "h.{}.mlp.c_proj.weight", (1, 0)),
        "b_O": Source("", "h.{}.attn.c_proj.bias"),
        "b_in": Source("", "h.{}.mlp.c_fc.bias"),
        "b_out": Source("", "h.{}.mlp.c_proj.bias"),
    }
    for place, which in enumerate("QKV"):
        parts, at = (hidden, 3, heads, size), (None, place, None, None)
        found[f"W_{which}"] = Source("", "h.{}.attn.c_attn.weight", (1, 2, 0), parts, at)
        found[f"b_{which}"] = Source("", "h.{}.attn.c_attn.bias", (), parts[1:], at[1:])
    for ours, theirs in (("ln1", "h.{}.ln_1"), ("ln2", "h.{}.ln_2"), ("ln_f", "ln_f")):
        found[f"{ours}_w"], found[f"{ours}_b"] = Source("", f"{theirs}.weight"), Source("", f"{theirs}.bias")
    return found


def _config(home: Path) -> Mapping[str, Any]:
    path = home / "config.json"
    if not home.is_dir():
        raise Error(f"{home} is no folder: give the folder that holds config.json and model.safetensors.")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Error(f"{path} cannot be read: {error.strerror or error}.") from None
    except ValueError:
        raise Error(f"{path} is damaged: it is not JSON.") from None
    if not isinstance(config, dict):
        raise Error(f"{path} is damaged: it holds no settings.")
    kind = config.get("model_type")
    if kind != "gpt2":
        raise Error(f"{path} describes a model of type {kind!r}; the template gpt2 takes the weights of a gpt2.")
    for key, plain in PLAIN.items():
        if config.get(key, plain) != plain:
            raise Error(f"{path} sets {key} to {config[key]!r}, which the template gpt2 does not draw.")
    return config


def _number(home: Path, config: Mapping[str, Any], key: str) -> int:
    value = config.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise Error(f"{home / 'config.json'} has {key} = {value!r}; a size is a whole number from 1.")
    return value


def _set_functions(draft: Draft, config: Mapping[str, Any], home: Path) -> None:
    """The activation and the epsilon of the norms, as the model has them."""
    activation, epsilon = config.get("activation_function", "gelu_new"), config.get("layer_norm_epsilon", 1e-5)
    if activation not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise Error(f"{home / 'config.json'} has the activation {activation!r}; known are {known}.")
    if not isinstance(epsilon, int | float):
        raise Error(f"{home / 'config.json'} has layer_norm_epsilon = {epsilon!r}, which is no number.")
    for region in list(draft.regions.values()):
        if isinstance(region, Bubble) and region.function == "normalise":
            draft.change(region.id, params={"eps": float(epsilon)})
        elif isinstance(region, Bubble) and region.function == "gelu_tanh":
            draft.change(region.id, function=ACTIVATIONS[activation])


def _files(home: Path) -> tuple[Path, set[str]]:
    """The file of the weights, or the index of several, and all keys."""
    single, index = home / "model.safetensors", home / f"model{INDEX}"
    if single.exists():
        return single, {stored.key for stored in list_arrays(single)}
    if index.exists():
        return index, set(index_of(index))
    pickled = next((name for name in ("pytorch_model.bin", "model.pt") if (home / name).exists()), None)
    if pickled is not None:
        raise Error(f"{home} has its weights in {pickled}, which is not read; save the model as safetensors.")
    raise Error(f"{home} holds neither model.safetensors nor {index.name}.")
