"""`update(state, event) -> (state, effects)`: all that the window may do to a document."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import assert_never

from tensordraw.diagram import history
from tensordraw.diagram.sources import rehomed
from tensordraw.editor import commands, dropping, labels, pointing
from tensordraw.editor.effects import Announce
from tensordraw.editor.events import (
    Bind,
    Committed,
    DoubleClick,
    DragKind,
    Event,
    FileDropped,
    Filled,
    Insert,
    Key,
    Leave,
    Move,
    Pasted,
    Press,
    Release,
    Run,
    Saved,
    Select,
)
from tensordraw.editor.keys import TABLE
from tensordraw.editor.state import State, Step, selected
from tensordraw.errors import Error


def update(state: State, event: Event) -> Step:
    """The state after the event, and what the window shall do. A user's mistake is an `Announce` that warns."""
    try:
        return _update(state, event)
    except Error as error:
        return state, (Announce(str(error), warns=True),)


def _update(state: State, event: Event) -> Step:
    match event:
        case Press():
            return pointing.press(state, event)
        case Move():
            return pointing.move(state, event)
        case Release():
            return pointing.release(state, event)
        case DoubleClick():
            return pointing.double_click(state, event)
        case Leave():
            return replace(state, hover=None), ()
        case Key():
            command = TABLE.command(event.keys)
            return (state, ()) if command is None else commands.run(state, command.id)
        case Run():
            return commands.run(state, event.command, event.argument)
        case Committed():
            return labels.commit(state, event.item, event.text)
        case Insert():
            return dropping.insert(state, event)
        case DragKind():
            return dropping.hover(state, event)
        case FileDropped():
            return dropping.file_dropped(state, event)
        case Bind():
            return dropping.bind(state, event.name, event.source)
        case Filled():
            return dropping.fill(state, event)
        case Pasted():
            return dropping.paste(state, event)
        case Select():
            return selected(state, state.selection | event.items if event.adds else event.items), ()
        case Saved():
            return _saved(state, event), (Announce(f"Saved {event.path}"),)
        case _:
            assert_never(event)


def _saved(state: State, event: Saved) -> State:
    """The document has a file now: its arrays are found from that file's folder."""
    folder = os.path.dirname(os.path.realpath(event.path))
    was_present = event.document is state.document
    present = rehomed(state.document, folder)
    written = present if was_present else event.document
    marked = history.mark_saved(replace(state.history, present=present), written)
    return replace(state, history=marked, path=event.path)
