"""Random right drawings with regions of all kinds: bubbles, terms, sums, repeats, blocks, copies, pastes, adds.

A drawing grows scope by scope. A scope holds a pool of *pieces*; a piece is the list of its free leg ends, each with the
space that it lies in at the scope's border (a transpose trades them). Wires join free ends, operations consume whole
pieces and give a new one, and what is free in the end leaves through the border into the scope around it. Ids are drawn
at random and the tables shuffled, so that nothing can lean on the order of creation.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from msgspec.structs import replace

from tensordraw.diagram.legs import map_legs
from tensordraw.diagram.records import ROOT, Id, Leg, Operand, Part, Repeat, Sign, port_legs
from tests.drawing_nodes import LABELS, NAMES, NUMBERS, SIZES, SMALL, Drawing, End, Nodes, Piece, Scope

PLAIN = ["relu", "tanh", "sigmoid", "silu", "square", "abs", "softplus", "power", "expression"]
ALONG = ["softmax", "normalise", "rms_norm", "cumulative_sum", "max", "mean"]
PAIRS = ["lower", "strictly_lower", "transpose", "determinant"]
TYPED = ["x**2 - 1/(1 + x**2)", "max(x, 0) + exp(-x**2)/2"]
MOST_ENTRIES = 150
SIGNS: list[Sign] = ["+", "-", "=", "≈", ":=", ","]


def random_drawing(seed: int, most: int = 6) -> Drawing:
    """A right diagram with arrays; `most` bounds the items in each of its scopes."""
    pen = _Pen(seed, most)
    root = Scope(ROOT, (ROOT,), {})
    pool = pen.fill(root, [], pen.rng.randint(1, most + 1))
    pen.trim(root, pool, pen.rng.choice([0, 1, 2, 2, 3, 4]))
    return pen.finish([end for piece in pool for end in piece])


def random_equation(seed: int, most: int = 3) -> Drawing:
    """Two to five random terms with the same open legs, with signs, coefficients, relations and commas between them."""
    pen = _Pen(seed, most)
    root = Scope(ROOT, (ROOT,), {})
    over = [pen.rng.choice(SMALL) for _ in range(pen.rng.choice([0, 1, 2, 2, 3]))]
    parts: list[Part] = []
    first: list[End] = []
    run = 0
    for number in range(pen.rng.randint(2, 5)):
        sign = pen.rng.choice(SIGNS if parts else SIGNS[:2])
        if sign == ",":
            run = number
            over = [pen.rng.choice(SMALL) for _ in range(pen.rng.choice([0, 1, 2]))]
        name = pen.rng.choice(["", "", "lhs", "y", "result"])
        term = pen.draft.term(name, inside=pen.place(root)).id
        within = pen.region(root, term)
        pen.budget = 12
        ends = pen.morph(within, pen.fill(within, [], pen.rng.randint(1, most)), over)
        for place, end in enumerate(ends):
            pen.label(end.leg, f"e{run}_{place}")
        first += [] if first and sign != "," else ends
        parts.append(Part(term, sign, pen.rng.choice(NUMBERS)))
    pen.draft.equation(parts)
    return pen.finish(first)


class _Pen(Nodes):
    """What draws regions and operations; the number of items in all is bounded, for speed."""

    def __init__(self, seed: int, most: int) -> None:
        super().__init__(seed)
        self.most, self.budget = most, 30

    # ------------------------------------------------------------------------------------------------------- scopes

    def fill(self, scope: Scope, pool: list[Piece], items: int) -> list[Piece]:
        """Put random items into the scope."""
        for _ in range(items):
            self.budget -= 1
            what = self.rng.choices(["node", "child", "wire", "copy", "add", "repeat"], [6, 4, 3, 2, 2, 2])[0]
            if what == "node" or self.budget < 0:
                pool.append(self.node(scope))
            elif what == "child":
                pool.append(self.child(scope))
            elif what == "wire":
                self.join(scope, pool)
            else:
                self.operate(scope, pool, what)
        return pool

    def trim(self, scope: Scope, pool: list[Piece], most: int) -> None:
        """Close free ends until at most this many are left and their product is small."""
        while len(ends := [end for piece in pool for end in piece]) > most or _entries(ends) > MOST_ENTRIES:
            if self.chance(0.5) and self.join(scope, pool):
                continue
            chosen = self.rng.sample(ends, min(len(ends), self.rng.randint(1, 3)))
            pool[:] = [[end for end in piece if end not in chosen] for piece in pool]
            goes_on = len(chosen) > 1 and self.chance(0.5)
            pool.append(self.adapter(scope, chosen, [self.rng.choice(SMALL)] if goes_on else []))

    def region(self, scope: Scope, made: Id, binds: str | None = None) -> Scope:
        return Scope(made, (*scope.around, made), {**scope.binders, **({made: binds} if binds else {})})

    def child(self, scope: Scope) -> Piece:
        """A bubble, a term or a sum with random content."""
        kind = self.rng.choices(["plain", "along", "pair", "masked", "inverse", "term", "sum"], [4, 4, 2, 1, 1, 2, 5])[
            0
        ]
        at = self.place(scope)
        name = self.rng.choice(NAMES)
        match kind:
            case "plain":
                function = self.rng.choice(PLAIN)
                params = {"p": self.rng.choice([2.0, 3.0])} if function == "power" else {}
                typed = self.rng.choice(TYPED) if function == "expression" else ""
                made = self.draft.bubble(function, inside=at, params=params, expression=typed, name=name).id
                return self.inside(self.region(scope, made))
            case "along":
                return self.along(scope, at, self.rng.choice(ALONG))
            case "pair":
                return self.pair(scope, at, self.rng.choice(PAIRS))
            case "masked":
                return self.masked(scope, at)
            case "inverse":
                return self.inverse(scope, at)
            case "term":
                made = self.draft.term(name, inside=at).id
                return self.inside(self.region(scope, made))
            case _:
                over = self.rng.choice(SMALL)
                made = self.draft.sum(self.rng.choice(["k", over, "head"]), self.spaces[over], name=name, inside=at).id
                return self.inside(self.region(scope, made, over))

    def inside(self, scope: Scope, *spaces: str) -> Piece:
        """Fill a child scope; its free ends, at least one in each of the spaces, shuffled."""
        pool = self.fill(scope, [], self.rng.randint(1, max(1, self.most // 2)))
        self.trim(scope, pool, 3)
        ends = [end for piece in pool for end in piece]
        missing = list(spaces)
        for end in ends:
            if end.space in missing:
                missing.remove(end.space)
        if missing:
            ends += self.adapter(scope, [], missing)
        self.rng.shuffle(ends)
        return ends

    def along(self, scope: Scope, at: Id, function: str) -> Piece:
        bubble = self.draft.bubble(function, inside=at)
        reduces = function in ("max", "mean")
        ends = self.inside(self.region(scope, bubble.id), self.rng.choice(SMALL))
        self.draft.change(bubble.id, axes=(ends[0].leg,))
        return ends[1:] if reduces else ends

    def pair(self, scope: Scope, at: Id, function: str) -> Piece:
        """A function of two legs; only a transpose takes legs of different sizes."""
        bubble = self.draft.bubble(function, inside=at)
        within = self.region(scope, bubble.id)
        space = self.rng.choice(SMALL)
        wanted = [space, self.rng.choice(SMALL) if function == "transpose" else space]
        ends = self.inside(within, *wanted)
        first = next(end for end in ends if end.space == wanted[0])
        second = next(end for end in ends if end.space == wanted[1] and end != first)
        self.draft.change(bubble.id, axes=(first.leg, second.leg))
        rest = [end for end in ends if end not in (first, second)]
        if function == "determinant":
            return rest
        if function == "transpose":
            first, second = End(first.leg, second.space), End(second.leg, first.space)
        return [first, *rest, second]

    def masked(self, scope: Scope, at: Id) -> Piece:
        """A softmax of a causal mask, with a scale at times: nothing else may meet the minus infinity."""
        soft = self.draft.bubble("softmax", inside=at)
        within = self.region(scope, soft.id)
        if self.chance(0.5):
            self.draft.fixed("constant", inside=self.place(within), expression=self.rng.choice(["2", "1/sqrt(b)"]))
        if self.chance(0.3):
            within = self.region(within, self.draft.term(inside=self.place(within)).id)
        mask = self.draft.bubble("causal_mask", inside=self.place(within))
        space = self.rng.choice(SMALL)
        ends = self.inside(self.region(within, mask.id), space, space)
        query, key = [end for end in ends if end.space == space][:2]
        self.draft.change(mask.id, axes=(query.leg, key.leg))
        self.draft.change(soft.id, axes=(key.leg,))
        return ends

    def inverse(self, scope: Scope, at: Id) -> Piece:
        """The inverse of tanh(...)/2 + 4 * identity, which is far from singular."""
        bubble = self.draft.bubble("inverse", inside=at)
        within = self.region(scope, bubble.id)
        tanh = self.draft.bubble("tanh", inside=self.place(within))
        space = self.rng.choice(SMALL)
        ends = self.inside(self.region(within, tanh.id), space, space)
        row, column = [n for n, end in enumerate(ends) if end.space == space][:2]
        legs = [self.leg(within, end.space) for end in ends]
        matrix, ones, out = legs, [self.leg(within, e.space) for e in ends], [self.leg(within, e.space) for e in ends]
        for end, leg in zip(ends, matrix, strict=True):
            self.wire(within, end.leg, leg.id)
        for group in ([row, column], *([n] for n in range(len(ends)) if n not in (row, column))):
            fixed = [self.leg(within, ends[n].space) for n in group]
            self.draft.delta(fixed, inside=self.place(within))
            for n, leg in zip(group, fixed, strict=True):
                self.wire(within, leg.id, ones[n].id)
        operands = [Operand(tuple(matrix), "1/2"), Operand(tuple(ones), "4")]
        self.draft.add(operands, out, inside=self.place(within))
        self.draft.change(bubble.id, axes=(out[row].id, out[column].id))
        return self.made(out)

    def label(self, leg: Id, text: str) -> None:
        """Give the leg a label."""

        def labelled(record: Leg) -> Leg:
            return replace(record, label=text) if record.id == leg else record

        for node in list(self.draft.nodes.values()):
            self.draft.nodes[node.id] = map_legs(node, labelled)
        for region in list(self.draft.regions.values()):
            if isinstance(region, Repeat) and any(end.id == leg for port in region.ports for end in port_legs(port)):
                ports = tuple(replace(port, outer_out=labelled(port.outer_out)) for port in region.ports)
                self.draft.change(region.id, ports=ports)

    # --------------------------------------------------------------------------------------------------- operations

    def operate(self, scope: Scope, pool: list[Piece], what: str) -> None:
        """Feed one or two pieces to a copy, an add or a repeat, and put the result into the pool."""
        if not any(pool) and self.chance(0.85):
            pool.append(self.tensor(scope, [self.rng.choice(SMALL) for _ in range(self.rng.randint(1, 2))]))
        whole = [piece for piece in pool if piece]
        chosen = self.rng.sample(whole, min(len(whole), self.rng.choice([1, 1, 2])))
        ends = [end for piece in chosen for end in piece]
        if _entries(ends) > MOST_ENTRIES or len(ends) > 4:
            return
        pool[:] = [piece for piece in pool if not any(piece is one for one in chosen)]
        self.rng.shuffle(ends)
        if what == "copy":
            pool += self.copy(scope, ends)
        elif what == "add":
            pool.append(self.add(scope, ends))
        elif ends:
            pool.append(self.repeat(scope, ends))

    def feed(self, scope: Scope, ends: list[End]) -> tuple[Leg, ...]:
        """Legs of an operand, wired to the ends in their order."""
        legs = [self.leg(scope, end.space) for end in ends]
        for end, leg in zip(ends, legs, strict=True):
            self.wire(scope, end.leg, leg.id)
        return tuple(legs)

    def scalar(self, scope: Scope) -> Id:
        """A term without legs, for an operand without legs."""
        term = self.draft.term(inside=self.place(scope))
        within = self.region(scope, term.id)
        pool = self.fill(within, [], self.rng.randint(1, 2))
        self.trim(within, pool, 0)
        return term.id

    def copy(self, scope: Scope, ends: list[End]) -> list[Piece]:
        into = self.feed(scope, ends)
        out = self.legs(scope, [end.space for end in ends]) if self.chance(0.7) else []
        of = None if ends else self.scalar(scope)
        name = self.rng.choice(["resid", "x", "c", "resid mid"])
        made = self.draft.copy(name, into, out, of=of, inside=self.place(scope))
        self.copies.append((made, [end.space for end in ends], scope))
        return [self.made(out)] if out else []

    def add(self, scope: Scope, ends: list[End]) -> Piece:
        over = [end.space for end in ends]
        operands = []
        for n in range(self.rng.randint(1, 3)):
            if ends:
                given = ends if n == 0 else self.morph(scope, self.supply(scope), over)
                operands.append(Operand(self.feed(scope, given), self.rng.choice(NUMBERS)))
            else:
                operands.append(Operand((), self.rng.choice(NUMBERS), self.scalar(scope)))
        self.rng.shuffle(operands)
        out = self.legs(scope, over)
        self.draft.add(operands, out, name=self.rng.choice(NAMES), inside=self.place(scope))
        return self.made(out)

    def supply(self, scope: Scope) -> list[Piece]:
        """A few new pieces for an operand."""
        return self.fill(scope, [], self.rng.choice([0, 0, 1, 2]))

    def morph(self, scope: Scope, pool: list[Piece], over: list[str]) -> list[End]:
        """Close and complete pieces until their free ends lie in exactly these spaces, in this order."""
        ends = [end for piece in pool for end in piece]
        self.rng.shuffle(ends)
        taken: list[End | None] = []
        for space in over:
            fitting = [end for end in ends if end.space == space] if self.chance(0.8) else []
            taken.append(fitting[0] if fitting else None)
            ends = [end for end in ends if end not in fitting[:1]]
        missing = [space for space, end in zip(over, taken, strict=True) if end is None]
        made = self.adapter(scope, ends, missing) if ends or missing else []
        for n, space in enumerate(over):
            if taken[n] is None:
                taken[n] = new = next(end for end in made if end.space == space)
                made.remove(new)
        return [end for end in taken if end is not None]

    def repeat(self, scope: Scope, ends: list[End]) -> Piece:
        over = self.rng.choice(["u", "a", "n", "h"])
        made = self.draft.repeat(self.rng.choice(["layer", over]), self.spaces[over], inside=self.place(scope))
        within = self.region(scope, made.id, over)
        ports = [self.draft.port(made.id, self.spaces[end.space], self.rng.choice(LABELS)) for end in ends]
        for port, end in zip(ports, ends, strict=True):
            for leg in (port.outer_in, port.outer_out):
                self.home[leg.id] = scope
            for leg in (port.inner_in, port.inner_out):
                self.home[leg.id] = within
            self.wire(scope, end.leg, port.outer_in.id)
        state = self.made(port.inner_in for port in ports)
        pool = self.fill(within, [state], self.rng.randint(0, max(1, self.most // 2)))
        if sum(map(len, pool)) > 7:
            self.trim(within, pool, 6)
        for end, port in zip(self.morph(within, pool, [end.space for end in ends]), ports, strict=True):
            self.wire(within, end.leg, port.inner_out.id)
        return self.made(port.outer_out for port in ports)


def _entries(ends: Iterable[End]) -> int:
    return math.prod(SIZES[end.space] for end in ends)
