"""validate: run every suite over the staged tables; a critical failure holds the briefing until an officer decides."""

from __future__ import annotations

from prefect import task

from flows.job import Job
from flows.review.failing import locate
from flows.review.settling import settle
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
        settle(job, connection, results)
    return results


def _tables(job: Job) -> list[str]:
    """Return the tables that anything was received for; a missing source is said elsewhere."""
    with open_warehouse(job.warehouse, read_only=True) as connection:
        received = {row[0] for row in connection.execute("SELECT DISTINCT source FROM extract_file").fetchall()}
        layouts = connection.execute("SELECT source, layout FROM plan_source").fetchall()
    return [LAYOUTS[layout].table for source, layout in layouts if source in received]


validate_task = task(name="Check the extracts")(validate)
