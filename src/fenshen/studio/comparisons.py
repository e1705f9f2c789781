"""Any two versions of a twin side by side: from what their ladders stored, else measured anew.

    same held-out set → stored figures, paired        otherwise → both read what neither has learned

The result is kept in the first version's folder. Knows nothing about intervals or pages.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from fenshen.core.clock import rfc3339
from fenshen.core.db import Database
from fenshen.core.errors import BadInput, Conflict, NotFound
from fenshen.core.ids import digest_text
from fenshen.core.progress import Progress, silent
from fenshen.library import items
from fenshen.library.rights import is_own, may
from fenshen.models.made import is_made, made_base
from fenshen.studio.evaluation import Measuring, prepare
from fenshen.training import versions
from fenshen.training.bases import find_base
from fenshen.training.dataset import Inputs, read_dataset
from fenshen.training.evals import style
from fenshen.training.evals.comparison import (
    COMMON_MIN,
    VersionResults,
    common_answers,
    compare,
    stored_results,
)
from fenshen.training.evals.suite import measure_version
from fenshen.training.snapshot import read_snapshot
from fenshen.training.versions import Version

SEED = 7
Score = Callable[[Sequence[str]], Sequence[float]]


async def compare_versions(
    on: Measuring, a: Version, b: Version, progress: Progress = silent
) -> dict[str, Any]:
    """How `a` stands against `b`; what was compared before is not compared again.

    Raises:
        BadInput: `nothing_in_common`, there is too little that neither has learned, or as `check_pair`.
        NotFound: as `check_pair`.
    """
    check_pair(a, b)
    known = _read(on.home, a, b)
    if known is not None:
        return known
    if _stored(a, b) is not None:
        return await asyncio.to_thread(stored_comparison, on.db, on.home, a, b, on.consents)
    languages = _written_by_both(on.home, a, b)
    chosen = await asyncio.to_thread(unlearned, on, a, b, languages)
    sides = (await _measured(on, a, chosen, progress), await _measured(on, b, chosen, progress))
    made = await asyncio.to_thread(_compared, on.db, a, b, sides, chosen, languages, on.consents)
    return _keep(on.home, a, b, {**made, "set": _set("anew", chosen, sides)})


def stored_comparison(
    db: Database, home: Path, a: Version, b: Version, consents: Collection[str]
) -> dict[str, Any]:
    """The comparison where it needs no measuring: kept, or made of what both ladders stored.

    Raises:
        BadInput, NotFound: as `check_pair`.
        Conflict: `not_compared`; the message names the command that measures.
    """
    check_pair(a, b)
    known = _read(home, a, b)
    if known is not None:
        return known
    sides = _stored(a, b)
    if sides is None:
        raise Conflict(
            f"{a.id} and {b.id} were not measured on the same held-out answers; measure them with "
            f"`fenshen eval {a.creator} --version {a.id} --against {b.id}`",
            code="not_compared",
        )
    held_out = (a.metrics or {})["per_item"]["held_out"]
    chosen = sorted({one["item"] for one in held_out})
    language = (a.metrics or {}).get("sets", {}).get("language")
    made = _compared(db, a, b, sides, chosen, None if language is None else (language,), consents)
    return _keep(home, a, b, {**made, "set": _set("stored", chosen, sides)})


def unlearned(on: Measuring, a: Version, b: Version, languages: Collection[str] | None = None) -> list[str]:
    """Ids of items in these languages that neither version, nor anything it stands on, has learned."""
    learned = learned_items(on.db, on.home, a) | learned_items(on.db, on.home, b)
    usable = [i for i in items.list_items(on.db, a.creator) if may(i, "train", consents=on.consents)]
    read = [item for item in usable if languages is None or item.language in languages]
    left = [item.id for item in read if item.id not in learned]
    if not left:
        raise BadInput(
            f"{a.id} and {b.id} have together learned everything in the library of {a.creator!r}; "
            "add new items and compare again",
            code="nothing_in_common",
        )
    return left


def learned_items(db: Database, home: Path, version: Version) -> frozenset[str]:
    """Ids of items in the dataset of a version, of those it goes on from, and of its domain base."""
    found: set[str] = set()
    at: Version | None = version
    while at is not None:
        found |= {example.item_id for example in read_snapshot(home / at.adapter_dir) if example.item_id}
        if is_made(at.base):
            found |= set(made_base(at.base, home)[0].items)
        at = versions.version(db, at.parent) if at.parent is not None else None
    return frozenset(found)


def check_pair(a: Version, b: Version) -> None:
    """Nothing if the two can be compared.

    Raises:
        BadInput: `same_version`.
        NotFound: `version_unfinished`, one is not trained to its end.
    """
    if a.id == b.id:
        raise BadInput(f"{a.id} cannot be compared with itself; name two versions", code="same_version")
    for one in (a, b):
        if one.status in ("training", "failed"):
            raise NotFound(f"version {one.id!r} is not trained to its end", code="version_unfinished")


def _written_by_both(home: Path, a: Version, b: Version) -> tuple[str, ...] | None:
    """Languages in which the two can be compared; `None` for any."""
    known = [found for one in (a, b) if (found := find_base(one.base, home).languages) is not None]
    if not known:
        return None
    both = tuple(code for code in known[0] if all(code in found for found in known))
    if not both:
        raise BadInput(
            f"{a.base!r} and {b.base!r} write no common language, so {a.id} and {b.id} cannot be compared",
            code="nothing_in_common",
        )
    return both


def _stored(a: Version, b: Version) -> tuple[VersionResults, VersionResults] | None:
    """Both sides, when both were measured on the same set."""
    sides = stored_results(a.metrics), stored_results(b.metrics)
    same = (a.metrics or {}).get("heldout_sha256") == (b.metrics or {}).get("heldout_sha256")
    if sides[0] is None or sides[1] is None or not same:
        return None
    return (sides[0], sides[1]) if len(common_answers(sides[0], sides[1])) >= COMMON_MIN else None


async def _measured(
    on: Measuring, version: Version, chosen: Sequence[str], progress: Progress
) -> VersionResults:
    plan, tools = await prepare(on, version, chosen)
    if not plan.data.held_out:
        raise BadInput(
            f"what neither version has learned is in no language that {version.base!r} writes; "
            "add new items and compare again",
            code="nothing_in_common",
        )
    return await measure_version(plan, tools, stored_results(version.metrics), progress)


def _compared(
    db: Database,
    a: Version,
    b: Version,
    sides: tuple[VersionResults, VersionResults],
    chosen: Sequence[str],
    languages: Sequence[str] | None,
    consents: Collection[str],
) -> dict[str, Any]:
    judge = _judge(db, a.creator, sides, chosen, languages, consents)
    return {"a": _told(a), "b": _told(b), **compare(*sides, judge, SEED)}


def _judge(
    db: Database,
    creator: str,
    sides: tuple[VersionResults, VersionResults],
    held_out: Sequence[str],
    languages: Sequence[str] | None,
    consents: Collection[str],
) -> Score:
    """One judge for both, fitted on items that neither held out and on what both plain bases answer."""
    data = read_dataset(db, creator, languages, held_out=held_out, inputs=Inputs(consents=consents))
    language = data.held_out[0].language if data.held_out else data.train[0].language
    own = [p for p in data.training_passages if is_own(p) and p.language == language]
    pieces = style.cut([(p.text, p.item_id) for p in own if p.id not in data.split.dropped])
    base = [
        style.Piece(text, f"base:{number}")
        for number, text in enumerate([*sides[0].base_answers, *sides[1].base_answers])
        if text.strip()
    ]
    return style.AuthorshipVerifier(pieces, [*style.other_writers(language), *base], SEED).score


def _told(version: Version) -> dict[str, Any]:
    return {
        "version": version.id,
        "base": version.base,
        "recipe": version.recipe,
        "origin": version.origin,
        "parent": version.parent,
        "created": rfc3339(version.created),
        "gate": version.gate,
    }


def _set(how: str, chosen: Sequence[str], sides: tuple[VersionResults, VersionResults]) -> dict[str, Any]:
    return {"how": how, "items": len(chosen), "answers": len(common_answers(*sides))}


def _path(home: Path, a: Version, b: Version) -> Path:
    return home / a.adapter_dir / "compare" / f"{b.id}.json"


def _key(a: Version, b: Version) -> str:
    return digest_text(*(json.dumps(one.metrics, sort_keys=True) for one in (a, b)))


def _read(home: Path, a: Version, b: Version) -> dict[str, Any] | None:
    try:
        known = json.loads(_path(home, a, b).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_current = isinstance(known, dict) and known.get("key") == _key(a, b)
    return known["comparison"] if is_current else None


def _keep(home: Path, a: Version, b: Version, made: dict[str, Any]) -> dict[str, Any]:
    path = _path(home, a, b)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".part")
    aside.write_text(
        json.dumps({"key": _key(a, b), "comparison": made}, ensure_ascii=False), encoding="utf-8"
    )
    aside.replace(path)
    return made
