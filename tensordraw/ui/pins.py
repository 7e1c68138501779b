"""The viewers that stay, by document: which values they ask for at each evaluation, and what they were last given.

They are how one person looks at a document, not part of it: pinning changes no file and is no step of its history. So the
settings keep them by the document's path, and they are there when it is opened again, to be evaluated.
"""

from __future__ import annotations

from typing import Any

from msgspec import DecodeError, ValidationError, convert, json

from tensordraw.diagram.fingerprints import charts
from tensordraw.diagram.record import Record
from tensordraw.program.viewing import Statistics, View
from tensordraw.ui.session import Session
from tensordraw.ui.settings import settings
from tensordraw.ui.valued import Pin, Value

MOST = 40  # documents whose viewers are remembered, those that were looked at last


class Kept(Record, frozen=True):
    """A viewer in the settings."""

    key: str
    title: str
    view: View | None = None


def value_from(entry: dict[str, Any], **known: Any) -> Value:
    """The value that the evaluator wrote to a file; the array is mapped, so that only what is looked at is read."""
    import numpy as np

    array = np.load(entry["file"], mmap_mode="r")
    axes, told = tuple(entry["axes"]), convert(entry["statistics"], Statistics)
    return Value(entry["name"], array, axes, told, key=entry["key"], **known)


class Pins:
    """For one window."""

    def __init__(self) -> None:
        self.found: dict[Session, tuple[Pin, ...]] = {}
        self.charting: Session | None = None  # whose charts the next evaluation fills

    def of(self, session: Session | None) -> tuple[Pin, ...]:
        """The pins of a document, oldest first."""
        return () if session is None else self.found.get(session, ())

    def keys(self, session: Session) -> list[str]:
        """What an evaluation of the document has to give besides its results."""
        shown = charts(session.state.document) if self.charting is session else []
        return list(
            dict.fromkeys([pin.key for pin in self.of(session)] + [note.chart.value for note in shown if note.chart])
        )

    def add(self, session: Session, key: str, title: str, value: Value | None = None) -> Pin:
        """A viewer that stays on an item or value; the one that is there already where there is one."""
        there = next((pin for pin in self.of(session) if pin.key == key), None)
        if there is not None:
            there.value = value or there.value
            return there
        made = Pin(key, title, value)
        self.found[session] = (*self.of(session), made)
        return made

    def remove(self, session: Session, gone: Pin) -> None:
        """Take a viewer away."""
        self.found[session] = tuple(pin for pin in self.of(session) if pin is not gone)

    def forget(self, session: Session) -> None:
        """Drop what belongs to a document that is closed; the settings keep it."""
        self.keep(session)
        self.found.pop(session, None)

    def keep(self, session: Session) -> None:
        """Remember the viewers of a document that has a file, until it is opened again."""
        path, here = session.state.path, [Kept(pin.key, pin.title, pin.view) for pin in self.of(session)]
        if not path:
            return
        before = _remembered()
        after = {other: kept for other, kept in before.items() if other != path} | ({path: here} if here else {})
        if list(after.items()) != list(before.items()):  # in the order in which they were looked at
            last = list(after.items())[-MOST:]
            settings().setValue("viewers", json.encode(dict(last)).decode())

    def restore(self, session: Session) -> None:
        """Give a document that is opened the viewers that it had."""
        for kept in _remembered().get(session.state.path, ()):
            self.add(session, kept.key, kept.title).view = kept.view


def _remembered() -> dict[str, list[Kept]]:
    """The viewers by the paths of their documents, none where the settings hold something else."""
    try:
        return json.decode(str(settings().value("viewers", "{}")), type=dict[str, list[Kept]])
    except (DecodeError, ValidationError):
        return {}


def give(pin: Pin, entry: dict[str, Any] | None, known: dict[str, Any]) -> None:
    """An evaluation gave this for a pin, or the reason why there is nothing; `known` is what its values share."""
    if entry is None:
        return
    pin.missing = entry.get("why", "")
    if not pin.missing:
        pin.value = value_from(entry, **known)
        pin.title = pin.value.title or "result"
