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
    """The text of each token; bytes that are no whole character stand as \\xf3."""
    found = []
    for each in ids:
        text = str(tokenizer.decode([each], skip_special_tokens=False))
        if not text or _BROKEN in text:
            text = _of_bytes(str(tokenizer.id_to_token(each) or each))
        found.append(text)
    return found


def _of_bytes(name: str) -> str:
    """What the tokenizer's own name of a token says of its bytes: a letter each in byte-level vocabularies, <0xF3> in others."""
    if len(name) == 6 and name.startswith("<0x") and name.endswith(">"):
        raw = bytes([int(name[3:5], 16)])
    elif all(letter in _LETTERS for letter in name):
        raw = bytes(_LETTERS[letter] for letter in name)
    else:
        return name
    return raw.decode("utf-8", errors="backslashreplace")


def spelled(tokenizer: Any, text: str, before: str, ids: Sequence[int]) -> list[int]:
    """The ids of a text that was edited, where `before` was the text of `ids`: tokens that the edit leaves alone stay.

    They stay only where the tokenizer would not give these ids for `before` anyway: where a model wrote them, or where they
    hold parts of a character. Else the text is taken as one that was typed.
    """
    whole = [int(each) for each in tokenizer.encode(text).ids]
    if not ids or [int(each) for each in tokenizer.encode(before).ids] == list(ids):
        return whole
    start, stop = _kept(tokenizer, text, before, ids)
    head, tail = ids[: start[0]], ids[stop[0] :]
    middle = text[start[1] : len(text) - (len(before) - stop[1])]
    between = [int(each) for each in tokenizer.encode(middle, add_special_tokens=False).ids] if middle else []
    found = [*head, *between, *tail]
    return found if str(tokenizer.decode(found)) == text else whole


def _kept(tokenizer: Any, text: str, before: str, ids: Sequence[int]) -> tuple[tuple[int, int], tuple[int, int]]:
    """How many tokens, and of how many characters, an edit leaves alone at the start; and the same for where the end that it
    leaves alone begins."""
    bounds = [(0, 0)]
    for count in range(1, len(ids) + 1):
        first = str(tokenizer.decode(list(ids[:count])))
        if first + str(tokenizer.decode(list(ids[count:]))) == before:
            bounds.append((count, len(first)))
    same = alike(before, text)
    start = max(bound for bound in bounds if bound[1] <= same)
    most = min(len(text), len(before)) - same  # what is the same at the start is not so at the end too
    end = min(alike(before[::-1], text[::-1]), most)
    after = [bound for bound in bounds if bound[1] >= len(before) - end and bound >= start]
    return start, min(after, default=(len(ids), len(before)))


def alike(first: str, second: str) -> int:
    """How many characters two texts have in common at their start."""
    return next(
        (at for at, pair in enumerate(zip(first, second, strict=False)) if pair[0] != pair[1]),
        min(len(first), len(second)),
    )


def _letters() -> dict[str, int]:
    """The byte of each letter of byte-level vocabularies: bytes that can be seen are themselves, the rest count from 256."""
    seen = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [each for each in range(256) if each not in seen]
    return {chr(each): each for each in seen} | {chr(256 + place): each for place, each in enumerate(hidden)}


_BROKEN = "\N{REPLACEMENT CHARACTER}"
_LETTERS = _letters()


__all__ = [
    "UNTOLD", "TokenIds", "alike", "are_told", "fault", "ids_of", "is_logits", "pieces", "ranked", "spelled", "token_ids",
    "why_no_text",
]  # fmt: skip
