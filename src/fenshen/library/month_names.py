"""The names of the months in the languages that dates are written in. One table; knows nothing about dates.

Names and short forms as CLDR has them, cases included (`5 марта`, `3 lutego`), and those that people write besides.
"""

from __future__ import annotations

import unicodedata

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
    for _month, _cell in enumerate(_row.split("|"), 1):
        for _name in _cell.split():
            _seen.setdefault(folded(_name), set()).add(_month)
MONTHS = {name: months.pop() for name, months in _seen.items() if len(months) == 1}
