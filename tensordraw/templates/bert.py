"""BERT's encoder upright on its stream: attention that sees all positions, and norms after each sum.

With `pooling` the result is the mean over positions, with `unit` it is divided by its length: a sentence's embedding. Texts
are of one segment, the first row of W_T. Arrays by name, axes in order:

    tokens[seq]                                          integer ids
    W_E[vocab, hidden], W_P[seq, hidden], W_T[segment, hidden]
    W_Q, W_K, W_V[layer, head, head_size, hidden], W_O[layer, head, hidden, head_size]
    b_Q, b_K, b_V[layer, head, head_size], b_O[layer, hidden]
    W_in[layer, mlp, hidden], W_out[layer, hidden, mlp], b_in[layer, mlp], b_out[layer, hidden]
    ln_e_w, ln_e_b[hidden], ln1_w, ln1_b, ln2_w, ln2_b[layer, hidden]

The result has the legs (seq, hidden), or (hidden) with pooling. Named values: embed, and in each layer resid_pre, pattern,
resid_mid, mlp_hidden, resid_post.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Leg, Tensor
from tensordraw.templates.attention import RISE_WITH_BIAS, attend_with_bias, size_of_head
from tensordraw.templates.biases import add_bias
from tensordraw.templates.forms import in_form
from tensordraw.templates.networks import mlp_stack
from tensordraw.templates.norms import norm
from tensordraw.templates.scene import HALF, Point, Scene, paste_source, place
from tensordraw.templates.stream import ABOVE, ASIDE, BELOW, OPEN, STATE, add_to_stream, copy_stream

BESIDE = 165.0  # from the stream to the first paste of a block; b_Q stands on the stream's side
EPSILON = 1e-12  # BERT's


def bert(
    *, layers: int, heads: int, hidden: int, head_size: int | None, mlp: int | None, vocab: int, seq: int, segments: int,
    pooling: bool, unit: bool, eps: float = EPSILON, activation: str = "gelu",
    unroll: bool = False, sideways: bool = False,
) -> Diagram:  # fmt: skip
    """The whole encoder: open legs (seq, hidden), or (hidden) with pooling; arrays as the module says. `unroll` and
    `sideways`: see `forms`."""
    draft = Draft()
    draft.title = "BERT"
    draft.description = (
        "The stream runs upwards with its legs seq and hidden; each layer adds attention and then an MLP to what they "
        "read, and normalises each sum. Every position sees every other."
    )
    size = size_of_head("bert", hidden, heads, head_size)
    for name, extent, meaning in (
        ("seq", seq, "positions in the sequence"),
        ("hidden", hidden, "residual stream"),
        ("vocab", vocab, "tokens in the vocabulary"),
        ("layer", layers, "blocks"),
        ("head", heads, "attention heads"),
        ("head_size", size, "inside a head"),
        ("mlp", 4 * hidden if mlp is None else mlp, "inside the MLP"),
        ("segment", segments, "kinds of segments"),
    ):
        draft.space(name, extent, description=meaning, colour="red" if name == "mlp" else None)
    scene = Scene(draft)
    stream = _embedding(scene, (0, 0), eps)
    stream, top = _layers(scene, stream, (0, -370), eps, activation)
    _result(scene, stream, (0, top), pooling=pooling, unit=unit)
    return in_form(draft.build(), unroll=unroll, sideways=sideways)


def _embedding(scene: Scene, at: Point, eps: float) -> Sequence[Leg]:
    """Rows of W_E, plus positions, plus the first row of W_T, normalised: the stream's first ends."""
    x, y = at
    draft = scene.draft
    seq, vocab = scene.leg("seq", *ABOVE[0]), scene.leg("vocab", *ABOVE[1])
    scene.widen(draft.fixed("one_hot", (seq, vocab), at, name="tokens").id, 48)
    e_vocab, e_hidden = scene.leg("vocab", "down"), scene.leg("hidden", "up")
    draft.tensor("W_E", (e_vocab, e_hidden), (x + HALF, y - 45))
    scene.named_wire(vocab, e_vocab)
    position = [scene.leg(name, "left", offset) for name, (_, offset) in zip(STATE, ASIDE, strict=True)]
    draft.tensor("W_P", position, (x + 70, y - 90))
    stream: Sequence[Leg] = add_to_stream(scene, (seq, e_hidden), position, (x, y - 90), "", named=True)
    stream = add_bias(scene, "W_T", (x, y - 135), stream, BELOW, name="embed")
    (segments,) = (node for node in draft.nodes.values() if isinstance(node, Tensor) and node.name == "W_T")
    first = draft.leg("segment", index=0)
    draft.leg_places[first.id] = place("up", 0.0, 8.0)
    draft.nodes[segments.id] = replace(segments, legs=(first, *segments.legs))
    return _normed(scene, stream, "ln_e", (x, y - 135), eps)[0]


def _normed(
    scene: Scene, stream: Sequence[Leg], name: str, at: Point, eps: float, result: str = ""
) -> tuple[Sequence[Leg], float]:
    """The stream's layer norm, on the stream itself above the plus at `at`: ends (seq, hidden), and their height."""
    x, y = at
    copy = copy_stream(scene, stream, (x, y - 32), f"{name}_in", passes=False)[1]
    return norm(scene, paste_source(copy), name, (x, y - 72), bias=True, eps=eps, result=result or name)


def _layers(scene: Scene, stream: Sequence[Leg], at: Point, eps: float, activation: str) -> tuple[Sequence[Leg], float]:
    """All blocks as one repeat region with its lower border at `at`: the ends above it, its upper border."""
    x, y = at
    draft = scene.draft
    repeat = draft.repeat("layer", "layer", name="blocks")
    ports = [draft.port(repeat.id, name) for name in STATE]
    scene.wires(stream, [port.outer_in for port in ports], named=True)
    inner = Scene(draft, repeat.id, repeat.id)
    through: Sequence[Leg] = [port.inner_in for port in ports]

    low = y - 90  # of the pastes that attention reads
    through, copy = copy_stream(inner, through, (x, low + 40), "resid_pre")
    ends = attend_with_bias(inner, paste_source(copy), (x + BESIDE, low), causal=False)
    plus = low - RISE_WITH_BIAS
    through = add_to_stream(inner, through, ends, (x, plus), "attention_sum", named=True)
    through, top = _normed(inner, through, "ln1", (x, plus), eps)

    through, copy = copy_stream(inner, through, (x, top - 30), "resid_mid")
    ends = mlp_stack(inner, paste_source(copy), (x + BESIDE - 30, top - 65), bias=True, function=activation)
    plus = top - 65 - 240
    through = add_to_stream(inner, through, ends, (x, plus), "mlp_sum")
    through, top = _normed(inner, through, "ln2", (x, plus), eps, "resid_post")
    scene.wires(through, [port.inner_out for port in ports])
    return [port.outer_out for port in ports], top - 30


def _result(scene: Scene, stream: Sequence[Leg], at: Point, *, pooling: bool, unit: bool) -> None:
    """What leaves at the top: the stream, its mean over positions, either divided by its length along hidden."""
    x, y = at
    if not pooling and not unit:
        seq, hidden = scene.leg("seq", "up", -HALF, length=OPEN), scene.leg("hidden", "up", HALF, length=OPEN)
        into = (scene.leg("seq", "down", -HALF), scene.leg("hidden", "down", HALF))
        scene.draft.copy("final", into, (seq, hidden), (x, y - 35))
        scene.wires(stream, into)
        scene.draft.open_order = [seq.id, hidden.id]
        return
    copy = copy_stream(scene, stream, (x, y - 35), "final", passes=False)[1]
    regions = []
    for wanted, function, name in ((unit, "l2_normalise", "embedding"), (pooling, "mean", "pooled")):
        if wanted:
            scene = scene.within(scene.draft.bubble(function, name=name, inside=scene.inside).id)
            scene.boxed(scene.inside)
            regions.append((scene.inside, function))
    seq, hidden = paste_source(copy)(scene, (x, y - 105), *ABOVE)
    for region, function in regions:
        scene.draft.change(region, axes=((seq if function == "mean" else hidden).id,))
    ends = (hidden,) if pooling else (seq, hidden)
    for end in ends:
        scene.draft.leg_places[end.id] = replace(scene.draft.leg_places[end.id], length=OPEN + 34)
    scene.draft.open_order = [end.id for end in ends]


__all__ = ["EPSILON", "bert"]
