"""Statements run in order: assignments, functions, branches that the text decides, loops, and what is returned.

A loop over `range(n)` that carries one array becomes a repeat; a loop that is no such thing is written out turn by turn,
if it is known how often it runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tensordraw.read.source import arith
from tensordraw.read.source.calling import Calls
from tensordraw.read.source.holding import bound_to, held_by
from tensordraw.read.source.machine import Machine
from tensordraw.read.source.prelude import prelude_function
from tensordraw.read.source.tape import axis_num
from tensordraw.read.source.values import (
    Array,
    Class,
    Equality,
    Free,
    Function,
    Instance,
    Library,
    Lost,
    Nothing,
    Num,
    Opaque,
    Refusal,
    Scope,
    Seq,
    Sizes,
    Span,
    Turn,
    Value,
    number,
)
from tensordraw.read.source.walk import OPERATORS, Walker

LONGEST = 300  # turns of a loop that is written out


@dataclass(slots=True)
class Frame:
    """What a body gives: the returned value with its node, values of bare expressions, equations."""

    result: Value | None = None
    node: ast.expr | None = None
    shown: list[tuple[Value, ast.expr]] = field(default_factory=list)
    done: bool = False


@dataclass(slots=True)
class Runner:
    """Runs statements for one walker."""

    walker: Walker

    @property
    def m(self) -> Machine:
        return self.walker.m

    def body(self, statements: Sequence[ast.stmt], scope: Scope, frame: Frame) -> None:
        """The statements in order, until one returns."""
        for n, statement in enumerate(statements):
            if frame.done:
                return
            try:
                self.statement(statement, statements[n + 1 :], scope, frame)
            except Refusal as refusal:
                if refusal.line is None:
                    refusal.line = statement.lineno
                raise

    def statement(self, node: ast.stmt, rest: Sequence[ast.stmt], scope: Scope, frame: Frame) -> None:
        """One statement; `rest` are those after it."""
        value = self.walker.value
        match node:
            case ast.Assign(targets=targets, value=source):
                self._assign(targets, source, scope)
            case ast.AnnAssign(target=target, value=source):
                if source is not None:
                    self._assign([target], source, scope)
            case ast.AugAssign(target=target, op=op, value=source):
                before = value(_loaded(target), scope)
                if isinstance(op, ast.MatMult):
                    after: Value = self.walker.value(
                        ast.copy_location(ast.BinOp(_loaded(target), op, source), node), scope
                    )
                elif type(op) in OPERATORS:
                    after = arith.operate(self.m, OPERATORS[type(op)], before, value(source, scope))
                else:
                    raise Refusal("this operator is not understood")
                self._bind(target, after, scope)
            case ast.Expr(value=ast.Constant()):
                return
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name() as owner, attr=name)) as source) if (
                name.endswith("_") and not name.endswith("__")
            ):
                # A method whose name ends so changes the array itself.
                self._bind(ast.Name(owner.id, ast.Store()), value(source, scope), scope)
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=how), args=[item])) if (
                how in ("append", "extend") and isinstance(scope.names.get(name), Seq)
            ):
                added = value(item, scope)
                before = scope.names[name]
                assert isinstance(before, Seq)
                scope.names[name] = Seq((*before.items, *(self.walker.listed(added) if how == "extend" else [added])))
            case ast.Expr(value=source):
                found = value(source, scope)
                if not isinstance(found, Opaque | Nothing):
                    frame.shown.append((found, source))
            case ast.Return(value=source):
                frame.result = Nothing() if source is None else value(source, scope)
                frame.node, frame.done = source, True
            case ast.FunctionDef(name=name):
                scope.names[name] = Function(node, scope, None, prelude_function(node))
            case ast.ClassDef(name=name):
                scope.names[name] = Class(node, scope)
            case ast.Import() | ast.ImportFrom():
                _import(node, scope)
            case ast.Assert(test=test):
                found = value(test, scope)
                if isinstance(found, Equality):
                    frame.shown.append((found, test))
            case ast.If(test=test, body=body, orelse=other):
                if _is_main(test):
                    return
                self.body(body if self.walker.decided(test, scope) else other, scope, frame)
            case ast.For(orelse=[]):
                self._for(node, rest, scope, frame)
            case ast.With(items=items, body=body):
                for each in items:
                    value(each.context_expr, scope)
                self.body(body, scope, frame)
            case ast.Pass() | ast.Global() | ast.Nonlocal() | ast.Delete():
                return
            case ast.Raise():
                raise Refusal("an error is raised here")
            case _:
                raise Refusal(f"{type(node).__name__.lower()} is not understood")

    # -------------------------------------------------------------------------------------------------- assignments

    def _assign(self, targets: Sequence[ast.expr], source: ast.expr, scope: Scope) -> None:
        wide = next((len(t.elts) for t in targets if isinstance(t, ast.Tuple | ast.List)), None)
        if isinstance(source, ast.Call):
            try:
                found = self.walker.call(source, scope, wide)
            except Refusal as refusal:
                if refusal.line is None:
                    refusal.line = source.lineno
                raise
        else:
            found = self.walker.value(source, scope)
        for target in targets:
            self._bind(target, found, scope)

    def _bind(self, target: ast.expr, found: Value, scope: Scope) -> None:
        match target:
            case ast.Name(id=name):
                found = bound_to(self.m, found, name)
                scope.names[name] = found
                if isinstance(found, Array):
                    self.m.tape.name(found, name)
                elif isinstance(found, Num) and found.size is not None and len(found.size.powers) == 1:
                    self._name_size(found, name)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                items = self._unpacked(found, len(targets))
                for each, item in zip(targets, items, strict=True):
                    self._bind(each, item, scope)
            case ast.Attribute(value=owner, attr=name):
                holder = self.walker.value(owner, scope)
                if not isinstance(holder, Instance):
                    raise Refusal("setting an attribute of this is not understood")
                path = f"{holder.path}.{name}" if holder.path else name
                holder.attributes[name] = held_by(self.m, found, path)
                if isinstance(found, Num) and found.size is not None and len(found.size.powers) == 1:
                    self._name_size(found, name)
            case ast.Subscript():
                raise Refusal("writing into part of an array is not understood")
            case _:
                raise Refusal("this target is not understood")

    def _name_size(self, num: Num, name: str) -> None:
        """A size that the text gives a name to is called so, where nothing else says."""
        assert num.size is not None
        if num.size.number == 1 and num.size.powers and num.size.powers[0][1] == 1:
            dim = num.size.powers[0][0]
            if not self.m.tape.dims.name(dim):
                self.m.tape.dims.unite(self.m.tape.dims.new(name), dim)

    def _unpacked(self, found: Value, count: int) -> list[Value]:
        match found:
            case Sizes(owner):
                array = self.m.array(owner, rank=count)
                return [axis_num(axis.dim) for axis in array.axes]
            case Seq(items) if len(items) == count:
                return list(items)
            case Seq(items):
                if items and all(isinstance(item, Num) for item in items) and isinstance(found, Seq):
                    raise Refusal(f"{len(items)} sizes cannot be bound to {count} names")
                raise Refusal(f"{len(items)} values cannot be bound to {count} names")
            case Array(axes=(first, *_)):
                self.m.tape.learn(first.dim, count)
                return [self.m.tape.select(found, 0, n) for n in range(count)]
            case Free():
                return self._unpacked(self.m.array(found, least=1), count)
            case Opaque():
                return [found] * count
            case _:
                items = tuple(self.walker.listed(found))
                if len(items) != count:
                    raise Refusal(f"{len(items)} values cannot be bound to {count} names")
                return list(items)

    # -------------------------------------------------------------------------------------------------------- loops

    def _for(self, node: ast.For, rest: Sequence[ast.stmt], scope: Scope, frame: Frame) -> None:
        over = self.walker.value(node.iter, scope)
        if isinstance(over, Free | Array) and isinstance(node.target, ast.Name):
            # Going through an array is indexing it by its first axis.
            self.m.stacked(over, node.target.id)
            array = self.m.array(over, least=1)
            span: Value = Span(number(0.0), axis_num(array.axes[0].dim), number(1.0))
        else:
            array, span = None, over
        if isinstance(span, Span) and isinstance(node.target, ast.Name) and node.lineno not in self.m.facts.unrolled:
            state = self._state(node, rest, scope)
            if state is not None and self._repeat(node, node.target.id, span, state, array, scope, frame):
                return
            self.m.facts.unrolled.add(node.lineno)
        items = self.walker.listed(over)
        if len(items) > LONGEST:
            raise Refusal(f"a loop of {len(items)} turns that is no repeat of one array is not understood")
        for item in items:
            self.walker.bind(node.target, item, scope)
            self.body(node.body, scope, frame)
            if frame.done:
                raise Refusal("a return inside a loop is not understood")

    def _state(self, node: ast.For, rest: Sequence[ast.stmt], scope: Scope) -> str | None:
        """The one variable that a loop carries from turn to turn, if it is one array."""
        assigned = [name for name in _assigned(node.body) if name in scope.names]
        early = _early(node.body)
        late = {each.id for statement in rest for each in ast.walk(statement) if isinstance(each, ast.Name)}
        carried = [name for name in assigned if name in early or name in late]
        if len(carried) != 1 or not isinstance(scope.names[carried[0]], Array | Free):
            return None
        return carried[0]

    def _repeat(
        self, node: ast.For, index: str, span: Span, state: str, array: Array | None, scope: Scope, frame: Frame
    ) -> bool:  # fmt: skip
        """The loop as a repeat; False, and nothing done, where a turn changes the state's axes."""
        m, tape = self.m, self.m.tape
        if tape.value(span.start) != 0 or tape.value(span.step) != 1 or tape.whole(span.stop) == 0:
            return False
        initial = m.array(scope.names[state])
        if any(name.startswith("inf") for name in [initial.value]):
            return False
        count = m.dim(span.stop)
        loop = _index_name(index, tape.count)
        start = replace(initial, value=tape.new("state"), formula=None, pattern=None, core=None, boolean=False)
        tape.said[start.value] = state
        inner = dict(scope.names)
        scope.names[state] = start
        turn = Turn(loop, count)
        try:
            with tape.body() as body:
                item: Value = turn if array is None else tape.select(array, 0, loop)
                scope.names[index] = item
                inside = Frame()
                self.body(node.body, scope, inside)
                if inside.done:
                    raise Refusal("a return inside a loop is not understood")
                frame.shown += inside.shown
                result = m.array(scope.names[state])
        except Refusal as refusal:
            if "loop variable" in refusal.why or "loop's variable" in refusal.why:
                scope.names.clear()
                scope.names.update(inner)
                return False
            raise
        changed = dict(scope.names)
        scope.names.clear()
        scope.names.update(inner)
        if result.rank != initial.rank:
            return False
        for one, other in zip(initial.axes, result.axes, strict=True):
            tape.unite(one.dim, other.dim)
        made = tape.repeat(loop, count, start, initial, body, result)
        for name, value in changed.items():
            if inner.get(name) is not value:
                scope.names[name] = Lost(name, node.lineno)
        scope.names[state] = replace(made, lineage=initial.lineage)
        tape.name(made, state)
        return True


def run_function(walker: Calls, node: ast.FunctionDef, scope: Scope) -> Value:
    """What a function of the text returns."""
    assert isinstance(walker, Walker), "one walker goes through the whole text"
    frame = Frame()
    Runner(walker).body(node.body, scope, frame)
    return Nothing() if frame.result is None else frame.result


def _loaded(target: ast.expr) -> ast.expr:
    """The target of an assignment as an expression."""
    match target:
        case ast.Name(id=name):
            return ast.copy_location(ast.Name(name, ast.Load()), target)
        case ast.Attribute(value=owner, attr=name):
            return ast.copy_location(ast.Attribute(owner, name, ast.Load()), target)
        case _:
            raise Refusal("writing into part of an array is not understood")


def _import(node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            scope.names[name] = Library(alias.name if alias.asname else alias.name.partition(".")[0])
        return
    for alias in node.names:
        if alias.name != "*" and node.module != "__future__":
            scope.names[alias.asname or alias.name] = Library(f"{node.module}.{alias.name}")


def _is_main(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def _index_name(name: str, count: int) -> str:
    """The loop's variable, different for each loop so that nested ones do not meet."""
    return f"{name}@{count}"


def _assigned(body: Sequence[ast.stmt]) -> list[str]:
    """The names that statements bind, each once, in order."""
    found: dict[str, None] = {}
    for statement in body:
        for each in ast.walk(statement):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                found[each.id] = None
            elif isinstance(each, ast.AugAssign) and isinstance(each.target, ast.Name):
                found[each.target.id] = None
    return list(found)


def _early(body: Sequence[ast.stmt]) -> set[str]:
    """The names that a turn reads before it binds them."""
    bound: set[str] = set()
    found: set[str] = set()
    for statement in _flat(body):
        reads = [each for each in ast.walk(statement) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)]
        found |= {each.id for each in reads} - bound
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            found |= {statement.target.id} - bound
        bound |= {
            each.id for each in ast.walk(statement) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        }
    return found


def _flat(body: Sequence[ast.stmt]) -> Iterator[ast.AST]:
    """Statements in the order in which they run, those of inner bodies one by one."""
    for statement in body:
        match statement:
            case ast.For(target=target, iter=iterable, body=inner):
                yield iterable
                yield target
                yield from _flat(inner)
            case ast.If(test=test, body=inner, orelse=other):
                yield test
                yield from _flat([*inner, *other])
            case ast.With(body=inner):
                yield from _flat(inner)
            case _:
                yield statement
