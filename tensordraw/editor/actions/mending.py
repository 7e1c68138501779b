"""The command that does what a problem says would mend it. A problem names it in `Problem.remedy`; here it is done."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import Any

from tensordraw.diagram import (
    edits,
    edits_equation_legs,
    edits_equations,
    edits_legs,
    edits_names,
    edits_regions,
    edits_variance,
)
from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.diagram.finding import Problem
from tensordraw.diagram.fingerprints import chart_problems
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import Bubble
from tensordraw.editor import spacing
from tensordraw.editor.actions import legs
from tensordraw.editor.command import Command
from tensordraw.editor.effects import UpdateCharts
from tensordraw.editor.state import State, Step, done
from tensordraw.errors import Error
from tensordraw.program.findings import findings

NO_EQUATION = "Select a term of an equation first."


def _match_legs(state: State, argument: Any) -> Step:
    """Give the open legs of an equation's terms the labels of its first term's; the argument is one of the items."""
    item = argument if isinstance(argument, str) else min(state.selection, default="")
    after, equation = edits_equation_legs.match_legs(state.document, item)
    return done(state, spacing.make_room(after, equation), "Match the legs of the equation")


def _orient(state: State, argument: Any) -> Step:
    """Say of each leg in the space of the given leg whether it is upper or lower."""
    leg = all_legs(state.document).get(argument)
    if leg is None:
        raise Error("That leg no longer exists.")
    return done(state, edits_variance.orient(state.document, leg.space), "Make legs upper and lower")


def _same_space(state: State, argument: Any) -> Step:
    """Give the second leg of a wire the space of its first."""
    document = state.document
    first, second = (all_legs(document)[end] for end in document.content.wires[argument].ends)
    name = document.content.spaces[first.space].name
    return done(state, edits_legs.set_leg_space(document, second.id, first.space), f"Give both legs the space {name}")


def _remove_wire(state: State, argument: Any) -> Step:
    return done(state, edits.disconnect(state.document, (argument,)), "Remove the wire")


def _free_leg(state: State, argument: Any) -> Step:
    return done(state, edits_legs.bind_leg(state.document, argument, None), "Free the leg")


def _last_index(state: State, argument: Any) -> Step:
    """Fix a leg to the last index of its space."""
    size = state.document.content.spaces[all_legs(state.document)[argument].space].size
    return done(state, edits_legs.bind_leg(state.document, argument, size - 1), f"Fix the leg to {size - 1}")


def _choose_legs(state: State, argument: Any) -> Step:
    """Let a bubble's function run along the last legs that cross its border."""
    content = state.document.content
    bubble = content.regions[argument]
    assert isinstance(bubble, Bubble)
    count = AXIS_RULES[bubble.function].count
    axes = tuple(edits_regions.border_legs(content, argument))[-count:]
    if len(axes) < count:
        raise Error(f"{bubble.function} needs {count} legs that cross the border, and there are {len(axes)}.")
    after = edits_regions.set_function(state.document, argument, bubble.function, axes=axes)
    return done(state, after, f"Choose legs of {bubble.function}")


def _rename_apart(state: State, argument: Any) -> Step:
    """Make an array of its own of the one tensor: its name with the first number that is free."""
    document = state.document
    old, taken = getattr(document.content.nodes.get(argument), "name", ""), edits_names.names_in(document)
    number = next(n for n in count(2) if f"{old}{n}" not in taken)
    return done(state, edits_names.rename(document, argument, f"{old}{number}"), f"Rename this one {old}{number}")


REMEDIES: dict[str, tuple[str, Callable[[State, Any], Step]]] = {
    "insert_metric": ("Insert the metric", legs.insert_metric),
    "match_legs": ("Match the legs", _match_legs),
    "same_space": ("Give both legs one space", _same_space),
    "remove_wire": ("Remove the wire", _remove_wire),
    "free_leg": ("Free the leg", _free_leg),
    "last_index": ("Choose the last index", _last_index),
    "choose_legs": ("Choose the last leg", _choose_legs),
    "rename_apart": ("Rename this one", _rename_apart),
    "orient": ("Make all upper and lower", _orient),
    "update_charts": ("Update charts", lambda state, _: (state, (UpdateCharts(),))),
}


def remedy_title(problem: Problem) -> str:
    """What the button of a problem says, "" where nothing can be done for it at once."""
    if problem.remedy == "insert_metric" and "inverse" in problem.fix:
        return "Insert the inverse metric"
    return REMEDIES[problem.remedy][0] if problem.remedy in REMEDIES else ""


def _mendable(state: State) -> Problem | None:
    """The first problem that can be mended, of those about what is selected where there are such."""
    known = (*findings(state.document), *chart_problems(state.document))
    found = [problem for problem in known if problem.remedy in REMEDIES]
    return min(found, key=lambda problem: state.selection.isdisjoint(problem.items), default=None)


def _enabled(state: State) -> str | None:
    return None if _mendable(state) else "No problem here can be mended by a command."


def _mend(state: State, argument: Any) -> Step:
    """Mend the given (remedy, item), or the first problem about the selection."""
    if isinstance(argument, tuple):
        remedy, item = argument
    else:
        problem = _mendable(state)
        assert problem is not None  # else the command is not enabled
        remedy, item = problem.remedy, problem.items[0]
    return REMEDIES[remedy][1](state, item)


ROWS: tuple[Command, ...] = (
    Command(
        "mend", "Mend the problem", _mend, "Edit", ("Ctrl+.",), _enabled, ("fix", "quick fix", "repair", "metric"),
        argument="(remedy, item), or nothing for the first problem of what is selected",
    ),
    Command(
        "match_legs", "Match the legs of the equation", _match_legs, "Equation",
        enabled=lambda state: None if edits_equations.equation_around(state.document, state.selection) else NO_EQUATION,
        words=("labels", "sides", "correspond"), argument="an item of the equation, or nothing for what is selected",
    ),
)  # fmt: skip
