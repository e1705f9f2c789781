"""Every habit by which a writer says that a text is not for everybody: fields of front matter, folders, file names.

One table of field names: some are private unless they clearly say no (`draft`), some unless they clearly say yes
(`published`), some by what they say (`status: pending`). In doubt a text is private: that costs a question, the other
way round publishes what was not to be. Knows nothing about how front matter is written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

#: Names are compared in small letters without spaces, `-` and `_`, and without a leading `is`, `dg` or `post`.
_PRIVATE_UNLESS_NO_WORDS = """
private draft drafts wip hidden hide unlisted secret confidential sensitive nsfw unpublished protected
encrypted encrypt locked lock password passwd pwd pass passphrase accesscode members membersonly
memberonly subscribersonly subscriberonly patronsonly paid paidonly premium premiumonly paywall paywalled
exclusive friendsonly loggedin loginrequired requireslogin noindex norobots headless internal embargoed
deleted trashed archivedprivate eleventyexcludefromcollections excludefromcollections excludefromsearch
excludesearch skip ignore 私密 草稿 隐藏 加密 密码 非公開 下書き 비공개 초안 entwurf brouillon borrador rascunho
"""
_PRIVATE_UNLESS_NO = frozenset(_PRIVATE_UNLESS_NO_WORDS.split())
_PRIVATE_UNLESS_YES_WORDS = "published publish public listed visible searchable indexable output indexed approved free 发布 公开 公開 공개"
_PRIVATE_UNLESS_YES = frozenset(_PRIVATE_UNLESS_YES_WORDS.split())
#: Fields that say in words for whom a text is.
_SAYS_WORDS = """
status state stage visibility access accesslevel audience privacy permission permissions publishstatus
publicationstatus restriction restricted scope layout type category categories tags tag keywords robots
状态 可见性 分类 标签 ステータス 상태 tier roles role visibleto
"""
_SAYS = frozenset(_SAYS_WORDS.split())
#: Of these, anything but a word for everybody is private.
_OPEN_ONLY_WORDS = "visibility privacy 可见性 visibleto restriction restricted accesslevel"
_OPEN_ONLY = frozenset(_OPEN_ONLY_WORDS.split())
_OPEN = re.compile(
    r"(?:public|published|everyone|everybody|anyone|all|any|open|world|free|none|no|false|visible|公开|公開|所有人|全部|공개)?"
)
_CLOSED = re.compile(
    r"\b(?:draft|drafts|private|privat|privé|privado|pending|unpublished|hidden|unlisted|wip|work.?in.?progress|in.?progress|idea|ideas"
    r"|todo|to.?do|in.?review|needs.?review|scheduled|future|trash|trashed|deleted|internal|confidential|secret|embargo(?:ed)?"
    r"|(?:members?|subscribers?|patrons?|friends|followers|paid|paying|premium|login|team|staff|family|invite).{0,3}(?:only)?|noindex"
    r"|entwurf|brouillon|borrador|rascunho|bozza|черновик|not.?(?:published|public|ready|finished)|unfinished|auto-draft|inherit)\b"
    r"|草稿|私密|未发布|未發布|待审|待審|仅自己|仅.{1,6}可见|非公開|下書き|비공개|초안",
    re.IGNORECASE,
)
#: Fields whose words are about many things: only a whole word counts, not `paid ads` or `family`.
_LOOSE_WORDS = "tags tag keywords category categories 分类 标签 type layout audience scope role roles tier"
_LOOSE = frozenset(_LOOSE_WORDS.split())
_WHOLE = re.compile(
    r"#?(?:draft|drafts|private|privat|unpublished|hidden|unlisted|wip|secret|confidential|internal|members?.only|subscribers?.only|paid.only"
    r"|members|subscribers|paid|patrons|only.(?:paid|members|subscribers)|entwurf|brouillon|borrador|草稿|私密|未发布|非公開|下書き|비공개|초안)",
    re.IGNORECASE,
)
_NO = frozenset(
    {"false", "no", "n", "0", "none", "null", "off", "", "never", "否", "不", "nein", "non", "нет"}
)
_DAYS_WORDS = """
publishdate publishon publishat publishedat publisheddate publicationdate pubdate golive scheduled
embargo date
"""
_DAYS = tuple(_DAYS_WORDS.split())
_FOLDERS_WORDS = """
private _drafts drafts draft _draft .drafts _private unpublished _unpublished trash .trash 私密 草稿 草稿箱 未发布
下書き 非公開
"""
_FOLDERS = frozenset(_FOLDERS_WORDS.split())
_DRAFT_NAME = re.compile(
    r"^[\[(【](?:draft|wip|private|草稿|未发布|私密|下書き)[\])】]|\.(?:draft|private|wip)\.[A-Za-z]{2,8}$",
    re.IGNORECASE,
)


def is_restricted(fields: Mapping[str, Any]) -> bool:
    """Whether front matter says that a text is not for everybody."""
    return any(_restricts(_plain(name), value) for name, value in fields.items())


def is_private_folder(name: str) -> bool:
    """Whether a folder of this name holds what is not for everybody."""
    return name.lower() in _FOLDERS


def is_draft_name(name: str) -> bool:
    """Whether a file's name says that it is a draft: `[DRAFT] …`, `….draft.md`."""
    return bool(_DRAFT_NAME.search(name))


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
    return re.sub(r"^(?:is|dg|post)(?=\w{4})", "", plain)


def _restricts(name: str, value: Any) -> bool:
    if isinstance(value, Mapping):
        return _restricts_within(name, value)
    if name in _PRIVATE_UNLESS_NO:
        return not _is_no(value)
    if name in _PRIVATE_UNLESS_YES:
        return (_is_no(value) and (value is not None or name.startswith("publi"))) or (
            isinstance(value, str) and bool(_CLOSED.search(value))
        )
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
