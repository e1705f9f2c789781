"""How likely a character is in Chinese, Japanese and Korean, and a sign in any text. Pure; reads no bytes.

Told by the commonest characters and the tables of the national standards, which put common ones first.
"""

from __future__ import annotations

from functools import cache
from math import log

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

_SYMBOL, _RARE, _BROKEN = 1e-5, 1e-6, 1e-8


def symbol_log_p(char: str) -> float:
    """Natural logarithm of the share of a sign that is no letter among what is beyond ASCII in European text."""
    if char in _TYPOGRAPHY:
        return log(0.02)
    is_control = char == "\ufffd" or "\x80" <= char <= "\x9f" or "\ue000" <= char <= "\uf8ff"
    return log(_BROKEN if is_control else _SYMBOL)


@cache
def wide_log_p(char: str, language: str) -> float:
    """Natural logarithm of the share of `char` among what is beyond ASCII in `zh-hans`, `zh-hant`, `ja` and `ko`."""
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
