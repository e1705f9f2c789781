"""WhatsApp chat exports, as iOS and Android write them in any of a dozen languages. Knows nothing about files.

Each message is one turn. Lines that WhatsApp itself wrote (encryption notice, joins, deleted messages,
attachments, calls) are left out: iOS marks them with U+200E, on Android they lack a sender or are known
phrases. Continued lines belong to the message above. The export of a chat with one person is named after
that person, so the other speaker is who made it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise

from fenshen.core.errors import BadInput
from fenshen.library.document import Cue, Document
from fenshen.library.names import make_date
from fenshen.library.reading import LINE_CHARS_MAX, Head, Opened, ReaderSpec

#: A message that was taken back, by its sender, an administrator or by "you"; the whole of it, without case and full stop.
_DELETED = re.compile(
    r"(?:this message was deleted(?: by (?:admin|.{1,60}))?|you deleted this message(?: as admin)?|null"
    r"|diese nachricht wurde (?:von .{1,60} )?gelöscht|du hast diese nachricht(?: als admin)? gelöscht"
    r"|ce message a été supprimé(?: par .{1,60})?|vous avez supprimé ce message"
    r"|(?:se eliminó este|este) mensaje(?: fue eliminado)?(?: por .{1,60})?|eliminaste este mensaje|has eliminado este mensaje"
    r"|(?:esta|essa) mensagem foi apagada(?: por .{1,60})?|mensagem apagada|você apagou (?:esta|essa) mensagem|(?:eliminou|apagou) esta mensagem"
    r"|questo messaggio è stato eliminato(?: da .{1,60})?|hai eliminato questo messaggio"
    r"|bu mesaj(?: .{1,60} tarafından)? silindi|bu mesajı sildiniz|bu mesajı sildin"
    r"|(?:данное|это) сообщение (?:было )?удалено(?: .{1,60})?|вы удалили (?:данное|это) сообщение|сообщение удалено"
    r"|це повідомлення (?:було )?видалено(?: .{1,60})?|ви видалили це повідомлення|повідомлення видалено"
    r"|ta wiadomość została usunięta(?: przez .{1,60})?|(?:usunięto|usunąłeś|usunęłaś|usunąłeś\(aś\)) tę wiadomość"
    r"|dit bericht (?:is|werd) verwijderd(?: door .{1,60})?|(?:je|u) (?:hebt|heeft) dit bericht verwijderd"
    r"|pesan ini (?:telah )?dihapus(?: oleh .{1,60})?|anda (?:telah )?menghapus pesan ini|mesej ini telah dipadam|anda (?:telah )?memadam mesej ini"
    r"|tin nhắn này đã (?:bị )?(?:xóa|xoá|thu hồi)(?: bởi .{1,60})?|(?:tin nhắn )?bạn đã (?:xóa|xoá|thu hồi)(?: tin nhắn này)?"
    r"|ข้อความนี้ถูกลบ(?:แล้ว|ออกแล้ว|โดย.{1,60})?|คุณ(?:ได้)?ลบข้อความนี้(?:แล้ว)?"
    r"|यह (?:संदेश|मैसेज) (?:हटा दिया|हटाया|मिटाया|मिटा दिया|डिलीट कर दिया|डिलीट किया) गया(?: था| है)?|आपने (?:यह|इस) (?:संदेश|मैसेज)(?: को)?"
    r" (?:हटा दिया|हटाया|मिटाया|मिटा दिया|डिलीट कर दिया|डिलीट किया)(?: था| है)?"
    r"|(?:此|这条|該|该|这则|這則|這條)?(?:消息|訊息)已(?:被)?(?:删除|刪除|撤回)|(?:您|你)(?:已|已经|已經)?(?:删除|刪除|撤回|收回)了?(?:此|这条|一条|這則|此則|這條|一則)?(?:消息|訊息)"
    r"|.{1,40}撤回了一[条條則](?:消息|訊息)|已?(?:收回|撤回)(?:了)?(?:一條|一則)?訊息"
    r"|(?:この)?メッセージ(?:は削除されました|を削除しました|が削除されました)|(?:あなたは)?このメッセージを(?:削除|取り消)しました"
    r"|삭제된 메시지입니다|(?:이 )?메시지[를가]? ?삭제(?:했습니다|하였습니다|되었습니다)|(?:이 )?메시지[를가] 삭제(?:했습니다|됐습니다)"
    r"|(?:تم حذف|لقد حذفت|حذفت|قمت بحذف|حُذفت) هذه الرسالة|(?:لقد )?حذف(?:ت|تَ) هذه الرسالة"
    r"|הודעה זו נמחקה|ההודעה נמחקה|מחקת (?:את ה)?הודעה(?: זו| הזו| הזאת)?|(?:את/ה|אתה|את) מחקת (?:את ה)?הודעה(?: זו| הזו| הזאת)?"
    r"|این پیام حذف شده?(?: است)?|شما این پیام را حذف کردید|یہ پیغام حذف کر دیا گیا(?: تھا| ہے)?|آپ نے یہ پیغام حذف کر دیا"
    r"|det här meddelandet (?:togs bort|har tagits bort|raderades)|du (?:tog bort|raderade) det här meddelandet"
    r"|(?:denne|denne) (?:besked|meldingen) (?:blev|ble) slettet|du slettede denne besked|du slettet denne meldingen"
    r"|tämä viesti (?:poistettiin|on poistettu)|poistit tämän viestin|tato zpráva byla (?:smazána|odstraněna)|(?:smazali|odstranili) jste tuto zprávu"
    r"|acest mesaj a fost șters|ai șters acest mesaj|ezt az üzenetet törölték|törölted ezt az üzenetet"
    r"|αυτό το μήνυμα διαγράφηκε|διαγράψατε αυτό το μήνυμα)",
    re.IGNORECASE,
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
    r"|(?:görüntü|resim|fotoğraf|video|ses|çıkartma|gif|belge|kişi kartı|medya) (?:dahil edilmedi|atlandı)"
    r"|(?:изображение|видео|аудио|стикер|gif|документ|карточка контакта|медиафайл)[^\n]{0,12} (?:отсутствует|пропущен[оа]?|опущен[оа]?|не включен[оа]?)|без медиафайлов"
    r"|(?:зображення|відео|аудіо|наліпк[уа]|стікер|документ|gif|медіа)[^\n]{0,12} (?:пропущен[оа]?|вилучен[оа]?|відсутн[єій]+)|без медіа"
    r"|(?:obraz|grafika|zdjęcie|film|wideo|audio|dźwięk|naklejka|dokument|gif|karta kontaktu|multimedia) (?:pominięt[aeoy]|pominięto|pominięty)|pominięto (?:multimedia|\w{3,12})"
    r"|(?:afbeelding|video|audio|sticker|gif|document|contactkaart|media) weggelaten"
    r"|(?:gambar|foto|video|audio|stiker|dokumen|gif|kartu kontak|media) (?:tidak disertakan|dihilangkan|diabaikan|ditinggalkan)"
    r"|(?:hình ảnh|ảnh|video|âm thanh|nhãn dán|tài liệu|gif|tệp)(?: đã)? bị bỏ qua|đã bỏ qua (?:hình ảnh|video|âm thanh|nhãn dán|file phương tiện|tài liệu)"
    r"|(?:รูปภาพ|ภาพ|วิดีโอ|เสียง|สติกเกอร์|เอกสาร|gif|สื่อ)[^\n]{0,4}(?:ถูกละไว้|ถูกละเว้น|ไม่ได้รวมไว้|ไม่รวม|ถูกข้าม)"
    r"|(?:तस्वीर|छवि|इमेज|वीडियो|ऑडियो|स्टिकर|दस्तावेज़|डॉक्यूमेंट|मीडिया|gif) (?:छोड़ा गया|छोड़ी गई|छोड़ दिया गया|हटा दिया गया|शामिल नहीं है|नहीं जोड़ा गया|नहीं जोड़ी गई)"
    r"|(?:사진|이미지|동영상|오디오|스티커|문서|gif|연락처 카드|미디어)(?:이|가|을|를)? ?(?:생략됨|생략|생략되었습니다|제외됨|제외되었습니다)"
    r"|(?:התמונה|תמונה|הסרטון|סרטון|וידאו|השמע|אודיו|סטיקר|המדבקה|מסמך|המסמך|gif|המדיה|מדיה) (?:הושמט[הו]?|לא נכלל[הו]?)"
    r"|(?:cevapsız|yanıtsız|kaçırılan) (?:sesli|görüntülü) (?:arama|çağrı)|пропущенный (?:аудио|видео)?(?:звонок|вызов)|пропущенный (?:групповой |голосовой )?(?:аудио|видео)?(?:звонок|вызов)"
    r"|пропущений (?:аудіо|відео|голосовий |груповий )?(?:дзвінок|виклик)|nieodebrane połączenie (?:głosowe|wideo)|gemiste (?:spraak|video|groeps)(?:oproep|gesprek)"
    r"|panggilan (?:suara|video)(?: grup)? tak terjawab|cuộc gọi (?:thoại|video)(?: nhóm)?(?: bị)? nhỡ|(?:ไม่ได้รับสาย|สายที่ไม่ได้รับ)(?:เสียง|วิดีโอ|แบบเสียง)?"
    r"|मिस्ड (?:वॉइस|वॉयस|वीडियो) कॉल|छूटी हुई (?:वॉइस|वीडियो) कॉल|부재중 (?:음성|영상) ?(?:통화|전화)|שיחת? (?:קול|קולית|וידאו|שמע) שלא נענתה"
    r"|(?:voice|video) call,? .{1,40}|(?:missed|declined) (?:group )?(?:voice|video) call.{0,40}"
    r"|(?:verpasster|entgangener) (?:sprach|video)anruf|appel (?:vocal|vidéo) manqué"
    r"|(?:llamada|videollamada)(?: de voz| perdida){1,2}|(?:chamada|ligação) de (?:voz|vídeo) perdida"
    r"|(?:chiamata|videochiamata)(?: vocale)? persa|未接(?:语音|视频|語音|視訊)(?:通话|通話|来电)"
    r"|(?:音声|ビデオ)通話の?不在着信|مكالمة (?:صوتية|فيديو) فائتة"
    r"|(?:waiting for this message|warte auf diese nachricht).{0,80}",
    re.IGNORECASE,
)
#: What WhatsApp puts behind the words in brackets, `<This message was edited>` and its like; people type brackets too.
_EDITED = re.compile(
    r"(?:\u200e<[^<>\n]{3,60}|<[^<>\n]{0,50}(?:edited|bearbeitet|modifié|editó|editad[oa]|modificato|düzenle|измен|отредакт|수정|편집|编辑|編輯|編集|แก้ไข"
    r"|diedit|संपादित|bewerkt|edytowan|змінено|відредаг|تعديل|تحرير|נערכה|chỉnh sửa|redigera|redigeret|muokattu|upraven)[^<>\n]{0,40})>\Z",
    re.IGNORECASE,
)
#: `<Media omitted>` in any language: brackets and nothing else.
_BRACKETS = re.compile(r"<[^<>\n]{3,60}>")
#: A poll: its question, and lines that all begin alike.
_POLL = re.compile(
    r"\A[^\n:：]{2,24}[:：]\n[^\n]{1,300}\n([^\n:：]{2,20})[:：] ?[^\n]{1,200}\n\1[:：] ?[^\n]{1,200}(?:\n\1[:：] ?[^\n]{1,200}){0,12}\Z"
)
_SEALED = re.compile(
    r"end-to-end|ende-zu-ende|bout en bout|extremo a extremo|ponta a ponta|crittografat|端[到对對至]端|エンドツーエンド|종단간|엔드투엔드|сквозн|наскрізн|uçtan uca"
    r"|بين الطرفين|طرف إلى طرف|מקצה לקצה|ujung ke ujung|hulu ke hilir|end-til-end|ände-till-ände|ende-til-ende|päästä päähän|od końca do końca|kompleks"
    r"|đầu cuối|ต้นทางถึงปลายทาง|एंड-टू-एंड|शुरू से आखिर|completamente cifrad|are secured|sind geschützt|verschlüsselt|şifrel|зашифрован|szyfrowan",
    re.IGNORECASE,
)
#: What a notice says of the one whose name it begins with.
_DOES = re.compile(
    r"creat|add|remov|left|join|chang|delet|pinn|turn|erstell|hinzugefügt|entfernt|verlassen|beigetreten|geändert|gewechselt|a (?:créé|ajouté|retiré|quitté|modifié|rejoint|changé)"
    r"|cre[óo]|añadió|agregó|eliminó|salió|cambió|se unió|criou|adicion|saiu|mudou|removeu|entrou|ha (?:creato|aggiunto|rimosso|abbandonato|cambiato|modificato)"
    r"|oluştur|ekle|çıkar|ayrıl|değiştir|катıl|созда|добав|удали|покину|вы(?:шел|шла)|измени|присоедин|створи|дода|вийш|вилучи|зміни|приєдна|utworzy|doda|usun|opuści|zmieni|dołączy"
    r"|heeft|gemaakt|toegevoegd|verwijderd|verlaten|gewijzigd|membuat|menambahkan|mengeluarkan|keluar|mengubah|bergabung|đã (?:tạo|thêm|xóa|rời|thay đổi|tham gia|đổi)"
    r"|สร้าง|เพิ่ม|ลบ|ออก|เปลี่ยน|เข้าร่วม|बनाया|जोड़ा|हटाया|छोड़|बदल|शामिल|创建|建立|添加|加入|移除|退出|离开|更改|新增|變更|作成|追加|退出|削除|参加|変更|만들|추가|나갔|내보냈|변경|참여"
    r"|أنشأ|أضاف|غادر|أزال|غيّر|غيّرت|انضم|יצר|הוסי[פף]|עזב|הסיר|שינ|הצטר",
    re.IGNORECASE,
)
_QUOTED_NAME = re.compile('["“„«「『‘\']([^"”“»」』’\n]{1,100})["”“»」』’]')
_TAIL_CHARS = 64
_NOTICE_CHARS_MAX = 300
#: Android names the file in the first line and puts what was typed with it below.
_FILE = re.compile(r"[^\n]{1,160}\.[A-Za-z0-9]{2,5} \([^()\n]{2,40}\)(?:\n|\Z)")
_COPY = re.compile(r"(?<!\s)\s*(?:\(\d{1,2}\)|- copy| copy| \d{1,2})\Z", re.IGNORECASE)
_PLACE = re.compile(
    r"[^\s:：]{2,30}(?: [^\s:：]{2,20})?\s?[:：] https://(?:maps\.google\.com|foursquare\.com)/\S+"
)
_CHAT = re.compile(
    r"WhatsApp[ -]Chatt? (?:with|mit|con|avec|com|met|med|dengan|-) (?P<a>.+)|Chat (?:de |di )?WhatsApp (?:con|de|dengan|cu|s|-) (?P<b>.+)"
    r"|Discussion WhatsApp avec (?P<c>.+)|Conversa do WhatsApp com (?P<d>.+)|Conversație WhatsApp cu (?P<k>.+)"
    r"|(?:WhatsApp ?)?[与與](?P<e>.+?)[的之] ?(?:WhatsApp ?)?(?:聊天|对话|對話)(?:记录|紀錄|記錄)?|(?P<f>.+?)との ?WhatsApp ?(?:トーク|チャット)(?:履歴)?"
    r"|(?:محادثة|دردشة) (?:واتساب|WhatsApp) مع (?P<g>.+)|(?P<h>.+?) ile WhatsApp (?:Sohbeti|Yazışması)"
    r"|Чат WhatsApp (?:с контактом|с|со|з контактом|із контактом|з|із) (?P<i>.+)|Cza[tc] (?:w )?WhatsApp z(?: użytkownikiem|:)? (?P<j>.+)"
    r"|(?P<l>.+?)님?(?:과의|와의|과|와) ?(?:WhatsApp|왓츠앱) ?(?:대화|채팅)|(?:WhatsApp|왓츠앱) ?(?:대화|채팅)[ \-:]+(?P<m>.+)"
    r"|(?:การ|ประวัติ)?แชท ?(?:ใน )?WhatsApp ?กับ ?(?P<n>.+)|(?P<o>.+?) के साथ WhatsApp (?:चैट|बातचीत)|WhatsApp चैट[ \-:]+(?P<p>.+)"
    r"|(?:שיחת|צ['׳]אט|התכתבות) (?:ב-?)?(?:WhatsApp|ווטסאפ|וואטסאפ) עם (?P<q>.+)|(?:Đoạn chat|Cuộc trò chuyện|Trò chuyện|Chat) WhatsApp (?:với|cùng) (?P<r>.+)"
    r"|WhatsApp-keskustelu(?: käyttäjän)?:? (?P<s>.+?)(?: kanssa)?|Συνομιλία WhatsApp με (?P<t>.+)|Konverzace WhatsApp s (?P<u>.+)",
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
    if _BRACKETS.fullmatch(typed.strip("\u200e\u200f ")) or _POLL.match(typed):
        return ""
    if typed.endswith(">") and (edited := _EDITED.search(typed[-_TAIL_CHARS:])):
        typed = typed[: -len(edited[0])]
    plain = typed.strip("\u200e\u200f \n")
    if len(plain) <= _NOTICE_CHARS_MAX and _is_notice(plain):
        return ""
    return typed.replace("\u200e", "").replace("\u200f", "").strip()


def _is_notice(plain: str) -> bool:
    if "://" in plain:
        return bool(_PLACE.fullmatch(plain))
    return bool(_DELETED.fullmatch(plain.rstrip(".。!।")) or _OMITTED.fullmatch(plain.rstrip(".。।")))


def is_sealing_notice(text: str, is_first: bool) -> bool:
    """Whether it says that the chat is encrypted, which stands first in most exports, under somebody's name in some."""
    said = text.strip()
    return 30 < len(said) <= 500 and bool(_SEALED.search(said)) and (is_first or "whatsapp" in said.lower())


def is_told_of(text: str, people: Iterable[str]) -> bool:
    """Whether a text says what one of these did to the group (`Boris added you`): WhatsApp's, under whatever name."""
    said = text.strip("\u200e\u200f\u202a\u202c ")
    if len(said) > _NOTICE_CHARS_MAX or "\n" in said:
        return False
    return any(said.startswith(name) and _DOES.search(said[len(name) :][:200]) for name in people if name)


def groups_named(text: str) -> set[str]:
    """What a notice puts in quotes: the name of a group, where it tells of one."""
    return {match.strip() for match in _QUOTED_NAME.findall(text[:_NOTICE_CHARS_MAX])}


def chat_named(file_name: str) -> str | None:
    """The person or group that an export's file is named after."""
    match = _CHAT.fullmatch(_COPY.sub("", file_name.removesuffix(".txt")).strip())
    return next((name.strip(' “”"') for name in match.groups() if name), None) if match else None


#: Arabic and Hebrew exports put direction marks between the parts of a date; `\d` takes every script's digits.
_TURN = r"[\u200e\u200f\u202a-\u202e]{0,3}"
_GAP = rf"{_TURN}(?:[./-]|\.\s|年|月){_TURN}\s?"
_DAY = rf"{_TURN}(\d{{1,4}}){_GAP}(\d{{1,2}}){_GAP}(\d{{1,4}}){_TURN}[.日]?"
_THEN = r"(?:([,،])\s{0,2}|\s)(?:(?:à|um|klo|at|às|kl\.?|a las|alle|alle ore)\s)?"
_HALF = r"(?:[AaPp]\.?\s?[Mm]\.?|上午|下午|中午|凌晨|早上|清晨|傍晚|晚上|午前|午後|오전|오후|ص|م|a\.\sm\.|p\.\sm\.)"
_TIME = rf"{_TURN}(?:{_HALF}\s?)?\d{{1,2}}[:.h]\d{{2}}(?:[:.]\d{{2}})?(?:\s?{_HALF})?{_TURN}"
_IOS = re.compile(rf"^{_TURN}\[{_DAY}{_THEN}{_TIME}\]\s?(.*)$", re.S)
_ANDROID = re.compile(rf"^{_DAY}{_THEN}{_TIME}\s[-–]\s(.*)$", re.S)
_AMERICAN = re.compile(r"^[^\n]{8,30}\d[ \u202f][AP]M(?:\]| - )", re.M)
_SENDER = re.compile(
    r"^[~\u200e\u200f\u202a\u202f\u00a0 ]*+([^:\n]{1,100}?)\u202c?\u200f?:(?:[ \u00a0](.*)|)$", re.S
)
#: `13/9/20, 10:00 - 11:00: cleaning` is a line that somebody typed.
_SPAN = re.compile(r"\d{1,2}[:.h]\d{2}")
_OPENING = re.compile("[“„«「『]")
_YEARS = range(2009, 2100)
#: Thai phones count from the Buddha's death.
_BUDDHIST, _BUDDHIST_YEARS = 543, range(2552, 2643)
Numbers = tuple[int, int, int]
_Message = tuple[Numbers, str, str]


def read_whatsapp(text: str, name: str = "") -> Document:
    """The document of a decoded WhatsApp export from a file called `name`.

    Raises:
        BadInput: `no_text` if nobody says anything.
    """
    typed = list(_messages(text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")))
    title = chat_named(name)
    groups = _groups(typed, title)
    turns = [(day, sender, said) for day, sender, said in _spoken(typed) if sender not in groups]
    if not turns:
        raise BadInput("the chat holds no messages", code="no_text")
    to_date = _calendar([day for day, _, _ in typed], bool(_AMERICAN.search(text[:20_000])))
    speakers = {sender for _, sender, _ in typed} - groups
    return Document(
        kind="chat",
        cues=tuple(Cue(said, speaker=sender) for _, sender, said in turns),
        turns=True,
        title=title or min(groups, default=None),
        published=to_date(turns[0][0]),
        owner=_owner(speakers, title or _partner_in(name, speakers)),
    )


def _spoken(typed: Sequence[_Message]) -> Iterator[_Message]:
    """What people typed; what WhatsApp wrote under their names is left out."""
    for at, (day, sender, body) in enumerate(typed):
        said = spoken(body)
        if said and not is_sealing_notice(said, at < 2) and not is_told_of(said, (sender,)):
            yield day, sender, said


def _groups(typed: Sequence[_Message], title: str | None) -> set[str]:
    """Senders that are the group itself: notices stand under its name. A notice or the file says what it is called."""
    people = {sender for _, sender, _ in typed}
    told = [body for _, sender, body in typed if is_told_of(body, (sender, "You", *people))]
    named = {name for body in told for name in groups_named(body)} & people
    by_title = {title} & people if title and len(people) > 2 else set()
    only_notices = {
        group
        for group in people
        if len(people) > 2
        and all(
            not spoken(body) or is_sealing_notice(body, True) or is_told_of(body, people - {group})
            for _, sender, body in typed
            if sender == group
        )
        and any(is_told_of(body, people - {group}) for _, sender, body in typed if sender == group)
    }
    return named | by_title | only_notices


def _partner_in(name: str, speakers: set[str]) -> str | None:
    """Whoever of two an export's file is named after, in languages whose names of files are not known."""
    if "whatsapp" not in name.lower():
        return None
    named = [speaker for speaker in speakers if len(speaker) > 1 and speaker.casefold() in name.casefold()]
    return named[0] if len(named) == 1 else None


def _messages(lines: Sequence[str]) -> Iterator[_Message]:
    """Date numbers, sender and text of every message that has a sender; one export has one kind of header."""
    header = next((kind for line in lines for kind in (_IOS, _ANDROID) if kind.match(line)), _IOS)
    day: Numbers | None = None
    body: list[str] = []
    for line in lines:
        match = header.match(line)
        if match is None or _SPAN.match(match[5]):
            body.append(line)
            continue
        if day is not None:
            yield from _split_sender(day, "\n".join(body))
        day, body = (int(match[1]), int(match[2]), int(match[3])), [match[5]]
    if day is not None:
        yield from _split_sender(day, "\n".join(body))


def _header(line: str) -> re.Match[str] | None:
    return _IOS.match(line) or _ANDROID.match(line)


def _split_sender(day: Numbers, entry: str) -> Iterator[_Message]:
    match = _SENDER.match(entry)
    if match and not _OPENING.search(match[1]) and match[1].count('"') % 2 == 0:
        yield day, match[1].strip(), match[2] or ""


def _calendar(days: Sequence[Numbers], is_american: bool) -> Callable[[Numbers], date | None]:
    """How the export writes dates: what makes a day of every line, else what keeps the lines in order."""

    def year_first(day: Numbers) -> date | None:
        return _date(*day)

    def day_first(day: Numbers) -> date | None:
        return _date(day[2], day[1], day[0])

    def month_first(day: Numbers) -> date | None:
        return _date(day[2], day[0], day[1])

    if any(first > 31 for first, _, _ in days):
        return year_first
    if any(first > 12 for first, _, _ in days):
        return day_first
    if any(second > 12 for _, second, _ in days):
        return month_first
    backwards = [_steps_back(days, read) for read in (day_first, month_first)]
    is_month_first = backwards[1] < backwards[0] if backwards[0] != backwards[1] else is_american
    return month_first if is_month_first else day_first


def _steps_back(days: Sequence[Numbers], read: Callable[[Numbers], date | None]) -> int:
    dates = [day for one in days if (day := read(one))]
    return sum(later < earlier for earlier, later in pairwise(dates))


def _date(year: int, month: int, day: int) -> date | None:
    """The date, if WhatsApp existed then; other calendars than the common one give none."""
    full = year + 2000 if year < 100 else year - _BUDDHIST if year in _BUDDHIST_YEARS else year
    return make_date(full, month, day) if full in _YEARS else None


def _owner(speakers: set[str], partner: str | None) -> str | None:
    others = speakers - {partner}
    return others.pop() if partner in speakers and len(speakers) == 2 else None


def _recognises(head: Head) -> bool:
    start = head.text.lstrip()[:4000]
    match = _header(start.partition("\n")[0])
    if match is None:
        return False
    #: Logs of machines begin so too, and say neither of these.
    is_signed = "\u200e" in head.text or "whatsapp" in (head.name + head.text[:20_000]).lower()
    return is_signed or (match[4] is not None and ("-" not in match[0][:12] or _is_talk(start)))


def _is_talk(start: str) -> bool:
    """Whether lines of Android with a day of dashes are people's: several, with a sender each."""
    headers = [match for line in start.split("\n") if (match := _ANDROID.match(line))]
    senders = [found[1] for match in headers if (found := _SENDER.match(match[5]))]
    return len(senders) > 1 and not any(sender.isupper() and len(sender) > 3 for sender in senders)


def _read(opened: Opened) -> list[Document]:
    return [read_whatsapp(opened.text, opened.name)]


SPEC = ReaderSpec("whatsapp", _recognises, _read, line_chars_max=LINE_CHARS_MAX)
