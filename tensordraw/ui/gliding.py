"""A new arrangement is reached in a short glide, so that the eye keeps what it follows. Only the canvas glides: the document has
its new layout at once. Nothing glides where the desktop asks for reduced motion, or where the document is large."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import QElapsedTimer, QObject, QTimer
from PySide6.QtWidgets import QApplication, QStyle

from tensordraw.diagram.records import Diagram, Place
from tensordraw.editor import grasp
from tensordraw.ui.canvas import Canvas
from tensordraw.ui.settings import settings

LASTS = 180  # ms
MOST = 300  # nodes
FRAME = 16  # ms


def is_still() -> bool:
    """Whether motion is to be reduced: by our setting, or because the desktop's widgets do not move."""
    if settings().value("reduced_motion", "false") in (True, "true"):
        return True
    style = QApplication.style()
    return style is None or style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0


def toggle_motion() -> bool:
    """Change whether motion is reduced; whether it is now."""
    still = settings().value("reduced_motion", "false") not in (True, "true")
    settings().setValue("reduced_motion", "true" if still else "false")
    return still


class Gliding(QObject):
    """One glide of a canvas from an older layout to the one of its session."""

    def __init__(self, canvas: Canvas, before: Diagram) -> None:
        super().__init__(canvas)
        self.canvas, self.before = canvas, before
        self.state = canvas.session.state
        self.clock = QElapsedTimer()
        self.timer = QTimer(self, interval=FRAME)
        self.timer.timeout.connect(self._step)

    def begin(self) -> None:
        """Show the old layout and start."""
        self.clock.start()
        self.timer.start()
        self._step()

    def _step(self) -> None:
        if self.canvas.session.state is not self.state:  # something else happened: that is shown already
            self._end()
            return
        part = min(1.0, self.clock.elapsed() / LASTS)
        after = self.state.document
        if part >= 1.0:
            self.canvas.show_state(self.state, grasp.figure_of(after))
            self._end()
            return
        self.canvas.show_state(
            self.state, grasp.figure_of(between(self.before, after, part * part * (3.0 - 2.0 * part)))
        )

    def _end(self) -> None:
        self.timer.stop()
        self.deleteLater()


def between(before: Diagram, after: Diagram, part: float) -> Diagram:
    """The drawing on its way: places and notes at `part` (0 to 1) of theirs; legs and wires as they will be."""
    places = {
        item: _mixed(before.layout.places[item], place, part) if item in before.layout.places else place
        for item, place in after.layout.places.items()
    }
    return replace(after, layout=replace(after.layout, places=places))


def _mixed(one: Place, other: Place, part: float) -> Place:
    return replace(other, x=one.x + (other.x - one.x) * part, y=one.y + (other.y - one.y) * part)


def glide(canvas: Canvas, before: Diagram) -> None:
    """Let the canvas glide from `before` to what its session shows now."""
    if not is_still() and len(before.content.nodes) <= MOST:
        Gliding(canvas, before).begin()
