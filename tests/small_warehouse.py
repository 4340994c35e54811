"""A warehouse in memory for tests of sql/measure and sql/flag: a small plan, and staged tables made by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from flows.calendar import add_months
from flows.ledger import Extract
from flows.plan.models import Plan
from flows.stages.flag import make_flags
from flows.stages.measure import make_measures
from flows.warehouse import fill_configuration, open_warehouse, table_rows

# Only the columns that the rooms behind staging read.
STAGED = {
    "stg_recorded_crime": "extract_id VARCHAR, source VARCHAR, period_start DATE, force VARCHAR,"
    " offence_group VARCHAR, offence_subgroup VARCHAR, offences BIGINT",
    "stg_street_crime": "extract_id VARCHAR, source VARCHAR, period_start DATE, force VARCHAR,"
    " local_authority VARCHAR, crime_type VARCHAR",
    "stg_force_return": "extract_id VARCHAR, source VARCHAR, record BIGINT, measure VARCHAR, area VARCHAR,"
    " period_start DATE, period_end DATE, numerator DOUBLE, denominator DOUBLE",
    "stg_population": "extract_id VARCHAR, area VARCHAR, year INTEGER, population BIGINT",
}
AREAS = (
    {"code": "Shire", "name": "Shire Police area", "kind": "force", "parts": ["East", "West"]},
    {"code": "East", "name": "East", "kind": "local_authority", "local_authority": "East Town"},
    {"code": "West", "name": "West", "kind": "local_authority", "local_authority": "West Town"},
    {"code": "Alone", "name": "A force without parts", "kind": "force"},
)
SOURCES = {
    "table": "home_office_prc",
    "street": "police_uk_street",
    "returns": "force_return",
    "people": "population",
}
PUBLIC = {"title": "A source", "url": "https://example.org", "date": "2022-04-01"}


def indicator(name: str, source: str, select: dict[str, list[str]], **more: Any) -> dict[str, Any]:
    """Return an indicator's entry: a quarterly count of the force, unless `more` says otherwise."""
    entry = {"id": name, "title": name, "counts": name, "objectives": ["one"], "source": source, "select": select}
    plain = {"unit": "things", "frequency": "quarter", "begins": dt.date(2021, 4, 1), "higher_is_better": None}
    return {**entry, **plain, "areas": ["Shire"], **more}


def small_plan(indicators: Sequence[dict[str, Any]], **more: Any) -> Plan:
    """Return a plan of the small panel; `more` adds to it or replaces parts of it, `panel` adds to the panel."""
    panel = {
        "name": "Shire Panel", "force": "Shire Police", "force_area": "Shire", "commissioner": "C", "author": "A",
        "subject": "S", "purpose": "P", "asks": ["note it"], "sender": "a@example.org", "areas": AREAS,
        **more.pop("panel", {}),
    }  # fmt: skip
    version = {
        "id": "plan", "title": "Plan", "start": "2012-04-01", "end": "2025-03-31", "source": PUBLIC,
        "objectives": [{"id": "one", "title": "One"}],
    }  # fmt: skip
    sources = [
        {"id": name, "title": name, "publisher": "P", "layout": layout, "location": name, "published": True}
        for name, layout in SOURCES.items()
    ]
    meetings = [{"date": "2023-09-14", "kind": "performance"}]
    written = {"panel": panel, "plans": [version], "sources": sources, "meetings": meetings, "indicators": indicators}
    return Plan.model_validate({**written, **more})


def extract(name: str, received: str = "2023-08-01", source: str = "table") -> Extract:
    """Return a manifest row whose id is `source-name`."""
    return Extract(source, name, f"{name}.csv", 1, dt.date.fromisoformat(received))


@contextmanager
def measured(
    plan: Plan, *, quarter: str = "2023-04-01", extracts: Sequence[Extract] = (), **staged: Sequence[Sequence[Any]]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse with the `kpi_` tables for the quarter that begins on `quarter`; `staged`: rows by table."""
    start = dt.date.fromisoformat(quarter)
    meeting, as_of = dt.date(2023, 9, 14), dt.date(2023, 9, 1)
    both = (start, add_months(start, 3) - dt.timedelta(days=1))
    with open_warehouse(Path(":memory:")) as connection:
        fill_configuration(connection, plan, meeting=meeting, as_of=as_of, quarter=both, extracts=extracts)
        for table, columns in STAGED.items():
            connection.execute(f"CREATE TABLE {table} ({columns})")
            insert(connection, table, staged.get(table, ()))
        make_measures(connection)
        yield connection


def flag(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the `flag_` tables."""
    make_flags(connection)


def insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows into a table."""
    if rows:
        marks = "(" + ", ".join("?" * len(rows[0])) + ")"
        flat = [value for row in rows for value in row]
        connection.execute(f"INSERT INTO {table} VALUES {', '.join([marks] * len(rows))}", flat)


def figures(
    connection: duckdb.DuckDBPyConnection, name: str, area: str = "Shire", grain: str = "quarter"
) -> dict[str, Any]:
    """Return an indicator's values by the first day of their period."""
    rows = table_rows(connection, "kpi_value", "period_start")
    chosen = [row for row in rows if (row["indicator"], row["area"], row["grain"]) == (name, area, grain)]
    return {row["period_start"].isoformat(): row["value"] for row in chosen}


def row_of(connection: duckdb.DuckDBPyConnection, table: str, **where: Any) -> dict[str, Any]:
    """Return the one row of a table whose columns hold these values; dates are written as text."""
    rows = [
        row
        for row in table_rows(connection, table, "all")
        if all((str(row[key]) if isinstance(row[key], dt.date) else row[key]) == value for key, value in where.items())
    ]
    assert len(rows) == 1, rows
    return rows[0]
