"""Small diagrams that the tests of the figure share."""

from __future__ import annotations

from msgspec.structs import replace

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram, Id, Place


def matrix_product() -> Diagram:
    """A (i j) times B (j k), side by side, legs placed by the figure."""
    d = Draft()
    i, j, k = d.space("i", 4), d.space("j", 5), d.space("k", 6)
    a, b = [d.leg(i, "i"), d.leg(j, "j")], [d.leg(j, "j"), d.leg(k, "k")]
    d.tensor("A", a, (0, 0))
    d.tensor("B", b, (44, 0))
    d.wire(a[1], b[0])
    return d.build()


def parallel(wires: int = 2) -> Diagram:
    """Two tensors joined by several wires."""
    d = Draft()
    s = d.space("s", 3)
    a, b = [d.leg(s) for _ in range(wires)], [d.leg(s) for _ in range(wires)]
    d.tensor("A", a, (0, 0))
    d.tensor("B", b, (60, 10))
    for x, y in zip(a, b, strict=True):
        d.wire(x, y)
    return d.build()


def trace() -> Diagram:
    """tr A."""
    d = Draft()
    a = [d.leg("s"), d.leg("s")]
    d.tensor("A", a, (0, 0))
    d.wire(*a)
    return d.build()


def svd() -> Diagram:
    """U S V, with triangles."""
    d = Draft()
    m, n, r = d.space("m", 6), d.space("n", 5), d.space("r", 3)
    u, s, v = [d.leg(m, "i"), d.leg(r)], [d.leg(r), d.leg(r)], [d.leg(r), d.leg(n, "j")]
    d.tensor("U", u, (0, 0), form="isometry", tip=[u[1].id])
    d.tensor("S", s, (44, 0), form="diagonal")
    d.tensor(r"V^\dagger", v, (92, 0), form="isometry", tip=[v[0].id])
    d.wire(u[1], s[0])
    d.wire(s[1], v[0])
    return d.build()


def scores() -> Diagram:
    """softmax(mask(Q K / sqrt(head_size))) V: nested bubbles."""
    d = Draft()
    q, k, h = d.space("query", 10), d.space("key", 12), d.space("head_size", 64)
    outer = d.bubble("softmax")
    inner = d.bubble("causal_mask", inside=outer.id)
    left = [d.leg(q, "query", angle=180), d.leg(h, angle=0)]
    right = [d.leg(h, angle=180), d.leg(k, angle=0)]
    d.tensor("Q", left, (0, 0), inside=inner.id)
    d.tensor("K", right, (60, 0), inside=inner.id)
    d.wire(left[1], right[0], "head_size")
    d.fixed("constant", (), (30, 26), inside=inner.id, expression="1/sqrt(head_size)")
    v = [d.leg(k, angle=180), d.leg(h, "head_size", angle=0)]
    d.tensor("V", v, (125, 0))
    d.wire(right[1], v[0], "key")
    return d.build()


def stream() -> Diagram:
    """x; 12 times (copy, W, add) as a repeat, upright."""
    d = Draft()
    s, layers = d.space("hidden", 768), d.space("layers", 12)
    region = d.repeat("layer", layers)
    port = d.port(region.id, s)
    x = d.leg(s, angle=90)
    d.tensor("x", [x], (0, 0))
    into, out = d.leg(s, angle=270), d.leg(s, angle=90)
    copy = d.copy("resid_pre", [into], [out], (0, -60), inside=region.id)
    pasted = d.leg(s, angle=90)
    d.paste(copy.id, [pasted], (70, -60), inside=region.id)
    w = [d.leg(s, angle=90), d.leg(s, angle=270), d.leg(layers, index=region.id, angle=0)]
    d.tensor("W", w, (70, -95), inside=region.id)
    first, second, total = d.leg(s, angle=270), d.leg(s, angle=0), d.leg(s, angle=90)
    d.add([[first], [second]], [total], (0, -130), inside=region.id)
    d.wire(x, port.outer_in)
    d.wire(port.inner_in, into)
    d.wire(out, first)
    d.wire(pasted, w[1])
    d.wire(w[0], second)
    d.wire(total, port.inner_out)
    return d.build()


def lattice(nodes: int, labels: bool = False, placed: bool = True) -> Diagram:
    """A square lattice of four-legged tensors."""
    d = Draft()
    width = int(nodes**0.5)
    s = d.space("b", 4)
    above: list[Id | None] = [None] * width
    left: Id | None = None
    for number in range(width * width):
        column, row = number % width, number // width
        legs = [d.leg(s, angle=angle if placed else None) for angle in (180.0, 90.0, 0.0, 270.0)]
        d.tensor(f"A{number % 50}", legs, (44 * column, 44 * row))
        if column and left is not None:
            d.wire(left, legs[0], f"i{number}" if labels else "")
        over = above[column]
        if over is not None:
            d.wire(over, legs[1])
        left, above[column] = legs[2].id, legs[3].id
    return d.build()


def shifted(diagram: Diagram, moves: dict[Id, tuple[float, float]]) -> Diagram:
    """The diagram with nodes moved, as a drag leaves it."""
    places = dict(diagram.layout.places)
    for node, (dx, dy) in moves.items():
        at = places.get(node, Place(0, 0))
        places[node] = replace(at, x=at.x + dx, y=at.y + dy)
    return replace(diagram, layout=replace(diagram.layout, places=places))
