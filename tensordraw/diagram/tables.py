"""The mutable tables of a diagram that is being built or edited, and what keeps them whole.

This is the one place that knows what a removed leg or region leaves behind (`rewire`, `dissolve`), so no edit can leave a
stale axis, bound index, term or `wire.inside`. `draft.Draft` adds the making of records.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from msgspec.structs import replace

from tensordraw.diagram.legs import map_legs, owners_among
from tensordraw.diagram.records import (
    ROOT,
    Add,
    Bubble,
    Content,
    Copy,
    Diagram,
    Equation,
    Fixed,
    Id,
    Layout,
    Leg,
    Node,
    Paste,
    Region,
    Repeat,
    Space,
    Tensor,
    Wire,
    node_legs,
    port_legs,
)


class Tables:
    """Records by id; `build` gives the finished value."""

    def __init__(self, diagram: Diagram | None = None) -> None:
        diagram = diagram or Diagram()
        content, layout = diagram.content, diagram.layout
        self.diagram = diagram
        self.spaces: dict[Id, Space] = dict(content.spaces)
        self.nodes: dict[Id, Node] = dict(content.nodes)
        self.wires: dict[Id, Wire] = dict(content.wires)
        self.regions: dict[Id, Region] = dict(content.regions)
        self.equations: dict[Id, Equation] = dict(content.equations)
        self.open_order: list[Id] = list(content.open_order)
        self.sources = dict(content.sources)
        self.recipes = dict(content.recipes)
        self.serial = content.serial
        self.places = dict(layout.places)
        self.leg_places = dict(layout.legs)
        self.curves = dict(layout.curves)
        self.looks = dict(layout.looks)
        self.labels = dict(layout.labels)
        self.notes = dict(layout.notes)
        self.remarks = dict(layout.remarks)
        self.title, self.description = diagram.title, diagram.description

    def build(self) -> Diagram:
        """The diagram; halves and the whole stay the same objects where nothing in them changed."""
        old = self.diagram
        # Copies: a diagram does not change when its draft goes on, and figures follow from one to the next.
        content = Content(
            dict(self.spaces), dict(self.nodes), dict(self.wires), dict(self.regions), tuple(self.open_order),
            dict(self.sources), self.serial, dict(self.equations), dict(self.recipes),
        )  # fmt: skip
        layout = Layout(
            dict(self.places),
            dict(self.leg_places),
            dict(self.curves),
            dict(self.looks),
            dict(self.labels),
            dict(self.notes),
            self._remarks_of_what_is_there(),
        )
        # Notes are numbered by the same counter: a new one must not give its number away again.
        noted = not self.notes.keys() <= old.layout.notes.keys()
        if not noted and replace(content, serial=old.content.serial) == old.content:
            content = old.content
        if layout == old.layout:
            layout = old.layout
        same = content is old.content and layout is old.layout
        if same and (self.title, self.description) == (old.title, old.description):
            return old
        return replace(old, content=content, layout=layout, title=self.title, description=self.description)

    def _remarks_of_what_is_there(self) -> dict[Id, str]:
        gone = self.remarks.keys() - self.nodes.keys() - self.wires.keys() - self.regions.keys()
        gone -= self.owners().keys() if gone else set()
        return {item: text for item, text in self.remarks.items() if item not in gone}

    def new_id(self, kind: str) -> Id:
        """A fresh id: the kind letter and the next serial number."""
        self.serial += 1
        return f"{kind}{self.serial}"

    def change(self, item: Id, **fields: Any) -> None:
        """Replace fields of the space, node, wire, region or note with this id."""
        tables: list[dict[Id, Any]] = [
            self.nodes, self.regions, self.wires, self.spaces, self.notes, self.equations,
        ]  # fmt: skip
        for table in tables:
            if item in table:
                table[item] = replace(table[item], **fields)
                return
        raise KeyError(item)

    def wire(self, a: Leg | Id, b: Leg | Id, label: str = "", *, inside: Id | None = None) -> Wire:
        """Join two leg ends."""
        ends = (a if isinstance(a, str) else a.id, b if isinstance(b, str) else b.id)
        made = Wire(self.new_id("w"), ends, label, inside)
        self.wires[made.id] = made
        return made

    # ------------------------------------------------------------------------------------------------------ repairing

    def owners(self) -> dict[Id, Id]:
        """Leg id to the id of its node or repeat."""
        return owners_among(self.nodes, self.regions)

    def ancestors(self, region: Id) -> list[Id]:
        """The region itself and all around it, innermost first, ending with ROOT."""
        chain = [region]
        while chain[-1] != ROOT:
            chain.append(self.regions[chain[-1]].inside)
        return chain

    def rewire(self, gone: Iterable[Id] = ()) -> None:
        """Repair every reference after the legs `gone` were taken from their nodes, or after nodes moved between
        regions.

        Wires that end on a missing leg go; axes, tips, orders and leg places that name it are filtered; a
        `wire.inside` that no longer encloses both ends is forgotten; an index whose region no longer encloses the leg
        is unbound.
        """
        owners, lost = self.owners(), set(gone)
        inside = {node.id: node.inside for node in self.nodes.values()}
        around = {ROOT: [ROOT], **{region: self.ancestors(region) for region in self.regions}}
        for wire in list(self.wires.values()):
            if any(end not in owners or end in lost for end in wire.ends):
                self._drop_wire(wire.id)
            elif wire.inside is not None:
                # The inner ends of a repeat's ports lie in it, so its own id is a scope that may hold them.
                chains = [around[inside.get(owners[end], owners[end])] for end in wire.ends]
                if any(wire.inside not in chain for chain in chains):
                    self.wires[wire.id] = replace(wire, inside=None)
        for region in list(self.regions.values()):
            if isinstance(region, Bubble) and any(axis not in owners for axis in region.axes):
                self.regions[region.id] = replace(region, axes=tuple(a for a in region.axes if a in owners))
        bound = {n.id for n in self.nodes.values() for leg in node_legs(n) if isinstance(leg.index, str)}
        for node in list(self.nodes.values()):
            if node.id in bound or (isinstance(node, Tensor) and node.tip):
                self._repair_legs(node, around[node.inside])
        self.open_order = [leg for leg in self.open_order if leg in owners]
        for leg in [leg for leg in self.leg_places if leg not in owners]:
            del self.leg_places[leg]
        self.labels = {item: at for item, at in self.labels.items() if item in owners or self._exists(item)}

    def _repair_legs(self, node: Node, around: list[Id]) -> None:
        def unbound(leg: Leg) -> Leg:
            stale = isinstance(leg.index, str) and leg.index not in around
            return replace(leg, index=None) if stale else leg

        node = map_legs(node, unbound)
        if isinstance(node, Tensor):
            names = {leg.id for leg in node.legs}
            if not names.issuperset(node.tip):
                node = replace(node, tip=tuple(leg for leg in node.tip if leg in names))
        self.nodes[node.id] = node

    def _drop_terms(self) -> None:
        """Take terms that are gone out of equations. What is first has no relation; a plain term that is left alone is no
        equation."""
        for equation in list(self.equations.values()):
            parts = tuple(part for part in equation.parts if part.term in self.regions)
            if parts == equation.parts:
                continue
            if parts and parts[0].sign not in ("+", "-"):
                parts = (replace(parts[0], sign="+"), *parts[1:])
            if len(parts) > 1 or any((part.sign, part.coefficient) != ("+", "1") for part in parts):
                self.equations[equation.id] = replace(equation, parts=parts)
            else:
                del self.equations[equation.id]

    def scope_of(self, end: Id) -> Id:
        """The region (or ROOT) that a leg end lies in; the inner ends of a port lie in their repeat."""
        for node in self.nodes.values():
            if any(leg.id == end for leg in node_legs(node)):
                return node.inside
        for region in self.regions.values():
            if isinstance(region, Repeat):
                for port in region.ports:
                    if end in (port.outer_in.id, port.outer_out.id):
                        return region.inside
                    if end in (port.inner_in.id, port.inner_out.id):
                        return region.id
        raise KeyError(end)

    def _exists(self, item: Id) -> bool:
        return item in self.nodes or item in self.wires or item in self.regions or item in self.notes

    def _drop_wire(self, wire: Id) -> None:
        del self.wires[wire]
        self.curves.pop(wire, None)
        self.looks.pop(wire, None)
        self.labels.pop(wire, None)

    def remove(self, items: Iterable[Id]) -> None:
        """Remove nodes, wires, notes, and regions with all that is in them; pastes go with their copy."""
        doomed = set(items)
        doomed |= {r for r in self.regions if doomed.intersection(self.ancestors(r))}
        doomed |= {n.id for n in self.nodes.values() if n.inside in doomed}
        doomed |= {n.id for n in self.nodes.values() if isinstance(n, Paste) and n.copy in doomed}
        for wire in [w for w in self.wires if w in doomed]:
            self._drop_wire(wire)
        tables: list[dict[Id, Any]] = [self.nodes, self.regions, self.notes, self.places, self.looks, self.labels]
        for table in tables:
            for item in doomed:
                table.pop(item, None)
        for node in list(self.nodes.values()):
            if isinstance(node, Copy) and node.of in doomed:
                self.nodes[node.id] = replace(node, of=None)
            elif isinstance(node, Add) and any(o.of in doomed for o in node.operands):
                kept = tuple(o for o in node.operands if o.of not in doomed)
                self.nodes[node.id] = replace(node, operands=kept)
        names = {n.name for n in self.nodes.values() if isinstance(n, Tensor | Fixed)}
        self.sources = {name: source for name, source in self.sources.items() if name in names}
        self.recipes = {name: recipe for name, recipe in self.recipes.items() if name in names}
        self._drop_terms()
        self.rewire()

    def dissolve(self, region: Id) -> None:
        """Take a region away and leave its content where the region was."""
        outer = self.regions[region].inside
        for item in [item for item in (*self.nodes.values(), *self.regions.values()) if item.inside == region]:
            self.change(item.id, inside=outer)
        gone = self.regions.pop(region)
        if isinstance(gone, Repeat):
            self._join_through(gone)
        for wire in list(self.wires.values()):
            if wire.inside == region:
                self.wires[wire.id] = replace(wire, inside=None)
        for node in list(self.nodes.values()):
            if isinstance(node, Copy) and node.of == region:
                self.nodes[node.id] = replace(node, of=None)
            elif isinstance(node, Add) and any(o.of == region for o in node.operands):
                kept = tuple(replace(o, of=None) if o.of == region else o for o in node.operands)
                self.nodes[node.id] = replace(node, operands=kept)
        self.looks.pop(region, None)
        self.labels.pop(region, None)
        self.places.pop(region, None)
        self._drop_terms()
        self.rewire()

    def _join_through(self, repeat: Repeat) -> None:
        """Join what was wired to the outside of each port to what was wired to the inside of it."""
        for port in repeat.ports:
            for outer, inner in ((port.outer_in, port.inner_in), (port.inner_out, port.outer_out)):
                ends = [self.partner(outer.id), self.partner(inner.id)]
                own = {leg.id for leg in port_legs(port)}
                if all(end is not None and end not in own for end in ends):
                    self.wire(cast(Id, ends[0]), cast(Id, ends[1]))

    def partner(self, leg: Id) -> Id | None:
        """The leg at the other end of this leg's wire, None where it is open."""
        for wire in self.wires.values():
            if leg in wire.ends:
                return wire.ends[1] if wire.ends[0] == leg else wire.ends[0]
        return None
