"""Files of series by period that anybody may bring: `series_id,date,value[,denominator]`, CSV or Parquet.

Nothing is guessed. Every record is looked at before any is used, and the first that is wrong is named with its number
(in a CSV the header is record 1; a Parquet file's first row is record 1). A date stands for the period that it lies in,
so a quarter may be written as its first day, its last day or a month of it. An empty value is a period whose figure is
missing. Columns of other names are passed over.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import PanelbriefError, UnreadableFile

if TYPE_CHECKING:
    import duckdb

MEMORY_LIMIT = "600MB"
_NUMBER = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"
_TIME = r"[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?"
_DAY = rf"[12][0-9]{{3}}-[0-9]{{2}}(-[0-9]{{2}}({_TIME})?)?"
_NUMERIC = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\))$")
_DATES = re.compile(r"(DATE|TIMESTAMP(_S|_MS|_NS)?|VARCHAR)$")
_PERIOD = {12: "year(day) * 12 + month(day) - 1", 4: "year(day) * 4 + quarter(day) - 1"}
_FIRST_DAY = {
    12: "make_date({0} // 12, {0} % 12 + 1, 1)",
    4: "make_date({0} // 4, {0} % 4 * 3 + 1, 1)",
}
_SHOWN = 40  # characters of what is wrong


@contextmanager
def open_memory() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to an empty database in memory; it spills to a folder that is gone afterwards."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    with (
        tempfile.TemporaryDirectory(prefix="panelbrief-series-") as folder,
        duckdb.connect(":memory:", config=settings) as connection,
    ):
        connection.execute(f"SET TimeZone = 'UTC'; SET memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"SET temp_directory = {_text(folder)}")
        yield connection


def read_periods(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    per_year: int,
    table: str,
    numbers: Sequence[str],
    largest: float,
) -> tuple[str, ...]:
    """Make `table` from the file at `path`: record, series_id (of its type in Parquet), date_text, period, `numbers`.

    A period is year * 12 + month - 1, or year * 4 + quarter - 1. `numbers` are the columns of figures that are needed,
    each a DOUBLE or NULL; without any, it is a list of periods, which may be empty and name one twice. Returns the
    names of all the file's columns. Raises UnreadableFile, with the record, for a file that cannot be read, lacks a
    column, has no record, a fault in one (a figure beyond `largest`, either way, is one), or two records of a series in
    one period.
    """
    import duckdb

    try:
        source = _csv_source(path) if _kind(path) == ".csv" else _parquet_source(connection, path)
        _check_columns(path, source.columns, ("series_id", "date", *numbers))
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS {_select(source, numbers, per_year, largest)}")
    except duckdb.Error as error:
        raise _unreadable(path, str(error)) from error
    faulty = connection.execute(f"SELECT record, fault FROM {table} WHERE fault IS NOT NULL ORDER BY record LIMIT 1")
    if found := faulty.fetchone():
        raise fault_at(path, *found)
    if numbers and connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,):
        raise UnreadableFile("there is no record below the header.", where=path.name, remedy="Is it the right file?")
    if numbers and (again := connection.execute(_TWICE.format(table=table, shown=_SHOWN)).fetchone()):
        raise fault_at(path, *again)
    return tuple(source.columns)


def fault_at(path: Path, record: int, fault: str) -> UnreadableFile:
    """Return the error that names the record of a file that is at fault."""
    return UnreadableFile(fault, where=f"{path.name}, record {record}", remedy="Correct it and run this again.")


def first_day(period: str, per_year: int) -> str:
    """Return the SQL for the first day of the period in the column of that name."""
    return _FIRST_DAY[per_year].format(period)


def check_output(output: Path, *inputs: Path) -> None:
    """Raise PanelbriefError if `output` cannot be written or is one of the inputs."""
    _kind(output)
    if not output.parent.is_dir():
        raise PanelbriefError(
            "the folder for the output is not there.", where=str(output.parent), remedy="Make it, or name another."
        )
    if output.is_dir():
        raise PanelbriefError("the output is a folder.", where=str(output), remedy="Name a file in it.")
    if any(one.exists() and output.exists() and one.samefile(output) for one in inputs):
        raise PanelbriefError(
            "the output would overwrite what is read.", where=str(output), remedy="Name another file."
        )


def write_table(connection: duckdb.DuckDBPyConnection, select: str, output: Path) -> None:
    """Write what `select` gives to `output`, CSV or Parquet by its name; nothing half-written is ever there."""
    kind = {".csv": "FORMAT csv, HEADER", ".parquet": "FORMAT parquet, COMPRESSION zstd"}[_kind(output)]
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".panelbrief-") as folder:
        made = Path(folder) / output.name
        connection.execute(f"COPY ({select}) TO {_text(made)} ({kind})")
        made.replace(output)


def _kind(path: Path) -> str:
    kind = path.suffix.lower()
    if kind not in (".csv", ".parquet"):
        raise PanelbriefError(
            "only CSV and Parquet are read and written.",
            where=path.name,
            remedy="Its name must end in .csv or .parquet.",
        )
    return kind


@dataclass(frozen=True)
class _Source:
    """Where rows are read from: FROM clause, record number, and each column by name as SQL and its type."""

    rows: str
    record: str
    columns: dict[str, tuple[str, str]]


def _csv_source(path: Path) -> _Source:
    """Return the source of a CSV: all text, so that nothing is taken for a number or a date unseen."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), [])
    except UnicodeDecodeError:
        raise _unreadable(path, "it is not UTF-8 text") from None
    except csv.Error as error:
        raise _unreadable(path, str(error)) from error
    except OSError as error:
        raise _unreadable(path, (error.strerror or str(error)).lower()) from error
    if not header:
        raise UnreadableFile("the file is empty.", where=path.name, remedy="Its first line names the columns.")
    names = [name.strip().casefold() for name in header]
    twice = sorted({name for name in names if names.count(name) > 1} & {"series_id", "date", "value", "denominator"})
    if twice:
        raise UnreadableFile(f"there are two columns '{twice[0]}'.", where=path.name, remedy="Take one of them out.")
    columns = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(names)))
    rows = (
        f"read_csv({_text(path)}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"',"
        f" columns = {{{columns}}})"
    )
    return _Source(rows, "row_number() OVER () + 1", {name: (f"c{at}", "VARCHAR") for at, name in enumerate(names)})


def _parquet_source(connection: duckdb.DuckDBPyConnection, path: Path) -> _Source:
    if not path.exists():
        raise _unreadable(path, "no such file or directory")
    described = connection.execute(f"DESCRIBE SELECT * FROM read_parquet({_text(path)})").fetchall()
    columns = {str(name).casefold(): (_name(str(name)), str(kind)) for name, kind, *_ in described}
    return _Source(f"read_parquet({_text(path)}, file_row_number = true)", "file_row_number + 1", columns)


def _check_columns(path: Path, columns: dict[str, tuple[str, str]], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in columns]
    if missing:
        raise UnreadableFile(
            f"there is no column '{missing[0]}'.", where=path.name, remedy=f"Its columns are {', '.join(columns)}."
        )
    for name in needed:
        kind = columns[name][1]
        if name == "date" and not _DATES.match(kind):
            remedy = "Write plain dates."
            remedy += " An hour of another time zone may lie in another month." if "TIME ZONE" in kind else ""
            raise UnreadableFile(f"the column 'date' is of type {kind}.", where=path.name, remedy=remedy)
        if name not in ("series_id", "date") and not (_NUMERIC.match(kind) or kind == "VARCHAR"):
            raise UnreadableFile(f"the column '{name}' is of type {kind}.", where=path.name, remedy="Write numbers.")


def _select(source: _Source, numbers: Sequence[str], per_year: int, largest: float) -> str:
    """Return the SELECT of every record, typed, with its fault in words or NULL."""
    columns = source.columns
    wanted = [f"{source.record} AS record"]
    wanted += [f"{columns[name][0]} AS {name}" for name in ("series_id", "date", *numbers)]
    date = "trim(date)" if columns["date"][1] == "VARCHAR" else "CAST(CAST(date AS DATE) AS VARCHAR)"
    typed = ["record", "series_id", f"{date} AS date_text"]
    typed += [f"coalesce(trim(CAST({name} AS VARCHAR)), '') AS {name}_text" for name in numbers]
    typed += [
        f"CASE WHEN regexp_full_match(trim({name}), '{_NUMBER}') THEN TRY_CAST(trim({name}) AS DOUBLE) END AS {name}"
        if columns[name][1] == "VARCHAR"
        else f"CAST({name} AS DOUBLE) AS {name}"
        for name in numbers
    ]
    day = (
        f"CASE WHEN regexp_full_match(date_text, '{_DAY}') THEN"
        " TRY_CAST(CASE WHEN length(date_text) = 7 THEN date_text || '-01' ELSE left(date_text, 10) END AS DATE) END"
    )
    return (
        f"WITH source AS (SELECT {', '.join(wanted)} FROM {source.rows}),"
        f" typed AS (SELECT {', '.join(typed)} FROM source),"
        f" dated AS (SELECT *, {day} AS day FROM typed)"
        f" SELECT {', '.join(['record', 'series_id', 'date_text', *numbers])}, {_PERIOD[per_year]} AS period,"
        f" {_faults(numbers, largest)} AS fault FROM dated"
    )


def _faults(numbers: Sequence[str], largest: float) -> str:
    faults = [
        "WHEN series_id IS NULL OR trim(CAST(series_id AS VARCHAR)) = '' THEN 'the series_id is empty.'",
        "WHEN coalesce(date_text, '') = '' THEN 'the date is empty.'",
        f"WHEN day IS NULL THEN 'the date ' || {_quoted('date_text')} || ' is not like 2023-04-01 or 2023-04.'",
    ]
    for name in numbers:
        said = f"'the {name} ' || {_quoted(name + '_text')}"
        faults += [
            f"WHEN {name} IS NULL AND {name}_text <> '' THEN {said} || ' is not a number.'",
            f"WHEN NOT isfinite({name}) OR abs({name}) > {largest!r}"
            f" THEN {said} || ' lies beyond what can be reckoned with.'",
        ]
    return f"CASE {' '.join(faults)} END"


_TWICE = """
SELECT
    later.record,
    'series ''' || left(CAST(later.series_id AS VARCHAR), {shown}) || ''' has two records for one period: '
        || later.date_text || ' here, and ' || earlier.date_text || ' in record ' || earlier.record || '.' AS fault
FROM {table} AS later
INNER JOIN (
    SELECT series_id, period, min(record) AS record, arg_min(date_text, record) AS date_text
    FROM {table} GROUP BY series_id, period HAVING count(*) > 1
) AS earlier ON later.series_id = earlier.series_id AND later.period = earlier.period AND later.record > earlier.record
ORDER BY later.record LIMIT 1
"""


def _unreadable(path: Path, reason: str) -> UnreadableFile:
    """Return the error for a file that cannot be read; of DuckDB's message, the line and what it expected there."""
    line = re.search(r"CSV Error on Line: (\d+)", reason)
    expected = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", reason)
    where = f"{path.name}, line {line[1]}" if line else path.name
    cause = re.search(r"([^\n]+)\n+Possible fixes", reason)
    said = " ".join((cause[1] if cause else reason.splitlines()[0]).split()).rstrip(".")
    if expected:
        said = f"it has {expected[2]} fields where the header has {expected[1]}"
    return UnreadableFile(f"this cannot be read: {said}.", where=where, remedy="Mend the file, or export it anew.")


def _quoted(column: str) -> str:
    return f"'''' || left({column}, {_SHOWN}) || ''''"


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
