"""Population estimates by area and year, as the panel's own lookup."""

from __future__ import annotations

from .layout import Column, Layout

LAYOUT = Layout(
    name="population",
    table="stg_population",
    title="population estimates",
    columns=(
        Column("area", "area"),
        Column("year", "year"),
        Column("population", "population"),
        Column("note", "note", required=False, is_free_text=True),
    ),
    member_example="population.csv",
)
