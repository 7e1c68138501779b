"""The verbs that compute: `arrays`, `eval` and `generate`. Nothing but click is imported before they run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import tensordraw as td
from tensordraw.cli_reading import sound, start

if TYPE_CHECKING:
    import numpy as np


@click.command("arrays")
@click.argument("path", metavar="FILE")
@click.option("--seed", default=0, show_default=True, help="Where the random numbers start.")
@click.option("-o", "output", required=True, metavar="FILE", help="A name that ends in .npz.")
def arrays(path: str, seed: int, output: str) -> None:
    """Write the random arrays that eval would use."""
    _write_arrays(output, td.arrays(sound(path), seed=seed))


@click.command("eval")
@click.argument("path", metavar="FILE")
@click.option("--arrays", "given", metavar="FILE", help="Arrays by name, in a .npz or .safetensors file.")
@click.option("--seed", default=0, show_default=True, help="Where the random numbers of missing arrays start.")
@click.option("--backend", default="numpy", show_default=True, help="numpy, torch or jax.")
@click.option("--device", metavar="DEVICE", help="Where torch computes, such as cuda, cuda:1 or mps.")
@click.option("-o", "output", metavar="FILE", help="A name that ends in .npz; a single result is called `result`.")
@click.option("--text", metavar="TEXT", help="What a language model reads; needs a tokenizer beside its weights.")
@click.option("--ids", metavar="IDS", help="The same as token ids, such as '464 3139'.")
@click.option("--top", default=10, show_default=True, help="How many next tokens are printed.")
def evaluate(
    path: str,
    given: str | None,
    seed: int,
    backend: str,
    device: str | None,
    output: str | None,
    text: str | None,
    ids: str | None,
    top: int,
) -> None:
    """Evaluate the document and print each result's shape and statistics; of a language model that is given a text or
    ids the likeliest next tokens too.
    """
    from tensordraw.api import given_tokens, likeliest, named_results, summary
    from tensordraw.diagram.visible import visible
    from tensordraw.program import archive
    from tensordraw.program.tokens import is_logits

    diagram = sound(path)
    if output is not None:
        _require_suffix(output, ".npz")
    arrays: dict[str, Any] = {} if given is None else dict(archive.read(given))
    tokens = {} if text is None and ids is None else given_tokens(diagram, start(text, ids))
    arrays |= tokens
    results = named_results(td.evaluate(diagram, arrays, backend=backend, seed=seed, device=device))
    if output is not None:
        _write_arrays(output, results)
    for name, array in results.items():
        click.echo(summary(name, array))
        if any(is_logits(diagram.content, array.shape, len(one)) for one in tokens.values()):
            for token, probability in likeliest(diagram, array, top, as_text=text is not None):
                click.echo(f"{100 * probability:8.3f} %  {visible(token) if isinstance(token, str) else token}")


@click.command("generate")
@click.argument("path", metavar="FILE")
@click.option("--text", metavar="TEXT", help="The beginning; needs a tokenizer beside the model's weights.")
@click.option("--ids", metavar="IDS", help="The beginning as token ids, such as '464,3139'.")
@click.option("--tokens", type=int, default=20, show_default=True, help="How many more.")
@click.option("--temperature", type=float, default=0.0, show_default=True, help="0 takes the most likely token.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--backend", default="numpy", show_default=True)
@click.option("--no-cache", is_flag=True, help="Compute all positions anew for every token.")
def generate(
    path: str,
    text: str | None,
    ids: str | None,
    tokens: int,
    temperature: float,
    seed: int,
    backend: str,
    no_cache: bool,
) -> None:
    """Continue a text, or token ids, with the document's language model."""
    found = td.generate(
        sound(path), start(text, ids), tokens, temperature=temperature, seed=seed, backend=backend, cache=not no_cache
    )
    click.echo(found if isinstance(found, str) else " ".join(map(str, found)))


def _require_suffix(output: str, suffix: str) -> None:
    if Path(output).suffix != suffix:
        raise td.Error(f"Arrays are written to a file whose name ends in {suffix}, and {output!r} does not.")


def _write_arrays(output: str, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
    from tensordraw.program import archive

    _require_suffix(output, ".npz")
    archive.write(output, arrays)
