"""Templates of networks without attention: dense layers in bubbles, the MLP block, a residual stream."""

from __future__ import annotations

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import ROOT, Diagram, Leg
from tensordraw.templates.biases import add_bias
from tensordraw.templates.scene import HALF, Point, Scene, Source, paste_source, tensor_source
from tensordraw.templates.stream import ABOVE, BELOW, OPEN, add_to_stream, copy_stream

STEP = 60.0  # between neighbours in a row


def dense_network(*, layers: int, inputs: int, hidden: int, outputs: int) -> Diagram:
    """W3 relu(W2 relu(W1 x)): nested bubbles, the output to the left as in the formula; open leg (outputs)."""
    draft = Draft()
    draft.title = "Dense network"
    draft.description = "Each relu bubble holds all that comes before it: contract inside, then apply the function."
    draft.space("inputs", inputs)
    if layers > 1:
        draft.space("hidden", hidden)
    draft.space("outputs", outputs)
    scene = Scene(draft)
    regions = [ROOT]
    for layer in range(layers - 1, 0, -1):  # the outermost bubble holds the most layers
        regions.append(draft.bubble("relu", name=f"h{layer}", inside=regions[-1]).id)
        scene.boxed(regions[-1])
    x = scene.leg("inputs", "left")
    innermost = scene.within(regions[-1])
    draft.tensor("x", (x,), (0, 0), inside=innermost.inside)
    last, right = x, "inputs"
    for layer in range(1, layers + 1):
        left = "outputs" if layer == layers else "hidden"
        into = scene.leg(right, "right")
        out = scene.leg(left, "left", length=OPEN if layer == layers else None)
        draft.tensor(f"W{layer}", (out, into), (-STEP * 1.2 * layer, 0), inside=regions[layers - layer])
        scene.named_wire(last, into)
        last, right = out, left
    draft.open_order = [last.id]
    return draft.build()


def mlp_stack(
    scene: Scene, source: Source, at: Point, *, bias: bool, function: str = "gelu_tanh"
) -> tuple[Leg, Leg]:  # fmt: skip
    """W_out gelu(W_in x), or another function, upwards from x at `at`: the ends (seq, hidden), with their biases where wanted.

    Arrays W_in[mlp, hidden], W_out[hidden, mlp], b_in[mlp], b_out[hidden]. The stack is one block, named mlp.
    """
    x, y = at
    scene = scene.within(scene.draft.block("mlp", inside=scene.inside).id)
    inner = scene.within(scene.draft.bubble(function, name="mlp_hidden", inside=scene.inside).id)
    seq, x_hidden = source(inner, at, *ABOVE)
    in_hidden, in_mlp = scene.leg("hidden", "down"), scene.leg("mlp", "up")
    inner.weight("W_in", (x + HALF, y - 45), (in_mlp, in_hidden), "right")
    scene.wire(x_hidden, in_hidden)
    scene.boxed(inner.inside)
    ends: tuple[Leg, ...] = (seq, in_mlp)
    top = y - 45
    if bias:
        top -= 45
        ends = add_bias(inner, "b_in", (x, top), ends, BELOW)
    top -= 60
    out_mlp, out_hidden = scene.leg("mlp", "down"), scene.leg("hidden", "up")
    scene.weight("W_out", (x + HALF, top), (out_hidden, out_mlp), "right")
    scene.named_wire(ends[1], out_mlp)
    ends = (ends[0], out_hidden)
    if bias:
        ends = add_bias(scene, "b_out", (x, top - 45), ends, BELOW, name="mlp_out")
    return ends[0], ends[1]


def mlp_block(*, seq: int, hidden: int, mlp: int, bias: bool) -> Diagram:
    """The MLP of a transformer block on x[seq, hidden]: open legs (seq, hidden)."""
    draft = Draft()
    draft.title = "MLP block"
    draft.description = "The same small network at every position: the seq wire runs past both matrices."
    for name, size in (("seq", seq), ("hidden", hidden), ("mlp", mlp)):
        draft.space(name, size)
    ends = mlp_stack(Scene(draft), tensor_source("x"), (0, 0), bias=bias)
    draft.open_order = [leg.id for leg in ends]
    return draft.build()


def residual_stream(*, seq: int, hidden: int) -> Diagram:
    """x + W x: the stream is copied, W acts on the paste, and the plus puts the result back: legs (seq, hidden)."""
    draft = Draft()
    draft.title = "Residual stream"
    draft.description = "A copy names the value on the stream; its paste (pink) is that value again, beside the stream."
    for name, size in (("seq", seq), ("hidden", hidden)):
        draft.space(name, size)
    scene = Scene(draft)
    x = tensor_source("x")(scene, (0, 0), *ABOVE)
    through, copy = copy_stream(scene, x, (0, -40), "resid_pre")
    seq_end, x_hidden = paste_source(copy)(scene, (70, -40), *ABOVE)
    in_hidden, out_hidden = scene.leg("hidden", "down"), scene.leg("hidden", "up")
    scene.weight("W", (70 + HALF, -85), (out_hidden, in_hidden))
    scene.named_wire(x_hidden, in_hidden)
    out = add_to_stream(scene, through, (seq_end, out_hidden), (0, -130), "resid_post", named=True, length=OPEN)
    draft.open_order = [leg.id for leg in out]
    return draft.build()
