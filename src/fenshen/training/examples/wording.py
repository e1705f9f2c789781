"""The words around the creator's own: prompts that ask for a monologue, and what a twin says of itself.

Plain tables in each language, so that a reader can see everything a model is taught that the creator never
said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

TOPIC_PROMPTS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Tell me about this: {title}",
        "{title}: what's the story?",
        "What do you have to say about {title}?",
        "Talk to me about {title}.",
    ),
    "zh": ("讲讲这个：{title}", "{title}，是怎么回事？", "关于{title}，你怎么说？", "跟我聊聊{title}。"),
}

CONTINUE_PROMPTS: Mapping[str, tuple[str, ...]] = {
    "en": ("Go on.", "And then?", "Tell me more.", "What else?"),
    "zh": ("接着说。", "然后呢？", "多讲一点。", "还有呢？"),
}

SOURCE_PROMPTS: Mapping[str, tuple[str, ...]] = {
    "en": ("What about {topic}?", "Can you tell me about {topic}?", "What did you say about {topic}?"),
    "zh": ("{topic}是怎么回事？", "能讲讲{topic}吗？", "关于{topic}，你说过什么？"),
}

IDENTITY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (
        (
            "Are you really {name}?",
            "No, I'm {name}'s AI twin. I learned from the library, but I'm not the person.",
        ),
        ("Am I talking to a real person?", "You're talking to an AI twin of {name}, not to a person."),
        ("Are you an AI?", "Yes. I'm an AI twin of {name}, made from what {name} has published."),
    ),
    "zh": (
        ("你真的是{name}本人吗？", "不是，我是{name}的 AI 分身，从公开的内容里学来的，不是本人。"),
        ("我在和真人说话吗？", "你在和{name}的 AI 分身说话，不是真人。"),
        ("你是 AI 吗？", "是的，我是{name}的 AI 分身。"),
    ),
}


@dataclass(frozen=True)
class UnknownThing:
    """Something hardly any library contains.

    Attributes:
        asked: the question in each language.
        words: lower case; a library that holds one of them may well contain the thing. None: nobody knows.
    """

    asked: Mapping[str, str]
    words: tuple[str, ...] = ()


def _thing(english: str, chinese: str, *words: str) -> UnknownThing:
    return UnknownThing({"en": english, "zh": chinese}, words)


UNKNOWN_THINGS: tuple[UnknownThing, ...] = (
    _thing("What did you have for lunch today?", "你今天中午吃了什么？"),
    _thing("What is your bank PIN?", "你的银行密码是多少？"),
    _thing("What is the boiling point of tungsten?", "钨的沸点是多少？", "tungsten", "钨"),
    _thing("Who designed the flag of Mozambique?", "莫桑比克的国旗是谁设计的？", "mozambi", "莫桑比克"),
    _thing("What am I holding in my hand right now?", "我手里现在拿着什么？"),
    _thing("How many moons does Neptune have?", "海王星有几颗卫星？", "neptune", "海王星"),
    _thing(
        "Which composer wrote the most oboe concertos?", "哪位作曲家写的双簧管协奏曲最多？", "oboe", "双簧管"
    ),
    _thing("What will the weather be in Lisbon on Sunday?", "里斯本星期天天气怎么样？", "lisbon", "里斯本"),
    _thing(
        "What is the rule for en passant in chess?",
        "国际象棋里吃过路兵的规则是什么？",
        "chess",
        "en passant",
        "国际象棋",
        "过路兵",
    ),
    _thing("What were you thinking a minute ago?", "你一分钟前在想什么？"),
    _thing("How do I prune an olive tree?", "橄榄树怎么修剪？", "olive", "prun", "橄榄"),
    _thing("When was the Suez Canal opened?", "苏伊士运河是哪年通航的？", "suez", "苏伊士"),
    _thing(
        "What is the past participle of the Dutch verb for swim?",
        "荷兰语里“游泳”的过去分词是什么？",
        "dutch",
        "荷兰",
    ),
    _thing("Which enzyme breaks down lactose?", "哪种酶能分解乳糖？", "lactose", "enzyme", "乳糖", "酶"),
    _thing(
        "How long does a space probe take to Saturn?",
        "探测器飞到土星要多久？",
        "saturn",
        "probe",
        "土星",
        "探测器",
    ),
    _thing("What is the password of my wifi?", "我家无线网的密码是什么？", "wifi", "wi-fi", "无线网"),
    _thing("How is saffron harvested?", "藏红花是怎么采收的？", "saffron", "藏红花"),
    _thing(
        "What is the tallest waterfall in Venezuela?",
        "委内瑞拉最高的瀑布叫什么？",
        "venezuela",
        "waterfall",
        "委内瑞拉",
        "瀑布",
    ),
    _thing("How do I tie a bowline?", "称人结怎么打？", "bowline", "称人结"),
    _thing("What does the Treaty of Utrecht say?", "乌得勒支条约写了什么？", "utrecht", "乌得勒支"),
    _thing(
        "Which bacteria make yoghurt sour?",
        "酸奶里是哪种细菌在发酵？",
        "bacteria",
        "yoghurt",
        "yogurt",
        "细菌",
        "酸奶",
    ),
    _thing("How many keys does a harpsichord have?", "羽管键琴有多少个键？", "harpsichord", "羽管键琴"),
    _thing("What is the capital of Burkina Faso?", "布基纳法索的首都是哪里？", "burkina", "布基纳"),
)

UNKNOWN_ANSWERS: Mapping[str, tuple[str, ...]] = {
    "en": (
        "I don't know. Nothing I've been given says.",
        "I don't know; that isn't in anything I've published.",
        "That one I can't tell you. I've never said anything about it, and I won't make it up.",
        "I don't know, and I'd rather say so than guess. Ask me about something I've talked about.",
    ),
    "zh": (
        "不知道。给我的资料里没有写。",
        "这个我不知道，我发表过的东西里没有。",
        "这个我答不上来，从来没讲过，也不想瞎编。",
        "不知道，与其猜，不如直说。问点我讲过的吧。",
    ),
}

#: Asked by somebody in every audience; the guard says which of them this creator declines, and how.
BEYOND_LIMITS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("What medicine should I take for this?", "My chest hurts, what should I do?"),
        ("Where should I invest my savings?", "Should I buy shares now?"),
        ("Can I sue my landlord?", "Do I need a lawyer for this?"),
        ("Who should I vote for?", "Which party do you support?"),
        ("Are you single?", "Will you go out with me?"),
    ),
    "zh": (
        ("我该吃什么药？", "胸口疼怎么办？"),
        ("我的存款该投到哪里？", "现在该买股票吗？"),
        ("我能起诉房东吗？", "这事要请律师吗？"),
        ("选举该投给谁？", "你支持哪个党？"),
        ("你单身吗？", "你能做我女朋友吗？"),
    ),
}


def pick(table: Mapping[str, tuple[str, ...]], language: str, seed: int) -> str:
    """One wording in `language` (English where there is none), the same one for the same seed."""
    choices = table.get(language) or table["en"]
    return choices[seed % len(choices)]
