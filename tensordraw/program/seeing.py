"""Which value of a program stands for something drawn: a wire, a tensor, a bubble, a copy, an add, a repeat.

A wire carries the value of what produces it: an operation, a paste, or a scope with a function. Where it leads an array
into an operation, it carries the operand. A wire between arrays, or between two values, that one contraction sums over
has no value of its own: then the answer says so, and names what can be seen instead.

Values inside repeats are captured with all turns stacked, so `axis_names` puts the loops' indices first.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TypeAlias

from tensordraw.diagram.records import (
    ROOT,
    Add,
    Content,
    Copy,
    Delta,
    Fixed,
    Group,
    Id,
    Paste,
    Record,
    node_legs,
    port_legs,
)
from tensordraw.diagram.records import Repeat as RepeatRegion
from tensordraw.diagram.scopes import Item, Slot, Structure
from tensordraw.diagram.structure import analyse
from tensordraw.diagram.words import item_words
from tensordraw.errors import Error
from tensordraw.program.flow import repeats, types
from tensordraw.program.statements import Name, Program, Repeat, Statement


class Seen(Record, frozen=True):
    """The value `value` of the program stands for the item; `title` is what the drawing calls it, else the value's name."""

    value: Name
    title: str


class Unseen(Record, frozen=True):
    """The item has no value of its own: `why` in one sentence, `instead` the items that have one. Where there is no such item
    at all, it is not `known`."""

    why: str
    instead: tuple[Id, ...] = ()
    known: bool = True


Sight: TypeAlias = Seen | Unseen

_NONE = "It has no value of its own: choose a tensor, a wire, a bubble or an operation."


def value_of(program: Program, content: Content, item: Id) -> Sight:
    """The value that stands for a node, region, wire or leg of `content`, whose (simplified) program is `program`."""
    return _Seeing(program, content).of(item)


def named(program: Program, content: Content, text: str) -> Sight:
    """The value called `text`: by its drawn name, its name in the code, the id of an item, or the label of one wire."""
    known = types(program)
    value = program.captures.get(text, text)
    if value in known:
        return Seen(value, text)
    if text in content.nodes or text in content.regions or text in content.wires:
        return value_of(program, content, text)
    legs = {leg.id: leg for node in content.nodes.values() for leg in node_legs(node)}
    if text in legs:
        return value_of(program, content, text)
    wires = [
        wire.id
        for wire in content.wires.values()
        if text and text in (wire.label, *(legs[end].label for end in wire.ends if end in legs))
    ]
    found = [value_of(program, content, wire) for wire in wires]
    seen = {one.value: one for one in found if isinstance(one, Seen)}
    if len(seen) == 1:
        return next(iter(seen.values()))
    if len(seen) > 1:
        return Unseen(
            f"{len(wires)} wires are called {text!r}: name the value, one of {', '.join(seen)}.", tuple(wires)
        )
    if found:
        return found[0]
    there = ", ".join(program.captures) or "nothing"
    return Unseen(f"There is no copy or region {text!r} to capture, nor any other item: there is {there}.", known=False)


def wanted(program: Program, content: Content, names: Iterable[str]) -> dict[str, Name]:
    """The value of each name, id or label that is to be captured; `Error`, one sentence, where one has none."""
    known, found = types(program), {}
    for name in names:
        value = program.captures.get(name, name)
        if value not in known:
            sight = named(program, content, name)
            if isinstance(sight, Unseen):
                raise Error(sight.why)
            value = sight.value
        found[name] = value
    return found


def drawn_out(program: Program, name: str) -> tuple[Name, ...]:
    """The values called "pattern 0", "pattern 1", ... for the name "pattern", of a repeat whose turns are drawn one by one;
    none where the name is a value's own, or their shapes differ."""
    known = types(program)
    if name in program.captures or name in known:
        return ()
    turns = itertools.takewhile(program.captures.__contains__, (f"{name} {turn}" for turn in itertools.count()))
    found = tuple(program.captures[turn] for turn in turns)
    return found if len({known[value].shape for value in found}) == 1 else ()


def axis_names(program: Program) -> dict[Name, tuple[str, ...]]:
    """Names of the axes of every value; before those of a value in loops stand the indices of the loops."""
    found = {given.out: tuple(axis.name for axis in given.type.axes) for given in program.inputs}

    def visit(body: tuple[Statement, ...], loops: tuple[str, ...]) -> None:
        for statement in body:
            own = tuple(axis.name for axis in statement.type.axes)
            found[statement.out] = (*loops, *own)
            if isinstance(statement, Repeat):
                found[statement.state] = (*loops, statement.index, *own)
                visit(statement.body, (*loops, statement.index))

    visit(program.body, ())
    return found


class _Seeing:
    """The program of a content, asked for items."""

    def __init__(self, program: Program, content: Content) -> None:
        self.program, self.content = program, content
        self.structure: Structure = analyse(content)
        self.order = {name: place for place, name in enumerate(types(program))}  # others were folded away
        self.owner = {leg.id: node.id for node in content.nodes.values() for leg in node_legs(node)}
        for region in content.regions.values():
            if isinstance(region, RepeatRegion):
                self.owner.update((leg.id, region.id) for port in region.ports for leg in port_legs(port))
        self.slot = {end: slot for slot, ends in self.structure.slots.items() for end in ends}
        self.drawn: dict[Name, str] = {}
        for text, value in program.captures.items():
            self.drawn.setdefault(value, text)

    def of(self, item: Id) -> Sight:
        """The value of any item."""
        content = self.content
        if item in content.wires:
            return self._wire(item)
        if item in content.nodes:
            return self._node(item)
        if item in content.regions:
            return self._region(item)
        wire = self.structure.wire_of.get(item)
        return self._wire(wire) if wire is not None else self._open_leg(item)

    def _seen(self, value: Name) -> Seen:
        return Seen(value, self.drawn.get(value, value))

    def _made_of(self, ids: Iterable[Id]) -> Name | None:
        """The value whose statement is made of these items and the fewest others; the last of several, which is the whole."""
        wanted = set(ids)
        found = [v for v, items in self.program.origin.items() if wanted <= set(items) and v in self.order]
        return min(found, key=lambda value: (len(self.program.origin[value]), -self.order[value]), default=None)

    def _node(self, item: Id) -> Sight:
        node = self.content.nodes[item]
        if isinstance(node, Paste):
            return self._node(node.copy)
        name = getattr(node, "name", "")
        for given in self.program.inputs:
            if name == given.array and not isinstance(node, Add | Copy):
                return self._seen(given.out)
        return self._item(item, name)

    def _region(self, item: Id) -> Sight:
        region = self.content.regions[item]
        found = self._item(item, region.name)
        if isinstance(found, Seen):
            return found
        if item in self.structure.scopes:
            products = [one.id for one in self.structure.consumed.products[item]]  # of a sum or term: one einsum
            value = self._made_of(products) if products else None
            return found if value is None else Seen(value, region.name or self.drawn.get(value, value))
        leaving = {one.value: one for one in self._leaving(item)}  # of a block: what goes out, where that is one value
        return next(iter(leaving.values())) if len(leaving) == 1 else found

    def _leaving(self, block: Id) -> list[Seen]:
        """The values on wires that lead out of a block: from values of its own, or into an operation outside."""
        found = []
        for wire in self.content.wires.values():
            inner = [end for end in wire.ends if self._within(self.owner[end], block)]
            scope = self.structure.scopes[self.structure.wire_scope[wire.id]]
            outer = [scope.owners[end] for end in wire.ends if end not in inner and end in scope.owners]
            if len(inner) == 1 and not any(self._gives(owner) for owner in outer):
                sight = self._wire(wire.id)
                found += [sight] if isinstance(sight, Seen) else []
        return found

    def _within(self, item: Id, region: Id) -> bool:
        content = self.content
        while item not in (ROOT, region):
            item = (content.nodes.get(item) or content.regions[item]).inside
        return item == region

    def _item(self, item: Id, name: str) -> Sight:
        """A value that bears the drawn name, else what is made of the item."""
        named_so = self.program.captures.get(name, "")
        own = named_so and (item in self.program.origin.get(named_so, ()) or item in self.content.regions)
        value = named_so if own and named_so in self.order else self._made_of((item,))
        if value is None:
            return Unseen(f"{_capital(item_words(item, self.content))} stands in other values. {_NONE}")
        return Seen(value, name if own else self.drawn.get(value, value))

    # --------------------------------------------------------------------------------------------------------- wires

    def _wire(self, item: Id) -> Sight:
        scope = self.structure.scopes[self.structure.wire_scope[item]]
        ends = self.content.wires[item].ends
        owners = [scope.owners[end] for end in ends if end in scope.owners]
        slot = next((self.slot[end] for end in ends if end not in scope.owners and end in self.slot), None)
        if slot is not None:  # what is multiplied there goes into the operation
            return self._operand(item, slot, owners)
        makers = list(dict.fromkeys(owner for owner in owners if self._gives(owner)))
        return self._of_item(makers[0]) if len(makers) == 1 else self._bond(item, makers or owners)

    def _operand(self, wire: Id, slot: Slot, owners: list[Item]) -> Sight:
        value = self._with(wire)
        if value is not None:
            return self._seen(value)
        of = [owner for owner in (*owners, *self.structure.consumed.operands[slot]) if not self._fixed(owner)]
        return self._of_item(of[0]) if of else Unseen(f"This wire carries an array of ones. {_NONE}")

    def _gives(self, owner: Item) -> bool:
        """Whether an item of a scope has a value that was computed before: all but arrays do."""
        return owner.kind != "node" or isinstance(self.content.nodes.get(owner.id), Paste)

    def _of_item(self, owner: Item) -> Sight:
        if owner.kind == "state":
            for statement in repeats(self.program.body):
                if owner.id in self.program.origin.get(statement.out, ()):
                    return self._seen(statement.state)
        return self.of(owner.id)

    def _fixed(self, owner: Item) -> bool:
        """Whether an item is nothing to look at: a dot, a constant, a grouping."""
        node = self.content.nodes.get(owner.id)
        return isinstance(node, Delta | Group) or (isinstance(node, Fixed) and not node.name)

    def _with(self, wire: Id) -> Name | None:
        """The contraction in which the wire is an index."""
        found = [v for v, items in self.program.origin.items() if wire in items and v in self.order]
        return min(found, key=lambda value: (len(self.program.origin[value]), -self.order[value]), default=None)

    def _bond(self, item: Id, owners: list[Item]) -> Sight:
        value = self._with(item)
        shown = {owner.id: self._of_item(owner) for owner in dict.fromkeys(owners) if not self._fixed(owner)}
        titles = {id: sight.title for id, sight in shown.items() if isinstance(sight, Seen)}
        whole = "" if value is None else self.drawn.get(value, value)
        why = (
            f"This wire is an index inside one contraction{f' ({whole})' if whole else ''} and has no value of its own"
        )
        look = " or ".join(dict.fromkeys((*titles.values(), *([whole] if whole else []))))
        return Unseen(f"{why}: look at {look}." if look else f"{why}.", tuple(titles))

    # ---------------------------------------------------------------------------------------------------- open legs

    def _open_leg(self, leg: Id) -> Sight:
        """An index of the result, or one that leaves a bubble unjoined; a leg that is fixed or bound shows its own item."""
        owner = self.structure.scopes[ROOT].owners.get(leg)
        if owner is None:
            return self.of(self.owner[leg]) if leg in self.owner else Unseen(_NONE)
        if self._gives(owner):
            return self._of_item(owner)
        (output, *more) = self.program.outputs
        return self._of_item(owner) if more else self._seen(output.value)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
