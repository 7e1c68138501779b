"""What is typed into the strip of tokens, for each document its own: a text or ids, the tokens that it is, what is wrong
with them, and the text that a model writes on.

Texts become tokens on a pool thread with the tokenizer beside the weights, which is opened at the first letter. Who
evaluates asks `ready`, which waits for the last letter's tokens, and `given`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from msgspec.structs import replace as copy
from PySide6.QtCore import QObject

from tensordraw.diagram.records import Diagram, Source
from tensordraw.editor import events
from tensordraw.errors import Error
from tensordraw.program.tokens import TokenIds, alike, fault, pieces, spelled, token_ids, why_no_text
from tensordraw.ui.background import Background
from tensordraw.ui.panels.chips import Chip
from tensordraw.ui.panels.tokens import TokensBar
from tensordraw.ui.results import Result
from tensordraw.ui.session import Session

MANY = 256  # positions of a trained model that are not run on random tokens


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for one document. `made` is where the tokens begin that the model wrote; `sentence` says why the
    text is no tokens; `pending` that they are not known yet. `before` is the last text that tokens made, not typing, and
    `held` are those: what is edited since leaves the rest of them as it is."""

    text: str = ""
    as_text: bool = True
    ids: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()
    made: int | None = None
    sentence: str = ""
    pending: bool = False
    before: str = ""
    held: tuple[int, ...] = ()


class Typing(QObject):
    """For one window."""

    def __init__(self, window: Any, bar: TokensBar) -> None:
        super().__init__(window)
        self.window, self.bar = window, bar
        self.found: dict[Session, Typed] = {}
        self.background = Background(delay=40, parent=self)
        self.background.finished.connect(self._take)
        self.waiting: tuple[Session, Callable[[], None]] | None = None
        self.writing: tuple[Session, Typed] | None = None  # what a text was before the model went on
        self._tokenizer: tuple[object, Any] | None = None  # of which files, and the tokenizer
        self._why: tuple[Mapping[str, Source], str, str] | None = None
        self._words = ""
        bar.typed.connect(self.type)
        bar.kind_chosen.connect(self.choose_kind)
        bar.run_asked.connect(lambda: window.run("evaluate"))
        bar.generate_asked.connect(self.generate)
        bar.stop_asked.connect(lambda: window.run("stop"))
        bar.next_chosen.connect(self.append)
        bar.shorter_asked.connect(self.allow_shorter)
        bar.weights_asked.connect(lambda: window.run("load_weights"))
        window.performer.evaluation.token.connect(self._written)

    # ------------------------------------------------------------------------------------------------------- asking

    def ready(self, session: Session, again: Callable[[], None]) -> bool:
        """Whether the document's tokens are known and right; else `again` is called once they are, or it is said why not."""
        known, typed = token_ids(session.state.document.content), self.typed(session)
        if known is None:
            return True
        if not typed.text.strip():
            if known.flexible and known.positions > MANY and session.state.document.content.sources:
                what = "a text" if typed.as_text else "token ids"
                positions = f"all {known.positions:,} positions would hold random tokens"
                self.window.say(f"Type {what} first: else {positions}.", warns=True)
                self.bar.field.setFocus()
                return False
            return True
        if typed.pending:
            self.waiting = (session, again)
            return False
        sentence = typed.sentence or fault(known, typed.ids)[0]
        if sentence:
            self.window.say(sentence, warns=True)
            self.bar.field.setFocus()
        return not sentence

    def given(self, session: Session) -> dict[str, list[int]]:
        """The ids by the name of their array, none where nothing sound is typed."""
        known, typed = token_ids(session.state.document.content), self.found.get(session)
        if known is None or typed is None or not typed.ids or typed.pending or typed.sentence:
            return {}
        return {} if fault(known, typed.ids)[0] else {known.name: list(typed.ids)}

    def texts(self, session: Session) -> tuple[str, ...]:
        """The text of each of the given tokens."""
        return self.found[session].texts if self.given(session) else ()

    def texts_of(self, session: Session) -> Callable[[Sequence[int]], Sequence[str]]:
        """What looks up the texts of token ids; nothing each where the document has no tokenizer."""
        document = session.document

        def look_up(ids: Sequence[int]) -> Sequence[str]:
            return [""] * len(ids) if self._no_text(document) else pieces(self._opened(document), ids)

        return look_up

    def typed(self, session: Session) -> Typed:
        """What is typed for a document, or how one begins."""
        return self.found.get(session) or Typed(as_text=not self._no_text(session.document))

    def forget(self, session: Session) -> None:
        """Drop what belongs to a document that is closed."""
        self.found.pop(session, None)
        if self.writing is not None and self.writing[0] is session:
            self.writing = None

    def _no_text(self, document: Diagram) -> str:
        sources, home = document.content.sources, document.home
        if self._why is None or self._why[0] is not sources or self._why[1] != home:
            self._why = (sources, home, why_no_text(document))
        return self._why[2]

    # ------------------------------------------------------------------------------------------------------- typing

    def type(self, text: str) -> None:
        """Another text stands in the field."""
        session = self.window.session
        if session is not None:
            self._retype(session, replace(self.typed(session), text=text))

    def choose_kind(self, as_text: bool) -> None:
        """The field takes a text, or ids: what stands in it is said in the other way."""
        session = self.window.session
        if session is None or as_text == self.typed(session).as_text:
            return
        typed = self.typed(session)
        tokenizer = self._opened(session.document) if typed.ids else None
        if not as_text:
            text = " ".join(map(str, typed.ids))
        else:
            text = str(tokenizer.decode(list(typed.ids))) if tokenizer is not None and not typed.sentence else ""
            typed = replace(typed, before=text, held=typed.ids)
        self._retype(session, replace(typed, text=text, as_text=as_text))
        self.bar.field.setFocus()

    def append(self, place: int) -> None:
        """A next token was chosen: the text goes on with it."""
        session = self.window.session
        result = None if session is None else self.window.performer.results.found.get(session)
        if session is None or result is None or place >= len(result.next):
            return
        typed = self.typed(session)
        if result.ids != typed.ids or typed.pending:  # what followed an earlier text
            return
        self.found[session] = self._longer(session, typed, result.next[place][0], typed)
        self.follow()
        self.bar.field.setFocus()
        self.window.performer.results.evaluate(session)

    def _retype(self, session: Session, typed: Typed) -> None:
        typed = replace(typed, made=None, pending=bool(typed.text.strip()), sentence="")
        if not typed.pending:
            typed = replace(typed, ids=(), texts=(), before="", held=())
        self.found[session] = typed
        document = session.document
        if typed.pending:
            self.background.request((session, typed), lambda: self._tokens(document, typed))
        self.follow()
        self.window.performer.results.show()

    def _tokens(self, document: Diagram, typed: Typed) -> tuple[tuple[int, ...], tuple[str, ...]]:
        """The ids of a text and the text of each; on a pool thread."""
        if typed.as_text:
            tokenizer = self._opened(document)
            ids = spelled(tokenizer, typed.text, typed.before, typed.held)
            return tuple(ids), tuple(pieces(tokenizer, ids))
        ids = []
        for word in typed.text.replace(",", " ").split():
            if not re.fullmatch(r"-?\d{1,18}", word):
                raise Error(f"{word!r} is no token id: ids are whole numbers, such as 464 3139 286.")
            ids.append(int(word))
        if self._no_text(document):
            return tuple(ids), tuple(map(str, ids))
        tokenizer = self._opened(document)
        sound = [each if 0 <= each < tokenizer.get_vocab_size() else None for each in ids]
        return tuple(ids), tuple("?" if each is None else pieces(tokenizer, [each])[0] for each in sound)

    def _opened(self, document: Diagram) -> Any:
        """The tokenizer beside the weights; it stays open."""
        from tensordraw.program.generate import tokenizer_of

        key = (document.home, tuple(dict.fromkeys(source.path for source in document.content.sources.values())))
        if self._tokenizer is None or self._tokenizer[0] != key:
            self._tokenizer = (key, tokenizer_of(document))
        return self._tokenizer[1]

    def _take(self, key: tuple[Session, Typed], found: Any, sentence: str | None) -> None:
        session, typed = key
        if self.found.get(session) is typed:
            ids, texts = found if found is not None else ((), ())
            self.found[session] = replace(typed, ids=ids, texts=texts, sentence=sentence or "", pending=False)
            self.follow()
            self.window.performer.results.show()
            waiting, self.waiting = self.waiting, None
            if waiting is not None and waiting[0] is session:
                waiting[1]()

    # -------------------------------------------------------------------------------------------------- generation

    def generate(self, count: int, temperature: float, seed: int) -> None:
        """Let the model go on with the shown document's text."""
        session = self.window.session
        if session is None or not self.ready(session, lambda: self.generate(count, temperature, seed)):
            return
        given = self.given(session)
        if not given:
            self.window.say("Type a text (or ids) for the model to go on from.", warns=True)
            self.bar.field.setFocus()
            return
        self.window.following.check_sources()
        self.writing = (session, self.typed(session))
        self._words = f"0 of {count}"
        self.window.say(f"Generating {count} tokens; Escape stops")
        self.window.performer.results.generate(session, next(iter(given.values())), count, temperature, seed)
        self.count = count
        self.follow()

    def _written(self, token: int) -> None:
        if self.writing is None:
            return
        session, before = self.writing
        typed = replace(self.typed(session), made=len(before.ids))
        self.found[session] = typed = self._longer(session, typed, token, before)
        self._words = f"{len(typed.ids) - len(before.ids)} of {self.count}"
        if session is self.window.session:
            self.follow()

    def _longer(self, session: Session, typed: Typed, token: int, before: Typed) -> Typed:
        """What is typed, with a token after it; the text goes on from that of `before`, since a letter may take several."""
        ids = (*typed.ids, token)
        if self._no_text(session.document):
            return replace(typed, text=" ".join(map(str, ids)), ids=ids, texts=(*typed.texts, str(token)))
        tokenizer = self._opened(session.document)
        texts = (*typed.texts, *pieces(tokenizer, [token]))
        if not typed.as_text:
            return replace(typed, text=" ".join(map(str, ids)), ids=ids, texts=texts)
        old, new = (str(tokenizer.decode(list(each))) for each in (before.ids, ids))
        same = alike(old, new)  # less than all of the old where a letter that was begun is now whole
        kept = before.text.removesuffix(old[same:])
        return replace(typed, text=(text := kept + new[same:]), ids=ids, texts=texts, before=text, held=ids)

    def finish(self, session: Session, seconds: float) -> None:
        """The text is at its end, or was stopped."""
        if self.writing is None:
            return
        (_, before), self.writing = self.writing, None
        count = len(self.typed(session).ids) - len(before.ids)
        self._words = ""
        each = f", {1000 * seconds / count:.0f} ms each" if count and seconds else ""
        if count:
            self.window.say(f"Generated {count} token{'s' if count != 1 else ''}{each}")
        self.follow()
        if seconds and count == self.count and not fault_of(session, self.typed(session)):
            self.window.performer.results.evaluate(session, quiet=True)  # what may come next

    def allow_shorter(self) -> None:
        """Mark the space of the positions as one along which texts may be shorter."""
        session = self.window.session
        known = None if session is None else token_ids(session.state.document.content)
        if session is None or known is None:
            return
        before = session.state.document
        spaces = {**before.content.spaces}
        spaces[known.space] = copy(spaces[known.space], flexible=True)
        after = copy(before, content=copy(before.content, spaces=spaces))
        session.send(events.Filled(before, after, "Allow shorter texts"))

    # ------------------------------------------------------------------------------------------------------ showing

    def follow(self) -> None:
        """Show what belongs to the shown document; the strip is there only where it takes ids."""
        session, bar = self.window.session, self.bar
        known = None if session is None else token_ids(session.state.document.content)
        bar.setVisible(known is not None)
        if session is None or known is None:
            return
        typed, why = self.typed(session), self._no_text(session.document)
        if (why and typed.as_text) or (not why and not typed.text and session not in self.found):
            typed = replace(typed, as_text=not why)
        bar.show_kind(typed.as_text, why, not session.state.document.content.sources)
        bar.show_text(typed.text)
        sentence, wrong = ("", frozenset()) if typed.pending else fault(known, typed.ids)
        chips = [
            Chip(text, str(each), place in wrong, typed.made is not None and place >= typed.made)
            for place, (each, text) in enumerate(zip(typed.ids, typed.texts, strict=True))
        ]
        bar.show_chips(chips, len(typed.ids), known.positions)
        here = self.writing is not None and self.writing[0] is session
        too_few = not wrong and bool(sentence) and not known.flexible
        bar.show_fault(typed.sentence or sentence, too_few and not typed.sentence)
        bar.show_generating(here, self._words if here else "", self._may_generate(known))
        self._show_next(session, typed)

    def _may_generate(self, known: TokenIds) -> bool:
        return known.flexible and self.writing is None

    def show_result(self, session: Session | None, result: Result | None, here: bool) -> None:
        """A document has another result."""
        if session is not None and session is self.window.session:
            self._show_next(session, self.typed(session))

    def _show_next(self, session: Session, typed: Typed) -> None:
        """The likeliest next tokens of the tokens that stand there."""
        result = self.window.performer.results.found.get(session)
        if result is None or not result.next or not typed.text.strip():
            self.bar.show_next(())
            return
        ids = [each for each, _ in result.next]
        texts = list(map(str, ids)) if self._no_text(session.document) else pieces(self._opened(session.document), ids)
        best = max(probability for _, probability in result.next)
        self.bar.show_next(
            [
                Chip(text, percent(probability), part=probability / best if best else 0.0)
                for text, (_, probability) in zip(texts, result.next, strict=True)
            ],
            earlier=result.ids != typed.ids or typed.pending,
        )


def fault_of(session: Session, typed: Typed) -> str:
    """What is wrong with the ids for the session's document, "" for nothing."""
    known = token_ids(session.state.document.content)
    return "" if known is None else fault(known, typed.ids)[0]


def percent(probability: float) -> str:
    """A probability in words: 71 %, 0.4 %."""
    share = 100 * probability
    return f"{share:.0f} %" if share >= 9.95 else f"{share:.1f} %" if share >= 0.05 else "< 0.1 %"
