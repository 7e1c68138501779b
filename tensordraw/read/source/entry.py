"""Source text read: the part of it that means a diagram is found, traced, and made a program.

Of a script all statements are read; the bare expressions at its end, or else the values that nothing uses, are the
results. Of a text that only defines, `forward` is read, or the last function or module.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tensordraw.diagram.records import Diagram, Relation
from tensordraw.errors import Error
from tensordraw.program.flow import reads, walk
from tensordraw.program.statements import Program
from tensordraw.read.lift import lift
from tensordraw.read.source.attributes import SETTINGS
from tensordraw.read.source.finish import Result, finish
from tensordraw.read.source.holding import bound_to
from tensordraw.read.source.machine import Facts, Machine
from tensordraw.read.source.prelude import described
from tensordraw.read.source.running import Frame, Runner, run_function
from tensordraw.read.source.texts import chosen, is_torch, libraries_of, means, parsed
from tensordraw.read.source.values import (
    Again,
    Array,
    Class,
    Equality,
    Flag,
    Free,
    Instance,
    Nothing,
    Num,
    Parameter,
    Refusal,
    Scope,
    Seq,
    Table,
    Value,
    in_words,
)
from tensordraw.read.source.walk import Walker

MOST = 400  # traces of one text: each learns something
Shapes = Mapping[str, Sequence[int]] | Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Traced:
    """The program of what was read; `stopped` is the sentence that says where reading stopped and why, `sizes` those of
    its numbers that no axis has."""

    program: Program
    stopped: str | None = None
    sizes: Mapping[str, int] = field(default_factory=dict)


def read_source(
    text: str, shapes: Shapes | None = None, sizes: Mapping[str, int] | None = None, name: str = ""
) -> Diagram:
    """The diagram of Python source, which is parsed and never run.

    `shapes` are of arrays by name, or in the order of the parameters; `sizes` are of indices and of numbers that the text
    does not define, by name. Error: one sentence with the line of what is not understood.
    """
    traced = trace(text, shapes, sizes)
    if traced.stopped is not None:
        raise Error(traced.stopped)
    return lift(traced.program, name, traced.sizes)


def trace(text: str, shapes: Shapes | None = None, sizes: Mapping[str, int] | None = None) -> Traced:
    """The program of Python source up to the first line that is not understood.

    Error: text that is no Python, or of which nothing is understood.
    """
    tree = parsed(text)
    facts = Facts(sizes=sizes or {}, libraries=libraries_of(tree), torch=is_torch(tree, text))
    for _ in range(MOST):
        trial = _Trial(tree, facts, shapes)
        try:
            return trial.run()
        except Again:
            continue
    raise Error("The text needs to be traced too often: give the shapes of its arrays.")


class _Trial:
    """One trace of the whole text."""

    def __init__(self, tree: ast.Module, facts: Facts, shapes: Shapes | None) -> None:
        self.tree, self.facts, self.shapes = tree, facts, shapes
        self.m = Machine(facts)
        self.walker = Walker(self.m, run_function)
        self.runner = Runner(self.walker)
        self.scope = Scope()

    def run(self) -> Traced:
        """The program, or as much of it as is understood."""
        frame = Frame()
        definitions = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
        script = [
            node
            for node in self.tree.body
            if not isinstance(node, definitions)
            and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            and not (isinstance(node, ast.If) and "__name__" in ast.dump(node.test))
        ]
        defined = [node for node in self.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        if defined and not any(means(node) for node in script):
            return self._definition(defined, frame)
        self._shapes([])
        return self._statements(self.tree.body, self.scope, frame)

    def _shapes(self, names: Sequence[str]) -> None:
        """Note the shapes that the caller gives."""
        if self.shapes is None:
            return
        if isinstance(self.shapes, Mapping):
            found = dict(self.shapes)
        else:
            if names and len(self.shapes) > len(names):
                raise Error(f"{len(self.shapes)} shapes are given for {len(names)} arrays: {', '.join(names)}.")
            found = dict(zip(names, self.shapes, strict=False))
        for name, shape in found.items():
            known = self.facts.axes.get(name, ())
            called = [text for text, _ in known] if len(known) == len(shape) else [""] * len(shape)
            self.facts.axes[name] = tuple(zip(called, (int(size) for size in shape), strict=True))

    # ------------------------------------------------------------------------------------------------------- entry

    def _definition(self, defined: Sequence[ast.FunctionDef | ast.ClassDef], frame: Frame) -> Traced:
        """The function or module that the text is about."""
        stopped = self._upto(self.tree.body, self.scope, frame)
        if stopped is not None:
            return self._traced(self.scope, frame, stopped)
        node = chosen(defined)
        if isinstance(node, ast.ClassDef):
            return self._module(node, frame)
        self._declared(node)
        names = [each.arg for each in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]]
        self._shapes(names)
        return self._statements(node.body, self._parameters(node, None), frame)

    def _module(self, node: ast.ClassDef, frame: Frame) -> Traced:
        kind = self.scope.find(node.name)
        assert isinstance(kind, Class)
        forward = next(
            (
                each
                for name in ("forward", "__call__")
                for each in node.body
                if isinstance(each, ast.FunctionDef) and each.name == name
            ),
            None,
        )
        if forward is None:
            raise Error(f"line {node.lineno}: the class {node.name} has no forward.")
        self._declared(forward)
        self._shapes([each.arg for each in forward.args.args[1:]])
        made = next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"), None)
        instance = Instance(kind, "", {})
        try:
            if made is not None:
                self.runner.body(made.body, self._parameters(made, instance), Frame())
        except Refusal as refusal:
            raise Error(_sentence(refusal)) from refusal
        return self._statements(forward.body, self._parameters(forward, instance), frame)

    def _declared(self, node: ast.FunctionDef) -> None:
        """What a docstring of our own says."""
        text = ast.get_docstring(node, clean=False)
        if text and not self.facts.axes:
            axes, names, integer = described(text)
            self.facts.axes |= axes
            self.facts.arrays |= names
            self.facts.integer |= integer

    def _parameters(self, node: ast.FunctionDef, owner: Instance | None) -> Scope:
        """A scope in which the parameters are what they are called, or their defaults."""
        arguments = [*node.args.posonlyargs, *node.args.args]
        scope = Scope({}, self.scope)
        defaults: dict[str, ast.expr] = dict(
            zip([a.arg for a in arguments[len(arguments) - len(node.args.defaults) :]], node.args.defaults, strict=True)
        )
        defaults |= {
            a.arg: d for a, d in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if d is not None
        }
        for n, argument in enumerate([*arguments, *node.args.kwonlyargs]):
            name = argument.arg
            if n == 0 and owner is not None:
                scope.names[name] = owner
            elif node.name == "__init__" and name not in SETTINGS and name not in defaults:
                # What a module is made with are sizes; its arrays it makes itself.
                scope.names[name] = self.m.number(Free(name))
            elif name in defaults and name not in self.facts.axes:
                scope.names[name] = self._default(name, defaults[name])
            elif name in self.facts.sizes and name not in self.facts.axes:
                scope.names[name] = self.m.number(Free(name))
            else:
                scope.names[name] = Free(name)
                if name in self.facts.axes:
                    scope.names[name] = self.m.array(Free(name))
        return scope

    def _default(self, name: str, node: ast.expr) -> Value:
        if name in self.facts.sizes:
            return self.m.number(Free(name))
        return self.walker.value(node, self.scope)

    # ----------------------------------------------------------------------------------------------------- running

    def _statements(self, body: Sequence[ast.stmt], scope: Scope, frame: Frame) -> Traced:
        return self._traced(scope, frame, self._upto(body, scope, frame))

    def _upto(self, body: Sequence[ast.stmt], scope: Scope, frame: Frame) -> str | None:
        """Run statements until one is not understood; the sentence that says so."""
        tape = self.m.tape
        for n, statement in enumerate(body):
            if frame.done:
                break
            kept, names, shown = len(tape.bodies[0]), dict(scope.names), list(frame.shown)
            try:
                self.runner.statement(statement, body[n + 1 :], scope, frame)
            except Refusal as refusal:
                del tape.bodies[0][kept:]
                del tape.bodies[1:]
                scope.names.clear()
                scope.names.update(names)
                frame.shown, frame.done, frame.result = shown, False, None
                return _sentence(refusal, statement)
        return None

    # ----------------------------------------------------------------------------------------------------- results

    def _traced(self, scope: Scope, frame: Frame, stopped: str | None) -> Traced:
        try:
            results = self._results(scope, frame, stopped)
        except Refusal as refusal:
            if stopped is None:
                raise Error(_sentence(refusal, frame.node)) from refusal
            raise Error(stopped) from refusal
        if not results:
            if stopped is not None:
                raise Error(stopped)
            raise Error(
                "Nothing in this text is a value: it needs an expression, an assignment or a function that returns."
            )
        program, sizes = finish(self.m, results)
        return Traced(program, stopped, sizes)

    def _results(self, scope: Scope, frame: Frame, stopped: str | None) -> list[Result]:
        found: list[Result] = []
        shown = [each for each in frame.shown if not frame.done or isinstance(each[0], Equality)]
        for value, node in shown:
            found += self._named(value, node, many=len(shown) > 1)
        if frame.done and frame.result is not None:
            if isinstance(frame.result, Nothing):
                raise Refusal("nothing is returned")
            found += self._named(frame.result, frame.node, many=bool(found))
        if not found:
            found = self._unused(scope)
        return _distinct(found)

    def _named(self, value: Value, node: ast.expr | None, many: bool) -> list[Result]:
        """The results that a value is: of a tuple or dictionary several, of an equation its sides."""
        match value:
            case Seq(items):
                nodes = node.elts if isinstance(node, ast.Tuple | ast.List) and len(node.elts) == len(items) else []
                made: list[Result] = []
                for n, item in enumerate(items):
                    each = nodes[n] if nodes else None
                    made += self._one(item, _called(each) or f"result{n + 1}", ",")
                return made
            case Table(items):
                return [result for key, item in items.items() for result in self._one(item, key, ",")]
            case Equality(sides):
                names = [_called(each) for each in _sides(node)] or [""] * len(sides)
                usual = ["left", "right"] if len(sides) == 2 else [f"side{n + 1}" for n in range(len(sides))]
                return [
                    result
                    for n, side in enumerate(sides)
                    for result in self._one(
                        side, names[n] if n < len(names) and names[n] else usual[n], "=" if n else ","
                    )
                ]
            case _:
                return self._one(value, (_called(node) or "result") if many else "", ",")

    def _one(self, value: Value, name: str, relation: Relation) -> list[Result]:
        match value:
            case Parameter():
                value = bound_to(self.m, value, "x")
            case Array() | Num() | Free() | Flag():
                pass
            case _:
                raise Refusal(f"{in_words(value)} is no result")
        array = self.m.array(value)
        if array.value.startswith("inf"):
            raise Refusal("infinity is understood only where a mask puts it")
        return [(name, array.value, relation)]

    def _unused(self, scope: Scope) -> list[Result]:
        """The values with names that nothing uses."""
        used = {value for statement in walk(self.m.tape.bodies[0]) for value in reads(statement)}
        made = {statement.out for statement in self.m.tape.bodies[0]}
        found = {
            value.value: name
            for name, value in scope.names.items()
            if isinstance(value, Array) and value.value in made and value.value not in used
        }
        if not found:
            last = [v for v in scope.names.values() if isinstance(v, Array) and v.value in made]
            found = {array.value: "" for array in last[-1:]}
        return [(name if len(found) > 1 else "", value, ",") for value, name in found.items()]


def _called(node: ast.AST | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _sides(node: ast.expr | None) -> list[ast.expr]:
    match node:
        case ast.Compare(left=left, comparators=others):
            return [left, *others]
        case ast.Call(func=ast.Attribute(value=ast.Compare() as inner)):
            return _sides(inner)
        case ast.Call(args=arguments):
            return list(arguments[:2])
        case _:
            return []


def _distinct(results: Sequence[Result]) -> list[Result]:
    """Results with names that differ."""
    taken: set[str] = set()
    found: list[Result] = []
    for name, value, relation in results:
        wished, number = name, 1
        while name in taken:
            number += 1
            name = f"{wished}{number}"
        taken.add(name)
        found.append((name, value, relation))
    return found


def _sentence(refusal: Refusal, node: ast.AST | None = None) -> str:
    line = refusal.line if refusal.line is not None else getattr(node, "lineno", None)
    where = f"line {line}: " if line is not None else ""
    return f"{where}{refusal.why}."
