"""BERT's encoder from Hugging Face's `BertModel`, and what sentence-transformers puts after it where its folder says so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tensordraw.diagram.records import Diagram, Source
from tensordraw.errors import Error
from tensordraw.templates.bert import EPSILON, bert
from tensordraw.templates.weights import Model, bound

# What the template does not draw, each with the setting under which the model does without.
PLAIN: dict[str, object] = {
    "position_embedding_type": "absolute", "is_decoder": False, "add_cross_attention": False,
}  # fmt: skip


def bert_from(model: Model) -> Diagram:
    """BERT of the model's sizes, with its arrays; `tokens` may be shorter than its positions.

    A folder of sentence-transformers with mean pooling gives a sentence's embedding. errors.Error where an array is missing
    or has a wrong shape, or the model has what the template does not draw.
    """
    model.plain(PLAIN, "bert")
    hidden, heads = model.number("hidden_size"), model.number("num_attention_heads")
    if hidden % heads:
        raise Error(
            f"{model.said} says hidden_size = {hidden}, which is not a multiple of num_attention_heads = {heads}."
        )
    pooling, unit = _after(model.said.parent)
    diagram = bert(
        layers=model.number("num_hidden_layers"), heads=heads, hidden=hidden, head_size=hidden // heads,
        mlp=model.number("intermediate_size"), vocab=model.number("vocab_size"),
        seq=model.number("max_position_embeddings"), segments=model.number("type_vocab_size", 2), pooling=pooling,
        unit=unit, eps=model.epsilon("layer_norm_eps", EPSILON), activation=model.activation("hidden_act", "gelu"),
    )  # fmt: skip
    prefix = "" if "embeddings.word_embeddings.weight" in model.keys else "bert."
    return bound(diagram, model, "BERT", _sources(prefix, heads, hidden))


def _sources(prefix: str, heads: int, hidden: int) -> dict[str, Source]:
    """Where each array of the template lies, by the model's keys; `{}` stands for the layer. A Linear stores [out, in]."""
    size, layer = hidden // heads, f"{prefix}encoder.layer.{{}}."
    found = {
        "W_E": Source("", f"{prefix}embeddings.word_embeddings.weight"),
        "W_P": Source("", f"{prefix}embeddings.position_embeddings.weight"),
        "W_T": Source("", f"{prefix}embeddings.token_type_embeddings.weight"),
        "W_O": Source("", f"{layer}attention.output.dense.weight", (1, 0, 2), (hidden, heads, size)),
        "b_O": Source("", f"{layer}attention.output.dense.bias"),
    }
    for which, name in (("Q", "query"), ("K", "key"), ("V", "value")):
        found[f"W_{which}"] = Source("", f"{layer}attention.self.{name}.weight", (), (heads, size, hidden))
        found[f"b_{which}"] = Source("", f"{layer}attention.self.{name}.bias", (), (heads, size))
    for ours, theirs in (("in", "intermediate.dense"), ("out", "output.dense")):
        found[f"W_{ours}"] = Source("", f"{layer}{theirs}.weight")
        found[f"b_{ours}"] = Source("", f"{layer}{theirs}.bias")
    norms = {
        "ln_e": f"{prefix}embeddings.LayerNorm", "ln1": f"{layer}attention.output.LayerNorm",
        "ln2": f"{layer}output.LayerNorm",
    }  # fmt: skip
    for ours, theirs in norms.items():
        found[f"{ours}_w"], found[f"{ours}_b"] = Source("", f"{theirs}.weight"), Source("", f"{theirs}.bias")
    return found


def _after(home: Path) -> tuple[bool, bool]:
    """Whether the folder pools by the mean over positions, and whether it then divides by the length."""
    modules = _read(home / "modules.json") or []
    if not isinstance(modules, list) or not all(isinstance(module, Mapping) for module in modules):
        raise Error(f"{home / 'modules.json'} is damaged: it is no list of modules.")
    kinds = {str(module.get("type", "")).rpartition(".")[2]: str(module.get("path", "")) for module in modules}
    if "Pooling" not in kinds:
        return False, False
    path = home / kinds["Pooling"] / "config.json"
    settings = _read(path)
    if not isinstance(settings, Mapping):
        raise Error(f"{path} is missing or damaged: it says how the model pools.")
    wanted = [name for name, value in settings.items() if name.startswith("pooling_mode_") and value is True]
    if wanted != ["pooling_mode_mean_tokens"]:
        raise Error(
            f"{path} asks for {', '.join(wanted) or 'no pooling'}; the template bert draws pooling_mode_mean_tokens."
        )
    return True, "Normalize" in kinds


def _read(path: Path) -> Any:
    """What a JSON file holds; None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise Error(f"{path} cannot be read: {problem.strerror or problem}.") from None
    except ValueError:
        raise Error(f"{path} is damaged: it is not JSON.") from None


__all__ = ["bert_from"]
