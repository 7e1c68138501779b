"""What is shown where the pointer rests: a card with words about the item, the statistics of its value, a small picture.

Words come at once. The value is found off the window's thread: that of the last evaluation where one is known of the
drawing as it is, else the array in its file, read part by part and kept nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import convert
from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QFrame, QWidget

from tensordraw.diagram.records import Diagram, Id, Tensor
from tensordraw.errors import Error
from tensordraw.program import viewing
from tensordraw.program.viewing import Statistics
from tensordraw.ui import wording
from tensordraw.ui.background import Background
from tensordraw.ui.heatmap import Heatmap
from tensordraw.ui.session import Session
from tensordraw.ui.valued import Value
from tensordraw.ui.widgets import column, label, named

if TYPE_CHECKING:
    from tensordraw.program.statements import Program

QUICK = 0.5  # seconds: a drawing that is evaluated in less is evaluated for a card
APART = 14  # pixels from the pointer


@dataclass(frozen=True, eq=False)
class Told:
    """What there is to say of a value: lines of text, and a slice of it where it has one; `asks` where it is not known and
    the evaluation could tell."""

    lines: tuple[str, ...]
    picture: Any = None
    asks: bool = False


class Card(QFrame):
    """The card itself: it never takes the focus or the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setProperty("role", "popup")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words = label("")
        self.words.setAccessibleName("What it is")
        self.facts = label("", "faint")
        self.facts.setAccessibleName("Its value")
        self.picture = Heatmap()
        self.picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.picture.setFixedSize(210, 110)
        named(self, "About the item", column(self.words, self.facts, self.picture, margins=(10, 8, 10, 8), spacing=4))
        self.hide()

    def show_words(self, words: str, at: QPoint) -> None:
        """Say what the item is, beside this point of the window."""
        self.words.setText(words)
        self.facts.hide()
        self.picture.hide()
        self._at = at
        self._place()

    def show_told(self, told: Told) -> None:
        """Add what is known of its value."""
        self.facts.setText("\n".join(told.lines))
        self.facts.setVisible(bool(told.lines))
        self.picture.show_values(told.picture)
        self.picture.setVisible(told.picture is not None)
        self._place()

    def _place(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        self.adjustSize()
        x, y = self._at.x() + APART, self._at.y() + APART
        if x + self.width() > parent.width() - 6:
            x = self._at.x() - APART - self.width()
        if y + self.height() > parent.height() - 6:
            y = self._at.y() - APART - self.height()
        self.move(max(x, 6), max(y, 6))
        self.show()
        self.raise_()


class Hovering(QObject):
    """For one window."""

    def __init__(self, window: Any) -> None:
        super().__init__(window)
        self.window = window
        window.inspector.pointed.connect(window.following.glow)
        self.card = Card(window)
        self.background = Background(delay=1, parent=self)
        self.background.finished.connect(self._take)
        self.shown: tuple[Session, Id, Diagram] | None = None  # what the card is about
        window.performer.evaluation.peeked.connect(self._take_peeked)

    def rest(self, session: Session, item: Id | None, at: QPoint) -> None:
        """The pointer rests on an item, there on the screen; None: it does not any more."""
        words = "" if item is None else wording.noted(item, session.state)
        self.shown = None
        if item is None or not words:
            self.card.hide()
            return
        self.card.show_words(words, self.window.mapFromGlobal(at))
        diagram, known = session.document, self._known(session)
        self.shown = (session, item, diagram)
        self.background.request(self.shown, lambda: told_of(diagram, item, known))

    def _known(self, session: Session) -> dict[str, Value]:
        """The values of the drawing as it is, by their keys."""
        results = self.window.performer.results
        found = results.found.get(session)
        values = [] if found is None else list(found.values.values())
        values += [pin.value for pin in results.pins.of(session) if pin.value is not None]
        content = session.state.document.content
        return {value.key: value for value in values if value.content is content or value.content == content}

    def _take(self, key: object, told: Told | None, sentence: str | None) -> None:
        if self.shown is None or key is not self.shown or not self.card.isVisible() or told is None:
            return
        self.card.show_told(told)
        session, item, diagram = self.shown
        results = self.window.performer.results
        last = results.found.get(session)
        same = last is not None and bool(last.values) and last.content == diagram.content
        if told.asks and same and results.running is None and (last.seconds or 0.0) < QUICK:
            results.evaluation.peek(diagram, item, self.window.typing.given(session))

    def _take_peeked(self, answer: dict[str, Any]) -> None:
        if self.shown is None or answer["peeked"] != self.shown[1] or not self.card.isVisible() or "why" in answer:
            return
        import numpy as np

        told, where = convert(answer["statistics"], Statistics), answer["where"]
        lines = [f"value {answer['title']}: {_shape(told)}", *_numbers(told), *([f"at {where}"] if where else [])]
        picture = np.array(answer["picture"]) if "picture" in answer else None
        self.card.show_told(Told(tuple(lines), picture))


def told_of(diagram: Diagram, item: Id, known: dict[str, Value]) -> Told:
    """What there is to say of the value at an item: of an evaluation, else of its file, else why there is none."""
    from tensordraw.program.lower import lower
    from tensordraw.program.passes import simplify
    from tensordraw.program.seeing import Unseen, value_of

    content = diagram.content
    node = content.nodes.get(item)
    if isinstance(node, Tensor) and node.name in content.sources:
        return _told_of_file(diagram, node.name)
    try:
        program = simplify(lower(content))
        sight = value_of(program, content, item)
    except Error:
        return Told(())  # the drawing has a problem, which its own panel says
    if isinstance(sight, Unseen):
        return Told(tuple(_lines(sight.why)) if item in content.wires else ())
    value = known.get(sight.value)
    if value is None:
        sizes = " × ".join(_sizes(program)[sight.value]) or "a number"
        return Told((f"value {sight.title}: {sizes}", "not evaluated yet: Ctrl+Shift+click looks at it"), asks=True)
    told = value.statistics or viewing.statistics(value.array)
    begun = viewing.first_view(value.axes, value.array.shape, "heatmap" if value.array.ndim > 1 else None)
    where = viewing.where(begun, value.axes)
    lines = [f"value {value.title or 'result'}: {_shape(told)}", *_numbers(told)]
    if value.array.ndim < 1 or not value.array.size:
        return Told(tuple(lines))
    return Told((*lines, f"at {where}") if where else tuple(lines), viewing.thin(viewing.cut(value.array, begun)))


def _told_of_file(diagram: Diagram, name: str) -> Told:
    from tensordraw.program.declared import declared
    from tensordraw.program.sourced import parts

    try:
        shape = declared(diagram.content)[name].shape
        told = viewing.statistics_of(parts(diagram, name), shape)
        first = next(parts(diagram, name))
    except Error as error:
        return Told(tuple(_lines(str(error))))
    while first.ndim > 2:
        first = first[0]
    picture = viewing.thin(first) if first.ndim and first.size else None
    return Told((_shape(told), *_numbers(told)), picture)


def _shape(told: Statistics) -> str:
    return f"{' × '.join(map(str, told.shape)) or 'a scalar'}   {told.dtype}"


def _numbers(told: Statistics) -> list[str]:
    lines = [told.sentence]
    return lines if told.nan or 0 in told.shape else [f"{lines[0]}   no NaN"]


def _sizes(program: Program) -> dict[str, list[str]]:
    """The axes of every value with their sizes, those of loops first."""
    from tensordraw.program.flow import types, walk
    from tensordraw.program.seeing import axis_names
    from tensordraw.program.statements import Repeat

    loops = {s.index: s.count for s in walk(program.body) if isinstance(s, Repeat)}
    names, found = axis_names(program), {}
    for value, type_ in types(program).items():
        outer = names[value][: len(names[value]) - len(type_.axes)]
        found[value] = [*(f"{name} {loops[name]}" for name in outer), *(f"{a.name} {a.size}" for a in type_.axes)]
    return found


def _lines(sentence: str, wide: int = 64) -> list[str]:
    from textwrap import wrap

    return wrap(sentence, wide)
