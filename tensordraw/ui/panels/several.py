"""What several selected items are called together."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import nsmallest

from tensordraw.diagram.records import Id, id_order
from tensordraw.diagram.words import item_words
from tensordraw.editor.state import State
from tensordraw.ui.wording import node_words, note_words, region_words

LISTED = 20  # selected items that are named
COUNTED = 1000  # of more selected items only the counts are told


def several_words(chosen: frozenset[Id], state: State) -> str:
    """The first of the selected items in words: nodes, regions, then the rest; of very many how many there are of each."""
    content = state.document.content
    if len(chosen) > COUNTED:
        tables: dict[str, Mapping[Id, object]]
        tables = {"nodes": content.nodes, "regions": content.regions, "wires": content.wires}
        counts = {what: sum(item in chosen for item in table) for what, table in tables.items()}
        return ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    nodes, regions = (
        nsmallest(LISTED, chosen & table.keys(), key=id_order) for table in (content.nodes, content.regions)
    )
    names = [node_words(content.nodes[item], content)[0] for item in nodes]
    names += [region_words(content.regions[item])[0] for item in regions]
    if len(names) < LISTED:
        rest = nsmallest(LISTED, chosen - content.nodes.keys() - content.regions.keys())
        notes = state.document.layout.notes
        names += [note_words(notes[item])[0] if item in notes else item_words(item, content) for item in rest]
    more = len(chosen) - LISTED
    return ", ".join(names[:LISTED]) + (f" and {more} more" if more > 0 else "")
