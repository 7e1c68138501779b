"""Recognised forms as closures: PyTorch computes each in one call, NumPy in blocks and in place.

Attention in NumPy goes through the queries in blocks, so that no more than a block of the pattern exists at a time, and
where it is causal only keys up to the block's end are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, assert_never

from tensordraw.program import contract
from tensordraw.program.backends import Array
from tensordraw.program.closures import Compute, Frame, Scope
from tensordraw.program.contract import merged, unmerged
from tensordraw.program.statements import Attention, Fused, Index, Linear, Norm, Operand, Turn

BACKENDS = ("numpy", "torch")  # that have closures here
ROWS = 128  # queries in a block
Attend: TypeAlias = Callable[
    [Array, Array, Array, float, bool], Array
]  # from three arrays, the scale, whether it is causal


def fused_closure(statement: Fused, scope: Scope) -> Compute:
    """What computes a recognised form from the values before it."""
    match statement.form:
        case Attention():
            return _attention(statement.form, scope)
        case Linear():
            return _linear(statement.form, scope)
        case Norm():
            return _norm(statement.form, scope)
        case Turn():
            return _turn(statement.form, scope)
        case _:
            assert_never(statement.form)


def _sizes(operands: Sequence[Operand], scope: Scope) -> dict[Index, int]:
    return {
        index: axis.size
        for operand in operands
        for index, axis in zip(operand.indices, scope.types[operand.value].axes, strict=True)
    }


def _attention(form: Attention, scope: Scope) -> Compute:
    library = scope.library
    shared, grouped = form.shared, form.grouped
    inner = [index for index in form.query.indices if index not in form.scores]
    own = [index for index in form.value.indices if index not in form.scores]
    sizes = _sizes((form.query, form.key), scope)
    first = merged(library, form.query.indices, [[*shared, *grouped], [form.query_at], inner], sizes)
    second = merged(library, form.key.indices, [shared, [form.key_at], inner], sizes)
    theirs = {**_sizes((form.value,), scope), **{index: sizes[index] for index in form.scores}}
    third = merged(library, form.value.indices, [shared, [form.key_at], own], theirs)
    last = unmerged(library, [[*shared, *grouped], [form.query_at], own], form.output, theirs)
    q, k, v = (scope.slots[operand.value] for operand in (form.query, form.key, form.value))
    attend: Attend = _attend_torch if library.name == "torch" else _attend_numpy

    def run(frame: Frame) -> Array:
        values = frame.values
        return last(attend(first(values[q]), second(values[k]), third(values[v]), form.scale, form.causal))

    return run


def _attend_torch(q: Array, k: Array, v: Array, scale: float, causal: bool) -> Array:
    """(heads, query, inner), (shared, key, inner), (shared, key, own) to (heads, query, own), heads = shared * group."""
    import torch

    q, k, v = _alike(q, k, v)
    q, k, v = q[None], k[None], v[None]  # with four axes there is a form that saves memory
    grouped: dict[str, Any] = {"enable_gqa": True} if q.shape[1] != k.shape[1] else {}
    return torch.nn.functional.scaled_dot_product_attention(q, k, v, is_causal=causal, scale=scale, **grouped)[0]


def _alike(*arrays: Array) -> Sequence[Array]:
    """Tensors in the dtype that all promote to, which is no integer's."""
    import torch

    dtype = arrays[0].dtype
    if all([array.dtype is dtype for array in arrays]) and dtype.is_floating_point:  # noqa: C419 (a list is faster)
        return arrays
    for array in arrays[1:]:
        dtype = torch.promote_types(dtype, array.dtype)
    dtype = dtype if dtype.is_floating_point or dtype.is_complex else torch.float32
    return [array.to(dtype) for array in arrays]


def _attend_numpy(q: Array, k: Array, v: Array, scale: float, causal: bool) -> Array:
    """(heads, query, inner), (shared, key, inner), (shared, key, own) to (heads, query, own), heads = shared * group."""
    import numpy as np

    dtype = _numpy_dtype(q, k, v)
    heads, count, inner = q.shape
    shared, own = k.shape[0], v.shape[2]
    q = np.multiply(q, scale, dtype=dtype).reshape(shared, -1, count, inner)
    k = k.astype(dtype, copy=False).swapaxes(1, 2)[:, None]
    v = v.astype(dtype, copy=False)[:, None]
    out = np.empty((count, heads, own), dtype)  # query first in memory: what comes next merges the rest
    places = out.reshape(count, shared, -1, own).transpose(1, 2, 0, 3)
    future = np.triu(np.ones((ROWS, ROWS), bool), 1)
    for start in range(0, count, ROWS):
        end = min(start + ROWS, count)
        seen = end if causal else k.shape[3]
        weights = np.matmul(q[:, :, start:end], k[..., :seen])  # shared, group, query, key
        if causal:
            np.copyto(weights[..., start:], -np.inf, where=future[: end - start, : end - start])
        weights -= weights.max(3, keepdims=True)
        np.exp(weights, out=weights)
        total = weights.sum(3, keepdims=True)
        np.divide(np.matmul(weights, v[:, :, :seen]), total, out=places[:, :, start:end])
    return out.transpose(1, 0, 2)


def _numpy_dtype(*arrays: Array) -> Any:
    import numpy as np

    dtype = np.result_type(*(array.dtype for array in arrays))
    return np.dtype(np.float64) if np.issubdtype(dtype, np.integer) else dtype


def _linear(form: Linear, scope: Scope) -> Compute:
    library = scope.library
    sizes = _sizes((form.value, form.weight), scope)
    summed = [index for index in form.value.indices if index in form.weight.indices]
    rows = [index for index in form.value.indices if index not in summed]
    columns = [index for index in form.weight.indices if index not in summed]
    if form.bias is not None:
        columns = list(form.bias.indices)  # so that its axes merge without being moved
    first = merged(library, form.value.indices, [rows, summed], sizes)
    second = merged(library, form.weight.indices, [columns, summed], sizes)
    last = unmerged(library, [rows, columns], form.output, sizes)
    x, weight = scope.slots[form.value.value], scope.slots[form.weight.value]
    multiply = _linear_torch if library.name == "torch" else _linear_numpy
    if form.bias is None:
        return lambda frame: last(multiply(first(frame.values[x]), second(frame.values[weight]), None))
    bias, third = scope.slots[form.bias.value], merged(library, form.bias.indices, [columns], sizes)

    def run(frame: Frame) -> Array:
        values = frame.values
        return last(multiply(first(values[x]), second(values[weight]), third(values[bias])))

    return run


def _linear_torch(x: Array, weight: Array, bias: Array | None) -> Array:
    """(rows, in), (out, in), (out,) to (rows, out)."""
    import torch

    if x.dtype != weight.dtype or (bias is not None and bias.dtype != x.dtype):
        dtype = torch.promote_types(x.dtype, weight.dtype)
        dtype = dtype if bias is None else torch.promote_types(dtype, bias.dtype)
        x, weight, bias = x.to(dtype), weight.to(dtype), None if bias is None else bias.to(dtype)
    if not (x.is_floating_point() or x.is_complex()):
        made = x @ weight.T
        return made if bias is None else made + bias
    return torch.nn.functional.linear(x, weight, bias)


def _linear_numpy(x: Array, weight: Array, bias: Array | None) -> Array:
    """(rows, in), (out, in), (out,) to (rows, out)."""
    import numpy as np

    made = np.dot(x, weight.T)
    if bias is None:
        return made
    if np.result_type(made, bias) != made.dtype:
        return made + bias
    made += bias
    return made


def _norm(form: Norm, scope: Scope) -> Compute:
    value, weight = scope.slots[form.value], scope.slots[form.weight]
    bias = None if form.bias is None else scope.slots[form.bias]
    act = _norm_torch if scope.library.name == "torch" else _norm_numpy

    def run(frame: Frame) -> Array:
        values = frame.values
        shift = None if bias is None else values[bias]
        return act(values[value], values[weight], shift, form.function == "normalise", form.eps)

    return run


def _norm_torch(x: Array, weight: Array, bias: Array | None, centred: bool, eps: float) -> Array:
    import torch

    if bias is None:
        x, weight = _alike(x, weight)
    else:
        x, weight, bias = _alike(x, weight, bias)
    if centred:
        return torch.nn.functional.layer_norm(x, x.shape[-1:], weight, bias, eps)
    return torch.nn.functional.rms_norm(x, x.shape[-1:], weight, eps)


def _norm_numpy(x: Array, weight: Array, bias: Array | None, centred: bool, eps: float) -> Array:
    import numpy as np

    dtype = _numpy_dtype(*([x, weight] if bias is None else [x, weight, bias]))
    made = x - x.mean(-1, keepdims=True, dtype=dtype) if centred else x.astype(dtype)
    square = np.einsum("...i,...i->...", made, made)[..., None] / made.dtype.type(x.shape[-1])
    made /= np.sqrt(square + made.dtype.type(eps))
    made *= weight
    if bias is not None:
        made += bias
    return made


def _turn(form: Turn, scope: Scope) -> Compute:
    library, indices = scope.library, form.value.indices
    others = [index for index in indices if index not in (form.at, form.axis)]
    order = (form.at, *others, form.axis)
    first = contract.single(library, indices, order)
    last = contract.single(library, order, form.output)
    x, cosine, sine = (scope.slots[name] for name in (form.value.value, form.cosine, form.sine))
    places = (slice(None), *(None for _ in others))
    half = scope.types[form.cosine].axes[1].size
    one, two = (
        ((..., slice(0, None, 2)), (..., slice(1, None, 2)))
        if form.interleaved
        else ((..., slice(0, half)), (..., slice(half, None)))
    )

    def run(frame: Frame) -> Array:
        values = frame.values
        array, cos, sin = first(values[x]), values[cosine][places], values[sine][places]
        a, b = array[one], array[two]
        if not form.forwards:
            sin = -sin
        left, right = a * cos - b * sin, b * cos + a * sin
        made = library.full(tuple(array.shape), 0, left.dtype, left)
        made[one], made[two] = left, right
        return last(made)

    return run
