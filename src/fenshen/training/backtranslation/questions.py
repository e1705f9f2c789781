"""Asks a teacher which questions the passages of a library answer.

Several requests run at once and each reply is cached as it comes, so a killed round asks only what is missing.
A teacher that cannot be used at all is an error that names the setting; one that stops half-way leaves the
rest to the titles.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from fenshen.core.errors import AppError, BadInput
from fenshen.core.ids import digest_text
from fenshen.core.installation import Installation
from fenshen.core.note import Note
from fenshen.core.progress import Progress
from fenshen.library.persona import Persona
from fenshen.models.catalog import CATALOG
from fenshen.models.text import TextEngine, TextRequest
from fenshen.training.backtranslation.cache import ReplyCache
from fenshen.training.backtranslation.prompt import PROMPT, REPLY_TOKENS_MAX, check_reply, question_messages
from fenshen.training.dataset import Inputs, Questions, read_dataset
from fenshen.training.examples import Example
from fenshen.training.examples.dialogue import may_be_asked
from fenshen.training.job import Control, training_lock
from fenshen.trust import limits
from fenshen.trust.guard import Guard

#: Weights of about 1.5 billion parameters; smaller bases write questions that have little to do with the text.
TEACHES_ITSELF_FROM_BYTES = 1_000_000_000


def can_teach_itself(base: str) -> bool:
    """Whether a base, by catalog name or path of its GGUF file, can find the question that a passage answers."""
    card = CATALOG.get(base)
    if card is not None:
        return card.size_bytes >= TEACHES_ITSELF_FROM_BYTES
    path = Path(base)
    return base.endswith(".gguf") and path.is_file() and path.stat().st_size >= TEACHES_ITSELF_FROM_BYTES


def teacher_for(base: str, wanted: str | None) -> str | None:
    """Who teaches when `base` is trained: the model that is `wanted`, the base itself, or no one."""
    if wanted:
        return None if wanted == "none" else wanted
    return base if can_teach_itself(base) else None


def teacher_label(teacher: str) -> str:
    """What people and `meta.json` call it: no folder, and no address but the host, which may hold a secret."""
    if "://" in teacher:
        url, _, model = teacher.partition("|")
        return f"{model} at {urlsplit(url).hostname}"
    return Path(teacher).stem if teacher.endswith(".gguf") else teacher


IN_FLIGHT = 4
#: Rests before a teacher that is busy is asked again, seconds.
RESTS_S = (1.0, 5.0, 20.0)
#: A teacher that refuses so many passages one after another would refuse them all.
REFUSED_MAX = 8


@dataclass(frozen=True)
class Teacher:
    """Whom to ask.

    Attributes:
        name: for people, and what replies are kept under.
        load: starts its engine.
    """

    name: str
    load: Callable[[], TextEngine]


@dataclass
class QuestionRound:
    """One round of questions.

    Attributes:
        name: the creator's, by language.
        before_each: called before each question; what it raises ends the round.
        trouble: why the teacher was not asked to the end, empty if it was.
    """

    teacher: Teacher
    kept: ReplyCache
    guard: Guard
    name: Callable[[str], str]
    progress: Progress
    before_each: Callable[[], None] = lambda: None
    trouble: str = ""
    _done: int = 0
    _total: int = 0
    _refused: int = 0
    _failures: list[AppError] = field(default_factory=list)

    @property
    def _is_over(self) -> bool:
        return bool(self._failures or self.trouble)

    async def ask(self, examples: Sequence[Example]) -> None:
        """Ask about those examples that nothing is known of yet.

        Raises:
            AppError: the teacher cannot be used at all, or what `before_each` raised.
        """
        missing = [example for example in examples if not self.kept.known(example)]
        if not missing:
            return
        engine = self._start()
        try:
            languages = engine.capabilities.languages
            readable = [example for example in missing if example.language in languages]
            self._total = len(readable)
            queue = iter(readable)
            await asyncio.gather(*(self._work(engine, queue) for _ in range(IN_FLIGHT)))
        finally:
            await engine.close()
        if self._failures:
            raise self._failures[0]

    def _start(self) -> TextEngine:
        try:
            return self.teacher.load()
        except AppError as error:
            raise self._unusable(error) from error

    async def _work(self, engine: TextEngine, queue: Iterator[Example]) -> None:
        for example in queue:
            if self._is_over:
                return
            try:
                self.before_each()
                reply = await self._reply(engine, example)
                if reply is not None:
                    name = self.name(example.language)
                    found = check_reply(reply, example.answer, example.language, self.guard, name)
                    self.kept.add(example, *found)
            except AppError as error:
                self._failures.append(error)
                return
            if self._is_over:
                return
            self._done += 1
            note = Note.of(
                "asking_teacher",
                "asking {teacher} what passages answer, {done} of {all}",
                teacher=self.teacher.name,
                done=self._done,
                all=self._total,
            )
            self.progress(self._done, self._total, note)

    async def _reply(self, engine: TextEngine, example: Example) -> str | None:
        """The teacher's words, or `None` where it declines this passage or has stopped answering."""
        request = TextRequest(
            messages=question_messages(example.answer, example.language, self.name(example.language)),
            tokens_max=REPLY_TOKENS_MAX,
            temperature=0.2,
            seed=7,
        )
        for rest_s in (*RESTS_S, None):
            try:
                reply = "".join([delta.text async for delta in engine.stream(request)])
            except BadInput as error:
                self._refused += 1
                if self._refused >= REFUSED_MAX:
                    raise self._unusable(error) from error
                return None
            except AppError as error:
                if not error.retryable:
                    raise self._unusable(error) from error
                if rest_s is None or self._is_over:
                    self._give_up(error)
                    return None
                await asyncio.sleep(rest_s)
            else:
                self._refused = 0
                return reply
        return None

    def _give_up(self, error: AppError) -> None:
        if not self._is_over:
            done = f"{self._done} of {self._total}"
            self.trouble = f"{self.teacher.name} stopped answering after {done}: {error.message}"

    def _unusable(self, error: AppError) -> AppError:
        message = (
            f"the teacher {self.teacher.name!r} cannot be used: {error.message}. Set FENSHEN_TEACHER=none to ask "
            f"for monologues by their titles instead"
        )
        return type(error)(message, code=error.code)


def find_questions(
    on: Installation,
    creator: str,
    languages: Sequence[str] | None,
    teacher: Teacher,
    consents: Collection[str],
    control: Control,
) -> str:
    """Ask `teacher` what the creator's passages answer, where nothing is known yet; what went wrong, or `""`.

    Args:
        languages: only passages in these; `None` asks about all.
        control: its `before_step` is called before each question; what it raises ends the round.

    Raises:
        AppError: the teacher cannot be used, the disk is full, or what `control.before_step` raised.
    """
    with training_lock(on.home, creator):
        data = read_dataset(on.db, creator, None, inputs=Inputs(consents=consents))
        candidates = [example for example in data.train if may_be_asked(example)]
        kept = ReplyCache(on.home, creator, teacher.name)
        kept.keep_only({digest_text(example.answer) for example in candidates})
        asking = QuestionRound(
            teacher=teacher,
            kept=kept,
            guard=Guard(limits.current(on.db, creator)),
            name=lambda language: _name(data.persona, language),
            progress=control.progress,
            before_each=control.before_step,
        )
        asyncio.run(asking.ask([e for e in candidates if languages is None or e.language in languages]))
    if asking.trouble:
        note = Note(f"{asking.trouble}; the other passages are asked for by their titles")
        control.progress(1.0, 1.0, note.known_as("teacher_stopped"))
    return asking.trouble


def cached_questions(home: Path, creator: str, teacher: str, trouble: str = "") -> Questions:
    """What `teacher` has found so far."""
    kept = ReplyCache(home, creator, teacher)
    questions = kept.questions()
    unusable = kept.replies - len(questions)
    return Questions(teacher, PROMPT, len(questions), unusable, trouble, questions)


def _name(persona: Persona, language: str) -> str:
    return persona.name_zh if language == "zh" and persona.name_zh else persona.name
