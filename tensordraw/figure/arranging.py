"""Places for a document that has none: what a reader made becomes a drawing that a person would keep.

From the inside out, each region's content is laid out as a connected network (`arranging_shapes`) and becomes one part of the
level around it (`arranging_parts`); then every leg gets its direction (`arranging_legs`). Sizes are estimated
(`arranging_sizes`), so nothing is set or drawn.
"""

from __future__ import annotations

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Delta, Diagram, LegPlace, Look, Place, node_legs
from tensordraw.figure.angles import absolute
from tensordraw.figure.arranging_legs import aim_legs
from tensordraw.figure.arranging_levels import lay_out
from tensordraw.figure.index import index
from tensordraw.figure.paths import tidy


def arrange(draft: Draft) -> None:
    """Give every node of the draft a place, and every leg a direction; forgets places and curves that were there, but
    open legs keep their side where it is free."""
    kept = {
        leg: absolute(place, draft.places[node.id])[0]
        for node in draft.nodes.values()
        if node.id in draft.places
        for leg, place in ((each.id, draft.leg_places.get(each.id)) for each in node_legs(node))
        if place is not None
    }
    draft.places, draft.leg_places, draft.curves, draft.labels = {}, {}, {}, {}
    content = draft.build().content
    whole, halves, boxed = lay_out(content, draft.looks)
    for node in content.nodes:
        x, y = whole.spots[node]
        draft.places[node] = Place(tidy(x), tidy(y))
    draft.leg_places, draft.curves = aim_legs(content, whole, halves, kept)
    _turn_back(draft)
    signs = set(index(content).signs)
    held = {node.inside for node in content.nodes.values() if node.id not in signs}
    held |= {region.inside for region in content.regions.values()}
    for region in content.regions:
        if region not in held:  # nothing in it says where it is
            left, top, right, bottom = whole.frames[region]
            draft.places[region] = Place(tidy((left + right) / 2), tidy((top + bottom) / 2))
    # Bodies with parallel legs are boxes, since a circle around them would be large; so are bubbles, to stand in columns.
    for item in boxed:
        draft.looks.setdefault(item, Look(shape="box"))


def _turn_back(draft: Draft) -> None:
    """Identities whose ends both lead the same way become a line that turns back."""
    for node in draft.nodes.values():
        if isinstance(node, Delta) and len(node.legs) == 2:
            first, second = (draft.leg_places.get(leg.id) for leg in node.legs)
            if first is not None and second is not None and first.angle == second.angle:
                left, right = sorted(node.legs, key=lambda leg: -draft.leg_places[leg.id].shift)
                draft.leg_places[left.id] = LegPlace((first.angle + 90.0) % 360.0)
                draft.leg_places[right.id] = LegPlace((first.angle - 90.0) % 360.0)


def arranged(diagram: Diagram) -> Diagram:
    """The diagram with a layout made anew; its content, looks and notes stay."""
    draft = Draft(diagram)
    arrange(draft)
    return draft.build()


__all__ = ["arrange", "arranged"]
