"""The nodes of random drawings: a draft with ids at random, legs, wires, tensors of all kinds, and arrays for them.

`drawings` arranges them in scopes. A *piece* is a list of free leg ends, each with the space that it lies in at the border
of the scope where it is free (a transpose trades them).
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Copy, Diagram, FixedKind, Id, Leg, Tensor, node_legs

SIZES = {"a": 2, "b": 3, "c": 2, "h": 2, "n": 3, "u": 1, "ab": 6}
SMALL = ["a", "a", "b", "b", "c", "h", "n", "u"]
GROUPS = {"ab": ["a b", "b a", "b c", "u h n", "ab"], "a": ["u a", "c"], "n": ["b", "n u"]}
LABELS = ["", "", "", "", "", "", "i", "a", "x", "alpha", "a0", "in", "0", "i'"]
NAMES = ["", "", "", "scores", "x", "P", "relu", "softmax", "resid mid", "2 lambda", "result"]
NUMBERS = ["1", "1", "2", "-1", "1/sqrt(b)", "-0.5", "(a + 1)/n", "b - 2"]


class End(NamedTuple):
    """A free leg end and the space that it lies in where it is free."""

    leg: Id
    space: str


Piece = list[End]


class Scope(NamedTuple):
    """A scope being filled: `around` are the scopes around it and itself, `binders` the sums and repeats among them with
    their spaces."""

    id: Id
    around: tuple[Id, ...]
    binders: dict[Id, str]


class _ShuffledDraft(Draft):
    """A draft that numbers its items at random."""

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self.numbers = rng.sample(range(1, 100_000), 2_000)

    def new_id(self, kind: str) -> Id:
        self.serial = 100_000
        return f"{kind}{self.numbers.pop()}"


class Drawing(NamedTuple):
    """A right diagram and arrays for it."""

    diagram: Diagram
    arrays: dict[str, np.ndarray]


class Nodes:
    """What draws nodes: one method a kind, each giving back the piece that it made."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.seed = seed
        self.draft = _ShuffledDraft(self.rng)
        self.spaces = {name: self.draft.space(name, size) for name, size in SIZES.items()}
        self.home: dict[Id, Scope] = {}
        self.signatures: dict[str, list[tuple[str, str]]] = {}  # array name -> space and label of every leg
        self.copies: list[tuple[Copy, list[str], Scope]] = []
        self.blocks: dict[Id, list[Id]] = {}

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    # ------------------------------------------------------------------------------------------ places, legs, wires

    def place(self, scope: Scope) -> Id:
        """The scope or a block in it, at times a new one."""
        blocks = self.blocks.setdefault(scope.id, [scope.id])
        if self.chance(0.07):
            blocks.append(self.draft.block(self.rng.choice(NAMES), inside=self.rng.choice(blocks)).id)
        return self.rng.choice([scope.id, *blocks])

    def leg(self, scope: Scope, space: str, label: str | None = None, index: int | Id | None = None) -> Leg:
        made = self.draft.leg(self.spaces[space], self.rng.choice(LABELS) if label is None else label, index=index)
        self.home[made.id] = scope
        return made

    def index(self, scope: Scope, space: str) -> int | Id | None:
        """At times the index of a sum or repeat around, or a number."""
        binders = [region for region, over in scope.binders.items() if over == space]
        if binders and self.chance(0.7):
            return self.rng.choice(binders)
        return self.rng.randrange(SIZES[space]) if self.chance(0.06) else None

    def made(self, legs: Iterable[Leg]) -> Piece:
        """The piece of a new node: its legs that carry no index."""
        names = {self.spaces[name]: name for name in SIZES}
        return [End(leg.id, names[leg.space]) for leg in legs if leg.index is None]

    def wire(self, scope: Scope, one: Id, other: Id) -> None:
        """Join two ends in the scope, which the wire names where it is not the smallest that holds both."""
        first, second = (one, other) if self.chance(0.5) else (other, one)
        smallest = [s for s in self.home[first].around if s in self.home[second].around][-1]
        named = smallest != scope.id or self.chance(0.1)
        self.draft.wire(first, second, self.rng.choice(LABELS), inside=scope.id if named else None)

    def join(self, scope: Scope, pool: list[Piece]) -> bool:
        """Wire two free ends of one space together, if there are such; False where there are none."""
        ends = [end for piece in pool for end in piece]
        self.rng.shuffle(ends)
        for n, one in enumerate(ends):
            for other in ends[:n]:
                first, second = (next(p for p in pool if end in p) for end in (one, other))
                if one.space == other.space:
                    self.wire(scope, one.leg, other.leg)
                    merged = [end for piece in ([first] if first is second else [first, second]) for end in piece]
                    merged = [end for end in merged if end not in (one, other)]
                    pool[:] = [piece for piece in pool if piece is not first and piece is not second] + [merged]
                    return True
        return False

    # -------------------------------------------------------------------------------------------------------- nodes

    def node(self, scope: Scope) -> Piece:
        """A tensor, a fixed tensor, a grouping or a paste."""
        kinds = ["tensor", "delta", "paste", "group", "one_hot", "pair", "levi_civita", "constant"]
        kind = self.rng.choices(kinds, [6, 2, 6, 2, 1, 1, 0.5, 1])[0]
        if kind == "paste" and (pasted := self.paste(scope)) is not None:
            return pasted
        at, rng = self.place(scope), self.rng
        match kind:
            case "delta":
                return self.made(
                    self.draft.delta(self.legs(scope, [rng.choice(SMALL)] * rng.randint(1, 4)), inside=at).legs
                )
            case "group":
                whole = rng.choice(list(GROUPS))
                legs = self.legs(scope, [whole, *rng.choice(GROUPS[whole]).split()])
                return self.made(node_legs(self.draft.group(legs[0], legs[1:], inside=at)))
            case "one_hot":
                legs = self.legs(scope, rng.choice([["a", "b"], ["n", "b"], ["h", "n", "b"]]))
                name = "ids_" + "".join(self._spaces(legs))
                return self.made(self.draft.fixed("one_hot", legs, inside=at, name=name).legs)
            case "pair":
                space = rng.choice(SMALL)
                fixed: FixedKind = rng.choice(["causal_mask", "shift", "metric", "inverse_metric"])
                name = f"g_{space}" if "metric" in fixed else ""
                legs = self.legs(scope, [space, space])
                return self.made(
                    self.draft.fixed(fixed, legs, inside=at, name=name, offset=rng.choice([1, -1, 0, 2])).legs
                )
            case "levi_civita":
                space = rng.choice("ab")
                return self.made(
                    self.draft.fixed("levi_civita", self.legs(scope, [space] * SIZES[space]), inside=at).legs
                )
            case "constant":
                return self.made(self.draft.fixed("constant", inside=at, expression=rng.choice(NUMBERS)).legs)
            case _:
                return self.tensor(scope, None)

    def _spaces(self, legs: Iterable[Leg]) -> list[str]:
        names = {self.spaces[name]: name for name in SIZES}
        return [names[leg.space] for leg in legs]

    def legs(self, scope: Scope, spaces: list[str]) -> list[Leg]:
        """Legs in these spaces, some with an index."""
        return [self.leg(scope, space, index=self.index(scope, space)) for space in spaces]

    def tensor(self, scope: Scope, free: list[str] | None) -> Piece:
        """A tensor with free legs in these spaces (random ones for None) and at times legs that carry an index."""
        spaces = [self.rng.choice(SMALL) for _ in range(self.rng.randint(0, 3))] if free is None else free
        indices = [self.index(scope, space) if free is None else None for space in spaces]
        for region, over in scope.binders.items():  # slices, so that sums and repeats have something to run through
            if self.chance(0.5):
                at = self.rng.randint(0, len(spaces))
                spaces, indices = [*spaces[:at], over, *spaces[at:]], [*indices[:at], region, *indices[at:]]
        names = [name for name, legs in self.signatures.items() if [space for space, _ in legs] == spaces]
        if names and self.chance(0.6):
            name = self.rng.choice(names)
        else:
            name = self.rng.choice(["A", "B", "W_Q", "x", "v1"]) + str(len(self.signatures))
            self.signatures[name] = [(space, self.rng.choice(LABELS)) for space in spaces]
        legs = [self.leg(scope, s, label, i) for (s, label), i in zip(self.signatures[name], indices, strict=True)]
        return self.made(self.draft.tensor(name, legs, inside=self.place(scope), conj=self.chance(0.1)).legs)

    def paste(self, scope: Scope, spaces: list[str] | None = None) -> Piece | None:
        """A paste of a copy whose sums and repeats are all around, with legs in these spaces; None where none fits."""
        found = [c for c in self.copies if set(c[2].binders) <= set(scope.binders)]
        found = [c for c in found if spaces is None or sorted(c[1]) == sorted(spaces)]
        if not found:
            return None
        copy, over, _ = self.rng.choice(found)
        legs = self.legs(scope, over) if spaces is None else [self.leg(scope, space) for space in over]
        return self.made(self.draft.paste(copy.id, legs, inside=self.place(scope)).legs)

    def adapter(self, scope: Scope, surplus: list[End], missing: list[str]) -> Piece:
        """Wire the surplus ends to a new node, whose other legs lie in the spaces that are missing."""
        spaces = [*(end.space for end in surplus), *missing]
        made = self.paste(scope, spaces) if self.chance(0.5) else None
        if made is None and len(set(spaces)) == 1 and len(spaces) < 5 and self.chance(0.4):
            made = self.made(
                self.draft.delta([self.leg(scope, space) for space in spaces], inside=self.place(scope)).legs
            )
        if made is None:
            made = self.tensor(scope, self.rng.sample(spaces, len(spaces)))
        for end in surplus:
            new = self.rng.choice([new for new in made if new.space == end.space])
            made.remove(new)
            self.wire(scope, end.leg, new.leg)
        return made

    # ------------------------------------------------------------------------------------------------------- finish

    def finish(self, ends: list[End]) -> Drawing:
        """The diagram with its tables shuffled, and an array for each name."""
        draft, rng = self.draft, self.rng
        rng.shuffle(ends)
        draft.open_order = [end.leg for end in ends]
        for table in (draft.nodes, draft.wires, draft.regions):
            items = list(table.items())
            rng.shuffle(items)
            table.clear()
            table.update(items)  # type: ignore[arg-type]
        numbers = np.random.default_rng(self.seed)
        arrays: dict[str, np.ndarray] = {}
        for node in sorted(draft.nodes.values(), key=lambda node: node.id):
            name = getattr(node, "name", "")
            shape = [draft.spaces[leg.space].size for leg in node_legs(node)]
            if isinstance(node, Tensor):
                arrays.setdefault(name, numbers.uniform(-1, 1, size=shape))
            elif name.startswith("ids_"):
                arrays.setdefault(name, numbers.integers(0, shape[-1], size=shape[:-1]))
            elif name.startswith("g_"):
                arrays.setdefault(name, np.eye(shape[0]) + (np.ones(shape) / 4))
        return Drawing(draft.build(), arrays)
