"""The list of functions over a bubble, or over what a bubble shall go around: one is chosen, or an expression in x typed.

What is typed and cannot be read is said beneath the field, and Enter leaves it there to be mended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint

from tensordraw.editor.events import Event
from tensordraw.editor.palette import functions_with
from tensordraw.errors import Error
from tensordraw.program.expressions import elementwise
from tensordraw.ui.popups import Choice, FilterList
from tensordraw.ui.session import Session


def _find(text: str) -> list[Choice]:
    return [Choice(row.name, row.title, row.sentence) for row in functions_with(text)]


def _tell(text: str) -> tuple[str, bool] | None:
    """Why what is no function's name is no expression either, or what Enter does with it."""
    if not text.strip() or _find(text):
        return None
    try:
        elementwise(text.strip())
    except Error as error:
        return str(error), False
    return "Enter applies this to each entry x", True


def choose_function(
    performer: Any, session: Session, at: tuple[float, float], now: str, chosen: Callable[[str], Event]
) -> None:
    """Open the list at a point of the shown canvas (pixels) with the function `now` as what Enter keeps; the document gets
    the event that `chosen` makes of a name or an expression, and nothing where the list is left."""
    canvas = performer.window.canvas
    popup = FilterList(
        canvas, _find, "Function, or an expression in x", "Function of the bubble", lambda text: not _find(text), _tell
    )
    performer.hold(popup)
    popup.chosen.connect(lambda name: session.send(chosen(str(name))))
    popup.chosen.connect(lambda _: canvas.setFocus())
    popup.closed.connect(canvas.setFocus)
    popup.open_at(QPoint(round(at[0]) - 190, round(at[1]) - 24), 380, 300)
    popup.start_at(now)
