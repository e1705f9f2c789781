"""What apps without a format of their own write into a chat by themselves, and what they say of who made the log. Pure.

Knows nothing about times and headers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

#: A picture, sticker, voice or call in place of words, as LINE, WeChat, Signal, QQ and others name it.
_THING = (
    r"photos?|pictures?|images?|videos?|stickers?|voice(?: messages?)?|audio|files?|albums?|contacts?|locations?|links?|gifs?|attachments?"
    r"|写真|画像|動画|スタンプ|ボイスメッセージ|ファイル|連絡先|アルバム|ノート|位置情報|照片|圖片|貼圖|影片|語音訊息|檔案|聯絡資訊|相簿|记事本|图片|视频|语音|表情|动画表情|文件|名片|位置|贴图"
    r"|链接|红包|转账|小程序|音乐|闪照|사진|동영상|이모티콘|음성메시지|파일|foto|bild|fichier|stiker|สติกเกอร์|รูป|วิดีโอ|ảnh"
)
_NOTICE = re.compile(
    rf"[\[【(<](?:{_THING})[\]】)>](?:\s?[\w .\-]{{0,60}}\.\w{{2,5}})?"
    r"|☎.{0,60}|!\[[^\]\n]{0,100}\]\([^)\n]{1,200}\)|\(attachment:? [^()\n]{1,120}\)|\[attached:? [^\[\]\n]{1,120}\]"
    r"|(?:you|.{1,60}) (?:unsent a message|recalled a message|deleted (?:a|this) message|joined the (?:chat|group|room|meeting)"
    r"|left the (?:chat|group|room|meeting)|(?:added|invited|removed) .{1,80}(?: to the (?:chat|group))?)\.?"
    r"|.{0,40}(?:撤回了一条消息|收回了?訊息|已收回訊息|加入了群聊|退出了群聊|メッセージの送信を取り消しました|がグループに参加しました|がグループを退会しました)。?"
    r"|(?:reacted to|removed an? .{1,12} reaction from) [\"“].{0,400}[\"”](?: with .{1,12})?|(?:missed|canceled|no answer) (?:voice |video )?call"
    r"|this message (?:was|has been) deleted\.?",
    re.IGNORECASE | re.DOTALL,
)
_NOTICE_CHARS_MAX = 500
_REPLYING = re.compile(r"\A\s*Replying to [\"“][^\n]{0,600}[\"”]:?\s*", re.IGNORECASE)
_MADE_BY = re.compile(
    r"^(?:transcribed|transcription|transcript generated) by .{1,80}$", re.IGNORECASE | re.MULTILINE
)
_REACTIONS = re.compile(r"^[ \t]{0,4}\(- .{1,400} -\)[ \t]{0,4}$", re.MULTILINE)
_EDITED = re.compile(r"\((?:edited|已编辑|編集済み|bearbeitet|modifié|editado)\)\Z", re.IGNORECASE)
_LINE = re.compile(
    r"\A\ufeff?\s*\[LINE\]\s*(?:Chat (?:history )?(?:with|in)\s+(?P<en>[^\n]{1,80})|(?P<ja>[^\n]{1,80}?)(?:と|内|で)のトーク履歴"
    r"|[与與]\s?[“「]?(?P<zh>[^\n]{1,80}?)[”」]?\s?的(?:聊天|聊天[记記][录錄]|对话|對話)[^\n]{0,6}"
    r"|ประวัติการแชท(?:กับ|ใน)\s?(?P<th>[^\n]{1,80})|(?P<ko>[^\n]{1,80}?)\s?(?:님과의|와의|과의) 대화[^\n]{0,6}|(?P<any>[^\n]{1,80}))"
)
_SIGNAL = re.compile(r"^\[\d{4}-\d{2}-\d{2},? \d{2}:\d{2}(?::\d{2})?\] Me:", re.MULTILINE)


def is_app_notice(text: str, sender: str = "") -> bool:
    """Whether the app wrote `text`, not its sender."""
    plain = text.strip()
    if len(plain) > _NOTICE_CHARS_MAX:
        return False
    return bool(_NOTICE.fullmatch(plain) or (sender and _NOTICE.fullmatch(f"{sender} {plain}")))


def without_app_words(text: str) -> str:
    """`text` as it was typed: no quotation of what it answers, reactions, edit marks or quotes around several lines."""
    typed = _REACTIONS.sub("", _MADE_BY.sub("", _REPLYING.sub("", text)))
    typed = _EDITED.sub("", typed.strip()).strip()
    return typed[1:-1] if "\n" in typed and typed[0] == typed[-1] == '"' else typed


def partner_in(text: str) -> str | None:
    """The person or group with whom a log says it is, in its first line."""
    match = _LINE.match(text[:400])
    return next((name.strip() for name in match.groups() if name), None) if match else None


def owner_of(people: Sequence[str], partner: str | None, text: str) -> str | None:
    """Who made the log, where it says so: Signal's `Me`, and the other one of two where it names one."""
    if "Me" in people and _SIGNAL.search(text):
        return "Me"
    others = [name for name in people if name != partner]
    return others[0] if partner in people and len(people) == 2 and len(others) == 1 else None
