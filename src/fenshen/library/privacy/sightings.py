"""What was found, as stored: values with the creator's decision, and how they are spelled in each item.

Knows nothing about finding or about passages; `review` changes those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from fenshen.core.db import Database
from fenshen.core.ids import digest_text, new_secret
from fenshen.library.privacy.mask import Sighting
from fenshen.library.privacy.pseudonyms import Pseudonyms
from fenshen.library.privacy.tables import personal_data, personal_data_places, pseudonym_keys

#: Values asked for in one query.
CHUNK = 500


def pseudonyms_of(db: Database, creator: str) -> Pseudonyms:
    """The creator's stand-ins, with what they decided to keep; the key is made when it is first asked for."""
    with db.write() as connection:
        secret = connection.scalar(
            sa.select(pseudonym_keys.c.secret).where(pseudonym_keys.c.creator == creator)
        )
        if secret is None:
            secret = new_secret("")
            connection.execute(pseudonym_keys.insert().values(creator=creator, secret=secret))
        kept = sa.select(personal_data.c.digest).where(
            personal_data.c.creator == creator, personal_data.c.decision == "keep"
        )
        return Pseudonyms(str(secret), frozenset(connection.scalars(kept)))


def record(connection: Connection, creator: str, found: Mapping[str, Sequence[Sighting]]) -> None:
    """Note what was found in new items, by item id, inside the caller's transaction; the items are stored already."""
    by_place: dict[tuple[str, str], list[Sighting]] = {}
    for item_id, sightings in found.items():
        for sighting in sightings:
            by_place.setdefault((value_id(creator, sighting.digest), item_id), []).append(sighting)
    if not by_place:
        return
    values = {key: sightings[0] for (key, _), sightings in by_place.items()}
    known = _known(connection, list(values))
    new = [
        {"id": key, "creator": creator, "kind": one.kind, "digest": one.digest, "decision": "mask"}
        for key, one in values.items()
        if key not in known
    ]
    if new:
        connection.execute(personal_data.insert(), new)
    places = [
        {
            "value_id": key,
            "item_id": item_id,
            "spellings": [one.spelling for one in sightings],
            "sightings": len(sightings),
        }
        for (key, item_id), sightings in by_place.items()
    ]
    connection.execute(personal_data_places.insert(), places)


def value_id(creator: str, digest: str) -> str:
    """The id under which a creator reviews a value: short enough to type, the same after re-ingest."""
    return f"pd_{digest_text(creator, digest)[:16]}"


def _known(connection: Connection, ids: list[str]) -> set[str]:
    found: set[str] = set()
    for at in range(0, len(ids), CHUNK):
        query = sa.select(personal_data.c.id).where(personal_data.c.id.in_(ids[at : at + CHUNK]))
        found.update(connection.scalars(query))
    return found
