"""Runs of the seven stages in a process of their own, to be killed: the stages are called as the flow calls them."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import sqlite3
from pathlib import Path

from flows.editions import passing_work, same_edition
from flows.job import Job
from flows.stages.brief import brief
from flows.stages.deliver import deliver
from flows.stages.extract import extract
from flows.stages.flag import flag
from flows.stages.measure import measure
from flows.stages.stage import stage
from flows.stages.validate import validate
from flows.validation import warm_up
from flows.work import read_plan

BOUNDARIES = ("begin", "extract", "stage", "validate", "measure", "flag", "brief", "deliver")
# Children are forked from one clean process that has imported this module, so a run takes no time to begin.
FORKED = multiprocessing.get_context("forkserver")
FORKED.set_forkserver_preload([__name__])
warm_up()


def run(job: Job, killed_after: str = "") -> None:
    """Run the seven stages; the process kills itself once the stage of that name is done."""

    def reached(boundary: str) -> None:
        if boundary == killed_after:
            os.kill(os.getpid(), signal.SIGKILL)

    with passing_work(job):
        reached("begin")
        inputs = extract(job)
        reached("extract")
        edition = same_edition(job, read_plan(job).panel.name, inputs)
        if not edition:
            for name, one in (("stage", stage), ("validate", validate), ("measure", measure), ("flag", flag)):
                one(job)  # type: ignore[operator]
                reached(name)
            edition = brief(job)
            reached("brief")
        deliver(job, edition)
        reached("deliver")


def exit_code_of(job: Job, killed_after: str = "", kill_after_seconds: float | None = None) -> int:
    """Return how a run in a forked child ended: 0, or minus the signal that killed it."""
    child = FORKED.Process(target=run, args=(job, killed_after))
    child.start()
    child.join(kill_after_seconds)
    if kill_after_seconds is not None and child.is_alive():
        child.kill()
    child.join()
    return int(child.exitcode or 0)


def left_in(home: Path) -> dict[str, str]:
    """Return the sha256 of every file that runs left, but for locks, the ledger and the warehouse."""
    passed = {"ledger.sqlite", "warehouse.duckdb"}
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*")
        if path.is_file() and path.name not in passed and not path.name.endswith(".lock")
    }


def ledger_rows(home: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the ledger, by table."""
    with sqlite3.connect(home / "ledger.sqlite") as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}
    connection.close()
    return rows
