"""`examples`: what a twin was trained on, and what the next training is to leave out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from fenshen.cli.output import JsonFlag, Slug, opened_app, print_json, print_table, say
from fenshen.core.errors import UsageError
from fenshen.library import items
from fenshen.training import rejections, snapshot, versions
from fenshen.training.examples import KINDS
from fenshen.training.snapshot import BrowsedExample, ExampleFilter, Page
from fenshen.trust.creators import creator
from fenshen.wiring import App

#: Characters shown of a digest: enough to name one of millions.
ID_CHARS = 12
TEXT_CHARS = 60


def add_commands(cli: typer.Typer) -> None:
    """Hang the command into `cli`."""
    cli.command("examples")(examples)


def examples(
    slug: Slug,
    action: Annotated[str, typer.Argument(help="`list`, `reject ID…` or `restore ID…`.")] = "list",
    ids: Annotated[list[str] | None, typer.Argument(help="Ids as `list` shows them.")] = None,
    kind: Annotated[str | None, typer.Option(help=f"One of {', '.join(KINDS)}.")] = None,
    item: Annotated[str | None, typer.Option(help="Only those made from this item.")] = None,
    rejected: Annotated[bool, typer.Option("--rejected", help="What the next training leaves out.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many to list.")] = 20,
    offset: Annotated[int, typer.Option(min=0, help="How many to skip.")] = 0,
    as_json: JsonFlag = False,
) -> None:
    """What the newest version was trained on. Rejected examples are left out from the next training on."""
    with opened_app() as app:
        creator(app.db, slug)
        if action == "list":
            if kind is not None and kind not in KINDS:
                raise UsageError(f"no kind {kind!r}; there are {', '.join(KINDS)}")
            page = _page(app, slug, rejected, offset, limit, ExampleFilter(item, kind))
            _show(app, slug, page, offset, as_json)
        elif action in ("reject", "restore"):
            _decide(app, slug, action, ids or [], as_json)
        else:
            raise UsageError(f"unknown action {action!r}; there are list, reject and restore")


def _page(app: App, slug: str, rejected: bool, offset: int, limit: int, wanted: ExampleFilter) -> Page:
    if rejected:
        there = {item.id for item in items.list_items(app.db, slug)}
        out = rejections.list_rejected(app.db, slug, there)
        return snapshot.page_of((one.example for one in out if one.example), offset, limit, wanted)
    newest = versions.newest(app.db, slug)
    if newest is None:
        return Page()
    folder = app.settings.home / newest.adapter_dir
    return snapshot.examples_page(folder, offset=offset, limit=limit, wanted=wanted)


def _show(app: App, slug: str, page: Page, offset: int, as_json: bool) -> None:
    out = rejections.rejected_digests(app.db, slug)
    if as_json:
        found = [_as_json(one, one.digest in out) for one in page.examples]
        print_json({"total": page.total, "kinds": page.kinds, "rejected": len(out), "examples": found})
        return
    titles = {item.id: item.title for item in items.list_items(app.db, slug)}
    rows = [
        (
            one.digest[:ID_CHARS],
            one.kind,
            _short(one.messages[-1]["content"].rsplit("\n", 1)[-1]),
            _short(one.answer),
            _place(one, titles),
            "rejected" if one.digest in out else "",
        )
        for one in page.examples
    ]
    print_table(["id", "kind", "asked", "answer", "from", ""], rows)
    counts = ", ".join(f"{count} {kind}" for kind, count in page.kinds.items())
    shown = f"{offset + 1} to {offset + len(rows)} of {page.total}" if rows else "none"
    say(f"{shown}{f' ({counts})' if counts else ''}; {len(out)} rejected")


def _decide(app: App, slug: str, action: str, ids: Sequence[str], as_json: bool) -> None:
    if not ids:
        raise UsageError(f"name the examples: fenshen examples {slug} {action} ID…")
    if action == "reject":
        done = rejections.reject(app.db, app.clock, app.settings.home, slug, ids, by="cli")
    else:
        done = rejections.restore(app.db, app.clock, slug, ids, by="cli")
    if as_json:
        print_json({"done": action, "examples": done})
        return
    effect = "left out" if action == "reject" else "learned again"
    say(f"{len(done)} examples will be {effect} from the next training on: fenshen train {slug}")


def _as_json(one: BrowsedExample, is_rejected: bool) -> dict[str, Any]:
    return {"id": one.digest, "rejected": is_rejected, "anchor": one.anchor, **asdict(one)}


def _place(one: BrowsedExample, titles: dict[str, str]) -> str:
    if one.item_id is None:
        return ""
    return f"{_short(titles.get(one.item_id, one.item_id), 30)} {one.anchor or ''}".strip()


def _short(text: str, chars: int = TEXT_CHARS) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= chars else f"{plain[: chars - 1]}…"
