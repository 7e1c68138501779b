"""Where a document's arrays lie: paths relative to its folder, which follow it when it is saved elsewhere."""

from __future__ import annotations

import contextlib
import os

from msgspec.structs import replace

from tensordraw.diagram.records import Diagram, Source


def rehomed(diagram: Diagram, folder: str) -> Diagram:
    """The diagram with `folder` as its home and the paths of its sources, and of its last export, leading from there to the
    same files.

    A path that cannot be relative (another drive) becomes absolute.
    """
    folder = os.path.abspath(folder)
    if diagram.home == folder:
        return diagram
    moved = {name: _moved(source, diagram.home, folder) for name, source in diagram.content.sources.items()}
    content = diagram.content if moved == diagram.content.sources else replace(diagram.content, sources=moved)
    export = diagram.export
    if export.path:
        export = replace(export, path=_path(export.path, diagram.home, folder))
    return replace(diagram, content=content, home=folder, export=export)


def _moved(source: Source, old: str, new: str) -> Source:
    return replace(source, path=_path(source.path, old, new))


def _path(path: str, old: str, new: str) -> str:
    return path_from(new, os.path.join(old, path))


def path_from(folder: str, path: str) -> str:
    """The path of a file as it leads from a folder; absolute where there is no folder, or none leads there."""
    there = os.path.abspath(path)
    if folder:
        with contextlib.suppress(ValueError):  # it may lie on another drive
            there = os.path.relpath(there, folder)
    return there.replace(os.sep, "/")
