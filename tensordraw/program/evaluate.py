"""Programs computed on arrays, in NumPy, PyTorch or JAX.

A program is planned and compiled once to a list of closures (`closures.py`), remembered while the program lives: a
second evaluation only runs them. A value is dropped after the statement that reads it last, so that memory peaks where
the mathematics does. Between statements a run asks whether it was cancelled.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, TypeAlias

from tensordraw.errors import Error
from tensordraw.program.backends import Array, Backend, backend
from tensordraw.program.closures import Compute, Frame, Scope, closure
from tensordraw.program.closures_fused import BACKENDS, fused_closure
from tensordraw.program.flow import reads, types, walk
from tensordraw.program.fuse import fused, unfused
from tensordraw.program.memory import room
from tensordraw.program.plan import plan
from tensordraw.program.statements import Fused, Input, Name, Program, Repeat, Reshape, Select, Spread, Statement, Type

MOST_AXES = 64  # of NumPy and PyTorch
Cancel: TypeAlias = Callable[[], bool]


class Cancelled(Exception):
    """The run was cancelled; nothing was computed that outlives it."""


@dataclass(slots=True)
class Watch:
    """Where a run is, for another thread that looks on: the `number`th of `total` statements, turns of repeats counted
    each, is being computed. Kept as plain attributes, which cost a run nothing that can be measured."""

    total: int = 0
    number: int = 0
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """Outputs by their names, and what was captured by the name asked for; values of a repeat stand on a first axis."""

    outputs: dict[str, Array]
    captures: dict[str, Array]


def evaluate(
    program: Program, arrays: Mapping[str, Any], backend: str = "numpy", capture: Iterable[str] = (),
    *, cancelled: Cancel | None = None, dtype: Any = None,
) -> dict[str, Array]:  # fmt: skip
    """Outputs by name, axes in the order of each output's type, and captures by name (see `run`)."""
    results = run(program, arrays, backend, capture, cancelled=cancelled, dtype=dtype)
    return {**results.captures, **results.outputs}


def run(
    program: Program, arrays: Mapping[str, Any], library: str = "numpy", capture: Iterable[str] = (),
    *, cancelled: Cancel | None = None, dtype: Any = None, fuse: bool = True, watch: Watch | None = None,
) -> Results:  # fmt: skip
    """The program on `arrays` (by the document's names; NumPy arrays, tensors or nested lists, dtypes kept).

    `capture` names copies and regions (`Program.captures`) or values. `cancelled` is asked between statements, then
    raises Cancelled. `dtype` is that of arrays which the program makes, where no array of numbers is given to be like (float32
    by default). `fuse` lets forms that libraries compute at once be recognised (see `fuse`); `watch` is told where the run is.
    errors.Error, one sentence, for arrays that are missing, unknown, of a wrong shape or kind.
    """
    compiled = _compiled(program, library, tuple(capture), fuse)
    with compiled.library.running():
        return _results(compiled, program, arrays, cancelled, dtype, watch)


def _results(
    compiled: _Compiled, program: Program, arrays: Mapping[str, Any], cancelled: Cancel | None, dtype: Any,
    watch: Watch | None,
) -> Results:  # fmt: skip
    given = _given(program.inputs, arrays, compiled.library)
    floats = [given[i.array] for i in program.inputs if not i.type.integer]
    like = dtype if dtype is not None and not floats else compiled.library.common(floats)
    frame = Frame([None] * compiled.size, like, next(iter([*floats, *given.values()]), None))
    for item in program.inputs:
        frame.values[compiled.slots[item.out]] = given[item.array]
    records: dict[int, list[Array]] = {}
    watch = watch or Watch()
    watch.total = _steps(compiled.body)
    _run(compiled.body, frame, records, cancelled, compiled.library, watch)
    own, held = compiled.library.own, list(given.values())
    outputs = {output.name: own(frame.values[compiled.slots[output.value]], held) for output in program.outputs}
    captures = {
        name: own(_captured(compiled, value, frame, records), held) for name, value in compiled.captures.items()
    }
    return Results(outputs, captures)


# ------------------------------------------------------------------------------------------------------- compiling


@dataclass(frozen=True, slots=True)
class _Step:
    """One statement: what computes it, the slot of its value, slots that are empty after it, whether to record it."""

    statement: Statement
    compute: Compute | None  # None for a repeat, whose steps are `body`
    out: int
    dead: tuple[int, ...]
    recorded: bool
    body: tuple[_Step, ...] = ()
    loop: tuple[int, ...] = ()  # of a repeat: slots of index, state, initial, result
    inner: tuple[int, ...] = ()  # of a repeat: slots that its body fills
    state_recorded: bool = False


@dataclass(frozen=True, slots=True)
class _Compiled:
    library: Backend
    slots: dict[Name, int]
    size: int
    body: tuple[_Step, ...]
    captures: dict[str, Name]
    types: dict[Name, Type]
    stacks: dict[Name, tuple[int, ...]]  # of a captured value: the counts of the repeats around it


_Key: TypeAlias = tuple[str, tuple[str, ...], bool]
_cache: dict[int, tuple[weakref.ref[Program], dict[_Key, _Compiled]]] = {}


def _compiled(program: Program, library: str, capture: tuple[str, ...], fuse: bool) -> _Compiled:
    """The compiled program, remembered by the identity of `program` (programs hold dicts, so they have no hash)."""
    entry = _cache.get(id(program))
    if entry is None or entry[0]() is not program:
        key = id(program)
        entry = (weakref.ref(program, lambda _: _cache.pop(key, None)), {})
        _cache[key] = entry
    made = entry[1].get((library, capture, fuse))
    if made is None:
        made = _compile(program, backend(library), capture, fuse)
        entry[1][library, capture, fuse] = made
    return made


@dataclass(slots=True)
class _Compiler:
    scope: Scope
    slots: dict[Name, int]
    kept: frozenset[Name]  # captured values
    stacks: dict[Name, tuple[int, ...]] = field(default_factory=dict)

    def body(
        self, statements: Sequence[Statement], own: Iterable[Name], wanted: frozenset[Name], counts: tuple[int, ...]
    ) -> tuple[_Step, ...]:
        """Steps of one body: `own` are values to free besides its own, `wanted` those that outlive it."""
        mine = {*own, *(statement.out for statement in statements)} - wanted
        last = {name: at for at, s in enumerate(statements) for name in (s.out, *_all_reads(s)) if name in mine}
        steps = []
        for at, statement in enumerate(statements):
            dead = tuple(self.slots[name] for name, when in last.items() if when == at)
            recorded = statement.out in self.kept and bool(counts)
            self.stacks[statement.out] = counts
            out = self.slots[statement.out]
            if isinstance(statement, Repeat):
                loop = tuple(
                    self.slots[n] for n in (statement.index, statement.state, statement.initial, statement.result)
                )
                self.stacks[statement.state] = (*counts, statement.count)
                inner = self.body(statement.body, (), frozenset({statement.result}), (*counts, statement.count))
                filled = tuple(self.slots[s.out] for s in statement.body)
                watched = statement.state in self.kept
                steps.append(_Step(statement, None, out, dead, recorded, inner, loop, filled, watched))
            else:
                if isinstance(statement, Select | Reshape) and statement.value in self.scope.arrays:
                    self.scope.arrays[statement.out] = self.scope.arrays[statement.value]
                if isinstance(statement, Fused):
                    compute = fused_closure(statement, self.scope)
                else:
                    compute = closure(statement, self.scope)
                steps.append(_Step(statement, compute, out, dead, recorded))
        return tuple(steps)


def _all_reads(statement: Statement) -> Iterable[Name]:
    for inner in walk([statement]):
        yield from reads(inner)


def _compile(program: Program, library: Backend, capture: tuple[str, ...], fuse: bool) -> _Compiled:
    there = types(program)
    captures = {}
    for name in capture:
        value = program.captures.get(name, name)
        if value not in there:
            known_names = ", ".join(program.captures) or "nothing"
            raise Error(f"There is no copy or region {name!r} to capture: there is {known_names}.")
        captures[name] = value
    program = fused(program, captures.values(), turns=True) if fuse and library.name in BACKENDS else unfused(program)
    program = plan(program)
    known = types(program)
    _check_sizes(program)
    names = [*known, *(s.index for s in walk(program.body) if isinstance(s, Repeat))]
    slots = {name: slot for slot, name in enumerate(dict.fromkeys(names))}
    arrays = {given.out: given.array for given in program.inputs}
    compiler = _Compiler(Scope(library, known, slots, arrays), slots, frozenset(captures.values()))
    wanted = frozenset(output.value for output in program.outputs) | compiler.kept
    body = compiler.body(program.body, arrays, wanted, ())
    return _Compiled(library, slots, len(slots), body, captures, known, compiler.stacks)


def _check_sizes(program: Program) -> None:
    """Refuses values that cannot exist here, before a system that promises more memory than it has ends the process."""
    most = room() // 4  # entries of 4 bytes
    for statement in walk(program.body):
        axes, entries = len(statement.type.axes), prod(statement.type.shape)
        if axes > MOST_AXES:
            raise Error(f"{statement.out!r} would have {axes} axes, and arrays have at most {MOST_AXES}.")
        # A spread is a view, which takes no room.
        if entries > most and not isinstance(statement, Spread):
            size = f"{4 * entries / 1e9:.3g} GB"
            raise Error(
                f"{statement.out!r} of shape {statement.type.shape} would take {size}, more than this machine has: make its spaces "
                "smaller."
            )


# --------------------------------------------------------------------------------------------------------- running


def _given(inputs: Sequence[Input], arrays: Mapping[str, Any], library: Backend) -> dict[str, Array]:
    """The given arrays in the library, checked against the types."""
    known = {item.array: item.type for item in inputs}
    for name in arrays:
        if name not in known:
            there = f"the arrays are {', '.join(known)}" if known else "it has no arrays"
            raise Error(f"The diagram has no array {name!r}: {there}.")
    given = {}
    for name, type_ in known.items():
        if name not in arrays:
            raise Error(f"The array {name!r} is missing: it has shape {type_.shape}.")
        try:
            array = library.asarray(arrays[name])
        except (ValueError, TypeError) as problem:  # nested lists of different lengths, say
            raise Error(f"The array {name!r} does not hold numbers in rows of equal length.") from problem
        if not library.is_number(array):
            raise Error(f"The array {name!r} does not hold numbers.")
        if tuple(array.shape) != type_.shape:
            axes = ", ".join(axis.name for axis in type_.axes)
            raise Error(
                f"The array {name!r} has shape {tuple(array.shape)}, but shape {type_.shape} ({axes}) is expected."
            )
        if type_.integer and not library.is_integer(array):
            raise Error(f"The array {name!r} holds ids, so it has to be of an integer type, not {array.dtype}.")
        given[name] = array
    return given


def _steps(steps: Sequence[_Step]) -> int:
    """How many statements a run computes: those of a repeat count once a turn, the repeat itself does not."""
    return sum(step.statement.count * _steps(step.body) if isinstance(step.statement, Repeat) else 1 for step in steps)


def _run(
    steps: Sequence[_Step], frame: Frame, records: dict[int, list[Array]], cancelled: Cancel | None, library: Backend,
    watch: Watch,
) -> None:  # fmt: skip
    values = frame.values
    for step in steps:
        if cancelled is not None and cancelled():
            raise Cancelled
        if step.compute is None:
            _loop(step, frame, records, cancelled, library, watch)
        else:
            watch.number += 1
            watch.statement = step.statement
            try:
                values[step.out] = step.compute(frame)
            except library.memory_errors as problem:
                shape = step.statement.type.shape
                raise Error(f"There is not enough memory for {step.statement.out!r} of shape {shape}.") from problem
            except library.matrix_errors as problem:
                raise Error(f"{step.statement.out!r} cannot be computed: a matrix is singular.") from problem
        if step.recorded:
            records.setdefault(step.out, []).append(values[step.out])
        for slot in step.dead:
            values[slot] = None


def _loop(
    step: _Step, frame: Frame, records: dict[int, list[Array]], cancelled: Cancel | None, library: Backend,
    watch: Watch,
) -> None:  # fmt: skip
    values, (index, state, initial, result) = frame.values, step.loop
    assert isinstance(step.statement, Repeat)
    values[state] = values[initial]
    for turn in range(step.statement.count):
        values[index] = turn
        if step.state_recorded:
            records.setdefault(state, []).append(values[state])
        _run(step.body, frame, records, cancelled, library, watch)
        new = values[result]
        for slot in step.inner:
            values[slot] = None
        values[state] = new
    values[step.out] = values[state]
    values[state] = None


def _captured(compiled: _Compiled, value: Name, frame: Frame, records: Mapping[int, list[Array]]) -> Array:
    """A captured value, with an axis in front for every repeat around it."""
    slot, counts = compiled.slots[value], compiled.stacks.get(value, ())
    if not counts:
        return frame.values[slot]
    if slot not in records:  # a repeat of no turns
        return compiled.library.full((*counts, *compiled.types[value].shape), 0, frame.dtype, frame.like)
    stacked = compiled.library.stack(records[slot])
    return stacked.reshape((*counts, *stacked.shape[1:]))
