"""Commands of regions and of what kind a tensor is."""

from __future__ import annotations

from typing import Any

from tensordraw.diagram import edits_names, edits_regions
from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.diagram.records import ROOT, Repeat
from tensordraw.editor import labels
from tensordraw.editor.command import Command
from tensordraw.editor.effects import ChooseFunction
from tensordraw.editor.enabled import (
    nodes,
    regions,
    some_nodes_or_regions,
    some_regions,
    some_tensors,
    tensors,
)
from tensordraw.editor.state import State, Step, done


def _wrap(kind: edits_regions.RegionKind, title: str, ask: bool = False) -> Any:
    """Wraps the selection; the argument is the function of a bubble, or an expression in x. Where `ask` and there is none,
    nothing is drawn before it is chosen."""

    def run(state: State, argument: Any) -> Step:
        if ask and not argument:
            return state, (ChooseFunction(),)
        text = argument if isinstance(argument, str) and argument else "relu"
        items = (*nodes(state), *regions(state))
        after, region = edits_regions.wrap(
            state.document, items, kind, function=text if text in AXIS_RULES and text != "expression" else "relu"
        )
        if kind == "bubble":
            after = labels.relabelled(after, region, text)
        return done(state, after, f"Wrap in {title}", {region})

    return run


def _release(state: State, argument: Any) -> Step:
    return done(state, edits_regions.dissolve(state.document, regions(state)), "Release region")


def _take_out(state: State, argument: Any) -> Step:
    """Move the selected items out of the innermost region around them."""
    items = [*nodes(state), *regions(state)]
    content = state.document.content
    scope, whole = edits_regions.whole_items(content, items)
    outer = content.regions[scope].inside if scope != ROOT else ROOT
    return done(state, edits_regions.put_inside(state.document, whole, outer), "Take out of the region")


def _is_held(state: State) -> str | None:
    items = [*nodes(state), *regions(state)]
    if not items or edits_regions.common_scope(state.document.content, items) == ROOT:
        return "Select something inside a region first."
    return None


def _conj(state: State, argument: Any) -> Step:
    return done(state, edits_names.set_conj(state.document, tensors(state)), "Conjugate")


def _swap_ports(state: State, argument: Any) -> Step:
    document = state.document
    for item in regions(state):
        region = document.content.regions[item]
        if isinstance(region, Repeat):
            for port in region.ports:
                document = edits_regions.swap_port(document, item, port.id)
    return done(state, document, "Reverse the repeat")


def _some_repeats(state: State) -> str | None:
    found = any(isinstance(state.document.content.regions[item], Repeat) for item in regions(state))
    return None if found else "Select a repeat first."


ROWS: tuple[Command, ...] = (
    Command(
        "wrap_bubble", "Wrap in bubble", _wrap("bubble", "a bubble", ask=True), "Region", ("B",),
        some_nodes_or_regions, ("relu", "function", "nonlinearity", "activation", "softmax"), context="canvas",
        argument="name of the function, an expression in x, or nothing to ask for it",
    ),
    Command(
        "wrap_sum", "Wrap in sum", _wrap("sum", "a sum"), "Region", enabled=some_nodes_or_regions,
        words=("sigma", "heads"),
    ),
    Command(
        "wrap_repeat", "Wrap in repeat", _wrap("repeat", "a repeat"), "Region", enabled=some_nodes_or_regions,
        words=("layers", "loop"),
    ),
    Command(
        "wrap_block", "Group in a block", _wrap("block", "a block"), "Region", ("Ctrl+G",), some_nodes_or_regions,
        ("group", "name", "frame"),
    ),
    Command(
        "wrap_term", "Wrap in parentheses", _wrap("term", "parentheses"), "Region", enabled=some_nodes_or_regions,
        words=("term", "brackets"),
    ),
    Command(
        "release", "Release region", _release, "Region", ("Shift+B",), some_regions, ("dissolve", "unwrap", "bubble"),
        context="canvas",
    ),
    Command("ungroup", "Ungroup", _release, "Region", ("Ctrl+Shift+G",), some_regions, ("dissolve", "block")),
    Command("take_out", "Take out of the region", _take_out, "Region", enabled=_is_held, words=("leave", "bubble")),
    Command(
        "reverse_repeat", "Exchange what goes in and out of a repeat", _swap_ports, "Region", enabled=_some_repeats,
        words=("port", "direction"),
    ),
    Command("conjugate", "Conjugate", _conj, "Tensor", enabled=some_tensors, words=("dagger", "complex", "star")),
)  # fmt: skip
