"""What the paper says of a failed check: of which figures, in words; and no figure of a failing row, ever."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from flows.review.failing import locate
from flows.review.in_doubt import public_text
from flows.sources import LAYOUTS
from flows.suites import load_suite
from flows.validation import PLACES, CheckResult, validate_tables
from flows.warehouse import open_warehouse
from tests.contract.test_expectations import warehouse
from tests.suite_faults import CASES

INDICATOR = "UPDATE plan_indicator SET title = 'Calls answered in time' WHERE indicator = 'answered'"
PRIVATE = (
    "UPDATE plan_source SET published = FALSE; DELETE FROM plan_source WHERE source = 'return';"
    " INSERT INTO plan_source BY NAME SELECT 'return' AS source, 'Return' AS title, '{layout}' AS layout,"
    f" FALSE AS published, TRUE AS required, 2 AS position; {INDICATOR};"
)
# Columns that name, date or place a row. Whatever else a row holds is a figure of it, or a text that may hold one.
NO_FIGURES = {
    "extract_id", "source", "from_file", "member", "file", "files", "received", "first_in", "one_of_them", "title",
    "measure", "area", "other_area", "force", "received_for", "not_received_for", "offence_group", "offence_subgroup",
    "offence_description", "lsoa_code", "written", "crime_type", "outcome_type", "period", "period_start", "period_end",
    "month", "months", "quarter", "year", "financial_year", "financial_quarter", "first_lost", "last_lost",
    "first_month_inside", "last_month_inside",
}  # fmt: skip


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], tuple[Path, CheckResult]]:
    """Return, by table and expectation, a database where it fails, its sources unpublished, and what came of it."""
    layouts = {one.table: one.name for one in LAYOUTS.values()}
    folder = tmp_path_factory.mktemp("failed")
    found = {}
    for at, (table, name, change, failing) in enumerate(CASES):
        private = PRIVATE.format(layout=layouts[table])
        path = warehouse(folder / f"{at}.duckdb", table, f"{private}{change}")
        # As Great Expectations finds it: tests/contract/test_expectations.py runs each of these cases.
        one = next(one for one in load_suite(table) if one.id == name)
        public = one.words(failing, PLACES)
        result = CheckResult(
            table, name, one.severity, "failed", "", "", failing, "", expected=one.expected, public=public
        )
        with open_warehouse(path) as connection:
            found[table, name] = path, locate(connection, [result])[0]
    return found


def rows_of(connection: duckdb.DuckDBPyConnection, result: CheckResult) -> list[str]:
    """Make the table `failing` as the review does, and return its columns."""
    if not result.rows_sql:
        return []
    connection.execute(f"CREATE OR REPLACE TEMP TABLE failing AS SELECT * FROM (\n{result.rows_sql}\n) ORDER BY ALL")
    return [row[0] for row in connection.execute("DESCRIBE failing").fetchall()]


EVERY = [(table, expectation) for table, expectation, _, _ in CASES]


@pytest.mark.parametrize(("table", "expectation"), EVERY, ids=[f"{table}-{name}" for table, name in EVERY])
def test_no_figure_of_a_failing_row_is_in_the_papers_text(
    failed: dict[tuple[str, str], tuple[Path, CheckResult]], table: str, expectation: str
) -> None:
    path, result = failed[table, expectation]
    with open_warehouse(path) as connection:
        columns = rows_of(connection, result)
        text = public_text(connection, result)
        for name in columns:
            if name not in NO_FIGURES:
                connection.execute(f'UPDATE failing SET "{name}" = NULL')
        assert public_text(connection, result) == text, "it is said of anything but which rows they are"
    assert "{" not in text and text.endswith((".", "?"))


def test_a_figure_in_doubt_is_told_by_title_place_and_month(
    failed: dict[tuple[str, str], tuple[Path, CheckResult]],
) -> None:
    def said(expectation: str, table: str = "stg_force_return") -> str:
        path, result = failed[table, expectation]
        with open_warehouse(path) as connection:
            rows_of(connection, result)
            return public_text(connection, result)

    one = "Calls answered in time, The force, July 2020."
    assert said("numerators_add_up") == f"1 row whose numerator is not the sum of its areas': {one}"
    assert said("figure_is_given_once").endswith(f"measure, area and period. Namely: {one}")
    assert (
        said("no_figure_leaps") == "1 figure at ten times the usual or more: Calls answered in time, East, June 2023."
    )
    assert said("no_figure_is_missing").endswith("East, December 2022; Calls answered in time, East, June 2023.")
    assert said("area_is_known_to_the_panel").endswith(
        "Namely: Calls answered in time, Eest, July 2020; Calls answered in time, Eest, August 2020;"
        " Calls answered in time, Eest, September 2020; and 37 more."
    )
    whole = said("a_whole_comes_with_its_areas")
    assert whole.endswith(
        ": Calls answered in time, The force, not received for East and West, July 2020 to October 2023."
    )
    assert said("no_quarter_collapses", "stg_recorded_crime").endswith("delivered? The force, July to September 2023.")
    assert said("no_month_is_missing", "stg_street_crime").endswith("Namely: The force, May 2023.")
    assert said("no_row_is_rejected") == (
        "1 row cannot be read, so figures made from the others would be wrong. Namely: file.csv."
    )
    assert said("has_rows") == "No return of the force was read at all."
    assert said("no_area_is_left_out", "stg_population").endswith(": East, 2023.")


NAMES = "UPDATE stg_force_return SET {} WHERE record = 2"


@pytest.mark.parametrize(
    ("change", "expectation"),
    [
        (NAMES.format("area = '3'"), "area_is_known_to_the_panel"),
        (NAMES.format("measure = '3 of them', area = 'Nowhere'"), "area_is_known_to_the_panel"),
    ],
)
def test_a_count_that_slipped_into_a_name_is_not_printed(tmp_path: Path, change: str, expectation: str) -> None:
    path = warehouse(tmp_path / "w.duckdb", "stg_force_return", PRIVATE.format(layout="force_return") + change)
    (result,) = validate_tables(path, ["stg_force_return"], wanted={"stg_force_return": [expectation]})
    with open_warehouse(path) as connection:
        (result,) = locate(connection, [result])
        rows_of(connection, result)
        text = public_text(connection, result)
    assert "a name that the panel's files do not have" in text
    assert "3" not in text


def test_of_a_check_that_could_not_be_run_the_reason_is_not_printed(tmp_path: Path) -> None:
    change = "ALTER TABLE stg_population DROP COLUMN year"
    path = warehouse(tmp_path / "w.duckdb", "stg_population", change)
    results = {one.expectation: one for one in validate_tables(path, ["stg_population"])}
    crashed = results["years_are_different"]
    assert crashed.outcome == "crashed" and "year" in crashed.detail
    with open_warehouse(path) as connection:
        said = public_text(connection, crashed)
    assert said == (
        "A check could not be run, so it is not known whether this holds: Each year has estimates of its own, not those"
        " of another year."
    )


def every_expected() -> Iterator[tuple[str, str, str]]:
    for table in sorted({one.table for one in LAYOUTS.values()}):
        for one in load_suite(table):
            yield table, one.id, one.expected


def test_what_should_hold_is_a_sentence_of_its_own() -> None:
    for table, name, text in every_expected():
        assert re.fullmatch(r"[A-Zd][^{}]{20,119}\.", text), (table, name, text)
        words = re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()
        assert words != name.replace("_", " "), (table, name)
    texts = [(table, text) for table, _, text in every_expected()]
    assert len(set(texts)) == len(texts)
