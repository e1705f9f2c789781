"""What may be a speaker's name, by its form alone: in any script, with initials, handles and emoji.

Knows nothing about who is who: whether a name *is* a speaker's is judged from the whole document.
"""

from __future__ import annotations

import re
import unicodedata

from fenshen.library.dialogue.headings import DIARISED, HEADINGS, ROLES
from fenshen.library.language import HAN

#: Speakers that are nobody's name: lines of a conversation that say no name, and what readers put for one.
UNNAMED = "unnamed"
QUOTE, FORWARDED, DELETED, UNKNOWN_VOICE = "Quote", "Forwarded", "Deleted account", "unknown voice"
PLACEHOLDERS = frozenset({UNNAMED, QUOTE, FORWARDED, DELETED, UNKNOWN_VOICE})
_VOICE = re.compile(r"voice \d{1,4}")

NAME_CHARS_MAX = 60
_WORDS_MAX = 5
_SMALL_WORDS = "de da do dos das del della di du des la le el al bin ibn ben van von den der ten ter zu zur y e und and & of the st v d jr sr"
_PARTICLES = frozenset(_SMALL_WORDS.split())
#: What a sentence has and a name has not; a dot only after an initial, a title or at the end of an abbreviation.
_NO_NAME = re.compile(r"[?!;\"…{}=\\^%§]|[。！？；，、“”：\[\]<>|]|:\s|^[/(]|\(\)|https?:|www\.|//")
_DOTTED = re.compile(
    r"(?<![\w])(?:[^\W\d_]{1,4}|[^\W\d_](?:\.[^\W\d_]){1,8})\.(?=\s|$)|(?<=\b[^\W\d_])\.(?=[^\W\d_])"
)
_HAN_VERB = re.compile(
    "[是的了在有把被这那就也都很不没会能要让给对从为和与及或等]|说|說|道$|问$|答$|認為|认为|因为|所以|但是|如果|可以|我们|你们|他们|如下|包括|第[一二三四五六七八九十\\d]+"
)
_HAN_PERSON = re.compile(
    "^[老小阿大][\\u4e00-\\u9fff]$|[姐哥弟妹叔姨爷奶妈爸嫂婶伯总哥]$|(?:老师|先生|女士|小姐|教授|医生|同学|师傅|さん|くん|ちゃん|様|씨|님)$"
)
_NUMBERED = re.compile(r"(?<![\s_#№\-])[\s_#№\-]*(?:\d{1,4}|[ivxIVX]{1,4}|[A-Za-z])?$")
_QUALIFIED = re.compile(
    r"^(?:(?:the|der|die|das|le|la|el|an?|first|second|third|audience|male|female|young|old|unknown|unidentified|mr|ms|mrs|dr)\.? )+(?=\w)"
)
_LOWER_HANDLE = re.compile(r"@?[\w.\-]{2,32}(?:@[\w.\-]{3,60})?")
_HASH = re.compile(r"(?=[a-f]*\d)[0-9a-f]{7,64}")
_DAY = re.compile(r"\d{1,4}[./\-] ?\d{1,2}[./\-] ?\d{1,4}")
_LAST_FIRST = re.compile(r"([^\W\d_][\w.'’\- ]{0,39}), ?([^\W\d_][\w.'’\- ]{0,39})")
_PHONE = re.compile(r"\+?[\d\u00a0 ()./\-–]{6,24}")


def plain(name: str) -> str:
    """`name` as it is compared: without case, spaces and decoration, with the vowel signs of Indic and other scripts.

    `Roe, Jane` is Jane Roe.
    """
    if match := _LAST_FIRST.fullmatch(name.strip()):
        name = f"{match[2]} {match[1]}"
    kept = (
        c
        for c in unicodedata.normalize("NFKC", name)
        if c.isalnum() or (unicodedata.category(c) in ("Mn", "Mc") and not "\ufe00" <= c <= "\ufe0f")
    )
    return "".join(kept).casefold() or name.strip()


def is_placeholder(name: str) -> bool:
    """Whether a reader or a machine put it in place of a name."""
    return name in PLACEHOLDERS or bool(_VOICE.fullmatch(name))


def is_voice(name: str | None) -> bool:
    """Whether it is what a voice told apart in the sound is called."""
    return name == UNKNOWN_VOICE or bool(_VOICE.fullmatch(name or ""))


def is_personal(name: str) -> bool:
    """Whether it is what one person is called everywhere, not a number or a role in one conversation."""
    return role_of(name) is None and not is_diarised(name) and not is_placeholder(name)


def is_heading(name: str) -> bool:
    """Whether it heads a list, a step or a remark rather than somebody's words."""
    words = re.sub(r"[\d#№.)(]+", " ", name.casefold()).split()
    if role_of(name) is not None:
        return False
    if not words:
        return not name.strip().startswith("+")
    if " ".join(words) in HEADINGS or words[0].strip("-'’") in HEADINGS:
        return True
    joined = "".join(words)
    return bool(
        re.match(
            r"第[一二三四五六七八九十百\d]+[步章节部天集期点条]?|(?:步骤|小贴士|案例|方法|贴士|第)[一二三四五六七八九十\d]*$|ステップ",
            joined,
        )
    ) or (joined in HEADINGS)


def role_of(name: str) -> str | None:
    """The role a label names (`Speaker 2`, `INTERVIEWER`, `THE COURT`, `Q1`), if it names one."""
    text = name.casefold().strip(" .*_")
    core = _QUALIFIED.sub("", text).strip()
    return next((role for role in (core, _NUMBERED.sub("", core)) if role in ROLES), None)


def is_diarised(name: str) -> bool:
    """Whether a program numbered the voices (`SPEAKER_00`, `Speaker A`, 发言人1)."""
    text = name.casefold().strip()
    return any(text.startswith(role) and _NUMBERED.fullmatch(text[len(role) :]) for role in DIARISED)


def is_name(text: str) -> bool:
    """Whether `text` may be what somebody is called; a heading may look the same."""
    name = text.strip()
    if not name or len(name) > NAME_CHARS_MAX or _NO_NAME.search(name) or _HASH.fullmatch(name):
        return False
    if _PHONE.fullmatch(name):
        if _DAY.fullmatch(name):
            return False
        return name[:1] == "+" or sum(c.isdigit() for c in name) >= 7
    if not any(c.isalpha() for c in name):
        return any(unicodedata.category(c) == "So" for c in name)
    if role_of(name) or is_diarised(name):
        return True
    if "." in _DOTTED.sub("", name).rstrip(".") and not _LOWER_HANDLE.fullmatch(name):
        return False
    if re.search(f"[{HAN}\\u3040-\\u30ff]", name):
        return len(re.findall(f"[{HAN}\\u3040-\\u30ff]", name)) <= 12 and not _HAN_VERB.search(name)
    words = name.replace(",", " ").split()
    return len(words) <= _WORDS_MAX and name.count(",") <= 1 and _is_cased_like_a_name(words)


def _is_cased_like_a_name(words: list[str]) -> bool:
    letters = [word for word in words if any(c.isalpha() for c in word)]
    if len(letters) == 1:
        return True
    lower = [
        word
        for word in letters
        if _first_letter(word).islower() and word.casefold().strip(".,") not in _PARTICLES
    ]
    return not lower and not _first_letter(letters[-1]).islower()


def _first_letter(word: str) -> str:
    return next((c for c in word if c.isalpha()), "")


def is_personlike(name: str) -> bool:
    """Whether its form alone says person: two names, a handle, an emoji, a Chinese form of address, a number."""
    words = [word for word in name.replace(",", " ").split() if any(c.isalpha() for c in word)]
    capitalised = [word for word in words if _first_letter(word).isupper()]
    return (
        (len(capitalised) > 1 and len(capitalised) == len(words) and not name.isupper())
        or name.startswith("@")
        or any(unicodedata.category(c) == "So" for c in name)
        or (name.islower() and any(c.isdigit() or c == "_" for c in name) and len(words) == 1)
        or bool(_HAN_PERSON.search(name))
        or bool(_PHONE.fullmatch(name))
    )


def shown(name: str) -> str:
    """How a label is written as a speaker: capitals of captions undone, numbers of machines kept."""
    text = " ".join(name.split())
    letters = [c for c in text if c.isalpha()]
    is_shouted = len(letters) > 2 and text.isupper() and not any(c.isdigit() or c == "_" for c in text)
    return text.title().replace("'S", "'s") if is_shouted else text
