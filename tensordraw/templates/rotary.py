"""Rotary positions as a drawing: a definition beside the model, whose value attention pastes.

Position p turns each pair of entries of a head by the angle p * base**(-2 k / head_size), k = 0, 1, ... the pair's number. Nothing
new is needed to say so: positions are the running sum of ones, less 1; the angles are an outer product; the matrix of a
turn is the identity times the cosine plus the matrix of a quarter turn (Levi-Civita of two indices) times the sine. A dot
makes it diagonal in k, and two groupings join (pair, plane) into head_size. The value has the legs (seq, out, in).

Hugging Face pairs entry k with entry k + head_size/2 (`pair` is the slower index), llama.cpp's files have the rows of the
matrices in another order, in which neighbours make a pair (`interleaved`).
"""

from __future__ import annotations

from tensordraw.diagram.records import Id, Leg
from tensordraw.templates.scene import HALF, Point, Scene

PAIR, PLANE = "pair", "plane"
FAR = 2 * HALF  # of the outer two of four wires from the middle


def rotary(scene: Scene, at: Point, base: float, *, interleaved: bool) -> Id:
    """Draw the definition upwards from `at`, the place of the copy that names the angles; the id of the copy `rotary`.

    The draft has the spaces seq, head_size, pair (2) and plane (head_size / 2).
    """
    scene = scene.within(scene.draft.block("rotary", inside=scene.inside).id)
    angle = _angles(scene, at, base)
    turned = _turns(scene, angle, at)
    return _joined(scene, turned, at, interleaved=interleaved)


def _angles(scene: Scene, at: Point, base: float) -> Id:
    """Positions times frequencies: the copy that names them, legs (seq, plane)."""
    x, y = at
    half = scene.draft.spaces[scene.draft.space(PLANE)].size
    into = (scene.leg("seq", "down", -HALF), scene.leg(PLANE, "down", HALF))
    copy = scene.draft.copy("angle", into, (), at, inside=scene.inside)
    frequency = f"{base:.12g}**((1 - x)/{half})"
    for space, end, column, name, text in (
        ("seq", into[0], x - 65, "position", "x - 1"), (PLANE, into[1], x + 65, "frequency", frequency),
    ):  # fmt: skip
        outer = scene.draft.bubble("expression", expression=text, name=name, inside=scene.inside)
        inner = scene.draft.bubble("cumulative_sum", inside=outer.id)
        for region in (outer, inner):
            scene.boxed(region.id)
        ones = scene.leg(space, "up")
        scene.draft.delta((ones,), (column, y + 65), inside=inner.id)
        scene.draft.change(inner.id, axes=(ones.id,))
        scene.named_wire(ones, end)
    return copy.id


def _turns(scene: Scene, angle: Id, at: Point) -> tuple[Leg, ...]:
    """The matrix of the turn in each plane: ends (seq, plane, out pair, in pair), upwards."""
    x, y = at
    top = y - 120
    offsets, spaces = (-FAR, -HALF, HALF, FAR), ("seq", PLANE, PAIR, PAIR)
    first = [scene.leg(space, "down", offset) for space, offset in zip(spaces, offsets, strict=True)]
    second = [scene.leg(space, "right", offset) for space, offset in zip(spaces, offsets, strict=True)]
    past = (-FAR - 2, *offsets[1:])  # upwards, seq runs past the bars that group the others
    out = tuple(scene.leg(space, "up", offset) for space, offset in zip(spaces, past, strict=True))
    add = scene.draft.add((first, second), out, (x, top), name="turns", inside=scene.inside)
    scene.widen(add.id, 54, 54)
    middle = (HALF + FAR) / 2

    cos = scene.draft.bubble("cos", inside=scene.inside).id
    legs = (scene.leg("seq", "up", -HALF / 2), scene.leg(PLANE, "up", HALF / 2))
    scene.boxed(scene.draft.paste(angle, legs, (x - middle, top + 75), inside=cos).id)
    identity = (scene.leg(PAIR, "left"), scene.leg(PAIR, "right"))
    scene.draft.delta(identity, (x + middle, top + 48), inside=scene.inside)
    scene.wires((*legs, *identity), first)

    sin = scene.draft.bubble("sin", inside=scene.inside).id
    legs = (scene.leg("seq", "left", -HALF / 2), scene.leg(PLANE, "left", HALF / 2))
    scene.boxed(scene.draft.paste(angle, legs, (x + 100, top - middle), inside=sin).id)
    # The quarter turn takes entry 1 of the pair, negated, to entry 0: Levi-Civita of (in, out).
    quarter = (scene.leg(PAIR, "left", HALF / 2), scene.leg(PAIR, "left", -HALF / 2))
    made = scene.draft.fixed("levi_civita", quarter, (x + 62, top + middle), inside=scene.inside)
    scene.boxed(made.id)
    scene.wires((*legs, quarter[1], quarter[0]), second)
    return out


def _joined(scene: Scene, turned: tuple[Leg, ...], at: Point, *, interleaved: bool) -> Id:
    """Pairs and planes as head_size, twice: the copy that names the result, legs (seq, out, in)."""
    x, y = at
    dot = [scene.leg(PLANE, side) for side in ("down", "up", "right")]
    scene.draft.delta(dot, (x - HALF, y - 175), inside=scene.inside)
    scene.wire(turned[1], dot[0])
    into = [
        scene.leg("seq", "down", -47), scene.leg("head_size", "down", -25, "out"),
        scene.leg("head_size", "down", 45, "in"),
    ]  # fmt: skip
    for end, pair, plane, column in (
        (into[1], turned[2], dot[1], x),
        (into[2], turned[3], dot[2], x + 70),
    ):
        legs = {PLANE: scene.leg(PLANE, "down", -HALF), PAIR: scene.leg(PAIR, "down", HALF)}
        whole = scene.leg("head_size", "up")
        parts = [legs[name] for name in ((PLANE, PAIR) if interleaved else (PAIR, PLANE))]
        scene.draft.group(whole, parts, (column, y - 215), inside=scene.inside)
        scene.wires((plane, pair), (legs[PLANE], legs[PAIR]))
        scene.named_wire(whole, end)
    scene.wire(turned[0], into[0])
    copy = scene.draft.copy("rotary", into, (), (x + 25, y - 262), inside=scene.inside)
    return copy.id


__all__ = ["PAIR", "PLANE", "rotary"]
