"""measure: the indicators' figures, with how many of their parts were received."""

from __future__ import annotations

from prefect import task

from flows.job import Job
from flows.review.settling import kept_checks, settle
from flows.revisions import fill_earlier, revision_findings
from flows.settings import SQL
from flows.warehouse import make_table, open_warehouse, select_rows
from flows.work import read_compared, read_extracts, read_plan

# In the order they are made: each reads only what stands above it.
TABLES = (
    "kpi_period",
    "kpi_part_recorded_crime",
    "kpi_part_street_crime",
    "kpi_part_force_return",
    "kpi_part",
    "kpi_value",
    "kpi_twelve_months",
    "kpi_population",
    "kpi_rate",
    "kpi_summary",
    "kpi_revision",
)


def measure(job: Job) -> None:
    """Make the `kpi_` tables from the staged tables, and ask about figures that the last paper gave differently.

    Raises BriefingHeld if nothing explains such a difference, or it is larger than the panel lets pass: a question is
    asked here, as soon as figures are known, and before anything is found or written of them.
    """
    plan, compared = read_plan(job), read_compared(job)
    with open_warehouse(job.warehouse) as connection:
        fill_earlier(connection, plan, compared, job.compared_figures)
        for table in TABLES:
            make_table(connection, "measure", table)
        revised = select_rows(connection, SQL / "brief" / "brief_revision.sql")
        why = plan.panel.revisions.why if plan.panel.revisions else ""
        in_use = {one.id: one.source for one in read_extracts(job)}
        findings = revision_findings(revised, compared, why, in_use)
        if findings:
            settle(job, connection, [*kept_checks(job), *findings])


measure_task = task(name="Work out the figures")(measure)
