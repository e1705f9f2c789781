"""Which messages of an export its maker sent, where a field says it: `direction: sent`, `type="2"`, `from_me: true`.

Lists of SMS and calls name only the other side (`contact`, `address`); what was sent is said by `ME`. Pure.

Source: Android's `Telephony.Sms.MESSAGE_TYPE_SENT` and `Telephony.Mms.MESSAGE_BOX_SENT`, both 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

#: The speaker who made an export that does not name them.
ME = "Me"
#: Fields that number whoever speaks.
IDS = ("ch", "channel", "speakerid", "userid", "senderid", "sourcenumber", "source", "participantid")
#: Fields that name the other side, the most telling first, or number whoever speaks.
PEERS = (
    "contactname", "contact", "peer", "recipient", "address", "phonenumber", "number", "phone",
    "联系人", "对方", "号码", "連絡先", "kontakt", "contacto", *IDS,
)  # fmt: skip
_FLAGS = (
    "fromme",
    "isfromme",
    "outgoing",
    "isoutgoing",
    "issent",
    "issender",
    "isme",
    "mine",
    "ismine",
    "self",
    "isself",
)
_BOXES = (
    "direction",
    "messagedirection",
    "msgbox",
    "type",
    "messagetype",
    "box",
    "folder",
    "方向",
    "类型",
    "richtung",
)
_SENT = frozenset(
    [
        "2",
        "sent",
        "send",
        "out",
        "outgoing",
        "outbound",
        "outbox",
        "sentitems",
        "发送",
        "发出",
        "已发送",
        "送信",
        "gesendet",
        "enviado",
        "envoyé",
        "inviato",
        "отправлено",
    ]
)
_RECEIVED = frozenset(
    [
        "1",
        "received",
        "receive",
        "in",
        "incoming",
        "inbound",
        "inbox",
        "接收",
        "收到",
        "已接收",
        "受信",
        "empfangen",
        "recibido",
        "reçu",
        "ricevuto",
        "получено",
    ]
)
_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})


def is_sent(row: Mapping[Any, Any], *, by_number: bool) -> bool | None:
    """Whether whoever made the export wrote the message; `None` where it does not say.

    Args:
        by_number: 1 and 2 are boxes, as in lists of SMS; elsewhere they are kinds of messages.
    """
    for name, yes, no in (
        *((flag, _TRUE, _FALSE) for flag in _FLAGS),
        *((box, _SENT, _RECEIVED) for box in _BOXES),
    ):
        said = str(row.get(name, "")).strip().lower()
        if name in _BOXES and said.isdigit() and not by_number:
            continue
        if said in yes or said in no:
            return said in yes
    return None


def has_direction(names: Iterable[Any]) -> bool:
    """Whether one of these fields says who sent a message."""
    return any(name in _FLAGS or name in _BOXES for name in names)
