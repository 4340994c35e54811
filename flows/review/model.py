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
    """One extract file: rows_read = rows_staged + rows_rejected + rows_blank; if unreadable, only `problem` counts.

    `is_read` is false where the run stopped before it was read; `is_published` where anybody can have the file.
    """

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
    is_read: bool = True
    is_published: bool = False


class RefusedFile(Model):
    """A file of which nothing was kept, for it may hold personal data: `columns` says where, never a value."""

    name: str
    source: str
    sha256: str
    received: dt.date
    columns: str
    is_required: bool


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

    `fingerprint` stands for exactly what failed; `decisions` holds what counts of it for this briefing, and `before`
    says that it was accepted with other rows. `ask` and `correct` are texts to copy: a message to the sender, and
    entries of corrections.yml (empty where no single record can be corrected).
    """

    id: str
    fingerprint: str
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
    before: str = ""
    ask: str = ""
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
    """All of it. `is_checked` is false where a required file was refused or could not be read: no check was made.

    `is_decided` says that something was decided since the briefing was held, so that the page is newer than the run.
    """

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
    refused: tuple[RefusedFile, ...] = ()
    is_decided: bool = False

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
