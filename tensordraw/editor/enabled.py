"""When commands can run, and in what words they say why not."""

from __future__ import annotations

from tensordraw.diagram.edits_tips import SIDED
from tensordraw.diagram.records import Id, Tensor
from tensordraw.editor.state import State


def bodies(state: State) -> list[Id]:
    """The selected nodes, regions and notes, in order of creation."""
    content = state.document.content
    tables = (content.nodes, content.regions, state.document.layout.notes)
    return [item for table in tables for item in table if item in state.selection]


def nodes(state: State) -> list[Id]:
    """The selected nodes."""
    return [item for item in state.document.content.nodes if item in state.selection]


def tensors(state: State) -> list[Id]:
    """The selected tensors."""
    return [
        item
        for item, node in state.document.content.nodes.items()
        if isinstance(node, Tensor) and item in state.selection
    ]


def regions(state: State) -> list[Id]:
    """The selected regions."""
    return [item for item in state.document.content.regions if item in state.selection]


def wires(state: State) -> list[Id]:
    """The selected wires."""
    return [item for item in state.document.content.wires if item in state.selection]


def some(state: State) -> str | None:
    """Something is selected."""
    return None if state.selection else "Select something first."


def some_bodies(state: State) -> str | None:
    """A node, region or note is selected."""
    return None if bodies(state) else "Select a tensor, region or note first."


def some_nodes(state: State) -> str | None:
    """A node is selected."""
    return None if nodes(state) else "Select a tensor or dot first."


def some_nodes_or_regions(state: State) -> str | None:
    """A node or region is selected."""
    return None if nodes(state) or regions(state) else "Select tensors first."


def some_tensors(state: State) -> str | None:
    """A tensor is selected."""
    return None if tensors(state) else "Select a tensor first."


def some_triangles(state: State) -> str | None:
    """An isometry or unitary is selected."""
    found = [state.document.content.nodes[item] for item in tensors(state)]
    forms = {node.form for node in found if isinstance(node, Tensor)}
    return None if forms.intersection(SIDED) else "Select an isometry first."


def some_regions(state: State) -> str | None:
    """A region is selected."""
    return None if regions(state) else "Select a bubble, sum, repeat, block or term first."


def some_wires(state: State) -> str | None:
    """A wire is selected."""
    return None if wires(state) else "Select a wire first."


def several_bodies(state: State) -> str | None:
    """Two nodes or notes are selected."""
    return None if len(bodies(state)) > 1 else "Select at least two items first."


def something_drawn(state: State) -> str | None:
    """The document is not empty."""
    drawn = state.document.content.nodes or state.document.layout.notes
    return None if drawn else "The document is empty."


def can_undo(state: State) -> str | None:
    """There is something to undo."""
    return None if state.history.past else "There is nothing to undo."


def can_redo(state: State) -> str | None:
    """There is something to redo."""
    return None if state.history.future else "There is nothing to redo."
