"""A short way to write diagrams in tests: tensors by `"A: i j"`, wires by `"A.i", "B.i"`."""

from __future__ import annotations

from collections.abc import Sequence

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import ROOT, Add, Copy, Diagram, Id, Leg, Part, Repeat, Sign


class Sketch:
    """A draft whose legs are found by `node.leg`. Spaces are named by the first letters of a leg: `i2` lies in `i`."""

    def __init__(self, **sizes: int) -> None:
        self.draft = Draft()
        for name, size in sizes.items():
            self.draft.space(name, size)
        self.ends: dict[str, Id] = {}
        self.ids: dict[str, Id] = {}

    def legs(self, owner: str, names: str | Sequence[str], index: dict[str, int | Id] | None = None) -> list[Leg]:
        """Legs called `names`, each in the space that its letters name, remembered as `owner.name`."""
        made = []
        for name in names.split() if isinstance(names, str) else names:
            leg = self.draft.leg(name.rstrip("0123456789"), name, index=(index or {}).get(name))
            self.ends[f"{owner}.{name}"] = leg.id
            made.append(leg)
        return made

    def tensor(self, text: str, inside: Id = ROOT, key: str = "", **fields: object) -> str:
        """`"A: i j"`; a second occurrence needs a `key` of its own. Returns the key."""
        name, _, legs = text.partition(":")
        key = key or name
        index = fields.pop("index", None)
        made = self.draft.tensor(name, self.legs(key, legs, index), inside=inside, **fields)  # type: ignore[arg-type]
        self.ids[key] = made.id
        return key

    def delta(self, key: str, legs: str, inside: Id = ROOT) -> None:
        self.ids[key] = self.draft.delta(self.legs(key, legs), inside=inside).id

    def constant(self, expression: str, inside: Id = ROOT) -> Id:
        return self.draft.fixed("constant", expression=expression, inside=inside).id

    def wire(self, a: str, b: str, **fields: object) -> Id:
        return self.draft.wire(self.ends[a], self.ends[b], **fields).id  # type: ignore[arg-type]

    def copy(self, name: str, legs: str, inside: Id = ROOT, through: bool = True) -> Copy:
        """Ends `name.in.i` and `name.out.i`."""
        out = self.legs(f"{name}.out", legs) if through else []
        made = self.draft.copy(name, self.legs(f"{name}.in", legs), out, inside=inside)
        self.ids[name] = made.id
        return made

    def paste(self, key: str, copy: Copy, legs: str, inside: Id = ROOT) -> None:
        self.ids[key] = self.draft.paste(copy.id, self.legs(key, legs), inside=inside).id

    def add(self, key: str, operands: int, legs: str, inside: Id = ROOT) -> Add:
        """Ends `key.0.i`, `key.1.i`, ... and `key.out.i`."""
        made = self.draft.add(
            [self.legs(f"{key}.{n}", legs) for n in range(operands)],
            self.legs(f"{key}.out", legs),
            name=key,
            inside=inside,
        )
        self.ids[key] = made.id
        return made

    def repeat(self, key: str, index: str, legs: str, inside: Id = ROOT) -> Repeat:
        """Ends `key.i.outer_in`, `key.i.inner_in`, `key.i.inner_out`, `key.i.outer_out`."""
        made = self.draft.repeat(index, index, inside=inside)
        for name in legs.split():
            port = self.draft.port(made.id, name.rstrip("0123456789"), name)
            for side in ("outer_in", "inner_in", "inner_out", "outer_out"):
                self.ends[f"{key}.{name}.{side}"] = getattr(port, side).id
        self.ids[key] = made.id
        return made

    def axes(self, bubble: Id, *ends: str) -> None:
        self.draft.change(bubble, axes=tuple(self.ends[end] for end in ends))

    def open(self, *ends: str) -> None:
        """The order of the open legs."""
        self.draft.open_order = [self.ends[end] for end in ends]

    def build_with(self, *places: Id) -> tuple[Diagram, list[Id]]:
        """The diagram, and ids in it that a test wants to find again."""
        return self.build(), list(places)

    def build(self) -> Diagram:
        return self.draft.build()


def traces(first: str, second: str, sign: Sign = "=") -> Diagram:
    """Traces of products of square matrices, such as "ABC" and "BCA", as two sides."""
    s = Sketch(i=4)
    parts = []
    for side, word in enumerate((first, second)):
        term = s.draft.term()
        for place, letter in enumerate(word):
            s.tensor(f"{letter}: i1 i2", key=f"{side}{place}", inside=term.id)
        for place in range(len(word)):
            s.wire(f"{side}{place}.i2", f"{side}{(place + 1) % len(word)}.i1")
        parts.append(Part(term.id, sign if side else "+"))
    s.draft.equation(parts)
    return s.build()
