"""Looking at values: viewers are pinned and taken away, and written as figures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tensordraw.diagram.fingerprints import charts
from tensordraw.diagram.records import Id
from tensordraw.editor import events
from tensordraw.errors import Error
from tensordraw.program import viewing
from tensordraw.program.viewing import View
from tensordraw.ui.bindings import filled
from tensordraw.ui.enlarged import enlarge
from tensordraw.ui.pins import value_from
from tensordraw.ui.session import Session
from tensordraw.ui.valued import Pin, Value
from tensordraw.ui.viewer import Viewer
from tensordraw.ui.wording import about

NOTHING = "There is nothing to export: evaluate the drawing first{?evaluate}."

NOTHING_TO_ENLARGE = "There is nothing to enlarge: evaluate the drawing first{?evaluate}."
NOTHING_TO_ADD = "There is nothing to put into the figure: evaluate the drawing first{?evaluate}."


class Looking:
    """For one window, whose values panel it serves."""

    def __init__(self, window: Any) -> None:
        self.window = window
        panel = window.values
        panel.pin_asked.connect(self.pin_value)
        panel.unpin_asked.connect(self.unpin)
        panel.export_asked.connect(self.ask_export)
        panel.add_asked.connect(self.add_chart)
        panel.enlarge_asked.connect(self.enlarge)

    def pin_item(self, session: Session, item: Id) -> None:
        """Pin a viewer on an item of the drawing, and evaluate up to there."""
        words = about(item, session.state).split("\n")[0].split(":")[0]
        pin = self.results.pins.add(session, item, words or item)
        self.window.docks["values"].show()
        self.window.docks["values"].raise_()
        self.window.following.check_sources()
        self.window.say(f"Evaluating up to {pin.title}…")
        self.results.evaluate(session, upto=True)
        self.results.pins.keep(session)
        self._reveal(pin)

    def _reveal(self, pin: Pin) -> None:
        """Show the pin's viewer."""
        self.window.values.reveal(pin)

    def enlarge(self, viewer: Viewer | None = None) -> None:
        """Show a viewer in a window of its own; the chosen one, where none is given."""
        viewer = viewer or self.window.values.chosen()
        if viewer.picture is None:
            self.window.say(filled(NOTHING_TO_ENLARGE), warns=True)
            return
        enlarge(self.window, viewer, self)

    def pin_value(self, value: Value, view: View) -> None:
        """Pin what the first viewer shows."""
        session = self.window.session
        if session is None:
            return
        pin = self.results.pins.add(session, value.key, value.title or "result", value)
        pin.view = view
        self.results.pins.keep(session)
        self.results.show()
        self._reveal(pin)
        self.window.say(f"Pinned {pin.title}: it is evaluated anew each time")

    def unpin(self, pin: Pin) -> None:
        """Take a pinned viewer away."""
        session = self.window.session
        if session is not None:
            self.results.pins.remove(session, pin)
            self.results.pins.keep(session)
            self.results.show()
            self.window.say(f"Took {pin.title} away")

    @property
    def results(self) -> Any:
        return self.window.performer.results

    def ask_export(self, viewer: Viewer | None = None) -> None:
        """Ask where the figure of a viewer goes; of the chosen one, where none is given."""
        from tensordraw.ui.viewer_export import ViewerExport  # the printers are not needed before

        window = self.window
        viewer = viewer or window.values.chosen()
        if viewer.picture is None or viewer.value is None or viewer.view is None or window.session is None:
            window.say(filled(NOTHING), warns=True)
            return
        name = "-".join(part.replace(" ", "") for part in (_stem(viewer.value), *_places(viewer)) if part)
        start = Path(window.files.folder(window.session)) / f"{name}.svg"
        ViewerExport(window, str(start), viewer, self.write).exec()

    def add_chart(self, viewer: Viewer | None = None) -> None:
        """Put what a viewer shows into the drawing; what the chosen one shows, where none is given."""
        from tensordraw.charting import charted
        from tensordraw.ui.viewer_export import title_of

        window = self.window
        viewer = viewer or window.values.chosen()
        value, view = viewer.value, viewer.view
        if viewer.picture is None or value is None or view is None or window.session is None or value.content is None:
            window.say(filled(NOTHING_TO_ADD), warns=True)
            return
        chart = charted(
            value.array, view, value.axes, value.content, value=value.key, name=value.title, tokens=value.tokens,
            texts_of=value.texts_of, scale=viewer.scale(),
        )  # fmt: skip
        window.run("add_chart", (chart, title_of(viewer)))
        window.say("Put into the drawing: its numbers are part of the document now")

    def fill_charts(
        self, session: Session, entries: dict[str, dict[str, Any]], known: dict[str, Any]
    ) -> tuple[str, bool]:
        """An evaluation gave these values: the charts of the document that show them are filled anew. What to say of it, and
        whether that warns."""
        from tensordraw.charting import renewed

        made, said = {}, ""
        for note in charts(session.state.document):
            assert note.chart is not None
            entry = entries.get(note.chart.value, {"why": "It was not evaluated."})
            try:
                if "why" in entry:
                    raise Error(f"The chart of {note.chart.name or 'the result'} stays as it was: {entry['why']}")
                value = value_from(entry, **known)
                made[note.id] = renewed(
                    note.chart, value.array, value.axes, known["content"], tokens=value.tokens, texts_of=value.texts_of
                )
            except Error as error:
                said = str(error)
        if made:
            session.send(events.Run("renew_charts", made))
        return said or f"Updated {len(made)} chart{'s' * (len(made) != 1)}", bool(said)

    def write(self, viewer: Viewer, path: str, width: str, title: str) -> str:
        """Write the figure of a viewer; what went wrong, "" where nothing did."""
        from tensordraw.diagram.file import write_atomically
        from tensordraw.figure.charts import picture
        from tensordraw.ui.viewer_export import chart_of

        try:
            write_atomically(path, picture(viewer.picture, chart_of(viewer, title), path, width=width))
        except Error as error:
            self.window.say(str(error), warns=True)
            return str(error)
        self.window.files.used(path)
        self.window.say(f"Exported {path}")
        return ""


def _stem(value: Value) -> str:
    return "".join(letter if letter.isalnum() or letter in "_-" else "_" for letter in value.title) or "result"


def _places(viewer: Viewer) -> list[str]:
    assert viewer.view is not None
    assert viewer.value is not None
    words = viewing.where(viewer.view, viewer.value.axes)
    return words.split(", ") if words else []
