"""Panels to try things on, and a whole briefing made by the plain stage functions, without Prefect's server."""

from __future__ import annotations

import atexit
import csv
import datetime as dt
import functools
import gzip
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from flows.job import Job
from flows.settings import EXAMPLE
from flows.stages.brief import brief
from flows.stages.deliver import deliver
from flows.stages.extract import extract as extract_at_once
from flows.stages.flag import flag
from flows.stages.measure import measure
from flows.stages.stage import stage
from flows.stages.validate import validate

MEETING = dt.date(2023, 9, 14)
AS_OF = dt.date(2023, 9, 1)
OUTPUTS = ("briefing.html", "briefing.pdf", "email.eml", "figures.csv", "provenance.json")
HOME_OFFICE = "extracts/home_office_prc/recorded-crime-by-subgroup-2012-13-to-2023-24-q1.csv.gz"
SERVICE = "extracts/service_return/service-return-2019-04-to-2023-06.csv"
# Quarters that the Home Office table lacks.
ABSENT = ("2015-04-01", "2015-07-01", "2015-10-01", "2016-01-01")


def copy_panel(folder: Path) -> Path:
    """Return a copy of the example's panel to spoil."""
    return Path(shutil.copytree(EXAMPLE, folder / "panel"))


def edit(path: Path, change: Callable[[Any], None]) -> None:
    """Change what a YAML file holds."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def set_source(panel: Path, source: str, **keys: Any) -> None:
    """Change keys of one source of a panel."""

    def change(content: Any) -> None:
        next(one for one in content["sources"] if one["id"] == source).update(keys)

    edit(panel / "sources.yml", change)


def job_for(panel: Path, home: Path, as_of: dt.date = AS_OF) -> Job:
    """Return the job of preparing the example's meeting with that panel, in that home.

    A new home knows the example's own files, as one does after its first briefing: what is not spoilt is not staged and
    checked again.
    """
    if not home.exists():
        shutil.copytree(_known(), home / "store")
    return new_job(panel, home, as_of)


@functools.cache
def _known() -> Path:
    """Return a store that holds the example's files staged and checked."""
    folder = Path(tempfile.mkdtemp(prefix="panelbrief-known-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    job = new_job(EXAMPLE, folder / "home")
    for room in (extract, stage, validate):
        room(job)
    for path in (job.store / "files", *job.store.rglob(".lock")):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return job.store


def new_job(panel: Path, home: Path, as_of: dt.date = AS_OF) -> Job:
    """Return that job in a home where nothing has been prepared before."""
    return Job(panel=panel.resolve(), home=home.resolve(), meeting=MEETING, as_of=as_of, today=as_of)


def settle(panel: Path) -> None:
    """Make the files that a test has just written ten minutes old: a run looks twice at what may still be arriving."""
    for path in (panel / "extracts").rglob("*"):
        age = time.time() - path.stat().st_mtime
        if path.is_file() and 0 <= age < 120:
            os.utime(path, (time.time() - 600, path.stat().st_mtime - 600))


def extract(job: Job) -> str:
    """Return what the extract stage does, without its wait for files that are still arriving."""
    settle(job.panel)
    return extract_at_once(job)


def prepare(job: Job) -> Path:
    """Return the folder of a new edition, made by all seven stages."""
    extract(job)
    stage(job)
    validate(job)
    measure(job)
    flag(job)
    edition = brief(job)
    deliver(job, edition)
    return job.editions / edition


def figures(edition: Path) -> list[dict[str, str]]:
    """Return the rows of an edition's figures.csv."""
    with (edition / "figures.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def page(edition: Path) -> str:
    """Return an edition's page."""
    return (edition / "briefing.html").read_text(encoding="utf-8")


def indicators_of(source: str) -> set[str]:
    """Return the ids of the example's indicators that are made from a source."""
    content = yaml.safe_load((EXAMPLE / "indicators.yml").read_text(encoding="utf-8"))
    return {one["id"] for one in content["indicators"] if one["source"] == source}


def home_office_records() -> list[list[str]]:
    """Return every record of the example's Home Office table; the first is the header."""
    with gzip.open(EXAMPLE / HOME_OFFICE, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def assert_nothing_made(job: Job) -> None:
    """Assert that a run left no edition and sent nothing, but to officers that the briefing is held."""
    assert not list(job.home.rglob("draft-*"))
    assert not [path for path in job.home.rglob("*.eml") if not path.is_relative_to(job.held_outbox)]
    assert not list(job.home.rglob("provenance.json"))


def assert_whole(edition: Path) -> None:
    """Assert that every file of an edition is there, not empty, and nothing of an unfinished run is beside it."""
    for name in OUTPUTS:
        assert (edition / name).stat().st_size > 0, name
    assert not (edition.parent / ".being-made").exists()
    record = json.loads((edition / "provenance.json").read_bytes())
    assert sorted(record["outputs"]) == sorted(name for name in OUTPUTS if name != "provenance.json")
