"""The review of one briefing's data, as one frozen model: page, command line and form are drawn from it alone."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from flows.render.model import Model

SHOWN_ROWS = 20


class Rows(Model):
    """Rows as text, the first SHOWN_ROWS of them; all `total` of them are in `file`, a CSV beside the page."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    total: int = 0
    file: str = ""


class ReceivedFile(Model):
    """One extract file: rows_read = rows_staged + rows_rejected + rows_blank; if unreadable, only `problem` counts."""

    extract: str
    sha256: str
    name: str
    source: str
    received: dt.date
    rows_read: int = 0
    rows_staged: int = 0
    rows_rejected: int = 0
    rows_blank: int = 0
    notes: tuple[str, ...] = ()
    problem: str = ""
    is_required: bool = True


class Settled(Model):
    """What was decided of a failure for one file: who (as stated), on which day, entered when, and why."""

    verdict: Literal["accepted", "rejected"]
    who: str
    is_verified: bool
    on_day: dt.date
    recorded_on: dt.date
    reason: str


class Failure(Model):
    """One check that did not pass. `state` is what it means for the briefing; `expected` is what should have held.

    `came` shows the officer failing rows as they came; `public` is what the paper says in its place, without a figure.

    `decisions` holds what counts for this briefing; `ask`, `accept` and `correct` are texts to copy: a message to the
    sender, a command, and an entry of corrections.yml (empty where no staged record can be corrected).
    """

    id: str
    table: str
    expectation: str
    outcome: Literal["failed", "crashed"]
    state: Literal["open", "accepted", "rejected", "warning"]
    expected: str
    came: str
    public: str
    why: str
    indicators: tuple[str, ...]
    indicator_titles: tuple[str, ...]
    files: tuple[ReceivedFile, ...]
    rows: Rows
    decisions: tuple[Settled, ...] = ()
    ask: str = ""
    accept: str = ""
    correct: str = ""

    @property
    def holds(self) -> bool:
        """Return whether it keeps the briefing from going on."""
        return self.state in ("open", "rejected")


class Rejected(Model):
    """The records of one table that could not be read, each with the reason."""

    table: str
    title: str
    rows: Rows


class Review(Model):
    """All of it. `is_checked` is false where a required file could not be read, so that no check was made."""

    panel: str
    meeting: dt.date
    as_of: dt.date
    reference: str
    is_checked: bool
    missing: tuple[str, ...]
    files: tuple[ReceivedFile, ...]
    failures: tuple[Failure, ...]
    rejected: tuple[Rejected, ...]
    checks: int = 0

    @property
    def holding(self) -> tuple[Failure, ...]:
        """Return the failures that hold the briefing."""
        return tuple(one for one in self.failures if one.holds)

    @property
    def unreadable(self) -> tuple[ReceivedFile, ...]:
        """Return the files that could not be read."""
        return tuple(one for one in self.files if one.problem)

    @property
    def is_held(self) -> bool:
        """Return whether the briefing waits for an officer."""
        return bool(self.holding) or not self.is_checked
