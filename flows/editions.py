"""Editions: the finished folders of a meeting, and how a work folder becomes one in a single step."""

from __future__ import annotations

import datetime as dt
import fcntl
import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows.errors import PanelbriefError
from flows.job import Job
from flows.ledger import Edition, Ledger

DRAFT = "draft-"


@dataclass(frozen=True)
class Compared:
    """The edition of an earlier meeting that a briefing's figures are held against.

    `received` is the day on which each of its extracts counts as received, by the extract's id.
    """

    meeting: dt.date
    name: str
    as_of: dt.date
    figures_sha256: str
    received: dict[str, dt.date]


def last_published(job: Job, ledger: Ledger) -> tuple[Compared, Path] | None:
    """Return the edition to compare with and its figures.csv; None if there is none.

    That is the newest edition of the latest earlier meeting that has one: as yet every edition is a draft, and the
    newest is the one that the panel saw. An edition as of a later day than this briefing's is passed over.
    """
    for meeting, edition in ledger.earlier_editions(job.meeting):
        folder = job.home / "briefings" / meeting.isoformat() / edition.name
        if edition.as_of > job.as_of or not _is_whole(folder):
            continue
        figures = folder / "figures.csv"
        record = json.loads((folder / "provenance.json").read_bytes())
        received = {one["extract_id"]: dt.date.fromisoformat(one["received"]) for one in record["extracts"]}
        sha256 = hashlib.sha256(figures.read_bytes()).hexdigest()
        return Compared(meeting, edition.name, edition.as_of, sha256, received), figures
    return None


def same_edition(job: Job, panel: str, inputs_sha256: str) -> str:
    """Return the newest edition's name if it was made from the same inputs and is whole, else an empty string."""
    ledger = Ledger(job.ledger, panel)
    try:
        made = ledger.editions(job.meeting)
        unnoted = _unnoted_edition(job, made, inputs_sha256)
        if unnoted:
            ledger.record_edition(job.meeting, unnoted, job.today)
            made.append(unnoted)
    finally:
        ledger.close()
    if not made or made[-1].inputs_sha256 != inputs_sha256:
        return ""
    return made[-1].name if _is_whole(job.editions / made[-1].name) else ""


def _unnoted_edition(job: Job, made: list[Edition], inputs_sha256: str) -> Edition | None:
    """Return a whole edition of these inputs that no ledger row names: a run was killed between folder and row."""
    newest = max((_number(one.name) for one in made), default=0)
    for folder in job.editions.glob(f"{DRAFT}*"):
        if _number(folder.name) > newest and _is_whole(folder):
            record = json.loads((folder / "provenance.json").read_bytes())
            if (record["inputs_sha256"], record["as_of"]) == (inputs_sha256, job.as_of.isoformat()):
                return Edition(folder.name, inputs_sha256, job.as_of)
    return None


def _is_whole(folder: Path) -> bool:
    record = folder / "provenance.json"
    return record.is_file() and all((folder / name).is_file() for name in json.loads(record.read_bytes())["outputs"])


@contextmanager
def passing_work(job: Job) -> Iterator[None]:
    """See to it that one run at a time works on a meeting, and that no work folder is left when it ends.

    Raises PanelbriefError if another run is at it. The system lets go of the lock when a process ends, however it ends.
    """
    locks = job.home / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / f"{job.meeting}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise PanelbriefError(
                "another run is preparing this meeting's briefing.", where=str(job.meeting), remedy="Let it end first."
            ) from None
        try:
            yield
        finally:
            shutil.rmtree(job.work, ignore_errors=True)


def finish_edition(job: Job, panel: str, inputs_sha256: str) -> str:
    """Make the work folder the meeting's next draft by one rename, note it in the ledger, and return its name."""
    ledger = Ledger(job.ledger, panel)
    try:
        taken = [one.name for one in ledger.editions(job.meeting)]
        taken += [path.name for path in job.editions.glob(f"{DRAFT}*")]
        number = max((_number(name) for name in taken), default=0) + 1
        name = f"{DRAFT}{number}"
        job.work.rename(job.editions / name)
        ledger.record_edition(job.meeting, Edition(name, inputs_sha256, job.as_of), job.today)
    finally:
        ledger.close()
    return name


def _number(name: str) -> int:
    """Return the number of a draft's folder; 0 for a folder of another name, such as a copy that somebody made."""
    numbered = re.fullmatch(rf"{DRAFT}(\d+)", name)
    return int(numbered[1]) if numbered else 0


def newest_edition(home: Path, meeting: str = "") -> Path | None:
    """Return the newest edition's folder of a meeting, or of the latest meeting that has one."""
    found = [
        path
        for path in (home / "briefings").glob(f"{meeting or '*'}/{DRAFT}*")
        if _number(path.name) and (path / "provenance.json").is_file()
    ]
    return max(found, key=lambda path: (path.parent.name, _number(path.name)), default=None)
