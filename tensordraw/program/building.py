"""What lowering writes into: inputs, the bodies of frames, types of values, hints for their names.

A frame is the whole diagram or one repeat; each has its list of statements. Indices of einsums are made here, with the
name that a person reads inside them (see `naming`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from tensordraw.diagram import records as rec
from tensordraw.diagram.legs import legs_of
from tensordraw.diagram.records import ROOT, Content, Id, Leg
from tensordraw.diagram.scopes import Scope, Structure
from tensordraw.program.naming import Hints, index_name, loop_names
from tensordraw.program.statements import Axis, Input, Statement, Type


def variances_of(legs: Sequence[Leg]) -> tuple[rec.Variance, ...]:
    """The variance of each leg; empty where no leg has one."""
    found = tuple(leg.variance for leg in legs)
    return found if any(variance != "none" for variance in found) else ()


class Value(NamedTuple):
    """A defined value: its name, and what its axes stand for: indices of sums first, then leg ends."""

    name: str
    sums: tuple[Id, ...]
    legs: tuple[Id, ...]


class Building:
    """A program in the making."""

    def __init__(self, content: Content, structure: Structure) -> None:
        self.content, self.structure = content, structure
        self.leg = legs_of(content)
        self.sizes = {space.id: space.size for space in content.spaces.values()}
        self.named_sizes = {space.name: space.size for space in content.spaces.values()}
        self.inputs: dict[str, Input] = {}
        self.bodies: dict[Id, list[Statement]] = {frame: [] for frame in {*structure.frame_of.values(), ROOT}}
        self.made: dict[tuple[Id, str], str] = {}  # slices and fixed arrays that exist already, by frame
        self.types: dict[str, Type] = {}
        self.hints = Hints()
        self.origin: dict[str, tuple[Id, ...]] = {}
        self.count = 0
        # By id, not as the tables are ordered: an edited document and the saved one give the same names.
        regions = [content.regions[region] for region in sorted(content.regions, key=rec.id_order)]
        repeats = [region for region in regions if isinstance(region, rec.Repeat)]
        nodes = [content.nodes[node] for node in sorted(content.nodes, key=rec.id_order)]
        named = (node.name for node in nodes if isinstance(node, rec.Tensor | rec.Fixed))
        self.loops = loop_names(repeats, named)

    def input(self, name: str, legs: Sequence[Leg], integer: bool = False) -> str:
        """The value of a named array; its axes are all its legs, the bound ones too."""
        if name not in self.inputs:
            shape = Type(tuple(self.axis(leg.id, leg.space) for leg in legs), integer)
            value = self.new(name, name)
            self.types[value] = shape
            self.inputs[name] = Input(value, name, shape, variances_of(legs))
        return self.inputs[name].out

    def once(self, frame: Id, statement: Statement, ids: tuple[Id, ...], hint: str) -> str:
        """The value of a statement that depends only on inputs and on the frame's loop variable; emitted once."""
        key = (frame, repr(statement))
        if key not in self.made:
            self.made[key] = self.new("", hint)
            self.emit(frame, replace(statement, out=self.made[key]), ids)
        name = self.made[key]
        self.origin[name] = tuple(dict.fromkeys((*self.origin.get(name, ()), *ids)))
        return name

    def emit(self, scope: Id, statement: Statement, ids: tuple[Id, ...]) -> None:
        """Append a statement to the frame that the scope runs in."""
        self.bodies[self.structure.frame_of[scope]].append(statement)
        self.types[statement.out] = statement.type
        self.origin[statement.out] = ids

    def new(self, said: str, thought: str) -> str:
        """A fresh value, with what the drawing calls it (or "") and what it could be called."""
        self.count += 1
        name = f"v{self.count}"
        self.hints.think(name, thought)
        if said:
            self.hints.say(name, said, capture=True)
        return name

    def index(self, scope: Scope, end: Id) -> str:
        """The einsum index of a leg end in a scope: its wire's where that contracts here, else its own; with its label."""
        wire = self.structure.wire_of.get(end)
        if wire is not None and self.structure.wire_scope[wire] == scope.id:
            record = self.content.wires[wire]
            label = record.label or next((text for e in record.ends if (text := self.leg[e].label)), "")
            return self._hinted(label, self.leg[record.ends[0]].space, wire)
        return self.leg_index(end)

    def leg_index(self, end: Id) -> str:
        """The einsum index of a leg by itself."""
        return self._hinted(self.leg[end].label, self.leg[end].space, end)

    def _hinted(self, label: str, space: Id, key: Id) -> str:
        return f"{label}@{key}" if label else f"{self.content.spaces[space].name}@@{key}"

    def sum_index(self, region: Id) -> str:
        """The einsum index that stands for a sum region's own index."""
        return f"{self.sum_axis(region).name}@{region}"

    def sum_axis(self, region: Id) -> Axis:
        """The axis of a value that carries a sum's index."""
        record = self.content.regions[region]
        assert isinstance(record, rec.Sum)
        return Axis(index_name(record.index), self.sizes[record.space])

    def axis(self, leg: Id, space: Id) -> Axis:
        """The axis of a value that is a leg end, seen in a space."""
        return Axis(index_name(self.leg[leg].label or self.content.spaces[space].name), self.sizes[space])

    def ordered(self, sums: Iterable[Id]) -> tuple[Id, ...]:
        """Sum regions, outermost first."""
        return tuple(sorted(sums, key=lambda s: (self.structure.scopes[s].depth, rec.id_order(s))))
