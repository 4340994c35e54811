"""Editions: the finished folders of a meeting, and how a work folder becomes one in a single step."""

from __future__ import annotations

from pathlib import Path

from flows.job import Job
from flows.ledger import Edition, Ledger

DRAFT = "draft-"


def same_edition(job: Job, panel: str, inputs_sha256: str) -> str:
    """Return the newest edition's name if it was made from the same inputs and is whole, else an empty string."""
    ledger = Ledger(job.ledger, panel)
    try:
        made = ledger.editions(job.meeting)
    finally:
        ledger.close()
    if not made or made[-1].inputs_sha256 != inputs_sha256:
        return ""
    whole = (job.editions / made[-1].name / "provenance.json").is_file()
    return made[-1].name if whole else ""


def finish_edition(job: Job, panel: str, inputs_sha256: str) -> str:
    """Make the work folder the meeting's next draft by one rename, note it in the ledger, and return its name."""
    ledger = Ledger(job.ledger, panel)
    try:
        taken = [one.name for one in ledger.editions(job.meeting)]
        taken += [path.name for path in job.editions.glob(f"{DRAFT}*")]
        number = max((int(name.removeprefix(DRAFT)) for name in taken), default=0) + 1
        name = f"{DRAFT}{number}"
        job.work.rename(job.editions / name)
        ledger.record_edition(job.meeting, Edition(name, inputs_sha256, job.as_of), job.today)
    finally:
        ledger.close()
    return name


def newest_edition(home: Path, meeting: str = "") -> Path | None:
    """Return the newest edition's folder of a meeting, or of the latest meeting that has one."""
    found = [
        path for path in (home / "briefings").glob(f"{meeting or '*'}/{DRAFT}*") if (path / "provenance.json").is_file()
    ]
    return max(found, key=lambda path: (path.parent.name, int(path.name.removeprefix(DRAFT))), default=None)
