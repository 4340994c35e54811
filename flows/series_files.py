"""Anybody's series, CSV or Parquet: read into DuckDB with every fault named, and results written in one step.

A file has the columns series_id, date, value and, if it likes, denominator. Dates are ISO days, times or months
(2023-04-01, 2023-04). An empty value is a gap. Nothing is guessed: what is not a number or a date is a fault.
"""

from __future__ import annotations

import contextlib
import csv
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import PanelbriefError, UnreadableFile
from flows.settings import SQL

if TYPE_CHECKING:
    import duckdb

SHOWN_FAULTS = 10
PARQUET = (".parquet", ".pq")
CSV_FORM = "delim = ',', quote = '\"', escape = '\"'"


def read_series(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make the table `series_input` (series_id, date as given, day, value, denominator) from the file at `path`.

    Raises UnreadableFile for a file that is no such table, and PanelbriefError that lists the first faulty records.
    """
    _load(connection, path, "series_text", ("series_id", "date", "value"), ("denominator",))
    _refuse(connection, path, "series_fault", "Correct these and run again; the header is record 1.")
    connection.execute(f"CREATE OR REPLACE TABLE series_input AS\n{_statement('series_input')}")
    connection.execute("DROP TABLE series_text")
    if connection.execute("SELECT count(*) FROM series_input").fetchall()[0][0] == 0:
        raise UnreadableFile("holds no records.", where=path.name, remedy="Give at least one row below the header.")


def read_dates(connection: duckdb.DuckDBPyConnection, path: Path | None, table: str) -> int:
    """Make `table` (series_id, day) from a CSV of series_id and date; without a path it is empty.

    Returns how many of its rows name a series and date that are not in `series_input`, and so change nothing.
    """
    connection.execute(f"CREATE OR REPLACE TABLE {table} (series_id VARCHAR, day TIMESTAMP)")
    if path is None:
        return 0
    _load(connection, path, "series_text", ("series_id", "date"), ())
    _refuse(connection, path, "series_date_fault", "Correct these and run again; the header is record 1.")
    connection.execute(f"INSERT INTO {table}\n{_statement('series_date')}")
    connection.execute("DROP TABLE series_text")
    unknown = (
        f"SELECT count(*) FROM {table} AS d ANTI JOIN series_input AS s ON d.series_id = s.series_id AND d.day = s.day"
    )
    return int(connection.execute(unknown).fetchall()[0][0])


def write_rows(connection: duckdb.DuckDBPyConnection, statement: str, path: Path) -> None:
    """Write the rows of a SELECT to `path`, CSV or Parquet by its ending, whole or not at all.

    Raises PanelbriefError where the file cannot be written.
    """
    import duckdb

    unfinished = path.with_name(f".{path.name}.unfinished")
    form = "FORMAT parquet" if path.suffix.lower() in PARQUET else "FORMAT csv, HEADER"
    try:
        connection.execute(f"COPY (\n{statement}\n) TO {_quoted(unfinished)} ({form})")
        unfinished.replace(path)
    except (duckdb.IOException, OSError) as error:
        raise PanelbriefError(
            "the result cannot be written.", where=str(path), remedy="Is the folder there, and may it be written to?"
        ) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _statement(name: str) -> str:
    return (SQL / "series" / f"{name}.sql").read_text(encoding="utf-8")


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _load(
    connection: duckdb.DuckDBPyConnection, path: Path, table: str, needed: Sequence[str], welcome: Sequence[str]
) -> None:
    """Make a table of the wanted columns as text, in the file's order; a column that is only welcome may be absent."""
    import duckdb

    if not path.is_file():
        raise UnreadableFile("is not there.", where=str(path), remedy="Look at the path.")
    try:
        columns, source = _source(connection, path)
        names = [name.strip().lower() for name, _ in columns]
        missing = [name for name in needed if name not in names]
        if missing:
            raise UnreadableFile(
                f"has no column {', '.join(missing)} (it has: {', '.join(names)}).",
                where=path.name,
                remedy=f"The first line must name {', '.join(needed)}.",
            )
        twice = [name for name in (*needed, *welcome) if names.count(name) > 1]
        if twice:
            raise UnreadableFile(f"has the column {twice[0]} twice.", where=path.name, remedy="Keep one.")
        given = dict(zip(names, (name for _, name in columns), strict=True))
        wanted = [f"{_column(given, name)} AS {name}" for name in (*needed, *welcome)]
        connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT {', '.join(wanted)} FROM {source}")
    except (duckdb.Error, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableFile(
            f"cannot be read: {_first_words(error)}",
            where=path.name,
            remedy="It must be CSV with commas, in UTF-8, or Parquet.",
        ) from error


def _source(connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[list[tuple[str, str]], str]:
    """Return each column's name and DuckDB's name for it, and what DuckDB reads; nothing of a CSV's form is guessed."""
    if path.suffix.lower() in PARQUET:
        source = f"read_parquet({_quoted(path)})"
        return [(row[0], row[0]) for row in connection.execute(f"DESCRIBE FROM {source}").fetchall()], source
    with path.open(encoding="utf-8-sig", newline="") as stream:
        columns = [(name, f"column{at}") for at, name in enumerate(next(csv.reader(stream), []))]
    types = ", ".join(f"'{name}': 'VARCHAR'" for _, name in columns)
    form = f"{CSV_FORM}, header = true, auto_detect = false, columns = {{{types}}}"
    return columns, f"read_csv({_quoted(path)}, {form})"


def _first_words(error: Exception) -> str:
    """Return what a person can use of a reader's message: the line, and what is wrong with it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("Expected Number", "Value with", "Invalid unicode"))]
    return " ".join([lines[0], *told[:1]]).rstrip(".") + "."


def _column(given: dict[str, str], name: str) -> str:
    if name not in given:
        return "NULL::VARCHAR"
    return 'trim("' + given[name].replace('"', '""') + '"::VARCHAR)'


def _refuse(connection: duckdb.DuckDBPyConnection, path: Path, statement: str, remedy: str) -> None:
    """Raise PanelbriefError that lists the records which the statement finds at fault, if there are any."""
    if not connection.execute(f"SELECT 1 FROM (\n{_statement(statement)}\n) LIMIT 1").fetchall():
        return
    rows = connection.execute(f"SELECT * FROM (\n{_statement(statement)}\n) ORDER BY record").fetchall()
    lines = [f"record {record}: {column} {reason}" for record, column, reason in rows[:SHOWN_FAULTS]]
    more = f" (the first {SHOWN_FAULTS} of {len(rows):,} faults)" if len(rows) > SHOWN_FAULTS else ""
    raise PanelbriefError(f"{'; '.join(lines)}{more}.", where=path.name, remedy=remedy)
