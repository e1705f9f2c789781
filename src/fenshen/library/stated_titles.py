"""Titles that a document states of itself, without those that programs put there. Pure; knows nothing about formats.

A file name, a program's word for a new document, or a single letter says less than the name of the file.
"""

from __future__ import annotations

import re

_BY_PROGRAMS = re.compile(
    r"untitled.*|unbenannt.*|sans titre.*|sin t[íi]tulo.*|senza titolo.*|без имени.*|無題.*|无标题.*|未命名.*|제목 ?없음.*"
    r"|(?:microsoft )?(?:word|powerpoint|excel|publisher|office)(?: ?-.*| document.*| presentation.*)?"
    r"|(?:new |neues )?(?:binder|document|dokument|doc|presentation|pr[äé]sentation|book|mappe|slide|folie|layout|page|seite"
    r"|scan|scanned (?:document|image)|image|img|bild|file|print|title|titel|titre|文档|文件|文書|演示文稿|幻灯片|スライド|标题|標題)[ _-]?\d*"
    r"|powerpoint[- ]pr[äe]sentation|presentaci[óo]n de powerpoint|présentation powerpoint|powerpoint プレゼンテーション|powerpoint 演示文稿"
    r"|full page (?:photo|fax) print|print job|ps_pdf.*|https?://\S+|file:\S+|\S+\.(?:dvi|tex|indd|qxd|fm)",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(r"[^.\s][^/\n]{0,200}\.[A-Za-z][A-Za-z0-9]{1,4}")
_WORDS_IN = re.compile(r"[^\W\d_]")
_WIDE = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_LETTERS_MIN, _WIDE_MIN = 3, 2
_ODD = re.compile("[\x00-\x1f\ufffd\ue000-\uf8ff]")


def stated_title(text: str) -> str | None:
    """`text` as a title, `None` where it is none that a person gave."""
    if _ODD.search(text.strip()):
        return None
    title = " ".join(text.split())
    letters, wide = len(_WORDS_IN.findall(title)), len(_WIDE.findall(title))
    is_short = wide < _WIDE_MIN if wide else letters < _LETTERS_MIN
    is_by_program = _BY_PROGRAMS.fullmatch(title) is not None or _FILE_NAME.fullmatch(title) is not None
    return None if is_short or is_by_program else title
