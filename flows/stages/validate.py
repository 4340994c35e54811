"""validate: run every suite over the staged tables; a critical failure holds the briefing for an officer."""

from __future__ import annotations

import json
from dataclasses import asdict

from prefect import task

from flows.holding import hold_if_critical
from flows.job import Job
from flows.sources import LAYOUTS
from flows.validation import CheckResult, validate_tables
from flows.warehouse import open_warehouse


def validate(job: Job) -> list[CheckResult]:
    """Return the results of the suites of every table with something received, and keep them in the work folder.

    Raises BriefingHeld if a critical expectation failed or crashed; what did stays in `held.json` beside the editions.
    """
    results = validate_tables(job.warehouse, _tables(job))
    kept = json.dumps([asdict(one) for one in results], indent=1)
    (job.work / "validation.json").write_text(kept, encoding="utf-8")
    hold_if_critical(job, results, "Ask for a mended file, or correct it in the open, then run again.")
    return results


def _tables(job: Job) -> list[str]:
    """Return the tables that anything was received for; a missing source is said elsewhere."""
    with open_warehouse(job.warehouse, read_only=True) as connection:
        received = {row[0] for row in connection.execute("SELECT DISTINCT source FROM extract_file").fetchall()}
        layouts = connection.execute("SELECT source, layout FROM plan_source").fetchall()
    return [LAYOUTS[layout].table for source, layout in layouts if source in received]


validate_task = task(name="Check the extracts")(validate)
