"""A trained model meets a document: which template its folder or file belongs to, and how an open drawing takes it.

Where the drawing is that template, perhaps edited, its spaces get the model's sizes and its arrays their places in the
model's files; everything else stays as it was drawn. Whether it is, is seen from what it shares with each form of the
template (with layer norms and without, ...): it has to be closest to the form that the model has, and arrays with the
same names must have the same axes. An unedited template of another form gives way to the model's drawing; beside any
other document that opens as a new one. Nothing of the weights is copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, Literal, TypeAlias

from msgspec.structs import replace as copy

from tensordraw.diagram.records import Bubble, Content, Diagram, Fixed, Id, Record, Repeat, Space, node_legs
from tensordraw.errors import Error
from tensordraw.program.declared import declared
from tensordraw.program.load import list_arrays
from tensordraw.program.sourced import INDEX, check_source
from tensordraw.program.tokens import token_ids, why_no_text
from tensordraw.templates import catalog
from tensordraw.templates.filled import LOADERS
from tensordraw.templates.forms import in_form
from tensordraw.templates.weights import ACTIVATIONS, LENS, STATES, Model, config_of, opened

How: TypeAlias = Literal["filled", "replaced", "new"]
FEWEST = 8  # arrays of a model: a file with fewer beside a config.json is one of arrays
_WEIGHTS = ("model", "pytorch_model")  # files of weights beside a config.json


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came of loading: the document, whether it is the open one filled, the open one replaced or a new one, the
    template's name, and what to say."""

    diagram: Diagram
    how: How
    template: str
    name: str
    sentence: str


def model_path(path: Path) -> Path:
    """Where the model lies that a dropped file belongs to: its folder, or the file itself."""
    beside = path.parent / "config.json"
    if path.name == "config.json" or path.name.endswith(INDEX):
        return path.parent
    if path.name.startswith(_WEIGHTS) and path.suffix in (".safetensors", ".bin") and beside.exists():
        return path.parent
    return path


def is_model(path: Path) -> bool:
    """Whether a folder or a file is to be loaded as a model, and not opened as a document or bound as an array."""
    home = model_path(path)
    if home.is_dir() or home.suffix == ".gguf":
        return True
    if home.suffix not in STATES:
        return False
    try:
        keys = {stored.key for stored in list_arrays(home)}
    except Error:
        return _is_described(home.parent)  # a damaged file is said to be one where it is opened
    return LENS in keys or (len(keys) >= FEWEST and _is_described(home.parent))


def _is_described(home: Path) -> bool:
    """Whether a folder's config.json is of a model that a template draws."""
    try:
        kind = config_of(home)["model_type"]
    except Error:
        return False  # a damaged one is said to be one where the folder is opened
    return any(kind in kinds for kinds, _ in LOADERS.values())


def template_of(path: Path) -> tuple[str, Model]:
    """The name of the template that a model's folder or file belongs to, and the model. errors.Error, one sentence, where
    there is no model, or one that no template draws."""
    model = opened(model_path(path))
    kind = model.kind
    if kind:
        found = next((name for name, (kinds, _) in LOADERS.items() if kind in kinds), None)
        if found is None or (model.path.suffix == ".gguf" and found != "llama"):
            drawn = ", ".join(name for name, (kinds, _) in LOADERS.items() if any(kinds))
            raise Error(f"{model.said} describes a model of type {kind!r}, which no template draws: there are {drawn}.")
        return found, model
    if LENS in model.keys:
        return "attention_only", model
    raise Error(f"{model.path} holds arrays of no model that a template draws: there is no config.json beside it.")


def load_model(path: Path, into: Diagram | None = None, template: str | None = None) -> Loaded:
    """The model's drawing with its weights by reference; `into` is an open document that takes them where it can.

    With a `template` the model has to be one of it. errors.Error, one sentence, where the model cannot be loaded.
    """
    name, model = template_of(path)
    if template not in (None, name):
        raise Error(f"{model.said} describes the model of the template {name}, not of {template}.")
    made = LOADERS[name][1](model)
    words = _words(name, model, made)
    if into is None:
        return Loaded(made, "new", name, model.name, words)
    if not into.content.nodes and not into.content.regions and not into.layout.notes:
        return Loaded(copy(made, home=into.home), "replaced", name, model.name, words)
    shared = [array for array in declared(made.content) if array in declared(into.content)]
    if 2 * len(shared) < min(len(declared(into.content)), len(declared(made.content))) or not shared:
        return Loaded(made, "new", name, model.name, f"{words}; opened beside the drawing, which is another one")
    variants = list(_variants(name, into.content))
    reason = _closest(into, made, variants)
    if reason and any(chosen.get("unroll") for chosen, _ in variants):
        made = in_form(made, unroll=True, sideways=False)
        reason = _closest(into, made, variants)
    if not reason:
        try:
            filled, left = _filled(into, made)
            return Loaded(filled, "filled", name, model.name, words + left)
        except Error as problem:
            reason = str(problem)
    for chosen, drawn in variants:
        for sideways in (False, True) if _records(into.content) == _records(drawn.content) else ():
            if _same(into, catalog.template(name, **chosen, sideways=True) if sideways else drawn):
                made = in_form(copy(made, home=into.home), unroll=False, sideways=sideways)
                return Loaded(made, "replaced", name, model.name, f"{words}; drawn anew: {reason}")
    return Loaded(made, "new", name, model.name, f"{words}; opened beside the drawing: {reason}")


# ------------------------------------------------------------------------------------------------- what is drawn

_Variant: TypeAlias = tuple[Mapping[str, Any], Diagram]


def _variants(name: str, content: Content) -> Iterator[_Variant]:
    """The forms of a template, by its switches, upright; drawn out layer by layer only where the document repeats nothing."""
    entry = next(one for one in catalog.templates() if one.name == name)
    switches = [each.name for each in entry.parameters if each.kind == "switch" and each.name != "sideways"]
    repeats = any(isinstance(region, Repeat) for region in content.regions.values())
    layers = {space.name: space.size for space in content.spaces.values()}.get("layer")
    for values in product((False, True), repeat=len(switches)):
        chosen: dict[str, Any] = dict(zip(switches, values, strict=True))
        if "unroll" in chosen and chosen["unroll"] == repeats:
            continue
        if chosen.get("unroll") and layers:
            chosen["layers"] = layers
        try:
            yield chosen, catalog.template(name, **chosen)
        except Error:
            continue  # switches that exclude each other


def _records(content: Content) -> dict[Id, Record]:
    """All that is drawn by id, without what a model's settings change: functions of activation, parameters, constants."""
    found: dict[Id, Record] = {**content.nodes, **content.wires}
    for item, node in content.nodes.items():
        if isinstance(node, Fixed) and node.kind == "constant":
            found[item] = copy(node, expression="")
    for item, region in content.regions.items():
        found[item] = _plain(region) if isinstance(region, Bubble) else region
    return found


def _plain(bubble: Bubble) -> Bubble:
    function = "activation" if bubble.function in ACTIVATIONS.values() else bubble.function
    return copy(bubble, function=function, params={}, expression="")


def _closest(into: Diagram, made: Diagram, variants: list[_Variant]) -> str:
    """In what the model's form differs from the one that has most in common with the document; "" where it is that one."""
    here, wanted = _records(into.content), _records(made.content)

    def shared(other: dict[Id, Record]) -> int:
        return sum(other.get(item) == record for item, record in here.items())

    best = max(variants, key=lambda variant: shared(_records(variant[1].content)), default=None)
    if best is None or shared(wanted) >= shared(_records(best[1].content)):
        return ""
    model = max(variants, key=lambda variant: _alike(_records(variant[1].content), wanted))[0]
    differ = [
        f"{'with' if value else 'without'} {name}"
        for name, value in model.items()
        if value != best[0][name] and name != "layers"
    ]
    if differ:
        return f"the model is {' and '.join(differ)}"
    drawn, wanted_layers = best[0].get("layers"), _layers(made)
    if drawn is not None and drawn != wanted_layers:
        return f"it is drawn out for {drawn} layers, and the model has {wanted_layers}"
    return "the model's parts are put together differently"


def _alike(one: dict[Id, Record], other: dict[Id, Record]) -> int:
    return sum(other.get(item) == record for item, record in one.items()) - len(one)


def _same(into: Diagram, drawn: Diagram) -> bool:
    """Whether the document is a form of the template as it was made, but for sizes, settings and weights."""
    mine, other = into.content, drawn.content
    spaces = [(space.id, space.name) for space in mine.spaces.values()]
    return (
        spaces == [(space.id, space.name) for space in other.spaces.values()]
        and _records(mine) == _records(other)
        and mine.open_order == other.open_order
        and not mine.equations
        and into.layout == drawn.layout
    )


# --------------------------------------------------------------------------------------------------------- filling


def _filled(into: Diagram, made: Diagram) -> tuple[Diagram, str]:
    """The document with the sizes, settings and sources of the model's drawing, and what of it the document lacks.

    errors.Error with the reason where its arrays have other axes.
    """
    content, model = into.content, made.content
    mine, theirs = declared(content), declared(model)
    names = [name for name in theirs if name in mine]
    if 3 * len(names) < len(theirs):
        raise Error(f"it has {len(names)} of the model's {len(theirs)} arrays")
    spaces = dict(content.spaces)
    for name in names:
        if len(mine[name].spaces) != len(theirs[name].spaces):
            raise Error(f"its {name} has {len(mine[name].spaces)} axes, the model's {len(theirs[name].spaces)}")
    known = _spaces(content, model, names)
    for theirs_id, mine_id in known.items():
        spaces[mine_id] = copy(
            spaces[mine_id], size=model.spaces[theirs_id].size, flexible=model.spaces[theirs_id].flexible
        )
    _check_indices(content, spaces)
    regions = dict(content.regions)
    for item, region in content.regions.items():
        other = model.regions.get(item)
        if isinstance(region, Bubble) and isinstance(other, Bubble) and _plain(region) == _plain(other):
            regions[item] = copy(region, function=other.function, params=other.params, expression=other.expression)
    nodes = dict(content.nodes)
    for item, node in content.nodes.items():
        constant = model.nodes.get(item)
        if isinstance(node, Fixed) and isinstance(constant, Fixed) and node.kind == constant.kind == "constant":
            nodes[item] = copy(node, expression=constant.expression)
    sources = {**content.sources, **{name: model.sources[name] for name in names if name in model.sources}}
    filled = copy(content, spaces=spaces, regions=regions, nodes=nodes, sources=sources)
    title = (
        made.title if into.title in ("", _base(made.title)) or _base(into.title) == _base(made.title) else into.title
    )
    result = copy(into, content=filled, title=title)
    for name in names:
        if name in sources:
            check_source(result, name)
    lacks = [name for name in model.sources if name not in mine]
    return result, f"; {_some(lacks)} of the model {'are' if len(lacks) > 1 else 'is'} not drawn here" if lacks else ""


def _spaces(content: Content, model: Content, names: list[str]) -> dict[Id, Id]:
    """The document's space for each of the model's: by the axes of arrays, else by name."""
    mine, theirs = declared(content), declared(model)
    known: dict[Id, Id] = {}
    sizes: dict[Id, Space] = {}
    for name in names:
        for there, here in zip(theirs[name].spaces, mine[name].spaces, strict=True):
            if known.setdefault(there, here) != here:
                words = f"{content.spaces[known[there]].name} and {content.spaces[here].name}"
                raise Error(f"the axes of its arrays are {words} where the model has {model.spaces[there].name}")
            space = model.spaces[there]
            if sizes.setdefault(here, space).size != space.size:
                raise Error(f"its {content.spaces[here].name} stands for {space.name} and {sizes[here].name}")
    by_name = {space.name: space.id for space in content.spaces.values() if space.id not in sizes}
    for there, space in model.spaces.items():
        if there not in known and space.name in by_name:
            known[there] = by_name[space.name]
    return known


def _check_indices(content: Content, spaces: Mapping[Id, Space]) -> None:
    """errors.Error where legs are taken at fixed places of a space that gets another size: layers drawn one by one."""
    for node in content.nodes.values():
        for leg in node_legs(node):
            if isinstance(leg.index, int) and spaces[leg.space].size != content.spaces[leg.space].size and leg.index:
                space = spaces[leg.space]
                raise Error(
                    f"it is drawn for {content.spaces[leg.space].size} entries of {space.name}, one by one, "
                    f"and the model has {space.size}"
                )


# ----------------------------------------------------------------------------------------------------------- words


def _words(name: str, model: Model, made: Diagram) -> str:
    title = next(one.title for one in catalog.templates() if one.name == name)
    layers = _layers(made)
    parts = [f"{layers} layer{'s' if layers != 1 else ''}"] if layers else []
    parts.append(f"{amount(parameters(made))} parameters by reference")
    if token_ids(made.content) is not None:
        parts.append("token ids can be typed" if why_no_text(made) else "text can be typed")
    return f"{title} from {model.name}: {', '.join(parts)}"


def _layers(diagram: Diagram) -> int | None:
    return {space.name: space.size for space in diagram.content.spaces.values()}.get("layer")


def parameters(diagram: Diagram) -> int:
    """How many numbers a document takes from files; one array that stands in it twice counts once."""
    stored = {
        place: prod(found.shape) for name in diagram.content.sources for place, found in check_source(diagram, name)
    }
    return sum(stored.values())


def amount(count: int) -> str:
    """A large number in words: 124 M."""
    for size, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if count >= size:
            return f"{count / size:.3g}{unit}"
    return str(count)


def _base(title: str) -> str:
    return title.partition(" (")[0]


def _some(names: list[str]) -> str:
    more = f" and {len(names) - 4} more" if len(names) > 5 else ""
    shown = names if len(names) <= 5 else names[:4]
    return ", ".join(shown) + more


__all__ = ["Loaded", "amount", "is_model", "load_model", "model_path", "parameters", "template_of"]
