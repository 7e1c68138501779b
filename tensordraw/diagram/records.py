"""The document as a value: frozen records that name each other by id.

A `Diagram` is two halves. `Content` is what the drawing *means* (spaces, nodes with legs, wires, regions, the order of
open legs, where arrays come from); `Layout` is how it *looks* (places, leg directions, curves, styles, notes). Dragging
changes only `Layout`, so everything derived from the content is still valid by identity (`is`).

Every id is a kind letter and a serial number (`t12`, `l13`, `w14`), counted by `Content.serial`; ids sort by number, which
is the order of creation. Mappings are plain dicts that nobody mutates after they are put into a record.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from tensordraw.diagram.chart import Chart as Chart
from tensordraw.diagram.custom import Custom
from tensordraw.diagram.exports import Export
from tensordraw.diagram.recipes import Recipe as Recipe
from tensordraw.diagram.record import Record as Record

Id: TypeAlias = str
Variance: TypeAlias = Literal["none", "upper", "lower"]
Metric: TypeAlias = Literal["euclidean", "general"]
Form: TypeAlias = Literal["any", "isometry", "unitary", "orthogonal", "diagonal", "symmetric", "positive"]
FixedKind: TypeAlias = Literal["constant", "one_hot", "causal_mask", "levi_civita", "metric", "inverse_metric", "shift"]
CurveStyle: TypeAlias = Literal["curve", "straight", "orthogonal"]
Relation: TypeAlias = Literal[",", "=", "≈", ":="]
Sign: TypeAlias = Literal["+", "-", ",", "=", "≈", ":="]


ROOT: Id = "root"  # the scope that is the whole diagram


# ---------------------------------------------------------------------------------------------------------- content


class Space(Record, frozen=True):
    """A named index space; `size` is its dimension. `colour` is a theme colour name or `#rrggbb`.

    Along a `flexible` space arrays may be given shorter, all by the same: `size` is the largest there is (positions of a
    model), and arrays of the document's files are cut to the length.
    """

    id: Id
    name: str
    size: int
    description: str = ""
    colour: str | None = None
    metric: Metric = "euclidean"
    flexible: bool = False


class Leg(Record, frozen=True):
    """One index of a node. `index` fixes it to an integer, or to the index of the sum or repeat with that id."""

    id: Id
    space: Id
    label: str = ""
    variance: Variance = "none"
    index: int | Id | None = None


class Tensor(Record, frozen=True, tag="tensor"):
    """One occurrence of the array called `name`; axes of the array are `legs` in order.

    `form` declares a property of the array seen as a matrix from its other legs (base) to the legs in `tip`:
    an isometry has its smaller dimension at the tip, and contracting its base with its conjugate gives the identity.
    """

    id: Id
    name: str
    legs: tuple[Leg, ...] = ()
    inside: Id = ROOT
    form: Form = "any"
    tip: tuple[Id, ...] = ()
    conj: bool = False


class Delta(Record, frozen=True, tag="delta"):
    """Ones where all indices agree: all-ones vector (1 leg), identity (2), copy dot (3 and more)."""

    id: Id
    legs: tuple[Leg, ...]
    inside: Id = ROOT


class Fixed(Record, frozen=True, tag="fixed"):
    """A tensor whose entries are given by its kind.

    constant: a scalar, `expression` in sizes of spaces, no legs. one_hot: legs (position..., class), 1 where the class
    equals the integer array `name` at that position. causal_mask: legs (query, key), 1 where key <= query.
    levi_civita: sign of the permutation. metric, inverse_metric: of the legs' space, array `name`.
    shift: legs (row, column), 1 where row = column + `offset`.
    """

    id: Id
    kind: FixedKind
    legs: tuple[Leg, ...] = ()
    inside: Id = ROOT
    name: str = ""
    expression: str = ""
    offset: int = 1


class Group(Record, frozen=True, tag="group"):
    """Joins `parts` (row-major: the last varies fastest) into `whole`, whose size is their product; or splits it."""

    id: Id
    whole: Leg
    parts: tuple[Leg, ...]
    inside: Id = ROOT


class Copy(Record, frozen=True, tag="copy"):
    """Names the value that comes in on `into`; passes it on through `out`, or nowhere where `out` is empty.

    A value without legs is taken from the term `of`.
    """

    id: Id
    name: str
    into: tuple[Leg, ...]
    out: tuple[Leg, ...] = ()
    of: Id | None = None
    inside: Id = ROOT


class Paste(Record, frozen=True, tag="paste"):
    """The value of a copy again; legs correspond to the copy's by position."""

    id: Id
    copy: Id
    legs: tuple[Leg, ...] = ()
    inside: Id = ROOT


class Operand(Record, frozen=True):
    """One operand of an add, with its coefficient (an expression in sizes). Without legs it is the term `of`."""

    legs: tuple[Leg, ...] = ()
    coefficient: str = "1"
    of: Id | None = None


class Add(Record, frozen=True, tag="add"):
    """Elementwise sum; every operand and the result have the same spaces, by position."""

    id: Id
    operands: tuple[Operand, ...]
    out: tuple[Leg, ...] = ()
    name: str = ""
    inside: Id = ROOT


Node: TypeAlias = Tensor | Delta | Fixed | Group | Copy | Paste | Add


class Wire(Record, frozen=True):
    """Two leg ends joined. `inside` names the scope that contracts it where that is not the smallest that holds both."""

    id: Id
    ends: tuple[Id, Id]
    label: str = ""
    inside: Id | None = None


class Bubble(Record, frozen=True, tag="bubble"):
    """A function of the region's content. `axes` are leg ends inside the border, in the function's order."""

    id: Id
    function: str
    axes: tuple[Id, ...] = ()
    params: dict[str, float] = {}
    expression: str = ""
    name: str = ""
    inside: Id = ROOT


class Sum(Record, frozen=True, tag="sum"):
    """Adds the region's value over an index that runs through `space`."""

    id: Id
    index: str
    space: Id
    name: str = ""
    inside: Id = ROOT


class Port(Record, frozen=True):
    """One leg of a repeat's state: four ends in one space."""

    id: Id
    outer_in: Leg
    inner_in: Leg
    inner_out: Leg
    outer_out: Leg


class Repeat(Record, frozen=True, tag="repeat"):
    """Composes the region with itself, once for each value of an index that runs through `space`."""

    id: Id
    index: str
    space: Id
    ports: tuple[Port, ...] = ()
    name: str = ""
    inside: Id = ROOT


class Block(Record, frozen=True, tag="block"):
    """Only names its content: no scope, no meaning."""

    id: Id
    name: str = ""
    inside: Id = ROOT


class Term(Record, frozen=True, tag="term"):
    """Parentheses: a scope whose function is the identity."""

    id: Id
    name: str = ""
    inside: Id = ROOT


Region: TypeAlias = Bubble | Sum | Repeat | Block | Term
ScopeRegion: TypeAlias = Bubble | Sum | Repeat | Term


class Part(Record, frozen=True):
    """One term of an equation, with its coefficient (an expression in sizes of spaces).

    `sign` is what stands before the term: + and - continue a side, a relation begins a new side, and a comma begins a
    new equation. The first part's is + or -.
    """

    term: Id
    sign: Sign = "+"
    coefficient: str = "1"


class Equation(Record, frozen=True):
    """Terms side by side, with what stands between them. Without a relation it is a sum, or a list of results."""

    id: Id
    parts: tuple[Part, ...]


class Source(Record, frozen=True):
    """Where an array comes from: a file (path relative to the document) and a key in it, or an index of files by key.

    The stored array is seen in another `shape` (row-major, empty: as stored), taken at the positions that `index` gives
    (None: the whole axis; empty: nothing is taken away), and its axes put in order: leg k of the tensor is axis `axes[k]`
    of what is left (empty: its order). Where the key holds `{}`, that is done for 0, 1, ... in its place, and the results
    are stacked on a new first axis, as long as the tensor's first leg.
    """

    path: str
    key: str = ""
    axes: tuple[int, ...] = ()
    shape: tuple[int, ...] = ()
    index: tuple[int | None, ...] = ()


class Content(Record, frozen=True, weakref=True):
    """What the drawing means. `open_order` is a preference list, filtered by what is open."""

    spaces: dict[Id, Space] = {}
    nodes: dict[Id, Node] = {}
    wires: dict[Id, Wire] = {}
    regions: dict[Id, Region] = {}
    open_order: tuple[Id, ...] = ()
    sources: dict[str, Source] = {}
    serial: int = 0
    equations: dict[Id, Equation] = {}
    recipes: dict[str, Recipe] = {}


# ----------------------------------------------------------------------------------------------------------- layout


class Place(Record, frozen=True):
    """Centre of a body in layout units (1 unit = 1 pt at natural size, y grows downwards).

    `turn` is in degrees, anticlockwise as seen; `flip` mirrors left and right before turning. `width` and `height`
    override the size that the label asks for.
    """

    x: float
    y: float
    turn: float = 0.0
    flip: bool = False
    width: float | None = None
    height: float | None = None


class LegPlace(Record, frozen=True):
    """How a leg leaves its body: along `angle` (degrees, 0 right, 90 up, before the body's own turn), from the ray that
    is moved `shift` units to the left of that direction through the centre. `length` is drawn while the leg is open."""

    angle: float
    shift: float = 0.0
    length: float | None = None


class Curve(Record, frozen=True):
    """How a wire runs; `points` are way-points that the user placed."""

    style: CurveStyle = "curve"
    points: tuple[tuple[float, float], ...] = ()


class Look(Record, frozen=True):
    """Symbolic style of one item: theme colour names, "thin" / "normal" / "bold", a shape that overrides the form's."""

    shape: str | None = None
    colour: str | None = None
    weight: Literal["thin", "normal", "bold"] = "normal"
    collapsed: bool = False


class Note(Record, frozen=True):
    """Free text (with maths between dollar signs). With `table` the table of the spaces that are drawn stands below it.

    With `frame` it is the letter of a panel, which shows the nodes, regions and notes of these ids (and what hangs on them).
    With `chart` it is the title of a picture of numbers, whose left upper corner is the place.
    """

    id: Id
    text: str
    x: float
    y: float
    table: bool = False
    frame: tuple[Id, ...] = ()
    chart: Chart | None = None


class Layout(Record, frozen=True, weakref=True):
    """How the drawing looks. By item, `labels` are offsets of labels from their natural place, `remarks` what is noted of it."""

    places: dict[Id, Place] = {}
    legs: dict[Id, LegPlace] = {}
    curves: dict[Id, Curve] = {}
    looks: dict[Id, Look] = {}
    labels: dict[Id, tuple[float, float]] = {}
    notes: dict[Id, Note] = {}
    remarks: dict[Id, str] = {}  # not drawn


class Diagram(Record, frozen=True, weakref=True, eq=False):
    """The document. `home` is the folder that relative paths start from; it is no part of the file, nor of what is compared.

    `tensordraw.__init__` adds `_repr_svg_`, since this layer cannot import the figure layer.
    """

    content: Content = Content()
    layout: Layout = Layout()
    title: str = ""
    description: str = ""
    home: str = ""
    export: Export = Export()
    custom: Custom = Custom()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Diagram):
            return NotImplemented
        mine = (self.content, self.layout, self.title, self.description, self.export, self.custom)
        return mine == (other.content, other.layout, other.title, other.description, other.export, other.custom)

    def __ne__(self, other: object) -> bool:
        return not self == other


def node_legs(node: Node) -> Iterator[Leg]:
    """All leg records of a node, inputs of operations first."""
    match node:
        case Tensor() | Delta() | Fixed() | Paste():
            yield from node.legs
        case Group():
            yield node.whole
            yield from node.parts
        case Copy():
            yield from node.into
            yield from node.out
        case Add():
            for operand in node.operands:
                yield from operand.legs
            yield from node.out


def port_legs(port: Port) -> tuple[Leg, Leg, Leg, Leg]:
    """The four ends of a port."""
    return (port.outer_in, port.inner_in, port.inner_out, port.outer_out)


def id_order(item: Id) -> int:
    """Sort key of ids: the serial number, which is the order of creation."""
    digits = item.lstrip("abcdefghijklmnopqrstuvwxyz")
    return int(digits) if digits.isdecimal() and len(digits) < 19 else 0
