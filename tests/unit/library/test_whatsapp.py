"""WhatsApp exports as phones of many languages write them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fenshen.core.errors import BadInput
from fenshen.library.readers.whatsapp import SPEC, read_whatsapp, spoken
from fenshen.library.reading import Head

SAID = ["Juno: Is the kiln on?", "Mara Quill: It is. Stand back.\nFurther."]


@dataclass(frozen=True)
class Phone:
    """An export: what is in the file, and the day of its first message."""

    text: str
    day: date
    name: str = "_chat.txt"


def ios(day: str, encrypted: str, omitted: str, deleted: str) -> str:
    """An export of an iPhone: everything that WhatsApp says bears U+200E."""
    return (
        f"[{day}] Kiln: \u200e{encrypted}\r\n[{day}] Juno: Is the kiln on?\r\n"
        f"\u200e[{day}] Juno: \u200e{omitted}\r\n[{day}] Mara Quill: It is. Stand back.\r\nFurther.\r\n"
        f"[{day}] Juno: \u200e{deleted}\r\n"
    )


def android(day: str, system: str, omitted: str, attached: str, deleted: str, edited: str) -> str:
    """An export of an Android phone: what WhatsApp says has no sender or is a known phrase."""
    return (
        f"{day} - {system}\n{day} - Juno: Is the kiln on?\n{day} - Juno: {omitted}\n"
        f"{day} - Juno: IMG-20240312-WA0001.jpg ({attached})\n"
        f"{day} - Mara Quill: It is. Stand back.\nFurther. {edited}\n{day} - Juno: {deleted}\n"
    )


MARCH = date(2024, 3, 14)
PHONES = {
    "iOS en-US": Phone(ios("3/14/24, 8:01:05\u202fPM", "Messages and calls are end-to-end encrypted.", "image omitted", "This message was deleted."), MARCH),
    "iOS en-GB": Phone(ios("14/03/2024, 20:01:05", "Messages and calls are end-to-end encrypted.", "video omitted", "You deleted this message."), MARCH),
    "iOS de": Phone(ios("14.03.24, 20:01:05", "Nachrichten und Anrufe sind verschlüsselt.", "Bild weggelassen", "Diese Nachricht wurde gelöscht."), MARCH),
    "iOS fr": Phone(ios("14/03/2024 20:01:05", "Les messages sont chiffrés de bout en bout.", "image absente", "Ce message a été supprimé."), MARCH),
    "iOS zh-CN": Phone(ios("2024/3/14 20:01:05", "消息和通话已进行端到端加密。", "图片已忽略", "此消息已删除。"), MARCH),
    "iOS zh-CN 12 h": Phone(ios("2024/3/14 下午8:01:05", "消息和通话已进行端到端加密。", "忽略图片", "您已删除此消息。"), MARCH),
    "iOS ja": Phone(ios("2024/03/14 20:01:05", "メッセージと通話はエンドツーエンドで暗号化されています。", "画像は含まれていません", "このメッセージは削除されました"), MARCH),
    "iOS ar": Phone(ios("\u200f١٤\u200f/٣\u200f/٢٠٢٤، ٨:٠١:٠٥\u202fم", "الرسائل والمكالمات مشفرة تمامًا بين الطرفين.", "تم استبعاد الصورة", "تم حذف هذه الرسالة."), MARCH),
    "iOS fi": Phone(ios("14.3.2024 klo 20.01.05", "Viestit ja puhelut on salattu.", "kuva jätetty pois", "Tämä viesti poistettiin."), MARCH),
    "Android en-US": Phone(android("3/14/24, 8:01 PM", "Messages and calls are end-to-end encrypted.", "<Media omitted>", "file attached", "This message was deleted", "<This message was edited>"), MARCH, "WhatsApp Chat with Juno.txt"),
    "Android en-GB": Phone(android("14/03/2024, 20:01", "Mara Quill created group “Kiln: the second”", "<Media omitted>", "file attached", "You deleted this message", ""), MARCH, "WhatsApp Chat with Juno.txt"),
    "Android en-IN": Phone(android("14/03/24, 8:01\u202fpm", "Messages and calls are end-to-end encrypted.", "<Media omitted>", "file attached", "null", ""), MARCH, "WhatsApp Chat with Juno.txt"),
    "Android de": Phone(android("14.03.24, 20:01", "Mara Quill hat die Gruppe „Ofen: Teil 2“ erstellt.", "<Medien ausgeschlossen>", "Datei angehängt", "Diese Nachricht wurde gelöscht.", "<Diese Nachricht wurde bearbeitet.>"), MARCH, "WhatsApp Chat mit Juno.txt"),
    "Android es": Phone(android("14/3/24, 8:01\u00a0p.\u00a0m.", "Los mensajes y las llamadas están cifrados de extremo a extremo.", "<Multimedia omitido>", "archivo adjunto", "Se eliminó este mensaje.", "<Se editó este mensaje.>"), MARCH, "Chat de WhatsApp con Juno.txt"),
    "Android fr": Phone(android("14/03/2024 à 20:01", "Les messages et les appels sont chiffrés.", "<Médias omis>", "fichier joint", "Ce message a été supprimé", ""), MARCH, "Discussion WhatsApp avec Juno.txt"),
    "Android pt-BR": Phone(android("14/03/2024 20:01", "As mensagens e ligações são protegidas.", "<Mídia oculta>", "arquivo anexado", "Esta mensagem foi apagada", "<Mensagem editada>"), MARCH, "Conversa do WhatsApp com Juno.txt"),
    "Android it": Phone(android("14/03/24, 20:01", "I messaggi e le chiamate sono crittografati.", "<Media omessi>", "file allegato", "Questo messaggio è stato eliminato", ""), MARCH, "Chat WhatsApp con Juno.txt"),
    "Android zh-CN": Phone(android("2024年3月14日 下午8:01", "消息和通话已进行端到端加密。", "<省略多媒体文件>", "文件附件", "此消息已删除", "<这条消息已编辑>"), MARCH, "与Juno的 WhatsApp 聊天.txt"),
    "Android ja": Phone(android("2024/03/14, 20:01", "メッセージと通話は暗号化されています。", "<メディアは含まれていません>", "ファイル添付", "このメッセージは削除されました", ""), MARCH, "JunoとのWhatsAppトーク.txt"),
    "Android ar": Phone(android("\u200f١٤/٣/٢٠٢٤، ٨:٠١ م", "الرسائل والمكالمات مشفرة تمامًا بين الطرفين.", "<تم استبعاد الوسائط>", "ملف مرفق", "تم حذف هذه الرسالة", ""), MARCH, "محادثة واتساب مع Juno.txt"),
    "Android sv": Phone(android("2024-03-14 20:01", "Meddelanden och samtal är krypterade. WhatsApp kan inte läsa dem.", "<Media har utelämnats>", "bifogad fil", "null", ""), MARCH, "WhatsApp-chatt.txt"),
    "Android ko": Phone(android("2024. 3. 14. 오후 8:01", "메시지와 통화는 종단간 암호화됩니다.", "<미디어 파일 제외됨>", "파일 첨부됨", "삭제된 메시지입니다", ""), MARCH, "KakaoNo WhatsApp.txt"),
}  # fmt: skip


@pytest.mark.parametrize("phone", PHONES)
def test_every_phone_gives_the_same_conversation(phone: str) -> None:
    """Only what people typed stays, on the right day, whatever language WhatsApp spoke."""
    export = PHONES[phone]
    assert SPEC.recognises(Head(export.text.encode(), export.name))
    chat = read_whatsapp(export.text, export.name)
    assert [f"{cue.speaker}: {cue.text}" for cue in chat.cues] == SAID
    assert chat.published == export.day


def test_a_chat_named_after_one_person_was_made_by_the_other() -> None:
    """The file's name tells the title and who exported it; a group's tells the title alone."""
    chat = read_whatsapp(PHONES["Android es"].text, "Chat de WhatsApp con Juno.txt")
    assert (chat.title, chat.owner) == ("Juno", "Mara Quill")
    group = read_whatsapp(PHONES["Android es"].text, "Chat de WhatsApp con Horno.txt")
    assert (group.title, group.owner) == ("Horno", None)


def test_a_caption_is_kept_without_its_file() -> None:
    """Android writes the file's name first and what was typed with it on the next line."""
    text = "14/03/2024, 20:01 - Juno: IMG-1.jpg (file attached)\nLook at this glaze\n14/03/2024, 20:02 - Juno: location: https://maps.google.com/?q=1,2"
    assert [cue.text for cue in read_whatsapp(text).cues] == ["Look at this glaze"]


@pytest.mark.parametrize(
    ("days", "first"),
    [
        (["3/4/24, 20:01", "4/4/24, 20:01", "5/4/24, 09:00"], date(2024, 4, 3)),
        (["3/11/24, 20:01", "3/12/24, 20:01", "4/1/24, 09:00"], date(2024, 3, 11)),
        (["3/4/24, 8:01 PM", "3/4/24, 8:02 PM"], date(2024, 3, 4)),
        (["03/04/24, 8:01 pm", "03/04/24, 8:02 pm"], date(2024, 4, 3)),
        (["13/4/24, 20:01", "1/5/24, 20:01"], date(2024, 4, 13)),
    ],
)
def test_day_and_month_are_told_apart(days: list[str], first: date) -> None:
    """By a number above twelve, else by which reading never steps back, else by the American clock."""
    assert read_whatsapp("\n".join(f"{day} - Juno: Hello" for day in days)).published == first


@pytest.mark.parametrize(
    "text",
    [
        "[2024-03-14 20:01:05] INFO: server started\n[2024-03-14 20:01:06] INFO: ready",
        "2024-03-14 20:01 - deploy: done",
        "14/03/2024 20:01 - lunch with Juno",
        "1/2 cup of flour, 3 eggs",
        "[1, 2, 3]",
    ],
)
def test_logs_and_diaries_are_not_chats(text: str) -> None:
    """Lines that begin with a date are common; WhatsApp's own signs are not."""
    assert not SPEC.recognises(Head(text.encode(), "notes.txt"))


@given(st.text(alphabet="[]0123456789/.-,: \u200eAPMmapم年月\n", max_size=200))
def test_whatever_is_read_is_a_document_or_a_clear_refusal(text: str) -> None:
    """Untrusted text raises nothing but `BadInput`."""
    SPEC.recognises(Head(text.encode(), "a.txt"))
    try:
        read_whatsapp(text)
    except BadInput as error:
        assert error.code == "no_text"


NOTICES = [
    *(
        "Bu mesaj silindi",
        "Bu mesajı sildiniz",
        "Вы удалили данное сообщение",
        "Данное сообщение удалено",
        "Пропущенный аудиозвонок",
    ),
    *(
        "이 메시지를 삭제했습니다",
        "你撤回了一条消息",
        "您已刪除此訊息",
        "このメッセージを削除しました",
        "ข้อความนี้ถูกลบแล้ว",
        "Pesan ini telah dihapus",
    ),
    *(
        "यह संदेश हटा दिया गया था",
        "Dit bericht is verwijderd",
        "Ta wiadomość została usunięta",
        "Це повідомлення видалено",
        "تم حذف هذه الرسالة",
    ),
    *(
        "הודעה זו נמחקה",
        "Tin nhắn này đã bị xóa",
        "Missed voice call, Tap to call back",
        "사진 생략됨",
        "видео отсутствует",
        "<Без медиафайлов>",
    ),
    "POLL:\nWhich day?\nOPTION: Monday (0 votes)\nOPTION: Tuesday (1 vote)",
    "UMFRAGE:\nWelcher Tag?\nOPTION: Montag (0 Stimmen)\nOPTION: Dienstag (1 Stimme)",
]


@pytest.mark.parametrize("notice", NOTICES)
def test_what_whatsapp_says_in_other_languages_is_nobodys_speech(notice: str) -> None:
    """Deleted messages, calls, media left out and polls, without the mark that phones put before them."""
    assert spoken(notice) == ""


@pytest.mark.parametrize(
    "typed",
    [
        "I deleted this message from mum",
        "the address is <repairs at the pier>",
        "end-to-end encrypted? no idea",
        "Boris: POLL",
    ],
)
def test_what_people_type_that_looks_like_it_stays(typed: str) -> None:
    """Words about such things are words."""
    assert spoken(typed) == typed


@pytest.mark.parametrize(
    ("name", "partner"),
    [
        ("Ayşe ile WhatsApp Sohbeti.txt", "Ayşe"),
        ("Чат WhatsApp с контактом Ольга.txt", "Ольга"),
        ("WhatsApp-chat met Jan (1).txt", "Jan"),
        ("Czat WhatsApp z Olą.txt", "Olą"),
        ("Chat WhatsApp dengan Budi.txt", "Budi"),
        ("Rozhovor WhatsApp (Jana).txt", "Jana"),
    ],
)
def test_the_partner_in_the_files_name_tells_whose_export_it_is(name: str, partner: str) -> None:
    """In languages that are known, and where one of two speakers is named in it."""
    text = f"12.03.2021, 14:05 - {partner}: Hi\n12.03.2021, 14:06 - Otto: Hi\n"
    assert read_whatsapp(text, name).owner == "Otto"


def test_notices_under_a_name_are_not_that_persons() -> None:
    """Exports without U+200E put the group's notices under its name, and others under whoever they tell of."""
    at = "[12/03/2021, 14:05:00] "
    chat = read_whatsapp(
        f"{at}Kettle Crew: Messages and calls are end-to-end encrypted. No one outside of this chat can read them.\n"
        f"{at}Boris: Boris created group “Kettle Crew”\n{at}Kettle Crew: Boris added you\n{at}Boris: hello\n"
        f"{at}Jonas: Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt. Niemand, auch nicht WhatsApp, kann sie lesen.\n{at}Jonas: hi\n"
    )
    assert [(cue.speaker, cue.text) for cue in chat.cues] == [("Boris", "hello"), ("Jonas", "hi")]


def test_lines_that_look_like_headers_and_thai_years() -> None:
    """A typed span of time goes on with the message; the Buddha's year is counted back."""
    plan = read_whatsapp(
        "13/9/20, 09:00 - Ann: plan:\n13/9/20, 10:00 - 11:00: cleaning\nthen lunch\n13/9/20, 12:00 - Bob: ok\n"
    )
    assert [cue.text for cue in plan.cues] == ["plan:\n13/9/20, 10:00 - 11:00: cleaning\nthen lunch", "ok"]
    assert read_whatsapp("12/3/2564 14:05 - สมชาย: สวัสดี\n").published == date(2021, 3, 12)


def test_a_cut_export_under_another_name_is_known() -> None:
    """Canadian days have dashes, as machines' logs have; people's names tell them apart."""
    assert SPEC.recognises(
        Head(b"2023-12-20, 5:46 p.m. - Farid: Hi\n2023-12-20, 5:47 p.m. - Mara: Yes\n", "notes.txt")
    )
    assert not SPEC.recognises(
        Head(b"2021-03-12, 14:05 - INFO: x\n2021-03-12, 14:05 - ERROR: y\n", "notes.txt")
    )
