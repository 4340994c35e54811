"""Staging one stored file: text in, typed Parquet out, with every record accounted for.

The result is kept under the hash of all that it depends on, so a file is staged once, and a new month costs a month.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import WarehouseError
from .sources import READER_VERSION, Layout, Reading, read_file
from .sources.records import SHOWN_CHARACTERS
from .staging_macros import MACROS
from .store import STAGING, writing

if TYPE_CHECKING:
    import duckdb

SQL_FOLDER = Path(__file__).resolve().parents[1] / "sql"
# Of the 1 GB that a whole run may use, other stages hold the rest. Beyond it DuckDB writes to the work folder.
MEMORY_LIMIT = "400MB"
# A record's line was bounded in bytes when it was looked through; Windows-1252 may grow threefold in UTF-8.
_MAX_RAW_LINE = 4 * 1024**2

# What a record counts: a refused one keeps it, so that what it touches is known.
KINDS = ("measure", "offence_group", "offence_subgroup", "crime_type")

_SPLIT = """
copy (
    select * exclude (reject_column, reject_value, reject_reason)
    from outcome
    where reject_reason is null
    order by member, record
) to {staged} (format parquet, compression zstd)
"""
_REJECTS = """
copy (
    select
        $extract_id as extract_id,
        $source as source,
        $file || case when member = '' then '' else '!' || member end as file,
        record as line,
        column_name,
        case when length(value) > {shown} then left(value, {shown}) || '…' else value end as value,
        reason{kinds}
    from (
        select member, record, coalesce({headers}[reject_column], reject_column) as column_name,
            reject_value as value, reject_reason as reason{kinds}
        from outcome
        where reject_reason is not null
        union all by name
        select coalesce(member, '') as member, cast(record as bigint) as record, '' as column_name,
            coalesce(value, '') as value, reason
        from read_csv({faults}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"',
            columns = {{'member': 'VARCHAR', 'record': 'VARCHAR', 'value': 'VARCHAR', 'reason': 'VARCHAR'}})
    )
    order by member, line
) to {rejects} (format parquet, compression zstd)
"""


@dataclass(frozen=True)
class Staged:
    """One stored file, staged: rows_read = rows_staged + rows_rejected + rows_blank, the header not counted.

    `parquet` holds the typed rows of `table` in the order of the file; `rejects` has one row for every record that was
    refused: extract_id, source, file (archive!member in a zip), line (the header is 1), column_name (as printed; empty
    when the whole record is at fault), value, reason, and the layout's kind_columns. `ignored` are members of other
    layouts. `open_ended` names the members (empty for a file that is none) whose last line has no end, as when they are
    cut short.
    """

    table: str
    rows_read: int
    rows_staged: int
    rows_rejected: int
    rows_blank: int
    ignored: tuple[str, ...]
    extra_columns: tuple[str, ...]
    notes: tuple[str, ...]
    open_ended: tuple[str, ...]
    parquet: Path
    rejects: Path


def kind_columns(layout: Layout) -> tuple[str, ...]:
    """Return the columns that say what a record of the layout counts, by which indicators select it."""
    return tuple(column.name for column in layout.columns if column.name in KINDS)


def stage_file(
    path: Path, name: str, layout: Layout, *, source: str, extract_id: str, sha256: str, cache: Path
) -> Staged:
    """Stage the stored file at `path`, sent as `name`, and return its counts and where its rows are.

    `sha256` is the hash of the file's content. The result is kept in a folder under `cache`; a second call with equal
    arguments only reads it. Raises UnreadableFile if the file cannot be read at all, WarehouseError if the SQL fails.
    """
    base = re.split(r"[/\\]", name)[-1]
    sql_file = SQL_FOLDER / "stage" / f"{layout.table}.sql"
    if not sql_file.exists():
        raise WarehouseError(
            "there is no SQL file for this table.", where=str(sql_file), remedy="Is the checkout whole?"
        )
    sql = sql_file.read_text(encoding="utf-8")
    key = _key(sha256, base, layout.name, source, extract_id, sql, MACROS, READER_VERSION)
    folder = cache / key
    kept = _kept(folder)
    if kept:
        return kept
    with writing(cache), tempfile.TemporaryDirectory(dir=cache, prefix=STAGING) as temporary:
        work = Path(temporary)
        made = work / "made"
        made.mkdir()
        reading = read_file(path, base, layout, work)
        staged, rejected = _run_sql(sql_file, sql, reading, layout, base, source, extract_id, work, made)
        counts = reading.counts
        if counts.read != staged + rejected + counts.blank:
            raise WarehouseError(
                f"{counts.read} records were read, but {staged} staged, {rejected} rejected and {counts.blank} blank.",
                where=f"{base}, {sql_file.name}",
                remedy="The SQL file drops or adds rows: it must give one row for every row of raw_file.",
            )
        result = {
            "table": layout.table,
            "rows_read": counts.read,
            "rows_staged": staged,
            "rows_rejected": rejected,
            "rows_blank": counts.blank,
            "ignored": reading.ignored,
            "extra_columns": reading.extra_columns,
            "notes": reading.notes,
            "open_ended": reading.open_ended,
        }
        text = json.dumps(result, indent=2, ensure_ascii=False) + "\n"
        (made / "staged.json").write_text(text, encoding="utf-8")
        _keep(made, folder)
    kept = _kept(folder)
    if kept is None:
        raise WarehouseError("the staged file is not there.", where=str(folder), remedy="Is something deleting it?")
    return kept


def _key(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def _kept(folder: Path) -> Staged | None:
    parquet, rejects = folder / "staged.parquet", folder / "rejects.parquet"
    try:
        counts = json.loads((folder / "staged.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not (parquet.exists() and rejects.exists()):
        return None
    for name in ("ignored", "extra_columns", "notes", "open_ended"):
        counts[name] = tuple(counts[name])
    return Staged(**counts, parquet=parquet, rejects=rejects)


def _keep(made: Path, folder: Path) -> None:
    """Move the finished folder into its place. Another run may have done so first; its result is the same."""
    if folder.exists() and _kept(folder) is None:
        shutil.rmtree(folder)
    try:
        made.rename(folder)
    except OSError:
        if _kept(folder) is None:
            raise


def _run_sql(
    sql_file: Path,
    sql: str,
    reading: Reading,
    layout: Layout,
    base: str,
    source: str,
    extract_id: str,
    work: Path,
    made: Path,
) -> tuple[int, int]:
    """Type the raw records and write both Parquet files; return how many were staged, and how many rejected."""
    import duckdb

    with duckdb.connect(":memory:", config={"autoinstall_known_extensions": "false"}) as con:
        con.execute(f"set memory_limit = '{MEMORY_LIMIT}'; set temp_directory = {_text(work / 'spill')}")
        con.execute(f"create view raw_file as {raw_records(reading.raw, base, layout)}")
        con.execute(MACROS)
        names = {"extract_id": extract_id, "source": source}
        try:
            con.execute(f"create table outcome as\n{sql}", names)
        except duckdb.Error as error:
            raise WarehouseError(f"{error}\n\n{sql}", where=f"{sql_file.name}, reading {base}") from error
        headers = ", ".join(f"{_text(column.name)}: {_text(column.header)}" for column in layout.columns)
        staged = _copy(con, _SPLIT.format(staged=_text(made / "staged.parquet")), {})
        rejected = _copy(
            con,
            _REJECTS.format(
                faults=_text(reading.faults),
                rejects=_text(made / "rejects.parquet"),
                headers=f"map {{{headers}}}",
                shown=SHOWN_CHARACTERS,
                kinds="".join(f", {name}" for name in kind_columns(layout)),
            ),
            {**names, "file": base},
        )
    return staged, rejected


def _copy(con: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> int:
    row = con.execute(sql, parameters).fetchone()
    return int(row[0]) if row else 0


def raw_records(raw: Path, base: str, layout: Layout) -> str:
    """Return the SELECT of a file's records as text; a view takes no parameters, so names stand in it quoted."""
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in ("member", "record", *(c.name for c in layout.columns)))
    return (
        f"select {_text(base)} as file_name, * from read_csv({_text(raw)}, header = true, "
        f"auto_detect = false, delim = ',', quote = '\"', escape = '\"', max_line_size = {_MAX_RAW_LINE}, "
        f"columns = {{{columns}}})"
    )


def _text(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"
