"""The `.tdraw` file: canonical, strict, checked, atomic."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from msgspec.structs import replace

from tensordraw.diagram import file
from tensordraw.diagram.file import VERSION, decode, encode, load, save
from tensordraw.diagram.integrity import faults
from tensordraw.diagram.records import Diagram, Place, Source, Wire, id_order
from tensordraw.errors import Error
from tensordraw.templates import template, templates
from tests.sketch import Sketch


def small() -> Diagram:
    """A diagram with a little of everything."""
    s = Sketch(layer=2, i=3, j=2)
    bubble = s.draft.bubble("power", params={"p": 3.0})
    s.tensor("A: i j", bubble.id, at=(10.0, 20.5))
    copy = s.copy("c", "j")
    s.wire("A.j", "c.in.j", label="\\alpha")
    s.paste("p", copy, "j")
    repeat = s.repeat("r", "layer", "j")
    s.wire("c.out.j", "r.j.outer_in")
    s.wire("r.j.inner_in", "r.j.inner_out")
    s.add("sum", 1, "i")
    s.constant("1/sqrt(i)", repeat.id)
    s.draft.note("ein Vermerk: ü", 1.25, -3)
    s.draft.sources["A"] = Source("weights/a.npz", "A", (1, 0))
    s.open("p.j")
    return replace(s.build(), title="small", description="A test.")


@pytest.mark.parametrize("name", [entry.name for entry in templates()])
def test_templates_come_back_as_they_were(name: str) -> None:
    diagram = template(name)
    text = encode(diagram)
    assert decode(text) == diagram
    assert encode(decode(text)) == text


def test_everything_comes_back() -> None:
    text = encode(small())
    assert decode(text) == small()
    assert encode(decode(text)) == text


def test_one_change_changes_one_line() -> None:
    diagram = small()
    tensor = next(iter(diagram.layout.places))
    moved = replace(diagram, layout=replace(diagram.layout, places={tensor: Place(11, 20.5)}))
    before, after = encode(diagram).splitlines(), encode(moved).splitlines()
    assert len([n for n, (a, b) in enumerate(zip(before, after, strict=True)) if a != b]) == 1


def test_whole_numbers_and_defaults_are_written_alike() -> None:
    diagram = Diagram()
    places = [Place(3, 0), Place(3.0, 0.0, turn=0), Place(3.0, 0, turn=0.0, flip=False)]
    texts = {encode(replace(diagram, layout=replace(diagram.layout, places={"t1": place}))) for place in places}
    assert len(texts) == 1
    assert '"t1": {"x": 3, "y": 0}' in texts.pop()


def test_items_stand_in_order_of_creation_and_keys_are_sorted() -> None:
    plain = json.loads(encode(template("mps", sites=12)))
    serials = [id_order(item["id"]) for item in plain["nodes"]]
    assert serials == sorted(serials)
    for line in encode(small()).splitlines():
        if line.startswith("{") and len(line) > 1:
            keys = list(json.loads(line.rstrip(",")))
            assert keys == sorted(keys)


def _altered(**changes: object) -> str:
    plain = json.loads(encode(small()))
    plain.update(changes)
    return json.dumps(plain)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[NaN]", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", 'lacks "format": "tensordraw"'),
        ('{"format": "other"}', 'lacks "format": "tensordraw"'),
        (_altered(version=VERSION + 1), f"has version {VERSION + 1}, and this program reads up to {VERSION}"),
        (_altered(version="1"), "version is '1'"),
        (_altered(version=True), "version is True"),
        (_altered(colour="red"), "unknown field colour"),
        (_altered(spaces=[{"id": "s1", "name": "i", "size": "x"}]), "Expected int, got str - at $.spaces[0].size"),
        (_altered(spaces=[{"id": "s1", "name": "i", "size": 0}]), "the space i has size 0"),
        (_altered(wires=[{"id": "w1", "ends": ["l1"]}]), "at $.wires[0].ends"),
        (_altered(wires=[{"id": "w1", "ends": ["l998", "l999"]}]), "the wire w1 ends on l998, which does not exist"),
        (_altered(open_order=["l999"]), "the leg l999 is given a place or a rank but does not exist"),
        (
            _altered(remarks={"w999": "head 5"}),
            "something is noted of w999, which is no node, wire, region or leg of it",
        ),
        (_altered(remarks={"t1": 5}), "Expected str, got int - at $.remarks"),
        (_altered(nodes=[{"type": "blob", "id": "t1"}]), "Invalid value"),
        (_altered(spaces=json.loads(encode(small()))["spaces"] * 2), "two of its items have the same id"),
        (_altered(regions=[{"type": "term", "id": "r1", "inside": "r1"}]), "does not exist"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Error, match=r"\.$") as caught:
        decode(text)
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_regions_in_a_circle_are_refused() -> None:
    s = Sketch()
    one, two = s.draft.term(), s.draft.term()
    s.draft.change(one.id, inside=two.id)
    s.draft.change(two.id, inside=one.id)
    with pytest.raises(Error, match="inside itself"):
        decode(encode(s.build()))


def test_a_leg_with_two_wires_is_a_fault() -> None:
    s = Sketch(i=2)
    for name in "ABC":
        s.tensor(f"{name}: i")
    s.wire("A.i", "B.i")
    diagram = s.build()
    wires = {**diagram.content.wires, "w99": Wire("w99", (s.ends["A.i"], s.ends["C.i"]))}
    broken = replace(diagram, content=replace(diagram.content, wires=wires))
    assert list(faults(diagram)) == []
    assert list(faults(broken)) == [f"the leg {s.ends['A.i']} has two wires"]


def test_older_versions_are_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file, "VERSION", 3)
    renamed = {1: lambda plain: {"title": plain.pop("name"), **plain}, 2: lambda plain: {**plain, "notes": []}}
    monkeypatch.setattr(file, "MIGRATIONS", renamed)
    plain = json.loads(_altered(version=1, name="old"))
    del plain["title"]
    assert decode(json.dumps(plain)).title == "old"


def test_load_and_save(tmp_path: Path) -> None:
    path = tmp_path / "a.tdraw"
    save(small(), path)
    first = path.read_bytes()
    loaded = load(path)
    assert loaded.home == str(tmp_path)
    save(loaded, path)
    assert path.read_bytes() == first
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.tdraw"]


def test_a_failed_save_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.tdraw"
    save(small(), path)
    first = path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Error, match=r"a\.tdraw cannot be written: No space left on device\.$"):
        save(template("mps"), path)
    assert path.read_bytes() == first
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.tdraw"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Error, match="cannot be read: No such file or directory"):
        load(tmp_path / "missing.tdraw")
    with pytest.raises(Error, match="cannot be read: Is a directory"):
        load(tmp_path)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(Error, match="it is not text"):
        load(tmp_path / "binary")
    with pytest.raises(Error, match="cannot be written: No such file or directory"):
        save(small(), tmp_path / "no" / "folder.tdraw")


def test_permissions_and_links_stay(tmp_path: Path) -> None:
    path, link = tmp_path / "a.tdraw", tmp_path / "link.tdraw"
    save(small(), path)
    path.chmod(0o640)
    link.symlink_to(path)
    save(template("mps"), link)
    assert link.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert load(path) == replace(template("mps"), home=str(tmp_path))


def test_numbers_that_are_not_finite_are_not_saved() -> None:
    diagram = Diagram()
    with pytest.raises(Error, match="not finite"):
        encode(replace(diagram, layout=replace(diagram.layout, places={"t1": Place(float("nan"), 0)})))
