"""Blind A/B tests: a question, two answers, which of them the creator finds more like themselves; and win rates.

    asked → shown without names → chosen (with what the creator would have said, or without) → named
    blind choices → wins, losses, ties against each rival → share of wins with its interval (measure 8)

A choice is made once: afterwards the creator knows which version it was.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Any, Literal

import sqlalchemy as sa

from fenshen.core.clock import Clock
from fenshen.core.db import Database, JsonText, UtcTime, metadata
from fenshen.core.errors import BadInput, Conflict, NotFound
from fenshen.models.text import Message
from fenshen.training.evals.intervals import Interval
from fenshen.training.preference.dataset import Pair

comparisons = sa.Table(
    "comparisons",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("creator", sa.String(64), nullable=False, index=True),
    sa.Column("by", sa.String(64), nullable=False),
    sa.Column("asked", UtcTime, nullable=False),
    sa.Column("source", sa.String(12), nullable=False),
    sa.Column("question", sa.Text, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("left_version", sa.String(64)),
    sa.Column("right_version", sa.String(64)),
    sa.Column("left_text", sa.Text, nullable=False),
    sa.Column("right_text", sa.Text, nullable=False),
    sa.Column("labels", JsonText, nullable=False),
    sa.Column("choice", sa.String(8)),
    sa.Column("edited", sa.String(8)),
    sa.Column("edit", sa.Text),
    sa.Column("chosen_at", UtcTime),
)


Side = Literal["left", "right"]
Choice = Literal["left", "right", "both", "neither", "skip"]
#: starter: offered to fans · held_out: what the newest items answer · own: the creator's.
QuestionSource = Literal["starter", "held_out", "own"]


@dataclass(frozen=True)
class Comparison:
    """Two answers to one question.

    Attributes:
        left_version, right_version: the versions that gave them; `None` is the plain base.
        labels: the label of each generated text, left and right.
        edited: which answer the creator put into their own words, `edit`.
    """

    id: str
    creator: str
    by: str
    asked: datetime
    source: QuestionSource
    question: str
    language: str
    left_version: str | None
    right_version: str | None
    left_text: str
    right_text: str
    labels: tuple[dict[str, str], dict[str, str]]
    choice: Choice | None = None
    edited: Side | None = None
    edit: str | None = None
    chosen_at: datetime | None = None

    @property
    def is_decided(self) -> bool:
        """Whether one side was preferred."""
        return self.choice in ("left", "right")

    @property
    def winner(self) -> str | None:
        """The version that was preferred, `None` for the plain base; ask `is_decided` first."""
        return self.left_version if self.choice == "left" else self.right_version

    def text(self, side: Side) -> str:
        """The answer on that side."""
        return self.left_text if side == "left" else self.right_text


def add(db: Database, comparison: Comparison) -> None:
    """Keep a comparison that was just asked for."""
    with db.write() as connection:
        connection.execute(comparisons.insert().values(**vars(comparison)))


def comparison(db: Database, creator: str, comparison_id: str) -> Comparison:
    """One comparison of this creator.

    Raises:
        NotFound: there is none with this id, or it is another creator's.
    """
    with db.read() as connection:
        return _get(connection, creator, comparison_id)


def list_chosen(db: Database, creator: str) -> list[Comparison]:
    """Every comparison that was answered, oldest first; skipped ones are left out."""
    query = sa.select(comparisons).where(
        comparisons.c.creator == creator, comparisons.c.choice.is_not(None), comparisons.c.choice != "skip"
    )
    with db.read() as connection:
        return [_comparison(row) for row in connection.execute(query.order_by(comparisons.c.id)).mappings()]


@dataclass(frozen=True)
class Decision:
    """What the creator decided.

    Attributes:
        edited, edit: the side that was put into the creator's own words, and those words.
    """

    choice: Choice
    edited: Side | None = None
    edit: str | None = None


def choose(db: Database, clock: Clock, creator: str, comparison_id: str, decision: Decision) -> Comparison:
    """Keep what was chosen; saying the same again changes nothing.

    Raises:
        NotFound: as `comparison`.
        BadInput: `bad_edit`, half an edit, or one that changes nothing.
        Conflict: `already_chosen`, otherwise than now.
    """
    edited, edit = decision.edited, decision.edit
    if (edited is None) != (edit is None) or (decision.choice == "skip" and edit is not None):
        raise BadInput("an edit needs a side and words, and an answer that is not skipped", code="bad_edit")
    with db.write() as connection:
        known = _get(connection, creator, comparison_id)
        if known.choice is not None:
            if Decision(known.choice, known.edited, known.edit) == decision:
                return known
            raise Conflict(
                f"{comparison_id!r} was answered {known.choice!r} already; compare two new answers",
                code="already_chosen",
            )
        if edited is not None and edit is not None and edit.strip() == known.text(edited).strip():
            raise BadInput("the edit is the answer as it was; change it or leave it out", code="bad_edit")
        connection.execute(
            comparisons.update()
            .where(comparisons.c.id == comparison_id)
            .values(**vars(decision), chosen_at=clock.now())
        )
        return _get(connection, creator, comparison_id)


def pairs_of(one: Comparison) -> Iterator[Pair]:
    """What training learns from a comparison: the choice, and the edit over the answer it replaces.

    Answers to held-out questions only count as votes: a version must not be trained on what judges it.
    """
    if one.source == "held_out":
        return
    messages = (Message(role="user", content=one.question),)
    if one.is_decided and one.left_text.strip() != one.right_text.strip():
        chosen, rejected = one.left_text, one.right_text
        if one.choice == "right":
            chosen, rejected = rejected, chosen
        yield Pair(one.id, "choice", messages, chosen, rejected, one.language)
    if one.edited is not None and one.edit is not None:
        yield Pair(f"{one.id}.edit", "edit", messages, one.edit, one.text(one.edited), one.language)


def _get(connection: sa.Connection, creator: str, comparison_id: str) -> Comparison:
    query = sa.select(comparisons).where(comparisons.c.id == comparison_id, comparisons.c.creator == creator)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound(f"no comparison {comparison_id!r}")
    return _comparison(row)


def _comparison(row: sa.RowMapping) -> Comparison:
    return Comparison(**{**row, "labels": tuple(row["labels"])})


#: What the plain base is called among rivals.
PLAIN_BASE = "base"
_Z = 1.959964


def wilson(wins: int, n: int) -> Interval | None:
    """The share of `wins` among `n` with its interval; `None` for no sample."""
    if n == 0:
        return None
    share, spread = wins / n, _Z * _Z / n
    middle = (share + spread / 2) / (1 + spread)
    half = _Z / (1 + spread) * sqrt(share * (1 - share) / n + spread / (4 * n))
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half), n)


def people(comparisons: Iterable[Comparison], version: str) -> dict[str, Any] | None:
    """What blind choices say about `version`, in the shape that is stored with its metrics.

    Returns:
        `{"wins", "losses", "ties", "share", "against": [{"rival", …the same}]}`, the rival seen most often first.
        Ties ("both", "neither") are counted and not part of the share. `None` when it was never compared.
    """
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for one in comparisons:
        sides = [side or PLAIN_BASE for side in (one.left_version, one.right_version)]
        if version in sides and sides[0] != sides[1] and one.choice not in (None, "skip"):
            rival = sides[1 - sides.index(version)]
            votes[rival][_outcome(one, version)] += 1
    if not votes:
        return None
    total: Counter[str] = sum(votes.values(), Counter())
    rivals = sorted(votes, key=lambda name: (-votes[name].total(), name))
    return _counts(total) | {"against": [{"rival": name} | _counts(votes[name]) for name in rivals]}


def _outcome(one: Comparison, version: str) -> str:
    if not one.is_decided:
        return "ties"
    return "wins" if (one.winner or PLAIN_BASE) == version else "losses"


def _counts(votes: Counter[str]) -> dict[str, Any]:
    share = wilson(votes["wins"], votes["wins"] + votes["losses"])
    return {name: votes[name] for name in ("wins", "losses", "ties")} | {"share": share and share.as_json()}
