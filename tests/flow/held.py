"""A briefing that is held: the example's service return with faults put in, and the review commands to settle it."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.editions import passing_work
from flows.errors import BriefingHeld
from flows.job import Job
from tests.flow.preparing import SERVICE, copy_panel, job_for, prepare


def faulty_panel(folder: Path) -> Path:
    """Return a panel whose service return says more for the force than for its areas, and one figure twice."""
    panel = copy_panel(folder)
    path = panel / SERVICE
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert lines[1].startswith("calls_999_within_10_seconds,Wiltshire,2019-04,8217,")
    lines[1] = lines[1].replace(",8217,", ",8317,")
    lines.append(lines[-1])
    path.write_text("".join(lines), encoding="utf-8")
    return panel


def held_job(folder: Path) -> Job:
    """Return the job of a briefing that is held for two failed checks."""
    job = job_for(faulty_panel(folder), folder / "home")
    hold_again(job)
    return job


def hold_again(job: Job) -> str:
    """Prepare a briefing that is held, and return what is said."""
    with pytest.raises(BriefingHeld) as raised, passing_work(job):
        prepare(job)
    return raised.value.text()


def prepared(job: Job) -> Path:
    """Prepare a briefing that is not held, and return its edition."""
    with passing_work(job):
        return prepare(job)


def review(job: Job, *arguments: str) -> str:
    """Return what `panelbrief review` prints; raises what it raises."""
    done = CliRunner().invoke(app, ["review", *arguments, "--home", str(job.home)], catch_exceptions=True)
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output
