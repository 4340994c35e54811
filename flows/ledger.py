"""The ledger: what was received and decided, which editions were made, what was sent to whom.

SQLite, through SQLAlchemy Core.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection, Engine

META = sa.MetaData()

EXTRACT = sa.Table(
    "extract",
    META,
    sa.Column("panel", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    # The same bytes may arrive more than once: a file that was replaced may be put back.
    sa.Column("arrival", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("size_bytes", sa.Integer, nullable=False),
    sa.Column("received", sa.Date, nullable=False),
)
SIGHTING = sa.Table(
    "sighting",
    META,
    sa.Column("panel", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("address", sa.Text, primary_key=True),
    sa.Column("size_bytes", sa.Integer),
    sa.Column("stamp", sa.Text, nullable=False),
    # Empty while the file is still arriving.
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("since", sa.Date, nullable=False),
)
# What was refused because it seemed to hold personal data: its hash, and which columns. Nothing else of it is kept.
REFUSAL = sa.Table(
    "refusal",
    META,
    sa.Column("panel", sa.Text, primary_key=True),
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("arrival", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("received", sa.Date, nullable=False),
    sa.Column("columns", sa.Text, nullable=False),
)
EDITION = sa.Table(
    "edition",
    META,
    sa.Column("panel", sa.Text, primary_key=True),
    sa.Column("meeting", sa.Date, primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("inputs_sha256", sa.Text, nullable=False),
    sa.Column("as_of", sa.Date, nullable=False),
    sa.Column("made_on", sa.Date, nullable=False),
)
DELIVERY = sa.Table(
    "delivery",
    META,
    sa.Column("panel", sa.Text, primary_key=True),
    sa.Column("meeting", sa.Date, primary_key=True),
    sa.Column("edition", sa.Text, primary_key=True),
    sa.Column("recipient", sa.Text, primary_key=True),
    sa.Column("channel", sa.Text, primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("on_day", sa.Date, nullable=False),
)
# What an officer decided of one failed check of one file. Rows are added and withdrawn, never changed or taken out.
DECISION = sa.Table(
    "decision",
    META,
    sa.Column("panel", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("sha256", sa.Text, nullable=False),
    sa.Column("table_name", sa.Text, nullable=False),
    sa.Column("expectation", sa.Text, nullable=False),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("is_verified", sa.Boolean, nullable=False),
    sa.Column("on_day", sa.Date, nullable=False),
    sa.Column("recorded_on", sa.Date, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("withdrawn_by", sa.Text, nullable=False),
    sa.Column("withdrawn_on", sa.Date, nullable=True),
)


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

    `verdict` is accepted or rejected. `who` is the name as stated, `is_verified` whether anybody made sure of it.
    It counts from `on_day`, and was entered on `recorded_on`; `withdrawn_on` is None while it holds.
    """

    sha256: str
    table_name: str
    expectation: str
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
    def about(self) -> tuple[str, str, str]:
        """Return what it binds, and all that it binds: the file's sha256, the table and the expectation."""
        return self.sha256, self.table_name, self.expectation


def in_force(decisions: list[Decision], as_of: dt.date) -> list[Decision]:
    """Return the decisions that count on that day, one at most for each file and check, in the order of their numbers.

    One that is dated later, or was withdrawn by then, does not count.
    """
    held: dict[tuple[str, str, str], Decision] = {}
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
        META.create_all(self._engine)

    def close(self) -> None:
        """Let go of the database file."""
        self._engine.dispose()

    @contextmanager
    def _write(self) -> Iterator[Connection]:
        with self._engine.begin() as connection:
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

    def edition_days(self) -> list[tuple[str, dt.date]]:
        """Return the name and day of every edition of every meeting."""
        query = sa.select(EDITION.c.name, EDITION.c.as_of).where(EDITION.c.panel == self.panel)
        with self._engine.connect() as connection:
            return [(row.name, row.as_of) for row in connection.execute(query)]

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

    def record_decisions(self, decisions: list[Decision]) -> None:
        """Add decisions, all or none; their numbers are given here."""
        with self._write() as connection:
            last = sa.select(sa.func.max(DECISION.c.number)).where(DECISION.c.panel == self.panel)
            number = connection.execute(last).scalar() or 0
            for at, one in enumerate(decisions, number + 1):
                connection.execute(DECISION.insert().values(**{"panel": self.panel, **vars(one), "number": at}))

    def withdraw_decisions(self, numbers: list[int], who: str, on_day: dt.date) -> None:
        """Note that these decisions no longer hold from that day on."""
        where = (DECISION.c.panel == self.panel) & DECISION.c.number.in_(numbers)
        with self._write() as connection:
            connection.execute(DECISION.update().where(where).values(withdrawn_by=who, withdrawn_on=on_day))

    def decisions(self) -> list[Decision]:
        """Return every decision that was ever made, also those withdrawn, in the order of their numbers."""
        columns = [column for column in DECISION.c if column.name != "panel"]
        query = sa.select(*columns).where(DECISION.c.panel == self.panel).order_by(DECISION.c.number)
        with self._engine.connect() as connection:
            return [Decision(**row._mapping) for row in connection.execute(query)]


def _delivery_key(panel: str, meeting: dt.date, edition: str, recipient: str, channel: str) -> sa.ColumnElement[bool]:
    one = DELIVERY.c
    return sa.and_(
        one.panel == panel,
        one.meeting == meeting,
        one.edition == edition,
        one.recipient == recipient,
        one.channel == channel,
    )
