"""Process control charts of anybody's series: one file in, every point's limits, marks and run tests out.

The same SQL charts the panel's own indicators (sql/flag).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.chart_tables import make_charts
from flows.errors import ConfigurationError
from flows.series_files import (
    check_folder,
    check_output,
    open_scratch,
    read_dates,
    read_series,
    read_statement,
    refuse,
    write_rows,
)
from flows.settings import SQL
from flows.warehouse import fill, make_table, select_rows
from flows.wording.sentences import say

if TYPE_CHECKING:
    import duckdb

CHARTS = ("i", "run", "mr", "p", "pp", "u", "up", "c", "g", "t", "auto")
RULES = ("plotthedots", "mdc-2023")
BETTER = ("higher", "lower", "neither")
OVER_DENOMINATORS = ("p", "pp", "u", "up")
# As many are charted at once; more take more memory and no less time.
SERIES_AT_ONCE = 10_000


@dataclass(frozen=True)
class ChartOptions:
    """How series are charted; `baseline` is the number of first rows of each segment that set its limits, or all."""

    chart: str = "auto"
    rules: str = "mdc-2023"
    is_screened: bool = True
    baseline: int | None = None
    better: str = "neither"
    rebase: Path | None = None
    exclude: Path | None = None

    def __post_init__(self) -> None:
        """Raise ConfigurationError for a choice that does not exist."""
        for name, value, known in (
            ("chart", self.chart, CHARTS),
            ("rules", self.rules, RULES),
            ("direction", self.better, BETTER),
        ):
            if value not in known:
                raise ConfigurationError(
                    f"there is no '{value}'.", where=f"--{name}", remedy=f"Choose one of {', '.join(known)}."
                )
        if self.baseline is not None and self.baseline < 2:
            raise ConfigurationError(
                f"{self.baseline} rows set no limits.", where="--baseline", remedy="Give 2 or more."
            )


def chart_file(
    source: Path,
    result: Path,
    options: ChartOptions,
    drawings: Path | None = None,
    *,
    series_at_once: int = SERIES_AT_ONCE,
) -> list[str]:
    """Chart every series of the file at `source` and write the points to `result`; return what to tell the user.

    `drawings` is a folder for one SVG a series. How many series are charted at once changes no figure. Raises
    PanelbriefError for faulty input and unwritable output.
    """
    check_output(result, source, options.rebase, options.exclude)
    if drawings is not None:
        check_folder(drawings)
    has_to_be_there = ("value", "denominator") if options.chart in OVER_DENOMINATORS else ("value",)
    with open_scratch() as connection:
        read_series(connection, source, needed=has_to_be_there)
        notes = _read_dates(connection, options)
        fill(connection, "series_option", [(options.chart, options.baseline, options.better)])
        fill(connection, "plan_chart", [(options.rules, options.is_screened)])
        make_table(connection, "series", "series_segment")
        _take(connection, range(1, _count(connection) + 1))
        make_table(connection, "flag", "flag_chart")
        faults = read_statement("series_chart_fault")
        refuse(connection, source, faults, "Correct this, or choose another --chart.")
        if options.chart == "auto":
            notes += _picked(connection)
        write_rows(connection, read_statement("series_result"), result, _charted_parts(connection, series_at_once))
        if drawings is not None:
            from flows.spc_drawing import draw_series

            rows = (
                row
                for _ in _charted_parts(connection, series_at_once)
                for row in select_rows(connection, SQL / "series" / "series_drawing.sql")
            )
            count = draw_series(rows, drawings)
            notes.append(say("drawn", count=count, folder=drawings))
    return notes


def _charted_parts(connection: duckdb.DuckDBPyConnection, series_at_once: int) -> Iterator[range]:
    """Make the chart tables of one part of the series after another, so that memory does not grow with the file."""
    for first in range(1, _count(connection) + 1, series_at_once):
        part = range(first, first + series_at_once)
        _take(connection, part)
        make_charts(connection)
        yield part


def _count(connection: duckdb.DuckDBPyConnection) -> int:
    return int(connection.execute("SELECT count(*) FROM series_name").fetchall()[0][0])


def _take(connection: duckdb.DuckDBPyConnection, part: range) -> None:
    """Make `flag_series`, which the chart tables are made of, from the series with these numbers."""
    fill(connection, "series_part", [(part[0], part[-1])])
    make_table(connection, "series", "series_point")
    connection.execute("CREATE OR REPLACE VIEW flag_series AS FROM series_point")


def _read_dates(connection: duckdb.DuckDBPyConnection, options: ChartOptions) -> list[str]:
    """Make the tables of rebases and exclusions; return a note for dates that no record has."""
    notes = []
    for table, path in (("series_rebase", options.rebase), ("series_exclude", options.exclude)):
        strangers = read_dates(connection, path, table)
        if strangers and path is not None:
            first = select_rows(connection, SQL / "series" / "series_stranger.sql")[0]
            named = f"record {first['record']:,}: the {first['column_name']} {first['reason']}"
            notes.append(say("strangers", file=path.name, count=strangers, first=named))
    return notes


def _picked(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return in words which charts were picked, for how many segments, and why."""
    rows = select_rows(connection, SQL / "series" / "series_picked.sql")
    return [say(f"picked_{row['chart_reason']}", chart=row["chart"], count=row["segments"]) for row in rows]
