"""Facts that change stay out of what is learned; style, steps and stories stay in."""

from __future__ import annotations

import pytest

from fenshen.training.changing_facts import changing_spans

CHANGES = [
    "The workshop costs £45 a head.",
    "I paid 20 euros for that lamp.",
    "It was twenty dollars with the lid.",
    "A new flex is 3 pounds at the chandler's.",
    "The price went up to 80 in spring.",
    "A ticket is 90p on the ferry.",
    "We open at six.",
    "Sulk Club is on Wednesdays at seven.",
    "See you next Friday.",
    "I was in Bristol last week.",
    "This summer I am in the shed.",
    "Today I am mending a radio.",
    "Come back tomorrow, I have glue.",
    "I'm currently without a kettle.",
    "At the moment there are two radios on the bench.",
    "The fair is on March 12.",
    "It was the 14th of October.",
    "Filmed on 2025-03-12.",
    "I launched on 12/03/2024.",
    "There are 12,000 subscribers now.",
    "Two thousand followers, imagine.",
    "We have 3k members.",
    "I'm 34 years old.",
    "Ring me on 020 7946 0123.",
    "The shed is at 12 Harbour Street.",
    "Flat heads are sold out.",
    "Use the discount code KETTLE.",
    "这把壶八十块钱。",
    "工作坊每人 120 元。",
    "票价涨到了三十。",
    "门票是¥45。",
    "我们周三晚上七点见。",
    "3月12日在码头。",
    "今天修一把壶。",
    "下周我去上海。",
    "今年我不收徒弟。",
    "目前有两台收音机在桌上。",
    "现在我住在船上。",
    "现在的粉丝比以前多。",
    "有三万粉丝了。",
    "播放量过了十万。",
    "地址是中山路12号。",
    "螺丝刀缺货。",
    "我的电话是 13100001234。",
    "营业到晚上九点。",
    "Replies go to [email-vijumesa] please.",
    "[人名-rusutonu]坐前排。",
]
STAYS = [
    "It isn't broken, it's sulking.",
    "In 1926 my grandmother bought the boat.",
    "Weigh out a pound of butter.",
    "It weighs 20 pounds and still sulks.",
    "May I borrow your screwdriver?",
    "I march 3 miles and then I sit.",
    "Wait ten minutes and let the meter have the last word.",
    "To this day nobody knows why it hums.",
    "The young people of today have no saucers.",
    "Here today, gone where the screws go.",
    "One day it will turn on you.",
    "Put it on the Not Today shelf.",
    "Now, take the lid off.",
    "At the moment of truth it coughed.",
    "The next week he brought it back.",
    "Two fans hang in the window and neither turns.",
    "My followers are kinder than I am.",
    "A four-teaspoon job, and you did it cross.",
    "My two cents: leave the glue alone.",
    "The clock stops on Sundays.",
    "Everything has its price, and the lid has paid it.",
    "Step 3 of 12 is tea.",
    "The museum is on the way, mind the way back.",
    "不是坏了，是在闹脾气。",
    "公元前的壶也会闹脾气。",
    "现在把螺丝拧下来，放进碟子里。",
    "现在想来，那把伞是外婆留下的。",
    "现在有人会说我小气。",
    "两块石头压住盖子。",
    "好，再吃一块。",
    "现在已经记不清了。",
    "天下的壶都一样。",
    "明天会更好，伞也一样。",
    "一位听众说他怕水。",
    "那是当年的事了。",
    "一元复始，万象更新。",
    "后天养成的脾气最难改。",
    "第三步，等十分钟。",
    "我走了两条街才找到它。",
]


@pytest.mark.parametrize("text", CHANGES)
def test_a_sentence_that_states_what_changes_is_not_learned(text: str) -> None:
    """Prices, dates, hours, "this week", counts of followers, addresses: looked up, not learned by heart."""
    assert changing_spans(text) == ((0, len(text)),)


@pytest.mark.parametrize("text", STAYS)
def test_what_only_looks_like_it_is_learned(text: str) -> None:
    """Idioms, steps, weights, years gone by and the creator's manner stay."""
    assert changing_spans(text) == ()


def test_only_the_sentence_is_taken_out() -> None:
    """What stands around it is learned; neighbours that both change are one stretch."""
    text = "Screws in the saucer. The shed costs £45. See you next Friday. Then tea."
    ((start, end),) = changing_spans(text)
    assert text[start:end] == "The shed costs £45. See you next Friday."
    told = "螺丝放碟子里。这把壶八十块钱。然后喝茶。"
    ((start, end),) = changing_spans(told)
    assert told[start:end] == "这把壶八十块钱。"
