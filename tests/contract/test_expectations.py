"""Every expectation of every suite: sound rows pass all of them, and each has been seen to fail for its own fault."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.plan.loader import load_plan
from flows.settings import CHECKOUT, EXAMPLE, EXPECTATIONS, SQL
from flows.sources import LAYOUTS
from flows.staging import kind_columns, stage_file
from flows.suites import Expectation, load_suite
from flows.validation import CheckResult, validate_tables
from flows.warehouse import CONFIGURATION, fill, fill_configuration, open_warehouse
from tests.suite_faults import CASES
from tests.suite_rows import PANEL, SOUND

TABLES = tuple(sorted(layout.table for layout in LAYOUTS.values()))


def warehouse(path: Path, table: str, change: str = "", panel: bool = True) -> Path:
    """Return a database with sound rows of one table, changed by one statement."""
    layout = next(one for one in LAYOUTS.values() if one.table == table)
    kinds = "".join(f", {name} VARCHAR" for name in kind_columns(layout))
    with open_warehouse(path) as connection:
        for name in CONFIGURATION:
            fill(connection, name, PANEL.get(name, []) if panel else [])
        connection.execute(f"CREATE TABLE {table} AS {SOUND[table]}")
        connection.execute(
            f"CREATE TABLE rej_{table.removeprefix('stg_')} (extract_id VARCHAR, source VARCHAR, file VARCHAR,"
            f" line BIGINT, column_name VARCHAR, value VARCHAR, reason VARCHAR{kinds})"
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
    assert tables == set(TABLES) == {path.stem for path in EXPECTATIONS.glob("stg_*.yml")}
    assert len(tables) == 5


def test_the_benchmarks_suite_is_of_the_form_of_today() -> None:
    assert len(load_suite("stg_street_crime", CHECKOUT / "benchmarks" / "suites")) >= 10


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


IDS = [f"{one[0]}-{one[1]}" for one in CASES]


@pytest.mark.parametrize(("table", "expectation", "change", "failing"), CASES, ids=IDS)
def test_an_expectation_fails_for_its_fault(
    tmp_path: Path, table: str, expectation: str, change: str, failing: int
) -> None:
    path = warehouse(tmp_path / "w.duckdb", table, change)
    (found,) = validate_tables(path, [table], wanted={table: [expectation]})
    assert (found.outcome, found.failing) == ("failed", failing)
    assert found.message and "{" not in found.message


SAMPLE = CASES if os.environ.get("PANELBRIEF_SOAK") else CASES[::20]


@pytest.mark.soak
@pytest.mark.parametrize(("table", "expectation", "change", "failing"), SAMPLE)
def test_no_expectation_crashes_for_anothers_fault(
    tmp_path: Path, table: str, expectation: str, change: str, failing: int
) -> None:
    results = validate_tables(warehouse(tmp_path / "w.duckdb", table, change), [table])
    assert [one for one in results if one.outcome == "crashed"] == []
    assert {one.expectation: one.failing for one in results}[expectation] == failing


@pytest.mark.parametrize(
    ("name", "claimed", "passes"),
    [
        ("return-2023-06.csv", "NULL", True),
        ("return-2023-24-Q1.csv", "NULL", True),
        ("return-2023-24-Q2.csv", "NULL", False),
        ("return-2011-12-Q1.csv", "NULL", False),
        ("return-202305.csv", "NULL", True),  # no period unless the source's pattern says so
        ("return-202305.csv", "DATE '2023-05-31'", False),
        ("return-202306.csv", "DATE '2023-06-30'", True),
        ("PP-4567-01 return.csv", "NULL", True),
    ],
)
def test_the_last_period_is_the_one_in_the_name(tmp_path: Path, name: str, claimed: str, passes: bool) -> None:
    change = (
        "DELETE FROM stg_force_return WHERE period_start > DATE '2023-06-01';"
        f"UPDATE extract_file SET name = '{name}', claimed_end = {claimed},"
        f" claimed_start = date_trunc('month', {claimed}::DATE)"
    )
    results = validate_tables(warehouse(tmp_path / "w.duckdb", "stg_force_return", change), ["stg_force_return"])
    assert ("periods_are_those_of_the_files_name" not in [one for one, _, _ in not_passed(results)]) == passes


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


@pytest.mark.parametrize(
    "change",
    [
        # A weighted survey's.
        "UPDATE stg_force_return SET numerator = numerator * 0.9125",
        # Another measure is begun half a year after one was given up.
        "INSERT INTO stg_force_return SELECT * REPLACE ('visits' AS measure, record + 1000 AS record)"
        " FROM stg_force_return WHERE period_start > '2023-04-30';"
        "DELETE FROM stg_force_return WHERE measure <> 'visits' AND period_start > '2022-10-31'",
    ],
    ids=["fractions of a share", "a measure that is given up"],
)
def test_what_happens_to_measures_by_itself_is_no_fault(tmp_path: Path, change: str) -> None:
    asked = ["counts_are_whole_numbers", "measures_keep_their_names"]
    path = warehouse(tmp_path / "w.duckdb", "stg_force_return", change)
    results = validate_tables(path, ["stg_force_return"], wanted={"stg_force_return": asked})
    assert [one.expectation for one in results] == asked and not_passed(results) == []


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
        "no_small_subgroup_collapses",  # one rape in Wiltshire's 2012/13 Q4, after 76 in the quarter before
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
