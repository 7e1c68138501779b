"""Expressions walked: each node of the syntax tree gives a value.

A refusal gets the line of the innermost node that was being read. Calls go to the table, to functions and classes of the
text (inlined), or to modules' layers; operators to `arith`; brackets to `indexing`.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from tensordraw.read.source import arith, calls, masks, products, shapes
from tensordraw.read.source.holding import held_by
from tensordraw.read.source.indexing import shape_of, subscript
from tensordraw.read.source.layers import LAYERS, apply_layer, layer_attribute
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.ncon import ncon
from tensordraw.read.source.values import (
    Again,
    Array,
    Class,
    Cut,
    Dots,
    Equality,
    Flag,
    Free,
    Function,
    Instance,
    Layer,
    Library,
    Lost,
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
BUILTINS = frozenset(("range", "len", "tuple", "list", "float", "int", "abs", "max", "min", "sum", "print", "reversed", "enumerate", "zip", "isinstance", "hasattr", "super", "bool", "pow", "round", "getattr", "type", "id", "repr", "str", "all", "any"))  # fmt: skip
SETTINGS = frozenset(("config", "cfg", "args", "hparams", "conf", "settings"))  # records whose fields are numbers
NUMBERS = {
    "pi": math.pi, "e": math.e, "inf": math.inf, "Inf": math.inf, "infty": math.inf, "tau": math.tau, "min": -math.inf,
}  # fmt: skip
EQUAL = frozenset(
    ("allclose", "array_equal", "assert_allclose", "assert_array_equal", "assert_almost_equal", "assert_close", "isclose",
     "assert_array_almost_equal", "equal", "array_equiv")
)  # fmt: skip
OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%",
}  # fmt: skip
COMPARISONS: dict[type[ast.AST], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


class Runs(Protocol):
    """What runs the body of a function of the text."""

    def __call__(self, walker: Walker, node: ast.FunctionDef, scope: Scope) -> Value: ...


@dataclass(slots=True)
class Walker:
    """One trace's way through the text; `run` runs function bodies (`running`)."""

    m: Machine
    run: Runs
    depth: int = 0

    def value(self, node: ast.expr, scope: Scope) -> Value:
        """The value of an expression."""
        try:
            return self._value(node, scope)
        except Refusal as refusal:
            if refusal.line is None:
                refusal.line = node.lineno
            raise

    def _value(self, node: ast.expr, scope: Scope) -> Value:
        m = self.m
        match node:
            case ast.Constant(value=value):
                return _constant(value)
            case ast.Name(id=name):
                return self.name(name, scope)
            case ast.Attribute(value=owner, attr=name):
                return self.attribute(self.value(owner, scope), name)
            case ast.BinOp(left=left, op=ast.MatMult(), right=right):
                return products.matmul(m, self.value(left, scope), self.value(right, scope))
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(op, self.value(left, scope), self.value(right, scope))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return arith.negative(m, self.value(operand, scope))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand, scope)
            case ast.UnaryOp(operand=operand):
                return masks.opposite(m, self._truth(self.value(operand, scope), isinstance(node.op, ast.Not)))
            case ast.Compare():
                return self._compare(node, scope)
            case ast.BoolOp(values=values):
                return self._logic(node.op, values, scope)
            case ast.Call():
                return self.call(node, scope)
            case ast.Subscript(value=owner, slice=index):
                return subscript(m, self.value(owner, scope), self.value(index, scope))
            case ast.Slice(lower=lower, upper=upper, step=step):
                return Cut(*(Nothing() if each is None else self.value(each, scope) for each in (lower, upper, step)))
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return Seq(tuple(self._items(items, scope)))
            case ast.Dict(keys=keys, values=values):
                return Table({m.text(self.value(key, scope)) if key else "": self.value(each, scope)
                              for key, each in zip(keys, values, strict=True)})  # fmt: skip
            case ast.Lambda():
                return Function(node, scope)
            case ast.IfExp(test=test, body=body, orelse=other):
                return self.value(body if self.decided(test, scope) else other, scope)
            case ast.ListComp(elt=item, generators=[one]) | ast.GeneratorExp(elt=item, generators=[one]):
                return self._comprehension(item, one, scope)
            case ast.NamedExpr(target=target, value=inner):
                scope.names[target.id] = found = self.value(inner, scope)
                if isinstance(found, Array):
                    m.tape.name(found, target.id)
                return found
            case ast.JoinedStr():
                return Text(ast.unparse(node))
            case _:
                raise Refusal(f"{ast.unparse(node)[:40]!r} is not understood")

    def _items(self, items: Sequence[ast.expr], scope: Scope) -> list[Value]:
        found: list[Value] = []
        for item in items:
            if isinstance(item, ast.Starred):
                found += self.listed(self.value(item.value, scope))
            else:
                found.append(self.value(item, scope))
        return found

    def _binary(self, op: ast.operator, left: Value, right: Value) -> Value:
        left, right = self.known(left), self.known(right)
        if isinstance(left, Seq) and isinstance(right, Seq) and isinstance(op, ast.Add):
            return Seq(left.items + right.items)
        if isinstance(left, Seq) and isinstance(op, ast.Mult):
            return Seq(left.items * self.m.integer(right))
        if isinstance(op, ast.BitAnd):
            return masks.both(self.m, left, right)
        if isinstance(left, Text) or isinstance(right, Text):
            return Opaque("a text")
        sign = OPERATORS.get(type(op))
        if sign is None:
            raise Refusal("this operator is not understood")
        return arith.operate(self.m, sign, left, right)

    def known(self, value: Value) -> Value:
        """The value, a shape as its sizes."""
        return shape_of(self.m, self.m.array(value.owner)) if isinstance(value, Sizes) else value

    def _compare(self, node: ast.Compare, scope: Scope) -> Value:
        values = [self.value(each, scope) for each in (node.left, *node.comparators)]
        if isinstance(node.ops[0], ast.Is | ast.IsNot):
            nothing = isinstance(values[0], Nothing) == isinstance(values[1], Nothing)
            if not any(isinstance(each, Nothing) for each in values):
                return Opaque("a comparison")
            return Flag(nothing == isinstance(node.ops[0], ast.Is))
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            return Opaque("a comparison")
        signs = [COMPARISONS[type(op)] for op in node.ops]
        if len(values) > 2 and all(sign == "==" for sign in signs):
            return Equality(tuple(values))
        if len(values) > 2:
            return Opaque("a comparison")
        if (
            signs[0] == "=="
            and any(isinstance(each, Free | Array) for each in values)
            and any(isinstance(each, Free) for each in values)
        ):
            return Equality(tuple(values))
        return masks.compare(self.m, signs[0], values[0], values[1])

    def _truth(self, value: Value, negated: bool) -> Value:
        if not negated:
            return value
        match value:
            case Nothing():
                return Flag(False)
            case Seq(items):
                return Flag(bool(items))
            case Num() if (found := self.m.tape.value(value)) is not None:
                return Flag(bool(found))
            case _:
                return value

    def _logic(self, op: ast.boolop, values: Sequence[ast.expr], scope: Scope) -> Value:
        wanted = isinstance(op, ast.Or)
        last: Value = Nothing()
        for each in values:
            last = self.value(each, scope)
            known = self.truth(last)
            if known is None:
                return Opaque("a condition")
            if known == wanted:
                return last
        return last

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

    def decided(self, node: ast.expr, scope: Scope) -> bool:
        """A condition that the text decides. Refusal where it depends on values."""
        found = self.truth(self.value(node, scope))
        if found is None:
            raise Refusal(f"which way 'if {ast.unparse(node)[:40]}' goes is not known")
        return found

    def _comprehension(self, item: ast.expr, one: ast.comprehension, scope: Scope) -> Value:
        found = []
        for each in self.listed(self.value(one.iter, scope)):
            inner = Scope({}, scope)
            self.bind(one.target, each, inner)
            if all(self.decided(test, inner) for test in one.ifs):
                found.append(self.value(item, inner))
        return Seq(tuple(found))

    def listed(self, value: Value) -> list[Value]:
        """The items of what can be iterated over."""
        match self.known(value):
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

    def bind(self, target: ast.expr, value: Value, scope: Scope) -> None:
        """Bind a loop's or comprehension's target."""
        if isinstance(target, ast.Name):
            scope.names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            items = self.listed(value)
            if len(items) != len(target.elts):
                raise Refusal(f"{len(items)} values cannot be bound to {len(target.elts)} names")
            for each, item in zip(target.elts, items, strict=True):
                self.bind(each, item, scope)
        else:
            raise Refusal("this target is not understood")

    # ------------------------------------------------------------------------------------------------------- names

    def name(self, name: str, scope: Scope) -> Value:
        """What a name stands for: what the text defines, a usual library, or something given."""
        found = scope.find(name)
        if isinstance(found, Lost):
            self.m.facts.unrolled.add(found.line)
            raise Again
        if found is not None:
            return found
        if name in USUAL:
            return Library(USUAL[name])
        return Free(name)

    def callee(self, node: ast.expr, scope: Scope) -> Value:
        """What is called: a name that nothing defines is a known function."""
        if isinstance(node, ast.Name) and scope.find(node.id) is None and node.id not in USUAL:
            if node.id in LAYERS:
                return Library(f"torch.nn.{node.id}")
            return Library(f"python.{node.id}")
        return self.value(node, scope)

    def attribute(self, owner: Value, name: str) -> Value:
        """`owner.name`."""
        match owner:
            case Library(path):
                return self._member(path, name)
            case Instance(attributes=attributes):
                return self._own(owner, attributes, name)
            case Layer():
                return layer_attribute(self.m, owner, name)
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
                return self.m.number(Free(name))
            case _:
                return self._of_array(owner, name)

    def _member(self, path: str, name: str) -> Value:
        if name in NUMBERS and calls.library(path) and not (name in ("min", "e") and path.count(".")):
            if name != "min":
                return number(NUMBERS[name]) if name not in ("pi", "e") else Num(_named(name))
        if name == "newaxis":
            return Nothing()
        if name in ("T", "float32", "float64", "bool", "complex64", "complex128", "int64", "int32", "long", "float16",
                    "bfloat16", "uint8", "bool_", "double", "half", "cuda", "int8", "float") and calls.library(path):  # fmt: skip
            return Library(f"{path}.{name}") if name in ("double", "half", "float") else Opaque("a dtype")
        return Library(f"{path}.{name}")

    def _own(self, owner: Instance, attributes: dict[str, Value], name: str) -> Value:
        if name in attributes:
            found = attributes[name]
            return (
                self.m.array(Free(found.name)) if isinstance(found, Free) and found.name in self.m.facts.axes else found
            )
        for node in owner.kind.node.body:
            if isinstance(node, ast.FunctionDef) and node.name == name:
                return Function(node, owner.kind.scope, owner)
        if name in ("register_buffer", "register_parameter", "apply", "eval", "double", "float", "to"):
            return Method(owner, name)
        found_ = Free(f"{owner.path}.{name}" if owner.path else name)
        attributes[name] = found_
        return found_

    def _of_array(self, owner: Value, name: str) -> Value:
        m = self.m
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

    # ------------------------------------------------------------------------------------------------------- calls

    def call(self, node: ast.Call, scope: Scope, targets: int | None = None) -> Value:
        """The value of a call; `targets` is how many names it is unpacked into."""
        callee = self.callee(node.func, scope)
        if isinstance(callee, Library) and callee.path == "python.super":
            return Opaque("the class above")
        if isinstance(callee, Opaque):
            return callee
        arguments = self._items(node.args, scope)
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
                method = self.attribute(callee, "forward")
                if not isinstance(method, Function):
                    method = self.attribute(callee, "__call__")
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
            try:
                return calls.call(self.m, path, arguments, keywords, targets)
            except Refusal as refusal:
                if refusal.why.endswith("is not understood") and refusal.why.startswith(path):
                    raise Refusal(f"{shown} is not understood") from refusal
                raise
        raise Refusal(f"{path} is not understood")

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
                return found if known is None else number(float(int(known)))
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


def _named(name: str):  # type: ignore[no-untyped-def]
    from tensordraw.program.expressions import Number

    return Number(NUMBERS[name], name)


def _constant(value: object) -> Value:
    match value:
        case None:
            return Nothing()
        case bool():
            return Flag(value)
        case int() | float():
            return number(float(value))
        case str():
            return Text(value)
        case _ if value is Ellipsis:
            return Dots()
        case complex():
            raise Refusal("complex numbers are not understood")
        case _:
            raise Refusal(f"{value!r} is not understood")
