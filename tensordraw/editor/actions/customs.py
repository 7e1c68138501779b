"""Commands of what is set for one document: its macros, and problems that are excluded with a comment."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from tensordraw.diagram.custom import Exclusion
from tensordraw.diagram.macros import macros
from tensordraw.editor.command import Command
from tensordraw.editor.respelling import respelled
from tensordraw.editor.state import State, Step, done


def _macros(state: State, argument: Any) -> Step:
    text = "\n".join(line.rstrip() for line in str(argument or "").strip().splitlines())
    macros(text)  # an Error where a line is none
    custom = replace(state.document.custom, macros=text)
    return done(state, replace(state.document, custom=custom), "Change macros")


def _exclude(state: State, argument: Any) -> Step:
    """Leave a problem out of the list: (problem, comment)."""
    problem, comment = argument
    kept = [one for one in state.document.custom.excluded if (one.what, one.items) != (problem.what, problem.items)]
    custom = replace(
        state.document.custom, excluded=(*kept, Exclusion(problem.what, problem.items, str(comment).strip()))
    )
    return done(state, replace(state.document, custom=custom), "Exclude problem")


def _include(state: State, argument: Any) -> Step:
    """List an excluded problem again."""
    key = (argument.what, argument.items)
    kept = tuple(one for one in state.document.custom.excluded if (one.what, one.items) != key)
    custom = replace(state.document.custom, excluded=kept)
    return done(state, replace(state.document, custom=custom), "List problem again")


def _einsum(state: State, argument: Any) -> Step:
    """Draw what an einsum string says, as near to the drawing as it can be."""
    after = respelled(state.document, str(argument))
    return done(state, after, "Edit the einsum string")


ROWS: tuple[Command, ...] = (
    Command("set_macros", "Change macros", _macros, "Inspector", hidden=True, argument="lines of newcommand"),
    Command("exclude_problem", "Exclude problem", _exclude, "Inspector", hidden=True, argument="(problem, comment)"),
    Command("edit_einsum", "Edit the einsum string", _einsum, "Inspector", hidden=True, argument="the string"),
    Command("include_problem", "List problem again", _include, "Inspector", hidden=True, argument="the problem"),
)
