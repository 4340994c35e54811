"""The tests of change for anybody's series: reads a file, asks of each series whether its last periods are unusual.

The span are the last periods of each series, up to its last date in the file, be its value empty or not; the baseline
are the calendar periods before it, less those excluded. An excluded period in the span is a missing one, so that the
span is incomplete.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.series_files import (
    check_output,
    open_scratch,
    read_dates,
    read_series,
    read_statement,
    refuse,
    write_rows,
)
from flows.stats.change import SpanResult, examine_spans
from flows.stats.question import LARGEST, Kind, SpanQuestion, ask
from flows.stats.season import Seasonal
from flows.warehouse import fill_computed

if TYPE_CHECKING:
    import duckdb

FIGURES = ("place", "period", "value", "denominator", "is_excluded")
# What is written of each result, as `series_verdict` takes it; the periods become dates there.
TESTED = (
    "place BIGINT, status VARCHAR, span_start BIGINT, span_end BIGINT, observed DOUBLE, expected DOUBLE, low98 DOUBLE,"
    " high98 DOUBLE, low99 DOUBLE, high99 DOUBLE, p DOUBLE, model VARCHAR, k INTEGER, nu INTEGER, n INTEGER,"
    " weight_independent DOUBLE, weight_wandering DOUBLE"
)
TESTED_NAMES = tuple(column.split()[0] for column in TESTED.split(", "))[1:]
# Which of the file's columns are read; the others may hold anything.
NUMBERS: dict[Kind, tuple[str, ...]] = {
    "count": ("value",),
    "value": ("value",),
    "proportion": ("value", "denominator"),
}


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
    check_output(output, source, exclude)
    with open_scratch() as connection:
        columns = read_series(
            connection,
            source,
            needed=NUMBERS[options.kind],
            welcome=(),
            periods_per_year=options.per_year,
            largest=LARGEST[options.kind],
        )
        if options.kind == "proportion":
            refuse(connection, source, read_statement("series_share_fault"))
        if read_dates(connection, exclude, "series_exclude") and exclude is not None:
            strangers = f"SELECT * FROM ({read_statement('series_stranger')}) WHERE column_name = 'series_id'"
            refuse(connection, exclude, strangers, "Correct this, or take it out.")
        results = examine_spans(_questions(connection, options))
        fill_computed(connection, "series_tested", TESTED, [_row(place, one) for place, one in enumerate(results)])
        write_rows(connection, read_statement("series_verdict"), output)
    statuses = dict(sorted(Counter(str(one.status) for one in results).items()))
    return Report(statuses, _notes(statuses, options, "denominator" in columns))


def _questions(connection: duckdb.DuckDBPyConnection, options: Options) -> list[SpanQuestion]:
    """Return one question for each series, in the order of their names."""
    figures = connection.execute(read_statement("series_figure")).fetchnumpy()
    place, period, value, below, left_out = (np.asarray(figures[name]) for name in FIGURES)
    starts = np.flatnonzero(np.diff(place, prepend=-1))
    return [
        ask(
            period[one],
            value[one],
            end=int(period[one][-1]),
            per_year=options.per_year,
            kind=options.kind,
            span=options.span,
            baseline=options.baseline,
            seasonal=options.seasonal,
            denominators=below[one] if options.kind == "proportion" else None,
            excluded=period[one][left_out[one]].tolist(),
        )
        for one in map(slice, starts, [*starts[1:], len(place)])
    ]


def _row(place: int, result: SpanResult) -> dict[str, Any]:
    """Return the row of TESTED for one result; what does not apply is None."""
    return {"place": place, **{name: getattr(result, name) for name in TESTED_NAMES}}


def _notes(statuses: dict[str, int], options: Options, has_denominator: bool) -> tuple[str, ...]:
    notes = []
    if has_denominator and options.kind != "proportion":
        notes.append("The column denominator was not used; for shares of it, say --kind proportion.")
    if set(statuses) == {"incomplete"} and options.per_year == 12:
        notes.append("Every span has a missing month. If these are quarters, say --periods-per-year 4.")
    return tuple(notes)
