"""The columns of a file of anybody's series, CSV or Parquet: which it has, of what types, and how DuckDB reads them."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.errors import PanelbriefError, UnreadableFile

if TYPE_CHECKING:
    import duckdb

COLUMNS = ("series_id", "date", "value", "denominator")
KINDS = {".csv": "csv", ".parquet": "parquet", ".pq": "parquet"}
_NUMBERS = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)|VARCHAR)$")
_DATES = re.compile(r"(DATE|TIMESTAMP(_S|_MS|_NS)?|VARCHAR)$")
_ZONED = "TIMESTAMP WITH TIME ZONE"


@dataclass(frozen=True)
class Source:
    """Where rows are read from: the FROM clause, the number of the first row, and every column.

    `names` are in lower case, in the file's order; `columns` gives for each its name in SQL and its type.
    """

    rows: str
    first_record: int
    names: tuple[str, ...]
    columns: dict[str, tuple[str, str]]


def file_kind(path: Path) -> str:
    """Return csv or parquet, by the file's ending; raises PanelbriefError for any other."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise PanelbriefError(
            "only CSV and Parquet are read and written.",
            where=path.name,
            remedy="Its name must end in .csv or .parquet.",
        )
    return kind


def find_columns(connection: duckdb.DuckDBPyConnection, path: Path) -> Source:
    """Return where the rows of the file at `path` are read from; raises UnreadableFile, or duckdb.Error, if nowhere."""
    if file_kind(path) == "csv":
        return _csv_source(path)
    if not path.exists():
        raise unreadable(path, "no such file or directory")
    rows = f"read_parquet({_literal(path)})"
    described = connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    names = tuple(_folded(str(name)) for name, *_ in described)
    given = [('"' + str(name).replace('"', '""') + '"', str(kind)) for name, kind, *_ in described]
    return Source(rows, 1, names, dict(zip(names, given, strict=True)))


def check_columns(
    connection: duckdb.DuckDBPyConnection, path: Path, source: Source, needed: Sequence[str], wanted: Collection[str]
) -> None:
    """Raise UnreadableFile if a column that is needed is missing, or one that is wanted is there twice or of no use."""
    for name in needed:
        if name not in source.columns:
            raise UnreadableFile(
                f"there is no column '{name}'.", where=path.name, remedy=f"Its columns are {', '.join(source.names)}."
            )
    for name in wanted:
        if source.names.count(name) > 1:
            raise UnreadableFile(f"there are two columns '{name}'.", where=path.name, remedy="Take one of them out.")
    for name in set(wanted) & set(source.columns) - {"series_id"}:
        kind = source.columns[name][1]
        if name == "date":
            _check_dates(connection, path, kind)
        elif not _NUMBERS.match(kind):
            raise UnreadableFile(f"the column '{name}' is of type {kind}.", where=path.name, remedy="Write numbers.")


def cells(source: Source, wanted: Collection[str]) -> str:
    """Return the SELECT list of the four columns; one that is not wanted, or not there, is empty.

    A series and a date keep their types, so that they come out as they were given; numbers are text, so that a fault
    can be named as it was written.
    """
    chosen = []
    for name in COLUMNS:
        column, kind = source.columns.get(name, ("", "")) if name in wanted else ("", "")
        if not column:
            chosen.append(f"NULL::VARCHAR AS {name}")
        elif kind == "VARCHAR" or name in ("value", "denominator"):
            chosen.append(f"trim({column}::VARCHAR) AS {name}")
        else:
            chosen.append(f"{column} AS {name}")
    return ", ".join(chosen)


def unreadable(path: Path, reason: str) -> UnreadableFile:
    """Return the error for a file that cannot be read; of DuckDB's message, the line and what it expected there."""
    line = re.search(r"CSV Error on Line: (\d+)", reason)
    expected = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", reason)
    where = f"{path.name}, line {line[1]}" if line else path.name
    cause = re.search(r"([^\n]+)\n+Possible fixes", reason)
    said = " ".join((cause[1] if cause else reason.strip().splitlines()[0]).split()).rstrip(".")
    if expected:
        said = f"it has {expected[2]} fields where the header has {expected[1]}"
    elif re.search(r"not utf-8 encoded", reason, re.IGNORECASE):
        said = "it is not UTF-8 text"
    return UnreadableFile(f"this cannot be read: {said}.", where=where, remedy="Mend the file, or export it anew.")


def quoted(value: object) -> str:
    """Return the value as SQL text."""
    return "'" + str(value).replace("'", "''") + "'"


def _csv_source(path: Path) -> Source:
    """Return the source of a CSV: all text, so that nothing is taken for a number or a date unseen."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            header = next(csv.reader(stream), [])
    except UnicodeDecodeError:
        raise unreadable(path, "it is not UTF-8 text") from None
    except csv.Error as error:
        raise unreadable(path, str(error)) from error
    except OSError as error:
        raise unreadable(path, (error.strerror or str(error)).lower()) from error
    if not header:
        raise UnreadableFile("the file is empty.", where=path.name, remedy="Its first line names the columns.")
    names = tuple(_folded(name) for name in header)
    types = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(names)))
    rows = (
        f"read_csv({_literal(path)}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"',"
        f" columns = {{{types}}})"
    )
    return Source(rows, 2, names, {name: (f"c{at}", "VARCHAR") for at, name in enumerate(names)})


def _literal(path: Path) -> str:
    """Return the path as SQL text that means this one file; DuckDB takes some characters for a pattern of names."""
    return quoted(re.sub(r"[\[*?]", r"[\g<0>]", str(path)))


def _folded(name: str) -> str:
    return name.strip().lower()


def _check_dates(connection: duckdb.DuckDBPyConnection, path: Path, kind: str) -> None:
    if _DATES.match(kind):
        return
    remedy = "Write plain dates."
    if kind == _ZONED:
        if connection.execute("SELECT periods_per_year FROM series_reading").fetchone() == (None,):
            return
        remedy += " An hour of another time zone may lie in another month."
    raise UnreadableFile(f"the column 'date' is of type {kind}.", where=path.name, remedy=remedy)
