"""validate: run every suite over the staged tables; a critical failure holds the briefing until an officer decides."""

from __future__ import annotations

import json
from dataclasses import asdict

from prefect import task

from flows.errors import BriefingHeld
from flows.job import Job
from flows.review.failing import locate
from flows.review.gather import gather_review
from flows.review.holding import hold, keep_review
from flows.review.model import Review
from flows.sources import LAYOUTS
from flows.store import Store
from flows.validation import CheckResult
from flows.validation_cache import validate_kept
from flows.warehouse import open_warehouse


def validate(job: Job) -> list[CheckResult]:
    """Return the results of the suites of every table with something received; keep them, and the review page.

    Raises BriefingHeld if a critical expectation failed or crashed and no officer accepted it; the review page and
    `held.json` then stay beside the editions.
    """
    results = validate_kept(job.warehouse, _tables(job), Store(job.store).checks)
    with open_warehouse(job.warehouse, read_only=True) as connection:
        results = locate(connection, results)
        review = gather_review(connection, job, results, job.work / "review")
    kept = json.dumps([asdict(one) for one in results], indent=1)
    (job.work / "validation.json").write_text(kept, encoding="utf-8")
    if review.holding:
        _hold(job, review, results)
    keep_review(job, review)
    return results


def _hold(job: Job, review: Review, results: list[CheckResult]) -> None:
    holding = {(one.table, one.expectation): one for one in review.holding}
    critical = [one for one in results if (one.table, one.expectation) in holding]
    job.held.write_text(json.dumps([asdict(one) for one in critical], indent=1) + "\n", encoding="utf-8")
    hold(job, review)
    lines = "\n".join(
        f"  [{holding[one.table, one.expectation].id}] {one.table}: {one.message} {one.detail}".rstrip()
        for one in critical
    )
    raise BriefingHeld(
        f"the briefing is held, because {len(critical)} critical check(s) did not pass:\n{lines}\n",
        remedy=f"Open {job.review.name}/index.html beside the editions: it shows the rows and what you can do. "
        f"Or ask for a mended file, then run again. The findings are in {job.held.name} there too.",
    )


def _tables(job: Job) -> list[str]:
    """Return the tables that anything was received for; a missing source is said elsewhere."""
    with open_warehouse(job.warehouse, read_only=True) as connection:
        received = {row[0] for row in connection.execute("SELECT DISTINCT source FROM extract_file").fetchall()}
        layouts = connection.execute("SELECT source, layout FROM plan_source").fetchall()
    return [LAYOUTS[layout].table for source, layout in layouts if source in received]


validate_task = task(name="Check the extracts")(validate)
