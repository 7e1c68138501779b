"""Llama upright on its residual stream: RMS norms, rotary positions, grouped-query heads, gated MLPs.

Beside the stream stands the definition of `rotary` (see `rotary.py`), which every layer pastes. Arrays by Hugging Face's
names, axes in order, with heads = kv_heads * group:

    tokens[seq]                                    integer ids
    embed_tokens[vocab, hidden], lm_head[vocab, hidden]   often one array
    q_proj[layer, kv_head, group, head_size, hidden], k_proj, v_proj[layer, kv_head, head_size, hidden]
    o_proj[layer, kv_head, group, hidden, head_size]
    gate_proj, up_proj[layer, mlp, hidden], down_proj[layer, hidden, mlp]
    input_layernorm, post_attention_layernorm[layer, hidden], norm[hidden]

The result has the legs (seq, vocab). Named values: embed, rotary, and in each layer resid_pre, scores, pattern, resid_mid,
resid_post.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Leg
from tensordraw.errors import Error
from tensordraw.templates.attention import size_of_head
from tensordraw.templates.forms import in_form
from tensordraw.templates.grouped import GATED_RISE, GROUPED_ROWS, attend_grouped, gated_mlp
from tensordraw.templates.norms import norm
from tensordraw.templates.rotary import PAIR, PLANE, rotary
from tensordraw.templates.scene import HALF, Point, Scene, Source, paste_source, place
from tensordraw.templates.stream import ABOVE, OPEN, STATE, add_to_stream, copy_stream

BESIDE = 120.0  # from the stream to the first paste of a block
NORM_AT = -230.0  # where the norms of a block stand: left of the stream
BASE, EPSILON = 10000.0, 1e-5


def llama(
    *, layers: int, heads: int, kv_heads: int | None, hidden: int, head_size: int | None, mlp: int, vocab: int, seq: int,
    base: float = BASE, eps: float = EPSILON, interleaved: bool = False, unroll: bool = False,
    sideways: bool = False,
) -> Diagram:  # fmt: skip
    """The whole model: open legs (seq, vocab); arrays as the module says.

    `base` is that of the rotary angles; `interleaved` says that neighbours make the pairs that turn, as in GGUF files.
    `unroll` and `sideways`: see `forms`.
    """
    size = size_of_head("llama", hidden, heads, head_size)
    shared = heads if kv_heads is None else kv_heads
    if heads % shared:
        raise Error(f"llama: heads = {heads} is not a multiple of kv_heads = {shared}; choose others.")
    if size % 2:
        raise Error(
            f"llama: rotary positions turn pairs of entries, but head_size = {size} is odd; choose an even one."
        )
    draft = Draft()
    draft.title = "Llama"
    draft.description = (
        "The residual stream runs upwards with its legs seq and hidden; in each layer attention and then the gated MLP "
        "read its normalised value and add their result back. Queries and keys are turned by their positions (rotary)."
    )
    for name, extent, meaning, colour in (
        ("seq", seq, "positions in the sequence", None),
        ("hidden", hidden, "residual stream", None),
        ("vocab", vocab, "tokens in the vocabulary", None),
        ("layer", layers, "blocks", None),
        ("kv_head", shared, "heads of keys and values", None),
        ("head_size", size, "inside a head", None),
        ("mlp", mlp, "inside the MLP", "red"),
        ("group", heads // shared, "heads of queries for each head of keys", "yellow"),
        (PAIR, 2, "entries that turn together", "vermilion"),
        (PLANE, size // 2, "planes of rotation", "sky"),
    ):
        draft.space(name, extent, description=meaning, colour=colour)
    scene = Scene(draft)
    turn = rotary(scene, (BESIDE + 150, 230), base, interleaved=interleaved)
    stream = _embedding(scene, (0, 0))
    stream, top = _layers(scene, stream, turn, (0, -115), eps)
    _logits(scene, stream, (0, top), eps)
    return in_form(draft.build(), unroll=unroll, sideways=sideways)


def _embedding(scene: Scene, at: Point) -> Sequence[Leg]:
    """One-hot tokens times embed_tokens: the stream's first ends."""
    x, y = at
    seq, vocab = scene.leg("seq", *ABOVE[0]), scene.leg("vocab", *ABOVE[1])
    scene.widen(scene.draft.fixed("one_hot", (seq, vocab), at, name="tokens").id, 48)
    into, out = scene.leg("vocab", "down", -24), scene.leg("hidden", "up", -24)
    scene.draft.tensor("embed_tokens", (into, out), (x + HALF + 24, y - 50))  # wide, clear of the seq wire
    scene.named_wire(vocab, into)
    return seq, out


def _layers(scene: Scene, stream: Sequence[Leg], turn: Id, at: Point, eps: float) -> tuple[Sequence[Leg], float]:
    """All blocks as one repeat region with its lower border at `at`: the ends above it, its upper border."""
    x, y = at
    draft = scene.draft
    repeat = draft.repeat("layer", "layer", name="blocks")
    ports = [draft.port(repeat.id, name) for name in STATE]
    scene.wires(stream, [port.outer_in for port in ports], named=True)
    inner = Scene(draft, repeat.id, repeat.id)
    through: Sequence[Leg] = [port.inner_in for port in ports]

    low = y - 110  # of the row of scores
    through, attention_in = copy_stream(inner, through, (x, low + 60), "resid_pre")
    source = _normed(inner, attention_in, "input_layernorm", (x + NORM_AT, low + 60), eps)
    ends = attend_grouped(inner, source, turn, (x + BESIDE, low))
    through = add_to_stream(inner, through, ends, (x, low - GROUPED_ROWS + HALF / 2), "resid_mid", named=True)

    high = low - GROUPED_ROWS - 110  # of the pastes that the MLP reads
    through, mlp_in = copy_stream(inner, through, (x, high + 55), "resid_mid")
    source = _normed(inner, mlp_in, "post_attention_layernorm", (x + NORM_AT, high + 55), eps)
    ends = gated_mlp(inner, source, (x + BESIDE, high))
    top = high - GATED_RISE - 45
    through = add_to_stream(inner, through, ends, (x, top), "resid_post")
    scene.wires(through, [port.inner_out for port in ports])
    return [port.outer_out for port in ports], top - 30


def _normed(scene: Scene, copy: Id, name: str, at: Point, eps: float) -> Source:
    """Pastes of the stream's RMS norm, which is drawn upwards from `at`; `name` is that of its weights."""
    ends, top = norm(
        scene, paste_source(copy), name, at, bias=False, eps=eps, function="rms_norm", weight=name
    )  # fmt: skip
    short = {"input_layernorm": "norm_1", "post_attention_layernorm": "norm_2"}[name]
    return paste_source(copy_stream(scene, ends, (at[0], top - 25), short, passes=False)[1])


def _logits(scene: Scene, stream: Sequence[Leg], at: Point, eps: float) -> None:
    """The last norm and lm_head: open legs (seq, vocab) that end at one height."""
    x, y = at
    copy = copy_stream(scene, stream, (x, y - 20), "resid_final", passes=False)[1]
    paste = y - 65
    ends, top = norm(
        scene, paste_source(copy), "norm", (x, paste), bias=False, eps=eps, function="rms_norm", weight="norm"
    )  # fmt: skip
    vocab, hidden = scene.leg("vocab", "up", -15, length=OPEN), scene.leg("hidden", "down", -15)
    scene.draft.tensor("lm_head", (vocab, hidden), (x + HALF + 15, top - 40))  # clear of the leg beside it
    scene.named_wire(ends[1], hidden)
    end = top - 40 - 10 - OPEN
    seq = ends[0].id
    scene.draft.leg_places[seq] = replace(scene.draft.leg_places.get(seq, place("up")), length=paste - 10 - end)
    scene.draft.open_order = [seq, vocab.id]


__all__ = ["BASE", "EPSILON", "llama"]
