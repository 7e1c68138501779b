"""Texts and token ids through documents that are language models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tensordraw.api.programs import evaluate
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error

if TYPE_CHECKING:
    import numpy as np


def generate(
    diagram: Diagram,
    start: str | Sequence[int],
    tokens: int = 20,
    *,
    temperature: float = 0.0,
    seed: int = 0,
    backend: str = "numpy",
    cache: bool = True,
) -> str | list[int]:
    """A text, or token ids, continued by a diagram that is a language model: as text, or as all ids.

    The most likely token each time, or with a temperature drawn from `seed`. A text needs the tokenizer beside the model's
    weights. Where the diagram is causal, each token costs one row, with what earlier rows gave kept; `cache=False` computes
    everything anew.
    """
    from tensordraw.program import generate as generation
    from tensordraw.program.tokens import ids_of

    tokenizer = generation.tokenizer_of(diagram) if isinstance(start, str) else None
    ids = ids_of(start) if tokenizer is None else tokenizer.encode(start).ids
    settings = {"temperature": temperature, "seed": seed, "backend": backend, "cache": cache}
    found = [*ids, *generation.generate(diagram, ids, tokens, **settings)]  # type: ignore[arg-type]
    return found if tokenizer is None else str(tokenizer.decode(found))


def next_tokens(
    diagram: Diagram, start: str | Sequence[int], count: int = 10, *, backend: str = "numpy", seed: int = 0
) -> list[tuple[str | int, float]]:
    """The likeliest next tokens after a text (as texts) or token ids (as ids), each with its probability, best first.

    `Error` where the diagram is no language model, or a token is out of range.
    """
    from tensordraw.program.generate import model_of

    model_of(diagram)
    logits = evaluate(diagram, given_tokens(diagram, start), backend=backend, seed=seed)
    return likeliest(diagram, logits, count, as_text=isinstance(start, str))


def given_tokens(diagram: Diagram, start: str | Sequence[int]) -> dict[str, np.ndarray[Any, Any]]:
    """A text or token ids as the array that `evaluate` takes, by its name. `Error` where one is out of range."""
    import numpy as np

    from tensordraw.program.generate import tokenizer_of
    from tensordraw.program.tokens import fault, ids_of, token_ids

    known = token_ids(diagram.content)
    if known is None:
        raise Error("This diagram has no array of token ids with one axis, or several: give its arrays by name.")
    ids = list(tokenizer_of(diagram).encode(start).ids) if isinstance(start, str) else ids_of(start)
    sentence = fault(known, ids)[0] if ids else "There are no tokens: give a text or ids of one token at least."
    if sentence:
        raise Error(sentence)
    return {known.name: np.asarray(ids, np.int64)}


def likeliest(diagram: Diagram, logits: Any, count: int, *, as_text: bool) -> list[tuple[str | int, float]]:
    """The next tokens that logits [position, class] make likeliest, as ids or as the tokenizer's texts."""
    from tensordraw.program.generate import tokenizer_of
    from tensordraw.program.tokens import UNTOLD, pieces, ranked

    if count < 1:
        raise Error(f"The number of next tokens is {count}; it must be 1 or more.")
    found = ranked(logits, count)
    if not found:
        raise Error(UNTOLD)
    ids = [each for each, _ in found]
    names: Sequence[str | int] = pieces(tokenizer_of(diagram), ids) if as_text else ids
    return [(name, probability) for name, (_, probability) in zip(names, found, strict=True)]
