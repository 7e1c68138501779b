"""The command line: the verbs of the window without the window.

Exit codes: 0 done, 1 the document has errors, 2 wrong usage or unreadable input. What is wrong goes to stderr as one
sentence. Nothing but click is imported before a verb runs, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

import tensordraw as td
from tensordraw import cli_computing, cli_export, cli_view
from tensordraw.cli_reading import HasErrors, opened, sound

if TYPE_CHECKING:
    pass

DONE, HAS_ERRORS, UNUSABLE = 0, 1, 2

Window = Callable[[str | None], int]


class _Verbs(click.Group):
    """A first word that is no verb is the file or folder to open, so that `tensordraw x.tdraw` needs none."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            if not Path(args[0]).exists():
                raise td.Error(
                    f"{args[0]!r} is neither a file, nor a model's folder, nor a command: see tensordraw --help."
                )
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
    """Draw tensor networks that are programs. Without a command: the window, on FILE (a document, code, or a model's folder) if
    one is given.
    """
    if context.invoked_subcommand is None:
        _open(context, None)


def main(arguments: Sequence[str], window: Window) -> int:
    """Run one command; returns the exit code. `window` opens the window on a file or on the start page."""
    try:
        result = _verbs.main(list(arguments), prog_name="tensordraw", standalone_mode=False, obj=window)
    except HasErrors as error:
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
        windowless.look_at(path)  # what cannot be read is said before anything else is
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
    """Open the window on a document, a file of code, or a trained model (a folder or a file)."""
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
    """Print the document's problems, and whether its equations hold; exit code 1 if any is an error or does not hold.

    Problems that the document excludes are only counted, and their comments said.
    """
    from tensordraw.diagram.finding import exclusion
    from tensordraw.diagram.structure import analyse
    from tensordraw.diagram.words import item_words

    diagram = opened(path)
    found = td.problems(diagram)
    left_out = {problem: one for problem in found if (one := exclusion(diagram, problem)) is not None}
    counted = [problem for problem in found if problem not in left_out]
    for problem in counted:
        click.echo(f"{problem.severity}: {problem.what}")
        for line in (problem.why, problem.fix):
            if line:
                click.echo(f"    {line}")
        if problem.items:
            named = dict.fromkeys(item_words(item, diagram.content) for item in problem.items)
            click.echo(f"    at {', '.join(named)}")
    if not counted:
        click.echo("No problems.")
    if left_out:
        click.echo(f"{len(left_out)} excluded:")
        for problem, one in left_out.items():
            click.echo(f"    {problem.severity}: {problem.what}{f' ({one.comment})' if one.comment else ''}")
    if any(problem.severity == "error" for problem in counted):
        return HAS_ERRORS
    if any(problem.severity == "error" for problem in left_out):
        return DONE  # what has an error cannot be evaluated, excluded or not
    if not analyse(diagram.content).equated:
        return DONE
    verdict = td.check_equation(diagram)
    click.echo(verdict.sentence)
    return DONE if verdict.equal else HAS_ERRORS


@_verbs.command("code")
@click.argument("path", metavar="FILE")
@click.option("--to", "language", required=True, help="One of the languages that `tensordraw languages` lists.")
@click.option("--module", is_flag=True, help="A module with the arrays as parameters (torch).")
@click.option("--batch", multiple=True, metavar="NAME", help="An array that comes in batches: a first axis more.")
@click.option("--plain", is_flag=True, help="The statements as drawn, without recognised forms such as attention.")
@click.option("-o", "output", metavar="FILE", help="Where to write it; without it, to the terminal.")
def _code(path: str, language: str, module: bool, batch: tuple[str, ...], plain: bool, output: str | None) -> None:
    """Print the document's code."""
    text = td.code(sound(path), language, module=module, batch=batch, fuse=not plain)
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
    else:
        _write(output, text.encode())


@_verbs.command("cost")
@click.argument("path", metavar="FILE")
def _cost(path: str) -> None:
    """Print what evaluation costs: operations, the largest array, the order of contractions."""
    click.echo(td.cost(sound(path)))


_verbs.add_command(cli_export.export)
_verbs.add_command(cli_view.view)
_verbs.add_command(cli_view.update)
_verbs.add_command(cli_computing.arrays)
_verbs.add_command(cli_computing.evaluate)
_verbs.add_command(cli_computing.generate)


def _write(output: str, data: bytes) -> None:
    from tensordraw.diagram.file import write_atomically

    write_atomically(output, data)


# ------------------------------------------------------------------------------------------------------- the gallery


@_verbs.command("gallery")
@click.option("-o", "output", required=True, metavar="DIR", help="The folder to write, made where it is not there.")
def _gallery(output: str) -> None:
    """Write the figures that the program carries as SVG and PNG, and a page (index.html) with all, their code and cost."""
    from tensordraw import gallery

    count = gallery.write(Path(output))
    click.echo(f"{count} figures: {Path(output) / 'index.html'}")
