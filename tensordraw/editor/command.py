"""The record of one command. The table of all of them is `commands.COMMANDS`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from tensordraw.editor.state import State, Step

Context: TypeAlias = Literal["window", "canvas"]


def always(state: State) -> str | None:
    """For commands that can always run."""
    return None


@dataclass(frozen=True, slots=True)
class Command:
    """One thing a person can do. `run(state, argument)` is the step; most commands ignore the argument.

    `enabled` gives None, or the reason why the command cannot run now. Keys with the context "canvas" work only while
    the canvas has the focus and no text is edited. Hidden commands need an argument that only a panel can give (it is
    said in their title's dots and in `argument`); menus and the command palette leave them out.
    """

    id: str
    title: str
    run: Callable[[State, Any], Step]
    category: str
    keys: tuple[str, ...] = ()
    enabled: Callable[[State], str | None] = always
    words: tuple[str, ...] = ()
    context: Context = "window"
    hidden: bool = False
    argument: str = ""
