"""Calls of `ncon`: its lists mean what `read.ncon` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tensordraw.errors import Error
from tensordraw.read.ncon import spec_of
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.meanings import given
from tensordraw.read.source.products import by_spec
from tensordraw.read.source.values import Array, Refusal, Seq, Value

NAMES = ("tensors", "lists", "con_order", "out_order")
CALLED = {
    "L": "tensors", "v_structure": "lists", "connects": "lists", "network_structure": "lists", "order": "con_order",
    "forder": "out_order", "tensor_list": "tensors", "connect_list_in": "lists", "cont_order": "con_order",
}  # fmt: skip
IGNORED = frozenset(("check_indices", "backend", "check_network", "con_order_type"))


def ncon(m: Machine, arguments: Sequence[Value], keywords: Mapping[str, Value]) -> Array:
    """The contraction of an ncon call."""
    found = dict(zip(NAMES, arguments, strict=False))
    for key, value in keywords.items():
        if key in IGNORED:
            continue
        name = CALLED.get(key, key)
        if name not in NAMES:
            raise Refusal(f"the argument {key!r} of ncon is not understood")
        found[name] = value
    if "tensors" not in found or "lists" not in found:
        raise Refusal("ncon takes a list of arrays and a list of their labels")
    tensors = found["tensors"]
    operands = list(tensors.items) if isinstance(tensors, Seq) else [tensors]
    try:
        spec = spec_of(
            _labels(m, found["lists"]), _labels(m, found.get("con_order")), _labels(m, found.get("out_order"))
        )
    except Error as error:
        raise Refusal(str(error).rstrip(".")) from error
    return by_spec(m, spec, operands, {})


def _labels(m: Machine, value: Value | None) -> object:
    if given(value) is None or value is None:
        return None
    if isinstance(value, Seq):
        return [_labels(m, item) for item in value.items]
    return m.integer(value)
