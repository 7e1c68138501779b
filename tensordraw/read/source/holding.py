"""Names of what is given from outside: an array that is made at random, read or trained is called as it is bound."""

from __future__ import annotations

from tensordraw.read.source.layers import placed
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.values import Array, Ax, Free, Parameter, Value


def held_by(m: Machine, found: Value, path: str) -> Value:
    """What an object holds under this path, which its arrays are called by."""
    if isinstance(found, Parameter):
        return bound_to(m, found, path)
    return found if isinstance(found, Array) else placed(found, path)


def bound_to(m: Machine, found: Value, name: str) -> Value:
    """The value bound to a name, which an array that is given gets."""
    if not isinstance(found, Parameter):
        return found
    if found.integer:
        m.facts.integer.add(name)
    if name in m.facts.axes:
        return m.array(Free(name))
    free = (wish for wish in (name, *(f"{name}_{n}" for n in range(2, len(m.given) + 3))) if wish not in m.given)
    return m.declare(next(free), [Ax("", dim) for dim in found.dims])
