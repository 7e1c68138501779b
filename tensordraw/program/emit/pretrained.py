"""`from_pretrained` of a printed module: its arrays read from the model's own files, as the document says they lie there.

Plain code: the safetensors package (or PyTorch, for its own files, weights only) reads, views and transposes do the rest, and the arrays of many layers are stacked. What
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
PICKLED = "pytorch_model.bin"  # of a folder without safetensors
READERS = {  # by the function's name: what it imports
    "_reader": ("import json", "from pathlib import Path", "import torch", "from safetensors import safe_open"),
    "_torch_reader": ("import json", "from pathlib import Path", "import torch"),
}
KEY = re.compile(r"[\w./-]*(\{\})?[\w./-]*")
INDENT = "    "


def pretrained(inputs: Sequence[Input], parameters: Mapping[str, str]) -> list[str]:
    """The lines of the method, without indentation; none unless one folder's files of one kind have all arrays.

    `parameters` are the attributes by the arrays' names.
    """
    sources = {each.array: each for each in inputs}
    name = reader(inputs)
    if not name:
        return []
    file = PurePath((next(iter(sources.values())).source or Source("")).path.removesuffix(INDEX))
    lines = [
        "@classmethod",
        "def from_pretrained(cls, folder):",
        f'{INDENT}"""The network with the arrays of a folder: `{file.name}`, or its parts with their index."""',
        f'{INDENT}read = {name}(Path(folder) / "{file.name}")',
        f'{INDENT}with torch.device("meta"):',
        f"{INDENT * 2}network = cls()  # takes no memory until it has its arrays",
        f"{INDENT}arrays = {{",
    ]
    first: dict[Source, str] = {}
    again = []
    for name, given in sources.items():
        if given.source is None:
            continue
        if given.source in first:
            again.append(f'{INDENT}arrays["{parameters[name]}"] = arrays["{first[given.source]}"]  # stored once')
        else:
            first[given.source] = parameters[name]
            lines += [f"{INDENT * 2}{line}" for line in _entry(parameters[name], given.source, given.type.shape)]
    end = [f"{INDENT}network.load_state_dict(arrays, assign=True)", f"{INDENT}return network"]
    return [*lines, f"{INDENT}}}", *again, *end]


def reader(inputs: Sequence[Input]) -> str:
    """The name of the function that reads the arrays' files, "" where none reads them all."""
    sources = {each.array: each for each in inputs}
    found = [each.source for each in sources.values() if each.source is not None and KEY.fullmatch(each.source.key)]
    files = {PurePath(source.path.removesuffix(INDEX)) for source in found}
    if not sources or len(found) < len(sources) or len(files) != 1:
        return ""
    (file,) = files
    if file.suffix == ".safetensors" and re.fullmatch(r"[\w.-]+", file.name):
        return "_reader"
    return "_torch_reader" if file.name == PICKLED else ""


def prelude(name: str) -> list[str]:
    """The function that reads the arrays of a model, each for itself: a file stays in memory as long as an array of it does."""
    kind = "of safetensors" if name == "_reader" else "of PyTorch"
    head = [
        f"def {name}(file):",
        f'{INDENT}"""A function from keys to arrays in a file {kind}, or in the parts that its index names."""',
        f"{INDENT}parts = None",
        f"{INDENT}if not file.exists():",
        f'{INDENT * 2}parts = json.loads(file.with_name(file.name + "{INDEX}").read_text())["weight_map"]',
    ]
    if name == "_torch_reader":
        return [
            *head,
            f"{INDENT}opened = {{}}",
            "",
            f"{INDENT}def read(key):",
            f"{INDENT * 2}path = file if parts is None else file.with_name(parts[key])",
            f"{INDENT * 2}if path not in opened:",
            f'{INDENT * 3}opened[path] = torch.load(path, map_location="cpu", weights_only=True)',
            f"{INDENT * 2}return opened[path][key]",
            "",
            f"{INDENT}return read",
        ]
    return [
        *head,
        "",
        f"{INDENT}def read(key):",
        f'{INDENT * 2}with safe_open(file if parts is None else file.with_name(parts[key]), "pt") as stored:',
        f"{INDENT * 3}return stored.get_tensor(key)",
        "",
        f"{INDENT}return read",
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
        return [f'"{parameter}": read("{source.key}"){part}{order},']
    if order:
        order = f".permute({', '.join(map(str, (0, *(axis + 1 for axis in source.axes))))})"
    one = f'read(f"{source.key.replace("{}", "{n}")}"){part} for n in range({shape[0]})'
    whole = f'"{parameter}": torch.stack([{one}]){order},'
    if len(whole) + 3 * len(INDENT) <= WIDTH + 10:
        return [whole]
    return [f'"{parameter}": torch.stack([', f"{INDENT}{one}", f"]){order},"]


def _moves(axes: Sequence[int]) -> bool:
    return list(axes) != sorted(axes)
