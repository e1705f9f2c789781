"""`serve`: the web server; `worker`: imports and trainings without one; `openapi`: its description for client generators."""

from __future__ import annotations

import asyncio
import importlib
import signal
import socket
import sys
import threading
import webbrowser
from typing import Annotated

import typer

from fenshen.background import runner
from fenshen.cli.output import errors, opened_app, print_json, say
from fenshen.core.errors import Conflict
from fenshen.core.log import set_up_logging
from fenshen.core.settings import Settings
from fenshen.models.base_trouble import base_trouble

#: How long live requests may take to finish when the server stops.
GRACE_S = 5
SWITCH_S = 0.001
#: Named, not imported: the edges do not know each other.
API = "fenshen.web.app:create_default_api"
CONNECTIONS = "fenshen.web.connections:DeadlineProtocol"


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.command("serve")(serve)
    cli.command("worker")(worker)
    cli.command("openapi")(openapi)


def serve(
    host: Annotated[str | None, typer.Option(help="Default 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Default 8420.")] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page when ready.")] = False,
) -> None:
    """Serve the pages and the API until interrupted."""
    settings = Settings()
    run_server(settings, host or settings.host, port or settings.port, open_browser=open_browser)


def run_server(settings: Settings, host: str, port: int, *, open_browser: bool = False) -> None:
    """Serve the installation that the environment names until a signal stops it.

    Raises:
        Conflict: the port is taken.
    """
    import uvicorn

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Conflict(
                f"cannot listen on {host}:{port}: {error.strerror}; try --port", code="port_taken"
            ) from error
    set_up_logging(settings.log_level)
    config = uvicorn.Config(
        API,
        host,
        port,
        factory=True,
        http=CONNECTIONS,
        ws="none",
        log_config=None,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_S,
        access_log=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
    )
    # A thread that judges words or embeds gives way to the event loop after so long, not after 5 ms.
    sys.setswitchinterval(SWITCH_S)
    tell_base_trouble(settings)
    say(f"open http://{host}:{port}/")
    if open_browser:
        webbrowser.open(f"http://{host}:{port}/")
    asyncio.run(uvicorn.Server(config).serve())


def tell_base_trouble(settings: Settings) -> None:
    """Say what is wrong with the base that the settings name, which may show only when the next twin is trained."""
    if trouble := base_trouble(settings):
        errors.print(f"FENSHEN_BASE is {settings.base!r}, but {trouble}", markup=False, soft_wrap=True)


def worker() -> None:
    """Import and train what waits and what schedules ask for, without serving, until interrupted."""
    with opened_app() as app:
        set_up_logging(app.settings.log_level)
        working = runner(app)
        leaving = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: leaving.set())
        say("looking for work; stop with Ctrl-C")
        try:
            working.run_until(leaving)
        finally:
            working.close()


def openapi() -> None:
    """Print the OpenAPI description."""
    module, _, factory = API.partition(":")
    print_json(getattr(importlib.import_module(module), factory)().openapi())
