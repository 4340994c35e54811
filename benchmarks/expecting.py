"""Ten million staged police.uk rows: made, checked through the product, checked by hand, checked by GX's pandas engine.

python -m benchmarks.expecting make ROWS FOLDER | product FOLDER SUITES | hand FOLDER SUITES | pandas FOLDER ROWS

The last three print the seconds of the checks alone: what is imported is imported before.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from pathlib import Path
from typing import Any

import duckdb

from flows.plan.loader import load_plan
from flows.settings import CHECKOUT, EXAMPLE, EXPECTATIONS
from flows.sources import LAYOUTS
from flows.staging import kind_columns
from flows.suites import Expectation, load_suite
from flows.validation import MEMORY_LIMIT, validate_tables, warm_up
from flows.warehouse import fill_configuration

TABLE = "stg_street_crime"
SUITES = {"own": EXPECTATIONS, "columns": CHECKOUT / "benchmarks" / "suites"}
# Counts of real months by crime type and local authority: they give the rows their shape.
COUNTS = EXAMPLE / "extracts" / "police_uk" / "police-uk-counts-2021-03-to-2022-03.csv"
FORCES = 43

# Every draw is a hash of the row's number, so the same ROWS give the same rows anywhere. A force's months repeat the
# thirteen that were counted; 4 % of crimes have no place and 0.4 % lie elsewhere.
ROWS = """
    WITH counted AS (
        SELECT measure AS crime_type, regexp_replace(area, ' UA$', '') AS area, period,
            CAST(numerator AS INTEGER) AS incidents,
            dense_rank() OVER (ORDER BY period) - 1 AS turn
        FROM read_csv($counts, header = true, all_varchar = true)
    ),
    one AS (SELECT crime_type, area, turn, unnest(range(incidents)) AS i FROM counted),
    forces AS (
        SELECT CASE f WHEN 0 THEN 'wiltshire' ELSE 'force-' || f END AS force, f
        FROM range({forces}) AS r (f)
    ),
    months AS (SELECT m, CAST(DATE '2015-01-01' + to_months(CAST(m AS INTEGER)) AS DATE) AS month
        FROM range({months}) AS r (m)),
    numbered AS (
        SELECT *, strftime(month, '%Y-%m') AS name, row_number() OVER () AS n FROM (
            SELECT f.f, f.force, m.m, m.month, o.crime_type, o.area, o.i
            FROM forces AS f, months AS m, one AS o
            WHERE o.turn = m.m % 13
            ORDER BY f.f, m.m, hash(o.i, o.crime_type, o.area)
            LIMIT {rows}
        )
    )
    SELECT 'street-' || lpad(CAST(m AS VARCHAR), 12, '0') AS extract_id, 'street' AS source,
        name || '/' || name || '-' || force || '-street.csv' AS member, n + 1 AS record,
        CASE WHEN crime_type <> 'Anti-social behaviour' THEN sha256(CAST(n AS VARCHAR)) END AS crime_id,
        month AS period_start, last_day(month) AS period_end, force, force || ' Police' AS reported_by,
        force || ' Police' AS falls_within, round(-2.3 + (hash(n, 1) % 10000) / 15000.0, 6) AS longitude,
        round(51.0 + (hash(n, 2) % 10000) / 15000.0, 6) AS latitude, FALSE AS has_faulty_coordinates,
        'On or near Street ' || hash(n, 3) % 4000 AS location,
        'E010' || lpad(CAST(hash(n, 4) % 9000 AS VARCHAR), 5, '0')
            AS lsoa_code,
        CASE WHEN area LIKE 'Elsewhere%' THEN 'Dorset' ELSE area END AS local_authority,
        local_authority || ' 0' || lpad(CAST(hash(n, 4) % 60 AS VARCHAR), 2, '0') || 'A' AS lsoa_name, crime_type,
        CASE WHEN crime_type <> 'Anti-social behaviour' THEN list_extract(['Under investigation',
            'Unable to prosecute suspect', 'Investigation complete; no suspect identified', 'Local resolution'],
            CAST(1 + hash(n, 5) % 4 AS INTEGER)) END AS last_outcome,
        CAST(NULL AS VARCHAR) AS context
    FROM numbered
"""
CONDITIONS = {
    "rows": "count(*) < 1000000",
    "force": "count(*) FILTER (force IS NULL) > 0",
    "month": "count(*) FILTER (period_start IS NULL) > 0",
    "kind": "count(*) FILTER (crime_type IS NULL) > 0",
    "kinds": "count(*) FILTER (crime_type NOT IN ({kinds})) > 0",
    "east": "count(*) FILTER (longitude NOT BETWEEN -9 AND 2) > 0",
    "north": "count(*) FILTER (latitude NOT BETWEEN 49 AND 56) > 0",
    "record": "count(*) FILTER (record < 2) > 0",
    "id_length": "count(*) FILTER (length(crime_id) <> 64) > 0",
    "forces": "count(DISTINCT force) NOT BETWEEN 1 AND 60",
    "order": "count(*) FILTER (period_end <= period_start) > 0",
}
ONCE = f"SELECT count(*) FROM (SELECT 1 FROM {TABLE} GROUP BY member, record HAVING count(*) > 1)"


def make(rows: int, folder: Path) -> None:
    """Write `rows` staged rows as Parquet, and the run's warehouse with them as a table, as the stage leaves it."""
    plan = load_plan(EXAMPLE)
    days = dt.date(2023, 4, 1), dt.date(2023, 6, 30)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(f"SET temp_directory = '{folder / 'spill'}'")
        month = connection.execute(
            "SELECT sum(CAST(numerator AS INTEGER)) / count(DISTINCT period)"
            " FROM read_csv($counts, all_varchar = true)",
            {"counts": str(COUNTS)},
        ).fetchall()[0][0]
        months = max(13, int(rows / FORCES / month) + 2)
        select = ROWS.format(forces=FORCES, months=months, rows=rows)
        connection.execute(
            f"COPY ({select}) TO '{folder / 'staged.parquet'}' (FORMAT parquet)", {"counts": str(COUNTS)}
        )
        fill_configuration(
            connection, plan, meeting=dt.date(2023, 9, 14), as_of=dt.date(2023, 9, 1), quarter=days, extracts=[]
        )
        connection.execute(f"CREATE TABLE {TABLE} AS SELECT * FROM read_parquet('{folder / 'staged.parquet'}')")
        kinds = ", ".join(f"{name} VARCHAR" for name in kind_columns(LAYOUTS["police_uk_street"]))
        connection.execute(
            "CREATE TABLE rej_street_crime (extract_id VARCHAR, source VARCHAR, file VARCHAR, line BIGINT,"
            f" column_name VARCHAR, value VARCHAR, reason VARCHAR, {kinds})"
        )


def product(folder: Path, suites: Path) -> float:
    """Return the seconds that `validate_tables` takes; raises RuntimeError if a check could not be run."""
    warm_up()
    began = time.perf_counter()
    results = validate_tables(folder / "warehouse.duckdb", [TABLE], suites)
    seconds = time.perf_counter() - began
    crashed = [one.message for one in results if one.outcome == "crashed"]
    if crashed:
        raise RuntimeError("\n".join(crashed))
    return seconds


def hand(folder: Path, suites: Path) -> float:
    """Return the seconds of the same checks by hand, one query a check, with the same memory."""
    suite = load_suite(TABLE, suites)
    began = time.perf_counter()
    config: dict[str, Any] = {"memory_limit": MEMORY_LIMIT, "temp_directory": str(folder / "spill")}
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True, config=config) as connection:
        for one in suite:
            connection.execute(_by_hand(one)).fetchall()
    return time.perf_counter() - began


def _by_hand(one: Expectation) -> str:
    if one.query:
        return f"SELECT count(*) FROM ({one.query.strip().rstrip(';').replace('{batch}', TABLE)}\n)"
    if one.id == "has_rows":
        return f"SELECT count(*) FROM {TABLE}"
    if one.id == "once":
        return ONCE
    kinds = ", ".join(f"'{kind}'" for kind in one.kwargs.get("value_set", ()))
    return f"SELECT {CONDITIONS[one.id].format(kinds=kinds)} FROM {TABLE}"


def in_pandas(folder: Path, rows: int) -> float:
    """Return the seconds of the twelve checks by Great Expectations' pandas engine, over the first `rows` rows.

    Reading them counts: to have them in memory is what that engine asks for.
    """
    warm_up()
    gx: Any = sys.modules["great_expectations"]
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    built = [_expectation(gx, one) for one in load_suite(TABLE, SUITES["columns"])]
    began = time.perf_counter()
    columns = "force, period_start, period_end, crime_type, longitude, latitude, record, crime_id, member"
    query = f"SELECT {columns} FROM read_parquet('{folder / 'staged.parquet'}') LIMIT {rows}"
    frame = duckdb.connect(":memory:").execute(query).df()
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("rows")
    batch = asset.add_batch_definition_whole_dataframe("whole").get_batch({"dataframe": frame})
    wanted = {"result_format": "BASIC", "partial_unexpected_count": 0}
    batch.validate(gx.ExpectationSuite(name="columns", expectations=built), result_format=wanted)
    return time.perf_counter() - began


def _expectation(gx: Any, one: Expectation) -> Any:
    name = "".join(word.capitalize() for word in one.type.split("_"))
    return getattr(gx.expectations, name)(**one.kwargs)


def main() -> None:
    """Run one of the modes and print its seconds."""
    what, first, second = sys.argv[1:]
    if what == "make":
        make(int(first), Path(second))
    elif what == "pandas":
        print(in_pandas(Path(first), int(second)))
    else:
        print((product if what == "product" else hand)(Path(first), SUITES[second]))


if __name__ == "__main__":
    main()
