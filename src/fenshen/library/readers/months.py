"""Posts of an account as documents, one a month. Knows nothing about where the posts come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

from fenshen.library.document import Document
from fenshen.library.readers.chat import Message, chat_document

UNDATED = "undated"


def posts_by_month(
    posts: Iterable[tuple[date | None, Iterable[Message]]], title: Callable[[str], str], owner: str
) -> list[Document]:
    """A document for every month with words in it, undated posts last.

    Args:
        posts: in order, each with the day that decides its month and what is said in it.
        title: of a month (`2024-03`).
        owner: `Message.who` of the account.
    """
    months: dict[str, list[Message]] = defaultdict(list)
    for day, messages in posts:
        months[day.strftime("%Y-%m") if day else UNDATED].extend(messages)
    documents = (
        chat_document(
            messages,
            title=title(month),
            title_stated=True,
            part=f"posts-{month}",
            owner=owner,
            kind="post",
        )
        for month, messages in sorted(months.items())
    )
    return [document for document in documents if document]
