"""Word error rate: edits needed to turn what was heard into what was said, per word said."""

from __future__ import annotations

import re


def words(text: str) -> list[str]:
    """Lower-case words; each Chinese character is one."""
    return re.findall(r"[a-z']+|[\u4e00-\u9fff]", text.lower())


def word_errors(said: str, heard: str) -> float:
    """Edit distance over the number of words said."""
    reference, hypothesis = words(said), words(heard)
    row = list(range(len(hypothesis) + 1))
    for i, expected in enumerate(reference, 1):
        before, row = row, [i]
        for j, got in enumerate(hypothesis, 1):
            row.append(min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (expected != got)))
    return row[-1] / len(reference)
