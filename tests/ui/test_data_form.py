"""The inspector's form of where an array comes from: every source, its fields, what cannot be, what the array then is."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.diagram.recipes import Recipe
from tensordraw.diagram.records import Source, Tensor
from tensordraw.editor import events
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands

Field = TypeVar("Field", bound=QWidget)


class Form:
    """The Data section of one tensor under the hands."""

    def __init__(self, window: Window, qtbot: QtBot, name: str) -> None:
        self.window, self.qtbot, self.name = window, qtbot, name
        assert window.state is not None
        nodes = window.state.document.content.nodes.values()
        window.select(frozenset({next(n.id for n in nodes if isinstance(n, Tensor) and n.name == name)}))
        qtbot.waitUntil(lambda: window.inspector.data is not None and window.inspector.data.name == name, timeout=3000)

    @property
    def recipe(self) -> Recipe | None:
        assert self.window.state is not None
        return self.window.state.document.content.recipes.get(self.name)

    def field(self, kind: type[Field], name: str) -> Field:
        found: list[Field] = []

        def look() -> bool:
            assert self.window.inspector.data is not None
            found[:] = [one for one in self.window.inspector.data.findChildren(kind) if one.accessibleName() == name]
            return bool(found)

        self.qtbot.waitUntil(look, timeout=3000)
        return found[0]

    def choose(self, field: str, words: str) -> None:
        box = self.field(QComboBox, field)
        at = box.findText(words)
        assert at >= 0, [box.itemText(k) for k in range(box.count())]
        box.setCurrentIndex(at)
        box.activated.emit(at)  # as a click in the list does
        self.settle()

    def type(self, field: str, words: str) -> None:
        line = self.field(QLineEdit, field)
        line.setFocus()
        line.selectAll()
        QTest.keyClick(line, Qt.Key.Key_Delete)
        QTest.keyClicks(line, words)
        QTest.keyClick(line, Qt.Key.Key_Return)
        self.settle()

    def settle(self) -> None:
        """Let the panels follow."""
        self.qtbot.wait(5)
        self.qtbot.waitUntil(lambda: not self.window.following.soon.isActive(), timeout=3000)

    def shows(self, field: str, words: str) -> None:
        self.qtbot.waitUntil(lambda: self.field(QComboBox, field).currentText() == words, timeout=3000)

    @property
    def fault(self) -> str:
        assert self.window.inspector.data is not None
        shown = self.window.inspector.data.fault
        return "" if shown.isHidden() else shown.text()

    def told(self, words: str) -> None:
        def says() -> bool:
            data = self.window.inspector.data
            return data is not None and words in data.told.text() and not data.told.isHidden()

        self.qtbot.waitUntil(says, timeout=8000)


@pytest.fixture
def form(window: Window, hands: Hands, qtbot: QtBot) -> Form:
    """The tensor W of a drawing with M and its possible factors."""
    for at, line in enumerate(("M: i=6 k=5", "U: i j=3", "W: a=2 b=2")):
        window.send(events.Insert("", 120.0 * at, 0.0, text=line))
    window.activateWindow()
    return Form(window, qtbot, "W")


def test_a_random_array_says_its_statistics_and_takes_seed_scale_and_distribution(form: Form) -> None:
    assert form.field(QComboBox, "Source").currentText() == "Random values"
    form.told("2 × 2   float32")
    form.told("mean")
    form.type("Seed", "7")
    assert form.recipe == Recipe("random", seed=7)
    form.type("Scale", "2.5")
    assert form.recipe == Recipe("random", seed=7, factor=2.5)
    form.choose("Distribution", "uniform")
    assert form.recipe == Recipe("random", seed=7, factor=2.5, distribution="uniform")
    state = form.window.state
    assert state is not None
    array = td.arrays(state.document)["W"]
    form.told(f"max {array.max():.4g}")
    form.window.run("undo")
    form.shows("Distribution", "normal")
    assert form.recipe == Recipe("random", seed=7, factor=2.5), "each field is one step"
    form.type("Seed", "soon")
    assert form.fault == "soon is no seed: write a whole number from 0, or nothing."
    form.type("Seed", "²")
    assert form.fault == "² is no seed: write a whole number from 0, or nothing."
    assert form.recipe == Recipe("random", seed=7, factor=2.5)
    form.type("Seed", "")
    assert form.recipe == Recipe("random", factor=2.5)


def test_numbers_fill_it(form: Form) -> None:
    form.choose("Source", "Zeros")
    assert form.recipe == Recipe("fill", factor=0.0)
    form.told("min 0   max 0\nmean 0")
    form.choose("Source", "One number")
    form.type("Number", "3,5")
    assert form.recipe == Recipe("fill", factor=3.5)
    form.type("Number", "much")
    assert form.fault == "much is not a number."
    form.choose("Source", "Shifted diagonal")
    form.type("Offset", "-1")
    assert form.recipe == Recipe("shift", offset=-1)
    form.choose("Source", "Periodic random values")
    form.type("Period", "0")
    assert form.fault == "0 is not a whole number from 1."


def test_values_are_typed_into_a_table_that_keeps_its_place(form: Form) -> None:
    form.choose("Source", "Identity")
    assert form.recipe == Recipe("shift", offset=0)
    form.choose("Source", "Values")
    table = form.field(QTableWidget, "Values")
    assert [table.item(0, 0).text(), table.item(0, 1).text()] == ["1", "0"], "it begins with what was there"
    table.setFocus()
    table.setCurrentCell(1, 0)
    cell = table.item(1, 0)
    cell.setText("2.25")
    form.settle()
    assert form.recipe == Recipe("values", numbers=(1.0, 0.0, 2.25, 1.0))
    again = form.field(QTableWidget, "Values")
    assert (again.currentRow(), again.currentColumn()) == (1, 0)
    assert again.hasFocus()
    again.item(0, 1).setText("x")
    assert form.fault == "x is not a number."
    assert again.item(0, 1).text() == "0"
    state = form.window.state
    assert state is not None
    np.testing.assert_allclose(td.arrays(state.document)["W"], [[1.0, 0.0], [2.25, 1.0]])


def test_a_factor_is_picked_among_the_arrays_that_fit(form: Form, window: Window, qtbot: QtBot) -> None:
    form.choose("Source", "U of an SVD")
    assert form.recipe is None
    assert "No other array has a shape of which W (2 × 2) could be the U of an SVD." in form.fault
    assert form.field(QComboBox, "Source").currentText() == "Random values"
    window.send(events.Insert("", 0.0, 200.0, text="N: i x=9"))
    made = Form(window, qtbot, "U")
    made.choose("Source", "U of an SVD")
    assert made.recipe == Recipe("svd_u", "M")
    of = made.field(QComboBox, "Of")
    assert [of.itemText(at) for at in range(of.count())] == ["M", "N"]
    made.choose("Of", "N")
    assert made.recipe == Recipe("svd_u", "N")
    texts = [one.text() for one in window.inspector.findChildren(QLabel)]
    assert any("U of the singular value decomposition of N" in text for text in texts)
    made.told("6 × 3   float32")


def test_a_recipe_that_fits_no_more_says_so_in_place(form: Form, window: Window, qtbot: QtBot) -> None:
    made = Form(window, qtbot, "U")
    made.choose("Source", "U of an SVD")
    assert made.fault == ""
    assert window.state is not None
    (space,) = (space.id for space in window.state.document.content.spaces.values() if space.name == "j")
    window.run("change_space", {"args": (space,), "size": 40})
    qtbot.waitUntil(lambda: "no such array is made by its recipe" in made.fault, timeout=3000)
    made.choose("Source", "Random values")
    assert made.fault == ""
    assert made.recipe is None


def test_a_file_is_asked_for_and_shown(
    form: Form, window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    window.inspector.asked.disconnect()
    window.inspector.asked.connect(asked.append)
    form.choose("Source", "File…")
    assert len(asked) == 1
    assert form.field(QComboBox, "Source").currentText() == "Random values", "nothing changes before one is chosen"
    np.save(tmp_path / "w.npy", np.full((2, 2), 3.0))
    window.send(events.Bind("W", Source(str(tmp_path / "w.npy"))))
    form.shows("Source", "File…")
    form.told("min 3   max 3\nmean 3")
    form.choose("Source", "Random values")
    assert window.state is not None
    assert window.state.document.content.sources == {}
    window.send(events.Bind("W", Source(str(tmp_path / "gone.npy"))))
    form.told("gone.npy")


def test_the_card_and_the_outline_say_the_source(form: Form, window: Window, qtbot: QtBot) -> None:
    from tensordraw.ui import wording

    form.choose("Source", "Ones")
    assert window.state is not None
    (item,) = window.state.selection
    assert wording.about(item, window.state).endswith("Ones")
    window.docks["outline"].show()
    window.docks["outline"].raise_()
    qtbot.waitUntil(lambda: item in window.outline.rows, timeout=3000)
    assert window.outline.rows[item].text(0) == "W  =  Ones"
