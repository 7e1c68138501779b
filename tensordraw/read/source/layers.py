"""Modules of torch.nn: what they hold and what they do, one row each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tensordraw.read.source import arith, meanings, shapes
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.meanings import LAST, along, given, on
from tensordraw.read.source.values import (
    Array,
    Ax,
    Flag,
    Free,
    Instance,
    Layer,
    Nothing,
    Parameter,
    Refusal,
    Seq,
    Text,
    Value,
    number,
)

# The parameters that torch.nn modules are made with, in order.
SETTINGS = {
    "Linear": "in_features out_features bias", "Embedding": "num_embeddings embedding_dim padding_idx",
    "LayerNorm": "normalized_shape eps elementwise_affine bias", "RMSNorm": "normalized_shape eps elementwise_affine",
    "GELU": "approximate", "Softmax": "dim", "LogSoftmax": "dim", "Flatten": "start_dim end_dim",
    "Unflatten": "dim unflattened_size", "LeakyReLU": "negative_slope inplace", "ELU": "alpha inplace", "GLU": "dim",
}  # fmt: skip
FUNCTIONS = {
    "ReLU": "relu", "SiLU": "silu", "Tanh": "tanh", "Sigmoid": "sigmoid", "Softplus": "softplus",
}  # fmt: skip
FORMULAS = {"Mish": "x*tanh(log(1 + exp(x)))", "Softsign": "x/(1 + abs(x))", "LogSigmoid": "log(sigmoid(x))"}
PASSED = frozenset(("Identity", "Dropout", "Dropout1d", "Dropout2d"))
Applied = Callable[[Value, Value], Value]


def _layer(m: Machine, kind: str, arguments: Sequence[Value], keywords: Mapping[str, Value]) -> Value:
    names = SETTINGS.get(kind, "").split()
    settings = dict(zip(names, arguments, strict=False)) | dict(keywords)
    return Layer(kind, settings)


def _list(m: Machine, kind: str, arguments: Sequence[Value], keywords: Mapping[str, Value]) -> Value:
    items = arguments[0].items if len(arguments) == 1 and isinstance(arguments[0], Seq) else tuple(arguments)
    return Layer(kind, {str(n): item for n, item in enumerate(items)})


def _parameter(m: Machine, kind: str, arguments: Sequence[Value], keywords: Mapping[str, Value]) -> Value:
    value = arguments[0] if arguments else keywords.get("data")
    if isinstance(value, Array):
        return Parameter(value.dims)
    if value is None:
        raise Refusal("a parameter without data is not understood")
    return value


LAYERS: dict[str, Callable[[Machine, str, Sequence[Value], Mapping[str, Value]], Value]] = {
    **dict.fromkeys((*SETTINGS, *FUNCTIONS, *FORMULAS, *PASSED), _layer),
    "Sequential": _list, "ModuleList": _list, "ParameterList": _list, "Parameter": _parameter,
}  # fmt: skip


def placed(value: Value, path: str) -> Value:
    """The layer or object with the path by which its arrays are called."""
    match value:
        case Layer("Sequential" | "ModuleList" | "ParameterList" as kind, settings):
            return Layer(kind, {key: placed(each, f"{path}.{key}") for key, each in settings.items()}, path)
        case Layer(kind, settings):
            return Layer(kind, settings, path)
        case Instance(kind, _, attributes):
            moved = Instance(kind, path, {})
            for key, each in attributes.items():
                moved.attributes[key] = (
                    placed(each, f"{path}.{key}") if not isinstance(each, Free) else Free(f"{path}.{key}")
                )
            return moved
        case _:
            return value


def _array(m: Machine, layer: Layer, name: str, dims: Sequence[int]) -> Value:
    """An array that the layer holds."""
    text = f"{layer.path}.{name}" if layer.path else name
    if text not in m.given and text not in m.facts.axes:
        m.declare(text, [Ax("", dim) for dim in dims])
    array = m.array(Free(text), rank=len(dims))
    for axis, dim in zip(array.axes, dims, strict=True):
        m.tape.unite(axis.dim, dim)
    return array


def layer_attribute(m: Machine, layer: Layer, name: str) -> Value:
    """An array or a setting of a layer."""
    if name in ("weight", "bias") and layer.kind in ("Linear", "Embedding", "LayerNorm", "RMSNorm"):
        return _held(m, layer)[0 if name == "weight" else 1]
    if name in layer.settings:
        return layer.settings[name]
    raise Refusal(f"{name} of nn.{layer.kind} is not understood")


def _setting(layer: Layer, name: str) -> Value:
    """What the layer was made with. Refusal where it was not given."""
    if name not in layer.settings:
        raise Refusal(f"nn.{layer.kind} lacks its argument {name!r}")
    return layer.settings[name]


def _held(m: Machine, layer: Layer) -> tuple[Value, Value]:
    """Weight and bias."""
    settings = layer.settings
    match layer.kind:
        case "Linear":
            dims = (m.dim(_setting(layer, "out_features")), m.dim(_setting(layer, "in_features")))
            biased = not isinstance(settings.get("bias"), Flag) or on(settings.get("bias"))
            return _array(m, layer, "weight", dims), _array(m, layer, "bias", dims[:1]) if biased else Nothing()
        case "Embedding":
            dims = (m.dim(_setting(layer, "num_embeddings")), m.dim(_setting(layer, "embedding_dim")))
            return _array(m, layer, "weight", dims), Nothing()
        case _:
            shape = _setting(layer, "normalized_shape")
            meanings.over_one_axis(shape)
            size = m.dim(shape.items[0] if isinstance(shape, Seq) else shape)
            if isinstance(settings.get("elementwise_affine"), Flag) and not on(settings.get("elementwise_affine")):
                return Nothing(), Nothing()
            biased = layer.kind == "LayerNorm" and (
                not isinstance(settings.get("bias"), Flag) or on(settings.get("bias"))
            )
            weight = _array(m, layer, "weight", (size,))
            return weight, _array(m, layer, "bias", (size,)) if biased else Nothing()


def apply_layer(m: Machine, layer: Layer, arguments: Sequence[Value], apply: Applied) -> Value:
    """What a layer makes of its input."""
    if not arguments:
        raise Refusal(f"nn.{layer.kind} is called without an array")
    x, settings = arguments[0], layer.settings
    if layer.kind in FUNCTIONS:
        return arith.elementwise(m, FUNCTIONS[layer.kind], x)
    if layer.kind in FORMULAS:
        return meanings.typed(m, FORMULAS[layer.kind], x)
    if layer.kind in PASSED:
        return x
    match layer.kind:
        case "Linear":
            return meanings.linear(m, x, *_held(m, layer))
        case "Embedding":
            return meanings.embedding(m, x, _held(m, layer)[0])
        case "LayerNorm" | "RMSNorm":
            eps = given(settings.get("eps"))
            weight, bias = _held(m, layer)
            return meanings.layer_norm(
                m, x, weight, bias, 1e-5 if eps is None else m.constant(eps), layer.kind == "RMSNorm"
            )
        case "GELU":
            how = settings.get("approximate")
            return arith.elementwise(m, "gelu_tanh" if isinstance(how, Text) and how.text == "tanh" else "gelu", x)
        case "Softmax" | "LogSoftmax":
            name = "softmax" if layer.kind == "Softmax" else "log_softmax"
            return along(m, name, x, settings.get("dim", LAST))
        case "LeakyReLU":
            slope = m.constant(settings.get("negative_slope", number(0.01)))
            return meanings.typed(m, "max(x, 0) + [slope]*min(x, 0)", x, slope=slope)
        case "ELU":
            return meanings.typed(
                m, "max(x, 0) + [a]*(exp(min(x, 0)) - 1)", x, a=m.constant(settings.get("alpha", number(1.0)))
            )
        case "GLU":
            halves = shapes.parts(m, x, settings.get("dim", LAST), 2)
            return arith.operate(m, "*", halves.items[0], arith.elementwise(m, "sigmoid", halves.items[1]))
        case "Flatten":
            start = m.integer(settings.get("start_dim", number(1.0)))
            return shapes.flatten(m, x, start, m.integer(settings.get("end_dim", LAST)))
        case "Unflatten":
            return shapes.unflatten(m, x, _setting(layer, "dim"), _setting(layer, "unflattened_size"))
        case "Sequential":
            for each in settings.values():
                x = apply(each, x)
            return x
        case _:
            raise Refusal(f"nn.{layer.kind} is not understood")
