"""A person at random: so many events of every kind to an editor state, from a seed. After each the document holds together.

`Wild` keeps the last events, so that a fault can be told from the seed alone. `papers` are the documents that it begins on.
"""

from __future__ import annotations

import math
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tensordraw.diagram import edits_names, file
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.legs import all_legs
from tensordraw.diagram.records import (
    Diagram,
    Id,
    Source,
    Tensor,
)
from tensordraw.diagram.signs import sign_ids
from tensordraw.editor import grasp
from tensordraw.editor.commands import COMMANDS
from tensordraw.editor.effects import CopyToClipboard, EditLabel, Effect, QuickInsert
from tensordraw.editor.events import (
    Bind,
    Committed,
    DoubleClick,
    DragKind,
    Event,
    FileDropped,
    Filled,
    Insert,
    Key,
    Leave,
    Modifier,
    Move,
    Pasted,
    Press,
    Release,
    Run,
    Saved,
    Select,
)
from tensordraw.editor.palette import KINDS
from tensordraw.editor.state import Idle, items_of, open_state
from tensordraw.editor.update import update
from tensordraw.templates import template, templates
from tests.editor import panel_arguments

GALLERY = Path(__file__).parents[2] / "resources" / "gallery"
MOST = 50  # nodes; where there are more, steps are taken back
EVERY = 16  # changes between two round trips through the file

LABELS = (
    "W", "W: hidden head=3", "W:", "gelu", "x**2", "", "softmax", "k: n=5", "i", "1/sqrt(n)", "__import__('os')", "a b c",
    "= 2", "~ -1", "+", "- 1/2", ", 3", "i = 0", "i = 99", "i = k", "i =", "i: (a=2 b=2)", "i: (a=2", "i: n", "i: n=3", "ψ_{i}^2",
    r"\alpha", "$x$", "2", "-1", "nan", "1e999", "x" * 300, ":", "=", "W: i=0", "W: i=-1", "W: i=1.5", "{", "}", "_", "^", "\\",
    "é",
)  # fmt: skip
TYPED = (
    "W: hidden head", "v: hidden", "s:", "i j, j k -> i k", "ij,jk->ik", "ij,ij", "ij,jk", "b i, i ->", "->", ",", "A @ B",
    "y = A @ B", "softmax(A @ x)", "softmax[key]", "softmax[]", "softmax", "relu[i", "relu[]", "gelu[x, y]", "mps 8", "mps",
    "mpo 3",
    "svd", "attention", "attention heads=2", "gpt2 layers=1", "gpt2 layers=x", "mlp nonsense=3", "peps 2 2", "svd 1 2 3 4 5 6 7",
    "W: ", ": i", "W: i=0", "", "nothing at all", "tensor", "(", "a->b->c",
)  # fmt: skip
CODE = (
    "", "nonsense", "{}", '{"format": "tensordraw"}', "ij,jk->ik", "y = A @ B\nf(y)", "y = A @ x\nz = y + b\n", "import os", "-> i",
    "% tensordraw: x", "x = torch.einsum('ij,jk->ik', A, B)\nreturn x", "i" * 500,
)  # fmt: skip
MODIFIERS: tuple[frozenset[Modifier], ...] = (
    frozenset(), frozenset(), frozenset(), frozenset({"Ctrl"}), frozenset({"Shift"}), frozenset({"Alt"}),
    frozenset({"Ctrl", "Shift"}),
)  # fmt: skip
KEYS = sorted({keys for command in COMMANDS for keys in command.keys} | {"Q", "F12", "Tab"})
SHOWN = [command.id for command in COMMANDS if not command.hidden]
HIDDEN = [command.id for command in COMMANDS if command.hidden]


def papers() -> dict[str, Callable[[], Diagram]]:
    """What a session can begin on: nothing, every template, every document of the gallery, and a drawn-out model."""
    found: dict[str, Callable[[], Diagram]] = {"blank": Diagram}
    for entry in templates():
        found[entry.name] = lambda name=entry.name: template(name)  # type: ignore[misc]
    found["gpt2 drawn out"] = lambda: template("gpt2", unroll=True, layers=2, layer_norm=True, bias=True)
    for path in sorted(GALLERY.glob("*.tdraw")):
        found[path.stem] = lambda path=path: file.decode(path.read_text(encoding="utf-8"))  # type: ignore[misc]
    return found


class Wild:
    """One session. `said` counts what was sent by kind and command."""

    def __init__(self, seed: object, diagram: Diagram | None = None) -> None:
        self.random = random.Random(str(seed))
        self.state = open_state(diagram)
        self.first = self.state.document
        self.begun = file.encode(self.first)
        self.most = max(MOST, len(self.first.content.nodes) + 30)
        self.clipboard = ""
        self.asked: deque[Effect] = deque(maxlen=8)
        self.last: deque[Event] = deque(maxlen=12)
        self.said: Counter[str] = Counter()
        self.sent = self.changes = 0

    # ------------------------------------------------------------------------------------------------------- sending

    def send(self, event: Event) -> None:
        """Give the editor an event, and look whether all holds together afterwards."""
        before = self.state
        self.last.append(event)
        self.sent += 1
        self.said[type(event).__name__] += 1
        if isinstance(event, Run):
            self.said[event.command] += 1
        self.state, effects = update(before, event)
        for effect in effects:
            self.asked.append(effect)
            if isinstance(effect, CopyToClipboard):
                self.clipboard = effect.text
        document, preview = self.state.document, self.state.preview
        if document is not before.document:
            self.changes += 1
            assert list(faults(document)) == []
            grasp.figure_of(document)
            if self.changes % EVERY == 0:
                assert file.encode(file.decode(file.encode(document))) == file.encode(document)
        if preview is not None and preview is not before.preview:
            assert list(faults(preview)) == []
            grasp.figure_of(preview)
        if document is not before.document or self.state.selection is not before.selection:
            assert self.state.selection <= items_of(document)

    def play(self, events: int) -> None:
        """At least so many events."""
        while self.sent < events:
            self.act()

    def act(self) -> None:
        """One thing that a person does: an event or a few that belong together."""
        while len(self.state.document.content.nodes) > self.most and self.state.history.past:
            self.send(Run("undo"))
        acts, weights = zip(*self.acts(), strict=True)
        self.random.choices(acts, weights)[0]()

    def acts(self) -> Iterator[tuple[Callable[[], None], int]]:
        """What can be done, and how often it is, compared with the rest."""
        yield self.drag, 10
        yield self.click, 8
        yield self.double_click, 2
        yield self.stray, 2
        yield self.key, 8
        yield self.command, 10
        yield self.with_argument, 8
        yield self.label, 5
        yield self.answer, 4
        yield self.choose, 4
        yield self.pick, 4
        yield self.drop, 4
        yield self.write, 3
        yield self.paste, 2
        yield self.arrays, 2
        yield self.relate, 2
        yield self.there_and_back, 3

    def end(self) -> None:
        """Taken back to the first step it is the first document byte for byte, and done again the last one."""
        self.send(Key("Escape"))
        self.send(Key("Escape"))
        last, future = file.encode(self.state.document), len(self.state.history.future)
        while self.state.history.past:
            self.send(Run("undo"))
        assert file.encode(self.state.document) == self.begun
        assert file.encode(self.first) == self.begun
        assert isinstance(self.state.tool, Idle)
        while len(self.state.history.future) > future:
            self.send(Run("redo"))
        assert file.encode(self.state.document) == last

    # ------------------------------------------------------------------------------------------------------ choosing

    def one(self, found: Any) -> Any:
        """One of these at random, by their order; None where there is none."""
        ordered = sorted(found, key=str) if isinstance(found, (set, frozenset)) else list(found)
        return self.random.choice(ordered) if ordered else None

    def some(self, found: Any, most: int = 4) -> list[Any]:
        ordered = sorted(found, key=str)
        return self.random.sample(ordered, min(len(ordered), self.random.randint(1, most)))

    def spot(self) -> tuple[float, float]:
        """A place on the paper (boxes of what is not seen are infinite)."""
        x, y = self._spot()
        return (x, y) if math.isfinite(x) and math.isfinite(y) else (0.0, 0.0)

    def _spot(self) -> tuple[float, float]:
        """A place: the tip of a leg, the middle or the edge of something, a point on the way of a wire, or anywhere."""
        figure = grasp.figure_of(self.state.shown)
        kind = self.random.randrange(7)
        if kind < 2 and figure.anchors:
            anchor = figure.anchors[self.one(figure.anchors)]
            return anchor.tip if self.random.random() < 0.8 else anchor.root
        if kind < 6 and figure.items:
            box = self.one(figure.items).box
            across = self.one((0.5, 0.5, 0.5, 0.0, 1.0, 0.2))
            return box[0] + across * (box[2] - box[0]), box[1] + self.one((0.5, 0.5, 0.0, 1.0)) * (box[3] - box[1])
        left, top, right, bottom = figure.box if figure.items else (-100.0, -100.0, 100.0, 100.0)
        return (
            float(round(self.random.uniform(left - 90, right + 90))),
            float(round(self.random.uniform(top - 90, bottom + 90))),
        )

    def item(self) -> Id:
        return self.one(items_of(self.state.document)) or "t1"

    def leg(self) -> Id:
        return self.one(sorted(all_legs(self.state.document))) or "l1"

    def node(self, kind: Any = object) -> Id | None:
        return self.one([key for key, node in self.state.document.content.nodes.items() if isinstance(node, kind)])

    def region(self, kind: Any = object) -> Id | None:
        return self.one([key for key, one in self.state.document.content.regions.items() if isinstance(one, kind)])

    def space(self) -> Id | None:
        return self.one(list(self.state.document.content.spaces))

    def kind(self) -> str:
        return self.one([*(kind.id for kind in KINDS), "no such", "paste:none"])

    # -------------------------------------------------------------------------------------------------------- acting

    def drag(self) -> None:
        """From a place to a place: on bodies it moves, on tips it wires or turns, on the canvas it chooses or cuts."""
        scale, held = self.one((0.02, 0.5, 1.0, 1.0, 3.0)), self.one(MODIFIERS)
        start, end = self.spot(), self.spot()
        button = self.one(("left",) * 12 + ("right", "middle"))
        self.send(Press(*start, scale, held, button))
        for step in range(self.random.randint(1, 6)):
            part = (step + 1) / 6
            jitter = self.random.uniform(-6, 6)
            self.send(
                Move(start[0] + (end[0] - start[0]) * part + jitter, start[1] + (end[1] - start[1]) * part, scale, held)
            )
        self.send(Move(*end, scale, held))
        chance = self.random.randrange(14)
        if chance == 0:
            before = self.state.document.content
            self.send(Key("Escape"))
            assert self.state.document.content is before
            assert self.state.preview is None
        elif chance == 1:
            self.command()  # in the middle of the gesture
        elif chance == 2:
            self.send(Leave())
        elif chance == 3:
            return  # the release is never seen
        self.send(Release(*end, scale, held if self.random.random() < 0.8 else self.one(MODIFIERS), button))

    def click(self) -> None:
        at, held = self.spot(), self.one(MODIFIERS)
        button = self.one(("left",) * 6 + ("right",))
        self.send(Move(*at))
        self.send(Press(*at, 1.0, held, button))
        self.send(Release(*at, 1.0, held, button))

    def double_click(self) -> None:
        at = self.spot()
        self.send(Press(*at))
        self.send(Release(*at))
        self.send(DoubleClick(*at, 1.0, self.one(MODIFIERS)))
        self.send(Release(*at))

    def stray(self) -> None:
        """Events that belong to nothing."""
        at = self.spot()
        self.send(self.one((
            Release(*at), Leave(), Move(*at), DoubleClick(*at), DragKind(None), Press(*at, 1.0, frozenset(), "middle"),
            Move(1e9, -1e9), Press(*at), Select(frozenset({"gone", self.item()})), Move(*at, 1e-3),
        )))  # fmt: skip

    def key(self) -> None:
        for _ in range(self.random.choice((1, 1, 1, 3))):
            self.send(Key(self.one(KEYS)))

    def command(self) -> None:
        self.send(Run(self.one(SHOWN)))

    def label(self) -> None:
        self.send(Committed(self.one((self.item(), self.item(), self.space() or "s1", "gone")), self.one(LABELS)))

    def answer(self) -> None:
        """Open the field of what is chosen, and write into it."""
        self.send(
            Run(self.one(("edit_label", "edit_next_label", "fix_leg", "split_leg", "wrap_bubble", "insert_note")))
        )
        for effect in [effect for effect in self.asked if isinstance(effect, EditLabel)][-1:]:
            text = effect.text if self.random.random() < 0.5 else self.one(LABELS)
            self.send(Committed(effect.item, text))

    def choose(self) -> None:
        """Draw a wire into nothing, and choose from the menu that opens."""
        leg = self.leg()
        anchor = grasp.figure_of(self.state.document).anchors.get(leg)
        if anchor is not None:
            x, y = anchor.tip
            end = (x + self.random.uniform(-60, 60), y + self.random.uniform(-60, 60))
            if self.random.random() < 0.4:
                self.send(
                    Select(frozenset(self.some(items_of(self.state.document))))
                )  # wires of several tensors at once
            for event in (Press(x, y), Move(x + 8, y + 8), Move(*end), Release(*end)):
                self.send(event)
        for effect in [effect for effect in self.asked if isinstance(effect, QuickInsert)][-1:]:
            text = self.one(TYPED) if self.random.random() < 0.3 else ""
            kind = "" if text else self.one((self.kind(), *effect.kinds)) if effect.kinds else self.kind()
            self.send(Insert(kind, effect.x, effect.y, effect.leg, text, self.one(MODIFIERS)))

    def pick(self) -> None:
        """Choose in the outline, the problems or the code."""
        found = self.some(items_of(self.state.document), 6)
        self.send(Select(frozenset(found), self.random.random() < 0.3))

    def drop(self) -> None:
        """Drag a kind of the palette onto the canvas."""
        kind, at, held = self.kind(), self.spot(), self.one(MODIFIERS)
        self.send(DragKind(kind, at[0] + 20, at[1], 1.0, held))
        self.send(DragKind(kind, *at, 1.0, held))
        if self.random.random() < 0.1:
            self.command()
        if self.random.random() < 0.5:
            self.send(DragKind(None))
        self.send(Insert(kind, *at, modifiers=held))

    def write(self) -> None:
        """Type into the quick-insert field, with something chosen or without."""
        if self.random.random() < 0.5:
            self.pick()
        self.send(Insert("", *self.spot(), self.leg() if self.random.random() < 0.2 else None, self.one(TYPED)))

    def paste(self) -> None:
        if self.random.random() < 0.5:
            self.pick()
            self.send(Run(self.one(("copy", "cut"))))
        text = self.clipboard if self.random.random() < 0.6 else self.one(CODE)
        self.send(Pasted(text, *self.spot(), self.random.random() < 0.3, self.random.random() < 0.2))

    def arrays(self) -> None:
        """Files: arrays for names, a trained model, a save."""
        document = self.state.document
        arrays = sorted({node.name for node in document.content.nodes.values() if isinstance(node, Tensor)})
        names = arrays or ["A"]
        source = Source(self.one(("a.npz", "/tmp/b.safetensors", "../c.npy")), self.one(("", "w", "h.{}.w")))
        kind = self.random.randrange(5)
        if kind == 0:
            self.send(FileDropped(source.path, *self.spot()))
        elif kind == 1:
            self.send(Bind(self.one(names), self.one((source, None))))
        elif kind == 2:
            filled = document
            for name in arrays[:5]:
                filled = edits_names.set_source(filled, name, source)
            self.send(Filled(document, filled, "Load weights"))
        elif kind == 3:
            self.send(Filled(self.first, document, "Load weights"))
        else:
            path = self.one(("/tmp/one.tdraw", "/tmp/there/two.tdraw"))
            self.send(Saved(path, self.one((document, self.first))))

    def relate(self) -> None:
        """Put what is chosen into an equation, or change one."""
        if self.random.random() < 0.6:
            self.send(Select(frozenset(self.some(self.state.document.content.nodes, 3))))
        signs = sign_ids(self.state.document.content)
        if signs and self.random.random() < 0.4:
            self.send(Select(frozenset(self.some(signs, 2))))
        self.send(Run(self.one((
            "set_equal", "relate_add", "relate_subtract", "relate_approximate", "relate_define", "relate_comma",
            "equation_earlier", "equation_later", "equation_take_out", "wrap_term", "match_legs", "check_equation",
        ))))  # fmt: skip

    def there_and_back(self) -> None:
        command = self.one(("undo", "undo", "redo"))
        for _ in range(self.random.choice((1, 2, 5))):
            self.send(Run(command))

    def with_argument(self) -> None:
        """A command of the panels, with an argument such as they give."""
        command = self.one(HIDDEN)
        argument = panel_arguments.argument(self, command, LABELS)
        if argument is not None:
            self.send(Run(command, argument))
