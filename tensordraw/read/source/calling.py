"""Calls: of known functions, of the text's own functions and classes (inlined), of layers, and Python's builtins."""

from __future__ import annotations

import ast
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tensordraw.read.source import arith, calls
from tensordraw.read.source.attributes import attribute
from tensordraw.read.source.holding import held_by
from tensordraw.read.source.indexing import shape_of
from tensordraw.read.source.layers import LAYERS, apply_layer
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.ncon import ncon
from tensordraw.read.source.values import (
    Array,
    Class,
    Equality,
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
    Scope,
    Seq,
    Sizes,
    Span,
    Table,
    Text,
    Value,
    in_words,
    number,
)

# Names that a snippet without imports means.
USUAL = {
    "np": "numpy", "numpy": "numpy", "torch": "torch", "F": "torch.nn.functional", "nn": "torch.nn", "einops": "einops",
    "rearrange": "einops.rearrange", "reduce": "einops.reduce", "repeat": "einops.repeat", "oe": "opt_einsum",
    "opt_einsum": "opt_einsum", "contract": "opt_einsum.contract", "jnp": "jax.numpy", "jax": "jax", "math": "math",
    "ncon": "ncon.ncon", "LA": "numpy.linalg", "tn": "tensornetwork",
}  # fmt: skip
SIZE = re.compile(r"(?:d|n|dk|dim|n_\w+|d_\w+|num_\w+|\w*_?(?:dim|size|len|count|width))")  # how sizes are called
BUILTINS = frozenset(
    ("range", "len", "tuple", "list", "float", "int", "abs", "max", "min", "sum", "print", "reversed", "enumerate", "zip",
     "isinstance", "hasattr", "super", "bool", "pow", "round", "getattr", "type", "id", "repr", "str", "all", "any")
)  # fmt: skip
EQUAL = frozenset(
    ("allclose", "array_equal", "assert_allclose", "assert_array_equal", "assert_almost_equal", "assert_close", "isclose",
     "assert_array_almost_equal", "equal", "array_equiv")
)  # fmt: skip


@dataclass(slots=True)
class Calls(ABC):
    """The part of a walker that calls; `run` runs the bodies of functions."""

    m: Machine
    run: Callable[[Calls, ast.FunctionDef, Scope], Value]
    depth: int = 0

    @abstractmethod
    def value(self, node: ast.expr, scope: Scope) -> Value:
        """The value of an expression."""

    def items(self, items: Sequence[ast.expr], scope: Scope) -> list[Value]:
        found: list[Value] = []
        for item in items:
            if isinstance(item, ast.Starred):
                found += self.listed(self.value(item.value, scope))
            else:
                found.append(self.value(item, scope))
        return found

    def known(self, value: Value) -> Value:
        """The value, a shape as its sizes."""
        return shape_of(self.m, self.m.array(value.owner)) if isinstance(value, Sizes) else value

    def truth(self, value: Value) -> bool | None:
        """Whether a value counts as true, None where that is not known."""
        match value:
            case Flag(on):
                return on
            case Nothing():
                return False
            case Num():
                found = self.m.tape.value(value)
                return None if found is None else bool(found)
            case Text(text):
                return bool(text)
            case Seq(items):
                return bool(items)
            case Function() | Layer() | Instance() | Library():
                return True
            case _:
                return None

    def listed(self, value: Value) -> list[Value]:
        """The items of what can be iterated over."""
        value = self.known(value)
        match value:
            case Seq(items):
                return list(items)
            case Span(start, stop, step):
                ends = [self.m.tape.whole(each) for each in (start, stop, step)]
                if None in ends:
                    raise Refusal("how often this runs is not known; give the sizes")
                span = range(*(each for each in ends if each is not None))
                if len(span) > 1000:
                    raise Refusal(f"a loop of {len(span)} turns is too long to write out")
                return [number(float(each)) for each in span]
            case Layer("ModuleList" | "Sequential" | "ParameterList", settings):
                return list(settings.values())
            case Array(axes=(first, *_)) if (count := self.m.tape.dims.size(first.dim)) is not None:
                return [self.m.tape.select(value, 0, n) for n in range(count)]
            case Table(items):
                return [Text(key) for key in items]
            case _:
                raise Refusal(f"going through {in_words(value)} is not understood")

    def callee(self, node: ast.expr, scope: Scope) -> Value:
        """What is called: a name that nothing defines is a known function."""
        if isinstance(node, ast.Name) and scope.find(node.id) is None and node.id not in USUAL:
            if node.id in LAYERS:
                return Library(f"torch.nn.{node.id}")
            return Library(f"python.{node.id}")
        return self.value(node, scope)

    # ------------------------------------------------------------------------------------------------------- calls

    def call(self, node: ast.Call, scope: Scope, targets: int | None = None) -> Value:
        """The value of a call; `targets` is how many names it is unpacked into."""
        callee = self.callee(node.func, scope)
        if isinstance(callee, Library) and callee.path == "python.super":
            return Opaque("the class above")
        if isinstance(callee, Opaque):
            return callee
        arguments = self.items(node.args, scope)
        keywords: dict[str, Value] = {}
        for keyword in node.keywords:
            found = self.value(keyword.value, scope)
            if keyword.arg is not None:
                keywords[keyword.arg] = found
            elif isinstance(found, Table):
                keywords.update(found.items)
            else:
                raise Refusal("** of this is not understood")
        return self.applied(callee, arguments, keywords, targets)

    def applied(
        self, callee: Value, arguments: list[Value], keywords: dict[str, Value], targets: int | None = None
    ) -> Value:
        """The value of a function of these arguments."""
        arguments = [self.known(each) for each in arguments]
        keywords = {key: self.known(each) for key, each in keywords.items()}
        match callee:
            case Library(path):
                return self._library(path, arguments, keywords, targets)
            case Method(owner, name):
                return self._method(owner, name, arguments, keywords, targets)
            case Function():
                return self.inlined(callee, arguments, keywords)
            case Class():
                return self.made(callee, arguments, keywords)
            case Instance():
                method = attribute(self.m, callee, "forward")
                if not isinstance(method, Function):
                    method = attribute(self.m, callee, "__call__")
                if not isinstance(method, Function):
                    raise Refusal("this object has no forward")
                return self.inlined(method, arguments, keywords)
            case Layer():
                return apply_layer(self.m, callee, arguments, lambda inner, x: self.applied(inner, [x], {}))
            case Opaque():
                return callee
            case Free(name):
                raise Refusal(f"{name} is not understood")
            case _:
                raise Refusal(f"{in_words(callee)} cannot be called")

    def _library(self, path: str, arguments: list[Value], keywords: dict[str, Value], targets: int | None) -> Value:
        name = path.rpartition(".")[2]
        root = calls.library(path)
        if name in EQUAL and len(arguments) > 1 and not isinstance(arguments[0], Seq):
            return Equality(tuple(arguments[:2]))
        if root == "python" and name in BUILTINS:
            return self._builtin(name, arguments, keywords)
        if name == "ncon" or root == "ncon":
            return ncon(self.m, arguments, keywords)
        if path.startswith(("torch.nn.", "torch.nn.parameter.")) and not path.startswith("torch.nn.functional."):
            kind = LAYERS.get(name)
            if kind is not None:
                return kind(self.m, name, arguments, keywords)
        if root in ("math", "torch", "numpy", "jax", "python", "einops", "opt_einsum", "prelude"):
            if name in ("float32", "float64", "double") and root == "numpy" and arguments:
                return arguments[0]
            if name == "no_grad" or name == "inference_mode":
                return Opaque("a context")
            shown = path.removeprefix("python.")
            if root == "math" or name == "sqrt":
                arguments = [self._sized(each, root == "math") for each in arguments]
            try:
                return calls.call(self.m, path, arguments, keywords, targets)
            except Refusal as refusal:
                if refusal.why.endswith("is not understood") and refusal.why.startswith(path):
                    raise Refusal(f"{shown} is not understood") from refusal
                raise
        raise Refusal(f"{path} is not understood")

    def _sized(self, value: Value, always: bool) -> Value:
        """A name as a number, where `math` takes it, or where it is called as sizes are and its root is taken."""
        if isinstance(value, Free) and value.name not in self.m.given and (always or SIZE.fullmatch(value.name)):
            return self.m.number(value)
        return value

    def _method(
        self, owner: Value, name: str, arguments: list[Value], keywords: dict[str, Value], targets: int | None
    ) -> Value:
        match owner:
            case Table(items):
                match name:
                    case "items":
                        return Seq(tuple(Seq((Text(key), value)) for key, value in items.items()))
                    case "values":
                        return Seq(tuple(items.values()))
                    case "keys":
                        return Seq(tuple(map(Text, items)))
                    case "get" if self.m.text(arguments[0]) in items:
                        return items[self.m.text(arguments[0])]
            case Instance(path=path, attributes=attributes):
                if name.startswith("register_"):
                    key, held = self.m.text(arguments[0]), (arguments[1:] or [keywords.get("tensor", Nothing())])[0]
                    attributes[key] = held_by(self.m, held, f"{path}.{key}" if path else key)
                    return Opaque("nothing")
                return owner if name != "apply" else Opaque("nothing")
            case Equality():
                if name in ("all", "item", "any"):
                    return owner
            case Seq() | Text():
                raise Refusal(f"{name} of {in_words(owner)} is not understood")
        if name == "all" or (name in ("max", "item") and isinstance(owner, Equality)):
            return owner if isinstance(owner, Equality) else Opaque("a truth")
        return calls.call(self.m, f"method.{name}", [owner, *arguments], keywords, targets)

    def _builtin(self, name: str, arguments: list[Value], keywords: dict[str, Value]) -> Value:
        m = self.m
        if not arguments and name not in ("tuple", "list", "print", "super"):
            raise Refusal(f"{name} without an argument is not understood")
        match name:
            case "range":
                ends = [m.number(each) for each in arguments]
                start, stop, step = (number(0.0), ends[0], number(1.0)) if len(ends) == 1 else (
                    ends[0], ends[1], ends[2] if len(ends) > 2 else number(1.0))  # fmt: skip
                return Span(start, stop, step)
            case "enumerate":
                return Seq(tuple(Seq((number(float(n)), each)) for n, each in enumerate(self.listed(arguments[0]))))
            case "zip":
                return Seq(tuple(Seq(each) for each in zip(*map(self.listed, arguments), strict=False)))
            case "tuple" | "list":
                return Seq(tuple(self.listed(arguments[0]))) if arguments else Seq(())
            case "float" | "int" if isinstance(arguments[0], Text):
                texts = {"inf": math.inf, "-inf": -math.inf, "infinity": math.inf}
                if arguments[0].text not in texts:
                    raise Refusal(f"{name}({arguments[0].text!r}) is not understood")
                return number(texts[arguments[0].text])
            case "float" | "bool":
                return arguments[0]
            case "int":
                found = m.number(arguments[0])
                known = m.tape.value(found)
                if known is None and found.size is not None:
                    m.tape.dim(found.size)  # a whole number, as sizes are
                    return found
                return number(float(int(m.constant(found))))
            case "sum":
                items = self.listed(arguments[0]) if not isinstance(arguments[0], Array | Free) else None
                if items is None:
                    return calls.call(m, "numpy.sum", arguments, keywords)
                total = arguments[1] if len(arguments) > 1 else number(0.0)
                for each in items:
                    total = arith.operate(m, "+", total, each)
                return total
            case "max" | "min" if len(arguments) > 1:
                made = arguments[0]
                for each in arguments[1:]:
                    a, b = (m.tape.value(x) if isinstance(x, Num) else None for x in (made, each))
                    if a is not None and b is not None:
                        made = number(max(a, b) if name == "max" else min(a, b))
                    else:
                        made = calls.call(m, f"numpy.{name}imum", [made, each], {})
                return made
            case "abs" | "pow" | "len" | "print" | "reversed":
                return calls.call(m, f"numpy.{name}", arguments, keywords)
            case "isinstance" | "hasattr" | "type" | "id" | "repr" | "str" | "getattr" | "round":
                return Opaque("a condition")
            case _:
                raise Refusal(f"{name} is not understood")

    def inlined(self, function: Function, arguments: list[Value], keywords: dict[str, Value]) -> Value:
        """The value of a call of the text's own function."""
        if function.prelude:
            return calls.call(self.m, f"prelude.{function.prelude}", arguments, keywords)
        if self.depth > 40:
            raise Refusal("functions that call themselves are not understood")
        scope = self.parameters(function, arguments, keywords)
        self.depth += 1
        try:
            node = function.node
            return self.value(node.body, scope) if isinstance(node, ast.Lambda) else self.run(self, node, scope)
        finally:
            self.depth -= 1

    def parameters(self, function: Function, arguments: list[Value], keywords: dict[str, Value]) -> Scope:
        """A function's scope with its parameters bound."""
        node = function.node.args
        names = [each.arg for each in [*node.posonlyargs, *node.args]]
        given = [function.owner, *arguments] if function.owner is not None else list(arguments)
        scope = Scope({}, function.scope)
        defaults: dict[str, ast.expr] = dict(zip(names[len(names) - len(node.defaults) :], node.defaults, strict=True))
        defaults |= {a.arg: d for a, d in zip(node.kwonlyargs, node.kw_defaults, strict=True) if d is not None}
        scope.names.update(zip(names, given, strict=False))
        if node.vararg is not None:
            scope.names[node.vararg.arg] = Seq(tuple(given[len(names) :]))
        elif len(given) > len(names):
            raise Refusal(f"a function with {len(names)} parameters is called with {len(given)} arguments")
        every = [*names, *(each.arg for each in node.kwonlyargs)]
        extra = {key: value for key, value in keywords.items() if key not in every}
        scope.names |= {key: value for key, value in keywords.items() if key in every}
        if node.kwarg is not None:
            scope.names[node.kwarg.arg] = Table(extra)
        elif extra:
            raise Refusal(f"the function has no parameter {next(iter(extra))!r}")
        for name in every:
            if name not in scope.names:
                if name not in defaults:
                    raise Refusal(f"the argument {name!r} is missing")
                scope.names[name] = self.value(defaults[name], function.scope)
        return scope

    def made(self, kind: Class, arguments: list[Value], keywords: dict[str, Value], path: str = "") -> Instance:
        """An object of a class of the text."""
        instance = Instance(kind, path, {})
        for node in kind.node.body:
            if isinstance(node, ast.FunctionDef) and node.name == "__init__":
                self.inlined(Function(node, kind.scope, instance), arguments, keywords)
        return instance
