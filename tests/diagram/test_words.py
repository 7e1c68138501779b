"""Items in words: never an id where there is a name."""

from __future__ import annotations

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.words import item_words
from tensordraw.templates import template, templates
from tests.figure import samples


def test_kinds_and_names() -> None:
    d = Draft()
    s, region = d.space("s", 3), d.bubble("relu")
    i, j = d.leg(s, "i"), d.leg(s)
    a, b = d.tensor("A", [i], inside=region.id), d.tensor("B", [j])
    wire = d.wire(i, j)
    content = d.build().content
    assert [item_words(item, content) for item in (a.id, b.id, region.id, wire.id, i.id, j.id, s)] == [
        "tensor A", "tensor B", "bubble relu", "wire i between tensor A and tensor B", "leg i of tensor A",
        "leg s of tensor B", "space s",
    ]  # fmt: skip
    assert item_words("x99", content) == "x99"


def test_every_item_of_the_templates_has_words() -> None:
    for content in [samples.stream().content, *(template(entry.name).content for entry in templates())]:
        for item in (*content.nodes, *content.wires, *content.regions, *content.spaces):
            assert item not in item_words(item, content).split()
