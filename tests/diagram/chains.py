"""Small documents that the tests of edits start from."""

from __future__ import annotations

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import node_legs
from tensordraw.diagram.records import Diagram, Id


def legs_of(diagram: Diagram, node: Id) -> list[Id]:
    return [leg.id for leg in node_legs(diagram.content.nodes[node])]


def chain(*names: str, size: int = 3) -> tuple[Diagram, list[Id]]:
    """Matrices in a row, joined each to the next."""
    draft = Draft()
    made = []
    for place, name in enumerate(names):
        made.append(
            draft.tensor(
                name,
                [
                    draft.leg(
                        "n",
                    ),
                    draft.leg("n"),
                ],
                (100.0 * place, 0.0),
            )
        )
        if place:
            draft.wire(made[-2].legs[1], made[-1].legs[0])
    for space in list(draft.spaces.values()):
        draft.change(space.id, size=size)
    return draft.build(), [tensor.id for tensor in made]


def inside_of(diagram: Diagram, node: Id) -> Id:
    return diagram.content.nodes[node].inside
