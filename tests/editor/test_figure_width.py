"""The width of the document's figure, and whether its page is shown."""

from __future__ import annotations

import pytest

from tensordraw.editor import commands
from tensordraw.editor.effects import Announce
from tensordraw.editor.state import open_state
from tensordraw.templates import template


def test_a_width_is_one_named_step_and_a_preset_brings_its_theme() -> None:
    state = open_state(template("mps"))
    after, _ = commands.run(state, "set_figure_width", " 86mm ")
    assert after.document.export.width == "86mm"
    assert after.history.undo_name == "Figure width"
    same, said = commands.run(after, "set_figure_width", "86mm")
    assert same is after
    assert said == ()
    slide, _ = commands.run(after, "set_figure_width", "slide")
    chosen = slide.document.export
    assert (chosen.width, chosen.theme, chosen.scale, chosen.dpi) == ("slide", "slide", "all", 144.0)
    natural, _ = commands.run(slide, "set_figure_width", "")
    assert natural.document.export.width == ""


@pytest.mark.parametrize("width", ["wide", "0mm", "86 parsec", "-3mm", "86"])
def test_what_is_no_width_is_refused(width: str) -> None:
    state = open_state(template("mps"))
    after, (said,) = commands.run(state, "set_figure_width", width)
    assert after.document is state.document
    assert isinstance(said, Announce)
    assert said.warns


def test_showing_the_page_is_no_change_of_the_document() -> None:
    state = open_state(template("mps"))
    shown, _ = commands.run(state, "toggle_page")
    assert shown.page
    assert shown.history is state.history
    assert not commands.run(shown, "toggle_page")[0].page
