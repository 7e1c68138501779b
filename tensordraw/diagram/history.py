"""Undo and redo by keeping old values.

A `History` is a present value with named entries on either side of it. Values are immutable and share what did not
change, so an entry costs little and undoing everything gives the very first object back. A gesture shows previews
that never come here; it makes one entry when it ends. Entries with the same `merge` key that follow each other
(repeated nudges) are one. Each value keeps a `mark`: what was selected when it was left, for whoever comes back to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """A value that can be gone back (or forward) to, the name of the change between it and its neighbour, and its mark."""

    value: T
    name: str
    mark: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class History(Generic[T]):
    """`past` is oldest first; `future` is next first. `saved` is what the file holds, None before any save."""

    present: T
    past: tuple[Entry[T], ...] = ()
    future: tuple[Entry[T], ...] = ()
    saved: T | None = None
    merge: str = ""

    @property
    def changed(self) -> bool:
        """Whether the present differs from what was opened or saved last."""
        return self.present is not self.saved

    @property
    def undo_name(self) -> str | None:
        """What `undo` would take back, None where there is nothing."""
        return self.past[-1].name if self.past else None

    @property
    def redo_name(self) -> str | None:
        """What `redo` would do again, None where there is nothing."""
        return self.future[0].name if self.future else None


def start(value: T) -> History[T]:
    """A history that begins with this value, counted as saved."""
    return History(value, saved=value)


def record(history: History[T], value: T, name: str, merge: str = "", mark: frozenset[str] = frozenset()) -> History[T]:
    """The history after a change to `value`; the same history where the value is the present one. `mark` is what was selected
    before.

    Changes in a row with the same non-empty `merge` key become one entry, unless a save lies between them.
    """
    if value is history.present:
        return history
    if merge and merge == history.merge and history.past and history.present is not history.saved:
        return replace(history, present=value, future=())
    past = (*history.past, Entry(history.present, name, mark))
    return replace(history, present=value, past=past, future=(), merge=merge)


def undo(history: History[T], mark: frozenset[str] = frozenset()) -> History[T]:
    """One step back; the same history where there is none. `mark` is what is selected in the value that is left."""
    if not history.past:
        return history
    last = history.past[-1]
    future = (Entry(history.present, last.name, mark), *history.future)
    return replace(history, present=last.value, past=history.past[:-1], future=future, merge="")


def redo(history: History[T], mark: frozenset[str] = frozenset()) -> History[T]:
    """One step forward; the same history where there is none. `mark` is what is selected in the value that is left."""
    if not history.future:
        return history
    following = history.future[0]
    past = (*history.past, Entry(history.present, following.name, mark))
    return replace(history, present=following.value, past=past, future=history.future[1:], merge="")


def mark_saved(history: History[T], value: T | None = None) -> History[T]:
    """The history with its saved mark on `value` (the present where none is given)."""
    return replace(history, saved=history.present if value is None else value)
