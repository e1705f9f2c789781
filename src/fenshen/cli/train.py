"""`train` and `recipes`: from a library to a trained version, after a look at what it will take."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from fenshen.cli.output import (
    JsonFlag,
    Slug,
    console,
    errors,
    opened_app,
    print_json,
    print_table,
    say,
    shown_progress,
)
from fenshen.cli.preferences import train_preferred
from fenshen.cli.serve import tell_base_trouble
from fenshen.core.errors import UsageError
from fenshen.training import versions
from fenshen.training.job import JobSpec
from fenshen.training.preflight import PreflightReport
from fenshen.training.rebase import rebase_job, rebase_parent
from fenshen.training.recipe import DEFAULT, SUFFIX, Recipe, recipes
from fenshen.wiring import App


def add_commands(cli: typer.Typer) -> None:
    """Hang the commands into `cli`."""
    cli.command("train")(train)
    cli.command("recipes")(list_recipes)


def train(
    slug: Slug,
    base: Annotated[
        str | None, typer.Option(help="Catalog name, GGUF file or safetensors folder; default: FENSHEN_BASE.")
    ] = None,
    recipe: Annotated[
        str | None,
        typer.Option(
            help=f"Name (`fenshen recipes`) or a TOML file; default: {DEFAULT}, or the ported version's."
        ),
    ] = None,
    minutes: Annotated[float, typer.Option(min=0.1, max=10_000, help="Time budget.")] = 4.0,
    from_version: Annotated[
        str | None, typer.Option("--from", help="Replay the dataset of this version on the base.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="From the library as it stands now, not an earlier dataset.")
    ] = False,
    prefer: Annotated[
        bool, typer.Option("--prefer", help="Go on from the newest version by what people preferred.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Go on from the live version with what is new since.")
    ] = False,
    only_plan: Annotated[bool, typer.Option("--plan", help="Say what it would take, and stop.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before the start.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Retrain the base on the library; run again after a kill to go on.

    With --base another than the twin's, what the twin's version learned is ported to it.
    """
    if prefer:
        if base is not None or recipe is not None or fresh or from_version is not None:
            raise UsageError("--prefer goes on from the newest version as it is; give --minutes at most")
        train_preferred(slug, minutes, as_json)
        return
    if fresh and from_version is not None:
        raise UsageError("--fresh and --from exclude each other")
    if update and (base is not None or fresh or from_version is not None):
        raise UsageError(
            "--update goes on from the live version as it is; give --recipe and --minutes at most"
        )
    chosen = None if recipe is None else _absolute(recipe)
    with opened_app() as app:
        if update:
            order = app.scheduling.update_order(slug, chosen or DEFAULT, minutes)
        else:
            order = _order(app, slug, base, chosen, minutes, from_version, fresh)
        plan = app.training.plan(order)
        if only_plan:
            tell_base_trouble(app.settings)
            print_json(plan) if as_json else show_plan(plan)
            return
        _agree(plan, silently=as_json or yes, shown=not as_json)
        with shown_progress("train") as progress:
            version = app.training.train(order, progress)
    if as_json:
        print_json(version)
    else:
        say(f"version {version.id}; next: fenshen eval {slug}")


def _order(
    app: App,
    slug: str,
    base: str | None,
    recipe: str | None,
    minutes: float,
    from_version: str | None,
    fresh: bool,
) -> JobSpec:
    """From the library, or what an earlier version learned again on another base."""
    wanted = base or app.settings.base
    if fresh or (base is None and from_version is None):
        return JobSpec(slug, wanted, recipe or DEFAULT, minutes)
    found = versions.list_versions(app.db, slug)
    parent = rebase_parent(found, wanted, from_version)
    if parent is None:
        return JobSpec(slug, wanted, recipe or DEFAULT, minutes)
    return rebase_job(found, parent, wanted, recipe, minutes)


def _agree(plan: PreflightReport, *, silently: bool, shown: bool) -> None:
    """Show the plan and ask whoever sits at the terminal.

    Raises:
        BadInput: `does_not_fit`.
    """
    plan.require()
    if shown:
        show_plan(plan)
    if _can_ask() and not silently:
        typer.confirm("Start?", default=True, abort=True, err=True)


def show_plan(plan: PreflightReport) -> None:
    """The plan in a few lines for people."""
    size = "" if plan.parameters is None else f" ({plan.parameters / 1e6:,.0f} million weights)"
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(plan.examples.items()))
    speed = "" if plan.tokens_per_s is None else f" at {plan.tokens_per_s:,.0f} tokens/s, as last time"
    passes = "" if plan.passes is None else f", each example about {plan.passes:.1f} times"
    needed = "not known" if plan.memory_bytes is None else f"about {plan.memory_bytes / 1e9:.1f} GB"
    lines = {
        "base": f"{plan.base}{size}",
        "recipe": f"{plan.recipe} on {plan.device}",
        "data": f"{sum(plan.examples.values())} examples ({kinds}), about {plan.tokens:,} tokens a pass",
        "time": f"about {plan.minutes:g} minutes of training{speed}{passes}; loading and files come on top",
        "memory": f"{needed} of {plan.memory_free_bytes / 1e9:.1f} GB free",
        "verdict": plan.why if plan.fits else f"does not fit: {plan.why}",
    }
    for name, text in lines.items():
        console.print(f"{name + ':':<9}{text}", markup=False)
    for option in plan.instead:
        console.print(f"fits:    {option}", markup=False)


def list_recipes(as_json: JsonFlag = False) -> None:
    """The recipes that come along; `train --recipe FILE.toml` takes one of your own."""
    known = recipes().values()
    if as_json:
        print_json([asdict(recipe) | {"sha256": recipe.sha256} for recipe in known])
        return
    rows = [(recipe.name, f"{recipe.about}\n{_choices(recipe)}") for recipe in known]
    print_table(["recipe", "for, and how"], rows)


def _choices(recipe: Recipe) -> str:
    """The main choices in a line or two."""
    words = [
        recipe.base,
        f"LoRA {recipe.rank}",
        f"upper {recipe.upper_layers} layers" if recipe.upper_layers else "all layers",
        f"{recipe.rows_per_step} x {recipe.row_tokens} tokens a step",
        f"rate {recipe.learning_rate:g}",
        "4 bit" if recipe.four_bit else recipe.dtype,
        *(["checkpointing"] if recipe.checkpointing else []),
        recipe.device + (f" x {recipe.workers}" if recipe.workers > 1 else ""),
    ]
    return ", ".join(words)


def _absolute(recipe: str) -> str:
    """A recipe file is named by its full path, so that the order means the same anywhere."""
    return str(Path(recipe).resolve()) if recipe.endswith(SUFFIX) else recipe


def _can_ask() -> bool:
    return sys.stdin.isatty() and errors.is_terminal
