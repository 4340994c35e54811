"""stage: stored files become typed tables in the run's warehouse, every record staged, rejected or blank."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import duckdb
from prefect import task

from flows.calendar import performance_meeting, reported_quarter
from flows.corrections import apply_corrections
from flows.errors import PanelbriefError, UnreadableFile, WarehouseError
from flows.extraction import idle_corrections, unreadable_sentence
from flows.job import Job
from flows.ledger import Extract
from flows.plan.models import Plan
from flows.review.gather import gather_unreadable
from flows.review.holding import hold
from flows.settings import SQL
from flows.sources import LAYOUTS, Layout
from flows.staging import Staged, kind_columns, stage_file
from flows.staging_macros import MACROS
from flows.store import Store
from flows.vintages import fill_vintages
from flows.warehouse import fill_configuration, open_warehouse
from flows.work import read_extracts, read_missing, read_plan, read_superseded


def stage(job: Job) -> list[str]:
    """Stage every usable extract, build the `stg_` and `rej_` tables, and write the configuration beside them.

    Declared corrections are made in these tables. Returns a sentence for each extract that could not be read and whose
    source may be missing, and for each correction of a file that is not in use. Raises UnreadableFile for an extract
    whose source is required, and leaves the review page; CorrectionFaults for a correction that does not fit its file.
    """
    plan, extracts = read_plan(job), read_extracts(job)
    staged, unreadable = _stage_files(job, plan, extracts)
    sentences = [
        unreadable_sentence(plan.source(one.source), one, unreadable[one.id])
        for one in extracts
        if one.id in unreadable
    ]
    (job.work / "unreadable.json").write_text(json.dumps(sentences), encoding="utf-8")
    _write_received(job, staged, unreadable)
    meeting = performance_meeting(plan, job.meeting)
    readable = [one for one in extracts if one.id in staged]
    with open_warehouse(job.warehouse) as connection:
        fill_configuration(
            connection,
            plan,
            meeting=job.meeting,
            as_of=job.as_of,
            quarter=reported_quarter(plan, meeting),
            extracts=readable,
            open_ended={name: one.open_ended for name, one in staged.items()},
        )
        layouts = {one.id: LAYOUTS[one.layout] for one in plan.sources}
        before = _stage_superseded(job, plan)
        fill_vintages(connection, readable, read_superseded(job), {**before, **staged}, layouts)
        for layout in LAYOUTS.values():
            _make_tables(connection, layout, [one for one in staged.values() if one.table == layout.table])
            _assert_all_there(connection, layout, list(staged.values()))
        apply_corrections(connection, plan, readable, Store(job.store), job.as_of)
    needed = [unreadable[one.id] for one in extracts if one.id in unreadable and plan.source(one.source).required]
    if needed:
        hold(job, gather_unreadable(job))
        raise needed[0]
    return [*read_missing(job), *sentences, *idle_corrections(plan, extracts, job.as_of)]


def _write_received(job: Job, staged: dict[str, Staged], unreadable: dict[str, UnreadableFile]) -> None:
    """Keep how each extract was read, for the review page."""
    counts = ("rows_read", "rows_staged", "rows_rejected", "rows_blank", "notes")
    received: dict[str, dict[str, Any]] = {
        name: {count: getattr(one, count) for count in counts} for name, one in staged.items()
    }
    received |= {name: {"problem": error.text()} for name, error in unreadable.items()}
    (job.work / "received.json").write_text(json.dumps(received), encoding="utf-8")


def _stage_files(job: Job, plan: Plan, extracts: list[Extract]) -> tuple[dict[str, Staged], dict[str, UnreadableFile]]:
    """Return what was staged and what could not be read, by the extract's id; one bad file hides no other."""
    staged, unreadable = {}, {}
    for one in extracts:
        try:
            staged[one.id] = _stage_one(job, plan, one)
        except UnreadableFile as error:
            unreadable[one.id] = error
    return staged, unreadable


def _stage_superseded(job: Job, plan: Plan) -> dict[str, Staged]:
    """Return what can be staged of the files that others took the place of; what is wrong with them is past."""
    staged = {}
    for one in read_superseded(job):
        with suppress(PanelbriefError):
            staged[one.id] = _stage_one(job, plan, one)
    return staged


def _stage_one(job: Job, plan: Plan, one: Extract) -> Staged:
    store = Store(job.store)
    return stage_file(
        store.path(one.sha256),
        one.name,
        LAYOUTS[plan.source(one.source).layout],
        source=one.source,
        extract_id=one.id,
        sha256=one.sha256,
        cache=store.staged,
    )


def _make_tables(connection: duckdb.DuckDBPyConnection, layout: Layout, staged: list[Staged]) -> None:
    """Make one layout's `stg_` and `rej_` tables; without files they are empty, with their columns all the same."""
    rejected = layout.table.replace("stg_", "rej_")
    if staged:
        rows, rejects = [str(one.parquet) for one in staged], [str(one.rejects) for one in staged]
        connection.execute(f"CREATE TABLE {layout.table} AS SELECT * FROM read_parquet(?)", [rows])
        connection.execute(f"CREATE TABLE {rejected} AS SELECT * FROM read_parquet(?)", [rejects])
        return
    columns = ", ".join(
        f"{name} VARCHAR" for name in ("file_name", "member", *(column.name for column in layout.columns))
    )
    connection.execute(f"CREATE TEMP TABLE raw_file ({columns}, record VARCHAR)")
    connection.execute(MACROS)
    statement = (SQL / "stage" / f"{layout.table}.sql").read_text(encoding="utf-8")
    connection.execute(
        f"CREATE TABLE {layout.table} AS"
        f" SELECT * EXCLUDE (reject_column, reject_value, reject_reason) FROM ({statement}) LIMIT 0",
        {"extract_id": "", "source": ""},
    )
    connection.execute("DROP TABLE raw_file")
    kinds = "".join(f", {name} VARCHAR" for name in kind_columns(layout))
    connection.execute(
        f"CREATE TABLE {rejected} (extract_id VARCHAR, source VARCHAR, file VARCHAR, line BIGINT,"
        f" column_name VARCHAR, value VARCHAR, reason VARCHAR{kinds})"
    )


def _assert_all_there(connection: duckdb.DuckDBPyConnection, layout: Layout, staged: list[Staged]) -> None:
    """Raise WarehouseError unless every record read is in the `stg_` table, in the `rej_` table, or blank."""
    rejected = layout.table.replace("stg_", "rej_")
    ((held,),) = connection.execute(
        f"SELECT (SELECT count(*) FROM {layout.table}) + (SELECT count(*) FROM {rejected})"
    ).fetchall()
    read = sum(one.rows_read - one.rows_blank for one in staged if one.table == layout.table)
    if held != read:
        raise WarehouseError(
            f"{read:,} records were read that are not blank, but {held:,} are staged or rejected.",
            where=f"{layout.table} and {rejected}",
            remedy="Something between reading and the tables dropped or doubled rows; no figure would be right.",
        )


stage_task = task(name="Read the extracts into tables")(stage)
