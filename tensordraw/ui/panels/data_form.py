"""The inspector's form of where an array comes from: random, typed, a file, or made of other arrays, with what it then is.

Each finished field is one change of the document. What cannot be is said in place, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Any

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QTableWidget, QTableWidgetItem, QWidget

from tensordraw.diagram.recipes import MADE_OF, Recipe, recipe_words
from tensordraw.diagram.records import Content, Diagram
from tensordraw.diagram.whole import whole
from tensordraw.editor import sourcing
from tensordraw.errors import Error
from tensordraw.program.declared import Declared, array_declared
from tensordraw.ui.panels import fields
from tensordraw.ui.widgets import button, column, fault, label, named, row

Run = Callable[[str, Any], object]
_CELL = 52  # pixels, width of a cell of the table of values
_ROW = 25


class DataForm(QWidget):
    """Where the array called `name` comes from; `run` sends commands, `load` asks for a file."""

    def __init__(self, name: str, content: Content, run: Run, load: Callable[[], object]) -> None:
        super().__init__()
        self.name, self.content, self.run, self.load = name, content, run, load
        self.array = array_declared(content, name) or Declared(name, ())
        source, recipe = content.sources.get(name), content.recipes.get(name)
        self.recipe = None if source is not None else recipe
        self.key = sourcing.key_of(source, recipe)
        self.form = fields.form()
        self.source = QComboBox()
        self.source.setAccessibleName("Source")
        self.source.setMinimumContentsLength(12)
        for choice in sourcing.offered(content, name):
            self.source.addItem(choice.title, choice.key)
            self.source.setItemData(self.source.count() - 1, choice.sentence, Qt.ItemDataRole.ToolTipRole)
        if self.source.findData(self.key) < 0:  # of a file that says what is not offered
            self.source.addItem(sourcing.BY_KEY[self.key].title, self.key)
        self.source.setCurrentIndex(self.source.findData(self.key))
        self.source.setToolTip(sourcing.BY_KEY[self.key].sentence)
        self.source.activated.connect(lambda at: self.choose(str(self.source.itemData(at))))
        fields.add(self.form, "Source", self.source)
        self.table: QTableWidget | None = None
        self._fields()
        self.fault = fault()
        self.told = label("", "faint", wrap=True)
        self.told.setAccessibleName("Its values")
        self._fail(sourcing.fault_of(content, name, self.recipe))
        head = row(label("Data", "heading"), 1, button("open", "Load an array from a file", load), spacing=0)
        parts: list[QWidget] = [self.table] if self.table is not None else []
        named(
            self,
            "Data",
            column(head, self.form, label(self._words(), "faint", wrap=True), *parts, self.fault, self.told),
        )

    def _words(self) -> str:
        """What the source is, in words."""
        source = self.content.sources.get(self.name)
        if source is not None:
            words = f"{source.path}{f'  [{source.key}]' if source.key else ''}"
            return words + (f"\naxes {', '.join(map(str, source.axes))}" if source.axes else "")
        if self.recipe is not None and self.recipe.kind in MADE_OF:
            return f"{recipe_words(self.recipe)}. {sourcing.BY_KEY[self.key].sentence}"
        return sourcing.BY_KEY[self.key].sentence

    def show_told(self, words: str) -> None:
        """Say what is known of its values, or why nothing is, unless the form says that already."""
        words = "" if words == self.fault.text() else words
        self.told.setText(words)
        self.told.setVisible(bool(words))

    # -------------------------------------------------------------------------------------------------------- changes

    def choose(self, key: str) -> None:
        """Another source."""
        if key == "file":
            self.source.setCurrentIndex(self.source.findData(self.key))
            self.load()
            return
        if key == self.key:
            return
        try:
            recipe = sourcing.begun(self.content, self.name, key)
        except Error as error:
            self.source.setCurrentIndex(self.source.findData(self.key))
            self._fail(str(error))
            return
        self.run("set_recipe", (self.name, recipe))

    def set(self, **changed: Any) -> None:
        """Other fields of the recipe."""
        made = replace(self.recipe or Recipe("random"), **changed)
        wrong = sourcing.fault_of(self.content, self.name, made)
        self._fail(wrong)
        if not wrong and made != self.recipe:
            self.run("set_recipe", (self.name, made))

    def _fail(self, sentence: str) -> None:
        self.fault.setText(sentence)
        self.fault.setVisible(bool(sentence))
        fields.answer(self, sentence, "")

    # --------------------------------------------------------------------------------------------------------- fields

    def _fields(self) -> None:
        """The fields of the source that it has."""
        recipe = self.recipe or Recipe("random")
        match self.key:
            case "random":
                if self.array.classes is None:
                    kinds = [("normal", "normal"), ("uniform", "uniform")]
                    chosen = fields.choice(
                        "Distribution", kinds, recipe.distribution, lambda value: self.set(distribution=value)
                    )
                    fields.add(self.form, "Distribution", chosen)
                    scale = self._number("Scale", recipe.factor, "factor")
                    scale.setToolTip("How many times as large as usual, which is 1/√fan-in")
                self._seed(recipe)
            case "periodic":
                self._number("Period", recipe.period, "period", is_whole=True, least=1)
                self._seed(recipe)
            case "fill":
                self._number("Number", recipe.factor, "factor")
            case "shift":
                self._number("Offset", recipe.offset, "offset", is_whole=True)
                self._number("Number", recipe.factor, "factor")
            case "values":
                self._values(recipe)
            case key if key in MADE_OF:
                self._made_of(recipe)
            case _:
                pass

    def _seed(self, recipe: Recipe) -> None:
        words = "" if recipe.seed is None else str(recipe.seed)
        seed = fields.text("Seed", words, self._set_seed, "that of the evaluation")
        seed.setToolTip("A whole number; empty for the seed of the evaluation")
        fields.add(self.form, "Seed", seed)

    def _set_seed(self, text: str) -> None:
        if not text.strip():
            self.set(seed=None)
        elif (seed := whole(text)) is not None and seed >= 0:
            self.set(seed=seed)
        else:
            self._fail(f"{text.strip()} is no seed: write a whole number from 0, or nothing.")

    def _number(
        self, words: str, value: float, field: str, *, is_whole: bool = False, least: int | None = None
    ) -> QWidget:
        def tell(text: str) -> None:
            number = _read(text, is_whole)
            if number is None or (least is not None and number < least):
                kind = "a whole number" if is_whole else "a number"
                self._fail(f"{text.strip() or 'Nothing'} is not {kind}{f' from {least}' if least is not None else ''}.")
            else:
                self.set(**{field: number})

        made = fields.text(words, f"{value:g}", tell)
        fields.add(self.form, words, made)
        return made

    def _made_of(self, recipe: Recipe) -> None:
        """Of which array, and as which part of it, among those that fit."""
        found = sourcing.fits(self.content, self.name, recipe.kind)
        names = list(dict.fromkeys((*(one.of for one in found), *((recipe.of,) if recipe.of else ()))))
        first = {one.of: one for one in reversed(found)}
        of = fields.choice(
            "Of", [(name, name) for name in names], recipe.of, lambda name: self.set(**_part(first.get(name, recipe)))
        )
        of.setToolTip("The arrays whose shape fits")
        fields.add(self.form, "Of", of)
        same = [one for one in found if one.of == recipe.of]
        if len(same) > 1:
            words = [(str(place), self._part_words(one)) for place, one in enumerate(same)]
            now = next((str(place) for place, one in enumerate(same) if one == recipe), "0")
            title = "Rows" if recipe.kind.startswith("svd") else "Axis"
            fields.add(
                self.form, title, fields.choice(title, words, now, lambda place: self.set(**_part(same[int(place)])))
            )

    def _part_words(self, recipe: Recipe) -> str:
        """Which axes are rows, or which axis it is."""
        of = array_declared(self.content, recipe.of) or self.array
        return ", ".join(of.axes[: recipe.rows]) if recipe.kind.startswith("svd") else of.axes[recipe.site]

    # --------------------------------------------------------------------------------------------------------- values

    def _values(self, recipe: Recipe) -> None:
        """A small table of the numbers: rows are all axes but the last."""
        shape = self.array.shape
        if len(recipe.numbers) != prod(shape) or prod(shape) > sourcing.MOST_VALUES:
            return
        columns = shape[-1] if shape else 1
        rows = prod(shape[:-1])
        table = QTableWidget(rows, columns)
        table.setAccessibleName("Values")
        table.setTabKeyNavigation(False)
        table.setHorizontalHeaderLabels([str(place) for place in range(columns)])
        table.setVerticalHeaderLabels([",".join(map(str, _place(at, shape[:-1]))) for at in range(rows)])
        for at, number in enumerate(recipe.numbers):
            cell = QTableWidgetItem(f"{number:.12g}")
            cell.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(at // columns, at % columns, cell)
        for at in range(columns):
            table.setColumnWidth(at, _CELL)
        for at in range(rows):
            table.setRowHeight(at, _ROW)
        table.setFixedHeight(
            _ROW * min(rows, 8) + table.horizontalHeader().sizeHint().height() + (4 if columns < 6 else 18)
        )
        table.itemChanged.connect(lambda cell: self._typed(cell, columns))
        self.table = table

    def _typed(self, cell: QTableWidgetItem, columns: int) -> None:
        assert self.recipe is not None
        at, number = cell.row() * columns + cell.column(), _read(cell.text(), False)
        numbers = list(self.recipe.numbers)
        if number is None:
            self._fail(f"{cell.text().strip() or 'Nothing'} is not a number.")
            assert self.table is not None
            self.table.blockSignals(True)
            cell.setText(f"{numbers[at]:.12g}")
            self.table.blockSignals(False)
            return
        numbers[at] = number
        self.set(numbers=tuple(numbers))


def told(diagram: Diagram, name: str) -> str:
    """What the array is, in words: its shape, and min, max and mean of its entries. It may take long."""
    from tensordraw.program.facts import MOST, facts  # late: the start of the window does not wait for arrays

    found = facts(diagram, name)
    if found is None:
        return f"More than {MOST // 1_000_000} million entries: filled when the drawing is evaluated."
    shape = " × ".join(map(str, found.shape)) or "a scalar"
    lines = found.sentence.replace("   mean", "\nmean")  # a pair of numbers on each line
    return f"{shape}   {found.dtype}\n{lines}"


def _part(recipe: Recipe) -> dict[str, Any]:
    """The fields that say of which array a part is, and which part."""
    return {"of": recipe.of, "rows": recipe.rows, "site": recipe.site}


def _place(number: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The place with this number in an array of this shape, row by row."""
    place: list[int] = []
    for size in reversed(shape):
        place.insert(0, number % size)
        number //= size
    return tuple(place)


def _read(text: str, is_whole: bool) -> float | int | None:
    """The finite number that was typed, None where it is none."""
    words = text.strip().replace(" ", "").replace(",", ".").replace("−", "-")
    if is_whole:
        return whole(words)
    try:
        number = float(words)
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None


__all__ = ["DataForm", "told"]
