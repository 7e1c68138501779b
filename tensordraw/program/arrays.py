"""The arrays of an evaluation: those given, those in files that the document names, those made by recipe, the others random.

A random array depends on the seed and its own name only, so it is the same on every backend and whatever other arrays
there are. Entries are float32 normals scaled by 1/sqrt(fan-in). The fan-in is the number of entries of one slice (axes
bound to an index or an integer taken away) divided by the size of the slice's first axis, which is where a weight's
result leaves: a vector has fan-in 1, W[out, in] has `in`. Declared forms hold to the type's precision; ids are uniform.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from math import prod, sqrt
from typing import Any, TypeAlias

import numpy as np
import numpy.typing

from tensordraw.diagram.recipes import Distribution
from tensordraw.diagram.records import Content, Diagram
from tensordraw.program.declared import Declared, declared
from tensordraw.program.flexible import cut
from tensordraw.program.recipes import made
from tensordraw.program.sourced import load_source
from tensordraw.program.statements import Program

Array: TypeAlias = np.ndarray[Any, Any]
DType: TypeAlias = "np.typing.DTypeLike"


def inputs(
    program: Program, diagram: Diagram, given: Mapping[str, Any], seed: int = 0, short: Diagram | None = None,
    dtype: DType = np.float32,
) -> dict[str, Any]:  # fmt: skip
    """All arrays that the program needs: given ones first, then those from the document's files, then those made by recipe of
    these, then random ones (`dtype`).

    Where the program is that of the diagram made `short`, arrays are cut to its sizes. Names that the program does not know
    stay, so that evaluation can say so. errors.Error where a file is missing.
    """
    needed = [item.array for item in program.inputs if item.array not in given]
    stored = {name: load_source(diagram, name) for name in needed if name in diagram.content.sources}
    drawn = random_arrays(
        diagram.content, seed, [name for name in needed if name not in stored], dtype, {**stored, **given}
    )
    return cut(diagram, short or diagram, {**drawn, **stored, **given})


def random_arrays(
    source: Content | Program, seed: int = 0, names: Collection[str] | None = None, dtype: DType = np.float32,
    given: Mapping[str, Any] | None = None,
) -> dict[str, Array]:  # fmt: skip
    """Random arrays by name, as the document declares them; of a bare program, normals and ids by the inputs' types.

    Arrays that the document makes by recipe are made of `given` ones, or of random ones.
    """
    known = _of_program(source) if isinstance(source, Program) else declared(source)
    recipes = {} if isinstance(source, Program) else source.recipes
    found: dict[str, Array] = {}

    def array_of(name: str) -> Array:
        if given is not None and name in given:
            return np.asarray(given[name])
        if name not in found:
            one = known[name]
            if isinstance(source, Content) and name in recipes:
                kind = np.complex128 if np.dtype(dtype).kind == "c" else np.float64
                made_one = made(name, source, array_of, lambda few, recipe: random_array(
                    few, seed if recipe.seed is None else recipe.seed, dtype if recipe.kind == "random" else kind,
                    recipe.distribution,
                ))  # fmt: skip
                found[name] = np.ascontiguousarray(made_one, dtype if one.classes is None else np.int64)
            else:
                found[name] = random_array(one, seed, dtype)
        return found[name]

    return {name: array_of(name) for name in known if names is None or name in names}


def _of_program(program: Program) -> dict[str, Declared]:
    return {
        item.array: Declared(item.array, item.type.shape, classes=1 if item.type.integer else None)
        for item in program.inputs
    }


def random_array(
    one: Declared, seed: int = 0, dtype: DType = np.float32, distribution: Distribution = "normal"
) -> Array:
    """One random array, from the seed and its name: the same numbers in every real type, where no form rounds them.

    Entries of the uniform distribution have the same variance as normal ones.
    """
    digest = hashlib.sha256(f"{seed}\0{one.name}".encode()).digest()
    random = np.random.default_rng(np.random.SeedSequence(list(np.frombuffer(digest, np.uint32).tolist())))
    if one.classes is not None:
        return random.integers(0, one.classes, one.shape)
    if one.metric and len(one.shape) == 2 and one.shape[0] == one.shape[1]:
        return _positive(random.standard_normal(one.shape)).astype(dtype)

    def entries() -> Array:
        if distribution == "uniform":
            return np.asarray((random.random(one.shape, np.float32) - 0.5) * np.float32(sqrt(12)))
        return np.asarray(random.standard_normal(one.shape, np.float32))

    normal = entries().astype(dtype)
    if normal.dtype.kind == "c":
        normal = np.asarray((normal + 1j * entries()) / sqrt(2))
    # A scalar comes out of the product as a NumPy scalar.
    normal = np.asarray(normal * normal.real.dtype.type(1 / sqrt(fan_in(one))))
    return normal if one.form in ("any", "diagonal") else _formed(normal, one)


def fan_in(one: Declared) -> int:
    """Entries of one slice divided by the size of its first axis; 1 for vectors, scalars and empty arrays."""
    return max(1, prod([size for at, size in enumerate(one.shape) if at not in one.bound][1:]))


def _formed(normal: Array, one: Declared) -> Array:
    """The array with its form, each slice as a matrix (base, tip)."""
    base = [at for at in range(len(one.shape)) if at not in one.tip and at not in one.bound]
    order = [*one.bound, *base, *(at for at in one.tip if at not in one.bound)]
    moved = normal.transpose(order)
    rows = prod(one.shape[at] for at in base)
    batch = prod(one.shape[at] for at in one.bound)
    if not normal.size or (one.form != "isometry" and rows * rows * batch != normal.size):
        return normal  # not square: the document has a problem that says so
    matrices = moved.reshape(batch, rows, -1).astype(np.result_type(normal, np.float64))
    match one.form:
        case "orthogonal":
            matrices = _isometric(matrices.real)  # its transpose is its inverse: a real matrix, whatever the others are
        case "isometry" | "unitary":
            matrices = _isometric(matrices)
        case "symmetric":
            matrices = (matrices + matrices.swapaxes(1, 2)) / sqrt(2)
        case "positive":
            matrices = _positive(matrices * sqrt(rows))
        case _:
            raise ValueError(one.form)
    made = matrices.reshape(moved.shape).transpose(np.argsort(order))
    return np.ascontiguousarray(made, normal.dtype)


def _isometric(matrices: Array) -> Array:
    """Columns (or rows, where there are fewer) made orthonormal, uniformly distributed: the phases of R are moved to Q."""
    wide = matrices.shape[1] < matrices.shape[2]
    q, r = np.linalg.qr(matrices.swapaxes(1, 2) if wide else matrices)
    phases = np.sign(np.diagonal(r, axis1=1, axis2=2))  # of complex entries: z / |z|
    q = q * np.where(phases == 0, 1, phases)[:, None, :]
    return q.swapaxes(1, 2) if wide else q


def _positive(normal: Array) -> Array:
    """Symmetric positive definite, well conditioned: half a Gram matrix, half the identity."""
    size = normal.shape[-1]
    return np.asarray((normal @ normal.conj().swapaxes(-1, -2) / size + np.eye(size)) / 2)
