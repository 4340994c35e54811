"""The run's own DuckDB file: opening it, making a table from one SQL file, and the panel's configuration as tables."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.errors import WarehouseError
from flows.plan.naming import period_in
from flows.settings import CHECKOUT, SQL

if TYPE_CHECKING:
    import duckdb

    from flows.ledger import Extract
    from flows.plan.models import Area, Panel, Plan

# Written by this module, read by every room: the panel's configuration and the run's own facts.
CONFIGURATION: dict[str, str] = {
    "plan_run": "meeting DATE, as_of DATE, quarter_start DATE, quarter_end DATE, records_from DATE,"
    " history_months INTEGER, history_quarters INTEGER, baseline_months INTEGER, baseline_quarters INTEGER,"
    " force_area VARCHAR",
    # The rule set of the charts (docs/methods.md), and whether moving ranges are screened.
    "plan_chart": "rules VARCHAR, is_screened BOOLEAN",
    # police_uk: the short name of the area's own force in the names of data.police.uk's files.
    # Counts from 1 to one less than this are withheld in areas smaller than the force.
    "plan_suppression": "below INTEGER",
    "plan_area": "area VARCHAR, name VARCHAR, kind VARCHAR, local_authority VARCHAR, police_uk VARCHAR",
    "plan_area_part": "area VARCHAR, part VARCHAR",
    "plan_comparator_force": "comparator VARCHAR, name VARCHAR, position INTEGER, force VARCHAR",
    "plan_source": "source VARCHAR, title VARCHAR, layout VARCHAR, published BOOLEAN, illustrative BOOLEAN,"
    " negative_counts BOOLEAN, declared_received BOOLEAN, position INTEGER, required BOOLEAN",
    "plan_indicator": "indicator VARCHAR, position INTEGER, title VARCHAR, source VARCHAR, kind VARCHAR, unit VARCHAR,"
    " scale DOUBLE, decimals INTEGER, frequency VARCHAR, begins DATE, higher_is_better BOOLEAN,"
    " per_1000_people BOOLEAN, shown VARCHAR, chart VARCHAR, seasonal VARCHAR",
    "plan_indicator_plausible": "indicator VARCHAR, lowest DOUBLE, highest DOUBLE",
    "plan_indicator_select": "indicator VARCHAR, field VARCHAR, item VARCHAR",
    "plan_indicator_area": "indicator VARCHAR, area VARCHAR, position INTEGER",
    "plan_event": "event VARCHAR, indicator VARCHAR, title VARCHAR, starts DATE, ends DATE, excludes BOOLEAN",
    "plan_rebase": "rebase VARCHAR, indicator VARCHAR, starts DATE",
    "plan_record": "record VARCHAR, kind VARCHAR, dated DATE, position INTEGER",
    # The corrections that this run made, and the measures, areas and periods whose figures they bear on; `beside` is
    # what stood in the file as the denominator of a numerator, or the numerator of a denominator.
    "plan_correction": "position INTEGER, extract_id VARCHAR, source VARCHAR, file VARCHAR, member VARCHAR,"
    " record BIGINT, column_name VARCHAR, before VARCHAR, after VARCHAR, is_dropped BOOLEAN, was_rejected BOOLEAN,"
    " reason VARCHAR, decided_by VARCHAR, decided_on DATE, periods DATE[],"
    " areas VARCHAR[], measures VARCHAR[], beside VARCHAR",
    # The last paper before this one: its meeting, its day and its figures, with the day their newest file was received
    # (those it withheld have no value); and above which sizes a change is asked about. Filled by revisions.py.
    "plan_compared": "meeting DATE, as_of DATE",
    "plan_earlier_figure": "indicator VARCHAR, area VARCHAR, period_start DATE, period_end DATE, value DOUBLE,"
    " source VARCHAR, extract_id VARCHAR, received DATE, is_withheld BOOLEAN",
    "plan_revision_size": "ask_above_pct DOUBLE, ask_above_count DOUBLE",
    # How a file of anybody's series is read (series_files.py), and what `panelbrief spc` was asked for; the panel's own
    # runs have no use for them. Without periods a year, dates are times.
    "series_reading": "first_record BIGINT, periods_per_year INTEGER, largest DOUBLE",
    "series_part": "first_series BIGINT, last_series BIGINT",
    "series_option": "chart VARCHAR, baseline BIGINT, better VARCHAR",
    # claimed_start, claimed_end: the period that the name says, where the source's pattern has a place for it.
    # `arrival` counts the files in use: of two received on one day, the one with the greater came later.
    "extract_file": "extract_id VARCHAR, source VARCHAR, name VARCHAR, sha256 VARCHAR, size_bytes BIGINT,"
    " received DATE, open_ended VARCHAR[], claimed_start DATE, claimed_end DATE, arrival BIGINT",
    # Every vintage that can be compared: the files used, and the last that each took the place of. `vintage` counts
    # a source's files in the order received.
    "vintage_file": "extract_id VARCHAR, source VARCHAR, layout VARCHAR, name VARCHAR, received DATE, vintage BIGINT,"
    " is_current BOOLEAN",
    # What each of them gives (sql/vintage); figures are made from `stg_` tables alone, so nothing here counts twice.
    "vintage_figure": "extract_id VARCHAR, area VARCHAR, measure VARCHAR, period_start DATE, period_end DATE,"
    " numerator DOUBLE, denominator DOUBLE, under_investigation BIGINT",
}


@contextmanager
def open_warehouse(path: Path, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to the DuckDB file at `path`; nothing is installed, loaded or fetched by itself."""
    import duckdb

    settings: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    connection = duckdb.connect(str(path), read_only=read_only, config=settings)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def make_table(connection: duckdb.DuckDBPyConnection, stage: str, table: str) -> None:
    """Make the table that `sql/<stage>/<table>.sql` selects; raises WarehouseError that quotes file and statement."""
    path = SQL / stage / f"{table}.sql"
    statement = path.read_text(encoding="utf-8")
    _run(connection, path, f"CREATE OR REPLACE TABLE {table} AS\n{statement}")


def select_rows(
    connection: duckdb.DuckDBPyConnection, path: Path, parameters: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return the rows of the one SELECT in the file at `path`, as dictionaries."""
    result = _run(connection, path, path.read_text(encoding="utf-8"), parameters)
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def table_rows(connection: duckdb.DuckDBPyConnection, table: str, order_by: str) -> list[dict[str, Any]]:
    """Return a small table's rows as dictionaries, in the order asked for."""
    result = connection.execute(f"SELECT * FROM {table} ORDER BY {order_by}")
    names = [column[0] for column in result.description or []]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _run(
    connection: duckdb.DuckDBPyConnection, path: Path, statement: str, parameters: Mapping[str, Any] | None = None
) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        return connection.execute(statement, dict(parameters)) if parameters else connection.execute(statement)
    except duckdb.Error as error:
        where = path.relative_to(CHECKOUT).as_posix()
        raise WarehouseError(f"{error}\nThe statement was:\n{statement}", where=where) from error


def fill(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[Any]]) -> None:
    """Make a configuration table anew with `rows`; an empty one has its columns all the same."""
    columns = CONFIGURATION[table]
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")
    if rows:
        marks = "(" + ", ".join("?" * len(rows[0])) + ")"
        values = ", ".join([marks] * len(rows))
        connection.execute(f"INSERT INTO {table} VALUES {values}", [value for row in rows for value in row])


def fill_computed(
    connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Make a table anew from rows that SQL cannot compute; `columns` as in CONFIGURATION, a row has each of them."""
    names = [column.split()[0] for column in columns.split(", ")]
    connection.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")
    # A list a column: ten times as fast as a list of rows.
    lists = ", ".join(["unnest(?)"] * len(names))
    connection.execute(f"INSERT INTO {table} SELECT {lists}", [[row[name] for row in rows] for name in names])


def fill_configuration(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    *,
    meeting: dt.date,
    as_of: dt.date,
    quarter: tuple[dt.date, dt.date],
    extracts: Sequence[Extract],
    open_ended: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Write the panel's configuration, the run's facts and the manifest rows it may use, in their order, as tables.

    `open_ended` names, of each extract, the members whose last line has no end (Staged).
    """
    from flows.calendar import add_months

    earlier = [one.date for one in plan.meetings if one.kind == "performance" and one.date < meeting]
    panel = plan.panel
    # People's records count for a meeting from the quarter's first day, or the last meeting if that was earlier.
    records_from = min([quarter[0], *([max(earlier)] if earlier else [])])
    records_from = max(records_from, add_months(quarter[0], -3))
    shown = (panel.history.months, panel.history.quarters, panel.baseline.months, panel.baseline.quarters)
    fill(connection, "plan_run", [(meeting, as_of, *quarter, records_from, *shown, panel.force_area)])
    fill(connection, "plan_chart", [(panel.charts.rules, panel.charts.screened)])
    fill(connection, "plan_suppression", [(panel.suppression.below,)])
    for table, rows in _panel_rows(plan).items():
        fill(connection, table, rows)
    for table, rows in _indicator_rows(plan).items():
        fill(connection, table, rows)
    for table, rows in _dated_rows(plan, as_of).items():
        fill(connection, table, rows)
    patterns = {one.id: one.pattern for one in plan.sources}
    files = [
        (
            one.id,
            one.source,
            one.name,
            one.sha256,
            one.size_bytes,
            one.received,
            list((open_ended or {}).get(one.id, ())),
            *_claimed(patterns.get(one.source, ""), one.name),
            arrival,
        )
        for arrival, one in enumerate(extracts, start=1)
    ]
    fill(connection, "extract_file", files)
    # Filled by flows/corrections.py, flows/vintages.py and flows/revisions.py where there is something to fill in.
    for table in (
        "plan_correction",
        "plan_compared",
        "plan_earlier_figure",
        "plan_revision_size",
        "vintage_file",
        "vintage_figure",
    ):
        fill(connection, table, [])


def _claimed(pattern: str, name: str) -> tuple[dt.date | None, dt.date | None]:
    period = period_in(pattern, name)
    return (period.start, period.end) if period else (None, None)


def _panel_rows(plan: Plan) -> dict[str, list[tuple[Any, ...]]]:
    areas = plan.panel.areas
    return {
        "plan_area": [
            (one.code, one.name, one.kind, one.local_authority or None, _police_uk(plan.panel, one)) for one in areas
        ],
        # An area without named parts is its own only part.
        "plan_area_part": [(one.code, part) for one in areas for part in (one.parts or (one.code,))],
        "plan_comparator_force": [
            (one.id, one.name, at, force) for at, one in enumerate(plan.panel.comparators) for force in one.forces
        ],
        "plan_source": [
            (
                one.id,
                one.title,
                one.layout,
                one.published,
                one.illustrative,
                one.negative_counts,
                bool(one.received),
                at,
                one.required,
            )
            for at, one in enumerate(plan.sources)
        ],
    }


def _police_uk(panel: Panel, area: Area) -> str:
    """Return the short name of the force that serves an area: its own, else of the force it is part of."""
    forces = [one for one in panel.areas if one.kind == "force"]
    serving = [one for one in forces if area.code in (one.code, *one.parts)]
    force = next(iter(serving), None) or next(one for one in forces if one.code == panel.force_area)
    return force.police_uk or re.sub("[^a-z0-9]+", "-", force.code.lower()).strip("-")


def _indicator_rows(plan: Plan) -> dict[str, list[tuple[Any, ...]]]:
    scale = {"share": 100.0}
    return {
        "plan_indicator": [
            (
                one.id, at, one.title, one.source, one.kind, one.unit, scale.get(one.kind, 1.0) * one.scale,
                one.decimals, one.frequency, one.begins, one.higher_is_better, one.per_1000_people, one.shown,
                one.chart, one.seasonal,
            )
            for at, one in enumerate(plan.indicators)
        ],
        "plan_indicator_plausible": [(one.id, *one.plausible) for one in plan.indicators if one.plausible],
        "plan_indicator_select": [
            (one.id, field, item) for one in plan.indicators for field, items in one.select.chosen() for item in items
        ],
        "plan_indicator_area": [(one.id, area, at) for one in plan.indicators for at, area in enumerate(one.areas)],
    }  # fmt: skip


def _dated_rows(plan: Plan, as_of: dt.date) -> dict[str, list[tuple[Any, ...]]]:
    everything = [one.id for one in plan.indicators]
    return {
        "plan_event": [
            (one.id, indicator, one.title, one.start, one.end, one.excludes_from_baselines)
            for one in plan.events
            for indicator in (one.indicators or everything)
        ],
        "plan_rebase": [
            (one.id, indicator, one.starts)
            for one in plan.rebases
            if one.agreed_on <= as_of
            for indicator in one.indicators
        ],
        "plan_record": [(one.id, one.kind, one.date, at) for at, one in enumerate(plan.records) if one.date <= as_of],
    }
