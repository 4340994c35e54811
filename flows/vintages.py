"""Vintages side by side: what each file gives, also those that another took the place of, so that they can be compared.

Figures are made from `stg_` tables, which hold the files in use alone; a summary cannot be counted by mistake.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flows.settings import SQL
from flows.warehouse import CONFIGURATION, fill

if TYPE_CHECKING:
    import duckdb

    from flows.ledger import Extract
    from flows.sources import Layout
    from flows.staging import Staged


def fill_vintages(
    connection: duckdb.DuckDBPyConnection,
    used: Sequence[Extract],
    superseded: Sequence[Extract],
    staged: Mapping[str, Staged],
    layouts: Mapping[str, Layout],
) -> None:
    """Make `vintage_file` and `vintage_figure` of the files in use and of those they took the place of.

    Both are in the order of arrival. `staged` holds what was staged by the extract's id, `layouts` the layout by the
    source's. To be called before the `stg_` tables are made.
    """
    current = {one.id for one in used}
    files = [one for one in [*used, *superseded] if one.id in staged]
    # A file that another took the place of came before it, though both may count as received on one day.
    files.sort(key=lambda one: (one.source, one.received, one.id in current))
    rows = [
        (one.id, one.source, layouts[one.source].name, one.name, one.received, at, one.id in current)
        for at, one in enumerate(files, start=1)
    ]
    fill(connection, "vintage_file", rows)
    fill(connection, "vintage_figure", [])
    for layout in {one.name: one for one in layouts.values()}.values():
        parquet = [str(staged[one.id].parquet) for one in files if layouts[one.source].name == layout.name]
        if parquet:
            _add_figures(connection, layout, parquet)


def _add_figures(connection: duckdb.DuckDBPyConnection, layout: Layout, parquet: Sequence[str]) -> None:
    statement = (SQL / "vintage" / f"vintage_{layout.table.removeprefix('stg_')}.sql").read_text(encoding="utf-8")
    names = ", ".join(column.split()[0] for column in CONFIGURATION["vintage_figure"].split(", "))
    quoted = ", ".join("'" + path.replace("'", "''") + "'" for path in parquet)
    connection.execute(f"CREATE TEMP VIEW {layout.table} AS SELECT * FROM read_parquet([{quoted}])")
    connection.execute(f"INSERT INTO vintage_figure SELECT {names} FROM ({statement})")
    connection.execute(f"DROP VIEW temp.{layout.table}")
