"""`ask`, `chat` and `search`: a twin in the terminal, for its creator and operator; nothing is charged."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from typing import Annotated, Any

import typer

from fenshen.cli.output import JsonFlag, Slug, console, opened_app, print_json, print_table, run_async, say
from fenshen.models.text import Message
from fenshen.trust.cleaning import clean_fan_text
from fenshen.trust.creators import creator
from fenshen.trust.labels import chat_notice
from fenshen.twin.history import HISTORY_TURNS
from fenshen.twin.reply import Answer, Notice, Piece, Question
from fenshen.twin.safety import Asker
from fenshen.wiring import App

#: What a terminal says after a notice.
_AFTER = {
    "crisis": "(paused: the text above comes first; write on when you want to, or press Enter to leave)",
    "minor": "(ended: this is for adults)",
    "stop": "(ended: this conversation went further than a twin goes)",
}


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.command("ask")(ask)
    cli.command("chat")(chat)
    cli.command("search")(search)


def ask(
    slug: Slug,
    text: Annotated[str, typer.Argument(help="The question.")],
    seed: Annotated[int | None, typer.Option(help="Same seed, same answer.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Ask one question."""
    with opened_app() as app:
        answer, notice = run_async(_ask_once(app, slug, text, seed, show=not as_json))
    if as_json:
        print_json(
            {
                "answer": answer.sealed.content,
                "status": answer.status,
                "notice": None if notice is None else notice.kind,
                "citations": [citation.as_json() for citation in answer.citations],
                "label": answer.sealed.label,
            }
        )


def chat(slug: Slug) -> None:
    """Talk until an empty line."""
    with opened_app() as app:
        serving = app.published(slug)
        say(chat_notice(serving.persona.name, "en"))
        run_async(_chat(app, slug))


def search(
    slug: Slug,
    query: str,
    limit: Annotated[int, typer.Option(min=1, max=50)] = 8,
    as_json: JsonFlag = False,
) -> None:
    """Passages of the library about a query, best first."""
    with opened_app() as app:
        creator(app.db, slug)
        found = app.retriever.retrieve(slug, query, limit=limit, whole_library=True).found
    rows: list[dict[str, Any]] = [
        {
            "rank": rank,
            "item": one.title,
            "second": None if one.passage.start_s is None else int(one.passage.start_s),
            "link": f"/t/{slug}/items/{one.passage.item_id}#{one.passage.anchor}",
            "text": one.passage.text,
        }
        for rank, one in enumerate(found, 1)
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(
            ["", "item", "second", "text"], [(r["rank"], r["item"], r["second"], r["text"]) for r in rows]
        )


async def _ask_once(
    app: App, slug: str, text: str, seed: int | None, *, history: Sequence[Message] = (), show: bool = True
) -> tuple[Answer, Notice | None]:
    """The answer, and the notice that came with it, if any."""
    serving = app.published(slug)
    question = Question(clean_fan_text(text), app.ids.new("ask"), history, seed=seed, whole_library=True)
    answer: Answer | None = None
    notice: Notice | None = None
    async with aclosing(app.safety.answer(serving, question, Asker("terminal"))) as events:
        async for event in events:
            if isinstance(event, Piece) and show:
                console.print(event.sealed.content, end="", markup=False)
            elif isinstance(event, Notice):
                notice = event
            elif isinstance(event, Answer):
                answer = event
    assert answer is not None
    if show:
        console.print()
        for citation in answer.citations:
            place = f" at {citation.start_s} s" if citation.start_s is not None else ""
            console.print(f"  [{citation.number}] {citation.title}{place}", markup=False, style="dim")
        if notice is not None:
            console.print(_AFTER[notice.kind], markup=False)
    return answer, notice


async def _chat(app: App, slug: str) -> None:
    history: list[Message] = []
    while text := console.input("[bold]> [/]").strip():
        answer, notice = await _ask_once(app, slug, text, None, history=history)
        if notice is not None and notice.kind != "crisis":
            return
        history += [
            Message(role="user", content=text),
            Message(role="assistant", content=answer.sealed.content),
        ]
        history = history[-2 * HISTORY_TURNS :]
