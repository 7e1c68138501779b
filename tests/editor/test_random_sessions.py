"""Sessions of random events: no exception, no broken document, and undo takes all of it back, byte for byte."""

from __future__ import annotations

from typing import get_args

import pytest

from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.events import Event
from tests.editor.wild import HIDDEN, Wild, papers

PAPERS = papers()
LONG = 10_000
SEEDS = range(3)


def session(name: str, seed: object, events: int) -> Wild:
    """A session of so many events on a document; a fault says with what it can be had again."""
    wild = Wild(f"{name} {seed}", PAPERS[name]())
    try:
        wild.play(events)
        wild.end()
    except Exception as error:
        error.add_note(f"after {wild.sent} events on {name!r} with seed {seed}; the last: {list(wild.last)}")
        raise
    return wild


@pytest.mark.parametrize("name", ["blank", "attention", "gpt2", "57-bilinear-form", "32-unit-network"])
def test_a_short_session(name: str) -> None:
    session(name, "short", 150)


def test_every_kind_of_event_is_tried() -> None:
    wild = Wild("all")
    for act, _ in list(wild.acts()):
        for _ in range(8):
            act()
    while "Saved" not in wild.said or "FileDropped" not in wild.said:
        wild.arrays()
    wild.end()
    kinds = {kind.__name__ for kind in get_args(Event)}
    assert kinds - wild.said.keys() == set()


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["blank", "attention", "gpt2", "63-head", "58-raise-lower", "31-gauge"])
def test_ten_thousand_events(name: str, seed: int) -> None:
    said = session(name, seed, LONG).said
    assert {command.id for command in COMMANDS} - said.keys() - set(HIDDEN) == set()


@pytest.mark.slow
@pytest.mark.parametrize("name", PAPERS)
def test_a_session_on_every_template_and_every_document_of_the_gallery(name: str) -> None:
    session(name, "each", 800)
