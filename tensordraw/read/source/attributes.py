"""Attributes: of libraries, of objects of the text, and of arrays (`.T`, `.shape`)."""

from __future__ import annotations

import ast
import math

from tensordraw.program.expressions import Number
from tensordraw.read.source import calls, products, shapes
from tensordraw.read.source.indexing import shape_of
from tensordraw.read.source.layers import layer_attribute
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.values import (
    Array,
    Class,
    Flag,
    Free,
    Function,
    Instance,
    Layer,
    Library,
    Method,
    Nothing,
    Num,
    Opaque,
    Refusal,
    Seq,
    Sizes,
    Table,
    Text,
    Value,
    in_words,
    number,
)

SETTINGS = frozenset(("config", "cfg", "args", "hparams", "conf", "settings"))  # records whose fields are numbers
NUMBERS = {"pi": math.pi, "e": math.e, "inf": math.inf, "Inf": math.inf, "infty": math.inf, "tau": math.tau}
DTYPES = frozenset(
    ("float32", "float64", "bool", "complex64", "complex128", "int64", "int32", "long", "float16", "bfloat16", "uint8",
     "bool_", "int8", "complex", "int_", "int16")
)  # fmt: skip


def attribute(m: Machine, owner: Value, name: str) -> Value:
    """`owner.name`."""
    match owner:
        case Library(path):
            return _member(path, name)
        case Instance(attributes=attributes):
            return _own(m, owner, attributes, name)
        case Layer():
            return layer_attribute(m, owner, name)
        case Table(items) if name in items:
            return items[name]
        case Table() | Seq() | Text():
            return Method(owner, name)
        case Opaque():
            return number(-math.inf) if name == "min" else Opaque(owner.what)
        case Nothing() | Flag() | Function() | Class():
            raise Refusal(f"{name} of {in_words(owner)} is not understood")
        case Num():
            return owner if name in ("real", "value") else Method(owner, name)
        case Free(name=holder) if holder in SETTINGS:
            return m.number(Free(name))
        case _:
            return _of_array(m, owner, name)


def _member(path: str, name: str) -> Value:
    known = calls.library(path)
    if name in NUMBERS and known and not (name == "e" and path.count(".")):
        return Num(Number(NUMBERS[name], name)) if name in ("pi", "e") else number(NUMBERS[name])
    if name == "newaxis":
        return Nothing()
    return Opaque("a dtype") if name in DTYPES and known else Library(f"{path}.{name}")


def _own(m: Machine, owner: Instance, attributes: dict[str, Value], name: str) -> Value:
    if name in attributes:
        found = attributes[name]
        return m.array(found) if isinstance(found, Free) and found.name in m.facts.axes else found
    for node in owner.kind.node.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return Function(node, owner.kind.scope, owner)
    if name in ("register_buffer", "register_parameter", "apply", "eval", "double", "float", "to"):
        return Method(owner, name)
    attributes[name] = Free(f"{owner.path}.{name}" if owner.path else name)
    return attributes[name]


def _of_array(m: Machine, owner: Value, name: str) -> Value:
    match name:
        case "T":
            return products.transposed(m, owner)
        case "mT":
            return shapes.swap(m, owner, number(-2.0), number(-1.0))
        case "H":
            return m.tape.conj(products.transposed(m, m.array(owner, least=2)))
        case "mH":
            return m.tape.conj(shapes.swap(m, owner, number(-2.0), number(-1.0)))
        case "shape":
            if isinstance(owner, Free) or (isinstance(owner, Array) and owner.lineage is not None):
                return Sizes(owner)
            return shape_of(m, m.array(owner))
        case "ndim":
            return number(float(m.array(owner).rank))
        case "dtype" | "device" | "requires_grad" | "grad" | "is_cuda":
            return Opaque(f"a {name}")
        case "data":
            return owner
        case "size":
            return Method(owner, "size")
        case "real" | "imag":
            raise Refusal(f".{name} is not understood")
        case _:
            return Method(owner, name)
