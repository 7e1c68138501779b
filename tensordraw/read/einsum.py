"""An einsum string becomes a diagram that says the same: `read("ij,jk->ik", "A", "B")`.

Each operand is a tensor and each index one leg of it. Two ends inside make a wire, one end that is in the output too an
open leg, and all else a dot with one leg for each end. Each index has a space, named by it; where a tensor's name
repeats, the spaces of its indices are unified position by position.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.program.identifiers import Names, identifier, parameters
from tensordraw.program.statements import Axis, Conj, Input, Name, Output, Program, Statement, Type
from tensordraw.read.contraction import ONE, contract, statements
from tensordraw.read.dims import Dim, Dims, whole_number
from tensordraw.read.lift import lift
from tensordraw.read.spec import ELLIPSIS, Index, Spec, parse, sublists

Shapes: TypeAlias = Sequence[Sequence[int] | int]


def read(spec: str, *names: str, shapes: Shapes | None = None, sizes: Mapping[str, int] | None = None) -> Diagram:
    """The diagram of an einsum string; operands are called A, B, C ... where no names are given.

    Sizes come from `shapes` (one an operand) and `sizes` (by index), else 2, 3, 4, 5 in turn. Error: a string that
    cannot be read, the wrong number of names or shapes, sizes that contradict each other.
    """
    if not isinstance(spec, str):
        raise Error(f"An einsum string is text such as 'ij,jk->ik', not {type(spec).__name__}.")
    ranks = [len(shape) for shape in _shapes(shapes)] if shapes is not None else []
    return draw(parse(spec, ranks), names, shapes, sizes or {})


def read_sublists(
    operands: Sequence[object],
    output: object = None,
    names: Sequence[str] = (),
    shapes: Shapes | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Diagram:
    """The diagram of numpy's other form: `einsum(A, [0, 1], B, [1, 2], [0, 2])` is `read_sublists([[0, 1], [1, 2]], [0, 2])`.

    See `spec.sublists` for the labels; else as `read`.
    """
    return draw(sublists(operands, output), names, shapes, sizes or {})


def draw(
    spec: Spec,
    names: Sequence[str],
    shapes: Shapes | None,
    sizes: Mapping[str, int],
    conj: Sequence[bool] | None = None,
) -> Diagram:
    """The diagram of a spec whose operands are these arrays, or their conjugates."""
    return lift(program(spec, names, shapes, sizes, conj), spec.text)


def program(
    spec: Spec,
    names: Sequence[str],
    shapes: Shapes | None,
    sizes: Mapping[str, int],
    conj: Sequence[bool] | None = None,
) -> Program:
    """The program of a spec whose operands are these arrays."""
    called = _names(spec, names)
    if conj is not None and len(conj) != len(called):
        raise Error(f"{spec.shown} has {len(called)} tensors, but conj has {len(conj)} entries.")
    dims = Dims()
    axes = _axes(spec, called, _shapes(shapes) if shapes is not None else None, dims)
    found = contract(spec, [axes[name] for name in called], dims, sizes)
    dims.settle()
    values = parameters(axes)
    taken = Names(values.values())

    def axis(index: Index, dim: Dim) -> Axis:
        size = dims.size(dim)
        assert size is not None, "sizes are settled"
        return Axis(index or dims.name(dim) or ONE, size)

    types = {name: Type(tuple(axis("", dim) for dim in row)) for name, row in axes.items()}
    inputs = tuple(Input(values[name], name, type_) for name, type_ in types.items())
    body: list[Statement] = []
    operands: list[Name] = []
    for place, name in enumerate(called):
        operands.append(values[name])
        if conj is not None and conj[place]:
            operands[place] = taken.take(f"{values[name]}_conj")
            body.append(Conj(operands[place], values[name], types[name]))
    out = taken.take("result")
    body += statements(found, operands, axis, lambda hint: taken.take(identifier(hint)), out)
    return Program(inputs, tuple(body), (Output("", out),))


def _names(spec: Spec, names: Sequence[str]) -> list[str]:
    """A name for each operand: as given, else A to Z, then A1, B1, ..."""
    count = len(spec.operands)
    if not names:
        return [chr(ord("A") + k % 26) + (str(k // 26) if k >= 26 else "") for k in range(count)]
    if isinstance(names, str):
        raise Error(f"The names of the operands of {spec.shown} are a list of texts, not the text {names!r}.")
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise Error(f"The operands of {spec.shown} are called by text, not by {name!r}.")
    if len(names) != count:
        raise Error(f"{spec.shown} has {_many(count, 'operand')}, but {_many(len(names), 'name')}: {', '.join(names)}.")
    return list(names)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _shapes(shapes: Iterable[object]) -> list[tuple[int, ...]]:
    """Shapes as tuples; a number is the shape of a vector, as in numpy."""
    found: list[tuple[int, ...]] = []
    for place, shape in enumerate(shapes, start=1):
        if isinstance(shape, Iterable) and not isinstance(shape, str):
            found.append(tuple(shape))
        elif (number := whole_number(shape)) is not None:
            found.append((number,))
        else:
            raise Error(f"The shape of operand {place} is {shape!r}; it is a tuple such as (2, 3).")
    return found


def _axes(
    spec: Spec, names: Sequence[str], shapes: Sequence[tuple[int, ...]] | None, dims: Dims
) -> dict[str, list[Dim]]:
    """The dims of each array's axes."""
    if shapes is not None and len(shapes) != len(names):
        raise Error(f"{spec.shown} has {_many(len(names), 'operand')}, but {_many(len(shapes), 'shape')}.")
    ranks: dict[str, tuple[int, int]] = {}  # by name: the number of axes, and of the operand that says so
    if shapes is None:
        for place, (name, items) in enumerate(zip(names, spec.operands, strict=True), start=1):
            if ELLIPSIS in items:
                continue
            rank, before = ranks.setdefault(name, (len(items), place))
            if rank != len(items):
                raise Error(
                    f"{name!r} has {rank} indices as operand {before} of {spec.shown} but {len(items)} as operand "
                    f"{place}; one name is one array."
                )
    found: dict[str, list[Dim]] = {}
    first: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        if name in found:
            if shapes is not None and shapes[place - 1] != shapes[first[name] - 1]:
                raise Error(
                    f"{name!r} has shape {shapes[first[name] - 1]} as operand {first[name]} of {spec.shown} but "
                    f"{shapes[place - 1]} as operand {place}; one name is one array."
                )
            continue
        first[name] = place
        if shapes is not None:
            found[name] = [dims.new("", size, f"in operand {place}") for size in shapes[place - 1]]
        elif name in ranks:
            found[name] = [dims.new() for _ in range(ranks[name][0])]
        else:
            raise Error(
                f"Operand {place} of {spec.shown} has an ellipsis '...', so its shape is needed: give shapes=[...]."
            )
    return found
