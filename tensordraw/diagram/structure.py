"""From a content to its `Structure`: scopes, ends, pieces, slots, signatures and the order of tasks.

`analyse` never fails: what is wrong becomes findings (`Problem`), and a structure with errors is not lowered. Scopes are
worked out from the innermost outwards, because a scope's items include the values of its child scopes.
"""

from __future__ import annotations

from collections.abc import Iterable

from tensordraw.diagram.axes import AXIS_RULES, opposite
from tensordraw.diagram.equations import sides_of
from tensordraw.diagram.finding import Problem
from tensordraw.diagram.identity import cached
from tensordraw.diagram.order import order_tasks
from tensordraw.diagram.records import (
    ROOT,
    Add,
    Block,
    Bubble,
    Content,
    Copy,
    Delta,
    Id,
    Leg,
    Node,
    Repeat,
    Wire,
    id_order,
    node_legs,
    port_legs,
)
from tensordraw.diagram.scopes import Crossing, Item, Piece, Scope, Slot, Structure, consumption


@cached
def analyse(content: Content) -> Structure:
    """The structure of a content, the same object for the same content."""
    return _Analysis(content).run()


class _Analysis:
    """Tables that fill up while the scopes are walked; `run` turns them into a `Structure`."""

    def __init__(self, content: Content) -> None:
        self.content = content
        self.findings: list[Problem] = []
        self.parent: dict[Id, Id | None] = {ROOT: None}
        self.depth: dict[Id, int] = {ROOT: 0}
        self.scope_of: dict[Id, Id] = {}  # of nodes and regions: the scope they are an item of
        self.leg: dict[Id, Leg] = {}
        self.item_of: dict[Id, Item | Slot] = {}  # of leg ends: what they belong to in their own scope
        self.home: dict[Id, Id] = {}  # of leg ends: the scope they lie in
        self.slots: dict[Slot, tuple[Id, ...]] = {}
        self.taken_terms: dict[Id, list[Slot]] = {}  # terms without legs that an operand names
        self.wire_of: dict[Id, Id] = {}
        self.wire_scope: dict[Id, Id] = {}
        self.scopes: dict[Id, Scope] = {}

    def run(self) -> Structure:
        self._nest()
        self._collect_legs()
        self._place_wires()
        inner_first = sorted(self.parent, key=lambda s: (-self.depth[s], id_order(s)))
        children: dict[Id, list[Id]] = {scope: [] for scope in self.parent}
        for scope in sorted(self.parent, key=id_order):
            if (parent := self.parent[scope]) is not None:
                children[parent].append(scope)
        members: dict[Id, list[Node]] = {scope: [] for scope in self.parent}
        for node in sorted(self.content.nodes.values(), key=lambda n: id_order(n.id)):
            members[self.scope_of[node.id]].append(node)
        wires: dict[Id, list[Wire]] = {scope: [] for scope in self.parent}
        for wire in sorted(self.content.wires.values(), key=lambda w: id_order(w.id)):
            wires[self.wire_scope[wire.id]].append(wire)
        for scope in inner_first:
            self.scopes[scope] = self._scope(scope, members[scope], children[scope], wires[scope])
        open_legs = self._open_legs()
        frames = {scope: self._frame(scope) for scope in self.parent}
        consumed = consumption(self.scopes, self.slots)
        order, findings = order_tasks(self.content, self.scopes, self.scope_of, frames, consumed)
        return Structure(
            self.scopes, self.scope_of, self.wire_of, self.wire_scope, self.slots, consumed, frames, open_legs,
            order, tuple(sides_of(self.content, self.scopes, self.leg, self._problem)), (*self.findings, *findings),
        )  # fmt: skip

    def _problem(
        self, items: Iterable[Id], what: str, why: str, fix: str = "", remedy: str = "", other: str = ""
    ) -> None:
        self.findings.append(Problem("error", tuple(items), what, why, fix, remedy, other))

    # ------------------------------------------------------------------------------------------------------- nesting

    def _nest(self) -> None:
        """The scope tree, blocks left out, and the scope of every node and region."""
        regions = self.content.regions
        scope_at: dict[Id, Id] = {ROOT: ROOT}  # the innermost scope at a region, itself included

        def nearest(region: Id) -> Id:
            trail = []
            while region not in scope_at:
                record = regions[region]
                if not isinstance(record, Block):
                    scope_at[region] = region
                    break
                trail.append(region)
                region = record.inside
            for passed in trail:
                scope_at[passed] = scope_at[region]
            return scope_at[region]

        for region in regions.values():
            outer = nearest(region.inside)
            self.scope_of[region.id] = outer
            if not isinstance(region, Block):
                self.parent[region.id] = outer
        for node in self.content.nodes.values():
            self.scope_of[node.id] = nearest(node.inside)
        for scope in self.parent:
            trail, at = [], scope
            while at not in self.depth:
                trail.append(at)
                at = self.parent[at] or ROOT
            for step, passed in enumerate(reversed(trail), start=1):
                self.depth[passed] = self.depth[at] + step
        self.nearest = nearest

    def _frame(self, scope: Id) -> Id:
        at: Id | None = scope
        while at is not None and at != ROOT and not isinstance(self.content.regions[at], Repeat):
            at = self.parent[at]
        return at or ROOT

    def _chain(self, scope: Id) -> list[Id]:
        chain = [scope]
        while (outer := self.parent[chain[-1]]) is not None:
            chain.append(outer)
        return chain

    # ---------------------------------------------------------------------------------------------- legs and wires

    def _collect_legs(self) -> None:
        for node in self.content.nodes.values():
            scope = self.scope_of[node.id]
            for leg in node_legs(node):
                self.leg[leg.id], self.home[leg.id] = leg, scope
            match node:
                case Copy():
                    self._slot(Slot(node.id, 0), node.into, node.of)
                    self._value(Item("result", node.id), node.out)
                case Add():
                    for number, operand in enumerate(node.operands):
                        self._slot(Slot(node.id, number), operand.legs, operand.of)
                    self._value(Item("result", node.id), node.out)
                case _:
                    self._value(Item("node", node.id), node_legs(node))
        for region in self.content.regions.values():
            if isinstance(region, Repeat):
                for port in region.ports:
                    outer, inner = self.scope_of[region.id], region.id
                    for leg, home in zip(port_legs(port), (outer, inner, inner, outer), strict=True):
                        self.leg[leg.id], self.home[leg.id] = leg, home
                self._slot(Slot(region.id, 0), [p.outer_in for p in region.ports])
                self._slot(Slot(region.id, 1), [p.inner_out for p in region.ports])
                self._value(Item("state", region.id), [p.inner_in for p in region.ports])
                self._value(Item("result", region.id), [p.outer_out for p in region.ports])
        for equation in self.content.equations.values():
            for number, part in enumerate(equation.parts):
                self._slot(Slot(equation.id, number), (), part.term)

    def _slot(self, slot: Slot, legs: Iterable[Leg], term: Id | None = None) -> None:
        self.slots[slot] = tuple(leg.id for leg in legs)
        self.item_of.update((leg, slot) for leg in self.slots[slot])
        if term is not None:
            self.taken_terms.setdefault(term, []).append(slot)

    def _value(self, item: Item, legs: Iterable[Leg]) -> None:
        self.item_of.update((leg.id, item) for leg in legs)

    def _place_wires(self) -> None:
        for wire in self.content.wires.values():
            self.wire_of.update((end, wire.id) for end in wire.ends)
            first, second = (self._chain(self.home[end]) for end in wire.ends)
            common = next(scope for scope in first if scope in second)
            scope = common
            if wire.inside is not None:
                named = self.nearest(wire.inside)
                if named in self._chain(common):
                    scope = named
                else:
                    self._problem(
                        [wire.id], "This wire is to be contracted in a region that does not hold both its ends.",
                        "A wire contracts in a region around both its ends.", "Forget the region.", "forget_region",
                    )  # fmt: skip
            self.wire_scope[wire.id] = scope

    # -------------------------------------------------------------------------------------------------------- scopes

    def _scope(self, scope: Id, nodes: list[Node], children: list[Id], wires: list[Wire]) -> Scope:
        ends: dict[Id, Crossing] = {}
        owners: dict[Id, Item] = {}
        items: list[Item] = []

        def put(item: Item, legs: Iterable[Id]) -> None:
            items.append(item)
            for leg in legs:
                record = self.leg[leg]
                if record.index is None:
                    ends[leg], owners[leg] = Crossing(record.space, record.variance), item

        region = self.content.regions.get(scope)
        if isinstance(region, Repeat):
            put(Item("state", scope), [p.inner_in.id for p in region.ports])
        inner: list[tuple[Id, Node | None]] = [*((n.id, n) for n in nodes), *((c, None) for c in children)]
        for member, node in sorted(inner, key=lambda pair: id_order(pair[0])):
            if isinstance(node, Copy | Add):
                # A copy whose through side leads nowhere has a value only for its pastes.
                if node.out or isinstance(node, Add):
                    put(Item("result", member), [leg.id for leg in node.out])
            elif node is not None:
                put(Item("node", member), [leg.id for leg in node_legs(node)])
            elif isinstance(child := self.content.regions[member], Repeat):
                put(Item("result", member), [p.outer_out.id for p in child.ports])
            else:
                items.append(Item("scope", member))
                for leg, crossing in self.scopes[member].signature.items():
                    ends[leg], owners[leg] = crossing, Item("scope", member)
        pieces, leaving = self._pieces(scope, items, ends, owners, wires)
        return Scope(
            scope, self.parent[scope], self.depth[scope], tuple(items), ends, owners, tuple(w.id for w in wires),
            pieces, leaving, self._signature(scope, ends, leaving),
        )  # fmt: skip

    def _pieces(
        self, scope: Id, items: list[Item], ends: dict[Id, Crossing], owners: dict[Id, Item], wires: list[Wire]
    ) -> tuple[tuple[Piece, ...], tuple[Id, ...]]:
        """Connected items and the slot that each piece feeds; the ends that leave the scope."""
        leader: dict[Item, Item] = {item: item for item in items}

        def find(item: Item) -> Item:
            while leader[item] != item:
                leader[item] = leader[leader[item]]
                item = leader[item]
            return item

        here = {end for wire in wires for end in wire.ends}
        fed: list[tuple[Item, Slot]] = []
        for wire in wires:
            a, b = wire.ends
            if a in owners and b in owners:
                leader[find(owners[b])] = find(owners[a])
            elif a in owners or b in owners:
                source, target = (a, b) if a in owners else (b, a)
                slot = self.item_of[target]
                if isinstance(slot, Slot) and self._slot_home(slot) == scope:
                    fed.append((owners[source], slot))
        leaving = tuple(end for end in sorted(ends, key=id_order) if end not in here)
        fed_by = {find(item) for item, _ in fed}
        slots: dict[Item, list[Slot]] = {}
        for item, slot in fed:
            if slot not in slots.setdefault(find(item), []):
                slots[find(item)].append(slot)
        for item in items:
            if item.kind == "scope" and item.id in self.taken_terms:
                slots.setdefault(find(item), []).extend(self.taken_terms[item.id])
        groups: dict[Item, list[Item]] = {}
        for item in items:
            groups.setdefault(find(item), []).append(item)
        left = {find(owners[end]) for end in leaving}
        pieces = []
        sides: set[Item] = set()
        for lead, group in groups.items():
            feeding = slots.get(lead, [])
            if any(slot.op in self.content.equations for slot in feeding):
                sides.add(lead)
                self._side_term(scope, group, feeding, lead in fed_by)
            elif len(feeding) > 1 or (feeding and lead in left):
                self._used_twice(scope, group, feeding, [end for end in leaving if find(owners[end]) == lead])
            pieces.append(Piece(tuple(group), feeding[0] if feeding else None))
        # The open legs of an equation's terms are its own, not the scope's.
        return tuple(pieces), tuple(end for end in leaving if find(owners[end]) not in sides)

    def _side_term(self, scope: Id, group: list[Item], feeding: list[Slot], wired: bool) -> None:
        """What must hold of a piece that an equation takes: it is one term, taken once, and joined to nothing."""
        ids = [item.id for item in group]
        if len(feeding) > 1:
            self._problem(
                [*ids, *(slot.op for slot in feeding)], "This term is used twice.",
                "A term is one operand, or stands at one place of one equation.", "Draw it again for the other place.",
            )  # fmt: skip
        elif len(group) > 1 or wired:
            self._problem(
                ids, "A term of an equation is joined to something outside it.",
                "Each term of an equation stands for itself.", "Draw what it is joined to inside the term.",
            )  # fmt: skip
        elif scope != ROOT:
            self._problem(
                ids, "An equation has a term that lies inside another region.",
                "Equations are between terms of the whole diagram.", "Move the term out of the region.",
            )  # fmt: skip

    def _slot_home(self, slot: Slot) -> Id:
        return slot.op if slot.number == 1 and slot.op in self.content.regions else self.scope_of[slot.op]

    def _used_twice(self, scope: Id, group: list[Item], feeding: list[Slot], open_ends: list[Id]) -> None:
        members = [item.id for item in group]
        dots = [item for item in members if isinstance(self.content.nodes.get(item), Delta)]
        ids = list(dict.fromkeys((*dots, *open_ends, *members, *(slot.op for slot in feeding))))
        partial = len(feeding) == 1 and isinstance(self.content.nodes.get(feeding[0].op), Copy)
        if partial:
            self._problem(
                ids, "This copy takes only some of the open legs of its value.",
                "A copy passes its value through on all open legs of the piece.", "Lead the other legs through the copy.",
            )  # fmt: skip
        elif len(feeding) > 1 or not isinstance(self.content.regions.get(scope), Repeat):
            # In a repeat an open leg is an error by itself, with a fix of its own.
            if len(feeding) == 1 and not dots:
                self._problem(
                    list(dict.fromkeys((*open_ends, *ids))), "A leg of this operand is open: join it, or lead it to the operation.",
                    "An operation takes a value with all its open legs; for another use a copy makes it usable again.",
                    "Join the open leg to a tensor or to the operation, or insert a copy before it.",
                )  # fmt: skip
                return
            self._problem(
                ids, "These legs are used twice: insert a copy.",
                "A value feeds one operand or the open legs, not both; a copy makes it usable again.",
                "Insert a copy, or join the legs that are open." if open_ends else "Insert a copy.",
                "insert_copy" if dots else "",
            )  # fmt: skip

    def _signature(self, scope: Id, ends: dict[Id, Crossing], leaving: tuple[Id, ...]) -> dict[Id, Crossing]:
        """The ends that cross the border, as they are seen there."""
        region = self.content.regions.get(scope)
        if not isinstance(region, Bubble):
            return {end: ends[end] for end in leaving}
        rule = AXIS_RULES.get(region.function)
        axes = [axis for axis in region.axes if axis in leaving] if rule is not None else []
        signature = {end: ends[end] for end in leaving if end not in axes}
        if rule is None or rule.effect != "reduce":
            seen = [ends[axis] for axis in axes]
            if rule is not None and rule.effect in ("swap", "invert") and len(seen) == 2:
                seen.reverse()
                if rule.effect == "invert":
                    seen = [Crossing(end.space, opposite(end.variance)) for end in seen]
            signature.update(zip(axes, seen, strict=True))
        return signature

    def _open_legs(self) -> tuple[Id, ...]:
        """Open legs of the whole diagram: the preference list first, the others in order of creation."""
        free = [leg for leg in self.scopes[ROOT].signature if leg not in self.wire_of]
        ranked = [leg for leg in self.content.open_order if leg in set(free)]
        return (*ranked, *sorted(set(free) - set(ranked), key=id_order))
