"""Generation step by step on arrays: a model with its caches, filled from the ids that are given, one id more at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from tensordraw.errors import Error
from tensordraw.program.backends import Array, backend
from tensordraw.program.evaluate import Cancel, run
from tensordraw.program.statements import Name, Program
from tensordraw.program.stepping import Step, sized
from tensordraw.program.stepping_bind import bind
from tensordraw.program.stepping_rows import Pattern

BACKENDS = ("numpy", "torch")  # whose arrays can be written into


class Stepper:
    """A language model with its caches: `fill` with the first ids, then `next` for the logits after one id more.

    `arrays` are the model's, by the document's names, as long along positions as `length` at least, which is the most
    positions that there will be. errors.Error where memory is not sufficient, or an array does not fit.
    """

    def __init__(self, step: Step, arrays: Mapping[str, Any], library: str, length: int) -> None:
        self._step, self._length, self._library = step, length, backend(library)
        self._count = 0  # positions so far
        with self._running():
            self._arrays = {name: self._library.asarray(array) for name, array in arrays.items()}
            self._bound = bind(step, self._known(), self._library, length)

    def fill(self, ids: Sequence[int], cancelled: Cancel | None = None) -> None:
        """Takes the first ids, all at once; before any other. Cancelled where `cancelled` says so between statements."""
        if not ids or self._count:
            return
        program = sized(self._step.filling, self._step.space, len(ids))
        names = [cache.value for cache in self._step.caches]
        if names:
            given = self._cut(program, np.asarray(ids))
            found = run(program, given, self._library.name, names, cancelled=cancelled).captures
            with self._running():
                for name, buffer in self._bound.buffers.items():
                    buffer.fill(found[name], len(ids))
        self._count = len(ids)

    def next(self, id: int) -> Array:
        """The logits after `id`, which is the id at the first position that is not taken: [class] (NumPy)."""
        bound, at = self._bound, self._count
        with self._running():
            bound.frame.at = at
            values = bound.frame.values
            values[bound.ids] = self._library.asarray(np.asarray([id]))
            for slot, array, extents in bound.cuts:
                values[slot] = array[_here(extents, at)]
            for compute, out in bound.ops:
                values[out] = compute(bound.frame)
            logits = np.asarray(values[bound.result]).reshape(-1)
        self._count += 1
        return logits

    def _known(self) -> dict[Name, Array]:
        """Arrays of the model, and tables over all positions, by the names of values."""
        step = self._step
        made = {cut.out for cut in step.cuts} | {cache.everything for cache in step.caches} | {step.ids}
        found = {}
        for item in step.program.inputs:
            if item.out not in made:
                found[item.out] = array = self._arrays[item.array]
                if tuple(array.shape) != item.type.shape:
                    shapes = f"{tuple(array.shape)}, but shape {item.type.shape} is expected"
                    raise Error(f"The array {item.array!r} has shape {shapes}.")
        tables = sized(step.tables, step.space, self._length)
        if tables.outputs:
            found.update(run(tables, self._cut(tables), self._library.name).outputs)
        found.update({cut.value: self._arrays[cut.array] for cut in step.cuts if cut.array})
        return found

    def _cut(self, program: Program, ids: Array | None = None) -> dict[str, Array]:
        """The program's arrays, cut to its sizes."""
        return {
            item.array: ids
            if item.out == self._step.ids
            else self._arrays[item.array][tuple(map(slice, item.type.shape))]
            for item in program.inputs
        }

    @contextmanager
    def _running(self) -> Iterator[None]:
        try:
            with self._library.running():
                yield
        except self._library.memory_errors as problem:
            raise Error(f"There is not enough memory for steps of {self._length} positions.") from problem
        except self._library.matrix_errors as problem:
            raise Error("A value of the step cannot be computed: a matrix is singular.") from problem


def _here(extents: Pattern, at: int) -> tuple[slice, ...]:
    """The new row, or all rows up to it, along each axis."""
    parts = {"": slice(None), "new": slice(at, at + 1), "all": slice(at + 1)}
    return tuple(parts[extent] for extent in extents)
