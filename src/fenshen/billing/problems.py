"""What a check of the books found: which row, which column where it can be known, and what to do next. Pure."""

from __future__ import annotations

from dataclasses import dataclass

#: Stop collecting after this many: one is enough to ring the bell.
PROBLEMS_MAX = 100
#: What to do next, by what seems to have happened.
ALTERED = "keep a copy of the database, compare this row with your last good backup and put it back"
MISSING = "keep a copy of the database and take the missing row from your last good backup"
ADDED = "keep a copy of the database, find out who wrote this row, and remove it"


@dataclass(frozen=True)
class Problem:
    """One contradiction.

    Attributes:
        row: Its key, parts joined by a space.
        column: Empty where several columns, or the whole row, may be meant.
        next: What the operator does about it.
    """

    table: str
    row: str
    column: str
    what: str
    next: str = ALTERED

    def __str__(self) -> str:
        return (
            f"{self.table} {self.row!r}{' ' + self.column if self.column else ''}: {self.what}; {self.next}"
        )


class Findings:
    """Collects problems, each (table, row, column) once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Problem] = {}
        self._unreadable: set[tuple[str, str]] = set()
        #: Calls of which it is not certain who earns.
        self.doubted_calls: set[str] = set()

    def add(self, table: str, row: str, column: str, what: str, following: str = ALTERED) -> None:
        """Note a contradiction, unless this place is known to be wrong already."""
        if len(self._found) < PROBLEMS_MAX and (table, row) not in self._unreadable:
            self._found.setdefault((table, row, column), Problem(table, row, column, what, following))

    def add_unreadable(self, table: str, row: str, column: str) -> None:
        """Note a value that its column cannot hold; whatever else is wrong with that row follows from it."""
        self.add(table, row, column, "is no value of its column's type")
        self._unreadable.add((table, row))

    def __contains__(self, place: tuple[str, str]) -> bool:
        """Whether anything is wrong with this (table, row)."""
        return any(key[:2] == place for key in self._found)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All of them, in the order found."""
        return tuple(self._found.values())
