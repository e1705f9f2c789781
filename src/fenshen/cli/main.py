"""The `fenshen` command: every noun, and the one place where errors become exit codes."""

from __future__ import annotations

import errno
import logging
import os
import sys
from typing import Annotated

import typer

from fenshen import __version__
from fenshen.cli import (
    accounts,
    creators,
    demo,
    doctor,
    domain,
    examples,
    learn,
    ledger,
    library,
    likeness,
    models,
    package,
    preferences,
    rights,
    serve,
    talk,
    train,
)
from fenshen.cli.output import EXIT, errors, exit_code
from fenshen.core.errors import AppError, Busy
from fenshen.core.log import set_up_logging

cli = typer.Typer(
    name="fenshen",
    help="Turn a creator's own library into a retrained AI twin that fans talk to and pay by the second.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = (
    demo,
    doctor,
    models,
    creators,
    library,
    rights,
    train,
    learn,
    preferences,
    package,
    examples,
    likeness,
    domain,
    talk,
    accounts,
    ledger,
    serve,
)
for module in COMMANDS:
    module.add_commands(cli)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@cli.callback()
def main(
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True)] = False,
) -> None:
    """Global options."""


def run() -> None:
    """Entry point: run a command and turn what it raises into a message and an exit code."""
    set_up_logging(os.environ.get("FENSHEN_LOG_LEVEL", "WARNING"))
    try:
        cli()
    except AppError as error:
        errors.print("[bold red]error[/]", end=" ")
        errors.print(f"{error.message} ({error.code})", markup=False, soft_wrap=True)
        sys.exit(exit_code(error))
    except KeyboardInterrupt:
        errors.print("stopped")
        sys.exit(130)
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            errors.print("[bold red]error[/] the disk is full; free some space and run it again (disk_full)")
            sys.exit(EXIT[Busy])
        logging.getLogger(__name__).exception("unexpected error")
        errors.print("[bold red]this is a bug of ours[/]; please report it with the lines above")
        sys.exit(1)
