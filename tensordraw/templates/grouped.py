"""Llama's attention and MLP: heads in groups that share keys and values, rotary positions, a gated inner layer.

The picture is that of `attention.py` with the turn of the position between each matrix and the scores. `kv_head` is on
all four matrices, so it is joined by dots; `group` counts the queries' heads for each of them and is on two. Arrays, with
a first axis `layer` inside a repeat, by Hugging Face's names:

    q_proj[kv_head, group, head_size, hidden], k_proj, v_proj[kv_head, head_size, hidden]
    o_proj[kv_head, group, hidden, head_size], gate_proj, up_proj[mlp, hidden], down_proj[hidden, mlp]
"""

from __future__ import annotations

from tensordraw.diagram.records import Id, Leg
from tensordraw.templates.attention import SCALE, bubbles, join_heads, meet_heads, set_axes
from tensordraw.templates.scene import HALF, Point, Scene, Source

STEP = 70.0  # between neighbours in the row of scores
MIDST = 20.0  # more between the turns, for the name of their wire
GROUPED_ROWS = 125.0  # from the row of scores to the row of values
APART = 95.0  # from the gate to what it gates
GATED_RISE = 175.0  # from the pastes to the last matrix of the gated MLP


def attend_grouped(scene: Scene, source: Source, turn: Id, at: Point) -> tuple[Leg, Leg]:
    """Attention with rotary positions, pastes of the copy `turn`: ends (seq, hidden). The query's x is at `at`; the
    output leaves left, GROUPED_ROWS above."""
    x, y = at
    scene = scene.within(scene.draft.block("attention", inside=scene.inside).id)
    softmax, mask, inner = bubbles(scene)
    columns = [x + STEP * step + (MIDST if step > 2 else 0.0) for step in range(6)]
    middle, far, row = (columns[0] + columns[5]) / 2, columns[5], y - GROUPED_ROWS

    leaving, group = inner.leg("kv_head", "up"), inner.leg("group", "up", -HALF / 2)
    query, q_hidden, q_end = _placed(inner, source, turn, (columns[0], columns[2]), y, "query", 1)
    key, k_hidden, k_end = _placed(inner, source, turn, (columns[5], columns[3]), y, "key", -1)
    q = [
        inner.leg("kv_head", "up", HALF / 2), group, inner.leg("head_size", "right"), inner.leg("hidden", "left"),
    ]  # fmt: skip
    inner.weight("q_proj", (columns[1], y), q)
    k = [inner.leg("kv_head", "up"), inner.leg("head_size", "left"), inner.leg("hidden", "right")]
    inner.weight("k_proj", (columns[4], y), k)
    scene.wires((q_hidden, k_hidden, q[2], k[1]), (q[3], k[2], q_end[1], k_end[1]))
    scene.wire(q_end[0], k_end[0], "head_size")
    inner.draft.fixed("constant", (), (middle, y + 26), inside=inner.inside, expression=SCALE)
    head = join_heads(inner, (q[0], k[0]), (middle, y - 35), "up", leaving)
    set_axes(scene, softmax, mask, query, key)

    value_seq, v_hidden = source(scene, (far, row), ("right", 0), ("left", 0))
    scene.wire(key, value_seq, "key")
    v = [scene.leg("kv_head", "down"), scene.leg("head_size", "left"), scene.leg("hidden", "right")]
    scene.weight("v_proj", (columns[4], row), v, "up")
    o = [
        scene.leg("kv_head", "down", HALF / 2), scene.leg("group", "down", -HALF / 2),
        scene.leg("hidden", "left"), scene.leg("head_size", "right"),
    ]  # fmt: skip
    scene.weight("o_proj", (columns[1], row), o, "up")
    scene.wires((v_hidden, v[1]), (v[2], o[3]), named=True)
    scene.named_wire(q[1], o[1])
    meet_heads(scene, head, v[0], o[0], (middle, row + 35))
    return query, o[2]


def _placed(
    scene: Scene, source: Source, turn: Id, columns: tuple[float, float], y: float, label: str, way: int
) -> tuple[Leg, Leg, tuple[Leg, Leg]]:
    """An x and the turn by its positions, a dot on their seq below: the dot's free end, x's hidden, and the turn's
    ends (towards the other side, towards x). `way` is 1 where x stands left of its turn."""
    near, away = ("right", "left") if way > 0 else ("left", "right")
    seq, hidden = source(scene, (columns[0], y), ("down", 0), (near, 0))  # type: ignore[arg-type]
    dot = [scene.leg("seq", "up"), scene.leg("seq", near), scene.leg("seq", away, label=label)]  # type: ignore[arg-type]
    scene.draft.delta(dot, (columns[0], y + 50), inside=scene.inside)
    place, out, into = scene.leg("seq", "down"), scene.leg("head_size", near), scene.leg("head_size", away)  # type: ignore[arg-type]
    scene.boxed(scene.draft.paste(turn, (place, out, into), (columns[1], y), inside=scene.inside).id)
    scene.wire(seq, dot[0])
    scene.wire(dot[1], place, square=True)
    return dot[2], hidden, (out, into)


def gated_mlp(scene: Scene, source: Source, at: Point) -> tuple[Leg, Leg]:
    """down_proj (silu(gate_proj x) * up_proj x), upwards from the left x at `at`: ends (seq, hidden)."""
    x, y = at
    scene = scene.within(scene.draft.block("mlp", inside=scene.inside).id)
    seq, gate = gate_of(scene, source, at, "silu", ("gate_proj", "up_proj"))
    out = (scene.leg("hidden", "up", -13), scene.leg("mlp", "down", -13))
    scene.weight("down_proj", (x + HALF + 13, y - GATED_RISE), out, "right")  # a wide body, clear of the seq wire
    scene.named_wire(gate, out[1])
    return seq, out[0]


def gate_of(
    scene: Scene, source: Source, at: Point, function: str, names: tuple[str, str], name: str = "mlp_gate"
) -> tuple[Leg, Leg]:
    """function(V x) * (W x) for the arrays `names` [mlp, hidden], the function "" for none: ends (seq, mlp) upwards."""
    x, y = at
    ends = []
    for number, array in enumerate(names):
        within, left = scene, x + number * (APART + HALF + sum(max(0.0, 6.0 * len(each) - 28.0) for each in names))
        if not number and function:
            within = scene.within(scene.draft.bubble(function, name=name, inside=scene.inside).id)
            scene.boxed(within.inside)
        way = -1 if number else 1  # the right one is the left one's mirror image: their seq wires run outside
        seq, hidden = source(within, (left, y), ("up", -HALF * way), ("up", HALF * way))
        aside = max(0.0, 3.0 * len(array) - 14.0) * way  # a wide body stands clear of the seq wire
        legs = (scene.leg("mlp", "up", -aside), scene.leg("hidden", "down", -aside))
        within.weight(array, (left + HALF * way + aside, y - 50), legs, "left" if number else "right")
        scene.wire(hidden, legs[1])
        ends.append((seq, legs[0]))
    out = []
    for space, column, height, (one, other) in zip(
        ("mlp", "seq"), (x + HALF, x - HALF), (y - 95, y - 115), ((ends[0][1], ends[1][1]), (ends[0][0], ends[1][0])),
        strict=True,
    ):  # fmt: skip
        dot = [scene.leg(space, side) for side in ("down", "right", "up")]
        scene.draft.delta(dot, (column, height), inside=scene.inside)
        scene.wire(one, dot[0])
        scene.wire(other, dot[1], square=True)
        out.append(dot[2])
    return out[1], out[0]


__all__ = ["GATED_RISE", "GROUPED_ROWS", "attend_grouped", "gate_of", "gated_mlp"]
