"""The day that a piece of text states, in whatever habit it is written. Pure; knows nothing about files.

    `2021-03-12T14:05` `2021年3月12日` `令和3年3月12日` `3rd of February 2020` `sept. 4, 2020` `12.03.2021` `20210312` → day

A day that does not exist is none; nor is a number that only could be one (an id, a telephone number). `03/04/2020` is
undecided unless other lines of the same origin decide whether day or month comes first (`day_order`).
Source: ISO 8601, RFC 5322, RFC 3339; Unicode CLDR for names; eras as Japan and Taiwan count them; Thai years are 543 ahead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal

#: Twelve cells a language, from January; in a cell every form, without dots.
_TABLE = """
january jan|february feb febr|march mar|april apr|may|june jun|july jul|august aug|september sep sept|october oct|november nov|december dec
januar jän jänner|februar feber|märz mär mrz|april|mai|juni|juli|august|september|oktober okt|november|dezember dez
janvier janv|février févr fév|mars|avril avr|mai|juin|juillet juil|août|septembre|octobre|novembre|décembre déc
enero ene|febrero|marzo|abril abr|mayo|junio|julio|agosto ago|septiembre setiembre set|octubre|noviembre|diciembre dic
janeiro|fevereiro fev|março|abril|maio|junho|julho|agosto|setembro|outubro out|novembro|dezembro
gennaio gen|febbraio|marzo|aprile|maggio mag|giugno giu|luglio lug|agosto|settembre|ottobre ott|novembre|dicembre
januari|februari|maart mrt|april|mei|juni|juli|augustus|september|oktober|november|december
ocak oca|şubat şub|mart|nisan nis|mayıs may|haziran haz|temmuz tem|ağustos ağu|eylül eyl|ekim eki|kasım kas|aralık ara
январь января янв|февраль февраля фев февр|март марта мар|апрель апреля апр|май мая|июнь июня июн|июль июля июл|август августа авг|сентябрь сентября сен сент|октябрь октября окт|ноябрь ноября ноя нояб|декабрь декабря дек
січень січня січ|лютий лютого лют|березень березня бер|квітень квітня квіт|травень травня трав|червень червня черв|липень липня лип|серпень серпня серп|вересень вересня вер|жовтень жовтня жовт|листопад листопада лист|грудень грудня груд
styczeń stycznia sty|luty lutego lut|marzec marca|kwiecień kwietnia kwi|maj maja|czerwiec czerwca cze|lipiec lipca lip|sierpień sierpnia sie|wrzesień września wrz|październik października paź|listopad listopada lis|grudzień grudnia gru
leden ledna led|únor února úno|březen března bře|duben dubna dub|květen května kvě|červen června čvn|červenec července čvc|srpen srpna srp|září zář|říjen října říj|listopad listopadu|prosinec prosince pro
januára|februára|marca|apríla|mája|júna jún|júla júl|augusta|septembra|októbra|novembra|decembra
január|február|március márc|április ápr|május máj|június jún|július júl|augusztus|szeptember szept|október|november|december
ianuarie ian|februarie|martie|aprilie|mai|iunie iun|iulie iul|august|septembrie|octombrie|noiembrie noi|decembrie
siječanj siječnja sij|veljača veljače velj|ožujak ožujka ožu|travanj travnja tra|svibanj svibnja svi|lipanj lipnja|srpanj srpnja|kolovoz kolovoza kol|rujan rujna ruj|listopad listopada|studeni studenoga stu|prosinac prosinca
jan|februara|marta|aprila|maja|juna|jula|avgust avgusta avg|septembra|oktobra|novembra|decembra
januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december
januar|februar|marts|april|maj|juni|juli|august|september|oktober|november|december des
tammikuu tammikuuta tammi|helmikuu helmikuuta helmi|maaliskuu maaliskuuta maalis|huhtikuu huhtikuuta huhti|toukokuu toukokuuta touko|kesäkuu kesäkuuta kesä|heinäkuu heinäkuuta heinä|elokuu elokuuta elo|syyskuu syyskuuta syys|lokakuu lokakuuta loka|marraskuu marraskuuta marras|joulukuu joulukuuta joulu
ιανουάριος ιανουαρίου ιαν|φεβρουάριος φεβρουαρίου φεβ|μάρτιος μαρτίου μαρ|απρίλιος απριλίου απρ|μάιος μαΐου μαΐ|ιούνιος ιουνίου ιουν|ιούλιος ιουλίου ιουλ|αύγουστος αυγούστου αυγ|σεπτέμβριος σεπτεμβρίου σεπ|οκτώβριος οκτωβρίου οκτ|νοέμβριος νοεμβρίου νοε|δεκέμβριος δεκεμβρίου δεκ
januari|februari peb|maret|april|mei|juni|juli|agustus agu|september|oktober|november nop|desember
มกราคม ม.ค|กุมภาพันธ์ ก.พ|มีนาคม มี.ค|เมษายน เม.ย|พฤษภาคม พ.ค|มิถุนายน มิ.ย|กรกฎาคม ก.ค|สิงหาคม ส.ค|กันยายน ก.ย|ตุลาคม ต.ค|พฤศจิกายน พ.ย|ธันวาคม ธ.ค
يناير|فبراير|مارس|أبريل ابريل|مايو|يونيو|يوليو|أغسطس اغسطس|سبتمبر|أكتوبر اكتوبر|نوفمبر|ديسمبر
जनवरी|फ़रवरी फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर
ינואר|פברואר|מרץ|אפריל|מאי|יוני|יולי|אוגוסט|ספטמבר|אוקטובר|נובמבר|דצמבר
"""


def folded(word: str) -> str:
    """`word` in lower case without accents and dots, for comparing."""
    plain = unicodedata.normalize("NFD", word.casefold().replace("ı", "i"))
    return "".join(char for char in plain if not unicodedata.combining(char) and char != ".")


#: Folded name → 1…12. Of names that two languages give to different months, none (Croatian and Polish `listopad`).
MONTHS: dict[str, int] = {}
_seen: dict[str, set[int]] = {}
for _row in _TABLE.strip().splitlines():
    for _ordinal, _cell in enumerate(_row.split("|"), 1):
        for _name in _cell.split():
            _seen.setdefault(folded(_name), set()).add(_ordinal)
MONTHS = {name: months.pop() for name, months in _seen.items() if len(months) == 1}


Order = Literal["dmy", "mdy"]

#: What is published lies between these years; eight digits in a row are a day only within the narrower ones.
YEAR_MIN, YEAR_MAX = 1500, 2100
_COMPACT_MIN, _COMPACT_MAX = 1970, 2099
_CHARS = 200
_THAI_MIN, _THAI_AHEAD = 2400, 543
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "民国": 1911, "民國": 1911}
_HAN = str.maketrans("〇零一二三四五六七八九元", "001234567891")
#: In seconds this is the year 5138, so a larger number counts milliseconds.
_SECONDS_MAX = 1e11
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SEPARATED = re.compile(r"(?<![\d.,])(\d{4})(\s?[-/._:]\s?)(\d{1,2})\2(\d{1,2})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<![\d.,])(\d{4})(\s?[-/._]\s?|\s)(\d{1,2})(?:\s?[-/._]\s?|\s)(\d{1,2})(?!\d)")
_EAST = re.compile(
    r"(?:(令和|平成|昭和|大正|明治|民国|民國)\s?(\d{1,3})|(?<!\d)(\d{4}))\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})(?!\d)\s?[日号號일]?"
)
_VIETNAMESE = re.compile(r"(?<!\d)(\d{1,2})\s+tháng\s+(\d{1,2})(?:,|\s+năm|\s)\s*(\d{4})(?!\d)", re.I)
_COMBINING = "\u0300-\u036f\u0e31-\u0e4e\u093c-\u094d\u0900-\u0903"
_MONTH = rf"((?:[^\W\d_]|[{_COMBINING}.]){{1,30}})"
_OF = r"(?:of|de|del|di|do|d'|den|the)?"
_DAY_FIRST = re.compile(
    rf"(?<![\d.,:])(\d{{1,2}})\s?(?:st|nd|rd|th|er|º|ª|°|[.,])?[\s\-/_]{{0,6}}{_OF}\s{{0,6}}{_MONTH}[\s,.\-/_']{{0,6}}(?:of|de|del|พ\.ศ\.)?\s{{0,6}}(\d{{4}})(?!\d)",
    re.I,
)
_MONTH_FIRST = re.compile(
    rf"{_MONTH}[\s\-/_]{{0,6}}(\d{{1,2}})(?:st|nd|rd|th|º|ª|\.)?(?:,|\s|-|/|_)\s{{0,6}}(?:of|de|del)?\s{{0,6}}(\d{{4}})(?!\d)",
    re.I,
)
_YEAR_MONTH = re.compile(rf"(?<!\d)(\d{{4}})[\s,.\-/_]{{0,6}}{_MONTH}[\s.\-/_]{{0,6}}(\d{{1,2}})(?!\d)", re.I)
#: `Fri Mar 12 14:05:11 +0800 2021`, as C and Twitter write.
_CLOCKED = re.compile(
    rf"{_MONTH}\s{{1,6}}(\d{{1,2}})\s{{1,6}}\d{{2}}:\d{{2}}:\d{{2}}(?:\s{{1,6}}\S{{1,6}})?\s{{1,6}}(\d{{4}})(?!\d)"
)
_YEAR_LAST = re.compile(r"(?<![^\W_])(?<![.,:])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4})(?!\d)")
_COMPACT = re.compile(r"(?<![^\W_])(?:[A-Z]{2,5})?(\d{4})(\d{2})(\d{2})(?=$|T\d|[^\w.,]|_|\.\D)")


def make_date(year: int, month: int, day: int) -> date | None:
    """The date, or `None` when no such day exists."""
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def read_date(text: str, order: Order | None = None) -> date | None:
    """The first day that `text` states in its surest notation, or `None`.

    Args:
        order: what comes first in `03/04/2020`; undecided without.
    """
    return next((day for day, _, _ in find_dates(text, order)), None)


def find_dates(text: str, order: Order | None = None) -> Iterator[tuple[date, int, int]]:
    """Each day in the beginning of `text`, the surest notations first, and from where to where it stands."""
    plain = _folded(text[:_CHARS])
    for match, year, month, day in _candidates(plain, order):
        year -= _THAI_AHEAD if year >= _THAI_MIN else 0
        found = make_date(year, month, day) if YEAR_MIN <= year <= YEAR_MAX else None
        if found:
            yield found, match.start(), match.end()


def day_order(texts: Iterable[str]) -> Order | None:
    """Whether day or month comes first in dates such as `03/04/2020`, where one of `texts` gives it away."""
    first = second = False
    for text in texts:
        for match in _YEAR_LAST.finditer(_folded(text[:_CHARS])):
            first, second = first or int(match[1]) > 12, second or int(match[3]) > 12
    return None if first == second else "dmy" if first else "mdy"


def epoch_day(seconds: object) -> date | None:
    """The UTC day of a number of seconds since 1970, or of milliseconds, given as a number or its digits."""
    try:
        number = float(seconds)  # type: ignore[arg-type]
        return (_EPOCH + timedelta(seconds=number / 1000 if abs(number) > _SECONDS_MAX else number)).date()
    except (ValueError, TypeError, OverflowError):
        return None


def _candidates(text: str, order: Order | None) -> Iterator[tuple[re.Match[str], int, int, int]]:
    for pattern in (_SEPARATED, _YEAR_FIRST):
        for match in pattern.finditer(text):
            yield match, int(match[1]), int(match[3]), int(match[4])
    for match in _EAST.finditer(_with_digits(text)):
        year = _ERAS[match[1]] + int(match[2]) if match[1] else int(match[3])
        yield match, year, int(match[4]), int(match[5])
    for match in _VIETNAMESE.finditer(text):
        yield match, int(match[3]), int(match[2]), int(match[1])
    for pattern, at in (
        (_DAY_FIRST, (3, 2, 1)),
        (_MONTH_FIRST, (3, 1, 2)),
        (_YEAR_MONTH, (1, 2, 3)),
        (_CLOCKED, (3, 1, 2)),
    ):
        for match in pattern.finditer(text):
            if month := _month(match[at[1]], match[0]):
                yield match, int(match[at[0]]), month, int(match[at[2]])
    for match in _YEAR_LAST.finditer(text):
        if ordered := _ordered(int(match[1]), int(match[3]), match[2], order):
            yield match, int(match[4]), *ordered
    for match in _COMPACT.finditer(text):
        if _COMPACT_MIN <= int(match[1]) <= _COMPACT_MAX:
            yield match, int(match[1]), int(match[2]), int(match[3])


def _ordered(first: int, second: int, separator: str, order: Order | None) -> tuple[int, int] | None:
    """Month and day of two numbers, if it is certain which is which; points are only written with the day first."""
    if first > 12 or separator == "." or first == second:
        return second, first
    if second > 12:
        return first, second
    return None if order is None else (second, first) if order == "dmy" else (first, second)


def _month(word: str, written: str) -> int | None:
    if (
        folded(word) == "listopada"
    ):  # November in Polish, October in Croatian, which writes a point behind the day
        return 10 if re.match(r"\d{1,2}\s?\.", written) else 11
    return MONTHS.get(folded(word))


def _folded(text: str) -> str:
    """Full-width and other scripts' digits as ASCII, character for character."""
    if text.isascii():
        return text
    return "".join(
        str(unicodedata.decimal(char))
        if char.isdecimal()
        else {"／": "/", "．": ".", "－": "-", "　": " "}.get(char, char)
        for char in text
    )


def _with_digits(text: str) -> str:
    """Chinese numerals before 年, 月 and 日 as digits, as many characters as before where they are single."""
    return re.sub(
        r"[〇零一二三四五六七八九十廿元]{1,4}(?=\s?[年月日号號])", lambda match: _number(match[0]), text
    )


def _number(numeral: str) -> str:
    if "十" not in numeral and "廿" not in numeral:
        return numeral.translate(_HAN)
    tens, _, ones = numeral.replace("廿", "二十").partition("十")
    return str(10 * int(tens.translate(_HAN) or 1) + int(ones.translate(_HAN) or 0))
