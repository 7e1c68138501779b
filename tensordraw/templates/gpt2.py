"""GPT-2 upright on its residual stream: tokens at the bottom, logits at the top, the blocks as one repeat region.

As the paper draws it, without layer norms and biases; `layer_norm` and `bias` add them, and with both on the diagram
computes the same logits as the real model (with the tanh form of GELU). Arrays by name, axes in order:

    tokens[seq]                                    integer ids
    W_E[vocab, hidden], W_P[seq, hidden]           embedding and position
    W_Q, W_K, W_V[layer, head, head_size, hidden]  queries, keys, values
    W_O[layer, head, hidden, head_size]            output of the heads
    W_in[layer, mlp, hidden], W_out[layer, hidden, mlp]
    W_U[vocab, hidden]                             unembedding (the real model ties it to W_E)
    b_Q, b_K, b_V[layer, head, head_size], b_O[layer, hidden], b_in[layer, mlp], b_out[layer, hidden]     with bias
    ln1_w, ln2_w[layer, hidden], ln_f_w[hidden]    with layer_norm
    ln1_b, ln2_b[layer, hidden], ln_f_b[hidden]    with both

The result has the legs (seq, vocab). Named values: embed, and in each layer resid_pre, scores, pattern, resid_mid,
mlp_hidden, resid_post.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Leg
from tensordraw.templates.attention import attend, attend_with_bias, size_of_head
from tensordraw.templates.networks import mlp_stack
from tensordraw.templates.norms import norm
from tensordraw.templates.scene import HALF, Point, Scene, Source, paste_source, place
from tensordraw.templates.stream import ABOVE, ASIDE, OPEN, STATE, add_to_stream, copy_stream

BESIDE = 70.0  # from the stream to the first paste of a block
NORM_AT = -150.0  # where the layer norms of a block stand: left of the stream


@dataclass(frozen=True, slots=True)
class Extras:
    """What the real model has and the paper's drawing leaves out."""

    layer_norm: bool
    bias: bool


def gpt2(
    *, layers: int, heads: int, hidden: int, head_size: int | None, mlp: int | None, vocab: int, seq: int,
    layer_norm: bool, bias: bool,
) -> Diagram:  # fmt: skip
    """The whole model: open legs (seq, vocab); arrays as the module says."""
    draft = Draft()
    draft.title = "GPT-2"
    draft.description = (
        "The residual stream runs upwards with its legs seq and hidden; in each layer attention and then the MLP read "
        "a copy of it (pink) and add their result back."
    )
    size = size_of_head("gpt2", hidden, heads, head_size)
    inner = 4 * hidden if mlp is None else mlp
    for name, extent, meaning in (
        ("seq", seq, "positions in the sequence"),
        ("hidden", hidden, "residual stream"),
        ("vocab", vocab, "tokens in the vocabulary"),
        ("layer", layers, "blocks"),
        ("head", heads, "attention heads"),
        ("head_size", size, "inside a head"),
        ("mlp", inner, "inside the MLP"),
    ):
        draft.space(name, extent, description=meaning)
    extras = Extras(layer_norm, bias)
    scene = Scene(draft)
    stream = _embedding(scene, (0, 0))
    stream, top = _layers(scene, stream, (0, -130), extras)
    stream, top = _final_norm(scene, stream, (0, top), extras)
    _unembedding(scene, stream, (0, top))
    return draft.build()


def _embedding(scene: Scene, at: Point) -> Sequence[Leg]:
    """One-hot tokens times W_E, plus W_P: the stream's first ends."""
    x, y = at
    draft = scene.draft
    seq, vocab = scene.leg("seq", *ABOVE[0]), scene.leg("vocab", *ABOVE[1])
    tokens = draft.fixed("one_hot", (seq, vocab), at, name="tokens")
    scene.widen(tokens.id, 48)
    e_vocab, e_hidden = scene.leg("vocab", "down"), scene.leg("hidden", "up")
    draft.tensor("W_E", (e_vocab, e_hidden), (x + HALF, y - 45))
    scene.wire(vocab, e_vocab)
    position = [scene.leg(name, "left", offset) for name, (_, offset) in zip(STATE, ASIDE, strict=True)]
    draft.tensor("W_P", position, (x + BESIDE, y - 90))
    return add_to_stream(scene, (seq, e_hidden), position, (x, y - 90), "embed")


def _layers(scene: Scene, stream: Sequence[Leg], at: Point, extras: Extras) -> tuple[Sequence[Leg], float]:
    """All blocks as one repeat region with its lower border at `at`: the ends above it, and its upper border's height."""
    x, y = at
    draft = scene.draft
    repeat = draft.repeat("layer", "layer", name="blocks")
    ports = [draft.port(repeat.id, name) for name in STATE]
    scene.wires(stream, [port.outer_in for port in ports])
    inner = Scene(draft, repeat.id, repeat.id)
    through: Sequence[Leg] = [port.inner_in for port in ports]

    through, attention_in = copy_stream(inner, through, (x, y - 30), "resid_pre")
    source, lift = _reader(inner, attention_in, "ln1", (x, y - 30), extras)
    draw, rise = (attend_with_bias, 230.0) if extras.bias else (attend, 110.0)
    low = y - 60 - lift
    ends = draw(inner, source, (x + BESIDE, low))
    middle = low - rise + 5
    through = add_to_stream(inner, through, ends, (x, middle), "resid_mid")

    through, mlp_in = copy_stream(inner, through, (x, middle - 40), "resid_mid")
    source, lift = _reader(inner, mlp_in, "ln2", (x, middle - 40), extras)
    low = middle - 60 - lift
    ends = mlp_stack(inner, source, (x + BESIDE, low), bias=extras.bias)
    top = low - (240.0 if extras.bias else 145.0)
    through = add_to_stream(inner, through, ends, (x, top), "resid_post")
    scene.wires(through, [port.inner_out for port in ports])

    top -= 40
    for port, offset in zip(ports, (-HALF, HALF), strict=True):
        for leg, spot in zip(
            (port.outer_in, port.inner_in, port.inner_out, port.outer_out),
            (("down", offset), ("up", offset), ("down", offset), ("up", offset)),
            strict=True,
        ):
            draft.leg_places[leg.id] = place(*spot)  # type: ignore[arg-type]
    return [port.outer_out for port in ports], top


def _reader(scene: Scene, copy: Id, name: str, at: Point, extras: Extras) -> tuple[Source, float]:
    """What a block reads: pastes of the stream, or of its layer norm, drawn left of it; and the height that takes."""
    if not extras.layer_norm:
        return paste_source(copy), 0.0
    ends, top = norm(scene, paste_source(copy), name, (at[0] + NORM_AT, at[1]), bias=extras.bias)
    made = copy_stream(scene, ends, (at[0] + NORM_AT, top - 25), name, passes=False)
    return paste_source(made[1]), 0.0


def _final_norm(scene: Scene, stream: Sequence[Leg], at: Point, extras: Extras) -> tuple[Sequence[Leg], float]:
    """The norm before the unembedding, where wanted: the stream's ends and height."""
    if not extras.layer_norm:
        return stream, at[1]
    copy = copy_stream(scene, stream, (at[0], at[1] - 20), "resid_final", passes=False)[1]
    return norm(scene, paste_source(copy), "ln_f", (at[0], at[1] - 50), bias=extras.bias)


def _unembedding(scene: Scene, stream: Sequence[Leg], at: Point) -> None:
    """W_U on hidden: open legs (seq, vocab)."""
    x, y = at
    vocab, hidden = scene.leg("vocab", "up", length=OPEN), scene.leg("hidden", "down")
    scene.draft.tensor("W_U", (vocab, hidden), (x + HALF, y - 50))
    scene.wire(stream[1], hidden)
    scene.draft.open_order = [stream[0].id, vocab.id]
