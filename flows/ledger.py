"""The ledger: what was received, which editions were made, what was sent to whom. SQLite, through SQLAlchemy Core."""

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


def _delivery_key(panel: str, meeting: dt.date, edition: str, recipient: str, channel: str) -> sa.ColumnElement[bool]:
    one = DELIVERY.c
    return sa.and_(
        one.panel == panel,
        one.meeting == meeting,
        one.edition == edition,
        one.recipient == recipient,
        one.channel == channel,
    )
