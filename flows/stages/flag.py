"""flag: limits, marked periods, and the areas to address, each with the rule or the record that put it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import task

from flows.job import Job
from flows.warehouse import fill_computed, make_table, open_warehouse, table_rows

if TYPE_CHECKING:
    import duckdb

TABLES = ("flag_point", "flag_limits", "flag_mark", "flag_signal", "flag_area_to_address", "flag_funnel_unit")
# Tables that SQL cannot compute, each by the function of flows/stats of its name.
COMPUTED = {
    "flag_funnel": "indicator VARCHAR, comparator VARCHAR, force VARCHAR, is_own_force BOOLEAN, period_start DATE,"
    " period_end DATE, quarters INTEGER, numerator DOUBLE, population BIGINT, population_year INTEGER, status VARCHAR,"
    " expected DOUBLE, rate_per_1000 DOUBLE, centre_line_per_1000 DOUBLE, phi DOUBLE, tau2 DOUBLE,"
    " lower_95_per_1000 DOUBLE, upper_95_per_1000 DOUBLE, lower_998_per_1000 DOUBLE, upper_998_per_1000 DOUBLE,"
    " poisson_lower_95_per_1000 DOUBLE, poisson_upper_95_per_1000 DOUBLE, poisson_lower_998_per_1000 DOUBLE,"
    " poisson_upper_998_per_1000 DOUBLE, verdict VARCHAR",
}


def flag(job: Job) -> None:
    """Make the `flag_` tables from the `kpi_` tables and people's records."""
    with open_warehouse(job.warehouse) as connection:
        for table in TABLES:
            make_table(connection, "flag", table)
        compare_forces(connection)


def compare_forces(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `flag_funnel` from `flag_funnel_unit`: each force's rate beside the others', with limits and verdict."""
    from flows.stats.funnel import flag_funnel

    rows = flag_funnel(table_rows(connection, "flag_funnel_unit", "rowid"))
    fill_computed(connection, "flag_funnel", COMPUTED["flag_funnel"], rows)


flag_task = task(name="Find what has changed")(flag)
