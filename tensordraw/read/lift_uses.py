"""Who uses which value of a program, and so: what is drawn in place, and what becomes a copy with pastes.

A value as it is drawn is a `Key`: its name, whether conjugated (conjugates are pushed to the arrays), and the frame whose
turn computes it (the whole program, or one drawing of a repeat). A key that is used once is drawn where it is used. Arrays,
slices and transposes of them and fixed tensors are drawn again at each use. All else that is used twice, or from inside a
repeat that does not hold it, or of which an entry is taken, is a copy; its through side leads to the first use in the
copy's own scope, if there is one.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple, assert_never

from tensordraw.diagram.axes import AXIS_RULES
from tensordraw.errors import Error
from tensordraw.program.flow import reads, types, walk
from tensordraw.program.statements import (
    Add,
    Apply,
    Conj,
    Constant,
    Einsum,
    Fixed,
    Fused,
    Gather,
    Input,
    Name,
    Program,
    Repeat,
    Reshape,
    Scale,
    Select,
    Spread,
    Statement,
)

WHOLE = 0  # the frame that is the whole program
LARGE = 24  # values in a bubble from which its argument is a copy and a paste
NORMS = ("normalise", "rms_norm", "l2_normalise")
_THOUGHT = re.compile(
    r"(?:v|value|total|turn|state|result|spread|product|part|slice|rows|reshaped|permuted|scaled?|number|conj|term|normed|pre_\w*|sum_over_\w*|\w*_(?:split|flat|unscaled|"
    r"entries|rows|spread|permuted|traced|conj|one_hot)|delta|group|" + "|".join(AXIS_RULES) + r")_?\d*"
)

_NUMBERED = re.compile(r"(.*[^\d_])\d+|(.*)_\d+")


class Key(NamedTuple):
    """A value as it is drawn: conjugated or not, computed in this frame."""

    value: Name
    conj: bool
    frame: int


class Use(NamedTuple):
    """One place where a key is wanted: operand `slot` of a key's statement, or result `slot` of the program."""

    consumer: Key | None
    slot: int


class Frame(NamedTuple):
    """One drawing of a repeat's body: the key of the repeat and the frame around; None for the whole program."""

    repeat: Key | None
    outer: int


def drawn(statement: Statement) -> tuple[Name, ...]:
    """The values that are drawn as operands of a statement, in order; ids are legs of one-hots, not values."""
    match statement:
        case Constant() | Fixed():
            return ()
        case Einsum(operands=operands):
            return tuple(operand.value for operand in operands)
        case Add(addends=addends):
            return tuple(addend.value for addend in addends)
        case Repeat(initial=initial, result=result):
            return (initial, result)
        case Spread() | Apply() | Scale() | Reshape() | Select() | Conj() | Gather():
            return (statement.value,)
        case Fused():
            raise AssertionError("a recognised form is taken apart before")
        case _:
            assert_never(statement)


class Uses:
    """The uses of all keys that the results of a program need; what is shared, and where copies lead."""

    def __init__(self, program: Program, pasted: Collection[Key] = ()) -> None:
        self.program, self._pasted = program, pasted  # keys whose copies lead nowhere, whatever else holds
        self.defined: dict[Name, Input | Statement] = {entry.out: entry for entry in program.inputs}
        self.defined |= {statement.out: statement for statement in walk(program.body)}
        self.types = types(program)
        # A value with two names: what computes it has the first, its copy the last.
        self.captured = {value: text for text, value in reversed(program.captures.items())}
        self._copied = {value: text for text, value in program.captures.items()}
        self._home: dict[Name, Name] = {}  # of values: the repeat whose body holds them
        self._states: dict[Name, Repeat] = {}
        self._position: dict[Name, int] = {}
        self._arrays: set[Name] = set()
        self._survey()
        self.frames: list[Frame] = [Frame(None, WHOLE)]
        self._body_of: dict[Key, int] = {}
        self.uses: dict[Key, list[Use]] = {}
        self._foreign: set[Key] = set()
        self._reached: set[Name] = set()
        self._collect()
        self.shared: dict[Key, None] = {}
        self.through: dict[Key, Use] = {}
        self._level: dict[Key, bool] = {}
        self._outside = self._large()
        self._decide()

    # -------------------------------------------------------------------------------------------------- what is asked

    def is_array(self, value: Name) -> bool:
        """Whether a value is drawn again at each use."""
        return value in self._arrays

    def precedes(self, value: Name, ids: Name) -> bool:
        """Whether the program takes the array that a value is a part of before the one that `ids` are."""

        def source(name: Name) -> int:
            while read := reads(statement) if not isinstance(statement := self.defined[name], Input) else ():
                name = read[0]
            return self._position[name]

        return value in self._arrays and source(value) < source(ids)

    def operand(self, consumer: Key, slot: int) -> Key:
        """The key of an operand of a key's statement."""
        statement = self.defined[consumer.value]
        assert not isinstance(statement, Input)
        frame = consumer.frame
        if isinstance(statement, Repeat) and slot == 1:
            frame = self.body_of(consumer)
        return self.key(drawn(statement)[slot], consumer.conj != isinstance(statement, Conj), frame)

    def key(self, value: Name, conj: bool, frame: int) -> Key:
        """The key of a value that is read in a frame."""
        home = self._home.get(value, "")
        while self.frames[frame].repeat is not None and self._repeat(frame).value != home:
            frame = self.frames[frame].outer
        if value in self._states and self._repeat(frame).conj != conj:
            raise Error(
                f"The conjugate of {value!r}, which changes in a loop, cannot be drawn; take the conjugate of arrays only."
            )
        return Key(value, conj, frame)

    def body_of(self, repeat: Key) -> int:
        """The frame of a repeat's body."""
        if repeat not in self._body_of:
            self._body_of[repeat] = len(self.frames)
            self.frames.append(Frame(repeat, repeat.frame))
        return self._body_of[repeat]

    def copies_in(self, frame: int) -> list[Key]:
        """The shared keys of a frame whose copies lead nowhere, in the order of the program."""
        found = [key for key in self.shared if key.frame == frame and key not in self.through]
        return sorted(found, key=lambda key: (self._position[key.value], key.conj))

    def idle(self) -> list[Input]:
        """The given arrays that nothing drawn needs."""
        found = {key.value for key in self.uses} | self._reached
        return [entry for entry in self.program.inputs if entry.out not in found]

    def said(self, value: Name) -> str:
        """What people call a value: as it is captured, else its name unless that only says what was computed."""
        if value in self.captured:
            return self.captured[value]
        return "" if _THOUGHT.fullmatch(value) else self._plain(value)

    def _plain(self, value: Name) -> str:
        """A name without the number that tells it from another value of that name."""
        match = _NUMBERED.fullmatch(value)
        stem = (match.group(1) or match.group(2)) if match else value
        return stem if stem in self.types else value

    def copy_name(self, value: Name) -> str:
        """What the copy of a value is called."""
        return self._copied.get(value) or self.said(value) or self._plain(value)

    def marked(self, key: Key) -> bool:
        """Whether a key that is used once gets a copy on its way, because it is captured and nothing else names it."""
        return key.value in self.captured and key in self.uses and key not in self.shared and not self._named(key.value)

    def _named(self, value: Name) -> bool:
        """Whether what computes a value bears all its names."""
        own = isinstance(self.defined.get(value), Apply | Add | Repeat)
        return own and self._copied.get(value) == self.captured.get(value)

    # ------------------------------------------------------------------------------------------------- how it is found

    def _repeat(self, frame: int) -> Key:
        repeat = self.frames[frame].repeat
        return repeat if repeat is not None else Key("", False, WHOLE)

    def _body(self, repeat: Name) -> int:
        """The first frame of a repeat's body, or the whole program."""
        return next(n for n in range(len(self.frames)) if self._repeat(n).value == repeat)

    def _survey(self) -> None:
        """Positions, homes and arrays, in the order of the program."""
        for entry in self.program.inputs:
            self._position[entry.out] = len(self._position)
            if entry.type.integer or self.captured.get(entry.out, entry.array) == entry.array:
                self._arrays.add(entry.out)

        def visit(body: tuple[Statement, ...], home: Name) -> None:
            for statement in body:
                if isinstance(statement, Repeat):
                    self._states[statement.state] = statement
                    self._home[statement.state] = statement.out
                    self._position[statement.state] = len(self._position)
                    visit(statement.body, statement.out)
                self._home[statement.out] = home
                self._position[statement.out] = len(self._position)
                if statement.out not in self.captured and self._drawn_again(statement):
                    self._arrays.add(statement.out)

        visit(self.program.body, "")

    def _drawn_again(self, statement: Statement) -> bool:
        match statement:
            case Constant() | Fixed():
                return True
            case Select() | Conj():
                return statement.value in self._arrays
            case Einsum(operands=(operand,), output=output):
                permuted = len(output) == len(operand.indices) == len(set(operand.indices))
                return permuted and operand.value in self._arrays
            case _:
                return False

    def _collect(self) -> None:
        """All uses, from the results backwards; what is captured and not needed comes last."""
        stack: list[Key] = []
        seen: set[Key] = set()
        known: set[Name] = set()

        def need(key: Key, use: Use | None, frame: int) -> None:
            if key.value in self._arrays:
                self._reach(key.value)
                return
            uses = self.uses.setdefault(key, [])
            if use is not None:
                uses.append(use)
                if key.frame != frame:
                    self._foreign.add(key)
            if key not in seen:
                known.add(key.value)
                seen.add(key)
                stack.append(key)

        def walk_all() -> None:
            while stack:
                key = stack.pop()
                statement = self.defined.get(key.value)
                if statement is None or isinstance(statement, Input):
                    continue  # a state, or an array under another name
                if isinstance(statement, Gather | Fixed) and statement.ids is not None:
                    self._reach(statement.ids)
                for slot in range(len(drawn(statement))):
                    frame = self.body_of(key) if isinstance(statement, Repeat) and slot == 1 else key.frame
                    need(self.operand(key, slot), Use(key, slot), frame)

        for number, output in enumerate(self.program.outputs):
            need(self.key(output.value, False, WHOLE), Use(None, number), WHOLE)
        walk_all()
        for value in self.program.captures.values():
            homes = [value]
            while homes[-1] in self._home and homes[-1]:
                homes.append(self._home[homes[-1]])
            for wanted in reversed([name for name in homes if name]):  # the loops around it, outermost first
                if wanted in self._arrays or wanted in known:
                    continue
                frame = self._body(self._home.get(wanted, ""))
                conj = wanted in self._states and self._repeat(frame).conj
                need(self.key(wanted, conj, frame), None, frame)
                walk_all()
        for frame, record in enumerate(self.frames):
            if record.repeat is not None:
                repeat = self.defined[record.repeat.value]
                assert isinstance(repeat, Repeat)
                self.uses.setdefault(self.key(repeat.state, record.repeat.conj, frame), [])

    def _reach(self, value: Name) -> None:
        """Note the given arrays that an array is made of."""
        stack = [value]
        while stack and (value := stack.pop()) not in self._reached:
            self._reached.add(value)
            statement = self.defined[value]
            stack += [] if isinstance(statement, Input) else reads(statement)

    def _inline(self, key: Key) -> bool:
        """Whether a key is drawn where it is used, as far as its uses say."""
        return len(self.uses[key]) == 1 and key not in self._foreign

    def _large(self) -> set[Key]:
        """Arguments of functions that are drawn outside of the bubble and pasted: those with a loop in them or with many
        values, and for the norms of a residual stream the stream itself."""
        found: set[Key] = set()
        size: dict[Key, int] = {}
        for key in sorted(self.uses, key=lambda key: self._position[key.value]):
            statement = self.defined.get(key.value)
            operands: list[Key] = []
            if statement is not None and not isinstance(statement, Input):
                operands = [self.operand(key, slot) for slot in range(len(drawn(statement)))]
            if isinstance(statement, Apply) and operands[0] in self.uses and self._inline(operands[0]):
                added = self.defined.get(operands[0].value)
                stream = (
                    isinstance(added, Add) and statement.function in NORMS and self._adds_shared(operands[0], added)
                )
                if size[operands[0]] > LARGE or stream:
                    found.add(operands[0])
            inline = [o for o in operands if o in self.uses and self._inline(o) and o not in found]
            loop = LARGE if isinstance(statement, Repeat) else 0
            size[key] = 1 + loop + len(operands) - len(inline) + sum(size[o] for o in inline)
        return found

    def _adds_shared(self, key: Key, add: Add) -> bool:
        """Whether an addend is used elsewhere too."""
        addends = [self.operand(key, slot) for slot in range(len(add.addends))]
        return any(addend in self.uses and not self._inline(addend) for addend in addends)

    def _decide(self) -> None:
        """What is shared and where copies lead; consumers come before what they use."""
        for key in sorted(self.uses, key=lambda key: -self._position[key.value]):
            uses = self.uses[key]
            here = [use for use in uses if self._in_scope(use, key.frame)] if key not in self._pasted else []
            entries = [use for use in uses if use.consumer is not None and self._takes_entry(use.consumer)]
            here = [use for use in here if use not in entries]
            captured_scalar = key.value in self.captured and not self.types[key.value].axes
            if (
                len(uses) != 1
                or key in self._foreign
                or key in self._outside
                or (entries and not isinstance(self.defined.get(key.value), Einsum | Select | Scale | Conj))
                or (key.value in self._states and not here)
                or (captured_scalar and not self._named(key.value))
            ):
                self.shared[key] = None
                if here and self.types[key.value].axes:
                    self.through[key] = self._best(here)
            self._level[key] = key in self.shared or bool(here)

    def _takes_entry(self, consumer: Key) -> bool:
        """Whether a use is of an entry: a paste has the position on its own leg, which the borders of regions cannot."""
        return isinstance(self.defined[consumer.value], Select)

    def _in_scope(self, use: Use, frame: int) -> bool:
        """Whether what is drawn for this use lies right in the scope of the frame, in no bubble."""
        if use.consumer is None:
            return True
        statement = self.defined[use.consumer.value]
        if isinstance(statement, Apply):
            return False
        if isinstance(statement, Repeat) and use.slot == 1:
            return self._body_of[use.consumer] == frame
        return use.consumer.frame == frame and self._level[use.consumer]

    def _best(self, uses: list[Use]) -> Use:
        """The use that a through side leads to: a result, an add as on a residual stream, else the first in the program."""

        def rank(use: Use) -> tuple[bool, int, int]:
            if use.consumer is None:
                return (False, -1, use.slot)
            adds = isinstance(self.defined[use.consumer.value], Add)
            return (not adds, self._position[use.consumer.value], use.slot)

        return min(uses, key=rank)


__all__ = ["WHOLE", "Frame", "Key", "Use", "Uses", "drawn"]
