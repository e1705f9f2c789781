"""The forms of a text that rules are matched against, with disguises taken off.

    text → NFKC, invisible characters and accents dropped, look-alike letters mapped, slang spelled out
         → plain   "i'm 13" → "im 13": lower case, no punctuation, contractions joined
         → loose   also l33t, s p a c e d and repeeeated letters undone, Chinese without gaps
         → turned  ROT13 and reversed, which nobody writes by accident

Matching only: nothing here is ever shown or stored. Knows nothing about what is forbidden.

Source: Unicode UTS 39 (confusables); the map here covers the Latin alphabet only.
"""

from __future__ import annotations

import codecs
import functools
import re
import unicodedata
from dataclasses import dataclass

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝкмтвнӏгґпυαοειкκνρτχηβγωɑɡıⅼɩᴀʙᴄᴅᴇғɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢøłđħ",
    "aeopcyxijshdqwkmtbhlrrnuaoeikkvptxnbywagiliabcdefghijklmnoprstuvwyzoldh",
)
_TRADITIONAL = str.maketrans(
    "愛裸體電話號碼機會開醫關歡親吻殺錢轉賬給發紅禮藥應該買賣賺實際們嗎麼還這個說認識誰為對無選舉總統黨國灣離開脫衣褲內陰樣屬獨訴訟違貸資財證師輕讓舔誘處處將從來書寫遺傷無現聯繫繫門樓區戶齡歲學讀絕聽話馬過進點幾兩萬種雙單結戀愛約會媽爸聲頭髮臉腦腳壓診療癌腫瘤糖尿病頭孢",
    "爱裸体电话号码机会开医关欢亲吻杀钱转账给发红礼药应该买卖赚实际们吗么还这个说认识谁为对无选举总统党国湾离开脱衣裤内阴样属独诉讼违贷资财证师轻让舔诱处处将从来书写遗伤无现联系系门楼区户龄岁学读绝听话马过进点几两万种双单结恋爱约会妈爸声头发脸脑脚压诊疗癌肿瘤糖尿病头孢",
)
_LEET = str.maketrans("@4301!5$7+89|", "aaeoiisstt" + "bgi")
_LEET_L = str.maketrans("1|!", "lll")
_SLANG = {
    "u": "you", "r": "are", "ur": "your", "ya": "you", "wanna": "want to", "gonna": "going to",
    "cuz": "because", "luv": "love", "pls": "please", "plz": "please", "thru": "through", "2nite": "tonight",
    "ppl": "people", "yr": "your", "secks": "sex", "seggs": "sex", "fuk": "fuck", "fck": "fuck",
}  # fmt: skip
_JOINED = (
    (re.compile(r"\bi (am|will|have|would|had)\b"), {"am": "im", "will": "ill", "have": "ive", "would": "id", "had": "id"}),
    (re.compile(r"\byou (are|will|have|would)\b"), {"are": "youre", "will": "youll", "have": "youve", "would": "youd"}),
    (re.compile(r"\b(?:it|this) is (?=a |an |just |only |perfectly |completely |totally |legal|illegal|me\b)"), None),
)  # fmt: skip
_NEGATED = re.compile(r"\b(do|does|did|is|are|was|were|would|could|should|will|has|have|must) not\b")
_NEGATIONS = {"will": "wont"}
_APOSTROPHES = re.compile(r"['’‘`´ʼ]")
_GAPS = re.compile(r"[\W_]+")
_HAN = r"\u3400-\u9fff\uf900-\ufaff"
_HAN_GAP = re.compile(rf"(?<=[{_HAN}])[\W_]+(?=[{_HAN}])")
_HAN_LATIN_GAP = re.compile(rf"(?<=[{_HAN}]) (?=\w)|(?<=\w) (?=[{_HAN}])")
#: Letters that each stand alone; a letter knows that without the rest of the run, so none is read twice.
_ALONE = r"(?<![^\W_])[^\W\d_](?![^\W_])"
_SPACED = re.compile(rf"(?:{_ALONE}[\s.\-_*|/,·~]{{1,3}}){{2,}}{_ALONE}")
_INSIDE = re.compile(r"(?<=[a-z])[.\-_*|~·]+(?=[a-z])")
_REPEATED = re.compile(r"([a-z])\1{2,}")
_TOKEN = re.compile(r"\S+")
#: Two ligatures whose compatibility form is a sentence of eighteen and eight letters; no other has more than six.
_SENTENCES = dict.fromkeys((0xFDFA, 0xFDFB), " ")
_UNSEEN = frozenset({"Cf", "Cs", "Co", "Cn", "Mn", "Me"})


@dataclass(frozen=True)
class Forms:
    """What a rule looks at.

    Attributes:
        plain: the text as a careful reader sees it.
        loose: further readings, for text that hides words.
        turned: ROT13 and reversed readings of Latin text.
        squashed: all letters without any gap, only when the text spells words out letter by letter.
    """

    plain: str
    loose: tuple[str, ...]
    turned: tuple[str, ...]
    squashed: str


@functools.lru_cache(maxsize=512)
def match_forms(text: str) -> Forms:
    """The forms of `text`."""
    base = strip_disguise(text)
    plain = _words(base)
    loosened = _SPACED.sub(lambda match: re.sub(r"[^\w]|_", "", match[0]), base)
    spelled_out = any(len(match[0]) >= 11 for match in _SPACED.finditer(base))
    loose = {_loose(loosened, _LEET), _loose(loosened.translate(_LEET_L), _LEET)} - {plain}
    latin = han_share(base) < 0.2
    turned = (_words(codecs.encode(base, "rot13")), _words(base[::-1])) if latin else ()
    return Forms(plain, tuple(sorted(loose)), turned, _GAPS.sub("", base) if spelled_out else "")


def strip_disguise(text: str) -> str:
    """`text` in lower case without invisible characters and accents, look-alikes as plain letters.

    Accents go first: `unicodedata.normalize` sorts a run of them by insertion, in quadratic time.
    """
    text = text.translate(_SENTENCES)
    text = "".join(_ascii_square(c) for c in text if unicodedata.category(c) not in _UNSEEN)
    text = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(c for c in text if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return unicodedata.normalize("NFKC", kept).translate(_LOOKALIKES).translate(_TRADITIONAL)


def han_share(text: str) -> float:
    """Which part of the letters is Chinese, 0 to 1; 0 for a text without letters."""
    letters = [c for c in text if c.isalpha()]
    return sum("\u3400" <= c <= "\u9fff" for c in letters) / len(letters) if letters else 0.0


def language_of(text: str) -> str:
    """`zh` if at least a fifth of the letters is Chinese (a Chinese letter says more), else `en`."""
    return "zh" if han_share(text) >= 0.2 else "en"


def _ascii_square(c: str) -> str:
    code = ord(c)
    for first in (0x1F1E6, 0x1F150, 0x1F170):
        if first <= code < first + 26:
            return chr(ord("a") + code - first)
    return c


def _words(base: str) -> str:
    text = _APOSTROPHES.sub("", base)
    text = _HAN_LATIN_GAP.sub("", _GAPS.sub(" ", text).strip())
    text = " ".join(_SLANG.get(word, word) for word in text.split(" "))
    text = _NEGATED.sub(lambda match: _NEGATIONS.get(match[1], f"{match[1]}nt"), text)
    text = text.replace("cannot", "cant").replace("can not", "cant")
    for pattern, joined in _JOINED:
        text = pattern.sub(
            "its " if joined is None else lambda match, to=joined: to[match[1]],
            text,
        )
    return text


def _loose(base: str, leet: dict[int, int]) -> str:
    def undo(match: re.Match[str]) -> str:
        token = match[0]
        core = token.rstrip(".,;:!?)\"'")
        if not any("a" <= c <= "z" for c in core) or core.isalpha():
            return token
        return core.translate(leet) + token[len(core) :]

    text = _INSIDE.sub("", _APOSTROPHES.sub("", _TOKEN.sub(undo, base)))
    return _words(_HAN_GAP.sub("", _REPEATED.sub(r"\1", text)))
