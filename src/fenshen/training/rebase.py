"""Rebase: what an earlier version learned is ported to another base.

    a version's snapshot → what may still be learned, in languages the new base writes → Dataset, Port

The library must outlive every base, so a new base learns what the old one learned and is judged on the same
held-out items: the difference between the two versions is then the base and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from fenshen.core.db import Database
from fenshen.core.errors import BadInput, NotFound
from fenshen.library import items as library
from fenshen.library.items import Item
from fenshen.library.passages import Passage
from fenshen.library.privacy.readable import readable_passage
from fenshen.library.prompt import noted
from fenshen.library.rights import is_own, may
from fenshen.library.seen import GAP
from fenshen.training.dataset import Dataset, Inputs, read_dataset
from fenshen.training.examples import Example
from fenshen.training.examples.example import readable_example
from fenshen.training.job import CONTINUED, JobSpec
from fenshen.training.meta import read_meta
from fenshen.training.recipe import DEFAULT, recipes
from fenshen.training.snapshot import FILE, data_sha256, read_snapshot
from fenshen.training.versions import Version


def rebase_parent(found: Sequence[Version], base: str, wanted: str | None = None) -> Version | None:
    """The version that a training on `base` ports, `None` where the library is meant.

    Args:
        found: every version of the creator, newest first.
        base: as it is asked for: a catalog name or the path of a GGUF file.
        wanted: id of the version to port; without it the published one, else the newest that was trained to
            its end, and only if it has another base.

    Raises:
        NotFound: the wanted one is not among `found`.
        BadInput: the wanted one was not trained to its end.
    """
    whole = [version for version in found if version.status not in ("training", "failed")]
    if wanted is not None:
        return _wanted(found, whole, wanted)
    parent = next((v for v in whole if v.status == "published"), next(iter(whole), None))
    name = Path(base).stem if base.endswith(".gguf") else base
    return parent if parent is not None and parent.base != name else None


def rebase_job(
    found: Sequence[Version], parent: Version, base: str, recipe: str | None, minutes: float
) -> JobSpec:
    """The job that ports `parent` to `base`.

    Args:
        recipe: `None` takes the one its lineage began with, or the default where that was a file of the operator's own.
    """
    before = lineage(found, parent)[0].recipe
    chosen = recipe or (before if before in recipes() else DEFAULT)
    return JobSpec(parent.creator, base, chosen, minutes, "rebase", parent.id)


def lineage(found: Sequence[Version], version: Version) -> list[Version]:
    """The versions whose data the adapter of `version` has seen, oldest first, itself last.

    A version that continues another's adapter knows what that one learned.
    """
    by_id = {v.id: v for v in found}
    line = [version]
    while (
        line[-1].origin in CONTINUED and (before := by_id.get(line[-1].parent or "")) and before not in line
    ):
        line.append(before)
    return line[::-1]


def _wanted(found: Sequence[Version], whole: Sequence[Version], wanted: str) -> Version:
    if chosen := next((v for v in whole if v.id == wanted), None):
        return chosen
    if any(v.id == wanted for v in found):
        raise BadInput(f"version {wanted!r} was not trained to its end", code="version_unfinished")
    known = ", ".join(v.id for v in whole) or "none"
    raise NotFound(f"no version {wanted!r} of this twin; there are: {known}")


@dataclass(frozen=True)
class Port:
    """What is learned again, for `meta.json` and for the plan.

    Attributes:
        version, base, data_sha256: of the version that is ported.
        examples: how many it learned.
        ported: how many of them are learned again.
        not_allowed: left out because their item may no longer be learned from, or is gone.
        not_written: left out because the new base does not write their language, by language.
        held_out: items both versions are judged by; fewer than the parent's where rights have ended.
        same_prompts: whether the persona prompts are still those the parent learned under.
    """

    version: str
    base: str
    data_sha256: str
    examples: int
    ported: int
    not_allowed: int
    not_written: dict[str, int]
    held_out: int
    same_prompts: bool

    def as_json(self) -> dict[str, Any]:
        """The stored shape."""
        return asdict(self)

    def __str__(self) -> str:
        parts = [f"porting {self.version} of {self.base}: {self.ported} of its {self.examples} examples"]
        if self.not_allowed:
            parts.append(f"{self.not_allowed} may no longer be learned from")
        parts += [
            f"{count} are in {code!r}, which this base does not write"
            for code, count in sorted(self.not_written.items())
        ]
        if not self.same_prompts:
            parts.append("the persona has changed since; its prompt of today is learned")
        return "; ".join(parts)


def ported_dataset(
    db: Database,
    line: Sequence[Version],
    home: Path,
    languages: Sequence[str] | None,
    *,
    consents: Collection[str] = (),
) -> tuple[Dataset, Port]:
    """What a version has learned as a dataset for another base, with that version's held-out items.

    Args:
        line: the version and those its adapter continues, oldest first; see `rebase.lineage`.
        languages: what the new base can write; `None` takes everything.
        consents: ids of the creator's consents that hold now.

    Raises:
        NotFound: the version is not trained to its end.
        BadInput: `bad_snapshot`, a file of it cannot be read; `nothing_to_learn`, none of it may be used.
    """
    parent = line[-1]
    meta = read_meta(home / parent.adapter_dir)
    snapshot = _once(e for version in line for e in _snapshot(home / version.adapter_dir))
    held_out = list(meta["held_out"]["items"])
    now = read_dataset(db, parent.creator, languages, held_out, inputs=Inputs(consents=consents))
    items = library.list_items(db, parent.creator)
    allowed = still_allowed(snapshot, items, library.passages(db, parent.creator), held_out, consents)
    not_allowed = len(snapshot) - len(allowed)
    kept = [e for e in allowed if languages is None or e.language in languages]
    if not any(example.item_id for example in kept):
        raise BadInput(
            f"nothing of version {parent.id!r} can be learned again: of {len(snapshot)} examples {not_allowed} may no "
            f"longer be learned from and {len(allowed) - len(kept)} are in languages this base does not write. "
            f"Choose another base, or train from the library as it is now with `--fresh`",
            code="nothing_to_learn",
        )
    systems = {code: now.system(code) for code in sorted({e.language for e in kept})}
    data = replace(now, train=tuple(kept), sha256=data_sha256(kept, systems))
    return data, Port(
        version=parent.id,
        base=parent.base,
        data_sha256=parent.data_sha256,
        examples=len(snapshot),
        ported=len(kept),
        not_allowed=not_allowed,
        not_written=dict(Counter(e.language for e in allowed) - Counter(e.language for e in kept)),
        held_out=len(now.split.held_out),
        same_prompts=all(meta["systems"].get(code) == text for code, text in systems.items()),
    )


def still_allowed(
    snapshot: Sequence[Example],
    items: Sequence[Item],
    passages: Sequence[Passage],
    held_out: Collection[str],
    consents: Collection[str],
) -> list[Example]:
    """The examples that may be learned from today.

    Their item may be used and was not held out, and their passage is still there and the creator's own; where
    it was edited by hand since, the old words are not brought back. The same holds for what stands in
    front of a question as its sources or as turns of other items, also where the answer belongs to no item.
    """
    learnable = {item.id for item in items if may(item, "train", consents=consents)} - set(held_out)
    own = {p.id: readable_passage(p) for p in passages if p.item_id in learnable and is_own(p)}
    edited = {p.id for p in passages if p.original is not None}
    library_text = "\n".join(" ".join(p.text.split()) for p in own.values())
    return [example for example in snapshot if _stands(example, own, edited, library_text)]


def _stands(example: Example, own: Mapping[str, Passage], edited: Collection[str], library_text: str) -> bool:
    if any(message["content"] == GAP for message in example.messages):
        return False  # what it answers stayed with another installation
    if example.item_id:
        passage = own.get(example.passage_id)
        if passage is None or (passage.id in edited and example.answer not in passage.text):
            return False
    return all(text in library_text for text in _brought(example))


def _brought(example: Example) -> Iterator[str]:
    """What an example brings along from other items: its notes, and the turns far before its question."""
    for message in example.messages:
        yield from noted(message["content"])
        if example.kind == "long" and message["role"] == "assistant":
            yield from (" ".join(line.split()) for line in message["content"].split("\n"))


def _once(examples: Iterable[Example]) -> list[Example]:
    """Each question with its answer once: an update learns some of the old again."""
    return list({(repr(e.messages), e.answer, e.language): e for e in examples}.values())


def _snapshot(folder: Path) -> list[Example]:
    """The examples in `folder`; none where the version learned from something else."""
    if not (folder / FILE).is_file():
        return []
    try:
        return [readable_example(example) for example in read_snapshot(folder)]
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput(
            f"the dataset in {str(folder)!r} cannot be read ({error}); train from the library as it is now with "
            f"`--fresh`",
            code="bad_snapshot",
        ) from error
