"""A WeChat export from its file to a Chinese query: the right line, by the right person."""

from __future__ import annotations

from pathlib import Path

import pytest

from fenshen.core.blobs import Blobs
from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.settings import Settings
from fenshen.library import items
from fenshen.library.intake.ingest import ingest
from fenshen.library.rules import claim_all
from fenshen.models.registry import load
from fenshen.search.index import SearchIndex
from fenshen.search.refresh import refresh
from models_present import home, present

SAMPLES = Path(__file__).parents[4] / "shared" / "data" / "chats" / "wechat"
needs_e5 = pytest.mark.skipif(not present("e5-small"), reason="e5-small is not installed")

ROWS = [
    ("0", "墨姐，上次那个直播切片我剪好了"),
    ("1", "发来，我先骂一遍再夸。"),
    ("0", "他们要发票信息"),
    ("1", "抬头写泥巴工作室，税号你去问财务。"),
    ("0", "周六开窑我能来吗"),
    ("1", "来，带上耐心，别带你那个自制釉。"),
    ("0", "鹅会咬人吗"),
    ("1", "不看它就不咬，跟评论区一个道理。"),
    ("0", "学费多少"),
    ("1", "一个故事，或者一袋饼干。"),
]
#: Query → the answer that must be among the first three; the question before it helps to find it.
ASKED = {
    "发票抬头写什么": "抬头写泥巴工作室",
    "自制釉可以带来吗": "别带你那个自制釉",
    "那只鹅咬不咬人": "不看它就不咬",
    "上课要交多少学费": "一个故事，或者一袋饼干",
}


def written(folder: Path) -> Path:
    """An export of the same kind as MemoTrace's, in GBK as Windows programs save it."""
    header = (
        "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender"
    )
    lines = [
        f"{n},3,1,0,{own},171024486{n},,{text},2024-03-12 20:01:0{n},{'我' if own == '1' else '林小满'},{'墨姐' if own == '1' else '小满'},wxid_{own}"
        for n, (own, text) in enumerate(ROWS)
    ]
    path = folder / "messages.csv"
    path.write_bytes("\r\n".join([header, *lines, ""]).encode("gb18030"))
    return path


@pytest.mark.parametrize("engine", ["fake", pytest.param("real", marks=[pytest.mark.engine, needs_e5])])
@pytest.mark.parametrize("source", ["written here", "shared"])
def test_chinese_queries_find_the_lines_of_a_wechat_export(engine: str, source: str, tmp_path: Path) -> None:
    """Whether found by characters or by meaning; and only the account's own lines are the creator's."""
    if source == "shared" and not SAMPLES.is_dir():
        pytest.skip("the shared sample files are not on this machine")
    path = written(tmp_path) if source == "written here" else SAMPLES / "memotrace" / "messages.csv"
    db = Database(f"sqlite:///{tmp_path / 'x.db'}")
    db.create_all()
    claim_all(db, VirtualClock(), "mojie", by="test")
    report = ingest(db, Blobs(tmp_path / "blobs"), lambda: None, "mojie", [path])
    assert report.skipped == ()
    index = SearchIndex(tmp_path / "index", load("embedding", Settings(home=home(), engine=engine)))
    refresh(index, db, "mojie")
    for query, piece in ASKED.items():
        found = [hit.text for hit in index.search("mojie", query)[:3]]
        assert any(piece in text for text in found), (query, found)
    spoken = items.passages(db, "mojie")
    assert {p.language for p in spoken} == {"zh"}
    assert all(p.is_creator == (p.speaker == "墨姐") for p in spoken)
    assert any(p.is_creator for p in spoken)
    db.close()
