"""Sound rows of every staged table, and for every expectation a change to them that makes it fail."""

from __future__ import annotations

from flows.sources import LAYOUTS

# Two files of one panel, "Force" with its parts "East" and "West", and a neighbouring force.
PANEL: dict[str, list[tuple[object, ...]]] = {
    "plan_area": [
        ("Force", "The force", "force", None, "force"),
        ("East", "East", "local_authority", "East", "force"),
        ("West", "West", "local_authority", "West", "force"),
    ],
    "plan_area_part": [("Force", "East"), ("Force", "West"), ("East", "East"), ("West", "West")],
    "plan_indicator_select": [("answered", "measures", "answered_in_time")],
    "plan_source": [
        ("home_office", "Crime", "home_office_prc", True, False, True, False, 0, True),
        ("plain", "Crime again", "home_office_prc", True, False, False, False, 1, False),
        ("return", "Return", "force_return", True, False, False, False, 2, True),
    ],
    "extract_file": [("E1", "return", "return.csv", "0" * 64, 10, None, [], 1)],
}

STREET = """
    SELECT 'E1' AS extract_id, 'street' AS source, 'm' || month || '.csv' AS member, 2 + i AS record,
        CASE WHEN i % 4 > 0 THEN month || '-' || i END AS crime_id,
        make_date(2023, CAST(month AS INTEGER), 1) AS period_start, last_day(period_start) AS period_end,
        'force' AS force, 'Force Police' AS reported_by, 'Force Police' AS falls_within, -1.5 AS longitude,
        51.0 AS latitude, FALSE AS has_faulty_coordinates, 'On or near' AS location, 'E01000001' AS lsoa_code,
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
REJECTED = "SELECT 'E1', 'a_source', 'file.csv', i, 'Column', 'x', 'is wrong' FROM range(2, {end}) AS r (i)"
REJECTS = (
    ("few_rows_are_rejected", "INSERT INTO rej_{name} " + REJECTED.format(end=40), 38),
    ("no_row_is_rejected", "INSERT INTO rej_{name} " + REJECTED.format(end=3), 1),
)
EMPTY = (
    "required_sources_have_rows",
    "INSERT INTO plan_source SELECT * REPLACE ('none' AS source, '{layout}' AS layout) FROM plan_source LIMIT 1;"
    "INSERT INTO extract_file SELECT * REPLACE ('E9' AS extract_id, 'none' AS source) FROM extract_file",
    1,
)
CUT = "UPDATE extract_file SET open_ended = (SELECT list(DISTINCT member) FROM {})"
LATE = "area = 'East' AND period_start = DATE '2023-06-01'"
COLLAPSED = (
    "UPDATE stg_recorded_crime SET offences = offences // 20 WHERE force = 'Force' AND extract_id = 'E2'"
    " AND period_start = (SELECT max(period_start) FROM stg_recorded_crime)"
)
CHANGED_MONTH = "DATE '2023-05-02'"

VINTAGES = (
    "INSERT INTO vintage_file VALUES ('V1', 's', '{layout}', 'f.csv', NULL, 1, FALSE),"
    " ('V2', 's', '{layout}', 'f.csv', NULL, 2, TRUE); INSERT INTO vintage_figure SELECT extract_id, {area}, 'm',"
    " DATE '2023-04-01', DATE '2023-04-30', numerator, NULL, {open} FROM (VALUES "
)
REVISED = (
    ("figures_of_before_are_still_there", VINTAGES + "('V1', 100000)) AS v (extract_id, numerator)", 1),
    (
        "figures_keep_their_size",
        VINTAGES + "('V1', 100000), ('V2', 1000)) AS v (extract_id, numerator)",
        1,
    ),
    (
        "figures_are_revised_a_little",
        VINTAGES + "('V1', 45000), ('V2', 100000)) AS v (extract_id, numerator)",
        1,
    ),
)
MONTHLY = (
    (
        "file_is_of_the_force_in_its_name",
        "UPDATE {table} SET falls_within = 'Dorset Police' WHERE member = 'm05.csv'",
        1,
    ),
    ("rows_lie_in_the_force", "UPDATE {table} SET local_authority = 'X' WHERE member = 'm05.csv' AND record < 10", 1),
    (
        "months_are_different",
        "UPDATE {table} SET crime_id = replace(crime_id, '06-', '05-') WHERE member = 'm06.csv'",
        1,
    ),
    (
        "month_is_sent_once",
        "INSERT INTO {table} SELECT * REPLACE ('E2' AS extract_id) FROM {table} WHERE member = 'm05.csv'",
        1,
    ),
)
STREET_QUARTER = """
    INSERT INTO vintage_file VALUES ('S1', 'street', 'police_uk_street', 's.zip', NULL, 1, TRUE);
    INSERT INTO vintage_figure
    SELECT 'S1', 'force', 'Burglary', CAST(DATE '2023-04-01' + to_months(m) AS DATE), NULL, 500, NULL, 0
    FROM (SELECT unnest(range(3)) AS m)
"""

# What makes each expectation fail, and the number of rows that it then finds.
FIRST_MONTH = "period_start = DATE '2020-07-01'"

FAULTS: dict[str, list[tuple[str, str, int]]] = {
    "stg_recorded_crime": [
        ("names_are_spelt_one_way", "UPDATE stg_recorded_crime SET force = 'FORCE' WHERE record = 2", 2),
        ("no_totals_among_the_rows", "UPDATE stg_recorded_crime SET force = 'Grand total' WHERE record = 2", 2),
        ("a_subgroup_is_of_one_group", "UPDATE stg_recorded_crime SET offence_group = 'Other' WHERE record = 2", 2),
        ("has_rows", "DELETE FROM stg_recorded_crime", 1),
        ("last_line_is_ended", CUT.format("stg_recorded_crime"), 1),
        (
            "no_category_vanishes",
            "DELETE FROM stg_recorded_crime"
            " WHERE force = 'Force' AND period_start = DATE '2023-04-01' AND extract_id = 'E2'",
            1,
        ),
        ("quarter_is_1_to_4", "UPDATE stg_recorded_crime SET financial_quarter = 5 WHERE record = 2", 2),
        (
            "dates_follow_the_year_and_quarter",
            "UPDATE stg_recorded_crime SET financial_year = '2023/25' WHERE record < 4",
            4,
        ),
        ("names_and_counts_are_filled", "UPDATE stg_recorded_crime SET offence_group = NULL WHERE record = 9", 2),
        (
            "offence_is_given_once",
            "INSERT INTO stg_recorded_crime SELECT * FROM stg_recorded_crime WHERE record = 9 AND extract_id = 'E2'",
            1,
        ),
        (
            "no_subtotals_among_offences",
            "UPDATE stg_recorded_crime SET offence_description = NULL, offence_code = NULL"
            " WHERE record = 9 AND extract_id = 'E2'",
            1,
        ),
        ("the_panels_force_is_there", "DELETE FROM stg_recorded_crime WHERE force = 'Force' AND extract_id = 'E2'", 1),
        (
            "negative_only_where_the_source_has_them",
            "UPDATE stg_recorded_crime SET offences = -1, source = 'plain' WHERE record = 9",
            2,
        ),
        ("negative_counts_are_small", "UPDATE stg_recorded_crime SET offences = -501 WHERE record = 9", 2),
        (
            "no_quarter_is_missing",
            "DELETE FROM stg_recorded_crime WHERE financial_quarter = 4 AND extract_id = 'E2'",
            1,
        ),
        (
            "no_force_is_missing",
            "DELETE FROM stg_recorded_crime WHERE force = 'Neighbour' AND extract_id = 'E2'"
            " AND (financial_quarter = 4 OR period_start = (SELECT max(period_start) FROM stg_recorded_crime))",
            2,
        ),
        (
            "no_quarter_is_cut_short",
            "DELETE FROM stg_recorded_crime WHERE force = 'Neighbour' AND extract_id = 'E2'"
            " AND financial_year = '2023/24' AND financial_quarter = 2 AND offence_code > '41'",
            1,
        ),
        ("offence_group_is_known", "UPDATE stg_recorded_crime SET offence_group = 'Thefts' WHERE record = 9", 1),
        ("periods_are_those_of_the_files_name", "UPDATE extract_file SET name = 'prc-2012-13-to-2022-23.csv'", 1),
        ("no_quarter_collapses", COLLAPSED, 1),
        ("no_subgroup_collapses", COLLAPSED, 1),
        (
            "quarters_are_different",
            "UPDATE stg_recorded_crime SET offences = 100 WHERE force = 'Force' AND extract_id = 'E2'"
            " AND financial_year = '2023/24' AND financial_quarter < 3",
            1,
        ),
        (
            "table_is_sent_once",
            "INSERT INTO extract_file SELECT * REPLACE ('E2' AS extract_id, 'copy.csv' AS name) FROM extract_file",
            1,
        ),
        ("street_files_tell_of_as_many_crimes", STREET_QUARTER, 2),
    ],
    "stg_street_crime": [
        ("a_local_area_has_one_name", "UPDATE stg_street_crime SET lsoa_name = 'West 001A' WHERE record = 2", 1),
        (
            "crimes_are_not_copied",
            "INSERT INTO stg_street_crime SELECT * FROM stg_street_crime WHERE member = 'm04.csv' AND record < 20",
            1,
        ),
        ("has_rows", "DELETE FROM stg_street_crime", 1),
        ("coordinates_are_degrees", "UPDATE stg_street_crime SET has_faulty_coordinates = TRUE WHERE record = 3", 5),
        ("last_line_is_ended", CUT.format("stg_street_crime"), 5),
        ("force_month_and_type_are_filled", "UPDATE stg_street_crime SET crime_type = NULL WHERE record = 3", 5),
        ("period_is_one_month", f"UPDATE stg_street_crime SET period_start = {CHANGED_MONTH} WHERE record = 3", 5),
        ("crime_type_is_known", "UPDATE stg_street_crime SET crime_type = 'Burglaries' WHERE record < 9", 1),
        (
            "month_of_a_force_is_in_one_file",
            "INSERT INTO stg_street_crime SELECT * REPLACE ('copy.csv' AS member) FROM stg_street_crime"
            " WHERE member = 'm05.csv'",
            1,
        ),
        ("file_is_of_one_force", "UPDATE stg_street_crime SET falls_within = 'Dorset Police' WHERE record = 3", 5),
        ("the_panels_force_is_there", "UPDATE stg_street_crime SET force = 'next' WHERE member = 'm05.csv'", 1),
        ("crimes_have_an_id", "UPDATE stg_street_crime SET crime_id = NULL WHERE record = 3", 5),
        (
            "crimes_are_not_given_twice",
            "INSERT INTO stg_street_crime SELECT * FROM stg_street_crime WHERE member = 'm05.csv' AND record < 80",
            1,
        ),
        (
            "places_are_known",
            "UPDATE stg_street_crime SET local_authority = NULL WHERE member = 'm05.csv' AND record < 30",
            1,
        ),
        ("no_month_is_missing", "DELETE FROM stg_street_crime WHERE member = 'm05.csv'", 1),
        ("no_month_is_cut_short", "DELETE FROM stg_street_crime WHERE member = 'm05.csv' AND record > 90", 1),
        *MONTHLY,
        ("no_month_collapses", "DELETE FROM stg_street_crime WHERE member = 'm06.csv' AND record > 12", 3),
        (
            "no_crime_type_vanishes",
            "DELETE FROM stg_street_crime WHERE member = 'm06.csv' AND crime_type = 'Anti-social behaviour'",
            1,
        ),
        (
            "older_months_are_further_on",
            "UPDATE stg_street_crime SET last_outcome = 'Under investigation' WHERE member = 'm05.csv'",
            1,
        ),
        (
            "investigations_close_from_vintage_to_vintage",
            VINTAGES.replace("{open}", "under_investigation")
            + "('V1', 200, 20), ('V2', 200, 40)) AS v (extract_id, numerator, under_investigation)",
            1,
        ),
    ],
    "stg_crime_outcome": [
        ("a_local_area_has_one_name", "UPDATE stg_crime_outcome SET lsoa_name = 'West 001A' WHERE record = 2", 1),
        ("has_rows", "DELETE FROM stg_crime_outcome", 1),
        ("coordinates_are_degrees", "UPDATE stg_crime_outcome SET has_faulty_coordinates = TRUE WHERE record = 3", 5),
        ("last_line_is_ended", CUT.format("stg_crime_outcome"), 5),
        ("force_month_and_type_are_filled", "UPDATE stg_crime_outcome SET force = NULL WHERE record = 3", 5),
        ("period_is_one_month", f"UPDATE stg_crime_outcome SET period_end = {CHANGED_MONTH} WHERE record = 3", 5),
        ("outcome_type_is_known", "UPDATE stg_crime_outcome SET outcome_type = 'Solved' WHERE record < 9", 1),
        (
            "month_of_a_force_is_in_one_file",
            "INSERT INTO stg_crime_outcome SELECT * REPLACE ('copy.csv' AS member) FROM stg_crime_outcome"
            " WHERE member = 'm05.csv'",
            1,
        ),
        ("outcomes_have_an_id", "UPDATE stg_crime_outcome SET crime_id = NULL WHERE record = 3", 5),
        (
            "outcomes_are_not_given_twice",
            "INSERT INTO stg_crime_outcome SELECT * FROM stg_crime_outcome WHERE member = 'm05.csv' AND record < 80",
            1,
        ),
        ("no_month_is_missing", "DELETE FROM stg_crime_outcome WHERE member = 'm05.csv'", 1),
        *MONTHLY,
        ("no_month_collapses", "DELETE FROM stg_crime_outcome WHERE member = 'm06.csv' AND record > 12", 2),
    ],
    "stg_force_return": [
        (
            "names_are_spelt_one_way",
            f"UPDATE stg_force_return SET area = 'EAST' WHERE area = 'East' AND {FIRST_MONTH}",
            1,
        ),
        (
            "no_totals_among_the_rows",
            f"UPDATE stg_force_return SET area = 'All areas' WHERE area = 'East' AND {FIRST_MONTH}",
            1,
        ),
        (
            "areas_are_not_changed_about",
            "UPDATE stg_force_return SET area = CASE area WHEN 'East' THEN 'Force' WHEN 'Force' THEN 'East'"
            f" ELSE area END WHERE {FIRST_MONTH}",
            1,
        ),
        ("has_rows", "DELETE FROM stg_force_return", 1),
        ("last_line_is_ended", CUT.format("stg_force_return"), 1),
        ("every_file_has_rows", "INSERT INTO extract_file SELECT * REPLACE ('E9' AS extract_id) FROM extract_file", 1),
        ("figure_is_given_once", "INSERT INTO stg_force_return SELECT * FROM stg_force_return WHERE record = 2", 1),
        ("period_is_a_month_or_quarter", "UPDATE stg_force_return SET period_end = period_end + 1 WHERE record = 2", 1),
        ("numerators_add_up", "UPDATE stg_force_return SET numerator = numerator + 0.6 WHERE record = 2", 1),
        ("denominators_add_up", "UPDATE stg_force_return SET denominator = denominator + 0.6 WHERE record = 2", 1),
        ("area_is_known_to_the_panel", "UPDATE stg_force_return SET area = 'Eest' WHERE area = 'East'", 40),
        ("no_period_is_missing", "DELETE FROM stg_force_return WHERE period_start = DATE '2022-12-01'", 1),
        (
            "no_figure_is_missing",
            "DELETE FROM stg_force_return WHERE area = 'East' AND period_start IN ('2022-12-01', '2023-06-01')",
            2,
        ),
        ("a_whole_comes_with_its_areas", "DELETE FROM stg_force_return WHERE area <> 'Force'", 1),
        ("denominator_is_never_left_out", "UPDATE stg_force_return SET denominator = NULL WHERE record = 2", 1),
        (
            "share_is_not_over_the_whole",
            "UPDATE stg_force_return SET numerator = denominator, denominator = numerator WHERE record = 2",
            1,
        ),
        ("periods_are_those_of_the_files_name", "UPDATE extract_file SET name = 'return-2023-05.csv'", 1),
        ("no_figure_collapses", "UPDATE stg_force_return SET numerator = numerator / 20 WHERE " + LATE, 1),
        ("no_figure_leaps", "UPDATE stg_force_return SET denominator = denominator * 20 WHERE " + LATE, 1),
        (
            "periods_are_different",
            "UPDATE stg_force_return SET numerator = 100, denominator = 200"
            " WHERE period_start IN ('2023-05-01', '2023-07-01')",
            1,
        ),
        (
            "return_is_sent_once",
            "INSERT INTO stg_force_return SELECT * REPLACE ('E2' AS extract_id) FROM stg_force_return;"
            "INSERT INTO extract_file SELECT * REPLACE ('E2' AS extract_id, 'copy.csv' AS name) FROM extract_file",
            1,
        ),
        (
            "files_agree_on_a_figure",
            "INSERT INTO stg_force_return SELECT * REPLACE ('E2' AS extract_id, numerator + 1 AS numerator)"
            " FROM stg_force_return WHERE record = 2",
            1,
        ),
        ("denominator_is_not_nought", "UPDATE stg_force_return SET numerator = 0, denominator = 0 WHERE " + LATE, 1),
    ],
    "stg_population": [
        ("names_are_spelt_one_way", "UPDATE stg_population SET area = 'EAST' WHERE area = 'East' AND year = 1990", 1),
        ("no_totals_among_the_rows", "UPDATE stg_population SET area = 'Total' WHERE area = 'East' AND year = 1990", 1),
        ("has_rows", "DELETE FROM stg_population", 1),
        ("last_line_is_ended", CUT.format("stg_population"), 1),
        ("estimate_is_given_once", "INSERT INTO stg_population SELECT * FROM stg_population WHERE record = 2", 2),
        ("population_is_above_zero", "UPDATE stg_population SET population = 0 WHERE record = 2", 1),
        ("population_is_in_people", "UPDATE stg_population SET population = population // 1000", 102),
        ("year_is_of_our_time", "UPDATE stg_population SET year = 1880 WHERE year = 1990", 3),
        (
            "population_does_not_leap",
            "UPDATE stg_population SET population = 400000 WHERE area = 'Force' AND year = 2023",
            1,
        ),
        ("parts_add_up", "UPDATE stg_population SET population = population + 2000 WHERE area = 'Force'", 34),
        ("the_panels_force_has_an_estimate", "DELETE FROM stg_population WHERE area = 'Force'", 1),
        ("no_area_is_left_out", "DELETE FROM stg_population WHERE area = 'East' AND year = 2023", 1),
        ("years_are_different", "UPDATE stg_population SET population = 1000 WHERE year IN (2000, 2001)", 1),
        (
            "files_agree_on_an_estimate",
            "INSERT INTO stg_population SELECT * REPLACE ('E2' AS extract_id, population * 2 AS population)"
            " FROM stg_population WHERE record = 2",
            1,
        ),
    ],
}


def filled(change: str, table: str, layout: str) -> str:
    """Return the statement with the names of the table, its layout, and an area as its files write them."""
    area = "'force'" if layout.startswith("police_uk") else "'Force'"
    return change.format(name=table.removeprefix("stg_"), table=table, layout=layout, area=area, open="0")


CASES = [
    (table, expectation, filled(change, table, layout), failing)
    for table, layout in sorted((one.table, one.name) for one in LAYOUTS.values())
    for expectation, change, failing in (*FAULTS[table], EMPTY, *REJECTS, *REVISED)
]
