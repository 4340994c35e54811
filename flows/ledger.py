"""The ledger: what was received and decided, which editions were made, what was sent to whom.

SQLite, through SQLAlchemy Core. Every write excludes other writers from its first read on, so that what it read still
holds when it writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from flows.ledger_tables import DECISION, DELIVERY, EDITION, EXTRACT, REFUSAL, SIGHTING, bring_up, is_current

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

# How long one waits for another's write, in seconds, and how often it looks again where another came first.
PATIENCE = 30
TRIES = 10
WRITES = "writes"


@dataclass(frozen=True)
class Extract:
    """A manifest row: one stored file of one source, the day it counts as received, and its place among arrivals."""

    source: str
    sha256: str
    name: str
    size_bytes: int
    received: dt.date
    arrival: int = 0

    @property
    def id(self) -> str:
        """Return the extract's id: its source and the beginning of its sha256."""
        return f"{self.source}-{self.sha256[:12]}"


@dataclass(frozen=True)
class Sighting:
    """A file as it was last seen in its place, with the sha256 of what was fetched; none while it is still arriving."""

    source: str
    address: str
    size_bytes: int | None
    stamp: str
    sha256: str
    since: dt.date


@dataclass(frozen=True)
class Refusal:
    """A file that seemed to hold personal data: `columns` says where and of what kind, never a value."""

    source: str
    sha256: str
    name: str
    received: dt.date
    columns: str


@dataclass(frozen=True)
class Edition:
    """An edition of a meeting's briefing; `name` is its folder, such as draft-1."""

    name: str
    inputs_sha256: str
    as_of: dt.date


@dataclass(frozen=True)
class Decision:
    """What an officer decided of one failed check (`table_name`, `expectation`) of the file with that sha256.

    `fingerprint` stands for what the officer saw: the check as it was and the rows that failed it. The sha256 is empty
    where a question is of no file.
    `verdict` is accepted or rejected. `who` is the name as stated, `is_verified` whether anybody made sure of it.
    It counts from `on_day`, and was entered on `recorded_on`; `withdrawn_on` is None while it holds.
    """

    sha256: str
    table_name: str
    expectation: str
    fingerprint: str
    verdict: str
    who: str
    is_verified: bool
    on_day: dt.date
    recorded_on: dt.date
    reason: str
    withdrawn_by: str = ""
    withdrawn_on: dt.date | None = None
    number: int = 0

    @property
    def about(self) -> tuple[str, str, str, str]:
        """Return all that it binds: the file's sha256, the table, the expectation, and what failed of it."""
        return self.sha256, self.table_name, self.expectation, self.fingerprint


def in_force(decisions: list[Decision], as_of: dt.date) -> list[Decision]:
    """Return the decisions that count on that day, one at most for each failure of a file, in the order of numbers.

    One that is dated later, or was withdrawn by then, does not count.
    """
    held: dict[tuple[str, str, str, str], Decision] = {}
    for one in sorted(decisions, key=lambda one: one.number):
        if one.on_day <= as_of and (one.withdrawn_on is None or one.withdrawn_on > as_of):
            held[one.about] = one
    return sorted(held.values(), key=lambda one: one.number)


class Ledger:
    """Reads and writes for one panel; every write is one transaction."""

    def __init__(self, url: str, panel: str) -> None:
        self.panel = panel
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
        self._engine: Engine = sa.create_engine(url)
        if self._engine.dialect.name == "sqlite":
            sa.event.listen(self._engine, "connect", _take_over_begin)
            sa.event.listen(self._engine, "begin", _begin)
        if not is_current(self._engine):
            with self._write() as connection:
                bring_up(connection)

    def close(self) -> None:
        """Let go of the database file."""
        self._engine.dispose()

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            yield connection

    def record_extract(self, extract: Extract) -> bool:
        """Add a manifest row; returns False if those bytes are what that source sent last under that name."""
        one = EXTRACT.c
        same = (one.panel == self.panel) & (one.source == extract.source) & (one.name == extract.name)
        newest = sa.select(one.sha256).where(same).order_by(one.arrival.desc()).limit(1)
        with self._write() as connection:
            if connection.execute(newest).scalar() == extract.sha256:
                return False
            last = connection.execute(sa.select(sa.func.max(EXTRACT.c.arrival))).scalar() or 0
            row = {"panel": self.panel, **vars(extract), "arrival": last + 1}
            connection.execute(EXTRACT.insert().values(**row))
        return True

    def extracts(self) -> list[Extract]:
        """Return every manifest row, by source, day received, name and sha256."""
        columns = [EXTRACT.c[name] for name in ("source", "sha256", "name", "size_bytes", "received", "arrival")]
        query = (
            sa.select(*columns)
            .where(EXTRACT.c.panel == self.panel)
            .order_by(EXTRACT.c.source, EXTRACT.c.received, EXTRACT.c.name, EXTRACT.c.sha256, EXTRACT.c.arrival)
        )
        with self._engine.connect() as connection:
            return [Extract(**row._mapping) for row in connection.execute(query)]

    def sightings(self) -> list[Sighting]:
        """Return every file that was there when its place was last looked at, by source and address."""
        columns = [one for one in SIGHTING.c if one.name != "panel"]
        query = sa.select(*columns).where(SIGHTING.c.panel == self.panel)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(SIGHTING.c.source, SIGHTING.c.address))
            return [Sighting(**row._mapping) for row in found]

    def record_sighting(self, seen: Sighting) -> None:
        """Write what was seen of a file in place of what was seen of it before."""
        with self._write() as connection:
            connection.execute(SIGHTING.delete().where(self._same_place(seen.source, {seen.address})))
            connection.execute(SIGHTING.insert().values(panel=self.panel, **vars(seen)))

    def forget_sightings(self, source: str, addresses: set[str]) -> None:
        """Forget files that are not in their place any more; their manifest rows stay."""
        with self._write() as connection:
            connection.execute(SIGHTING.delete().where(self._same_place(source, addresses)))

    def _same_place(self, source: str, addresses: set[str]) -> sa.ColumnElement[bool]:
        one = SIGHTING.c
        return sa.and_(one.panel == self.panel, one.source == source, one.address.in_(sorted(addresses)))

    def record_refusal(self, refusal: Refusal) -> None:
        """Add a refusal, unless those bytes were refused for the same columns under that name before."""
        one = REFUSAL.c
        same = (one.panel == self.panel) & (one.source == refusal.source) & (one.name == refusal.name)
        same = same & (one.sha256 == refusal.sha256) & (one.columns == refusal.columns)
        with self._write() as connection:
            if connection.execute(sa.select(one.arrival).where(same)).first() is None:
                last = connection.execute(sa.select(sa.func.max(one.arrival))).scalar() or 0
                connection.execute(REFUSAL.insert().values(panel=self.panel, **vars(refusal), arrival=last + 1))

    def refusals(self) -> list[Refusal]:
        """Return every refusal, in the order of arrival."""
        columns = [REFUSAL.c[name] for name in ("source", "sha256", "name", "received", "columns")]
        query = sa.select(*columns).where(REFUSAL.c.panel == self.panel).order_by(REFUSAL.c.arrival)
        with self._engine.connect() as connection:
            return [Refusal(**row._mapping) for row in connection.execute(query)]

    def editions(self, meeting: dt.date) -> list[Edition]:
        """Return the meeting's editions in the order they were made."""
        query = (
            sa.select(*[EDITION.c[name] for name in ("name", "inputs_sha256", "as_of")])
            .where((EDITION.c.panel == self.panel) & (EDITION.c.meeting == meeting))
            .order_by(sa.func.length(EDITION.c.name), EDITION.c.name)
        )
        with self._engine.connect() as connection:
            return [Edition(**row._mapping) for row in connection.execute(query)]

    def all_editions(self) -> list[tuple[dt.date, Edition]]:
        """Return every edition of every meeting, with the meeting's date, in the order they were made."""
        one = EDITION.c
        query = sa.select(one.meeting).distinct().where(one.panel == self.panel).order_by(one.meeting)
        with self._engine.connect() as connection:
            days = [row[0] for row in connection.execute(query)]
        return [(day, edition) for day in days for edition in self.editions(day)]

    def earlier_editions(self, meeting: dt.date) -> list[tuple[dt.date, Edition]]:
        """Return the editions of the meetings before that one, the latest meeting and its newest edition first."""
        one = EDITION.c
        query = (
            sa.select(one.meeting)
            .distinct()
            .where((one.panel == self.panel) & (one.meeting < meeting))
            .order_by(one.meeting.desc())
        )
        with self._engine.connect() as connection:
            days = [row[0] for row in connection.execute(query)]
        return [(day, edition) for day in days for edition in reversed(self.editions(day))]

    def record_edition(self, meeting: dt.date, edition: Edition, made_on: dt.date) -> None:
        """Add an edition; an edition of that name must not exist."""
        row = {"panel": self.panel, "meeting": meeting, "made_on": made_on, **vars(edition)}
        with self._write() as connection:
            connection.execute(EDITION.insert().values(**row))

    def delivery_state(self, meeting: dt.date, edition: str, recipient: str, channel: str) -> str:
        """Return `sending`, `sent` or an empty string for nothing yet."""
        where = _delivery_key(self.panel, meeting, edition, recipient, channel)
        with self._engine.connect() as connection:
            return str(connection.execute(sa.select(DELIVERY.c.state).where(where)).scalar() or "")

    def record_delivery(
        self, meeting: dt.date, edition: str, recipient: str, channel: str, state: str, on_day: dt.date
    ) -> None:
        """Write the state of one delivery: `sending` before the attempt, `sent` after it."""
        where = _delivery_key(self.panel, meeting, edition, recipient, channel)
        key = {"panel": self.panel, "meeting": meeting, "edition": edition, "recipient": recipient, "channel": channel}
        with self._write() as connection:
            done = connection.execute(DELIVERY.update().where(where).values(state=state, on_day=on_day))
            if not done.rowcount:
                connection.execute(DELIVERY.insert().values(**key, state=state, on_day=on_day))

    def change_decisions(self, settle: Callable[[list[Decision]], list[Decision]]) -> None:
        """Write what `settle` makes of every decision so far, in one transaction that no other comes between.

        It returns the decisions to add (numbered 0: their numbers are given here) and those to withdraw (with their
        numbers, and by whom and from which day on). If it raises, nothing is written.
        """
        for left in reversed(range(TRIES)):
            try:
                with self._write() as connection:
                    made = self._decisions(connection)
                    self._write_decisions(connection, settle(made), made[-1].number if made else 0)
            except sa.exc.IntegrityError:
                # Other databases than SQLite let two read at once: the second finds its number taken.
                if not left:
                    raise
            else:
                return

    def _write_decisions(self, connection: Connection, changed: list[Decision], last: int) -> None:
        for one in changed:
            if one.number:
                where = (DECISION.c.panel == self.panel) & (DECISION.c.number == one.number)
                values = {"withdrawn_by": one.withdrawn_by, "withdrawn_on": one.withdrawn_on}
                connection.execute(DECISION.update().where(where).values(values))
            else:
                last += 1
                connection.execute(DECISION.insert().values({"panel": self.panel, **vars(one), "number": last}))

    def decisions(self) -> list[Decision]:
        """Return every decision that was ever made, also those withdrawn, in the order of their numbers."""
        with self._engine.connect() as connection:
            return self._decisions(connection)

    def _decisions(self, connection: Connection) -> list[Decision]:
        columns = [column for column in DECISION.c if column.name != "panel"]
        query = sa.select(*columns).where(DECISION.c.panel == self.panel).order_by(DECISION.c.number)
        return [Decision(**row._mapping) for row in connection.execute(query)]


def _take_over_begin(connection: Any, _record: object) -> None:
    """Keep Python's driver from beginning transactions of its own, which take no lock before the first write."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")


def _begin(connection: Connection) -> None:
    """Begin a transaction; one that writes keeps other writers out from here on."""
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _delivery_key(panel: str, meeting: dt.date, edition: str, recipient: str, channel: str) -> sa.ColumnElement[bool]:
    one = DELIVERY.c
    return sa.and_(
        one.panel == panel,
        one.meeting == meeting,
        one.edition == edition,
        one.recipient == recipient,
        one.channel == channel,
    )
