"""Puts what was received, what failed and what was decided into one Review, and writes the rows beside the page."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.job import Job
from flows.review.copying import ask_text, corrections
from flows.review.failing import FROM_FILE, named_column
from flows.review.in_doubt import public_text
from flows.review.model import SHOWN_ROWS, Failure, ReceivedFile, RefusedFile, Rejected, Review, Rows
from flows.review.standing import fingerprint, standing
from flows.review.touching import touched
from flows.sources import LAYOUTS
from flows.validation import CheckResult
from flows.wording.sentences import say
from flows.work import read_decisions, read_extracts, read_inputs, read_missing, read_plan, read_received, read_refused

if TYPE_CHECKING:
    import duckdb

# The store's ids of files and sources say nothing to a person who looks at rows.
NOT_SHOWN = ("extract_id", "source")


def gather_unreadable(job: Job) -> Review:
    """Return the review of a run that stopped at a required file, refused or not to be read: nothing was checked."""
    return _review(job, is_checked=False)


def gather_review(
    connection: duckdb.DuckDBPyConnection, job: Job, results: Sequence[CheckResult], folder: Path
) -> Review:
    """Return the review of every check, and write all failing and rejected rows as CSV files into `folder`.

    `connection` has the run's warehouse open; `results` have been located (`flows.review.failing`).
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    review = _review(job, is_checked=True, checks=len(results))
    titles = {one.id: one.title for one in read_plan(job).indicators}
    decisions = read_decisions(job)
    found = [_failure(connection, review, one, titles, folder) for one in results if one.outcome != "passed"]
    failures = [standing(one, decisions) for one in found]
    order = {"open": 0, "rejected": 1, "accepted": 2, "warning": 3}
    failures.sort(key=lambda one: order[one.state])
    rejected = [one for table in _tables(job) if (one := _rejected(connection, table, folder))]
    return review.model_copy(update={"failures": tuple(failures), "rejected": tuple(rejected)})


def failure_id(table: str, expectation: str, mark: str) -> str:
    """Return the short id of a failed check with that fingerprint: other files or other rows, another id.

    So a command that was copied from a page accepts what that page showed, or nothing.
    """
    return hashlib.sha256(json.dumps([table, expectation, mark]).encode()).hexdigest()[:6]


def _review(job: Job, *, is_checked: bool, checks: int = 0) -> Review:
    plan, received = read_plan(job), read_received(job)
    files = []
    for one in read_extracts(job):
        source = plan.source(one.source)
        files.append(
            ReceivedFile(
                extract=one.id,
                sha256=one.sha256,
                name=one.name,
                source=source.title,
                received=one.received,
                is_required=source.required,
                is_read=one.id in received,
                is_published=source.published,
                **received.get(one.id, {}),
            )
        )
    return Review(
        panel=plan.panel.name,
        meeting=job.meeting,
        as_of=job.as_of,
        reference=read_inputs(job)[:8],
        is_checked=is_checked,
        missing=tuple(read_missing(job)),
        files=tuple(files),
        failures=(),
        rejected=(),
        checks=checks,
        refused=tuple(RefusedFile.model_validate(one) for one in read_refused(job)),
    )


def _tables(job: Job) -> list[str]:
    """Return the tables that anything readable was received for, in the order of the sources."""
    plan = read_plan(job)
    sources = {one.id: LAYOUTS[one.layout].table for one in plan.sources}
    received = {one.source for one in read_extracts(job)}
    return list(dict.fromkeys(table for source, table in sources.items() if source in received))


def _failure(
    connection: duckdb.DuckDBPyConnection,
    review: Review,
    result: CheckResult,
    titles: dict[str, str],
    folder: Path,
) -> Failure:
    files = tuple(one for one in review.files if one.extract in result.extracts)
    rows, indicators = _failing(connection, result, folder)
    mark = fingerprint(connection, result, [one.sha256 for one in files])
    sources = [str(row[0]) for row in _sources(connection, result.extracts)]
    if indicators is None:
        indicators = touched(connection, result.table, sources, "", ())
    failure = Failure.model_validate(
        {
            "id": failure_id(result.table, result.expectation, mark),
            "fingerprint": mark,
            "table": result.table,
            "expectation": result.expectation,
            "outcome": result.outcome,
            "state": "open" if result.severity == "critical" else "warning",
            "expected": result.expected,
            "came": result.message,
            "public": public_text(connection, result),
            "why": result.why,
            "indicators": tuple(indicators),
            "indicator_titles": tuple(titles[one] for one in indicators),
            "files": files,
            "rows": rows,
        }
    )
    if failure.state == "warning":
        return failure
    texts = {"ask": ask_text(review, failure), "correct": corrections(connection, failure, named_column(result))}
    return failure.model_copy(update=texts)


def _sources(connection: duckdb.DuckDBPyConnection, extracts: Sequence[str]) -> list[tuple[Any, ...]]:
    query = "SELECT DISTINCT source FROM extract_file WHERE list_contains($extracts, extract_id) ORDER BY source"
    return connection.execute(query, {"extracts": list(extracts)}).fetchall()


def _failing(connection: duckdb.DuckDBPyConnection, result: CheckResult, folder: Path) -> tuple[Rows, list[str] | None]:
    """Return the failing rows, and the indicators that they touch: None where there are no rows to go by."""
    if not result.rows_sql:
        return Rows(), None
    connection.execute(f"CREATE OR REPLACE TEMP TABLE failing AS SELECT * FROM (\n{result.rows_sql}\n) ORDER BY ALL")
    name = f"{result.table.removeprefix('stg_')}-{result.expectation}.csv"
    if (folder / name).exists():
        # The same question of another file.
        name = f"{name.removesuffix('.csv')}-{result.extracts[0]}.csv"
    hidden = (*NOT_SHOWN, FROM_FILE) if len(result.extracts) == 1 else NOT_SHOWN
    rows = _rows(connection, "failing", folder / name, hidden)
    sources = [str(row[0]) for row in _sources(connection, result.extracts)]
    columns = [row[0] for row in connection.execute("DESCRIBE failing").fetchall()]
    return rows, touched(connection, result.table, sources, "failing", columns)


def _rejected(connection: duckdb.DuckDBPyConnection, table: str, folder: Path) -> Rejected | None:
    name = table.replace("stg_", "rej_")
    query = f"SELECT file, line, column_name, value, reason FROM {name} ORDER BY ALL"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE refused AS {query}")
    rows = _rows(connection, "refused", folder / f"rejected-{table.removeprefix('stg_')}.csv")
    title = next(one.title for one in LAYOUTS.values() if one.table == table)
    return Rejected(table=table, title=title, rows=rows) if rows.total else None


def _rows(connection: duckdb.DuckDBPyConnection, table: str, file: Path, hidden: Sequence[str] = NOT_SHOWN) -> Rows:
    """Return a table's first rows as text, and write all of them to `file` if there are any."""
    counted = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    total = int(counted[0]) if counted else 0
    if not total:
        return Rows()
    columns = connection.execute(f"DESCRIBE {table}").fetchall()
    connection.execute(
        f"COPY (SELECT {', '.join(_safe_cell(row[0], row[1]) for row in columns)} FROM {table}) TO '{_escaped(file)}'"
        " (FORMAT csv, HEADER)"
    )
    shown = connection.execute(f"SELECT * FROM {table} LIMIT {SHOWN_ROWS}").fetchall()
    kept = [at for at, row in enumerate(columns) if row[0] not in hidden and any(one[at] is not None for one in shown)]
    return Rows(
        columns=tuple(columns[at][0].replace("_", " ") for at in kept),
        rows=tuple(tuple(_text(row[at]) for at in kept) for row in shown),
        total=total,
        file=file.name,
    )


def _safe_cell(name: str, kind: str) -> str:
    """Return the column as it is written to a CSV: a text that a spreadsheet would take for a formula is set off."""
    column = '"' + name.replace('"', '""') + '"'
    if kind != "VARCHAR":
        return column
    return rf"CASE WHEN regexp_matches({column}, '^\s*[-=+@\t\r]') THEN '''' || {column} ELSE {column} END AS {column}"


def _text(value: Any) -> str:
    if value is None or value == "":
        return say("review_empty")
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    if isinstance(value, float) and value.is_integer():
        return f"{int(value)}"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
