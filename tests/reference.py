"""What a diagram means, worked out the slow way: the rules of NOTATION section 2 followed word by word.

It knows nothing of the compiler. Every sum index and every turn of a repeat is a Python loop with an environment
(region to the value of its index), every fixed tensor is a dense array, and every operand and every scope's product is
one `numpy.einsum` over numbered indices. Only right drawings are understood; small sizes, please.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, assert_never

import numpy as np

from tensordraw.diagram.records import (
    ROOT,
    Add,
    Block,
    Bubble,
    Content,
    Copy,
    Delta,
    Fixed,
    Group,
    Id,
    Leg,
    Node,
    Paste,
    Repeat,
    ScopeRegion,
    Sum,
    Tensor,
    Term,
    node_legs,
)

Array: TypeAlias = np.ndarray
Environment: TypeAlias = dict[Id, int]


def meaning(content: Content, arrays: dict[str, Array]) -> Array:
    """The diagram's value, axes in the order of `open_order`, which has to list all open legs."""
    reader = _Reader(content, arrays)
    ends, value = reader.content_of(ROOT, {})
    wanted = [end for end in content.open_order if end in ends]
    assert len(wanted) == len(ends)
    return value.transpose([ends.index(end) for end in wanted])


def sides(content: Content, arrays: dict[str, Array]) -> list[Array]:
    """The value of each side of the equations, axes in the order that `open_order` gives to the first term's legs.

    Where it says nothing (after a comma), in the order of the ids' numbers.
    """
    reader = _Reader(content, arrays)
    labels = {leg.id: leg.label for node in content.nodes.values() for leg in node_legs(node)}
    for region in content.regions.values():
        labels |= {p.outer_out.id: p.outer_out.label for p in region.ports} if isinstance(region, Repeat) else {}
    found: list[Array] = []
    order: list[str] | None = None
    for equation in sorted(content.equations.values(), key=lambda equation: int(equation.id[1:])):
        for number, part in enumerate(equation.parts):
            value = reader.child(reader.region(part.term), ROOT, {})
            ends = reader.crossing(part.term)
            if number == 0 or part.sign == ",":
                ranked = [end for end in content.open_order if end in ends]
                ranked += sorted(set(ends) - set(ranked), key=lambda end: int(end[1:]))
                order = [labels[end] for end in ranked]
            assert order is not None
            value = value.transpose([[labels[end] for end in ends].index(label) for label in order])
            value = reader.number(part.coefficient) * (-value if part.sign == "-" else value)
            if number and part.sign in ("+", "-"):
                found[-1] = found[-1] + value
            else:
                found.append(value)
    return found


class _Reader:
    """Structure looked up on demand (small diagrams), values remembered by owner and environment."""

    def __init__(self, content: Content, arrays: dict[str, Array]) -> None:
        self.content, self.arrays = content, arrays
        self.sizes = {space.name: space.size for space in content.spaces.values()}
        self.home: dict[Id, Id] = {}  # leg end -> the scope that it lies in
        for node in content.nodes.values():
            self.home.update((leg.id, self.scope(node.inside)) for leg in node_legs(node))
        for region in content.regions.values():
            for port in region.ports if isinstance(region, Repeat) else ():
                outside = self.scope(region.inside)
                self.home |= {port.outer_in.id: outside, port.outer_out.id: outside}
                self.home |= {port.inner_in.id: region.id, port.inner_out.id: region.id}
        self.across: dict[Id, tuple[Id, Id]] = {}  # leg end -> the other end of its wire, the scope that contracts it
        for wire in content.wires.values():
            one, other = wire.ends
            common = [scope for scope in self.around(self.home[one]) if scope in self.around(self.home[other])]
            where = common[0] if wire.inside is None else self.scope(wire.inside)
            assert where in common
            self.across |= {one: (other, where), other: (one, where)}
        self.values: dict[tuple[Id, Id, tuple[int, ...]], Array] = {}
        self.states: dict[tuple[Id, tuple[int, ...]], Array] = {}

    # -------------------------------------------------------------------------------------------------- structure

    def scope(self, region: Id) -> Id:
        """The region itself, or what it belongs to where it is a block: blocks are transparent."""
        while region != ROOT and isinstance(block := self.content.regions[region], Block):
            region = block.inside
        return region

    def region(self, scope: Id) -> ScopeRegion:
        region = self.content.regions[scope]
        assert not isinstance(region, Block)
        return region

    def around(self, scope: Id) -> list[Id]:
        """The scope and all around it, innermost first."""
        chain = [scope]
        while chain[-1] != ROOT:
            chain.append(self.scope(self.region(chain[-1]).inside))
        return chain

    def turn(self, scope: Id, environment: Environment) -> tuple[int, ...]:
        """Values of the indices that hold in the scope, outermost last."""
        binders = [s for s in self.around(scope) if s != ROOT and isinstance(self.region(s), Sum | Repeat)]
        return tuple(environment[binder] for binder in binders)

    def owners(self, scope: Id) -> list[Id]:
        """All that counts as a tensor in the scope: a copy does if its value goes on."""
        nodes = self.content.nodes
        return [m for m in self.members(scope) if not isinstance(copy := nodes.get(m), Copy) or copy.out]

    def members(self, scope: Id) -> list[Id]:
        """All that is directly in the scope. A repeat is a member outside, by its result, and inside, by its state."""
        items = [*self.content.nodes.values(), *self.content.regions.values()]
        here = [i.id for i in items if not isinstance(i, Block) and self.scope(i.inside) == scope]
        return here if scope == ROOT or not isinstance(self.region(scope), Repeat) else [*here, scope]

    def legs(self, owner: Id, scope: Id) -> Sequence[Leg]:
        """Legs of a node or a repeat as a tensor of the scope: the result legs of an operation."""
        match self.content.nodes.get(owner):
            case Copy(out=out) | Add(out=out):
                return out
            case None:
                region = self.region(owner)
                assert isinstance(region, Repeat)
                return [port.inner_in if owner == scope else port.outer_out for port in region.ports]
            case node:
                return list(node_legs(node))

    def ends(self, owner: Id, scope: Id) -> list[Id]:
        """Leg ends of an owner as a tensor of the scope; a leg with an index is no end."""
        if owner in self.content.nodes or isinstance(self.region(owner), Repeat):
            return [leg.id for leg in self.legs(owner, scope) if leg.index is None]
        region = self.region(owner)
        consumed = region.axes if isinstance(region, Bubble) and region.function in REDUCING else ()
        return [end for end in self.crossing(owner) if end not in consumed]

    def crossing(self, scope: Id) -> list[Id]:
        """Ends that reach the scope's border from inside: open ones, and those wired together farther out."""
        all_ends = itertools.chain.from_iterable(self.ends(owner, scope) for owner in self.owners(scope))
        return [end for end in all_ends if end not in self.across or self.across[end][1] != scope]

    def operands(self, scope: Id) -> list[Sequence[Leg] | Id]:
        """What the operations of the scope consume: for each operand its legs, or the term without legs."""
        found: list[Sequence[Leg] | Id] = []
        for owner in self.members(scope):
            match self.content.nodes.get(owner):
                case Copy(into=into, of=of):
                    found.append(of or into)
                case Add(operands=operands):
                    found += [operand.of or operand.legs for operand in operands]
                case None if isinstance(repeat := self.region(owner), Repeat):
                    ports = repeat.ports
                    found.append([port.inner_out if owner == scope else port.outer_in for port in ports])
        return found

    def pieces(self, scope: Id, start: Iterable[Id]) -> set[Id]:
        """Owners reached from those at the start by wires of the scope, not passing through an operation."""
        owner_of = {end: owner for owner in self.owners(scope) for end in self.ends(owner, scope)}
        found, queue = set(start), list(start)
        while queue:
            for end in self.ends(queue.pop(), scope):
                other, where = self.across.get(end, (end, ROOT))
                if where == scope and other in owner_of and owner_of[other] not in found:
                    found.add(owner_of[other])
                    queue.append(owner_of[other])
        return found

    def hanging(self, scope: Id, operand: Sequence[Leg] | Id) -> set[Id]:
        """The whole pieces that an operand consumes."""
        if isinstance(operand, Id):
            return {operand}
        owner_of = {end: owner for owner in self.owners(scope) for end in self.ends(owner, scope)}
        return self.pieces(scope, {owner_of[self.across[leg.id][0]] for leg in operand})

    # ----------------------------------------------------------------------------------------------------- values

    def content_of(self, scope: Id, environment: Environment) -> tuple[list[Id], Array]:
        """The product of all pieces that no operation consumes, with an axis for each end that crosses the border."""
        consumed = [owner for operand in self.operands(scope) for owner in self.hanging(scope, operand)]
        assert len(consumed) == len(set(consumed)), "used twice"
        rest = [owner for owner in self.owners(scope) if owner not in consumed]
        ends = self.crossing(scope)
        return ends, self.contract(scope, rest, ends, environment)

    def operand(self, scope: Id, legs: Sequence[Leg] | Id, environment: Environment) -> Array:
        """The value of an operand, an axis a leg."""
        ends = [] if isinstance(legs, Id) else [self.across[leg.id][0] for leg in legs]
        return self.contract(scope, self.hanging(scope, legs), ends, environment)

    def contract(self, scope: Id, owners: Iterable[Id], result: Sequence[Id], environment: Environment) -> Array:
        """One einsum of the owners' values; the ends of a wire that the scope contracts share an index."""
        number: dict[Id, int] = {}
        arguments: list[object] = []
        for owner in owners:
            ends = self.ends(owner, scope)
            for end in ends:
                other, where = self.across.get(end, (end, ROOT))
                number[end] = number[other] if where == scope and other in number else len(number)
            arguments += [self.value(owner, scope, environment), [number[end] for end in ends]]
        if not arguments:
            return np.ones(())
        return np.einsum(*arguments, [number[end] for end in result], optimize="greedy")  # type: ignore[call-overload]

    def value(self, owner: Id, scope: Id, environment: Environment) -> Array:
        """The value of a tensor of the scope, an axis for each of its `ends`."""
        key = (owner, scope, self.turn(scope, environment))
        if key not in self.values:
            if owner in self.content.nodes:
                value = self.node(self.content.nodes[owner], scope, environment)
                value = self.slice(value, self.legs(owner, scope), environment)
            elif owner == scope:
                value = self.states[owner, self.turn(owner, environment)]
            else:
                value = self.child(self.region(owner), scope, environment)
            assert value.ndim == len(self.ends(owner, scope))
            self.values[key] = value
        return self.values[key]

    def slice(self, value: Array, legs: Sequence[Leg], environment: Environment) -> Array:
        """The value at the indices of its legs that have one: a number, or the turn of a sum or repeat."""
        at = (environment[leg.index] if isinstance(leg.index, str) else leg.index for leg in legs)
        return value[tuple(slice(None) if index is None else index for index in at)]

    def node(self, node: Node, scope: Id, environment: Environment) -> Array:
        """The value of a node, an axis a leg; of an operation its result."""
        match node:
            case Tensor():
                return self.arrays[node.name].conj() if node.conj else self.arrays[node.name]
            case Delta() | Group() | Fixed():
                return self.fixed(node, [self.content.spaces[leg.space].size for leg in node_legs(node)])
            case Copy():
                return self.operand(scope, node.of or node.into, environment)
            case Paste():
                copy = self.content.nodes[node.copy]
                where = self.scope(copy.inside)
                key = (node.copy, "as pasted", self.turn(where, environment))
                if key not in self.values:
                    self.values[key] = self.node(copy, where, environment)
                return self.values[key]
            case Add():
                terms = [
                    self.number(operand.coefficient) * self.operand(scope, operand.of or operand.legs, environment)
                    for operand in node.operands
                ]
                assert len({term.shape for term in terms}) == 1
                return sum(terms[1:], start=terms[0])
            case _:
                assert_never(node)

    def child(self, region: ScopeRegion, scope: Id, environment: Environment) -> Array:
        """The value of a region in the scope, with an axis for each end that crosses the region's border."""
        match region:
            case Term():
                return self.content_of(region.id, environment)[1]
            case Bubble():
                ends, value = self.content_of(region.id, environment)
                axes = [ends.index(axis) for axis in region.axes]
                if region.function == "expression":
                    return EXPRESSIONS[region.expression](value)
                return FUNCTIONS[region.function](value, *axes, **region.params)
            case Sum():
                turns = range(self.content.spaces[region.space].size)
                return sum(self.content_of(region.id, {**environment, region.id: turn})[1] for turn in turns)  # type: ignore[return-value]
            case Repeat():
                state = self.operand(scope, [port.outer_in for port in region.ports], environment)
                for turn in range(self.content.spaces[region.space].size):
                    inner = {**environment, region.id: turn}
                    self.states[region.id, self.turn(region.id, inner)] = state
                    ends, scale = self.content_of(region.id, inner)
                    assert not ends
                    state = scale * self.operand(region.id, [port.inner_out for port in region.ports], inner)
                return state
            case _:
                assert_never(region)

    def fixed(self, node: Delta | Group | Fixed, shape: list[int]) -> Array:
        """The dense array of a tensor whose entries are given by its kind."""
        entries: Callable[..., float]
        match node:
            case Delta():
                entries = lambda *at: len(set(at)) == 1  # noqa: E731
            case Group():
                entries = lambda whole, *parts: whole == np.ravel_multi_index(parts, shape[1:])  # noqa: E731
            case Fixed(kind="constant"):
                return np.array(self.number(node.expression))
            case Fixed(kind="metric"):
                return self.arrays[node.name]
            case Fixed(kind="inverse_metric"):
                return np.linalg.inv(self.arrays[node.name])
            case Fixed(kind="one_hot"):
                entries = lambda *at: self.arrays[node.name][at[:-1]] == at[-1]  # noqa: E731
            case Fixed(kind="causal_mask"):
                entries = lambda query, key: key <= query  # noqa: E731
            case Fixed(kind="shift"):
                entries = lambda row, column: row == column + node.offset  # noqa: E731
            case Fixed(kind="levi_civita"):
                entries = lambda *at: math.prod(np.sign(b - a) for a, b in itertools.combinations(at, 2))  # noqa: E731
            case _:
                raise AssertionError(node)
        value = np.zeros(shape)
        for at in itertools.product(*map(range, shape)):
            value[at] = entries(*at)
        return value

    def number(self, expression: str) -> float:
        """A number given by an expression in the sizes of spaces."""
        return float(eval(expression, {"sqrt": math.sqrt, **self.sizes}))


# ------------------------------------------------------------------------------------------------ functions of bubbles


def _softmax(x: Array, axis: int) -> Array:
    e = np.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


def _triangle(x: Array, row: int, column: int, first: int, other: float) -> Array:
    """`other` where the column comes after the row by `first` or more."""
    rows, columns = (
        np.arange(x.shape[axis]).reshape([-1 if d == axis else 1 for d in range(x.ndim)]) for axis in (row, column)
    )
    return np.where(columns - rows >= first, other, x)


def _on_matrix(f: Callable[[Array], Array], x: Array, row: int, column: int) -> Array:
    y = f(np.moveaxis(x, (row, column), (-2, -1)))
    return y if y.ndim < x.ndim else np.moveaxis(y, (-2, -1), (row, column))


FUNCTIONS: dict[str, Callable[..., Array]] = {
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: (1 + np.tanh(x / 2)) / 2,
    "silu": lambda x: x * (1 + np.tanh(x / 2)) / 2,
    "square": lambda x: x * x,
    "abs": np.abs,
    "softplus": lambda x: np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))),
    "power": lambda x, p: x**p,
    "softmax": _softmax,
    "normalise": lambda x, d, eps=1e-5: (x - x.mean(d, keepdims=True)) / np.sqrt(x.var(d, keepdims=True) + eps),
    "rms_norm": lambda x, d, eps=1e-5: x / np.sqrt((x * x).mean(d, keepdims=True) + eps),
    "cumulative_sum": lambda x, d: np.cumsum(x, d),
    "max": lambda x, d: x.max(d),
    "mean": lambda x, d: x.mean(d),
    "causal_mask": lambda x, q, k: _triangle(x, q, k, 1, -np.inf),
    "lower": lambda x, r, c: _triangle(x, r, c, 1, 0.0),
    "strictly_lower": lambda x, r, c: _triangle(x, r, c, 0, 0.0),
    "inverse": lambda x, r, c: _on_matrix(np.linalg.inv, x, r, c),
    "determinant": lambda x, r, c: _on_matrix(np.linalg.det, x, r, c),
    "transpose": lambda x, r, c: np.swapaxes(x, r, c),
}
REDUCING = {"max", "mean", "determinant"}
EXPRESSIONS: dict[str, Callable[[Array], Array]] = {
    "x**2 - 1/(1 + x**2)": lambda x: x * x - 1 / (1 + x * x),
    "max(x, 0) + exp(-x**2)/2": lambda x: np.maximum(x, 0) + np.exp(-(x * x)) / 2,
}
