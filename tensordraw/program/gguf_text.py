"""The tokenizer that a `.gguf` file carries, as one of the package `tokenizers`: byte-level byte pairs, as GPT-2's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tensordraw.errors import Error
from tensordraw.program.gguf_file import numbers, settings, texts

_CONTROL = (3, 4)  # types of tokens that stand for no bytes: control, and those of the user


def tokenizer(file: Path) -> Any:
    """The file's tokenizer. errors.Error where it has none, or one of another kind; needs the package tokenizers."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

    known = settings(file)
    model, before = known.get("tokenizer.ggml.model"), known.get("tokenizer.ggml.pre")
    if model is None:
        raise Error(f"{file} has no tokenizer: give ids.")
    if model != "gpt2" or before not in ("gpt-2", "smollm"):
        raise Error(f"{file} has a tokenizer of the kind {model!r} ({before!r}), which is not read: give ids.")
    tokens = texts(file, "tokenizer.ggml.tokens")
    pairs = [
        (first, second) for first, _, second in (pair.partition(" ") for pair in texts(file, "tokenizer.ggml.merges"))
    ]
    made = Tokenizer(models.BPE(vocab={token: id for id, token in enumerate(tokens)}, merges=pairs))
    bytes_of = pre_tokenizers.ByteLevel(add_prefix_space=False)
    digits = pre_tokenizers.Digits(individual_digits=True)
    made.pre_tokenizer = pre_tokenizers.Sequence([digits, bytes_of]) if before == "smollm" else bytes_of
    made.decoder = decoders.ByteLevel()
    kinds = numbers(file, "tokenizer.ggml.token_type")
    control = [token for token, kind in zip(tokens, kinds, strict=False) if kind in _CONTROL]
    made.add_special_tokens([AddedToken(token, normalized=False, special=True) for token in control])
    begin = known.get("tokenizer.ggml.bos_token_id")
    if known.get("tokenizer.ggml.add_bos_token") and isinstance(begin, int):
        made.post_processor = processors.TemplateProcessing(
            single=f"{tokens[begin]} $A", special_tokens=[(tokens[begin], begin)]
        )
    return made


__all__ = ["tokenizer"]
