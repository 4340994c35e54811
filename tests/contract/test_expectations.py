"""Every expectation of every suite: sound rows pass all of them, and each has been seen to fail for its own fault."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.plan.loader import load_plan
from flows.settings import EXAMPLE, EXPECTATIONS, SQL
from flows.sources import LAYOUTS
from flows.staging import stage_file
from flows.suites import Expectation, load_suite
from flows.validation import CheckResult, validate_tables
from flows.warehouse import CONFIGURATION, fill, fill_configuration, open_warehouse

TABLES = tuple(sorted(layout.table for layout in LAYOUTS.values()))

# Two files of one panel, "Force" with its parts "East" and "West", and a neighbouring force.
PANEL: dict[str, list[tuple[object, ...]]] = {
    "plan_area": [
        ("Force", "The force", "force", None, "force"),
        ("East", "East", "local_authority", None, "force"),
        ("West", "West", "local_authority", None, "force"),
    ],
    "plan_area_part": [("Force", "East"), ("Force", "West"), ("East", "East"), ("West", "West")],
    "plan_indicator_select": [("answered", "measures", "answered_in_time")],
    "plan_source": [
        ("home_office", "Crime", "home_office_prc", True, False, True, False, 0, True),
        ("plain", "Crime again", "home_office_prc", True, False, False, False, 1, False),
        ("return", "Return", "force_return", True, False, False, False, 2, True),
    ],
    "extract_file": [("E1", "return", "return.csv", "0" * 64, 10, None, False)],
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
            '4' || d AS offence_code, 100 + d AS offences
        FROM (SELECT unnest(['E1', 'E2']) AS e), (SELECT unnest(range(5)) AS q),
            (SELECT unnest(['Force', 'Neighbour']) AS f), (SELECT unnest(range(30)) AS d)
    """,
    "stg_street_crime": STREET
    + """
        CASE WHEN i % 4 > 0 THEN 'Burglary' ELSE 'Anti-social behaviour' END AS crime_type, NULL AS last_outcome,
        NULL AS context
    FROM (SELECT unnest(['04', '05', '06']) AS month), (SELECT unnest(range(200)) AS i)
    """,
    "stg_crime_outcome": STREET.replace("CASE WHEN i % 4 > 0 THEN month || '-' || i END", "month || '-' || i")
    + """
        'Local resolution' AS outcome_type
    FROM (SELECT unnest(['04', '05', '06']) AS month), (SELECT unnest(range(200)) AS i)
    """,
    "stg_force_return": """
        SELECT 'E1' AS extract_id, 'return' AS source, '' AS member, 1 + row_number() OVER () AS record,
            'answered_in_time' AS measure, a.area, CAST(DATE '2020-07-01' + to_months(m) AS DATE) AS period_start,
            last_day(period_start) AS period_end, CAST(80 * a.size AS DOUBLE) AS numerator,
            CAST(100 * a.size AS DOUBLE) AS denominator, CAST(NULL AS VARCHAR) AS note
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
CUT = "UPDATE extract_file SET is_open_ended = true"
FIRST_MONTH = "period_start = DATE '2020-07-01'"
CHANGED_MONTH = "DATE '2023-05-02'"

# What makes each expectation fail, and the number of rows that it then finds.
FAULTS: dict[str, list[tuple[str, str, int]]] = {
    "stg_recorded_crime": [
        ("names_are_spelt_one_way", "UPDATE stg_recorded_crime SET force = 'FORCE' WHERE record = 2", 2),
        ("no_totals_among_the_rows", "UPDATE stg_recorded_crime SET force = 'Grand total' WHERE record = 2", 2),
        ("a_subgroup_is_of_one_group", "UPDATE stg_recorded_crime SET offence_group = 'Other' WHERE record = 2", 2),
        ("has_rows", "DELETE FROM stg_recorded_crime", 1),
        ("last_line_is_ended", CUT, 1),
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
    ],
    "stg_street_crime": [
        ("file_is_of_the_force_it_names", "UPDATE stg_street_crime SET force = 'other' WHERE member = 'm04.csv'", 1),
        ("a_local_area_has_one_name", "UPDATE stg_street_crime SET lsoa_name = 'West 001A' WHERE record = 2", 1),
        (
            "crimes_are_not_copied",
            "INSERT INTO stg_street_crime SELECT * FROM stg_street_crime WHERE member = 'm04.csv' AND record < 20",
            1,
        ),
        ("has_rows", "DELETE FROM stg_street_crime", 1),
        ("coordinates_are_degrees", "UPDATE stg_street_crime SET has_faulty_coordinates = TRUE WHERE record = 3", 3),
        ("last_line_is_ended", CUT, 3),
        ("force_month_and_type_are_filled", "UPDATE stg_street_crime SET crime_type = NULL WHERE record = 3", 3),
        ("period_is_one_month", f"UPDATE stg_street_crime SET period_start = {CHANGED_MONTH} WHERE record = 3", 3),
        ("crime_type_is_known", "UPDATE stg_street_crime SET crime_type = 'Burglaries' WHERE record < 9", 1),
        (
            "month_of_a_force_is_in_one_file",
            "INSERT INTO stg_street_crime SELECT * REPLACE ('copy.csv' AS member) FROM stg_street_crime"
            " WHERE member = 'm05.csv'",
            1,
        ),
        ("file_is_of_one_force", "UPDATE stg_street_crime SET falls_within = 'Dorset Police' WHERE record = 3", 3),
        ("the_panels_force_is_there", "UPDATE stg_street_crime SET force = 'next' WHERE member = 'm05.csv'", 1),
        ("crimes_have_an_id", "UPDATE stg_street_crime SET crime_id = NULL WHERE record = 3", 3),
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
    ],
    "stg_crime_outcome": [
        ("file_is_of_the_force_it_names", "UPDATE stg_crime_outcome SET force = 'other' WHERE member = 'm04.csv'", 1),
        ("a_local_area_has_one_name", "UPDATE stg_crime_outcome SET lsoa_name = 'West 001A' WHERE record = 2", 1),
        ("has_rows", "DELETE FROM stg_crime_outcome", 1),
        ("coordinates_are_degrees", "UPDATE stg_crime_outcome SET has_faulty_coordinates = TRUE WHERE record = 3", 3),
        ("last_line_is_ended", CUT, 3),
        ("force_month_and_type_are_filled", "UPDATE stg_crime_outcome SET force = NULL WHERE record = 3", 3),
        ("period_is_one_month", f"UPDATE stg_crime_outcome SET period_end = {CHANGED_MONTH} WHERE record = 3", 3),
        ("outcome_type_is_known", "UPDATE stg_crime_outcome SET outcome_type = 'Solved' WHERE record < 9", 1),
        (
            "month_of_a_force_is_in_one_file",
            "INSERT INTO stg_crime_outcome SELECT * REPLACE ('copy.csv' AS member) FROM stg_crime_outcome"
            " WHERE member = 'm05.csv'",
            1,
        ),
        ("outcomes_have_an_id", "UPDATE stg_crime_outcome SET crime_id = NULL WHERE record = 3", 3),
        (
            "outcomes_are_not_given_twice",
            "INSERT INTO stg_crime_outcome SELECT * FROM stg_crime_outcome WHERE member = 'm05.csv' AND record < 80",
            1,
        ),
        ("no_month_is_missing", "DELETE FROM stg_crime_outcome WHERE member = 'm05.csv'", 1),
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
        ("last_line_is_ended", CUT, 1),
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
    ],
    "stg_population": [
        ("names_are_spelt_one_way", "UPDATE stg_population SET area = 'EAST' WHERE area = 'East' AND year = 1990", 1),
        ("no_totals_among_the_rows", "UPDATE stg_population SET area = 'Total' WHERE area = 'East' AND year = 1990", 1),
        ("has_rows", "DELETE FROM stg_population", 1),
        ("last_line_is_ended", CUT, 1),
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
    ],
}
CASES = [
    (table, expectation, change.format(name=table.removeprefix("stg_"), layout=layout), failing)
    for table, layout in sorted((one.table, one.name) for one in LAYOUTS.values())
    for expectation, change, failing in (*FAULTS[table], EMPTY, *REJECTS)
]


def warehouse(path: Path, table: str, change: str = "", panel: bool = True) -> Path:
    """Return a database with sound rows of one table, changed by one statement."""
    with open_warehouse(path) as connection:
        for name in CONFIGURATION:
            fill(connection, name, PANEL.get(name, []) if panel else [])
        connection.execute(f"CREATE TABLE {table} AS {SOUND[table]}")
        connection.execute(
            f"CREATE TABLE rej_{table.removeprefix('stg_')} (extract_id VARCHAR, source VARCHAR, file VARCHAR,"
            " line BIGINT, column_name VARCHAR, value VARCHAR, reason VARCHAR)"
        )
        if change:
            connection.execute(change)
    return path


def not_passed(results: list[CheckResult]) -> list[tuple[str, str, str]]:
    return [(one.expectation, one.outcome, one.detail) for one in results if one.outcome != "passed"]


def every_expectation() -> Iterator[tuple[str, Expectation]]:
    for table in TABLES:
        for one in load_suite(table):
            yield table, one


def test_every_staged_table_has_a_suite_and_every_suite_a_table() -> None:
    tables = {path.stem for path in (SQL / "stage").glob("stg_*.sql")}
    assert tables == set(TABLES) == {path.stem for path in EXPECTATIONS.glob("*.yml")}
    assert len(tables) == 5


def test_every_expectation_has_a_case_that_makes_it_fail() -> None:
    known = {(table, one.id) for table, one in every_expectation()}
    assert known == {(table, expectation) for table, expectation, _, _ in CASES}
    assert len(known) == len(CASES) > 50


def test_every_table_has_a_critical_expectation_of_rows_keys_and_rejects() -> None:
    for table in TABLES:
        critical = {one.id for one in load_suite(table) if one.severity == "critical"}
        assert {"has_rows", "few_rows_are_rejected", "no_row_is_rejected"} < critical and len(critical) >= 4


@pytest.mark.parametrize("panel", [True, False], ids=["with a panel", "without a panel"])
@pytest.mark.parametrize("table", TABLES)
def test_sound_rows_pass_everything(tmp_path: Path, table: str, panel: bool) -> None:
    results = validate_tables(warehouse(tmp_path / "w.duckdb", table, panel=panel), [table])
    assert not_passed(results) == []
    assert [one.expectation for one in results] == [one.id for one in load_suite(table)]


@pytest.mark.parametrize(("table", "expectation", "change", "failing"), CASES, ids=[f"{c[0]}-{c[1]}" for c in CASES])
def test_an_expectation_fails_for_its_fault(
    tmp_path: Path, table: str, expectation: str, change: str, failing: int
) -> None:
    results = validate_tables(warehouse(tmp_path / "w.duckdb", table, change), [table])
    assert [one for one in results if one.outcome == "crashed"] == []
    found = {one.expectation: one for one in results}[expectation]
    assert (found.outcome, found.failing) == ("failed", failing)
    assert found.message and "{" not in found.message


def test_homicide_under_a_joined_code_may_stand_once_for_each_code(tmp_path: Path) -> None:
    joined = (
        "UPDATE stg_recorded_crime SET offence_code = '1/4.1', offence_description = 'Homicide' WHERE record IN (2, 3)"
    )
    results = validate_tables(warehouse(tmp_path / "w.duckdb", "stg_recorded_crime", joined), ["stg_recorded_crime"])
    assert not_passed(results) == []


def test_a_force_return_is_compared_only_where_every_part_has_returned(tmp_path: Path) -> None:
    change = "DELETE FROM stg_force_return WHERE area = 'West'"
    results = validate_tables(warehouse(tmp_path / "w.duckdb", "stg_force_return", change), ["stg_force_return"])
    assert [expectation for expectation, _, _ in not_passed(results)] == ["a_whole_comes_with_its_areas"]


ONLY = "measure answered_in_time, months {months}, received for Force, not received for {areas}"


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ("DELETE FROM stg_force_return WHERE area = 'West'", ONLY.format(months="2020-07 to 2023-10", areas="West")),
        (
            "DELETE FROM stg_force_return WHERE area <> 'Force' AND period_start < '2021-07-01'",
            ONLY.format(months="2020-07 to 2021-06", areas="East and West"),
        ),
        ("DELETE FROM stg_force_return WHERE area = 'West' AND period_start > '2021-07-01'", ""),  # told by another
        ("DELETE FROM stg_force_return WHERE area = 'Force'", ""),
        ("DELETE FROM stg_force_return WHERE area = 'West'; DELETE FROM plan_indicator_select", ""),  # no indicator's
        (
            "UPDATE stg_force_return SET extract_id = 'E2' WHERE area = 'West'",  # in a file of its own
            "",
        ),
    ],
)
def test_a_measure_sent_for_the_force_alone_is_told_with_its_months(tmp_path: Path, change: str, rows: str) -> None:
    results = validate_tables(warehouse(tmp_path / "w.duckdb", "stg_force_return", change), ["stg_force_return"])
    (found,) = (one for one in results if one.expectation == "a_whole_comes_with_its_areas")
    said = f"Returned for a whole and not for each area that it is made of, so there is no figure of it: {rows}."
    assert found.message == (said if rows else "")


def test_the_examples_extracts_have_no_critical_finding(tmp_path: Path) -> None:
    plan = load_plan(EXAMPLE)
    database, seen = tmp_path / "w.duckdb", set()
    with open_warehouse(database) as connection:
        days = dt.date(2023, 4, 1), dt.date(2023, 6, 30)
        meeting, as_of = dt.date(2023, 9, 14), dt.date(2023, 9, 1)
        fill_configuration(connection, plan, meeting=meeting, as_of=as_of, quarter=days, extracts=[])
        for source in plan.sources:
            for path in sorted((EXAMPLE / source.location).glob(source.pattern)):
                seen.add(stage_into(connection, path, source.id, source.layout, tmp_path))
    results = validate_tables(database, sorted(seen))
    assert seen == {"stg_recorded_crime", "stg_force_return", "stg_population"}
    assert [one for one in results if one.is_critical] == []
    assert [one.expectation for one in results if one.outcome != "passed"] == [
        "no_quarter_is_missing",  # the Home Office's file leaves out 2015/16
    ]


def stage_into(connection: duckdb.DuckDBPyConnection, path: Path, source: str, layout: str, folder: Path) -> str:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    staged = stage_file(
        path, path.name, LAYOUTS[layout], sha256=sha256, source=source, extract_id=sha256[:12], cache=folder / "staged"
    )
    for table, file in ((staged.table, staged.parquet), (staged.table.replace("stg_", "rej_"), staged.rejects)):
        connection.execute(f"CREATE TABLE IF NOT EXISTS {table} AS SELECT * FROM read_parquet('{file}') LIMIT 0")
        connection.execute(f"INSERT INTO {table} SELECT * FROM read_parquet('{file}')")
    return staged.table
