"""One round of backtranslation over a library: which passages are asked about, and what is known after it.

Reads the library; knows nothing about which teacher is the right one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from fenshen.core.db import Database
from fenshen.core.ids import digest_text
from fenshen.core.note import Note
from fenshen.core.progress import Progress
from fenshen.library.persona import Persona
from fenshen.training.backtranslation.asking import Asking, Teacher
from fenshen.training.backtranslation.kept import Kept
from fenshen.training.backtranslation.prompt import PROMPT
from fenshen.training.dataset import read_dataset
from fenshen.training.examples.telling import may_be_asked
from fenshen.training.lock import training_lock
from fenshen.training.questions import Questions
from fenshen.trust import limits
from fenshen.trust.guard import Guard


def find_questions(
    db: Database,
    home: Path,
    creator: str,
    languages: Sequence[str] | None,
    teacher: Teacher,
    *,
    consents: Collection[str],
    progress: Progress,
    before_each: Callable[[], None],
) -> str:
    """Ask `teacher` what the creator's passages answer, where nothing is known yet; what went wrong, or `""`.

    Args:
        languages: only passages in these; `None` asks about all.
        before_each: called before each question; what it raises ends the round.

    Raises:
        AppError: the teacher cannot be used, the disk is full, or what `before_each` raised.
    """
    with training_lock(home, creator):
        data = read_dataset(db, creator, None, consents=consents)
        told = [example for example in data.train if may_be_asked(example)]
        kept = Kept(home, creator, teacher.name)
        kept.keep_only({digest_text(example.answer) for example in told})
        asking = Asking(
            teacher=teacher,
            kept=kept,
            guard=Guard(limits.current(db, creator)),
            name=lambda language: _name(data.persona, language),
            progress=progress,
            before_each=before_each,
        )
        asyncio.run(asking.ask([e for e in told if languages is None or e.language in languages]))
    if asking.trouble:
        note = Note(f"{asking.trouble}; the other passages are asked for by their titles")
        progress(1.0, 1.0, note.known_as("teacher_stopped"))
    return asking.trouble


def known_questions(home: Path, creator: str, teacher: str, trouble: str = "") -> Questions:
    """What `teacher` has found so far."""
    kept = Kept(home, creator, teacher)
    questions = kept.questions()
    unusable = kept.replies - len(questions)
    return Questions(teacher, PROMPT, len(questions), unusable, trouble, questions)


def _name(persona: Persona, language: str) -> str:
    return persona.name_zh if language == "zh" and persona.name_zh else persona.name
