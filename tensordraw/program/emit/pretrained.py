"""`from_pretrained` of a printed module: its arrays read from the model's own files, as the document says they lie there.

Plain code: the safetensors package reads, views and transposes do the rest, and the arrays of many layers are stacked. What
is taken from a single stored array shares its memory with it (a model that ties its embeddings has them once).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from tensordraw.diagram.records import Source
from tensordraw.program.emit.pieces import WIDTH
from tensordraw.program.statements import Input

INDEX = ".index.json"  # ends the name of a file that says in which files the arrays are
NEEDS = ("import json", "from pathlib import Path", "import torch", "from safetensors.torch import load_file")
KEY = re.compile(r"[\w./-]*(\{\})?[\w./-]*")
INDENT = "    "


def pretrained(inputs: Sequence[Input], parameters: Mapping[str, str]) -> list[str]:
    """The lines of the method, without indentation; none unless one folder's safetensors have all arrays.

    `parameters` are the attributes by the arrays' names.
    """
    sources = {each.array: each for each in inputs}
    found = [each.source for each in sources.values() if each.source is not None and KEY.fullmatch(each.source.key)]
    files = {PurePath(source.path.removesuffix(INDEX)) for source in found}
    if not sources or len(found) < len(sources) or len(files) != 1:
        return []
    (file,) = files
    if file.suffix != ".safetensors" or not re.fullmatch(r"[\w.-]+", file.name):
        return []
    lines = [
        "@classmethod",
        "def from_pretrained(cls, folder):",
        f'{INDENT}"""The network with the arrays of a folder: `{file.name}`, or its parts with their index."""',
        f'{INDENT}stored = _stored(Path(folder) / "{file.name}")',
        f'{INDENT}with torch.device("meta"):',
        f"{INDENT * 2}network = cls()  # takes no memory until it has its arrays",
        f"{INDENT}arrays = {{",
    ]
    for name, given in sources.items():
        if given.source is not None:
            lines += [f"{INDENT * 2}{line}" for line in _entry(parameters[name], given.source, given.type.shape)]
    return [*lines, f"{INDENT}}}", f"{INDENT}network.load_state_dict(arrays, assign=True)", f"{INDENT}return network"]


def prelude() -> list[str]:
    """The function that reads all arrays of a model."""
    return [
        "def _stored(file):",
        f'{INDENT}"""The arrays in a file of safetensors, or in the files that its index names."""',
        f'{INDENT}index = file.with_name(file.name + "{INDEX}")',
        f"{INDENT}if file.exists():",
        f"{INDENT * 2}return load_file(file)",
        f'{INDENT}parts = set(json.loads(index.read_text())["weight_map"].values())',
        f"{INDENT}return {{key: array for part in parts for key, array in load_file(file.with_name(part)).items()}}",
    ]


def _entry(parameter: str, source: Source, shape: tuple[int, ...]) -> list[str]:
    """An entry of the dictionary of arrays."""
    order = f".permute({', '.join(map(str, source.axes))})" if _moves(source.axes) else ""
    view = f".view({', '.join(map(str, source.shape))})" if source.shape else ""
    places = [":" if at is None else str(at) for at in source.index]
    while places and places[-1] == ":":
        places.pop()
    part = f"{view}[{', '.join(places)}]" if places else view
    if "{}" not in source.key:
        return [f'"{parameter}": stored["{source.key}"]{part}{order},']
    if order:
        order = f".permute({', '.join(map(str, (0, *(axis + 1 for axis in source.axes))))})"
    one = f'stored[f"{source.key.replace("{}", "{n}")}"]{part} for n in range({shape[0]})'
    whole = f'"{parameter}": torch.stack([{one}]){order},'
    if len(whole) + 3 * len(INDENT) <= WIDTH + 10:
        return [whole]
    return [f'"{parameter}": torch.stack([', f"{INDENT}{one}", f"]){order},"]


def _moves(axes: Sequence[int]) -> bool:
    return list(axes) != sorted(axes)
