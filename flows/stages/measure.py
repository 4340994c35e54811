"""measure: the indicators' figures, with how many of their parts were received."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from prefect import task

from flows.job import Job
from flows.review.settling import kept_checks, settle
from flows.revisions import fill_earlier, revision_findings
from flows.settings import SQL
from flows.warehouse import fill_computed, make_table, open_warehouse, select_rows, table_rows
from flows.work import read_compared, read_extracts, read_plan

if TYPE_CHECKING:
    import duckdb

# In the order they are made: each reads only what stands above it.
TABLES = (
    "kpi_period",
    "kpi_part_recorded_crime",
    "kpi_part_street_crime",
    "kpi_part_force_return",
    "kpi_part",
    "kpi_cell",
    "kpi_value",
    "kpi_twelve_months",
    "kpi_population",
    "kpi_rate",
    "kpi_summary",
    "kpi_revision",
    "kpi_correction",
)
# A table that SQL cannot compute, made by the function of flows/suppress.py of its name.
COMPUTED = {"kpi_suppressed": "indicator VARCHAR, area VARCHAR, grain VARCHAR, period_start DATE"}


def measure(job: Job) -> None:
    """Make the `kpi_` tables from the staged tables, and ask about figures that the last paper gave differently.

    Raises BriefingHeld if nothing explains such a difference, or it is larger than the panel lets pass: a question is
    asked here, as soon as figures are known, and before anything is found or written of them.
    """
    plan, compared = read_plan(job), read_compared(job)
    with open_warehouse(job.warehouse) as connection:
        fill_earlier(connection, plan, compared, job.compared_figures)
        make_measures(connection)
        revised = select_rows(connection, SQL / "brief" / "brief_revision.sql")
        why = plan.panel.revisions.why if plan.panel.revisions else ""
        in_use = {one.id: one.source for one in read_extracts(job)}
        findings = revision_findings(revised, compared, why, in_use)
        if findings:
            settle(job, connection, [*kept_checks(job), *findings])


def make_measures(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every `kpi_` table, in the order in which they read each other."""
    for table in TABLES:
        make_table(connection, "measure", table)
        if table == "kpi_cell":
            withhold(connection)


def withhold(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `kpi_suppressed` from `kpi_cell`: the figures that are withheld for a small count."""
    from flows.suppress import kpi_suppressed

    measures: defaultdict[str, set[str]] = defaultdict(set)
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for row in table_rows(connection, "plan_indicator_select", "all"):
        measures[row["indicator"]].add(row["item"])
    local = "plan_area_part as p inner join plan_area as a on p.area = a.area"
    for group, part in connection.execute(f"SELECT p.area, p.part FROM {local} WHERE a.kind != 'force'").fetchall():
        if group != part:
            groups[group].add(part)
    (below,) = connection.execute("SELECT below FROM plan_suppression").fetchall()[0]
    rows = kpi_suppressed(
        table_rows(connection, "kpi_cell", "all"),
        {name: frozenset(items) for name, items in measures.items()},
        {name: frozenset(parts) for name, parts in groups.items()},
        below,
        table_rows(connection, "plan_earlier_figure", "all"),
    )
    fill_computed(connection, "kpi_suppressed", COMPUTED["kpi_suppressed"], rows)


measure_task = task(name="Work out the figures")(measure)
