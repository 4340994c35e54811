"""Anybody's series, CSV or Parquet: read into DuckDB with every fault named, and results written in one step.

A file has the columns series_id, date, value and, if it likes, denominator; columns of other names are passed over.
Dates are ISO days, times or months (2023-04-01, 2023-04); an empty value is a gap. Nothing is guessed: what is not a
number or a date is a fault, named with its record. In a CSV the header is record 1; a Parquet file's first row is.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import PanelbriefError, UnreadableFile
from flows.series_columns import cells, check_columns, file_kind, find_columns, quoted, unreadable
from flows.settings import SQL
from flows.warehouse import fill, make_table, open_warehouse

if TYPE_CHECKING:
    import duckdb

SHOWN_FAULTS = 10
# What the database may hold before it spills; Python and its libraries come on top.
MEMORY_LIMIT = "700MB"
# Of a figure, either way, unless the caller says otherwise; 1 / LARGEST is the least of a denominator above nought.
# Beyond these the limits of shares and rates, which multiply and divide several of them, leave the range of numbers.
LARGEST = 1e100
FORMATS = {"csv": "FORMAT csv, HEADER", "parquet": "FORMAT parquet, COMPRESSION zstd"}


@contextmanager
def open_scratch() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to an empty database that spills to a folder, gone afterwards, when memory is short."""
    with (
        tempfile.TemporaryDirectory(prefix="panelbrief-series-") as folder,
        open_warehouse(Path(":memory:")) as connection,
    ):
        connection.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"SET temp_directory = {quoted(folder)}")
        yield connection


def read_series(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    needed: Sequence[str] = ("value",),
    welcome: Sequence[str] = ("denominator",),
    periods_per_year: int | None = None,
    largest: float = LARGEST,
) -> tuple[str, ...]:
    """Make `series_name` and `series_input` (series, record, date as given, day, value, denominator) from a file.

    series_id and date keep the types that a Parquet file gives them. `day` is the date as a time; with periods a year
    (12 or 4) it is the first day of the month or quarter that the date lies in, be it the last day or a month of it.
    A column that is neither `needed` nor `welcome` is not looked at. Returns the names of all the file's columns.
    Raises UnreadableFile for a file that is no such table, has no record, or has faults, of which it lists the first:
    no series_id, no date, no number or one beyond `largest` (or a denominator nearer to nought than 1 / `largest`),
    two records of a series at one `day`.
    """
    fill(connection, "series_reading", [(1, periods_per_year, largest)])
    columns = _load(connection, path, ("series_id", "date", *needed), welcome)
    refuse(connection, path, f"{read_statement('series_fault')}\nUNION ALL\n({read_statement('series_repeat')})")
    connection.execute("DROP TABLE series_given")
    make_table(connection, "series", "series_name")
    make_table(connection, "series", "series_input")
    connection.execute("DROP TABLE series_typed")
    if connection.execute("SELECT count(*) FROM series_name").fetchone() == (0,):
        raise UnreadableFile("there is no record below the header.", where=path.name, remedy="Is it the right file?")
    return columns


def read_dates(connection: duckdb.DuckDBPyConnection, path: Path | None, table: str) -> int:
    """Make `table` (series, day) from a file of series_id and date; without a path it is empty.

    Returns how many of its rows name a series and date that are not in `series_input`, and so change nothing; the
    select `series_stranger` says which. Raises UnreadableFile as `read_series` does, but may name a date twice.
    """
    connection.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT series, day FROM series_input LIMIT 0")
    if path is None:
        return 0
    _load(connection, path, ("series_id", "date"), ())
    refuse(connection, path, read_statement("series_fault"))
    make_table(connection, "series", "series_date")
    connection.execute("DROP TABLE series_given; DROP TABLE series_typed")
    connection.execute(f"INSERT INTO {table} SELECT DISTINCT series, day FROM series_date WHERE series IS NOT NULL")
    strangers = connection.execute("SELECT count(*) FROM series_date WHERE NOT has_record").fetchall()
    return int(strangers[0][0])


def read_statement(name: str) -> str:
    """Return the SELECT of that name in sql/series."""
    return (SQL / "series" / f"{name}.sql").read_text(encoding="utf-8")


def refuse(
    connection: duckdb.DuckDBPyConnection, path: Path, faults: str, remedy: str = "Correct this and run again."
) -> None:
    """Raise UnreadableFile that lists the first faults which the SELECT finds (record, column_name, reason), if any."""
    found = connection.execute(
        f"SELECT record, column_name, reason, count(*) OVER () FROM (\n{faults}\n)"
        f" ORDER BY record, column_name DESC LIMIT {SHOWN_FAULTS}"
    ).fetchall()
    if not found:
        return
    lines = [f"record {record:,}: the {column} {reason}" for record, column, reason, _ in found]
    total = found[0][-1]
    more = f" (the first {SHOWN_FAULTS} of {total:,} faults)" if total > SHOWN_FAULTS else ""
    raise UnreadableFile("; ".join(lines) + more + ".", where=path.name, remedy=remedy)


def check_output(output: Path, *inputs: Path | None) -> None:
    """Raise PanelbriefError if `output` cannot be written or is one of the inputs."""
    file_kind(output)
    if not output.parent.is_dir():
        raise PanelbriefError(
            "the folder for the output is not there.", where=str(output.parent), remedy="Make it, or name another."
        )
    if output.is_dir():
        raise PanelbriefError("the output is a folder.", where=str(output), remedy="Name a file in it.")
    if any(one and one.exists() and output.exists() and one.samefile(output) for one in inputs):
        raise PanelbriefError(
            "the output would overwrite what is read.", where=str(output), remedy="Name another file."
        )


def check_folder(folder: Path) -> None:
    """Raise PanelbriefError if `folder` is there and is no folder."""
    if folder.exists() and not folder.is_dir():
        raise PanelbriefError("this is a file, not a folder.", where=str(folder), remedy="Name a folder.")


def write_rows(
    connection: duckdb.DuckDBPyConnection, statement: str, path: Path, parts: Iterable[object] = (None,)
) -> None:
    """Write the rows of a SELECT to `path`, CSV or Parquet by its ending, whole or not at all.

    The SELECT is run once for each of `parts`, which makes the next part's tables as it is asked for it; the rows of
    the parts follow each other. Raises PanelbriefError where the file cannot be written.
    """
    import duckdb

    kind = file_kind(path)
    # Beside the output, so that the finished file gets its name in one step; what a killed run left is cleared away.
    folder = path.with_name(f".{path.name}.unfinished")
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        written: list[Path] = []
        for at, _ in enumerate(parts):
            written.append(folder / f"{at}.{kind}")
            has_header = kind == "parquet" or at == 0
            _copy(connection, statement, written[-1], FORMATS[kind] if has_header else "FORMAT csv, HEADER false")
            if kind == "csv" and at:
                _append(written.pop(), written[0])
        if len(written) > 1:
            parts_read = f"FROM read_parquet([{', '.join(map(quoted, written))}])"
            written = [folder / "whole.parquet"]
            _copy(connection, parts_read, written[0], FORMATS[kind])
        written[0].replace(path)
    except (duckdb.IOException, OSError) as error:
        raise PanelbriefError(
            "the result cannot be written.",
            where=str(path),
            remedy="Is the folder there, may it be written to, and is there room on the disk?",
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy(connection: duckdb.DuckDBPyConnection, statement: str, path: Path, how: str) -> None:
    connection.execute(f"COPY (\n{statement}\n) TO {quoted(path)} ({how})")


def _append(part: Path, whole: Path) -> None:
    with part.open("rb") as text, whole.open("ab") as whole_text:
        shutil.copyfileobj(text, whole_text, 1 << 20)
    part.unlink()


def _load(
    connection: duckdb.DuckDBPyConnection, path: Path, needed: Sequence[str], welcome: Sequence[str]
) -> tuple[str, ...]:
    """Make `series_given` and `series_typed` from the wanted columns of a file, in its order; return all its columns.

    A column that is not wanted, or welcome but absent, is empty.
    """
    import duckdb

    try:
        source = find_columns(connection, path)
        check_columns(connection, path, source, needed, (*needed, *welcome))
        chosen = cells(source, (*needed, *welcome))
        connection.execute(f"CREATE OR REPLACE TABLE series_given AS SELECT {chosen} FROM {source.rows}")
    except duckdb.Error as error:
        raise unreadable(path, str(error)) from error
    connection.execute("UPDATE series_reading SET first_record = $1", [source.first_record])
    make_table(connection, "series", "series_typed")
    return source.names
