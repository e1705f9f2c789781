"""How the words of a language are spelled: which letter follows which, and which words are frequent.

Read from the word lists of jusText (BSD), which order the frequent words of Wikipedia in each language;
Thai, which is not among them, from words listed here. Pure but for reading those lists once a process.
Knows nothing about bytes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from math import log

#: ISO 639 code → name of the list.
_LISTS = {
    "en": "English", "fr": "French", "de": "German", "es": "Spanish", "pt": "Portuguese", "it": "Italian",
    "nl": "Dutch", "sv": "Swedish", "da": "Danish", "nb": "Norwegian_Bokmal", "nn": "Norwegian_Nynorsk",
    "fi": "Finnish", "is": "Icelandic", "ca": "Catalan", "gl": "Galician", "eu": "Basque", "oc": "Occitan",
    "sq": "Albanian", "ga": "Irish", "cy": "Welsh", "af": "Afrikaans", "lb": "Luxembourgish", "br": "Breton",
    "pl": "Polish", "cs": "Czech", "sk": "Slovak", "hu": "Hungarian", "ro": "Romanian", "hr": "Croatian",
    "sl": "Slovenian", "bs": "Bosnian", "lt": "Lithuanian", "lv": "Latvian", "et": "Estonian",
    "tr": "Turkish", "az": "Azerbaijani", "uz": "Uzbek", "eo": "Esperanto", "mt": "Maltese",
    "ru": "Russian", "uk": "Ukrainian", "be": "Belarusian", "bg": "Bulgarian", "mk": "Macedonian",
    "sr": "Serbian", "kk": "Kazakh", "ky": "Kyrgyz", "el": "Greek", "he": "Hebrew", "ar": "Arabic",
    "fa": "Persian", "ur": "Urdu", "vi": "Vietnamese", "id": "Indonesian", "ms": "Malay", "tl": "Tagalog",
    "sw": "Swahili", "la": "Latin", "hi": "Hindi", "mr": "Marathi", "ne": "Nepali", "bn": "Bengali",
    "gu": "Gujarati", "ta": "Tamil", "te": "Telugu", "kn": "Kannada", "ml": "Malayalam", "ka": "Georgian",
    "hy": "Armenian", "ku": "Kurdish", "yo": "Yoruba", "ig": "Igbo", "jv": "Javanese", "qu": "Quechua",
}  # fmt: skip
LANGUAGES = (*_LISTS, "th")
_THAI = (
    "ที่ และ ใน เป็น การ ของ มี ได้ ว่า จะ ไม่ ให้ ความ กับ จาก คน มา ไป แล้ว ก็ หรือ โดย ต้อง อยู่ นี้ นั้น ถ้า เมื่อ ผู้ "
    "ซึ่ง วัน ปี ทำ ต่อ เรา ฉัน เขา คุณ ผม เธอ มัน อะไร ทำไม อย่าง เพราะ แต่ ถึง ด้วย กัน ขึ้น ลง ออก เข้า ดี มาก น้อย ใหญ่ เล็ก "
    "บ้าน น้ำ ข้าว กิน เดิน พูด เห็น รู้ คิด ชอบ รัก เวลา ครั้ง หนึ่ง สอง สาม ยัง เคย กำลัง ควร อาจ สามารถ ทุก เช้า คืน วันนี้ พรุ่งนี้ "
    "เมื่อวาน ห้อง โต๊ะ เก่า ใหม่ เสียง เหมือน ขอบคุณ สวัสดี ครับ ค่ะ ประเทศไทย เมือง โลก งาน เงิน ใจ ตัว มือ หัว หน้า หลัง บน ใต้ อีก เต็ม"
)
_CEDILLAS = str.maketrans("șț", "şţ")
#: Everyday words with the letters that the short lists of encyclopaedic words have too little of.
_MORE = {
    "en": "café naïve fiancé fiancée résumé cliché façade déjà crème brûlée jalapeño née über "
    "josé zoë müller andré chloé noël françois jürgen björn søren renée beyoncé björk",
    "fr": "cœur sœur œuvre œuf œufs vœu nœud maïs naïf noël haïr où dû sûr mûr août goût goûter brûlé brûler brûlés "
    "hélas écoutez théière fête tête forêt hôtel côté bientôt plutôt ça garçon français leçon façon reçu être même "
    "après très père mère frère première lumière derrière voilà déjà là réparé réparer écouté café école été étais",
    "de": "äpfel öl übermut übel über tür türen früh müde fühlen glück grün küche schüssel füße groß größe größer "
    "weiß heiß heißt straße spaß süß außen draußen schließen nähen hätte hätten wäre wären könnte möchte "
    "mögen hören schön höher zwölf töne löffel völlig jäger käse käthe mädchen später erzählt ärger großmutter",
    "es": "mañana señor señora niño niña año años pequeño sueño español día días también café aquí allí así está "
    "estás están qué cómo cuándo dónde quién según después todavía más árbol útil lápiz él sí mí aún pingüino "
    "camión canción corazón razón jardín máquina página rápido difícil fácil encontré pasó llegó",
    "pt": "não são então mão mãos pão irmão irmã manhã amanhã maçã avó avô você vocês português três mês já até "
    "água árvore música fácil difícil também porém alguém ninguém você à às é está estão lá cá coração lição "
    "canção estação caminhão sótão razão chão põe põem peças peça açúcar dança façam faço solução máquina tigela",
    "it": "è più già così città perché però può là sì né lunedì martedì venerdì università caffè verità metà "
    "libertà qualità ciò giù lì laggiù poiché cioè sarà farà dirà virtù società possibilità",
    "nl": "één vóór ideeën zeeën knieën belgië italië financiële financieel geërfd reëel ruïne coöperatie coördinatie "
    "geïnteresseerd egoïst naïef vacuüm zoë café patiënt cliënt efficiënt drieën tweeën beëindigen geëerd poëzie",
    "sv": "är på så får går där här när också även människor år mår båt söndag lördag kväll öl ö ås ägg äpple måste",
    "da": "på så får går år også båd søndag lørdag øl ø æble færge kærlighed hår være måske næste før køkken nød",
    "nb": "på så får går år også båt søndag lørdag øl øy eple ferge kjærlighet hår være kanskje neste før kjøkken nød",
    "ca": "és això també aquí així més món català però què perquè més gràcies òpera àvia cançó camió fàcil difícil plaça",
    "fi": "äiti isä yö työ öljy pöly pöytä keittiö ääni jäätelö hyvää päivää kiitän tämä nämä että vielä täynnä löysin",
    "et": "öö öösel õmblus köök pööning õli tolm väike jälle nüüd ütles lõpuks õnn öelda üks üle ära sõber tüdruk",
    "lv": "vēl nekā kļūt eļļa ķert šūt vectēvs māsa tēvs māte brālis ceļš dzīve gadā tā arī kā šī lūdzu paldies",
    "lt": "ačiū prašau žmogus širdis ėjo žodis šiaurė mašina virtuvė naktį stalą vėl dėl todėl palėpė mėgsta",
}  # fmt: skip
#: Its letters by frequency: a list of a hundred words does not show which ones may follow each other.
_THAI_LETTERS = "านรกเงมยลวดทสต่ปบคห้ัิีแพใจขชโไืผึถุอะ็ูธฉณศญภซฝฟษฐฎฬฆ"
_WORDS_MAX = 1_500
_FREQUENT = 300
#: A run of letters with the signs that stand on them, which are no letters to `re`.
WORD = re.compile(
    "(?:[^\\W\\d_\u00b2\u00b3\u00b9\u00bc-\u00be]|[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f"
    "\u0955-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u0a81-\u0a83\u0abc-\u0acd\u0b82\u0bbe-\u0bcd"
    "\u0c00-\u0c04\u0c3e-\u0c4d\u0c81-\u0c83\u0cbc-\u0ccd\u0d00-\u0d03\u0d3b-\u0d4d\u0e31\u0e34-\u0e3a"
    "\u0e47-\u0e4e\u200c\u200d])+"
)
_THAI_UNSEEN_NATS = -0.7
_OUTSIDE, _LOAN, _UNSEEN_NATS, _WEIGHT = 1e-6, 1e-4, 4.6, 3.0
_LOANS = frozenset("éèêëàáâäãåçíìîïñóòôöøœúùûüß")


@dataclass(frozen=True)
class Spelling:
    """Which letters follow each other in a language, as natural logarithms of probabilities.

    Attributes:
        after: two letters (a space for the end of a word) → of the second after the first.
        alone: letter → of it anywhere.
        words: frequent words, lower case.
        frequent: the most frequent of them.
        unseen: of two letters that never follow each other in its words, beside that of the second alone.
    """

    after: Mapping[str, float]
    alone: Mapping[str, float]
    words: frozenset[str]
    frequent: frozenset[str]
    unseen: float

    def log_p(self, before: str, letter: str) -> float:
        """Of `letter` after `before`."""
        known = self.after.get(before + letter)
        return known if known is not None else self._unseen(letter)

    def log_p_alone(self, letter: str) -> float:
        """Of `letter` anywhere."""
        return self.alone.get(letter, _foreign(letter))

    def _unseen(self, letter: str) -> float:
        alone = self.alone.get(letter)
        return _foreign(letter) if alone is None else alone + self.unseen

    def per_letter(self, words: Mapping[str, int]) -> float:
        """Mean over the letters of `words` (lower case → how often) of how likely each is after the one before."""
        total, letters = 0.0, 0
        for word, count in words.items():
            before = " "
            for letter in (*word, " "):
                total += count * self.log_p(before, letter)
                before = letter
            letters += count * (len(word) + 1)
        return total / max(1, letters)


def _foreign(letter: str) -> float:
    """Of a letter that none of a language's words has: names and loans bring the commonest of them anywhere."""
    return log(_LOAN if letter in _LOANS else _OUTSIDE)


@cache
def spelling(language: str) -> Spelling:
    """The spelling of one of `LANGUAGES`."""
    listed = _THAI.split() if language == "th" else _read(_LISTS[language])
    listed[_FREQUENT // 2 : _FREQUENT // 2] = _MORE.get(language, "").split()
    found = _counted(list(dict.fromkeys(listed))[:_WORDS_MAX])
    if language != "th":
        return found
    total = sum(1 / (rank + 3) for rank in range(len(_THAI_LETTERS)))
    alone = {letter: log(1 / (rank + 3) / total) for rank, letter in enumerate(_THAI_LETTERS)}
    return replace(found, alone={**found.alone, **alone}, unseen=_THAI_UNSEEN_NATS)


def _read(name: str) -> list[str]:
    text = files("justext").joinpath("stoplists", f"{name}.txt").read_text("utf-8")
    words = [word.lower() for word in text.split() if WORD.fullmatch(word)]
    if name == "Romanian":  # written with cedillas wherever the encoding lacks letters with commas
        words = [form for word in words for form in dict.fromkeys((word, word.translate(_CEDILLAS)))]
    return words


def _counted(words: list[str]) -> Spelling:
    pairs: Counter[str] = Counter()
    for rank, word in enumerate(words):
        weight = 1 + 20 / (rank + 10)
        for before, letter in zip(" " + word, word + " ", strict=True):
            pairs[before + letter] += weight  # type: ignore[assignment]
    alone, first = _sums((pair[1], count) for pair, count in pairs.items()), Counter[str]()
    for pair, count in pairs.items():
        first[pair[0]] += count
    total = sum(alone.values())
    shares = {letter: count / total for letter, count in alone.items()}
    after = {
        pair: log((count + _WEIGHT * shares[pair[1]]) / (first[pair[0]] + _WEIGHT))
        for pair, count in pairs.items()
    }
    return Spelling(
        after,
        {letter: log(share) for letter, share in shares.items()},
        frozenset(words),
        frozenset(words[:_FREQUENT]),
        -_UNSEEN_NATS * min(1.0, len(words) / _FREQUENT),
    )


def _sums(found: Iterable[tuple[str, float]]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for key, value in found:
        sums[key] = sums.get(key, 0.0) + value
    return sums
