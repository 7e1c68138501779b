"""The order of tasks: a topological sort of everything that defines a value, by walking from the result backwards.

Depth-first from the whole diagram's value, operands in drawing order, so that a step stands just before its first use;
iterative, since a residual stream is as deep as it is long.
"""

from __future__ import annotations

from collections.abc import Callable

from tensordraw.diagram.finding import Problem
from tensordraw.diagram.records import ROOT, Add, Content, Copy, Id, Paste, Repeat, id_order
from tensordraw.diagram.scopes import Consumed, Item, Scope, Slot, Task, enclosing


def order_tasks(
    content: Content,
    scopes: dict[Id, Scope],
    scope_of: dict[Id, Id],
    frames: dict[Id, Id],
    consumed: Consumed,
) -> tuple[tuple[Task, ...], list[Problem]]:
    """Tasks such that each comes after those it needs, and a problem for each cycle."""
    feeding, product = consumed
    within = _within(content, scopes, scope_of, frames)
    pasted = _pasted_from_outside(content, scopes, scope_of)

    def of_item(item: Item) -> list[Task]:
        match item.kind:
            case "scope":
                return [Task("scope", item.id)]
            case "state":
                return [Task("enter", item.id)]
            case "result":
                return [_task_of(content, item.id)]
            case "node":
                node = content.nodes[item.id]
                return [Task("copy", node.copy)] if isinstance(node, Paste) else []

    def needs(task: Task) -> list[Task]:
        match task.kind:
            case "copy":
                items = feeding[Slot(task.id, 0)]
            case "add":
                node = content.nodes[task.id]
                count = len(node.operands) if isinstance(node, Add) else 0
                items = [item for number in range(count) for item in feeding[Slot(task.id, number)]]
            case "enter":
                # What is pasted inside decides which sums the state carries, so it comes before the first turn.
                items = feeding[Slot(task.id, 0)]
                return [*(t for item in items for t in of_item(item)), *pasted[task.id]]
            case "repeat":
                items = [*feeding[Slot(task.id, 1)], *product[task.id]]
                found = [Task("enter", task.id), *(t for item in items for t in of_item(item))]
                return [*found, *within[task.id]]
            case "scope":
                items = product[task.id]
        return [t for item in items for t in of_item(item)]

    roots = [Task("scope", ROOT), *within[ROOT]]
    return _sorted_from(roots, needs)


def _task_of(content: Content, op: Id) -> Task:
    node = content.nodes.get(op)
    return (
        Task("copy", op) if isinstance(node, Copy) else Task("add", op) if isinstance(node, Add) else Task("repeat", op)
    )


def _within(
    content: Content, scopes: dict[Id, Scope], scope_of: dict[Id, Id], frames: dict[Id, Id]
) -> dict[Id, list[Task]]:
    """For each frame, all the tasks that run in it: those that nothing uses are run too, since copies can be looked at."""
    found: dict[Id, list[Task]] = {frame: [] for frame in {*frames.values(), ROOT}}
    for node in content.nodes.values():
        if isinstance(node, Copy | Add):
            found[frames[scope_of[node.id]]].append(_task_of(content, node.id))
    for scope in scopes.values():
        if scope.parent is None:
            continue
        repeat = isinstance(content.regions[scope.id], Repeat)
        task = Task("repeat" if repeat else "scope", scope.id)
        found[frames[scope.parent]].append(task)
    for tasks in found.values():
        tasks.sort(key=lambda task: id_order(task.id))
    return found


def _pasted_from_outside(content: Content, scopes: dict[Id, Scope], scope_of: dict[Id, Id]) -> dict[Id, list[Task]]:
    """For each repeat, the copies outside it that are pasted somewhere inside it."""

    def repeats(scope: Id) -> set[Id]:
        return {region for region in enclosing(scopes, scope) if isinstance(content.regions[region], Repeat)}

    pasted: dict[Id, list[Task]] = {r.id: [] for r in content.regions.values() if isinstance(r, Repeat)}
    for node in content.nodes.values():
        if pasted and isinstance(node, Paste):
            for repeat in repeats(scope_of[node.id]) - repeats(scope_of[node.copy]):
                pasted[repeat].append(Task("copy", node.copy))
    return pasted


def _sorted_from(roots: list[Task], needs: Callable[[Task], list[Task]]) -> tuple[tuple[Task, ...], list[Problem]]:
    order: list[Task] = []
    problems: list[Problem] = []
    state: dict[Task, bool] = {}  # False while its needs are being walked, True when it is in the order
    for root in roots:
        stack = [(root, iter(needs(root)))] if root not in state else []
        state.setdefault(root, False)
        while stack:
            task, rest = stack[-1]
            for need in rest:
                if need not in state:
                    state[need] = False
                    stack.append((need, iter(needs(need))))
                    break
                if not state[need]:
                    start = next(n for n, (t, _) in enumerate(stack) if t == need)
                    ids = dict.fromkeys(t.id for t, _ in stack[start:] if t.id != ROOT)
                    problems.append(
                        Problem(
                            "error",
                            tuple(ids),
                            "This value would be computed from itself.",
                            "Pastes, adds and copies must not form a cycle.",
                            "Take the paste from an earlier copy.",
                        )
                    )
            else:
                stack.pop()
                state[task] = True
                order.append(task)
    return tuple(order), problems
