"""Texts with accidents: whatever is typed is read, or refused in one sentence."""

from __future__ import annotations

import random
import re

from tensordraw.errors import Error
from tensordraw.program.check import check
from tensordraw.program.lower import lower
from tensordraw.read.lift import lift
from tensordraw.read.source import trace
from tests.read.source.short_snippets import SHORT
from tests.read.source.snippets import SNIPPETS

TEXTS = [*((s.text, s.shapes, s.sizes) for s in SNIPPETS.values()), *((text, shapes, {}) for text, shapes in SHORT)]
WORDS = sorted({word for text, _, _ in TEXTS for word in re.findall(r"[^\W\d]\w*", text)})
SIGNS = ["0", "1", "2", "-1", "3", "[", "]", "(", ")", ",", "*", "@", "+", ":", "None", "..."]
COUNT = 600


def mutated(text: str, rng: random.Random) -> str:
    """The text with a token dropped, replaced, moved or doubled, once or more."""
    for _ in range(rng.randint(1, 3)):
        tokens = re.findall(r"\w+|\s+|[^\w\s]", text)
        if not tokens:
            return text
        at, other = rng.randrange(len(tokens)), rng.randrange(len(tokens))
        match rng.choice(["drop", "replace", "swap", "double"]):
            case "drop":
                del tokens[at]
            case "replace":
                tokens[at] = rng.choice(WORDS if tokens[at].isidentifier() else SIGNS)
            case "swap":
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case "double":
                tokens.insert(at, tokens[other])
        text = "".join(tokens)
    return text


def test_any_text_is_read_or_refused_in_one_sentence() -> None:
    rng, read = random.Random(0), 0
    for _ in range(COUNT):
        text, shapes, sizes = rng.choice(TEXTS)
        text = mutated(text, rng)
        try:
            program = check(trace(text, shapes if rng.random() < 0.5 else None, sizes).program)
            lower(lift(program).content)
            read += 1
        except Error as error:
            sentence = str(error)
            assert "\n" not in sentence, text
            assert sentence.endswith("."), text
    assert read > COUNT / 20
