"""GPT-2 from Hugging Face's `GPT2LMHeadModel`: a Conv1D stores [in, out], query, key and value side by side in `c_attn`."""

from __future__ import annotations

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Bubble, Diagram, Source
from tensordraw.errors import Error
from tensordraw.templates.gpt2 import gpt2
from tensordraw.templates.weights import Model, bound

# What the template does not draw, each with the setting under which the model does without.
PLAIN: dict[str, object] = {
    "scale_attn_weights": True, "scale_attn_by_inverse_layer_idx": False, "add_cross_attention": False,
}  # fmt: skip


def gpt2_from(model: Model) -> Diagram:
    """GPT-2 of the model's sizes, with its arrays; `tokens` may be shorter than its positions.

    errors.Error where an array is missing or has a wrong shape, or the model has what the template does not draw.
    """
    model.plain(PLAIN, "gpt2")
    hidden, heads, layers = (model.number(key) for key in ("n_embd", "n_head", "n_layer"))
    if hidden % heads:
        raise Error(f"{model.said} says n_embd = {hidden}, which is not a multiple of n_head = {heads}.")
    diagram = gpt2(
        layers=layers, heads=heads, hidden=hidden, head_size=hidden // heads, mlp=model.number("n_inner", 4 * hidden),
        vocab=model.number("vocab_size"), seq=model.number("n_positions"), layer_norm=True, bias=True,
    )  # fmt: skip
    draft = Draft(diagram)
    activation = model.activation("activation_function", "gelu_new")
    epsilon = model.epsilon("layer_norm_epsilon", 1e-5)
    for region in list(draft.regions.values()):
        if isinstance(region, Bubble) and region.function == "normalise":
            draft.change(region.id, params={"eps": epsilon})
        elif isinstance(region, Bubble) and region.function == "gelu_tanh":
            draft.change(region.id, function=activation)
    prefix = "" if "wte.weight" in model.keys else "transformer."
    return bound(draft.build(), model, "GPT-2", _sources(model, heads, hidden, prefix))


def _sources(model: Model, heads: int, hidden: int, prefix: str) -> dict[str, Source]:
    """Where each array of the template lies, by the model's keys; `{}` stands for the layer."""
    size = hidden // heads

    def stored(key: str, *parts: tuple[int | None, ...]) -> Source:
        return Source("", prefix + key, *parts)  # type: ignore[arg-type]

    found = {
        "W_E": stored("wte.weight"),
        "W_P": stored("wpe.weight"),
        "W_U": Source("", model.head("lm_head.weight", f"{prefix}wte.weight", tied=True)),
        # stored [in, out], the template has [out, in]; heads lie side by side
        "W_O": stored("h.{}.attn.c_proj.weight", (0, 2, 1), (heads, size, hidden)),
        "W_in": stored("h.{}.mlp.c_fc.weight", (1, 0)),
        "W_out": stored("h.{}.mlp.c_proj.weight", (1, 0)),
        "b_O": stored("h.{}.attn.c_proj.bias"),
        "b_in": stored("h.{}.mlp.c_fc.bias"),
        "b_out": stored("h.{}.mlp.c_proj.bias"),
    }
    for place, which in enumerate("QKV"):
        parts, at = (hidden, 3, heads, size), (None, place, None, None)
        found[f"W_{which}"] = stored("h.{}.attn.c_attn.weight", (1, 2, 0), parts, at)
        found[f"b_{which}"] = stored("h.{}.attn.c_attn.bias", (), parts[1:], at[1:])
    for ours, theirs in (("ln1", "h.{}.ln_1"), ("ln2", "h.{}.ln_2"), ("ln_f", "ln_f")):
        found[f"{ours}_w"], found[f"{ours}_b"] = stored(f"{theirs}.weight"), stored(f"{theirs}.bias")
    return found


__all__ = ["gpt2_from"]
