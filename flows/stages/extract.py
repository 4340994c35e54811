"""extract: fetch every source's files into the store, and settle which of them this briefing may use."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from prefect import task

from flows.calendar import performance_meeting
from flows.extraction import fetch_extracts, require_clean, require_sources, usable_extracts
from flows.job import Job
from flows.ledger import Extract, Ledger
from flows.plan.loader import load_plan
from flows.plan.models import Plan
from flows.settings import CHECKOUT
from flows.store import Store
from flows.wording.narrative import read_narratives

# What the outputs depend on beside the panel's files: the program itself and the versions it runs with.
PROGRAM = ("flows", "sql", "templates", "expectations")


def extract(job: Job) -> str:
    """Fetch, and leave the checked plan, the usable manifest rows and the run's facts in the work folder.

    Returns the hash of everything the briefing is made from. Raises PlanFaults, MissingSource.
    """
    plan = load_plan(job.panel)
    performance_meeting(plan, job.meeting)
    # Read here too, so that a fault in a commentary is told before the work is done.
    read_narratives(job.narrative, job.as_of, {one.id for version in plan.plans for one in version.objectives})
    ledger = Ledger(job.ledger, plan.panel.name)
    try:
        fetched = fetch_extracts(plan, job.panel, Store(job.store), ledger, job.today)
        usable = usable_extracts(plan, ledger, job.as_of)
    finally:
        ledger.close()
    refused = require_clean(plan, fetched, job.as_of)
    missing = [*refused, *require_sources(plan, usable, fetched, job.as_of)]
    # What an interrupted run left is of no use to anyone, and whether the briefing is held is found anew.
    job.held.unlink(missing_ok=True)
    shutil.rmtree(job.work, ignore_errors=True)
    job.work.mkdir(parents=True)
    job.plan_file.write_text(plan.model_dump_json(), encoding="utf-8")
    inputs = inputs_sha256(job, plan, usable, refused)
    facts = {"inputs_sha256": inputs, "missing": missing, "extracts": [_plain(one) for one in usable]}
    (job.work / "extracts.json").write_text(json.dumps(facts), encoding="utf-8")
    return inputs


def _plain(extract_row: Extract) -> dict[str, str | int]:
    return {**vars(extract_row), "received": extract_row.received.isoformat()}


def inputs_sha256(job: Job, plan: Plan, usable: list[Extract], refused: Sequence[str] = ()) -> str:
    """Return one hash over the extracts, the panel's files, its narrative, the program, the meeting and `as_of`."""
    digest = hashlib.sha256()
    for one in usable:
        digest.update(f"{one.source} {one.sha256} {one.name} {one.received}\n".encode())
    for sentence in refused:
        digest.update(f"{sentence}\n".encode())
    digest.update(f"{plan.sha256} {job.meeting} {job.as_of}\n".encode())
    files = [*job.narrative.glob("*.md"), CHECKOUT / "requirements.lock"]
    for folder in PROGRAM:
        files += [path for path in (CHECKOUT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    # In the order of their names inside panel and checkout: where these two lie must not matter.
    for name, path in sorted((_name(path, job.panel), path) for path in files):
        digest.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _name(path: Path, panel: Path) -> str:
    base = panel if path.is_relative_to(panel) else CHECKOUT
    return path.relative_to(base).as_posix()


extract_task = task(name="Fetch the extracts")(extract)
