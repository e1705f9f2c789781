"""Which heard words nobody said: loops, echoes, and what recognisers write over silence and music.

    words of a stretch → loops said once → believable? → echoes of the stretch before left out

Pure functions over what the recogniser reports. Knows nothing about which recogniser it was.

Sources: Radford et al. 2022, section 4.5 (compression ratio, mean log probability, no-speech probability);
Koenecke et al., "Careless Whisper: Speech-to-Text Hallucination Harms", 2024 (phrases out of silence).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence

from fenshen.models.hearing import Segment, Word

#: Below this mean log probability a window is tried again, and what then stays below it is invented.
LOGPROB_MIN = -1.0
#: Above this zlib ratio a window is a loop of the same words (Whisper's own threshold).
COMPRESSION_MAX = 2.4
NO_SPEECH_MAX = 0.6
#: Speech is likelier than not, or it was never said; music and applause lie far below.
VOICED_MIN = 0.3
#: What only a phantom says where the detector is in doubt.
_PHANTOM_VOICED_MIN = 0.6
#: Nobody speaks faster: words, or characters in scripts without spaces.
_WORDS_PER_S_MAX, _CHARACTERS_PER_S_MAX = 9.0, 14.0
_PERIOD_MAX, _ROUNDS_MAX = 12, 3
_ECHOES_MAX = 2
_SIGNS = re.compile(r"[^\w]+")
_HAN = re.compile(r"[\u3400-\u9fff]")

#: Ends of videos that recognisers have learned to write where nothing is said, without signs and spaces.
_PHANTOMS = re.compile(
    r"(thanks?(you)?(so|very)?(much)?(for(watching|listening|yourattention))?(everyone|guys)?"
    r"|(please)?(dontforgetto)?(like(and)?)?(share(and)?)?subscribe(tomychannel|tothechannel)?"
    r"|(ill)?seeyou(inthe|inmy)?next(video|time)|you|bye(bye)?|music|applause|silence"
    r"|.*(subtitles?|captions?|transcri(bed|ption|pts?))(by|provided).*|.*amaraorg.*"
    r"|(谢谢|感谢)(大家|您|你们?)?(的)?(观看|收看|收听|聆听)?"
    r"|.*(字幕)(由|提供|志愿者|制作|组).*|.*(点赞|订阅|转发|打赏).*(订阅|转发|打赏|栏目|频道).*|.*明镜与点点.*)"
)


def compression_ratio(text: str) -> float:
    """Bytes per byte after zlib: above 2.4 the text repeats itself."""
    data = text.encode()
    return len(data) / len(zlib.compress(data)) if data else 0.0


def is_phantom(text: str) -> bool:
    """Whether the text is one of the phrases that recognisers write over silence."""
    return bool(_PHANTOMS.fullmatch(_SIGNS.sub("", text.lower())))


def believable(segment: Segment, *, logprob: float, no_speech: float, voiced: float) -> bool:
    """Whether somebody probably said it.

    Args:
        logprob: mean log probability of the tokens of its window.
        no_speech: the recogniser's own probability that the window holds no speech.
        voiced: mean probability of speech where its words are, by the voice detector.
    """
    if not segment.text.strip(" .,!?…。，！？-"):
        return False
    if voiced < VOICED_MIN or (voiced < _PHANTOM_VOICED_MIN and is_phantom(segment.text)):
        return False
    if logprob < LOGPROB_MIN or (no_speech > NO_SPEECH_MAX and (logprob < -0.7 or is_phantom(segment.text))):
        return False
    return compression_ratio(segment.text) <= COMPRESSION_MAX and not _too_fast(segment)


def without_loops(words: Sequence[Word]) -> list[Word]:
    """The words with every phrase that is said more than three times in a row said once.

    Three are left alone ("no, no, no"): people do that. Phrases have up to twelve words.
    """
    kept = list(words)
    for period in range(1, _PERIOD_MAX + 1):
        start = 0
        while start + period * (_ROUNDS_MAX + 1) <= len(kept):
            rounds = _rounds(kept, start, period)
            if rounds > _ROUNDS_MAX:
                del kept[start + period : start + period * rounds]
            start += 1
    return kept


def without_echoes(segments: Iterable[Segment]) -> Iterator[Segment]:
    """The segments without the third and further of equal ones in a row."""
    last, count = "", 0
    for segment in segments:
        plain = _SIGNS.sub("", segment.text.lower())
        count = count + 1 if plain == last else 1
        last = plain
        if count <= _ECHOES_MAX or len(segment.words) < 2:
            yield segment


def _rounds(words: Sequence[Word], start: int, period: int) -> int:
    phrase = [_plain(word) for word in words[start : start + period]]
    if not any(phrase):
        return 1
    rounds = 1
    while [_plain(word) for word in words[start + rounds * period :][:period]] == phrase:
        rounds += 1
    return rounds


def _plain(word: Word) -> str:
    return _SIGNS.sub("", word.text.lower())


def _too_fast(segment: Segment) -> bool:
    """More words than can be said in that time; a few may lie close, so short stretches are not judged."""
    characters = len(_HAN.findall(segment.text))
    most = _CHARACTERS_PER_S_MAX if characters else _WORDS_PER_S_MAX
    said = characters or len(segment.words)
    return said > 8 and said > most * max(segment.end_s - segment.start_s, 0.1)
