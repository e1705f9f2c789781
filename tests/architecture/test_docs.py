"""The documentation keeps up with the code: what exists is described, and what is described exists."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer
from packaging.requirements import Requirement

from fenshen.cli import serve
from fenshen.cli.main import cli
from fenshen.core.settings import Settings
from fenshen.models.catalog import CATALOG
from fenshen.web.app import create_api
from fenshen.wiring import App

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")
SHELL_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
#: What an absolute path of somebody's own machine begins with. Put together here so that this file is none.
PRIVATE_PATHS = tuple(f"/{folder}/" for folder in ("work", "Users"))
#: Written by the browser test, so absent from a checkout in which it never ran.
MADE_LATER = {"docs/screenshot-talk.png"}


def text_of(name: str) -> str:
    """A file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def tracked() -> list[str]:
    """Every file under version control, or none where there is no repository (an unpacked archive)."""
    if not (ROOT / ".git").exists():
        return []
    listed = subprocess.run(["git", "-C", str(ROOT), "ls-files", "-z"], capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def commands(
    command: click.Command, words: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, as the words one types after `fenshen`."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield words, command
        return
    for name, child in inner.items():
        yield from commands(child, (*words, name))


COMMANDS = dict(commands(typer.main.get_command(cli)))
TYPED = [
    (readme, line)
    for readme in READMES
    for block in SHELL_BLOCK.findall(text_of(readme))
    for line in block.splitlines()
    if line.startswith("fenshen ")
]


def test_every_package_has_a_page() -> None:
    """Whoever opens a package finds `docs/<package>.md`."""
    packages = {path.parent.name for path in (ROOT / "src/fenshen").glob("*/__init__.py")}
    assert packages - {path.stem for path in (ROOT / "docs").glob("*.md")} == set()


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_in_the_readme(readme: str) -> None:
    """An operator finds every setting, and no row of the table names one that is gone."""
    settings = {f"FENSHEN_{name.upper()}" for name in Settings.model_fields}
    text = text_of(readme)
    rows = "\n".join(line.split("|")[1] for line in text.splitlines() if line.startswith("| `FENSHEN_"))
    assert {name for name in settings if f"`{name}`" not in text} == set()
    assert set(re.findall(r"FENSHEN_\w+", rows)) - settings == set()


def test_every_command_is_on_the_page_of_the_command_line() -> None:
    """`docs/cli.md` names every command."""
    page = text_of("docs/cli.md")
    missing = [" ".join(words) for words in COMMANDS if f"fenshen {' '.join(words)}" not in page]
    assert missing == []


def test_the_page_of_the_command_line_names_no_command_that_is_gone() -> None:
    """What `docs/cli.md` shows in code can be typed."""
    shown = re.findall(r"`fenshen ([a-z][^`]*)`", text_of("docs/cli.md"))
    assert [line for line in shown if named(line.split()) is None] == []


def test_every_route_is_on_the_page_of_the_web(tmp_path: Path) -> None:
    """`docs/web.md` names every route, and none that is gone."""
    described = set(create_api(App(Settings(home=tmp_path))).openapi()["paths"])
    page = text_of("docs/web.md")
    shown = set(re.findall(r"(/(?:api|v1)/[a-z{][\w{}/-]*)", page))
    assert {path for path in described if path not in page} == set()
    assert shown - described == set()


def test_the_server_that_commands_start_by_name_exists() -> None:
    """`cli` names the ASGI factory of `web` instead of importing it; the name resolves."""
    module, _, factory = serve.API.partition(":")
    assert callable(getattr(importlib.import_module(module), factory))


@pytest.mark.parametrize(("readme", "line"), TYPED)
def test_commands_in_the_readme_can_be_typed(readme: str, line: str) -> None:
    """Every `fenshen …` line of a README parses: the command, its options and its arguments exist."""
    words = shlex.split(line, comments=True)[1:]
    found = named(words)
    assert found is not None, f"{readme}: no such command"
    path, command = found
    command.parse_args(click.Context(command, info_name=" ".join(path)), words[len(path) :])


def test_the_readmes_show_the_same_commands() -> None:
    """Both languages teach the same commands in the same order."""
    first, second = (
        [named(shlex.split(line)[1:]) for readme, line in TYPED if readme == name] for name in READMES
    )
    assert [found and found[0] for found in first] == [found and found[0] for found in second]
    assert len(first) > 10


@pytest.mark.parametrize(
    "page", [*READMES, "AGENTS.md", *sorted(str(p.relative_to(ROOT)) for p in (ROOT / "docs").rglob("*.md"))]
)
def test_links_lead_somewhere(page: str) -> None:
    """A link to a file of the repository names one."""
    targets = [link for link in LINK.findall(text_of(page)) if "://" not in link]
    gone = [link for link in targets if not ((ROOT / page).parent / link).exists()]
    assert set(gone) - MADE_LATER == set()


def test_every_dependency_and_model_is_in_the_notices() -> None:
    """Whoever ships this finds every direct dependency and every model with its licence."""
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    wanted = [*project["dependencies"]]
    for extra in ("train", "voice", "fetch"):
        wanted += project["optional-dependencies"][extra]
    notices = text_of("THIRD_PARTY_NOTICES.md").lower()
    names = {re.sub(r"[-_.]+", "-", Requirement(line).name).lower() for line in wanted} | set(CATALOG)
    assert {name for name in names if f"| {name} |" not in notices} == set()


def test_no_file_knows_somebodys_machine() -> None:
    """No tracked text file holds an absolute path of the machine it was written on."""
    found = []
    for name in tracked():
        content = (ROOT / name).read_bytes()
        if b"\0" not in content and any(path.encode() in content for path in PRIVATE_PATHS):
            found.append(name)
    assert found == []


def named(words: list[str]) -> tuple[tuple[str, ...], click.Command] | None:
    """The command that `words` begin with, and the words that name it."""
    for length in (2, 1):
        path = tuple(words[:length])
        if path in COMMANDS:
            return path, COMMANDS[path]
    return None
