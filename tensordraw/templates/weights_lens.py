"""Attention-only transformers from a state of TransformerLens' HookedTransformer in a file `.safetensors` or `.pt`.

Such a file has no settings beside it: the sizes are those of its arrays, and there are norms where their weights are. Where
these are not, a model may have no norms, or norms that TransformerLens folded into the matrices (LNPre): then it also took the
mean over d_model away from every matrix that reads a norm, by which such a model is known. One that was trained as LNPre and
never processed is not: the parameter `folded` says it.
"""

from __future__ import annotations

import numpy as np

from tensordraw.diagram.records import Diagram, Source
from tensordraw.errors import Error
from tensordraw.program.load import load
from tensordraw.templates.attention_only import attention_only
from tensordraw.templates.weights import STATES, Model, bound, shapes

CENTRED = 1e-5  # of the largest entry: what rounding leaves of a mean that was taken away
_BLOCK = "blocks.{}."
_KEYS = {
    "W_E": "embed.W_E", "W_pos": "pos_embed.W_pos", "W_U": "unembed.W_U", "b_U": "unembed.b_U",
    "ln_final_w": "ln_final.w", "ln_final_b": "ln_final.b", "ln1_w": f"{_BLOCK}ln1.w", "ln1_b": f"{_BLOCK}ln1.b",
    **{f"{kind}_{which}": f"{_BLOCK}attn.{kind}_{which}" for kind in "Wb" for which in "QKVO"},
}  # fmt: skip


def attention_only_from(model: Model) -> Diagram:
    """An attention-only transformer of the arrays' sizes; `tokens` may be shorter than its positions.

    errors.Error where an array is missing or has a wrong shape, or there are others that the template does not draw.
    """
    if model.path.suffix not in STATES:
        raise Error(
            f"{model.path} is no file of a state_dict: save the HookedTransformer's state_dict as .safetensors or .pt."
        )
    known = shapes(model)
    layers = 0
    while f"{_BLOCK.format(layers)}attn.W_Q" in known:
        layers += 1
    if not layers:
        raise Error(f"{model.path} holds no array 'blocks.0.attn.W_Q', which TransformerLens' attention has.")
    for part in ("mlp.W_in", "ln2.w"):
        if f"{_BLOCK.format(0)}{part}" in known:
            raise Error(f"{model.path} holds 'blocks.0.{part}', and the template attention_only has no MLPs.")
    vocab, hidden = _sizes(model, known, "embed.W_E", 2)
    seq, _ = _sizes(model, known, "pos_embed.W_pos", 2)
    heads, _, size = _sizes(model, known, "blocks.0.attn.W_Q", 3)
    weighted = "ln_final.w" in known or f"{_BLOCK.format(0)}ln1.w" in known
    folded = not weighted and _folded(model)
    diagram = attention_only(
        layers=layers, heads=heads, hidden=hidden, head_size=size, vocab=vocab, seq=seq, layer_norm=weighted or folded, bias=True,
        folded=folded,
    )  # fmt: skip
    sources = {name: Source("", key) for name, key in _KEYS.items() if weighted or not name.startswith("ln")}
    return bound(diagram, model, "Attention-only transformer", sources)


def _folded(model: Model) -> bool:
    """Whether the model has norms without weights: as the caller says, else whether its first matrix has been centred."""
    said = model.config.get("folded")
    if said is not None:
        return bool(said)
    matrix = load(model.path, "blocks.0.attn.W_Q").astype(np.float64)  # head, d_model, d_head
    return bool(np.abs(matrix.mean(1)).max() <= CENTRED * np.abs(matrix).max())


def _sizes(model: Model, known: dict[str, tuple[int, ...]], key: str, axes: int) -> tuple[int, ...]:
    """The shape of one array, which has to have so many axes."""
    if key not in known:
        raise Error(f"{model.path} holds no array {key!r}.")
    if len(known[key]) != axes or not all(known[key]):
        raise Error(f"{model.path} holds {key!r} with shape {known[key]}, and it has {axes} axes of sizes from 1.")
    return known[key]


__all__ = ["attention_only_from"]
