"""`export` and `import`: a whole twin as one file, moved to another machine."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from fenshen.cli.output import (
    JsonFlag,
    Slug,
    errors,
    opened_app,
    print_json,
    print_table,
    run_async,
    say,
    shown_progress,
)
from fenshen.core.errors import BadInput, Refused
from fenshen.core.files import disk_full_as_busy
from fenshen.core.ids import new_secret
from fenshen.core.progress import Progress
from fenshen.studio.transfer.exporter import Package
from fenshen.studio.transfer.golden import QUESTIONS_MAX
from fenshen.studio.transfer.packages import GOLDEN_DEFAULT, ImportResult
from fenshen.trust import signers
from fenshen.trust.accounts import user_by_email
from fenshen.wiring import App


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.command("export")(export)
    cli.command("import")(bring)
    cli.command("trusted")(show_trusted)


def export(
    slug: Slug,
    file: Annotated[Path, typer.Argument(help="The file to write, such as mei-lin.fenshen.", dir_okay=False)],
    version: Annotated[
        str | None, typer.Option("--version", help="Version id; default: the published one, else the newest.")
    ] = None,
    library: Annotated[
        bool, typer.Option("--with-library", help="Items, passages, rights and what is played too.")
    ] = False,
    golden: Annotated[
        int, typer.Option(min=0, max=QUESTIONS_MAX, help="Questions by which the other machine compares.")
    ] = GOLDEN_DEFAULT,
    as_json: JsonFlag = False,
) -> None:
    """Write a twin into one signed file that another installation can import."""
    if file.exists():
        raise BadInput(f"{str(file)!r} exists already; remove it or choose another name", code="file_exists")
    if not file.absolute().parent.is_dir():
        raise BadInput(f"there is no folder {str(file.parent)!r} to write into", code="bad_path")

    async def work(app: App, progress: Progress) -> Package:
        try:
            async with app.packages.packed(
                slug, version, library=library, golden=golden, by="cli", progress=progress
            ) as package:
                write_package(package, file, progress)
                return package
        finally:
            await app.bases.close()

    with opened_app() as app, shown_progress("export") as progress:
        package = run_async(work(app, progress))
    told = {
        "file": file,
        "bytes": package.size_bytes,
        "version": package.version.id,
        "golden": package.golden,
        "items": package.items,
        "fingerprint": package.fingerprint,
    }
    if as_json:
        print_json(told)
    else:
        say(
            f"{file} ({package.size_bytes:,} bytes) holds {package.version.id}; signed by {package.fingerprint}"
        )
        say("tell those letters, not by the same way as the file, to whoever imports it")


def write_package(package: Package, file: Path, progress: Progress) -> None:
    """Write a twin file aside and put it in place.

    Raises:
        Busy: the disk is full; nothing is left.
    """
    aside = file.with_name(new_secret(".fenshen-"))
    done, total = 0, package.size_bytes
    try:
        with disk_full_as_busy(file.absolute().parent), aside.open("xb") as out:
            for chunk in package.stream():
                out.write(chunk)
                done += len(chunk)
                progress(done, total, "writing")
            out.flush()
            os.fsync(out.fileno())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)


def bring(
    file: Annotated[Path, typer.Argument(help="A file that `fenshen export` wrote.", dir_okay=False)],
    slug: Annotated[str | None, typer.Option(help="What it is called here; default: as there.")] = None,
    trust: Annotated[
        str | None, typer.Option(help="Fingerprint of the installation that signed it, when it is new here.")
    ] = None,
    owner: Annotated[str | None, typer.Option(help="E-mail of the account that runs its studio.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Take a twin from another installation in: all of it or nothing, and not yet published."""
    with opened_app() as app:
        owner_id = user_by_email(app.db, owner).id if owner else None
        try:
            done = _take_in(app, file, slug, trust, owner_id)
        except Refused as refused:
            fingerprint = str(refused.details.get("fingerprint"))
            if refused.code != "unknown_signer" or trust or as_json or not errors.is_terminal:
                raise
            if not typer.confirm(f"signed by {fingerprint}: is that what the sender told you?", err=True):
                raise
            done = _take_in(app, file, slug, fingerprint, owner_id)
    if as_json:
        print_json(imported_facts(done))
    else:
        _tell(done)


def _take_in(app: App, file: Path, slug: str | None, trust: str | None, owner: str | None) -> ImportResult:
    async def work() -> ImportResult:
        try:
            return await app.packages.take_in(
                file, slug=slug, trust=trust, owner=owner, by="cli", progress=progress
            )
        finally:
            await app.bases.close()

    with shown_progress("import") as progress:
        return run_async(work())


def imported_facts(done: ImportResult) -> dict[str, object]:
    """What an import did, for scripts."""
    arrived, verified = done.arrived, done.verified
    return {
        "creator": arrived.version.creator,
        "version": arrived.version.id,
        "is_new": arrived.is_new,
        "items": arrived.stored.items,
        "passages": arrived.stored.passages,
        "fingerprint": arrived.fingerprint,
        "golden": None if verified is None else {"asked": verified.asked, "same": verified.same},
        "golden_skipped": done.why_not,
    }


def _tell(done: ImportResult) -> None:
    arrived, verified = done.arrived, done.verified
    slug = arrived.version.creator
    say(f"{slug}: version {arrived.version.id} " + ("is here now" if arrived.is_new else "was here already"))
    if arrived.has_library:
        say(f"library: {arrived.stored.items} items, {arrived.stored.passages} passages added")
    if verified is None:
        say(f"golden questions were not asked: {done.why_not}")
    else:
        say(
            f"golden questions: {verified.same} of {verified.asked} answered word by word as on the other machine"
        )
        for one in verified.different:
            say(f"  other words: {one.question}")
    say(f"next: fenshen eval {slug}, then fenshen publish {slug}")


def show_trusted(
    remove: Annotated[
        str | None, typer.Option(help="Fingerprint of an installation that is trusted no longer.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """The installations whose twin files are taken in without asking."""
    with opened_app() as app:
        if remove is not None:
            signers.distrust(app.db, app.clock, remove, "cli")
        trusted = signers.list_trusted(app.db)
    if as_json:
        print_json(trusted)
    else:
        print_table(["fingerprint", "by", "since"], [(t.fingerprint, t.by, t.since) for t in trusted])
