"""Commands that collapse regions to boxes and expand them, and that draw the turns of a repeat one by one."""

from __future__ import annotations

from typing import Any

from tensordraw.diagram.edits_regions import contents
from tensordraw.diagram.edits_unroll import unroll
from tensordraw.diagram.records import Block, Id, Repeat
from tensordraw.editor import folding
from tensordraw.editor.command import Command
from tensordraw.editor.effects import ChangeView
from tensordraw.editor.enabled import regions, some_regions
from tensordraw.editor.state import State, Step, done
from tensordraw.errors import Error
from tensordraw.figure.closing import collapse, expand

_MOST = 20_000  # nodes that a repeat is drawn out into


def _toggle(state: State, argument: Any) -> Step:
    return folding.toggled(state, regions(state))


def _close(state: State, argument: Any) -> Step:
    return folding.toggled(state, regions(state), close=True)


def _blocks(state: State) -> list[Id]:
    """Blocks; where there are none, repeats."""
    found = state.document.content.regions.values()
    blocks = [region.id for region in found if isinstance(region, Block)]
    return blocks or [region.id for region in found if isinstance(region, Repeat)]


def _all(*, close: bool) -> Any:
    def run(state: State, argument: Any) -> Step:
        after = collapse(state.document, _blocks(state), close=close)
        return _refitted(done(state, after, "Collapse all blocks" + (" and close up" if close else ""), ()))

    return run


def _expand_all(state: State, argument: Any) -> Step:
    return _refitted(done(state, expand(state.document, (), inner=True), "Expand all", ()))


def _refitted(step: Step) -> Step:
    """Much of the drawing changes its place: a view of all shows all again."""
    return step[0], (*step[1], ChangeView("refit"))


def _unroll(state: State, argument: Any) -> Step:
    repeat = _repeats(state)[0]
    content = state.document.content
    region = content.regions[repeat]
    assert isinstance(region, Repeat)
    turns = content.spaces[region.space].size
    held = len(contents(content, [repeat]) & content.nodes.keys())
    if held * turns > _MOST:
        raise Error(f"Drawn out, this repeat has {held * turns:,} bodies; up to {_MOST:,} can be drawn.")
    opened = expand(state.document, [repeat])
    return _refitted(done(state, unroll(opened, repeat), f"Draw {turns} layers one by one", ()))


def _repeats(state: State) -> list[Id]:
    """The selected repeats, or else those of the document that lie in no other."""
    content = state.document.content
    chosen = [region for region in regions(state) if isinstance(content.regions[region], Repeat)]
    if chosen or state.selection:
        return chosen
    return [region.id for region in content.regions.values() if isinstance(region, Repeat)]


def _one_repeat(state: State) -> str | None:
    return None if len(_repeats(state)) == 1 else "Select one repeat first."


def _some_blocks(state: State) -> str | None:
    open_ones = [region for region in _blocks(state) if not folding.is_collapsed(state.document, region)]
    return None if open_ones else "There is no block to collapse."


def _some_collapsed(state: State) -> str | None:
    document = state.document
    found = any(folding.is_collapsed(document, region) for region in document.content.regions)
    return None if found else "Nothing is collapsed."


ROWS: tuple[Command, ...] = (
    Command(
        "collapse", "Collapse or expand", _toggle, "Region", ("Ctrl+Shift+B",), some_regions,
        ("block", "fold", "box", "hide", "layer"),
    ),
    Command(
        "collapse_close", "Collapse and close up", _close, "Region", enabled=some_regions,
        words=("block", "fold", "box", "hide", "gap"),
    ),
    Command(
        "collapse_all", "Collapse all blocks", _all(close=False), "Region", enabled=_some_blocks,
        words=("fold", "overview", "layers"),
    ),
    Command(
        "collapse_all_close", "Collapse all blocks and close up", _all(close=True), "Region", enabled=_some_blocks,
        words=("fold", "overview", "layers", "gap"),
    ),
    Command(
        "expand_all", "Expand all", _expand_all, "Region", enabled=_some_collapsed, words=("unfold", "blocks", "layers"),
    ),
    Command(
        "unroll", "Draw the layers of a repeat one by one", _unroll, "Region", enabled=_one_repeat,
        words=("unroll", "unfold", "layers", "turns"),
    ),
)  # fmt: skip
