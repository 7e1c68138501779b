"""Undo, redo, merging and the saved mark."""

from __future__ import annotations

from tensordraw.diagram import history
from tensordraw.diagram.history import History


def walked(*values: str) -> History[str]:
    made = history.start("first")
    for value in values:
        made = history.record(made, value, f"to {value}")
    return made


def test_undo_and_redo_are_exact() -> None:
    made = walked("b", "c")
    assert made.undo_name == "to c"
    back = history.undo(made)
    assert (back.present, back.undo_name, back.redo_name) == ("b", "to b", "to c")
    first = history.undo(back)
    assert first.present == "first"
    assert history.undo(first) is first
    again = history.redo(history.redo(first))
    assert again == made
    assert history.redo(again) is again


def test_a_change_drops_the_future() -> None:
    made = history.record(history.undo(walked("b", "c")), "d", "to d")
    assert made.future == ()
    assert [entry.name for entry in made.past] == ["to b", "to d"]


def test_the_same_value_is_no_entry() -> None:
    made = walked("b")
    assert history.record(made, made.present, "nothing") is made


def test_repeated_nudges_are_one_entry_until_something_else_happens() -> None:
    made = walked()
    for value in ("n1", "n2", "n3"):
        made = history.record(made, value, "Nudge", merge="nudge t1")
    assert len(made.past) == 1
    assert history.undo(made).present == "first"
    other = history.record(made, "n4", "Nudge", merge="nudge t2")
    assert len(other.past) == 2
    redone = history.redo(history.undo(made))
    assert len(history.record(redone, "n5", "Nudge", merge="nudge t1").past) == 2


def test_a_save_ends_merging_and_marks_the_value() -> None:
    made = history.record(walked(), "n1", "Nudge", merge="nudge")
    assert made.changed
    saved = history.mark_saved(made)
    assert not saved.changed
    later = history.record(saved, "n2", "Nudge", merge="nudge")
    assert len(later.past) == 2, "else undo could not come back to what was saved"
    assert later.changed
    assert not history.undo(later).changed


def test_a_save_of_an_older_value_leaves_the_document_changed() -> None:
    made = walked("b", "c")
    assert history.mark_saved(made, "b").changed
