"""What Instagram and Messenger write into a thread by themselves, in the account's language.

Knows nothing about the rest of the format.
"""

from __future__ import annotations

import re

#: The whole text of a like, a reaction, a shared thing without words or a call.
_WHOLE = re.compile(
    r"liked a message|reacted .{1,12} to (?:your|their|a|his|her) (?:message|photo|video|story)"
    r"|hat eine nachricht mit .gefällt mir. markiert|(?:hat )?mit .{1,12} auf .{1,30} reagiert"
    r"|a aimé un message|a réagi avec .{1,12} à .{1,30}"
    r"|le gusta un mensaje|indicó que le gustó un mensaje|reaccionó con .{1,12} a .{1,30}"
    r"|curtiu uma mensagem|reagiu com .{1,12} (?:à|a) .{1,30}"
    r"|ha messo .mi piace. a un messaggio|ha aggiunto la reazione .{1,40}"
    r"|赞了一条消息|赞了消息|对(?:你的)?消息做出了.{1,12}回应|メッセージに「?いいね!?」?しました"
    r"|this (?:message|photo|video|poll) is no longer available.{0,40}"
    r"|(?:video|audio|voice) (?:chat|call) (?:ended|started)|missed (?:video|voice|audio) (?:chat|call)",
    re.IGNORECASE,
)
#: What follows a person's name (or "You") in a notice.
_AFTER_NAME = re.compile(
    r"(?:sent (?:an attachment|a photo|a video|a voice message|a link|a live location|a gif|\d{1,4} photos)"
    r"|shared a (?:story|post|reel|link|profile)|liked a message|reacted .{1,12} to .{1,20}|unsent a message"
    r"|(?:started|ended|joined) (?:a|an|the) (?:audio|video|voice)? ?(?:chat|call)"
    r"|missed (?:a|your) (?:audio |video |voice )?(?:chat|call)|called you|missed your call"
    r"|(?:left|created|joined) the group|added .{1,200} to the group|removed .{1,200} from the group"
    r"|named the group .{1,200}|changed the (?:group photo|theme|chat theme|quick reaction|group name).{0,200}"
    r"|set (?:the|your|their|his|her|own|.{1,100}'s) (?:nickname|emoji|quick reaction).{0,200}"
    r"|(?:cleared|set) .{0,100}nickname.{0,100}|pinned a message|created a poll.{0,300}"
    r"|turned (?:on|off) .{1,80}|sent a plan|voted for .{1,300}"
    r"|hat (?:einen anhang|ein foto|ein video|eine sprachnachricht) (?:gesendet|geschickt)"
    r"|a envoyé (?:une pièce jointe|une photo|une vidéo|un message vocal)"
    r"|envió (?:un archivo adjunto|una foto|un video|un vídeo|un mensaje de voz)"
    r"|enviou (?:um anexo|uma foto|um vídeo|uma mensagem de voz)"
    r"|ha inviato (?:un allegato|una foto|un video|un messaggio vocale)"
    r"|发送了(?:一个附件|附件|一张照片|一段视频|一条语音消息)|さんが(?:添付ファイル|写真|動画)を送信しました)[.。!]?",
    re.IGNORECASE,
)


def is_notice(text: str, sender: str) -> bool:
    """Whether the service wrote `text`, not `sender`."""
    if len(text) > 600:
        return False
    said = text.strip().rstrip(".。! ")
    if _WHOLE.fullmatch(said):
        return True
    for name in (sender, "You"):
        if name and text.startswith(name):
            rest = text[len(name) :].strip()
            return bool(_AFTER_NAME.fullmatch(rest) or _WHOLE.fullmatch(rest.rstrip(".。! ")))
    return False
