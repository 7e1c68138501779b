"""A diagram being built or edited: mutable tables of records, turned into a `Diagram` by `build`.

Templates and readers fill an empty draft; edits (`edits.py`) open a draft of a document, change it, and build.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from msgspec.structs import replace

from tensordraw.diagram.records import (
    ROOT,
    Add,
    Block,
    Bubble,
    Copy,
    Delta,
    Equation,
    Fixed,
    FixedKind,
    Form,
    Group,
    Id,
    Leg,
    LegPlace,
    Node,
    Note,
    Operand,
    Part,
    Paste,
    Place,
    Port,
    Repeat,
    Sign,
    Space,
    Sum,
    Tensor,
    Term,
    Variance,
)
from tensordraw.diagram.tables import Tables


class Draft(Tables):
    """Mutable tables of one diagram. Methods that make records return them; `build` gives the finished value."""

    def space(self, name: str, size: int | None = None, **fields: Any) -> Id:
        """The id of the space with this name, made with `size` (default 2) where there is none."""
        for space in self.spaces.values():
            if space.name == name:
                return space.id
        made = Space(self.new_id("s"), name, 2 if size is None else size, **fields)
        self.spaces[made.id] = made
        return made.id

    def leg(
        self, space: Id, label: str = "", *, index: int | Id | None = None, variance: Variance = "none",
        angle: float | None = None, shift: float = 0.0, length: float | None = None,
    ) -> Leg:  # fmt: skip
        """A new leg record in the space with this id (or name), to be put into a node; `angle` places it."""
        space = space if space in self.spaces else self.space(space)
        made = Leg(self.new_id("l"), space, label, variance, index)
        if angle is not None:
            self.leg_places[made.id] = LegPlace(angle, shift, length)
        return made

    def _put(self, node: Node, at: tuple[float, float] | None) -> None:
        self.nodes[node.id] = node
        if at is not None:
            self.places[node.id] = Place(*at)

    def tensor(
        self, name: str, legs: Sequence[Leg] = (), at: tuple[float, float] | None = None, *, inside: Id = ROOT,
        form: Form = "any", tip: Sequence[Id] = (), conj: bool = False,
    ) -> Tensor:  # fmt: skip
        """A tensor with these legs; `tip` names the legs at the tip of an isometry."""
        made = Tensor(self.new_id("t"), name, tuple(legs), inside, form, tuple(tip), conj)
        self._put(made, at)
        return made

    def delta(self, legs: Sequence[Leg], at: tuple[float, float] | None = None, *, inside: Id = ROOT) -> Delta:
        """A delta of these legs, all of one space."""
        made = Delta(self.new_id("d"), tuple(legs), inside)
        self._put(made, at)
        return made

    def fixed(
        self, kind: FixedKind, legs: Sequence[Leg] = (), at: tuple[float, float] | None = None, *, inside: Id = ROOT,
        name: str = "", expression: str = "", offset: int = 1,
    ) -> Fixed:  # fmt: skip
        """A fixed tensor; see `records.Fixed` for the kinds."""
        made = Fixed(self.new_id("f"), kind, tuple(legs), inside, name, expression, offset)
        self._put(made, at)
        return made

    def group(
        self, whole: Leg, parts: Sequence[Leg], at: tuple[float, float] | None = None, *, inside: Id = ROOT
    ) -> Group:
        """A grouping bar."""
        made = Group(self.new_id("g"), whole, tuple(parts), inside)
        self._put(made, at)
        return made

    def copy(
        self, name: str, into: Sequence[Leg], out: Sequence[Leg] = (), at: tuple[float, float] | None = None, *,
        of: Id | None = None, inside: Id = ROOT,
    ) -> Copy:  # fmt: skip
        """A copy mark; `out` is empty where the through side leads nowhere."""
        made = Copy(self.new_id("c"), name, tuple(into), tuple(out), of, inside)
        self._put(made, at)
        return made

    def paste(
        self, copy: Id, legs: Sequence[Leg], at: tuple[float, float] | None = None, *, inside: Id = ROOT
    ) -> Paste:
        """A paste of the copy with that id."""
        made = Paste(self.new_id("p"), copy, tuple(legs), inside)
        self._put(made, at)
        return made

    def add(
        self, operands: Sequence[Operand | Sequence[Leg]], out: Sequence[Leg] = (),
        at: tuple[float, float] | None = None, *, name: str = "", inside: Id = ROOT,
    ) -> Add:  # fmt: skip
        """An add node; an operand may be given as its legs."""
        made_operands = tuple(o if isinstance(o, Operand) else Operand(tuple(o)) for o in operands)
        made = Add(self.new_id("a"), made_operands, tuple(out), name, inside)
        self._put(made, at)
        return made

    def bubble(
        self, function: str, *, inside: Id = ROOT, axes: Sequence[Id] = (), params: dict[str, float] | None = None,
        expression: str = "", name: str = "",
    ) -> Bubble:  # fmt: skip
        """A bubble; set its axes later with `change` when the legs inside do not exist yet."""
        made = Bubble(self.new_id("r"), function, tuple(axes), params or {}, expression, name, inside)
        self.regions[made.id] = made
        return made

    def sum(self, index: str, space: Id, *, name: str = "", inside: Id = ROOT) -> Sum:
        """A sum region over the space."""
        made = Sum(self.new_id("r"), index, space if space in self.spaces else self.space(space), name, inside)
        self.regions[made.id] = made
        return made

    def repeat(self, index: str, space: Id, *, name: str = "", inside: Id = ROOT) -> Repeat:
        """A repeat region without ports."""
        made = Repeat(self.new_id("r"), index, space if space in self.spaces else self.space(space), (), name, inside)
        self.regions[made.id] = made
        return made

    def port(self, repeat: Id, space: Id, label: str = "") -> Port:
        """One more port on the repeat, with its four ends."""
        legs = [self.leg(space, label) for _ in range(4)]
        made = Port(self.new_id("q"), *legs)
        region = cast(Repeat, self.regions[repeat])
        self.regions[repeat] = replace(region, ports=(*region.ports, made))
        return made

    def block(self, name: str = "", *, inside: Id = ROOT) -> Block:
        """A block: a name around content."""
        made = Block(self.new_id("r"), name, inside)
        self.regions[made.id] = made
        return made

    def term(self, name: str = "", *, inside: Id = ROOT) -> Term:
        """Parentheses."""
        made = Term(self.new_id("r"), name, inside)
        self.regions[made.id] = made
        return made

    def equation(self, parts: Sequence[Part | tuple[Id, Sign]]) -> Equation:
        """An equation of these terms; a part may be given as its term and the sign before it."""
        made = Equation(self.new_id("e"), tuple(p if isinstance(p, Part) else Part(*p) for p in parts))
        self.equations[made.id] = made
        return made

    def note(self, text: str, x: float, y: float) -> Note:
        """Free text at a place."""
        made = Note(self.new_id("n"), text, x, y)
        self.notes[made.id] = made
        return made
