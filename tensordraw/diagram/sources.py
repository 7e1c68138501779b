"""Where a document's arrays lie: paths relative to its folder, which follow it when it is saved elsewhere."""

from __future__ import annotations

import os

from msgspec.structs import replace

from tensordraw.diagram.records import Diagram, Source


def rehomed(diagram: Diagram, folder: str) -> Diagram:
    """The diagram with `folder` as its home and the paths of its sources leading from there to the same files.

    A path that cannot be relative (another drive) becomes absolute.
    """
    folder = os.path.abspath(folder)
    if diagram.home == folder:
        return diagram
    moved = {name: _moved(source, diagram.home, folder) for name, source in diagram.content.sources.items()}
    content = diagram.content if moved == diagram.content.sources else replace(diagram.content, sources=moved)
    return replace(diagram, content=content, home=folder)


def _moved(source: Source, old: str, new: str) -> Source:
    there = os.path.abspath(os.path.join(old, source.path))
    try:
        path = os.path.relpath(there, new)
    except ValueError:
        path = there
    return replace(source, path=path.replace(os.sep, "/"))
