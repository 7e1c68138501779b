"""Arrays that a program makes itself: fixed tensors, scalars as arrays, and diagonals (`Spread`).

Made in the dtype (and on the device) of an input, so that nothing is promoted. Forms that are longer than an expression
are functions of their own, copied into the printed module.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import assert_never

from tensordraw.program.emit.counting import end
from tensordraw.program.emit.language import Language, broadcast, widened
from tensordraw.program.emit.library import Library
from tensordraw.program.emit.pieces import ATOM, Piece, at_least, call, compose
from tensordraw.program.statements import Fixed, Index

PRELUDE = {
    ("numpy", "_delta"): '''def _delta(axes, size, dtype):
    """Ones where all indices agree."""
    delta = np.zeros((size,) * axes, dtype)
    delta[(np.arange(size),) * axes] = 1
    return delta''',
    ("torch", "_delta"): '''def _delta(axes, size, dtype, device):
    """Ones where all indices agree."""
    delta = torch.zeros((size,) * axes, dtype=dtype, device=device)
    delta[(torch.arange(size, device=device),) * axes] = 1
    return delta''',
    ("numpy", "_levi_civita"): '''def _levi_civita(size, dtype):
    """The sign of each permutation, 0 where an index repeats."""
    index = np.indices((size,) * size)
    sign = np.ones((size,) * size, dtype)
    for i, j in itertools.combinations(range(size), 2):
        sign = sign * np.sign(index[j] - index[i]).astype(dtype)
    return sign''',
    ("torch", "_levi_civita"): '''def _levi_civita(size, dtype, device):
    """The sign of each permutation, 0 where an index repeats."""
    index = torch.meshgrid([torch.arange(size, device=device)] * size, indexing="ij")
    sign = torch.ones((size,) * size, dtype=dtype, device=device)
    for i, j in itertools.combinations(range(size), 2):
        sign = sign * torch.sign(index[j] - index[i])
    return sign''',
    ("jax", "_delta"): '''def _delta(axes, size, dtype):
    """Ones where all indices agree."""
    return jnp.zeros((size,) * axes, dtype).at[(jnp.arange(size),) * axes].set(1)''',
    ("jax", "_levi_civita"): '''def _levi_civita(size, dtype):
    """The sign of each permutation, 0 where an index repeats."""
    index = jnp.indices((size,) * size)
    sign = jnp.ones((size,) * size, dtype)
    for i, j in itertools.combinations(range(size), 2):
        sign = sign * jnp.sign(index[j] - index[i]).astype(dtype)
    return sign''',
}


def scalar_array(text: str, like: str, library: Library) -> Piece:
    """A number as an array without axes."""
    function = "torch.tensor" if library.name == "torch" else f"{library.module}.array"
    return Piece(f"{function}({text}, {like})", needs=frozenset({library.need}))


def fixed_array(fixed: Fixed, ids: Piece | None, like: str, library: Library, lengths: Piece) -> Piece:
    """The array of a fixed tensor; `like` are the keyword arguments that give dtype (and device), `lengths` its shape as code
    says it, which ones follow where arrays may be of any length."""
    shape = fixed.type.shape
    np, need = library.module, library.need
    size = shape[0] if shape else 1
    match fixed.kind:
        case "ones" | "delta" if fixed.kind == "ones" or len(shape) < 2:
            text = lengths.text if len(shape) == 1 else f"({lengths.text})"
            return Piece(f"{np}.ones({text}, {like})", needs=frozenset({need}) | lengths.needs)
        case "count":
            return _count(fixed.offset, like, library, lengths)
        case "delta" if len(shape) == 2:
            return Piece(f"{np}.eye({size}, {like})", needs=frozenset({need}))
        case "delta":
            return Piece(f"_delta({len(shape)}, {size}, {like})", needs=frozenset({need, "_delta"}))
        case "levi_civita":
            return Piece(f"_levi_civita({size}, {like})", needs=frozenset({need, "_levi_civita", "import itertools"}))
        case "group":
            split = ", ".join(map(str, shape))
            return Piece(f"{np}.eye({size}, {like}).reshape({split})", needs=frozenset({need}))
        case "causal_mask":
            text = f"torch.ones({_arguments(shape)}, {like}).tril()"
            if library.name != "torch":
                text = f"{np}.tri({_arguments(shape)}, {like})"
            return Piece(text, needs=frozenset({need}))
        case "shift":
            return _shift(shape, fixed.offset, like, library)
        case "one_hot":
            assert ids is not None, "a one-hot reads its ids"
            return _one_hot(at_least(ids, ATOM), shape[-1], like, library)
        case _:
            assert_never(fixed.kind)


def _count(start: int, like: str, library: Library, length: Piece) -> Piece:
    """Numbers from `start`, in torch of 32 bits, so that they go with what is computed from them."""
    text = f"{start}, {end(start, length.text)}" if start else length.text
    if library.name == "torch":
        text += f", dtype=torch.float32{like[like.index(', device=') :]}"
    return Piece(f"{library.module}.arange({text})", needs=frozenset({library.need}) | length.needs)


def converted(value: Piece, like: str, library: Library) -> Piece:
    """A value in the numbers of the model."""
    dtype = like.split(",")[0].removeprefix("dtype=")
    called = re.fullmatch(r"[\w.]+\([^()]*\)", value.text)
    turned = value if called else at_least(value, ATOM)
    return compose(f"{{}}.{'to' if library.name == 'torch' else 'astype'}({dtype})", turned)


def _one_hot(ids: Piece, classes: int, like: str, library: Library) -> Piece:
    dtype = like.split(",")[0].removeprefix("dtype=")
    if library.name == "torch":
        arange = f"torch.arange({classes}, device={{}}.device)"
        return compose(f"({{}}[..., None] == {arange}).to({dtype})", ids, ids, needs=[library.need])
    made = f"({{}}[..., None] == {library.module}.arange({classes})).astype({dtype})"
    return compose(made, ids, needs=[library.need])


def _shift(shape: tuple[int, ...], offset: int, like: str, library: Library) -> Piece:
    rows, columns = shape
    if library.name != "torch":
        size = f"{rows}" if rows == columns else f"{rows}, {columns}"
        return Piece(f"{library.module}.eye({size}, k={-offset}, {like})", needs=frozenset({library.need}))
    # torch.eye has no offset; a diagonal of a larger identity has.
    largest = max(rows, columns) + abs(offset)
    start, end = (0, offset) if offset > 0 else (-offset, 0)
    text = f"torch.eye({largest}, {like})[{_slice(start, rows)}, {_slice(end, columns)}]"
    return Piece(text, needs=frozenset({library.need}))


def _slice(start: int, length: int) -> str:
    return f"{start or ''}:{start + length}"


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as an argument: one size as a number, others as a tuple."""
    return str(shape[0]) if len(shape) == 1 else f"({', '.join(map(str, shape))})"


def _arguments(shape: tuple[int, ...]) -> str:
    return ", ".join(map(str, shape))


def spread(
    value: Piece, indices: tuple[Index, ...], output: tuple[Index, ...], extents: tuple[Piece, ...], language: Language,
    names: dict[Index, str], like: str,
) -> Piece:  # fmt: skip
    """`output[...] = value[...]` where repeated indices agree, else 0; `indices` of the value are distinct, `extents` the
    sizes of the result."""
    library = language.library
    counts = Counter(output)
    sizes = {names[index]: size for index, size in zip(output, extents, strict=True)}
    distinct = tuple(dict.fromkeys(output))
    if all(count == 1 for count in counts.values()):
        if len(indices) == len(output):
            order = tuple(indices.index(index) for index in output)
            same = order == tuple(range(len(order)))
            return value if same else language.permute(value, tuple(names[i] for i in indices), order)
        return language.repeat(value, tuple(names[i] for i in indices), tuple(names[i] for i in output), sizes)
    np = library.module
    if len(indices) == 1 and output == indices * 2:
        return compose(f"{np}.diag({{}})", value, needs=[library.need])
    # A mask keeps infinities where they stand, a product with an identity would turn them into nan.
    order = tuple(indices.index(index) for index in distinct if index in indices)
    if order != tuple(range(len(order))):
        value = language.permute(value, tuple(names[i] for i in indices), order)
    kept = [index for index in distinct if index in indices]
    first = {index: output.index(index) for index in distinct}
    places: list[int | None] = [None] * len(output)
    for position, index in enumerate(kept):
        places[first[index]] = position
    value = widened(value, tuple(places))
    boolean = f"dtype=torch.bool{like[like.index(', device=') :]}" if library.name == "torch" else "dtype=bool"
    masks = []
    for place, index in enumerate(output):
        if place != first[index]:
            eye = Piece(f"{np}.eye({extents[place].text}, {boolean})")
            axes: list[int | None] = [None] * len(output)
            axes[first[index]], axes[place] = 0, 1
            masks.append(widened(eye, tuple(axes)))
    mask = " & ".join(each.text for each in masks)
    made = call(f"{np}.where", Piece(mask), value, last="0", needs=[library.need])
    if all(places[first[index]] is not None or counts[index] > 1 for index in distinct):
        return made
    return broadcast(library, made, extents)
