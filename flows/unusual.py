"""The tests of change for anybody's series: reads a file, asks of each series whether its last periods are unusual.

The span are the last periods of each series, up to its last date in the file, be its value empty or not; the baseline
are the calendar periods before it, less those excluded. An excluded period in the span is a missing one, so that the
span is incomplete.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.errors import UnreadableFile
from flows.period_files import check_output, fault_at, first_day, open_memory, read_periods, write_table
from flows.stats.change import SpanResult, examine_spans
from flows.stats.question import LARGEST, Kind, SpanQuestion, ask
from flows.stats.season import Seasonal

if TYPE_CHECKING:
    import duckdb

TEXTS = ("status", "model")
WHOLE = ("k", "nu", "n")
# In the order of the output; series_id comes before them.
COLUMNS = (
    "status", "span_start", "span_end", "observed", "expected", "low98", "high98", "low99", "high99", "p", "model", "k",
    "nu", "n", "weight_independent", "weight_wandering",
)  # fmt: skip
# A denominator of zero makes a missing period, if nothing was counted over it.
_SHARES = """
SELECT record, CASE
    WHEN value < 0 OR denominator < 0 THEN 'a proportion has no number below zero.'
    ELSE 'the value ' || value || ' is more than its denominator ' || denominator || '.'
END AS fault
FROM figures WHERE value < 0 OR denominator < 0 OR value > denominator ORDER BY record LIMIT 1
"""
_POINTS = """
SELECT
    series.at, figures.period, coalesce(figures.value, 'nan'::DOUBLE) AS figure,
    coalesce({denominator}, 'nan'::DOUBLE) AS below
FROM figures INNER JOIN series ON figures.series_id = series.series_id
ORDER BY series.at, figures.period
"""
_EXCLUDED = """
SELECT series.at, excluded.period, excluded.record, CAST(excluded.series_id AS VARCHAR) AS series_id
FROM excluded
LEFT JOIN series ON CAST(excluded.series_id AS VARCHAR) = CAST(series.series_id AS VARCHAR)
ORDER BY excluded.record
"""


@dataclass(frozen=True)
class Options:
    """How series are asked about; `span` and `baseline` are periods, None for the usual lengths."""

    per_year: int = 12
    span: int | None = None
    baseline: int | None = None
    seasonal: Seasonal = "auto"
    kind: Kind = "value"


@dataclass(frozen=True)
class Report:
    """What came of it: how many series there were of each status, and what the user should know."""

    statuses: dict[str, int]
    notes: tuple[str, ...]


def find_unusual(source: Path, output: Path, options: Options, exclude: Path | None = None) -> Report:
    """Test the last periods of each series in `source` and write one row a series, in order of series_id, to `output`.

    Raises PanelbriefError for a file that cannot be read or has a fault, naming the record, and where `output` cannot
    be written.
    """
    check_output(output, source, *([exclude] if exclude else []))
    numbers = ("value", "denominator") if options.kind == "proportion" else ("value",)
    with open_memory() as connection:
        held = read_periods(
            connection,
            source,
            per_year=options.per_year,
            table="figures",
            numbers=numbers,
            largest=LARGEST[options.kind],
        )
        if options.kind == "proportion" and (row := connection.execute(_SHARES).fetchone()):
            raise fault_at(source, *row)
        connection.execute(
            "CREATE TABLE series AS SELECT row_number() OVER (ORDER BY series_id) - 1 AS at, series_id"
            " FROM (SELECT DISTINCT series_id FROM figures)"
        )
        excluded = _excluded(connection, exclude, source, options.per_year) if exclude else {}
        results = examine_spans(_questions(connection, options, excluded))
        _write(connection, results, output, options.per_year)
    statuses = dict(sorted(Counter(str(one.status) for one in results).items()))
    return Report(statuses, _notes(statuses, options, "denominator" in held))


def _excluded(connection: duckdb.DuckDBPyConnection, path: Path, source: Path, per_year: int) -> dict[int, set[int]]:
    """Return the excluded periods of each series, by its place in the order."""
    read_periods(connection, path, per_year=per_year, table="excluded", numbers=(), largest=0.0)
    found: dict[int, set[int]] = {}
    for at, period, record, series_id in connection.execute(_EXCLUDED).fetchall():
        if at is None:
            raise UnreadableFile(
                f"there is no series '{series_id}' in {source.name}.",
                where=f"{path.name}, record {record:,}",
                remedy="Correct its series_id, or take the line out.",
            )
        found.setdefault(at, set()).add(period)
    return found


def _questions(
    connection: duckdb.DuckDBPyConnection, options: Options, excluded: dict[int, set[int]]
) -> list[SpanQuestion]:
    shares = options.kind == "proportion"
    points = connection.execute(_POINTS.format(denominator="figures.denominator" if shares else "NULL")).fetchnumpy()
    at, periods, values, below = (np.asarray(points[name]) for name in ("at", "period", "figure", "below"))
    starts = np.flatnonzero(np.diff(at, prepend=-1))
    ends = np.append(starts[1:], len(at))
    return [
        ask(
            periods[start:end],
            values[start:end],
            end=int(periods[end - 1]),
            per_year=options.per_year,
            kind=options.kind,
            span=options.span,
            baseline=options.baseline,
            seasonal=options.seasonal,
            denominators=below[start:end] if shares else None,
            excluded=excluded.get(place, ()),
        )
        for place, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def _write(connection: duckdb.DuckDBPyConnection, results: Sequence[SpanResult], output: Path, per_year: int) -> None:
    table: dict[str, Any] = {"at": np.arange(len(results))}
    chosen = []
    for name in COLUMNS:
        values = [getattr(one, name) for one in results]
        if name in TEXTS:
            table[name] = np.array([value or "" for value in values])
            chosen.append(f"nullif(CAST(found.{name} AS VARCHAR), '') AS {name}")
        elif name.startswith("span_"):
            table[name] = np.array(values, dtype=np.int64)
            chosen.append(f"{first_day('found.' + name, per_year)} AS {name}")
        else:
            # None becomes NaN, and NaN an empty cell; no result is NaN itself.
            table[name] = np.array(values, dtype=np.float64)
            kind = "INTEGER" if name in WHOLE else "DOUBLE"
            chosen.append(f"CAST(CASE WHEN NOT isnan(found.{name}) THEN found.{name} END AS {kind}) AS {name}")
    connection.register("found", table)
    write_table(
        connection,
        f"SELECT series.series_id, {', '.join(chosen)} FROM series INNER JOIN found ON series.at = found.at"
        " ORDER BY series.at",
        output,
    )


def _notes(statuses: dict[str, int], options: Options, has_denominator: bool) -> tuple[str, ...]:
    notes = []
    if has_denominator and options.kind != "proportion":
        notes.append("The column denominator was not used; for shares of it, say --kind proportion.")
    if set(statuses) == {"incomplete"} and options.per_year == 12:
        notes.append("Every span has a missing month. If these are quarters, say --periods-per-year 4.")
    return tuple(notes)
