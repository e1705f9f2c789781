"""How likely a character is in a language, as far as telling encodings apart needs it. Pure; reads no bytes.

For alphabets, the letters that are not ASCII in order of how common they are. For Chinese, Japanese and
Korean, the commonest characters and the tables of the national standards, which put common ones first.
"""

from __future__ import annotations

from functools import cache
from math import log

#: Letters beyond ASCII by frequency in running text, and marks that only this language uses.
ALPHABETS = {
    "fr": "éàèêçùâîôûëïœ«»",
    "de": "üäößé",
    "es": "óíáéñú¿¡ü",
    "pt": "ãçéáóêõíâàúôü",
    "it": "èàùòìé",
    "nordic": "åäöøæé",
    "is": "ðíáþöéóæúý",
    "nl": "ëéïóèöü",
    "pl": "ąłęóżśćńź",
    "cs": "íáéěšýčžřůúťďňó",
    "sk": "áíčéžýšúľťôňäďóĺŕ",
    "hu": "áéőöóíüűú",
    "ro": "ăîâşţșț",
    "hr": "čšžćđ",
    "tr": "ıüşöğçİâî",
    "ru": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "uk": "оаниіветрслкудмпязьбгйчхцїюжєшщфґ",
    "bg": "аиоентрсвлкдпмзъубгячхцйшжщюфь",
    "sr": "аоиенрјтсвкудпмлзгбчшцћжхђњљфџ",
    "el": "αοιετσνηυρπκμλςωόγίάέήδύθώβχφξζψϊ",
    "he": "יוהלארתבשמנעדקפחגטכםצןזסךףץ",
    "ar": "اليمنوتربهدفسعكقحجأةشصخطذضزىغئثظإآ،؟",
    "th": "านรกเงมยลวดทสต่ปบคห้ัิีแพใจขชโไืผึถุอะ็ู",
}
#: Common words in ASCII; what differs between neighbours that share their letters.
WORDS = {
    "fr": "le la les des et un une que est dans pour pas qui sur",
    "de": "der die das und ist nicht ein eine ich wir mit auf es zu",
    "es": "el la los las que y en un una es por con no se está del",
    "pt": "o a os as que e em um uma com por do da no na se tem",
    "it": "il la che di un una per non con sono del della si",
    "nordic": "och det att en ett som jag er og ikke har den i vi",
    "is": "og er ekki hann sem til um",
    "nl": "de het een en van ik niet dat is",
    "pl": "i w na nie to jest z do od po jak ale co tak mnie ma",
    "cs": "a je na se v to si ale tak jak",
    "sk": "a je na sa v to si ale tak ako",
    "hu": "a az egy hogy nem is de van meg ez",
    "ro": "de la cu un nu pe care este din",
    "hr": "je u na da se i za su ne",
    "tr": "bir ve bu da ne ben sen evet var yok ama",
}
#: The commonest characters of running text, about a third of it or more.
COMMON_HAN = frozenset(
    "的一是不了在人有我他这這个個上们們来來到时時大地为為子中你说說生国國年着就那和要她出也得里裡后後自以会會"
    "家可下而过過天去能對对小多然于於心學学么之都好看起发發当當没沒成只如事把还還用第样樣道想作种種开開美总總从從"
)
COMMON_HANGUL = frozenset(
    "이다는을가에의고지하기한도사로리아서나자어은그를해있니수들면시일대것인라정요게만지부보여습스전주안우장제원했오네모거구으내진없때러마비무"
)
_TYPOGRAPHY = frozenset("’‘“”„–—…•«»°©®€£·´™¡¿")
_WIDE_TYPOGRAPHY = frozenset("，。、！？：；（）「」『』《》【】…—～“”‘’·ー　")

_UNKNOWN_LETTER, _UPPER_CASE, _SYMBOL, _RARE, _BROKEN = 3e-4, 0.05, 1e-5, 1e-6, 1e-8


@cache
def alphabet_log_p(char: str, language: str) -> float:
    """Natural logarithm of the share of `char` among the characters beyond ASCII in `language`."""
    shares = _shares(language)
    if char in _TYPOGRAPHY and char not in shares:
        return log(0.02)
    lower = char.lower()
    share = shares.get(char) or shares.get(lower, _UNKNOWN_LETTER) * (_UPPER_CASE if lower != char else 1)
    if char.isalpha() or char in shares:
        return log(share)
    return log(_BROKEN if char == "\ufffd" else _SYMBOL)


@cache
def common_words(language: str) -> frozenset[str]:
    """Common words of a language written in Latin letters; none for others."""
    return frozenset(WORDS.get(language, "").split())


@cache
def _shares(language: str) -> dict[str, float]:
    """Shares falling with rank, as letters' do."""
    letters = ALPHABETS[language]
    total = sum(1 / (rank + 2) for rank in range(len(letters)))
    return {letter: 1 / (rank + 2) / total for rank, letter in enumerate(letters)}


@cache
def wide_log_p(char: str, language: str) -> float:
    """The same for `zh-hans`, `zh-hant`, `ja` and `ko`."""
    if char in _WIDE_TYPOGRAPHY:
        return log(0.02)
    if char == "\ufffd":
        return log(_BROKEN)
    if language == "ja" and "\u3041" <= char <= "\u3096":
        return log(0.007)
    if language == "ja" and "\u30a1" <= char <= "\u30fc":
        return log(0.001)
    if language == "ko":
        return log(_hangul_share(char))
    if "\u4e00" <= char <= "\u9fff":
        if char in COMMON_HAN and language != "ja":
            return log(0.003)
        return log(2e-4 if _is_level_one(char, language) else _RARE)
    return log(_SYMBOL if "\u2000" <= char <= "\u33ff" or "\uff01" <= char <= "\uff5e" else _RARE)


def common_share(text: str) -> float:
    """Share of the commonest Chinese, Japanese and Korean characters in `text`; by chance under 1 %."""
    common = sum("\u3041" <= c <= "\u3096" or c in COMMON_HAN or c in COMMON_HANGUL for c in text)
    return common / max(1, len(text))


def _hangul_share(char: str) -> float:
    if char in COMMON_HANGUL:
        return 0.006
    return 2e-4 if "\uac00" <= char <= "\ud7a3" else _RARE


#: Encoding of the standard and the lead bytes of its common characters.
_LEVEL_ONE = {
    "zh-hans": ("gb2312", 0xB0, 0xD7),
    "zh-hant": ("big5", 0xA4, 0xC6),
    "ja": ("euc_jp", 0xB0, 0xCF),
}


def _is_level_one(char: str, language: str) -> bool:
    encoding, first, last = _LEVEL_ONE[language]
    try:
        return first <= char.encode(encoding)[0] <= last
    except UnicodeEncodeError:
        return False
