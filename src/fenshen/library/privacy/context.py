"""The words before a number, which say what it is. Knows nothing about any kind of number."""

from __future__ import annotations

import re

#: How far back a word still says something about a number, in characters.
REACH = 36

_COUNTED = re.compile(
    r"(?i:order|invoice|tracking|parcel|shipment|serial|part|model|batch|lot|isbn|issn|sku|ref|reference|ticket|case"
    r"|bestellnummer|rechnung|sendungsnummer|commande|pedido"
    r"|订单|單號|单号|编号|編號|快递|物流|运单|流水|发票|書號|书号|版号|型号|批号|序列号|邮编)(?i: ?(?:no|number|nr|id|code)\b)?"
    r"[^0-9\n]{0,14}$"
)


def before(text: str, start: int) -> str:
    """What stands before `start`, at most `REACH` characters of it."""
    return text[max(0, start - REACH) : start]


def is_counted(text: str, start: int) -> bool:
    """Whether the words before say that the number at `start` numbers a thing: an order, a book, a part."""
    return _COUNTED.search(before(text, start)) is not None


def is_in_link(text: str, start: int) -> bool:
    """Whether `start` lies inside a link."""
    begin = text.rfind("://", max(0, start - 200), start)
    return begin >= 0 and not any(c.isspace() for c in text[begin:start])
