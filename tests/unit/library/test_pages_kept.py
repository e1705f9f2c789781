"""How much of what a page shows is kept: typed text, lists in lists, boxes that are no article."""

from __future__ import annotations

import pytest

from fenshen.library.document import Document
from fenshen.library.readers.epub import read_epub
from fenshen.library.readers.webpage import read_webpage

from .make_documents import write_epub

STORY = [
    "Yesterday I found an old sewing machine in the attic, and it was full of dust and dead moths.",
    "My grandfather used to say that nothing is broken until you give up, which he never did in his life.",
    "So I took it apart on the kitchen table and left the oil to work on it overnight, as he would have.",
    "Now it sews again, though it sounds like a small tractor on a gravel road, and I like it that way.",
]
BOX = "Sign up for our letter and we will send you the best of the week every Friday, free of charge and of spam."


def words(document: Document) -> str:
    return " ".join(cue.text for cue in document.cues)


def page(body: str) -> Document:
    return read_webpage(
        f"<!doctype html><html lang='en'><head><title>Moths</title></head><body>{body}</body></html>"
    )


def kept(document: Document) -> float:
    """Share of the story's sentences that are in the document."""
    return sum(sentence in words(document) for sentence in STORY) / len(STORY)


PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in STORY)
SET_AS_TYPED = "\n\n".join(STORY)
PAGES = {
    "typed text": f"<pre>{SET_AS_TYPED}</pre>",
    "typed text with headings and links": f"<h1>Moths</h1><pre>{SET_AS_TYPED}\n<a href='#1'>1</a> See above for the rest of it.</pre>",
    "paragraphs in lists in lists": "<main><ul>"
    + "".join(f"<li><b>Day {n}</b><ul><li><p>{s}</p></li></ul></li>" for n, s in enumerate(STORY))
    + "</ul></main>",
    "a list in divisions": "<div class='content'><ol>"
    + "".join(f"<li><div><div>{s}</div><ul><li>{s.split(',')[0]}</li></ul></div></li>" for s in STORY)
    + "</ol></div>",
    "a box beside the story": f"<div class='main-copy'>{''.join(f'<div>{s}</div>' for s in STORY)}</div>"
    f"<div class='box'><article><h2>Join</h2><p>{BOX}</p><p>{BOX}</p></article></div>",
    "an ordinary article": f"<nav><a href='/'>Home</a></nav><article><h1>Moths</h1>{PARAGRAPHS}</article><footer>All rights reserved.</footer>",
}


@pytest.mark.parametrize("case", PAGES)
def test_the_story_is_kept_whatever_it_is_set_in(case: str) -> None:
    """All of it, and no menu or footer."""
    document = page(PAGES[case])
    assert kept(document) == 1.0
    assert "Home" not in words(document)
    assert "All rights" not in words(document)


def test_typed_text_is_joined_into_paragraphs_and_code_is_not_read() -> None:
    """Lines that are wrapped by hand are one paragraph."""
    code = "def mend(moth):\n    return [wing for wing in moth.wings if not wing.torn]\n" * 5
    document = page(
        f"<article><h1>Moths</h1>{PARAGRAPHS}<pre>{code}</pre><pre><code>{STORY[0]}x</code></pre></article>"
    )
    assert kept(document) == 1.0
    assert "def mend" not in words(document)
    assert "life.x" not in words(document)


def test_a_poem_in_a_book_is_read() -> None:
    """Set as typed, it is no code."""
    poem = "The moth that ate my winter coat\nis sleeping in the sewing drawer,\nand I have not the heart to say\nthat there is nothing any more."
    assert "The moth that ate my winter coat" in words(
        read_epub(write_epub([f"<p>Poems</p><pre>{poem}</pre>"]))
    )


def test_what_was_not_kept_is_said() -> None:
    """As the share of the page's prose."""
    other = "".join(
        f"<p>Reader {n} writes at length about moths, coats, drawers and what to do about all of them.</p>"
        for n in range(20)
    )
    document = page(f"<article><h1>Moths</h1>{PARAGRAPHS * 3}</article><section>{other}</section>")
    shares = [one.place for one in document.dropped if one.code == "few_words_kept"]
    assert shares == [] or shares[0].endswith("%")
    whole = page(PAGES["an ordinary article"])
    assert whole.dropped == ()
