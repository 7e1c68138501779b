"""Token ids as callers give them, and what follows from logits that are not finite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tensordraw as td
from tensordraw import api
from tensordraw.diagram.visible import visible
from tensordraw.program import archive, tokens
from tensordraw.program.tokens import pieces, spelled
from tests.templates.folders import add_tokenizer, gpt2_folder


@pytest.mark.parametrize("given", [[1.5], ["a"], [[1, 2]], 3, None, np.array([1.0])])
def test_ids_are_whole_numbers_in_one_row(given: Any, tmp_path: Path) -> None:
    diagram = td.template("gpt2", weights=gpt2_folder(tmp_path / "m"))
    for call in (td.generate, td.next_tokens):
        with pytest.raises(td.Error, match="whole numbers in one row"):
            call(diagram, given, 1)


def test_ids_of_numpy_are_given_back_as_plain_numbers(tmp_path: Path) -> None:
    diagram = td.template("gpt2", weights=gpt2_folder(tmp_path / "m"))
    found = td.generate(diagram, np.array([1, 2]), 2)  # type: ignore[arg-type]
    assert [type(each) for each in found] == [int] * 4


def test_classes_at_minus_infinity_are_left_out() -> None:
    logits = np.array([[9.0, 9.0, 9.0], [0.0, -np.inf, np.log(3.0)]])
    assert tokens.ranked(logits, 3) == [(2, pytest.approx(0.75)), (0, pytest.approx(0.25)), (1, 0.0)]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_no_token_follows_from_logits_that_are_not_finite(bad: float) -> None:
    logits = np.array([[0.0, 1.0, bad]])
    assert tokens.ranked(logits, 2) == []
    with pytest.raises(td.Error, match="not finite"):
        api.likeliest(td.einsum("i->i", sizes={"i": 3}), logits, 2, as_text=False)


@pytest.mark.parametrize("cache", [True, False])
@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_a_model_with_nan_among_its_weights_generates_nothing(tmp_path: Path, cache: bool, temperature: float) -> None:
    home = gpt2_folder(tmp_path / "m")
    weights = {name: np.array(array) for name, array in archive.read(home / "model.safetensors").items()}
    next(array for name, array in weights.items() if name.endswith("ln_f.weight"))[0] = np.nan
    from safetensors.numpy import save_file

    save_file(weights, home / "model.safetensors")
    with pytest.raises(td.Error, match="not finite"):
        td.generate(td.template("gpt2", weights=home), [1, 2], 2, temperature=temperature, cache=cache)


@pytest.mark.parametrize(
    ("settings", "words"), [({"seed": -1}, "seed"), ({"temperature": float("inf")}, "temperature")]
)
def test_settings_of_drawing_that_are_refused(tmp_path: Path, settings: dict[str, Any], words: str) -> None:
    with pytest.raises(td.Error, match=words):
        td.generate(td.template("gpt2", weights=gpt2_folder(tmp_path / "m")), [1], 1, **settings)


def test_next_to_no_temperature_takes_the_likeliest(tmp_path: Path) -> None:
    diagram = td.template("gpt2", weights=gpt2_folder(tmp_path / "m"))
    assert td.generate(diagram, [1], 3, temperature=1e-320) == td.generate(diagram, [1], 3)


def test_bytes_that_are_no_character_stand_as_bytes(tmp_path: Path) -> None:
    tokenizer = add_tokenizer(tmp_path)
    ids = tokenizer.encode("é\x01 a").ids
    assert pieces(tokenizer, ids)[:3] == ["\\xc3", "\\xa9", "\x01"]
    assert [visible(text) for text in pieces(tokenizer, ids)][2:] == ["\\x01", "␣", "a"]


def test_tokens_that_an_edit_leaves_alone_stay(tmp_path: Path) -> None:
    tokenizer = add_tokenizer(tmp_path)
    first, second = tokenizer.encode("é").ids
    written = [*tokenizer.encode("a b").ids, first]
    text = tokenizer.decode(written)
    assert text.endswith("\N{REPLACEMENT CHARACTER}")
    assert spelled(tokenizer, text, text, written) == written
    assert spelled(tokenizer, text + "s", text, written) == [*written, *tokenizer.encode("s").ids]
    assert spelled(tokenizer, "b" + text, text, written)[-2:] == written[-2:]
    assert spelled(tokenizer, "a c" + text[3:], text, written)[-1] == first
    assert spelled(tokenizer, text[:-1], text, written) == written[:-1]
    whole = [*written, second]
    assert spelled(tokenizer, "a bés", "a bé", whole) == tokenizer.encode("a bés").ids
    letters = [tokenizer.token_to_id(letter) for letter in "the"]  # not what the tokenizer makes of them
    assert spelled(tokenizer, "the", "the", letters) == letters
    assert spelled(tokenizer, "", "the", letters) == []
