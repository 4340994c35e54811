"""What officers see of failed checks: the failing rows, the files at fault, safe CSV files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.review.failing import FAILING_ROWS, locate
from flows.review.gather import _rows
from flows.review.touching import touched
from flows.settings import EXPECTATIONS
from flows.suites import load_suite
from flows.validation import validate_tables

ABOUT = "severity: critical, expected: So it is., why: because, message: '{count:row} wrong'"
# Each type of the table with kwargs under which rows of `people` fail, and the records of those that do.
CASES: dict[str, tuple[str, list[int]]] = {
    "expect_column_values_to_not_be_null": ("{column: note}", [1, 2, 3, 5, 6]),
    "expect_column_values_to_be_null": ("{column: note}", [4]),
    "expect_column_values_to_be_in_set": ("{column: area, value_set: [East, \"O'er\"]}", [2, 6]),
    "expect_column_values_to_not_be_in_set": ("{column: area, value_set: [West]}", [2]),
    "expect_column_values_to_be_between": (
        "{column: population, min_value: 0, strict_min: true, max_value: 90}", [3, 5],
    ),
    "expect_column_value_lengths_to_be_between": ("{column: area, min_value: 4, max_value: 4}", [6]),
    "expect_column_values_to_be_unique": ("{column: population}", [1, 2]),
    "expect_compound_columns_to_be_unique": ("{column_list: [area, year]}", [1, 3]),
    "expect_column_pair_values_to_be_equal": ("{column_A: year, column_B: population}", [1, 2, 3, 4, 5, 6]),
    "expect_column_pair_values_a_to_be_greater_than_b": ("{column_A: population, column_B: year}", [1, 2, 3, 4, 5, 6]),
}  # fmt: skip


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "w.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE stg_population AS SELECT * FROM (VALUES"
            " ('a', 1, 'East', 2020, 10, NULL), ('a', 2, 'West', 2020, 10, NULL), ('a', 3, 'East', 2020, 0, NULL),"
            " ('b', 4, 'East', 2021, 90, 'x'), ('b', 5, 'O''er', 2021, 91, NULL), ('b', 6, 'North', 2021, 50, NULL)"
            ") AS t (extract_id, record, area, year, population, note)"
        )
        connection.execute(
            "CREATE TABLE rej_population AS SELECT 'a' AS extract_id, 'f.csv' AS file, 7 AS line WHERE TRUE"
        )
        connection.execute(
            "CREATE TABLE extract_file AS SELECT * FROM (VALUES ('a', 'people', 'one.csv'), ('b', 'people', 'two.csv'))"
            " AS t (extract_id, source, name)"
        )
        connection.execute("CREATE TABLE plan_source AS SELECT 'people' AS source, 'population' AS layout")
    return path


@pytest.fixture
def connection(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(database), read_only=True) as opened:
        yield opened


def suite(database: Path, entries: list[str]) -> Path:
    text = "expectations:\n" + "".join(f"  - {{{one}}}\n" for one in entries)
    (database.parent / "stg_population.yml").write_text(text, encoding="utf-8")
    return database.parent


def test_every_type_s_rows_are_those_that_great_expectations_counts(database: Path) -> None:
    assert set(CASES) == set(FAILING_ROWS)
    entries = [f"id: {name}, {ABOUT}, type: {name}, kwargs: {kwargs}" for name, (kwargs, _) in CASES.items()]
    folder = suite(database, entries)
    results = validate_tables(database, ["stg_population"], folder)
    with duckdb.connect(str(database), read_only=True) as connection:
        located = locate(connection, results, folder)
        for whole in results:
            parts = [one for one in located if one.expectation == whole.expectation]
            found = []
            for one in parts:
                rows = connection.execute(f"SELECT record FROM ({one.rows_sql})").fetchall()
                assert len(rows) == one.failing, one.expectation
                found += [row[0] for row in rows]
            assert sorted(found) == CASES[whole.expectation][1], whole.expectation
            assert sum(one.failing for one in parts) == whole.failing, whole.expectation


def test_every_type_of_the_suites_has_rows_or_is_about_the_whole_table() -> None:
    types = {one.type for path in EXPECTATIONS.glob("*.yml") if path.stem.startswith("stg_")
             for one in load_suite(path.stem) if one.type}  # fmt: skip
    assert types
    assert {one for one in types if one not in FAILING_ROWS} <= {"expect_table_row_count_to_be_between"}


def test_the_files_at_fault_are_those_whose_own_rows_fail(database: Path) -> None:
    folder = suite(
        database,
        [
            f"id: one_file, {ABOUT}, query: 'SELECT record, area FROM {{batch}} WHERE population = 0'",
            f"id: across, {ABOUT}, query: 'SELECT min(area) AS area FROM {{batch}} HAVING count(DISTINCT year) > 1'",
            f"id: rejects, {ABOUT}, query: 'SELECT line FROM rej_population'",
            f"id: rows, {ABOUT}, type: expect_table_row_count_to_be_between, kwargs: {{min_value: 10}}",
            f"id: broken, {ABOUT}, query: 'SELECT nothing FROM {{batch}}'",
            f"id: sound, {ABOUT}, query: 'SELECT 1 FROM {{batch}} WHERE FALSE'",
        ],
    )
    results = validate_tables(database, ["stg_population"], folder)
    with duckdb.connect(str(database), read_only=True) as connection:
        located = {one.expectation: one for one in locate(connection, results, folder)}
        assert {name: one.extracts for name, one in located.items()} == {
            "one_file": ("a",), "across": ("a", "b"), "rejects": ("a",), "rows": ("a", "b"), "broken": ("a", "b"),
            "sound": (),
        }  # fmt: skip
        assert [name for name, one in located.items() if one.rows_sql] == ["one_file", "across", "rejects"]
        assert connection.execute(located["one_file"].rows_sql).fetchall() == [("one.csv", 3, "East")]
        assert connection.execute(located["across"].rows_sql).fetchall() == [("East",)]


def test_a_csv_holds_every_row_and_no_formula(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    cells = ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "plain", "a=b", ""]
    connection.execute(
        "CREATE TEMP TABLE shown AS SELECT unnest($cells) AS text, -5 AS number, NULL AS nothing"
        " UNION ALL SELECT 'more', i, NULL FROM range(30) AS r (i)",
        {"cells": cells},
    )
    rows = _rows(connection, "shown", tmp_path / "shown.csv")
    assert (rows.total, len(rows.rows), rows.columns, rows.file) == (39, 20, ("text", "number"), "shown.csv")
    assert rows.rows[8] == ("(empty)", "-5")
    with (tmp_path / "shown.csv").open(encoding="utf-8", newline="") as stream:
        read = list(csv.DictReader(stream))
    assert len(read) == 39
    assert [one["text"] for one in read[:9]] == ["'=1+1", "'+1", "'-1", "'@x", "'\t=1", "' =1", "plain", "a=b", ""]
    assert read[0]["number"] == "-5", "a number stays one"


def test_a_failure_touches_the_indicators_of_its_rows_or_all_where_they_do_not_tell() -> None:
    with duckdb.connect(":memory:") as connection:
        connection.execute(
            "CREATE TABLE plan_indicator AS SELECT * FROM (VALUES ('calls', 's', FALSE, 1), ('visits', 's', TRUE, 2),"
            " ('other', 't', FALSE, 3)) AS t (indicator, source, per_1000_people, position)"
        )
        connection.execute(
            "CREATE TABLE plan_indicator_select AS SELECT * FROM (VALUES ('calls', 'measures', 'Calls'),"
            " ('visits', 'measures', 'visits')) AS t (indicator, field, item)"
        )
        connection.execute("CREATE TABLE stg_force_return AS SELECT unnest(['calls', 'visits', 'spare']) AS measure")

        def of(*measures: str | None) -> list[str]:
            connection.execute("CREATE OR REPLACE TABLE failing AS SELECT unnest($m::VARCHAR[]) AS measure",
                               {"m": list(measures)})  # fmt: skip
            return touched(connection, "stg_force_return", ["s"], "failing", ["measure"])

        assert of("calls") == ["calls"]
        assert of("calls", "visits") == ["calls", "visits"]
        assert of("spare") == []
        assert of(None) == ["calls", "visits"], "a row that does not say"
        assert of("calls and visits") == ["calls", "visits"], "a text that no row holds"
        assert touched(connection, "stg_force_return", ["s"], "", ()) == ["calls", "visits"]
        assert touched(connection, "stg_population", ["p"], "", ()) == ["visits"]
