"""The `.tdraw` file: versioned, canonical JSON. Decode, migrate, build, check; encode; atomic writes.

Canonical means: keys sorted, items in order of creation, one item a line, whole numbers without a point. Encoding what was
decoded gives the same bytes, and a change to one item changes one line. Fields that this version does not know are
refused, never dropped.
"""

from __future__ import annotations

import functools
import json
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from tensordraw.diagram.custom import Custom
from tensordraw.diagram.exports import Export
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.records import (
    Content,
    Curve,
    Diagram,
    Equation,
    Id,
    Layout,
    LegPlace,
    Look,
    Node,
    Note,
    Place,
    Recipe,
    Record,
    Region,
    Source,
    Space,
    Wire,
    id_order,
)
from tensordraw.diagram.sources import rehomed
from tensordraw.errors import Error

FORMAT = "tensordraw"
VERSION = 2

# From version n to n + 1, on plain dictionaries, before anything is built.
MIGRATIONS: dict[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: lambda plain: plain,  # version 2 has equations, flexible spaces and views of stored arrays besides
}


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as it is written: lists of items that know their id, and tables by id for the layout; `recipes` (how arrays
    are made, by name), `export`, `custom` (macros, excluded problems) and `remarks` (what is noted of items) only where there
    are any."""

    format: str
    version: int
    title: str = ""
    description: str = ""
    serial: int = 0
    spaces: list[Space] = []
    nodes: list[Node] = []
    wires: list[Wire] = []
    regions: list[Region] = []
    equations: list[Equation] = []
    open_order: list[Id] = []
    sources: dict[str, Source] = {}
    recipes: dict[str, Recipe] = {}
    places: dict[Id, Place] = {}
    legs: dict[Id, LegPlace] = {}
    curves: dict[Id, Curve] = {}
    looks: dict[Id, Look] = {}
    labels: dict[Id, tuple[float, float]] = {}
    notes: list[Note] = []
    export: Export = Export()
    custom: Custom = Custom()
    remarks: dict[Id, str] = {}


def encode(diagram: Diagram) -> str:
    """The canonical text of a diagram. Raises `Error` where a number is not finite."""
    content, layout = diagram.content, diagram.layout
    parts: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "title": diagram.title,
        "description": diagram.description,
        "serial": content.serial,
        "spaces": _in_order(content.spaces),
        "nodes": _in_order(content.nodes),
        "wires": _in_order(content.wires),
        "regions": _in_order(content.regions),
        "equations": _in_order(content.equations),
        "open_order": list(content.open_order),
        "sources": dict(sorted(content.sources.items())),
        "places": dict(sorted(layout.places.items(), key=_by_id)),
        "legs": dict(sorted(layout.legs.items(), key=_by_id)),
        "curves": dict(sorted(layout.curves.items(), key=_by_id)),
        "looks": dict(sorted(layout.looks.items(), key=_by_id)),
        "labels": dict(sorted(layout.labels.items(), key=_by_id)),
        "notes": _in_order(layout.notes),
    }
    if content.recipes:
        parts["recipes"] = dict(sorted(content.recipes.items()))
    if diagram.export != Export():
        parts["export"] = diagram.export
    if diagram.custom != Custom():
        parts["custom"] = diagram.custom
    if layout.remarks:
        parts["remarks"] = dict(sorted(layout.remarks.items(), key=_by_id))
    return "{\n" + ",\n".join(f'"{key}": {_block(value)}' for key, value in parts.items()) + "\n}\n"


def decode(text: str | bytes) -> Diagram:
    """The diagram of a canonical or any other valid text. Raises `Error` with one sentence that says what is wrong."""
    try:
        plain = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Error(f"This is not a tensordraw document: it is not JSON ({error}).") from None
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        raise Error('This is not a tensordraw document: it lacks "format": "tensordraw".')
    version = plain.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise Error(f"This document's version is {version!r}; a version is a whole number from 1 on.")
    if version > VERSION:
        raise Error(
            f"This document has version {version}, and this program reads up to {VERSION}: open it with a newer tensordraw."
        )
    while version < VERSION:
        plain = MIGRATIONS[version](plain)
        version += 1
    try:
        document = msgspec.convert(plain, Document)
    except msgspec.ValidationError as error:
        raise Error(f"This document cannot be read: {str(error).replace('`', '')}.") from None
    diagram = _build(document)
    for fault in faults(diagram):
        raise Error(f"This document is damaged: {fault}.")
    return diagram


class _Identified(Protocol):
    @property
    def id(self) -> Id: ...


Item = TypeVar("Item", bound=_Identified)


def _table(items: list[Item]) -> dict[Id, Item]:
    table = {item.id: item for item in sorted(items, key=lambda item: id_order(item.id))}
    if len(table) < len(items):
        raise Error("This document is damaged: two of its items have the same id.")
    return table


def _build(document: Document) -> Diagram:
    spaces, nodes, wires = _table(document.spaces), _table(document.nodes), _table(document.wires)
    regions, notes, equations = _table(document.regions), _table(document.notes), _table(document.equations)
    tables = (spaces, nodes, wires, regions, notes, equations)
    highest = max((id_order(item) for table in tables for item in table), default=0)
    order, serial = tuple(document.open_order), max(document.serial, highest)
    content = Content(spaces, nodes, wires, regions, order, document.sources, serial, equations, document.recipes)
    layout = Layout(
        document.places, document.legs, document.curves, document.looks, document.labels, notes, document.remarks
    )
    return Diagram(
        content, layout, document.title, document.description, export=document.export, custom=document.custom
    )


def load(path: str | os.PathLike[str]) -> Diagram:
    """The diagram in a `.tdraw` file; its relative paths start from the file's folder."""
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Error(f"{file}: This is not a tensordraw document: it is not text.") from None
    except OSError as error:
        raise Error(f"{file} cannot be read: {error.strerror or error}.") from None
    try:
        diagram = decode(text)
    except Error as error:
        raise Error(f"{file}: {error}") from None
    return msgspec.structs.replace(diagram, home=str(file.resolve().parent))


def save(diagram: Diagram, path: str | os.PathLike[str]) -> None:
    """Write the diagram; the old file stays whole until the new one is complete.

    Paths of arrays are written as they lead from the file's folder.
    """
    write_atomically(path, encode(rehomed(diagram, str(Path(path).resolve().parent))).encode())


def write_atomically(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file next to `path` and put it in its place in one step. Raises `Error` where that cannot be done."""
    target = Path(path)
    if target.is_symlink():
        target = target.resolve()  # the link stays a link
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        raise Error(f"{target} cannot be written: {error.strerror or error}.") from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(temporary, _mode(target))
        os.replace(temporary, target)
    except OSError as error:
        raise Error(f"{target} cannot be written: {error.strerror or error}.") from None
    finally:
        Path(temporary).unlink(missing_ok=True)


def _mode(target: Path) -> int:
    """Permissions for the new file: the old one's, else what the process gives to new files."""
    if target.exists():
        return target.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _by_id(pair: tuple[Id, Any]) -> tuple[int, Id]:
    return id_order(pair[0]), pair[0]


def _in_order(table: dict[Id, Any]) -> list[Any]:
    return [item for _, item in sorted(table.items(), key=_by_id)]


def _block(value: Any) -> str:
    """A list or a table with one item a line; anything else on one line."""
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(_line(item) for item in value) + "\n]"
    if isinstance(value, dict) and value:
        return "{\n" + ",\n".join(f"{_line(key)}: {_line(item)}" for key, item in value.items()) + "\n}"
    return _line(value)


_WRITER = json.JSONEncoder(ensure_ascii=False, sort_keys=True)


def _line(value: Any) -> str:
    return _WRITER.encode(_plain(value))


def _plain(value: Any) -> Any:
    """Records as dictionaries without the fields at their default, whole floats as integers (0 and 0.0 are one)."""
    match value:
        case Record():
            plain = {
                name: _plain(item)
                for name, default in _defaults(type(value))
                if (item := getattr(value, name)) != default
            }
            tag = value.__struct_config__.tag
            return plain if tag is None else {"type": tag, **plain}
        case float():
            if not math.isfinite(value):
                raise Error("This document cannot be saved: a place or a number in it is not finite.")
            return int(value) if value.is_integer() else value
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return value


@functools.cache
def _defaults(kind: type[Record]) -> tuple[tuple[str, Any], ...]:
    """Each field with its default, `NODEFAULT` (equal to nothing) where it has none."""
    return tuple(
        (field.name, field.default_factory() if field.default_factory is not msgspec.NODEFAULT else field.default)
        for field in msgspec.structs.fields(kind)
    )
