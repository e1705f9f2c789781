"""Bytes to text without being told the encoding."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fenshen.core.errors import BadInput
from fenshen.library.encoding import decode_text

CHINESE = "各位早上好，外面下雨，我们今天来修一把伞。这把伞不是观众寄来的，它在我的床底下。\n" * 3
TRADITIONAL = "各位早安，外面下雨，我們今天來修一把傘。這把傘不是觀眾寄來的，它在我的床底下。\n" * 3
WESTERN = (
    "Servus, wer bringt am Samstag den Ton mit? Zwölf Kilo, für Käthe und die Töpferei, größer als übrig.\n"
)


#: Lines as subtitles have them, each of which must be told by itself.
SHORT = {
    "cp1252": [
        "Très bien, à demain.",
        "Ça va ? Où êtes-vous allés hier soir ?",
        "Das heißt, wir müssen früher gehen.",
        "Würden Sie bitte die Tür schließen?",
        "¿Qué te pasó en la mano?",
        "El año que viene será mejor.",
        "Não sei, não. Você está lá?",
        "È già tardi, perché non andiamo?",
        "Så är det. Jag förstår.",
        "Jeg så ham på bryggen, og det er sørgelig.",
        "Þetta er ekki hægt, því miður.",
        "Naïve coöperatie, vóór alles.",
        "“Café” — déjà vu…",
        "Señor Núñez llegó tarde.",
        "Les œufs sont brûlés, hélas !",
        "Äpfel, Öl und Übermut.",
    ],
    "cp1250": [
        "Nie wiem, co się dzieje.",
        "Proszę, zostań tutaj na chwilę.",
        "Źle się czuję, muszę usiąść.",
        "Co to má být? Já jsem nic neudělal.",
        "Přišel pozdě a nic neřekl.",
        "Nem tudom, mit csináljak.",
        "Őszintén szólva, fáradt vagyok.",
        "Što radiš ovdje? Došao sam po ključeve.",
        "Nu ştiu ce să fac.",
        "Ďakujem, už musím ísť.",
    ],
    "cp1251": [
        "Привет.",
        "Не знаю, что делать.",
        "Де ти був учора? Я тебе чекав.",
        "Къде беше вчера?",
        "Ну, здравствуй, дорогой друг!",
        "ВНИМАНИЕ! Дверь закрыта.",
    ],
    "koi8_r": [
        "Не знаю, что делать.",
        "Ну, здравствуй, дорогой друг!",
    ],
    "cp1253": [
        "Δεν ξέρω τι να κάνω.",
        "Πού ήσουν χθες;",
    ],
    "cp1254": [
        "Ne yapacağımı bilmiyorum.",
        "Dün neredeydin? Seni bekledim, gelmedin. Şaşırdım.",
    ],
    "cp1255": [
        "אני לא יודע מה לעשות.",
    ],
    "cp1256": [
        "لا أعرف ماذا أفعل.",
    ],
    "cp874": [
        "ฉันไม่รู้จะทำอย่างไร",
    ],
    "gbk": [
        "我不知道该怎么办。",
        "你昨天去哪里了？",
        "谢谢大家收看，下期再见！",
        "好的",
        "釉料配方：长石四成，石英三成",
    ],
    "big5": [
        "我不知道該怎麼辦。",
        "你昨天去哪裡了？",
        "謝謝大家收看，下集再見！",
        "好的，我們開始。",
    ],
    "shift_jis": [
        "どうすればいいか分かりません。",
        "昨日はどこにいましたか？",
        "ありがとうございました。",
        "カメラを回して！",
        "陶芸家の一日",
    ],
    "euc_jp": [
        "どうすればいいか分かりません。",
        "昨日はどこにいましたか？",
    ],
    "cp949": [
        "어떻게 해야 할지 모르겠어요.",
        "어제 어디 있었어?",
        "시청해 주셔서 감사합니다!",
        "고양이가 창문 옆에서 잡니다.",
    ],
}
#: What whole files are made of.
LONG = {
    ("cp1252", "fr"): [
        "Bonjour à tous, il pleut et le four a des idées.",
        "Aujourd'hui, nous réparons un bol que j'aurais dû réparer hier.",
        "Si vous le laissez une nuit, il devient têtu.",
        "Écoutez, c'est un pied très heureux.",
        "D'abord la terre, après les opinions, voilà la méthode.",
        "Où est le garçon qui a cassé ça ?",
    ],
    ("cp1252", "de"): [
        "Guten Morgen, draußen regnet es, und der Ofen hat eine Meinung.",
        "Heute drehen wir eine Schüssel ab, die ich gestern hätte abdrehen müssen.",
        "Über Nacht wird sie lederhart und dann störrisch.",
        "Hören Sie, das ist ein glücklicher Fuß.",
        "Zuerst der Ton, später die Meinungen.",
    ],
    ("cp1252", "es"): [
        "Buenos días, está lloviendo y el horno opina.",
        "¿Cuánto es demasiado fino? La respuesta está en el suelo.",
        "Mañana señalaré el tazón pequeño.",
        "¡Escucha! Eso es un pie feliz.",
        "Primero el barro, después las opiniones.",
    ],
    ("cp1252", "pt"): [
        "Bom dia, está chovendo e o forno tem opiniões.",
        "Não é uma tigela, é uma lição.",
        "Amanhã vocês trazem alguém que nunca tocou no barro.",
        "Às vezes a razão está no chão.",
    ],
    ("cp1252", "sv"): [
        "God morgon, det regnar och ugnen har åsikter.",
        "I dag svarvar vi en skål som jag borde ha svarvat i går.",
        "Lämnar du den över natten blir den läderhård.",
    ],
    ("cp1250", "pl"): [
        "Dzień dobry, pada deszcz, a piec ma swoje zdanie.",
        "Dziś toczymy miskę, którą powinienem był wytoczyć wczoraj.",
        "Jeśli zostawisz ją na noc, stanie się twarda.",
        "Posłuchaj, to jest szczęśliwa stopka.",
        "Najpierw glina, później opinie, oto cała metoda.",
        "Ktoś zapytał, jak cienko to za cienko, a odpowiedź leży na podłodze.",
    ],
    ("cp1250", "cs"): [
        "Dobré ráno, prší a pec má svůj názor.",
        "Dnes točíme misku, kterou jsem měl vytočit včera.",
        "Když ji necháte přes noc, ztvrdne.",
        "Poslouchejte, to je šťastná nožka.",
        "Nejdřív hlína, pak názory, to je celá metoda.",
    ],
    ("cp1250", "hu"): [
        "Jó reggelt, esik az eső, és a kemencének véleménye van.",
        "Ma egy tálat esztergálunk, amelyet tegnap kellett volna.",
        "Ha éjszakára hagyod, megkeményedik.",
        "Előbb az agyag, később a vélemények.",
    ],
    ("cp1251", "ru"): [
        "Доброе утро, идёт дождь, и у печи есть мнение.",
        "Сегодня мы точим миску, которую надо было обточить вчера.",
        "Если оставить её на ночь, она станет твёрдой.",
        "Слушайте, это счастливая ножка.",
        "Сначала глина, потом мнения, вот и весь метод.",
    ],
    ("cp1251", "uk"): [
        "Доброго ранку, йде дощ, і піч має свою думку.",
        "Сьогодні ми точимо миску, яку треба було обточити вчора.",
        "Якщо залишити її на ніч, вона стане твердою.",
        "Спочатку глина, потім думки, ось і весь метод.",
    ],
    ("koi8_r", "ru"): [
        "Доброе утро, идёт дождь, и у печи есть мнение.",
        "Сегодня мы точим миску, которую надо было обточить вчера.",
        "Если оставить её на ночь, она станет твёрдой.",
        "Слушайте, это счастливая ножка.",
        "Сначала глина, потом мнения, вот и весь метод.",
    ],
    ("cp1253", "el"): [
        "Καλημέρα, βρέχει και ο φούρνος έχει άποψη.",
        "Σήμερα φτιάχνουμε ένα μπολ που έπρεπε να φτιάξω χθες.",
    ],
    ("cp1254", "tr"): [
        "Günaydın, yağmur yağıyor ve fırının bir fikri var.",
        "Bugün dün düzeltmem gereken bir kaseyi düzeltiyoruz.",
        "Şimdi dinleyin, işte mutlu bir ayak.",
    ],
    ("cp1255", "he"): [
        "בוקר טוב, יורד גשם ולתנור יש דעה.",
        "היום אנחנו מתקנים קערה שהייתי צריך לתקן אתמול.",
    ],
    ("cp1256", "ar"): [
        "صباح الخير، السماء تمطر وللفرن رأي.",
        "اليوم نصلح وعاء كان يجب أن أصلحه أمس.",
    ],
    ("cp874", "th"): [
        "สวัสดีตอนเช้า ฝนกำลังตกและเตาเผามีความเห็น",
        "วันนี้เราจะซ่อมชามที่ควรซ่อมเมื่อวาน",
    ],
    ("gbk", "zh-cn"): [
        "各位早上好，外面下雨，窑里有意见。",
        "今天修一个昨天就该修的碗。",
        "放一夜它会变硬，再放就变倔。",
        "听这个声音，圈足很高兴。",
        "先看泥，再说话，这就是全部方法。",
        "有人问多薄算太薄，答案在地上。",
        "碎的我们都留着，比请老师便宜。",
        "门口那只鹅没有买保险。",
    ],
    ("big5", "zh-tw"): [
        "各位早安，外面下雨，窯裡有意見。",
        "今天修一個昨天就該修的碗。",
        "放一夜它會變硬，再放就變倔。",
        "聽這個聲音，圈足很高興。",
        "先看泥，再說話，這就是全部方法。",
        "有人問多薄算太薄，答案在地上。",
        "碎的我們都留著，比請老師便宜。",
        "門口那隻鵝沒有買保險。",
    ],
    ("shift_jis", "ja"): [
        "おはようございます、外は雨です。",
        "今日は昨日直すべきだった茶碗を直します。",
        "一晩おくと固くなります。",
        "この音を聞いてください。",
        "まず土、それから意見。これが全部です。",
        "どこまで薄いと薄すぎるのかと聞かれました。",
        "割れたものは全部取ってあります。",
        "ヤギのジェラルドは保険に入っていません。",
    ],
    ("euc_jp", "ja"): [
        "おはようございます、外は雨です。",
        "今日は昨日直すべきだった茶碗を直します。",
        "一晩おくと固くなります。",
        "この音を聞いてください。",
        "まず土、それから意見。これが全部です。",
        "どこまで薄いと薄すぎるのかと聞かれました。",
        "割れたものは全部取ってあります。",
        "ヤギのジェラルドは保険に入っていません。",
    ],
    ("cp949", "ko"): [
        "안녕하세요, 밖에는 비가 오고 있습니다.",
        "오늘은 어제 고쳤어야 할 그릇을 고칩니다.",
        "하룻밤 두면 단단해집니다.",
        "이 소리를 들어 보세요.",
        "먼저 흙, 그다음에 의견입니다.",
        "얼마나 얇으면 너무 얇은지 물었습니다.",
        "깨진 것은 모두 보관하고 있습니다.",
        "염소 제럴드는 보험이 없습니다.",
    ],
}


def subtitles(lines: list[str], count: int) -> str:
    """An SRT of `count` cues that say `lines` in turn."""
    return "".join(
        f"{n + 1}\r\n00:{n // 12:02d}:{n * 5 % 60:02d},000 --> 00:{n // 12:02d}:{n * 5 % 60 + 4:02d},500\r\n{lines[n % len(lines)]}\r\n\r\n"
        for n in range(count)
    )


@pytest.mark.parametrize(
    ("encoding", "line"), [(encoding, line) for encoding, lines in SHORT.items() for line in lines]
)
def test_a_single_line_is_told(encoding: str, line: str) -> None:
    """Alone, and as the only cue of a subtitle file."""
    for text in (line, subtitles([line], 1)):
        assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize(("encoding", "language"), LONG)
@pytest.mark.parametrize("cues", [3, 12, 300])
def test_subtitle_files_are_told_short_and_long(encoding: str, language: str, cues: int) -> None:
    """In every encoding that subtitles are passed around in."""
    text = subtitles(LONG[encoding, language], cues)
    assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", ["zh-cn", "ja", "ko", "fr", "ru"])
def test_unicode_is_told_with_and_without_a_mark(encoding: str, language: str) -> None:
    """The zeros of UTF-16 stand for its mark."""
    lines = next(lines for (_, spoken), lines in LONG.items() if spoken == language)
    text = subtitles(lines, 6)
    assert decode_text(text.encode(encoding)).lstrip("\ufeff") == text


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_unmarked_utf16_without_any_markup_is_told(encoding: str) -> None:
    """Prose in Chinese, where only line breaks have zeros and 一 has one on the other side."""
    text = "有一天，外面下雨，我们一起来修一把伞。\n" * 5
    assert decode_text(text.encode(encoding)) == text


def test_one_damaged_character_does_not_change_the_encoding() -> None:
    """UTF-8 with a byte lost stays UTF-8."""
    data = CHINESE.encode() * 5
    assert decode_text(data[:600] + data[601:]).count("\ufffd") <= 2


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CHINESE, "utf-8"), (CHINESE, "utf-8-sig"), (CHINESE, "gbk"), (CHINESE, "gb18030"), (CHINESE, "utf-16"),
        (TRADITIONAL, "big5"), (WESTERN, "cp1252"), (WESTERN, "utf-16-le"), (WESTERN, "utf-16-be"),
    ],
)  # fmt: skip
def test_text_survives_its_encoding(text: str, encoding: str) -> None:
    """Marked or not, Chinese or Western, the same text comes back."""
    assert decode_text(text.encode(encoding)) == text


def test_a_character_cut_at_the_sample_edge_does_not_matter() -> None:
    """Judging by the first 64 KiB never splits a Chinese character into a wrong verdict."""
    text = "a" + "伞" * 60_000
    assert decode_text(text.encode("utf-8")) == text


@pytest.mark.parametrize("seed", range(20))
def test_noise_is_refused(seed: int) -> None:
    """Random bytes are not text in any encoding."""
    with pytest.raises(BadInput) as caught:
        decode_text(random.Random(seed).randbytes(4000))
    assert caught.value.code in ("binary", "encoding")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    """Nothing but text or `BadInput` ever comes out."""
    try:
        decode_text(data)
    except BadInput as error:
        assert error.code in ("binary", "encoding")
