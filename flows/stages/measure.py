"""measure: the indicators' figures, with how many of their parts were received."""

from __future__ import annotations

from prefect import task

from flows.job import Job
from flows.warehouse import make_table, open_warehouse

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
)


def measure(job: Job) -> None:
    """Make the `kpi_` tables from the staged tables."""
    with open_warehouse(job.warehouse) as connection:
        for table in TABLES:
            make_table(connection, "measure", table)


measure_task = task(name="Work out the figures")(measure)
