"""The command line: the verbs of the window without the window.

Exit codes: 0 done, 1 the document has errors, 2 wrong usage or unreadable input. What is wrong goes to stderr as one
sentence. Nothing but click is imported before a verb runs, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import tensordraw as td
from tensordraw import cli_export, cli_view

if TYPE_CHECKING:
    import numpy as np

DONE, HAS_ERRORS, UNUSABLE = 0, 1, 2

Window = Callable[[str | None], int]


class _HasErrors(Exception):
    """The document is readable, and means nothing."""


class _Verbs(click.Group):
    """A first word that is no verb is the file to open, so that `tensordraw x.tdraw` needs none."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            if not Path(args[0]).exists():
                raise td.Error(f"{args[0]!r} is neither a file nor a command: see tensordraw --help.")
            return super().resolve_command(ctx, ["open", *args])
        return super().resolve_command(ctx, args)


@click.group(
    cls=_Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    subcommand_metavar="[FILE | COMMAND [ARGUMENTS]...]",
)
@click.version_option(td.__version__, prog_name="tensordraw")
@click.pass_context
def _verbs(context: click.Context) -> None:
    """Draw tensor networks that are programs. Without a command: the window, on FILE if one is given."""
    if context.invoked_subcommand is None:
        _open(context, None)


def main(arguments: Sequence[str], window: Window) -> int:
    """Run one command; returns the exit code. `window` opens the window on a file or on the start page."""
    try:
        result = _verbs.main(list(arguments), prog_name="tensordraw", standalone_mode=False, obj=window)
    except _HasErrors as error:
        return _complain(str(error), HAS_ERRORS)
    except td.Error as error:
        return _complain(str(error))
    except click.UsageError as error:
        asked = error.ctx.command_path if error.ctx else "tensordraw"
        return _complain(f"{error.format_message().rstrip('.')}: see {asked} --help.")
    except click.ClickException as error:
        return _complain(error.format_message())
    except MemoryError as error:
        return _complain(f"This needs more memory than there is: {error or 'use smaller sizes'}.")
    except BrokenPipeError:
        sys.stdout = None  # the reader has gone; nothing may be flushed to it at exit
        return DONE
    except (click.Abort, KeyboardInterrupt):
        return 130
    return result if isinstance(result, int) else DONE


def _complain(sentence: str, code: int = UNUSABLE) -> int:
    click.echo(f"tensordraw: {' '.join(sentence.split())}", err=True)
    return code


# ------------------------------------------------------------------------------------------------------------- window


def _open(context: click.Context, path: str | None) -> int:
    from tensordraw import windowless

    if path is not None:
        cli_export.opened(path)  # what cannot be read is said before anything else is
    reason = windowless.why_no_window()
    if reason is None:
        window: Window = context.obj
        return window(path)
    click.echo(f"{reason} The main job is done without a window.")
    for line in windowless.demonstrate(path):
        click.echo(line)
    return DONE


@_verbs.command("open", hidden=True)
@click.argument("path", metavar="FILE")
@click.pass_context
def _open_file(context: click.Context, path: str) -> int:
    """Open the window on a document."""
    return _open(context, path)


# -------------------------------------------------------------------------------------------------------------- lists


@_verbs.command("templates")
def _templates() -> None:
    """List the templates with their parameters."""
    for entry in td.templates():
        click.echo(f"{entry.name}: {entry.sentence}")
        for parameter in entry.parameters:
            default = "" if parameter.default is None else f"={_shown(parameter.default)}"
            click.echo(f"    {parameter.name + default:<16} {parameter.meaning}")


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@_verbs.command("languages")
def _languages() -> None:
    """List the languages that `code` prints."""
    for language in td.languages():
        click.echo(language)


@_verbs.command("functions")
def _functions() -> None:
    """List the functions that bubbles apply."""
    from tensordraw.program.functions import FUNCTIONS

    for function in FUNCTIONS.values():
        click.echo(f"{function.name:<16} {function.sentence}")


# ----------------------------------------------------------------------------------------------------------- making


@_verbs.command("new")
@click.argument("template")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Set a parameter of the template.")
@click.option(
    "--weights", metavar="PATH", help="Sizes and arrays of a trained model: a Hugging Face folder, or a .gguf file."
)
@click.option("-o", "output", required=True, metavar="FILE", help="The document to write.")
def _new(template: str, settings: tuple[str, ...], weights: str | None, output: str) -> None:
    """Write a template's document."""
    given = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name:
            raise td.Error(f"--set takes NAME=VALUE, not {setting!r}.")
        given[name.strip()] = value.strip()
    if weights is not None:
        given["weights"] = weights
    _save(td.template(template, **given), output)


@_verbs.command("read")
@click.argument("text", metavar="TEXT")
@click.argument("names", nargs=-1)
@click.option(
    "--size", "sizes", multiple=True, metavar="NAME=NUMBER", help="An index's size, or an array's shape: 'x=(3, 4)'."
)
@click.option("-o", "output", required=True, metavar="FILE", help="The document to write.")
def _read(text: str, names: tuple[str, ...], sizes: tuple[str, ...], output: str) -> None:
    """Write the document of TEXT: an einsum such as 'ij,jk->ik', its operands called NAMES, an expression such as 'A @ B', or
    a file of Python source.
    """
    from tensordraw.read.sizes import sizes_of

    lengths, shapes = sizes_of(", ".join(sizes))
    _save(td.read(text, *names, shapes=shapes or None, sizes=lengths or None), output)


def _save(diagram: td.Diagram, output: str) -> None:
    """Write a document, whose name must say that it is one."""
    if Path(output).suffix != ".tdraw":
        raise td.Error(f"A document's name ends in .tdraw, and {output!r} does not.")
    td.save(diagram, output)


# ---------------------------------------------------------------------------------------------------------- looking


@_verbs.command("check")
@click.argument("path", metavar="FILE")
def _check(path: str) -> int:
    """Print the document's problems, and whether its equations hold; exit code 1 if any is an error or does not hold."""
    from tensordraw.diagram.structure import analyse
    from tensordraw.diagram.words import item_words

    diagram = cli_export.opened(path)
    found = td.problems(diagram)
    for problem in found:
        click.echo(f"{problem.severity}: {problem.what}")
        for line in (problem.why, problem.fix):
            if line:
                click.echo(f"    {line}")
        if problem.items:
            named = dict.fromkeys(item_words(item, diagram.content) for item in problem.items)
            click.echo(f"    at {', '.join(named)}")
    if not found:
        click.echo("No problems.")
    if any(problem.severity == "error" for problem in found):
        return HAS_ERRORS
    if not analyse(diagram.content).equated:
        return DONE
    verdict = td.check_equation(diagram)
    click.echo(verdict.sentence)
    return DONE if verdict.equal else HAS_ERRORS


def _sound(path: str) -> td.Diagram:
    """The document, if it means something. Files of arrays are looked for when they are needed: code needs none."""
    from msgspec.structs import replace

    diagram = cli_export.opened(path)
    drawn = replace(diagram, content=replace(diagram.content, sources={})) if diagram.content.sources else diagram
    errors = [problem for problem in td.problems(drawn) if problem.severity == "error"]
    if errors:
        more = f" (and {len(errors) - 1} more: see tensordraw check)" if len(errors) > 1 else ""
        raise _HasErrors(f"{path} has an error{more}: {errors[0].what}")
    return diagram


@_verbs.command("code")
@click.argument("path", metavar="FILE")
@click.option("--to", "language", required=True, help="One of the languages that `tensordraw languages` lists.")
@click.option("--module", is_flag=True, help="A module with the arrays as parameters (torch).")
@click.option("--batch", multiple=True, metavar="NAME", help="An array that comes in batches: a first axis more.")
@click.option("--plain", is_flag=True, help="The statements as drawn, without recognised forms such as attention.")
@click.option("-o", "output", metavar="FILE", help="Where to write it; without it, to the terminal.")
def _code(path: str, language: str, module: bool, batch: tuple[str, ...], plain: bool, output: str | None) -> None:
    """Print the document's code."""
    text = td.code(_sound(path), language, module=module, batch=batch, fuse=not plain)
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        _write(output, text.encode())


@_verbs.command("cost")
@click.argument("path", metavar="FILE")
def _cost(path: str) -> None:
    """Print what evaluation costs: operations, the largest array, the order of contractions."""
    click.echo(td.cost(_sound(path)))


_verbs.add_command(cli_export.export)
_verbs.add_command(cli_view.view)


# -------------------------------------------------------------------------------------------------------- computing


@_verbs.command("arrays")
@click.argument("path", metavar="FILE")
@click.option("--seed", default=0, show_default=True, help="Where the random numbers start.")
@click.option("-o", "output", required=True, metavar="FILE", help="A name that ends in .npz.")
def _arrays(path: str, seed: int, output: str) -> None:
    """Write the random arrays that eval would use."""
    _write_arrays(output, td.arrays(_sound(path), seed=seed))


@_verbs.command("eval")
@click.argument("path", metavar="FILE")
@click.option("--arrays", "given", metavar="FILE", help="Arrays by name, in a .npz or .safetensors file.")
@click.option("--seed", default=0, show_default=True, help="Where the random numbers of missing arrays start.")
@click.option("--backend", default="numpy", show_default=True, help="numpy, torch or jax.")
@click.option("--device", metavar="DEVICE", help="Where torch computes, such as cuda, cuda:1 or mps.")
@click.option("-o", "output", metavar="FILE", help="A name that ends in .npz; a single result is called `result`.")
@click.option("--text", metavar="TEXT", help="What a language model reads; needs a tokenizer beside its weights.")
@click.option("--ids", metavar="IDS", help="The same as token ids, such as '464 3139'.")
@click.option("--top", default=10, show_default=True, help="How many next tokens are printed.")
def _eval(
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
    from tensordraw.program import archive
    from tensordraw.program.tokens import is_logits

    diagram = _sound(path)
    if output is not None:
        _require_suffix(output, ".npz")
    arrays: dict[str, Any] = {} if given is None else dict(archive.read(given))
    tokens = {} if text is None and ids is None else given_tokens(diagram, _start(text, ids))
    arrays |= tokens
    results = named_results(td.evaluate(diagram, arrays, backend=backend, seed=seed, device=device))
    if output is not None:
        _write_arrays(output, results)
    for name, array in results.items():
        click.echo(summary(name, array))
        if any(is_logits(diagram.content, array.shape, len(one)) for one in tokens.values()):
            for token, probability in likeliest(diagram, array, top, as_text=text is not None):
                click.echo(f"{100 * probability:8.3f} %  {token!r}")


def _require_suffix(output: str, suffix: str) -> None:
    if Path(output).suffix != suffix:
        raise td.Error(f"Arrays are written to a file whose name ends in {suffix}, and {output!r} does not.")


def _write_arrays(output: str, arrays: dict[str, np.ndarray[Any, Any]]) -> None:
    from tensordraw.program import archive

    _require_suffix(output, ".npz")
    archive.write(output, arrays)


def _write(output: str, data: bytes) -> None:
    from tensordraw.diagram.file import write_atomically

    write_atomically(output, data)


# --------------------------------------------------------------------------------------------------------- continuing


@_verbs.command("generate")
@click.argument("path", metavar="FILE")
@click.option("--text", metavar="TEXT", help="The beginning; needs a tokenizer beside the model's weights.")
@click.option("--ids", metavar="IDS", help="The beginning as token ids, such as '464,3139'.")
@click.option("--tokens", type=int, default=20, show_default=True, help="How many more.")
@click.option("--temperature", type=float, default=0.0, show_default=True, help="0 takes the most likely token.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--backend", default="numpy", show_default=True)
@click.option("--no-cache", is_flag=True, help="Compute all positions anew for every token.")
def _generate(
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
        _sound(path), _start(text, ids), tokens, temperature=temperature, seed=seed, backend=backend, cache=not no_cache
    )
    click.echo(found if isinstance(found, str) else " ".join(map(str, found)))


def _start(text: str | None, ids: str | None) -> str | list[int]:
    """A text, or ids."""
    if (text is None) == (ids is None):
        raise td.Error("Give the beginning either as --text or as --ids.")
    if text is not None:
        return text
    try:
        return [int(word) for word in (ids or "").replace(",", " ").split()]
    except ValueError:
        raise td.Error(f"--ids takes whole numbers such as '464,3139', not {ids!r}.") from None


# ------------------------------------------------------------------------------------------------------- the gallery


@_verbs.command("gallery")
@click.option("-o", "output", required=True, metavar="DIR", help="The folder to write, made where it is not there.")
def _gallery(output: str) -> None:
    """Write the figures that the program carries as SVG and PNG, and a page (index.html) with all, their code and cost."""
    from tensordraw import gallery

    count = gallery.write(Path(output))
    click.echo(f"{count} figures: {Path(output) / 'index.html'}")
