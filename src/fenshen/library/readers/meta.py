"""Messages from Instagram and Facebook's "download your information", as JSON.

    messages/inbox/THREAD/message_1.json … message_n.json → one document per thread, oldest first

Their text is UTF-8 read as Latin-1 and is put right where the whole file shows it. "Liked a message" and the
like are left out. End-to-end encrypted chats come as a file of another shape, which is read too. Message
requests and filtered threads are strangers' and stay unread. Knows nothing about pictures.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from fenshen.core.errors import BadInput
from fenshen.library.document import Document
from fenshen.library.readers.chat import (
    Message,
    chat_document,
    dicts,
    distinct_parts,
    epoch_day,
    stable_part,
    string,
)
from fenshen.library.readers.json_text import BYTES_MAX, check_sizes, load_json, parse_json, shape
from fenshen.library.reading import FolderSpec, Head, ReaderSpec

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


_BOXES = ("inbox", "archived_threads", "e2ee_cutover")
_FILE = re.compile(r"message_(\d{1,5})\.json")
_EVENTS = frozenset({"Subscribe", "Unsubscribe", "Call"})
#: The number that Messenger puts behind the name of an encrypted thread.
_NUMBER = re.compile(r"_\d{1,4}\Z")
_EDITED = re.compile(
    r"\((?:edited|bearbeitet|modifié|editado|modificato|已编辑|已編輯|編集済み|изменено)\)\Z",
    re.IGNORECASE,
)
#: An edited message is looked for among so many before it, and is this much like its first version.
_EDITED_WITHIN, _EDITED_LIKENESS = 20, 0.5
Thread = list[dict[str, Any]]


def read_meta(thread: Thread) -> Document | None:
    """The document of the files of one thread, newest messages in the first; `None` without words."""
    say = repaired if is_garbled(_texts(thread)) else string
    messages = [
        one for part in thread for message in dicts(part.get("messages")) if (one := _said(message, say))
    ]
    messages.reverse()
    messages.sort(key=lambda found: found[0])
    title = say(thread[0].get("title")) or _NUMBER.sub("", say(thread[0].get("threadName")))
    people = _participants(thread[0], say)
    others = [name for name in people if name != title]
    path = string(thread[0].get("thread_path") or thread[0].get("threadName"))
    return chat_document(
        without_edited([message for _, message in messages]),
        title=title or None,
        part=stable_part(path.rpartition("/")[2]) if path else "",
        owner=others[0] if len(people) == 2 and len(others) == 1 else None,
        no_people={title} - set(people),
    )


def _said(message: dict[str, Any], say: Any) -> tuple[float, Message] | None:
    """When it was sent and what was typed, if anything was."""
    name = say(message.get("sender_name") or message.get("senderName"))
    text = say(message.get("content") or message.get("text"))
    sent_ms = message.get("timestamp_ms", message.get("timestamp"))
    sent_s = sent_ms / 1000 if type(sent_ms) is int and abs(sent_ms) < 1 << 53 else 0.0
    unsent = message.get("is_unsent") is True or message.get("isUnsent") is True
    if unsent or string(message.get("type")) in _EVENTS or not text or is_notice(text, name):
        return None
    return sent_s, Message(name, name, text, epoch_day(sent_s) if sent_s else None)


def without_edited(messages: Sequence[Message]) -> list[Message]:
    """`messages` as they were last edited: Instagram keeps the first version and appends `… (edited)`."""
    kept: list[Message] = []
    for message in messages:
        if edited := _EDITED.search(message.text):
            message = replace(message, text=message.text[: edited.start()].rstrip())
            first = _first_version(kept, message)
            if first is not None:
                kept[first] = replace(message, day=kept[first].day)
                continue
        kept.append(message)
    return kept


def _first_version(kept: Sequence[Message], edited: Message) -> int | None:
    """Which of the last messages of the same person is most like an edited one, if any is."""
    near = [at for at in range(max(0, len(kept) - _EDITED_WITHIN), len(kept)) if kept[at].who == edited.who]
    likeness = {at: SequenceMatcher(None, kept[at].text[:500], edited.text[:500]).ratio() for at in near}
    best = max(near, key=lambda at: likeness[at], default=None)
    return best if best is not None and likeness[best] >= _EDITED_LIKENESS else None


def is_garbled(texts: Iterable[str]) -> bool:
    """Whether nothing in an export is beyond Latin-1, as when its UTF-8 was read as that."""
    return not any(max(text, default="") > "\xff" for text in texts)


def repaired(value: Any) -> str:
    """Text whose UTF-8 bytes were taken for Latin-1, put right; anything else as it is.

    Spaces are trimmed afterwards: the last byte of `à` looks like one.
    """
    text = value if isinstance(value, str) else ""
    try:
        return text.encode("latin-1").decode("utf-8").strip()
    except (UnicodeEncodeError, UnicodeDecodeError):
        return text.strip()


def _texts(thread: Thread) -> Iterator[str]:
    for part in thread:
        yield from map(string, (part.get("title"), part.get("threadName")))
        for message in dicts(part.get("messages")):
            yield from (string(message.get(key)) for key in ("sender_name", "senderName", "content", "text"))


def _participants(part: dict[str, Any], say: Any) -> list[str]:
    listed = part.get("participants")
    found = (
        (one.get("name") if isinstance(one, dict) else one for one in listed)
        if isinstance(listed, list)
        else ()
    )
    return list(dict.fromkeys(name for one in found if (name := say(one))))


def read_meta_folder(folder: Path) -> list[Document]:
    """One document per thread below `folder`.

    Raises:
        BadInput: `bad_json`, `too_large`, `unknown_format` or `no_text`.
    """
    files = [_files(thread) for thread in _threads(folder)]
    check_sizes(path for group in files for path in group)
    threads = [[_checked(load_json(path)) for path in group] for group in files if group]
    found = [document for thread in threads if (document := read_meta(thread))]
    if not found:
        raise BadInput("the export holds no messages with text", code="no_text")
    return distinct_parts(_with_owner(found))


def _with_owner(documents: Sequence[Document]) -> list[Document]:
    """`documents`, all made by whoever the direct threads agree on, else by whoever is in every thread."""
    stated = {document.owner for document in documents if document.owner}
    if not stated and len(documents) > 1:
        stated = set.intersection(*({cue.speaker or "" for cue in document.cues} for document in documents))
    owner = stated.pop() if len(stated) == 1 else None
    return [replace(document, owner=owner) for document in documents]


def _read_file(text: str) -> list[Document]:
    document = read_meta([_checked(parse_json(text))])
    if document is None:
        raise BadInput("the thread holds no messages with text", code="no_text")
    return [document]


def _checked(export: Any) -> dict[str, Any]:
    if isinstance(export, dict) and isinstance(export.get("messages"), list):
        return export
    raise BadInput("it is JSON, but no thread of Instagram or Facebook", code="unknown_format")


def _threads(folder: Path) -> list[Path]:
    """Folders of single threads: `folder` itself, those in a box, or those in every box of `messages`."""
    if _files(folder):
        return [folder]
    if folder.name in _BOXES:
        return [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.is_symlink()]
    boxes = (folder / box for box in _BOXES) if folder.name == "messages" else ()
    return [thread for box in boxes if box.is_dir() and not box.is_symlink() for thread in _threads(box)]


def _files(thread: Path) -> list[Path]:
    numbered = [(int(match[1]), path) for path in thread.iterdir() if (match := _FILE.fullmatch(path.name))]
    return [path for _, path in sorted(numbered)]


def _recognises_folder(folder: Path) -> bool:
    try:
        first = next((files[0] for thread in _threads(folder) if (files := _files(thread))), None)
        if first is None:
            return False
        with first.open("rb") as file:
            return _recognises(Head(file.read(1 << 16), first.name))
    except OSError:
        return False


def _recognises(head: Head) -> bool:
    seen = shape(head.text)
    is_open = {"messages[].sender_name", "messages[].timestamp_ms"} <= seen.keys()
    is_sealed = {"messages[].senderName", "messages[].timestamp", "participants"} <= seen.keys()
    return is_open or is_sealed


SPEC = ReaderSpec("meta", _recognises, lambda opened: _read_file(opened.text), bytes_max=BYTES_MAX)
FOLDER = FolderSpec("meta", _recognises_folder, read_meta_folder)
