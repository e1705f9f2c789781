"""The command line as scripts see it: one JSON document on stdout, messages on stderr, stable exit codes."""

from __future__ import annotations

import os
import socket
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from commands import Command
from fenshen.cli import main
from fenshen.core import audit
from fenshen.core import db as core_db
from fenshen.trust.keys import user_for_key
from house import PRICE, SLUG, House, new_version, publish, trained_example

LATER = "2040-01-01"


JSON_SHAPES: dict[str, tuple[list[str], type, set[str]]] = {
    "user add": (["user", "add", "new@example.com"], dict, {"id", "email", "role", "password"}),
    "key create": (["key", "create", "--user", "fan@example.com"], dict, {"id", "user", "secret"}),
    "wallet credit": (["wallet", "credit", "fan@example.com", "5.00"], dict, {"id", "status", "amount"}),
    "creator add": (["creator", "add", "ada", "--name", "Ada L"], dict, {"slug", "name", "owner", "created"}),
    "creator list": (["creator", "list"], list, {"slug", "name", "owner", "created"}),
    "consent list": (["consent", "list", SLUG], list, {"id", "person", "scopes", "until", "status"}),
    "library private": (["library", SLUG, "private"], list, set()),
    "library": (
        ["library", SLUG, "report"],
        dict,
        {"items", "passages", "words", "hours", "kinds", "grades", "steps", "months", "topics"},
    ),
    "rights": (["rights", SLUG], dict, {"rules", "items", "usable", "waiting"}),
    "library speakers": (["library", SLUG, "speakers"], list, set()),
    "examples": (["examples", SLUG], dict, {"total", "kinds", "rejected", "examples"}),
    "versions": (["versions", SLUG], list, {"id", "base", "status"}),
    "search": (["search", SLUG, "citric acid"], list, {"rank", "item", "second", "link", "text"}),
    "ask": (["ask", SLUG, "Is my kettle broken?"], dict, {"answer", "status", "citations", "label"}),
    "ledger verify": (["ledger", "verify"], dict, {"transfers", "entries", "wallets", "sums", "problems"}),
    "statement": (
        ["ledger", "statement", "--fan", "fan@example.com"],
        dict,
        {"calls", "topped_up", "available"},
    ),
    "earnings": (["ledger", "statement", "--creator", SLUG], dict, {"days", "seconds", "gross", "share"}),
    "models list": (["models", "list"], list, {"name", "modality", "licence", "size_bytes", "installed"}),
    "models verify": (["models", "verify"], list, set()),
    "doctor": (["doctor"], list, {"what", "state", "fix"}),
}


@pytest.mark.parametrize("name", JSON_SHAPES)
def test_json_is_one_document_with_stable_keys(fenshen: Command, name: str) -> None:
    """`--json` puts exactly one document on stdout, with these keys at least; the command ends with 0."""
    arguments, kind, keys = JSON_SHAPES[name]
    done = fenshen(*arguments, "--json")
    assert done.code == 0, done.err
    assert isinstance(done.json, kind)
    first = done.json if isinstance(done.json, dict) else next(iter(done.json), {})
    assert keys <= set(first)


@pytest.mark.parametrize("name", [name for name in JSON_SHAPES if name != "models verify"])
def test_without_json_a_person_can_read_it(fenshen: Command, name: str) -> None:
    """The same commands say something that is not JSON."""
    done = fenshen(*JSON_SHAPES[name][0])
    assert done.code == 0 and done.out.strip() and not done.out.lstrip().startswith(("{", "["))


EXITS: dict[str, tuple[list[str], int, str]] = {
    "no such command": (["nonsense"], 2, "nonsense"),
    "missing argument": (["ingest"], 2, ""),
    "neither fan nor creator": (["ledger", "statement"], 2, "usage"),
    "unknown action": (["library", SLUG, "burn"], 2, "usage"),
    "a value without an id": (["library", SLUG, "keep"], 2, "usage"),
    "a value of nobody": (["library", SLUG, "keep", "pd_0"], 3, "not_found"),
    "an unknown kind": (["library", SLUG, "private", "shoe size"], 2, "usage"),
    "search of nobody": (["search", "nobody", "tea"], 3, "not_found"),
    "rights of nobody": (["rights", "nobody"], 3, "not_found"),
    "versions of nobody": (["versions", "nobody"], 3, "not_found"),
    "consents of nobody": (["consent", "list", "nobody"], 3, "not_found"),
    "earnings of nobody": (["ledger", "statement", "--creator", "nobody"], 3, "not_found"),
    "report of nobody": (["library", "nobody", "report"], 3, "not_found"),
    "unknown use": (["rights", SLUG, "add", "--uses", "dance"], 3, "bad_rights"),
    "unknown match": (["rights", SLUG, "add", "--match", "moon", "--uses", "cite"], 3, "bad_match"),
    "a rule about nothing": (["rights", SLUG, "add"], 2, "usage"),
    "a rule on no consent": (["rights", SLUG, "add", "--uses", "cite", "--consent", "cns_x"], 3, "not_found"),
    "no such rule": (["rights", SLUG, "remove", "77"], 3, "not_found"),
    "no such item": (["rights", SLUG, "set", "item_x", "--uses", "cite"], 3, "not_found"),
    "nothing to set": (["rights", SLUG, "set", "item_x"], 3, "nothing_to_set"),
    "unknown rights action": (["rights", SLUG, "burn"], 2, "usage"),
    "an owner without a name": (["library", SLUG, "owner", "item_0"], 2, "usage"),
    "an owner of nothing": (["library", SLUG, "owner", "item_0", "Mara"], 3, "not_found"),
    "bad slug": (["creator", "add", "Bad Slug!", "--name", "X"], 3, "bad_slug"),
    "reserved slug": (["creator", "add", "wallet", "--name", "X"], 3, "bad_slug"),
    "taken slug": (["creator", "add", SLUG, "--name", "X"], 3, "slug_taken"),
    "taken e-mail": (["user", "add", "fan@example.com"], 3, "email_taken"),
    "bad e-mail": (["user", "add", "nobody"], 3, "bad_email"),
    "unknown role": (["user", "add", "x@example.com", "--role", "king"], 3, ""),
    "unknown user": (["key", "create", "--user", "nobody@example.com"], 3, "not_found"),
    "a float that is none": (["wallet", "credit", "fan@example.com", "1e3"], 3, "bad_amount"),
    "unknown creator": (["ask", "nobody", "hello there"], 3, "not_found"),
    "nothing published": (["ask", "rowan", "hello there"], 3, "not_published"),
    "adult scope": (["consent", "grant", SLUG, "--scope", "adult", "--until", LATER], 3, "bad_scope"),
    "no such day": (["consent", "grant", SLUG, "--scope", "chat", "--until", "2040-02-31"], 3, "bad_until"),
    "unknown consent": (["consent", "revoke", "cns_x"], 3, "not_found"),
    "empty question": (["ask", SLUG, "  "], 3, "empty_text"),
    "unknown model": (["models", "pull", "gpt-99"], 3, ""),
    "no consent": (["ingest", "rowan", "."], 4, "no_consent"),
}


@pytest.mark.parametrize("name", EXITS)
def test_a_failure_has_its_exit_code_and_names_its_reason(fenshen: Command, name: str) -> None:
    """The message is on stderr with the stable code in it, stdout stays empty, and there is no traceback."""
    arguments, code, reason = EXITS[name]
    done = fenshen(*arguments)
    assert done.code == code, done.err
    assert reason in done.err and done.out == "" and "Traceback" not in done.err


def test_who_the_creator_is_in_a_chat_is_chosen_once(fenshen: Command, tmp_path: Path) -> None:
    """Reading says that it is open, `speakers` lists who speaks, `owner` decides and makes the words findable."""
    chat = tmp_path / "_chat.txt"
    chat.write_text(
        "[14/06/2024, 19:03:46] Juno: Where does the zinc oxide go?\n"
        "[14/06/2024, 19:04:46] K.: The zinc oxide goes into the blue bucket, never the green one.\n"
    )
    assert "nobody is you yet" in fenshen("ingest", SLUG, str(chat)).err
    (export,) = fenshen("library", SLUG, "speakers", "--json").json
    assert {speaker["name"] for speaker in export["speakers"]} == {"K.", "Juno"}
    assert "Juno (1)" in fenshen("library", SLUG, "speakers").out
    found = ["search", SLUG, "zinc oxide bucket", "--json"]
    assert "blue bucket" not in fenshen(*found).out
    done = fenshen("library", SLUG, "owner", export["item_id"], "K.", "--json")
    assert done.json == {"item_id": export["item_id"], "name": "K.", "answer": "speaker", "passages": 1}
    assert fenshen("library", SLUG, "speakers", "--json").json == []
    assert "creator" in fenshen("library", SLUG, "speakers", export["item_id"]).out
    assert "blue bucket" in fenshen(*found).out


def test_a_missing_model_says_how_to_get_it(
    fenshen: Command, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 5, and the command that installs it."""
    publish(house.app, base="smollm2-135m")
    monkeypatch.setenv("FENSHEN_ENGINE", "real")
    done = fenshen("ask", SLUG, "Is my kettle broken?")
    assert done.code == 5 and "fenshen models pull" in done.err


def test_a_bug_of_ours_is_exit_code_1(fenshen: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw says that it is our fault."""

    def boom(*_: object) -> None:
        raise RuntimeError("unforeseen")

    monkeypatch.setattr("fenshen.cli.creators.list_creators", boom)
    done = fenshen("creator", "list")
    assert done.code == 1 and "bug of ours" in done.err


def test_a_locked_database_is_busy(fenshen: Command, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process holds the database: exit code 6, nothing written, and it works again afterwards."""
    monkeypatch.setattr(core_db, "BUSY_TIMEOUT_MS", 100)
    assert house.app.db.is_sqlite
    house.app.db.close()
    other = sqlite3.connect(house.app.settings.home / "fenshen.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    done = fenshen("wallet", "credit", "fan@example.com", "5.00", "--key", "once")
    other.execute("ROLLBACK")
    other.close()
    assert done.code == 6 and "locked" in done.err
    assert (
        fenshen("wallet", "credit", "fan@example.com", "5.00", "--key", "once", "--json").json["status"]
        == "credited"
    )


def test_a_taken_port_is_told_before_anything_starts(fenshen: Command) -> None:
    """`serve` on a port in use: exit code 3 and what to try."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = fenshen("serve", "--port", str(taken.getsockname()[1]))
    assert done.code == 3 and "--port" in done.err


def test_a_user_can_be_given_a_key_that_works(fenshen: Command, house: House) -> None:
    """The password is shown once, the key opens the same account."""
    added = fenshen("user", "add", "New@Example.com", "--role", "operator", "--json").json
    assert added["role"] == "operator" and len(added["password"]) >= 12
    secret = fenshen("key", "create", "--user", "new@example.com", "--json").json["secret"]
    assert user_for_key(house.app.db, house.clock, secret).id == added["id"]


def test_crediting_twice_with_one_key_credits_once(fenshen: Command) -> None:
    """The same key gives the same top-up; with another amount it is refused."""
    first, again = (
        fenshen("wallet", "credit", "poor@example.com", "5.00", "--key", "k1", "--json").json
        for _ in range(2)
    )
    assert first["id"] == again["id"]
    assert fenshen("wallet", "credit", "poor@example.com", "6.00", "--key", "k1").code == 3
    statement = fenshen("ledger", "statement", "--fan", "poor@example.com", "--json").json
    assert (statement["available"], statement["topped_up"]) == (5_000_000, 5_000_000)


def test_a_refund_is_sent_once_and_never_more_than_is_left(fenshen: Command, house: House) -> None:
    """By id, with a reason; it is on the statement and in the audit log, and the books stay whole."""
    topup = fenshen("wallet", "credit", "poor@example.com", "5.00", "--json").json["id"]
    refund = ("wallet", "refund", topup, "3.00", "--why", "asked for it")
    first, again = (fenshen(*refund, "--json").json for _ in range(2))
    assert (first["id"], first["status"], first["amount"]) == (again["id"], "settled", 3_000_000)
    assert fenshen("wallet", "refund", topup, "2.01", "--why", "more").code == 3
    assert fenshen(*refund[:3], "2.00", "--why", "the rest").code == 0
    statement = fenshen("ledger", "statement", "--fan", "poor@example.com", "--json").json
    assert (statement["available"], statement["refunded"]) == (0, 5_000_000)
    assert first["id"] in fenshen("ledger", "statement", "--fan", "poor@example.com").out
    assert fenshen("ledger", "verify").code == 0
    logged = audit.entries(house.app.db, subject=topup)
    assert [(one.actor, one.details["why"]) for one in logged] == [
        ("cli", "the rest"),
        ("cli", "asked for it"),
    ]


def test_a_tampered_ledger_is_found(fenshen: Command, house: House) -> None:
    """One altered amount, past every trigger: exit code 3, and the transfer is named."""
    assert fenshen("ledger", "verify").code == 0
    books = sqlite3.connect(house.app.settings.home / "fenshen.db")
    books.execute("DROP TRIGGER ledger_entries_no_update")
    books.execute("UPDATE ledger_entries SET amount = amount + 1 WHERE amount > 0 AND rowid = 2")
    books.commit()
    assert books.total_changes == 1
    books.close()
    done = fenshen("ledger", "verify", "--json")
    assert done.code == 3 and "ledger_broken" in done.err
    assert done.json["problems"][0]["table"] == "ledger_entries"
    anchor = house.app.settings.home / "anchor.json"
    assert fenshen("ledger", "anchor", "--out", str(anchor)).code == 0
    checked = fenshen("ledger", "verify", "--anchor", str(anchor))
    assert checked.code == 3 and "backup" in checked.out
    anchor.write_text("{")
    assert "make an anchor" in fenshen("ledger", "verify", "--anchor", str(anchor)).err


def test_revoking_consent_ends_calls_and_closes_the_twin(fenshen: Command, house: House) -> None:
    """Open calls end uncharged, and neither the page nor the terminal answers any more."""
    state = house.app.meter.open_call(house.fan.id, SLUG, PRICE, "USD")
    consent_id = fenshen("consent", "list", SLUG, "--json").json[0]["id"]
    done = fenshen("consent", "revoke", consent_id, "--json").json
    assert (done["status"], done["calls_ended"]) == ("revoked", 1)
    ended = house.app.meter.state(state.id, house.fan.id)
    assert (ended.status, ended.reason, ended.held_micros) == ("ended", "revoked", 0)
    refused = fenshen("ask", SLUG, "hello there")
    assert refused.code == 4 and "consent_revoked" in refused.err
    assert fenshen("consent", "grant", SLUG, "--scope", "chat,train", "--until", LATER).code == 0
    assert fenshen("ask", SLUG, "hello there").code == 0


def test_publish_and_roll_back(fenshen: Command, house: House) -> None:
    """A new version at a new price, then the one before it again."""
    before = house.app.published(SLUG).version.id
    house.clock.advance(1)
    newer = new_version(house.app)
    done = fenshen("publish", SLUG, "--version", newer.id, "--price", "2.00", "--json")
    assert done.code == 0, done.err
    assert house.app.published(SLUG).version.id == newer.id
    assert house.app.published(SLUG).price_micros_per_minute == 2_000_000
    assert fenshen("rollback", SLUG).code == 0
    assert house.app.published(SLUG).version.id == before


def test_ingest_twice_adds_nothing(fenshen: Command, tmp_path: Path) -> None:
    """The second run of the same folder finds everything unchanged; what cannot be read is named with a code."""
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "tea.md").write_text(
        "# Tea\n\nI warm the pot first, then one spoon for each cup and one for the pot.\n"
    )
    (folder / "empty.srt").write_bytes(b"")
    first = fenshen("ingest", SLUG, str(folder), "--json")
    assert first.code == 0, first.err
    assert first.json["added"] == 1
    assert [(Path(s["path"]).name, bool(s["code"])) for s in first.json["skipped"]] == [("empty.srt", True)]
    second = fenshen("ingest", SLUG, str(folder), "--json").json
    assert (second["added"], second["unchanged"]) == (0, 1)


def test_what_nobody_spoke_for_is_told_and_opened_by_one_rule(fenshen: Command, tmp_path: Path) -> None:
    """Without a rule the ingest names the command; with `--mine` the same file may be used, and be found."""
    assert fenshen("rights", SLUG, "remove", "1").code == 0
    assert fenshen("search", SLUG, "citric acid", "--json").json == []
    (tmp_path / "tea.md").write_text(
        "# Tea\n\nI warm the pot first, then one spoon of leaves for each cup.\n"
    )
    done = fenshen("ingest", SLUG, str(tmp_path / "tea.md"))
    assert done.code == 0 and f"fenshen rights {SLUG} add" in done.err
    assert fenshen("search", SLUG, "warm the pot", "--json").json == []
    opened = fenshen("ingest", SLUG, str(tmp_path / "tea.md"), "--mine", "--json").json
    assert (opened["unchanged"], opened["without_rights"]) == (1, 0)
    assert "warm the pot" in fenshen("search", SLUG, "warm the pot", "--json").json[0]["text"]


def test_a_rule_on_another_persons_consent_ends_with_it(fenshen: Command) -> None:
    """What rests on a consent is found while it holds and not a moment longer."""
    grant = ["consent", "grant", SLUG, "--scope", "train,chat", "--until", LATER, "--json"]
    consent_id = fenshen(*grant).json["id"]
    rule = ["rights", SLUG, "add", "--match", "folder:kettle.srt", "--uses", "train,cite", "--owner", "Ada"]
    assert fenshen(*rule, "--consent", consent_id, "--json").json["changed"] == 1
    found = fenshen("search", SLUG, "citric acid", "--json").json
    assert any("citric acid" in hit["text"] for hit in found)
    assert fenshen("consent", "revoke", consent_id).code == 0
    found = fenshen("search", SLUG, "citric acid", "--json").json
    assert not any("citric acid" in hit["text"] for hit in found)


def test_every_command_takes_json_or_serves(fenshen: Command) -> None:
    """The contract: each command that answers has `--json`."""
    import typer.main

    group = typer.main.get_command(main.cli)
    without = {"serve", "worker", "chat", "openapi"}

    def leaves(command: Any, name: str) -> Any:
        inner = getattr(command, "commands", None)
        if inner is None:
            yield name, command
        else:
            for key, one in inner.items():
                yield from leaves(one, f"{name} {key}".strip())

    for name, command in leaves(group, ""):
        flags = {flag for parameter in command.params for flag in parameter.opts}
        assert "--json" in flags or name in without, name
        assert command.help, name
    assert os.environ["FENSHEN_ENGINE"] == "fake"


def test_an_example_is_rejected_by_the_beginning_of_its_id(fenshen: Command, house: House) -> None:
    """Listed, rejected, shown among the rejected, taken back; what is no example is exit 3."""
    digest = trained_example(house.app)
    listed = fenshen("examples", SLUG, "--json").json
    assert listed["examples"][0]["id"] == digest and listed["rejected"] == 0
    assert fenshen("examples", SLUG, "reject", digest[:12]).code == 0
    rejected = fenshen("examples", SLUG, "--rejected", "--json").json
    assert [one["id"] for one in rejected["examples"]] == [digest]
    shown = fenshen("examples", SLUG, "--kind", "topic")
    assert digest[:12] in shown.out and "rejected" in shown.out
    assert fenshen("examples", SLUG, "restore", digest, "--json").json["examples"] == [digest]
    assert fenshen("examples", SLUG, "restore", digest).code == 3
    for wrong in (["reject"], ["burn", digest], ["--kind", "poem"]):
        assert fenshen("examples", SLUG, *wrong).code == 2
