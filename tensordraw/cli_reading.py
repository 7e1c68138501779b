"""How the verbs of the command line read documents, texts and token ids. Nothing but click is imported before they run."""

from __future__ import annotations

import click

import tensordraw as td
from tensordraw import api


class HasErrors(Exception):
    """The document is readable, and means nothing."""


def opened(path: str) -> td.Diagram:
    """The document in a file; what is to be said about the file is said."""
    diagram, caution = api.opened(path)
    if caution:
        click.echo(f"warning: {caution}", err=True)
    return diagram


def sound(path: str) -> td.Diagram:
    """The document, if it means something. Files of arrays are looked for when they are needed: code needs none."""
    from msgspec.structs import replace

    diagram = opened(path)
    drawn = replace(diagram, content=replace(diagram.content, sources={})) if diagram.content.sources else diagram
    errors = [problem for problem in td.problems(drawn) if problem.severity == "error"]
    if errors:
        more = f" (and {len(errors) - 1} more: see tensordraw check)" if len(errors) > 1 else ""
        raise HasErrors(f"{path} has an error{more}: {errors[0].what}")
    return diagram


def start(text: str | None, ids: str | None) -> str | list[int]:
    """A text, or ids."""
    if (text is None) == (ids is None):
        raise td.Error("Give the text as either --text or --ids.")
    if text is not None:
        return text
    try:
        return [int(word) for word in (ids or "").replace(",", " ").split()]
    except ValueError:
        raise td.Error(f"--ids takes whole numbers such as '464,3139', not {ids!r}.") from None
