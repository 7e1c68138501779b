"""Memory that an evaluation needs, estimated before anything is read or computed.

The estimate is from below: arrays that have to be made (stacks of a model's layers, unpacked and random ones; those mapped
from files are read as they are used), and the statement whose result and operands are largest together. So what is
refused cannot run; what is not refused may still end in a library's own error, which evaluation reports too.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from math import prod
from pathlib import Path
from typing import Any

from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.program.flow import reads, walk
from tensordraw.program.statements import Name, Program, Repeat, Reshape, Select, Spread, Type

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")  # of a container


def check_memory(program: Program, diagram: Diagram, given: Mapping[str, Any], kept: int = 0) -> None:
    """errors.Error with the estimate where this machine cannot hold what the evaluation needs besides the `given` arrays;
    `kept` are entries of a generation's caches."""
    arrays, values = needed(program, diagram, given)
    caches, have = 4 * kept, room()
    total = arrays + values + caches
    if total > have:
        earlier = f" and {_size(caches)} for what is kept of earlier tokens" if caches else ""
        parts = f"{_size(arrays)} for its arrays and {_size(values)} for values{earlier}"
        raise Error(f"This evaluation needs at least {_size(total)} ({parts}), and the machine has {_size(have)}.")


def needed(program: Program, diagram: Diagram, given: Mapping[str, Any]) -> tuple[int, int]:
    """Bytes for the arrays that have to be made, and for the largest result together with its operands."""
    arrays = sum(
        _bytes(item.type) for item in program.inputs if item.array not in given and not _is_mapped(diagram, item.array)
    )
    return arrays, _largest(program)


@cached
def _largest(program: Program) -> int:
    """Bytes of the largest result of a statement together with its operands."""
    sizes: dict[Name, int] = {}
    largest = 0
    for statement in walk(program.body):
        # Views take no room of their own.
        sizes[statement.out] = 0 if isinstance(statement, Spread | Select | Reshape) else _bytes(statement.type)
        if not isinstance(statement, Repeat):
            largest = max(largest, sizes[statement.out] + sum(sizes.get(name, 0) for name in set(reads(statement))))
    return largest


@cache
def room() -> int:
    """Bytes of memory of this machine or container; as good as endless where the system does not say."""
    found = 1 << 62
    if hasattr(os, "sysconf"):
        found = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for limit in map(Path, _LIMITS):
        try:
            text = limit.read_text().strip()
        except OSError:
            continue  # another system, or another kind of container
        found = min(found, int(text)) if text.isdigit() else found
    return found


def _is_mapped(diagram: Diagram, array: str) -> bool:
    source = diagram.content.sources.get(array)
    return source is not None and "{}" not in source.key and not source.path.endswith(".gguf")


def _bytes(type_: Type) -> int:
    return prod(type_.shape) * (8 if type_.integer else 4)


def _size(count: int) -> str:
    return f"{count / 1e9:.3g} GB"


__all__ = ["check_memory", "needed", "room"]
