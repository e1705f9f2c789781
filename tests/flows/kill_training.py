"""Trains a tiny base in children that are killed, and tells how it ended: `HOME KILLS`, one JSON line.

The libraries are loaded once and every training is a fork, so that twenty kills cost seconds. A step is one
virtual second, so the schedule is that of an uninterrupted run however often it begins again.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from fenshen.core.clock import VirtualClock
from fenshen.core.db import Database
from fenshen.core.errors import Busy
from fenshen.core.ids import RandomIds
from fenshen.core.installation import Installation
from fenshen.library.items import Item, insert_item
from fenshen.library.passages import Passage
from fenshen.training import loop, run, train
from fenshen.training.job import Control, JobSpec
from tiny_base import make_base, write_header

#: Virtual seconds, which are steps.
STEPS = 110
CHECKPOINT_EVERY = 3.0
BUSY = 6
#: PEFT and transformers come with it, once, before the first fork.
LOADED = run.TrainingRun


def stock(home: Path) -> None:
    """A library of forty-four short posts, and the base."""
    home.mkdir(parents=True)
    db = Database(f"sqlite:///{home / 'fenshen.db'}")
    db.create_all()
    for number in range(44):
        item = Item(
            id=f"item_{number}",
            creator="juniper",
            path=f"{number}.md",
            title=f"About kettle {number}",
            kind="post",
            language="en",
            published=date(2024, 1 + number // 28, 1 + number % 28),
            sha256=f"{number:064}",
            media_sha256=None,
            private=False,
            duration_s=None,
            words=40,
            added=datetime(2026, 1, 1, tzinfo=UTC),
            uses=("train", "cite"),
        )
        texts = [f"Kettle {number} is sulking about part {part}. " * 3 for part in range(2)]
        passages = [
            Passage(
                id=f"psg_{number}_{part}",
                item_id=item.id,
                creator="juniper",
                ordinal=part,
                start_s=None,
                end_s=None,
                anchor=f"p={part + 1}",
                speaker=None,
                is_creator=True,
                text=text,
                language="en",
            )
            for part, text in enumerate(texts)
        ]
        with db.write() as connection:
            insert_item(connection, item, passages)
    db.close()
    write_header(home / "tiny.gguf")


def begin(home: Path, pause_s: float = 0.0) -> int:
    """Fork a child that trains to the end; its process id."""
    child = os.fork()
    if child == 0:
        try:
            _train(home, pause_s)
        except Busy:
            os._exit(BUSY)
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def _train(home: Path, pause_s: float) -> None:
    file = write_header(home / f"base-{os.getpid()}.gguf")
    train.find_base = lambda name, folder: file
    loop.CHECKPOINT_EVERY_S = CHECKPOINT_EVERY
    clock = VirtualClock()

    def step() -> None:
        time.sleep(pause_s)
        clock.advance(1.0)

    db = Database(f"sqlite:///{home / 'fenshen.db'}")
    order = JobSpec("juniper", "tiny", minutes=STEPS / 60)
    train.train(
        Installation(db, clock, RandomIds(), home), order, control=Control(before_step=step), load=make_base
    )


def written(home: Path) -> int:
    """Steps on record so far."""
    return sum(len(path.read_bytes().splitlines()) for path in home.glob("versions/*/loss.jsonl"))


def ended(child: int) -> int:
    """Wait for a child; its exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _is_over(child: int) -> bool:
    """Whether the child has ended; it still waits to be asked for its code."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def kill_at_random(home: Path, kills: int, seed: int) -> list[int]:
    """Kill the training again and again after a few more steps; how far it was each time."""
    chance, reached = random.Random(seed), []
    for _ in range(kills):
        before = written(home)
        child = begin(home, pause_s=0.005)
        goal = before + chance.randint(0, 3)
        while written(home) < goal and not _is_over(child):
            time.sleep(0.0005)
        time.sleep(chance.random() * 0.02)
        os.kill(child, signal.SIGKILL)
        if (code := ended(child)) != -signal.SIGKILL:
            raise SystemExit(f"it ended with {code} before it was killed")
        reached.append(written(home))
    return reached


def main(home: Path, kills: int) -> None:
    """An uninterrupted run, a killed one, and two at once."""
    whole, killed, twice = home / "whole", home / "killed", home / "twice"
    for place in (whole, killed, twice):
        stock(place)
    codes = {"whole": ended(begin(whole))}
    reached = kill_at_random(killed, kills, seed=4)
    codes["killed"] = ended(begin(killed))
    both = [begin(twice, pause_s=0.01), begin(twice, pause_s=0.01)]
    codes["twice"] = sorted(ended(child) for child in both)
    print(json.dumps({"codes": codes, "reached": reached}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
