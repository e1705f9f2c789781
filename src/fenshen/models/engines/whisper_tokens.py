"""Whisper's vocabulary: numbers to text, and where the words in a list of tokens begin.

Reads the `tokenizer.json` beside the weights; a token is a piece of UTF-8, so one Chinese character may be
several. Knows nothing about sound.

Source: the byte alphabet is GPT-2's (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

#: Written without spaces: every character is a word of its own.
UNSPACED = frozenset({"zh", "ja", "yue", "th", "lo", "my"})
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~。，、！？；：…“”‘’《》（）")


class WhisperTokens:
    """The vocabulary of one model.

    Args:
        folder: holds `tokenizer.json`.
    """

    def __init__(self, folder: Path) -> None:
        described = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        named = {token["content"]: int(token["id"]) for token in described["added_tokens"]}
        byte = {character: code for code, character in enumerate(_byte_alphabet())}
        vocabulary = {
            int(number): bytes(byte[character] for character in text)
            for text, number in described["model"]["vocab"].items()
            if text not in named
        }
        self._bytes = vocabulary
        self._numbers = {piece: number for number, piece in vocabulary.items()}
        self._named = named
        self.end = named["<|endoftext|>"]

    def prompt(self, language: str | None) -> list[int]:
        """How decoding begins: transcribe in `language`, without time tokens; `None` for an English-only model."""
        names = ["<|startoftranscript|>"]
        if language is not None:
            names += [f"<|{language}|>", "<|transcribe|>"]
        return [self._named[name] for name in names]

    @property
    def untimed(self) -> int:
        """The token that says no time tokens follow."""
        return self._named["<|notimestamps|>"]

    def after(self, text: str) -> list[int]:
        """Tokens that make the model continue as if `text` had just been said."""
        return [self._named["<|startofprev|>"], *self._encode(text.encode())]

    def knows(self, language: str) -> bool:
        """Whether the model has a token for the language code."""
        return f"<|{language}|>" in self._named

    def text(self, tokens: Sequence[int]) -> str:
        """The text of tokens; special ones say nothing."""
        joined = b"".join(self._bytes.get(token, b"") for token in tokens)
        return joined.decode("utf-8", errors="replace")

    def words(self, tokens: Sequence[int], language: str) -> list[tuple[str, int]]:
        """Each word with the number of its tokens: at spaces, or each character in languages without them.

        Punctuation belongs to the word before it.
        """
        found: list[tuple[str, int]] = []
        held, count = b"", 0
        for token in tokens:
            held, count = held + self._bytes.get(token, b""), count + 1
            try:
                piece = held.decode("utf-8")
            except UnicodeDecodeError:
                continue
            begins = language in UNSPACED or piece.startswith(" ") or not found
            if begins and found and piece.strip() and set(piece.strip()) <= _PUNCTUATION:
                begins = False
            if begins:
                found.append((piece, count))
            else:
                text, tokens_so_far = found[-1]
                found[-1] = (text + piece, tokens_so_far + count)
            held, count = b"", 0
        if count and found:
            found[-1] = (found[-1][0], found[-1][1] + count)
        return found

    def _encode(self, data: bytes) -> list[int]:
        """Longest pieces first: not always the merges of training, which a prompt does not need."""
        tokens = []
        while data:
            length = next(n for n in range(min(16, len(data)), 0, -1) if data[:n] in self._numbers)
            tokens.append(self._numbers[data[:length]])
            data = data[length:]
        return tokens


def _byte_alphabet() -> list[str]:
    """The printable character that stands for each byte in `tokenizer.json`."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = iter(range(0x100, 0x200))
    return [chr(code) if code in printable else chr(next(others)) for code in range(256)]
