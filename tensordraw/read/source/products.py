"""Sums of products: einsum in its spellings, `@`, dot, outer, tensordot, kron, trace and their like.

Each is one einsum whose indices carry the names of the axes. Labels are anything hashable: equal labels are one index.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace

from tensordraw.errors import Error
from tensordraw.read.source.arith import operate
from tensordraw.read.source.axes import thin
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.shapes import permute
from tensordraw.read.source.values import Array, Ax, Dots, Free, Refusal, Seq, Text, Value
from tensordraw.read.spec import ELLIPSIS, Axis, Spec, expand, parse, sublists

Labels = Sequence[Hashable]


def contract(m: Machine, operands: Sequence[tuple[Array, Labels]], output: Labels, thought: str = "product") -> Array:
    """The product of the arrays, added over the labels that the output lacks."""
    indices: dict[Hashable, str] = {}
    for array, labels in operands:
        for axis, label in zip(array.axes, labels, strict=True):
            if label not in indices or (indices[label].startswith("@") and axis.name):
                indices[label] = m.tape.index(axis)
    given = [(array, [indices[label] for label in labels]) for array, labels in operands]
    return m.tape.einsum(given, [indices[label] for label in output], thought=thought)


def matmul(m: Machine, left: Value, right: Value) -> Array:
    """`left @ right`: of vectors their dot product, of more axes a stack of matrix products."""
    a, b = m.array(left, least=1), m.array(right, least=1)
    labels = [["k"] if a.rank == 1 else ["i", "k"], ["k"] if b.rank == 1 else ["k", "j"]]
    arrays = [a, b]
    batch: list[Hashable] = []
    for at in range(max(a.rank, b.rank) - 2):
        present = [n for n, array in enumerate(arrays) if _batch(array) > at]
        place = {n: _batch(arrays[n]) - 1 - at for n in present}
        wide = [n for n in present if not m.tape.one(arrays[n].axes[place[n]].dim)] or present
        batch.insert(0, f"batch {at}")
        for n in present:
            labels[n].insert(0, f"batch {at}" if n in wide else "")
    for n, array in enumerate(arrays):
        drop = [k for k, label in enumerate(labels[n]) if not label]
        arrays[n] = thin(m, array, drop)
    kept = [[label for label in each if label] for each in labels]
    output = [*batch, *(["i"] if a.rank > 1 else []), *(["j"] if b.rank > 1 else [])]
    made = contract(m, list(zip(arrays, kept, strict=True)), output)
    lineage = a.lineage if a.lineage is not None else b.lineage
    return replace(made, lineage=lineage)


def _batch(array: Array) -> int:
    return max(0, array.rank - 2)


def dot(m: Machine, left: Value, right: Value) -> Value:
    """`np.dot`: over the last axis of the first and the last but one of the second."""
    a, b = m.array(left), m.array(right)
    if not a.rank or not b.rank:
        return operate(m, "*", a, b)
    last = max(0, b.rank - 2)
    first, second = [f"a{k}" for k in range(a.rank)], [f"b{k}" for k in range(b.rank)]
    second[last] = first[-1]
    made = contract(m, [(a, first), (b, second)], [*first[:-1], *(x for k, x in enumerate(second) if k != last)])
    return replace(made, lineage=a.lineage or b.lineage)


def inner(m: Machine, left: Value, right: Value) -> Array:
    """`np.inner`: over the last axes of both."""
    a, b = m.array(left, least=1), m.array(right, least=1)
    first, second = [f"a{k}" for k in range(a.rank)], [f"b{k}" for k in range(b.rank)]
    second[-1] = first[-1]
    made = contract(m, [(a, first), (b, second)], [*first[:-1], *second[:-1]])
    return replace(made, lineage=a.lineage or b.lineage)


def vdot(m: Machine, left: Value, right: Value) -> Array:
    """The sum of all entries of conj(left) times right."""
    a, b = m.array(left), m.array(right)
    a, b = m.array(a, rank=max(a.rank, b.rank)), m.array(b, rank=max(a.rank, b.rank))
    labels = list(range(a.rank))
    return contract(m, [(m.tape.conj(a), labels), (b, labels)], [])


def outer(m: Machine, left: Value, right: Value) -> Array:
    """All products of an entry of one vector with one of the other."""
    return contract(m, [(m.array(left, rank=1), ["i"]), (m.array(right, rank=1), ["j"])], ["i", "j"])


def chain(m: Machine, items: Sequence[Value]) -> Array:
    """The product of a chain of matrices, whose ends may be vectors, as one einsum."""
    arrays = [m.array(item, least=1) for item in items]
    if len(arrays) < 2:
        raise Refusal("a chain of matrices has two or more")
    labels: list[list[Hashable]] = []
    for n, array in enumerate(arrays):
        if array.rank > 2 or (array.rank == 1 and 0 < n < len(arrays) - 1):
            array = arrays[n] = m.array(array, rank=2)
        labels.append([n, n + 1] if array.rank == 2 else [n + 1] if n == 0 else [n])
    output = [*([0] if arrays[0].rank == 2 else []), *([len(arrays)] if arrays[-1].rank == 2 else [])]
    return contract(m, list(zip(arrays, labels, strict=True)), output)


def tensordot(m: Machine, left: Value, right: Value, axes: Value) -> Array:
    """`tensordot`: over a number of last and first axes, or over the pairs of axes that are listed."""
    if isinstance(axes, Seq) and len(axes.items) == 2:
        one, other = (item.items if isinstance(item, Seq) else (item,) for item in axes.items)
        firsts, seconds = [m.integer(item) for item in one], [m.integer(item) for item in other]
        a = m.array(left, least=max((k + 1 if k >= 0 else -k for k in firsts), default=0))
        b = m.array(right, least=max((k + 1 if k >= 0 else -k for k in seconds), default=0))
    else:
        count = m.integer(axes)
        a, b = m.array(left, least=count), m.array(right, least=count)
        firsts, seconds = list(range(a.rank - count, a.rank)), list(range(count))
    if len(firsts) != len(seconds):
        raise Refusal("tensordot pairs as many axes of one array as of the other")
    one_labels: list[Hashable] = [f"a{k}" for k in range(a.rank)]
    other_labels: list[Hashable] = [f"b{k}" for k in range(b.rank)]
    for p, q in zip(firsts, seconds, strict=True):
        other_labels[q % b.rank] = one_labels[p % a.rank]
    shared = {one_labels[p % a.rank] for p in firsts}
    output = [x for x in [*one_labels, *other_labels] if x not in shared]
    made = contract(m, [(a, one_labels), (b, other_labels)], output)
    return replace(made, lineage=a.lineage or b.lineage)


def kron(m: Machine, left: Value, right: Value) -> Array:
    """The Kronecker product: the outer product with the axes of both merged one by one."""
    a, b = m.array(left), m.array(right)
    if a.rank != b.rank:
        rank = max(a.rank, b.rank)
        a, b = m.array(a, rank=rank), m.array(b, rank=rank)
    labels = [label for k in range(a.rank) for label in (f"a{k}", f"b{k}")]
    made = contract(m, [(a, labels[::2]), (b, labels[1::2])], labels)
    axes = [Ax("", m.tape.dim(m.tape.total((x.dim, y.dim)))) for x, y in zip(a.axes, b.axes, strict=True)]
    return m.tape.reshape(made, [((2 * k, 2 * k + 1), (k,)) for k in range(a.rank)], axes)


def diagonal(m: Machine, value: Value, first: Value, second: Value, summed: bool = False) -> Array:
    """The diagonal of two axes as the last axis, or its sum."""
    array, _ = m.along(m.array(value, least=2), first)
    array, b = m.along(array, second)
    a = m.position(first, array.rank)
    labels: list[Hashable] = [a if k == b else k for k in range(array.rank)]
    rest = [k for k in range(array.rank) if k not in (a, b)]
    return contract(m, [(array, labels)], rest if summed else [*rest, a], "trace" if summed else "diagonal")


def diag(m: Machine, value: Value) -> Array:
    """Of a vector the diagonal matrix, of a matrix its diagonal."""
    array = m.vector(value)
    if array.rank == 2:
        return contract(m, [(array, ["i", "i"])], ["i"], "diagonal")
    made = embed(m, m.array(array, rank=1))
    if array.lineage is None or array.value in m.tape.defined:
        return made
    m.facts.diagonals.add(array.lineage[0])
    return replace(made, lineage=array.lineage)


def embed(m: Machine, array: Array) -> Array:
    """The last axis twice: zero off the diagonal."""
    indices = m.tape.indices(array)
    return m.tape.spread(array, indices, [*indices, indices[-1]], [*array.axes, array.axes[-1]])


# --------------------------------------------------------------------------------------------------------- einsum


def einsum(m: Machine, arguments: Sequence[Value], sizes: Mapping[str, Value], named: bool | None = None) -> Array:
    """einsum with its string first (numpy), last (einops), or with lists of labels."""
    values = list(arguments)
    if values and isinstance(values[0], Text):
        text, operands = values[0].text, values[1:]
        if len(operands) == 1 and isinstance(operands[0], Seq):
            operands = list(operands[0].items)
        spec = _parsed(m, text, operands, named)
    elif values and isinstance(values[-1], Text):
        operands = values[:-1]
        spec = _parsed(m, values[-1].text, operands, True if named is None else named)
    else:
        operands = values[0 : len(values) - len(values) % 2 : 2]
        labels = [_labels(m, each) for each in values[1::2]]
        out = _labels(m, values[-1]) if len(values) % 2 else None
        spec = _errors(lambda: sublists(labels, out))
    return by_spec(m, spec, operands, {name: m.dim(size) for name, size in sizes.items()})


def _labels(m: Machine, value: Value) -> list[object]:
    if not isinstance(value, Seq):
        raise Refusal("einsum is read with a string of indices, or with a list of labels after each array")
    found: list[object] = []
    for item in value.items:
        match item:
            case Text(text):
                found.append(text)
            case Dots():
                found.append(Ellipsis)
            case _:
                found.append(m.integer(item))
    return found


def _parsed(m: Machine, text: str, operands: Sequence[Value], named: bool | None) -> Spec:
    ranks = [item.rank if isinstance(item, Array) else m.facts.ranks.get(item.name) if isinstance(item, Free) else None
             for item in operands]  # fmt: skip
    return _errors(lambda: parse(text, ranks, named))


def _errors(act: Callable[[], Spec]) -> Spec:
    """What reading a spec gives; its errors are refusals."""
    try:
        return act()
    except Error as error:
        raise Refusal(str(error).rstrip(".")) from error


def by_spec(m: Machine, spec: Spec, operands: Sequence[Value], sizes: Mapping[str, int]) -> Array:
    """The einsum that a spec means: groups of the operands are split, those of the output merged."""
    if len(operands) != len(spec.operands):
        raise Refusal(f"{spec.shown} has {len(spec.operands)} operands, but {len(operands)} are given")
    arrays = []
    for value, items in zip(operands, spec.operands, strict=True):
        plain = ELLIPSIS not in items
        least = len(items) - (not plain)
        arrays.append(m.array(value, rank=len(items)) if plain else m.array(value, least=least))
    spec = _errors(lambda: expand(spec, [array.rank for array in arrays]))
    dims: dict[str, int] = dict(sizes)
    given = []
    for items in spec.operands:
        for item in items:
            for index in (item,) if isinstance(item, str) else item:
                if index not in dims:
                    dims[index] = m.tape.dims.new(index)
    broad = _broad(m, arrays, spec)
    for array, items in zip(arrays, spec.operands, strict=True):
        given.append(_operand(m, array, items, dims, broad))
    output = [index for item in spec.output for index in ((item,) if isinstance(item, str) else item)]
    made = m.tape.einsum(given, output)
    return merge(m, made, spec.output)


def _broad(m: Machine, arrays: Sequence[Array], spec: Spec) -> frozenset[str]:
    """Indices that have an axis of size 1 in one operand and a larger one in another."""
    found: dict[str, set[bool]] = {}
    for array, items in zip(arrays, spec.operands, strict=True):
        for item, axis in zip(items, array.axes, strict=True):
            if isinstance(item, str):
                found.setdefault(item, set()).add(m.tape.one(axis.dim))
    return frozenset(index for index, ones in found.items() if len(ones) == 2)


def _operand(
    m: Machine, array: Array, items: Sequence[Axis], dims: Mapping[str, int], broad: frozenset[str]
) -> tuple[Array, list[str]]:
    """An operand with one index for each axis: groups split, axes of size 1 that are broadcast or nameless dropped."""
    array, left = split(m, array, items, dims)
    drop = [n for n, item in enumerate(left) if item in broad and m.tape.one(array.axes[n].dim)]
    array = thin(m, array, drop)
    left = [item for n, item in enumerate(left) if n not in drop]
    for item, axis in zip(left, array.axes, strict=True):
        m.tape.unite(dims[item], axis.dim)
    return array, left


def split(m: Machine, array: Array, items: Sequence[Axis], dims: Mapping[str, int]) -> tuple[Array, list[str]]:
    """The array with its groups split into their parts, nameless axes of size 1 dropped, and an index for each axis."""
    drop = [n for n, item in enumerate(items) if item == ()]
    for n in drop:
        m.tape.learn(array.axes[n].dim, 1)
    array = thin(m, array, drop)
    items = [item for item in items if item != ()]
    plain = [index for item in items for index in ((item,) if isinstance(item, str) else item)]
    if all(isinstance(item, str) for item in items):
        return array, plain
    pattern, axes, at = [], list[Ax](), 0
    for n, (item, axis) in enumerate(zip(items, array.axes, strict=True)):
        parts = (item,) if isinstance(item, str) else item
        pattern.append(((n,), tuple(range(at, at + len(parts)))))
        at += len(parts)
        if isinstance(item, str):
            m.tape.unite(dims[item], axis.dim)
            axes.append(Ax(item, axis.dim))
        else:
            _infer(m, axis.dim, [dims[part] for part in parts])
            axes += [Ax(part, dims[part]) for part in parts]
    return m.tape.reshape(array, pattern, axes), plain


def _infer(m: Machine, whole: int, parts: Sequence[int]) -> None:
    """The whole splits into the parts; the one that is not known yet is the rest."""
    size = m.tape.size(whole)
    unknown = [part for part in parts if m.tape.size(part).powers and not _inside(m, part, size.powers)]
    if len(unknown) == 1:
        rest = size
        for part in parts:
            rest = rest if part == unknown[0] else rest.times(m.tape.size(part), -1)
        if rest.whole:
            m.tape.unite(unknown[0], m.tape.dim(rest))
            return
    m.tape.split(whole, parts)


def _inside(m: Machine, part: int, powers: Sequence[tuple[int, int]]) -> bool:
    return m.tape.dims.find(part) in [m.tape.dims.find(dim) for dim, _ in powers]


def merge(m: Machine, array: Array, items: Sequence[Axis]) -> Array:
    """The array, whose axes are the indices of the items in order, with its groups merged."""
    if all(isinstance(item, str) for item in items):
        return array
    pattern, axes, at = [], list[Ax](), 0
    for n, item in enumerate(items):
        count = 1 if isinstance(item, str) else len(item)
        inner = array.axes[at : at + count]
        pattern.append((tuple(range(at, at + count)), (n,)))
        axes.append(inner[0] if isinstance(item, str) else Ax("", m.tape.dim(m.tape.total(a.dim for a in inner))))
        at += count
    return m.tape.reshape(array, pattern, axes)


def transposed(m: Machine, value: Value) -> Array:
    """`.T`: all axes in reverse."""
    array = m.array(value)
    return permute(m, array, list(range(array.rank))[::-1])
