"""The checker finds what is wrong, and finds nothing in our own figures."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Curve, LegPlace
from tensordraw.figure import checks
from tensordraw.figure.bodies import Build, body
from tensordraw.figure.build import build
from tensordraw.figure.checks import _inside, clashes
from tensordraw.figure.paths import direction, moved
from tensordraw.templates import template, templates
from tests.figure import samples


def kinds(draft: Draft) -> set[str]:
    diagram = draft.build()
    return {clash.kind for clash in clashes(diagram, build(diagram))}


@pytest.mark.parametrize("name", ["matrix_product", "parallel", "trace", "svd", "scores", "stream"])
def test_samples_are_clean(name: str) -> None:
    diagram = getattr(samples, name)()
    assert clashes(diagram, build(diagram)) == []


@pytest.mark.parametrize("name", [t.name for t in templates()])
@pytest.mark.parametrize("theme", ["paper", "dark"])
def test_templates_are_clean(name: str, theme: str) -> None:
    diagram = template(name)
    assert clashes(diagram, build(diagram, theme)) == []


def test_gpt2_with_norms_and_biases_is_clean() -> None:
    diagram = template("gpt2", layer_norm=True, bias=True)
    assert clashes(diagram, build(diagram)) == []


def test_a_line_alone_is_clean() -> None:
    d = Draft()
    space = d.space("n", 3)
    d.delta([d.leg(space, "i", angle=180.0), d.leg(space, "j", angle=0.0)], (0, 0))
    assert kinds(d) == set()


def test_bodies_on_each_other() -> None:
    d = Draft()
    d.tensor("A", (), (0, 0))
    d.tensor("B", (), (12, 3))
    assert "bodies overlap" in kinds(d)


def test_a_wire_through_a_body() -> None:
    d = Draft()
    a, b = d.leg("s", angle=0), d.leg("s", angle=180)
    d.tensor("A", [a], (0, 0))
    d.tensor("B", [b], (90, 0))
    d.tensor("C", (), (45, 4))
    d.wire(a, b)
    assert "line through a body" in kinds(d)


def test_a_label_on_a_wire() -> None:
    d = Draft()
    a, b = d.leg("s", angle=0), d.leg("s", angle=180)
    d.tensor("A", [a], (0, 0))
    d.tensor("B", [b], (90, 0))
    wire = d.wire(a, b, "hidden")
    assert kinds(d) == set()
    d.labels[wire.id] = (0.0, 6.0)
    assert kinds(d) == {"label on a line"}


def test_labels_on_each_other_and_on_borders() -> None:
    d = Draft()
    d.note("some words", 0, 0)
    d.note("other words", 10, 2)
    assert kinds(d) == {"labels overlap"}
    region = d.bubble("relu")
    d.tensor("A", (), (0, 60), inside=region.id)
    d.note("on the border", 5, 48)
    assert "label on a border" in kinds(d)


def test_a_label_wider_than_its_body() -> None:
    d = Draft()
    node = d.tensor("a very long name", (), (0, 0))
    from tensordraw.diagram.records import Place

    d.places[node.id] = Place(0, 0, width=20, height=20)
    assert "label outside its body" in kinds(d)


def test_regions_that_cross() -> None:
    d = Draft()
    one, two = d.bubble("relu"), d.bubble("softmax")
    for x, y, region in ((0, 0, one), (50, 50, two), (100, 0, one), (50, -50, two)):
        d.tensor("A", (), (x, y), inside=region.id)
    assert "borders cross" in kinds(d)


def test_curves_count_as_lines() -> None:
    d = Draft()
    a, b = d.leg("s", angle=90), d.leg("s", angle=90)
    d.tensor("A", [a], (0, 0))
    d.tensor("B", [b], (90, 0))
    d.tensor("C", (), (45, -60))
    wire = d.wire(a, b)
    assert kinds(d) == set()
    d.curves[wire.id] = Curve("curve", ((45.0, -60.0),))
    d.leg_places[a.id] = LegPlace(90.0)
    assert "line through a body" in kinds(d)


@pytest.mark.parametrize(("x", "found"), [(60.0, False), (17.0, True)])
def test_a_border_on_a_body_that_it_does_not_hold(x: float, found: bool) -> None:
    d = Draft()
    d.tensor("A", (), (0, 0), inside=d.bubble("relu").id)
    d.tensor("B", (), (x, 20))
    assert ("border on a body" in kinds(d)) == found


def test_a_line_that_crosses_itself() -> None:
    d = Draft()
    a, b = d.leg("s", angle=0), d.leg("s", angle=180)
    d.tensor("A", [a], (0, 0))
    d.tensor("B", [b], (120, 0))
    wire = d.wire(a, b)
    assert kinds(d) == set()
    d.curves[wire.id] = Curve("curve", ((90.0, 30.0), (60.0, -30.0), (30.0, 30.0), (90.0, -20.0)))
    assert "line across itself" in kinds(d)


@pytest.mark.parametrize("bias", [False, True])
def test_gpt2_on_its_side_is_clean(bias: bool) -> None:
    diagram = template("gpt2", layer_norm=True, bias=bias, sideways=True)
    assert clashes(diagram, build(diagram)) == []


@pytest.mark.parametrize("font", ["latin-modern", "stix", "sans"])
@pytest.mark.parametrize("axis", [0.0, 90.0, 180.0, 270.0])
@pytest.mark.parametrize("text", ["V^{*}", "W", "U^{*}", "w_{5}", "W_{QK}", r"\Lambda^{\dagger}"])
def test_labels_have_air_in_triangles_in_all_typefaces(font: str, axis: float, text: str) -> None:
    """Beside the slanted edges, too, and more at the base than there; the bare minimum is what is checked."""
    made = body(Build("triangle", f"paper/{font}", text, axis))
    outline, words = made.shapes
    assert _inside(outline, words)
    dx, dy = direction(axis)
    assert not _inside(outline, replace(words, path=moved(words.path, 6 * dx, 6 * dy)))  # nearer to the tip
    assert not _inside(outline, replace(words, path=moved(words.path, -6 * dx, -6 * dy)))  # over the base


def test_a_line_is_looked_at_beside_a_body_only_however_long_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    square, looked, within = (
        [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)],
        list[tuple[float, float]](),
        checks._within,
    )

    def count(hull: list[tuple[float, float]], p: tuple[float, float], margin: float = 0.3) -> bool:
        looked.append(p)
        return within(hull, p, margin)

    monkeypatch.setattr(checks, "_within", count)
    assert checks._through(square, (-1e9, 5.0), (1e9, 5.0))
    assert not checks._through(square, (-1e9, 12.0), (1e9, 12.0))
    assert not checks._through(square, (12.0, -1e9), (12.0, 1e9))
    assert not checks._through(square, (-1e9, -1e9), (1e9, -1e9 + 1e-9))
    assert len(looked) < 100
