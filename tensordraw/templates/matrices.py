"""Templates of linear algebra: matrix product, permutation, singular values, matrix product state, copy dots."""

from __future__ import annotations

from tensordraw.diagram.draft import Draft
from tensordraw.diagram.records import Diagram
from tensordraw.errors import Error
from tensordraw.templates.scene import Point, Scene

OPEN = 26.0  # length of an open leg that carries a label


def matrix_product(*, rows: int, inner: int, columns: int) -> Diagram:
    """A[i, j] and B[j, k] joined at j: open legs (i, k)."""
    draft = Draft()
    draft.title = "Matrix product"
    draft.description = "A[i, j] B[j, k]: the shared leg j is summed over, i and k stay open."
    for name, size in (("i", rows), ("j", inner), ("k", columns)):
        draft.space(name, size)
    scene = Scene(draft)
    i, a_j = scene.leg("i", "left", length=OPEN), scene.leg("j", "right")
    b_j, k = scene.leg("j", "left"), scene.leg("k", "right", length=OPEN)
    draft.tensor("A", (i, a_j), (0, 0))
    draft.tensor("B", (b_j, k), (60, 0))
    scene.named_wire(a_j, b_j)
    draft.open_order = [i.id, k.id]
    return draft.build()


def three_leg_tensor(*, size: int) -> Diagram:
    """T[i, j, k] + T[j, k, i]: the same array twice, the second time with its legs permuted by crossing wires."""
    draft = Draft()
    draft.title = "Three-leg tensor and its permutation"
    draft.description = (
        "T drawn twice is the same array; wires that cross into the second operand permute its legs. "
        "The result is T[i, j, k] + T[j, k, i]."
    )
    draft.space("n", size)
    scene = Scene(draft)
    rows = {"i": -16.0, "j": 0.0, "k": 16.0}
    first = [scene.leg("n", "right", y) for y in rows.values()]
    # Axis 0 of the second occurrence carries j, axis 1 k and axis 2 i.
    second = [scene.leg("n", "left", y) for y in rows.values()]
    kept = [scene.leg("n", "left", y) for y in rows.values()]
    turned = [scene.leg("n", "right", y) for y in rows.values()]
    out = [scene.leg("n", "up", 20 * place - 20, label, OPEN) for place, label in enumerate(rows)]
    for at, legs in (((-110.0, 0.0), first), ((110.0, 0.0), second)):
        tensor = draft.tensor("T", legs, at)
        scene.widen(tensor.id, 24, 50)
        scene.boxed(tensor.id)
    labels = list(rows)
    for axis, operand_axis in enumerate((1, 2, 0)):
        scene.wire(first[axis], kept[axis], labels[axis])
        scene.wire(second[axis], turned[operand_axis], labels[operand_axis])
    add = draft.add((kept, turned), out, (0, 0))
    scene.widen(add.id, 60, 46)
    draft.open_order = [leg.id for leg in out]
    return draft.build()


def svd(*, rows: int, columns: int, rank: int) -> Diagram:
    """U[i, j] S[j] conj(V[k, j]), U and V isometries with their tips at j, S on a copy dot."""
    if rank > min(rows, columns):
        raise Error(f"svd: rank = {rank} cannot be larger than rows = {rows} or columns = {columns}.")
    draft = Draft()
    draft.title = "Singular value decomposition"
    draft.description = (
        "U and V are isometries: triangles whose tip is the smaller dimension. S is a diagonal, on a dot."
    )
    for name, size, meaning in (("i", rows, "rows"), ("j", rank, "singular values"), ("k", columns, "columns")):
        draft.space(name, size, description=meaning)
    scene = Scene(draft)
    i, u_j = scene.leg("i", "left", length=OPEN), scene.leg("j", "right")
    dot = [scene.leg("j", side) for side in ("left", "right", "up")]
    s_j = scene.leg("j", "down")
    k, v_j = scene.leg("k", "right", length=OPEN), scene.leg("j", "left")
    draft.tensor("U", (i, u_j), (0, 0), form="isometry", tip=(u_j.id,))
    draft.delta(dot, (60, 0))
    draft.tensor("S", (s_j,), (60, -45), form="diagonal")
    draft.tensor("V", (k, v_j), (120, 0), form="isometry", tip=(v_j.id,), conj=True)
    scene.named_wire(u_j, dot[0])
    scene.wires((v_j, s_j), dot[1:])
    draft.open_order = [i.id, k.id]
    return draft.build()


def mps(*, sites: int, bond: int, physical: int) -> Diagram:
    """A chain A1 ... An, tensor s with legs (bond, physical, bond), the ends with one bond: open legs in order."""
    draft = Draft()
    draft.title = "Matrix product state"
    draft.description = (
        "A tensor with one leg a site, as a chain: the bonds limit how much the sites can be correlated."
    )
    draft.space("bond", bond)
    site_space = draft.space("physical", physical)
    bond_space = draft.space("bond")
    scene = Scene(draft)
    last = None
    for site in range(sites):
        legs = []
        if last is not None:
            left = scene.leg(bond_space, "left")
            scene.wire(last, left, "bond" if site == 1 else "")  # on all of them it would be crowded
            legs.append(left)
        leg = scene.leg(site_space, "up", label=f"i{site + 1}", length=OPEN)
        legs.append(leg)
        draft.open_order.append(leg.id)
        if site < sites - 1:
            last = scene.leg(bond_space, "right")
            legs.append(last)
        draft.tensor(f"A{site + 1}", legs, (60.0 * site, 0.0))
    return draft.build()


def copy_delta(*, size: int, rows: int) -> Diagram:
    """Three pieces that are multiplied: a[i] b[i], the row sums of M, and the diagonal of N: open legs (i, row, j)."""
    draft = Draft()
    draft.title = "Copy dots"
    draft.description = (
        "A dot is one where all its legs agree: with three legs it multiplies elementwise or takes a diagonal, with "
        "one it sums. Pieces side by side are multiplied, so the result has the legs of all three."
    )
    draft.space("n", size)
    draft.space("row", rows)
    scene = Scene(draft)
    product = _elementwise(scene, (0, 0))
    total = _row_sum(scene, (110, 0))
    diagonal = _diagonal(scene, (220, 0))
    draft.open_order = [product, total, diagonal]
    return draft.build()


def _elementwise(scene: Scene, at: Point) -> str:
    """a[i] b[i]: two vectors on a dot; the open leg."""
    x, y = at
    a, b = scene.leg("n", "right"), scene.leg("n", "left")
    dot = [scene.leg("n", "left"), scene.leg("n", "right"), scene.leg("n", "up", label="i", length=OPEN)]
    scene.draft.tensor("a", (a,), (x - 30, y))
    scene.draft.tensor("b", (b,), (x + 15 + 20, y))
    scene.draft.delta(dot, at)
    scene.wires((a, b), dot[:2])
    scene.draft.note("$a_i b_i$", x, y + 40)
    return dot[2].id


def _row_sum(scene: Scene, at: Point) -> str:
    """The sum over j of M[row, j]: a one-leg dot; the open leg."""
    x, y = at
    row, column = scene.leg("row", "up", length=OPEN), scene.leg("n", "right")
    ones = scene.leg("n", "left")
    scene.draft.tensor("M", (row, column), (x - 15, y))
    scene.draft.delta((ones,), (x + 15 + 20, y))
    scene.named_wire(column, ones)
    scene.draft.note(r"$\sum_j M_{rj}$", x, y + 40)
    return row.id


def _diagonal(scene: Scene, at: Point) -> str:
    """N[j, j], not summed: both legs on a dot with a third; the open leg."""
    x, y = at
    legs = [scene.leg("n", "left"), scene.leg("n", "right")]
    dot = [scene.leg("n", "left"), scene.leg("n", "right"), scene.leg("n", "up", label="j", length=OPEN)]
    scene.draft.tensor("N", legs, at)
    scene.draft.delta(dot, (x, y - 40))
    scene.wires(legs, dot[:2])
    scene.draft.note("$N_{jj}$", x, y + 40)
    return dot[2].id
