"""Every habit by which a writer says that a text is not for everybody: fields, folders, file names, first lines, titles.

One table of field names: some are private unless they clearly say no (`draft`), some unless they clearly say yes
(`published`), some by what they say (`status: pending`). In doubt a text is private: that costs a question, the other
way round publishes what was not to be. Knows nothing about how front matter is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

#: Names are compared in small letters without spaces, `-` and `_`, and without a leading `is`, `dg`, `post`, `hugo` …
_PRIVATE_UNLESS_NO_WORDS = """
private draft drafts wip hidden hide unlisted secret confidential sensitive nsfw unpublished protected
encrypted encrypt locked lock password passwd pwd pass passphrase accesscode members membersonly
memberonly subscribersonly subscriberonly patronsonly paid paidonly premium premiumonly paywall paywalled
exclusive friendsonly loggedin donotpublish nopublish notforpublication personal onlyme loginrequired requireslogin noindex norobots headless internal embargoed
deleted trashed archivedprivate eleventyexcludefromcollections excludefromcollections excludefromsearch
excludesearch skip ignore 私密 草稿 隐藏 加密 密码 非公開 下書き 비공개 초안 entwurf brouillon borrador rascunho bozza черновик скрыто приватно
privat geheim versteckt verborgen nurmitglieder passwort kennwort privé caché motdepasse réservé privado privada oculto contraseña soloparamiembros
senha privato nascosto utkast luonnos kladde concept szkic taslak пароль 仅会员 会员专享 限定 会員限定 パスワード 회원전용 비밀번호
"""
_PRIVATE_UNLESS_NO = frozenset(_PRIVATE_UNLESS_NO_WORDS.split())
_PRIVATE_UNLESS_YES_WORDS = "published publish public listed visible searchable indexable output indexed approved free 发布 公开 公開 공개 öffentlich veröffentlicht publié publiée publicado publicada público pública pubblicato pubblico опубликовано публично publicerad"
_PRIVATE_UNLESS_YES = frozenset(_PRIVATE_UNLESS_YES_WORDS.split())
#: Fields that say in words for whom a text is.
_SAYS_WORDS = """
status state stage visibility access accesslevel audience privacy sharing sharewith sharedwith share contenttier filetags googlebot permission permissions publishstatus
publicationstatus restriction restricted scope layout type category categories tags tag keywords robots
状态 状態 可见性 可见范围 权限 阅读权限 分类 标签 ステータス 公開状態 公開範囲 閲覧 상태 공개범위 공개설정 tier roles role visibleto
estado statut état stato статус состояние zustand durum stan sichtbarkeit visibilité visibilidad visibilidade visibilità видимость synlighet
доступ zugriff zugang accès acceso acesso accesso zielgruppe público publico аудитория"""
_SAYS = frozenset(_SAYS_WORDS.split())
#: Of these, anything but a word for everybody is private.
_OPEN_ONLY_WORDS = "visibility privacy 可见性 可见范围 公開範囲 공개범위 sichtbarkeit visibilité visibilidad visibilidade visibilità видимость visibleto restriction restricted accesslevel sharing sharewith sharedwith"
_OPEN_ONLY = frozenset(_OPEN_ONLY_WORDS.split())
_OPEN = re.compile(
    r"(?:public|published|everyone|everybody|anyone|all|any|open|world|free|none|no|false|visible|öffentlich|alle|publique?|tous|tout le monde|públic[oa]|public[oa]|todos|pubblic[oa]|tutti|публичн\w{2}|все|всем|вс[её]м|公开|公開|所有人|全部|すべて|全員|全体公開|공개|전체|전체공개|모두)?"
)
_CLOSED = re.compile(
    r"\b(?:draft|drafts|private|privat|privé|privado|pending|unpublished|hidden|unlisted|wip|work.?in.?progress|in.?progress|idea|ideas"
    r"|todo|to.?do|in.?review|needs.?review|scheduled|future|trash|trashed|deleted|internal|confidential|secret|embargo(?:ed)?"
    r"|(?:members?|subscribers?|patrons?|friends|followers|paid|paying|premium|login|team|staff|family|invite).{0,3}(?:only)?|noindex"
    r"|only.?me|myself|locked"
    r"|entwurf|brouillon|borrador|rascunho|bozza|черновик|not.?(?:published|public|ready|finished)|unfinished|auto-draft|inherit"
    r"|nicht.(?:öffentlich|veröffentlicht)|unveröffentlicht|geheim|versteckt|vertraulich|nur.(?:für.)?\w{3,12}|privée?|masquée?|cachée?|confidentiel(?:le)?|(?:non|pas).publiée?"
    r"|abonnée?s|membres|réservée?|privad[oa]|ocult[oa]|(?:no|não|sin).public(?:ad[oa]|ar)|sol[oa]mente|suscriptores|miembros|assinantes|membros|apenas"
    r"|privat[oa]|nascost[oa]|non.pubblicat[oa]|abbonati|приватн\w{1,3}|личн\w{1,3}|скрыт\w{0,3}|закрыт\w{0,3}|не.опубликован\w{0,3}|только|подписчик\w{0,3}"
    r"|utkast|luonnos|kladde|szkic|taslak|gizli)\b"
    r"|草稿|私密|未发布|未發布|待审|待審|[仅僅只].{1,6}[可看]|私人|[会會][员員]|好友|粉丝|非公開|未公開|下書き|限定|自分のみ|비공개|미공개|초안|나만|회원|친구|구독자",
    re.IGNORECASE,
)
#: Fields whose words are about many things: only a whole word counts, not `paid ads` or `family`.
_LOOSE_WORDS = (
    "filetags tags tag keywords category categories 分类 标签 type layout audience scope role roles tier"
)
_LOOSE = frozenset(_LOOSE_WORDS.split())
_WHOLE = re.compile(
    r"#?(?:draft|drafts|private|privat|unpublished|hidden|unlisted|wip|do.not.publish|secret|confidential|internal|members?.only|subscribers?.only|paid.only"
    r"|members|subscribers|paid|patrons|only.(?:paid|members|subscribers)|entwurf|brouillon|borrador|草稿|私密|未发布|非公開|下書き|비공개|초안)",
    re.IGNORECASE,
)
_NO = frozenset(
    {
        "false",
        "no",
        "n",
        "0",
        "none",
        "null",
        "off",
        "",
        "never",
        "否",
        "不",
        "いいえ",
        "아니요",
        "아니오",
        "nein",
        "non",
        "não",
        "nej",
        "nie",
        "hayır",
        "нет",
    }
)
_DAYS_WORDS = """
publishdate publishon publishat publishedat publisheddate publicationdate pubdate golive scheduled
embargo date
"""
_DAYS = tuple(_DAYS_WORDS.split())
_ENDS_WORDS = """
expires expiry expirydate expiredate expirationdate expireson expiresat expired unpublishdate unpublishon unpublishat
unpublished enddate validuntil visibleuntil publishuntil until removeon archiveon
"""
_ENDS = tuple(_ENDS_WORDS.split())
_FOLDERS_WORDS = """
private drafts draft unpublished trash entwürfe entwurf unveröffentlicht privat brouillons brouillon privé borradores borrador privado
rascunhos rascunho bozze bozza privato черновики черновик личное приватно utkast luonnokset kladder concepten szkice taslaklar
私密 草稿 草稿箱 未发布 未發布 下書き 非公開 未公開 초안 비공개 임시보관함
"""
_FOLDERS = frozenset(_FOLDERS_WORDS.split())
_CLOSED_NAMES = (
    r"drafts?|wip|private|confidential|unpublished|do[ _-]not[ _-](?:publish|share|post)|not[ _-]for[ _-]publication|entwurf|entwürfe|brouillons?|borrador(?:es)?"
    r"|rascunhos?|bozz[ae]|черновики?|utkast|szkic|taslak|草稿|未发布|未發布|私密|勿发|下書き|下书き|非公開|비공개|초안"
)
#: In brackets or capitals anywhere, else as the last word of the name: `my draft horses.md` is a text about horses.
_DRAFT_NAME = re.compile(
    rf"[\[(【（{{](?:{_CLOSED_NAMES})[\])】）}}]"
    rf"|(?:^|[\s_\-.~])(?:{_CLOSED_NAMES})(?:[\s_\-]{{0,3}}(?:v|no|nr)?[\s_\-.]?\d[\d.\-]{{0,10}})?(?:\.[a-z]{{2,3}}(?:-[a-z]{{2,4}})?)?(?:\.[a-z0-9]{{1,8}})?$"
    r"|草稿|下書き|초안",
    re.IGNORECASE,
)
_CAPITAL_NAME = re.compile(
    r"(?<![^\W_])(?:DRAFT|WIP|PRIVATE|CONFIDENTIAL|DO[ _-]NOT[ _-]PUBLISH|ENTWURF)(?![^\W_])"
)
#: How a first line or a title says it: a word and then a mark or nothing, or a request wherever it ends the line.
_CLOSED_WORDS = (
    r"(?:rough|first|early|working)?\s?drafts?(?:\s(?:only|v?\d{1,3}))?|wip|work in progress|unpublished|(?:strictly )?(?:private|confidential|secret)"
    r"(?: (?:and|&) (?:private|confidential|personal))?|protected|personal|embargoed|internal(?: use)?(?: only)?|privat|geschützt|vertraulich|entwurf"
    r"|privé|protégé|confidentiel|brouillon|privado|protegido|confidencial|borrador|rascunho|bozza|riservato|черновик|личное|конфиденциально"
    r"|utkast|szkic|taslak|(?:for )?(?:(?:paid|paying) )?(?:members?|subscribers?|patrons?|supporters?|followers|friends|insiders)[ -]only(?: (?:until|till|before) .{1,30})?"
    r"|nur für (?:mitglieder|abonnenten|freunde|mich)|réservé aux (?:abonnés|membres)|solo para (?:suscriptores|miembros)|apenas para (?:assinantes|membros)"
    r"|solo per (?:abbonati|membri)|только для (?:подписчиков|друзей|своих)|仅?限?会员(?:可见|专享|专属)?|会員限定|メンバー限定|회원 ?전용"
    r"|草稿|私密|机密|機密|保密|密码保护|受保护的?|未发布|内部资料|下書き|非公開|保護中|社外秘|비공개|보호됨|초안"
)
_CLOSED_LINE = re.compile(
    rf"[\W_]{{0,6}}(?:{_CLOSED_WORDS})(?:\s?[\])】）:：—–|·,，.。!！*_(（]|\s-|$)", re.IGNORECASE
)
_CAPITAL_LINE = re.compile(r"[\W_]{0,6}(?:DRAFT|WIP|CONFIDENTIAL|EMBARGOED)\b")
_ASKED = (
    r"\b(?:(?:do not|don[’']t|not to be|never) (?:be )?(?:publish|post|share|distribute|circulate|forward|quote|print|repost)(?:ed|d)?(?: or \w{4,12})?(?: (?:this|it|yet|please|anywhere))?"
    r"|not for (?:publication|distribution|circulation|the public|release|sharing)(?: yet)?|not (?:yet )?(?:published|public)|(?:for )?(?:my|your|his|her|their|our) eyes only"
    r"|for internal use(?: only)?|for (?:my|our) [\w ]{3,30} only|(?:bitte )?nicht (?:veröffentlichen|weitergeben)|ne pas (?:publier|diffuser)|no (?:publicar|difundir|compartir)"
    r"|não publicar|non pubblicare|не (?:публиковать|распространять|для публикации)|nicht zur veröffentlichung(?: bestimmt)?|no apto para publicar)"
)
_REQUEST = re.compile(
    rf"{_ASKED}[\W_]*$|^[\W_]{{0,12}}{_ASKED}\s{{0,3}}(?:[–—:;.!(]|-\s)"
    r"|(?:请勿|請勿|勿|不要|禁止|不得)(?:外传|外傳|转发|轉發|发布|發布|公开|公開|转载|轉載|传播)|仅供内部|公開しないで|公開禁止|공개하지",
    re.IGNORECASE,
)
_LINE_CHARS_MAX = 100


def is_restricted(fields: Mapping[str, Any]) -> bool:
    """Whether front matter says that a text is not for everybody."""
    return any(_restricts(_plain(name), value) for name, value in fields.items())


def is_private_folder(name: str) -> bool:
    """Whether a folder of this name holds what is not for everybody."""
    word = re.search(r"[^\W\d_](?:.*[^\W\d_])?", unicodedata.normalize("NFC", name))
    return word is not None and word[0].lower() in _FOLDERS


def is_draft_name(name: str) -> bool:
    """Whether a file's name says that it is a draft: `[DRAFT] …`, `….draft.md`, `…-DRAFT.txt`, `…草稿.docx`."""
    return bool(_DRAFT_NAME.search(name) or _CAPITAL_NAME.search(name))


def is_closed_line(line: str) -> bool:
    """Whether a title or a first line says it: `DRAFT — do not publish`, `Private: the price list`."""
    line = line.strip()
    if len(line) > _LINE_CHARS_MAX:
        return False
    return bool(_CLOSED_LINE.match(line) or _CAPITAL_LINE.match(line) or _REQUEST.search(line))


def end_fields() -> tuple[str, ...]:
    """Plain names of the fields that give the day from which a text was to be seen no more."""
    return _ENDS


def is_telling(name: str) -> bool:
    """Whether a field of this name says for whom or when a text is."""
    plain = _plain(name)
    return (
        plain in _PRIVATE_UNLESS_NO
        or plain in _PRIVATE_UNLESS_YES
        or plain in _SAYS
        or plain in (*_DAYS, *_ENDS)
    )


def day_fields() -> tuple[str, ...]:
    """Plain names of the fields that give the day of publication, the most telling first."""
    return _DAYS


def plain_fields(fields: Mapping[object, Any]) -> dict[str, Any]:
    """The fields under their plain names; the first of several wins."""
    found: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(name, str):
            found.setdefault(_plain(name), value)
    return found


def _plain(name: str) -> str:
    plain = re.sub(r"[\s_\-.]+", "", name.strip().lower().lstrip("#+"))
    return re.sub(r"^(?:is|dg|post|hugo|exporthugo|export|page|jekyll|blog|wp)(?=\w{4})", "", plain)


def _restricts(name: str, value: Any) -> bool:
    if isinstance(value, Mapping):
        return _restricts_within(name, value)
    if name in _PRIVATE_UNLESS_NO and not (name in _ENDS and isinstance(value, date)):
        return not _is_no(value)
    if name in _PRIVATE_UNLESS_YES:
        return (_is_no(value) and (value is not None or name.startswith("publi"))) or (
            isinstance(value, str) and bool(_CLOSED.search(value))
        )
    if name == "filetags":
        return any(_closes(name, word) for word in str(value).split(":"))
    if name == "sitemap":
        return _is_no(value) or "exclude" in str(value).lower()
    if name == "permalink":
        return value is False
    if name in _SAYS:
        return any(
            _closes(name, str(word)) for word in (value if isinstance(value, list | tuple) else [value])
        )
    return False


def _restricts_within(name: str, value: Mapping[Any, Any]) -> bool:
    """`sitemap: {disable: true}`, `build: {list: never}`, `robots: {index: false}` and fields in `params`."""
    inner = {_plain(str(key)): found for key, found in value.items()}
    if name == "sitemap":
        return not _is_no(inner.get("disable", False)) or not _is_no(inner.get("exclude", False))
    if name == "build":
        return any(_is_no(inner[key]) or inner[key] == "local" for key in ("list", "render") if key in inner)
    if name == "robots":
        return "index" in inner and _is_no(inner["index"])
    return name in (
        "params",
        "extra",
        "metadata",
        "meta",
        "settings",
        "publishing",
        "data",
    ) and is_restricted(inner)


def _closes(name: str, said: str) -> bool:
    word = said.strip().lower()
    if name in _LOOSE:
        return bool(_WHOLE.fullmatch(word))
    if name in _OPEN_ONLY:
        return not _OPEN.fullmatch(word)
    return bool(_CLOSED.search(word))


def _is_no(value: Any) -> bool:
    """Anything but a clear no counts as yes."""
    return (
        str(value).strip().lower() in _NO if not isinstance(value, date | list | tuple) else value in ([], ())
    )
