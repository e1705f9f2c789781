"""All finders over one text. Knows nothing about documents or what happens to what is found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from fenshen.library.privacy.addresses import find_addresses, find_chinese_addresses
from fenshen.library.privacy.finding import Find, Finding, without_overlaps
from fenshen.library.privacy.fold import Folded
from fenshen.library.privacy.network import find_mail, find_network
from fenshen.library.privacy.numbers import find_cards, find_ibans, find_ids, find_plates
from fenshen.library.privacy.people import find_people
from fenshen.library.privacy.phones import find_phones
from fenshen.library.privacy.secrets import find_keys, find_passwords

FINDERS: tuple[Find, ...] = (
    find_keys,
    find_ibans,
    find_ids,
    find_cards,
    find_mail,
    find_phones,
    find_network,
    find_addresses,
    find_chinese_addresses,
    find_plates,
    find_passwords,
)


@dataclass(frozen=True)
class Finder:
    """Finds personal data. Cheap to make and to send to another process.

    Attributes:
        people: private people whose names are looked for, as chats call them.
        public: names that are never personal data here: the creator's own, and public figures.
    """

    people: tuple[str, ...] = ()
    public: tuple[str, ...] = ()

    def knowing(self, people: Iterable[str]) -> Finder:
        """A finder that looks for the names of these people too."""
        return replace(self, people=tuple(dict.fromkeys((*self.people, *people))))

    def find(self, text: str) -> list[Finding]:
        """All personal data in `text`, in order, without overlaps."""
        folded = Folded(text)
        return without_overlaps(one for find in self._finders for one in find(folded))

    @cached_property
    def _finders(self) -> Sequence[Find]:
        return (*FINDERS, find_people(self.people, self.public))

    def __getstate__(self) -> dict[str, tuple[str, ...]]:
        return {"people": self.people, "public": self.public}
