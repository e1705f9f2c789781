"""Conversations between fans and twins, kept so that they can be continued, copied and deleted.

A conversation has members, and every turn a speaker. It is shown to its members only: whatever takes a fan's id finds
no other rows. Knows nothing about engines or money.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.clock import Clock
from fenshen.core.db import Database
from fenshen.core.errors import Conflict, NotFound
from fenshen.core.ids import Ids
from fenshen.library.privacy.readable import readable
from fenshen.models.text import Message
from fenshen.twin.history import newest_block
from fenshen.twin.tables import conversation_members, conversations, served_calls, turns

TITLE_CHARS = 80

TurnStatus = Literal["complete", "stopped", "refused", "failed"]
MemberKind = Literal["fan", "twin"]


@dataclass(frozen=True)
class Turn:
    """One utterance.

    Attributes:
        speaker: user id of the fan or slug of the twin.
        alternatives: how many answers its question got, 1 unless retried.
    """

    id: str
    role: Literal["user", "assistant"]
    speaker: str = field(kw_only=True)
    text: str
    status: TurnStatus
    at: datetime
    parent_id: str | None = None
    citations: list[dict[str, Any]] = field(default_factory=list)
    label: dict[str, Any] | None = None
    alternatives: int = 1


@dataclass(frozen=True)
class Conversation:
    """A thread of turns: `fan` began it with the twin of `creator`."""

    id: str
    creator: str
    fan: str
    title: str
    language: str
    started: datetime
    updated: datetime
    turns: int = 0


class Conversations:
    """The store of conversations."""

    def __init__(self, db: Database, clock: Clock, ids: Ids) -> None:
        self._db = db
        self._clock = clock
        self._ids = ids

    def new_turn_id(self) -> str:
        """A name for a turn that is about to be made."""
        return self._ids.new("turn")

    def start(self, fan: str, creator: str, language: str) -> Conversation:
        """A new, empty conversation of two members."""
        now = self._clock.now()
        found = Conversation(self._ids.new("conv"), creator, fan, "", language, now, now)
        values = {name: getattr(found, name) for name in conversations.c.keys()}  # noqa: SIM118
        with self._db.write() as connection:
            connection.execute(conversations.insert().values(**values))
            self._join(connection, found.id, fan, "fan")
            self._join(connection, found.id, creator, "twin")
        return found

    def add_member(self, conversation_id: str, member: str, kind: MemberKind) -> None:
        """Let another fan or twin take part; a second time changes nothing.

        Raises:
            NotFound: there is no such conversation.
        """
        with self._db.write() as connection:
            if (
                connection.execute(
                    sa.select(conversations.c.id).where(conversations.c.id == conversation_id)
                ).first()
                is None
            ):
                raise NotFound(f"no conversation {conversation_id!r}")
            if member not in _members(connection, conversation_id):
                self._join(connection, conversation_id, member, kind)

    def members(self, conversation_id: str) -> dict[str, MemberKind]:
        """Who takes part, in the order in which they joined."""
        with self._db.read() as connection:
            return _members(connection, conversation_id)

    def get(self, conversation_id: str, fan: str) -> Conversation:
        """One conversation that this fan takes part in.

        Raises:
            NotFound: there is none with this id, or this fan is no member.
        """
        with self._db.read() as connection:
            return self._get(connection, conversation_id, fan)

    def of_fan(self, fan: str, creator: str | None = None, limit: int = 50) -> list[Conversation]:
        """The fan's conversations that have at least one turn, newest first."""
        count = sa.select(sa.func.count()).where(turns.c.conversation_id == conversations.c.id)
        query = sa.select(conversations, count.scalar_subquery().label("turns")).where(_has_member(fan))
        if creator is not None:
            query = query.where(conversations.c.creator == creator)
        with self._db.read() as connection:
            rows = connection.execute(query.order_by(conversations.c.updated.desc()).limit(limit)).mappings()
            return [Conversation(**row) for row in rows if row["turns"]]

    def delete(self, conversation_id: str, fan: str) -> None:
        """Take a fan out of a conversation, with their turns and the answers to them; the last fan's goes whole.

        Raises:
            NotFound: as `get`.
        """
        here = turns.c.conversation_id == conversation_id
        with self._db.write() as connection:
            self._get(connection, conversation_id, fan)
            own = (
                connection.execute(sa.select(turns.c.id).where(here, turns.c.speaker == fan)).scalars().all()
            )
            if list(_members(connection, conversation_id).values()).count("fan") > 1:
                connection.execute(turns.delete().where(here, turns.c.parent_id.in_(own)))
                connection.execute(turns.delete().where(here, turns.c.id.in_(own)))
                mine = (
                    conversation_members.c.conversation_id == conversation_id,
                    conversation_members.c.member == fan,
                )
                connection.execute(conversation_members.delete().where(*mine))
            else:
                for table in (turns, conversation_members):
                    connection.execute(table.delete().where(table.c.conversation_id == conversation_id))
                connection.execute(conversations.delete().where(conversations.c.id == conversation_id))
        self._db.scrub()

    def remember_call(self, call_id: str, conversation_id: str) -> None:
        """Note that a call continues this conversation."""
        with self._db.write() as connection:
            connection.execute(served_calls.insert().values(call_id=call_id, conversation_id=conversation_id))

    def of_call(self, call_id: str, fan: str) -> Conversation:
        """The conversation that a call continues.

        Raises:
            NotFound: as `get`.
        """
        query = sa.select(served_calls.c.conversation_id).where(served_calls.c.call_id == call_id)
        with self._db.read() as connection:
            found = connection.execute(query).scalar()
            if found is None:
                raise NotFound(f"the conversation of call {call_id!r} was deleted")
            return self._get(connection, found, fan)

    def add_question(
        self,
        conversation_id: str,
        speaker: str,
        text: str,
        *,
        call_id: str | None = None,
        turn_id: str | None = None,
    ) -> Turn:
        """Append a fan's words; sending the same `turn_id` again changes nothing.

        Raises:
            Conflict: `turn_id` was used for another text.
            NotFound: the conversation was deleted, or the speaker is no member of it.
        """
        with self._db.write() as connection:
            if turn_id is not None and (row := _row(connection, turn_id)) is not None:
                _check_same(row, conversation_id, text)
                return _turn(row)
            turn = Turn(
                turn_id or self.new_turn_id(), "user", text, "complete", self._clock.now(), speaker=speaker
            )
            self._insert(connection, conversation_id, turn, call_id, None)
            title = (
                {"title": text.strip().replace("\n", " ")[:TITLE_CHARS]}
                if self._is_first(connection, conversation_id)
                else {}
            )
            connection.execute(
                conversations.update()
                .where(conversations.c.id == conversation_id)
                .values(updated=turn.at, **title)
            )
            return turn

    def answer_to(self, conversation_id: str, turn_id: str, text: str) -> str | None:
        """Id of the newest answer to a question; None if it has none, or was never asked.

        Raises:
            Conflict: as `add_question`.
        """
        answers = sa.select(turns.c.id).where(turns.c.parent_id == turn_id)
        with self._db.read() as connection:
            if (row := _row(connection, turn_id)) is not None:
                _check_same(row, conversation_id, text)
            return connection.execute(answers.order_by(turns.c.ordinal.desc()).limit(1)).scalar()

    def add_answer(
        self, conversation_id: str, answer: Turn, *, call_id: str | None, version_id: str | None
    ) -> Turn:
        """Append a finished answer, numbered among the answers of its question.

        Raises:
            NotFound: the conversation was deleted.
        """
        with self._db.write() as connection:
            self._insert(connection, conversation_id, answer, call_id, version_id)
            connection.execute(
                conversations.update().where(conversations.c.id == conversation_id).values(updated=answer.at)
            )
        return answer

    def shown(self, conversation_id: str) -> list[Turn]:
        """The thread as people see it: each question once, followed by its newest answer."""
        query = sa.select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.ordinal)
        with self._db.read() as connection:
            rows = connection.execute(query).all()
        answers: dict[str, list[Any]] = {}
        for row in rows:
            if row.role == "assistant":
                answers.setdefault(row.parent_id or "", []).append(row)
        thread: list[Turn] = []
        for row in rows:
            if row.role == "user":
                thread.append(_turn(row))
                if given := answers.get(row.id):
                    thread.append(_turn(given[-1], alternatives=len(given)))
        return thread

    def history(self, conversation_id: str, before_turn: str) -> list[Message]:
        """Messages before `before_turn`, oldest first, for the engine: complete pairs only."""
        messages: list[Message] = []
        question: Turn | None = None
        for turn in self.shown(conversation_id):
            if turn.id == before_turn:
                break
            if turn.role == "user":
                question = turn
            elif question is not None and turn.status == "complete":
                messages += [
                    Message(role="user", content=question.text),
                    Message(role="assistant", content=turn.text),
                ]
        return list(newest_block(messages))

    def question_of(self, conversation_id: str, turn_id: str) -> Turn:
        """The question that `turn_id` is, or answers.

        Raises:
            NotFound: the conversation has no such turn.
        """
        with self._db.read() as connection:
            row = _row(connection, turn_id)
            if row is not None and row.role == "assistant":
                row = _row(connection, row.parent_id)
            if row is None or row.conversation_id != conversation_id:
                raise NotFound(f"no turn {turn_id!r} in this conversation")
            return _turn(row)

    def _get(self, connection: Connection, conversation_id: str, fan: str) -> Conversation:
        query = sa.select(conversations).where(conversations.c.id == conversation_id, _has_member(fan))
        row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFound(f"no conversation {conversation_id!r}")
        return Conversation(**row)

    def _join(self, connection: Connection, conversation_id: str, member: str, kind: MemberKind) -> None:
        values = {
            "conversation_id": conversation_id,
            "member": member,
            "kind": kind,
            "joined": self._clock.now(),
        }
        connection.execute(conversation_members.insert().values(**values))

    def _is_first(self, connection: Connection, conversation_id: str) -> bool:
        query = sa.select(sa.func.count()).where(turns.c.conversation_id == conversation_id)
        return connection.execute(query).scalar_one() == 1

    def _insert(
        self,
        connection: Connection,
        conversation_id: str,
        turn: Turn,
        call_id: str | None,
        version_id: str | None,
    ) -> None:
        if turn.speaker not in _members(connection, conversation_id):
            raise NotFound(
                f"conversation {conversation_id!r} was deleted, or {turn.speaker!r} is no member of it"
            )
        top = sa.select(sa.func.coalesce(sa.func.max(turns.c.ordinal), 0)).where(
            turns.c.conversation_id == conversation_id
        )
        connection.execute(
            turns.insert().values(
                id=turn.id,
                conversation_id=conversation_id,
                parent_id=turn.parent_id,
                ordinal=connection.execute(top).scalar_one() + 1,
                role=turn.role,
                speaker=turn.speaker,
                text=turn.text,
                status=turn.status,
                citations=turn.citations,
                label=turn.label,
                version_id=version_id,
                call_id=call_id,
                at=turn.at,
            )
        )


def _has_member(member: str) -> sa.ColumnElement[bool]:
    """A condition on `conversations`: `member` takes part."""
    theirs = sa.select(conversation_members.c.conversation_id).where(conversation_members.c.member == member)
    return conversations.c.id.in_(theirs)


def _members(connection: Connection, conversation_id: str) -> dict[str, MemberKind]:
    query = (
        sa.select(conversation_members.c.member, conversation_members.c.kind)
        .where(conversation_members.c.conversation_id == conversation_id)
        .order_by(conversation_members.c.joined, conversation_members.c.kind, conversation_members.c.member)
    )
    return {row.member: row.kind for row in connection.execute(query)}


def _check_same(row: Any, conversation_id: str, text: str) -> None:
    if row.conversation_id != conversation_id or row.text != text or row.role != "user":
        raise Conflict(f"turn {row.id!r} was already sent with other words")


def _row(connection: Connection, turn_id: str | None) -> Any:
    return connection.execute(sa.select(turns).where(turns.c.id == turn_id)).first()


def _turn(row: Any, alternatives: int = 1) -> Turn:
    return Turn(
        id=row.id,
        role=row.role,
        speaker=row.speaker,
        # An answer of an earlier version may hold a stand-in; a fan's own words stay as they are.
        text=readable(row.text) if row.role == "assistant" else row.text,
        status=row.status,
        at=row.at,
        parent_id=row.parent_id,
        citations=row.citations,
        label=row.label,
        alternatives=alternatives,
    )
