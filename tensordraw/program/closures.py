"""One statement as a closure over the values of a run; a repeat is a loop over the closures of its body.

Values live in a list, a slot each, so that a run copies no dictionaries and two runs share nothing. Everything that can
be decided from the types is decided here, once: permutations, shapes, the library's functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, TypeAlias, assert_never

from tensordraw.errors import Error
from tensordraw.program import contract, forms
from tensordraw.program.backends import Array, Backend
from tensordraw.program.functions import function
from tensordraw.program.plan import axis_sizes
from tensordraw.program.statements import (
    Add,
    Addend,
    Apply,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Fused,
    Gather,
    Index,
    Name,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
    Type,
)

LEVI_CIVITA = 8  # axes: 8**8 entries; one more would be 387 million


@dataclass(slots=True)
class Frame:
    """One run: the values, the dtype of arrays that statements make, an array that lives where they should."""

    values: list[Any]
    dtype: Any
    like: Array | None


Compute: TypeAlias = Callable[[Frame], Array]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is known of a program when it is compiled. `arrays` says from which given array a value of ids comes."""

    library: Backend
    types: Mapping[Name, Type]
    slots: Mapping[Name, int]
    arrays: dict[Name, str]


def closure(statement: Statement, scope: Scope) -> Compute:
    """What computes the statement's value from the values before it (a repeat is `evaluate`'s)."""
    match statement:
        case Constant(value=value):
            return lambda frame: scope.library.full((), value, scope.library.real(frame.dtype), frame.like)
        case Fixed():
            return _fixed(statement, scope)
        case Einsum():
            return _einsum(statement, scope)
        case Spread():
            return _spread(statement, scope)
        case Apply():
            return _apply(statement, scope)
        case Add():
            return _add(statement, scope)
        case Scale(factor=factor):
            return _mapped(statement.value, scope, lambda array: array * plain(factor))
        case Reshape(type=type_):
            return _mapped(statement.value, scope, lambda array: array.reshape(type_.shape))
        case Select():
            return _select(statement, scope)
        case Gather():
            return _gather(statement, scope)
        case Conj():
            return _mapped(statement.value, scope, scope.library.conj)
        case Repeat():
            raise TypeError("a repeat is no single closure")
        case Fused():
            raise TypeError("recognised forms have closures of their own, in closures_fused")
        case _:
            assert_never(statement)


def plain(factor: float) -> float | int:
    """A whole factor as an integer, so that integer arrays stay integers."""
    return int(factor) if float(factor).is_integer() and abs(factor) < 2**53 else factor


def _mapped(value: Name, scope: Scope, act: Callable[[Array], Array]) -> Compute:
    slot = scope.slots[value]
    return lambda frame: act(frame.values[slot])


def _einsum(statement: Einsum, scope: Scope) -> Compute:
    library, operands = scope.library, statement.operands
    if not operands:
        return lambda frame: library.full((), 1, frame.dtype, frame.like)
    first = scope.slots[operands[0].value]
    if len(operands) == 1:
        return _mapped(operands[0].value, scope, contract.single(library, operands[0].indices, statement.output))
    a, b = operands
    act = contract.pair(library, a.indices, b.indices, statement.output, axis_sizes(statement, scope.types))
    second = scope.slots[b.value]
    return lambda frame: act(frame.values[first], frame.values[second])


def _spread(statement: Spread, scope: Scope) -> Compute:
    library, shape, output = scope.library, statement.type.shape, statement.output
    here = tuple(dict.fromkeys(statement.indices))
    groups = {index: [at for at, i in enumerate(output) if i == index] for index in output}
    order: list[Index] = [index for index in groups if index in here]
    gather = contract.single(library, statement.indices, tuple(order))
    free = tuple(slice(None) if index in here else None for index in groups)
    distinct = tuple(shape[group[0]] for group in groups.values())
    repeated = len(groups) < len(output)

    def run(array: Array) -> Array:
        spread = library.broadcast(gather(array)[free], distinct)
        return library.spread(spread, shape, list(groups.values())) if repeated else spread

    return _mapped(statement.value, scope, run)


def _apply(statement: Apply, scope: Scope) -> Compute:
    library = scope.library
    ndim = len(scope.types[statement.value].axes)
    act = forms.apply(
        function(statement.function), library.name, statement.axes, ndim, statement.params, statement.expression
    )

    def run(array: Array) -> Array:
        if library.is_integer(array):
            array = library.cast(array, library.real(array.dtype))
        return library.asarray(act(array))

    return _mapped(statement.value, scope, run)


def _add(statement: Add, scope: Scope) -> Compute:
    library, shape = scope.library, statement.type.shape
    terms = [(scope.slots[a.value], _placed(a, library, shape), plain(a.factor)) for a in statement.addends]
    full = any(None not in addend.axes for addend in statement.addends)
    if len(terms) == 2 and full and all(factor == 1 for _, _, factor in terms):
        (a, left, _), (b, right, _) = terms
        return lambda frame: left(frame.values[a]) + right(frame.values[b])

    def run(frame: Frame) -> Array:
        total: Array = None
        for slot, place, factor in terms:
            term = place(frame.values[slot])
            if total is None:
                total = term if factor == 1 else -term if factor == -1 else factor * term
            elif factor in (1, -1):
                total = total + term if factor == 1 else total - term
            else:
                total = total + factor * term
        if total is None:
            return library.full(shape, 0, frame.dtype, frame.like)
        return total if full else library.broadcast(total, shape)

    return run


def _placed(addend: Addend, library: Backend, shape: tuple[int, ...]) -> Callable[[Array], Array]:
    """An addend with its axes where the result has them, size 1 where it has none."""
    order = [axis for axis in addend.axes if axis is not None]
    here = tuple(None if axis is None else slice(None) for axis in addend.axes)
    if order == list(range(len(shape))):
        return contract.unchanged
    return lambda array: library.transpose(array, order)[here]


def _select(statement: Select, scope: Scope) -> Compute:
    value, before, at = scope.slots[statement.value], (slice(None),) * statement.axis, statement.at
    if isinstance(at, int):
        return lambda frame: frame.values[value][(*before, at)]
    turn = scope.slots[at]
    if not before:
        return lambda frame: frame.values[value][frame.values[turn]]
    return lambda frame: frame.values[value][(*before, frame.values[turn])]


def _gather(statement: Gather, scope: Scope) -> Compute:
    library, axis = scope.library, statement.axis
    value, ids = scope.slots[statement.value], scope.slots[statement.ids]
    bound = scope.types[statement.value].axes[axis]
    check = _id_check(statement.ids, bound.size, bound.name, scope)
    return lambda frame: library.take(frame.values[value], check(frame.values[ids]), axis)


def _id_check(name: Name, size: int, space: str, scope: Scope) -> Callable[[Array], Array]:
    """Refuses ids outside 0 ... size - 1, before a library wraps or crashes on them."""
    array = scope.arrays.get(name, name)

    def check(ids: Array) -> Array:
        if 0 not in ids.shape:
            least, most = scope.library.bounds(ids)
            if least < 0 or most >= size:
                found = least if least < 0 else most
                of = f" of {space!r}" if space else ""
                raise Error(f"The array {array!r} holds the id {found}, but ids{of} go from 0 to {size - 1}.")
        return ids

    return check


# ---------------------------------------------------------------------------------------------------- fixed arrays


def _fixed(statement: Fixed, scope: Scope) -> Compute:
    library, shape = scope.library, statement.type.shape
    if statement.kind == "one_hot":
        if statement.ids is None:
            raise Error(f"The one-hot {statement.out!r} has no ids.")
        ids, last = scope.slots[statement.ids], statement.type.axes[-1]
        check = _id_check(statement.ids, last.size, last.name, scope)
        return lambda frame: library.one_hot(check(frame.values[ids]), last.size, frame.dtype)
    if statement.kind == "ones":
        return lambda frame: library.full(shape, 1, frame.dtype, frame.like)
    return lambda frame: library.from_numpy(fixed_array(statement), frame.dtype, frame.like)


def fixed_array(statement: Fixed) -> Any:
    """The array of zeros, ones and signs of a fixed tensor that needs no ids (NumPy, int8; counts are int64)."""
    import numpy as np

    shape = statement.type.shape
    match statement.kind:
        case "delta":
            made = np.zeros(shape, np.int8)
            positions = np.arange(shape[0] if shape else 0)
            made[(positions,) * len(shape)] = 1
            return made
        case "group":
            return np.eye(shape[0], dtype=np.int8).reshape(shape)
        case "causal_mask":
            return np.tri(*shape, dtype=np.int8)
        case "shift":
            return np.eye(shape[0], shape[1], -statement.offset, np.int8)
        case "levi_civita":
            return _levi_civita(shape)
        case "ones":
            return np.ones(shape, np.int8)
        case "count":
            return np.arange(shape[0]) + statement.offset
        case "one_hot":
            raise TypeError("a one-hot is made from its ids")
        case _:
            assert_never(statement.kind)


def _levi_civita(shape: Sequence[int]) -> Any:
    import numpy as np

    axes = len(shape)
    if any(size != axes for size in shape):
        raise Error(f"A Levi-Civita tensor with {axes} legs needs spaces of size {axes}, not {tuple(shape)}.")
    if axes > LEVI_CIVITA:
        raise Error(f"A Levi-Civita tensor with {axes} legs is too large: at most {LEVI_CIVITA} are possible.")
    made = np.zeros(tuple(shape), np.int8)
    for order in permutations(range(axes)):
        inversions = sum(order[i] > order[j] for i in range(axes) for j in range(i + 1, axes))
        made[order] = -1 if inversions % 2 else 1
    return made
