"""What a twin was trained on, example by example, and what its creator rejects of it. Owner or operator only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query

from fenshen.library import items
from fenshen.training import rejections, snapshot, versions
from fenshen.training.rejections import Rejection
from fenshen.training.snapshot import BrowsedExample, ExampleFilter, Page
from fenshen.twin.citations import item_url
from fenshen.web.deps import AppDep, StudioDep, UserDep
from fenshen.web.schemas.examples import ExampleOut, ExamplesOut
from fenshen.wiring import App

router = APIRouter(prefix="/api/studio/{slug}/examples", tags=["studio"])

ExampleId = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


@router.get("")
def show_examples(
    creator: StudioDep,
    app: AppDep,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    item_id: Annotated[str | None, Query(max_length=64)] = None,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    rejected: bool = False,
) -> ExamplesOut:
    """What the newest version was trained on, or with `rejected` what the next one is to leave out."""
    titles = {item.id: item.title for item in items.list_items(app.db, creator.slug)}
    out = rejections.list_rejected(app.db, creator.slug, titles)
    newest = versions.newest(app.db, creator.slug)
    wanted = ExampleFilter(item_id, kind)
    page = Page()
    if rejected:
        page = snapshot.page_of(
            (rejection.example for rejection in out if rejection.example), offset, limit, wanted
        )
    elif newest is not None:
        folder = app.settings.home / newest.adapter_dir
        page = snapshot.examples_page(folder, offset=offset, limit=limit, wanted=wanted)
    since = {rejection.digest: rejection for rejection in out}
    anchors = _anchors(app, page.examples, titles)
    return ExamplesOut(
        version_id=None if newest is None else newest.id,
        total=page.total,
        kinds=page.kinds,
        rejected=len(out),
        examples=[
            _out(creator.slug, example, titles, anchors, since.get(example.digest))
            for example in page.examples
        ],
    )


@router.post("/{example_id}/reject", status_code=204)
def reject_example(example_id: ExampleId, creator: StudioDep, user: UserDep, app: AppDep) -> None:
    """Leave it out from the next training on; versions that were trained stay as they are."""
    rejections.reject(app.db, app.clock, app.settings.home, creator.slug, [example_id], by=user.id)


@router.post("/{example_id}/restore", status_code=204)
def restore_example(example_id: ExampleId, creator: StudioDep, user: UserDep, app: AppDep) -> None:
    """Take the rejection back."""
    rejections.restore(app.db, app.clock, creator.slug, [example_id], by=user.id)


def _anchors(app: App, examples: Sequence[BrowsedExample], titles: Mapping[str, str]) -> dict[str, str]:
    """Where passages are: the second, or in a written item the paragraph."""
    item_ids = {example.item_id for example in examples if example.item_id in titles}
    return {p.id: p.anchor for item_id in item_ids if item_id for p in items.item_passages(app.db, item_id)}


def _out(
    slug: str,
    example: BrowsedExample,
    titles: Mapping[str, str],
    anchors: Mapping[str, str],
    rejection: Rejection | None,
) -> ExampleOut:
    is_there = example.item_id is not None and example.item_id in titles
    anchor = anchors.get(example.passage_id or "", example.anchor)
    return ExampleOut.of(
        example,
        id=example.digest,
        item_title=titles.get(example.item_id or ""),
        anchor=anchor,
        url=item_url(slug, example.item_id, anchor or "") if is_there and example.item_id else None,
        rejected_at=None if rejection is None else rejection.at,
    )
