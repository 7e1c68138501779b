"""Text by a diagram that is a language model: logits for every position from token ids, one token more at a time.

A diagram is one where it has one array of ids with one axis, and one result whose last axis runs over the classes of the
ids. Where it is causal, what later tokens need of earlier ones is kept, and every step computes one new row (`stepping`);
else every step evaluates the diagram anew on all ids so far. Arrays are read from their files once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace

from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import Content, Diagram, Fixed, Record
from tensordraw.errors import Error
from tensordraw.program import gguf_text
from tensordraw.program.arrays import Array, inputs
from tensordraw.program.evaluate import Cancel, Cancelled, evaluate
from tensordraw.program.flexible import cut, shortened
from tensordraw.program.lengths import with_lengths
from tensordraw.program.lower import lower
from tensordraw.program.memory import check_memory
from tensordraw.program.passes import simplify
from tensordraw.program.statements import Program
from tensordraw.program.stepping import Step, Uncached, kept, stepped
from tensordraw.program.stepping_run import BACKENDS, Stepper
from tensordraw.program.tokens import UNTOLD, are_told, ids_of


class Model(Record, frozen=True):
    """What a diagram is as a language model: the name of its ids, how many there can be, how many classes."""

    ids: str
    positions: int
    flexible: bool
    classes: int


def model_of(diagram: Diagram) -> Model:
    """The diagram as a language model. errors.Error with what it lacks."""
    content = diagram.content
    found = {
        node.name: node
        for node in content.nodes.values()
        if isinstance(node, Fixed) and node.kind == "one_hot" and len(node.legs) == 2
    }
    if len(found) != 1:
        what = "no array of token ids" if not found else f"{len(found)} arrays of ids ({', '.join(found)})"
        raise Error(f"This diagram has {what}: a language model has one, with one axis.")
    ((name, node),) = found.items()
    seq, classes = (content.spaces[leg.space] for leg in node.legs)
    program = simplify(lower(content))
    shapes = {statement.out: statement.type.shape for statement in program.body}
    shape = shapes.get(program.outputs[0].value, ())
    if len(program.outputs) != 1 or shape != (seq.size, classes.size):
        raise Error(f"A language model gives one result with the axes ({seq.name}, {classes.name}), and this does not.")
    return Model(name, seq.size, seq.flexible, classes.size)


def generate(
    diagram: Diagram, ids: Sequence[int], count: int, *, temperature: float = 0.0, seed: int = 0, backend: str = "numpy",
    cache: bool = True, cancelled: Cancel | None = None,
) -> Iterator[int]:  # fmt: skip
    """The `count` ids that follow, one by one: the most likely (temperature 0), or drawn with the temperature from seed.

    Without `cache`, or where the diagram is not causal, all ids go through it for each. errors.Error where an id is out of
    range, or there are more ids than positions. Cancelled where `cancelled`, asked before each token and between statements,
    says so.
    """
    model = model_of(diagram)
    known = ids_of(ids)
    _check(model, known, count, temperature, seed)
    random = np.random.default_rng(seed)
    step = step_of(diagram.content) if cache and backend in BACKENDS else None
    if isinstance(step, Step):
        logits = _stepwise(diagram, model, step, known, count, backend, cancelled)
    else:
        logits = _anew(diagram, model, known, count, backend, cancelled)
    for row in logits:
        known.append(_chosen(row, temperature, random))
        yield known[-1]


@cached
def step_of(content: Content) -> Step | Uncached:
    """How a document that is a language model takes one token more, or why it cannot."""
    program = with_lengths(simplify(lower(content)), content)
    (ids,) = (item for item in program.inputs if item.type.integer)
    space = ids.type.axes[0].flexible
    if [each.name for each in content.spaces.values() if each.flexible].count(space) > 1:
        return Uncached(f"several spaces are called {space!r}")
    return stepped(program, space, ids.out)


def _stepwise(
    diagram: Diagram, model: Model, step: Step, known: list[int], count: int, backend: str, cancelled: Cancel | None
) -> Iterator[Array]:
    """The last position's logits, [class], for ids that the caller adds to: by a step for each id from the last given on."""
    program = simplify(lower(shortened(diagram, {model.ids: np.asarray(known)}).content))
    length = len(known) + count - 1
    check_memory(program, diagram, {model.ids: known}, kept(step, length))
    stepper = Stepper(step, _arrays(diagram, program, model.ids), backend, length)
    stepper.fill(known[:-1], cancelled)
    for _ in range(count):
        if cancelled is not None and cancelled():
            raise Cancelled
        yield stepper.next(known[-1])


def _anew(
    diagram: Diagram, model: Model, known: list[int], count: int, backend: str, cancelled: Cancel | None
) -> Iterator[Array]:
    """The last position's logits, [class], for ids that the caller adds to: the whole diagram for each."""
    whole: dict[str, Any] | None = None
    for _ in range(count):
        short = shortened(diagram, {model.ids: np.asarray(known)})
        program = simplify(lower(short.content))
        if whole is None:
            check_memory(program, diagram, {model.ids: known})
            whole = _arrays(diagram, program, model.ids)
        given = cut(diagram, short, {**whole, model.ids: np.asarray(known)})
        (logits,) = evaluate(program, given, backend, cancelled=cancelled).values()  # position, class
        yield np.asarray(logits)[-1]


def _arrays(diagram: Diagram, program: Program, ids: str) -> dict[str, Any]:
    """All arrays but the ids, at their full sizes."""
    others = replace(program, inputs=tuple(each for each in program.inputs if each.array != ids))
    return inputs(others, diagram, {})


def _check(model: Model, ids: Sequence[int], count: int, temperature: float, seed: int) -> None:
    if not ids:
        raise Error("There is nothing to go on from: give a text or ids of one token at least.")
    for place, each in enumerate(ids):
        if not 0 <= each < model.classes:
            raise Error(f"Token {place} is {each}, but ids go from 0 to {model.classes - 1}.")
    if count < 1:
        raise Error(f"The number of tokens to generate is {count}; it must be 1 or more.")
    if not model.flexible:
        raise Error(
            "The positions of this model are not flexible: mark their space as flexible, so that texts may be shorter."
        )
    if len(ids) > model.positions:
        raise Error(
            f"The text has {len(ids)} tokens, and the model has {model.positions} positions: give a shorter text."
        )
    if len(ids) + count > model.positions + 1:
        raise Error(
            f"{len(ids)} tokens and {count} more are beyond the model's {model.positions} positions: ask for fewer tokens."
        )
    if not 0 <= temperature < inf:
        raise Error(f"The temperature is {temperature}; it must be 0 (the most likely token) or more.")
    if seed < 0:
        raise Error(f"The seed is {seed}; it must be 0 or more.")


def _chosen(logits: Array, temperature: float, random: np.random.Generator) -> int:
    """The id that follows, by the logits of the last position: [class]. errors.Error where they are not finite."""
    if not are_told(logits):
        raise Error(UNTOLD)
    if temperature == 0:
        return int(np.argmax(logits))
    below = logits.astype(np.float64) - np.max(logits)
    with np.errstate(over="ignore"):  # next to no temperature leaves nothing but the most likely
        weights = np.exp(below / temperature)
    return int(random.choice(len(weights), p=weights / weights.sum()))


# ------------------------------------------------------------------------------------------------------- texts


def tokenizer_of(diagram: Diagram) -> Any:
    """The tokenizer that lies beside the model's weights. errors.Error where there is none, or its package is missing."""
    files = dict.fromkeys(Path(diagram.home) / source.path for source in diagram.content.sources.values())
    folders = dict.fromkeys(file.parent for file in files)
    try:
        import tokenizers
    except ModuleNotFoundError:
        raise Error("Texts need the package tokenizers: install tensordraw[text].") from None
    for stored in files:
        if stored.suffix == ".gguf":
            return gguf_text.tokenizer(stored)
    for folder in folders:
        if (file := folder / "tokenizer.json").exists():
            try:
                return tokenizers.Tokenizer.from_file(str(file))
            except Exception as problem:  # the package raises bare exceptions
                raise Error(f"{file} is damaged, or no tokenizer: {problem}.") from None
        vocab, merges = folder / "vocab.json", folder / "merges.txt"
        if vocab.exists() and merges.exists():
            try:
                return tokenizers.ByteLevelBPETokenizer.from_file(str(vocab), str(merges))
            except Exception as problem:  # the same
                raise Error(f"{vocab} or {merges.name} is damaged: {problem}.") from None
    where = ", ".join(map(str, folders)) or "the document, which takes no arrays from files"
    raise Error(f"There is no tokenizer beside {where}: put tokenizer.json there, or give ids.")
