"""A picture in words names its tensors, what is joined, its regions and its open legs."""

from __future__ import annotations

from tensordraw.diagram.draft import Draft
from tensordraw.figure.describe import describe
from tensordraw.figure.export import text
from tests.figure import samples


def test_a_product_in_words() -> None:
    words = describe(samples.matrix_product())
    assert words == "Tensor network with 2 nodes: A (i, j); B (j, k). Joined: A with B along j. Open legs: i; k."


def test_regions_and_forms() -> None:
    assert "A bubble of softmax holds 1 region." in describe(samples.scores())
    assert "repeated 12 times" in describe(samples.stream())
    assert "S (r, r), diagonal" in describe(samples.svd())


def test_long_lists_are_cut() -> None:
    words = describe(samples.lattice(400))
    assert "and 360 more" in words
    assert len(words) < 5000


def test_nothing_and_a_number() -> None:
    assert describe(Draft().build()) == "An empty diagram."
    assert describe(samples.trace()).endswith("No open legs: a number.")


def test_it_stands_in_the_svg() -> None:
    assert "A with B along j" in text(samples.matrix_product())
