"""The control charts as tables, made alike for the panel's indicators (stages/flag.py) and for anybody's (spc.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.warehouse import make_table

if TYPE_CHECKING:
    import duckdb

# In the order they are made, from `flag_series` (one row a point) and `plan_chart` (the rule set).
CHART_TABLES = ("flag_chart", "flag_step", "flag_limits", "flag_band", "flag_mark", "flag_run")


def make_charts(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the chart tables; `flag_series` and `plan_chart` must be there."""
    for table in CHART_TABLES:
        make_table(connection, "flag", table)
