"""A linear state-space layer over a sequence: x' = A x + B u, y = C x + D u, beginning with x = 0.

All steps are taken at once. With S the shift by one position, the states X[seq, state] solve X = S X A^T + S U B^T; beginning
with S U B^T and putting in again and again, every turn makes one more position right, and after seq turns all are. The same
layer as a sum over its kernel: y is D u plus, for k = 0, 1, ..., C A^k B on u as it was k + 1 positions before. Arrays
u[seq, inputs], A[state, state], B[state, inputs], C[outputs, state], D[outputs, inputs].
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Leg, Part
from tensordraw.templates.scene import HALF, Point, Scene
from tensordraw.templates.stream import ABOVE, BELOW, OPEN

STEP = 60.0  # between neighbours in a row of the kernel
ROWS = 70.0


def _draft(seq: int, inputs: int, state: int, outputs: int) -> Draft:
    draft = Draft()
    for name, size, meaning in (
        ("seq", seq, "positions in the sequence"), ("inputs", inputs, "entries of u"),
        ("state", state, "entries of x"), ("outputs", outputs, "entries of y"),
    ):  # fmt: skip
        draft.space(name, size, description=meaning)
    return draft


def state_space(*, seq: int, inputs: int, state: int, outputs: int) -> Diagram:
    """The layer with its steps as one repeat: legs (seq, outputs)."""
    draft = _draft(seq, inputs, state, outputs)
    draft.title = "State-space layer"
    draft.description = (
        "x' = A x + B u, y = C x + D u. Each turn of the repeat moves all states one position on (shift), applies A, and "
        "adds what the input drives; after seq turns every position has seen all before it."
    )
    scene = Scene(draft)
    legs = (scene.leg("seq", *ABOVE[0]), scene.leg("inputs", *ABOVE[1]))
    scene.boxed(draft.tensor("u", legs, (0, 0)).id)
    stream = _moved(scene, legs, "B", "inputs", (0, -50))
    driven = draft.copy("driven", _ends(scene, "down"), out := _ends(scene, "up"), (0, -145))
    scene.wires(stream, driven.into, named=True)

    repeat = draft.repeat("step", "seq", name="steps")
    ports = [draft.port(repeat.id, name) for name in ("seq", "state")]
    scene.wires(out, [port.outer_in for port in ports])
    inner = scene.within(repeat.id)
    turned = _moved(inner, [port.inner_in for port in ports], "A", "state", (0, -225))
    below, above = _ends(inner, "down"), _ends(inner, "up")
    aside = (inner.leg("seq", "right", HALF / 2), inner.leg("state", "right", -HALF / 2))
    draft.add((below, aside), above, (0, -325), name="states", inside=repeat.id)
    scene.wires(turned, below, named=True)
    again = (inner.leg("seq", "left", HALF / 2), inner.leg("state", "left", -HALF / 2))
    scene.boxed(draft.paste(driven.id, again, (80, -325), inside=repeat.id).id)
    scene.wires(again, aside)
    scene.wires(above, [port.inner_out for port in ports])

    c = (scene.leg("outputs", "up"), scene.leg("state", "down"))
    draft.tensor("C", c, (HALF, -415))
    scene.wire(ports[1].outer_out, c[1], "state")
    _with_direct(scene, (ports[0].outer_out, c[0]), (0, -465))
    return draft.build()


def _ends(scene: Scene, side: str) -> tuple[Leg, Leg]:
    """Legs (seq, state) up or down."""
    seq, state = BELOW if side == "down" else ABOVE
    return scene.leg("seq", *seq), scene.leg("state", *state)


def _moved(scene: Scene, stream: Sequence[Leg], name: str, space: str, at: Point) -> tuple[Leg, Leg]:
    """The matrix `name` on the stream's second wire and a shift on its first: ends (seq, state) above."""
    x, y = at
    matrix = (scene.leg("state", "up"), scene.leg(space, "down"))
    scene.draft.tensor(name, matrix, (x + HALF, y), inside=scene.inside)
    shift = (scene.leg("seq", "up", 14), scene.leg("seq", "down", 14))
    made = scene.draft.fixed("shift", shift, (x - HALF - 14, y - 35), inside=scene.inside, offset=1)
    scene.widen(made.id, 40)
    scene.boxed(made.id)
    scene.wire(stream[0], shift[1])
    scene.named_wire(stream[1], matrix[1])
    return shift[0], matrix[0]


def _with_direct(scene: Scene, stream: Sequence[Leg], at: Point) -> None:
    """Add D u from the right: open legs (seq, outputs)."""
    x, y = at
    below, above = (
        (scene.leg("seq", *spots[0]), scene.leg("outputs", *spots[1])) for spots in (BELOW, ABOVE)
    )  # fmt: skip
    aside = (scene.leg("seq", "right", HALF / 2), scene.leg("outputs", "right", -HALF / 2))
    scene.draft.add((below, aside), above, at, name="y")
    scene.wires(stream, below)
    seq, inputs = scene.leg("seq", *ABOVE[0]), scene.leg("inputs", *ABOVE[1])
    scene.boxed(scene.draft.tensor("u", (seq, inputs), (x + 90, y + 90)).id)
    d = (scene.leg("outputs", "up"), scene.leg("inputs", "down"))
    scene.draft.tensor("D", d, (x + 90 + HALF, y + 40))
    scene.named_wire(inputs, d[1])
    scene.wire(seq, aside[0], square=True)
    scene.wire(d[0], aside[1], square=True)
    for leg in above:
        scene.draft.leg_places[leg.id] = replace(scene.draft.leg_places[leg.id], length=OPEN)
    scene.draft.open_order = [leg.id for leg in above]


def state_space_kernel(*, seq: int, inputs: int, state: int, outputs: int) -> Diagram:
    """The layer as a sum over its kernel, a term for each distance: legs (seq, outputs)."""
    draft = _draft(seq, inputs, state, outputs)
    draft.title = "State-space layer, unrolled"
    draft.description = (
        "The same layer as a convolution: the kernel is D, C B, C A B, C A A B, ..., a term for each distance."
    )
    scene, parts, order = Scene(draft), [], []
    right = STEP * (seq + 1)
    for distance in range(seq):
        term = draft.term()
        inner, y = scene.within(term.id), ROWS * distance
        names = ["D"] if not distance else ["C", *["A"] * (distance - 1), "B"]
        spaces = ["outputs", *["state"] * (len(names) - 1), "inputs"]
        x = right - STEP * len(names)
        ends: list[Leg] = []
        for number, name in enumerate(names):
            out = inner.leg(spaces[number], "left", length=OPEN if not number else None)
            legs = (out, inner.leg(spaces[number + 1], "right"))
            draft.tensor(name, legs, (x + STEP * number, y), inside=term.id)
            if ends:
                scene.wire(ends[-1], out)
            ends += legs
        u = (inner.leg("seq", "right", length=OPEN), inner.leg("inputs", "left"))
        draft.tensor("u", u, (right, y), inside=term.id)
        scene.wire(ends[-1], u[1])
        seq_end = u[0]
        for number in range(distance):
            shift = (inner.leg("seq", "right", length=OPEN), inner.leg("seq", "left"))
            made = draft.fixed("shift", shift, (right + STEP * (number + 1), y), inside=term.id, offset=1)
            scene.boxed(made.id)
            scene.wire(seq_end, shift[1])
            seq_end = shift[0]
        order += [seq_end.id, ends[0].id]
        parts.append(Part(term.id))
    draft.equation(parts)
    draft.open_order = order
    return draft.build()


__all__ = ["state_space", "state_space_kernel"]
