"""What can be put on the canvas: a table of kinds, each with a function that makes one at a point.

A new leg lies in the space of the wire it is made for; without one it lies in a space that is not chosen yet and takes
the space of whatever it is joined to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tensordraw.diagram import edits_layout, edits_names, edits_regions, edits_variance
from tensordraw.diagram.draft import Draft
from tensordraw.diagram.legs import UNCHOSEN, all_legs
from tensordraw.diagram.records import (
    ROOT,
    Copy,
    Diagram,
    FixedKind,
    Form,
    Id,
    Leg,
    Operand,
    Paste,
    Space,
    Tensor,
    Variance,
)
from tensordraw.editor import facing
from tensordraw.errors import Error
from tensordraw.program.functions import FUNCTIONS, Function

Point: TypeAlias = tuple[float, float]
Group: TypeAlias = Literal["Tensors", "Fixed tensors", "Operations", "Bubbles", "Regions", "Notes"]
DEFAULT_SIZE = 4
BY_USE = ("softmax", "relu", "gelu", "gelu_tanh", "silu", "layer_norm", "rms_norm", "tanh", "sigmoid")  # offered first
MOST_LEGS = 8  # of a Levi-Civita tensor that is inserted


@dataclass(frozen=True, slots=True)
class Spot:
    """Where and in what a kind is made. `spaces` are those of the legs that it will be joined to, none for a free one;
    `along` is the angle of the wire that leads to it."""

    at: Point
    inside: Id = ROOT
    spaces: tuple[Id, ...] = ()
    along: float | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """The new item, and the legs that meet the given wires, in their order."""

    item: Id
    joins: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the palette. Kinds with `region` wrap what is selected; others have `make`. `joins` says how many
    wires at once it can be made for: 0 none, 1 one, 2 all the open legs of a value."""

    id: str
    title: str
    group: Group
    make: Callable[[Draft, Spot], Made] | None = None
    region: edits_regions.RegionKind | None = None
    function: str = ""
    joins: int = 1
    words: tuple[str, ...] = ()


def default_space(draft: Draft) -> Id:
    """The space whose name is not chosen yet, made where there is none."""
    for space in draft.spaces.values():
        if space.description == UNCHOSEN:
            return space.id
    names = {space.name for space in draft.spaces.values()}
    name = next(name for name in ("n", *(f"n{number}" for number in range(1, len(names) + 2))) if name not in names)
    made = Space(draft.new_id("s"), name, DEFAULT_SIZE, UNCHOSEN)
    draft.spaces[made.id] = made
    return made.id


def _space(draft: Draft, spot: Spot) -> Id:
    return spot.spaces[0] if spot.spaces else default_space(draft)


def _tensor(
    count: int, form: Form = "any", letters: str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
) -> Callable[[Draft, Spot], Made]:
    """Makes a tensor with `count` legs, which turns to the wire (`facing`); an isometry meets it with its base."""

    def make(draft: Draft, spot: Spot) -> Made:
        given = _space(draft, spot)
        legs = [draft.leg(given) for _ in range(count)]
        tip: tuple[Id, ...] = ()
        if form == "isometry":
            # The tip must be the smaller side: half of the wire's dimension, in a space of its own.
            space = draft.spaces[given]
            small = _sized(draft, f"{space.name}_small", max(1, space.size // 2))
            legs[0] = Leg(legs[0].id, small)
            tip = (legs[0].id,)
        elif form != "any":
            tip = (legs[0].id,)
        name = edits_names.free_name(draft.build(), letters)
        made = draft.tensor(name, legs, spot.at, inside=spot.inside, form=form, tip=tip)
        if not legs:
            return Made(made.id)
        leg = legs[-1 if form == "isometry" else facing.meeting(count, spot.along)]
        return Made(made.id, (leg.id,))

    return make


def named_tensor(name: str) -> Kind:
    """The row that makes a tensor of this name, with the legs of one that is called so already, else two."""

    def make(draft: Draft, spot: Spot) -> Made:
        like = next((n for n in draft.nodes.values() if isinstance(n, Tensor) and n.name == name), None)
        if like is None:
            legs = [draft.leg(_space(draft, spot)) for _ in range(2)]
        else:
            legs = [draft.leg(leg.space, leg.label) for leg in like.legs]
        new = draft.tensor(name, legs, spot.at, inside=spot.inside)
        return Made(new.id, (leg_met(new, spot.spaces[0], spot.along),) if spot.spaces else ())

    return Kind("tensor", f"Tensor {name}", "Tensors", make)


def leg_met(tensor: Tensor, space: Id, along: float | None) -> Id:
    """The leg of a new tensor that meets a wire of this space along this angle. `Error` where none fits."""
    fitting = [leg.id for leg in tensor.legs if leg.space == space]
    if not fitting:
        raise Error(f"None of the legs of {tensor.name} fits the wire.")
    return fitting[facing.meeting(len(fitting), along)]


def _delta(count: int) -> Callable[[Draft, Spot], Made]:
    def make(draft: Draft, spot: Spot) -> Made:
        space = _space(draft, spot)
        legs = [draft.leg(space) for _ in range(count)]
        leg = legs[facing.meeting(count, spot.along)]
        return Made(draft.delta(legs, spot.at, inside=spot.inside).id, (leg.id,))

    return make


def _constant(draft: Draft, spot: Spot) -> Made:
    return Made(draft.fixed("constant", (), spot.at, inside=spot.inside, expression="2").id)


def _one_hot(draft: Draft, spot: Spot) -> Made:
    position, number = draft.leg(draft.space("seq", 8)), draft.leg(_space(draft, spot))
    name = edits_names.free_name(draft.build(), "t")
    name = "tokens" if name == "t" else name
    return Made(draft.fixed("one_hot", (position, number), spot.at, inside=spot.inside, name=name).id, (number.id,))


def _causal_mask(draft: Draft, spot: Spot) -> Made:
    space = spot.spaces[0] if spot.spaces else draft.space("seq", 8)
    legs = (draft.leg(space, "query"), draft.leg(space, "key"))
    return Made(draft.fixed("causal_mask", legs, spot.at, inside=spot.inside).id, (legs[1].id,))


def _metric(kind: FixedKind, variance: Variance) -> Callable[[Draft, Spot], Made]:
    def make(draft: Draft, spot: Spot) -> Made:
        space = _space(draft, spot)
        legs = (draft.leg(space, variance=variance), draft.leg(space, variance=variance))
        name = edits_variance.metric_name(draft.build(), space)
        return Made(draft.fixed(kind, legs, spot.at, inside=spot.inside, name=name).id, (legs[0].id,))

    return make


def _levi_civita(draft: Draft, spot: Spot) -> Made:
    """As many legs as the space has dimensions; of a space of three where none is given."""
    space = spot.spaces[0] if spot.spaces else _sized(draft, "axis", 3)
    size = draft.spaces[space].size
    if size > MOST_LEGS:
        raise Error(
            f"A Levi-Civita tensor in {draft.spaces[space].name} would have {size} legs: make the space smaller."
        )
    legs = [draft.leg(space) for _ in range(size)]
    return Made(draft.fixed("levi_civita", legs, spot.at, inside=spot.inside).id, (legs[0].id,))


def _shift(draft: Draft, spot: Spot) -> Made:
    space = _space(draft, spot)
    legs = (draft.leg(space), draft.leg(space))
    return Made(draft.fixed("shift", legs, spot.at, inside=spot.inside).id, (legs[1].id,))


def _group(draft: Draft, spot: Spot) -> Made:
    spaces = list(spot.spaces[:1]) or [default_space(draft)]
    parts = [draft.leg(spaces[0]), draft.leg(spaces[0])]
    size = draft.spaces[spaces[0]].size
    whole = draft.leg(_sized(draft, f"{draft.spaces[spaces[0]].name}_pair", size * size))
    return Made(draft.group(whole, parts, spot.at, inside=spot.inside).id, (parts[0].id,))


def _split(draft: Draft, spot: Spot) -> Made:
    if not spot.spaces:
        return Made(_group(draft, spot).item)
    space = draft.spaces[spot.spaces[0]]
    factor = next((n for n in range(2, space.size + 1) if space.size % n == 0), 1)
    parts = [
        draft.leg(_sized(draft, f"{space.name}_a", space.size // factor)),
        draft.leg(_sized(draft, f"{space.name}_b", factor)),
    ]
    whole = draft.leg(space.id)
    return Made(draft.group(whole, parts, spot.at, inside=spot.inside).id, (whole.id,))


def _sized(draft: Draft, name: str, size: int) -> Id:
    """A space of that size called `name`, or with a number after it where that name has another size."""
    sizes = {space.name: space.size for space in draft.spaces.values()}
    names = (name, *(f"{name}{number}" for number in range(2, len(sizes) + 3)))
    return draft.space(next(n for n in names if sizes.get(n, size) == size), size)


def _copy(draft: Draft, spot: Spot) -> Made:
    spaces = spot.spaces or (default_space(draft),)
    into, out = [draft.leg(space) for space in spaces], [draft.leg(space) for space in spaces]
    name = edits_names.free_name(draft.build(), "xyzuvw")
    made = draft.copy(name, into, out, spot.at, inside=spot.inside)
    return Made(made.id, tuple(leg.id for leg in into))


def _paste(draft: Draft, spot: Spot) -> Made:
    copies = [node for node in draft.nodes.values() if isinstance(node, Copy)]
    fitting = [c for c in copies if not spot.spaces or any(leg.space == spot.spaces[0] for leg in c.into)]
    if not fitting:
        raise Error("There is no copy to paste yet: insert a copy first." if not copies else "No copy has such a leg.")
    return _paste_of(draft, spot, fitting[-1])


def _paste_of(draft: Draft, spot: Spot, copy: Copy) -> Made:
    legs = [draft.leg(leg.space, leg.label) for leg in copy.into]
    made = draft.paste(copy.id, legs, spot.at, inside=spot.inside)
    joins = [leg.id for leg in legs if spot.spaces and leg.space == spot.spaces[0]]
    return Made(made.id, tuple(joins[:1]))


def _add(draft: Draft, spot: Spot) -> Made:
    spaces = spot.spaces or (default_space(draft),)
    sets = [tuple(draft.leg(space) for space in spaces) for _ in range(3)]
    made = draft.add([Operand(sets[0]), Operand(sets[1])], sets[2], spot.at, inside=spot.inside)
    return Made(made.id, tuple(leg.id for leg in sets[0]))


def _note(draft: Draft, spot: Spot) -> Made:
    return Made(draft.note("text", *spot.at).id)


KINDS: tuple[Kind, ...] = (
    Kind("tensor", "Tensor", "Tensors", _tensor(2), words=("matrix", "linear", "weight", "two legs")),
    Kind("vector", "Vector", "Tensors", _tensor(1, letters="xyvuwabc"), words=("one leg",)),
    Kind("tensor3", "Three-leg tensor", "Tensors", _tensor(3), words=("third order",)),
    Kind("tensor4", "Four-leg tensor", "Tensors", _tensor(4), words=("fourth order",)),
    Kind("scalar", "Scalar", "Tensors", _tensor(0, letters="abcdefgh"), joins=0, words=("number", "no legs")),
    Kind("isometry", "Isometry", "Tensors", _tensor(2, "isometry", "UVWXYZ"), words=("triangle", "svd", "orthonormal")),
    Kind("unitary", "Unitary", "Tensors", _tensor(2, "unitary", "UVWXYZ"), words=("square", "orthogonal", "rotation")),
    Kind("dot", "Copy dot (delta)", "Fixed tensors", _delta(3), words=("delta", "spider", "hadamard", "diagonal")),
    Kind("identity", "Identity line", "Fixed tensors", _delta(2), words=("delta", "kronecker")),
    Kind("ones", "All-ones vector", "Fixed tensors", _delta(1), words=("delta", "row sum", "broadcast")),
    Kind("constant", "Constant", "Fixed tensors", _constant, joins=0, words=("scale", "number", "sqrt")),
    Kind("one_hot", "One-hot (tokens)", "Fixed tensors", _one_hot, words=("token", "input", "embedding")),
    Kind("causal_mask", "Causal mask", "Fixed tensors", _causal_mask, words=("lower triangle", "attention")),
    Kind("shift", "Shift", "Fixed tensors", _shift, words=("previous token", "off-diagonal")),
    Kind("metric", "Metric", "Fixed tensors", _metric("metric", "lower"), words=("lower an index", "bilinear form")),
    Kind(
        "inverse_metric", "Inverse metric", "Fixed tensors", _metric("inverse_metric", "upper"), words=("raise an index",),
    ),
    Kind(
        "levi_civita", "Levi-Civita", "Fixed tensors", _levi_civita, words=("epsilon", "determinant", "permutation", "sign"),
    ),
    Kind("group", "Group legs", "Fixed tensors", _group, words=("flatten", "reshape", "join")),
    Kind("split", "Split a leg", "Fixed tensors", _split, words=("reshape", "heads")),
    Kind("copy", "Copy", "Operations", _copy, joins=2, words=("residual", "name a value")),
    Kind("paste", "Paste", "Operations", _paste, words=("residual", "again")),
    Kind("add", "Add", "Operations", _add, joins=2, words=("plus", "residual", "sum of two")),
    *(
        Kind(f"bubble:{row.name}", row.title, "Bubbles", region="bubble", function=row.name, joins=0,
             words=("bubble", "function", "nonlinearity", row.name))
        for row in FUNCTIONS.values()
    ),
    Kind("sum", "Sum", "Regions", region="sum", joins=0, words=("sigma", "heads")),
    Kind("repeat", "Repeat", "Regions", region="repeat", joins=0, words=("layers", "loop")),
    Kind("block", "Block", "Regions", region="block", joins=0, words=("group", "name", "collapse")),
    Kind("term", "Term", "Regions", region="term", joins=0, words=("parentheses",)),
    Kind("note", "Text", "Notes", _note, joins=0, words=("note", "comment", "label")),
)  # fmt: skip

_BY_ID = {kind.id: kind for kind in KINDS}


def kind_called(kind: str, diagram: Diagram | None = None) -> Kind:
    """The row with this id; `bubble` is the ReLU bubble, `paste:ID` pastes that copy."""
    if kind == "bubble":
        kind = "bubble:relu"
    if kind.startswith("paste:") and diagram is not None:
        copy = diagram.content.nodes.get(kind.partition(":")[2])
        if isinstance(copy, Copy):
            return Kind(kind, f"Paste {copy.name}", "Operations", lambda draft, spot: _paste_of(draft, spot, copy))
    if kind not in _BY_ID:
        raise Error(f"There is no kind called {kind} in the palette.")
    return _BY_ID[kind]


def offered(diagram: Diagram, leg: Id | None = None) -> tuple[Kind, ...]:
    """The kinds of the quick-insert menu: all, or those with a leg that can be joined to `leg`; a row for each copy."""
    copies = [node for node in diagram.content.nodes.values() if isinstance(node, Copy)]
    pastes = [kind_called(f"paste:{copy.id}", diagram) for copy in copies]
    if leg is None:
        return (*(kind for kind in KINDS if kind.id != "paste"), *pastes)
    space = all_legs(diagram)[leg].space
    fitting = [kind for kind, copy in zip(pastes, copies, strict=True) if any(own.space == space for own in copy.into)]
    absent = {"paste"} | ({"levi_civita"} if diagram.content.spaces[space].size > MOST_LEGS else set())
    return (*(kind for kind in KINDS if kind.joins and kind.id not in absent), *fitting)


def search(
    kinds: Sequence[Kind],
    text: str,
    counts: Mapping[str, int] | None = None,
    *,
    alphabetic: bool = False,
    around: bool = False,
) -> list[Kind]:
    """The kinds whose title, group or synonyms hold every word: those whose title begins with the text first, then those
    that were used most (`counts`, by id), then in the order of the table or of their titles. Where something is selected
    that a region could go `around`, what goes around is before what stands alone."""
    words = text.lower().split()
    used = counts or {}
    found = []
    for place, kind in enumerate(kinds):
        everything = " ".join((kind.title, kind.id, kind.group, *kind.words)).lower()
        if all(word in everything for word in words):
            begins = bool(text) and kind.title.lower().startswith(text.lower())
            rank = -used.get(kind.id.partition(":")[0] if kind.id.startswith("paste:") else kind.id, 0)
            alone = around and bool(text) and kind.region is None
            found.append((not begins, alone, rank, kind.title if alphabetic else "", place, kind))
    return [entry[-1] for entry in sorted(found, key=lambda entry: entry[:5])]


def functions_with(text: str) -> list[Function]:
    """The functions whose name, title or sentence holds the text: the one of this name first, then those whose names begin
    with it, then those that are used most."""
    word = text.strip().lower()
    found = [row for row in FUNCTIONS.values() if word in f"{row.name} {row.title} {row.sentence}".lower()]
    use = {name: place for place, name in enumerate(BY_USE)}

    def rank(row: Function) -> tuple[bool, bool, int]:
        begins = row.name.startswith(word) or row.title.lower().startswith(word)
        return row.name != word, not begins, use.get(row.name, len(use))

    return sorted(found, key=rank)


def put(diagram: Diagram, kind: Kind, spot: Spot) -> tuple[Diagram, Made]:
    """The diagram with one more item of the kind. A region kind is put around a new tensor."""
    draft = Draft(diagram)
    make = kind.make or _BY_ID["tensor"].make
    assert make is not None
    made = make(draft, spot)
    after = draft.build()
    if isinstance(after.content.nodes.get(made.item), Paste):
        reason = edits_regions.refusal_to_enter(after, (made.item,), spot.inside)
        if reason is not None:
            raise Error(reason)
    if kind.region is not None:
        after, region = edits_regions.wrap(after, (made.item,), kind.region, function=kind.function or "relu")
        return after, Made(region)
    return edits_layout.place_at(after, {made.item: spot.at}), made
