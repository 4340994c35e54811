"""Settling: what was checked is kept with its review page, and what no officer accepted holds the briefing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from flows.errors import BriefingHeld
from flows.job import Job
from flows.review.gather import gather_review
from flows.review.holding import hold, keep_review
from flows.review.model import Review
from flows.validation import CheckResult

if TYPE_CHECKING:
    import duckdb

CHECKS = "validation.json"


def settle(job: Job, connection: duckdb.DuckDBPyConnection, results: Sequence[CheckResult]) -> None:
    """Keep the results and their review page in the work folder; `results` name the files that are at fault.

    Raises BriefingHeld if a critical expectation failed or crashed and no officer accepted it; the review page and
    `held.json` then stay beside the editions.
    """
    review = gather_review(connection, job, results, job.work / "review")
    kept = json.dumps([asdict(one) for one in results], indent=1)
    (job.work / CHECKS).write_text(kept, encoding="utf-8")
    if review.holding:
        _hold(job, review, results)
    keep_review(job, review)


def kept_checks(job: Job) -> list[CheckResult]:
    """Return the results that this run has settled so far."""
    rows = json.loads((job.work / CHECKS).read_bytes())
    return [CheckResult(**{**row, "extracts": tuple(row["extracts"])}) for row in rows]


def _hold(job: Job, review: Review, results: Sequence[CheckResult]) -> None:
    holding = {
        (one.table, one.expectation, frozenset(file.extract for file in one.files)): one for one in review.holding
    }
    critical = [(holding[key], one) for one in results if (key := _about(one)) in holding]
    job.held.write_text(json.dumps([asdict(one) for _, one in critical], indent=1) + "\n", encoding="utf-8")
    hold(job, review)
    lines = "\n".join(f"  [{failure.id}] {one.table}: {one.message} {one.detail}".rstrip() for failure, one in critical)
    raise BriefingHeld(
        f"the briefing is held, because {len(critical)} critical check(s) did not pass:\n{lines}\n",
        remedy=f"Open {job.review.name}/index.html beside the editions: it shows the rows and what you can do. "
        f"Or ask for a mended file, then run again. The findings are in {job.held.name} there too.",
    )


def _about(result: CheckResult) -> tuple[str, str, frozenset[str]]:
    return result.table, result.expectation, frozenset(result.extracts)
