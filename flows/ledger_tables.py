"""The tables of the ledger, as SQLAlchemy Core knows them, and how an older ledger is brought up to them."""

from __future__ import annotations

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
    # Empty in decisions of before there was one: they count for nothing any more.
    sa.Column("fingerprint", sa.Text, nullable=False, server_default=""),
    sa.Column("verdict", sa.Text, nullable=False),
    sa.Column("who", sa.Text, nullable=False),
    sa.Column("is_verified", sa.Boolean, nullable=False),
    sa.Column("on_day", sa.Date, nullable=False),
    sa.Column("recorded_on", sa.Date, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("withdrawn_by", sa.Text, nullable=False),
    sa.Column("withdrawn_on", sa.Date, nullable=True),
)


def is_current(engine: Engine) -> bool:
    """Return whether the database has every table and column."""
    found = sa.inspect(engine)
    return all(found.has_table(one.name) and not _lacking(found, one) for one in META.sorted_tables)


def bring_up(connection: Connection) -> None:
    """Make the tables and columns that are not there; rows stay as they are, with the default in a new column."""
    META.create_all(connection)
    found = sa.inspect(connection)
    for table in META.sorted_tables:
        for column in _lacking(found, table):
            definition = sa.schema.CreateColumn(column).compile(dialect=connection.dialect)
            connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN {definition}"))


def _lacking(found: sa.Inspector, table: sa.Table) -> list[sa.Column[object]]:
    there = {column["name"] for column in found.get_columns(table.name)}
    return [column for column in table.columns if column.name not in there]
