"""flag: limits, marked periods, and the areas to address, each with the rule or the record that put it there."""

from __future__ import annotations

from prefect import task

from flows.job import Job
from flows.warehouse import make_table, open_warehouse

TABLES = ("flag_point", "flag_limits", "flag_mark", "flag_signal", "flag_area_to_address")


def flag(job: Job) -> None:
    """Make the `flag_` tables from the `kpi_` tables and people's records."""
    with open_warehouse(job.warehouse) as connection:
        for table in TABLES:
            make_table(connection, "flag", table)


flag_task = task(name="Find what has changed")(flag)
