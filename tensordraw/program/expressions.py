"""Arithmetic that users type: constants in the sizes of spaces, and elementwise functions of `x`.

Text is parsed by a small precedence parser into a closed tree of our own (`Expr`) and never evaluated as Python. A tree
can be computed with numbers (`compute`); `formulas.py` prints it as Python for a library and as TeX, and differentiates
it. A parser of our own, because names of spaces need not be identifiers ("head size"; any name in quotes) and because
an error should point into the text that the user typed.

Grammar: `+ - * / ** ( )`, with `^` for `**` and the signs that people paste (minus, times, middle dot); numbers; `pi`,
`e`; names; calls of the functions in `CALLS`. Numbers are floats throughout, so `9**9**9` overflows at once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias, assert_never

from tensordraw.errors import Error

Operator: TypeAlias = Literal["+", "-", "*", "/", "**"]
LONGEST = 1000  # characters; nesting is bounded with it
DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Number:
    """A number; `name` for `pi` and `e`."""

    value: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Name:
    """A variable: `x`, or the size of the space with this name."""

    name: str


@dataclass(frozen=True, slots=True)
class Negate:
    """Minus the operand."""

    operand: Expr


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and an operator."""

    operator: Operator
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Call:
    """A function of `CALLS`, or of the functions that the reader of the tree brings."""

    function: str
    arguments: tuple[Expr, ...]


Expr: TypeAlias = Number | Name | Negate | Binary | Call


@dataclass(frozen=True, slots=True)
class Callee:
    """A function of the language of expressions: derivatives by each argument in terms of `a` and `b`, and how it is
    written with `math`, `numpy`, `torch` (templates in `a`, `b`), and TeX."""

    arity: int
    derivatives: tuple[str, ...]
    compute: Callable[..., float]
    math: str
    numpy: str
    torch: str
    tex: str


def _call(name: str, derivative: str, tex: str, compute: Callable[..., float]) -> Callee:
    return Callee(1, (derivative,), compute, f"math.{name}({{a}})", f"np.{name}({{a}})", f"torch.{name}({{a}})", tex)


def _sigmoid(a: float) -> float:
    return 1.0 / (1.0 + math.exp(-a)) if a >= 0 else math.exp(a) / (1.0 + math.exp(a))


CALLS: dict[str, Callee] = {
    "sqrt": _call("sqrt", "1/(2*sqrt(a))", r"\sqrt{{{a}}}", math.sqrt),
    "exp": _call("exp", "exp(a)", r"\exp({a})", math.exp),
    "log": _call("log", "1/a", r"\log({a})", math.log),
    "sin": _call("sin", "cos(a)", r"\sin({a})", math.sin),
    "cos": _call("cos", "-sin(a)", r"\cos({a})", math.cos),
    "tan": _call("tan", "1 + tan(a)**2", r"\tan({a})", math.tan),
    "sinh": _call("sinh", "cosh(a)", r"\sinh({a})", math.sinh),
    "cosh": _call("cosh", "sinh(a)", r"\cosh({a})", math.cosh),
    "tanh": _call("tanh", "1 - tanh(a)**2", r"\tanh({a})", math.tanh),
    "abs": Callee(1, ("sign(a)",), abs, "abs({a})", "np.abs({a})", "torch.abs({a})", r"\left|{a}\right|"),
    "sign": Callee(
        1, ("0",), lambda a: float((a > 0) - (a < 0)), "math.copysign(1, {a})", "np.sign({a})", "torch.sign({a})",
        r"\operatorname{{sign}}({a})",
    ),
    "step": Callee(
        1, ("0",), lambda a: float(a > 0), "float({a} > 0)", "np.heaviside({a}, 0)",
        "torch.sign(torch.relu({a}))", r"\theta({a})",
    ),
    "relu": Callee(
        1, ("step(a)",), lambda a: max(a, 0.0), "max({a}, 0)", "np.maximum({a}, 0)", "torch.relu({a})",
        r"\operatorname{{relu}}({a})",
    ),
    "sigmoid": Callee(
        1, ("sigmoid(a)*(1 - sigmoid(a))",), _sigmoid, "1 / (1 + math.exp(-({a})))", "1 / (1 + np.exp(-({a})))",
        "torch.sigmoid({a})", r"\sigma({a})",
    ),
    "erf": Callee(
        1, ("2/sqrt(pi)*exp(-a**2)",), math.erf, "math.erf({a})", "erf({a})", "torch.erf({a})",
        r"\operatorname{{erf}}({a})",
    ),
    "max": Callee(
        2, ("step(a - b)", "1 - step(a - b)"), max, "max({a}, {b})", "np.maximum({a}, {b})",
        "torch.maximum({a}, {b})", r"\max({a}, {b})",
    ),
    "min": Callee(
        2, ("step(b - a)", "1 - step(b - a)"), min, "min({a}, {b})", "np.minimum({a}, {b})",
        "torch.minimum({a}, {b})", r"\min({a}, {b})",
    ),
}  # fmt: skip
_SIGNS = {"^": "**", "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∕": "/"}
_CONSTANTS = {"pi": math.pi, "π": math.pi, "e": math.e}
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_WORD = re.compile(r"[^\W\d]\w*")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'|`([^`]*)`")
_PRECEDENCE: dict[str, int] = {"+": 1, "-": 1, "*": 2, "/": 2, "**": 4}
_NEGATE = 3
_ATOM = 5


def _shown(text: str) -> str:
    """What was typed, in quotes, and with backslashes as they were typed."""
    return repr(text).replace("\\\\", "\\")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["number", "name", "sign", "end"]
    text: str
    at: int


class _Parser:
    """One pass over the tokens of `text`; `names` are the variables, `functions` what may be called, with arities."""

    def __init__(self, text: str, names: Collection[str], functions: Mapping[str, int], variables: str) -> None:
        self.text, self.names, self.functions, self.variables = text, names, functions, variables
        # Names of several words match as they are; anything else that is no word has to be quoted.
        phrases = [name for name in names if re.fullmatch(r"[^\W\d][\w .']*[\w']", name) and not _WORD.fullmatch(name)]
        phrases.sort(key=len, reverse=True)
        self.phrases = re.compile(f"(?:{'|'.join(map(re.escape, phrases))})(?!\\w)") if phrases else None
        self.depth = 0
        self.tokens = list(self._tokens())
        self.position = 0

    def _fail(self, why: str, at: int | None = None) -> Error:
        place = "" if at is None else f" at character {at + 1}"
        text = self.text if len(self.text) <= 60 else self.text[:57] + "..."
        return Error(f"The expression {_shown(text)} cannot be read{place}: {why}.")

    def _tokens(self) -> Iterator[_Token]:
        text, at = self.text, 0
        while at < len(text):
            if text[at].isspace():
                at += 1
                continue
            phrase = self.phrases.match(text, at) if self.phrases else None
            if number := _NUMBER.match(text, at):
                yield _Token("number", number.group(), at)
                at = number.end()
            elif quoted := _QUOTED.match(text, at):
                yield _Token("name", next(g for g in quoted.groups() if g is not None), at)
                at = quoted.end()
            elif match := phrase or _WORD.match(text, at):
                yield _Token("name", match.group(), at)
                at = match.end()
            elif text.startswith("**", at):
                yield _Token("sign", "**", at)
                at += 2
            elif text[at] in _SIGNS or text[at] in "+-*/(),":
                yield _Token("sign", _SIGNS.get(text[at], text[at]), at)
                at += 1
            else:
                raise self._fail(f"{_shown(text[at])} is not understood here", at)
        yield _Token("end", "", len(text))

    def _next(self) -> _Token:
        token = self.tokens[self.position]
        self.position += 1
        return token

    def _take(self, sign: str) -> bool:
        token = self.tokens[self.position]
        if token.kind == "sign" and token.text == sign:
            self.position += 1
            return True
        return False

    def whole(self) -> Expr:
        if self.tokens[0].kind == "end":
            raise Error("The expression is empty: type a number or a formula.")
        found = self._binary(1)
        token = self._next()
        if token.kind != "end":
            raise self._fail(f"an operator is missing before {token.text!r}", token.at)
        return found

    def _binary(self, least: int) -> Expr:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._fail(f"it is nested more than {DEEPEST} deep")
        left = self._unary()
        while True:
            token = self.tokens[self.position]
            strength = _PRECEDENCE.get(token.text, 0) if token.kind == "sign" else 0
            if strength < least:
                self.depth -= 1
                return left
            self.position += 1
            # The power is right associative: 2**3**2 = 2**(3**2).
            right = self._binary(strength if token.text == "**" else strength + 1)
            left = Binary(token.text, left, right)  # type: ignore[arg-type]

    def _unary(self) -> Expr:
        if self._take("-"):
            return Negate(self._binary(_NEGATE))
        if self._take("+"):
            return self._binary(_NEGATE)
        token = self._next()
        if token.kind == "number":
            return Number(float(token.text))
        if token.kind == "name":
            return self._call(token) if self._take("(") else self._name(token)
        if token.text == "(":
            found = self._binary(1)
            if not self._take(")"):
                raise self._fail("a closing bracket is missing", self.tokens[self.position].at)
            return found
        if token.kind == "end":
            raise self._fail("it ends too early")
        raise self._fail(f"a number or a name is missing before {token.text!r}", token.at)

    def _name(self, token: _Token) -> Expr:
        if token.text in self.names:
            return Name(token.text)
        if token.text in _CONSTANTS:
            return Number(_CONSTANTS[token.text], "e" if token.text == "e" else "pi")
        if token.text in self.functions:
            raise self._fail(f"the function {token.text!r} needs its argument in brackets", token.at)
        raise self._fail(f"the name {token.text!r} is unknown; {self.variables}", token.at)

    def _call(self, token: _Token) -> Expr:
        if token.text not in self.functions:
            if token.text in self.names:
                raise self._fail(f"an operator is missing after {token.text!r}", token.at)
            known = ", ".join(self.functions)
            raise self._fail(f"{token.text!r} is not a function; the functions are {known}", token.at)
        arguments = [self._binary(1)]
        while self._take(","):
            arguments.append(self._binary(1))
        if not self._take(")"):
            raise self._fail("a closing bracket is missing", self.tokens[self.position].at)
        arity = self.functions[token.text]
        if len(arguments) != arity:
            raise self._fail(f"{token.text} takes {arity} argument{'s' * (arity > 1)}, not {len(arguments)}", token.at)
        return Call(token.text, tuple(arguments))


def parse(
    text: str, names: Collection[str], *, functions: Mapping[str, int] | None = None, variables: str | None = None
) -> Expr:
    """The tree of `text`, in which `names` are variables; errors.Error with one sentence where it cannot be read."""
    if len(text) > LONGEST:
        raise Error(f"The expression is {len(text)} characters long, more than the {LONGEST} that are allowed.")
    known = ", ".join(sorted(names))
    variables = variables or (f"the names here are {known}" if known else "there are no names here")
    return _Parser(text, names, functions or {n: c.arity for n, c in CALLS.items()}, variables).whole()


VARIABLE = "the variable is x alone: a factor in the sizes of spaces is a constant, drawn beside what the bubble holds"


@lru_cache(maxsize=1000)
def elementwise(text: str) -> Expr:
    """The tree of an elementwise function typed by a user, in the variable `x`."""
    return parse(text, ("x",), variables=VARIABLE)


@lru_cache(maxsize=1000)
def _of_sizes(text: str, spaces: tuple[str, ...]) -> Expr:
    """The tree of an expression in sizes: a document has the same few (`1`, `-1`, `1/sqrt(head_size)`) over and over."""
    known = ", ".join(spaces)
    return parse(text, spaces, variables=f"the spaces are {known}" if known else "there are no spaces yet")


def constant(text: str, sizes: Mapping[str, int]) -> float:
    """The value of an expression in the sizes of spaces: 0.125 for "1/sqrt(head_size)" where head_size is 64."""
    tree = _of_sizes(text, tuple(sizes))
    try:
        value = compute(tree, sizes)
    except (ZeroDivisionError, OverflowError, ValueError) as problem:
        why = "it divides by zero" if isinstance(problem, ZeroDivisionError) else "it leaves the real numbers"
        raise Error(f"The expression {_shown(text)} has no value: {why}.") from problem
    if not math.isfinite(value):
        raise Error(f"The expression {_shown(text)} has no finite value.")
    return value


def compute(tree: Expr, names: Mapping[str, float]) -> float:
    """The value of a tree as a float; ZeroDivisionError, OverflowError or ValueError where it has none."""
    match tree:
        case Number(value):
            return value
        case Name(name):
            return float(names[name])
        case Negate(operand):
            return -compute(operand, names)
        case Binary(operator, left, right):
            value = _operate(operator, compute(left, names), compute(right, names))
            if isinstance(value, complex):
                raise ValueError("a root of a negative number")
            return float(value)
        case Call(function, arguments):
            return CALLS[function].compute(*(compute(argument, names) for argument in arguments))
        case _:
            assert_never(tree)


def _operate(operator: Operator, a: Any, b: Any) -> Any:
    match operator:
        case "+":
            return a + b
        case "-":
            return a - b
        case "*":
            return a * b
        case "/":
            return a / b
        case "**":
            return a**b
        case _:
            assert_never(operator)


def variables(tree: Expr) -> set[str]:
    """The names that stand in the tree."""
    match tree:
        case Number():
            return set()
        case Name(name):
            return {name}
        case Negate(operand):
            return variables(operand)
        case Binary(_, left, right):
            return variables(left) | variables(right)
        case Call(_, arguments):
            return set().union(*(variables(argument) for argument in arguments))
        case _:
            assert_never(tree)
