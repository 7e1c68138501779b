"""GPT-2 on its residual stream: upright, tokens at the bottom, logits at the top, or on its side; the blocks as one
repeat region, or drawn out.

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

The table of legs stands beside the embedding. The result has the legs (seq, vocab). Named values: embed, and in each
layer resid_pre, scores, pattern, resid_mid, mlp_hidden, resid_post.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from tensordraw.diagram import edits_layout
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Leg
from tensordraw.templates.attention import (
    COLUMNS,
    RISE,
    RISE_IN_COLUMNS,
    RISE_WITH_BIAS,
    STEP,
    attend,
    attend_in_columns,
    attend_with_bias,
    size_of_head,
)
from tensordraw.templates.forms import in_form
from tensordraw.templates.networks import mlp_stack
from tensordraw.templates.norms import norm
from tensordraw.templates.scene import HALF, Point, Scene, Source, paste_source, place
from tensordraw.templates.stream import ABOVE, ASIDE, OPEN, STATE, add_to_stream, copy_stream

BESIDE = 110.0  # from the stream to the first paste of a block
CLOSE, MLP_CLOSE = 78.0, 62.0  # the same where a figure is to be narrow, and for the MLP there
NORM_AT = -150.0  # where the layer norms of a block stand: left of the stream
TABLE_BESIDE = (51.0, -72.0)  # where the table of legs stands: at the embedding


@dataclass(frozen=True, slots=True)
class Extras:
    """What the real model has and the paper's drawing leaves out; `mlp` is False where blocks are attention alone."""

    layer_norm: bool
    bias: bool
    mlp: bool = True
    folded: bool = False  # norms without weights: they are in the matrices that follow
    sideways: bool = False  # else the figure is narrow: what stands beside the stream stands close to it
    digits: float = 0.0  # room for the numbers that values bear

    @property
    def narrow(self) -> bool:
        return not (self.bias or self.sideways)


def with_numbers(extras: Extras, layers: int) -> Extras:
    """The same for layers that are drawn out: values bear the number of their layer, and need room for it."""
    return dataclasses.replace(extras, digits=8.0 * len(str(layers - 1)))


def gpt2(
    *, layers: int, heads: int, hidden: int, head_size: int | None, mlp: int | None, vocab: int, seq: int,
    layer_norm: bool, bias: bool, unroll: bool = False, sideways: bool = False,
) -> Diagram:  # fmt: skip
    """The whole model: open legs (seq, vocab); arrays as the module says. `unroll` and `sideways`: see `forms`."""
    draft = Draft()
    draft.title = "GPT-2"
    draft.description = (
        "The residual stream runs upwards with its legs seq and hidden; in each layer attention and then the MLP read "
        "a copy of it (pink) and add their result back."
    )
    missing = [words for words, drawn in (("layer norms", layer_norm), ("biases", bias)) if not drawn]
    if missing:
        draft.description += f" Drawn without {' and '.join(missing)}: set layer_norm and bias for the whole."
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
        # The seventh colour in turn would be another blue, beside that of hidden.
        draft.space(name, extent, description=meaning, colour="red" if name == "mlp" else None)
    extras = Extras(layer_norm, bias, sideways=sideways)
    if unroll:
        extras = with_numbers(extras, layers)
    scene = Scene(draft)
    stream = embedding(scene, (0, 0))
    stream, top = blocks(scene, stream, (0, -120), extras)
    start = top + 11  # where the seq wire leaves: the repeat's border, or the last body of the norm
    if layer_norm:
        stream, top, start = final_norm(scene, stream, (0, top), extras)
    unembedding(scene, stream, (0, top), start)
    # The table comes first, so that a model's drawing has the ids of the template in every form.
    made, _ = edits_layout.add_table(draft.build(), *TABLE_BESIDE)
    return in_form(made, unroll=unroll, sideways=sideways)


def embedding(scene: Scene, at: Point) -> Sequence[Leg]:
    """One-hot tokens times W_E, plus W_P: the stream's first ends."""
    x, y = at
    draft = scene.draft
    seq, vocab = scene.leg("seq", *ABOVE[0]), scene.leg("vocab", *ABOVE[1])
    tokens = draft.fixed("one_hot", (seq, vocab), at, name="tokens")
    scene.widen(tokens.id, 48)
    e_vocab, e_hidden = scene.leg("vocab", "down"), scene.leg("hidden", "up")
    draft.tensor("W_E", (e_vocab, e_hidden), (x + HALF, y - 45))
    scene.named_wire(vocab, e_vocab)
    position = [scene.leg(name, "left", offset) for name, (_, offset) in zip(STATE, ASIDE, strict=True)]
    draft.tensor("W_P", position, (x + 70, y - 90))
    return add_to_stream(scene, (seq, e_hidden), position, (x, y - 90), "embed", named=True)


def blocks(scene: Scene, stream: Sequence[Leg], at: Point, extras: Extras) -> tuple[Sequence[Leg], float]:
    """All blocks as one repeat region with its lower border at `at`: the ends above it, its upper border."""
    x, y = at
    draft = scene.draft
    repeat = draft.repeat("layer", "layer", name="blocks")
    ports = [draft.port(repeat.id, name) for name in STATE]
    scene.wires(stream, [port.outer_in for port in ports])
    inner = Scene(draft, repeat.id, repeat.id)
    through: Sequence[Leg] = [port.inner_in for port in ports]

    low = y - 90  # of the pastes that attention reads
    mark = low + (63 if extras.narrow else 40)  # below the block where that stands close to the stream
    through, attention_in = copy_stream(inner, through, (x, mark), "resid_pre", named=not extras.bias)
    source = _reader(inner, attention_in, "ln1", (x + NORM_AT, low + 40), extras)
    ends, rise = _attention(inner, source, (x, low), extras)
    middle = "resid_mid" if extras.mlp else "resid_post"
    through = add_to_stream(inner, through, ends, (x, low - rise), middle, named=extras.bias)
    if not extras.mlp:
        scene.wires(through, [port.inner_out for port in ports])
        return [port.outer_out for port in ports], low - rise - (60 if extras.bias else 70)

    high = low - rise - 105  # of the paste that the MLP reads
    through, mlp_in = copy_stream(inner, through, (x, high + 55), "resid_mid")
    source = _reader(inner, mlp_in, "ln2", (x + NORM_AT, high + 55), extras)
    beside = (MLP_CLOSE if extras.narrow else BESIDE) + extras.digits
    ends = mlp_stack(inner, source, (x + beside, high), bias=extras.bias)
    top = high - (240.0 if extras.bias else 145.0)
    through = add_to_stream(inner, through, ends, (x, top), "resid_post")
    scene.wires(through, [port.inner_out for port in ports])

    return [port.outer_out for port in ports], top - 30


def _attention(scene: Scene, source: Source, at: Point, extras: Extras) -> tuple[tuple[Leg, Leg], float]:
    """Attention beside the stream at `at`, with its lowest pastes at that height: its ends, and how far above they leave."""
    x, y = at
    if extras.bias:  # b_Q stands on the stream's side
        return attend_with_bias(scene, source, (x + BESIDE + 70 + extras.digits, y)), RISE_WITH_BIAS
    if extras.sideways:
        step = STEP + max(0.0, extras.digits - 8.0)
        return attend(scene, source, (x + BESIDE + extras.digits, y), step=step), RISE
    columns = COLUMNS + max(0.0, extras.digits - 8.0)
    return attend_in_columns(scene, source, (x + CLOSE + extras.digits / 2, y), columns), RISE_IN_COLUMNS


def _reader(scene: Scene, copy: Id, name: str, at: Point, extras: Extras) -> Source:
    """What a block reads: pastes of the stream, or of its layer norm, which is drawn upwards from `at`."""
    if not extras.layer_norm:
        return paste_source(copy)
    ends, top = norm(scene, paste_source(copy), name, at, bias=extras.bias, folded=extras.folded)
    return paste_source(copy_stream(scene, ends, (at[0], top - 25), name, passes=False)[1])


def final_norm(scene: Scene, stream: Sequence[Leg], at: Point, extras: Extras) -> tuple[Sequence[Leg], float, float]:
    """The norm before the unembedding: its ends, its height, and where its seq end starts."""
    copy = copy_stream(scene, stream, (at[0], at[1] - 20), "resid_final", passes=False)[1]
    paste = at[1] - 65
    place = (at[0], paste)
    ends, top = norm(scene, paste_source(copy), "ln_f", place, bias=extras.bias, result="ln_f", folded=extras.folded)
    return ends, top, top if extras.bias and not extras.folded else paste - 10


def unembedding(scene: Scene, stream: Sequence[Leg], at: Point, start: float) -> None:
    """W_U on hidden: open legs (seq, vocab) that end at one height; the seq wire starts at the height `start`."""
    x, y = at
    vocab, hidden = scene.leg("vocab", "up", length=OPEN), scene.leg("hidden", "down")
    scene.draft.tensor("W_U", (vocab, hidden), (x + HALF, y - 40))
    scene.named_wire(stream[1], hidden)
    end = y - 40 - 10 - OPEN
    seq = stream[0].id
    scene.draft.leg_places[seq] = replace(scene.draft.leg_places.get(seq, place("up")), length=start - end)
    scene.draft.open_order = [seq, vocab.id]


__all__ = ["Extras", "blocks", "embedding", "final_norm", "gpt2", "unembedding", "with_numbers"]
