"""What the stages leave for each other in the work folder, beside the warehouse."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from flows.editions import Compared
from flows.job import Job
from flows.ledger import Decision, Extract
from flows.plan.models import Plan


def read_plan(job: Job) -> Plan:
    """Return the configuration as it was when the run began."""
    return Plan.model_validate_json(job.plan_file.read_bytes())


def _facts(job: Job) -> dict[str, Any]:
    return dict(json.loads((job.work / "extracts.json").read_bytes()))


def read_extracts(job: Job) -> list[Extract]:
    """Return the manifest rows that the run may use, oldest first within a source."""
    return _extracts(job, "extracts")


def read_superseded(job: Job) -> list[Extract]:
    """Return the manifest rows of the files that those took the place of: for comparison, never for a figure."""
    return _extracts(job, "superseded")


def _extracts(job: Job, key: str) -> list[Extract]:
    return [Extract(**{**row, "received": dt.date.fromisoformat(row["received"])}) for row in _facts(job)[key]]


def read_inputs(job: Job) -> str:
    """Return the hash of everything the briefing is made from."""
    return str(_facts(job)["inputs_sha256"])


def read_compared(job: Job) -> Compared | None:
    """Return the edition of an earlier meeting that the figures are compared with, if there is one."""
    found = _facts(job)["compared"]
    if found is None:
        return None
    days = {name: dt.date.fromisoformat(found[name]) for name in ("meeting", "as_of")}
    received = {name: dt.date.fromisoformat(text) for name, text in found["received"].items()}
    return Compared(**{**found, **days, "received": received})


def read_missing(job: Job) -> list[str]:
    """Return a sentence for each source without a file, and each period for which another's file came."""
    return list(_facts(job)["missing"])


def read_refused(job: Job) -> list[dict[str, Any]]:
    """Return each file that was refused because it may hold personal data, as the review tells of it."""
    return list(_facts(job)["refused"])


def read_manifest(job: Job) -> list[dict[str, Any]]:
    """Return the lines of the manifest as of the run's day, with dates as text."""
    return list(_facts(job)["manifest"])


def read_unreadable(job: Job) -> list[str]:
    """Return a sentence for each file that was received and could not be read."""
    return list(json.loads((job.work / "unreadable.json").read_bytes()))


def read_decisions(job: Job) -> list[Decision]:
    """Return the officers' decisions that count for this briefing."""
    days = ("on_day", "recorded_on")
    return [
        Decision(**{**row, **{day: dt.date.fromisoformat(row[day]) for day in days}, "withdrawn_on": None})
        for row in _facts(job)["decisions"]
    ]


def read_received(job: Job) -> dict[str, dict[str, Any]]:
    """Return how each extract was read, by its id: rows read, staged, rejected and blank, or the `problem`.

    Nothing if the run stopped before any was.
    """
    path = job.work / "received.json"
    return dict(json.loads(path.read_bytes())) if path.is_file() else {}
