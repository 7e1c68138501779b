"""Any sequence of edits keeps a document whole: references hold, it saves and loads to the same bytes, undo and redo are
exact, and no wire crosses the border of a repeat."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tensordraw.diagram import (
    edits,
    edits_equations,
    edits_layout,
    edits_legs,
    edits_names,
    edits_regions,
    file,
    fragments,
    history,
)
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.legs import all_legs, joined
from tensordraw.diagram.records import ROOT, Diagram, Id, Operand, Repeat, Sign, Source, Tensor
from tensordraw.diagram.signs import sign_ids
from tensordraw.diagram.structure import analyse
from tensordraw.errors import Error

KINDS = ("tensor", "vector", "isometry", "dot", "one_hot", "constant", "group", "copy", "paste", "add", "note")
FUNCTIONS = ("relu", "softmax", "causal_mask", "inverse", "max", "expression")


def add_item(diagram: Diagram, kind: str, size: int, inside: Id) -> Diagram:
    """One more item of a kind, with legs in a space of that size."""
    draft = Draft(diagram)
    space = draft.space(f"s{size}", size)
    at = (10.0 * draft.serial, 5.0)

    def legs(count: int) -> list:
        return [draft.leg(space, angle=90.0 * k) for k in range(count)]

    match kind:
        case "tensor":
            draft.tensor("ABC"[draft.serial % 3], legs(2), at, inside=inside)
        case "vector":
            draft.tensor("v", legs(1), at, inside=inside)
        case "isometry":
            made = legs(3)
            draft.tensor("U", made, at, inside=inside, form="isometry", tip=(made[2].id,))
        case "dot":
            draft.delta(legs(3), at, inside=inside)
        case "one_hot":
            draft.fixed("one_hot", legs(2), at, inside=inside, name="tokens")
        case "constant":
            draft.fixed("constant", (), at, inside=inside, expression="2")
        case "group":
            draft.group(draft.leg(f"s{size}x{size}"), legs(2), at, inside=inside)
        case "copy":
            draft.copy("x", legs(2), legs(2), at, inside=inside)
        case "paste":
            copies = [node for node in draft.nodes.values() if node.id.startswith("c")]
            if copies:
                into = copies[-1].into  # type: ignore[union-attr]
                draft.paste(copies[-1].id, [draft.leg(leg.space) for leg in into], at, inside=inside)
        case "add":
            draft.add([Operand(tuple(legs(1))), Operand(tuple(legs(1)))], legs(1), at, inside=inside)
        case "note":
            draft.note("text", *at)
    return draft.build()


class Edits(RuleBasedStateMachine):
    """A person who edits without looking."""

    def __init__(self) -> None:
        super().__init__()
        self.first = Diagram()
        self.history = history.start(self.first)
        self.states = [file.encode(self.first)]

    @property
    def now(self) -> Diagram:
        return self.history.present

    def edit(self, change: Callable[[], Diagram]) -> None:
        """Do what the change does, where it can be done."""
        try:
            after = change()
        except Error:
            return
        before = self.history
        self.history = history.record(before, after, "edit")
        if self.history is not before:
            self.states = [*self.states[: len(before.past) + 1], file.encode(after)]

    def some(self, data: st.DataObject, items: Iterable[Id]) -> Id | None:
        found = sorted(items)
        return data.draw(st.sampled_from(found)) if found else None

    def several(self, data: st.DataObject) -> list[Id]:
        content = self.now.content
        found = sorted({*content.nodes, *content.regions, *self.now.layout.notes})
        return data.draw(st.lists(st.sampled_from(found), max_size=4, unique=True)) if found else []

    @rule(data=st.data(), kind=st.sampled_from(KINDS), size=st.sampled_from([2, 3]))
    def add(self, data: st.DataObject, kind: str, size: int) -> None:
        inside = data.draw(st.sampled_from([ROOT, *sorted(self.now.content.regions)]))
        self.edit(lambda: add_item(self.now, kind, size, inside))

    @rule(data=st.data())
    def connect(self, data: st.DataObject) -> None:
        wired = joined(self.now)
        free = [leg for leg in all_legs(self.now) if leg not in wired]
        one, other = self.some(data, free), self.some(data, free)
        if one and other:
            self.edit(lambda: edits.connect(self.now, one, other))

    @rule(data=st.data())
    def connect_fitting(self, data: st.DataObject) -> None:
        wired, legs = joined(self.now), all_legs(self.now)
        one = self.some(data, [leg for leg in legs if leg not in wired])
        if one:
            fitting = [leg for leg in legs if leg != one and edits.why_not(self.now, one, leg) is None]
            other = self.some(data, fitting)
            if other:
                self.edit(lambda: edits.connect(self.now, one, other))

    @rule(data=st.data())
    def detach(self, data: st.DataObject) -> None:
        leg = self.some(data, joined(self.now))
        if leg:
            self.edit(lambda: edits.detach(self.now, leg))

    @rule(data=st.data())
    def branch(self, data: st.DataObject) -> None:
        wired = joined(self.now)
        leg = self.some(data, [one for one in all_legs(self.now) if one not in wired])
        wire = self.some(data, self.now.content.wires)
        if leg and wire:
            self.edit(lambda: edits.branch(self.now, leg, wire, (0.0, 0.0))[0])

    @rule(data=st.data())
    def splice(self, data: st.DataObject) -> None:
        node, wire = self.some(data, self.now.content.nodes), self.some(data, self.now.content.wires)
        if node and wire:
            self.edit(lambda: edits.splice(self.now, node, wire))

    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        items = self.several(data)[:2]
        leg = self.some(data, all_legs(self.now))
        if leg and data.draw(st.booleans()):
            items.append(leg)
        self.edit(lambda: edits.remove(self.now, items))

    @rule(data=st.data())
    def remove_and_rejoin(self, data: st.DataObject) -> None:
        node = self.some(data, self.now.content.nodes)
        if node:
            self.edit(lambda: edits.remove_and_rejoin(self.now, [node]))

    @rule(data=st.data(), kind=st.sampled_from(["bubble", "sum", "repeat", "block", "term"]))
    def wrap(self, data: st.DataObject, kind: edits_regions.RegionKind) -> None:
        items = self.several(data)
        function = data.draw(st.sampled_from(FUNCTIONS))
        self.edit(lambda: edits_regions.wrap(self.now, items, kind, function=function)[0])

    @rule(data=st.data(), sign=st.sampled_from(["=", "+", ",", "≈"]))
    def relate(self, data: st.DataObject, sign: Sign) -> None:
        items = self.several(data)
        self.edit(lambda: edits_equations.relate(self.now, items, sign)[0])

    @rule(data=st.data(), by=st.sampled_from([-1, 1]))
    def change_equation(self, data: st.DataObject, by: int) -> None:
        sign = self.some(data, sign_ids(self.now.content))
        if sign:
            match data.draw(st.integers(0, 2)):
                case 0:
                    self.edit(lambda: edits_equations.move_part(self.now, sign, by))
                case 1:
                    self.edit(lambda: edits_equations.set_sign(self.now, sign, "-", "2"))
                case _:
                    self.edit(lambda: edits.remove(self.now, [sign]))

    @rule(data=st.data())
    def dissolve(self, data: st.DataObject) -> None:
        region = self.some(data, self.now.content.regions)
        if region:
            self.edit(lambda: edits_regions.dissolve(self.now, [region]))

    @rule(data=st.data())
    def put_inside(self, data: st.DataObject) -> None:
        items = self.several(data)
        region = data.draw(st.sampled_from([ROOT, *sorted(self.now.content.regions)]))
        self.edit(lambda: edits_regions.put_inside(self.now, items, region))

    @rule(data=st.data(), function=st.sampled_from(FUNCTIONS))
    def set_function(self, data: st.DataObject, function: str) -> None:
        region = self.some(data, self.now.content.regions)
        if region:
            self.edit(lambda: edits_regions.set_function(self.now, region, function))

    @rule(data=st.data())
    def bind(self, data: st.DataObject) -> None:
        leg = self.some(data, all_legs(self.now))
        index = data.draw(st.sampled_from([None, 0, 1, 7, *sorted(self.now.content.regions)]))
        if leg:
            self.edit(lambda: edits_legs.bind_leg(self.now, leg, index))

    @rule(data=st.data())
    def change_legs(self, data: st.DataObject) -> None:
        node = self.some(data, self.now.content.nodes)
        space = self.some(data, self.now.content.spaces)
        if node and space:
            legs = getattr(self.now.content.nodes[node], "legs", ())
            order = data.draw(st.permutations([leg.id for leg in legs])) if legs else []
            match data.draw(st.integers(0, 3)):
                case 0:
                    self.edit(lambda: edits_legs.add_leg(self.now, node, space, "k", 0))
                case 1:
                    self.edit(lambda: edits_legs.reorder_legs(self.now, node, order))
                case 2 if order:
                    self.edit(lambda: edits_legs.set_leg_space(self.now, order[0], space))
                case _ if order:
                    self.edit(lambda: edits_legs.set_open_order(self.now, order))

    @rule(data=st.data())
    def name(self, data: st.DataObject) -> None:
        node = self.some(data, self.now.content.nodes)
        if node:
            self.edit(lambda: edits_names.rename(self.now, node, data.draw(st.sampled_from(["A", "B", "", "w"]))))
            self.edit(lambda: edits_names.set_form(self.now, node, "isometry"))
            self.edit(lambda: edits_names.flip_form(self.now, [node]))
            name = getattr(self.now.content.nodes[node], "name", "")
            if name:
                self.edit(lambda: edits_names.set_source(self.now, name, Source("a.npz", "a")))

    @rule(data=st.data())
    def arrange(self, data: st.DataObject) -> None:
        items = self.several(data)
        before = self.now.content
        self.edit(lambda: edits_layout.move(self.now, items, 10.0, -5.0))
        self.edit(lambda: edits_layout.rotate(self.now, items))
        self.edit(lambda: edits_layout.mirror(self.now, items, "horizontal"))
        wires = sorted(self.now.content.wires)[:1]
        self.edit(lambda: edits_layout.set_curve(self.now, wires, "straight", [(1.0, 2.0)]))
        assert self.now.content is before

    @rule(data=st.data(), text=st.sampled_from(["head 5", "", "two\nlines"]))
    def remark(self, data: st.DataObject, text: str) -> None:
        content = self.now.content
        item = self.some(data, {*content.nodes, *content.wires, *content.regions, *all_legs(self.now)})
        if item:
            self.edit(lambda: edits_layout.set_remark(self.now, item, text))
            assert self.now.content is content

    @rule(data=st.data())
    def duplicate(self, data: st.DataObject) -> None:
        items = self.several(data)
        if len(self.now.content.nodes) < 40:
            self.edit(lambda: fragments.duplicate(self.now, items, 20.0, 20.0)[0])

    @rule(data=st.data())
    def paste(self, data: st.DataObject) -> None:
        items = self.several(data)
        region = data.draw(st.sampled_from([ROOT, *sorted(self.now.content.regions)]))
        if len(self.now.content.nodes) < 40:
            part = fragments.extract(self.now, items)
            assert list(faults(part)) == []
            self.edit(lambda: fragments.insert(self.now, file.decode(file.encode(part)), 5.0, 5.0, region)[0])

    @rule()
    def undo(self) -> None:
        self.history = history.undo(self.history)

    @rule()
    def redo(self) -> None:
        self.history = history.redo(self.history)

    @invariant()
    def holds_together(self) -> None:
        assert list(faults(self.now)) == []
        text = file.encode(self.now)
        assert file.encode(file.decode(text)) == text
        analyse(self.now.content)

    @invariant()
    def layout_is_of_what_exists(self) -> None:
        content, layout = self.now.content, self.now.layout
        known = {*content.nodes, *content.wires, *content.regions, *layout.notes, *all_legs(self.now)}
        assert {*layout.places, *layout.curves, *layout.looks, *layout.labels, *layout.legs, *layout.remarks} <= known

    @invariant()
    def no_wire_crosses_a_repeat(self) -> None:
        draft = Draft(self.now)
        for wire in self.now.content.wires.values():
            held = [
                {r for r in draft.ancestors(draft.scope_of(end)) if isinstance(draft.regions.get(r), Repeat)}
                for end in wire.ends
            ]
            assert held[0] == held[1], f"{wire} crosses a repeat"

    @invariant()
    def sources_are_of_arrays(self) -> None:
        names = {getattr(node, "name", "") for node in self.now.content.nodes.values()}
        assert set(self.now.content.sources) <= names

    def teardown(self) -> None:
        while self.history.past:
            self.history = history.undo(self.history)
            assert file.encode(self.now) == self.states[len(self.history.past)]
        assert self.now is self.first
        while self.history.future:
            self.history = history.redo(self.history)
            assert file.encode(self.now) == self.states[len(self.history.past)]
        assert len(self.history.past) == len(self.states) - 1


TestEdits = Edits.TestCase
TestEdits.settings = settings(max_examples=30, stateful_step_count=30)


def test_the_machine_meets_every_kind_of_item() -> None:
    diagram = Diagram()
    for kind in KINDS:
        diagram = add_item(diagram, kind, 2, ROOT)
    assert len(diagram.content.nodes) == len(KINDS) - 1
    assert len(diagram.layout.notes) == 1
    assert any(isinstance(node, Tensor) and node.form == "isometry" for node in diagram.content.nodes.values())
