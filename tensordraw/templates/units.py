"""Small pieces of networks, one a drawing: gated and bilinear units, the two-layer ReLU unit, layer norm, mean pooling."""

from __future__ import annotations

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Leg
from tensordraw.templates.grouped import gate_of
from tensordraw.templates.networks import mlp_stack
from tensordraw.templates.norms import norm
from tensordraw.templates.scene import Scene, tensor_source
from tensordraw.templates.stream import ABOVE, OPEN


def _scene(title: str, description: str, **sizes: int) -> Scene:
    """A new drawing with these spaces."""
    draft = Draft()
    draft.title, draft.description = title, description
    for name, size in sizes.items():
        draft.space(name, size)
    return Scene(draft)


def _open(scene: Scene, *ends: Leg, length: float = OPEN) -> Diagram:
    """The finished drawing, open at these ends."""
    for end in ends:
        scene.draft.leg_places[end.id] = replace(scene.draft.leg_places[end.id], length=length)
    scene.draft.open_order = [end.id for end in ends]
    return scene.draft.build()


def gated_unit(
    title: str, description: str, function: str, *, seq: int, hidden: int, mlp: int
) -> Diagram:  # fmt: skip
    """function(V x) * (W x), elementwise, on x[seq, hidden] with V, W[mlp, hidden]: legs (seq, mlp)."""
    scene = _scene(title, description, seq=seq, hidden=hidden, mlp=mlp)
    seq_end, mlp_end = gate_of(scene, tensor_source("x"), (0, 0), function, ("V", "W"), "gate")
    scene.draft.leg_places[mlp_end.id] = replace(scene.draft.leg_places[mlp_end.id], length=OPEN + 20)
    scene.draft.leg_places[seq_end.id] = replace(scene.draft.leg_places[seq_end.id], length=OPEN)
    scene.draft.open_order = [seq_end.id, mlp_end.id]
    return scene.draft.build()


def glu(*, seq: int, hidden: int, mlp: int) -> Diagram:
    """sigmoid(V x) * (W x): legs (seq, mlp)."""
    sentence = (
        "One linear map, through a sigmoid, says how much of each entry of another passes: dots multiply elementwise."
    )
    return gated_unit("Gated linear unit", sentence, "sigmoid", seq=seq, hidden=hidden, mlp=mlp)


def swiglu(*, seq: int, hidden: int, mlp: int) -> Diagram:
    """silu(V x) * (W x): legs (seq, mlp)."""
    sentence = "The gate of Llama's MLPs: a SiLU instead of the sigmoid."
    return gated_unit("SwiGLU", sentence, "silu", seq=seq, hidden=hidden, mlp=mlp)


def bilinear_unit(*, seq: int, hidden: int, mlp: int) -> Diagram:
    """(V x) * (W x): legs (seq, mlp)."""
    sentence = (
        "A gate without its function: the whole layer is one tensor with two legs for x, and can be analysed as such."
    )
    return gated_unit("Bilinear unit", sentence, "", seq=seq, hidden=hidden, mlp=mlp)


def relu_unit(*, seq: int, hidden: int, mlp: int, bias: bool) -> Diagram:
    """W_out relu(W_in x + b_in) + b_out on x[seq, hidden]: legs (seq, hidden)."""
    sentence = "Two linear maps with a ReLU between them, the same at every position."
    scene = _scene("Two-layer ReLU unit", sentence, seq=seq, hidden=hidden, mlp=mlp)
    ends = mlp_stack(scene, tensor_source("x"), (0, 0), bias=bias, function="relu")
    scene.draft.open_order = [leg.id for leg in ends]
    return scene.draft.build()


def layer_norm(*, seq: int, hidden: int, bias: bool) -> Diagram:
    """Mean 0 and variance 1 along hidden, times ln_w, plus ln_b with bias: legs (seq, hidden)."""
    sentence = "The bubble makes mean 0 and variance 1 along hidden; weights multiply on a dot, shifts are added."
    scene = _scene("Layer norm", sentence, seq=seq, hidden=hidden)
    ends, _ = norm(scene, tensor_source("x"), "ln", (0, 0), bias=bias, result="normed")
    if not bias:
        scene.draft.leg_places[ends[1].id] = replace(scene.draft.leg_places[ends[1].id], length=OPEN)
        scene.draft.leg_places[ends[0].id] = replace(scene.draft.leg_places[ends[0].id], length=OPEN + 35)
        scene.draft.open_order = [end.id for end in ends]
        return scene.draft.build()
    return _open(scene, *ends)


def mean_pooling(*, seq: int, hidden: int, unit: bool) -> Diagram:
    """The mean of x[seq, hidden] over the positions where mask[seq] is 1, divided by its length with `unit`: leg (hidden)."""
    sentence = "The mask picks positions out of the sum on a dot; the reciprocal of its own sum makes that their mean."
    scene = _scene("Mean pooling with a mask", sentence, seq=seq, hidden=hidden)
    if unit:
        scene = scene.within(scene.draft.bubble("l2_normalise", name="embedding").id)
        scene.boxed(scene.inside)
    seq_end, hidden_end = tensor_source("x")(scene, (0, 0), *ABOVE)
    mask = scene.leg("seq", "right")
    scene.draft.tensor("mask", (mask,), (-75, -50), inside=scene.inside)
    scene.wire(seq_end, mask)
    scene.draft.leg_places[hidden_end.id] = replace(scene.draft.leg_places[hidden_end.id], length=OPEN + 55)
    if unit:
        scene.draft.change(scene.inside, axes=(hidden_end.id,))
    within = scene.within(scene.draft.bubble("reciprocal", inside=scene.inside).id)
    scene.boxed(within.inside)
    count, ones = within.leg("seq", "right"), within.leg("seq", "left")
    scene.draft.tensor("mask", (count,), (60, -50), inside=within.inside)
    scene.draft.delta((ones,), (60 + 45, -50), inside=within.inside)
    scene.named_wire(count, ones)
    scene.draft.open_order = [hidden_end.id]
    return scene.draft.build()


def single_head(*, seq: int, hidden: int, head_size: int) -> Diagram:
    """softmax(Q K^T / sqrt(head_size)) V with Q = X W_Q, K = X W_K, V = X W_V, not masked: legs (query, head_size).

    Arrays X[seq, hidden] and W_Q, W_K, W_V[hidden, head_size].
    """
    sentence = "S = Q K^T compares every query with every key; softmax along the keys makes the weights of the values."
    scene = _scene("Single-head attention", sentence, seq=seq, hidden=hidden, head_size=head_size)
    softmax = scene.draft.bubble("softmax", name="A")
    scores = scene.draft.term("S", inside=softmax.id)
    outer, inner = scene.within(softmax.id), scene.within(scores.id)
    scene.boxed(softmax.id)
    scene.boxed(scores.id)
    ends = []
    for which, column, near, away in (("Q", 0.0, "right", "left"), ("K", 250.0, "left", "right")):
        way = 1.0 if which == "Q" else -1.0
        label = "query" if which == "Q" else "key"
        seq_end = inner.leg("seq", away if which == "Q" else "up", label=label)  # type: ignore[arg-type]
        x = inner.leg("hidden", near)  # type: ignore[arg-type]
        scene.draft.tensor("X", (seq_end, x), (column, 0), inside=scores.id)
        legs = (inner.leg("hidden", away), inner.leg("head_size", near))  # type: ignore[arg-type]
        scene.draft.tensor(f"W_{which}", legs, (column + 75 * way, 0), inside=scores.id)
        scene.named_wire(x, legs[0])
        ends.append((seq_end, legs[1]))
    scene.named_wire(ends[0][1], ends[1][1])
    (query, _), (key, _) = ends
    outer.draft.fixed("constant", (), (125, 36), inside=softmax.id, expression="1/sqrt(head_size)")
    scene.draft.change(softmax.id, axes=(key.id,))
    row = -90.0
    value, x = scene.leg("seq", "down"), scene.leg("hidden", "left")
    scene.draft.tensor("X", (value, x), (250, row))
    v = (scene.leg("hidden", "right"), scene.leg("head_size", "left", length=OPEN))
    scene.draft.tensor("W_V", v, (175, row))
    scene.named_wire(x, v[0])
    scene.wire(key, value, "key")
    scene.draft.leg_places[query.id] = replace(scene.draft.leg_places[query.id], length=OPEN + 40)
    scene.draft.open_order = [query.id, v[1].id]
    return scene.draft.build()


__all__ = [
    "bilinear_unit", "glu", "layer_norm", "mean_pooling", "relu_unit", "single_head", "swiglu",
]  # fmt: skip
