"""The token ids that a document is given: which array they are, what is wrong with those typed, and what may follow them.

All of it is read off the drawing or off a result, without lowering it, so that a window can ask at every key stroke.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import index
from pathlib import Path
from typing import Any

from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import Content, Diagram, Fixed, Record
from tensordraw.errors import Error

UNTOLD = "The logits of the last position are not finite, so no token follows: look where NaN or infinity comes from."


class TokenIds(Record, frozen=True):
    """The array of ids along one axis: its name, the spaces of its axis and of its classes, how many of each."""

    name: str
    axis: str
    positions: int
    flexible: bool
    classes: int
    space: str  # id of the space of the positions


@cached
def token_ids(content: Content) -> TokenIds | None:
    """The document's one array of ids with one axis; None where it has none, or several."""
    found = {
        node.name: node
        for node in content.nodes.values()
        if isinstance(node, Fixed) and node.kind == "one_hot" and len(node.legs) == 2 and node.name
    }
    if len(found) != 1:
        return None
    ((name, node),) = found.items()
    axis, classes = (content.spaces[leg.space] for leg in node.legs)
    return TokenIds(name, axis.name, axis.size, axis.flexible, classes.size, axis.id)


def fault(known: TokenIds, ids: Sequence[int]) -> tuple[str, frozenset[int]]:
    """What is wrong with the ids in one sentence, and at which positions; "" and none where nothing is."""
    wrong = frozenset(place for place, each in enumerate(ids) if not 0 <= each < known.classes)
    if wrong:
        first = min(wrong)
        more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
        return f"Token {first} is {ids[first]}{more}, but ids go from 0 to {known.classes - 1}.", wrong
    if len(ids) > known.positions:
        beyond = frozenset(range(known.positions, len(ids)))
        return f"{len(ids)} tokens are more than the {known.positions} positions of {known.axis}.", beyond
    if len(ids) < known.positions and not known.flexible and ids:
        missing = f"{known.axis} has exactly {known.positions} positions, and {len(ids)} tokens are given"
        return f"{missing}: mark the space as flexible (allow shorter texts), or give them all.", frozenset()
    return "", frozenset()


def ids_of(given: Iterable[Any]) -> list[int]:
    """The ids that a caller gave (a list, a vector of NumPy or PyTorch). errors.Error where they are no whole numbers in a row."""
    try:
        return [index(each) for each in given]
    except TypeError:
        raise Error("Token ids are whole numbers in one row, such as [464, 3139].") from None


def are_told(last: Any) -> bool:
    """Whether logits of classes [class] say which is likeliest: they do not with a NaN or an infinity among them, but classes
    at minus infinity are only left out."""
    import numpy as np

    return bool(np.isfinite(np.max(last)))


def ranked(logits: Any, count: int) -> list[tuple[int, float]]:
    """The `count` likeliest ids after the last position with their probabilities, by logits [position, class]; none where the
    logits do not say (`are_told`)."""
    import numpy as np

    last = np.asarray(logits)[-1].astype(np.float64)  # class
    if not are_told(last):
        return []
    weights = np.exp(last - np.max(last))
    count = min(count, len(last))
    likeliest = np.argpartition(-last, count - 1)[:count]
    order = likeliest[np.argsort(-last[likeliest], kind="stable")]
    total = float(weights.sum())
    return [(int(each), float(weights[each]) / total) for each in order]


def is_logits(content: Content, shape: Sequence[int], count: int) -> bool:
    """Whether a result for `count` ids has the shape of logits: a number for every class at every position."""
    known = token_ids(content)
    return known is not None and tuple(shape) == (count, known.classes)


def why_no_text(diagram: Diagram) -> str:
    """Why texts cannot be typed for a document, as a sentence; "" where they can, as far as names of files say."""
    import importlib.util

    files = dict.fromkeys(Path(diagram.home) / source.path for source in diagram.content.sources.values())
    if not files:
        return "This drawing takes no weights from files, so there is no tokenizer: give token ids."
    there = any(
        file.suffix == ".gguf"
        or (file.parent / "tokenizer.json").exists()
        or ((file.parent / "vocab.json").exists() and (file.parent / "merges.txt").exists())
        for file in files
    )
    if not there:
        where = ", ".join(str(folder) for folder in dict.fromkeys(file.parent for file in files))
        return f"There is no tokenizer.json in {where}: give token ids."
    if importlib.util.find_spec("tokenizers") is None:
        return "Texts need the package tokenizers (pip install tokenizers): give token ids."
    return ""


def pieces(tokenizer: Any, ids: Sequence[int]) -> list[str]:
    """The text of each token; one that is no whole character is shown by the tokenizer's own name of it."""
    found = []
    for each in ids:
        text = str(tokenizer.decode([each], skip_special_tokens=False))
        if not text or "\N{REPLACEMENT CHARACTER}" in text:
            text = str(tokenizer.id_to_token(each) or each)
        found.append(text)
    return found


__all__ = [
    "UNTOLD", "TokenIds", "are_told", "fault", "ids_of", "is_logits", "pieces", "ranked", "token_ids", "why_no_text",
]  # fmt: skip
