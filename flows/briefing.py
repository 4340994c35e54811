"""The flow that prepares one briefing: it calls the seven stages, and nothing else."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from prefect import flow
from prefect.artifacts import create_markdown_artifact

from flows.editions import passing_work, same_edition
from flows.job import Job
from flows.stages.brief import brief_task
from flows.stages.deliver import deliver_task
from flows.stages.extract import extract_task
from flows.stages.flag import flag_task
from flows.stages.measure import measure_task
from flows.stages.stage import stage_task
from flows.stages.validate import validate_task
from flows.work import read_plan


def _tell(at: int, words: str) -> None:
    print(f"{at} of 7  {words}", file=sys.stderr, flush=True)


@flow(name="Prepare briefing", flow_run_name="briefing for {meeting}, as of {as_of}")
def prepare_briefing(
    meeting: dt.date, as_of: dt.date, panel: Path, home: Path, today: dt.date, again: bool = False
) -> str:
    """Prepare the briefing for a meeting and return the folder of its edition.

    With nothing new since the last edition, and unless `again`, the last edition's folder is returned.
    """
    job = Job(panel=panel.resolve(), home=home.resolve(), meeting=meeting, as_of=as_of, today=today, again=again)
    with passing_work(job):
        return str(job.editions / _seven_stages(job))


def _seven_stages(job: Job) -> str:
    _tell(1, "Fetch the extracts")
    inputs = extract_task(job)
    kept = "" if job.again else same_edition(job, read_plan(job).panel.name, inputs)
    if kept:
        _tell(7, f"Nothing is new since {kept}, so no other draft is made (--again makes one)")
        # A run that was stopped after its edition was finished may have delivered it to some, or to none.
        deliver_task(job, kept)
        return kept
    _tell(2, "Read the extracts into tables")
    missing = stage_task(job)
    _tell(3, "Check the extracts")
    checks = validate_task(job)
    _tell(4, "Work out the figures")
    measure_task(job)
    _tell(5, "Find what has changed")
    flag_task(job)
    _tell(6, "Write the briefing")
    edition = brief_task(job)
    _tell(7, "Deliver it to the outbox")
    reached = deliver_task(job, edition)
    warnings = [one.message for one in checks if one.outcome != "passed"]
    lines = [
        f"# Briefing for {job.meeting}: {edition}",
        f"As of {job.as_of}. Delivered to {len(reached)} recipients.",
        "## Missing", *[f"- {line}" for line in missing or ["nothing"]],
        "## Warnings", *[f"- {line}" for line in warnings or ["none"]],
    ]  # fmt: skip
    summary = "\n\n".join(lines)
    create_markdown_artifact(key=f"briefing-{job.meeting}", markdown=summary, description="What was prepared")
    return edition
