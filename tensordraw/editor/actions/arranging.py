"""Commands that move, turn and line up."""

from __future__ import annotations

from typing import Any, Literal

from tensordraw.diagram import edits_layout
from tensordraw.diagram.records import Curve, CurveStyle, Diagram
from tensordraw.editor import grasp, mirroring, snapping
from tensordraw.editor.command import Command
from tensordraw.editor.effects import Announce, Glide
from tensordraw.editor.enabled import bodies, several_bodies, some_bodies, some_wires, something_drawn, wires
from tensordraw.editor.state import State, Step, done


def _nudge(dx: float, dy: float) -> Any:
    def run(state: State, argument: Any) -> Step:
        items = bodies(state)
        merge = "nudge " + " ".join(items)
        return done(state, edits_layout.move(state.document, items, dx, dy), "Nudge", merge=merge)

    return run


def _rotate(degrees: float) -> Any:
    def run(state: State, argument: Any) -> Step:
        after = edits_layout.rotate(state.document, bodies(state), degrees, _grid(state))
        return done(state, after, "Rotate")

    return run


def _grid(state: State) -> float:
    return snapping.GRID if state.snap_grid and len(bodies(state)) > 1 else 0.0


def _mirror(axis: Literal["horizontal", "vertical"]) -> Any:
    def run(state: State, argument: Any) -> Step:
        inside, _ = edits_layout.moving_parts(state.document, bodies(state))
        held = mirroring.with_places(state.document, [item for item in state.document.content.nodes if item in inside])
        after = edits_layout.mirror(held, bodies(state), axis, _grid(state))
        if mirroring.looks_the_same(state.document, after):
            return state, (Announce("It is its own mirror image."),)
        return done(state, after, "Mirror")

    return run


def _align(side: edits_layout.Side) -> Any:
    def run(state: State, argument: Any) -> Step:
        boxes = grasp.boxes(grasp.figure_of(state.document))
        return done(state, edits_layout.align(state.document, bodies(state), side, boxes), f"Align {side}")

    return run


def _distribute(axis: Literal["horizontal", "vertical"]) -> Any:
    def run(state: State, argument: Any) -> Step:
        return done(state, edits_layout.distribute(state.document, bodies(state), axis), "Distribute")

    return run


def _to_grid(state: State, argument: Any) -> Step:
    items = bodies(state) or [*state.document.content.nodes, *state.document.layout.notes]
    return done(state, edits_layout.to_grid(state.document, items, snapping.GRID), "Align to grid")


_STYLES: tuple[CurveStyle, ...] = ("curve", "straight", "orthogonal")


def _style(step: int) -> Any:
    def run(state: State, argument: Any) -> Step:
        chosen = wires(state)
        now = state.document.layout.curves.get(chosen[0], Curve()).style
        style = _STYLES[(_STYLES.index(now) + step) % len(_STYLES)]
        return done(state, edits_layout.set_curve(state.document, chosen, style=style), f"Wire style {style}")

    return run


def _straighten(state: State, argument: Any) -> Step:
    return done(state, edits_layout.set_curve(state.document, wires(state), points=()), "Remove way-points")


def _arrange(state: State, argument: Any) -> Step:
    from tensordraw.editor import rearranging  # late: the start of the window does not wait for it

    chosen = bodies(state)
    after = rearranging.rearranged(state.document, chosen)
    return _glided(state, after, "Arrange" if not chosen else "Arrange the selection")


def _arrange_rest(state: State, argument: Any) -> Step:
    from tensordraw.editor import rearranging

    after = rearranging.rearranged_around(state.document, bodies(state))
    return _glided(state, after, "Arrange around the selection")


def _glided(state: State, after: Diagram, name: str) -> Step:
    if after is state.document:
        return state, (Announce("It is arranged already."),)
    stepped, effects = done(state, after, name)
    return stepped, (*effects, Glide(state.document))


_NUDGES = (("Left", -1, 0), ("Right", 1, 0), ("Up", 0, -1), ("Down", 0, 1))
_SIDES: tuple[tuple[edits_layout.Side, tuple[str, ...]], ...] = (
    ("left", ("Ctrl+Shift+Left",)),
    ("right", ("Ctrl+Shift+Right",)),
    ("top", ("Ctrl+Shift+Up",)),
    ("bottom", ("Ctrl+Shift+Down",)),
    ("middle", ()),
    ("centre", ()),
)

ROWS: tuple[Command, ...] = (
    *(
        Command(
            f"nudge_{key.lower()}", f"Move {key.lower()}", _nudge(10.0 * dx, 10.0 * dy), "Arrange", (key,), some_bodies,
            ("nudge",), context="canvas",
        )
        for key, dx, dy in _NUDGES
    ),
    *(
        Command(
            f"nudge_{key.lower()}_fine", f"Move {key.lower()} a little", _nudge(1.0 * dx, 1.0 * dy), "Arrange",
            (f"Shift+{key}",), some_bodies, ("nudge", "fine"), context="canvas",
        )
        for key, dx, dy in _NUDGES
    ),
    Command("rotate", "Rotate 90°", _rotate(90.0), "Arrange", ("R",), some_bodies, ("turn",), context="canvas"),
    Command(
        "mirror_horizontal", "Mirror left and right", _mirror("horizontal"), "Arrange", ("Shift+H",), some_bodies,
        ("flip", "reflect"), context="canvas",
    ),
    Command(
        "mirror_vertical", "Mirror top and bottom", _mirror("vertical"), "Arrange", ("Shift+V",), some_bodies,
        ("flip", "reflect"), context="canvas",
    ),
    *(
        Command(f"align_{side}", f"Align {side}", _align(side), "Arrange", keys, several_bodies, ("line up",))
        for side, keys in _SIDES
    ),
    Command(
        "distribute_horizontal", "Distribute horizontally", _distribute("horizontal"), "Arrange",
        enabled=several_bodies, words=("space evenly",),
    ),
    Command(
        "distribute_vertical", "Distribute vertically", _distribute("vertical"), "Arrange", enabled=several_bodies,
        words=("space evenly",),
    ),
    Command(
        "arrange", "Arrange", _arrange, "Arrange", ("Ctrl+L",), something_drawn,
        ("layout", "lay out", "tidy", "automatic", "tree", "ring", "lattice", "stream"),
    ),
    Command(
        "arrange_rest", "Arrange all but the selection", _arrange_rest, "Arrange", enabled=some_bodies,
        words=("layout", "keep", "pin", "hand-placed"),
    ),
    Command(
        "align_grid", "Align to grid", _to_grid, "Arrange", ("Shift+A",), something_drawn, ("snap",),
        context="canvas",
    ),
    Command(
        "wire_style", "Next wire style", _style(1), "Arrange", ("W",), some_wires,
        ("curve", "straight", "orthogonal"), context="canvas",
    ),
    Command(
        "wire_style_back", "Previous wire style", _style(-1), "Arrange", ("Shift+W",), some_wires,
        ("curve", "straight", "orthogonal"), context="canvas",
    ),
    Command(
        "remove_way_points", "Remove way-points", _straighten, "Arrange", enabled=some_wires,
        words=("straighten", "bend"),
    ),
)  # fmt: skip
