"""What WhatsApp writes in place of a message, in the languages it is used in most. Pure.

Knows nothing about dates and senders.
"""

from __future__ import annotations

import re

#: A message that was taken back, by its sender or by "you"; compared without case and closing mark.
_DELETED = frozenset(
    [
        "this message was deleted",
        "you deleted this message",
        "this message was deleted by admin",
        "diese nachricht wurde gelöscht",
        "du hast diese nachricht gelöscht",
        "ce message a été supprimé",
        "vous avez supprimé ce message",
        "se eliminó este mensaje",
        "este mensaje fue eliminado",
        "eliminaste este mensaje",
        "esta mensagem foi apagada",
        "mensagem apagada",
        "você apagou esta mensagem",
        "essa mensagem foi apagada",
        "questo messaggio è stato eliminato",
        "hai eliminato questo messaggio",
        "此消息已删除",
        "此訊息已刪除",
        "您已删除此消息",
        "你已删除这条消息",
        "该消息已被删除",
        "这条消息已删除",
        "このメッセージは削除されました",
        "このメッセージを削除しました",
        "メッセージを削除しました",
        "تم حذف هذه الرسالة",
        "لقد حذفت هذه الرسالة",
        "حذفت هذه الرسالة",
        "삭제된 메시지입니다",
        "dit bericht is verwijderd",
        "null",
    ]
)
#: A picture, voice or call where a message would be; iOS marks these, but the mark gets lost in copies.
_OMITTED = re.compile(
    r"(?:image|video|audio|sticker|gif|document|contact card|media|video note) omitted"
    r"|(?:bild|video|audio|sticker|gif|dokument|kontaktkarte|medien|videonotiz) (?:weggelassen|ausgeschlossen)"
    r"|(?:image|vidéo|audio|sticker|autocollant|gif|document|fiche contact) (?:absente?|omise?)|médias omis"
    r"|(?:imagen|video|audio|sticker|gif|documento|tarjeta de contacto) omitid[oa]|multimedia omitido"
    r"|(?:imagem|vídeo|áudio|figurinha|gif|documento|cartão do contato) (?:ocultad?[oa]|omitid[oa])|mídia oculta"
    r"|(?:immagine|video|audio|sticker|gif|documento|scheda contatto) omess[oa]|media omessi"
    r"|(?:图片|圖片|视频|影片|音频|語音|贴图|表情|文件|文档|名片|gif|动图)(?:已)?(?:忽略|略去|省略)|(?:忽略|省略)(?:图片|视频|音频|文件|多媒体文件)"
    r"|(?:画像|動画|音声|スタンプ|文書|ドキュメント|連絡先|メディア|gif)(?:は含まれていません|を除外しました|が省略されました)"
    r"|(?:تم )?(?:استبعاد|حذف|إدراج) (?:الوسائط|الصورة|صورة|الفيديو|الصوت|المستند|الملصق)"
    r"|(?:missed|declined) (?:group )?(?:voice|video) call.{0,40}"
    r"|(?:verpasster|entgangener) (?:sprach|video)anruf|appel (?:vocal|vidéo) manqué"
    r"|(?:llamada|videollamada)(?: de voz| perdida){1,2}|(?:chamada|ligação) de (?:voz|vídeo) perdida"
    r"|(?:chiamata|videochiamata)(?: vocale)? persa|未接(?:语音|视频|語音|視訊)(?:通话|通話|来电)"
    r"|(?:音声|ビデオ)通話の?不在着信|مكالمة (?:صوتية|فيديو) فائتة"
    r"|(?:waiting for this message|warte auf diese nachricht).{0,80}",
    re.IGNORECASE,
)
#: `<This message was edited>` and its like; alone, it is `<Media omitted>`.
_EDITED = re.compile(r"\u200e?<[^<>\n]{3,60}>\Z")
_TAIL_CHARS = 64
_NOTICE_CHARS_MAX = 300
#: Android names the file in the first line and puts what was typed with it below.
_FILE = re.compile(r"[^\n]{1,160}\.[A-Za-z0-9]{2,5} \([^()\n]{2,40}\)(?:\n|\Z)")
_PLACE = re.compile(
    r"[^\s:：]{2,30}(?: [^\s:：]{2,20})?\s?[:：] https://(?:maps\.google\.com|foursquare\.com)/\S+"
)
_CHAT = re.compile(
    r"WhatsApp[ -]Chat (?:with|mit|con|avec|com|met|-) (?P<a>.+)|Chat (?:de )?WhatsApp (?:con|de) (?P<b>.+)"
    r"|Discussion WhatsApp avec (?P<c>.+)|Conversa do WhatsApp com (?P<d>.+)"
    r"|(?:WhatsApp ?)?与(?P<e>.+?)的 ?(?:WhatsApp ?)?(?:聊天|对话)(?:记录)?|(?P<f>.+?)とのWhatsAppトーク(?:履歴)?"
    r"|(?:محادثة|دردشة) (?:واتساب|WhatsApp) مع (?P<g>.+)",
    re.IGNORECASE,
)


def spoken(body: str) -> str:
    """What the sender typed; empty where WhatsApp wrote the text."""
    if body.startswith("\u200e"):
        return ""
    typed = body.lstrip("\u200f")
    if "(" in typed and (file := _FILE.match(typed)):
        typed = typed[file.end() :]
    typed = typed.rstrip()
    if typed.endswith(">") and (edited := _EDITED.search(typed[-_TAIL_CHARS:])):
        typed = typed[: -len(edited[0])]
    plain = typed.strip("\u200e\u200f \n")
    if len(plain) <= _NOTICE_CHARS_MAX and _is_notice(plain):
        return ""
    return typed.replace("\u200e", "").replace("\u200f", "").strip()


def _is_notice(plain: str) -> bool:
    if "://" in plain:
        return bool(_PLACE.fullmatch(plain))
    return plain.rstrip(".。!").casefold() in _DELETED or bool(_OMITTED.fullmatch(plain.rstrip(".。")))


def chat_named(file_name: str) -> str | None:
    """The person or group that an export's file is named after."""
    match = _CHAT.fullmatch(file_name.removesuffix(".txt").strip())
    return next((name.strip(' “”"') for name in match.groups() if name), None) if match else None
