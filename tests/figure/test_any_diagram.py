"""Whatever is in a document, it has a figure: finite numbers, a box around everything, each leg with a place."""

from __future__ import annotations

import math
import random

import pytest

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import ROOT, Curve, Diagram, Id, Leg, Look, Operand, Part, Place, Sign, Term
from tensordraw.figure.bodies import ink_box
from tensordraw.figure.build import build, forget
from tensordraw.figure.describe import describe
from tensordraw.figure.index import index
from tensordraw.figure.svg import svg
from tests.figure import samples

_NAMES = ["A", "W_Q", "hidden", "alpha", "U^\\dagger", r"\foo", "", "a very long name", "x'", r"\frac{1", "%&#", "日本"]


def some_diagram(seed: int) -> Diagram:
    """A random document of all kinds of nodes and regions, some on the same spot, some without a place."""
    rng = random.Random(seed)
    d = Draft()
    spaces = [d.space(name, rng.choice((1, 2, 768))) for name in ("a", "b", "head_size")]
    regions: list[Id] = [ROOT]
    for _ in range(rng.randrange(5)):
        inside = rng.choice(regions)
        kind = rng.randrange(5)
        if kind == 0:
            made = d.bubble(rng.choice(["relu", "softmax", "nonsense"]), inside=inside, name=rng.choice(_NAMES)).id
        elif kind == 1:
            made = d.sum("h", spaces[0], inside=inside).id
        elif kind == 2:
            made = d.repeat("layer", spaces[1], inside=inside).id
            for _ in range(rng.randrange(3)):
                d.port(made, rng.choice(spaces))
        elif kind == 3:
            made = d.block(rng.choice(_NAMES), inside=inside).id
        else:
            made = d.term(inside=inside).id
        regions.append(made)
        if rng.random() < 0.2:
            d.looks[made] = Look(collapsed=True)
        if rng.random() < 0.2:
            d.places[made] = Place(rng.uniform(0, 100), 0, width=30)
    free: list[Leg] = []

    def legs(most: int = 4) -> list[Leg]:
        made = []
        for _ in range(rng.randrange(most + 1)):
            angle = rng.choice([None, None, 0.0, 90.0, rng.uniform(0, 360)])
            index = rng.choice([None, None, None, 0, rng.choice(regions)])
            leg = d.leg(rng.choice(spaces), rng.choice(_NAMES), angle=angle, shift=rng.choice((0, 0, 5)),
                        index=None if index == ROOT else index)  # fmt: skip
            made.append(leg)
            if leg.index is None:
                free.append(leg)
        return made

    copies: list[Id] = []
    for _ in range(rng.randrange(1, 12)):
        at = rng.choice([None, (0.0, 0.0), (rng.uniform(-100, 100), rng.uniform(-100, 100))])
        inside = rng.choice(regions)
        kind = rng.randrange(9)
        if kind == 0 and (of := legs()):
            d.delta(of, at, inside=inside)
        elif kind == 1:
            which = rng.choice(
                ["constant", "one_hot", "causal_mask", "levi_civita", "metric", "inverse_metric", "shift"]
            )
            d.fixed(which, legs(), at, inside=inside, name=rng.choice(_NAMES), expression=rng.choice(["1/2", "(", ""]))
        elif kind == 2 and (of := legs()):
            d.group(of[0], of[1:], at, inside=inside)
        elif kind == 3:
            copies.append(d.copy(rng.choice(_NAMES), legs(2), legs(2), at, inside=inside).id)
        elif kind == 4 and copies:
            d.paste(rng.choice(copies), legs(2), at, inside=inside)
        elif kind == 5:
            terms = [Operand(of=r) for r in regions[1:]]
            d.add([*terms, Operand(tuple(legs(2)), coefficient=rng.choice(["1", "-1", "1/(", "2*a"]))], legs(2), at)
        else:
            of = legs(6)
            form = rng.choice(["any", "isometry", "unitary", "diagonal", "symmetric"])
            node = d.tensor(rng.choice(_NAMES), of, at, inside=inside, form=form, conj=rng.random() < 0.2,
                            tip=[leg.id for leg in of[:2]])  # fmt: skip
            if at and rng.random() < 0.3:
                d.places[node.id] = Place(*at, turn=rng.choice((30.0, 90.0)), flip=True, width=rng.choice((None, 5.0)))
    free += [leg for r in d.regions.values() for p in getattr(r, "ports", ())
             for leg in (p.outer_in, p.inner_in, p.inner_out, p.outer_out)]  # fmt: skip
    rng.shuffle(free)
    while len(free) > 1 and rng.random() < 0.85:
        wire = d.wire(free.pop(), free.pop(), rng.choice(_NAMES))
        if rng.random() < 0.4:
            d.curves[wire.id] = Curve(rng.choice(["straight", "orthogonal", "curve"]), rng.choice([(), ((5.0, 5.0),)]))  # type: ignore[arg-type]
    terms = [region.id for region in d.regions.values() if isinstance(region, Term)]
    terms += [d.term(rng.choice(_NAMES)).id for _ in range(rng.randrange(3))]
    if terms and rng.random() < 0.7:
        signs: list[Sign] = ["+", "-", "=", "≈", ":=", ","]
        first = Part(terms[0], rng.choice(signs[:2]), rng.choice(["1", "2", "a/("]))
        d.equation([first, *(Part(term, rng.choice(signs), rng.choice(["1", "-1", "1/a"])) for term in terms[1:])])
    return d.build()


@pytest.mark.parametrize("seed", range(50))
def test_any_diagram_has_a_figure(seed: int) -> None:
    diagram = some_diagram(seed)
    forget()
    figure = build(diagram)
    left, top, right, bottom = figure.box
    assert all(map(math.isfinite, figure.box))
    terms = index(diagram.content).equation  # their borders are not printed
    for item in figure.items:
        box = ink_box(item.shapes) if item.owner in terms else item.box
        if item.shapes and box[0] <= box[2]:
            assert left <= box[0] <= box[2] <= right
            assert top <= box[1] <= box[3] <= bottom
    assert svg(figure, description=describe(diagram)).count("<g ") == sum(
        any(shape.fill or shape.stroke for shape in item.shapes) for item in figure.items
    )
    owners = [item.owner for item in figure.items]
    assert len(owners) == len(set(owners))


@pytest.mark.parametrize("seed", range(50))
def test_dragging_in_any_diagram_gives_what_building_from_nothing_gives(seed: int) -> None:
    diagram = some_diagram(seed)
    rng = random.Random(seed)
    build(diagram)
    for _ in range(3):
        nodes = list(diagram.layout.places)
        if not nodes:
            return
        diagram = samples.shifted(diagram, {rng.choice(nodes): (rng.uniform(-40, 40), rng.uniform(-40, 40))})
        dragged = build(diagram)
    forget()
    again = samples.shifted(diagram, {})
    assert build(again) == dragged
