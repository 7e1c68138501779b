"""What a diagram's drawing says before any value: scopes, pieces, signatures, and the order of operations.

NOTATION section 2 in data. A *scope* is a bubble, sum, repeat or term, or the whole diagram; blocks are transparent. In a
scope lie *items* that have a value: nodes, results of operations, values of child scopes, and a repeat's state. A *piece*
is a set of items connected by wires that contract in the scope; it is consumed by one operand (*slot*) of an operation,
or belongs to the scope's product. A scope's *signature* is the leg ends that cross its border. *Tasks* are the steps that
define values; their order is a topological one, found without recursion.

These are the records; `structure.analyse` fills them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from tensordraw.diagram.finding import Problem
from tensordraw.diagram.records import ROOT, Id, Record, Relation, Variance


class Item(NamedTuple):
    """Something with a value in a scope. `result` is the value of a copy, add or repeat; `state` is what a turn of the
    repeat begins with; `scope` is the value of a child scope."""

    kind: Literal["node", "result", "state", "scope"]
    id: Id


class Slot(NamedTuple):
    """One operand: of a copy (0), an add (its number), a repeat (0 what comes in, 1 what a turn gives), or one term of an
    equation (its number)."""

    op: Id
    number: int


class Task(NamedTuple):
    """A step that defines a value: of a copy, add, repeat or scope; `enter` is a repeat's incoming value."""

    kind: Literal["copy", "add", "enter", "repeat", "scope"]
    id: Id


class Crossing(Record, frozen=True):
    """A leg end as it is seen at the border of a scope."""

    space: Id
    variance: Variance = "none"


class Piece(Record, frozen=True):
    """Connected items of one scope; `slot` is the operand that consumes them, None for the scope's product."""

    items: tuple[Item, ...]
    slot: Slot | None = None


class Scope(Record, frozen=True):
    """One scope: `ends` are all leg ends of its items, `wires` those that contract in it, `signature` the ends that cross
    its border in order (the legs that a function runs along last, those it consumes left out)."""

    id: Id
    parent: Id | None
    depth: int
    items: tuple[Item, ...]
    ends: dict[Id, Crossing]
    owners: dict[Id, Item]
    wires: tuple[Id, ...]
    pieces: tuple[Piece, ...]
    leaving: tuple[Id, ...]
    signature: dict[Id, Crossing]


class SideTerm(Record, frozen=True):
    """One term of a side: its coefficient, -1 for a minus included, and its open legs in the order of the result."""

    term: Id
    legs: tuple[Id, ...]
    coefficient: str = "1"


class Side(Record, frozen=True):
    """One side of an equation: what it is called, the relation before it (a comma before the first), its terms.

    Leg k of every term, and of every side up to the next comma, is the same index.
    """

    equation: Id
    name: str
    relation: Relation
    terms: tuple[SideTerm, ...]


class Consumed(NamedTuple):
    """Where every item of a scope goes: into an operand (`operands`) or into its scope's product (`products`)."""

    operands: dict[Slot, list[Item]]
    products: dict[Id, list[Item]]


def consumption(scopes: dict[Id, Scope], slots: Iterable[Slot]) -> Consumed:
    """The items of all pieces, by what consumes them."""
    found = Consumed({slot: [] for slot in slots}, {scope: [] for scope in scopes})
    for scope in scopes.values():
        for piece in scope.pieces:
            (found.products[scope.id] if piece.slot is None else found.operands[piece.slot]).extend(piece.items)
    return found


def enclosing(scopes: dict[Id, Scope], scope: Id) -> list[Id]:
    """The scope itself and those around it, innermost first, the whole diagram left out."""
    chain: list[Id] = []
    at: Id | None = scope
    while at is not None and at != ROOT:
        chain.append(at)
        at = scopes[at].parent
    return chain


class Structure(Record, frozen=True, weakref=True):
    """Everything structural about a content. `scope_of` maps nodes and regions to the scope that they are an item of,
    `slots` each operand to its leg ends in order, `consumed` where items go, `frame_of` each scope to the repeat (or ROOT)
    whose turn runs it. `open_legs` are those of the diagram's product, `sides` what its equations hold."""

    scopes: dict[Id, Scope]
    scope_of: dict[Id, Id]
    wire_of: dict[Id, Id]
    wire_scope: dict[Id, Id]
    slots: dict[Slot, tuple[Id, ...]]
    consumed: Consumed
    frame_of: dict[Id, Id]
    open_legs: tuple[Id, ...]
    order: tuple[Task, ...]
    sides: tuple[Side, ...] = ()
    findings: tuple[Problem, ...] = ()

    @property
    def equated(self) -> bool:
        """Whether there is an equation to be checked: two sides with a relation between them."""
        return any(side.relation != "," for side in self.sides)

    @property
    def root(self) -> Scope:
        """The whole diagram as a scope."""
        return self.scopes[ROOT]
