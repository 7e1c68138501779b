"""Fixed tensors in an einsum, said by re-indexing instead of multiplying arrays.

`reindex` rewrites one einsum whose operands may be deltas, groupings and one-hots into statements without them, in this
order: deltas merge indices; a grouping splits its leg on every operand that carries it, or merges its parts on the one
that carries them; a one-hot gathers rows; scalars become a factor. What is left over at the result is a `Spread` (new or
repeated indices), a `Scale` (an index that only deltas carried is the factor of its size) and a `Reshape`. Where no rule
fits, the fixed array stays an operand: correct, only slower.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import prod

from tensordraw.program.naming import index_name
from tensordraw.program.statements import (
    Axis,
    Constant,
    Einsum,
    Fixed,
    Gather,
    Index,
    Name,
    Operand,
    Reshape,
    Scale,
    Spread,
    Statement,
    Type,
)

Definitions = Mapping[Name, Statement]


class Reindexing:
    """The state of rewriting one einsum: operands that remain, output, sizes, statements made so far."""

    def __init__(
        self, einsum: Einsum, types: dict[Name, Type], defined: Definitions, new: Callable[[str], Name]
    ) -> None:
        self.einsum, self.types, self.defined, self.new = einsum, types, defined, new
        self.operands = list(einsum.operands)
        self.output = list(einsum.output)
        self.sizes: dict[Index, int] = {}
        for operand in einsum.operands:
            self.sizes.update(zip(operand.indices, types[operand.value].shape, strict=True))
        # Indices that are not yet accounted for: at the end, one that nothing carries is a free sum over its size.
        self.live = set(self.sizes)
        # What each index was called before deltas merged it, in the order in which it appeared.
        self.members: dict[Index, list[Index]] = {index: [index] for index in self.sizes}
        self.made: list[Statement] = []
        self.factors: list[tuple[float, str]] = []
        # Result axes that are merged at the end: a position in `einsum.output` to the parts in its place.
        self.merged: list[list[Index]] = [[index] for index in self.output]

    def run(self) -> list[Statement]:
        """The statements that replace the einsum; the last one defines its value."""
        self._deltas()
        self._groups()
        self._deltas()  # two groupings of the same sizes leave equal parts
        self._one_hots()
        self._scalars()
        last = self._finish()
        return [*self.made, *last]

    # ------------------------------------------------------------------------------------------------------- tools

    def _fixed(self, operand: Operand) -> Fixed | None:
        statement = self.defined.get(operand.value)
        return statement if isinstance(statement, Fixed) else None

    def _kind(self, operand: Operand) -> str:
        fixed = self._fixed(operand)
        return fixed.kind if fixed is not None else ""

    def _substitute(self, names: dict[Index, Index]) -> None:
        self.operands = [Operand(o.value, tuple(names.get(i, i) for i in o.indices)) for o in self.operands]
        self.merged = [[names.get(i, i) for i in parts] for parts in self.merged]
        self.live = {names.get(i, i) for i in self.live}
        for old, new in names.items():
            if old != new:
                self.members[new] = [*self.members.get(new, ()), *self.members.pop(old, ())]

    def _carriers(self, index: Index, but: Operand) -> list[Operand]:
        return [operand for operand in self.operands if operand is not but and index in operand.indices]

    def _in_output(self, index: Index) -> bool:
        return any(index in parts for parts in self.merged)

    def _make(self, statement: Statement) -> Name:
        self.made.append(statement)
        self.types[statement.out] = statement.type
        return statement.out

    # ------------------------------------------------------------------------------------------------------ deltas

    def _deltas(self) -> None:
        leader: dict[Index, Index] = {index: index for index in self.sizes}

        def find(index: Index) -> Index:
            while leader[index] != index:
                leader[index] = leader[leader[index]]
                index = leader[index]
            return index

        rest = []
        for operand in self.operands:
            if self._kind(operand) != "delta":
                rest.append(operand)
                continue
            first = operand.indices[0]
            for index in operand.indices[1:]:
                a, b = find(first), find(index)
                # A name that was drawn as a label is kept before one that only says the space.
                leader[max(a, b, key=_plainness)] = min(a, b, key=_plainness)
        if len(rest) < len(self.operands):
            self.operands = rest
            self._substitute({index: find(index) for index in leader})

    # --------------------------------------------------------------------------------------------------- groupings

    def _groups(self) -> None:
        self._undone()
        # Every round removes a grouping or makes one an ordinary operand, so this ends.
        kept: list[Operand] = []
        while groups := [o for o in self.operands if self._kind(o) == "group" and o not in kept]:
            group = min(groups, key=lambda g: self._rank(g, groups))
            self._remove(group)
            whole, parts = group.indices[0], group.indices[1:]
            carriers = self._carriers(whole, group)
            rivals = [o for o in carriers if o in groups]
            if not rivals and whole not in parts:
                self._split(whole, parts, carriers)
            elif self._can_merge(group):
                self._merge(group)
            elif (
                rivals
                and len(set(parts)) == len(parts)
                and rivals[0].indices[0] == whole
                and self._same(group, rivals[0])
            ):
                self._remove(rivals[0])
                self._split(whole, parts, self._carriers(whole, group))
                self._unify(parts, rivals[0].indices[1:])
            else:
                self.operands.append(group)
                kept.append(group)

    def _undone(self) -> None:
        """Take away groupings of the same sizes that only meet each other: what one joins the other splits again."""
        while (pair := next(self._inverse_pairs(), None)) is not None:
            group, other = pair
            self._remove(group)
            self._remove(other)
            self.live.discard(group.indices[0])
            self._unify(group.indices[1:], other.indices[1:])

    def _inverse_pairs(self) -> Iterator[tuple[Operand, Operand]]:
        for group in [o for o in self.operands if self._kind(o) == "group"]:
            whole = group.indices[0]
            if self._in_output(whole) or group.indices.count(whole) > 1:
                continue
            match self._carriers(whole, group):
                case [Operand(indices=[first, *parts]) as other] if first == whole and whole not in parts:
                    if self._kind(other) == "group" and self._same(group, other):
                        yield group, other
                case _:
                    pass

    def _rank(self, group: Operand, groups: list[Operand]) -> int:
        """Groupings whose parts can be merged on one operand first, where another grouping splits the whole again."""
        rivals = [o for o in self._carriers(group.indices[0], group) if o in groups]
        return 0 if rivals and self._can_merge(group) else 1 if not rivals else 2

    def _same(self, one: Operand, other: Operand) -> bool:
        return [self.sizes[i] for i in one.indices[1:]] == [self.sizes[i] for i in other.indices[1:]]

    def _unify(self, parts: tuple[Index, ...], others: tuple[Index, ...]) -> None:
        for part, other in zip(parts, others, strict=True):
            if part != other:
                self._substitute({other: part})

    def _remove(self, operand: Operand) -> None:
        self.operands = [o for o in self.operands if o is not operand]

    def _split(self, whole: Index, parts: tuple[Index, ...], carriers: list[Operand]) -> None:
        """Replace the whole by its parts on every operand and in the output."""
        for carrier in carriers:
            while whole in carrier.indices:
                carrier = self._split_axis(carrier, carrier.indices.index(whole), parts)
        self.merged = [[p for i in group for p in (parts if i == whole else (i,))] for group in self.merged]
        self.live.discard(whole)

    def _split_axis(self, operand: Operand, position: int, parts: tuple[Index, ...]) -> Operand:
        old = self.types[operand.value]
        axes = [Axis(index_name(part), self.sizes[part]) for part in parts]
        shape = Type((*old.axes[:position], *axes, *old.axes[position + 1 :]), old.integer)
        pattern: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
            ((p,), (p if p < position else p + len(parts) - 1,)) for p in range(len(old.axes))
        ]
        pattern[position] = ((position,), tuple(range(position, position + len(parts))))
        value = self._make(Reshape(self.new(f"{operand.value}_split"), operand.value, tuple(pattern), shape))
        split = Operand(value, (*operand.indices[:position], *parts, *operand.indices[position + 1 :]))
        self.operands = [split if o is operand else o for o in self.operands]
        return split

    def _can_merge(self, group: Operand) -> bool:
        """Whether the parts stand once each, on operands that are arrays, and nowhere else."""
        parts = group.indices[1:]
        if len(set(parts)) < len(parts) or any(self._in_output(part) for part in parts):
            return False
        carriers = [self._carriers(part, group) for part in parts]
        return all(
            len(c) == 1 and not self._kind(c[0]) and c[0].indices.count(p) == 1
            for c, p in zip(carriers, parts, strict=True)
        )

    def _merge(self, group: Operand) -> None:
        """Contract the operands that carry the parts, and merge the parts on the result into the whole."""
        whole, parts = group.indices[0], group.indices[1:]
        members = [o for o in self.operands if set(o.indices) & set(parts)]
        others = [o for o in self.operands if o not in members]
        needed = {whole} | {i for o in others for i in o.indices} | {i for group in self.merged for i in group}
        free = dict.fromkeys(i for o in members for i in o.indices if i in needed and i not in parts)
        order = (*free, *parts)
        value = members[0].value
        if len(members) > 1 or members[0].indices != order:
            shape = Type(tuple(Axis(index_name(i), self.sizes[i]) for i in order))
            value = self._make(Einsum(self.new("product"), tuple(members), order, shape))
        axes = [*(Axis(index_name(i), self.sizes[i]) for i in free), Axis(index_name(whole), self.sizes[whole])]
        pattern = [((n,), (n,)) for n in range(len(free))]
        last = (tuple(range(len(free), len(order))), (len(free),))
        statement = Reshape(self.new(f"{value}_flat"), value, (*pattern, last), Type(tuple(axes)))
        # What the members share with nothing else is added over in their product.
        self.live -= {i for o in members for i in o.indices if i not in free} | set(parts)
        at = min(self.operands.index(member) for member in members)
        remaining = [o for o in self.operands if o not in members]
        self.operands = [*remaining[:at], Operand(self._make(statement), (*free, whole)), *remaining[at:]]

    # ---------------------------------------------------------------------------------------------------- one-hots

    def _one_hots(self) -> None:
        for operand in list(self.operands):
            fixed = self._fixed(operand)
            if operand not in self.operands or fixed is None or fixed.kind != "one_hot" or fixed.ids is None:
                continue
            *positions, row = operand.indices
            carriers = self._carriers(row, operand)
            simple = all(carrier.indices.count(row) == 1 for carrier in carriers)
            if row in positions or self._in_output(row) or not simple:
                continue
            self._remove(operand)
            self.live.discard(row)
            for carrier in carriers:
                self._gather(carrier, row, tuple(positions), fixed.ids)

    def _gather(self, table: Operand, row: Index, positions: tuple[Index, ...], ids: Name) -> None:
        axis = table.indices.index(row)
        old = self.types[table.value].axes
        shape = Type((*old[:axis], *(Axis(index_name(p), self.sizes[p]) for p in positions), *old[axis + 1 :]))
        value = self._make(Gather(self.new(f"{table.value}_rows"), table.value, axis, ids, shape))
        rows = Operand(value, (*table.indices[:axis], *positions, *table.indices[axis + 1 :]))
        self.operands = [rows if o is table else o for o in self.operands]

    # -------------------------------------------------------------------------------------------- scalars, the end

    def _scalars(self) -> None:
        rest = []
        for operand in self.operands:
            constant = self.defined.get(operand.value)
            if isinstance(constant, Constant):
                self.factors.append((constant.value, constant.expression))
            else:
                rest.append(operand)
        self.operands = rest

    def _finish(self) -> list[Statement]:
        wanted = [index for parts in self.merged for index in parts]
        carried = dict.fromkeys(i for operand in self.operands for i in operand.indices)
        for index in sorted(self.live - {*carried, *wanted}):
            self.factors.append((float(self.sizes[index]), f"{self.sizes[index]}"))
        core = tuple(i for i in dict.fromkeys(wanted) if i in carried)
        if not self.operands and len(set(wanted)) > 1 and all(wanted.count(index) == 2 for index in wanted):
            wanted = self._identities(wanted)
            core = tuple(wanted)
        steps: list[
            tuple[str, Callable[[Name, Name], Statement]]
        ] = []  # what to call the value so far; the next by names
        if self.operands or not self.factors:
            shape = self._type(core)
            operands = tuple(self.operands)
            steps.append(("", lambda out, _: Einsum(out, operands, core, shape)))
        if self.factors:
            factor = prod(value for value, _ in self.factors)
            text = " * ".join(
                t if len(self.factors) == 1 else f"({t})" if set(t) & set("+-/ ") else t for _, t in self.factors
            )
            if steps:
                shape = self._type(core)
                steps.append(("unscaled", lambda out, value: Scale(out, value, factor, text, shape)))
            else:
                steps.append(("", lambda out, _: Constant(out, text, factor)))
        if tuple(wanted) != core:
            whole = all(len(parts) == 1 for parts in self.merged)
            spread = self.einsum.type if whole else self._type(tuple(wanted))  # its axes are called as they were drawn
            steps.append(("entries", lambda out, value: Spread(out, value, core, tuple(wanted), spread)))
        if any(len(parts) != 1 for parts in self.merged):
            starts = [sum(len(p) for p in self.merged[:n]) for n in range(len(self.merged))]
            pattern = tuple(
                (tuple(range(start, start + len(parts))), (n,))
                for n, (start, parts) in enumerate(zip(starts, self.merged, strict=True))
            )
            steps.append(("split", lambda out, value: Reshape(out, value, pattern, self.einsum.type)))
        statements: list[Statement] = []
        value = ""
        afterwards = [*(called for called, _ in steps[1:]), ""]
        for (_, step), called in zip(steps, afterwards, strict=True):
            out = self.new(f"{self.einsum.out}_{called}") if called else self.einsum.out
            statements.append(step(out, value))
            value = out
        return statements

    def _identities(self, wanted: Sequence[Index]) -> list[Index]:
        """Make an identity of each index that stands twice in the result; what its two ends are called there."""
        rank = {index: n for n, index in enumerate(self.sizes)}
        ends: dict[Index, list[Index]] = {}
        for index in dict.fromkeys(wanted):
            names = sorted(self.members.get(index, ()), key=lambda i: ("@@" in i, rank[i]))
            ends[index] = names[:2] if len(names) > 1 else [index, f"{index} again"]
            self.sizes.update(dict.fromkeys(ends[index], self.sizes[index]))
            shape = self._type(ends[index])
            self.operands.append(Operand(self._make(Fixed(self.new("identity"), "delta", shape)), tuple(ends[index])))
        seen: dict[Index, int] = {}
        out = []
        for index in wanted:
            out.append(ends[index][seen.setdefault(index, 0)])
            seen[index] += 1
        return out

    def _type(self, indices: Sequence[Index]) -> Type:
        return Type(tuple(Axis(index_name(i), self.sizes[i]) for i in indices))


def _plainness(index: Index) -> tuple[bool, str]:
    return "@@" in index, index
