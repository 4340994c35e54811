"""Holding a briefing: what did not pass is kept beside the editions, and nothing is sent until somebody has looked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from flows.errors import BriefingHeld
from flows.job import Job
from flows.validation import CheckResult


def hold_if_critical(job: Job, results: Sequence[CheckResult], remedy: str) -> None:
    """Write the critical results to `held.json` and raise BriefingHeld; do nothing if there is none."""
    critical = [one for one in results if one.is_critical]
    if not critical:
        return
    job.held.write_text(json.dumps([asdict(one) for one in critical], indent=1) + "\n", encoding="utf-8")
    lines = "\n".join(f"  {one.table}: {one.message} {one.detail}".rstrip() for one in critical)
    raise BriefingHeld(
        f"the briefing is held, because {len(critical)} critical check(s) did not pass:\n{lines}\n",
        remedy=f"{remedy} The findings are in {job.held.name} beside the editions.",
    )
