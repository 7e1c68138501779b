"""Which sums' indices each value carries as axes, worked out before lowering, because a repeat's state needs to know.

A value carries a sum's index when a leg bound to it went into the value. A repeat's state carries whatever comes in and
whatever anything inside the repeat carries, so that each turn gives back what it was given.
"""

from __future__ import annotations

from tensordraw.diagram.records import Add, Content, Id, Paste, Sum, id_order, node_legs
from tensordraw.diagram.scopes import Item, Slot, Structure, enclosing


class Carried:
    """`sums(repeat)` are the carried indices of a repeat's state, outermost first."""

    def __init__(self, content: Content, structure: Structure) -> None:
        self.content, self.structure = content, structure
        self.feeding, self.product = structure.consumed
        self.by_item: dict[Item, frozenset[Id]] = {}
        if any(isinstance(region, Sum) for region in content.regions.values()):
            self._walk()

    def sums(self, repeat: Id) -> tuple[Id, ...]:
        """Ids of the sum regions whose index the state of this repeat carries."""
        found = self.by_item.get(Item("state", repeat), frozenset())
        return tuple(sorted(found, key=lambda s: (self.structure.scopes[s].depth, id_order(s))))

    def _walk(self) -> None:
        for task in self.structure.order:
            match task.kind:
                case "scope":
                    self.by_item[Item("scope", task.id)] = self._of(self.product[task.id]) - {task.id}
                case "copy":
                    self.by_item[Item("result", task.id)] = self._of(self.feeding[Slot(task.id, 0)])
                case "add":
                    node = self.content.nodes[task.id]
                    count = len(node.operands) if isinstance(node, Add) else 0
                    items = [item for n in range(count) for item in self.feeding[Slot(task.id, n)]]
                    self.by_item[Item("result", task.id)] = self._of(items)
                case "enter":
                    carried = self._of(self.feeding[Slot(task.id, 0)]) | self._inside(task.id)
                    self.by_item[Item("state", task.id)] = carried
                    self.by_item[Item("result", task.id)] = carried
                case "repeat":
                    pass  # known since it was entered

    def _of(self, items: list[Item]) -> frozenset[Id]:
        return frozenset(s for item in items for s in self._item(item))

    def _item(self, item: Item) -> frozenset[Id]:
        bound = self._node(item.id) if item.id in self.content.nodes else frozenset()
        return bound | self.by_item.get(item, frozenset())

    def _node(self, node_id: Id) -> frozenset[Id]:
        node = self.content.nodes[node_id]
        bound = (leg.index for leg in node_legs(node) if isinstance(leg.index, str))
        sums = frozenset(s for s in bound if isinstance(self.content.regions[s], Sum))
        return sums | self.by_item.get(Item("result", node.copy), frozenset()) if isinstance(node, Paste) else sums

    def _inside(self, repeat: Id) -> frozenset[Id]:
        """What anything inside the repeat carries of the sums around it."""
        around = set(enclosing(self.structure.scopes, repeat))
        found: set[Id] = set()
        for node in self.content.nodes.values():
            if repeat in enclosing(self.structure.scopes, self.structure.scope_of[node.id]):
                found |= self._node(node.id) & around
        return frozenset(found)
