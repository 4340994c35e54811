"""For every expectation a change to the sound rows of tests/suite_rows.py that makes it fail."""

from __future__ import annotations

from flows.sources import LAYOUTS
from tests.suite_faults_police_uk import CUT, POLICE_UK, VINTAGES

REJECTED = (
    "SELECT 'E1' AS extract_id, 'a_source' AS source, 'file.csv' AS file, i AS line, 'Column' AS column_name,"
    " 'x' AS value, 'is wrong' AS reason FROM range(2, {end}) AS r (i)"
)
REJECTS = (
    ("few_rows_are_rejected", "INSERT INTO rej_{name} BY NAME " + REJECTED.format(end=40), 38),
    ("no_row_is_rejected", "INSERT INTO rej_{name} BY NAME " + REJECTED.format(end=3), 1),
)
EMPTY = (
    "required_sources_have_rows",
    "INSERT INTO plan_source SELECT * REPLACE ('none' AS source, '{layout}' AS layout) FROM plan_source LIMIT 1;"
    "INSERT INTO extract_file SELECT * REPLACE ('E9' AS extract_id, 'none' AS source) FROM extract_file",
    1,
)
LATE = "area = 'East' AND period_start = DATE '2023-06-01'"
COLLAPSED = (
    "UPDATE stg_recorded_crime SET offences = offences // 20 WHERE force = 'Force' AND extract_id = 'E2'"
    " AND period_start = (SELECT max(period_start) FROM stg_recorded_crime)"
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
STREET_QUARTER = """
    INSERT INTO vintage_file VALUES ('S1', 'street', 'police_uk_street', 's.zip', NULL, 1, TRUE);
    INSERT INTO vintage_figure
    SELECT 'S1', 'force', 'Burglary', CAST(DATE '2023-04-01' + to_months(m) AS DATE), NULL, 500, NULL, 0
    FROM (SELECT unnest(range(3)) AS m)
"""

# What makes each expectation fail, and the number of rows that it then finds.
FIRST_MONTH = "period_start = DATE '2020-07-01'"

FAULTS: dict[str, list[tuple[str, str, int]]] = {
    **POLICE_UK,
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
        ("periods_had_ended", "UPDATE extract_file SET received = DATE '2023-08-31'", 1),
        (
            "last_quarter_is_the_one_named",
            "UPDATE extract_file SET claimed_start = DATE '2023-04-01', claimed_end = DATE '2023-06-30'",
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
            "no_small_subgroup_collapses",
            "UPDATE stg_recorded_crime SET offences = offences // 60 WHERE force = 'Force' AND extract_id = 'E2';"
            + COLLAPSED.replace("// 20", "// 40"),
            1,
        ),
        (
            "no_subgroup_leaps",
            "UPDATE stg_recorded_crime SET offences = offences * 10"
            " WHERE force = 'Force' AND extract_id = 'E2' AND period_start = DATE '2023-07-01'",
            1,
        ),
        (
            "no_subtotals_among_subgroups",
            "UPDATE stg_recorded_crime SET offence_subgroup = 'Theft offences' WHERE record = 2",
            2,
        ),
        (
            "offence_group_is_counted_knowingly",
            "INSERT INTO plan_indicator_select VALUES ('total', 'all_groups_except', 'Fraud offences');"
            "UPDATE stg_recorded_crime SET offence_group = 'Thefts' WHERE record = 9",
            1,
        ),
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
        ("periods_had_ended", "UPDATE extract_file SET received = DATE '2023-10-14'", 1),
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
        (
            "shares_are_within_the_whole",
            "UPDATE stg_force_return SET numerator = denominator + 1 WHERE record = 2",
            1,
        ),
        ("measures_have_their_denominators", "UPDATE stg_force_return SET denominator = NULL", 1),
        (
            "numerators_are_no_fractions",
            "UPDATE stg_force_return SET numerator = numerator / denominator",
            1,
        ),
        (
            "counts_are_whole_numbers",
            "UPDATE plan_indicator SET kind = 'count' WHERE indicator = 'answered';"
            "UPDATE stg_force_return SET numerator = numerator + 0.25 WHERE record = 2",
            1,
        ),
        ("figures_are_plausible", "UPDATE stg_force_return SET numerator = numerator / 4 WHERE record = 2", 1),
        (
            "ratios_are_of_their_usual_size",
            "UPDATE stg_force_return SET numerator = 0.4 * denominator WHERE " + LATE,
            1,
        ),
        ("measures_are_there", "UPDATE stg_force_return SET measure = 'answered'", 1),
        (
            "measures_keep_their_names",
            "UPDATE stg_force_return SET measure = 'answered' WHERE period_start >= DATE '2023-05-01'",
            1,
        ),
        (
            "periods_are_those_the_indicators_read",
            "UPDATE stg_force_return SET period_end = last_day(period_start + INTERVAL 2 MONTH) WHERE record = 2",
            1,
        ),
        ("numerators_are_not_all_nought", "UPDATE stg_force_return SET numerator = 0", 1),
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
        ("estimates_are_of_the_past", "UPDATE extract_file SET received = DATE '2023-06-30'", 1),
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
