"""A residual network unrolled into its paths: the stream on one side, on the other a term for each way through it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Leg, Part
from tensordraw.templates.scene import HALF, Scene, paste_source, tensor_source
from tensordraw.templates.stream import ABOVE, OPEN, add_to_stream, copy_stream

STEP, ROWS, BESIDE = 55.0, 45.0, 70.0


def residual_paths(*, seq: int, hidden: int, layers: int) -> Diagram:
    """(1 + W_n) ... (1 + W_1) x equals the sum over all choices of layers, each the product of its matrices on x.

    Arrays x[seq, hidden] and W_1, W_2, ...[hidden, hidden]; both sides have the legs (seq, hidden).
    """
    draft = Draft()
    draft.title = "Residual network as its paths"
    draft.description = (
        "Each layer is passed by or gone through: a network of linear layers is the sum of all these paths."
    )
    draft.space("seq", seq)
    draft.space("hidden", hidden)
    scene = Scene(draft)
    left = draft.term()
    order = list(_stream(scene.within(left.id), layers))
    parts = [Part(left.id)]
    chosen = [choice for count in range(layers + 1) for choice in combinations(range(1, layers + 1), count)]
    middle = -50.0 * layers + 3  # of the stream, where the first path stands
    for number, choice in enumerate(chosen):
        term = draft.term()
        order += _path(scene.within(term.id), choice, (BESIDE + 130 + STEP * len(choice), middle + ROWS * number))
        parts.append(Part(term.id, "+" if number else "="))
    draft.equation(parts)
    draft.open_order = [leg.id for leg in order]
    return draft.build()


def _stream(scene: Scene, layers: int) -> Sequence[Leg]:
    """x and the layers on its stream, upwards: the ends (seq, hidden)."""
    ends: Sequence[Leg] = tensor_source("x")(scene, (0, 0), *ABOVE)
    for layer in range(1, layers + 1):
        y = -100.0 * layer + 60
        through, copy = copy_stream(scene, ends, (0, y), f"x_{layer}")
        seq, below = paste_source(copy)(scene, (BESIDE, y), *ABOVE)
        into, out = scene.leg("hidden", "down"), scene.leg("hidden", "up")
        scene.draft.tensor(f"W_{layer}", (out, into), (BESIDE + HALF, y - 40), inside=scene.inside)
        scene.wire(below, into)
        ends = add_to_stream(scene, through, (seq, out), (0, y - 65), "", length=OPEN if layer == layers else None)
    return ends


def _path(scene: Scene, choice: Sequence[int], at: tuple[float, float]) -> tuple[Leg, Leg]:
    """The product of the chosen layers on x, the last to the left: the ends (seq, hidden)."""
    x, y = at
    seq, end = scene.leg("seq", "right", length=OPEN), scene.leg("hidden", "left")
    scene.draft.tensor("x", (seq, end), (x, y), inside=scene.inside)
    for number, layer in enumerate(choice, start=1):
        out, into = scene.leg("hidden", "left"), scene.leg("hidden", "right")
        scene.draft.tensor(f"W_{layer}", (out, into), (x - STEP * number, y), inside=scene.inside)
        scene.wire(end, into)
        end = out
    scene.draft.leg_places[end.id] = replace(scene.draft.leg_places[end.id], length=OPEN)
    return seq, end


__all__ = ["residual_paths"]
