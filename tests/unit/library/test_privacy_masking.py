"""A document without its personal data: the same stand-in for the same value, times and speakers kept."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.library.document import Chapter, Cue, Document
from fenshen.library.passages import cut_passages, second_at
from fenshen.library.privacy.finder import Finder
from fenshen.library.privacy.finding import KINDS
from fenshen.library.privacy.mask import mask_document, participants
from fenshen.library.privacy.pseudonyms import STAND_IN, Pseudonyms, stand_in

KEY = Pseudonyms("a key of this creator")


def chat(*lines: tuple[str, str]) -> Document:
    return Document("chat", tuple(Cue(text, speaker=speaker) for speaker, text in lines), turns=True)


def texts(document: Document) -> list[str]:
    return [cue.text for cue in document.cues]


def test_the_same_value_has_the_same_stand_in_in_every_document() -> None:
    """However it is written, and whoever says it."""
    first, _ = mask_document(chat(("Mara", "It is +86 131 0000 1234.")), Finder(), KEY)
    second, _ = mask_document(chat(("Theo", "Call 13100001234, or 13100005678.")), Finder(), KEY)
    shown = STAND_IN.search(texts(first)[0])
    assert shown and texts(first) == [f"It is {shown[0]}."]
    assert texts(second)[0].startswith(f"Call {shown[0]}, or [phone-")
    assert texts(second)[0].count(shown[0]) == 1


def test_a_stand_in_is_labelled_in_the_language_around_it() -> None:
    """Chinese text stays Chinese; the word is the same."""
    english, _ = mask_document(chat(("Mara", "Call 13100001234 now")), Finder(), KEY)
    chinese, _ = mask_document(chat(("墨姐", "打13100001234，响三声没接就是手上有泥。")), Finder(), KEY)
    digest = KEY.digest("phone", "13100001234")
    assert texts(english) == [f"Call {stand_in('phone', digest, chinese=False)} now"]
    assert texts(chinese) == [f"打{stand_in('phone', digest, chinese=True)}，响三声没接就是手上有泥。"]


def test_a_number_that_goes_on_in_the_next_subtitle_line_is_one_number() -> None:
    """The stand-in is where it begins; the rest of the number is gone; times stay."""
    cues = (
        Cue("ring me on 0131 555", 1.0, 2.0),
        Cue("0142 in the evening", 2.0, 3.0),
        Cue("or not", 3.0, 4.0),
    )
    masked, found = mask_document(Document("video", cues), Finder(), KEY)
    assert [one.spelling for one in found] == ["0131 555 0142"]
    shown = stand_in("phone", found[0].digest, chinese=False)
    assert texts(masked) == [f"ring me on {shown}", " in the evening", "or not"]
    assert [cue.start_s for cue in masked.cues] == [1.0, 2.0, 3.0]
    passage = cut_passages(masked, "item_1", "mara", "en", ())[0]
    assert second_at(passage, passage.text.index("evening")) == 2.0


def test_two_turns_of_a_chat_are_not_one_number() -> None:
    """What one says and the other says next are apart."""
    document = chat(("Mara", "ring 0131 5"), ("Theo", "55 0142 what?"))
    assert mask_document(document, Finder(), KEY) == (document, ())


def test_what_is_kept_stays_and_is_still_counted() -> None:
    """The creator's shop address is theirs to publish."""
    digest = KEY.digest("email", "shop@quillpots.example")
    document = chat(("Mara", "Write to shop@quillpots.example or mara@quill.example"))
    masked, found = mask_document(document, Finder(), Pseudonyms(KEY.key, frozenset({digest})))
    assert texts(masked)[0].startswith("Write to shop@quillpots.example or [email-")
    assert [one.spelling for one in found] == ["shop@quillpots.example", "mara@quill.example"]


def test_a_document_without_personal_data_is_the_same() -> None:
    """Nothing is touched."""
    document = chat(("Mara", "Mud first, opinions later."), ("Theo", "You say that every time."))
    assert mask_document(document, Finder(), KEY) == (document, ())


def test_a_speaker_known_by_number_is_masked_in_name_and_text() -> None:
    """WhatsApp shows people who are in no address book by number; a name stays, for it says whose words they are."""
    document = chat(("+49 171 3920058", "Bis Samstag!"), ("Jonas", "Wer ist +49 171 3920058?"))
    masked, found = mask_document(document, Finder(), KEY)
    shown = stand_in("phone", found[0].digest, chinese=False)
    assert [cue.speaker for cue in masked.cues] == [shown, "Jonas"]
    assert texts(masked)[1] == f"Wer ist {shown}?"


def test_people_of_a_chat_are_masked_where_they_are_spoken_of() -> None:
    """Everybody in it but the creator, also where they speak in a film."""
    document = chat(("Mara Quill", "Theo, ask Nadia."), ("Theo Lindqvist", "Mara?"), ("Nadia O.", "yes"))
    people = participants(document, ("Mara Quill", "Mara"))
    assert people == ("Theo Lindqvist", "Nadia O.")
    finder = Finder(public=("Mara Quill", "Mara")).knowing(people)
    masked, _ = mask_document(document, finder, KEY)
    assert texts(masked)[0].count("[name-") == 2
    assert texts(masked)[1:] == ["Mara?", "yes"]
    assert participants(Document("video", document.cues), ("Mara Quill",)) == people


def test_chapter_titles_are_masked() -> None:
    """They are shown beside the player."""
    document = Document("video", (Cue("hello", 0.0, 1.0),), chapters=(Chapter(0.0, "Mail me@x.example"),))
    masked, _ = mask_document(document, Finder(), KEY)
    assert masked.chapters[0].title.startswith("Mail [email-")


def test_a_character_that_storing_removes_hides_no_number() -> None:
    """Text is cleaned before it is searched, as it is before it is stored."""
    masked, found = mask_document(chat(("Mara", "打1310000\x010421")), Finder(), KEY)
    assert len(found) == 1
    assert "0421" not in texts(masked)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_stand_in_that_reads_as_one(kind: str) -> None:
    """No digits, which could be taken for data; both languages are recognised."""
    for chinese in (False, True):
        shown = stand_in(kind, KEY.digest(kind, "x"), chinese=chinese)  # type: ignore[arg-type]
        assert STAND_IN.fullmatch(shown)


def test_another_creator_has_other_stand_ins() -> None:
    """Nobody can tell from two libraries that they know the same person."""
    other = pickle.loads(pickle.dumps(Pseudonyms("another key")))
    assert other.digest("phone", "13100001234") != KEY.digest("phone", "13100001234")


_WORDS = st.sampled_from(
    [
        "07700 900142",
        "13100001234",
        "a@b.example",
        "mud",
        "first",
        "窑湾路18号",
        "我表妹小雨",
        "Anna",
        "my sister",
        "\n",
        "，",
    ]
)
_CUES = st.lists(
    st.builds(Cue, st.lists(_WORDS, max_size=5).map(" ".join), speaker=st.sampled_from([None, "Theo"]))
)


@given(_CUES, st.booleans())
def test_nothing_found_is_left(cues: list[Cue], turns: bool) -> None:
    """However values stand together: as many cues, and no number or address in them."""
    masked, _ = mask_document(Document("note", tuple(cues), turns=turns), Finder(), KEY)
    assert len(masked.cues) == len(cues)
    assert not any(one in cue.text for cue in masked.cues for one in ("900142", "0000", "@", "18"))
