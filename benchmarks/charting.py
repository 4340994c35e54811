"""Charting ten thousand series, CSV to CSV: the product, or the bare statement that computes limits and rules alone.

python -m benchmarks.charting make ROWS FILE | spc INPUT OUTPUT | bare INPUT OUTPUT

The last two print the seconds from first read to last write, so that start-up can be told apart.
"""

from __future__ import annotations

import csv
import datetime as dt
import random
import sys
import time
from pathlib import Path

POINTS = 48

# XmR limits and the rules of mdc-2023 in one statement, as a careful analyst would write it: no check of the input, no
# rebase, no gap, no run test, and only the columns that say what was found.
BARE = """
COPY (
    WITH stepped AS (
        SELECT series_id, date, value, value - lag(value) OVER series AS step
        FROM read_csv($source, header = true, columns = {'series_id': 'VARCHAR', 'date': 'DATE', 'value': 'DOUBLE'})
        WINDOW series AS (PARTITION BY series_id ORDER BY date)
    ),
    centred AS (
        SELECT *, avg(value) OVER series AS centre_line, avg(abs(step)) OVER series AS trial
        FROM stepped WINDOW series AS (PARTITION BY series_id)
    ),
    spread AS (
        SELECT *, avg(abs(step)) FILTER (WHERE abs(step) < 3.267 * trial) OVER (PARTITION BY series_id) AS average
        FROM centred
    ),
    judged AS (
        SELECT *, centre_line - 2.66 * average AS lower_limit, centre_line + 2.66 * average AS upper_limit,
            sign(value - centre_line) AS side, sign(step) AS way,
            abs(value - centre_line) > 2.66 * average AS is_outside,
            abs(value - centre_line) > 2 * 2.66 / 3 * average AS is_far
        FROM spread
    ),
    ended AS (
        SELECT *, abs(sum(side) OVER (series ROWS 6 PRECEDING)) = 7 AS shift,
            abs(sum(way) OVER (series ROWS 5 PRECEDING)) = 6 AS trend,
            abs(sum(side) OVER (series ROWS 2 PRECEDING)) = 3
            AND count(*) FILTER (WHERE is_far) OVER (series ROWS 2 PRECEDING) >= 2 AS two
        FROM judged WINDOW series AS (PARTITION BY series_id ORDER BY date)
    ),
    marked AS (
        SELECT *, bool_or(shift) OVER (series ROWS BETWEEN CURRENT ROW AND 6 FOLLOWING) AS in_shift,
            bool_or(trend) OVER (series ROWS BETWEEN CURRENT ROW AND 6 FOLLOWING) AS in_trend,
            is_far AND bool_or(two) OVER (series ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING) AS in_two
        FROM ended WINDOW series AS (PARTITION BY series_id ORDER BY date)
    )
    SELECT series_id, date, value, centre_line, lower_limit, upper_limit,
        CASE WHEN is_outside THEN 'outside_limits' WHEN in_trend THEN 'trend' WHEN in_two THEN 'two_of_three'
            WHEN in_shift THEN 'shift' END AS rule
    FROM marked ORDER BY series_id, date
) TO $result (FORMAT csv, HEADER)
"""


def make(series: int, path: Path) -> None:
    """Write `series` monthly series of 48 points of noise about 100; the same number gives the same file."""
    chance = random.Random(48)
    months = [dt.date(2019 + at // 12, at % 12 + 1, 1).isoformat() for at in range(POINTS)]
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("series_id", "date", "value"))
        for at in range(series):
            writer.writerows((f"s{at:06d}", month, round(chance.gauss(100, 10), 4)) for month in months)


def spc(source: Path, result: Path) -> float:
    """Return the seconds that the product takes, its libraries imported before."""
    import duckdb  # noqa: F401, PLC0415

    from flows.spc import ChartOptions, chart_file  # noqa: PLC0415

    began = time.monotonic()
    chart_file(source, result, ChartOptions(chart="i"))
    return time.monotonic() - began


def bare(source: Path, result: Path) -> float:
    """Return the seconds that the bare statement takes."""
    import duckdb  # noqa: PLC0415

    statement = BARE.replace("$source", f"'{source}'").replace("$result", f"'{result}'")
    began = time.monotonic()
    with duckdb.connect() as connection:
        connection.execute(statement)
    return time.monotonic() - began


if __name__ == "__main__":
    what, first, second = sys.argv[1:]
    if what == "make":
        make(int(first), Path(second))
    else:
        print({"spc": spc, "bare": bare}[what](Path(first), Path(second)))
