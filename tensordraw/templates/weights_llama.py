"""Llama from Hugging Face's `LlamaForCausalLM` (`MistralForCausalLM` is the same without a window), or llama.cpp's `.gguf`.

A Linear stores [out, in] as the template has it, heads side by side. llama.cpp puts the rows of the query and key matrices
into another order, in which neighbours turn as a pair: its models take the template's `interleaved` rotary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from tensordraw.diagram.records import Diagram, Source
from tensordraw.errors import Error
from tensordraw.templates.llama import llama
from tensordraw.templates.weights import Model, bound

# What the template does not draw, each with the setting under which the model does without.
PLAIN: dict[str, object] = {
    "attention_bias": False, "mlp_bias": False, "hidden_act": "silu", "sliding_window": None,
}  # fmt: skip
_SETTINGS = {
    "num_hidden_layers": "block_count", "num_attention_heads": "attention.head_count",
    "num_key_value_heads": "attention.head_count_kv", "hidden_size": "embedding_length",
    "intermediate_size": "feed_forward_length", "vocab_size": "vocab_size", "max_position_embeddings": "context_length",
    "rope_theta": "rope.freq_base", "rms_norm_eps": "attention.layer_norm_rms_epsilon", "head_dim": "attention.key_length",
}  # fmt: skip
_LAYER = {  # by the template's name: Hugging Face's key and llama.cpp's, within a layer
    "q_proj": ("self_attn.q_proj", "attn_q"), "k_proj": ("self_attn.k_proj", "attn_k"),
    "v_proj": ("self_attn.v_proj", "attn_v"), "o_proj": ("self_attn.o_proj", "attn_output"),
    "gate_proj": ("mlp.gate_proj", "ffn_gate"), "up_proj": ("mlp.up_proj", "ffn_up"),
    "down_proj": ("mlp.down_proj", "ffn_down"), "input_layernorm": ("input_layernorm", "attn_norm"),
    "post_attention_layernorm": ("post_attention_layernorm", "ffn_norm"),
}  # fmt: skip


def llama_from(model: Model) -> Diagram:
    """Llama of the model's sizes, with its arrays; `tokens` may be shorter than its positions.

    errors.Error where an array is missing or has a wrong shape, or the model has what the template does not draw.
    """
    packed = model.path.suffix == ".gguf"
    if packed:
        model = replace(model, config=_settings(model))
    model.plain(PLAIN, "llama")
    heads, hidden = model.number("num_attention_heads"), model.number("hidden_size")
    if model.config.get("head_dim") is None and hidden % heads:
        raise Error(
            f"{model.said} says hidden_size = {hidden}, which is not a multiple of num_attention_heads = {heads}."
        )
    shared, size = model.number("num_key_value_heads", heads), model.number("head_dim", hidden // heads)
    if heads % shared:
        raise Error(
            f"{model.said} says num_attention_heads = {heads}, which is not a multiple of num_key_value_heads = {shared}."
        )
    diagram = llama(
        layers=model.number("num_hidden_layers"), heads=heads, kv_heads=shared, hidden=hidden, head_size=size,
        mlp=model.number("intermediate_size"), vocab=model.number("vocab_size"),
        seq=model.number("max_position_embeddings"), base=_base(model), eps=model.epsilon("rms_norm_eps", 1e-6),
        interleaved=packed,
    )  # fmt: skip
    return bound(diagram, model, "Llama", _sources(model, packed, (shared, heads // shared, size, hidden)))


def _settings(model: Model) -> dict[str, Any]:
    """A .gguf file's settings by Hugging Face's names."""
    found = {ours: model.config.get(f"{model.kind}.{theirs}") for ours, theirs in _SETTINGS.items()}
    if found["vocab_size"] is None:
        found["vocab_size"] = model.config.get("tokenizer.ggml.tokens")
    scaling = model.config.get(f"{model.kind}.rope.scaling.type", "none")
    if scaling != "none" or "rope_freqs.weight" in model.keys:
        raise Error(f"{model.path} scales its rotary positions ({scaling}), which the template llama does not draw.")
    turned = model.config.get(f"{model.kind}.rope.dimension_count")
    size = found["head_dim"] or model.number(f"{model.kind}.embedding_length") // model.number(
        f"{model.kind}.attention.head_count"
    )
    if turned not in (None, size):
        raise Error(
            f"{model.path} turns {turned} of the {size} entries of a head, which the template llama does not draw."
        )
    return found


def _base(model: Model) -> float:
    """The base of the rotary angles, which newer folders keep among `rope_parameters`."""
    kept: Mapping[str, Any] = model.config.get("rope_parameters") or {}
    scaling = model.config.get("rope_scaling") or kept
    kind = scaling.get("rope_type", scaling.get("type", "default")) if isinstance(scaling, Mapping) else scaling
    if kind != "default":
        raise Error(f"{model.said} scales its rotary positions ({kind!r}), which the template llama does not draw.")
    base = replace(model, config={**kept, **model.config}).decimal("rope_theta", 10000.0)
    part = kept.get("partial_rotary_factor", model.config.get("partial_rotary_factor", 1))
    if part not in (1, None):
        raise Error(f"{model.said} turns a part ({part}) of each head only, which the template llama does not draw.")
    if not base > 0:
        raise Error(f"{model.said} has rope_theta = {base}, and the base of the angles is above 0.")
    return base


def _sources(model: Model, packed: bool, sizes: tuple[int, int, int, int]) -> dict[str, Source]:
    """Where each array of the template lies; `sizes` are those of kv_head, group, head_size, hidden."""
    shared, group, size, hidden = sizes
    found = {
        name: Source("", f"blk.{{}}.{gguf}.weight" if packed else f"model.layers.{{}}.{theirs}.weight")
        for name, (theirs, gguf) in _LAYER.items()
    }
    heads = {
        "q_proj": ((), (shared, group, size, hidden)), "k_proj": ((), (shared, size, hidden)),
        "v_proj": ((), (shared, size, hidden)), "o_proj": ((1, 2, 0, 3), (hidden, shared, group, size)),
    }  # fmt: skip
    for name, (axes, parts) in heads.items():
        found[name] = Source("", found[name].key, axes, parts)
    embedding, head = ("token_embd", "output") if packed else ("model.embed_tokens", "lm_head")
    found["embed_tokens"] = Source("", f"{embedding}.weight")
    # A file of llama.cpp without the head is of a tied model.
    found["lm_head"] = Source("", model.head(f"{head}.weight", f"{embedding}.weight", tied=packed))
    found["norm"] = Source("", "output_norm.weight" if packed else "model.norm.weight")
    return found


__all__ = ["llama_from"]
