"""Whether letters make words: of any language, and of none."""

from __future__ import annotations

import random

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.document import Cue, Document
from fenshen.library.plausible import Likeness, likeness
from fenshen.library.source import legible

from .tongues import TEXTS

#: Languages, notations and habits that no list of words here was made for.
UNCOMMON = {
    "Hawaiian": "Aloha kakahiaka kākou. Ua hele au i ke kahakai i nehinei a ua ʻike i nā iʻa he nui loa ma laila, a laila hoʻi au.",
    "Maori": "Tēnā koutou katoa, i haere au ki te moana inanahi, ka kite au i ngā ika maha, ka hoki au ki te whare ki te moe.",
    "Zulu": "Ngihambe ngaya olwandle izolo ngabona izinhlanzi eziningi kakhulu, ngase ngibuyela ekhaya ngiyolala ngoba ngangikhathele.",
    "Somali": "Shalay waxaan tagay badda, waxaan ku arkay kalluun badan, kadibna guriga ayaan ku noqday si aan u seexdo.",
    "Pinyin": "zuo tian wo zai ge lou shang zhao dao yi tai jiu feng ren ji, shang mian quan shi hui, wo ye ye zong shuo bu yao fang qi",
    "Romaji": "kinou, yaneura de furui mishin wo mitsukemashita. hokori darake deshita. sofu wa itsumo akirameru made wa nanimo kowarete",
    "chat": "lol omg brb haha yeah idk tbh u r so funny rofl hmm kk ok ttyl gonna b l8 smh fr fr no cap bruh wtf lmao pls thx np yw",
    "names": "Schwarzenegger Krzyzewski Ndamukong Vlachopoulos Szczepanski McConaughey Nguyen Ng Tchaikovsky Przybylski Hrvatin Djokovic",
    "Old English": "Hwæt. We Gardena in geardagum, þeodcyninga, þrym gefrunon, hu ða æþelingas ellen fremedon. Oft Scyld Scefing sceaþena",
    "polytonic Greek": "Ἄνδρα μοι ἔννεπε, Μοῦσα, πολύτροπον, ὃς μάλα πολλὰ πλάγχθη, ἐπεὶ Τροίης ἱερὸν πτολίεθρον ἔπερσε· πολλῶν δ' ἀνθρώπων",
    "Pashto": "زه پرون د کور په بام يو زوړ د ګنډلو ماشين وموند چې له دوړو ډک و. زما نيکه به تل ويل چې هيڅ شى مات نه دى تر څو چې",
    "Mongolian": "Өчигдөр би дээврийн доороос хуучин оёдлын машин олсон, тоосонд дарагдсан байлаа. Миний өвөө юу ч эвдрээгүй гэж",
    "a list of goods": "北京市朝阳区建国路八十八号现代城花园酒店订购电视机洗衣机冰箱空调热水器微波炉吸尘器电饭煲豆浆机剃须刀",
    "Analects": "子曰：学而时习之，不亦说乎？有朋自远方来，不亦乐乎？人不知而不愠，不亦君子乎？有子曰：其为人也孝弟，而好犯上者，鲜矣。",
    "Amharic": "ትናንት በጣራው ሥር አሮጌ የልብስ ስፌት ማሽን አገኘሁ፣ በአቧራ ተሞልቶ ነበር። አያቴ ተስፋ እስክትቆርጥ ድረስ ምንም አልተሰበረም ይል ነበር።",
}  # fmt: skip
ENGLISH = (
    "Yesterday I found an old sewing machine in the attic, full of dust. My grandfather used to say that nothing is broken"
    " until you give up. So I took it apart on the kitchen table and left the oil in overnight. Now it sews again."
)


@pytest.mark.parametrize("name", [*TEXTS, *UNCOMMON])
def test_no_language_is_called_rubbish(name: str) -> None:
    """Those known here are words; others at worst doubtful."""
    text = " ".join(TEXTS[name]) if name in TEXTS else UNCOMMON[name]
    found = likeness(text)
    assert found is not Likeness.RUBBISH
    assert name not in TEXTS or found in (Likeness.WORDS, Likeness.UNSURE)


def shifted(text: str) -> str:
    """As a font without Unicode gives its glyph numbers."""
    return "".join(chr(ord(char) - 29) if ord(char) > 61 else char for char in text)


def read_as(language: str, right: str, wrong: str) -> str:
    return "\n".join(TEXTS[language]).encode(right, "replace").decode(wrong, "replace")


RUBBISH = {
    **{f"glyph numbers of {one}": shifted(" ".join(TEXTS[one])) for one in ("en", "de", "fr", "it", "pl", "el")},
    "more glyph numbers": shifted(ENGLISH),
    "GBK as Big5": read_as("zh-hans", "gbk", "big5"),
    "UTF-8 as GBK": read_as("zh-hans", "utf8", "gbk"),
    "Shift-JIS as GBK": read_as("ja", "cp932", "gbk"),
    "Big5 as GBK": read_as("zh-hant", "big5", "gbk"),
    "KOI8 as Windows": read_as("ru", "koi8_r", "cp1251"),
    "Windows as KOI8": read_as("ru", "cp1251", "koi8_r"),
    "DOS as Windows": read_as("ru", "cp866", "cp1251"),
    "Cyrillic as Latin": read_as("ru", "cp1251", "latin1"),
    "Greek as Latin": read_as("el", "iso8859_7", "latin1"),
    "Hebrew as Latin": read_as("he", "cp1255", "latin1"),
    "Arabic as Latin": read_as("ar", "cp1256", "latin1"),
    "Thai as Latin": read_as("th", "cp874", "latin1"),
    "UTF-8 as Windows": read_as("ru", "utf8", "cp1251"),
    "Chinese at random": "".join(random.Random(5).choices([chr(code) for code in range(0x4E00, 0x9FFF)], k=200)),
    "private use": "\ue012\ue034\ue045 " * 40,
}  # fmt: skip


@pytest.mark.parametrize("case", RUBBISH)
def test_what_is_no_language_is_not_stored(case: str) -> None:
    """Refused with the step that helps, or left out of a file that holds words as well."""
    document = Document("post", (Cue(RUBBISH[case]),))
    with pytest.raises(BadInput) as caught:
        legible([document])
    assert caught.value.code == "no_words"
    assert "UTF-8" in caught.value.message
    (kept,) = legible([Document("post", (Cue(ENGLISH),)), document])
    assert [(one.code, one.count) for one in kept.dropped] == [("no_words", 1)]


def test_a_few_words_are_never_doubted() -> None:
    """Too little to tell by, nor are numbers."""
    for text in ("qwrtz plkjh", "KEKW", "3HQČåQtSURVW", "1 2 3 4 5 6 7 8 9 10 " * 20, "", "🙂" * 100):
        assert likeness(text) is Likeness.UNSURE


def test_what_is_doubtful_says_so_on_the_document() -> None:
    """A language that is not known well is kept, with a note; so is a text with characters lost, which are counted."""
    (document,) = legible([Document("post", (Cue(UNCOMMON["polytonic Greek"]),))])
    assert [one.code for one in document.dropped] == ["doubtful_words"]
    assert document.dropped[0].note.startswith("its letters hardly make words")
    (broken,) = legible([Document("post", (Cue(ENGLISH.replace("dust", "d\ufffdst")),))])
    assert [(one.code, one.count) for one in broken.dropped] == [("bad_bytes", 1)]
