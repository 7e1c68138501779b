"""Pinned viewers are remembered with their document's path, and not in the document."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

import tensordraw as td
from tensordraw.ui.settings import settings
from tensordraw.ui.window import Window
from tests.ui.conftest import Hands
from tests.ui.test_viewers import settled


def pinned(window: Window) -> list[tuple[str, str]]:
    return [(pin.key, pin.title) for pin in window.performer.results.pins.of(window.session)]


def test_viewers_are_there_again_when_the_document_is_opened(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "p.tdraw"
    td.save(td.einsum("ij,jk->ik", "A", "B"), path)
    before = path.read_bytes()
    assert window.files.open(str(path))
    session = window.session
    assert session is not None
    tensor = next(iter(session.state.document.content.nodes))
    window.looking.pin_item(session, tensor)
    settled(window, qtbot)
    (pin,) = window.performer.results.pins.of(session)
    assert pin.view is None or pin.value is not None
    viewer = window.values.pinned[pin]
    assert viewer.view is not None
    turned = replace(viewer.view, rows=viewer.view.columns, columns=viewer.view.rows)
    pin.view = turned
    assert not session.unsaved, "looking is no change"
    assert window.files.close(session)
    assert path.read_bytes() == before

    assert window.files.open(str(path))
    assert pinned(window) == [(tensor, pin.title)]
    assert window.session is not None
    assert not window.session.unsaved
    (again,) = window.performer.results.pins.of(window.session)
    assert again.view == turned
    assert again.value is None
    window.run("evaluate")
    settled(window, qtbot)
    assert again.value is not None
    assert window.values.pinned[again].view == turned

    window.looking.unpin(again)
    assert window.files.close(window.session)
    assert window.files.open(str(path))
    assert pinned(window) == []


def test_viewers_go_with_a_document_that_is_saved_for_the_first_time(
    window: Window, hands: Hands, qtbot: QtBot, tmp_path: Path
) -> None:
    window.files.new(td.einsum("ij,jk->ik", "A", "B"), "p")
    session = window.session
    assert session is not None
    window.looking.pin_item(session, next(iter(session.state.document.content.nodes)))
    settled(window, qtbot)
    assert settings().value("viewers", "{}") == "{}", "it has no path yet"
    assert window.files.save(session, str(tmp_path / "p.tdraw"))
    assert window.files.close(session)
    assert window.files.open(str(tmp_path / "p.tdraw"))
    assert len(pinned(window)) == 1


def test_damaged_settings_give_no_viewers(window: Window, hands: Hands, tmp_path: Path) -> None:
    td.save(td.einsum("ij,jk->ik", "A", "B"), tmp_path / "p.tdraw")
    for text in ("{", "[1]", '{"a": 3}'):
        settings().setValue("viewers", text)
        assert window.files.open(str(tmp_path / "p.tdraw"))
        assert pinned(window) == []
        assert window.session is not None
        window.files.close(window.session)
