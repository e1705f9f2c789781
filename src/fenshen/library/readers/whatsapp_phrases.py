"""What WhatsApp writes in place of a message, in the languages it is used in most. Pure.

Knows nothing about dates and senders.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

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
