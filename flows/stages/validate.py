"""validate: run every suite over the staged tables; a critical failure holds the briefing for an officer."""

from __future__ import annotations

import json
from dataclasses import asdict

from prefect import task

from flows.errors import BriefingHeld
from flows.job import Job
from flows.sources import LAYOUTS
from flows.store import Store
from flows.validation import CheckResult
from flows.validation_cache import validate_kept
from flows.warehouse import open_warehouse


def validate(job: Job) -> list[CheckResult]:
    """Return the results of the suites of every table with something received, and keep them in the work folder.

    Raises BriefingHeld if a critical expectation failed or crashed; what did stays in `held.json` beside the editions.
    """
    results = validate_kept(job.warehouse, _tables(job), Store(job.store).checks)
    kept = json.dumps([asdict(one) for one in results], indent=1)
    (job.work / "validation.json").write_text(kept, encoding="utf-8")
    critical = [one for one in results if one.is_critical]
    if critical:
        job.held.write_text(json.dumps([asdict(one) for one in critical], indent=1) + "\n", encoding="utf-8")
        lines = "\n".join(f"  {one.table}: {one.message} {one.detail}".rstrip() for one in critical)
        raise BriefingHeld(
            f"the briefing is held, because {len(critical)} critical check(s) did not pass:\n{lines}\n",
            remedy=f"Ask for a mended file, then run again. The findings are in {job.held.name} beside the editions.",
        )
    return results


def _tables(job: Job) -> list[str]:
    """Return the tables that anything was received for; a missing source is said elsewhere."""
    with open_warehouse(job.warehouse, read_only=True) as connection:
        received = {row[0] for row in connection.execute("SELECT DISTINCT source FROM extract_file").fetchall()}
        layouts = connection.execute("SELECT source, layout FROM plan_source").fetchall()
    return [LAYOUTS[layout].table for source, layout in layouts if source in received]


validate_task = task(name="Check the extracts")(validate)
