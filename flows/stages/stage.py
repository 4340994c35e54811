"""stage: stored files become typed tables in the run's warehouse, every record staged, rejected or blank."""

from __future__ import annotations

import json
from contextlib import suppress

import duckdb
from prefect import task

from flows.calendar import performance_meeting, reported_quarter
from flows.errors import PanelbriefError, UnreadableFile, WarehouseError
from flows.extraction import unreadable_sentence
from flows.job import Job
from flows.ledger import Extract
from flows.plan.models import Plan
from flows.settings import SQL
from flows.sources import LAYOUTS, Layout
from flows.staging import Staged, stage_file
from flows.store import Store
from flows.vintages import fill_vintages
from flows.warehouse import fill_configuration, open_warehouse
from flows.work import read_extracts, read_missing, read_plan, read_superseded


def stage(job: Job) -> list[str]:
    """Stage every usable extract, build the `stg_` and `rej_` tables, and write the configuration beside them.

    Returns a sentence for each extract that could not be read and whose source may be missing; raises UnreadableFile
    for one whose source is required.
    """
    plan, extracts = read_plan(job), read_extracts(job)
    staged, unreadable = _stage_files(job, plan, extracts)
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
            open_ended=[name for name, one in staged.items() if one.is_open_ended],
        )
        layouts = {one.id: LAYOUTS[one.layout] for one in plan.sources}
        before = _stage_superseded(job, plan)
        fill_vintages(connection, readable, read_superseded(job), {**before, **staged}, layouts)
        for layout in LAYOUTS.values():
            _make_tables(connection, layout, [one for one in staged.values() if one.table == layout.table])
            _assert_all_there(connection, layout, list(staged.values()))
    (job.work / "unreadable.json").write_text(json.dumps(unreadable), encoding="utf-8")
    return [*read_missing(job), *unreadable]


def _stage_files(job: Job, plan: Plan, extracts: list[Extract]) -> tuple[dict[str, Staged], list[str]]:
    staged, unreadable = {}, []
    for one in extracts:
        source = plan.source(one.source)
        try:
            staged[one.id] = _stage_one(job, plan, one)
        except UnreadableFile as error:
            if source.required:
                raise
            unreadable.append(unreadable_sentence(source, one, error))
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
    statement = (SQL / "stage" / f"{layout.table}.sql").read_text(encoding="utf-8")
    connection.execute(
        f"CREATE TABLE {layout.table} AS"
        f" SELECT * EXCLUDE (reject_column, reject_value, reject_reason) FROM ({statement}) LIMIT 0",
        {"extract_id": "", "source": ""},
    )
    connection.execute("DROP TABLE raw_file")
    connection.execute(
        f"CREATE TABLE {rejected} (extract_id VARCHAR, source VARCHAR, file VARCHAR, line BIGINT,"
        " column_name VARCHAR, value VARCHAR, reason VARCHAR)"
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
