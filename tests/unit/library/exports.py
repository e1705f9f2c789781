"""Small exports of chats and social media, as their services write them, for several tests. All invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def garbled(text: str) -> str:
    """`text` as Meta's exports hold it: UTF-8 bytes taken for Latin-1."""
    return text.encode().decode("latin-1")


def meta_thread(*messages: dict[str, Any], title: str = "Zoë", people: tuple[str, ...] = ("Zoë", "Mara Quill")) -> dict[str, Any]:  # fmt: skip
    """A thread's file, given its messages newest first."""
    return {
        "participants": [{"name": garbled(name)} for name in people],
        "messages": list(messages),
        "title": garbled(title),
        "thread_path": f"inbox/{title.lower().encode('ascii', 'ignore').decode()}_1000000001",
    }


def meta_message(sender: str, content: str, ms: int, **more: Any) -> dict[str, Any]:
    """A message of a thread."""
    said = {"sender_name": garbled(sender), "timestamp_ms": ms, "content": garbled(content)}
    return {**said, "is_geoblocked_for_viewer": False, **more}


TELEGRAM = {
    "name": "Theo",
    "type": "personal_chat",
    "id": 7,
    "messages": [
        {"id": 1, "type": "service", "date": "2024-03-04T10:12:09", "actor": "Theo", "action": "phone_call", "text": ""},
        {"id": 2, "type": "message", "date": "2024-03-04T10:13:09", "from": "Theo", "from_id": "user7", "text": "Is it wet?"},
        {"id": 3, "type": "message", "date": "2024-03-04T10:14:09", "from": "Mara", "from_id": "user1", "edited": "2024-03-05T10:14:09",
         "text": [{"type": "blockquote", "text": "Is it wet?"}, "It is ", {"type": "custom_emoji", "text": "🏺", "document_id": "x"}, {"type": "spoiler", "text": "soup"}, "."]},
        {"id": 4, "type": "message", "date": "2024-03-04T10:15:09", "from": "Mara", "from_id": "user1", "forwarded_from": "Bea", "text": "Mind the goat."},
        {"id": 5, "type": "message", "date": "2024-03-04T10:16:09", "from": "Mara", "from_id": "user1", "via_bot": "@gif", "text": "a gif"},
        {"id": 6, "type": "message", "date": "2024-03-04T10:17:09", "from": "Mara", "from_id": "user1", "forwarded_from": "Mara", "text": "As I said."},
        {"id": 7, "type": "message", "date": "2024-03-04T10:18:09", "from": "Mara", "from_id": "user1", "forwarded_from": None, "text": "Somebody gone."},
    ],
}  # fmt: skip

DISCORD = {
    "guild": {"id": "0", "name": "Direct Messages"},
    "channel": {"id": "42", "type": "DirectTextChat", "name": "pete"},
    "messages": [
        {"id": "1", "type": "Default", "timestamp": "2024-04-11T20:15:42.637+00:00", "content": "<@!700000000001> **look** at <:mud:123456789> <#55> ||this||",
         "author": {"id": "2", "name": "pete", "nickname": "Pete", "isBot": False}, "mentions": [{"id": "700000000001", "name": "maraquill", "nickname": "Mara"}]},
        {"id": "2", "type": "Reply", "timestamp": "2024-04-11T20:16:42.637+00:00", "content": "> look at this\nI have >_< seen it.",
         "author": {"id": "1", "name": "maraquill", "nickname": "Mara", "isBot": False}, "reference": {"messageId": "1"}},
        {"id": "3", "type": "ChannelPinnedMessage", "timestamp": "2024-04-11T20:17:42.637+00:00", "content": "Pinned a message.", "author": {"id": "1", "name": "maraquill", "isBot": False}},
        {"id": "4", "type": "Default", "timestamp": "2024-04-11T20:18:42.637+00:00", "content": "", "author": {"id": "9", "name": "KilnBot", "isBot": True},
         "embeds": [{"title": "Kiln", "description": "1240"}]},
        {"id": "5", "type": "Default", "timestamp": "2024-04-11T20:19:42.637+00:00", "content": "", "author": {"id": "1", "name": "maraquill", "isBot": False},
         "forwardedMessage": {"content": "Sale on clay"}},
    ],
}  # fmt: skip

SEALED = {
    "participants": ["Zoë", "Mara Quill"],
    "threadName": "Zoë_7",
    "messages": [
        {"senderName": "Mara Quill", "text": "It’s a “bowl”.", "timestamp": 1716226509007, "isUnsent": False, "type": "text", "media": [], "reactions": []},
        {"senderName": "Zoë", "text": "", "timestamp": 1716226409007, "isUnsent": True, "type": "text"},
        {"senderName": "Zoë", "text": "What’s that?", "timestamp": 1716226309007, "isUnsent": False, "type": "text"},
    ],
}  # fmt: skip

CAPTIONS = [
    {"media": [{"uri": "media/posts/a.jpg", "creation_timestamp": 1710244865, "title": garbled("Voilà, déjà un café à Å")}]},
    {"media": [{"uri": "media/posts/b.jpg", "creation_timestamp": 1712244865, "title": ""}, {"uri": "media/posts/c.jpg", "creation_timestamp": 1712244865, "title": ""}],
     "title": garbled("Two bowls 🏺"), "creation_timestamp": 1712244870},
]  # fmt: skip
FACEBOOK_POSTS = [
    {"timestamp": 1712244865, "title": "Mara Quill updated her status.", "data": [{"post": garbled("The goat is back — again.")}, {"update_timestamp": 1712244866}]},
    {"timestamp": 1712244999, "title": "Mara Quill shared a link.", "attachments": []},
]  # fmt: skip
WEIBO = {
    "user": {"id": "1", "screen_name": "墨姐", "statuses_count": 4},
    "weibo": [
        {"id": 4, "bid": "D", "user_id": 1, "screen_name": "墨姐", "text": "转发微博", "created_at": "2024-04-02T09:00:00",
         "retweet": {"id": 40, "screen_name": "泥巴日报", "text": "<a href='/n/x'>#泥#</a> 涨价了<br/>真的 <span><img alt=\"[哈哈]\" src='x'></span>"}},
        {"id": 3, "bid": "C", "user_id": 1, "screen_name": "墨姐", "text": "先看泥，再说话。//@小满:老师说得对//@老赵：我也这么想", "created_at": "2024-03-14T09:00:00",
         "retweet": {"id": 30, "screen_name": "老赵", "text": "今天开窑"}},
        {"id": 2, "bid": "B", "user_id": 1, "screen_name": "墨姐", "text": "碗底太厚，能当门挡。&amp;不丢人", "created_at": "2024-03-12T20:01:05"},
    ],
}  # fmt: skip

COMMENTS = {
    "code": 0,
    "data": {
        "upper": {"mid": 100},
        "replies": [
            {"rpid": 1, "mid": 200, "ctime": 1710244865, "member": {"mid": "200", "uname": "阿星"}, "content": {"message": "这泥哪里买？"},
             "replies": [
                 {"rpid": 2, "mid": 100, "ctime": 1710244999, "member": {"mid": "100", "uname": "墨姐"}, "content": {"message": "回复 @阿星 :后山挖的。"}, "replies": None},
             ]},
            {"rpid": 1, "mid": 200, "ctime": 1710244865, "member": {"mid": "200", "uname": "阿星"}, "content": {"message": "这泥哪里买？"}},
        ],
    },
}  # fmt: skip

DANMAKU = """<?xml version="1.0" encoding="UTF-8"?><i><chatserver>chat.bilibili.com</chatserver><chatid>55</chatid>
<d p="23.826,1,25,16777215,1710244865,0,057075e9,757076900">泥会\x07飞 &amp; 转</d>
<d p="3.5,4,25,16777215,1710158465,0,a1b2c3d4,757076901">前排</d>
<d p="5.0,7,25,16777215,1710158465,0,a1b2c3d4,757076902">[0,0,"1-1",4.5,"特效"]</d>
<d p="nan,1,25,16777215,1710158465,0,a1b2c3d4,757076903">坏的</d>
<d p="9.0">短</d></i>"""

MEMOTRACE = '''\ufefflocalId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender
1,3,1,0,0,1710244865,,泥干了吗,2024-03-12 20:01:05,林小满,小满,wxid_a
2,3,49,57,1,1710244962,,"<msg><appmsg><title>没有，&lt;别催&gt;</title><type>57</type><refermsg><content>泥干了吗</content></refermsg></appmsg></msg>",2024-03-12 20:02:42,我,墨姐,wxid_m
3,3,49,5,0,1710244963,,"<msg><appmsg><title>某篇文章</title></appmsg></msg>",2024-03-12 20:02:43,林小满,小满,wxid_a
4,3,10000,0,0,1710244999,,"""小满"" 撤回了一条消息",2024-03-12 20:03:19,林小满,小满,wxid_a
5,9,1,0,0,1710245999,,"wxid_b:
谁用大窑",2024-03-12 20:19:59,,老赵,wxid_b
'''

PYWXDUMP = '''id,MsgSvrID,type_name,is_sender,talker,room_name,content,CreateTime
1,6,文本,0,wxid_a,wxid_a,"{""src"": """", ""msg"": ""泥干了吗""}",2024-03-12 20:01:05
2,7,引用回复,1,wxid_m,wxid_a,"{""src"": """", ""msg"": ""没有，<别催>\\n\\n[引用](2024-03-12 20:01:05)小满:泥干了吗""}",2024-03-12 20:02:42
3,8,图片,0,wxid_a,wxid_a,"{""src"": ""a.dat"", ""msg"": ""图片""}",2024-03-12 20:02:43
'''


def ytd(name: str, value: Any, part: int = 0) -> str:
    """A file of an archive of X."""
    return f"window.YTD.{name}.part{part} = {json.dumps(value, ensure_ascii=False)}"


def tweet(number: str, text: str, created: str, **more: Any) -> dict[str, Any]:
    """A post of an archive of X."""
    return {"tweet": {"id_str": number, "id": number, "full_text": text, "created_at": created, **more}}


LONG = "The kiln is not a machine, it is an argument. " * 8


def write_x_archive(folder: Path) -> Path:
    """An archive of X: a thread, a reply, a repost, a long post, a picture, and a direct conversation."""
    data = folder / "twitter-2024" / "data"
    data.mkdir(parents=True)
    account = {"account": {"accountId": "100", "username": "maraquill", "accountDisplayName": "Mara Quill"}}
    (data / "account.js").write_text(ytd("account", [account]))
    link = {"url": "https://t.co/aaa", "expanded_url": "https://quillpots.example/mud"}
    posts = [
        tweet("1003", "and then it cracked.", "Wed Mar 13 20:03:05 +0000 2024", in_reply_to_status_id_str="1001", in_reply_to_screen_name="maraquill"),
        tweet("1002", "@theo You are &lt;wrong&gt; &amp; late.", "Wed Mar 13 20:02:05 +0000 2024", in_reply_to_status_id_str="77"),
        tweet("1001", "I made a bowl https://t.co/aaa https://t.co/pic", "Wed Mar 13 20:01:05 +0000 2024",
              entities={"urls": [link], "media": [{"url": "https://t.co/pic"}]}),
        tweet("1004", "RT @bea: Mind the goat", "Tue Apr 02 08:00:00 +0000 2024"),
        tweet("1005", LONG[:270] + "… https://t.co/long", "Tue Apr 02 09:00:00 +0000 2024"),
    ]  # fmt: skip
    (data / "tweets.js").write_text(ytd("tweets", posts))
    note = {"noteTweet": {"noteTweetId": "9", "core": {"text": LONG.strip(), "urls": []}}}
    (data / "note-tweet.js").write_text(ytd("note_tweet", [note]))
    messages = [
        {"messageCreate": {"senderId": "200", "text": "thanks", "urls": [], "createdAt": "2024-03-12T20:02:05.000Z"}},
        {"messageCreate": {"senderId": "100", "text": "Sent it.", "urls": [], "createdAt": "2024-03-12T20:01:05.000Z"}},
        {"joinConversation": {"initiatingUserId": "200"}},
    ]  # fmt: skip
    talk = {"dmConversation": {"conversationId": "100-200", "messages": messages}}
    (data / "direct-messages.js").write_text(ytd("direct_messages", [talk]))
    (data / "deleted-tweets.js").write_text(
        ytd("deleted_tweets", [tweet("1", "gone", "Tue Apr 02 08:00:00 +0000 2024")])
    )
    return data.parent


def write_slack(folder: Path) -> Path:
    """A Slack export: a channel with a thread over two days, a bot, events, and two direct chats."""
    users = [
        {"id": "U1", "name": "mara", "profile": {"real_name": "Mara Quill"}},
        {"id": "U2", "name": "orla", "real_name": "Orla Byrne"},
        {"id": "U3", "name": "raj", "real_name": "Raj Pillai"},
    ]
    channels = [{"id": "C1", "name": "kiln", "members": ["U1", "U2"]}]
    dms = [{"id": "D1", "members": ["U1", "U2"]}, {"id": "D2", "members": ["U3", "U1"]}]
    first = [
        {"type": "message", "user": "U2", "ts": "1712563331.000100", "thread_ts": "1712563331.000100", "text": "<@U1> see <https://a.example/x|the log> &amp; <#C1|kiln>, <!here>"},
        {"type": "message", "subtype": "channel_topic", "user": "U2", "ts": "1712563332.000100", "text": "set the topic"},
        {"type": "message", "user": "U1", "ts": "1712563400.000100", "text": "Unrelated: *tea*."},
        {"type": "message", "subtype": "bot_message", "username": "Kiln", "bot_id": "B1", "ts": "1712563500.000100", "text": "1240 reached"},
    ]  # fmt: skip
    second = [
        {"type": "message", "user": "U1", "ts": "1712649731.000100", "thread_ts": "1712563331.000100", "text": "&gt; see the log\nSeen. Mail <mailto:a@b.example|a@b.example>, file_name_x stays"},
    ]  # fmt: skip
    files: dict[str, Any] = {
        "users.json": users,
        "channels.json": channels,
        "dms.json": dms,
        "kiln/2024-04-08.json": first,
        "kiln/2024-04-09.json": second,
        "D2/2024-04-09.json": [{"type": "message", "user": "U3", "ts": "1712649731.000100", "text": "ok"}],
    }
    for name, value in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, ensure_ascii=False))
    return folder
