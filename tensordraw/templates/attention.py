"""Causal self-attention as one contraction around its pattern, and the same with the biases of the real model.

The picture is the paper's: scores are x W_Q W_K x with the constant 1/sqrt(head_size), inside a causal mask bubble
inside a softmax bubble; W_V and W_O carry values from keys to queries. The `head` index is on four matrices, so it is
joined by copy dots, one inside the bubbles and one outside. Arrays, with a first axis `layer` inside GPT-2's repeat:

    W_Q, W_K, W_V[head, head_size, hidden], W_O[head, hidden, head_size]
    b_Q, b_K, b_V[head, head_size], b_O[hidden]                              with bias
"""

from __future__ import annotations

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Leg
from tensordraw.errors import Error
from tensordraw.templates.biases import add_bias
from tensordraw.templates.scene import HALF, Point, Scene, Side, Source, Spot, tensor_source

STEP = 60.0  # from a paste to its matrix
ROWS = 110.0  # from the row of scores to the row of values
RISE = ROWS - 5.0  # to the middle of the wires that leave to the left
COLUMNS = 84.0  # between the columns of queries and of keys in a stream
MATRICES = 64.0  # from a paste to its matrix, upwards
VALUES = 134.0  # from the pastes of the scores to that of the values
OUTPUT = VALUES + 40.0  # to the matrices of values and of the output
RISE_IN_COLUMNS = OUTPUT - 5.0
PLUS = 100.0  # from a paste to the plus of its bias
RISE_WITH_BIAS = PLUS + 120.0 + 45.0
SCALE = "1/sqrt(head_size)"


def size_of_head(name: str, hidden: int, heads: int, head_size: int | None) -> int:
    """The size of a head: given, or hidden / heads. Error where that is not whole."""
    if head_size is not None:
        return head_size
    if hidden % heads:
        raise Error(f"{name}: hidden = {hidden} is not a multiple of heads = {heads}; choose others or give head_size.")
    return hidden // heads


def attention(*, seq: int, hidden: int, heads: int, head_size: int | None, bias: bool) -> Diagram:
    """Attention on x[seq, hidden]: open legs (query, hidden), both in the spaces of x."""
    draft = Draft()
    draft.title = "Attention block"
    draft.description = (
        "Scores of each query with each key, masked and made into a pattern by softmax over keys, weigh the values. "
        "All occurrences of x are the same array."
    )
    size = size_of_head("attention", hidden, heads, head_size)
    for name, extent in (("seq", seq), ("hidden", hidden), ("head", heads), ("head_size", size)):
        draft.space(name, extent)
    scene, source = Scene(draft), tensor_source("x")
    ends = attend_with_bias(scene, source, (0, 0)) if bias else attend(scene, source, (0, 0), "left")
    draft.open_order = [leg.id for leg in ends]
    return draft.build()


def attend(
    scene: Scene, source: Source, at: Point, query_side: Side = "up", step: float = STEP
) -> tuple[Leg, Leg]:  # fmt: skip
    """Attention without biases: ends (seq, hidden). The query's x is at `at`, the output leaves left, ROWS above.

    `query_side` is where the seq end leaves: up where a wire takes it on, left where it stays open. `step` is from a paste to
    its matrix.
    """
    x, y = at
    scene = scene.within(scene.draft.block("attention", inside=scene.inside).id)
    softmax, mask, inner = bubbles(scene)
    q_matrix, k_matrix, far = x + step, x + step + 1.6 * STEP, x + 2 * step + 1.6 * STEP
    middle, row = (q_matrix + k_matrix) / 2, y - ROWS

    query, q_hidden = source(inner, at, (query_side, 0), ("right", 0), "query")
    key, k_hidden = source(inner, (far, y), ("up", 0), ("left", 0), "key")
    q = _matrix(inner, "W_Q", (q_matrix, y), q_hidden, ("left", 0), ("right", 0), ("up", 0), "down")
    k = _matrix(inner, "W_K", (k_matrix, y), k_hidden, ("right", 0), ("left", 0), ("up", 0), "down")
    scene.named_wire(q[1], k[1])
    inner.draft.fixed("constant", (), (middle, y + 26), inside=inner.inside, expression=SCALE)
    head = join_heads(inner, (q[0], k[0]), (middle, y - 30), "up")
    set_axes(scene, softmax, mask, query, key)

    value_seq, v_hidden = source(scene, (far, row), ("down", 0), ("left", 0))
    scene.wire(key, value_seq, "key")
    v = _matrix(scene, "W_V", (k_matrix, row), v_hidden, ("right", 0), ("left", 0), ("down", 0), "up")
    o_head, o_hidden, o_size = _output_matrix(scene, (q_matrix, row), ("left", 0), ("right", 0), ("down", 0), "up")
    scene.named_wire(v[1], o_size)
    meet_heads(scene, head, v[0], o_head, (middle, row + 32))
    return query, o_hidden


def attend_in_columns(scene: Scene, source: Source, at: Point, columns: float = COLUMNS) -> tuple[Leg, Leg]:
    """The same in two columns, which is narrow enough to stand beside a stream: ends (seq, hidden). The query's x is at `at`
    with its matrix above it, the key's `columns` to the right, and the value's above the key's."""
    x, y = at
    scene = scene.within(scene.draft.block("attention", inside=scene.inside).id)
    softmax, mask, inner = bubbles(scene)
    left, right, middle = x + HALF, x + columns - HALF, x + columns / 2
    score, out = y - MATRICES, y - OUTPUT

    query, q_hidden = source(inner, at, ("up", -HALF), ("up", HALF), "query")
    key, k_hidden = source(inner, (x + columns, y), ("up", HALF), ("up", -HALF), "key")
    q = _matrix(inner, "W_Q", (left, score), q_hidden, ("down", 0), ("right", 5), ("right", -5), "up")
    k = _matrix(inner, "W_K", (right, score), k_hidden, ("down", 0), ("left", 5), ("left", -5), "up")
    scene.named_wire(q[1], k[1])
    inner.draft.fixed("constant", (), (middle, score + 28), inside=inner.inside, expression=SCALE)
    head = join_heads(inner, (q[0], k[0]), (middle, score - 5), "up")
    set_axes(scene, softmax, mask, query, key)

    value_seq, v_hidden = source(scene, (x + columns, y - VALUES), ("down", HALF), ("up", -HALF))
    scene.wire(key, value_seq, "key")
    v = _matrix(scene, "W_V", (right, out), v_hidden, ("down", 0), ("left", -5), ("left", 5), "up")
    o_head, o_hidden, o_size = _output_matrix(scene, (left, out), ("left", 0), ("right", -5), ("right", 5), "up")
    scene.named_wire(v[1], o_size)
    meet_heads(scene, head, v[0], o_head, (middle, out + 5))
    return query, o_hidden


def attend_with_bias(scene: Scene, source: Source, at: Point, *, causal: bool = True) -> tuple[Leg, Leg]:
    """Attention with b_Q, b_K, b_V and b_O: ends (seq, hidden). The query's x is at `at`. Where it is not `causal`, each
    query sees every key."""
    x, y = at
    scene = scene.within(scene.draft.block("attention", inside=scene.inside).id)
    softmax, mask, inner = bubbles(scene, causal=causal)
    leaving = inner.leg("head", "up")
    q_seq, q_head, q_size = _biased(inner, source, "Q", (x, y), "left", "right", "query")
    k_seq, k_head, k_size = _biased(inner, source, "K", (x + 130, y), "right", "left", "key")
    scene.named_wire(q_size, k_size)
    middle, plus = x + 65, y - PLUS
    inner.draft.fixed("constant", (), (middle, y), inside=inner.inside, expression=SCALE)
    head = join_heads(inner, (q_head, k_head), (middle + HALF, plus - 34), "up", leaving)
    set_axes(scene, softmax, mask, q_seq, k_seq)

    v_seq, v_head, v_size = _biased(scene, source, "V", (x + 275, y), "right", "up")
    scene.wire(k_seq, v_seq, "key")
    row = plus - 120
    o_head, o_hidden, o_size = _output_matrix(scene, (x + HALF, row), ("up", 0), ("right", -5), ("right", 5), "down")
    scene.named_wire(v_size, o_size)
    meet_heads(scene, head, v_head, o_head, (middle + HALF, row + 5))
    ends = add_bias(
        scene, "b_O", (x, row - 45), (q_seq, o_hidden), (("down", -HALF), ("down", HALF)),
        out=(("left", 5), ("left", -5)), name="attention_out",
    )  # fmt: skip
    return ends[0], ends[1]


def bubbles(scene: Scene, *, causal: bool = True) -> tuple[str, str, Scene]:
    """The softmax bubble, the causal mask bubble in it ("" where there is none), and the scene inside both."""
    softmax = scene.draft.bubble("softmax", name="pattern", inside=scene.inside)
    if not causal:
        scene.boxed(softmax.id)
        return softmax.id, "", scene.within(softmax.id)
    mask = scene.draft.bubble("causal_mask", name="scores", inside=softmax.id)
    for region in (softmax, mask):
        scene.boxed(region.id)
    return softmax.id, mask.id, scene.within(mask.id)


def set_axes(scene: Scene, softmax: str, mask: str, query: Leg, key: Leg) -> None:
    if mask:
        scene.draft.change(mask, axes=(query.id, key.id))
    scene.draft.change(softmax, axes=(key.id,))


def _matrix(
    scene: Scene, name: str, at: Point, x_hidden: Leg, hidden: Spot, size: Spot, head: Spot, layer: Side
) -> tuple[Leg, Leg]:
    """W_Q, W_K or W_V on the hidden end of an x: the ends (head, head_size)."""
    legs = (scene.leg("head", *head), scene.leg("head_size", *size), scene.leg("hidden", *hidden))
    scene.weight(name, at, legs, layer)
    scene.named_wire(x_hidden, legs[2])
    return legs[0], legs[1]


def _output_matrix(scene: Scene, at: Point, hidden: Spot, size: Spot, head: Spot, layer: Side) -> tuple[Leg, Leg, Leg]:
    """W_O: its legs (head, hidden, head_size)."""
    legs = (scene.leg("head", *head), scene.leg("hidden", *hidden), scene.leg("head_size", *size))
    scene.weight("W_O", at, legs, layer)
    return legs


def join_heads(scene: Scene, heads: tuple[Leg, Leg], at: Point, out: Side, leaving: Leg | None = None) -> Leg:
    """A copy dot on two head ends: its third leg, which leaves the bubbles (`leaving` where it exists already: axes of the
    pattern stand in the order in which the legs were made)."""
    space = heads[0].space
    dot = [scene.leg(space, "left"), scene.leg(space, "right"), leaving or scene.leg(space, out)]
    scene.draft.delta(dot, at, inside=scene.inside)
    scene.wires(heads, dot[:2])
    return dot[2]


def meet_heads(scene: Scene, pattern: Leg, value: Leg, output: Leg, at: Point) -> None:
    """A copy dot that joins the pattern's head with those of the value matrix (right) and the output matrix (left)."""
    dot = [scene.leg(pattern.space, side) for side in ("down", "right", "left")]
    scene.draft.delta(dot, at, inside=scene.inside)
    scene.named_wire(pattern, dot[0])
    scene.wires((value, output), dot[1:])


def _biased(
    scene: Scene, source: Source, which: str, at: Point, side: Side, size: Side, label: str = ""
) -> tuple[Leg, Leg, Leg]:
    """W x + b upwards from x at `at`: ends (seq, head, head_size); the last leaves by the side `size`."""
    x, y = at
    seq, x_hidden = source(scene, at, ("up", -HALF), ("up", HALF))
    up = _matrix(scene, f"W_{which}", (x + HALF + 5, y - 50), x_hidden, ("down", -5), ("up", 5), ("up", -5), "right")
    spots: tuple[Spot, ...] = (("down", -HALF), ("down", HALF), ("down", 2 * HALF))
    out: tuple[Spot, ...] = (("up", -HALF), ("up", HALF), (size, 2 * HALF if size == "up" else 0.0))
    ends = add_bias(
        scene,
        f"b_{which}",
        (x, y - 100),
        (seq, *up),
        spots,
        out=out,
        side=side,
        name=which.lower(),
        width=56,
        label=label,
    )
    return ends[0], ends[1], ends[2]


__all__ = [
    "COLUMNS", "RISE", "RISE_IN_COLUMNS", "RISE_WITH_BIAS", "SCALE", "STEP", "attend", "attend_in_columns",
    "attend_with_bias", "attention", "bubbles", "join_heads", "meet_heads", "set_axes", "size_of_head",
]  # fmt: skip
