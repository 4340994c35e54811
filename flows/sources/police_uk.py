"""The two monthly layouts of data.police.uk: street-level crime, and outcomes.

The force is named nowhere in the rows by its short name: it comes from the file's own name, as does the month that
the rows must carry.
"""

from __future__ import annotations

from .contents import MAX_UNPACKED_BYTES
from .layout import Column, Layout

_PLACE = (
    Column("crime_id", "Crime ID"),
    Column("month", "Month", is_month=True),
    Column("reported_by", "Reported by"),
    Column("falls_within", "Falls within"),
    Column("longitude", "Longitude"),
    Column("latitude", "Latitude"),
    Column("location", "Location"),
    Column("lsoa_code", "LSOA code"),
    Column("lsoa_name", "LSOA name"),
)

STREET = Layout(
    name="police_uk_street",
    table="stg_street_crime",
    title="data.police.uk street-level crime",
    columns=(
        *_PLACE,
        Column("crime_type", "Crime type"),
        Column("last_outcome", "Last outcome category"),
        # Always empty in newer files.
        Column("context", "Context", required=False, is_free_text=True),
    ),
    member_pattern=r"(^|[/\\])\d{4}-\d{2}-[a-z0-9-]+-street\.csv$",
    member_example="2022-03-wiltshire-street.csv",
    most_bytes=MAX_UNPACKED_BYTES,
)

OUTCOMES = Layout(
    name="police_uk_outcomes",
    table="stg_crime_outcome",
    title="data.police.uk outcomes",
    columns=(*_PLACE, Column("outcome_type", "Outcome type")),
    member_pattern=r"(^|[/\\])\d{4}-\d{2}-[a-z0-9-]+-outcomes\.csv$",
    member_example="2022-03-wiltshire-outcomes.csv",
    most_bytes=MAX_UNPACKED_BYTES,
)
