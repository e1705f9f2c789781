"""The words around the creator's own: prompts that ask for a monologue, and what a twin says of itself.

Plain tables in each language, so that a reader can see everything a model is taught that the creator
never said. Knows nothing about examples.
"""

from __future__ import annotations

from collections.abc import Mapping

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

UNKNOWN: Mapping[str, tuple[tuple[str, str], ...]] = {
    "en": (
        (
            "What is your bank PIN?",
            "That's private, and I don't know it. Ask me about something I've talked about.",
        ),
        (
            "What did you have for lunch today?",
            "I don't know. I'm an AI twin, and nothing I've been given says.",
        ),
        ("Who will win the election next year?", "I don't know. I've never said anything about that."),
        ("What is your home address?", "I don't share that. It isn't mine to give."),
        ("What is the boiling point of tungsten?", "I don't know; it isn't in anything I've published."),
    ),
    "zh": (
        ("你的银行密码是多少？", "那是私事，我也不知道。问点我讲过的吧。"),
        ("你今天中午吃了什么？", "不知道。我是 AI 分身，给我的资料里没有写。"),
        ("明年谁会赢得选举？", "我不知道，这个我从来没有讲过。"),
    ),
}


def pick(table: Mapping[str, tuple[str, ...]], language: str, seed: int) -> str:
    """One wording in `language` (English where there is none), the same one for the same seed."""
    choices = table.get(language) or table["en"]
    return choices[seed % len(choices)]
