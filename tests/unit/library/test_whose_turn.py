"""Whatever another person is called and however a conversation is written, their lines are never the creator's."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from fenshen.core.errors import BadInput
from fenshen.library.dialogue.deciding import told_apart
from fenshen.library.dialogue.quoting import byline
from fenshen.library.held import is_held
from fenshen.library.owner_guess import settle
from fenshen.library.passages import Passage, cut_passages
from fenshen.library.reading import Head, Opened, ReaderSpec
from fenshen.library.sniff import sniff

OWNER = ("Mara Quill", "Mara")
THEIRS = ("my landlord hides gold in the piano", "nobody may know where the horse is")
OWN = ("I wash the brushes in the evening", "Keep the slip under a wet cloth")
NICKS = (
    "Granny's oven", "wow!?", "7", "404 not found", "^o^", "one more of those people who talk", "the neighbour, again",
    "{null}", "(._.)", 'Dr "Bones" McCoy', "it is me", "$$$", "Тётя Зина (мама)", "隔壁老王的猫!", "C-3PO; droid", "no, really?",
    "user/guest", "@@@", "Tom [admin]", "LOL!!!",
)  # fmt: skip
NOTATIONS = (
    "{n}: {t}", "{n}：{t}", "{n} >> {t}", "{n} | {t}", "{n}\t{t}", "<{n}> {t}", "[{n}] {t}", "【{n}】{t}", "{n} → {t}", "{n}/ {t}",
    "{n}「{t}」", "{n}\n{t}\n", "{n}:\n{t}\n", "[{n}]\n{t}\n", "{n} wrote:\n{t}\n", "{n} schrieb:\n{t}\n", "{n} 写道：\n{t}\n", '"{t}" ({n})', '"{t}" — {n}',
    "{t}\n    — {n}\n", "[2024-01-01 09:0{i}] {n}: {t}", "2024-01-01 09:0{i} {n}\n{t}\n", "{n}  09:0{i}\n{t}", "[09:0{i}] <{n}> {t}",
    "{n}\n09:0{i}\n{t}\n", "Posted by {n} » Jan 3, 2024 9:0{i} am\n{t}\n", "{n} ({i} role)\nMar 03, 2025 09:1{i}\n\n{t}\n", "1. {n}: {t}",
)  # fmt: skip


def passages(name: str, text: str) -> list[Passage]:
    """The passages of a file of the creator's."""
    spec = sniff(Head(text.encode(), name))
    assert isinstance(spec, ReaderSpec)
    read = [told_apart(document, OWNER) for document in spec.read(Opened(name, text.encode()))]
    documents, names = settle(read, OWNER)
    return [p for document in documents for p in cut_passages(document, "itm", "mara", "en", names)]


def taken_for_own(name: str, text: str, theirs: tuple[str, ...] = THEIRS) -> list[str]:
    """Others' words that would be used as the creator's."""
    own = [p.text for p in passages(name, text) if p.is_creator and not p.marks]
    return [words for words in theirs if any(words in said for said in own)]


@pytest.mark.parametrize("notation", NOTATIONS)
def test_no_nickname_gives_its_lines_to_the_creator(notation: str) -> None:
    """Sentences, faces, numbers, brackets: what stands in the frame of a turn ends the turn before it."""
    said = ((OWN[0], "Mara"), (THEIRS[0], ""), (OWN[1], "Mara"), (THEIRS[1], ""))
    for nick in NICKS:
        lines = (
            notation.format(n=who or nick, t=f"{text}.", i=at) for at, (text, who) in enumerate(said, start=1)
        )
        assert taken_for_own("talk.txt", "\n".join(lines)) == [], nick


_A, _B = THEIRS
_CUE = "00:00:0{}.000 --> 00:00:0{}.900"
CONVERSATIONS = {
    "forum.txt": f"Post by kilnwitch » Tue Mar 12, 2024 9:14 pm\n\n{_A}.\n\nPosts: 212\n\nPost by Mara » Tue Mar 12, 2024 10:02 pm\n\nA damp sponge.\n\nPost by kilnwitch » Tue Mar 12, 2024 10:09 pm\n\n{_B}.\n",
    "interview.md": f"# Ten questions\n\n### Is it true that {_A}?\n\nIt is.\n\n### And that {_B}?\n\nNo.\n",
    "bold.md": f"**I was told in the yard that {_A}.**\n\nIt is so.\n\n**My editor insists that {_B}.**\n\nLet her.\n",
    "italic.md": f"*Is it true that {_A}?*\n\nIt is.\n\n*And that {_B}?*\n\nNo.\n",
    "bold.html": f"<html><body><article><p><b>Is it true that {_A}, as they say in town?</b></p><p>It is as true as the rain on a Sunday in the old harbour.</p><p><b>And that {_B}, as I have heard?</b></p><p>No, I have never seen a horse there in my whole life.</p></article></body></html>",
    "minutes.md": f'1. **Budget.** Olof: "{_A}."\n   Yasmin: The wheel hums.\n2. **Market.** Mara: We take the north side.\n3. **Other.** Yasmin: {_B}.\n',
    "cues.vtt": f'WEBVTT\n\n1 "Mara Quill" (12345)\n{_CUE.format(1, 1)}\nIn one breath.\n\n2 "Sunil Rao" (54321)\n{_CUE.format(2, 2)}\n{_A}.\n\n3 "Mara Quill" (12345)\n{_CUE.format(3, 3)}\nThe shoe too.\n\n4 "Sunil Rao" (54321)\n{_CUE.format(4, 4)}\n{_B}.\n',
    "colour.srt": f'1\n00:00:01,000 --> 00:00:02,000\n<font color="#ffff00">{_A}.</font>\n\n2\n00:00:03,000 --> 00:00:04,000\n<font color="#00ffff">A thin foot cracks.</font>\n\n3\n00:00:05,000 --> 00:00:06,000\n<font color="#ffff00">{_B}.</font>\n',
    "answers.md": f"# Why green?\n\nAsked 3 years ago by **ferrous** · viewed 8 times\n\n{_A}.\n\n**Mara** answered Apr 3, 2021 at 12:10 · score 14\n\nToo thin.\n\n**rusty** answered Apr 4, 2021 at 8:00\n\n{_B}.\n",
    "letters.txt": f"Visby, 3 October\n\nDear Aunt Signe,\n\nI have bought a wheel.\n\nYour Mara\n\nLund, 9 October\n\nMy dear girl,\n\n{_A}.\n{_B}.\n\nYour old Signe\n",
    "dashes.txt": f"— You know, {_A}.\n— And {_B}?\n— It was somebody else's horse.\n",
    "quote.txt": f'[quote="kilnwitch"]{_A}.[/quote]\nA thin foot cracks.\n\n[quote=kilnwitch;12]{_B}.[/quote]\nSoak it.\n',
    "reply.txt": f"Hi Sunil,\n\nA thin foot cracks.\n\nMara\n\n-----Original Message-----\nFrom: Sunil Rao\nSent: Monday\nTo: Mara\n\n{_A}.\n{_B}.\n",
    "antwort.txt": f"Lieber Sunil,\n\nA thin foot cracks.\n\nMara\n\nAm 03.11.2024 um 19:40 schrieb Sunil Rao:\n> {_A}.\n> {_B}.\n",
    "praise.md": f'# What students say\n\n> {_A}.\n>\n> — Hanna, Oslo\n\n"{_B}."\n— Pelle, Turku\n\nThank you.\n',
    "byline.md": f"# The year of the boat\n\nBy Sunil Rao\n\n{_A}. {_B}.\n",
    "talk.org": f"* Sunil\n{_A}.\n* Mara\nA thin foot cracks.\n* Sunil\n{_B}.\n",
    "fields.txt": f"发送人:林小禾\n时间:2024-12-01 09:30:11\n内容:{_A}\n发送人:Mara\n时间:2024-12-01 09:41:52\n内容:没有\n发送人:林小禾\n时间:2024-12-01 09:43:20\n内容:{_B}\n",
    "comments.txt": f"@pots77\n2 years ago\n{_A}.\n 42\nReply\n\n@Mara\n2 years ago\nThank you.\n 7\nReply\n\n@dry_ring\n1 year ago (edited)\n{_B}.\n 3\nReply\n",
}  # fmt: skip

#: Each with the speakers whose turns must stand apart, so that the creator can be chosen among them.
SPOKEN = {
    "ticket.txt": ("Public reply — Devika Rao (agent)\n14 May 2024 09:12 CEST · via Web\n\n{a}.\n\n--------\nInternal note – Mara Quill\n14 May 2024 09:30 CEST (by e-mail)\n\n{x}.\n\n--------\nPublic reply — Devika Rao (agent)\n14 May 2024 09:41 CEST · via Web\n\n{b}.\n", {"Devika Rao", "Mara Quill"}),
    "court.txt": ("BY MR. RAO:\n  1       Q.    Is it so that {a}?\n  3       A.    {x}.\n  5       THE COURT:  Go on.\n  7       Q.    And that {b}?\n  9       A.    {y}.\n", {"Q", "A", "The Court"}),
    "counted.txt": ("01  ODD:   {a}\n03  MAR:   {x}\n05  ODD:   {b}\n07  MAR:   {y}\n", {"Odd", "Mar"}),
    "forum_sv.txt": ("#1 Odd Bakke skrev 10 december 2023 kl. 20:15\n{a}\n\n#2 glöggmamma skrev 11 december 2023 kl. 20:17\n{x}\n\n#3 Odd Bakke skrev 12 december 2023 kl. 20:19\n{b}\n", {"Odd Bakke", "glöggmamma"}),
    "counted.md": ("# Tape\n\n| # | Time | Voice | Words |\n|---|---|---|---|\n| 1 | 00:10 | Prewitt | {a}. |\n| 2 | 01:11 | Quill | {x}. |\n| 3 | 02:12 | Prewitt | {b}. |\n", {"Prewitt", "Quill"}),
    "table.html": ("<html><body><h1>Tape</h1><table><tr><th>No.</th><th>Speaker</th><th>Text</th></tr><tr><td>1</td><td>Prewitt</td><td>{a}.</td></tr><tr><td>2</td><td>Quill</td><td>{x}.</td></tr><tr><td>3</td><td>Prewitt</td><td>{b}.</td></tr></table></body></html>", {"Prewitt", "Quill"}),
    "dashes_ja.txt": ("――{a}。そうですか。\n\n{x}。\n\n――{b}。本当でしょうか。\n\n{y}。\n", {"Q", "A"}),
    "dashes.html": ("<html><body><article><p>— Is it so that {a}?</p><p>{x}, as the rain does on Sundays.</p><p>— And that {b}?</p><p>{y}, and nobody asks.</p></article></body></html>", {"Q", "A"}),
    "breaks.html": ("<html><body><p>Odd: {a}<br>Mara: {x}<br>Odd: {b}<br>Mara: {y}</p></body></html>", {"Odd", "Mara"}),
    "addresses.html": ("<html><body><h3>Conversation with odd at Tue 12 Mar 2024</h3>\n<font color=\"#A82F2F\"><font size=\"2\">(20:15:11)</font> <b>odd:</b></font> {a}<br/>\n<font color=\"#16569E\"><font size=\"2\">(20:17:11)</font> <b>mq@jabber.example:</b></font> {x}<br/>\n<font color=\"#A82F2F\"><font size=\"2\">(20:19:11)</font> <b>odd:</b></font> {b}<br/>\n</body></html>", {"odd", "mq@jabber.example"}),
    "server.log": ("[20:15:11] [Server thread/INFO]: <Grubfoot> {a}\n[20:17:11] [Server thread/INFO]: <potcat> {x}\n[20:18:11] [Server thread/INFO]: <Grubfoot> {b}\n", {"Grubfoot", "potcat"}),
    "guild.txt": ("3/12 20:15:11.100  |Hchannel:PARTY|h[Party]|h Thornak: {a}\n3/12 20:17:11.101  [Guild] Potcat: {x}\n3/12 20:19:11.102  [Guild] Thornak: {b}\n", {"Thornak", "Potcat"}),
    "issue.md": ("**odd** commented 7 days ago\n\n{a}.\n\n---\n\n**potcat** commented 6 days ago · Owner\n\n{x}.\n\n---\n\n**odd** commented 5 days ago (Member)\n\n{b}.\n", {"odd", "potcat"}),
    "months.txt": ("Max: {a}.\nMara: {x}.\nMax: {b}.\nMara: {y}.\n", {"Max", "Mara"}),
    "buttons.txt": ("Глеб Сорокин\n{a}.\n12 мар 2024 в 20:15\nОтветить\nНравится 1\n\nМира Л.\n{x}.\n12 мар 2024 в 20:17\nОтветить\nНравится 2\n\nТётя Зина\n{b}.\n13 мар 2024 в 20:19\nОтветить\nНравится 14\n", {"Глеб Сорокин", "Мира Л.", "Тётя Зина"}),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOKEN)
def test_what_stands_before_behind_and_under_a_name_is_no_part_of_it(name: str) -> None:
    """Running numbers, channels, kinds of message, roles, buttons, columns and line ends: each turn is one speaker's."""
    written, speakers = SPOKEN[name]
    text = written.format(a=_A, b=_B, x=OWN[0], y=OWN[1])
    found = passages(name, text)
    assert taken_for_own(name, text) == []
    assert {p.speaker for p in found if p.speaker and any(w in p.text for w in (*THEIRS, *OWN))} <= speakers
    assert speakers - {"The Court"} <= {p.speaker for p in found}
    assert not any(sum(words in p.text for words in (*THEIRS, *OWN)) > 1 for p in found)


@pytest.mark.parametrize(
    "text",
    [
        "Bag 1: apron, the blue one\nBag 2: scale and battery\nPockets: crayon, string\nMara: do not forget the passport\n",
        f"The kiln cooled for two days and nothing cracked. {'It rained on the roof of the shed. ' * 8}\n\nMara: wait.\n\nMara: wait longer.\n",
    ],
    ids=["a list", "a diary with notes to oneself"],
)
def test_nothing_of_a_list_is_lost_without_a_question(text: str) -> None:
    """Where the creator's name heads a line or two of what may be all their own, a person is asked."""
    found = passages("list.txt", text)
    assert is_held(found) or all(p.is_creator for p in found)


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_conversations_without_names_before_their_lines_are_no_prose(name: str) -> None:
    """Forums, interviews, letters, quotations and captions: what others say in them is theirs or held, and kept."""
    found = passages(name, CONVERSATIONS[name])
    assert taken_for_own(name, CONVERSATIONS[name]) == []
    assert any(p.is_creator for p in found) or is_held(found)
    assert [words for words in THEIRS if not any(words in p.text for p in found)] == []


def test_no_first_message_is_lost() -> None:
    """What stands above the first name that looks like one is somebody's message too."""
    text = f"Mara Quill (requester)\nMar 03, 2025 09:12\n\n{OWN[0]}.\n\nDevika (Support Agent)\nMar 03, 2025 11:40\n\n{_A}.\n\nMara Quill (requester)\nMar 03, 2025 14:20\n\n{OWN[1]}.\n"
    assert [(p.speaker, p.text) for p in passages("ticket.txt", text)] == [
        ("Mara Quill", f"{OWN[0]}."),
        ("Devika", f"{_A}."),
        ("Mara Quill", f"{OWN[1]}."),
    ]


PROSE = {
    "numbers.txt": "1 two cups of flour\n2 one spoon of salt\n3 a jar of starter: fed\n4 water as it comes\n",
    "hours.txt": "06:10 Rain. I stayed in and read.\n07:45 The boy came for the heels.\n12:00 Soup, alone.\n",
    "dashed_poem.txt": "— what the oven knows\n— it keeps\n\nand the cold\n\n— what the cold knows\n— it gives away\n",
    "story.txt": "Дверь скрипнула.\n\n— Кто там? — спросила Анна.\n\nНикто не ответил.\n\n— Это ты? — спросила она ещё раз.\n\nОна закрыла окно.\n",
    "breads.md": "# Week\n\n| Day | Bread | Notes |\n|---|---|---|\n| Monday | Rye | sells slowly |\n| Tuesday | Wheat | sells out |\n| Wednesday | Rye | see Monday |\n",
    "people.md": "| Name | Born | Town |\n|---|---|---|\n| Ada Holm | 1901 | Visby |\n| Otto Holm | 1903 | Visby |\n| Ada Holm | 1930 | Lund |\n",
    "boxes.txt": "[ ] turn off the boiler\n[x] tell the neighbour: June\n[ ] water the lemon\n[x] sign on the door: back on Monday\n",
    "verses.html": "<html><body><article><p>I kept the coal<br>in a tin of tea<br>and the tea in a shoe<br>and the shoe by the sea</p></article></body></html>",
    "fair.txt": "Spring fair — town square\n14 May 2024 10:00 · free entry\nI bring two hundred buns and one chair.\n\nNight bake — mill yard\n20 May 2024 22:00 · bring a lamp\nWe light the stone oven at ten.\n",
    "poem.txt": "The hill says nothing, my mother says less.\n\nThe kiln says wait.\n\nI say: tomorrow.\n",
    "letter.txt": "Dear reader,\n\nI have a confession to make about the bowl.\n\nYours,\nMara\n",
    "post.md": "# Two sorts\n\n**Ash glazes run.** I like that they run down the side.\n\n**Salt glazes bite.** I like that as well, on most days.\n",
    "faq.md": "# FAQ\n\n### Do you ship?\n\nYes, on Mondays.\n\n### Do you use gold?\n\nNo, gold is for teeth.\n",
    "diary.txt": "2024-03-01 09:00 Mixed the slip, it smelled of rain.\n2024-03-02 09:10 Bubbles at the rim, I was proud of every one.\n",
    "own.md": "---\ntitle: Mine\nauthor: Mara Quill\n---\n\nA thin foot cracks in the cold.\n",
}


@pytest.mark.parametrize("name", PROSE)
def test_prose_that_only_looks_so_stays_the_writers(name: str) -> None:
    """Verses, letters to readers, own questions and diaries are asked about by nobody."""
    assert [p for p in passages(name, PROSE[name]) if not p.is_creator or p.marks] == []


@pytest.mark.parametrize("line", ['"' + "a" * 60, "a: " * 40, "[quote=a" * 20, "— a b c", "> > >" * 30, "x wrote " * 20, "((((" * 30])  # fmt: skip
def test_time_grows_with_the_text(line: str) -> None:
    """Four times the lines take about four times as long, whatever they are made of."""

    def took_s(lines: int) -> float:
        text = "\n".join([line] * lines)
        started = time.process_time()
        with suppress(BadInput):
            passages("talk.txt", text)
        return time.process_time() - started

    took_s(50)
    assert took_s(600) < 12 * max(took_s(150), 0.01)


@pytest.mark.parametrize(
    "line", ["Part 2", "Bytes matter", "Vondel Park", "Avery Stone", "Porridge Day", "Doorbells"]
)
def test_a_heading_that_begins_like_a_byline_is_none(line: str) -> None:
    """`by`, `von`, `par`, `por`, `av` and `door` are words, not the beginnings of words."""
    assert byline(line) is None
    assert byline("By Sunil Rao") == "Sunil Rao"
