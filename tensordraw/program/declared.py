"""What a document says about each array it names: shape, form, ids. Evaluation, random arrays and files agree on it here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tensordraw.diagram.identity import cached
from tensordraw.diagram.records import Content, Fixed, Form, Id, Leg, Node, Record, Tensor


class Declared(Record, frozen=True):
    """One array: an axis for every leg of the tensor, bound legs too.

    `form` holds for each slice at the `bound` axes, seen as a matrix from the other axes to those in `tip`. `classes` is
    the number of values that ids may have, None for an array of numbers; `metric` marks a metric of a space.
    """

    name: str
    shape: tuple[int, ...]
    axes: tuple[str, ...] = ()
    spaces: tuple[Id, ...] = ()
    form: Form = "any"
    tip: tuple[int, ...] = ()
    bound: tuple[int, ...] = ()
    classes: int | None = None
    metric: bool = False
    items: tuple[Id, ...] = ()


@cached
def declared(content: Content) -> dict[str, Declared]:
    """The arrays of a content by name, in order of first appearance.

    Occurrences of one name share what any of them declares: a form, a bound axis. Where they contradict each other
    (which `problems` reports) the first one counts.
    """
    return _gathered(_occurrences(content))


def array_declared(content: Content, name: str) -> Declared | None:
    """One of them, None where there is no such array: quick in a large document of which the others are not asked for."""
    return _gathered(_occurrences(content, name)).get(name)


def _gathered(occurrences: Iterator[Declared]) -> dict[str, Declared]:
    found: dict[str, Declared] = {}
    for one in occurrences:
        old = found.get(one.name)
        if old is None or len(old.shape) != len(one.shape):
            found.setdefault(one.name, one)
            continue
        form = old if old.form != "any" or old.metric else one
        classes = [count for count in (old.classes, one.classes) if count is not None]
        found[one.name] = Declared(
            one.name, old.shape, old.axes, old.spaces, form.form, form.tip, tuple(sorted({*old.bound, *one.bound})),
            min(classes) if classes else None, old.metric or one.metric, (*old.items, *one.items),
        )  # fmt: skip
    return found


def _occurrences(content: Content, only: str | None = None) -> Iterator[Declared]:
    def declare(name: str, legs: tuple[Leg, ...], item: Id, **fields: object) -> Declared:
        spaces = [content.spaces[leg.space] for leg in legs]
        axes = tuple(leg.label or space.name for leg, space in zip(legs, spaces, strict=True))
        bound = tuple(at for at, leg in enumerate(legs) if leg.index is not None)
        shape = tuple(space.size for space in spaces)
        return Declared(name, shape, axes, tuple(space.id for space in spaces), bound=bound, items=(item,), **fields)  # type: ignore[arg-type]

    nodes: Iterable[Node] = content.nodes.values()
    for node in nodes if only is None else (one for one in nodes if getattr(one, "name", None) == only):
        match node:
            case Tensor(id=item, name=name, legs=legs, form=form, tip=tip):
                at = {leg.id: position for position, leg in enumerate(legs)}
                yield declare(name, legs, item, form=form, tip=tuple(at[leg] for leg in tip if leg in at))
            case Fixed(id=item, kind="one_hot", name=name, legs=(*positions, last)):
                yield declare(name, tuple(positions), item, classes=content.spaces[last.space].size)
            case Fixed(id=item, kind="metric" | "inverse_metric", name=name, legs=legs):
                yield declare(name, legs, item, metric=True)
            case _:
                pass
