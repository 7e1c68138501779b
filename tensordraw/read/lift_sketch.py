"""A drawing in the making: sheets, strands and ends, from which wires, dots and open legs follow.

A *sheet* is a scope being drawn, or one operand of an operation (which becomes a term where it has a factor that hangs on
nothing, and leaves no trace otherwise). A *strand* is one index in a sheet: the leg ends that are joined. Statements only
unite strands; when the sheet is closed, two ends become a wire, one end that leaves is left open, and all else is a dot.
So a chain of contractions is one network, and identities and copies of indices cost no nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import ROOT, Delta, Fixed, Id, Leg, Node, Region, Term, Variance, Wire
from tensordraw.read.lift_uses import Key


@dataclass(slots=True, eq=False)
class Stub:
    """A leg whose label and index may still change."""

    id: Id
    space: Id
    label: str = ""
    index: int | Id | None = None
    variance: Variance = "none"

    def leg(self) -> Leg:
        """The finished record."""
        return Leg(self.id, self.space, self.label, self.variance, self.index)


@dataclass(frozen=True, slots=True)
class End:
    """A leg end in a sheet: the item that it belongs to, whether it comes through that region's border, and whether it is
    an operand's, to which a value must come."""

    stub: Stub
    item: Id
    crosses: bool = False
    demand: bool = False


@dataclass(slots=True, eq=False)
class Strand:
    """One index in a sheet. `label` is its name where the space has another one, `shown` what its wire is called."""

    space: Id
    ends: list[End] = field(default_factory=list)
    label: str = ""
    shown: str = ""
    leader: Strand | None = None
    done: bool = False


@dataclass(slots=True, eq=False)
class Sheet:
    """A scope being drawn, or an operand (`region` is None until it becomes a term)."""

    outer: Sheet | None = None
    region: Id | None = None
    items: list[Id] = field(default_factory=list)
    strands: list[Strand] = field(default_factory=list)
    factors: dict[Id, str] = field(default_factory=dict)  # constants among the items, as expressions
    states: list[Key] = field(default_factory=list)  # of repeats: what no term can hold

    def place(self) -> Id:
        """The region that holds what is drawn here, asked when all is drawn."""
        sheet = self
        while sheet.region is None and sheet.outer is not None:
            sheet = sheet.outer
        if sheet is not self:
            self.outer = sheet  # operands nest as deep as sums are long
        return sheet.region or ROOT


class MustPaste(Exception):
    """States of repeats that were drawn where a term has to be; drawn anew, they are pasted there."""

    def __init__(self, states: Sequence[Key]) -> None:
        super().__init__(*states)
        self.states = tuple(states)


def find(strand: Strand) -> Strand:
    """The strand that this one was united into."""
    root = strand
    while root.leader is not None:
        root = root.leader
    while strand is not root and strand.leader is not None:
        strand.leader, strand = root, strand.leader
    return root


class Sketch:
    """Nodes, wires and regions by the sheets that they lie in; `finish` puts them into a draft."""

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self._nodes: dict[Id, tuple[Sheet, Callable[[Id], Node]]] = {}
        self._regions: dict[Id, tuple[Sheet, Callable[[Id], Region]]] = {}
        self._wires: list[tuple[Stub, Stub, str, Sheet | None]] = []

    def stub(
        self, space: Id, label: str = "", *, index: int | Id | None = None, variance: Variance = "none"
    ) -> Stub:  # fmt: skip
        """A new leg."""
        return Stub(self.draft.new_id("l"), space, label, index, variance)

    def strand(self, sheet: Sheet, space: Id, *ends: End) -> Strand:
        """A new index of the sheet."""
        made = Strand(space, list(ends))
        sheet.strands.append(made)
        return made

    def strands(self, sheet: Sheet, item: Id, stubs: Sequence[Stub], *, crosses: bool = False) -> list[Strand]:
        """An index for each leg of an item."""
        return [self.strand(sheet, stub.space, End(stub, item, crosses)) for stub in stubs]

    def unite(self, first: Strand, second: Strand) -> Strand:
        """Both are one index."""
        a, b = find(first), find(second)
        if a is b:
            return a
        a.label, a.shown = a.label or b.label, a.shown or b.shown
        if len(a.ends) < len(b.ends):
            b.label, b.shown = a.label, a.shown
            b.ends[:0], a, b = a.ends, b, a
        else:
            a.ends.extend(b.ends)
        b.leader, b.ends = a, []
        return a

    def node(self, sheet: Sheet, kind: str, make: Callable[[Id, Id], Node]) -> Id:
        """A node that is an item of the sheet; `make` gets its id and its region."""
        made = self.draft.new_id(kind)
        sheet.items.append(made)
        self.put(sheet, made, lambda inside: make(made, inside))
        return made

    def put(self, sheet: Sheet, node: Id, make: Callable[[Id], Node]) -> None:
        """A node of the sheet with an id that was taken before."""
        self._nodes[node] = (sheet, make)

    def region(self, sheet: Sheet, region: Id, make: Callable[[Id], Region]) -> None:
        """A region of the sheet, whose id was taken before its content was drawn."""
        self._regions[region] = (sheet, make)
        sheet.items.append(region)

    def wire(self, first: Stub, second: Stub, label: str = "", inside: Sheet | None = None) -> None:
        """A wire; `inside` is the scope where it contracts, if that is not the smallest around both ends."""
        self._wires.append((first, second, label, inside))

    def constant(self, sheet: Sheet, expression: str) -> None:
        """A factor by an expression in sizes."""
        made = self.node(sheet, "f", lambda id, inside: Fixed(id, "constant", (), inside, expression=expression))
        sheet.factors[made] = expression

    def basis(self, sheet: Sheet, strand: Strand, at: int | Id, *, alone: bool) -> None:
        """Take the entry of an index at a position or at a loop's index; `alone` where no other axis is this index."""
        if alone and strand.ends and all(not end.crosses and end.item[0] in "tpf" for end in strand.ends):
            for end in strand.ends:
                end.stub.index = at  # arrays, pastes and fixed tensors have the index on their own legs
            strand.done = True
            return
        legs = (self.stub(strand.space), self.stub(strand.space, index=at))
        made = self.node(sheet, "d", lambda id, inside: Delta(id, tuple(leg.leg() for leg in legs), inside))
        strand.ends.append(End(legs[0], made))

    # ------------------------------------------------------------------------------------------------------- closing

    def close(self, sheet: Sheet, leaving: Sequence[Strand] = ()) -> list[Stub]:
        """Draw the wires and dots of a sheet; the legs with which `leaving` cross its border, one for each."""
        places: dict[Strand, list[int]] = {}
        for place, strand in enumerate(leaving):
            places.setdefault(find(strand), []).append(place)
        crossing: list[Stub | None] = [None] * len(leaving)
        for strand in list(sheet.strands):
            if strand.leader is not None or strand.done:
                continue
            strand.done = True
            at, ends = places.get(strand, []), strand.ends
            for end in ends:
                end.stub.label = end.stub.label or strand.label
            if len(ends) == 2 and not at and not all(end.demand for end in ends):
                one, other = ends
                same = one.crosses and other.crosses and one.item == other.item
                self.wire(one.stub, other.stub, strand.shown, sheet if same else None)
            elif len(ends) == 1 and len(at) == 1 and not ends[0].demand:
                crossing[at[0]] = ends[0].stub
            elif not ends and not at:
                self.constant(sheet, str(self.draft.spaces[strand.space].size))
            else:
                for place, stub in zip(at, self._dot(sheet, strand, len(at)), strict=True):
                    crossing[place] = stub
        return [stub for stub in crossing if stub is not None]

    def _dot(self, sheet: Sheet, strand: Strand, free: int) -> list[Stub]:
        """A dot with a leg for each end and as many free ones."""
        legs = [self.stub(strand.space, strand.label) for _ in range(len(strand.ends) + free)]
        self.node(sheet, "d", lambda id, inside: Delta(id, tuple(leg.leg() for leg in legs), inside))
        for number, (end, leg) in enumerate(zip(strand.ends, legs, strict=False)):
            self.wire(end.stub, leg, strand.shown if number == 0 else "")
        return legs[len(strand.ends) :]

    def feed(
        self, sheet: Sheet, strands: Sequence[Strand], wanted: Sequence[Stub], op: Id, *, fold: bool = False
    ) -> tuple[Id | None, list[str]]:  # fmt: skip
        """Close an operand's sheet, its strands led to the legs `wanted` of the operation `op`.

        Gives the term that it became, if it had to, and the constant factors that were taken out of it (with `fold`).
        """
        assert sheet.outer is not None
        factors: list[str] = []
        loose = self._loose(sheet, strands)
        if fold and wanted and all(item in sheet.factors for item in loose):
            for item in loose:
                factors.append(sheet.factors.pop(item))
                sheet.items.remove(item)
                del self._nodes[item]
            loose = []
        if wanted and not loose:
            for strand, stub in zip(strands, wanted, strict=True):
                find(strand).ends.append(End(stub, op, demand=True))
            self.close(sheet)
            sheet.outer.states += sheet.states
            return None, factors
        if sheet.states:
            raise MustPaste(sheet.states)
        term = sheet.region = self.draft.new_id("r")
        self._regions[term] = (sheet.outer, lambda inside: Term(term, "", inside))
        shown = [find(strand).shown for strand in strands]
        for stub, leg, text in zip(self.close(sheet, strands), wanted, shown, strict=True):
            leg.label = leg.label or stub.label
            self.wire(stub, leg, text)
        return (term if not wanted else None), factors

    def _loose(self, sheet: Sheet, strands: Sequence[Strand]) -> list[Id]:
        """The items of a sheet that are joined to none of the strands."""
        wanted = {find(strand) for strand in strands}
        leader: dict[Id, Id] = {item: item for item in sheet.items}

        def lead(item: Id) -> Id:
            while leader[item] != item:
                leader[item] = leader[leader[item]]
                item = leader[item]
            return item

        held: list[Id] = []
        for strand in sheet.strands:
            if strand.leader is not None or strand.done:
                continue
            if not strand.ends and strand not in wanted:
                strand.done = True
                self.constant(sheet, str(self.draft.spaces[strand.space].size))
                leader[sheet.items[-1]] = sheet.items[-1]
            for end in strand.ends[1:]:
                leader[lead(end.item)] = lead(strand.ends[0].item)
            if strand.ends and strand in wanted:
                held.append(strand.ends[0].item)
        anchored = {lead(item) for item in held}
        return [item for item in sheet.items if lead(item) not in anchored]

    def finish(self) -> None:
        """Put everything into the draft."""
        draft = self.draft
        for region, (sheet, make) in self._regions.items():
            draft.regions[region] = make(sheet.place())
        for node, (sheet, put) in self._nodes.items():
            draft.nodes[node] = put(sheet.place())
        for first, second, label, inside in self._wires:
            wire = draft.new_id("w")
            draft.wires[wire] = Wire(wire, (first.id, second.id), label, None if inside is None else inside.place())


__all__ = ["End", "MustPaste", "Sheet", "Sketch", "Strand", "Stub", "find"]
