"""Whole twins over HTTP: their owner takes one away as a file, an operator brings one in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import StreamingResponse

from fenshen.core.errors import NotFound
from fenshen.library.intake.uploads import Uploads
from fenshen.studio.transfer.exporter import Package
from fenshen.studio.transfer.golden import QUESTIONS_MAX
from fenshen.studio.transfer.packages import GOLDEN_DEFAULT
from fenshen.trust.accounts import user_by_email
from fenshen.web.deps import AppDep, OperatorDep, StudioDep, UserDep
from fenshen.web.schemas.intakes import ReceivedOut
from fenshen.web.schemas.packages import ArrivedOut, BringIn, SignerOut
from fenshen.wiring import App

router = APIRouter(tags=["packages"])

FileName = Annotated[str, Path(max_length=200, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


async def packed(
    creator: StudioDep,
    user: UserDep,
    app: AppDep,
    version: Annotated[str | None, Query(max_length=64)] = None,
    library: bool = False,
    golden: Annotated[int, Query(ge=0, le=QUESTIONS_MAX)] = GOLDEN_DEFAULT,
) -> AsyncIterator[Package]:
    """A twin file whose scratch folder goes when the response is over."""
    async with app.packages.packed(
        creator.slug, version, library=library, golden=golden, by=user.id
    ) as package:
        yield package


@router.get("/api/studio/{slug}/signer")
def show_signer(creator: StudioDep, app: AppDep) -> SignerOut:
    """By which fingerprint others know what this installation signs."""
    return SignerOut.of(app.packages.key.signer)


@router.get("/api/studio/{slug}/package", response_class=StreamingResponse)
def download(creator: StudioDep, package: Annotated[Package, Depends(packed)]) -> StreamingResponse:
    """The twin as one signed file, streamed with its length, so that the browser can say how long it takes."""
    headers = {
        "Content-Length": str(package.size_bytes),
        "Content-Disposition": f'attachment; filename="{creator.slug}.fenshen"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(package.stream(), media_type="application/zip", headers=headers)


@router.put("/api/admin/imports/{name}")
async def upload(
    name: FileName,
    request: Request,
    operator: OperatorDep,
    app: AppDep,
    offset: Annotated[int, Query(ge=0)] = 0,
    last: bool = False,
) -> ReceivedOut:
    """A piece of a twin file, at most 32 MiB; the body is its bytes. `offset` says where they belong."""
    received = await _arriving(app).take(name, offset, request.stream(), last=last)
    return ReceivedOut(path=name, received=received)


@router.get("/api/admin/imports/{name}")
def show_received(name: FileName, operator: OperatorDep, app: AppDep) -> ReceivedOut:
    """How much of it has arrived, to go on with an upload that broke off."""
    return ReceivedOut(path=name, received=_arriving(app).size(name))


@router.post("/api/admin/imports/{name}")
async def bring(name: FileName, body: BringIn, operator: OperatorDep, app: AppDep) -> ArrivedOut:
    """Take the uploaded twin in, all of it or nothing; the uploaded file goes once the twin is here."""
    file = _arriving(app).place(name)
    if not file.is_file():
        raise NotFound(f"no twin file {name!r} has arrived whole; upload it first")
    owner = user_by_email(app.db, body.owner).id if body.owner else None
    done = await app.packages.take_in(file, slug=body.slug, trust=body.trust, owner=owner, by=operator.id)
    file.unlink(missing_ok=True)
    arrived = done.arrived
    return ArrivedOut.of(
        arrived,
        slug=arrived.version.creator,
        version_id=arrived.version.id,
        items=arrived.stored.items,
        passages=arrived.stored.passages,
        golden=done.verified,
        golden_skipped=done.why_not,
    )


def _arriving(app: App) -> Uploads:
    return Uploads(app.settings.folder("arriving"))
