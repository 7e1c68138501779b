"""Commands of triangles: which way they point, which legs are at their tip, and the canonical forms of chains."""

from __future__ import annotations

import math
from typing import Any

from tensordraw.diagram import edits_layout, edits_names, edits_tips
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import Diagram, Id, Tensor
from tensordraw.editor import grasp, mirroring
from tensordraw.editor.command import Command
from tensordraw.editor.effects import Announce
from tensordraw.editor.enabled import some_tensors, some_triangles, tensors
from tensordraw.editor.state import State, Step, done


def told(step: Step, shorter: tuple[str, ...]) -> Step:
    """The step, with a word on the bonds that it shortened."""
    if not shorter:
        return step
    state, effects = step
    words = f"Bonds are shortened to what their isometries can lead to: {', '.join(shorter)}."
    return state, (*effects, Announce(words))


def _chosen(state: State, argument: Any) -> set[Id]:
    """The given leg, or the selected legs of tensors."""
    chosen = {argument} if isinstance(argument, str) else set(state.selection)
    return chosen & all_legs(state.document).keys()


def _legs_of_tensors(state: State) -> str | None:
    chosen = _chosen(state, None)
    return None if chosen and edits_tips.owners(state.document.content, chosen) else "Click a leg of a tensor first."


def _put(state: State, argument: Any) -> Step:
    """The selected legs, and no others, to the tips of their tensors."""
    after = edits_tips.put_at_tip(state.document, _chosen(state, argument))
    return done(state, after, "Put at the tip")


def _flip(state: State, argument: Any) -> Step:
    """With legs selected, turn their triangles to them, or from them. Else turn triangles round: tip and base exchange legs
    where the tip's side is not the smaller, else the drawing is mirrored, with its legs, so that the tip stays at the
    smaller dimension."""
    if not tensors(state):
        return done(state, edits_tips.toggle_tip(state.document, _chosen(state, None)), "Turn triangle")
    document, known = state.document, set[str]()
    for item in tensors(state):
        node = document.content.nodes[item]
        if not isinstance(node, Tensor) or node.form not in edits_tips.SIDED:
            continue
        if not edits_names.flips(state.document, item):
            document = _mirrored(document, node)
        elif node.name not in known:  # all occurrences of an array are exchanged at once
            known.add(node.name)
            document = edits_names.flip_form(document, (item,))
    return done(state, document, "Flip isometry")


def _mirrored(diagram: Diagram, node: Tensor) -> Diagram:
    """The diagram with the tip of a triangle on the other side. Legs that had no place of their own get the one that they
    are seen at, for else they would turn back to what they lead to."""
    anchors = grasp.figure_of(diagram).anchors
    tips = [math.radians(anchors[leg].angle) for leg in node.tip if leg in anchors]
    diagram = mirroring.with_places(diagram, (node.id,), wired_too=True)
    across, upright = sum(abs(math.cos(angle)) for angle in tips), sum(abs(math.sin(angle)) for angle in tips)
    return edits_layout.mirror(diagram, (node.id,), "horizontal" if across >= upright else "vertical")


def _triangles(state: State) -> str | None:
    """A triangle is selected, or a leg of one."""
    legs = _chosen(state, None)
    if not legs or tensors(state):
        return some_triangles(state)
    nodes = (state.document.content.nodes[item] for item in edits_tips.owners(state.document.content, legs))
    if any(isinstance(node, Tensor) and node.form in edits_tips.SIDED for node in nodes):
        return None
    return some_triangles(state)


def _towards(last: bool, name: str) -> Any:
    """All of the chain point to its last tensor, or to its first."""

    def run(state: State, argument: Any) -> Step:
        chosen = tensors(state)
        centre = edits_tips.chain_end(state.document, chosen, last)
        return _canonical(state, chosen if len(chosen) > 1 else [], centre, name)

    return run


def _mixed(state: State, argument: Any) -> Step:
    return _canonical(state, [], tensors(state)[0], "Mixed-canonical form")


def _canonical(state: State, chosen: list[Id], centre: Id, name: str) -> Step:
    after, shorter = edits_tips.canonical(state.document, chosen, centre)
    return told(done(state, after, name), shorter)


def _one_tensor(state: State) -> str | None:
    return None if len(tensors(state)) == 1 else "Select the one tensor that is to be the centre first."


_CHAIN = ("mps", "matrix product state", "orthogonality centre", "gauge", "tensor train")

ROWS: tuple[Command, ...] = (
    Command(
        "flip_isometry", "Flip isometry", _flip, "Tensor", ("T",), _triangles, ("triangle", "tip", "turn"),
        context="canvas",
    ),
    Command(
        "put_at_tip", "Put this leg at the tip", _put, "Tensor", enabled=_legs_of_tensors,
        words=("isometry", "triangle", "points", "direction"), argument="a leg, or nothing for the selected ones",
    ),
    Command(
        "left_canonical", "Left-canonical form", _towards(True, "Left-canonical form"), "Tensor", enabled=some_tensors,
        words=(*_CHAIN, "isometry"),
    ),
    Command(
        "right_canonical", "Right-canonical form", _towards(False, "Right-canonical form"), "Tensor",
        enabled=some_tensors, words=(*_CHAIN, "isometry"),
    ),
    Command(
        "mixed_canonical", "Mixed-canonical form with its centre here", _mixed, "Tensor", enabled=_one_tensor,
        words=(*_CHAIN, "isometry"),
    ),
)  # fmt: skip
