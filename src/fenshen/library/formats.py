"""Which formats of text and documents are read, in the order in which they are tried.

Binary formats say what they are in their first bytes and come first; among texts the telling ones come
before the plain. Packages extend the table through the entry point group `fenshen.readers`; theirs are
tried first. Knows nothing about sound and video.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from fenshen.library.readers import (
    ass,
    bilibili,
    chat_lines,
    chat_table,
    discord,
    docx,
    epub,
    feed_file,
    frame_subtitles,
    lrc,
    mail_text,
    markdown,
    meta,
    meta_posts,
    odt,
    pdf,
    plain,
    posts_export,
    pptx,
    rtf,
    sami,
    slack,
    subtitles,
    telegram,
    transcripts,
    ttml,
    webpage,
    wechat,
    weibo,
    whatsapp,
    x_archive,
    youtube_xml,
)
from fenshen.library.reading import FolderSpec, ReaderSpec

ENTRY_POINTS = "fenshen.readers"

READERS: tuple[ReaderSpec, ...] = (
    pdf.SPEC,
    docx.SPEC,
    pptx.SPEC,
    epub.SPEC,
    rtf.SPEC,
    odt.SPEC,
    ttml.SPEC,
    youtube_xml.SPEC,
    feed_file.SPEC,
    feed_file.LIST,
    sami.SPEC,
    webpage.SPEC,
    ass.SPEC,
    frame_subtitles.SPEC,
    subtitles.SPEC,
    telegram.SPEC,
    discord.SPEC,
    meta.SPEC,
    meta_posts.SPEC,
    posts_export.SPEC,
    weibo.SPEC,
    x_archive.POSTS,
    bilibili.COMMENTS,
    bilibili.DANMAKU,
    transcripts.JSON,
    transcripts.TABLE,
    wechat.SPEC,
    whatsapp.SPEC,
    chat_lines.SPEC,
    chat_table.SPEC,
    mail_text.SPEC,
    lrc.SPEC,
    markdown.SPEC,
    plain.SPEC,
)
FOLDERS: tuple[FolderSpec, ...] = (slack.FOLDER, posts_export.FOLDER, x_archive.FOLDER, meta.FOLDER)


@cache
def readers() -> tuple[ReaderSpec, ...]:
    """Every reader of a single file: those of installed packages, then the built-in ones."""
    return (*(spec for spec in _installed() if isinstance(spec, ReaderSpec)), *READERS)


@cache
def folder_readers() -> tuple[FolderSpec, ...]:
    """Every reader of a whole folder: those of installed packages, then the built-in ones."""
    return (*(spec for spec in _installed() if isinstance(spec, FolderSpec)), *FOLDERS)


def export_in(folder: Path) -> FolderSpec | None:
    """The export that `folder` as a whole is, if it is one."""
    return next((spec for spec in folder_readers() if spec.recognises(folder)), None)


@cache
def _installed() -> tuple[object, ...]:
    return tuple(entry.load() for entry in entry_points(group=ENTRY_POINTS))
