"""flag: charts, marked periods, tests of change, and the areas to address, each with what put it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prefect import task

from flows.chart_tables import CHART_TABLES
from flows.job import Job
from flows.warehouse import fill_computed, make_table, open_warehouse, table_rows

if TYPE_CHECKING:
    import duckdb

# In the order they are made: each reads only what stands before it, or what the functions of flows/stats make between.
BEFORE_FORECAST = ("flag_point", "flag_series", *CHART_TABLES, "flag_signal", "flag_span", "flag_span_value")
AFTER_FORECAST = (
    "flag_verdict",
    "flag_worth_knowing",
    "flag_area_to_address",
    "flag_rebase_suggestion",
    "flag_funnel_unit",
)
TABLES = (*BEFORE_FORECAST, *AFTER_FORECAST)
# Tables that SQL cannot compute, each by the function of flows/stats of its name.
COMPUTED = {
    "flag_forecast": "series VARCHAR, test VARCHAR, status VARCHAR, observed DOUBLE, expected DOUBLE, low98 DOUBLE,"
    " high98 DOUBLE, low99 DOUBLE, high99 DOUBLE, p DOUBLE, model VARCHAR, k INTEGER, nu INTEGER, n INTEGER,"
    " weight_independent DOUBLE, weight_wandering DOUBLE, baseline_positions INTEGER[], weights DOUBLE[]",
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
        make_flags(connection)


def make_flags(connection: duckdb.DuckDBPyConnection) -> None:
    """Make every `flag_` table, in the order in which they read each other."""
    for table in BEFORE_FORECAST:
        make_table(connection, "flag", table)
    forecast_spans(connection)
    for table in AFTER_FORECAST:
        make_table(connection, "flag", table)
    compare_forces(connection)


def forecast_spans(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `flag_forecast` from `flag_span_value`: what each span was expected to be, and how sure that is."""
    from flows.stats.paper import flag_forecast

    rows = flag_forecast(table_rows(connection, "flag_span_value", "series, test, position"))
    fill_computed(connection, "flag_forecast", COMPUTED["flag_forecast"], rows)


def compare_forces(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `flag_funnel` from `flag_funnel_unit`: each force's rate beside the others', with limits and verdict."""
    from flows.stats.funnel import flag_funnel

    rows = flag_funnel(table_rows(connection, "flag_funnel_unit", "rowid"))
    fill_computed(connection, "flag_funnel", COMPUTED["flag_funnel"], rows)


flag_task = task(name="Find what has changed")(flag)
