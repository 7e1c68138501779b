"""Expressions walked: each node of the syntax tree gives a value.

A refusal gets the line of the innermost node that was being read. Calls go to the table, to functions and classes of the
text (inlined), or to modules' layers; operators to `arith`; brackets to `indexing`.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from tensordraw.read.source import arith, masks, products
from tensordraw.read.source.attributes import attribute
from tensordraw.read.source.calling import USUAL, Calls
from tensordraw.read.source.indexing import subscript
from tensordraw.read.source.values import (
    Again,
    Array,
    Cut,
    Dots,
    Equality,
    Flag,
    Free,
    Function,
    Library,
    Lost,
    Nothing,
    Num,
    Opaque,
    Refusal,
    Scope,
    Seq,
    Table,
    Text,
    Value,
    in_words,
    number,
)

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%",
}  # fmt: skip
COMPARISONS: dict[type[ast.AST], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


@dataclass(slots=True)
class Walker(Calls):
    """One trace's way through the text."""

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
                return attribute(m, self.value(owner, scope), name)
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
            case ast.Subscript(slice=ast.List()):
                raise Refusal("a list of positions is not understood; give them as an array of ids")
            case ast.Subscript(value=owner, slice=index):
                return subscript(m, self.value(owner, scope), self.value(index, scope))
            case ast.Slice(lower=lower, upper=upper, step=step):
                return Cut(*(Nothing() if each is None else self.value(each, scope) for each in (lower, upper, step)))
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return Seq(tuple(self.items(items, scope)))
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

    def _binary(self, op: ast.operator, left: Value, right: Value) -> Value:
        left, right = self.known(left), self.known(right)
        if isinstance(left, Seq) and isinstance(right, Seq) and isinstance(op, ast.Add):
            return Seq(left.items + right.items)
        if isinstance(left, Seq) and isinstance(op, ast.Mult):
            return Seq(left.items * self.m.integer(right))
        if isinstance(op, ast.BitAnd):
            return masks.both(self.m, left, right)
        if any(isinstance(each, Text) for each in (left, right)):
            odd = next((each for each in (left, right) if not isinstance(each, Text | Opaque | Num | Seq)), None)
            if odd is not None:
                raise Refusal(f"a text and {in_words(odd)} cannot be computed with")
            return Opaque("a text")
        sign = OPERATORS.get(type(op))
        if sign is None:
            raise Refusal("this operator is not understood")
        if sign in ("**", "+", "-") and isinstance(right, Num):
            left = self._sized(left, False)
        if sign == "/" or (sign in ("+", "-") and isinstance(left, Num)):
            right = self._sized(right, False)
        return arith.operate(self.m, sign, left, right)

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
        if name in USUAL and name in self.m.facts.libraries:
            return Library(USUAL[name])
        sized = name in self.m.facts.sizes and name not in self.m.given and name not in self.m.facts.axes
        return self.m.number(Free(name)) if sized else Free(name)


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
