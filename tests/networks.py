"""Random tensor networks with a plain reference: every node as an explicit array, one `numpy.einsum` over index numbers."""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Leg, Node, node_legs

SIZES = {"a": 2, "b": 3, "c": 1, "ab": 6, "aa": 4}


class Network(NamedTuple):
    """A diagram without regions, arrays for it, and its value worked out by `numpy.einsum`."""

    diagram: Diagram
    arrays: dict[str, np.ndarray]
    value: np.ndarray


def random_network(seed: int, most: int = 6) -> Network:
    """Repeated names, conjugates, traces, deltas of any order, groupings, one-hots, scalars, parts that hang on nothing."""
    rng, draft = random.Random(seed), Draft()
    for name, size in SIZES.items():
        draft.space(name, size)
    signatures = {name: [rng.choice("abc") for _ in range(rng.choice([0, 1, 2, 2, 3]))] for name in "PQR"}
    kinds = ["tensor"] * 5 + ["delta"] * 3 + ["group", "one_hot", "levi_civita"]
    nodes = [_node(draft, rng, rng.choice(kinds), signatures) for _ in range(rng.randint(1, most))]
    legs = [leg for node in nodes for leg in node_legs(node)]
    index = _wire_up(draft, rng, legs)
    open_legs = [leg.id for leg in legs if draft.partner(leg.id) is None]
    rng.shuffle(open_legs)
    draft.open_order = list(open_legs)
    diagram = draft.build()
    arrays = _arrays(nodes, seed)
    operands: list[object] = []
    for node in nodes:
        operands += [_explicit(diagram, node, arrays), [index[leg.id] for leg in node_legs(node)]]
    value = np.einsum(*operands, [index[leg] for leg in open_legs], optimize="greedy")  # type: ignore[call-overload]
    return Network(diagram, arrays, value)


def _node(draft: Draft, rng: random.Random, kind: str, signatures: dict[str, list[str]]) -> Node:
    match kind:
        case "tensor":
            name = rng.choice(sorted(signatures))
            return draft.tensor(name, [draft.leg(space) for space in signatures[name]], conj=rng.random() < 0.2)
        case "delta":
            space = rng.choice(["a", "b", "c", "ab"])
            return draft.delta([draft.leg(space) for _ in range(rng.randint(1, 4))])
        case "group":
            parts = rng.choice([["a", "b"], ["b", "a"], ["c", "a", "b"], ["ab"], ["b", "c", "a"]])
            return draft.group(draft.leg("ab"), [draft.leg(space) for space in parts])
        case "levi_civita":
            return draft.fixed("levi_civita", [draft.leg("a"), draft.leg("a")])
        case _:
            return draft.fixed("one_hot", [draft.leg("a"), draft.leg("b")], name="ids")


def _wire_up(draft: Draft, rng: random.Random, legs: list[Leg]) -> dict[Id, int]:
    """Join random pairs of legs in one space, leaving few enough open; the index number of every leg."""
    index = {leg.id: number for number, leg in enumerate(legs)}
    for space in sorted({leg.space for leg in legs}):
        free = [leg for leg in legs if leg.space == space]
        rng.shuffle(free)
        keep = rng.randint(0, 2)
        while len(free) > keep + 1:
            one, other = free.pop(), free.pop()
            draft.wire(one, other)
            index[other.id] = index[one.id]
    return index


def _arrays(nodes: list[Node], seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    sizes = {"a": 2, "b": 3, "c": 1}
    found: dict[str, np.ndarray] = {}
    for node in nodes:
        name = getattr(node, "name", "")
        if name == "ids":
            found[name] = rng.integers(0, sizes["b"], size=sizes["a"])
        elif name and name not in found:
            shape = [SIZES[_space(leg)] for leg in node_legs(node)]
            found[name] = rng.normal(size=shape) + 1j * rng.normal(size=shape)
    return found


_SPACES = {f"s{number}": name for number, name in enumerate(SIZES, start=1)}


def _space(leg: Leg) -> str:
    return _SPACES[leg.space]


def _explicit(diagram: Diagram, node: Node, arrays: dict[str, np.ndarray]) -> np.ndarray:
    shape = [diagram.content.spaces[leg.space].size for leg in node_legs(node)]
    match type(node).__name__:
        case "Tensor":
            return arrays[node.name].conj() if node.conj else arrays[node.name]  # type: ignore[union-attr]
        case "Delta":
            array = np.zeros(shape)
            array[tuple([np.arange(shape[0])] * len(shape))] = 1
            return array
        case "Group":
            return np.eye(shape[0]).reshape(shape)
        case _ if node.kind == "levi_civita":  # type: ignore[union-attr]
            return np.array([[0.0, 1.0], [-1.0, 0.0]])
        case _:
            return np.eye(shape[-1])[arrays["ids"]]
