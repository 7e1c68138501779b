"""The command that does what a problem says would mend it. A problem names it in `Problem.remedy`; here it is done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensordraw.diagram import edits_attach, edits_equation_legs, edits_equations, remedies
from tensordraw.diagram.finding import Problem
from tensordraw.diagram.fingerprints import chart_problems
from tensordraw.diagram.records import Diagram, Id
from tensordraw.editor import grasp, spacing
from tensordraw.editor.actions import equations, legs
from tensordraw.editor.command import Command
from tensordraw.editor.effects import UpdateCharts
from tensordraw.editor.state import State, Step, done, refused
from tensordraw.figure.misplaced import misplaced
from tensordraw.program.findings import findings

NO_EQUATION = "Select a term of an equation first."


def _match_legs(state: State, argument: Any) -> Step:
    """Give the open legs of an equation's terms the labels of its first term's; the argument is one of the items."""
    item = argument if isinstance(argument, str) else min(state.selection, default="")
    after, equation = edits_equation_legs.match_legs(state.document, item)
    return done(state, spacing.make_room(after, equation), "Match the legs of the equation")


def _attach(state: State, argument: Any) -> Step:
    """Lead the wire that a node lies on through the node: a command of its own, for what lies on what is asked of the figure,
    which is not done to find out whether there is something to mend."""
    node = argument if isinstance(argument, str) else min(state.selection, default="")
    document, figure = state.document, grasp.figure_of(state.document)
    found = next((one for one in misplaced(document, figure) if one.remedy == "attach" and one.items[0] == node), None)
    if found is None:
        return refused(state, "It lies on no wire any more.")
    tips = {leg: anchor.tip for leg, anchor in figure.anchors.items()}
    return done(state, edits_attach.attach(document, found.items[0], found.items[1], tips), "Attach to the wire")


def _by_edit(title: str, edit: Callable[[Diagram, Id], Diagram]) -> Callable[[State, Any], Step]:
    return lambda state, argument: done(state, edit(state.document, argument), title)


REMEDIES: dict[str, tuple[str, Callable[[State, Any], Step]]] = {
    "insert_metric": ("Insert the metric", legs.insert_metric),
    "match_legs": ("Match the legs", _match_legs),
    "attach": ("Attach it", _attach),
    "join_before": ("Join with the term before", equations.join_before),
    "update_charts": ("Update charts", lambda state, _: (state, (UpdateCharts(),))),
    **{name: (title, _by_edit(title, edit)) for name, (title, edit) in remedies.REMEDIES.items()},
}


def remedies_of(problem: Problem) -> tuple[tuple[str, str], ...]:
    """What can be done about a problem at once: each remedy with what its button says."""
    inverse = problem.remedy == "insert_metric" and "inverse" in problem.fix
    return tuple(
        (name, "Insert the inverse metric" if inverse else REMEDIES[name][0])
        for name in (problem.remedy, problem.or_remedy)
        if name in REMEDIES
    )


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
        "attach", "Attach to the wire", _attach, "Edit", hidden=True,
        argument="the node that lies on a wire, or nothing for the one that is selected",
    ),
    Command(
        "match_legs", "Match the legs of the equation", _match_legs, "Equation",
        enabled=lambda state: None if edits_equations.equation_around(state.document, state.selection) else NO_EQUATION,
        words=("labels", "sides", "correspond"), argument="an item of the equation, or nothing for what is selected",
    ),
)  # fmt: skip
