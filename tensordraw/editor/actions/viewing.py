"""Commands of the view, the panels and the evaluation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tensordraw.editor.command import Command
from tensordraw.editor.effects import (
    Announce,
    ChangeView,
    Effect,
    EnlargeViewer,
    Evaluate,
    ExportViewer,
    OpenDialog,
    ResetLayout,
    StopEvaluation,
    TextSize,
    ToggleMotion,
    TogglePanel,
    ToggleTheme,
)
from tensordraw.editor.enabled import some, something_drawn
from tensordraw.editor.state import State, Step


def _effect(effect: Effect) -> Any:
    def run(state: State, argument: Any) -> Step:
        return state, (effect,)

    return run


def _inspect(state: State, argument: Any) -> Step:
    item = argument if isinstance(argument, str) else min(state.selection, default=None)
    return state, (Evaluate(item),)


def _pin(state: State, argument: Any) -> Step:
    item = argument if isinstance(argument, str) else min(state.selection, default=None)
    return state, (Evaluate(item, pins=True),)


def _snap_grid(state: State, argument: Any) -> Step:
    after = replace(state, snap_grid=not state.snap_grid)
    return after, (
        Announce("Snapping to the grid" if after.snap_grid else "No snapping to the grid"),
        TogglePanel("grid"),
    )


def _snap_objects(state: State, argument: Any) -> Step:
    after = replace(state, snap_objects=not state.snap_objects)
    return after, (Announce("Snapping to other items" if after.snap_objects else "No snapping to other items"),)


def _page(state: State, argument: Any) -> Step:
    after = replace(state, page=not state.page)
    return after, (Announce("The figure's page is shown" if after.page else "The figure's page is not shown"),)


ROWS: tuple[Command, ...] = (
    Command(
        "command_palette", "Command palette…", _effect(OpenDialog("command_palette")), "View",
        ("Ctrl+Shift+P", "Ctrl+/"), words=("find", "search", "actions"),
    ),
    Command(
        "shortcuts", "Keyboard shortcuts", _effect(OpenDialog("shortcuts")), "Help", ("?",), words=("help", "keys"),
        context="canvas",
    ),
    Command(
        "change_shortcuts", "Change keyboard shortcuts…", _effect(OpenDialog("change_shortcuts")), "Help",
        ("Ctrl+K, Ctrl+S",), words=("keys", "rebind", "bindings", "hotkeys", "customise", "settings", "preferences"),
    ),
    Command(
        "tour", "Take the tour", _effect(OpenDialog("tour")), "Help", words=("help", "tutorial", "learn", "introduction"),
    ),
    Command(
        "notation", "What can be typed", _effect(OpenDialog("notation")), "Help",
        words=("notation", "quick insert", "examples", "einsum"),
    ),
    Command("about", "About", _effect(OpenDialog("about")), "Help", words=("version", "licence")),
    Command("zoom_in", "Zoom in", _effect(ChangeView("in")), "View", ("Ctrl+=", "Ctrl++"), words=("larger",)),
    Command("zoom_out", "Zoom out", _effect(ChangeView("out")), "View", ("Ctrl+-",), words=("smaller",)),
    Command(
        "zoom_actual", "Zoom to 100 %", _effect(ChangeView("actual")), "View", ("Ctrl+0",), words=("natural size",),
    ),
    Command(
        "fit", "Fit all", _effect(ChangeView("fit")), "View", ("Ctrl+1", "Home", "Shift+1"),
        words=("zoom", "home", "centre"),
    ),
    Command(
        "fit_selection", "Fit selection", _effect(ChangeView("fit_selection")), "View", ("Ctrl+2", "Shift+2"), some,
        ("zoom",),
    ),
    Command(
        "reveal", "Scroll to the selection", _effect(ChangeView("reveal")), "View", enabled=some,
        words=("find", "show"),
    ),
    Command("toggle_grid", "Grid and snapping to it", _snap_grid, "View", ("G",), words=("dots",), context="canvas"),
    Command(
        "toggle_snapping", "Snapping to other items", _snap_objects, "View", ("Shift+G",), words=("guides",),
        context="canvas",
    ),
    Command(
        "toggle_page", "Figure frame", _page, "View",
        words=("page", "column", "width", "mm", "true size", "journal", "edges", "proportion"),
    ),
    Command("toggle_palette", "Palette", _effect(TogglePanel("palette")), "View", ("F5",), words=("panel", "dock")),
    Command(
        "toggle_palette_icons", "Collapse palette to icons", _effect(TogglePanel("palette_icons")), "View",
        words=("panel", "dock", "narrow", "icon bar", "expand", "outline", "room"),
    ),
    Command(
        "toggle_inspector", "Inspector", _effect(TogglePanel("inspector")), "View", ("F6",),
        words=("panel", "dock", "properties"),
    ),
    Command("toggle_code", "Code", _effect(TogglePanel("code")), "View", ("F7",), words=("panel", "dock", "python")),
    Command(
        "toggle_code_beneath", "Code beneath the inspector", _effect(TogglePanel("code_beneath")), "View",
        words=("panel", "dock", "right", "wide screen", "move", "below the drawing"),
    ),
    Command(
        "toggle_problems", "Problems", _effect(TogglePanel("problems")), "View", ("F9",),
        words=("panel", "dock", "errors"),
    ),
    Command("toggle_values", "Values", _effect(TogglePanel("values")), "View", words=("panel", "dock", "heatmap")),
    Command("toggle_outline", "Outline", _effect(TogglePanel("outline")), "View", words=("panel", "dock", "tree")),
    Command(
        "toggle_below", "Panels below the drawing", _effect(TogglePanel("below")), "View", ("Shift+F7",),
        words=("hide", "bottom", "dock", "code", "values"),
    ),
    Command(
        "toggle_all", "Only the drawing", _effect(TogglePanel("all")), "View", ("F11",),
        words=("hide", "panels", "docks", "full screen", "zen", "maximise"),
    ),
    Command("reset_layout", "Reset layout", _effect(ResetLayout()), "View", words=("panels", "docks", "lost", "window")),
    *(
        Command(command, title, _effect(TextSize(step)), "View", words=("font", "interface", "zoom", *words))
        for command, title, step, words in (
            ("text_larger", "Larger text in the window", 1, ("bigger", "too small")),
            ("text_smaller", "Smaller text in the window", -1, ()),
            ("text_system", "Text as large as the system's", 0, ("reset",)),
        )
    ),
    Command(
        "toggle_motion", "Reduced motion", _effect(ToggleMotion()), "View", words=("animation", "glide", "accessibility"),
    ),
    Command("toggle_theme", "Light or dark", _effect(ToggleTheme()), "View", words=("theme", "night")),
    *(
        Command(f"theme_{name}", f"Theme: {name}", _effect(ToggleTheme(name)), "View", words=(*words, "colours"))
        for name, words in (("light", ()), ("dark", ("night",)), ("print", ("paper", "black and white", "grey")))
    ),
    Command(
        "evaluate", "Evaluate", _effect(Evaluate()), "Run", ("Ctrl+Enter",), something_drawn,
        ("run", "compute", "numbers"),
    ),
    Command("stop", "Stop evaluation", _effect(StopEvaluation()), "Run", words=("cancel", "abort")),
    Command(
        "inspect_value", "Value of the selected item", _inspect, "Run", enabled=some,
        words=("evaluate", "probe", "array"), argument="id of an item, or nothing for the selection",
    ),
    Command(
        "pin_value", "Pin a viewer on the selected item", _pin, "Run", ("Ctrl+Alt+V",), some,
        ("value", "watch", "heatmap", "attention pattern", "wire"), argument="id of an item, or nothing for the selection",
    ),
    Command(
        "enlarge_viewer", "Enlarge viewer", _effect(EnlargeViewer()), "Run",
        words=("heatmap", "plot", "window", "larger", "maximise", "float"),
    ),
    Command(
        "export_viewer", "Export viewer…", _effect(ExportViewer()), "Run", ("Ctrl+Alt+E",),
        words=("heatmap", "plot", "figure", "svg", "png", "attention pattern"),
    ),
)  # fmt: skip
