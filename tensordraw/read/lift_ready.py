"""A program made ready to be drawn: loops become such as a repeat region can say.

A repeat has a turn for each position of a space, and a state with legs. So a loop without turns is its start, one that
takes fewer turns than its slices have is written out turn by turn, and a state without axes gets one of size 1.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from tensordraw.program.flow import walk
from tensordraw.program.naming import substitute_in
from tensordraw.program.statements import (
    Axis,
    Einsum,
    Name,
    Operand,
    Program,
    Repeat,
    Select,
    Spread,
    Statement,
    Type,
)

UNIT = Axis("unit", 1)


def ready(program: Program) -> Program:
    """The program with loops that a repeat region can say; the same object where all are."""
    if not any(isinstance(statement, Repeat) for statement in program.body):
        return program
    return _Making(program).run()


class _Making:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.sizes = {entry.out: entry.type.shape for entry in program.inputs}
        self.taken = {entry.out for entry in program.inputs}
        for statement in walk(program.body):
            self.sizes[statement.out] = statement.type.shape
            self.taken.add(statement.out)
            if isinstance(statement, Repeat):
                self.sizes[statement.state] = statement.type.shape
                self.taken |= {statement.state, statement.index}
        self.same: dict[Name, Name] = {}

    def run(self) -> Program:
        """The whole program, rewritten."""
        body = self._body(self.program.body)
        if body == self.program.body:
            return self.program
        outputs = tuple(replace(output, value=self._name(output.value)) for output in self.program.outputs)
        captures = {text: self._name(value) for text, value in self.program.captures.items()}
        return replace(self.program, body=body, outputs=outputs, captures=captures)

    def _name(self, name: Name) -> Name:
        return self.same.get(name, name)

    def _new(self, wish: Name) -> Name:
        name, number = wish, 2
        while name in self.taken:
            name, number = f"{wish}_{number}", number + 1
        self.taken.add(name)
        return name

    def _body(self, body: tuple[Statement, ...]) -> tuple[Statement, ...]:
        done: list[Statement] = []
        for original in body:
            if not isinstance(original, Repeat):
                done.append(substitute_in(original, self._name))
                continue
            repeat = replace(original, initial=self._name(original.initial))
            if self._fits(repeat):
                inner = replace(repeat, body=self._body(repeat.body))
                inner = replace(inner, result=self._name(repeat.result))
                done += [inner] if repeat.type.axes else self._with_axis(inner)
            else:
                done += self._turns(repeat)
        return tuple(done)

    def _fits(self, repeat: Repeat) -> bool:
        sliced = (s for s in walk(repeat.body) if isinstance(s, Select) and s.at == repeat.index)
        return repeat.count > 0 and all(self.sizes[s.value][s.axis] == repeat.count for s in sliced)

    def _turns(self, repeat: Repeat) -> list[Statement]:
        """All turns one after the other."""
        state, done = repeat.initial, list[Statement]()
        for turn in range(repeat.count):
            names = {repeat.state: state}
            for statement in repeat.body:
                made = _at_turn(statement, repeat.index, turn)
                names[statement.out] = self._new(f"{statement.out}_{turn}")
                for inner in walk([made]):
                    if isinstance(inner, Repeat):
                        names |= {name: self._new(f"{name}_{turn}") for name in _defined(inner)}
                for name in [made.out, *(_defined(made) if isinstance(made, Repeat) else ())]:
                    self.sizes[names[name]] = self.sizes[name]
                done += self._body((substitute_in(made, _mapping(names, self._name)),))
            state = self._name(names.get(repeat.result, repeat.result))
        self.same[repeat.out] = state
        return done

    def _with_axis(self, repeat: Repeat) -> list[Statement]:
        """The loop with a state that has one axis of size 1."""
        shape, index = Type((UNIT,)), (UNIT.name,)
        state, result, start, out = (
            self._new(f"{n}_1") for n in (repeat.state, repeat.result, repeat.initial, repeat.out)
        )
        first = Einsum(repeat.state, (Operand(state, index),), (), Type())
        last = Spread(result, repeat.result, (), index, shape)
        loop = replace(
            repeat, out=out, state=state, initial=start, body=(first, *repeat.body, last), result=result, type=shape
        )
        return [
            Spread(start, repeat.initial, (), index, shape), loop, Einsum(repeat.out, (Operand(out, index),), (), Type())
        ]  # fmt: skip


def _at_turn(statement: Statement, index: str, turn: int) -> Statement:
    """A statement of a loop's body at one turn."""
    if isinstance(statement, Select) and statement.at == index:
        return replace(statement, at=turn)
    if isinstance(statement, Repeat):
        return replace(statement, body=tuple(_at_turn(inner, index, turn) for inner in statement.body))
    return statement


def _defined(repeat: Repeat) -> set[Name]:
    """What a loop defines inside."""
    found = {repeat.state}
    for statement in walk(repeat.body):
        found.add(statement.out)
        if isinstance(statement, Repeat):
            found.add(statement.state)
    return found


def _mapping(names: dict[Name, Name], otherwise: Callable[[Name], Name]) -> Callable[[Name], Name]:
    return lambda name: names[name] if name in names else otherwise(name)


__all__ = ["ready"]
