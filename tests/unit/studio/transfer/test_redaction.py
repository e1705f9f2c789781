"""A twin file holds the creator's own: other people's lines, names and recordings stay where they are."""

from __future__ import annotations

import asyncio
import io
import zipfile
from pathlib import Path

from fenshen.library import items
from fenshen.library.seen import GAP
from fenshen.library.speakers.choosing import voices_found
from fenshen.studio.transfer.redaction import redact_examples
from fenshen.training.examples import Example
from fenshen.training.snapshot import read_snapshot, write_snapshot
from house import SLUG, House
from twin_files import trained, write_base
from unit.library.speakers.tones import conversation
from unit.studio.transfer.conftest import send

CHAT = """[14/06/2024, 19:03:46] Juniper: Bring the lantern round tomorrow please, Zebulon.
[14/06/2024, 19:04:24] Zebulon Quark: zebcanary the doctor said it may be serious
[14/06/2024, 19:06:17] Juniper: Scrub the verdigris off the brass hinge with lemon and coarse salt.
"""


def test_nothing_of_others_is_in_the_file(house: House, tmp_path: Path) -> None:
    """Library, examples and originals: the creator's lines are all there, and nothing else."""
    folder = tmp_path / "WhatsApp Chat with Zebulon Quark"
    folder.mkdir()
    (folder / "_chat.txt").write_text(CHAT)
    (folder / "interview.wav").write_bytes(conversation(("m", 20.0), (" ", 1.0), ("t", 12.0)).to_wav())
    house.app.library.ingest(SLUG, [folder.parent])
    house.app.library.choose_voice(SLUG, voices_found(house.app.db, SLUG)[0].id)
    version = trained(house, write_base(tmp_path / "tiny.gguf"))
    chat = next(one for one in items.list_items(house.app.db, SLUG) if one.kind == "chat")
    talked = Example(
        ({"role": "user", "content": "zebcanary it may be serious"},),
        "Scrub it.",
        chat.id,
        "",
        None,
        "dialogue",
        "en",
    )
    place = house.app.settings.home / version.adapter_dir
    write_snapshot(place, [*read_snapshot(place), talked])
    sent = asyncio.run(send(house, tmp_path / "out.fenshen", version_id=version.id, library=True, golden=0))
    data = io.BytesIO(sent.file.read_bytes())
    with zipfile.ZipFile(data) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    everything = b"\n".join(inside.values()).lower()
    assert b"verdigris" in everything and b"a friend/_chat.txt" in everything
    for word in (b"zebcanary", b"zebulon", b"quark"):
        assert word not in everything
    assert not [name for name in inside if "originals" in name]


def test_what_was_learned_as_an_answer_to_others_keeps_the_answer_only() -> None:
    """An example of a monologue is as it was."""

    def example(item: str) -> Example:
        return Example(({"role": "user", "content": "asked"},), "Answered.", item, "", None, "dialogue", "en")

    kept, emptied, about = redact_examples([example("own"), example("talk"), example("")], {"own"})
    assert (kept, about) == (example("own"), example(""))
    assert emptied.answer == "Answered." and emptied.messages == ({"role": "user", "content": GAP},)
