"""Which indicators a failed check touches: those that its failing rows are part of, as far as the rows tell."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

# The staged column that says which rows an indicator selects, by the key of its `select`.
SELECTED_BY = {
    "measures": "measure",
    "groups": "offence_group",
    "subgroups": "offence_subgroup",
    "crime_types": "crime_type",
}


def touched(
    connection: duckdb.DuckDBPyConnection, table: str, sources: Collection[str], failing: str, columns: Collection[str]
) -> list[str]:
    """Return the ids of the indicators over those sources that the rows of the table `failing` may be part of.

    A column of the rows that indicators select by narrows them down; without one, or where a row leaves it empty or
    holds what `table` does not know, every indicator of the sources is touched. An empty `columns` says that there are
    no rows to go by. Population estimates touch the indicators that are printed per 1,000 people.
    """
    narrowed = [
        f"""(
            NOT EXISTS (
                SELECT 1 FROM plan_indicator_select AS s WHERE s.indicator = i.indicator AND s.field = '{field}'
            )
            OR EXISTS (
                SELECT 1 FROM {failing} AS r
                WHERE
                    r.{column} IS NULL
                    OR lower(r.{column}) IN (
                        SELECT lower(s.item) FROM plan_indicator_select AS s
                        WHERE s.indicator = i.indicator AND s.field = '{field}'
                    )
                    OR NOT EXISTS (SELECT 1 FROM {table} AS t WHERE t.{column} = r.{column})
            )
        )"""
        for field, column in SELECTED_BY.items()
        if column in columns
    ]
    if "indicator" in columns:
        narrowed.append(f"i.indicator IN (SELECT r.indicator FROM {failing} AS r)")
    query = f"""
        SELECT i.indicator
        FROM plan_indicator AS i
        WHERE
            (list_contains($sources, i.source) OR (i.per_1000_people AND $is_population))
            AND {" AND ".join(narrowed) or "TRUE"}
        ORDER BY i.position
    """
    asked = {"sources": list(sources), "is_population": table == "stg_population"}
    return [row[0] for row in connection.execute(query, asked).fetchall()]
