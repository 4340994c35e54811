"""Police recorded crime open data tables of the Home Office, any vintage, by offence or added up by subgroup."""

from __future__ import annotations

from .contents import MAX_CELLS
from .layout import Column, Layout

LAYOUT = Layout(
    name="home_office_prc",
    table="stg_recorded_crime",
    title="Home Office police recorded crime open data",
    columns=(
        Column("financial_year", "Financial Year"),
        Column("financial_quarter", "Financial Quarter"),
        Column("force", "Force Name"),
        Column("offence_group", "Offence Group"),
        Column("offence_subgroup", "Offence Subgroup"),
        # A table added up by subgroup has neither a description nor a code.
        Column("offence_description", "Offence Description", required=False),
        Column("offence_code", "Offence Code", required=False),
        Column("offences", "Number of Offences"),
    ),
    # Twelve years of every force by offence are 27 MB and two million cells.
    most_bytes=128 * 1024**2,
    most_cells=MAX_CELLS,
)
