"""Which series the chart rules mark in a span: the product's own individuals charts (sql/flag), many series at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from flows.spc import RULES
from flows.stats.arrays import Floats
from flows.warehouse import fill, make_table, open_warehouse

Flags = NDArray[np.bool_]

REACH = 6  # a rule looks at seven points at most: what lies further back than this before the span changes no mark
COLUMNS = "series, 1 as segment, position, 'i' as chart, value, denominator, is_baseline, false as is_excluded"
# Each story of a series is a series of its own, on the limits of the one baseline that they share.
SHARED_LIMITS = """
    create or replace table "limits {rules}" as
    select l.* replace (s.story * $count + l.series as series)
    from flag_limits as l cross join (select unnest(range($stories)) as story) as s
"""
MARKED = """
    select bool_or(rule is not null) as is_marked
    from flag_mark where position >= $first group by series order by series
"""


@contextmanager
def open_charts() -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a warehouse in memory to draw charts in."""
    with open_warehouse(Path(":memory:")) as connection:
        connection.execute("SET threads = 1")
        connection.execute("SET enable_progress_bar = false")
        yield connection


def marked(
    connection: duckdb.DuckDBPyConnection, baseline: Floats, stories: Floats, below: Floats | None = None
) -> dict[str, Flags]:
    """Return by rule set whether any period of the span is marked, (stories, series).

    `baseline` (series, n) sets the limits, NaN being a gap; `stories` (stories, series, q) are what may have come after
    it; `below` (series, n + q) are the denominators, the same in every story.
    """
    count, n = baseline.shape
    kept = min(REACH, n)
    ends = np.concatenate([np.broadcast_to(baseline[:, n - kept :], (len(stories), count, kept)), stories], axis=2)
    whole = _points(baseline, n, None if below is None else below[:, :n])
    last = _points(ends.reshape(-1, ends.shape[2]), kept, None if below is None else below[:, n - kept :])
    _chart(connection, whole)
    for rules in RULES:
        fill(connection, "plan_chart", [(rules, True)])
        make_table(connection, "flag", "flag_limits")
        connection.execute(SHARED_LIMITS.format(rules=rules), {"count": count, "stories": len(stories)})
    _chart(connection, last)
    found = {}
    for rules in RULES:
        fill(connection, "plan_chart", [(rules, True)])
        connection.execute(f'create or replace table flag_limits as from "limits {rules}"')
        make_table(connection, "flag", "flag_band")
        make_table(connection, "flag", "flag_mark")
        answer = connection.execute(MARKED, {"first": kept}).fetchnumpy()["is_marked"]
        found[rules] = np.asarray(answer, dtype=bool).reshape(len(stories), count)
    return found


def _points(values: Floats, n: int, below: Floats | None) -> pd.DataFrame:
    """Return one row per series and period; the first `n` are the baseline. `below` is repeated for each story."""
    count, periods = values.shape
    position = np.tile(np.arange(periods), count)
    return pd.DataFrame(
        {
            "series": np.repeat(np.arange(count), periods),
            "position": position,
            "value": values.ravel(),
            "denominator": np.nan if below is None else np.tile(below.ravel(), values.size // below.size),
            "is_baseline": position < n,
        }
    )


def _chart(connection: duckdb.DuckDBPyConnection, points: pd.DataFrame) -> None:
    """Make the tables that no rule set changes."""
    connection.register("points", points)
    # A gap is NULL; NaN would be a number to the charts.
    missing = "* replace (nullif(value, 'nan') as value, nullif(denominator, 'nan') as denominator)"
    connection.execute(f"create or replace table flag_series as select {COLUMNS} from (select {missing} from points)")
    connection.unregister("points")
    for table in ("flag_chart", "flag_step"):
        make_table(connection, "flag", table)
