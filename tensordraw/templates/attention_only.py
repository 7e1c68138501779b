"""Transformers of attention alone, with the arrays of TransformerLens: what circuits are read from.

Drawn as GPT-2 is, without the MLPs. Arrays by TransformerLens' names, axes in its order, those of the layers stacked:

    tokens[pos]                                         integer ids
    W_E[d_vocab, d_model], W_pos[pos, d_model], W_U[d_model, d_vocab]
    W_Q, W_K, W_V[layer, head, d_model, d_head], W_O[layer, head, d_head, d_model]
    b_Q, b_K, b_V[layer, head, d_head], b_O[layer, d_model], b_U[d_vocab]        with bias
    ln1_w[layer, d_model], ln_final_w[d_model]                                   with layer_norm, unless folded
    ln1_b[layer, d_model], ln_final_b[d_model]                                   with both

The result has the legs (pos, d_vocab). Named values: embed, and in each layer resid_pre, scores, pattern, resid_post.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Fixed, Leg, Tensor
from tensordraw.templates.attention import size_of_head
from tensordraw.templates.biases import add_bias
from tensordraw.templates.forms import in_form
from tensordraw.templates.gpt2 import Extras, blocks, embedding, final_norm, unembedding, with_numbers
from tensordraw.templates.scene import HALF, Point, Scene
from tensordraw.templates.stream import ABOVE, BELOW, OPEN

SPACES = {"seq": "pos", "hidden": "d_model", "vocab": "d_vocab", "head_size": "d_head"}  # ours, theirs
ARRAYS = {"W_P": "W_pos", "ln_f_w": "ln_final_w", "ln_f_b": "ln_final_b"}
TURNED = ("W_Q", "W_K", "W_V", "W_O", "W_U")  # arrays whose last two axes stand the other way round


def attention_only(
    *, layers: int, heads: int, hidden: int, head_size: int | None, vocab: int, seq: int, layer_norm: bool, bias: bool,
    folded: bool = False, unroll: bool = False, sideways: bool = False,
) -> Diagram:  # fmt: skip
    """The whole model: open legs (pos, d_vocab); arrays as the module says. `unroll` and `sideways`: see `forms`."""
    draft = Draft()
    draft.title = "Attention-only transformer"
    draft.description = (
        "Each layer's heads read the residual stream and add their results back to it; there are no MLPs."
    )
    size = size_of_head("attention_only", hidden, heads, head_size)
    for name, extent, meaning in (
        ("seq", seq, "positions in the sequence"),
        ("hidden", hidden, "residual stream"),
        ("vocab", vocab, "tokens in the vocabulary"),
        ("layer", layers, "layers"),
        ("head", heads, "attention heads"),
        ("head_size", size, "inside a head"),
    ):
        draft.space(name, extent, description=meaning)
    layer_norm = layer_norm or folded
    extras = Extras(layer_norm, bias, mlp=False, folded=folded, sideways=sideways)
    if unroll:
        extras = with_numbers(extras, layers)
    scene = Scene(draft)
    stream, top = blocks(scene, embedding(scene, (0, 0)), (0, -120), extras)
    start = top + 11
    if layer_norm:
        stream, top, start = final_norm(scene, stream, (0, top), extras)
    if bias:
        _biased_logits(scene, stream, (0, top))
    else:
        unembedding(scene, stream, (0, top), start)
    _rename(draft)
    return in_form(draft.build(), unroll=unroll, sideways=sideways)


def _biased_logits(scene: Scene, stream: Sequence[Leg], at: Point) -> None:
    """W_U on hidden and b_U added: open legs (seq, vocab)."""
    x, y = at
    vocab, hidden = scene.leg("vocab", "up"), scene.leg("hidden", "down")
    scene.draft.tensor("W_U", (vocab, hidden), (x + HALF, y - 40))
    scene.named_wire(stream[1], hidden)
    out = add_bias(scene, "b_U", (x, y - 90), (stream[0], vocab), BELOW, out=ABOVE, name="logits")
    for leg in out:
        scene.draft.leg_places[leg.id] = replace(scene.draft.leg_places[leg.id], length=OPEN)
    scene.draft.open_order = [leg.id for leg in out]


def _rename(draft: Draft) -> None:
    """Spaces, arrays and axes as TransformerLens has them."""
    for space in list(draft.spaces.values()):
        draft.change(space.id, name=SPACES.get(space.name, space.name))
    for wire in list(draft.wires.values()):
        draft.change(wire.id, label=SPACES.get(wire.label, wire.label))
    for node in list(draft.nodes.values()):
        if isinstance(node, Tensor):
            legs = (*node.legs[:-2], node.legs[-1], node.legs[-2]) if node.name in TURNED else node.legs
            name = ARRAYS.get(node.name, node.name)
            draft.change(node.id, name=name, legs=legs)
            if len(name) > 8:  # a wider body: clear of the dot before it
                draft.places[node.id] = replace(draft.places[node.id], x=draft.places[node.id].x + 16)
        elif isinstance(node, Fixed) and node.kind == "constant":
            draft.change(node.id, expression="1/sqrt(d_head)")


__all__ = ["attention_only"]
