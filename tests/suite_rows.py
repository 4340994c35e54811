"""Sound rows of every staged table, and the panel whose they are."""

from __future__ import annotations

import datetime as dt

BEGINS = dt.date(2012, 4, 1)
# Two files of one panel, "Force" with its parts "East" and "West", and a neighbouring force.
PANEL: dict[str, list[tuple[object, ...]]] = {
    "plan_area": [
        ("Force", "The force", "force", None, "force"),
        ("East", "East", "local_authority", "East", "force"),
        ("West", "West", "local_authority", "West", "force"),
    ],
    "plan_area_part": [("Force", "East"), ("Force", "West"), ("East", "East"), ("West", "West")],
    "plan_indicator": [
        (name, at, name, source, kind, "", 1.0, 1, frequency, BEGINS, None, False, "", "", "")
        for at, (name, source, kind, frequency) in enumerate(
            [("answered", "return", "share", "month"), ("total", "home_office", "count", "quarter")]
        )
    ],
    "plan_indicator_plausible": [("answered", 0.3, 1.0)],
    "plan_indicator_select": [("answered", "measures", "answered_in_time")],
    "plan_source": [
        ("home_office", "Crime", "home_office_prc", True, False, True, False, 0, True),
        ("plain", "Crime again", "home_office_prc", True, False, False, False, 1, False),
        ("return", "Return", "force_return", True, False, False, False, 2, True),
    ],
    "extract_file": [("E1", "return", "return.csv", "0" * 64, 10, None, [], None, None, 1)],
}

STREET = """
    SELECT 'E1' AS extract_id, 'street' AS source, 'm' || month || '.csv' AS member, 2 + i AS record,
        CASE WHEN i % 4 > 0 THEN month || '-' || i END AS crime_id,
        make_date(2023, CAST(month AS INTEGER), 1) AS period_start, last_day(period_start) AS period_end,
        'force' AS force, 'Force Police' AS reported_by, 'Force Police' AS falls_within, -1.5 AS longitude,
        51.0 AS latitude, FALSE AS has_faulty_coordinates, 'On or near ' || i AS location, 'E01000001' AS lsoa_code,
        'East 001A' AS lsoa_name, 'East' AS local_authority,
"""
SOUND = {
    "stg_recorded_crime": """
        SELECT e AS extract_id, 'home_office' AS source, '' AS member, 1 + row_number() OVER (PARTITION BY e) AS record,
            CASE WHEN q < 3 THEN '2022/23' ELSE '2023/24' END AS financial_year,
            CASE WHEN q < 3 THEN q + 2 ELSE q - 2 END AS financial_quarter,
            CAST(DATE '2022-07-01' + to_months(3 * q) AS DATE) AS period_start,
            last_day(period_start + to_months(2)) AS period_end, f AS force, 'Theft offences' AS offence_group,
            'Shoplifting' AS offence_subgroup, 'Shoplifting ' || d AS offence_description,
            '4' || d AS offence_code, 100 + d + q AS offences
        FROM (SELECT unnest(['E1', 'E2']) AS e), (SELECT unnest(range(5)) AS q),
            (SELECT unnest(['Force', 'Neighbour']) AS f), (SELECT unnest(range(30)) AS d)
    """,
    "stg_street_crime": STREET
    + """
        CASE WHEN i % 4 > 0 THEN 'Burglary' ELSE 'Anti-social behaviour' END AS crime_type,
            CAST(NULL AS VARCHAR) AS last_outcome,
        NULL AS context
    FROM (SELECT unnest(['04', '05', '06', '07', '08']) AS month), (SELECT unnest(range(200)) AS i)
    """,
    "stg_crime_outcome": STREET.replace("CASE WHEN i % 4 > 0 THEN month || '-' || i END", "month || '-' || i")
    + """
        'Local resolution' AS outcome_type
    FROM (SELECT unnest(['04', '05', '06', '07', '08']) AS month), (SELECT unnest(range(200)) AS i)
    """,
    "stg_force_return": """
        SELECT 'E1' AS extract_id, 'return' AS source, '' AS member, 1 + row_number() OVER () AS record,
            'answered_in_time' AS measure, a.area, CAST(DATE '2020-07-01' + to_months(m) AS DATE) AS period_start,
            last_day(period_start) AS period_end, CAST((80 + m) * a.size AS DOUBLE) AS numerator,
            CAST((100 + m) * a.size AS DOUBLE) AS denominator, CAST(NULL AS VARCHAR) AS note
        FROM (VALUES ('Force', 3), ('East', 1), ('West', 2)) AS a (area, size), (SELECT unnest(range(40)) AS m)
    """,
    "stg_population": """
        SELECT 'E1' AS extract_id, 'population' AS source, '' AS member, 1 + row_number() OVER () AS record, area,
            year, CAST(size * (1 + 0.01 * (year - 2020)) AS BIGINT) AS population, CAST(NULL AS VARCHAR) AS note
        FROM (VALUES ('Force', 300000), ('East', 100000), ('West', 200000)) AS a (area, size),
            (SELECT unnest(range(1990, 2024)) AS year)
    """,
}
