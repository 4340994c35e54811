"""The plain layout that a force can fill in by hand: docs/sending-extracts.md describes it to the sender."""

from __future__ import annotations

from .layout import Column, Layout

LAYOUT = Layout(
    name="force_return",
    table="stg_force_return",
    title="force return",
    columns=(
        Column("measure", "measure"),
        Column("area", "area"),
        Column("period", "period", is_month=True),
        Column("numerator", "numerator"),
        Column("denominator", "denominator", required=False),
        Column("note", "note", required=False, is_free_text=True),
    ),
    member_example="force-return-2023-06.csv",
)
