"""What is said for what is written: numbers, English, Mandarin, and the model's alphabet."""

from __future__ import annotations

import pytest

pytest.importorskip("pypinyin")

from fenshen.models.engines.english import EnglishPhonemes
from fenshen.models.engines.kokoro_symbols import SYMBOLS, encode, split_phonemes
from fenshen.models.engines.letters import spell_sounds
from fenshen.models.engines.mandarin import mandarin_phonemes
from fenshen.models.engines.numerals import say_english_numbers, say_mandarin_numbers
from fenshen.models.sentences import split_sentences

ENGLISH = EnglishPhonemes(
    {
        "apple": "ˈæpᵊl",
        "bread": "bɹˈɛd",
        "have": "hæv",
        "bake": "bˈAk",
        "live": {"DEFAULT": "lˈIv", "VERB": "lˈɪv"},
        "read": {"DEFAULT": "ɹˈid", "VBN": "ɹˈɛd"},
        "wait": "wˈAt",
        "sun": "sˈʌn",
        "light": "lˈIt",
        "G": "ʤˈi",
        "P": "pˈi",
        "U": "jˈu",
    }
)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1,250", "one thousand two hundred fifty"),
        ("3.05", "three point zero five"),
        ("$12.50", "twelve dollars and fifty cents"),
        ("£1", "one pound"),
        ("7:30", "seven thirty"),
        ("7:05", "seven oh five"),
        ("in 2026", "in twenty twenty six"),
        ("in 1900", "in nineteen hundred"),
        ("45%", "forty five percent"),
        ("the 21st", "the twenty first"),
        ("30th", "thirtieth"),
        ("007", "zero zero seven"),
        ("9" * 20, " ".join(["nine"] * 20)),
        ("", ""),
    ],
)
def test_english_numbers(written: str, said: str) -> None:
    """Amounts, times, years, ordinals, and long runs digit by digit."""
    assert say_english_numbers(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026年", "二零二六年"),
        ("12个", "十二个"),
        ("1203", "一千二百零三"),
        ("10000", "一万"),
        ("25.5度", "二十五点五度"),
        ("30%", "百分之三十"),
        ("100001", "十万零一"),
    ],
)
def test_mandarin_numbers(written: str, said: str) -> None:
    """Years digit by digit, values with their units, percentages in front."""
    assert say_mandarin_numbers(written) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("the apple, the bread", "ði ˈæpᵊl, ðə bɹˈɛd"),
        ("I live", "ˌI lˈɪv"),
        ("live bread", "lˈIv bɹˈɛd"),
        ("have read", "hæv ɹˈɛd"),
        ("bakes baked baking", "bˈAks bˈAkt bˈAkɪŋ"),
        ("waited", "wˈAɾᵻd"),
        ("sunlight", "sˈʌnlˌIt"),
        ("GPU", "ʤˌipˌijˈu"),
    ],
)
def test_english_words(written: str, said: str) -> None:
    """Articles by the next sound, readings by the word before, endings, compounds and initials."""
    assert ENGLISH(written) == said


@pytest.mark.parametrize("word", ["zorblax", "kefir", "phlogiston", "cake", "x", "rhythm", "qi"])
def test_unknown_words_are_said_somehow(word: str) -> None:
    """Letter rules give sounds of the model's alphabet for any word."""
    said = spell_sounds(word)
    assert said and len(encode(said)) == len(said)


def test_mandarin_syllables_and_tones() -> None:
    """Third-tone sandhi, apical vowels, ü, neutral tone, and English words inside."""
    assert mandarin_phonemes("你好。", ENGLISH) == "ni↗xau↓."
    assert mandarin_phonemes("知道", ENGLISH) == "ꭧɨ→tau↘"
    assert mandarin_phonemes("女儿", ENGLISH) == "ny↓ɚ↗"
    assert mandarin_phonemes("我们", ENGLISH) == "wo↓mən"
    assert "bɹˈɛd" in mandarin_phonemes("我做bread", ENGLISH)


def test_everything_said_is_in_the_alphabet() -> None:
    """No phoneme of either language is dropped on the way to the model."""
    text = "我昨天去北京参加会议，然后学习语言、绿色旅行、女儿、日子、四十、吃穿、云南、宣传、熊猫、翁。"
    for said in (mandarin_phonemes(text, ENGLISH), ENGLISH("The apple bread, baked in sunlight!")):
        assert len(encode(said)) == len(said)
    assert len(set(SYMBOLS.values())) == len(SYMBOLS) and max(SYMBOLS.values()) < 178


def test_long_speech_is_cut_after_punctuation_or_words() -> None:
    """Every piece fits and nothing is lost."""
    phonemes = "wˈʌn tˈu, " * 100 + "θɹˈi"
    pieces = split_phonemes(phonemes, 120)
    assert all(0 < len(piece) <= 120 for piece in pieces) and pieces[0].endswith(",")
    assert "".join(pieces).replace(" ", "") == phonemes.replace(" ", "")
    assert [len(piece) for piece in split_phonemes("a" * 250, 100)] == [100, 100, 50]


def test_sentences_end_where_readers_pause() -> None:
    """Both scripts, quotes kept with their sentence, decimals left alone."""
    assert split_sentences("It is 3.5 now. “Go!” She went.\n\nEnd") == [
        "It is 3.5 now.",
        "“Go!”",
        "She went.",
        "End",
    ]
    assert split_sentences("你好。今天怎么样？“好！”他说。") == ["你好。", "今天怎么样？", "“好！”", "他说。"]
