"""Anybody's series, written to a file and charted by `panelbrief spc`, for tests."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

from flows.spc import ChartOptions, chart_file

Value = float | None
Row = dict[str, str]
HEADER = (
    "series_id,date,value,denominator,chart,segment,centre_line,lower_limit,upper_limit,warning_lower,warning_upper,"
    "moving_range,signal,rule,direction,meaning,runs_signal,longest_run,longest_run_max,crossings,crossings_min"
)


def month(at: int) -> str:
    """Return the date of the period at that place, as it stands in the files."""
    return f"{2000 + at // 12}-{at % 12 + 1:02}-01"


def lines_of(name: str, values: Sequence[Value | tuple[Value, Value]]) -> list[str]:
    """Return a series' lines, a month each; a pair is a value and its denominator, None is empty."""
    lines = []
    for at, one in enumerate(values):
        numbers = one if isinstance(one, tuple) else (one, None)
        lines.append(",".join([name, month(at), *("" if number is None else repr(number) for number in numbers)]))
    return lines


def write_lines(path: Path, lines: Sequence[str], header: str = "series_id,date,value,denominator") -> Path:
    """Write a CSV file and return its path."""
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


def write_dates(path: Path, dates: Mapping[str, Sequence[int]]) -> Path:
    """Write a file for --rebase or --exclude, from places in each series."""
    lines = [f"{name},{month(at)}" for name, places in dates.items() for at in places]
    return write_lines(path, lines, "series_id,date")


def charted_lines(
    folder: Path,
    lines: Sequence[str],
    *,
    rebase: Mapping[str, Sequence[int]] | None = None,
    exclude: Mapping[str, Sequence[int]] | None = None,
    **options: object,
) -> dict[str, list[Row]]:
    """Return the result's rows of each series; `options` are those of ChartOptions."""
    source, result = write_lines(folder / "in.csv", lines), folder / "out.csv"
    files = {
        name: write_dates(folder / f"{name}.csv", dates)
        for name, dates in (("rebase", rebase), ("exclude", exclude))
        if dates is not None
    }
    chart_file(source, result, ChartOptions(**options, **files))  # type: ignore[arg-type]
    return read_result(result)


def charted(
    folder: Path, series: Mapping[str, Sequence[Value | tuple[Value, Value]]], **more: object
) -> dict[str, list[Row]]:
    """Return the result's rows of each series, as `charted_lines` does."""
    lines = [line for name, values in series.items() for line in lines_of(name, values)]
    return charted_lines(folder, lines, **more)  # type: ignore[arg-type]


def read_result(path: Path) -> dict[str, list[Row]]:
    """Return the rows of a result by series, in the order of the file."""
    found: dict[str, list[Row]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["series_id"], []).append(row)
    return found
